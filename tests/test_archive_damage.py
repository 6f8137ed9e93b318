"""Damaged and hostile archives: every wrong byte ends in one sentence or in a right answer, never in a crash, a hang or much memory."""

from __future__ import annotations

import random
import sqlite3
import tracemalloc
import zlib
from pathlib import Path

import pytest
from archives import STORIES, filled, invented
from stories import REWRITE

from copydesk import read
from copydesk.plugin.archive import Archive, ArchiveError
from copydesk.plugin.folded import MOST, fold, unfold, words

ASKED = read(REWRITE, kind="text", id="asked")


@pytest.fixture(scope="module")
def whole(tmp_path_factory, matcher) -> bytes:
    """The bytes of an archive with some dozens of articles."""
    return filled(tmp_path_factory.mktemp("whole") / "a.db", matcher, {**STORIES, **invented(40)}).read_bytes()


@pytest.mark.parametrize("seed", range(40))
def test_flipped_bytes(tmp_path, matcher, whole, seed):
    """With a byte changed anywhere, the check fails or everything is found as before; a search answers or says what is damaged."""
    rng = random.Random(seed)
    at = rng.randrange(100) if seed < 8 else rng.randrange(len(whole))
    path = tmp_path / "flipped.db"
    path.write_bytes(whole[:at] + bytes([whole[at] ^ rng.randrange(1, 256)]) + whole[at + 1 :])
    damaged = False
    try:
        with Archive(path, matcher, quotes=True) as archive:
            found = archive.find(ASKED)
            archive.stats()
    except ArchiveError as error:
        assert "flipped.db" in str(error)
        damaged = True
    try:
        with Archive(path, matcher) as archive:
            assert archive.verify() == 43
        assert not damaged
        assert found[0].id == "harbour"
    except ArchiveError as error:
        assert "flipped.db" in str(error)


@pytest.mark.parametrize("seed", range(12))
def test_many_flipped_bytes(tmp_path, matcher, whole, seed):
    """With hundreds of bytes changed, every use of the archive ends in an answer or an ArchiveError."""
    rng = random.Random(1000 + seed)
    data = bytearray(whole)
    for _ in range(300):
        data[rng.randrange(100, len(data))] = rng.randrange(256)
    path = tmp_path / "flipped.db"
    path.write_bytes(data)
    for write in (False, True):
        for use in ("find", "stats", "verify", "text", "tidy"):
            try:
                with Archive(path, matcher, write=write, quotes=True) as archive:
                    if use == "find":
                        archive.find(ASKED)
                    elif use == "text":
                        archive.text("harbour")
                    elif use != "tidy" or write:
                        getattr(archive, use)()
            except ArchiveError as error:
                assert "flipped.db" in str(error)


def _change(path: Path, statement: str, *values: object) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(statement, values)
    connection.close()


@pytest.mark.parametrize(
    ("statement", "value"),
    [
        ("UPDATE article SET print = ?", b""),
        ("UPDATE article SET print = ?", b"\xff" * 900),
        ("UPDATE article SET print = ?", b"\x00\xff" + b"\xff" * 70_000),
        ("UPDATE article SET print = ?", "a text"),
        ("UPDATE article SET print = ?", 7),
        ("UPDATE article SET title = ?", "T" * 20_000_000),
        ("UPDATE article SET title = ?", b"\xff\xfe"),
        ("UPDATE article SET hash = ?", "no hash"),
        ("UPDATE article SET id = id || ?", "another"),
        ("UPDATE block SET data = ?", b"\x05\x00abc"),
        ("UPDATE block SET data = ?", b"\xff\xff" + b"\x00" * 2_000_000),
        ("UPDATE block SET data = ?", "text"),
        ("UPDATE block SET key = key + ?", 1 << 61),
        ("UPDATE segment SET ends = ?", b"abc"),
        ("UPDATE segment SET ends = ?", b"\x00\x00\x00\x00\xff\xff\xff\xff" * 100_000),
        ("UPDATE segment SET ends = ?", "text"),
        ("UPDATE segment SET number = number + ?", 1 << 60),
        ("UPDATE segment SET pairs = ?", "many"),
        ("UPDATE body SET packed = ?", b"no zlib"),
        ("UPDATE body SET packed = ?", zlib.compress(b"another text")),
        ("UPDATE body SET packed = ?", zlib.compress(b"\xff\xff\xff")),
        ("UPDATE body SET number = number + ?", 100),
        ("DELETE FROM body WHERE number < ?", 3),
    ],
)
def test_what_no_archive_holds_is_an_error(archive_file, matcher, statement, value):
    """Values of another type, size or content are found by the check; a search answers without them, or says that it is damaged."""
    _change(archive_file, statement, value)
    with pytest.raises(ArchiveError, match=r"archive\.db"), Archive(archive_file, matcher) as archive:
        archive.verify()
    try:
        with Archive(archive_file, matcher, quotes=True) as archive:
            archive.find(ASKED)
    except ArchiveError as error:
        assert "archive.db" in str(error)


def test_more_segments_than_can_be_is_an_error(archive_file, matcher):
    """A search would look into each of them."""
    with sqlite3.connect(archive_file) as connection:
        connection.executemany("INSERT INTO segment VALUES (?, 1, x'', 0)", ((n,) for n in range(100, 300)))
    connection.close()
    with pytest.raises(ArchiveError, match="segments"), Archive(archive_file, matcher) as archive:
        archive.find(ASKED)


def test_numbers_that_have_run_out_are_an_error(archive_file, matcher):
    """An article's number that leaves none for the next ones is no crash of adding."""
    _change(archive_file, "UPDATE setting SET value = ? WHERE name = 'last'", str(1 << 63))
    from archives import entries

    with pytest.raises(ArchiveError, match="damaged"), Archive(archive_file, matcher, write=True) as archive:
        archive.add(entries(matcher, {"new": REWRITE}))


def test_a_bomb_is_not_unfolded(archive_file, matcher):
    """A text that would unfold to gigabytes is an error, in little memory."""
    packing = zlib.compressobj(9)
    bomb = b"".join(packing.compress(b"\0" * (1 << 20)) for _ in range(400)) + packing.flush()
    _change(archive_file, "UPDATE body SET packed = ?", bomb)
    with Archive(archive_file, matcher, quotes=True) as archive:
        tracemalloc.start()
        with pytest.raises(ArchiveError, match="unpacked"):
            archive.find(ASKED)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert most < 6 * MOST


@pytest.mark.parametrize("text", ["", "a", "The harbour at Larkmoor. " * 200, "\ud800 lone", "Ärger – “quoted” 日本"])
def test_texts_are_folded_and_unfolded(text):
    """What is unfolded is what was folded, and what was folded without the dictionary is unfolded, too."""
    assert unfold(fold(text)) == text
    assert unfold(zlib.compress(text.encode("utf-8", "surrogatepass"))) == text


def test_news_takes_less_with_the_dictionary():
    """Frequent words cost little where they stand for the first time."""
    text = STORIES["row"]
    assert len(fold(text)) < 0.9 * len(zlib.compress(text.encode(), 9))


@pytest.mark.parametrize("cut", [1, 10, 100])
def test_a_text_that_is_cut_off_is_an_error(cut):
    """Half a text is none."""
    with pytest.raises(zlib.error):
        unfold(fold(STORIES["row"])[:-cut])


def test_the_dictionary_is_part_of_the_format():
    """Another dictionary could not unfold the texts that there are."""
    assert (len(words()), zlib.crc32(words())) == (7997, 973176335)
