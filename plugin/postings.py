"""The inverted index of an archive: which articles hold a word, as blocks of plain numbers in SQLite rows.

A batch of articles becomes one segment: its (word, article) pairs, sorted by word, cut into blocks of some 3 KB; a word that hundreds
of articles hold has blocks of its own. Segments are merged so that each is more than twice the next (as in O'Neil et al., "The
log-structured merge-tree", 1996): a search looks into a handful whatever the size of the archive, and every pair is rewritten a
logarithmic number of times. Which block a word stands in is known from a directory in memory, 8 bytes a block.

A search reads at most `MOST_PAIRS` pairs, those of the words with the shortest lists first, so its time does not follow the size.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from .posting_blocks import BLOCK, LONG, DamagedIndex, Numbers, checked, cut, ends_of, of_term, packed, unpacked
from .runs import ARTICLE, WORD, Keys, merged

SCHEMA = """
CREATE TABLE IF NOT EXISTS segment (number INTEGER PRIMARY KEY, pairs INTEGER NOT NULL, ends BLOB NOT NULL, seal INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS block (key INTEGER PRIMARY KEY, data BLOB NOT NULL);
"""
MOST_PAIRS = 192 * 1024  # read by one search
_GROWTH = 2
_PLACES = 1 << 24  # blocks of a segment; a block's key is its segment's number and its place, in one
_AT_ONCE = 128  # blocks held of one segment while it is merged: 0.5 MB
_CELLS = 1 << 17
_OFTEN = 64  # pairs that an article has at most: a word is looked up once in each of its lists
_DATA = "CASE WHEN length(data) <= 8192 THEN data END"  # the largest block has 8,076 bytes
_SELECT = f"SELECT {_DATA} FROM block WHERE key BETWEEN ? AND ?"  # noqa: S608
_MOST_SEGMENTS = 64  # of a billion pairs there are 30

__all__ = ["BLOCK", "LONG", "DamagedIndex"]

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Segment:
    """Where the words of one segment stand: the first and last word of every block, shapes (blocks,)."""

    number: int
    first: Numbers
    last: Numbers


def directory(connection: sqlite3.Connection) -> tuple[Segment, ...]:
    """The segments of an archive, as a search needs them. Raises DamagedIndex."""
    found: list[Segment] = []
    for number, data in connection.execute("SELECT number, ends FROM segment ORDER BY number"):
        if len(found) == _MOST_SEGMENTS:
            raise DamagedIndex("the index has more segments than were ever written")
        if not isinstance(data, bytes) or len(data) % 8:
            raise DamagedIndex(f"the directory of segment {number} of the index is cut off")
        ends = np.frombuffer(data, dtype="<u4").reshape(-1, 2)
        found.append(Segment(number, ends[:, 0].copy(), ends[:, 1].copy()))
    return tuple(found)


def add(connection: sqlite3.Connection, terms: Numbers, articles: Numbers) -> None:
    """Write the pairs of a batch as a segment, and merge what has become too small; inside of the caller's transaction."""
    if len(terms):
        keys = terms.astype(np.uint64) << WORD | articles
        keys.sort()
        write(connection, [keys])
    while True:
        sizes = connection.execute("SELECT number, pairs FROM segment ORDER BY pairs").fetchmany(2)
        if len(sizes) < 2 or sizes[1][1] > _GROWTH * sizes[0][1]:
            return
        merge(connection, [number for number, _ in sizes], None)


def gather(connection: sqlite3.Connection, gone: Numbers | None) -> None:
    """Merge what a long addition left in several segments: all into one, or all but one that is eight times the others."""
    sizes = connection.execute("SELECT number, pairs FROM segment ORDER BY pairs").fetchall()
    most = max((pairs for _, pairs in sizes), default=0)
    apart = gone is None and most > 8 * (sum(pairs for _, pairs in sizes) - most)
    numbers = [number for number, _ in (sizes[:-1] if apart else sizes)]
    if gone is not None or len(numbers) > 1:
        merge(connection, numbers, gone)


def merge(connection: sqlite3.Connection, segments: Sequence[int], gone: Numbers | None) -> None:
    """Make one segment of these; `gone` are articles that are no longer in the archive. Memory does not follow their size."""
    write(connection, (_without(keys, gone) for keys in merged([_read(connection, number) for number in segments])))
    for number in segments:
        connection.execute("DELETE FROM block WHERE key BETWEEN ? AND ?", _keys(number))
        connection.execute("DELETE FROM segment WHERE number = ?", (number,))


def search(
    connection: sqlite3.Connection,
    segments: Iterable[Segment],
    terms: Numbers,
    weights: Scores,
    most: int = 88,
    check: Callable[[], None] = lambda: None,
) -> tuple[Numbers, Scores]:
    """Articles that hold any of the words, best first, with the sum of the weights of the words they hold; shapes (articles,).

    Of more than `most` articles, those behind it may be left out.
    `check` is called now and then, to stop a search by an exception. Raises DamagedIndex.
    """
    wanted: list[tuple[int, int, int, int, int]] = []  # blocks, segment, the first and the last of them, which word
    for segment in segments:
        left = segment.last.searchsorted(terms, side="left")
        right = segment.first.searchsorted(terms, side="right")
        for at in np.flatnonzero(left < right).tolist():
            begin, end = int(left[at]), int(right[at])
            wanted.append((end - begin, segment.number, begin, end, at))
    wanted.sort(key=lambda each: each[0])
    found: list[bytes] = []
    sizes: list[int] = []
    which: list[int] = []
    budget = MOST_PAIRS
    for blocks, number, begin, end, at in wanted:
        budget -= BLOCK if blocks == 1 else BLOCK * 2 + LONG * (blocks - 2)
        if budget < 0:
            break
        check()
        key = number * _PLACES + begin
        for (data,) in connection.execute(_SELECT, (key, key + end - begin - 1)):
            part = of_term(checked(data), terms[at : at + 1])
            found.append(part)
            sizes.append(len(part) >> 2)
            which.append(at)
    return _ranked(np.frombuffer(b"".join(found), dtype="<u4"), weights[which].repeat(sizes), most)


def verify(connection: sqlite3.Connection) -> int:
    """Read every block; the number of pairs. Raises DamagedIndex where one is not what was written."""
    total = 0
    for number, pairs, seal in connection.execute("SELECT number, pairs, seal FROM segment").fetchall():
        counted, crc, highest, ends = 0, 0, np.uint64(0), []
        for data in _blocks(connection, number):
            keys = unpacked(data)
            if keys[0] < highest or np.any(keys[1:] < keys[:-1]):
                raise DamagedIndex(f"segment {number} of the index is not in order")
            counted, crc, highest = counted + len(keys), crc32(data, crc), keys[-1]
            ends.append(ends_of(keys))
        (directory,) = connection.execute("SELECT ends FROM segment WHERE number = ?", (number,)).fetchone()
        if (counted, crc, b"".join(ends)) != (pairs, seal, directory):
            raise DamagedIndex(f"segment {number} of the index is not what was written")
        total += pairs
    return total


def write(connection: sqlite3.Connection, parts: Iterable[Keys]) -> None:
    """Write a segment; `parts` are its pairs, the word above 32 bits of the article, rising from the first part to the last."""
    number = connection.execute("INSERT INTO segment (pairs, ends, seal) VALUES (0, x'', 0)").lastrowid or 0
    ends: list[bytes] = []
    pairs = seal = 0

    def rows() -> Iterator[tuple[int, bytes]]:
        nonlocal pairs, seal
        for block in cut(parts):
            pairs, data = pairs + len(block), packed(block)
            seal = crc32(data, seal)
            ends.append(ends_of(block))
            yield number * _PLACES + len(ends) - 1, data

    connection.executemany("INSERT INTO block VALUES (?, ?)", rows())
    if pairs:
        connection.execute(
            "UPDATE segment SET pairs = ?, ends = ?, seal = ? WHERE number = ?", (pairs, b"".join(ends), seal, number)
        )
    else:
        connection.execute("DELETE FROM segment WHERE number = ?", (number,))


def _keys(segment: int) -> tuple[int, int]:
    """The first and the last key that a block of the segment may have."""
    return segment * _PLACES, (segment + 1) * _PLACES - 1


def _without(keys: Keys, gone: Numbers | None) -> Keys:
    """The pairs of the other articles."""
    return keys if gone is None else keys[~np.isin((keys & ARTICLE).astype(np.uint32), gone)]


def _ranked(articles: Numbers, values: Scores, most: int) -> tuple[Numbers, Scores]:
    """The articles with the highest sums of values, at least `most` of them if there are so many, the best first and of equals the
    oldest.

    Sorting all pairs would take most of a search's time. So the values are first added up in _CELLS cells, which articles may share:
    what a cell holds is the most that its articles can have, and only those with the highest bounds are added up exactly.
    """
    if not len(articles):
        return articles, values
    cells = articles & np.uint32(_CELLS - 1)
    bounds = np.bincount(cells, weights=values)[cells]
    wanted = min(len(bounds), most * _OFTEN)
    least = np.partition(bounds, len(bounds) - wanted)[len(bounds) - wanted]
    near = bounds >= least * (1 - 1e-9)  # sums depend on their order in the last digits
    found, scores = _summed(articles[near], values[near])
    if wanted < len(bounds) and (len(scores) < most or scores[most - 1] < least):
        found, scores = _summed(articles, values)
    return found, scores


def _summed(articles: Numbers, values: Scores) -> tuple[Numbers, Scores]:
    """Every article once, with the sum of its values, the best first."""
    different, inverse = np.unique(articles, return_inverse=True)
    scores = np.bincount(inverse, weights=values).astype(np.float32)
    best = np.argsort(-scores, kind="stable")
    return different[best], scores[best]


def _read(connection: sqlite3.Connection, segment: int) -> Iterator[Keys]:
    """All pairs of a segment in parts of a bounded size, none of them empty."""
    blocks = _blocks(connection, segment)
    while part := [unpacked(data) for data in islice(blocks, _AT_ONCE)]:
        yield np.concatenate(part)


def _blocks(connection: sqlite3.Connection, segment: int) -> Iterator[bytes]:
    """All blocks of a segment, few at a time: others may be written meanwhile."""
    begin, last = _keys(segment)
    while True:
        rows = connection.execute(
            f"SELECT key, {_DATA} FROM block WHERE key BETWEEN ? AND ? ORDER BY key LIMIT ?",  # noqa: S608
            (begin, last, _AT_ONCE),
        ).fetchall()
        if not rows:
            return
        for _, data in rows:
            yield checked(data)
        begin = rows[-1][0] + 1
