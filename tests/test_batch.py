"""A batch gives one outcome an input, in order, the same over any number of processes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from copydesk import Document, DocumentError, Policy, Repeats, Report, Scorer
from copydesk.plugin import batch
from copydesk.plugin.batch import score_all, score_item
from copydesk.plugin.inputs import Article, Failure, FileInput, Input, RowInput
from copydesk.plugin.item import Line
from copydesk.plugin.outputs import Jsonl
from copydesk.plugin.schema import dumps
from copydesk.plugin.workers import BatchError, Workers, here


class Broken:
    """A scorer with a fault of its own."""

    def score(self, document: Document, repeats: Repeats | None = None) -> Report:
        """Fail, with a word of the article in the message."""
        raise KeyError(document.text[:20])


def _row(number: int, text: str) -> RowInput:
    return RowInput(f"rows.jsonl:{number}", json.dumps({"id": f"row {number}", "text": text}).encode())


def _line(outcome: Report | Failure | Line) -> str:
    assert not isinstance(outcome, Line)
    return dumps(outcome, with_text=True) if isinstance(outcome, Report) else f"{outcome.where}: {outcome.reason}"


def test_every_kind_of_input_is_scored(scorer: Scorer, article: str, tmp_path: Path) -> None:
    """A file, a row and an article in memory give the same report, each under its own id."""
    path = tmp_path / "a.txt"
    path.write_text(article)
    items: list[Input] = [FileInput("a", path, "text"), RowInput("b", json.dumps({"text": article}).encode())]
    reports = [score_item(scorer, item) for item in [*items, Article("c", article, "text")]]
    assert [report.id for report in reports if isinstance(report, Report)] == ["a", "b", "c"]
    assert (
        len({dumps(report).replace(f'"id": "{report.id}"', "") for report in reports if isinstance(report, Report)})
        == 1
    )


@pytest.mark.parametrize(
    ("item", "where", "reason"),
    [
        (FileInput("gone.txt", Path("/nowhere/gone.txt"), "text"), "gone.txt", "No such file"),
        (RowInput("rows.jsonl:7", b"{broken"), "rows.jsonl:7", "not JSON"),
        (RowInput("rows.jsonl:8", b'{"id": "x", "text": ""}'), "rows.jsonl:8", "empty"),
        (Article("a", b"\x89PNG\r\n\x1a\n"), "a", "PNG"),
        (Article("b", bytes(range(32)) * 100), "b", "binary"),
        (Failure("f", "earlier"), "f", "earlier"),
    ],
)
def test_a_bad_input_is_an_outcome(scorer: Scorer, item: Input, where: str, reason: str) -> None:
    """What cannot be scored is named with its reason, and raises nothing."""
    outcome = score_item(scorer, item)
    assert isinstance(outcome, Failure)
    assert outcome.where == where
    assert reason in outcome.reason


def test_a_fault_of_ours_does_not_stop_the_batch(article: str) -> None:
    """An unexpected error is an outcome too, and quotes nothing of the article."""
    outcome = score_item(Broken(), Article("a", article, "text"))  # type: ignore[arg-type]
    assert outcome == Failure("a", "internal error (KeyError), please report it with the input", "internal", "a")


def test_outcomes_do_not_depend_on_the_number_of_processes(scorer: Scorer, article: str, promo: str) -> None:
    """One process and two give the same outcomes in the same order, failures in their places."""
    paragraphs = article.split("\n\n")
    items = [_row(n, "\n\n".join([*paragraphs[n % 4 :], promo, *paragraphs][: n % 7])) for n in range(150)]
    items[40] = RowInput("rows.jsonl:40", b"not JSON")
    one, two = ([_line(o) for o in score_all(scorer, items, jobs=jobs, model=None, policy=Policy())] for jobs in (1, 2))
    assert one == two
    assert [line.split(":")[0] for line in one][40] == "rows.jsonl"


def test_workers_use_the_policy_of_the_batch(article: str) -> None:
    """A policy reaches the worker processes."""
    policy = Policy(thresholds={"rewrite": 0.0}, hold_at={"rewrite": 0.0})
    items = [_row(n, article) for n in range(3)]
    outcomes = score_all(Scorer.load(policy=policy), items, jobs=2, model=None, policy=policy)
    assert [outcome.action for outcome in outcomes if isinstance(outcome, Report)] == ["hold"] * 3


class Watching:
    """A scorer that keeps what it is told of repeated lines."""

    def __init__(self) -> None:
        self.told: list[list[int] | None] = []

    def score(self, document: Document, repeats: Repeats | None = None) -> Report:
        self.told.append(None if repeats is None else repeats.of(document).tolist())
        raise DocumentError("no report")


def _told(items: list[Input], *, count: bool = True) -> list[list[int] | None]:
    scorer = Watching()
    ahead = (lambda: iter(items)) if count else None
    list(score_all(scorer, items, jobs=1, model=None, policy=Policy(), ahead=ahead))  # type: ignore[arg-type]
    return scorer.told


def _with_promo(article: str, promo: str, count: int) -> list[Input]:
    """Rows with an article each, all of them with the same line in it; some are no rows."""
    made: list[Input] = []
    for number in range(count):
        first, *rest = (f"{paragraph} This was said in {name} {number}." for paragraph, name in _places(article))
        made.append(_row(number, "\n\n".join([first, promo, *rest])))
    return [Failure("gone", "no such file"), made[0], RowInput("broken", b"{"), *made[1:]]


def _places(article: str) -> Iterator[tuple[str, str]]:
    yield from zip(article.split("\n\n"), ("Larkmoor", "Skerrin", "Abery", "Halvard"), strict=True)


def test_lines_are_counted_before_anything_is_scored(article: str, promo: str) -> None:
    """Every article, the first one too, is scored with the number of others that hold its lines."""
    assert _told(_with_promo(article, promo, 3)) == [[0, 2, 0, 0, 0]] * 3


def test_lines_are_counted_in_many_inputs_alone(article: str, promo: str) -> None:
    """Two inputs are gone through once, and so are any number where counting is not wanted."""
    items = _with_promo(article, promo, 3)
    assert _told([items[1], items[3]]) == [None] * 2
    assert _told(items, count=False) == [None] * 3


def test_counts_do_not_depend_on_the_number_of_processes(article: str, promo: str) -> None:
    """One process and two count the same, and tell after every input how far they are."""
    items = _with_promo(article, promo, 150)
    done: list[int] = []
    alone = batch._count(here, iter(items), None, {})
    with Workers(2) as workers:
        together = batch._count(workers.over, iter(items), done.append, {})
    assert (alone.keys.tolist(), alone.counts.tolist()) == (together.keys.tolist(), together.counts.tolist())
    assert alone.counts.tolist() == [150]
    assert done == list(range(1, len(items) + 1))


def test_a_batch_over_processes_is_counted_too(scorer: Scorer, article: str, promo: str) -> None:
    """Outcomes with counted lines are the same over one process and two, and every failure is told once."""
    items = _with_promo(article, promo, 40)
    one, two = (
        [_line(o) for o in score_all(scorer, items, jobs=jobs, model=None, policy=Policy(), ahead=lambda: iter(items))]
        for jobs in (1, 2)
    )
    assert one == two
    assert len([line for line in one if not line.startswith("{")]) == 2


def test_inputs_are_taken_as_they_are_needed(scorer: Scorer, article: str) -> None:
    """A batch never holds more than a window of its inputs."""
    taken = 0

    def endless() -> Iterator[Input]:
        nonlocal taken
        while True:
            taken += 1
            yield Article(str(taken), article, "text")

    outcomes = score_all(scorer, endless(), jobs=1, model=None, policy=Policy())
    assert [next(outcomes).id for _ in range(3)] == ["1", "2", "3"]  # type: ignore[union-attr]
    assert taken == 3


@pytest.mark.parametrize(("count", "parallel"), [(5, False), (batch.MANY, False), (batch.MANY + 1, True)])
def test_few_inputs_start_no_processes(
    scorer: Scorer, monkeypatch: pytest.MonkeyPatch, count: int, parallel: bool
) -> None:
    """Without a number of jobs, worker processes are for many inputs alone."""
    calls: list[int] = []

    class Pretended:
        """Counts the processes that are asked for, and does the work here."""

        def __init__(self, jobs: int, **_: object) -> None:
            calls.append(jobs)
            self.over = here

        def __enter__(self) -> None:
            """Nothing is started."""

        def __exit__(self, *_: object) -> None:
            """Nothing is ended."""

    monkeypatch.setattr(batch, "Workers", Pretended)
    monkeypatch.setattr(batch, "cores", lambda: 7)
    items = [Failure(str(n), "no") for n in range(count)]
    for ahead in (None, lambda: iter(items)):
        outcomes = score_all(scorer, iter(items), jobs=None, model=None, policy=Policy(), ahead=ahead)
        assert list(outcomes) == items
    assert calls == ([7, 7] if parallel else [])


@pytest.mark.parametrize("jobs", [1, 2])
def test_lines_are_what_the_writer_writes(scorer: Scorer, article: str, jobs: int) -> None:
    """With a writer, an outcome is its line, made by the process that scored it."""
    items = [_row(1, article), RowInput("rows.jsonl:2", b"{"), _row(3, article)]
    outcomes = list(score_all(scorer, items, jobs=jobs, model=None, policy=Policy()))
    lines = score_all(scorer, items, jobs=jobs, model=None, policy=Policy(), writer=Jsonl())
    wanted = [Jsonl().add(o) if isinstance(o, Report) else Jsonl().fail(o) for o in outcomes if not isinstance(o, Line)]
    assert [line.text for line in lines if isinstance(line, Line)] == [each.encode() for each in wanted]


@pytest.mark.parametrize("count", [True, False])
def test_an_input_that_takes_too_long_is_an_outcome(scorer: Scorer, article: str, tmp_path: Path, count: bool) -> None:
    """An input that its process hangs on, counted or not, is named in its place, and the others are scored."""
    os.mkfifo(tmp_path / "pipe")  # to be opened, it waits for somebody who writes
    items: list[Input] = [_row(n, article) for n in range(6)]
    items[3] = FileInput("pipe", tmp_path / "pipe", "text")
    ahead = (lambda: iter(items)) if count else None
    outcomes = list(score_all(scorer, items, jobs=1, model=None, policy=Policy(), ahead=ahead, timeout=3))
    assert [type(outcome) for outcome in outcomes] == [Report] * 3 + [Failure] + [Report] * 2
    assert outcomes[3] == Failure("pipe", "took longer than 3 seconds (--timeout)", "timeout")


def test_processes_that_cannot_start_end_the_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no process ever begins, the batch ends with a sentence in place of trying for ever."""
    monkeypatch.setattr("copydesk.plugin.worker.serve", _end_at_once)
    with pytest.raises(BatchError, match=r"end before they begin \(exit code 7\)"), Workers(2) as workers:
        list(workers.over(iter([1]), str))


def _end_at_once(*_: object) -> None:
    os._exit(7)
