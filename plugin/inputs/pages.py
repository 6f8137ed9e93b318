"""How far the pages of a Parquet file unpack, by their headers, before any of them is.

pyarrow allocates what a page's header states, up to 2 GB, and has no limit to set. A header is a struct in Thrift's compact protocol
(github.com/apache/parquet-format, PageHeader): field 2 is the size unpacked, 3 the size in the file. The rest is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from . import limits

_STOP, _BINARY, _STRUCT = 0, 8, 12
_FIXED = {1: 0, 2: 0, 3: 1, 7: 8, 13: 16}  # bytes of booleans in a struct, of a byte, a double and a UUID
_VARINTS = (4, 5, 6)
_DEEPEST = 16  # structs in structs; a page header has three


class PageError(ValueError):
    """A page that is too large, or whose header cannot be read."""


def check_pages(stream: IO[bytes], chunks: Iterator[tuple[str, int, int]]) -> int:
    """Look at every page of these (column, offset, bytes in the file), and leave the stream somewhere; bytes of the largest, unpacked.

    Raises PageError for a page that unpacks to more than MAX_PAGE bytes, or is no page.
    """
    largest = 0
    for column, start, size in chunks:
        at = start
        while at < start + size:
            stream.seek(at)
            header = _Header(stream)
            unpacked, packed = header.sizes()
            if packed < 0 or unpacked < 0:
                raise PageError(f"the Parquet file is damaged (a page of column {column!r} has no size)")
            if unpacked > limits.MAX_PAGE:
                raise PageError(f"a page of column {column!r} has {unpacked} bytes, at most {limits.MAX_PAGE} are read")
            largest = max(largest, unpacked)
            at = stream.tell() + packed
    return largest


class _Header:
    """One page header, read from where the stream stands."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def sizes(self) -> tuple[int, int]:
        """Bytes unpacked and in the file, -1 where it does not say; the stream stands behind the header then."""
        found = {2: -1, 3: -1}
        for field, kind in self._fields():
            if field in found and kind == 5:
                found[field] = self._signed()
            else:
                self._skip(kind, 0)
        return found[2], found[3]

    def _fields(self) -> Iterator[tuple[int, int]]:
        field = 0
        while (head := self._byte()) != _STOP:
            field = field + (head >> 4) if head >> 4 else self._signed()
            yield field, head & 15

    def _skip(self, kind: int, depth: int) -> None:
        if depth > _DEEPEST:
            raise PageError("the Parquet file is damaged (a page header is nested too deeply)")
        if kind in _FIXED:
            self._stream.seek(_FIXED[kind], 1)
        elif kind in _VARINTS:
            self._unsigned()
        elif kind == _BINARY:
            self._stream.seek(self._unsigned(), 1)
        elif kind == _STRUCT:
            for _, inner in self._fields():
                self._skip(inner, depth + 1)
        else:  # lists, sets and maps are in no page header
            raise PageError("the Parquet file is damaged (a page header cannot be read)")

    def _signed(self) -> int:
        value = self._unsigned()
        return value >> 1 ^ -(value & 1)

    def _unsigned(self) -> int:
        value = 0
        for shift in range(0, 70, 7):
            byte = self._byte()
            value |= (byte & 127) << shift
            if byte < 128:
                return value
        raise PageError("the Parquet file is damaged (a number in a page header is too long)")

    def _byte(self) -> int:
        found = self._stream.read(1)
        if not found:
            raise PageError("the Parquet file is damaged (it ends within a page header)")
        return found[0]
