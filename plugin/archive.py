"""An archive of articles to look sources up in: one SQLite file, several readers beside one writer.

Of every article its id, title, hash and fingerprint are kept, and its text, compressed, unless the archive was made without texts. An
article is known by its id: a newer text replaces the older one, the same text changes nothing. Batches are transactions, so a process
that is killed leaves the last whole batch. The file says what it is (SQLite's application id) and in which format (its user version).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from copydesk import Candidate, Document, Matcher, Source, check_print, quoted

from . import postings
from .archive_file import ArchiveError, check, connect, failures, prepare, setting, unfold, writing

MAX_ID = 2000  # characters
_MAX_TITLE = 300
_CANDIDATES = 6  # compared with an article; see copydesk.sources


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
    digest = _hash(document)
    body = zlib.compress(document.text.encode("utf-8", "surrogatepass"), 6) if keep_text else None
    terms = found.terms.astype("<u4").tobytes()
    return Entry(document.id[:MAX_ID], document.title[:_MAX_TITLE], digest, terms, found.packed, body)


class Archive:
    """An archive that is open, for one thread. Every method raises ArchiveError where the file cannot be used."""

    def __init__(
        self, path: Path, matcher: Matcher, *, write: bool = False, keep_text: bool = True, quotes: bool = False
    ) -> None:
        """Open an archive; `write` makes it if it is not there, with texts or without. `quotes`: what is found comes with the quotes
        of its own sentences, where texts are kept."""
        self.path = path
        self._matcher = matcher
        self._quotes = quotes
        self._segments: tuple[postings.Segment, ...] = ()
        self._version: tuple[int, int] | None = None
        if not write and not path.is_file():
            raise ArchiveError(f"{path}: there is no archive, `copydesk archive add` makes one")
        with self._failures():
            self._connection = connect(path, write)
            try:
                if write:
                    prepare(self._connection, {"text": str(int(keep_text)), "weights": matcher.digest})
                check(self._connection, path, matcher.digest)
                self.keeps_text = setting(self._connection, "text") == "1"
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
                candidates = self._candidates(numbers.tolist(), document)
            finally:
                self._connection.execute("COMMIT")
        found = self._matcher.match(asked, candidates)
        return tuple(map(self._quoted, found)) if self._quotes else found

    def text(self, id: str) -> str | None:
        """The text of an article; None where it is not there, or kept without its text."""
        with self._failures():
            row = self._connection.execute(
                "SELECT packed FROM body JOIN article USING (number) WHERE id = ?", (id,)
            ).fetchone()
            return None if row is None else unfold(row[0])

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
                        unfold(body)
                except (ValueError, zlib.error):
                    raise ArchiveError(
                        f"{self.path} is damaged: the article {str(name)[:80]!r} cannot be read"
                    ) from None
                checked += 1
        return checked

    def _quoted(self, source: Source) -> Source:
        text = self.text(source.id)
        return source if text is None else quoted(source, text)

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
        first = 1 + max(
            int(self._connection.execute(highest).fetchone()[0]), int(setting(self._connection, "last") or 0)
        )
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

    def _candidates(self, numbers: Sequence[int], document: Document) -> list[Candidate]:
        found: list[Candidate] = []
        digest = _hash(document)
        for number in numbers[: 4 * _CANDIDATES + 64]:
            row = self._connection.execute(
                "SELECT id, title, print, hash FROM article WHERE number = ?", (number,)
            ).fetchone()
            if row is not None and row[0] != document.id:
                found.append(Candidate(row[0], row[1], row[2], row[3] == digest))
                if len(found) == _CANDIDATES:
                    break
        return found

    def _failures(self) -> AbstractContextManager[None]:
        return failures(self.path)

    def _writing(self) -> AbstractContextManager[None]:
        return writing(self._connection)


def _hash(document: Document) -> bytes:
    """Names the text."""
    return bytes.fromhex(document.content_hash.removeprefix("sha256:"))[:16]
