"""How far a batch is: on a terminal, in a log, and not at all; and how many failures are named."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from copydesk.plugin import progress
from copydesk.plugin.inputs import Failure
from copydesk.plugin.outputs import Jsonl
from copydesk.plugin.progress import Progress, Rate, duration
from copydesk.plugin.scoring import run


class Clock:
    """The time, in seconds, as a test has it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        """What the time module would say."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock for all progress that is shown."""
    made = Clock()
    monkeypatch.setattr(progress, "time", made)
    return made


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Makes standard error a terminal of so many columns."""

    def make(columns: int) -> None:
        monkeypatch.setattr("sys.stderr.isatty", lambda: True)
        monkeypatch.setenv("COLUMNS", str(columns))

    return make


def _scored(clock: Clock, shown: Progress, seconds: int, *, rate: int = 100) -> None:
    """So many a second, a tenth of them flagged and a hundredth failed."""
    for second in range(1, seconds + 1):
        done = second * rate
        clock.now += 1
        shown.scored(done, done // 100, done // 10)


def test_a_rate_is_that_of_late() -> None:
    """What was an hour ago plays no part in what is said of the rate."""
    rate = Rate(0.0)
    assert rate.value == 0.0
    for second in range(1, 3600):
        rate.update(second * 10, float(second))
    assert rate.value == pytest.approx(10)
    for second in range(3600, 3720):
        rate.update(35_990 + (second - 3599) * 200, float(second))
    assert rate.value == pytest.approx(200, rel=0.01)


def test_a_log_has_a_plain_line_every_half_minute(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    """Where standard error is no terminal, a line without control characters tells done, rate, flagged and failed."""
    shown = Progress(quiet=False)
    with shown:
        shown.scored(0, 0)
        _scored(clock, shown, 95)
    assert capsys.readouterr().err == (
        "3,000 scored, 100 a second, 300 flagged, 30 failed\n"
        "6,000 scored, 100 a second, 600 flagged, 60 failed\n"
        "9,000 scored, 100 a second, 900 flagged, 90 failed\n"
    )


def test_what_was_counted_tells_the_time_left(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    """The first pass says how many there are; the second tells the share and the time that is left."""
    shown = Progress(quiet=False)
    for thousands in range(13):
        shown.counted(thousands * 1000)
        clock.now += 5
    shown.scored(0, 0)
    _scored(clock, shown, 31)
    read, read_again, scored = capsys.readouterr().err.splitlines()
    assert (read, read_again) == ("6,000 read, 200 a second", "12,000 read, 200 a second")
    assert scored == "3,000 of 12,000 scored (25 %), 100 a second, 90 s left, 300 flagged, 30 failed"


def test_a_terminal_has_one_line_that_is_written_over(
    clock: Clock, terminal: Callable[[int], None], capsys: pytest.CaptureFixture[str]
) -> None:
    """On a terminal, the line is shown five times a second after the first one, never wraps, and is gone at the end."""
    terminal(40)
    shown = Progress(quiet=False)
    with shown:
        shown.scored(0, 0)
        for tick in range(1, 21):
            clock.now += 0.1
            shown.scored(tick * 10, 0, tick)
    *lines, last = capsys.readouterr().err.split("\r\x1b[K")[1:]
    assert 5 <= len(lines) <= 6
    assert lines[-1] == "200 scored, 100 a second, 20 flagged"[:39]
    assert last == ""


def test_quiet_says_nothing(clock: Clock, terminal: Callable[[int], None], capsys: pytest.CaptureFixture[str]) -> None:
    """With --quiet there is no line, on a terminal or in a log."""
    for prepare in (lambda: None, lambda: terminal(80)):
        prepare()
        shown = Progress(quiet=True)
        with shown:
            _scored(clock, shown, 120)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (99.4, "99 s"), (100, "2 min"), (5940, "99 min"), (7800, "2 h 10 min"), (273_600, "3 d 4 h")],
)
def test_a_time_is_said_for_people(seconds: float, said: str) -> None:
    """Seconds below 100, minutes below 100, hours below 48, then days."""
    assert duration(seconds) == said


def test_of_each_kind_a_hundred_failures_are_named(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """Standard error names the first 100 failures of a kind and counts the others; the output has all of them."""
    outcomes = [Failure(f"a{n}", "the document is empty") for n in range(250)]
    outcomes += [Failure(f"b{n}", "larger than it may be", "too-large") for n in range(100)]
    assert run(outcomes, Jsonl(), None, progress=Progress(quiet=True)) == 3
    shown = capfdbinary.readouterr()
    lines = shown.err.decode().splitlines()
    assert lines[:100] == [f"a{n}: the document is empty" for n in range(100)]
    assert lines[100:-1] == [f"b{n}: larger than it may be" for n in range(100)]
    assert lines[-1] == "... and 150 more of this kind: unreadable"
    assert len(shown.out.splitlines()) == 350
