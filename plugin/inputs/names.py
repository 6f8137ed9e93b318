"""The names in one folder in their order, in a memory that does not grow with their number.

A folder of a million files is no rarity where a crawler wrote it. Names are sorted some at a time; where there are more, the sorted
runs wait in a nameless temporary file and are merged as they are asked for.
"""

from __future__ import annotations

import heapq
import os
import tempfile
from collections.abc import Iterator
from itertools import islice, pairwise
from pathlib import Path
from typing import IO, Literal, NamedTuple

_HELD = 20_000  # names that are sorted at once: 3 MB
_STEP = 16 * 1024  # bytes that are read at once of a run

Is = Literal["folder", "file", "link", "other"]
_LETTERS: dict[Is, bytes] = {"folder": b"d", "file": b"f", "link": b"l", "other": b"o"}
_MEANT: dict[bytes, Is] = {letter: kind for kind, letter in _LETTERS.items()}


class Name(NamedTuple):
    """One name in a folder, and what bears it; a link is a link, whatever it leads to."""

    name: str
    kind: Is


def names_in(folder: Path) -> Iterator[Name]:
    """What is in a folder, in order of names, but for what is hidden. Raises OSError where it cannot be listed."""
    with os.scandir(folder) as entries:
        found = (Name(entry.name, _kind(entry)) for entry in entries if not entry.name.startswith("."))
        run = sorted(islice(found, _HELD))
        if len(run) < _HELD:
            return iter(run)
        file = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the last name is read
        ends = [0]
        while run:
            file.writelines(_LETTERS[kind] + os.fsencode(name) + b"\0" for name, kind in run)
            ends.append(file.tell())
            run = sorted(islice(found, _HELD))
    file.flush()
    return _merged(file, ends)


def _kind(entry: os.DirEntry[str]) -> Is:
    if entry.is_symlink():
        return "link"
    if entry.is_dir(follow_symlinks=False):
        return "folder"
    return "file" if entry.is_file(follow_symlinks=False) else "other"


def _merged(file: IO[bytes], ends: list[int]) -> Iterator[Name]:
    with file:
        yield from heapq.merge(*(_run(file.fileno(), start, end) for start, end in pairwise(ends)))


def _run(descriptor: int, start: int, end: int) -> Iterator[Name]:
    rest = b""
    while start < end:
        piece = os.pread(descriptor, min(_STEP, end - start), start)
        if not piece:
            raise EOFError("the temporary file of names was cut off")
        start += len(piece)
        *whole, rest = (rest + piece).split(b"\0")
        yield from (Name(os.fsdecode(each[1:]), _MEANT[each[:1]]) for each in whole)
