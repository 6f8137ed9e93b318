"""What can be wrong with an archive; in a module of its own, so that who only names it does not load SQLite."""

from __future__ import annotations

from copydesk import CopydeskError


class ArchiveError(CopydeskError):
    """The archive cannot be used: it is none, damaged, of another format or model, locked, read-only, or the disk is full."""


class ArchiveTimeout(ArchiveError):
    """A search was not done by its deadline."""
