"""The archive on the command line: adding, searching, removing, and sources in the reports of `copydesk score`."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from stories import ORIGINAL, REWRITE, SAME_EVENT, UNRELATED

from copydesk.plugin.cli import main


def _run(runner: CliRunner, *arguments: str | Path) -> Result:
    return runner.invoke(main, [str(each) for each in arguments])


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """Three stories, an article a line."""
    path = tmp_path / "stories.jsonl"
    stories = {"harbour": ORIGINAL, "bees": UNRELATED, "row": SAME_EVENT}
    path.write_text("".join(json.dumps({"id": i, "title": f"The {i}", "text": t}) + "\n" for i, t in stories.items()))
    return path


@pytest.fixture
def archive(tmp_path: Path, runner: CliRunner, rows: Path) -> Path:
    """An archive with the three stories."""
    path = tmp_path / "archive.db"
    done = _run(runner, "archive", "add", rows, "--archive", path)
    assert (done.exit_code, done.stderr) == (0, "3 added, 0 replaced, 0 there already\n")
    return path


@pytest.fixture
def rewrite(tmp_path: Path) -> Path:
    path = tmp_path / "rewrite.txt"
    path.write_text(REWRITE)
    return path


def test_the_report_names_the_source(runner, archive, rewrite):
    """With --archive, a report names what its article was made from, and how much of it aligns."""
    done = _run(runner, "score", rewrite, "--archive", archive, "--format", "jsonl")
    first = json.loads(done.stdout)["sources"][0]
    assert (first["id"], first["title"], first["relation"]) == ("harbour", "The harbour", "rewrite")
    assert first["score"] > 0.6
    assert 0.5 < first["share"] <= 1


def test_over_several_processes_the_reports_are_the_same(runner, archive, rows, rewrite):
    """Worker processes open the archive for themselves."""
    one, two = (
        _run(runner, "score", rows, rewrite, "--archive", archive, "--format", "jsonl", "--jobs", jobs) for jobs in "12"
    )
    assert one.stdout == two.stdout
    assert one.exit_code == two.exit_code == 0


def test_search_prints_what_is_found(runner, archive, rewrite):
    """For people a line a source, for programs an object a line."""
    assert "rewrite" in _run(runner, "archive", "search", rewrite, "--archive", archive).stdout
    done = _run(runner, "archive", "search", rewrite, "--archive", archive, "--format", "jsonl")
    assert json.loads(done.stdout.splitlines()[0])["id"] == "harbour"


def test_removed_articles_are_gone(runner, archive, rewrite):
    """Removing names what is not there, and what was removed is not found again."""
    done = _run(runner, "archive", "remove", "harbour", "nobody", "--archive", archive)
    assert (done.exit_code, done.stderr) == (3, "nobody: not in the archive\n1 removed\n")
    assert "harbour" not in _run(runner, "archive", "search", rewrite, "--archive", archive).stdout


def test_stats_and_verify(runner, archive):
    """What is in the archive is counted, and checked."""
    assert "articles         3" in _run(runner, "archive", "stats", "--archive", archive).stdout
    assert _run(runner, "archive", "verify", "--archive", archive).stdout == "3 articles, nothing is damaged\n"


def test_a_bad_input_does_not_stop_the_others(runner, tmp_path, rows):
    """What cannot be read is named, and the rest is added."""
    rows.write_text(rows.read_text() + "no json\n")
    done = _run(runner, "archive", "add", rows, "--archive", tmp_path / "a.db")
    assert done.exit_code == 3
    assert "stories.jsonl:4: not JSON" in done.stderr
    assert "3 added" in done.stderr


def test_no_text_is_for_a_new_archive(runner, archive, rows):
    """An archive that keeps texts goes on doing so, and says it."""
    done = _run(runner, "archive", "add", rows, "--archive", archive, "--no-text")
    assert done.exit_code == 2
    assert "keeps texts" in done.stderr


@pytest.mark.parametrize("command", [["archive", "stats"], ["archive", "verify"], ["archive", "remove", "x"]])
def test_where_there_is_no_archive_none_is_made(runner, tmp_path, command):
    """Only adding makes a file."""
    done = _run(runner, *command, "--archive", tmp_path / "none.db")
    assert done.exit_code == 2
    assert "there is no archive" in done.stderr
    assert not (tmp_path / "none.db").exists()


def test_scoring_with_what_is_no_archive_is_refused(runner, rewrite):
    """A file of something else ends with one sentence, before anything is scored."""
    done = _run(runner, "score", rewrite, "--archive", rewrite)
    assert done.exit_code == 2
    assert "not an archive" in done.stderr


def test_search_shows_what_aligns(runner, archive, rewrite):
    """With --with-alignment the sentences of the article stand above those of the source, for people and for programs."""
    done = _run(runner, "archive", "search", rewrite, "--archive", archive, "--with-alignment")
    assert "    0." in done.stdout
    assert "Larkmoor is to get a new harbour wall." in done.stdout
    assert "The harbour wall at Larkmoor will be rebuilt" in done.stdout
    done = _run(runner, "archive", "search", rewrite, "--archive", archive, "--with-alignment", "--format", "jsonl")
    pair = json.loads(done.stdout.splitlines()[0])["alignment"][0]
    assert REWRITE[pair["start"] : pair["end"]] == pair["quote"]
    assert ORIGINAL[pair["source_start"] : pair["source_end"]] == pair["source_quote"]


def test_search_shows_what_aligns_without_texts(runner, tmp_path, rows, rewrite):
    """An archive without texts names the sentence of the source by its number."""
    path = tmp_path / "bare.db"
    assert _run(runner, "archive", "add", rows, "--archive", path, "--no-text").exit_code == 0
    done = _run(runner, "archive", "search", rewrite, "--archive", path, "--with-alignment")
    assert "sentence 1" in done.stdout
    assert "Engineers had told" not in done.stdout


def test_stats_say_what_the_file_is(runner, archive):
    """Bytes, format, word weights and dates are there."""
    said = _run(runner, "archive", "stats", "--archive", archive).stdout
    lines = {line[:16].strip(): line[17:] for line in said.splitlines()}
    assert (lines["articles"], lines["format"], lines["keeps text"]) == ("3", "2", "yes")
    assert int(lines["bytes"]) == archive.stat().st_size
    assert int(lines["bytes an article"]) == archive.stat().st_size // 3
    assert lines["oldest added"] == lines["newest added"]
    assert lines["word weights"].isalnum()


@pytest.mark.parametrize("kind", ["file", "folder", "gzip", "stdin"])
def test_adding_takes_what_scoring_takes(runner, tmp_path, kind):
    """A text file, a folder, packed JSON lines and standard input go into an archive under the ids that `score` gives them."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "harbour.txt").write_text(ORIGINAL)
    packed = tmp_path / "rows.jsonl.gz"
    packed.write_bytes(gzip.compress(json.dumps({"id": "packed", "text": ORIGINAL}).encode()))
    given = {"file": folder / "harbour.txt", "folder": folder, "gzip": packed, "stdin": "-"}[kind]
    path = tmp_path / "a.db"
    done = runner.invoke(main, ["archive", "add", str(given), "--archive", str(path)], input=ORIGINAL)
    assert (done.exit_code, "1 added" in done.stderr) == (0, True), done.stderr
    asked = tmp_path / "asked.txt"
    asked.write_text(REWRITE)
    wanted = {"file": str(folder / "harbour.txt"), "folder": "harbour.txt", "gzip": "packed", "stdin": "-"}[kind]
    assert f"  {wanted}  " in _run(runner, "archive", "search", asked, "--archive", path).stdout


