"""`copydesk score`: every outcome to its writer as it comes, every failure named, and at the end what there is to tell."""

from __future__ import annotations

import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from copydesk import Policy, Report

from .batch import MANY, Made
from .config import wants_colour
from .inputs import Failure, Input
from .item import Line
from .outputs import Csv, Jsonl, OutputError, Writer, as_bytes, is_packed, opened
from .progress import Progress, duration
from .stopping import Stopped, command_to_go_on, stoppable
from .table import Table, visible

if TYPE_CHECKING:
    from .resume import Resume

_LEVELS = ("publish", "review", "hold")
_NAMED = 100  # failures of one kind that are named on standard error; the output has them all


@dataclass(slots=True)
class Tally:
    """What became of the inputs so far."""

    actions: Counter[str] = field(default_factory=Counter)
    kept: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    start: float = field(default_factory=time.monotonic)

    @property
    def failed(self) -> int:
        """Inputs without a report."""
        return self.actions["error"]

    @property
    def done(self) -> int:
        """All inputs so far."""
        return self.actions.total()

    @property
    def flagged(self) -> int:
        """Articles to be looked at."""
        return self.actions["review"] + self.actions["hold"]

    def code(self, fail_on: str | None) -> int:
        """What the process exits with."""
        if self.failed:
            return 3
        wanted = _LEVELS[_LEVELS.index(fail_on) :] if fail_on else ()
        return int(any(self.actions[action] for action in wanted))

    def summary(self) -> str:
        """Counts, seconds and rate, for one line."""
        seconds = time.monotonic() - self.start
        fresh = self.done - self.kept
        counts = [f"{self.actions[action]:,} {action}" for action in reversed(_LEVELS)]
        counts += [f"{self.failed:,} failed"] if self.failed else []
        kept = f" ({self.kept:,} of them in an earlier run)" if self.kept else ""
        rate = f", {fresh / seconds:,.0f} a second" if fresh and seconds > 0 else ""
        noun = "article" if self.done == 1 else "articles"
        return f"{self.done:,} {noun}{kept} in {_took(seconds)}{rate}: {', '.join(counts)}"


def writer_of(
    output_format: str,
    *,
    with_text: bool = False,
    with_alignment: bool = False,
    policy: Policy | None = None,
    to_file: bool,
) -> Writer:
    """The writer of a format, for a file or else for standard output, which may be a terminal; `policy` is named on a page."""
    if output_format == "jsonl":
        return Jsonl(with_text, with_alignment)
    if output_format == "csv":
        return Csv()
    if output_format == "parquet":
        from .output_parquet import Parquet

        return Parquet(with_text, with_alignment)
    if output_format == "html":
        from .report_page import ReportPage

        return ReportPage(policy)
    on_terminal = not to_file and sys.stdout.isatty()
    columns = shutil.get_terminal_size().columns if on_terminal else 120
    return Table(columns, wants_colour(on_terminal))


def is_by_line(writer: Writer) -> bool:
    """Does each line stand for itself, so that any process can make it?"""
    return isinstance(writer, Jsonl | Csv)


def run(
    outcomes: Iterable[Made],
    writer: Writer,
    output: Path | None,
    *,
    resume: Resume | None = None,
    again: Iterable[Input] | None = None,
    fail_on: str | None = None,
    progress: Progress,
) -> int:
    """Write every outcome and name every failure, as they come; the exit code.

    `progress` may have shown the first pass already; reports on the same terminal need none. With `resume`, lines go there; where that
    has all of the inputs `again`, unchanged, no outcome is asked for.

    Raises OutputError where the output cannot be written.
    """
    tally = Tally()
    on_terminal = output is None and sys.stdout.isatty()
    sink: AbstractContextManager[IO[bytes] | None] = (
        nullcontext() if resume else opened(output, packed=is_packed(output))
    )
    with stoppable():
        try:
            with sink as stream, progress:
                known = resume.unchanged(again, progress.checked) if resume and again is not None else None
                if known is not None:
                    tally.actions, tally.kept = known, known.total()
                else:
                    _write_all(outcomes, writer, stream or resume, tally, progress, on_terminal)
        except Stopped as stopped:
            _stopped(tally, resume, writer, to_file=output is not None)
            sys.exit(stopped.code)
        except OSError as error:
            if resume is None:
                raise
            click.echo(f"what is written so far stays; to go on: {command_to_go_on()}", err=True)
            raise OutputError(f"{output}.part: cannot be written ({error.strerror or error})") from error
    for kind, count in tally.kinds.items():
        if count > _NAMED:
            click.echo(f"... and {count - _NAMED:,} more of this kind: {kind}", err=True)
    if not progress.quiet and (output is not None or tally.done >= MANY):
        click.echo(f"{'nothing to do: ' if known is not None else ''}{tally.summary()}", err=True)
    return tally.code(fail_on)


def _write_all(
    outcomes: Iterable[Made],
    writer: Writer,
    sink: IO[bytes] | Resume | None,
    tally: Tally,
    progress: Progress,
    on_terminal: bool,
) -> None:
    from .resume import Resume

    assert sink is not None
    encoding = sys.stdout.encoding if on_terminal else "utf-8"
    both = on_terminal and sys.stderr.isatty()  # what the output shows need not be said again beside it
    if not isinstance(sink, Resume):
        sink.write(as_bytes(writer.start(), encoding))
    for made in outcomes:
        if on_terminal:
            progress.clear()
        failure = _count(made, tally)
        if failure is not None and not both:
            _name(failure, tally, progress)
        if isinstance(sink, Resume):
            assert isinstance(made, Line)
            sink.add(made)
        else:
            sink.write(_text(made, writer, encoding))
        if on_terminal:
            sys.stdout.buffer.flush()
        else:
            progress.scored(tally.done, tally.failed, tally.flagged)
    if isinstance(sink, Resume):
        sink.finish()
    else:
        sink.write(as_bytes(writer.end(tally.failed), encoding))


def _count(made: Made, tally: Tally) -> Failure | None:
    """Count an outcome; the failure, if it is a new one."""
    if isinstance(made, Line):
        tally.actions[made.action] += 1
        tally.kept += made.kept
        return made.failure
    tally.actions[made.action if isinstance(made, Report) else "error"] += 1
    return made if isinstance(made, Failure) else None


def _text(made: Made, writer: Writer, encoding: str) -> bytes:
    if isinstance(made, Line):
        return made.text or b""
    return as_bytes(writer.fail(made) if isinstance(made, Failure) else writer.add(made), encoding)


def _name(failure: Failure, tally: Tally, progress: Progress) -> None:
    tally.kinds[failure.type] += 1
    if tally.kinds[failure.type] <= _NAMED:
        progress.clear()
        click.echo(f"{visible(failure.where)}: {visible(failure.reason)}", err=True)


def _stopped(tally: Tally, resume: Resume | None, writer: Writer, *, to_file: bool) -> None:
    """Tell somebody who ended the work what there is of it."""
    if resume:
        resume.suspend()
    click.echo(f"interrupted: {tally.summary()}", err=True)
    if resume:
        click.echo(f"to go on: {command_to_go_on()}", err=True)
    elif to_file:
        more = ", with --resume it could go on" if is_by_line(writer) else ""
        click.echo(f"nothing is written{more}", err=True)


def _took(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 10 else duration(seconds)
