"""The archive: what is added is found again, once, in one whole file, by several processes; and what is no archive is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from archives import STORIES, entries
from stories import ORIGINAL, REWRITE, SAME_EVENT, UNRELATED

from copydesk import Matcher, read
from copydesk.plugin.archive import Archive
from copydesk.plugin.archive_errors import ArchiveError


def _found(path: Path, matcher: Matcher, text: str, id: str = "asked") -> list[str]:
    with Archive(path, matcher) as archive:
        return [each.id for each in archive.find(read(text, kind="text", id=id))]


def test_a_rewrite_is_found(archive_file, matcher):
    """The source of a rewrite is named first, with its title."""
    with Archive(archive_file, matcher) as archive:
        first = archive.find(read(REWRITE, kind="text", id="asked"))[0]
    assert (first.id, first.title, first.relation) == ("harbour", "On harbour", "rewrite")


def test_without_texts_the_same_is_found(tmp_path, archive_file, matcher):
    """An archive of fingerprints answers as one with texts, and no text is in its file."""
    bare = tmp_path / "bare.db"
    with Archive(bare, matcher, write=True, keep_text=False) as archive:
        archive.add(entries(matcher, STORIES, keep_text=False))
        assert archive.text("harbour") is None
    with Archive(archive_file, matcher) as full, Archive(bare, matcher) as archive:
        asked = read(REWRITE, kind="text", id="asked")
        assert archive.find(asked) == full.find(asked)
    assert b"Halvard" not in bare.read_bytes()


def test_an_article_is_not_its_own_source(archive_file, matcher):
    """The article of the same id is passed over; a copy of it under another id is not."""
    assert "harbour" not in _found(archive_file, matcher, ORIGINAL, id="harbour")
    assert _found(archive_file, matcher, ORIGINAL)[0] == "harbour"


def test_the_very_same_text_is_identical(archive_file, matcher):
    """A text that is in the archive character for character, under another id, is identical; with a line less it is a copy."""
    with Archive(archive_file, matcher) as archive:
        first = archive.find(read(ORIGINAL, kind="text", id="asked"))[0]
        assert (first.id, first.relation, first.share) == ("harbour", "identical", 1.0)
        cut = ORIGINAL.rsplit(". ", 1)[0] + "."
        first = archive.find(read(cut, kind="text", id="asked"))[0]
        assert (first.id, first.relation) == ("harbour", "copy")


def test_adding_again_changes_nothing(archive_file, matcher):
    """The same texts under the same ids are there already."""
    with Archive(archive_file, matcher, write=True) as archive:
        done = archive.add(entries(matcher, STORIES))
        assert (done.new, done.replaced, done.same) == (0, 0, 3)
        assert archive.stats()["articles"] == 3


def test_a_newer_text_replaces_the_older(archive_file, matcher):
    """Under one id, only the latest text is found."""
    with Archive(archive_file, matcher, write=True) as archive:
        done = archive.add(entries(matcher, {"harbour": UNRELATED}))
        assert (done.new, done.replaced) == (0, 1)
        assert archive.text("harbour") == read(UNRELATED, kind="text").text
    assert "harbour" not in _found(archive_file, matcher, REWRITE)


def test_one_id_twice_in_a_batch_is_one_article(archive_file, matcher):
    """The last of them counts."""
    with Archive(archive_file, matcher, write=True) as archive:
        archive.add([*entries(matcher, {"twice": ORIGINAL}), *entries(matcher, {"twice": UNRELATED})])
        assert archive.text("twice") == read(UNRELATED, kind="text").text
        assert archive.stats()["articles"] == 4


def test_what_is_removed_is_not_found(archive_file, matcher):
    """Removing names what was there, and tidying takes it out of the index."""
    with Archive(archive_file, matcher, write=True) as archive:
        assert archive.remove(["harbour", "nobody"]) == ["harbour"]
        archive.tidy()
        assert archive.stats()["removed"] == 0
        assert archive.verify() == 2
    assert "harbour" not in _found(archive_file, matcher, REWRITE)


def test_what_was_replaced_often_does_not_hide_what_is_there(archive_file, matcher):
    """However many older texts of one article the index still names, its newest is found."""
    with Archive(archive_file, matcher, write=True) as archive:
        for number in range(100):
            archive.add(entries(matcher, {"live": f"{ORIGINAL} Update {number}."}))
        assert archive.stats()["removed"] == 99
        assert {"harbour", "live"} <= {each.id for each in archive.find(read(REWRITE, kind="text", id="asked"))}


def test_numbers_are_not_used_twice(archive_file, matcher):
    """What the index still holds of a removed article is never taken for a newer one's."""
    with Archive(archive_file, matcher, write=True) as archive:
        archive.remove(["row"])
        archive.tidy(everything=True)
        archive.add(entries(matcher, {"other": UNRELATED}))
    assert _found(archive_file, matcher, SAME_EVENT) == []


def test_a_reader_sees_what_a_writer_adds(archive_file, matcher):
    """An archive that is open for reading follows another process's additions."""
    with Archive(archive_file, matcher) as reader, Archive(archive_file, matcher, write=True) as writer:
        asked = read(REWRITE, kind="text", id="asked")
        assert reader.find(asked)[0].id == "harbour"
        writer.remove(["harbour"])
        writer.tidy(everything=True)
        assert "harbour" not in [each.id for each in reader.find(asked)]
        writer.add(entries(matcher, {"again": ORIGINAL}))
        assert reader.find(asked)[0].id == "again"


def test_there_is_no_archive_to_read(tmp_path, matcher):
    """Reading does not make a file."""
    with pytest.raises(ArchiveError, match="there is no archive"):
        Archive(tmp_path / "none.db", matcher)
    assert not list(tmp_path.iterdir())
