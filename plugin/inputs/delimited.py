"""CSV and TSV with named columns, a row an article; rows count from 1, the header is not one of them.

The csv module joins the lines of a quoted cell for as long as its quotes are open. So the lines are counted on their way to it: a row
that is larger than any input may be ends the file there, as nobody can tell where the next one starts.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from typing import IO

from . import limits
from .columns import ColumnError, Columns, chosen, row_of
from .items import Failure, Input
from .reading import PackedError, is_damage, unpacked, why

_REST = "the rest of the file is not scored"
_NOT_UTF8 = re.compile("[\udc80-\udcff]")
_MARKS = {codecs.BOM_UTF16_LE: "UTF-16", codecs.BOM_UTF16_BE: "UTF-16"}


class _RowError(ValueError):
    """A row that cannot be read to its end; the message says why."""


class _Lines:
    """The lines of a file as characters; bytes that are not UTF-8 become surrogates, so that their row alone is refused."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._size = 0
        self._first = True

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._stream.readline(limits.MAX_INPUT + 1 - self._size)
        if self._first:
            self._first = False
            if mark := next((mark for mark in _MARKS if line.startswith(mark)), None):
                raise _RowError(f"the file is {_MARKS[mark]}, expected UTF-8")
            line = line.removeprefix(codecs.BOM_UTF8)
        if not line:
            raise StopIteration
        self._size += len(line)
        if self._size > limits.MAX_INPUT:
            raise _RowError(f"the row is larger than {limits.MAX_INPUT} bytes (a quote that is not closed?)")
        return line.decode("utf-8", "surrogateescape")

    def next_row(self) -> None:
        """The row is read: the next may be as large again."""
        self._size = 0


def delimited(name: str, stream: IO[bytes], columns: Columns, delimiter: str | None) -> Iterator[Input]:
    """The rows of a CSV file, unpacked if it comes packed; `delimiter` None is told by the header: comma, else semicolon or tab."""
    number = 0
    try:
        lines = _Lines(unpacked(stream))
        header = next(lines, "")
        if not header.strip():
            yield Failure(name, "the file is empty, expected a row of column names")
            return
        rows = _reader(header, lines, delimiter)
        names = [cell.strip() for cell in next(rows)]
        places = chosen(columns, names)
        while True:
            lines.next_row()
            try:
                cells = next(rows, None)
            except csv.Error as error:  # a NUL byte, before Python 3.11
                number += 1
                yield Failure(f"{name}: row {number}", f"not CSV ({error})")
                continue
            if cells is None:
                break
            if cells:
                number += 1
                yield _row(f"{name}: row {number}", cells, len(names), places)
        if not number:
            yield Failure(name, "there are no rows below the column names")
    except (ColumnError, PackedError) as error:
        yield Failure(name, str(error))
    except Exception as error:
        if not (isinstance(error, OSError | _RowError | csv.Error) or is_damage(error)):
            raise
        yield Failure(f"{name}: row {number + 1}", f"{why(error)}; {_REST}")


def _reader(header: str, lines: _Lines, delimiter: str | None) -> Iterator[list[str]]:
    if delimiter is None:
        delimiter = next((each for each in ",;\t" if each in header), ",")
    csv.field_size_limit(limits.MAX_INPUT)  # of all readers in this process: 128 KiB is less than a web page has
    return csv.reader(_After(header, lines), delimiter=delimiter, strict=False)


class _After:
    """The header and then the lines; unlike a generator, it goes on after an error."""

    def __init__(self, header: str, lines: _Lines) -> None:
        self._header: str | None = header
        self._lines = lines

    def __iter__(self) -> _After:
        return self

    def __next__(self) -> str:
        header, self._header = self._header, None
        return next(self._lines) if header is None else header


def _row(where: str, cells: list[str], width: int, places: dict[str, int]) -> Input:
    if len(cells) > width:
        return Failure(where, f"the row has {len(cells)} cells, expected at most {width}, one a column")
    fields = {field: cells[at] if at < len(cells) else "" for field, at in places.items()}
    for field, cell in fields.items():
        if not cell.isascii() and _NOT_UTF8.search(cell):
            return Failure(where, f"field {field!r} is not UTF-8")
    return row_of(where, fields)
