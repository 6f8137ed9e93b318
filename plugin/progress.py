"""How far a batch is: a line that is written over on a terminal, and a line every half minute in a log."""

from __future__ import annotations

import shutil
import sys
import time
from math import exp

import click

_AFTER = 1.0  # seconds: shorter work needs no progress
_EVERY = 0.2  # seconds between updates on a terminal
_EVERY_IN_LOG = 30.0
_MEMORY = 15.0  # seconds after which what was seen of the rate counts a third


class Rate:
    """Things a second, of late."""

    def __init__(self, now: float) -> None:
        """Nothing is done yet."""
        self._at, self._done = now, 0
        self._things = self._seconds = 0.0

    def update(self, done: int, now: float) -> None:
        """So many are done now."""
        fade = exp(-(now - self._at) / _MEMORY)
        self._things = self._things * fade + done - self._done
        self._seconds = self._seconds * fade + now - self._at
        self._at, self._done = now, done

    @property
    def value(self) -> float:
        """How many a second."""
        return self._things / self._seconds if self._seconds > 0 else 0.0


class Progress:
    """Tells on standard error how far the work is, unless `quiet`."""

    def __init__(self, *, quiet: bool) -> None:
        """Start the clock."""
        self.quiet = quiet
        self._terminal = sys.stderr.isatty()
        self._start = self._last = time.monotonic()
        self._rate = Rate(self._start)
        self._doing = ""
        self._total = 0  # as the first pass counted them
        self._shown = False

    def __enter__(self) -> None:
        """Nothing is shown before the first update."""

    def __exit__(self, *_: object) -> None:
        """Leave a clean line behind, whatever happened."""
        self.clear()

    def counted(self, done: int) -> None:
        """Show how many inputs the first pass has read, now and then."""
        self._total = done
        self._show("read", done, None)

    def checked(self, done: int) -> None:
        """Show how many inputs are the same as in an earlier run, now and then."""
        self._show("checked", done, None)

    def compared(self, done: int) -> None:
        """Show how many inputs were compared with the others, now and then."""
        self._show("compared", done, None)

    def scored(self, done: int, failed: int, flagged: int = 0) -> None:
        """Show how many inputs are through, now and then, and how many of them failed or were flagged."""
        self._show("scored", done, self._total, flagged, failed)

    def added(self, done: int, failed: int) -> None:
        """Show how many have gone into an archive, now and then."""
        self._show("added", done, None, 0, failed)

    def clear(self) -> None:
        """Make room for another line."""
        if self._shown:
            click.echo("\r\x1b[K", err=True, nl=False)
            self._shown = False

    def _show(self, doing: str, done: int, total: int | None, flagged: int = 0, failed: int = 0) -> None:
        now = time.monotonic()
        if doing != self._doing:
            self._doing, self._start, self._rate = doing, now, Rate(now)
            self._last = now
        every = _EVERY if self._terminal else _EVERY_IN_LOG
        if self.quiet or now - self._start < _AFTER or now - self._last < every:
            return
        self._last = now
        self._rate.update(done, now)
        line = self._line(doing, done, total or 0, flagged, failed)
        if self._terminal:
            self._shown = True
            line = line[: max(shutil.get_terminal_size().columns - 1, 10)]  # one that wraps cannot be written over
            click.echo(f"\r\x1b[K{line}", err=True, nl=False)
        else:
            click.echo(line, err=True)

    def _line(self, doing: str, done: int, total: int, flagged: int, failed: int) -> str:
        rate = self._rate.value
        parts = [f"{done:,} {doing}"]
        if total >= done > 0:
            parts = [f"{done:,} of {total:,} {doing} ({100 * done // total} %)"]
        parts.append(f"{rate:,.0f} a second")
        if total > done and rate > 0:
            parts.append(f"{duration((total - done) / rate)} left")
        if flagged:
            parts.append(f"{flagged:,} flagged")
        if failed:
            parts.append(f"{failed:,} failed")
        return ", ".join(parts)


def duration(seconds: float) -> str:
    """A time for people: "23 s", "4 min", "2 h 10 min", "3 d 4 h"."""
    whole = round(seconds)
    if whole < 100:
        return f"{whole} s"
    minutes = round(whole / 60)
    if minutes < 100:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min"
    return f"{hours // 24} d {hours % 24} h"
