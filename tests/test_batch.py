"""A batch gives one outcome an input, in order, the same over any number of processes."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from copydesk import Document, Policy, Report, Scorer
from copydesk.plugin import batch
from copydesk.plugin.batch import score_all, score_item
from copydesk.plugin.inputs import Article, Failure, FileInput, Input, RowInput
from copydesk.plugin.schema import dumps


class Broken:
    """A scorer with a fault of its own."""

    def score(self, document: Document) -> Report:
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
    monkeypatch.setattr(batch, "_score_in_parallel", lambda inputs, jobs, *_: calls.append(jobs) or iter(()))
    list(score_all(scorer, (Failure(str(n), "no") for n in range(count)), jobs=None, model=None, policy=Policy()))
    assert bool(calls) is parallel


def test_long_lines_make_a_window_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded by the bytes of a window, not only by its number of inputs."""
    monkeypatch.setattr(batch, "_WINDOW_BYTES", 100)
    rows = (RowInput(str(n), b"x" * 40) for n in range(10))
    assert [len(window) for window in iter(lambda: batch._take(rows, 5), [])] == [3, 3, 3, 1]


def test_a_killed_worker_ends_the_batch_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that the system kills is reported as such, with the number of inputs done."""
    monkeypatch.setattr(batch, "_score_chunk", _die)
    with pytest.raises(batch.BatchError, match=r"killed .* after 0 inputs"):
        list(batch._score_in_parallel(iter([Failure("a", "b")]), 2, None, Policy()))


def _die(*_: object) -> None:
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
