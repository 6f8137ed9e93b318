"""Paths, folders, JSON lines and standard input become a stream of inputs; nothing is read before its turn.

A folder is walked in order of names, a JSONL file line by line, so a million inputs cost no more memory than one.
Whatever cannot be read becomes a `Failure` in its place: one bad file never stops the others. Every read is bounded:
the largest input is `MAX_INPUT` bytes, however far a compressed file unfolds.
"""

from __future__ import annotations

import gzip
import os
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO, Literal

from copydesk import CopydeskError, DocumentError, DocumentTooLarge

from .replay import Replay, Streams

Kind = Literal["html", "markdown", "text"]
Format = Literal["auto", "jsonl", "html", "text", "markdown"]

MAX_INPUT = 10 * 1024 * 1024  # bytes of one file or one line; the longest articles of the web are a tenth of it
_MAX_SKIP = 64 * MAX_INPUT  # bytes of a line that is too long; beyond them the rest of the file is given up
_KINDS: dict[str, Kind] = {".html": "html", ".htm": "html", ".txt": "text", ".md": "markdown"}
_ROWS = (".jsonl", ".jsonl.gz")
ENDINGS = (*_KINDS, *_ROWS)


class InputError(CopydeskError):
    """There is nothing to score, or an input is named twice that can be read only once."""


@dataclass(frozen=True, slots=True)
class Article:
    """One article as it came in, not yet read; `kind` None is sniffed, `charset` is what the transport declared, `date` is when it
    was published, ISO 8601, where its sender says so."""

    id: str
    data: bytes | str
    kind: Kind | None = None
    title: str = ""
    url: str | None = None
    charset: str | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True)
class FileInput:
    """A file that holds one article."""

    id: str
    path: Path
    kind: Kind | None


@dataclass(frozen=True, slots=True)
class RowInput:
    """A line of a JSONL file; `where` is "file:line"."""

    where: str
    line: bytes


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that could not be scored: its path, its "file:line" or its id, and the reason in a sentence.

    `type` is a stable word for reasons of one kind; `id` is the article's own, where that could be read before it failed.
    """

    where: str
    reason: str
    type: str = "unreadable"
    id: str | None = None


Input = Article | FileInput | RowInput | Failure


class Inputs:
    """All inputs of some paths, in order: iterated once, and before that looked through `ahead`."""

    def __init__(self, paths: Sequence[str], input_format: Format, skip: frozenset[Path]) -> None:
        """Read nothing yet."""
        self._paths = paths
        self._format: Format = input_format
        self._skip = skip
        self._replays: dict[Path | None, Replay] = {}

    def __iter__(self) -> Iterator[Input]:
        """Every input; what comes through a pipe is read to its end, and gone."""
        return self._all(self.streams(last=True))

    def ahead(self) -> Iterator[Input]:
        """The same inputs, as often as need be, but for what could not be kept: an article from a named pipe, the end of a very
        long stream.
        """
        return self._all(self.streams(last=False))

    def streams(self, *, last: bool) -> Streams:
        """How to open what holds many articles: for the iteration, or ahead of it."""
        return Streams(self._replays, standard_input, last=last)

    def _all(self, streams: Streams) -> Iterator[Input]:
        return chain.from_iterable(_inputs_of(path, self._format, self._skip, streams) for path in self._paths)


def find(
    paths: Sequence[str], input_format: Format = "auto", *, skip: Path | Sequence[Path | None] | None = None
) -> Inputs:
    """All inputs of the paths, in order; "-" is standard input, and `skip` are files that are no inputs (our own output).

    The id of a file is its path below the folder given, or the path as given; that of a JSONL row is in the row.

    Raises InputError at once where no path holds anything that could be scored.
    """
    if list(paths).count("-") > 1:
        raise InputError("standard input (-) is named twice, and can be read only once")
    outputs = skip if isinstance(skip, Sequence) else [skip]
    avoid = frozenset(each.resolve() for each in outputs if each is not None)
    inputs = Inputs(paths, input_format, avoid)
    if all(path != "-" and Path(path).is_dir() for path in paths):
        walks = (_walk(Path(path), input_format, avoid, inputs.streams(last=False)) for path in paths)
        if not any(next(walk, None) for walk in walks):
            raise InputError(f"nothing to score in {', '.join(paths)}: expected {' '.join(ENDINGS)}")
    return inputs


def standard_input() -> IO[bytes]:
    """The bytes of standard input.

    Raises InputError where the process has none.
    """
    if sys.stdin is None:
        raise InputError("standard input is closed")
    return sys.stdin.buffer


def read_bounded(stream: IO[bytes]) -> bytes:
    """All bytes of a stream.

    Raises DocumentTooLarge beyond MAX_INPUT, having read one byte more than that.
    """
    data = stream.read(MAX_INPUT + 1)
    if len(data) > MAX_INPUT:
        raise DocumentTooLarge(f"larger than {MAX_INPUT} bytes, the most that is read of one input")
    return data


def read_file(path: Path) -> bytes:
    """All bytes of a file.

    Raises DocumentError where it cannot be read or is larger than MAX_INPUT.
    """
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > MAX_INPUT:
                raise DocumentTooLarge(f"the file has {size} bytes, at most {MAX_INPUT} are read")
            return read_bounded(file)
    except OSError as error:
        raise DocumentError(_why(error)) from error


def kind_of(name: str) -> Kind | None:
    """What a file's ending says of its content; None where it says nothing."""
    return _KINDS.get(os.path.splitext(name)[1].lower())  # noqa: PTH122 - the name may be no path of this machine


