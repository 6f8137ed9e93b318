"""Patterns, exclusions and lists of paths."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from copydesk.plugin.cli import main
from copydesk.plugin.inputs import Failure, FileInput, Input, InputError, RowInput, find, limits

TREE = (
    "a.html",
    "b.php",
    "de/a.html",
    "de/drafts/a.html",
    "de/old/x.txt",
    "drafts/a.html",
    "fr/deep/er/z.html",
    ".h/a.html",
)


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder `in` with some files, in the current folder."""
    for name in TREE:
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("One line.\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(found: list[Input]) -> list[str]:
    """Ids and places without the folder."""
    return [x.id.removeprefix("in/") if isinstance(x, FileInput) else x.where for x in found]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ("in/*.html", ["a.html"]),
        ("in/*", ["a.html", "b.php"]),
        ("in/**/*.html", ["a.html", "de/a.html", "de/drafts/a.html", "drafts/a.html", "fr/deep/er/z.html"]),
        ("in/*/drafts/*", ["de/drafts/a.html"]),
        ("in/**/drafts/**", ["de/drafts/a.html", "drafts/a.html"]),
        ("in/[df]*/?.html", ["de/a.html", "drafts/a.html"]),
        ("in/**/**/er/**/z*", ["fr/deep/er/z.html"]),
        ("**/x.txt", ["de/old/x.txt"]),
    ],
)
def test_a_pattern_finds_what_a_shell_finds(tree: Path, pattern: str, wanted: list[str]) -> None:
    """`*`, `?` and `[...]` within a name, `**` over folders; whatever its ending, but nothing hidden; ids are whole paths."""
    found = list(find([pattern]))
    assert names(found) == wanted
    assert all(isinstance(item, FileInput) and item.id == str(item.path) for item in found)


@pytest.mark.parametrize(
    ("exclude", "gone"),
    [
        (["drafts"], ["de/drafts/a.html", "drafts/a.html"]),
        (["/drafts/"], ["drafts/a.html"]),
        (["de/drafts"], ["de/drafts/a.html"]),
        (["a.html/"], []),
        (["de/**"], ["de/a.html", "de/drafts/a.html", "de/old/x.txt"]),
        (["*.txt", "z.*"], ["de/old/x.txt", "fr/deep/er/z.html"]),
        (["**/old/x.txt"], ["de/old/x.txt"]),
    ],
)
def test_what_is_excluded_is_left_out(tree: Path, exclude: list[str], gone: list[str]) -> None:
    """A name anywhere, a path from the folder on, or a folder with all that is in it."""
    everything = names(list(find(["in"])))
    assert set(gone) <= set(everything)
    assert names(list(find(["in"], exclude=exclude))) == [name for name in everything if name not in gone]
    assert names(list(find(["in/a.html"], exclude=["a.html"]))) == ["a.html"]


def test_a_long_pattern_is_matched_at_once(tree: Path) -> None:
    """Many stars and many folders cost their product, not their power."""
    assert names(list(find(["in/" + "**/*/" * 40 + "a*b*c*", "in/a.html"])))[-1] == "a.html"


@pytest.mark.parametrize("exclude", ["!a.html", "/", ""])
def test_a_pattern_that_excludes_nothing_is_refused(tree: Path, exclude: str) -> None:
    """It is said what was expected."""
    with pytest.raises(InputError, match="--exclude"):
        find(["in"], exclude=[exclude])


def test_nothing_found_is_wrong_usage(tree: Path) -> None:
    """A pattern that finds nothing, and a path that is not there, end before anything is scored."""
    with pytest.raises(InputError, match=r"nothing to score in in/\*\.pdf$"):
        find(["in/*.pdf"])
    with pytest.raises(InputError, match=r"gone\.txt: no such file"):
        find(["in", "gone.txt"])


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\0"])
def test_a_list_names_paths(tree: Path, end: bytes) -> None:
    """A path a line, or with NUL between them; files, folders and what is gone, in order, as often as need be."""
    Path("list").write_bytes(end.join([b"in/a.html", b"", b"in/de", b"in/gone*.html", b"in/b.php"]) + end)
    found = find([], files_from="list")
    wanted = ["a.html", "de/a.html", "de/drafts/a.html", "de/old/x.txt", "gone*.html", "b.php"]
    assert names(list(found.ahead())) == names(list(found)) == wanted


def test_a_list_comes_through_a_pipe(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list from standard input can be gone through twice."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(b"in/a.html\nin/b.php"))))  # type: ignore[arg-type]
    found = find([], files_from="-")
    assert names(list(found.ahead())) == names(list(found)) == ["a.html", "b.php"]


def test_a_path_without_an_end_is_named(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list that is none costs no memory."""
    monkeypatch.setattr(limits, "MAX_PATH", 100)
    Path("list").write_bytes(b"in/a.html\n" + b"x" * 1_000_000)
    first, second = find([], files_from="list")
    assert isinstance(first, FileInput)
    assert second == Failure("list:2", "the path is longer than 100 bytes; the rest of the list is not scored")


def test_rows_may_come_as_zstandard(tmp_path: Path) -> None:
    """They are unpacked as they are read; damage is named with its line."""
    zstd = pytest.importorskip("backports.zstd")
    packed = zstd.compress(b"first\nsecond\n")
    (tmp_path / "a.jsonl.zst").write_bytes(packed)
    (tmp_path / "b.jsonl.zst").write_bytes(packed[:-3])
    good, also, *_, bad = find([str(tmp_path)])
    assert (good, also) == (RowInput("a.jsonl.zst:1", b"first\n"), RowInput("a.jsonl.zst:2", b"second\n"))
    reason = "the compressed data is damaged or ends early; the rest of the file is not scored"
    assert isinstance(bad, Failure)
    assert (bad.where[:12], bad.reason) == ("b.jsonl.zst:", reason)


@pytest.mark.parametrize(
    ("module", "file", "extra"),
    [("pyarrow", "a.parquet", "parquet"), ("warcio", "a.warc", "warc"), ("backports", "a.jsonl.zst", "zstd")],
)
def test_a_missing_extra_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, file: str, extra: str
) -> None:
    """Without the library, the file is a failure that says how to get it."""
    for name in [name for name in sys.modules if name.partition(".")[0] == module]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setitem(sys.modules, "compression", None)
    (tmp_path / file).write_bytes(b"\x28\xb5\x2f\xfd")
    (found,) = find([str(tmp_path / file)])
    assert isinstance(found, Failure)
    assert found.reason.endswith(f"pip install 'copydesk[{extra}]'")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--format", "jsonl"], "--files-from"),
        (["in", "--columns", "text=x", "--input-format", "jsonl"], "--columns is for CSV and Parquet"),
        (["in", "--columns", "words"], "--columns 'words'"),
        (["in", "--exclude", "!x"], "--exclude"),
        (["-", "--files-from", "-"], "twice"),
        (["in", "--output", "x.parquet"], "expected --format parquet"),
        (["in", "--output", "x.jsonl.zst"], ".gz, not as .zst"),
        (["in", "--format", "parquet", "--output", "x.parquet.gz"], "leave out .gz"),
    ],
)
def test_contradictions_are_wrong_usage(tree: Path, arguments: list[str], named: str) -> None:
    """One sentence, exit code 2, and no file is made."""
    done = CliRunner().invoke(main, ["score", *arguments], input=b"")
    assert (done.exit_code, done.stdout) == (2, "")
    assert named in done.stderr
    assert not list(tree.glob("x.*"))
