"""Folders walked in order of names, one folder's names at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from .items import Failure
from .names import Is, names_in
from .patterns import Excluded, Pattern, States
from .reading import why


class Found(NamedTuple):
    """A file below a folder; `name` is its path from there, with slashes."""

    name: str
    path: Path


class Walk:
    """Files below a folder, depth first in order of names; hidden ones and linked folders are passed by."""

    def __init__(
        self, root: Path, *, excluded: Excluded, endings: tuple[str, ...] = (), pattern: Pattern | None = None
    ) -> None:
        """Those with one of the `endings` (lower case), or all that the `pattern` names, whatever their endings."""
        self._root = root
        self._excluded = excluded
        self._endings = endings
        self._pattern = pattern

    def __iter__(self) -> Iterator[Found | Failure]:
        """The files, and the folders that cannot be read, in their places."""
        start = self._pattern.start() if self._pattern else frozenset[int]()
        waiting = [self._entries(self._root, "", start)]  # an explicit stack: a path may be deeper than Python's own
        while waiting:
            item = next(waiting[-1], None)
            if item is None:
                waiting.pop()
            elif isinstance(item, Found | Failure):
                yield item
            else:
                waiting.append(self._entries(item[0], f"{item[1]}/", item[2]))

    def _entries(
        self, folder: Path, prefix: str, states: States
    ) -> Iterator[tuple[Path, str, States] | Found | Failure]:
        """What is in one folder: files, and folders to go into."""
        try:
            names = names_in(folder)
        except OSError as error:
            yield Failure(prefix.rstrip("/") or str(folder), why(error))
            return
        for entry, kind in names:
            name = prefix + entry
            after = self._pattern.step(states, entry) if self._pattern else states
            if (self._pattern and not after) or self._excluded(name, folder=kind == "folder"):
                continue
            if kind == "folder":
                yield folder / entry, name, after
            elif self._wanted(folder / entry, kind, after):
                yield Found(name, folder / entry)

    def _wanted(self, path: Path, kind: Is, states: States) -> bool:
        named = self._pattern.ends(states) if self._pattern else path.name.lower().endswith(self._endings)
        return named and (kind == "file" or (kind == "link" and is_input(path)))


def is_input(path: Path) -> bool:
    """Is this a file, or a link to one? What is not there counts, and is named when it cannot be read; pipes and the like do not."""
    return os.path.isfile(path) or not os.path.exists(path)  # noqa: PTH110, PTH113 - pathlib's raise, for a link to itself
