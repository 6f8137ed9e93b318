"""Streams that can be read only once, kept while they are read ahead, so that a batch from a pipe can be gone through twice.

What is read ahead is kept in an unnamed temporary file, at most `MOST` bytes of it: neither memory nor disk fills up, however much
comes. Reading ahead ends there, or where the disk is full; the last reading goes on behind it with the stream itself.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

MOST = 1024 * 1024 * 1024  # bytes kept; some 300,000 articles of plain text, several times as many if they come gzipped
_STEP = 64 * 1024


class Replay:
    """One such stream. Read ahead as often as need be, then a last time."""

    def __init__(self, stream: IO[bytes]) -> None:
        """Nothing is read yet."""
        self._stream = stream
        self._kept: io.FileIO | None = None
        self._size = 0
        self._beyond = b""  # read, but not kept: there was no room
        self._full = False

    def ahead(self) -> io.BufferedReader:
        """The stream from its start, as far as it can be kept."""
        return io.BufferedReader(_Part(lambda at: self._bytes(at) or self._more(at)))

    def last(self) -> io.BufferedReader:
        """The stream from its start to its end; nothing more is kept, and it cannot be read again."""
        return io.BufferedReader(_Part(lambda at: self._bytes(at) or self._rest()))

    def close(self) -> None:
        """Give up what is kept, and the stream unless it is standard input's."""
        if self._kept is not None:
            self._kept.close()
        if self._stream is not getattr(sys.stdin, "buffer", None):
            self._stream.close()

    def _bytes(self, at: int) -> bytes:
        """What is kept from there on, or some of it."""
        if self._kept is None or at >= self._size:
            return b""
        self._kept.seek(at)
        return self._kept.read(min(_STEP, self._size - at))

    def _more(self, at: int) -> bytes:
        """The next bytes of the stream, kept; none where there is no room for them."""
        if self._full:
            return b""
        data = self._next()
        kept = self._keep(data)
        self._size += kept
        self._beyond = data[kept:]
        self._full = kept < len(data)
        return data[:kept]

    def _keep(self, data: bytes) -> int:
        """How many of the bytes could be written; fewer than all on a full disk, or without a temporary folder."""
        try:
            if self._kept is None:
                # Unbuffered: what a buffer could not write on a full disk would come up again later, and elsewhere.
                self._kept = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - closed by close()
            self._kept.seek(self._size)
            return min(self._kept.write(data[: MOST - self._size]), len(data))
        except OSError:
            return 0

    def _rest(self) -> bytes:
        """The next bytes that were never kept."""
        if self._beyond:
            data, self._beyond = self._beyond, b""
            return data
        return self._next()

    def _next(self) -> bytes:
        read1: Callable[[int], bytes] = getattr(self._stream, "read1", self._stream.read)
        return read1(_STEP)


class Streams:
    """Opens files and standard input: as they are, or by way of a `Replay` where they are read ahead and could not be opened again."""

    def __init__(
        self, replays: dict[Path | None, Replay], standard_input: Callable[[], IO[bytes]], *, last: bool
    ) -> None:
        """`replays` are those begun so far, shared by all readings; `last` tells whether this reading is the last."""
        self.last = last
        self._replays = replays
        self._standard_input = standard_input

    @contextmanager
    def open(self, path: Path | None) -> Iterator[IO[bytes]]:
        """The bytes of a file, or of standard input for None. Raises OSError."""
        if not self.last and path not in self._replays and (path is None or not path.is_file()):
            self._replays[path] = Replay(self._standard_input() if path is None else path.open("rb"))
        if path in self._replays:
            replay = self._replays[path]
            with replay.last() if self.last else replay.ahead() as stream:
                yield stream
            if self.last:
                self._replays.pop(path).close()
        elif path is None:
            yield self._standard_input()
        else:
            with path.open("rb") as stream:
                yield stream


class _Part(io.RawIOBase):
    """A reading: asks for the bytes from its place on until there are none."""

    def __init__(self, fetch: Callable[[int], bytes]) -> None:
        super().__init__()
        self._fetch = fetch
        self._at = 0
        self._waiting = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if not self._waiting:
            self._waiting = self._fetch(self._at)
            self._at += len(self._waiting)
        size = min(len(buffer), len(self._waiting))
        buffer[:size] = self._waiting[:size]
        self._waiting = self._waiting[size:]
        return size
