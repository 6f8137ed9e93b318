"""Names of a folder in order, however many there are, and whatever bears them."""

from __future__ import annotations

import os
import random
import resource
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from copydesk.plugin.cli import main
from copydesk.plugin.inputs import Failure, FileInput, Input, find, names
from copydesk.plugin.inputs.names import names_in


def _ids(found: list[Input]) -> list[str]:
    return [item.id if isinstance(item, FileInput) else f"not {item.where}" for item in found]  # type: ignore[union-attr]


@pytest.mark.parametrize("held", [1, 2, 7, 49, 50, 51])
def test_names_are_in_order_however_few_are_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: int) -> None:
    """Sorted in memory or merged from a file, names come in the same order, odd ones too, each with what bears it."""
    monkeypatch.setattr(names, "_HELD", held)
    monkeypatch.setattr(names, "_STEP", 16)
    shown = [f"{random.Random(n).randrange(10**9)}.txt" for n in range(44)]
    shown += ["new\nline.txt", "\udcff\udcfe.txt", "é.txt", "\uffff.txt", "\U0001f600.txt"]
    for name in shown:
        (tmp_path / name).touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / ".hidden").touch()
    found = list(names_in(tmp_path))
    assert [name for name, _ in found] == sorted([*shown, "folder"])
    assert [name for name, kind in found if kind != "file"] == ["folder"]


def test_what_is_no_file_is_passed_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pipes, sockets, and links to them and to folders are no inputs, by whatever name: none of them is ever opened."""
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text("One line.\n")
    os.mkfifo("pipe.txt")
    with socket.socket(socket.AF_UNIX) as held:
        held.bind("socket.txt")
    Path("to-pipe.txt").symlink_to("pipe.txt")
    Path("to-folder.txt").symlink_to(".")
    for path in (".", "*.txt"):
        assert _ids(list(find([path]))) == ["a.txt"]


@pytest.mark.parametrize("path", [".", "*.txt"])
def test_a_link_to_itself_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    """A link that leads nowhere, or to itself, is one failure in its place, with an --output as well, and the others are scored."""
    monkeypatch.chdir(tmp_path)
    for name in ("a.txt", "z.txt"):
        Path(name).write_text(
            "The council voted on Tuesday for the new harbour wall in Larkmoor, at 5.8 million crowns."
        )
    Path("itself.txt").symlink_to("itself.txt")
    Path("nowhere.txt").symlink_to("gone.txt")
    done = CliRunner().invoke(main, ["score", path, "--format", "csv", "--output", "out.csv", "--quiet"])
    assert done.exit_code == 3
    assert done.stderr.splitlines() == [
        "itself.txt: Too many levels of symbolic links",
        "nowhere.txt: No such file or directory",
    ]
    assert [line.split(",")[0] for line in Path("out.csv").read_text().splitlines()[1:]] == [
        "a.txt",
        "itself.txt",
        "nowhere.txt",
        "z.txt",
    ]


def test_a_folder_whose_names_cannot_be_held_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the temporary file of names cannot be written, the folder is a failure with its reason."""
    monkeypatch.setattr(names, "_HELD", 1)
    monkeypatch.setattr("tempfile.TemporaryFile", lambda: (tmp_path / "gone" / "file").open("wb"))
    (tmp_path / "in").mkdir()
    for name in "ab":
        (tmp_path / "in" / f"{name}.txt").write_text("One line.\n")
    assert list(find([str(tmp_path / "in")])) == [Failure(str(tmp_path / "in"), "No such file or directory")]


def test_a_large_folder_takes_no_more_memory_than_a_small_one(tmp_path: Path) -> None:
    """The names of 60,000 files in one folder cost a bounded memory, in a process of their own."""
    for number in range(60_000):
        os.close(os.open(tmp_path / f"a-name-of-the-usual-length-{number}.txt", os.O_CREAT | os.O_WRONLY))
    ours, theirs = os.pipe()
    if not (child := os.fork()):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        count = sum(1 for _ in find([str(tmp_path)]))
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        os.write(theirs, f"{count} {grown}".encode())
        os._exit(0)
    os.close(theirs)
    with os.fdopen(ours) as pipe:
        count, grown = map(int, pipe.read().split())
    os.waitpid(child, 0)
    assert count == 60_000
    assert grown < 12_000  # KiB; 20,000 of them, with all that is known of each, were 7,000
