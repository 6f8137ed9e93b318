"""An archive of articles to look sources up in: one SQLite file, several readers beside one writer.

Of every article its id, title, hash and fingerprint are kept, and its text, compressed, unless the archive was made without texts. An
article is known by its id: a newer text replaces the older one, the same text changes nothing. Batches are transactions, so a process
that is killed leaves the last whole batch. The file says what it is (SQLite's application id) and in which format (its user version).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from copydesk import Candidate, Document, LookUp, Matcher, Source, quoted

from . import postings
from .archive_check import stats, verify
from .archive_entry import MOST_PRINT, Entry, entry_of, hash_of, unsealed
from .archive_errors import ArchiveError, ArchiveTimeout
from .archive_file import check, check_weights, connect, failures, prepare, setting, within, writing
from .folded import MOST, unfold

__all__ = ["Added", "Archive", "ArchiveError", "ArchiveTimeout", "Entry", "entry_of"]

_CANDIDATES = 6  # compared with an article; see copydesk.sources
_AT_ONCE = 12  # of them are read at once: six, and some that were removed
_RANKED = 88  # articles that a search ranks; more only where nearly all of them were replaced since


@dataclass(slots=True)
class Added:
    """How many articles were new, replaced, or in the archive already."""

    new: int = 0
    replaced: int = 0
    same: int = 0

    def count(self, other: Added) -> None:
        """Add those of another batch."""
        self.new += other.new
        self.replaced += other.replaced
        self.same += other.same


class Archive:
    """An archive that is open, for one thread. Every method raises ArchiveError where the file cannot be used."""

    def __init__(
        self,
        path: Path,
        matcher: Matcher,
        *,
        write: bool = False,
        keep_text: bool = True,
        quotes: bool = False,
        any_weights: bool = False,
        patience: float | None = None,
    ) -> None:
        """Open an archive; `write` makes it if it is not there, with texts or without, and brings an older format up to date.

        `quotes`: what is found comes with the quotes of its own sentences, where texts are kept. `any_weights` opens an archive of
        another model's word weights, too, of which only the texts are of use. `patience` is how many seconds another process
        that has the file for itself is waited for.
        """
        self.path = path
        self._matcher = matcher
        self._quotes = quotes
        self._write = write
        self._any_weights = any_weights
        self._patience = patience
        if not write and not path.is_file():
            raise ArchiveError(f"{path}: there is no archive, `copydesk archive add` makes one")
        self._open({"text": str(int(keep_text)), "weights": matcher.digest})

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    def __enter__(self) -> Archive:
        """The archive is open already."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self.close()

    def add(self, entries: Sequence[Entry]) -> Added:
        """Add a batch, all of it or nothing; of several texts under one id the last one stays, as if they came one by one."""
        done = Added()
        latest = {entry.id: entry for entry in entries}
        different = len({(entry.id, entry.hash) for entry in entries}) - len(latest)
        done.same += len(entries) - len(latest) - different
        with self._failures(), writing(self.connection):
            known = self._known(list(latest))
            fresh = [entry for entry in latest.values() if known.get(entry.id, (0, b""))[1] != entry.hash]
            done.same += len(latest) - len(fresh)
            old = [known[entry.id][0] for entry in fresh if entry.id in known]
            self._drop(old)
            done.replaced, done.new = len(old) + different, len(fresh) - len(old)
            if fresh:
                self._insert(fresh)
        return done

    def remove(self, ids: Iterable[str]) -> list[str]:
        """Remove articles; the ids that were there. What they left in the file is wiped by `tidy`."""
        with self._failures(), writing(self.connection):
            known = self._known(list(dict.fromkeys(ids)))
            self._drop([number for number, _ in known.values()])
        return list(known)

    def tidy(self, *, everything: bool = False) -> bool:
        """Merge the index where it is in several segments, and drop what is gone from it where that is a tenth of the articles.

        `everything` wipes what was removed or replaced from all of the file and its log: the file is written anew, since what
        SQLite overwrites may have copies in pages that it has moved rows between. That takes room for a second file, and a second
        for every 100,000 articles. False where a reader kept the log from being emptied: the last process that closes the archive
        does it.
        """
        with self._failures(), writing(self.connection):
            (gone,) = self.connection.execute("SELECT count(*) FROM gone").fetchone()
            (there,) = self.connection.execute("SELECT count(*) FROM article").fetchone()
            if everything or gone * 10 > there:
                rows = self.connection.execute("SELECT number FROM gone").fetchall()
                postings.gather(self.connection, np.array(rows, dtype=np.uint32).ravel())
                self.connection.execute("DELETE FROM gone")
            else:
                postings.gather(self.connection, None)
        with self._failures():
            if everything:
                self.connection.execute("VACUUM")
            else:
                self.connection.executescript("PRAGMA incremental_vacuum;")  # `execute` would free one page
            mode = "TRUNCATE" if everything else "PASSIVE"
            return not self.connection.execute(f"PRAGMA wal_checkpoint({mode})").fetchone()[0]

    def find(self, document: Document, *, deadline: float | None = None) -> tuple[Source, ...]:
        """What the archive holds that the article was copied or rewritten from, best first; never the article of the same id.

        Raises ArchiveTimeout soon after `deadline`, a value of `time.monotonic()`.
        """
        with self._failures():
            asked = self._matcher.look_up(document)
            self._follow()
            with within(self.connection, deadline) as in_time:
                candidates = self._candidates(asked, document, in_time)
                in_time()
                found = self._matcher.match(asked, candidates)
                if not self._quotes:
                    return found
                quotes = []
                for source in found:
                    in_time()
                    text = self.text(source.id)
                    quotes.append(source if text is None else quoted(source, text))
                return tuple(quotes)

    def text(self, id: str) -> str | None:
        """The text of an article; None where it is not there, or kept without its text."""
        with self._failures():
            row = self.connection.execute(
                "SELECT CASE WHEN length(packed) <= ? THEN packed END FROM body JOIN article USING (number) WHERE id = ?",
                (MOST, id),
            ).fetchone()
            return None if row is None else unfold(row[0])

    def stats(self) -> dict[str, int | bool | str]:
        """What the file holds: articles, removed ones that the index still names, segments, bytes with those of the log, and dates."""
        with self._failures():
            return stats(self.connection, self.path)

    def verify(self) -> int:
        """Check the whole file: SQLite's own structure, every fingerprint, text and list; the number of articles."""
        with self._failures():
            return verify(self.connection, self.path)

    def _open(self, settings: dict[str, str]) -> None:
        self._segments: tuple[postings.Segment, ...] = ()
        self._version: tuple[int, int] | None = None
        with self._failures():
            self._file = self._which()
            self.connection, self._immutable = connect(self.path, self._write, self._patience)
            try:
                if self._write:
                    prepare(self.connection, settings)
                    self.connection.execute("PRAGMA secure_delete = ON")  # what is removed is overwritten
                check(self.connection, self.path)
                if not self._any_weights:
                    check_weights(self.connection, self.path, self._matcher.digest)
                self.keeps_text = setting(self.connection, "text") == "1"
            except BaseException:
                self.connection.close()
                raise

    def _which(self) -> tuple[int, ...]:
        """Tells one file from another that was put in its place, and a file that nobody should change from the same one changed."""
        if self._write:
            return ()
        found = self.path.stat()
        return (found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size)

    def _follow(self) -> None:
        """Open the file anew where another one stands in its place, or where it changed and is read without a log."""
        now = self._which()
        if now != self._file and (self._immutable or now[:2] != self._file[:2]):
            self.connection.close()
            self._open({})

    def _refresh(self) -> None:
        """Read the directory of the index anew where another process has written."""
        (version,) = self.connection.execute("PRAGMA data_version").fetchone()
        total = (version, self.connection.total_changes)
        if total != self._version:
            if not self._any_weights:
                check_weights(self.connection, self.path, self._matcher.digest)
            self._segments = postings.directory(self.connection)
            self._version = total

    def _known(self, ids: Sequence[str]) -> dict[str, tuple[int, bytes]]:
        """Number and hash of those articles that are there."""
        found: dict[str, tuple[int, bytes]] = {}
        for begin in range(0, len(ids), 500):
            part = ids[begin : begin + 500]
            marks = ",".join("?" * len(part))
            rows = self.connection.execute(f"SELECT id, number, hash FROM article WHERE id IN ({marks})", part)  # noqa: S608
            found.update({name: (number, digest) for name, number, digest in rows})
        return found

    def _drop(self, numbers: Sequence[int]) -> None:
        rows = [(number,) for number in numbers]
        self.connection.executemany("DELETE FROM article WHERE number = ?", rows)
        self.connection.executemany("DELETE FROM body WHERE number = ?", rows)
        self.connection.executemany("INSERT OR IGNORE INTO gone VALUES (?)", rows)

    def _insert(self, entries: Sequence[Entry]) -> None:
        """Numbers are never used twice, so that the index cannot name one article for another."""
        highest = (
            "SELECT max(coalesce((SELECT max(number) FROM article), 0), coalesce((SELECT max(number) FROM gone), 0))"
        )
        first = 1 + max(int(self.connection.execute(highest).fetchone()[0]), int(setting(self.connection, "last") or 0))
        numbered = list(enumerate(entries, first))
        self.connection.executemany(
            "INSERT INTO article VALUES (?, ?, ?, ?, ?)", ((n, e.id, e.hash, e.title, e.packed) for n, e in numbered)
        )
        if self.keeps_text:
            self.connection.executemany(
                "INSERT INTO body VALUES (?, ?)", ((n, e.body) for n, e in numbered if e.body is not None)
            )
        self.connection.execute("INSERT OR REPLACE INTO setting VALUES ('last', ?)", (str(first + len(numbered) - 1),))
        self.connection.execute("INSERT INTO batch VALUES (?, ?)", (first, int(time.time())))
        self.index(range(first, first + len(entries)), [e.terms for e in entries])

    def index(self, numbers: Sequence[int], terms: Sequence[bytes]) -> None:
        """Write which words the articles of these numbers hold; inside of a transaction."""
        lists = [np.frombuffer(each, dtype="<u4") for each in terms]
        articles = np.repeat(np.array(numbers, dtype=np.uint32), [len(each) for each in lists])
        postings.add(self.connection, np.concatenate(lists), articles)

    def _candidates(self, asked: LookUp, document: Document, in_time: Callable[[], None]) -> list[Candidate]:
        """The articles to compare, best first."""
        self._refresh()
        for most in (_RANKED, 1 << 32):
            numbers, _ = postings.search(self.connection, self._segments, asked.terms, asked.weights, most, in_time)
            found = list(islice(self._rows_of(numbers.tolist(), document), _CANDIDATES))
            if len(found) == _CANDIDATES or len(numbers) < most:
                break
        return found

    def _rows_of(self, numbers: Sequence[int], document: Document) -> Iterator[Candidate]:
        """Those of the articles that are there, in this order, but for the document itself."""
        digest = hash_of(document)
        for begin in range(0, len(numbers), _AT_ONCE):
            part = numbers[begin : begin + _AT_ONCE]
            rows = self.connection.execute(
                "SELECT number, id, title, hash, CASE WHEN length(print) <= ? THEN print END FROM article "  # noqa: S608
                f"WHERE number IN ({','.join('?' * len(part))})",
                (MOST_PRINT, *part),
            ).fetchall()
            there = {row[0]: row[1:] for row in rows}
            for number in part:
                if number in there and there[number][0] != document.id:
                    name, title, kept, packed = there[number]
                    yield Candidate(name, title, unsealed(name, title, kept, packed), kept == digest)

    def _failures(self) -> AbstractContextManager[None]:
        return failures(self.path)
