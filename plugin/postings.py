"""The inverted index of an archive: which articles hold a word, as blocks of plain numbers in SQLite rows.

A batch of articles becomes one segment: its (word, article) pairs, sorted by word, cut into blocks of some 1,000. Segments are merged
so that each is more than twice the next (as in O'Neil et al., "The log-structured merge-tree", 1996): a search looks into a handful
whatever the size of the archive, and every pair is rewritten a logarithmic number of times. Which block a word stands in is known
from a directory in memory, 8 bytes a block.

A search reads at most `MOST_BLOCKS` blocks, those of the words with the shortest lists first, so its time does not follow the size.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

SCHEMA = """
CREATE TABLE IF NOT EXISTS segment (number INTEGER PRIMARY KEY, pairs INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS block (
    key INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, data BLOB NOT NULL
);
"""
BLOCK = 1024  # pairs
MOST_BLOCKS = 192  # read by one search
_GROWTH = 2
_PLACES = 1 << 24  # blocks of a segment; a block's key is its segment's number and its place, in one

Numbers = NDArray[np.uint32]
Scores = NDArray[np.float32]


class DamagedIndex(Exception):
    """A block is not what was written."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Where the words of one segment stand: the first and last word of every block, shapes (blocks,)."""

    number: int
    first: Numbers
    last: Numbers


def directory(connection: sqlite3.Connection) -> tuple[Segment, ...]:
    """The segments of an archive, as a search needs them."""
    found = []
    for (number,) in connection.execute("SELECT number FROM segment ORDER BY number").fetchall():
        rows = connection.execute(
            "SELECT first, last FROM block WHERE key BETWEEN ? AND ? ORDER BY key", _keys(number)
        ).fetchall()
        ends = np.array(rows, dtype=np.uint32).reshape(-1, 2)
        found.append(Segment(number, ends[:, 0].copy(), ends[:, 1].copy()))
    return tuple(found)


def add(connection: sqlite3.Connection, terms: Numbers, articles: Numbers) -> None:
    """Write the pairs of a batch as a segment, and merge what has become too small; inside of the caller's transaction."""
    if len(terms):
        _write(connection, terms, articles)
    while True:
        sizes = connection.execute("SELECT number, pairs FROM segment ORDER BY pairs").fetchmany(2)
        if len(sizes) < 2 or sizes[1][1] > _GROWTH * sizes[0][1]:
            return
        merge(connection, [number for number, _ in sizes], None)


def merge(connection: sqlite3.Connection, segments: Iterable[int], gone: Numbers | None) -> None:
    """Make one segment of these; `gone` are articles that are no longer in the archive."""
    parts = [_read(connection, number) for number in segments]
    terms = np.concatenate([part[0] for part in parts])
    articles = np.concatenate([part[1] for part in parts])
    if gone is not None:
        kept = ~np.isin(articles, gone)
        terms, articles = terms[kept], articles[kept]
    for number in segments:
        connection.execute("DELETE FROM block WHERE key BETWEEN ? AND ?", _keys(number))
        connection.execute("DELETE FROM segment WHERE number = ?", (number,))
    if len(terms):
        _write(connection, terms, articles)


def search(
    connection: sqlite3.Connection, segments: Iterable[Segment], terms: Numbers, weights: Scores
) -> tuple[Numbers, Scores]:
    """Articles that hold any of the words, best first, with the sum of the weights of the words they hold; shapes (articles,).

    Raises DamagedIndex.
    """
    wanted = []
    for segment in segments:
        left = np.searchsorted(segment.last, terms, side="left")
        right = np.searchsorted(segment.first, terms, side="right")
        wanted += [
            (b - a, segment.number, a, b, term, weight)
            for a, b, term, weight in zip(left.tolist(), right.tolist(), terms.tolist(), weights.tolist(), strict=True)
            if a < b
        ]
    wanted.sort(key=lambda each: each[0])
    lists: list[Numbers] = []
    values: list[Scores] = []
    budget = MOST_BLOCKS
    for size, number, begin, end, term, weight in wanted:
        if size > budget:
            break
        budget -= size
        rows = connection.execute(
            "SELECT data FROM block WHERE key BETWEEN ? AND ?", (number * _PLACES + begin, number * _PLACES + end - 1)
        )
        for (data,) in rows:
            found = _of_term(data, term)
            lists.append(found)
            values.append(np.full(len(found), weight, dtype=np.float32))
    if not lists:
        return np.zeros(0, dtype=np.uint32), np.zeros(0, dtype=np.float32)
    articles, inverse = np.unique(np.concatenate(lists), return_inverse=True)
    scores = np.bincount(inverse, weights=np.concatenate(values)).astype(np.float32)
    order = np.argsort(-scores, kind="stable")
    return articles[order], scores[order]


def verify(connection: sqlite3.Connection) -> int:
    """Read every block; the number of pairs. Raises DamagedIndex where one is not what was written."""
    total = 0
    for number, pairs in connection.execute("SELECT number, pairs FROM segment").fetchall():
        terms, _ = _read(connection, number)
        if len(terms) != pairs or np.any(terms[1:] < terms[:-1]):
            raise DamagedIndex(f"segment {number} of the index has not the pairs that were written")
        total += pairs
    return total


def _keys(segment: int) -> tuple[int, int]:
    """The first and the last key that a block of the segment may have."""
    return segment * _PLACES, (segment + 1) * _PLACES - 1


def _write(connection: sqlite3.Connection, terms: Numbers, articles: Numbers) -> None:
    keys = terms.astype(np.uint64) << np.uint64(32) | articles
    keys.sort()
    terms, articles = (keys >> np.uint64(32)).astype(np.uint32), (keys & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    number = connection.execute("INSERT INTO segment (pairs) VALUES (?)", (len(terms),)).lastrowid or 0
    starts = [*range(0, len(terms), BLOCK), len(terms)]
    connection.executemany(
        "INSERT INTO block VALUES (?, ?, ?, ?)",
        (
            (number * _PLACES + place, int(terms[a]), int(terms[b - 1]), _pack(terms[a:b], articles[a:b]))
            for place, (a, b) in enumerate(pairwise(starts))
        ),
    )


def _pack(terms: Numbers, articles: Numbers) -> bytes:
    """The number of words, the words, how often each stands there, and the articles."""
    different, counts = np.unique(terms, return_counts=True)
    size = len(different).to_bytes(2, "little")
    return size + different.astype("<u4").tobytes() + counts.astype("<u2").tobytes() + articles.astype("<u4").tobytes()


def _unpack(data: bytes) -> tuple[Numbers, NDArray[np.uint16], Numbers]:
    size = int.from_bytes(data[:2], "little")
    if len(data) < 2 + 6 * size or (len(data) - 2 - 6 * size) % 4:
        raise DamagedIndex("a block of the index is cut off")
    terms = np.frombuffer(data, dtype="<u4", count=size, offset=2)
    counts = np.frombuffer(data, dtype="<u2", count=size, offset=2 + 4 * size)
    articles = np.frombuffer(data, dtype="<u4", offset=2 + 6 * size)
    return terms, counts, articles


def _of_term(data: bytes, term: int) -> Numbers:
    terms, counts, articles = _unpack(data)
    at = int(np.searchsorted(terms, np.uint32(term)))
    if at == len(terms) or terms[at] != term:
        return articles[:0]
    start = int(counts[:at].sum(dtype=np.int64))
    return articles[start : start + int(counts[at])]


def _read(connection: sqlite3.Connection, segment: int) -> tuple[Numbers, Numbers]:
    """All pairs of a segment."""
    terms, articles = [np.zeros(0, dtype=np.uint32)], [np.zeros(0, dtype=np.uint32)]
    for (data,) in connection.execute("SELECT data FROM block WHERE key BETWEEN ? AND ? ORDER BY key", _keys(segment)):
        different, counts, found = _unpack(data)
        if int(counts.sum(dtype=np.int64)) != len(found):
            raise DamagedIndex("a block of the index is cut off")
        terms.append(np.repeat(different, counts))
        articles.append(found)
    return np.concatenate(terms), np.concatenate(articles)
