"""Inputs are cut into partitions in the order of a batch on one machine, and no line is lost or read twice at a cut."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from copydesk.plugin import cluster_plan
from copydesk.plugin.cluster_plan import ClusterError, Partition, Range, Whole, items, lines, partitions
from copydesk.plugin.inputs import MAX_INPUT, Failure, FileInput, Input, InputError, RowInput, find


def _named(item: Input) -> tuple[object, ...]:
    """What must be the same on a cluster: a file is opened by its whole path there."""
    if isinstance(item, FileInput):
        return item.id, item.path.absolute(), item.kind
    return (item.where, item.line) if isinstance(item, RowInput) else (item,)


def _all(plan: list[Partition]) -> list[tuple[object, ...]]:
    """The inputs of all partitions, with the first line of each range set as the client does."""
    found: list[tuple[object, ...]] = []
    first = 1
    for partition in plan:
        for piece in partition.pieces:
            if isinstance(piece, Range):
                first = 1 if piece.start == 0 else first
                read = list(lines(Range(piece.name, piece.path, piece.start, piece.stop, first)))
                found += [_named(item) for item, _ in read if item is not None]
                first += len(read)
            else:
                found += [_named(item) for item in items(piece)]
    return found


def test_partitions_have_the_inputs_of_a_local_batch(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files, hidden ones, links, packed and cut JSONL, an empty one: the same inputs under the same names, in the same order."""
    monkeypatch.setattr(cluster_plan, "FILES", 2)
    monkeypatch.setattr(cluster_plan, "RANGE", 700)
    (folder / ".hidden.txt").write_text("x")
    (folder / "empty.jsonl").touch()
    (folder / "packed.jsonl.gz").write_bytes(gzip.compress(b'{"text": "a"}\n\nno JSON\n'))
    (folder / "really-packed.jsonl").write_bytes(gzip.compress(b'{"text": "a"}\n' * 900))
    (folder / "zz").symlink_to(folder / "clean.txt")
    (folder / "zz.txt").symlink_to(folder / "gone.txt")
    plan = list(partitions([str(folder), str(folder / "rows.jsonl")]))
    assert _all(plan) == [_named(item) for item in find([str(folder), str(folder / "rows.jsonl")])]
    assert [partition.number for partition in plan] == list(range(len(plan)))
    assert any(isinstance(partition.pieces[0], Range) for partition in plan)
    assert max(len(partition.pieces) for partition in plan) == 2


@pytest.mark.parametrize("size", range(1, 40))
def test_a_line_belongs_to_the_range_in_which_it_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """Wherever a file is cut, every line is read once, whole, with its number in the file."""
    monkeypatch.setattr(cluster_plan, "RANGE", size)
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b'{"a":1}\n\n{"bb": "' + b"x" * 50 + b'"}\n  \n{}\n{"last":1}')
    plan = list(partitions([str(path)]))
    assert _all(plan) == [_named(item) for item in find([str(path)])]


def test_a_line_that_is_too_long_costs_itself_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named with its number, over all the ranges that it reaches into, and the lines behind it are read."""
    monkeypatch.setattr(cluster_plan, "RANGE", 4 * 1024 * 1024)
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b'{"text": "a"}\n{"text": "' + b"x" * (MAX_INPUT + 5) + b'"}\n{"text": "b"}\n')
    plan = list(partitions([str(path)]))
    assert len(plan) == 3
    assert _all(plan) == [_named(item) for item in find([str(path)])]


def test_a_blank_file_is_named_at_its_end(tmp_path: Path) -> None:
    """The last range of a file of white space says that it is empty."""
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b"\n" * 30)
    assert list(items(Range("rows.jsonl", path, 20, 30, first=21, last=True, blank=True))) == [
        Failure("rows.jsonl", "the file is empty, expected one JSON object a line")
    ]


def test_a_file_that_goes_away_is_an_input_that_failed(tmp_path: Path) -> None:
    """A range that cannot be read any more is named with its first line."""
    assert [item for item, _ in lines(Range("r.jsonl", tmp_path / "gone", 8, 16, first=5))] == [
        Failure("r.jsonl:5", "No such file or directory")
    ]


def test_rows_of_a_forced_format_are_read_so(tmp_path: Path) -> None:
    """With --input-format jsonl a file of any name holds rows; with text, a .jsonl is one article."""
    path = tmp_path / "rows.txt"
    path.write_text('{"text": "a"}\n')
    (whole,) = next(iter(partitions([str(path)], "jsonl"))).pieces
    assert isinstance(whole, Whole)
    assert [_named(item) for item in items(whole)] == [_named(item) for item in find([str(path)], "jsonl")]
    (file,) = next(iter(partitions([str(path)], "text"))).pieces
    assert file == FileInput(str(path), path, "text")


def test_our_own_output_is_no_input(folder: Path) -> None:
    """What stands in the output folder is passed by, wherever that is."""
    (folder / "out").mkdir()
    (folder / "out" / "x.txt").write_text("x")
    ids = [
        getattr(piece, "id", "")
        for partition in partitions([str(folder)], skip=folder / "out")
        for piece in partition.pieces
    ]
    assert "clean.txt" in ids
    assert "out/x.txt" not in ids


def test_what_only_this_process_can_read_is_refused(tmp_path: Path) -> None:
    """Standard input is no input of a cluster, and a folder without articles neither."""
    with pytest.raises(ClusterError, match=r"^-: a cluster reads files"):
        partitions(["-"])
    with pytest.raises(InputError, match="nothing to score"):
        partitions([str(tmp_path)])
