"""What the commands do once their arguments are settled: loop over outcomes, clean one file, describe a model."""

from __future__ import annotations

import difflib
import re
import shutil
import sys
import textwrap
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from copydesk import DocumentError, Model, Policy, Report, Scorer

from .batch import Outcome
from .config import wants_colour
from .inputs import Failure, kind_of, read_bounded, read_file, standard_input
from .outputs import Csv, Jsonl, Writer, is_packed, opened
from .report_page import ReportPage
from .schema import cleaned_to_dict, to_json
from .table import Table, visible

_LEVELS = ("publish", "review", "hold")
_PROGRESS_AFTER = 1.0  # seconds: shorter work needs no progress
_PROGRESS_EVERY = 0.2
_LONGEST_LINE = 400  # characters of a diff's line
_FOLD = re.compile(
    r"(?<=[^\n])(?=<(?:!--|p|div|h[1-6]|ul|ol|li|table|tr|figure|blockquote|section|article|aside|header|footer|hr|br)[\s/>])"
    r"|(?<=[.!?…][\"”’)]) (?=\S)|(?<=[.!?…]) (?=\S)"
)
_NO_NEWLINE = "\0"  # in no text that was read
_HEADER: Mapping[str, Any] = {"bold": True}
_DIFF_STYLES: Mapping[str, Mapping[str, Any]] = {"+": {"fg": "green"}, "-": {"fg": "red"}, "@": {"fg": "cyan"}}


class Progress:
    """A line on standard error that counts, where a person watches and nothing else moves on that terminal."""

    def __init__(self, *, quiet: bool) -> None:
        """Start the clock; `quiet` never shows anything."""
        self._wanted = not quiet and sys.stderr.isatty()
        self._start = self._last = time.monotonic()
        self._doing = ""
        self._shown = False

    def __enter__(self) -> None:
        """Nothing is shown before the first update."""

    def __exit__(self, *_: object) -> None:
        """Leave a clean line behind, whatever happened."""
        self.clear()

    def counted(self, done: int) -> None:
        """Show how many inputs the first pass has read, now and then."""
        self._show("read", done, "")

    def compared(self, done: int) -> None:
        """Show how many inputs were compared with the others, now and then."""
        self._show("compared", done, "")

    def scored(self, done: int, failed: int) -> None:
        """Show how many are scored, now and then."""
        self._show("scored", done, f", {failed} failed" if failed else "")

    def added(self, done: int, failed: int) -> None:
        """Show how many have gone into an archive, now and then."""
        self._show("added", done, f", {failed} failed" if failed else "")

    def _show(self, doing: str, done: int, more: str) -> None:
        now = time.monotonic()
        if doing != self._doing:
            self._doing, self._start = doing, now
        if not self._wanted or now - self._start < _PROGRESS_AFTER or now - self._last < _PROGRESS_EVERY:
            return
        self._last, self._shown = now, True
        click.echo(f"\r\x1b[K{done} {doing}{more}, {done / (now - self._start):.0f} a second", err=True, nl=False)

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
    with_alignment: bool = False,
    fail_on: str | None = None,
    policy: Policy | None = None,
    progress: Progress,
) -> int:
    """Write every report and name every failure, as they come; the exit code.

    `policy` is named on a page of HTML. `progress` may have shown the first pass already; reports on the same terminal need none.
    """
    on_terminal = output is None and sys.stdout.isatty()
    writer = _writer(output_format, on_terminal, with_text, with_alignment, policy)
    done, failed, worst = 0, 0, 0
    encoding = sys.stdout.encoding if on_terminal else "utf-8"
    with opened(output, packed=is_packed(output)) as stream, progress:
        stream.write(_bytes(writer.start(), encoding))
        for outcome in outcomes:
            if on_terminal or isinstance(outcome, Failure):
                progress.clear()
            if isinstance(outcome, Report):
                done, worst = done + 1, max(worst, _LEVELS.index(outcome.action))
                stream.write(_bytes(writer.add(outcome), encoding))
                if on_terminal:
                    stream.flush()
            else:
                failed += 1
                _name(outcome)
                if isinstance(writer, ReportPage):
                    writer.fail(outcome)
            if not on_terminal:
                progress.scored(done, failed)
        stream.write(_bytes(writer.end(failed), encoding))
    if failed:
        return 3
    return 1 if fail_on and worst >= _LEVELS.index(fail_on) else 0


def _name(failure: Failure) -> None:
    click.echo(f"{visible(failure.where)}: {visible(failure.reason)}", err=True)


def _bytes(piece: str | bytes, encoding: str) -> bytes:
    return piece if isinstance(piece, bytes) else piece.encode(encoding, "replace")


def _writer(
    output_format: str, on_terminal: bool, with_text: bool, with_alignment: bool, policy: Policy | None
) -> Writer:
    if output_format == "jsonl":
        return Jsonl(with_text, with_alignment)
    if output_format == "parquet":
        from .output_parquet import Parquet

        return Parquet(with_text, with_alignment)
    if output_format == "csv":
        return Csv()
    if output_format == "html":
        return ReportPage(policy)
    columns = shutil.get_terminal_size().columns if on_terminal else 120
    return Table(columns, wants_colour(on_terminal))


def run_clean(
    scorer: Scorer, file: str, output: Path | None, *, padding: bool, dry_run: bool, as_json: bool = False
) -> None:
    """Clean one file; the source is read whole before anything is written, so that `output` may be the file itself.

    Written is the cleaned source, or `as_json` one line of JSON with it and the evidence that was removed.

    Raises DocumentError that names the file.
    """
    try:
        raw = read_bounded(standard_input()) if file == "-" else read_file(Path(file))
        source = raw.decode()
        cleaned = scorer.clean(source, kind=kind_of(file), padding=padding)
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
    if dry_run:
        click.echo(_difference(file, source, cleaned.content), nl=False)
        return
    content = to_json(cleaned_to_dict(cleaned)) + "\n" if as_json else cleaned.content
    with opened(output) as stream:
        stream.write(content.encode("utf-8", "replace"))


def _difference(name: str, before: str, after: str) -> str:
    """A unified diff for reading: coloured on a terminal, without what could drive it, and long lines folded.

    A body of HTML is often one line. Where a line that changed is too long to be read, both sides are broken before block elements
    and after sentences; then the diff shows what goes, but cannot be applied.
    """
    colours = wants_colour(sys.stdout.isatty())
    lines = list(_unified(name, before, after))
    if any(len(line) > _LONGEST_LINE for line in lines[2:]):
        lines = list(_unified(name, _FOLD.sub("\n", before), _FOLD.sub("\n", after)))
    shown = []
    for index, line in enumerate(lines):
        line = line[:1] + visible(line[1:])
        style = _HEADER if index < 2 else _DIFF_STYLES.get(line[:1])
        shown.append((click.style(line, **style) if colours and style else line) + "\n")
    return "".join(shown)


def _unified(name: str, before: str, after: str) -> Iterator[str]:
    for line in difflib.unified_diff(_lines(before), _lines(after), name, f"{name} (cleaned)", lineterm=""):
        yield line.removesuffix(_NO_NEWLINE)
        if line.endswith(_NO_NEWLINE):
            yield "\\ No newline at end of file"


def _lines(text: str) -> list[str]:
    """Lines without their ends; a last one that has no end says so."""
    lines = re.split("\r\n?|\n", text)
    last = lines.pop()
    return [*lines, last + _NO_NEWLINE] if last else lines


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
