"""Paths become inputs: in order, bounded, and with every failure named in its place."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from copydesk import DocumentError, DocumentTooLarge
from copydesk.plugin.inputs import (
    Article,
    Failure,
    FileInput,
    Format,
    Input,
    InputError,
    RowInput,
    find,
    kind_of,
    limits,
    read_file,
)


def _write(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("One line.\n")


def _names(found: list[Input]) -> list[str]:
    return [item.where if isinstance(item, RowInput | Failure) else item.id for item in found]


def _feed(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(data))))


def test_a_folder_is_walked_in_order_of_names(tmp_path: Path) -> None:
    """Ids are the paths below the folder, sorted folder by folder."""
    _write(tmp_path, "b.html", "a/2.txt", "a/10.md", "a/deep/x.HTM", "c.txt")
    assert _names(list(find([str(tmp_path)]))) == ["a/10.md", "a/2.txt", "a/deep/x.HTM", "b.html", "c.txt"]


def test_other_and_hidden_files_are_passed_by(tmp_path: Path) -> None:
    """Files of unknown endings, hidden files and hidden folders are no inputs."""
    _write(tmp_path, "a.txt", "picture.png", "README", ".secret.txt", ".git/b.txt")
    assert _names(list(find([str(tmp_path)]))) == ["a.txt"]


def test_a_named_file_keeps_its_path_as_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is named itself has the id that was typed, but for a leading "./"."""
    _write(tmp_path, "sub/a.txt")
    monkeypatch.chdir(tmp_path)
    assert list(find(["sub/a.txt", "./sub/a.txt"])) == [
        FileInput("sub/a.txt", Path("sub/a.txt"), "text"),
        FileInput("sub/a.txt", Path("sub/a.txt"), "text"),
    ]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.html", "html"), ("a.HTM", "html"), ("a.txt", "text"), ("a.md", "markdown"), ("a.php", None), ("txt", None)],
)
def test_the_ending_tells_the_kind(name: str, kind: str | None) -> None:
    """Known endings decide how a file is read; others leave it to be sniffed."""
    assert kind_of(name) == kind


def test_an_input_format_overrules_the_ending(tmp_path: Path) -> None:
    """With an input format given, the ending of a file says nothing."""
    _write(tmp_path, "a.txt")
    path = tmp_path / "a.txt"
    assert list(find([str(path)], "html")) == [FileInput(str(path), path, "html")]
    assert list(find([str(path)], "jsonl")) == [RowInput(f"{path}:1", b"One line.\n")]


def test_jsonl_rows_carry_their_line_numbers(tmp_path: Path) -> None:
    """Blank lines are no inputs, but count as lines; the last line needs no end."""
    (tmp_path / "rows.jsonl").write_bytes(b'{"a":1}\n\n  \n{"a":2}')
    assert list(find([str(tmp_path)])) == [
        RowInput("rows.jsonl:1", b'{"a":1}\n'),
        RowInput("rows.jsonl:4", b'{"a":2}'),
    ]


@pytest.mark.parametrize("name", ["rows.jsonl.gz", "rows.jsonl"])
def test_gzipped_rows_are_unpacked(tmp_path: Path, name: str) -> None:
    """Compressed rows are recognised by their content, whatever the file is called."""
    (tmp_path / name).write_bytes(gzip.compress(b"first\nsecond\n"))
    found = list(find([str(tmp_path)]))
    assert found == [RowInput(f"{name}:1", b"first\n"), RowInput(f"{name}:2", b"second\n")]


def test_a_gzip_file_that_ends_early_gives_its_good_rows(tmp_path: Path) -> None:
    """Rows before the damage are inputs, the damage is named with its line."""
    rows = b"".join(os.urandom(40).hex().encode() + b"\n" for _ in range(2000))
    (tmp_path / "rows.jsonl.gz").write_bytes(gzip.compress(rows)[:-5000])
    *good, bad = find([str(tmp_path)])
    assert good
    assert all(isinstance(item, RowInput) for item in good)
    assert bad == Failure(
        f"rows.jsonl.gz:{len(good) + 1}",
        "the compressed data is damaged or ends early; the rest of the file is not scored",
    )


