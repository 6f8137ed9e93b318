"""`copydesk explain --archive` and `--source`: the page shows the other text, and says what stands in the way where it cannot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner, Result
from stories import ORIGINAL, REWRITE, SAME_EVENT, UNRELATED

from copydesk import Policy, Scorer
from copydesk.plugin.cli import main
from copydesk.plugin.explain import run_explain


def _run(runner: CliRunner, *arguments: str | Path) -> Result:
    return runner.invoke(main, [str(each) for each in arguments])


def _explain(runner: CliRunner, *arguments: str | Path) -> BeautifulSoup:
    done = _run(runner, "explain", *arguments)
    assert done.exit_code == 0, done.output
    return BeautifulSoup(done.stdout, "html.parser")


@pytest.fixture
def rewrite(tmp_path: Path) -> Path:
    path = tmp_path / "rewrite.txt"
    path.write_text(REWRITE)
    return path


@pytest.fixture
def original(tmp_path: Path) -> Path:
    path = tmp_path / "original.txt"
    path.write_text(ORIGINAL)
    return path


def _archive(runner: CliRunner, folder: Path, *options: str) -> Path:
    rows = folder / "stories.jsonl"
    stories = {"harbour": ORIGINAL, "bees": UNRELATED, "row": SAME_EVENT}
    rows.write_text("".join(json.dumps({"id": i, "title": f"The {i}", "text": t}) + "\n" for i, t in stories.items()))
    assert _run(runner, "archive", "add", rows, "--archive", folder / "a.db", *options).exit_code == 0
    return folder / "a.db"


def test_an_archive_gives_the_other_text(runner: CliRunner, tmp_path: Path, rewrite: Path) -> None:
    """The source is named first, and all of its text stands on the page."""
    soup = _explain(runner, rewrite, "--archive", _archive(runner, tmp_path))
    assert "“The harbour” (harbour)" in soup.select("#source1 h3")[0].get_text()
    for label in soup.select("#source1 .pin, #source1 .jump"):
        label.decompose()
    other = " ".join(line.get_text() for line in soup.select("#source1 td:last-child p"))
    assert set(ORIGINAL.split()) <= set(other.split())
    assert soup.select(".lead-source")


def test_an_archive_without_texts_gives_numbers(runner: CliRunner, tmp_path: Path, rewrite: Path) -> None:
    """Fingerprints name the source and the sentences; not a sentence of its text is on the page."""
    soup = _explain(runner, rewrite, "--archive", _archive(runner, tmp_path, "--no-text"))
    assert "keeps fingerprints only" in soup.select("#source1 .how")[0].get_text()
    assert soup.select("#source1 td .s")
    assert "laid in 1911" not in soup.get_text()


def test_nothing_in_the_archive_is_said(runner: CliRunner, tmp_path: Path) -> None:
    """An article that resembles nothing in the archive is told so, by the archive's name; without an archive nothing is said."""
    (tmp_path / "own.txt").write_text("A kite festival filled the sands at Velm. Ola Trist won it with a paper whale.")
    archive = _archive(runner, tmp_path)
    soup = _explain(runner, tmp_path / "own.txt", "--archive", archive)
    assert f"Nothing in the archive {archive} resembles this article." in soup.get_text()
    assert not _explain(runner, tmp_path / "own.txt").select("#sources")


def test_a_row_is_looked_up_without_itself(runner: CliRunner, tmp_path: Path) -> None:
    """An article of the archive is never its own source."""
    archive = _archive(runner, tmp_path)
    soup = _explain(runner, tmp_path / "stories.jsonl", "--id", "bees", "--archive", archive)
    assert not soup.select("#source1")


def test_one_file_is_compared_with_another(runner: CliRunner, rewrite: Path, original: Path) -> None:
    """Without any archive, the two texts stand side by side."""
    soup = _explain(runner, rewrite, "--source", original)
    assert soup.select("#source1 .relation")[0].get_text() == "Rewrite"
    assert len(soup.select("#source1 td:last-child .s")) > 5


def test_the_examples_show_a_rewrite(runner: CliRunner) -> None:
    """The pair that comes along is a rewrite of 13 sentences of 14, with one that is new and one that was left out."""
    folder = Path(__file__).parent.parent / "examples-sources"
    block = _explain(runner, folder / "rewrite.md", "--source", folder / "original.md").select("#source1")[0]
    assert block.select(".relation")[0].get_text() == "Rewrite"
    assert "13 of 14 sentences" in block.select(".told")[0].get_text()
    assert "the county will pay a third" in " ".join(each.get_text() for each in block.select(".pale"))


def test_the_same_text_is_told(runner: CliRunner, tmp_path: Path, original: Path) -> None:
    """Another file with the very same text is neither a copy nor a rewrite."""
    (tmp_path / "again.txt").write_text(ORIGINAL)
    soup = _explain(runner, original, "--source", tmp_path / "again.txt")
    assert soup.select("#source1 .relation")[0].get_text() == "Identical text"


def test_files_with_nothing_in_common_are_told(runner: CliRunner, tmp_path: Path, rewrite: Path) -> None:
    """Where the one has nothing of the other, the page says so."""
    (tmp_path / "bees.txt").write_text(UNRELATED)
    soup = _explain(runner, rewrite, "--source", tmp_path / "bees.txt")
    assert f"This article and {tmp_path / 'bees.txt'} have nothing in common" in soup.get_text()


def test_a_policy_may_allow_the_source(runner: CliRunner, tmp_path: Path, rewrite: Path) -> None:
    """A source that may be copied is shown all the same, with the note that it may."""
    scorer = Scorer.load(policy=Policy(allow=("harb",)))
    run_explain(scorer, str(rewrite), tmp_path / "page.html", archive=_archive(runner, tmp_path))
    soup = BeautifulSoup((tmp_path / "page.html").read_bytes(), "html.parser")
    assert "which the policy allows" in soup.get_text()
    assert soup.select("#source1 table")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--archive", "a.txt", "--source", "a.txt"], "--archive and --source: expected one of them"),
        (["--archive", "a.txt"], "a.txt: is not an archive of copydesk"),
        (["--archive", "gone.db"], "'gone.db' does not exist"),
        (["--source", "gone.txt"], "'gone.txt' does not exist"),
        (["--source", "rows.jsonl"], "rows.jsonl: holds an article a line, expected a file with one article"),
        (["--source", "binary.txt"], "binary.txt: "),
        (["--source", "empty.txt"], "empty.txt: "),
    ],
)
def test_what_cannot_be_compared_is_named(
    runner: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], told: str
) -> None:
    """Wrong options and files end with one sentence, exit code 2, and no page."""
    monkeypatch.chdir(tmp_path)
    for name, content in (
        ("a.txt", REWRITE.encode()),
        ("rows.jsonl", b"{}"),
        ("binary.txt", b"\0\1" * 99),
        ("empty.txt", b""),
    ):
        (tmp_path / name).write_bytes(content)
    done = _run(runner, "explain", "a.txt", *options, "--output", "page.html")
    assert done.exit_code == 2
    assert told in done.output
    assert not (tmp_path / "page.html").exists()
