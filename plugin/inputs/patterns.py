"""Patterns of paths, as shells and .gitignore have them: `*`, `?` and `[...]` within a name, `**` over any number of folders.

A path is matched a name at a time by the places in the pattern where it may stand, never by one regular expression for the whole
path: the cost is the number of names times that of the pattern's parts, whatever the pattern.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import translate
from functools import lru_cache

from .items import InputError

States = frozenset[int]

_MAGIC = re.compile(r"[*?[]")


def is_pattern(path: str) -> bool:
    """Would a shell look for files by this path?"""
    return _MAGIC.search(path) is not None


def split(path: str) -> tuple[str, str]:
    """The folder in which a pattern is looked for, and the rest: ("in", "**/*.html"); ("", ...) is the current folder."""
    parts = path.split("/")
    fixed = next(at for at, part in enumerate(parts) if is_pattern(part))
    root = "/".join(parts[:fixed])
    return ("/" if fixed == 1 and not root else root), "/".join(parts[fixed:])


class Pattern:
    """One pattern; a place in it is the number of its parts that are used up."""

    def __init__(self, pattern: str) -> None:
        """Take it apart."""
        parts = [part for part in pattern.split("/") if part not in ("", ".")]
        # "a/**" is everything below a, and "**/**" is "**": one part that any number of names may fill.
        self._parts = [part for at, part in enumerate(parts) if part != "**" or at == 0 or parts[at - 1] != "**"]

    def start(self) -> States:
        """Where a path's first name may stand."""
        return self._closed({0})

    def step(self, states: States, name: str) -> States:
        """Where the next name may stand after this one."""
        found = set()
        for at in states:
            if at < len(self._parts) and self._parts[at] == "**":
                found.add(at)
            elif at < len(self._parts) and _compiled(self._parts[at]).match(name):
                found.add(at + 1)
        return self._closed(found)

    def ends(self, states: States) -> bool:
        """Is the path so far one that the pattern names?"""
        return len(self._parts) in states

    def _closed(self, states: set[int]) -> States:
        """`**` may stand for no folder at all."""
        for at in range(len(self._parts)):
            if at in states and self._parts[at] == "**":
                states.add(at + 1)
        return frozenset(states)


class Excluded:
    """The `--exclude` patterns: without a slash a name anywhere, with one a path below the folder, with one at the end a folder."""

    def __init__(self, patterns: Sequence[str]) -> None:
        """Take them apart. Raises InputError for what is no pattern here."""
        self._patterns = []
        for pattern in patterns:
            if pattern.startswith("!") or not pattern.strip("/"):
                raise InputError(
                    f"--exclude {pattern!r}: expected a name or a path with * ? [...] or **, and no ! before it"
                )
            anywhere = "/" not in pattern.rstrip("/")
            self._patterns.append((Pattern(f"**/{pattern}" if anywhere else pattern), pattern.endswith("/")))

    def __call__(self, path: str, *, folder: bool) -> bool:
        """Is this path, relative to the folder that was given, left out? What is inside of a folder left out is never asked for."""
        return any(self._names(pattern, path) for pattern, folders in self._patterns if folder or not folders)

    @staticmethod
    def _names(pattern: Pattern, path: str) -> bool:
        states = pattern.start()
        for name in path.split("/"):
            states = pattern.step(states, name)
        return pattern.ends(states)


@lru_cache(maxsize=1024)
def _compiled(part: str) -> re.Pattern[str]:
    return re.compile(translate(part))