def test_a_file_that_only_claims_to_be_gzip_is_read_as_it_is(tmp_path: Path) -> None:
    """The ending .gz alone does not make a file compressed."""
    (tmp_path / "rows.jsonl.gz").write_bytes(b"{}\n")
    assert list(find([str(tmp_path)])) == [RowInput("rows.jsonl.gz:1", b"{}\n")]


def test_a_line_that_is_too_long_does_not_stop_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line over the limit is a failure with its number; the lines around it are inputs."""
    monkeypatch.setattr(limits, "MAX_INPUT", 100)
    (tmp_path / "rows.jsonl").write_bytes(b"a\n" + b"x" * 101 + b"\n" + b"y" * 100 + b"\nb\n" + b"z" * 5000)
    assert list(find([str(tmp_path)])) == [
        RowInput("rows.jsonl:1", b"a\n"),
        Failure("rows.jsonl:2", "the line is longer than 100 bytes"),
        RowInput("rows.jsonl:3", b"y" * 100 + b"\n"),
        RowInput("rows.jsonl:4", b"b\n"),
        Failure("rows.jsonl:5", "the line is longer than 100 bytes"),
    ]


def test_a_line_without_an_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A gzip bomb of one line is left after a bounded number of bytes, and said so."""
    monkeypatch.setattr(limits, "MAX_INPUT", 1000)
    monkeypatch.setattr(limits, "MAX_SKIP", 2 * 1024 * 1024)
    (tmp_path / "bomb.jsonl.gz").write_bytes(gzip.compress(bytes(8 * 1024 * 1024)))
    assert list(find([str(tmp_path)])) == [
        Failure("bomb.jsonl.gz:1", "the line is longer than 1000 bytes"),
        Failure("bomb.jsonl.gz", "line 1 does not end; the rest of the file is not scored"),
    ]


def test_an_empty_jsonl_file_is_a_failure(tmp_path: Path) -> None:
    """A file of rows without a row is named rather than passed over."""
    _write(tmp_path, "a.txt")
    (tmp_path / "rows.jsonl").write_bytes(b"\n\n")
    assert list(find([str(tmp_path)]))[1] == Failure("rows.jsonl", "the file is empty, expected one JSON object a line")


def test_an_empty_folder_is_wrong_usage(tmp_path: Path) -> None:
    """Where nothing at all could be scored, the message says which endings are expected."""
    _write(tmp_path, "picture.png")
    with pytest.raises(InputError, match=r"nothing to score .* \.html \.htm \.txt \.md \.jsonl \.jsonl\.gz"):
        find([str(tmp_path)])


def test_an_empty_folder_beside_a_good_one_is_a_failure(tmp_path: Path) -> None:
    """One empty folder does not stop the other inputs, and is named."""
    _write(tmp_path, "good/a.txt")
    (tmp_path / "empty").mkdir()
    found = list(find([str(tmp_path / "empty"), str(tmp_path / "good")]))
    assert _names(found) == [str(tmp_path / "empty"), "a.txt"]
    assert isinstance(found[0], Failure)


