"""What is written of a batch that can go on: the output so far, and beside it a journal that knows every line of it.

The output stands in FILE.part until it is whole, and then in FILE. FILE.journal, which stays, begins with a line of JSON that says what
the batch was begun with; behind it come records of 56 bytes, one an input: two hashes that name the input and its bytes, the length of
its line, a checksum over the line, and what became of it. Nothing is believed that the checksum does not confirm, so it does not matter
in what order the disk had them when the power went. What stands behind the last line that is whole is cut off.

Bytes are written to their places, not appended: the same flush twice, as after an interruption, is the same as once.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import IO, NamedTuple

from copydesk import CopydeskError

from .item import Line

_RECORD = struct.Struct("<16s16sQ8sB7x")
_ACTIONS = ("publish", "review", "hold", "error")
_LONGEST_HEADER = 1024 * 1024
_SYNC = 1.0  # seconds of work that a power cut may cost
_HELD = 1024 * 1024  # bytes that wait in memory at most
_STEP = 1024 * 1024
_ENDINGS = (".part", ".journal", ".part.old", ".part.old.journal")


class ResumeError(CopydeskError):
    """A batch that cannot go on with what is there."""


class Entry(NamedTuple):
    """One record: `start` is where its line begins in the output."""

    key: bytes
    content: bytes
    length: int
    check: bytes
    action: str
    start: int

    def confirms(self, text: bytes) -> bool:
        """Is this the line, whole and as it was written?"""
        return self.check == _check(text, self.key, self.content, self.action)


class Journal:
    """The two files, open and locked for this process alone."""

    def __init__(self, target: Path) -> None:
        """Open or make those of an output. Raises ResumeError where another process has them, OSError where they cannot be used."""
        self._target, (self.part, self.path, *_) = target, own_files(target)
        self._index = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        self._data = -1
        self._waiting: list[tuple[bytes, bytes]] = []
        self._held = 0
        self._end = self._index_end = 0  # where the next line and the next record go
        self._synced = time.monotonic()
        try:
            fcntl.flock(self._index, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not os.path.samestat(os.fstat(self._index), self.path.stat()):
                raise BlockingIOError
            self.header = self._read_header()
            if not self.header and self.part.exists() and self.part.stat().st_size:
                raise ResumeError(f"{self.part} is there without its journal: move it away, its name is needed")
        except (BlockingIOError, FileNotFoundError) as error:
            self.close()
            raise ResumeError(f"{self.part} is being written by another process") from error
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close them as they are; a journal of nothing goes."""
        if self._index >= 0 and not os.fstat(self._index).st_size:
            self.path.unlink(missing_ok=True)
        for descriptor in (self._index, self._data):
            if descriptor >= 0:
                os.close(descriptor)
        self._index = self._data = -1

    @property
    def is_whole(self) -> bool:
        """Has the output its name already?"""
        return bool(self.header) and self._target.is_file() and not self.part.exists()

    def begin(self, header: dict[str, object], start: bytes) -> None:
        """Begin anew: the header in the journal, and `start` in the output."""
        os.ftruncate(self._index, 0)
        head = json.dumps(header).encode() + b"\n"
        _write_at(self._index, head, 0)
        os.fsync(self._index)
        self.open_part(start)
        os.ftruncate(self._data, 0)
        _write_at(self._data, start, 0)
        self.header = header
        self._index_end = len(head)

    def open_part(self, start: bytes) -> bool:
        """Open the output, whose lines stand behind `start`; does it begin so?"""
        if self._data < 0:
            self._data = os.open(self.part, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        self._end = len(start)
        return os.pread(self._data, len(start), 0) == start

    def entries(self) -> Iterator[Entry]:
        """The records whose lines are whole, in order; both files are read once, and nothing is kept of them."""
        with open(os.dup(self._data), "rb") as data:  # noqa: PTH123
            data.seek(self._end)
            yield from self._confirmed(data, self._end)

    def whole(self, start: bytes) -> Iterator[Entry]:
        """The records of an output that has its name already, as far as its lines are the ones that were written. Raises OSError."""
        with self._target.open("rb") as data:
            if data.read(len(start)) == start:
                yield from self._confirmed(data, len(start))

    def _confirmed(self, data: IO[bytes], start: int) -> Iterator[Entry]:
        with open(os.dup(self._index), "rb") as index:  # noqa: PTH123
            index.seek(self._index_end)
            for entry in records(index.read, start):
                size = os.fstat(data.fileno()).st_size
                if entry.start + entry.length > size or not entry.confirms(data.read(entry.length)):
                    return
                yield entry

    def reopen(self) -> None:
        """Go back to before the output took its name; it stays what it is until another one takes its place. Raises OSError."""
        copy = self.part.with_name(f"{self.part.name}.new")
        try:
            shutil.copyfile(self._target, copy)
            copy.replace(self.part)
        except OSError:
            copy.unlink(missing_ok=True)
            raise

    def keep(self, entry: Entry) -> None:
        """Lines up to this one stay."""
        self._end, self._index_end = entry.start + entry.length, self._index_end + _RECORD.size

    def cut(self) -> None:
        """Cut off what stands behind the last line that stays."""
        os.ftruncate(self._data, self._end)
        os.ftruncate(self._index, self._index_end)

    def set_aside(self, data: Path, index: Path) -> None:
        """Copy what stands behind the last line that stays to two files, the second of which is there when both are whole; then cut."""
        for source, start, path in ((self._data, self._end, data), (self._index, self._index_end, index)):
            temporary = path.with_name(f"{path.name}.new")
            with temporary.open("wb") as file:
                while piece := os.pread(source, _STEP, start):
                    file.write(piece)
                    start += len(piece)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        sync_folder(self.part.parent)
        self.cut()

    def add(self, line: Line) -> None:
        """Write a line behind the others, and to the disk within a second or so. Raises OSError."""
        text = line.text
        assert text is not None
        check = _check(text, line.key, line.content, line.action)
        record = _RECORD.pack(line.key, line.content, len(text), check, _ACTIONS.index(line.action))
        self._waiting.append((text, record))
        self._held += len(text)
        due = time.monotonic() - self._synced >= _SYNC
        if due or self._held >= _HELD:
            self.flush(sync=due)

    def flush(self, *, sync: bool) -> None:
        """Write what waits; with `sync`, come back when it is on the disk. Raises OSError."""
        text, index = b"".join(each[0] for each in self._waiting), b"".join(each[1] for each in self._waiting)
        _write_at(self._data, text, self._end)
        _write_at(self._index, index, self._index_end)
        end, index_end = self._end + len(text), self._index_end + len(index)
        self._waiting, self._held, self._end, self._index_end = [], 0, end, index_end
        if sync:
            os.fsync(self._data)
            os.fsync(self._index)
            self._synced = time.monotonic()

    def finish(self) -> None:
        """The output takes its name when all of it is on the disk; the journal stays with it. Raises OSError."""
        self.flush(sync=True)
        with suppress(OSError):
            os.fchmod(self._data, self._target.stat().st_mode & 0o7777)
        self.part.replace(self._target)
        sync_folder(self._target.parent)

    def _read_header(self) -> dict[str, object]:
        """What the batch was begun with; nothing where the line is not whole, which is as if it had not been begun."""
        head = os.pread(self._index, _LONGEST_HEADER, 0)
        line, end, _ = head.partition(b"\n")
        try:
            header = json.loads(line) if end else {}
        except ValueError:
            return {}
        if not isinstance(header, dict):
            return {}
        self._index_end = len(line) + 1
        return header


def own_files(target: Path) -> tuple[Path, Path, Path, Path]:
    """What stands beside an output: it so far, its journal, and lines of an earlier run with their journal."""
    return tuple(target.with_name(target.name + end) for end in _ENDINGS)  # type: ignore[return-value]


def records(read: Callable[[int], bytes], start: int) -> Iterator[Entry]:
    """Records of a journal as they stand there, unconfirmed; `read` gives so many bytes, lines begin at `start`."""
    while len(record := read(_RECORD.size)) == _RECORD.size:
        key, content, length, check, action = _RECORD.unpack(record)
        if action >= len(_ACTIONS):
            return
        yield Entry(key, content, length, check, _ACTIONS[action], start)
        start += length


def sync_folder(folder: Path) -> None:
    """Names in this folder are on the disk when this comes back."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_at(descriptor: int, data: bytes, at: int) -> None:
    view = memoryview(data)
    while view:
        done = os.pwrite(descriptor, view, at)
        view, at = view[done:], at + done


def _check(text: bytes, key: bytes, content: bytes, action: str) -> bytes:
    digest = blake2b(text, digest_size=8)
    digest.update(key + content + action.encode())
    return digest.digest()
