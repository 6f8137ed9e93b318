"""Where reports go: JSON lines, CSV, the table or Parquet; to standard output, or to a file that is whole or not there."""

from __future__ import annotations

import csv
import gzip
import io
import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Protocol, cast

from copydesk import SIGNALS, CopydeskError, Report, Source

from .inputs import Failure
from .schema import dumps, failure_to_dict, to_json
from .table import claimed, visible, worst

_LEVEL = 6  # of gzip: a third of the time of 9, and 1 % larger
_FORMULA = ("=", "+", "-", "@")  # a spreadsheet runs a cell that begins so


class OutputError(CopydeskError):
    """An output file that cannot be written."""


class Writer(Protocol):
    """Turns reports into one format, piece by piece: text, or bytes where the format is none."""

    def start(self) -> str | bytes:
        """What stands before the first report."""

    def add(self, report: Report) -> str | bytes:
        """One report, or several that were held back, or nothing yet."""

    def fail(self, failure: Failure) -> str | bytes:
        """The text in the place of a report, of an input that has none."""

    def end(self, failed: int = 0) -> str | bytes:
        """What stands after the last report; `failed` is the number of inputs without one."""


def as_bytes(piece: str | bytes, encoding: str = "utf-8") -> bytes:
    """What a writer made, as it goes into a file."""
    return piece if isinstance(piece, bytes) else piece.encode(encoding, "replace")


class Jsonl:
    """A report a line, as the contract has it."""

    def __init__(self, with_text: bool = False, with_alignment: bool = False) -> None:
        """`with_text` adds the text that the offsets index, `with_alignment` the sentences that sources share with it."""
        self._with_text, self._with_alignment = with_text, with_alignment

    def start(self) -> str:
        """Nothing."""
        return ""

    def add(self, report: Report) -> str:
        """One line."""
        return dumps(report, self._with_text, self._with_alignment) + "\n"

    def fail(self, failure: Failure) -> str:
        """One line, an object with the key "error"."""
        return to_json(failure_to_dict(failure)) + "\n"

    def end(self, failed: int = 0) -> str:
        """Nothing."""
        return ""


class Csv:
    """A row an article, for spreadsheets; no cell can start a formula."""

    def start(self) -> str:
        """The names of the columns."""
        scores = [column for name in SIGNALS for column in (name, f"{name}_flagged")]
        source = ["source_id", "source_relation", "source_score", "source_share"]
        return _csv_line(["id", "action", "score", *scores, "evidence", "worst_quote", "notes", *source])

    def add(self, report: Report) -> str:
        """One row; `evidence` counts the lines of flagged signals that `worst_quote` is chosen from. The source is the best that the
        article seems to be made from; its cells are empty where there is none."""
        lines = worst(report)
        scores = []
        for name in SIGNALS:
            result = report.signals[name]
            scores += [_number(result.score), "true" if result.flagged else "false"]
        return _csv_line(
            [
                _cell(report.id),
                report.action,
                _number(report.score),
                *scores,
                str(sum(count for _, count in lines)),
                _cell(lines[0][0].quote if lines else ""),
                _cell(" | ".join(report.notes)),
                *_source(claimed(report)),
            ]
        )

    def fail(self, failure: Failure) -> str:
        """One row with the action "error"; the reason stands among the notes."""
        name = failure.where if failure.id is None else failure.id
        empty = [""] * (1 + 2 * len(SIGNALS) + 2)
        return _csv_line([_cell(name), "error", *empty, _cell(f"{failure.type}: {failure.reason}"), *_source(None)])

    def end(self, failed: int = 0) -> str:
        """Nothing."""
        return ""


def is_packed(path: Path | None) -> bool:
    """Is a file of that name to be gzipped?"""
    return path is not None and path.name.lower().endswith(".gz")


def check_output(output_format: str, path: Path | None) -> None:
    """Raises OutputError for a file whose name promises something else than this format, and for bytes on a terminal."""
    name = "" if path is None else path.name.lower()
    if name.endswith(".zst"):
        raise OutputError(f"{path}: reports are packed as .gz, not as .zst")
    if output_format == "parquet" and name.endswith(".gz"):
        raise OutputError(f"{path}: Parquet is packed in itself: leave out .gz")
    if output_format != "parquet" and name.endswith(".parquet"):
        raise OutputError(f"{path}: expected --format parquet, it is {output_format}")
    if output_format == "parquet" and path is None and sys.stdout.isatty():
        raise OutputError("--format parquet is nothing for a terminal: expected --output FILE.parquet")


@contextmanager
def opened(path: Path | None, *, packed: bool = False) -> Iterator[IO[bytes]]:
    """A binary stream: standard output for None, else a file that takes its name only when all of it is on the disk; `packed`: what
    is written is gzipped on its way.

    Raises OutputError where the file cannot be written; then, and on any other error, an older file stays as it was.
    """
    if packed:
        with opened(path) as plain, gzip.GzipFile("", "wb", _LEVEL, plain, mtime=0) as stream:
            yield cast("IO[bytes]", stream)
        return
    try:
        if path is None:
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
            return
        target = Path(os.path.realpath(path))  # a link stays a link to the new content
        if target.exists() and not target.is_file():  # a pipe or a device: there is nothing to replace
            with target.open("wb") as stream:
                yield stream
        else:
            yield from _replaced(target)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"{path or 'standard output'}: cannot be written ({error.strerror or error})") from error


def _replaced(target: Path) -> Iterator[IO[bytes]]:
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:100]}.", suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            os.fchmod(stream.fileno(), _mode(target))
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(target)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


def _mode(target: Path) -> int:
    """The permissions of the file that is replaced, or those that a new file would have."""
    with suppress(OSError):
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _csv_line(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()


def _cell(text: str) -> str:
    shown = visible(text)
    return "'" + shown if shown.lstrip().startswith(_FORMULA) else shown


def _source(source: Source | None) -> list[str]:
    if source is None:
        return [""] * 4
    return [_cell(source.id), _cell(source.relation), _number(source.score), _number(source.share)]


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"
