"""A batch that is done and asked for again: what did not change is found by reading it, and stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from resuming import begun, files, resume

from copydesk.plugin import batch


@pytest.fixture
def done(tmp_path: Path, article: str) -> Path:
    """The output of a batch of five articles of the folder `in`, one of them empty."""
    (files(tmp_path / "in", article, "abcde") / "c.txt").write_text("")
    assert resume(tmp_path / "in", "--output", tmp_path / "out.jsonl").exit_code == 3
    return tmp_path / "out.jsonl"


def _state(path: Path) -> tuple[bytes, int, int]:
    return path.read_bytes(), path.stat().st_ino, path.stat().st_mtime_ns


def test_nothing_to_do_is_said_without_scoring(done: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no input changed, none is scored or counted, no process is started, and the output is not touched."""

    def never(*_: object, **__: object) -> None:
        raise AssertionError("this is work")

    for name in ("read_article", "Workers"):
        monkeypatch.setattr(batch, name, never)
    before = _state(done)
    again = resume(done.parent / "in", "--output", done, "--jobs", "2")
    assert (again.exit_code, _state(done)) == (3, before)
    assert again.stderr.startswith("nothing to do: 5 articles (5 of them in an earlier run) in ")
    assert again.stderr.rstrip().endswith(": 0 hold, 0 review, 4 publish, 1 failed")
    assert resume(done.parent / "in", "--output", done, "--quiet").stderr == ""


def test_fail_on_holds_for_what_was_found_earlier(tmp_path: Path, folder: Path) -> None:
    """The exit code is that of the batch, whenever its articles were scored."""
    (tmp_path / "policy.json").write_text('{"hold_at": {"injected_links": 0.0}, "thresholds": {"injected_links": 0.0}}')
    asked = (folder, "--output", tmp_path / "out.jsonl", "--policy", tmp_path / "policy.json", "--fail-on", "hold")
    assert [resume(*asked).exit_code for _ in range(2)] == [1, 1]


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "a.txt").unlink(),
        lambda folder: (folder / "e.txt").unlink(),
        lambda folder: (folder / "f.txt").write_text(
            "The ferry to Skerrin Island leaves from the coal pier until autumn."
        ),
        lambda folder: (folder / "c.txt").write_text(
            "The ferry to Skerrin Island leaves from the coal pier until autumn."
        ),
    ],
)
def test_any_change_is_work(done: Path, change: object) -> None:
    """One input that is gone, new or changed, first or last: the output is that of a batch over what is there now."""
    assert callable(change)
    change(done.parent / "in")
    again = resume(done.parent / "in", "--output", done)
    assert "nothing to do" not in again.stderr
    new = resume(done.parent / "in", "--output", done.parent / "new.jsonl")
    assert done.read_bytes() == (done.parent / "new.jsonl").read_bytes()
    assert again.exit_code == new.exit_code
    assert resume(done.parent / "in", "--output", done).stderr.startswith("nothing to do")


@pytest.mark.parametrize("damage", [b'"score": 9', b"\n", b""])
def test_an_output_that_somebody_changed_is_made_again(done: Path, damage: bytes) -> None:
    """A line that was edited, a line too many, or an output that is gone: the next run gives the bytes that belong there."""
    whole = done.read_bytes()
    if damage == b"\n":
        done.write_bytes(whole + damage)
    elif damage:
        done.write_bytes(whole.replace(b'"score": 0', damage, 1))
    else:
        done.unlink()
    again = resume(done.parent / "in", "--output", done)
    assert (again.exit_code, done.read_bytes()) == (3, whole)
    assert "nothing to do" not in again.stderr


def test_another_policy_is_refused_for_a_batch_that_is_done(done: Path) -> None:
    """What is done was done with something else: that is said, and the output stays."""
    before = _state(done)
    refused = resume(done.parent / "in", "--output", done, "--no-repeats")
    assert (refused.exit_code, _state(done)) == (2, before)
    assert refused.stderr == (
        f"Error: {done} was begun with another --no-repeats: give the same, or begin anew with --rescore\n"
    )


def test_ended_half_way_through_changes_it_goes_on(done: Path, article: str) -> None:
    """A batch that is done, changed, begun again and killed before it was whole loses nothing of either run."""
    folder = files(done.parent / "in", f"{article} It is another one now.", "c")
    old = done.read_bytes()
    begun(done, folder)
    assert done.read_bytes() == old
    again = resume(folder, "--output", done)
    assert (again.exit_code, "5 articles (5 of them" in again.stderr) == (0, True)
    assert resume(folder, "--output", done.parent / "new.jsonl").exit_code == 0
    assert done.read_bytes() == (done.parent / "new.jsonl").read_bytes()


def test_clusters_are_written_though_nothing_changed(tmp_path: Path, article: str) -> None:
    """The file of --clusters is made by comparing, which is done even where all lines are there."""
    clusters = tmp_path / "clusters.jsonl"
    asked = (
        files(tmp_path / "in", article, "abc"),
        "--among",
        "--clusters",
        clusters,
        "--output",
        tmp_path / "out.jsonl",
    )
    assert resume(*asked).exit_code == 0
    before = clusters.read_bytes(), (tmp_path / "out.jsonl").read_bytes()
    clusters.unlink()
    assert resume(*asked).exit_code == 0
    assert (clusters.read_bytes(), (tmp_path / "out.jsonl").read_bytes()) == before


def test_a_pattern_resumes_beside_its_own_files(tmp_path: Path, article: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pattern of everything is an input that can be read again, and takes neither the output nor what stands beside it for one."""
    monkeypatch.chdir(files(tmp_path / "in", article, "abc"))
    begun(Path("out.jsonl"), "*")
    assert "3 articles (3 of them" in resume("*", "--output", "out.jsonl").stderr
    assert resume("*", "--output", "out.jsonl").stderr.startswith("nothing to do: 3 articles")


def test_a_list_on_standard_input_resumes(tmp_path: Path, article: str) -> None:
    """A list of paths may come through a pipe: the same list again finds what was done; a link that leads nowhere stays a failure."""
    folder = files(tmp_path / "in", article, "abc")
    (folder / "b.txt").unlink()
    (folder / "b.txt").symlink_to("gone")
    given = "".join(f"{folder}/{name}.txt\0" for name in "abc")
    asked = ("--files-from", "-", "--output", tmp_path / "out.jsonl")
    assert resume(*asked, given=given).exit_code == 3
    assert resume(*asked, given=given).stderr.startswith("nothing to do: 3 articles")
