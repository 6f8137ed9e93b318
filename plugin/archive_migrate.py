"""Archives of older formats: brought up to this one in one transaction, when they are opened for writing.

Format 1 kept the ends of every block beside it, so that opening a large archive read all of it, and no dates of additions. Its texts
are not packed anew: what unpacks this format's texts unpacks those, too.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from . import postings
from .archive_entry import sealed
from .runs import WORD, Keys, merged

FIRST_SCHEMA = """
CREATE TABLE segment (number INTEGER PRIMARY KEY, pairs INTEGER NOT NULL);
CREATE TABLE block (
    key INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, data BLOB NOT NULL
);
"""
_PLACES = 1 << 24
_LARGEST = 64 * 1024  # bytes of a block


def from_first(connection: sqlite3.Connection, schema: str) -> None:
    """Bring an archive of format 1 up to date, inside of the caller's transaction; `schema` makes the tables that are missing.

    Raises DamagedIndex where it cannot be read.
    """
    connection.execute("ALTER TABLE block RENAME TO old_block")
    connection.execute("ALTER TABLE segment RENAME TO old_segment")
    for statement in schema.split(";"):
        connection.execute(statement)
    numbers = [number for (number,) in connection.execute("SELECT number FROM old_segment").fetchall()]
    postings.write(connection, merged([_read(connection, number) for number in numbers]))
    connection.execute("DROP TABLE old_block")
    connection.execute("DROP TABLE old_segment")
    connection.create_function("seal", 4, _resealed, deterministic=True)
    connection.execute("UPDATE article SET print = seal(id, title, hash, print)")
    connection.execute(
        "INSERT INTO batch SELECT min(number), 0 FROM article WHERE number IS NOT NULL HAVING count(*) > 0"
    )


def _resealed(id: object, title: object, digest: object, packed: object) -> bytes:
    """A fingerprint as it is kept since format 2."""
    if not (isinstance(id, str) and isinstance(title, str) and isinstance(digest, bytes) and isinstance(packed, bytes)):
        raise TypeError("no article")
    return sealed(id, title, digest, packed)


def _read(connection: sqlite3.Connection, segment: int) -> Iterator[Keys]:
    """The pairs of a segment of format 1, a block at a time."""
    begin, last = segment * _PLACES, (segment + 1) * _PLACES - 1
    while True:
        row = connection.execute(
            "SELECT key, CASE WHEN length(data) <= ? THEN data END FROM old_block WHERE key BETWEEN ? AND ? ORDER BY key",
            (_LARGEST, begin, last),
        ).fetchone()
        if row is None:
            return
        yield _unpacked(row[1])
        begin = row[0] + 1


def _unpacked(data: object) -> Keys:
    size = int.from_bytes(data[:2], "little") if isinstance(data, bytes) else 0
    if not isinstance(data, bytes) or not size or len(data) < 2 + 6 * size or (len(data) - 2 - 6 * size) % 4:
        raise postings.DamagedIndex("a block of the index is cut off")
    terms = np.frombuffer(data, dtype="<u4", count=size, offset=2).astype(np.uint64)
    counts: NDArray[np.uint16] = np.frombuffer(data, dtype="<u2", count=size, offset=2 + 4 * size)
    articles = np.frombuffer(data, dtype="<u4", offset=2 + 6 * size)
    if int(counts.sum(dtype=np.int64)) != len(articles):
        raise postings.DamagedIndex("a block of the index is cut off")
    return np.asarray(terms.repeat(counts) << WORD | articles)
