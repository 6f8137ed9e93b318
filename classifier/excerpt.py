"""An article without its beginning: a person's paragraph in front of a machine's text is a cheap way to lower its score."""

from __future__ import annotations

from dataclasses import replace

from .document import Document

LEAST_CUT, MOST_CUT = 50, 200  # words of the paragraphs that go
LEAST_LEFT = 100  # words


def without_beginning(document: Document) -> Document | None:
    """The document from the first block on that has LEAST_CUT words before it; None if too many would go or too few be left.

    The text stays whole, so offsets mean the same.
    """
    words = [document.text.count(" ", b.start, b.end) + 1 for b in document.blocks]
    first, gone = 0, 0
    while first < len(words) and gone < LEAST_CUT:
        gone += words[first]
        first += 1
    if gone > MOST_CUT or sum(words[first:]) < LEAST_LEFT:
        return None
    kept = tuple(replace(s, block=s.block - first) for s in document.sentences if s.block >= first)
    return replace(document, blocks=document.blocks[first:], sentences=kept)