def test_a_folder_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unreadable folder inside is one failure; its neighbours are inputs."""
    _write(tmp_path, "a.txt", "locked/b.txt", "z.txt")
    scandir = os.scandir

    def refuse(path: Path) -> object:
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = list(find([str(tmp_path)]))
    assert _names(found) == ["a.txt", "locked", "z.txt"]
    assert found[1] == Failure("locked", "Permission denied")


def test_links_do_not_lead_in_circles(tmp_path: Path) -> None:
    """A linked folder is passed by, a linked file is an input, a broken link is found by reading it."""
    _write(tmp_path, "a.txt")
    (tmp_path / "again").symlink_to(tmp_path)
    (tmp_path / "b.txt").symlink_to(tmp_path / "a.txt")
    (tmp_path / "c.txt").symlink_to(tmp_path / "gone.txt")
    assert _names(list(find([str(tmp_path)]))) == ["a.txt", "b.txt", "c.txt"]


def test_our_own_output_is_no_input(tmp_path: Path) -> None:
    """Reports written into the folder that is scored are not scored the next time."""
    _write(tmp_path, "a.txt", "reports.jsonl")
    assert _names(list(find([str(tmp_path)], skip=tmp_path / "reports.jsonl"))) == ["a.txt"]


def test_a_tree_deeper_than_pythons_stack_is_walked(tmp_path: Path) -> None:
    """Depth of folders is limited by the system alone."""
    names = ["d"] * 1200
    top = tmp_path / "top"
    top.mkdir()
    here = os.open(top, os.O_RDONLY)
    for name in names:
        os.mkdir(name, dir_fd=here)
        deeper = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    os.close(os.open("a.txt", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)
    try:
        assert _names(list(find([str(top)]))) == ["/".join([*names, "a.txt"])]
    finally:
        subprocess.run(["rm", "-rf", str(top)], check=True)  # too deep for pytest to remove


def test_standard_input_is_one_article(monkeypatch: pytest.MonkeyPatch) -> None:
    """The path "-" is read whole and sniffed."""
    _feed(monkeypatch, b"<p>Text</p>")
    assert list(find(["-"])) == [Article("-", b"<p>Text</p>", None)]


def test_standard_input_may_be_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the format jsonl, "-" is read line by line, gzipped or not."""
    _feed(monkeypatch, gzip.compress(b"1\n2\n"))
    assert list(find(["-"], "jsonl")) == [RowInput("-:1", b"1\n"), RowInput("-:2", b"2\n")]


def test_standard_input_can_be_named_once() -> None:
    """Naming "-" twice is wrong usage."""
    with pytest.raises(InputError, match="twice"):
        find(["-", "-"])


def test_standard_input_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too much on standard input is a failure, not a full memory."""
    monkeypatch.setattr(limits, "MAX_INPUT", 10)
    _feed(monkeypatch, b"x" * 11)
    (found,) = find(["-"])
    assert isinstance(found, Failure)
    assert "larger than 10 bytes" in found.reason


def test_a_file_is_read_up_to_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of exactly the limit is read, one byte more is refused with the limit named."""
    monkeypatch.setattr(limits, "MAX_INPUT", 10)
    path = tmp_path / "a.txt"
    path.write_bytes(b"x" * 10)
    assert read_file(path) == b"x" * 10
    path.write_bytes(b"x" * 11)
    with pytest.raises(DocumentTooLarge, match="11 bytes, at most 10 are read"):
        read_file(path)


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    """The system's reason is in the message."""
    with pytest.raises(DocumentError, match="No such file"):
        read_file(tmp_path / "gone.txt")


def test_inputs_can_be_looked_through_ahead(tmp_path: Path) -> None:
    """Before they are iterated, the same inputs can be had as often as need be."""
    _write(tmp_path, "a.txt", "z.html")
    (tmp_path / "rows.jsonl").write_bytes(b"1\n2\n")
    found = find([str(tmp_path)])
    first = next(found.ahead())
    assert list(found.ahead()) == list(found.ahead()) == list(found)
    assert first == FileInput("a.txt", tmp_path / "a.txt", "text")


@pytest.mark.parametrize(
    ("input_format", "data", "wanted"),
    [
        ("auto", b"One line.", [Article("-", b"One line.")]),
        ("jsonl", gzip.compress(b"1\n2\n"), [RowInput("-:1", b"1\n"), RowInput("-:2", b"2\n")]),
        ("jsonl", b"\n", [Failure("-", "the file is empty, expected one JSON object a line")]),
    ],
)
def test_standard_input_can_be_looked_through_ahead(
    monkeypatch: pytest.MonkeyPatch, input_format: Format, data: bytes, wanted: list[Input]
) -> None:
    """What was read of standard input ahead of the iteration is there in the iteration."""
    _feed(monkeypatch, data)
    found = find(["-"], input_format)
    next(found.ahead())
    assert list(found.ahead()) == list(found) == wanted


def test_an_article_from_a_named_pipe_waits_for_its_turn(tmp_path: Path) -> None:
    """A pipe that holds one article is not emptied by looking ahead."""
    os.mkfifo(tmp_path / "a.html")
    found = find([str(tmp_path / "a.html")])
    assert list(found.ahead()) == []
    assert list(found) == [FileInput(str(tmp_path / "a.html"), tmp_path / "a.html", "html")]
