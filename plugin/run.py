"""What the commands do once their arguments are settled: loop over outcomes, clean one file, describe a model."""

from __future__ import annotations

import difflib
import shutil
import sys
import textwrap
import time
from collections.abc import Iterable
from pathlib import Path

import click

from copydesk import DocumentError, Model, Report, Scorer

from .batch import Outcome
from .config import wants_colour
from .inputs import Failure, kind_of, read_bounded, read_file, standard_input
from .outputs import Csv, Jsonl, Writer, opened
from .table import Table, visible

_LEVELS = ("publish", "review", "hold")
_PROGRESS_AFTER = 1.0  # seconds: shorter work needs no progress
_PROGRESS_EVERY = 0.2
_BOM = "\ufeff"


class Progress:
    """A line on standard error that counts, where a person watches and nothing else moves on that terminal."""

    def __init__(self, wanted: bool) -> None:
        """Start the clock; `wanted` False never shows anything."""
        self._wanted = wanted and sys.stderr.isatty()
        self._start = self._last = time.monotonic()
        self._shown = False

    def __enter__(self) -> None:
        """Nothing is shown before the first update."""

    def __exit__(self, *_: object) -> None:
        """Leave a clean line behind, whatever happened."""
        self.clear()

    def update(self, done: int, failed: int) -> None:
        """Show the counts, now and then."""
        now = time.monotonic()
        if not self._wanted or now - self._start < _PROGRESS_AFTER or now - self._last < _PROGRESS_EVERY:
            return
        self._last, self._shown = now, True
        failures = f", {failed} failed" if failed else ""
        click.echo(f"\r\x1b[K{done} scored{failures}, {done / (now - self._start):.0f} a second", err=True, nl=False)

    def clear(self) -> None:
        """Make room for another line."""
        if self._shown:
            click.echo("\r\x1b[K", err=True, nl=False)
            self._shown = False


def run(
    outcomes: Iterable[Outcome],
    output_format: str,
    output: Path | None,
    *,
    with_text: bool = False,
    fail_on: str | None = None,
    quiet: bool = False,
) -> int:
    """Write every report and name every failure, as they come; the exit code."""
    on_terminal = output is None and sys.stdout.isatty()
    writer = _writer(output_format, with_text, on_terminal)
    progress = Progress(not quiet and not on_terminal)
    done, failed, worst = 0, 0, 0
    encoding = sys.stdout.encoding if on_terminal else "utf-8"
    with opened(output) as stream, progress:
        stream.write(writer.start().encode(encoding, "replace"))
        for outcome in outcomes:
            if isinstance(outcome, Report):
                done, worst = done + 1, max(worst, _LEVELS.index(outcome.action))
                stream.write(writer.add(outcome).encode(encoding, "replace"))
                if on_terminal:
                    stream.flush()
            else:
                failed += 1
                progress.clear()
                _name(outcome)
            progress.update(done, failed)
        stream.write(writer.end(failed).encode(encoding, "replace"))
    if failed:
        return 3
    return 1 if fail_on and worst >= _LEVELS.index(fail_on) else 0


def _name(failure: Failure) -> None:
    click.echo(f"{visible(failure.where)}: {visible(failure.reason)}", err=True)


def _writer(output_format: str, with_text: bool, on_terminal: bool) -> Writer:
    if output_format == "jsonl":
        return Jsonl(with_text)
    if output_format == "csv":
        return Csv()
    columns = shutil.get_terminal_size().columns if on_terminal else 120
    return Table(columns, wants_colour(on_terminal))


def run_clean(scorer: Scorer, file: str, output: Path | None, *, padding: bool, dry_run: bool) -> None:
    """Clean one file; the source is read whole before anything is written, so that `output` may be the file itself.

    Raises DocumentError that names the file.
    """
    try:
        raw = read_bounded(standard_input()) if file == "-" else read_file(Path(file))
        source = raw.decode()
        cleaned = scorer.clean(source.removeprefix(_BOM), kind=kind_of(file), padding=padding)
    except UnicodeDecodeError as error:
        raise DocumentError(
            f"{file}: not UTF-8 at byte {error.start}; what is edited must be, so that nothing is lost"
        ) from error
    except DocumentError as error:
        raise DocumentError(f"{file}: {error}") from error
    for found in cleaned.removed:
        click.echo(f"removed {found.signal} {found.reason}: {visible(found.quote)}", err=True)
    if not cleaned.removed:
        click.echo("nothing to remove", err=True)
    content = (_BOM if source.startswith(_BOM) else "") + cleaned.content
    if dry_run:
        click.echo(_difference(file, source, content), nl=False)
        return
    with opened(output) as stream:
        stream.write(content.encode("utf-8", "replace"))


def _difference(name: str, before: str, after: str) -> str:
    """A unified diff for reading: coloured on a terminal, and without what could drive it."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), f"{name}", f"{name} (cleaned)", lineterm="")
    shown = []
    for line in lines:
        colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1]) if wants_colour(sys.stdout.isatty()) else None
        shown.append(click.style(line[:1] + visible(line[1:]), fg=colour) + "\n")
    return "".join(shown)


def describe(model: Model) -> str:
    """The model for people: each head with its threshold and the sentence that states it, and the main figures."""
    manifest = model.manifest
    made_with = visible(str(manifest.get("made_with", "")))
    lines = [f"{visible(model.name)}  {made_with}".rstrip(), "", "A signal is flagged from this score on:"]
    for signal in model.heads:
        stated = visible(str(manifest["thresholds"][signal].get("statement", "")))
        row = f"  {signal:<15}{model.threshold(signal):.4f}  {stated}"
        lines += textwrap.wrap(row, 100, subsequent_indent=" " * 25)
    metrics = manifest.get("metrics") or {}
    if metrics:
        lines += ["", "Figures on the dev files (copydesk model --card says what each means):"]
        lines += [f"  {visible(name).replace('_', ' '):<28}{value:.4f}" for name, value in metrics.items()]
    return "\n".join(lines)
