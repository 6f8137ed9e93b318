"""An archive of articles to look sources up in: one SQLite file, several readers beside one writer.

Of every article its id, title, hash and fingerprint are kept, and its text, compressed, unless the archive was made without texts. An
article is known by its id: a newer text replaces the older one, the same text changes nothing. Batches are transactions, so a process
that is killed leaves the last whole batch. The file says what it is (SQLite's application id) and in which format (its user version).
"""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np

from copydesk import Candidate, CopydeskError, Document, Matcher, Source

from . import postings

APPLICATION = 0x43504459  # "CPDY"
FORMAT = 1
MAX_ID = 2000  # characters
_MAX_TITLE = 300
_PATIENCE = 10.0  # seconds that a writer waits for another one
_PAGE = 16384  # bytes: texts of some 2 KB leave a quarter of SQLite's usual pages empty
_CANDIDATES = 6  # compared with an article; see copydesk.sources
_MOST_TEXT = 64 * 1024 * 1024  # bytes that a stored text may unfold to
_SCHEMA = """
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS article (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, hash BLOB NOT NULL, title TEXT NOT NULL, print BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS body (number INTEGER PRIMARY KEY, packed BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS gone (number INTEGER PRIMARY KEY);
"""


class ArchiveError(CopydeskError):
    """The archive cannot be used: it is none, damaged, of another format or model, locked, read-only, or the disk is full."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What goes into an archive of one article; `terms` are the words it is found by, `body` is None where no text is kept."""

    id: str
    title: str
    hash: bytes
    terms: bytes
    packed: bytes
    body: bytes | None


@dataclass(slots=True)
class Added:
    """How many articles were new, replaced, or in the archive already."""

    new: int = 0
    replaced: int = 0
    same: int = 0


def entry_of(matcher: Matcher, document: Document, *, keep_text: bool) -> Entry:
    """Make an article ready for an archive; the part of adding that any process can do."""
    found = matcher.print(document)
    digest = bytes.fromhex(document.content_hash.removeprefix("sha256:"))[:16]
    body = zlib.compress(document.text.encode("utf-8", "surrogatepass"), 6) if keep_text else None
    terms = found.terms.astype("<u4").tobytes()
    return Entry(document.id[:MAX_ID], document.title[:_MAX_TITLE], digest, terms, found.packed, body)


