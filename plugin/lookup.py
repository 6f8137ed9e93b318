"""What the service finds of an article in its archive: within a time, by any number of threads, and never an error.

A report is wanted in any case, so whatever is wrong with the archive becomes a note in it: a file that is damaged, gone, or too slow.
An archive is for one thread at a time, so each look-up takes an open one from a pool, and opens one where none is idle. A file that was
replaced by another is opened anew.
"""

from __future__ import annotations

import dataclasses
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Protocol

from copydesk import Document, Matcher, Report, Scorer, Source, quoted

from .archive import Archive
from .archive_errors import ArchiveError, ArchiveTimeout
from .config import ARCHIVE_MS, Settings
from .counting import CountingScorer
from .found import Found

UNREADABLE = "sources: not looked up, the archive cannot be read"
_MOST_IDLE = 8  # open archives that a process keeps: twice the threads of a web worker
_log = logging.getLogger("copydesk")


class Opened(Protocol):
    """An archive that is open, as far as a look-up needs it."""

    def find(self, document: Document, *, deadline: float | None = None) -> tuple[Source, ...]:
        """The sources of an article, best first. Raises ArchiveTimeout soon after `deadline`."""

    def text(self, id: str) -> str | None:
        """The text of an article of the archive; None where it has none."""

    def close(self) -> None:
        """Close the file."""


_Idle = tuple[tuple[int, ...], Opened]  # with what the file was when it was opened


class Lookup:
    """The archive in `path`, for all threads of a process, and for those that are forked from it."""

    def __init__(
        self,
        path: Path,
        matcher: Matcher,
        milliseconds: int = ARCHIVE_MS,
        opening: Callable[[Path, Matcher], Opened] | None = None,
        counted: Callable[[Found], None] = lambda _: None,
    ) -> None:
        """Open nothing yet: a connection must not be carried over a fork. `milliseconds` is how long one look-up may take; `counted`
        is told what every look-up found.
        """
        self._path = path
        self._matcher = matcher
        self._milliseconds = milliseconds
        self._opening = opening or partial(Archive, patience=milliseconds / 1000)
        self._counted = counted
        self._idle: dict[int, list[_Idle]] = {}  # by process
        self._failing = False

    def find(self, document: Document, *, quotes: bool = False) -> Found:
        """The sources of an article; `quotes`: with the quotes of their own sentences, where the archive keeps texts."""
        found = self._look(document, quotes)
        self._counted(found)
        return found

    def _look(self, document: Document, quotes: bool) -> Found:
        deadline = time.monotonic() + self._milliseconds / 1000
        texts: dict[str, str] = {}
        try:
            with self._archive() as archive:
                found = archive.find(document, deadline=deadline)
                for source in found if quotes else ():
                    if time.monotonic() < deadline and (text := archive.text(source.id)) is not None:
                        texts[source.id] = text
            sources = tuple([quoted(each, texts[each.id]) if each.id in texts else each for each in found])
        except ArchiveError as error:
            if isinstance(error, ArchiveTimeout) or time.monotonic() >= deadline:
                return Found(note=f"sources: not looked up, the archive did not answer within {self._milliseconds} ms")
            self._complain(str(error))
            return Found(note=UNREADABLE)
        except Exception as error:  # what a damaged file makes of our own code; its message may quote an article
            self._complain(f"{self._path}: internal error ({type(error).__name__})")
            return Found(note=UNREADABLE)
        self._failing = False
        return Found(sources, "", texts)

    def close(self) -> None:
        """Close what this process has open; it is opened again when it is needed."""
        for _, archive in self._idle.pop(os.getpid(), []):
            archive.close()

    @contextmanager
    def _archive(self) -> Iterator[Opened]:
        """An open archive, for this thread alone; one that fails is not used again. Raises ArchiveError."""
        idle = self._idle.setdefault(os.getpid(), [])
        now = _identity(self._path)
        archive = _take(idle, now) or self._opening(self._path, self._matcher)
        try:
            yield archive
        except ArchiveTimeout:
            self._give_back(idle, now, archive)
            raise
        except BaseException:
            archive.close()
            raise
        self._give_back(idle, now, archive)

    def _give_back(self, idle: list[_Idle], identity: tuple[int, ...], archive: Opened) -> None:
        if len(idle) < _MOST_IDLE:
            idle.append((identity, archive))
        else:
            archive.close()

    def _complain(self, reason: str) -> None:
        """Into the log, once until the archive can be read again."""
        if not self._failing:
            self._failing = True
            _log.error("no sources are looked up: %s", reason)


def lookup_of(scorer: Scorer, settings: Settings) -> Lookup | None:
    """The look-up that the settings ask for; None where no archive is configured."""
    if settings.archive is None:
        return None
    matcher = Matcher(scorer.model)
    if isinstance(scorer, CountingScorer):
        return Lookup(settings.archive, matcher, settings.archive_ms, counted=scorer.counts.looked_up)
    return Lookup(settings.archive, matcher, settings.archive_ms)


def report_on(scorer: Scorer, document: Document, lookup: Lookup | None, *, quotes: bool = False) -> Report:
    """The report of a document, with what is found of its sources in the archive, or with a note why they were not looked up."""
    if lookup is None:
        return scorer.score(document)
    return report_with(scorer, document, lookup.find(document, quotes=quotes))


def report_with(scorer: Scorer, document: Document, found: Found) -> Report:
    """The report of a document with the sources that were found, or with the note why there are none."""
    report = scorer.score(document, sources=found.sources)
    return report if not found.note else dataclasses.replace(report, notes=(*report.notes, found.note))


def _take(idle: list[_Idle], identity: tuple[int, ...]) -> Opened | None:
    """An idle archive of this file; those of a file that is not there any more are closed."""
    while idle:
        try:
            known, archive = idle.pop()
        except IndexError:  # another thread was faster
            return None
        if known == identity:
            return archive
        archive.close()
    return None


def _identity(path: Path) -> tuple[int, ...]:
    """Tells a file from another one that took its place. Raises ArchiveError where there is none.

    In a folder that cannot be written to, an archive is opened as one that never changes, so there its size and time count, too.
    """
    try:
        found = path.stat()
    except OSError as error:
        raise ArchiveError(f"{path}: {error.strerror or 'cannot be read'}") from error
    if os.access(path.absolute().parent, os.W_OK):
        return found.st_dev, found.st_ino
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
