"""What is kept of a batch while its articles are compared with each other: a temporary SQLite file beside a temporary archive.

The archive finds candidates and is told nothing but numbers, because ids may repeat in a batch. The file here knows, by those numbers,
the id, title, date and length of every article, and the fingerprint of every different text: texts that are the same to the character
(`twin` is the number of the first of them) are kept and looked up once, so that 20,000 copies of one page are one text.

Fingerprints hold no text. Texts are kept only where quotes of both sides are wanted.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from copydesk import CLAIMS, Candidate, Document, Matcher, Model, Source, quoted

from .archive import Entry
from .archive_entry import unsealed
from .archive_file import failures
from .folded import unfold

MOST_NAMED = 5  # sources in a report
_SCHEMA = """
CREATE TABLE item (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL, title TEXT NOT NULL, date TEXT, words INTEGER NOT NULL, twin INTEGER NOT NULL
);
CREATE TABLE print (number INTEGER PRIMARY KEY, packed BLOB NOT NULL, terms BLOB NOT NULL, hash BLOB NOT NULL, body BLOB);
"""
# Whoever knows the hour comes before whoever knows the day alone: 24 is behind every hour.
_ORDER = (
    "SELECT number, twin FROM item ORDER BY date IS NULL, "
    "CASE WHEN length(date) = 10 THEN date || 'T24' ELSE date END, words DESC, number"
)

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Item:
    """An article of the batch: how it is called, when it was published and how many words it has."""

    id: str
    title: str
    date: str | None
    words: int


class BatchStore:
    """The file, open. Every method raises ArchiveError where it cannot be read or written."""

    def __init__(self, path: Path, matcher: Matcher | None = None, *, write: bool = False) -> None:
        """Make the file (`write`), or open it as it is; `matcher` is for those who compare."""
        self.path = path
        self._matcher = matcher
        with failures(path):
            if write:
                self._connection = sqlite3.connect(path, isolation_level=None)
                self._connection.execute("PRAGMA journal_mode = OFF")  # nobody needs the file after an accident
                self._connection.execute("PRAGMA synchronous = OFF")
                self._connection.executescript(_SCHEMA)
            else:
                self._connection = sqlite3.connect(
                    f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, check_same_thread=False
                )

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def add(self, items: Iterable[tuple[int, Item, int]], prints: Iterable[Entry]) -> None:
        """Keep articles, each with its number and that of its text's first one, and the texts that are new; their ids are numbers."""
        with failures(self.path):
            self._connection.execute("BEGIN")
            self._connection.executemany(
                "INSERT INTO item VALUES (?, ?, ?, ?, ?, ?)",
                ((number, _plain(x.id), _plain(x.title), x.date, x.words, twin) for number, x, twin in items),
            )
            self._connection.executemany(
                "INSERT INTO print VALUES (?, ?, ?, ?, ?)",
                ((int(e.id), e.packed, e.terms, e.hash, e.body) for e in prints),
            )
            self._connection.execute("COMMIT")

    def order(self) -> tuple[Numbers, Numbers]:
        """The numbers of all articles and of their texts, sources first: the earliest, then without a date the longest."""
        with failures(self.path):
            rows = np.fromiter(
                (each for row in self._connection.execute(_ORDER) for each in row), dtype=np.int64
            ).reshape(-1, 2)
        return rows[:, 0], rows[:, 1]

    def item(self, number: int) -> Item:
        """An article that is kept."""
        with failures(self.path):
            row = self._connection.execute(
                "SELECT id, title, date, words FROM item WHERE number = ?", (number,)
            ).fetchone()
        return Item(*row)

    def entries(self, numbers: Iterable[int]) -> list[Entry]:
        """Different texts as they go into an archive."""
        found = []
        with failures(self.path):
            for number in numbers:
                row = self._connection.execute(
                    "SELECT hash, terms, packed FROM print WHERE number = ?", (number,)
                ).fetchone()
                found.append(Entry(str(number), "", row[0], row[1], row[2], None))
        return found

    def compare(self, document: Document, others: Sequence[int]) -> tuple[Source, ...]:
        """What the article has of these others; the ids are their numbers."""
        digest = bytes.fromhex(document.content_hash.removeprefix("sha256:"))
        candidates = []
        with failures(self.path):
            for number in others:
                row = self._connection.execute(
                    "SELECT title, packed, hash, twin FROM item JOIN print ON print.number = twin WHERE item.number = ?",
                    (number,),
                ).fetchone()
                packed = unsealed(str(row[3]), "", row[2], row[1])
                candidates.append(Candidate(str(number), row[0], packed, digest.startswith(row[2])))
        assert self._matcher
        asked = self._matcher.look_up(document)
        parts = (candidates[at : at + MOST_NAMED] for at in range(0, len(candidates), MOST_NAMED))
        return tuple(each for part in parts for each in self._matcher.match(asked, part))  # it names so many at once

    def sources(self, document: Document, others: Sequence[int], *, quotes: bool) -> tuple[Source, ...]:
        """The same with the articles' own ids, as a report has them: the first of `others` first where it is claimed."""
        first = str(others[0])
        found = sorted(
            self.compare(document, others), key=lambda x: (x.relation not in CLAIMS, x.id != first, -x.score)
        )
        return tuple(self._named(each, quotes) for each in found[:MOST_NAMED])

    def _named(self, source: Source, quotes: bool) -> Source:
        number = int(source.id)
        source = replace(source, id=self.item(number).id)
        if not quotes:
            return source
        with failures(self.path):
            (body,) = self._connection.execute(
                "SELECT body FROM item JOIN print ON print.number = twin WHERE item.number = ?", (number,)
            ).fetchone()
            return source if body is None else quoted(source, unfold(body))


def merged(found: Sequence[Source], more: Sequence[Source]) -> tuple[Source, ...]:
    """Sources of two places, best first, each id once; of two that are as good the one of `found`."""
    ordered = sorted((*found, *more), key=lambda x: (x.relation not in CLAIMS, -x.score))
    once: dict[str, Source] = {}
    for each in ordered:
        once.setdefault(each.id, each)
    return tuple(once.values())[:MOST_NAMED]


_opened: dict[Path, BatchStore] = {}


def open_store(folder: Path, model: Model) -> BatchStore:
    """The batch in this folder, which stays open in this process until another one is asked for."""
    if folder not in _opened:
        close_stores()
        _opened[folder] = BatchStore(store_path(folder), Matcher(model))
    return _opened[folder]


def close_stores() -> None:
    """Close what `open_store` opened in this process."""
    for store in _opened.values():
        store.close()
    _opened.clear()


def store_path(folder: Path) -> Path:
    """Where the file is in a batch's folder."""
    return folder / "batch.db"


def _plain(text: str) -> str:
    """A text that SQLite takes: JSON may hold halves of characters."""
    return text.encode("utf-8", "replace").decode() if not text.isascii() else text