def test_the_archive_itself_is_not_added(runner, tmp_path, rows):
    """An archive in the folder that is added is passed over, and repeating it changes nothing."""
    path = tmp_path / "archive.db"
    for said in ("3 added", "3 there already"):
        assert said in _run(runner, "archive", "add", tmp_path, "--archive", path).stderr


def test_the_same_file_by_another_spelling_is_the_same_article(runner, tmp_path, rewrite, monkeypatch):
    """A file given as ./a.txt is the article a.txt: it is no copy of itself."""
    monkeypatch.chdir(tmp_path)
    _run(runner, "archive", "add", rewrite.name, "--archive", "own.db")
    done = _run(runner, "score", f"./{rewrite.name}", "--archive", "own.db", "--format", "jsonl")
    report = json.loads(done.stdout)
    assert (report["id"], report["sources"]) == (rewrite.name, [])


def test_texts_that_replace_each_other_are_counted_as_replaced(runner, tmp_path):
    """Two folders with files of one name: the second replaces the first, and the count says so; the same text is there already."""
    for folder, text in (("one", ORIGINAL), ("two", UNRELATED), ("three", UNRELATED)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "index.txt").write_text(text)
    paths = [tmp_path / name for name in ("one", "two", "three")]
    done = _run(runner, "archive", "add", *paths, "--archive", tmp_path / "a.db")
    assert done.stderr == "1 added, 1 replaced, 1 there already\n"


@pytest.mark.parametrize("what", [("remove", "x"), ("migrate",), ("rebuild",)])
def test_only_adding_makes_an_archive_of_an_empty_file(runner, tmp_path, what):
    """Commands that change an archive refuse an empty file, and leave it empty."""
    path = tmp_path / "empty.db"
    path.touch()
    done = _run(runner, "archive", *what, "--archive", path)
    assert (done.exit_code, done.stderr) == (2, f"Error: {path} is not an archive of copydesk\n")
    assert path.stat().st_size == 0
