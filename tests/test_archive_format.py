"""What an archive's file says of itself: other formats are migrated or refused, other word weights rebuilt, other files left alone."""

from __future__ import annotations

import os
import sqlite3
import zlib
from pathlib import Path

import numpy as np
import pytest
from archives import STORIES, command, entries, filled, invented, limited, rows
from stories import ORIGINAL, REWRITE

from copydesk import Matcher, read
from copydesk.plugin.archive import Archive, ArchiveError
from copydesk.plugin.archive_file import FORMAT
from copydesk.plugin.cli import main

ASKED = read(REWRITE, kind="text", id="asked")
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)) * 40


def first_format(path: Path, matcher: Matcher, texts: dict[str, str], *, segments: int = 2) -> Path:
    """An archive as the first format had it, byte for byte: a table of blocks with their ends, texts packed without a dictionary."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript(
        """PRAGMA page_size = 16384; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL;
        CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS article (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, hash BLOB NOT NULL, title TEXT NOT NULL, print BLOB NOT NULL
);
        CREATE TABLE IF NOT EXISTS body (number INTEGER PRIMARY KEY, packed BLOB NOT NULL);
        CREATE TABLE IF NOT EXISTS gone (number INTEGER PRIMARY KEY);
        CREATE TABLE IF NOT EXISTS segment (number INTEGER PRIMARY KEY, pairs INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS block (
    key INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, data BLOB NOT NULL
);
        PRAGMA application_id = 1129333849; PRAGMA user_version = 1;"""
    )
    connection.executemany(
        "INSERT INTO setting VALUES (?, ?)", [("text", "1"), ("weights", matcher.digest), ("last", str(len(texts)))]
    )
    pairs = []
    for number, (id, text) in enumerate(texts.items(), 1):
        document = read(text, kind="text", id=id, title=f"On {id}")
        found = matcher.print(document)
        digest = bytes.fromhex(document.content_hash[7:])[:16]
        connection.execute(
            "INSERT INTO article VALUES (?, ?, ?, ?, ?)", (number, id, digest, document.title, found.packed)
        )
        connection.execute("INSERT INTO body VALUES (?, ?)", (number, zlib.compress(document.text.encode(), 6)))
        pairs += [(term, number) for term in found.terms.tolist()]
    for segment in range(segments):
        part = sorted(pairs[segment::segments])
        connection.execute("INSERT INTO segment VALUES (?, ?)", (segment + 1, len(part)))
        for place, begin in enumerate(range(0, len(part), 1024)):
            block = np.array(part[begin : begin + 1024], dtype="<u4")
            terms, counts = np.unique(block[:, 0], return_counts=True)
            data = len(terms).to_bytes(2, "little") + terms.tobytes() + counts.astype("<u2").tobytes()
            data += block[:, 1].tobytes()
            key = (segment + 1) * (1 << 24) + place
            connection.execute("INSERT INTO block VALUES (?, ?, ?, ?)", (key, part[begin][0], int(block[-1, 0]), data))
    connection.close()
    return path


@pytest.fixture
def old(tmp_path: Path, matcher: Matcher) -> Path:
    """An archive of the first format with some hundred articles."""
    return first_format(tmp_path / "old.db", matcher, {**STORIES, **invented(120)})


def test_an_older_format_is_named_with_the_command(old, matcher):
    """Reading an archive of format 1 says which command brings it up to date, and changes nothing."""
    before = old.read_bytes()
    with pytest.raises(ArchiveError, match=r"older format 1: `copydesk archive migrate --archive .*old\.db`"):
        Archive(old, matcher)
    assert old.read_bytes() == before


def test_an_older_format_is_migrated(old, matcher, runner):
    """The command brings format 1 up to date: everything verifies, texts are read, and the same is found as in a new archive."""
    done = runner.invoke(main, ["archive", "migrate", "--archive", str(old)])
    assert (done.exit_code, f"format {FORMAT}, and 123 articles" in done.stderr) == (0, True), done.stderr
    new = filled(old.parent / "new.db", matcher, {**STORIES, **invented(120)})
    with Archive(old, matcher, quotes=True) as archive, Archive(new, matcher, quotes=True) as other:
        assert archive.verify() == 123
        assert archive.text("harbour") == read(ORIGINAL, kind="text").text
        for text in (REWRITE, *invented(5).values()):
            asked = read(text, kind="text", id="asked")
            assert archive.find(asked) == other.find(asked)


def test_opening_for_writing_migrates(old, matcher):
    """Adding to an archive of format 1 brings it up to date, and adds."""
    with Archive(old, matcher, write=True) as archive:
        assert archive.add(entries(matcher, {"bees": STORIES["bees"], "new": REWRITE})).same == 1
        assert archive.verify() == 124


def test_a_migration_that_cannot_end_changes_nothing(old, matcher):
    """On a full disk an archive of format 1 stays what it was, and can be migrated later."""
    script = "from copydesk.plugin.cli import main\nlimit()\nmain(sys.argv[2:])"
    done = limited(script, str(old.stat().st_size + 5000), "archive", "migrate", "--archive", old)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    with pytest.raises(ArchiveError, match="older format 1"):
        Archive(old, matcher)
    with Archive(old, matcher, write=True) as archive:
        assert archive.verify() == 123


def test_a_damaged_older_format_is_an_error(old, matcher):
    """Lists of format 1 that cannot be read are an error, and nothing is migrated."""
    with sqlite3.connect(old) as connection:
        connection.execute("UPDATE block SET data = substr(data, 1, 30)")
    connection.close()
    with pytest.raises(ArchiveError, match="damaged"):
        Archive(old, matcher, write=True)
    with sqlite3.connect(old) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    connection.close()


@pytest.mark.parametrize("write", [False, True])
@pytest.mark.parametrize("number", [0, FORMAT + 1, -3])
def test_a_newer_format_is_refused(archive_file, matcher, number, write):
    """An archive of a format that this version does not know says which one it has."""
    with sqlite3.connect(archive_file) as connection:
        connection.execute(f"PRAGMA user_version = {number}")
    connection.close()
    with pytest.raises(ArchiveError, match=f"format {number}"):
        Archive(archive_file, matcher, write=write)


def _other_weights(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE setting SET value = 'other' WHERE name = 'weights'")
        connection.execute("UPDATE article SET print = x'0000'")
        connection.execute("DELETE FROM block")
        connection.execute("DELETE FROM segment")
    connection.close()


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_other_word_weights_are_rebuilt(archive_file, tmp_path, matcher, runner, jobs):
    """An archive of another model names the command that makes its fingerprints anew; then it is as if made with this model."""
    _other_weights(archive_file)
    with pytest.raises(ArchiveError, match=r"other word weights.*copydesk archive rebuild --archive"):
        Archive(archive_file, matcher)
    done = runner.invoke(main, ["archive", "rebuild", "--archive", str(archive_file), "--jobs", jobs])
    assert (done.exit_code, done.stderr) == (0, "3 articles have new fingerprints\n")
    new = filled(tmp_path / "new.db", matcher)
    with Archive(archive_file, matcher, quotes=True) as archive, Archive(new, matcher, quotes=True) as other:
        assert archive.verify() == 3
        assert archive.find(ASKED) == other.find(ASKED)


def test_without_texts_nothing_can_be_rebuilt(tmp_path, matcher, runner):
    """An archive of fingerprints alone must be made anew, and stays as it was."""
    path = filled(tmp_path / "bare.db", matcher, keep_text=False)
    _other_weights(path)
    with pytest.raises(ArchiveError, match="make it anew"):
        Archive(path, matcher)
    done = runner.invoke(main, ["archive", "rebuild", "--archive", str(path)])
    assert (done.exit_code, "keeps no texts" in done.stderr) == (2, True)


def test_a_rebuild_that_cannot_end_changes_nothing(tmp_path, matcher):
    """On a full disk, an archive that is rebuilt stays what it was."""
    path = filled(tmp_path / "archive.db", matcher, {**STORIES, **invented(300)})
    script = "from copydesk.plugin.cli import main\nlimit()\nmain(sys.argv[2:])"
    done = limited(script, "20000", "archive", "rebuild", "--archive", path)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    with Archive(path, matcher) as archive:
        assert archive.verify() == 303
        assert archive.find(ASKED)[0].id == "harbour"


def test_a_reader_notices_a_rebuild(archive_file, matcher):
    """A process that has an archive open refuses it once it has other word weights."""
    with Archive(archive_file, matcher) as archive:
        archive.find(ASKED)
        _other_weights(archive_file)
        with pytest.raises(ArchiveError, match="word weights"):
            archive.find(ASKED)


@pytest.mark.parametrize(
    "content",
    [b"no archive at all, but a text of some length. " * 40, b"SQLite format 3\0cut off", JPEG, b"\0" * 5000, b"x"],
    ids=["text", "header", "jpeg", "zeros", "byte"],
)
def test_what_is_no_archive_is_refused_and_left_alone(tmp_path, matcher, content):
    """A file of something else is named in one sentence, and not written to."""
    path = tmp_path / "other.db"
    path.write_bytes(content)
    for write in (False, True):
        with pytest.raises(ArchiveError, match=r"other\.db"):
            Archive(path, matcher, write=write)
    assert path.read_bytes() == content


def test_an_empty_file_is_no_archive_to_read(tmp_path, matcher):
    """Nothing is read from an empty file, and adding makes an archive of it."""
    path = tmp_path / "empty.db"
    path.touch()
    with pytest.raises(ArchiveError, match="not an archive"):
        Archive(path, matcher)
    with Archive(filled(path, matcher), matcher) as archive:
        assert archive.verify() == 3


@pytest.mark.parametrize(
    "extra",
    [
        "CREATE VIEW more AS SELECT 1",
        "CREATE TRIGGER more AFTER INSERT ON article BEGIN DELETE FROM article; END",
        "CREATE TABLE more (a)",
        "ALTER TABLE article ADD COLUMN more AS (hex(print))",
    ],
)
@pytest.mark.parametrize("write", [False, True])
def test_tables_that_are_not_an_archives_are_refused(archive_file, matcher, extra, write):
    """Views, triggers and computed columns could run for ever: a file with any is no archive."""
    with sqlite3.connect(archive_file) as connection:
        connection.execute(extra)
    connection.close()
    with pytest.raises(ArchiveError, match="tables are not an archive's"):
        Archive(archive_file, matcher, write=write)


def test_another_programs_database_is_refused_and_left_alone(tmp_path, matcher):
    """An SQLite file of somebody else stays as it is."""
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE theirs (a)")
    connection.close()
    before = path.read_bytes()
    for write in (False, True):
        with pytest.raises(ArchiveError, match="not an archive of"):
            Archive(path, matcher, write=write)
    assert path.read_bytes() == before


def test_a_folder_is_no_archive(tmp_path, matcher, runner):
    """A folder in place of a file is wrong usage."""
    for command_ in (["stats"], ["add", str(rows(tmp_path / "a.jsonl", STORIES))]):
        done = runner.invoke(main, ["archive", *command_, "--archive", str(tmp_path)])
        assert done.exit_code == 2


@pytest.mark.parametrize("part", [0.02, 0.2, 0.5, 0.8, 0.97])
def test_a_truncated_archive_is_an_error(tmp_path, matcher, part):
    """A file that was cut off anywhere is found damaged, by every command, in one sentence."""
    path = filled(tmp_path / "archive.db", matcher, {**STORIES, **invented(200)})
    os.truncate(path, int(path.stat().st_size * part))
    done = command("verify", "--archive", path)
    assert (done.returncode, done.stderr.count("\n"), done.stdout) == (2, 1, ""), done.stderr
    articles = rows(tmp_path / "one.jsonl", invented(1, seed=2))
    for arguments in (["stats"], ["add", articles], ["search", articles]):
        done = command(*arguments, "--archive", path)
        assert done.returncode in (0, 2)
        assert "Traceback" not in done.stderr
