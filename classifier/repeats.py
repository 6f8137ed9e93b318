"""In how many other articles of its site does a line stand? Counted over a whole batch, before anything is scored.

A line that stands in many articles is part of none of them: a promotion, a call to subscribe, a notice. Its words and its markup only
hint at that; counting knows. Of the paragraphs of 3,070 human articles 0.4 % stand in two others, nearly all of them notices.

Copies of one article share all of its lines and prove nothing, so they count once: a document of whose paragraphs more than half were
seen before is taken for a copy (containment, as in Broder, "On the resemblance and containment of documents", 1997).

Memory is constant, 12 MB, however many articles there are: a table of rows of eight counts, in which a new line takes the place
of the one counted least. So counts are exact up to about a million different lines; beyond that a line that stands seldom may be
forgotten, but no count is ever too high (as in Manku and Motwani, "Approximate Frequency Counts over Data Streams", VLDB 2002).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from .article import PROSE_WORDS, Article, folds
from .compiled import compiled
from .document import Document

_SLOTS = 8  # lines that a row of the table holds
_ROW_BITS = 18
_TAG_BITS = 32  # kept of a line's hash beside its row: one new line in 500 million is taken for another one
_MOST = np.iinfo(np.uint16).max
_COPY = 0.5  # of the characters of a document's paragraphs; seen before, they make it a copy
_LONGEST_URL = 2000
_LETTER = re.compile(r"[^\W\d_]")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")


@dataclass(frozen=True, slots=True)
class Prints:
    """The different lines of one document, as hashes that hold no one's words.

    `keys` rise, shape (lines,); `weights`, shape (lines,), say how many characters each line weighs where it is asked whether
    the document is a copy: 0 for what is no paragraph, unless it has none.
    """

    keys: NDArray[np.uint64]
    weights: NDArray[np.int32]

    def __reduce__(self) -> tuple[Callable[[bytes, bytes], Prints], tuple[bytes, bytes]]:
        """As bytes they travel between processes in a quarter of the time that arrays take."""
        return _as_they_were, (self.keys.tobytes(), self.weights.tobytes())


@dataclass(frozen=True, slots=True)
class Repeats:
    """The lines that stand in two articles or more: their `keys`, rising, and in how many articles each; shapes (lines,)."""

    keys: NDArray[np.uint64]
    counts: NDArray[np.uint16]

    def of(self, document: Document) -> NDArray[np.int32]:
        """In how many other articles each block of a document stands, shape (blocks,); the document was counted, too."""
        size = len(document.blocks)
        if not len(self.keys):
            return np.zeros(size, dtype=np.int32)
        keys = _keys(document)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        others = self.counts[at].astype(np.int32) - 1
        return np.where(self.keys[at] == keys, others, 0).astype(np.int32)


class RepeatCounter:
    """Counts the lines of one document after the other."""

    def __init__(self) -> None:
        """Nothing is counted yet."""
        self._tags = np.zeros((1 << _ROW_BITS, _SLOTS), dtype=np.uint32)
        self._counts = np.zeros((1 << _ROW_BITS, _SLOTS), dtype=np.uint16)
        self._added = 0

    def add(self, found: Prints) -> None:
        """Count the lines of one document. A copy's new lines are taken note of; the others do not count again."""
        self._added += 1
        # Among equals another slot goes every time; else the first lines of a batch would stay for ever, and new ones never.
        turn = -self._added % _SLOTS
        _count(self._tags, self._counts, found.keys, found.weights, turn, _TAG_BITS, _COPY)

    def result(self) -> Repeats:
        """What was counted so far."""
        row, slot = np.nonzero(self._counts > 1)
        keys = (row.astype(np.uint64) << np.uint64(_TAG_BITS)) | self._tags[row, slot]
        order = keys.argsort()
        return Repeats(keys[order], self._counts[row, slot][order])