def _inputs_of(path: str, input_format: Format, skip: frozenset[Path], streams: Streams) -> Iterator[Input]:
    if path == "-":
        return _standard_input(input_format, streams)
    if Path(path).is_dir():
        return _folder(path, input_format, skip, streams)
    return _file(path, Path(path), input_format, streams)


def _file(name: str, path: Path, input_format: Format, streams: Streams) -> Iterator[Input]:
    if input_format == "jsonl" or (input_format == "auto" and name.lower().endswith(_ROWS)):
        yield from _opened_rows(name, path, streams)
    elif streams.last or path.is_file():
        yield FileInput(name, path, kind_of(name) if input_format == "auto" else _forced(input_format))


def _standard_input(input_format: Format, streams: Streams) -> Iterator[Input]:
    with streams.open(None) as stdin:
        if input_format == "jsonl":
            yield from _rows("-", stdin)
            return
        try:
            yield Article("-", read_bounded(stdin), _forced(input_format))
        except (DocumentError, OSError) as error:
            yield Failure("-", _why(error))


def _forced(input_format: Format) -> Kind | None:
    return None if input_format == "auto" or input_format == "jsonl" else input_format


def _folder(path: str, input_format: Format, skip: frozenset[Path], streams: Streams) -> Iterator[Input]:
    empty = True
    for item in _walk(Path(path), input_format, skip, streams):
        empty = False
        yield item
    if empty:
        yield Failure(path, f"nothing to score in this folder, expected {' '.join(ENDINGS)}")


def _walk(root: Path, input_format: Format, skip: frozenset[Path], streams: Streams) -> Iterator[Input]:
    """Files of the known endings, depth first in order of names; hidden ones and linked folders are passed by."""
    waiting = [_entries(root, root)]  # an explicit stack: a path may be deeper than Python's own
    while waiting:
        item = next(waiting[-1], None)
        if item is None:
            waiting.pop()
        elif isinstance(item, Failure):
            yield item
        elif item.is_dir(follow_symlinks=False):
            waiting.append(_entries(Path(item.path), root))
        elif item.name.lower().endswith(ENDINGS) and (item.is_file() or item.is_symlink()):
            path = Path(item.path)
            if not skip or path.resolve() not in skip:
                yield from _file(path.relative_to(root).as_posix(), path, input_format, streams)


def _entries(folder: Path, root: Path) -> Iterator[os.DirEntry[str] | Failure]:
    try:
        with os.scandir(folder) as entries:
            ordered = sorted((e for e in entries if not e.name.startswith(".")), key=lambda e: e.name)
    except OSError as error:
        name = str(folder) if folder == root else folder.relative_to(root).as_posix()
        yield Failure(name, _why(error))
        return
    yield from ordered


def _opened_rows(name: str, path: Path, streams: Streams) -> Iterator[Input]:
    try:
        with streams.open(path) as stream:
            yield from _rows(name, stream)
    except OSError as error:
        yield Failure(name, _why(error))


def _rows(name: str, stream: IO[bytes]) -> Iterator[Input]:
    """The lines of a JSONL stream that are not blank, unpacked if they come gzipped, whatever the file is called."""
    number = 0
    seen = False
    try:
        peek = getattr(stream, "peek", None)
        packed = peek is not None and peek(2)[:2] == b"\x1f\x8b"
        lines: IO[bytes] | gzip.GzipFile = gzip.GzipFile(fileobj=stream) if packed else stream
        while line := lines.readline(MAX_INPUT + 1):
            number += 1
            where = f"{name}:{number}"
            if len(line) > MAX_INPUT and not line.endswith(b"\n"):
                seen = True
                yield Failure(where, f"the line is longer than {MAX_INPUT} bytes")
                if not _skip_line(lines):
                    yield Failure(name, f"line {number} does not end; the rest of the file is not scored")
                    return
            elif line.strip():
                seen = True
                yield RowInput(where, line)
    except (OSError, EOFError, zlib.error) as error:
        yield Failure(f"{name}:{number + 1}", f"{_why(error)}; the rest of the file is not scored")
        return
    if not seen:
        yield Failure(name, "the file is empty, expected one JSON object a line")


def _skip_line(lines: IO[bytes] | gzip.GzipFile) -> bool:
    """Read on to the end of a line that is too long; False where it goes on and on, as a gzip bomb does."""
    step = 1024 * 1024
    for _ in range(_MAX_SKIP // step):
        part = lines.readline(step)
        if len(part) < step or part.endswith(b"\n"):
            return True
    return False


def _why(error: Exception) -> str:
    """The reason without the path, which stands before it already."""
    if isinstance(error, gzip.BadGzipFile | EOFError | zlib.error):
        return "the gzip data is damaged or ends early"
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