class Archive:
    """An archive that is open, for one thread. Every method raises ArchiveError where the file cannot be used."""

    def __init__(self, path: Path, matcher: Matcher, *, write: bool = False, keep_text: bool = True) -> None:
        """Open an archive; `write` makes it if it is not there, with texts or without."""
        self.path = path
        self._matcher = matcher
        self._segments: tuple[postings.Segment, ...] = ()
        self._version: tuple[int, int] | None = None
        if not write and not path.is_file():
            raise ArchiveError(f"{path}: there is no archive, `copydesk archive add` makes one")
        with self._failures():
            self._connection = _connect(path, write)
            try:
                if write:
                    self._prepare(keep_text)
                self._check()
                self.keeps_text = self._setting("text") == "1"
            except BaseException:
                self._connection.close()
                raise

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Archive:
        """The archive is open already."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self.close()

    def add(self, entries: Sequence[Entry]) -> Added:
        """Add a batch, all of it or nothing."""
        done = Added()
        latest = {entry.id: entry for entry in entries}
        done.same += len(entries) - len(latest)
        with self._failures(), self._writing():
            known = self._known(list(latest))
            fresh = [entry for entry in latest.values() if known.get(entry.id, (0, b""))[1] != entry.hash]
            done.same += len(latest) - len(fresh)
            old = [known[entry.id][0] for entry in fresh if entry.id in known]
            self._drop(old)
            done.replaced, done.new = len(old), len(fresh) - len(old)
            if fresh:
                self._insert(fresh)
        return done

    def remove(self, ids: Iterable[str]) -> list[str]:
        """Remove articles; the ids that were there."""
        with self._failures(), self._writing():
            known = self._known(list(dict.fromkeys(ids)))
            self._drop([number for number, _ in known.values()])
        return list(known)

    def tidy(self, *, everything: bool = False) -> None:
        """Merge the index into one segment where it is in several, or a tenth of the articles is gone."""
        with self._failures(), self._writing():
            (gone,) = self._connection.execute("SELECT count(*) FROM gone").fetchone()
            (there,) = self._connection.execute("SELECT count(*) FROM article").fetchone()
            numbers = [n for (n,) in self._connection.execute("SELECT number FROM segment").fetchall()]
            if everything or gone * 10 > there:
                rows = self._connection.execute("SELECT number FROM gone").fetchall()
                postings.merge(self._connection, numbers, np.array(rows, dtype=np.uint32).ravel())
                self._connection.execute("DELETE FROM gone")
        with self._failures():
            self._connection.execute("PRAGMA incremental_vacuum").fetchall()  # merged segments leave holes

    def find(self, document: Document) -> tuple[Source, ...]:
        """What the archive holds that the article was copied or rewritten from, best first; never the article of the same id."""
        asked = self._matcher.look_up(document)
        with self._failures():
            self._connection.execute("BEGIN")  # one view of the file, though a writer may merge lists meanwhile
            try:
                self._refresh()
                numbers, _ = postings.search(self._connection, self._segments, asked.terms, asked.weights)
                candidates = self._candidates(numbers.tolist(), document.id)
            finally:
                self._connection.execute("COMMIT")
        return self._matcher.match(asked, candidates)

    def text(self, id: str) -> str | None:
        """The text of an article; None where it is not there, or kept without its text."""
        with self._failures():
            row = self._connection.execute(
                "SELECT packed FROM body JOIN article USING (number) WHERE id = ?", (id,)
            ).fetchone()
            return None if row is None else _unfold(row[0])

    def stats(self) -> dict[str, int | bool]:
        """Counts and sizes: articles, texts, gone, segments, bytes of the file."""
        with self._failures():
            counts = {
                name: int(self._connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608
                for name, table in (("articles", "article"), ("removed", "gone"), ("segments", "segment"))
            }
            (pages,) = self._connection.execute("PRAGMA page_count").fetchone()
            (each,) = self._connection.execute("PRAGMA page_size").fetchone()
        return {**counts, "bytes": pages * each, "keeps_text": self.keeps_text}

    def verify(self) -> int:
        """Check the whole file: SQLite's own structure, every fingerprint, text and list; the number of articles."""
        from copydesk import check_print

        with self._failures():
            (said,) = self._connection.execute("PRAGMA quick_check(1)").fetchone()
            if said != "ok":
                raise ArchiveError(f"{self.path} is damaged: {str(said).splitlines()[0]}")
            postings.verify(self._connection)
            checked = 0
            rows = self._connection.execute("SELECT id, print, packed FROM article LEFT JOIN body USING (number)")
            for name, packed, body in rows:
                try:
                    check_print(packed)
                    if body is not None:
                        _unfold(body)
                except (ValueError, zlib.error):
                    raise ArchiveError(
                        f"{self.path} is damaged: the article {str(name)[:80]!r} cannot be read"
                    ) from None
                checked += 1
        return checked

    def _prepare(self, keep_text: bool) -> None:
        """Make the tables of a new file; a file that holds anything else is left as it is."""
        held = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if held or self._connection.execute("PRAGMA application_id").fetchone()[0] not in (0, APPLICATION):
            return
        self._connection.execute(f"PRAGMA page_size = {_PAGE}")
        self._connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        self._connection.execute("PRAGMA journal_mode = WAL")
        with self._writing():
            for statement in (_SCHEMA + postings.SCHEMA).split(";"):
                self._connection.execute(statement)
            self._connection.execute(f"PRAGMA application_id = {APPLICATION}")
            self._connection.execute(f"PRAGMA user_version = {FORMAT}")
            settings = [("text", str(int(keep_text))), ("weights", self._matcher.digest)]
            self._connection.executemany("INSERT OR IGNORE INTO setting VALUES (?, ?)", settings)

    def _check(self) -> None:
        """Refuse what is no archive, or not for this version."""
        if self._connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION:
            raise ArchiveError(f"{self.path} is not an archive of copydesk")
        found = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if found != FORMAT:
            raise ArchiveError(
                f"{self.path} has the format {found}, this version of copydesk reads {FORMAT}: make it anew"
            )
        if self._setting("weights") != self._matcher.digest:
            raise ArchiveError(f"{self.path} was made with other word weights than this model's: make it anew")

    def _setting(self, name: str) -> str:
        row = self._connection.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
        return "" if row is None else str(row[0])

    def _known(self, ids: Sequence[str]) -> dict[str, tuple[int, bytes]]:
        """Number and hash of those articles that are there."""
        found: dict[str, tuple[int, bytes]] = {}
        for begin in range(0, len(ids), 500):
            part = ids[begin : begin + 500]
            marks = ",".join("?" * len(part))
            rows = self._connection.execute(f"SELECT id, number, hash FROM article WHERE id IN ({marks})", part)  # noqa: S608
            found.update({name: (number, digest) for name, number, digest in rows})
        return found

    def _drop(self, numbers: Sequence[int]) -> None:
        rows = [(number,) for number in numbers]
        self._connection.executemany("DELETE FROM article WHERE number = ?", rows)
        self._connection.executemany("DELETE FROM body WHERE number = ?", rows)
        self._connection.executemany("INSERT OR IGNORE INTO gone VALUES (?)", rows)

    def _insert(self, entries: Sequence[Entry]) -> None:
        """Numbers are never used twice, so that the index cannot name one article for another."""
        highest = (
            "SELECT max(coalesce((SELECT max(number) FROM article), 0), coalesce((SELECT max(number) FROM gone), 0))"
        )
        first = 1 + max(int(self._connection.execute(highest).fetchone()[0]), int(self._setting("last") or 0))
        numbered = list(enumerate(entries, first))
        self._connection.executemany(
            "INSERT INTO article VALUES (?, ?, ?, ?, ?)", ((n, e.id, e.hash, e.title, e.packed) for n, e in numbered)
        )
        if self.keeps_text:
            self._connection.executemany(
                "INSERT INTO body VALUES (?, ?)", ((n, e.body) for n, e in numbered if e.body is not None)
            )
        self._connection.execute("INSERT OR REPLACE INTO setting VALUES ('last', ?)", (str(first + len(numbered) - 1),))
        terms = [np.frombuffer(e.terms, dtype="<u4") for e in entries]
        articles = np.repeat(np.arange(first, first + len(entries), dtype=np.uint32), [len(t) for t in terms])
        postings.add(self._connection, np.concatenate(terms), articles)

    def _refresh(self) -> None:
        """Read the directory of the index anew where another process has written."""
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        total = (version, self._connection.total_changes)
        if total != self._version:
            self._segments = postings.directory(self._connection)
            self._version = total

    def _candidates(self, numbers: Sequence[int], own: str) -> list[Candidate]:
        found: list[Candidate] = []
        for number in numbers[: 4 * _CANDIDATES + 64]:
            row = self._connection.execute(
                "SELECT id, title, print FROM article WHERE number = ?", (number,)
            ).fetchone()
            if row is not None and row[0] != own:
                found.append(Candidate(*row))
                if len(found) == _CANDIDATES:
                    break
        return found

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """One sentence for whatever SQLite and the disk say."""
        try:
            yield
        except postings.DamagedIndex as error:
            raise ArchiveError(f"{self.path} is damaged: {error}") from error
        except sqlite3.Error as error:
            raise ArchiveError(f"{self.path}: {_why(error)}") from error
        except OSError as error:
            raise ArchiveError(f"{self.path}: {error.strerror or error}") from error
        except zlib.error as error:
            raise ArchiveError(f"{self.path} is damaged: a text cannot be unpacked") from error


