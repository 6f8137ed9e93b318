"""Where the words that are left of an article stood in it: so that what a later look finds is told by its place in the first.

A cut takes characters and leaves the others in order, so what is read of the rest is read as the same visible characters. Where that
fails (a page's region now begins or ends at other lines) lines with the same words are taken for the same.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .cleaning import aligned
from .document import Document
from .report import Evidence


class Trace:
    """An article as it was first read, and what is left of it."""

    def __init__(self, document: Document) -> None:
        """Begin with all of it."""
        self._first = self._now = document
        self._places = np.arange(
            len(document.text)
        )  # of each character in the first text, -1 for one that was not in it

    def follow(self, document: Document, removed: Sequence[Evidence]) -> None:
        """Go on to what was read after `removed`, which index the text before, were cut out."""
        left = _visible(self._now.text)
        for each in removed:
            left[each.start : each.end] = False
        seen = _visible(document.text)
        places = np.full(len(document.text), -1)
        if _only(self._now.text, left) == _only(document.text, seen):
            places[seen] = self._places[left]
        else:
            before, after = _texts(self._now), _texts(document)
            for old, new in aligned(before, after).items():
                was, now = self._now.blocks[old], document.blocks[new]
                places[now.start : now.end] = self._places[was.start : was.end]
        self._now, self._places = document, places

    def first(self, evidence: Evidence) -> Evidence:
        """The same evidence with its place in the first text; its quote then spans what was cut out of its middle before.

        What was not in the first text (a line of a page that its region reached only then) keeps its quote and stands at the end.
        """
        start, end = int(self._places[evidence.start]), int(self._places[evidence.end - 1]) + 1
        size = len(self._first.text)
        if start < 0 or end <= start:
            return dataclasses.replace(evidence, start=size, end=size)
        return dataclasses.replace(evidence, start=start, end=end, quote=self._first.text[start:end])


def _visible(text: str) -> NDArray[np.bool_]:
    return np.fromiter((not character.isspace() for character in text), dtype=np.bool_, count=len(text))


def _only(text: str, kept: NDArray[np.bool_]) -> str:
    return "".join([character for character, keep in zip(text, kept.tolist(), strict=True) if keep])


def _texts(document: Document) -> list[str]:
    return [document.text[block.start : block.end] for block in document.blocks]