def _as_they_were(keys: bytes, weights: bytes) -> Prints:
    """Prints that have travelled."""
    return Prints(np.frombuffer(keys, dtype=np.uint64), np.frombuffer(weights, dtype=np.int32))


def prints(document: Document) -> Prints:
    """What a document adds to a count."""
    article = Article(document)
    starts, ends = article.spans
    lengths = np.array(ends, dtype=np.int32) - np.array(starts, dtype=np.int32)
    prose = article.prose_blocks
    if prose.any():
        lengths = np.where(prose, lengths, 0).astype(np.int32)
    return Prints(*_distinct(_keys(document), lengths))


@compiled
def _distinct(keys: NDArray[np.uint64], weights: NDArray[np.int32]) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
    """The keys above 0, each once, rising, and the weight at which each stands first; (blocks,), (blocks,) -> (lines,), (lines,)."""
    rising, first = np.unique(keys, return_index=True)
    lines = rising > 0
    return rising[lines], weights[first[lines]]


@compiled
def _count(
    tags: NDArray[np.uint32],
    counts: NDArray[np.uint16],
    keys: NDArray[np.uint64],
    weights: NDArray[np.int32],
    turn: int,
    bits: int,
    copy: float,
) -> None:
    """Count the lines of one document in place. tags, counts: (rows, slots); keys, weights: (lines,). Among equals the slot `turn` is
    taken first; `bits` of a key are its tag; above the share `copy` of known lines the document is one."""
    row = (keys >> np.uint64(bits)).astype(np.intp)
    tag = keys.astype(np.uint32)
    held = (tags[row] == tag[:, None]) & (counts[row] > 0)
    known = held.any(axis=1)
    if weights[known].sum() <= copy * weights.sum():
        at = row[known], held[known].argmax(axis=1)
        counts[at] = np.minimum(counts[at], _MOST - 1) + 1
    row, tag = row[~known], tag[~known]
    order = np.roll(np.arange(tags.shape[1]), -turn)
    slot = order[counts[row][:, order].argmin(axis=1)]
    tags[row, slot] = tag
    counts[row, slot] = 1


def site_of(url: str | None) -> str:
    """The host of an address, without "www."; "" where there is none, so that all such articles count as one site's."""
    try:
        return (urlsplit((url or "")[:_LONGEST_URL]).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _keys(document: Document) -> NDArray[np.uint64]:
    """Row and tag of every block, shape (blocks,); 0 for what is no line of at least two words."""
    site = blake2b(site_of(document.url).encode("utf-8", "replace") + b"\n", digest_size=8)
    blocks = document.blocks
    folded = folds(document.text, [b.start for b in blocks], [b.end for b in blocks])
    hashes = b"".join([_digest(site, line) if line else bytes(8) for line in _lines(folded, PROSE_WORDS, _masked)])
    keys: NDArray[np.uint64] = np.frombuffer(hashes, dtype="<u8").astype(np.uint64)
    keys >>= np.uint64(64 - _ROW_BITS - _TAG_BITS)
    return keys


@compiled
def _lines(folded: tuple[str, ...], enough: int, mask: Callable[[str], str]) -> list[str]:
    """The form in which folded texts are compared: without case, and a short line's number is any number; "" where there are no two
    words.

    So "12 comments" is "13 comments". Two numbers are a result or a balance, and the number of a line of `enough` spaces is its
    news: those differ.
    """
    lines = [text.lower() for text in folded]
    lines = [line if " " in line and _LETTER.search(line) else "" for line in lines]
    return [line if line.count(" ") >= enough else mask(line) for line in lines]


def _masked(line: str) -> str:
    """A line with its number as any number, if it has but one."""
    masked, numbers = _NUMBER.subn("0", line)
    return masked if numbers == 1 else line


def _digest(site: blake2b, line: str) -> bytes:
    hashed = site.copy()
    hashed.update(line.encode("utf-8", "replace"))
    return hashed.digest()
