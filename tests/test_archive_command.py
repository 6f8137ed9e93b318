"""The archive on the command line: adding, searching, removing, and sources in the reports of `copydesk score`."""

from __future__ import annotations

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
    assert "articles     3" in _run(runner, "archive", "stats", "--archive", archive).stdout
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
