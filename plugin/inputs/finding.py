"""Paths, patterns, lists of paths and standard input become a stream of inputs; nothing is read before its turn.

A folder is walked in order of names, a file with many articles row by row, so a million inputs cost no more memory than one.
Whatever cannot be read becomes a `Failure` in its place: one bad file never stops the others. Every read is bounded:
the largest input is `MAX_INPUT` bytes, however far a compressed file unfolds.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import IO, NamedTuple

from copydesk import DocumentError

from ..replay import Replay, Streams
from .items import ENDINGS, Article, Failure, FileInput, Format, Input, InputError, Kind, format_of, kind_of
from .lists import listed
from .patterns import Excluded, Pattern, is_pattern, split
from .reading import read_bounded, standard_input, why
from .rows import rows
from .walking import Walk, is_input

_MANY = ("jsonl", "csv", "tsv", "parquet", "warc")  # formats of files with many articles


class _Way(NamedTuple):
    """How paths are read: what is the same for all of them."""

    format: Format
    skip: frozenset[Path]
    columns: Mapping[str, str]
    excluded: Excluded
    passed: Counter[str]


class Inputs:
    """All inputs of some paths, in order: iterated once, and before that looked through `ahead`."""

    def __init__(self, paths: Sequence[str], way: _Way, files_from: str | None = None) -> None:
        """Read nothing yet."""
        self._paths = paths
        self._way = way
        self._files_from = files_from
        self._replays: dict[Path | None, Replay] = {}

    def __iter__(self) -> Iterator[Input]:
        """Every input; what comes through a pipe is read to its end, and gone."""
        self._way.passed.clear()
        return self._all(self.streams(last=True))

    def ahead(self) -> Iterator[Input]:
        """The same inputs, as often as need be, but for what could not be kept: an article from a named pipe, the end of a very
        long stream.
        """
        return self._all(self.streams(last=False))

    def passed_over(self) -> Mapping[str, int]:
        """Records of WARC files that were no pages, by what they were, in the iteration so far."""
        return self._way.passed

    def streams(self, *, last: bool) -> Streams:
        """How to open what holds many articles: for the iteration, or ahead of it."""
        return Streams(self._replays, standard_input, last=last)

    def _all(self, streams: Streams) -> Iterator[Input]:
        yield from chain.from_iterable(_inputs_of(path, self._way, streams) for path in self._paths)
        if self._files_from is not None:
            for path in listed(self._files_from, streams):
                yield from [path] if isinstance(path, Failure) else _named(path, self._way, streams)


def find(
    paths: Sequence[str],
    input_format: Format = "auto",
    *,
    skip: Path | Sequence[Path | None] | None = None,
    exclude: Sequence[str] = (),
    columns: Mapping[str, str] | None = None,
    files_from: str | None = None,
) -> Inputs:
    """All inputs of the paths, in order, and of those that the file `files_from` lists; "-" is standard input.

    skip: files that are no inputs (our own output).
    exclude: patterns of what is left out of folders and of what patterns find.
    columns: which column of a table holds a field, where it does not have the field's name.

    The id of a file is its path below the folder given, or the path as given, "./a.txt" as "a.txt"; that of a row is in the row; that
    of a record is its address.

    Raises InputError at once where a path is not there, or no path holds anything that could be scored, and where one is
    of `skip`.
    """
    if [*paths, files_from].count("-") > 1:
        raise InputError("standard input (-) is named twice, and can be read only once")
    outputs = skip if isinstance(skip, Sequence) else [skip]
    avoid = frozenset(_real(each) for each in outputs if each is not None)
    for path in paths:
        if avoid and path != "-" and _real(path) in avoid:
            raise InputError(f"{path} is an input and the file to write to, expected another file for one of them")
    way = _Way(input_format, avoid, columns or {}, Excluded(exclude), Counter())
    for path in (*paths, *([] if files_from is None else [files_from])):
        if path != "-" and not os.path.lexists(path) and not (is_pattern(path) and path != files_from):
            raise InputError(f"{path}: no such file or folder")
    walks = [walk for path in paths if (walk := _walk_of(path, way))]
    if paths and files_from is None and len(walks) == len(paths) and not any(next(iter(walk), None) for walk in walks):
        expected = "" if all(is_pattern(path) for path in paths) else f": expected {' '.join(ENDINGS)}"
        raise InputError(f"nothing to score in {', '.join(paths)}{expected}")
    return Inputs(paths, way, files_from)


def _walk_of(path: str, way: _Way) -> Walk | None:
    """How a folder or a pattern is walked; None for anything else."""
    if path == "-":
        return None
    if Path(path).is_dir():
        return Walk(Path(path), excluded=way.excluded, endings=ENDINGS)
    if is_pattern(path) and not os.path.lexists(path):
        root, pattern = split(path)
        return Walk(Path(root or "."), excluded=way.excluded, pattern=Pattern(pattern))
    return None


def _inputs_of(path: str, way: _Way, streams: Streams) -> Iterator[Input]:
    if path == "-":
        return _standard_input(way, streams)
    walk = _walk_of(path, way)
    if walk is None:
        # "./a.txt" is "a.txt", in an archive, too
        return _file(Path(path).as_posix(), Path(path), way, streams)
    prefix = "" if Path(path).is_dir() else split(path)[0]
    return _walked(path, walk, prefix, way, streams)


def _named(path: str, way: _Way, streams: Streams) -> Iterator[Input]:
    """What a list names: a file, or a folder, never a pattern."""
    if Path(path).is_dir():
        walk = Walk(Path(path), excluded=way.excluded, endings=ENDINGS)
        return _walked(path, walk, Path(path).as_posix(), way, streams)
    return _file(Path(path).as_posix(), Path(path), way, streams)


def _walked(path: str, walk: Walk, prefix: str, way: _Way, streams: Streams) -> Iterator[Input]:
    empty = True
    before = f"{prefix.rstrip('/')}/" if prefix else ""
    for item in walk:
        empty = False
        if isinstance(item, Failure):
            yield item
        elif not way.skip or _real(item.path) not in way.skip:
            yield from _file(before + item.name, item.path, way, streams)
    if empty:
        expected = "" if is_pattern(path) else f" in this folder, expected {' '.join(ENDINGS)}"
        yield Failure(path, f"nothing to score{expected}")


def _file(name: str, path: Path, way: _Way, streams: Streams) -> Iterator[Input]:
    many = format_of(name) if way.format == "auto" else way.format
    if many == "parquet":
        from .parquet import parquet

        yield from parquet(name, path, way.columns)
    elif many in _MANY:
        yield from _opened(name, path, many, way, streams)
    elif streams.last or is_input(path):
        yield FileInput(name, path, kind_of(name) if way.format == "auto" else _forced(way.format))


def _opened(name: str, path: Path | None, many: Format, way: _Way, streams: Streams) -> Iterator[Input]:
    try:
        with streams.open(path) as stream:
            yield from _many(name, stream, many, way, streams)
    except OSError as error:
        yield Failure(name, why(error))


def _many(name: str, stream: IO[bytes], many: Format, way: _Way, streams: Streams) -> Iterator[Input]:
    """The articles of an open file; what reads a format is imported when it is needed."""
    if many == "jsonl":
        return rows(name, stream)
    if many == "warc":
        from .warc import warc

        return warc(name, stream, way.passed if streams.last else Counter())
    from .delimited import delimited

    return delimited(name, stream, way.columns, "\t" if many == "tsv" else None)


def _standard_input(way: _Way, streams: Streams) -> Iterator[Input]:
    if way.format == "parquet":
        yield Failure("-", "Parquet is read from its end, so it cannot come through standard input: name a file")
    elif way.format in _MANY:
        yield from _opened("-", None, way.format, way, streams)
    else:
        with streams.open(None) as stdin:
            try:
                yield Article("-", read_bounded(stdin), _forced(way.format))
            except (DocumentError, OSError) as error:
                yield Failure("-", why(error))


def _real(path: str | Path) -> Path:
    return Path(os.path.realpath(path))  # Path.resolve raises for a link to itself


def _forced(input_format: Format) -> Kind | None:
    return input_format if input_format in ("html", "text", "markdown") else None
