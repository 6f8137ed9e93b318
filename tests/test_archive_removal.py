"""What an archive may not keep: texts where none are kept, and anything of what was removed or replaced."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from archives import STORIES, bytes_of, command, entries, filled, invented, rows
from stories import ORIGINAL, UNRELATED

from copydesk.plugin import folded
from copydesk.plugin.archive import Archive
from copydesk.plugin.cli import main


@pytest.fixture
def plain(monkeypatch) -> None:
    """Texts are stored as they are, so that their words can be looked for in the bytes of a file."""
    import zlib

    monkeypatch.setattr("copydesk.plugin.archive_entry.fold", lambda text: zlib.compress(text.encode(), 0))
    monkeypatch.setattr(folded, "LEVEL", 0)


def test_without_texts_no_word_of_a_text_is_on_the_disk(tmp_path, matcher):
    """--no-text leaves no word of a sentence in the file or its log, during and after adding; titles are kept."""
    path = tmp_path / "bare.db"
    texts = {**STORIES, **invented(60)}
    known = {word.encode() for text in texts.values() for word in text.split() if len(word) > 5 and word.isalpha()} - {
        b"packed"
    }  # a column
    with Archive(path, matcher, write=True, keep_text=False) as archive:
        archive.add(entries(matcher, texts, keep_text=False))
        during = bytes_of(path)
    for data in (during, bytes_of(path)):
        assert b"On harbour" in data
        assert [word for word in known if word in data] == [b"harbour"]  # of the title


def test_an_entry_with_its_text_does_not_get_into_an_archive_without(tmp_path, matcher):
    """Whatever was made ready, an archive without texts stays without."""
    path = tmp_path / "bare.db"
    with Archive(path, matcher, write=True, keep_text=False) as archive:
        archive.add(entries(matcher, STORIES, keep_text=True))
        assert archive.text("harbour") is None


def test_texts_are_on_the_disk_where_they_are_kept(tmp_path, matcher, plain):
    """The looking itself works: a text that is kept is found in the bytes of the file."""
    assert b"Halvard" in bytes_of(filled(tmp_path / "archive.db", matcher))


def test_what_is_removed_is_gone_from_the_disk(tmp_path, matcher, plain, runner):
    """After `archive remove`, nothing of the article is in the file or its log: no text, no title, no id, no fingerprint."""
    path = filled(tmp_path / "archive.db", matcher)
    made = entries(matcher, {"harbour": ORIGINAL})[0]
    assert made.packed in bytes_of(path)
    done = runner.invoke(main, ["archive", "remove", "harbour", "--archive", str(path)])
    assert done.exit_code == 0
    data = bytes_of(path)
    assert [
        each for each in (b"Halvard", b"Larkmoor will", b"On harbour", b"harbour", made.packed[:40]) if each in data
    ] == []
    assert b"Beekeepers" in data


@pytest.mark.parametrize("seed", range(4))
def test_of_many_that_come_and_go_only_those_there_are_on_the_disk(tmp_path, matcher, plain, seed):
    """However articles were added, replaced and removed before, the file has the texts of those that are there, and no other."""
    rng = random.Random(seed)
    path = tmp_path / "archive.db"
    there: dict[str, str] = {}
    with Archive(path, matcher, write=True) as archive:
        for step in range(12):
            texts = invented(25, seed=100 * seed + step, words=rng.choice((24, 240, 2400)))
            texts |= {id: text + " Newer." for id, text in invented(3, seed=100 * seed + step, words=36).items()}
            replaced = rng.sample(sorted(there), min(len(there), 8))
            texts |= dict(zip(replaced, invented(8, seed=5000 + 100 * seed + step).values(), strict=False))
            archive.add(entries(matcher, texts))
            there |= texts
            for id in rng.sample(sorted(there), 10):
                archive.remove([id])
                del there[id]
        archive.tidy(everything=True)
        assert archive.stats()["removed"] == 0
    data = bytes_of(path)
    marks = {text.split()[0] for text in there.values()}
    every = {
        f"Secret{s}x{n}"
        for s in [*range(100 * seed, 100 * seed + 12), *range(5000 + 100 * seed, 5012 + 100 * seed)]
        for n in range(25)
    }
    left = {mark for mark in every if f"{mark} was".encode() in data}
    assert left == marks & left
    assert marks <= left
    with Archive(path, matcher) as archive:
        assert archive.verify() == len(there)


def test_what_was_replaced_is_not_in_the_file(tmp_path, matcher, plain, runner):
    """A newer text takes the older one's place on the disk, too."""
    path = filled(tmp_path / "archive.db", matcher)
    rows(tmp_path / "newer.jsonl", {"harbour": UNRELATED})
    assert runner.invoke(main, ["archive", "add", str(tmp_path / "newer.jsonl"), "--archive", str(path)]).exit_code == 0
    assert b"Halvard" not in bytes_of(path)


def test_a_reader_delays_the_wiping_and_the_command_says_so(tmp_path, matcher, monkeypatch, runner):
    """Where another process reads at that moment, what was removed stays in the log until the last one closes the archive."""
    monkeypatch.setattr("copydesk.plugin.archive_file._PATIENCE", 0.05)
    path = filled(tmp_path / "archive.db", matcher)
    with Archive(path, matcher) as reader:
        reader.connection.execute("BEGIN")
        reader.connection.execute("SELECT count(*) FROM article").fetchone()
        done = runner.invoke(main, ["archive", "remove", "harbour", "--archive", str(path)])
        assert (done.exit_code, "the last that closes it wipes" in done.stderr) == (0, True), done.stderr
        reader.connection.execute("COMMIT")
    assert command("remove", "row", "--archive", path).returncode == 0
    assert b"On harbour" not in bytes_of(path)


def test_removing_is_for_archives_that_are_there(tmp_path: Path):
    """Nothing is made by removing."""
    assert command("remove", "x", "--archive", tmp_path / "none.db").returncode == 2
    assert not list(tmp_path.iterdir())
