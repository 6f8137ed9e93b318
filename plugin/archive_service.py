"""What the service does to its archive: adds articles, removes one, and counts them. Looking up is in `lookup`.

Every request is one transaction of SQLite, which lets one writer in at a time, whichever process or thread it is in: all of a request
is kept, or nothing. An article is known by its id, which comes from outside, so it is bounded and refused rather than cut.
"""

from __future__ import annotations

import io
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from copydesk import DocumentError, Matcher

from .archive import Added, Archive, entry_of
from .archive_errors import ArchiveError
from .config import Settings
from .inputs import Article
from .item import read_article
from .schema import FieldError, Json, RequestError, load_article, load_json, parse_article

NDJSON = "application/x-ndjson"
LONGEST_ID = 2_000  # characters; an archive keeps no more of one
MOST = 1_000  # articles of one request: about a second of work, and of waiting for other writers
PATIENCE = 2.0  # seconds that a request waits for another writer; who posts gives up after three
RETRY_AFTER = 2  # seconds
# Controls, what reorders a line, and what no UTF-8 can hold: such an id could not be shown, stored or asked for.
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class ArchiveBusy(RequestError):
    """Another process is writing for longer than a request waits: HTTP 503, and worth trying again."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__(503, f"another process is writing to the archive; try again in {RETRY_AFTER} seconds")


def prepare(settings: Settings, matcher: Matcher) -> None:
    """Check the configured archive before anything is served; make one where it is missing and requests may add to it.

    A new archive keeps texts, and is for its user alone. Nothing stays open.

    Raises ArchiveError.
    """
    path = settings.archive
    if path is None:
        return
    if settings.protected and not path.exists():
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        except OSError as error:
            raise ArchiveError(f"{path}: the archive cannot be made: {error.strerror or error}") from error
        try:
            Archive(path, matcher, write=True).close()
        except ArchiveError:
            path.unlink(missing_ok=True)  # an empty file would be refused the next time
            raise
    Archive(path, matcher).close()


def articles_of(body: bytes, *, lines: bool) -> list[Article]:
    """The articles of a request: one object, {"articles": [...]}, or with `lines` one object a line.

    Raises JsonError, FieldError and RequestError; with several articles, the message says which one is wrong.
    """
    if lines:
        found = list(_rows(body))
    else:
        fields = load_json(body)
        if not isinstance(fields, dict) or "articles" not in fields:
            return [_with_id(parse_article(fields))]
        found = list(_listed(fields))
    if not found:
        raise FieldError("articles", "there is no article, expected one or more")
    return found


def check_id(value: str) -> str | None:
    """What is wrong with the id of an article, for an archive; None for nothing."""
    if not value.strip():
        return "is empty"
    if len(value) > LONGEST_ID:
        return f"has {len(value)} characters"
    return "has control characters" if _UNFIT.search(value) else None


class ArchiveService:
    """The archive in `path`, for changing it; safe to share between threads and to fork, because nothing is kept open."""

    def __init__(self, path: Path, matcher: Matcher) -> None:
        """Open nothing yet."""
        self._path = path
        self._matcher = matcher

    def add(self, articles: list[Article]) -> Added:
        """Add articles, all of them or none; of several with one id the last one stays.

        Raises DocumentError for an article that cannot be read, ArchiveBusy, and ArchiveError.
        """
        with self._open() as archive:
            entries = []
            for number, article in enumerate(articles, 1):
                with _placed(f"article {number}" if len(articles) > 1 else ""):
                    entries.append(entry_of(self._matcher, read_article(article), keep_text=archive.keeps_text))
            with _busy_told():
                done = archive.add(entries)
            _tidy(archive, done.replaced)
        return done

    def remove(self, id: str) -> int:
        """Remove an article; how many there were, 1 or 0. Raises ArchiveBusy and ArchiveError."""
        with self._open() as archive:
            with _busy_told():
                removed = len(archive.remove([id]))
            _tidy(archive, removed)
        return removed

    def stats(self) -> Json:
        """How many articles there are, how many bytes they take, and whether texts are kept. Raises ArchiveError."""
        with Archive(self._path, self._matcher) as archive:
            found = archive.stats()
        return {name: found[name] for name in ("articles", "bytes", "keeps_text")}

    def _open(self) -> Archive:
        """Open it for writing; one that was removed while the service runs is not made anew. Raises ArchiveError."""
        if not self._path.is_file():
            raise ArchiveError(f"{self._path}: there is no archive any more")
        return Archive(self._path, self._matcher, write=True, patience=PATIENCE)


def _rows(body: bytes) -> Iterator[Article]:
    """The articles of JSON lines; blank ones are passed over."""
    count = 0
    for number, line in enumerate(io.BytesIO(body), 1):
        if line.strip():
            _refuse_more_than_most(count := count + 1)
            with _placed(f"line {number}"):
                article = _with_id(load_article(line))
            yield article


def _listed(fields: Json) -> Iterator[Article]:
    """The articles of {"articles": [...]}."""
    given = fields["articles"]
    if len(fields) > 1:
        raise FieldError("articles", "field 'articles' stands beside others, expected it alone")
    if not isinstance(given, list):
        raise FieldError("articles", "field 'articles' is not a list, expected article objects")
    _refuse_more_than_most(len(given))
    for number, each in enumerate(given, 1):
        with _placed(f"article {number}"):
            article = _with_id(parse_article(each))
        yield article


def _refuse_more_than_most(count: int) -> None:
    if count > MOST:
        raise RequestError(413, f"more than {MOST} articles, expected at most so many in one request")


def _with_id(article: Article) -> Article:
    """The article, once its id is found good. Raises FieldError."""
    if wrong := check_id(article.id):
        wanted = f"expected 1 to {LONGEST_ID} characters without controls: an archive knows an article by its id"
        raise FieldError("id", f"field 'id' {'is missing' if not article.id else wrong}, {wanted}")
    return article


@contextmanager
def _placed(where: str) -> Iterator[None]:
    """Say which of several articles an error is about."""
    try:
        yield
    except DocumentError as error:
        if not where:
            raise
        message = f"{where}: {error}"
        raise (FieldError(error.field, message) if isinstance(error, FieldError) else type(error)(message)) from error


@contextmanager
def _busy_told() -> Iterator[None]:
    """Keep a lock, which passes, apart from what does not. Raises ArchiveBusy."""
    try:
        yield
    except ArchiveError as error:
        if isinstance(error.__cause__, sqlite3.OperationalError) and "locked" in str(error.__cause__):
            raise ArchiveBusy from error
        raise


def _tidy(archive: Archive, gone: int) -> None:
    """After articles went, merge the index where it is time to; what was asked for is done, whatever comes of this."""
    if gone:
        with suppress(ArchiveError):
            archive.tidy()
