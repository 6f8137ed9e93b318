"""An archive's fingerprints and index made anew out of its texts, where they were made with other word weights.

All of it is one transaction: readers go on with what was there, and a process that is killed leaves the archive as it was. A second
file put in its place would leave them, and their log of changes, with the first one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from copydesk import Matcher, reassembled

from .archive import Archive
from .archive_entry import sealed
from .archive_errors import ArchiveError
from .archive_file import failures, writing
from .archive_workers import each
from .folded import unfold

_BATCH = 4096  # articles of one segment


@dataclass(frozen=True, slots=True)
class _Kept:
    """An article as it is kept."""

    number: int
    id: str
    title: str
    hash: bytes
    body: bytes


_Made = tuple[int, bytes, bytes]


def rebuild(archive: Archive, matcher: Callable[[], Matcher], jobs: int | None, counted: Callable[[int], None]) -> int:
    """Make everything anew that the model's word weights are in; the number of articles. `matcher` gives each process its own.

    Raises ArchiveError where the archive keeps no texts, or cannot be read or written: then it is as it was.
    """
    if not archive.keeps_text:
        raise ArchiveError(f"{archive.path} keeps no texts to make fingerprints of: make it anew out of the articles")
    connection = archive.connection
    done = 0
    with failures(archive.path), writing(connection):
        connection.execute("DELETE FROM block")
        connection.execute("DELETE FROM segment")
        connection.execute("DELETE FROM gone")
        batch: list[_Made] = []
        for made in each(_kept(archive), partial(_remade, matcher, archive.path), jobs):
            batch.append(made)
            done += 1
            if len(batch) == _BATCH:
                _write(archive, batch)
                batch.clear()
            counted(done)
        if batch:
            _write(archive, batch)
        digest = matcher().digest
        connection.execute("UPDATE setting SET value = ? WHERE name = 'weights'", (digest,))
    archive.tidy()
    return done


def _kept(archive: Archive) -> Iterator[_Kept]:
    """Every article, a few at a time: their fingerprints change meanwhile."""
    last = -1
    while True:
        rows = archive.connection.execute(
            "SELECT number, id, title, hash, packed FROM article JOIN body USING (number) WHERE number > ? ORDER BY number LIMIT 64",
            (last,),
        ).fetchall()
        if not rows:
            return
        yield from (_Kept(*row) for row in rows)
        last = rows[-1][0]


def _remade(matcher: Callable[[], Matcher], path: Path, kept: _Kept) -> _Made:
    with failures(path):
        document = reassembled(unfold(kept.body), title=kept.title, id=kept.id)
        found = matcher().print(document)
    return kept.number, found.terms.astype("<u4").tobytes(), sealed(kept.id, kept.title, kept.hash, found.packed)


def _write(archive: Archive, batch: list[_Made]) -> None:
    archive.connection.executemany(
        "UPDATE article SET print = ? WHERE number = ?", ((packed, number) for number, _, packed in batch)
    )
    archive.index([number for number, _, _ in batch], [terms for _, terms, _ in batch])