def _connect(path: Path, write: bool) -> sqlite3.Connection:
    name = quote(str(path.absolute()))
    mode = "rwc" if write else "ro"
    if not write and not os.access(path.absolute().parent, os.W_OK) and not Path(f"{path}-wal").exists():
        mode += "&immutable=1"  # a log of changes could not be made beside it
    connection: Any = sqlite3.connect(
        f"file:{name}?mode={mode}", uri=True, timeout=_PATIENCE, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA cache_size = -16384")
    return connection  # type: ignore[no-any-return]


def _unfold(packed: bytes) -> str:
    unfolding = zlib.decompressobj()
    text = unfolding.decompress(packed, _MOST_TEXT)
    if not unfolding.eof:
        raise zlib.error("cut off")
    return text.decode("utf-8", "surrogatepass")


def _why(error: sqlite3.Error) -> str:
    """What is wrong, for people."""
    said = str(error)
    for part, sentence in (
        ("not a database", "is not an archive of copydesk"),
        ("malformed", "the file is damaged or cut off"),
        ("locked", "another process is writing to it; try again when it is done"),
        ("readonly", "cannot be written to: it is read-only"),
        ("full", "the disk is full; nothing of the last batch was added"),
        ("disk I/O", "the disk refused to read or write; nothing of the last batch was added"),
        ("unable to open", "cannot be opened"),
        ("no such table", "is not an archive of copydesk, or is cut off"),
    ):
        if part in said:
            return sentence
    return said
