"""What the commands do once their arguments are settled: clean one file, describe a model."""

from __future__ import annotations

import difflib
import re
import sys
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from copydesk import DocumentError, Model, Scorer

from .config import wants_colour
from .inputs import kind_of, read_bounded, read_file, standard_input
from .outputs import opened
from .schema import cleaned_to_dict, to_json
from .table import visible

_LONGEST_LINE = 400  # characters of a diff's line
_FOLD = re.compile(
    r"(?<=[^\n])(?=<(?:!--|p|div|h[1-6]|ul|ol|li|table|tr|figure|blockquote|section|article|aside|header|footer|hr|br)[\s/>])"
    r"|(?<=[.!?…][\"”’)]) (?=\S)|(?<=[.!?…]) (?=\S)"
)
_NO_NEWLINE = "\0"  # in no text that was read
_HEADER: Mapping[str, Any] = {"bold": True}
_DIFF_STYLES: Mapping[str, Mapping[str, Any]] = {"+": {"fg": "green"}, "-": {"fg": "red"}, "@": {"fg": "cyan"}}


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
