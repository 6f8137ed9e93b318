"""Folders walked in order of names, one folder's names in memory at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from .items import Failure
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
                waiting.append(self._entries(Path(item[0].path), f"{item[1]}/", item[2]))

    def _entries(
        self, folder: Path, prefix: str, states: States
    ) -> Iterator[tuple[os.DirEntry[str], str, States] | Found | Failure]:
        """What is in one folder: files, and folders to go into."""
        try:
            with os.scandir(folder) as entries:
                ordered = sorted((e for e in entries if not e.name.startswith(".")), key=lambda e: e.name)
        except OSError as error:
            yield Failure(prefix.rstrip("/") or str(folder), why(error))
            return
        for entry in ordered:
            name = prefix + entry.name
            after = self._pattern.step(states, entry.name) if self._pattern else states
            inside = entry.is_dir(follow_symlinks=False)
            if (self._pattern and not after) or self._excluded(name, folder=inside):
                continue
            if inside:
                yield entry, name, after
            elif self._wanted(entry, after):
                yield Found(name, Path(entry.path))

    def _wanted(self, entry: os.DirEntry[str], states: States) -> bool:
        if not self._pattern:
            return entry.name.lower().endswith(self._endings) and (entry.is_file() or entry.is_symlink())
        return self._pattern.ends(states) and entry.is_file()
