"""An article beside others of its batch that it may be made from: what workers are handed with `--among`.

Apart from `among_store`, which needs SQLite, because every batch passes through here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from copydesk import Document, Model, Source

from .inputs import Input


class Finder(Protocol):
    """Anything that names the sources of an article."""

    def find(self, document: Document) -> tuple[Source, ...]:
        """The sources, best first."""


@dataclass(frozen=True, slots=True)
class Beside:
    """An input with the numbers of the articles that it may be made from, the likeliest first; `folder` is the batch's."""

    item: Input
    others: tuple[int, ...]
    folder: Path
    quotes: bool


@dataclass(frozen=True, slots=True)
class BesideOthers:
    """Finds the sources of an article among others of its batch and, where there is one, in an archive."""

    beside: Beside
    model: Model
    archive: Finder | None

    def find(self, document: Document) -> tuple[Source, ...]:
        """The sources; those of both together, claims first and then by score, and no id twice. Raises ArchiveError."""
        from .among_store import merged, open_store

        store = open_store(self.beside.folder, self.model)
        found = store.sources(document, self.beside.others, quotes=self.beside.quotes)
        more = () if self.archive is None else self.archive.find(document)
        return merged(found, more) if more else found
