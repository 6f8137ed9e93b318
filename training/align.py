"""Labelled lines against the blocks of our own reader: which block is which line.

The annotators' extraction cut pages a little differently from ours, so a block takes the label of the line with the same words, or
of the nearest line that holds most of its words (or the other way round). A block without such a line stays unlabelled.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from copydesk import Document

from .corpus import Line

_WORD = re.compile(r"\w+")
_NEAR = 12  # lines before and after the last match in which a partial match is looked for


def words(text: str) -> list[str]:
    """The lower-case words of a text."""
    return _WORD.findall(text.lower())


def align(document: Document, lines: Sequence[Line]) -> list[Line | None]:
    """The line of every block, or None; every line serves whichever blocks it fits, the nearest in order first."""
    keys = [" ".join(words(x.text)) for x in lines]
    places: dict[str, list[int]] = defaultdict(list)
    for i, key in enumerate(keys):
        places[key].append(i)
    out: list[Line | None] = []
    at = 0
    for block in document.blocks:
        key = " ".join(words(document.text[block.start : block.end]))
        found = min(places.get(key, []), key=lambda i: abs(i - at), default=None) if key else None
        if found is None:
            found = _partial(key, keys, at)
        out.append(None if found is None else lines[found])
        at = at if found is None else found
    return out


def _partial(key: str, keys: Sequence[str], at: int) -> int | None:
    """The nearest line that holds this block whole, or most of whose words this block holds."""
    size = key.count(" ") + 1
    if size < 3:
        return None
    for step in range(_NEAR + 1):
        for i in {at + step, at - step}:
            if 0 <= i < len(keys) and keys[i]:
                other = keys[i].count(" ") + 1
                if f" {key} " in f" {keys[i]} " and size >= 3:
                    return i
                if other >= 0.6 * size and f" {keys[i]} " in f" {key} ":
                    return i
    return None
