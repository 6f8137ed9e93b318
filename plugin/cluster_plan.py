"""Which inputs go together to one worker of a cluster: a few hundred files, or a range of the bytes of a JSONL file.

The client lists names alone; what stands in the files is read by the workers, who see the same paths. Partitions come one after the
other, in input order, and are never listed as a whole. A JSONL file that is packed, or a file of any other kind that holds many
articles, cannot be entered in its middle: it is a partition of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from copydesk import CopydeskError

from .inputs import ENDINGS, MAX_INPUT, Failure, FileInput, Format, Input, RowInput, find, kind_of

FILES = 256  # files of a partition: some 1.4 s of work on short texts, against 15 ms for writing the part
RANGE = 8 * 1024 * 1024  # bytes of a JSONL file in one partition: some 3,000 articles of 2.8 KB, 17 s of work
_STEP = 1024 * 1024


class ClusterError(CopydeskError):
    """A batch that cannot run on this cluster, or cannot go on."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A file with many articles, read from its start; `name` is what its rows are called by."""

    name: str
    path: Path
    input_format: Format


@dataclass(frozen=True, slots=True)
class Range:
    """The lines of a JSONL file that begin from byte `start` to before `stop`; the first of them is line `first` of the file.

    `last`: nothing of the file comes after it; `blank`: and nothing before it was more than white space.
    """

    name: str
    path: Path
    start: int
    stop: int
    first: int = 1
    last: bool = False
    blank: bool = False


Piece = FileInput | Failure | Whole | Range


@dataclass(frozen=True, slots=True)
class Partition:
    """What one worker does at a time: files (and what could not be listed), or one `Whole` or `Range`."""

    number: int
    pieces: tuple[Piece, ...]

    @property
    def name(self) -> str:
        """What people see of it: its first input, and its last."""
        first, last = self.pieces[0], self.pieces[-1]
        if isinstance(first, Range):
            return f"{first.name}, bytes {first.start} to {first.stop}"
        return _name(first) if first is last else f"{_name(first)} to {_name(last)}"


def partitions(paths: Sequence[str], input_format: Format = "auto", *, skip: Path | None = None) -> Iterator[Partition]:
    """All inputs of the paths, in the order of a batch on one machine; `skip` is our own output, a folder.

    Raises ClusterError at once for what only this process could read, and InputError where there is nothing to score.
    """
    for path in paths:
        if path == "-" or not (Path(path).is_file() or Path(path).is_dir()):
            raise ClusterError(f"{path}: a cluster reads files and folders that all its workers see, no pipes")
    find(paths, input_format)  # refuses what holds nothing
    return _numbered(paths, input_format, skip.resolve() if skip else None)


def _numbered(paths: Sequence[str], input_format: Format, skip: Path | None) -> Iterator[Partition]:
    number = 0
    waiting: list[Piece] = []
    for piece in _pieces(paths, input_format, skip):
        alone = isinstance(piece, Whole | Range)
        if waiting and (alone or len(waiting) == FILES):
            yield Partition(number, tuple(waiting))
            number, waiting = number + 1, []
        if alone:
            yield Partition(number, (piece,))
            number += 1
        else:
            waiting.append(piece)
    if waiting:
        yield Partition(number, tuple(waiting))


def _pieces(paths: Sequence[str], input_format: Format, skip: Path | None) -> Iterator[Piece]:
    # Asked for texts, the walk names every file and opens none of them, those with many articles neither.
    listed: Format = "text" if input_format in ("auto", "jsonl") else input_format
    for item in find(paths, listed):
        if isinstance(item, FileInput):
            path = item.path.absolute()
            if skip is None or skip not in path.parents:
                yield from _opened(FileInput(item.id, path, item.kind), input_format)
        elif isinstance(item, Failure):
            yield item


def _opened(file: FileInput, input_format: Format) -> Iterator[Piece]:
    rows = input_format == "jsonl" or (
        input_format == "auto" and file.id.lower().endswith(ENDINGS) and kind_of(file.id) is None
    )
    if not rows:
        yield replace(file, kind=kind_of(file.id)) if input_format == "auto" else file
        return
    size = _size_of_plain_rows(file.path) if input_format == "jsonl" or file.id.lower().endswith(".jsonl") else 0
    if size <= RANGE:
        yield Whole(file.id, file.path, input_format)
        return
    for start in range(0, size, RANGE):
        yield Range(file.id, file.path, start, min(start + RANGE, size), last=start + RANGE >= size)


def _size_of_plain_rows(path: Path) -> int:
    """The bytes of a JSONL file that can be cut; 0 where it is packed whatever its name says, or cannot be opened."""
    try:
        with path.open("rb") as stream:
            begins = stream.read(4)
            size = path.stat().st_size
    except OSError:
        return 0
    return size if begins.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"") else 0


def items(piece: Piece) -> Iterator[Input]:
    """The inputs of a piece, in order, with the names that a batch on one machine gives them."""
    if isinstance(piece, Range):
        return _rows(piece)
    if isinstance(piece, Whole):
        path = str(piece.path)
        return (_renamed(item, path, piece.name) for item in find([path], piece.input_format))
    return iter([piece])


def _rows(piece: Range) -> Iterator[Input]:
    for item, _ in lines(piece):
        if item is not None:
            yield item
    if piece.blank:
        yield Failure(piece.name, "the file is empty, expected one JSON object a line")


def lines(piece: Range) -> Iterator[tuple[Input | None, int]]:
    """Every line that begins in the range, and its number in it from 0; None for a blank one.

    A line begins after a line's end: whoever reads the range before reads the line that goes on into this one.
    """
    number = 0
    try:
        with piece.path.open("rb") as stream:
            stream.seek(max(0, piece.start - 1))
            if piece.start and not _passed(stream, piece.stop):
                return
            while stream.tell() < piece.stop:
                line = stream.readline(MAX_INPUT + 1)
                if not line:
                    return
                where = f"{piece.name}:{piece.first + number}"
                if len(line) > MAX_INPUT and not line.endswith(b"\n"):
                    yield Failure(where, f"the line is longer than {MAX_INPUT} bytes"), number
                    if not _passed(stream, piece.stop):
                        return
                else:
                    yield (RowInput(where, line) if line.strip() else None), number
                number += 1
    except OSError as error:
        yield Failure(f"{piece.name}:{piece.first + number}", f"{error.strerror or error}"), number


def _passed(stream: IO[bytes], stop: int) -> bool:
    """Read on to the end of a line; False where that lies beyond the range."""
    while stream.tell() < stop:
        part = stream.readline(_STEP)
        if not part:
            return False
        if part.endswith(b"\n"):
            return True
    return False


def _renamed(item: Input, path: str, name: str) -> Input:
    """An input of a file as it is called in its batch; a worker knows the file by its whole path."""
    field = "where" if hasattr(item, "where") else "id"
    known: str = getattr(item, field)
    if known == path or known.startswith(f"{path}:"):
        changed: Any = {field: name + known[len(path) :]}
        return replace(item, **changed)
    return item


def _name(piece: Piece) -> str:
    return piece.where if isinstance(piece, Failure) else getattr(piece, "name", "") or getattr(piece, "id", "")
