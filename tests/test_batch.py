"""A batch gives one outcome an input, in order, the same over any number of processes."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest

from copydesk import Document, DocumentError, Policy, Repeats, Report, Scorer
from copydesk.plugin import batch
from copydesk.plugin.batch import score_all, score_item
from copydesk.plugin.inputs import Article, Failure, FileInput, Input, RowInput
from copydesk.plugin.schema import dumps


class Broken:
    """A scorer with a fault of its own."""

    def score(self, document: Document, repeats: Repeats | None = None) -> Report:
        """Fail, with a word of the article in the message."""
        raise KeyError(document.text[:20])


def _row(number: int, text: str) -> RowInput:
    return RowInput(f"rows.jsonl:{number}", json.dumps({"id": f"row {number}", "text": text}).encode())


def _line(outcome: Report | Failure) -> str:
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
    assert outcome == Failure("a", "internal error (KeyError), please report it with the input")


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
    here = batch._count(batch._here, iter(items), None)
    with batch._processes(2) as over:
        there = batch._count(over, iter(items), done.append)
    assert (here.keys.tolist(), here.counts.tolist()) == (there.keys.tolist(), there.counts.tolist())
    assert here.counts.tolist() == [150]
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

    def pretend(jobs: int) -> AbstractContextManager[batch.Over]:
        calls.append(jobs)
        return nullcontext(batch._here)

    monkeypatch.setattr(batch, "_processes", pretend)
    monkeypatch.setattr(os, "cpu_count", lambda: 7)
    items = [Failure(str(n), "no") for n in range(count)]
    for ahead in (None, lambda: iter(items)):
        outcomes = score_all(scorer, iter(items), jobs=None, model=None, policy=Policy(), ahead=ahead)
        assert list(outcomes) == items
    assert calls == ([7, 7] if parallel else [])


def test_long_lines_make_a_window_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded by the bytes of a window, not only by its number of inputs."""
    monkeypatch.setattr(batch, "_WINDOW_BYTES", 100)
    rows = (RowInput(str(n), b"x" * 40) for n in range(10))
    assert [len(window) for window in iter(lambda: batch._take(rows, 5), [])] == [3, 3, 3, 1]


@pytest.mark.parametrize("work", ["print_item", "_score_in_worker"])
def test_a_killed_worker_ends_the_batch_with_a_sentence(
    scorer: Scorer, monkeypatch: pytest.MonkeyPatch, article: str, work: str
) -> None:
    """A process that the system kills, counting or scoring, is reported as such, with the number of inputs done."""
    monkeypatch.setattr(batch, work, _die)
    items = [_row(n, article) for n in range(3)]
    with pytest.raises(batch.BatchError, match=r"killed .* after 0 inputs"):
        list(score_all(scorer, items, jobs=2, model=None, policy=Policy(), ahead=lambda: iter(items)))


def _die(*_: object, **__: object) -> None:
    signal.raise_signal(signal.SIGKILL)


def test_an_interrupt_waits_for_the_window() -> None:
    """Ctrl-C is held back until the window is done, and the handler from before comes back."""
    before = signal.getsignal(signal.SIGINT)
    done = False
    with pytest.raises(KeyboardInterrupt), batch._interrupt_held_back():
        signal.raise_signal(signal.SIGINT)
        done = True
    assert done
    assert signal.getsignal(signal.SIGINT) is before


def test_a_second_interrupt_does_not_wait() -> None:
    """Who presses Ctrl-C twice is let go at once."""
    with pytest.raises(KeyboardInterrupt), batch._interrupt_held_back():
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        pytest.fail("the second one was held back, too")
