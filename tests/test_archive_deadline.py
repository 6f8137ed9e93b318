"""A search with a deadline: it ends soon after, and the archive can be asked again."""

from __future__ import annotations

import time

import pytest
from stories import REWRITE

from copydesk import read
from copydesk.plugin.archive import Archive, ArchiveError, ArchiveTimeout


def test_a_search_ends_at_its_deadline(archive_file, matcher):
    """A deadline that has passed is an error of its own, and the archive can be asked again."""
    asked = read(REWRITE, kind="text", id="asked")
    with Archive(archive_file, matcher) as archive:
        with pytest.raises(ArchiveTimeout):
            archive.find(asked, deadline=time.monotonic() - 1)
        assert archive.find(asked, deadline=time.monotonic() + 60) == archive.find(asked)


def test_a_deadline_stops_a_query(archive_file, matcher, monkeypatch):
    """A query that goes on and on is broken off by SQLite itself at the deadline."""
    forever = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    with Archive(archive_file, matcher) as archive:
        monkeypatch.setattr(archive, "_refresh", lambda: archive.connection.execute(forever).fetchall())
        with pytest.raises(ArchiveTimeout):
            archive.find(read(REWRITE, kind="text", id="asked"), deadline=time.monotonic() + 0.2)
        monkeypatch.undo()
        assert archive.find(read(REWRITE, kind="text", id="asked"))[0].id == "harbour"


def test_a_timeout_is_an_archives_error():
    """Whoever handles what may be wrong with an archive handles timeouts, too."""
    assert issubclass(ArchiveTimeout, ArchiveError)
