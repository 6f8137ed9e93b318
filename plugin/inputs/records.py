"""The bytes of a WARC file, a record at a time, in spite of damage: bounded headers, and a way on to the next record.

A `.warc.gz` is one gzip member a record. Where one is damaged, the search for the next goes on in the packed bytes; where a record
says a wrong length, it goes on in what was read of it. So one bad record costs no other.
"""

from __future__ import annotations

import os
import stat
import zlib
from typing import IO

from . import limits
from .reading import GZIP, starts_with

_STEP = 64 * 1024
_MEMBER = GZIP + b"\x08"
_BACK = 64  # times MAX_INPUT: what is looked through twice in one file, so that lies about lengths cannot cost the square of it
MARK = b"WARC/"


class Damaged(ValueError):
    """A record that cannot be read; the message says why. `skip_to_record` goes on behind it."""


class RecordStream:
    """Reads lines and blocks; gzip members are unpacked as they come, as if they were one stream."""

    def __init__(self, stream: IO[bytes]) -> None:
        """Nothing is read yet but for the first bytes, which tell whether it is packed."""
        self._stream = stream
        self._packed = starts_with(stream, GZIP)
        self._inflate = zlib.decompressobj(31)
        self._raw = b""  # packed, not yet unpacked
        self._fresh = True  # the next packed byte is a member's first
        self._first = False  # the bytes that came last are a member's first
        self._jumped = False
        self._ahead = b""
        self._at = 0
        self._headers = 0
        self._budget = _BACK * limits.MAX_INPUT
        self._ended = False

    def begin(self) -> None:
        """A record starts here: its headers may be as long again."""
        self._headers = 0

    def tell(self) -> int:
        """For libraries that count what they read; always 0."""
        return 0

    def readline(self, size: int | None = None) -> bytes:
        """A line of a record's headers. Raises Damaged where they are too long."""
        while (end := self._ahead.find(b"\n", self._at)) < 0:
            if len(self._ahead) - self._at + self._headers > limits.MAX_HEADERS or not self._more():
                end = len(self._ahead) - 1
                break
        line = self._take(end + 1 - self._at)
        self._headers += len(line)
        if self._headers > limits.MAX_HEADERS:
            raise Damaged(f"its headers are longer than {limits.MAX_HEADERS} bytes")
        return line

    def read(self, size: int = -1) -> bytes:
        """So many bytes, fewer only at the end. Raises Damaged, and then nothing is lost of what was read."""
        parts = []
        left = size
        try:
            while left > 0 and (self._at < len(self._ahead) or self._more()):
                parts.append(self._take(min(left, len(self._ahead) - self._at)))
                left -= len(parts[-1])
        except Damaged:
            self.back(b"".join(parts))
            raise
        return b"".join(parts)

    def back(self, data: bytes) -> None:
        """Read this again, as far as there is patience for it."""
        if len(data) <= self._budget:
            self._budget -= len(data)
            self._ahead = data + self._ahead[self._at :]
            self._at = 0

    def pass_over(self, size: int) -> None:
        """Read past a block that nobody wants; what unfolds too far is jumped over, packed.

        Raises Damaged where the file ends before.
        """
        left = self._left()
        if left is not None and size > left:
            raise Damaged("its Content-Length is too large: the file ends before")
        done = 0
        while done < size and (self._at < len(self._ahead) or self._more()):
            if self._first and self._ahead.startswith(MARK, self._at):  # a member that starts a record, within another
                break
            self._first = False
            done += len(self._take(min(size - done, len(self._ahead) - self._at)))
            if self._packed and done > limits.MAX_SKIP:
                self._jump()
                return
        if done < size:
            raise Damaged("its Content-Length is too large: it does not end there")

    def skip_to_record(self) -> bool:
        """Go on to the next line that starts a record, past any damage; False at the end of the file."""
        while True:
            try:
                at = self._ahead.find(MARK, self._at)
                if at >= 0 and (at == 0 or self._ahead[at - 1 : at] == b"\n"):
                    self._at = at
                    return True
                if at >= 0:
                    self._at = at + 1
                    continue
                self._at = max(self._at, len(self._ahead) - len(MARK))
                if not self._more():
                    return False
            except Damaged:
                continue

    def _take(self, size: int) -> bytes:
        data = self._ahead[self._at : self._at + size]
        self._at += len(data)
        return data

    def _left(self) -> int | None:
        """Bytes left of a plain file on a disk."""
        try:
            if self._packed:
                return None
            status = os.fstat(self._stream.fileno())
            known = status.st_size - self._stream.tell() + len(self._ahead) - self._at
            return known if stat.S_ISREG(status.st_mode) else None
        except (OSError, AttributeError):
            return None

    def _more(self) -> bool:
        """Some more bytes behind those that are here; False at the end. Raises Damaged."""
        piece = self._unpacked() if self._packed else self._stream.read(_STEP)
        # The byte before stays: it tells whether a line starts here.
        keep = max(0, self._at - 1)
        self._ahead, self._at = self._ahead[keep:] + piece, self._at - keep
        return bool(piece)

    def _unpacked(self) -> bytes:
        starts = False
        while True:
            if self._inflate.eof:
                self._raw = self._inflate.unused_data.lstrip(b"\0")
                self._inflate, self._fresh = zlib.decompressobj(31), True
            raw = self._raw or self._stream.read(_STEP)
            if not raw:
                if self._fresh or self._ended:
                    return b""
                self._ended = True
                raise Damaged("the gzip data ends early")
            try:
                piece = self._inflate.decompress(raw, _STEP)
            except zlib.error as error:
                self._raw = raw[1:] if self._fresh else raw
                self._jump()
                raise Damaged("the gzip data is damaged") from error
            starts, self._raw, self._fresh = starts or self._fresh, self._inflate.unconsumed_tail, False
            if piece:
                self._first = starts
                line_end, self._jumped = b"\n" * self._jumped, False  # a member starts a line, whatever came before it
                return line_end + piece

    def _jump(self) -> None:
        """Go to what looks like the next gzip member; what was unpacked and not read is dropped."""
        self._ahead, self._at, self._jumped = b"", 0, True
        raw = self._raw
        while (at := raw.find(_MEMBER)) < 0:
            more = self._stream.read(_STEP)
            if not more:
                raw, at = b"", 0
                break
            raw = raw[-2:] + more
        self._raw, self._inflate, self._fresh = raw[at:], zlib.decompressobj(31), True
