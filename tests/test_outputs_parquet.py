"""Reports as Parquet and as gzipped lines: the same reports, whole or not there."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from copydesk import Report, Source
from copydesk.plugin import output_parquet
from copydesk.plugin.cli import main
from copydesk.plugin.inputs import Failure
from copydesk.plugin.output_parquet import Parquet
from copydesk.plugin.outputs import as_bytes, opened
from copydesk.plugin.schema import report_to_dict

pq = pytest.importorskip("pyarrow.parquet")

ReportMaker = Callable[..., Report]


def test_a_row_is_a_report(make_report: ReportMaker) -> None:
    """What is read back are the contract's objects, evidence and sources as lists of structs."""
    sources = (Source("s", "T", "copy", 0.9, 0.5),)
    reports = [
        make_report(id="a", lines=(("rewrite", "A line", {}),), sources=sources),
        make_report(id="b", notes=("n",)),
    ]
    for with_text, with_alignment in ((False, False), (True, True)):
        writer = Parquet(with_text, with_alignment)
        data = writer.start() + b"".join(map(writer.add, reports)) + writer.end()
        rows = pq.read_table(io.BytesIO(data)).to_pylist()
        assert rows == [{**report_to_dict(report, with_text, with_alignment), "error": None} for report in reports]


def test_row_groups_are_bounded(make_report: ReportMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more reports are held back than go into a group, by their number or by their size."""
    monkeypatch.setattr(output_parquet, "_ROWS", 3)
    writer = Parquet()
    pieces = [writer.start(), *(writer.add(make_report()) for _ in range(7)), writer.end()]
    assert [bool(piece) for piece in pieces] == [True, False, False, True, False, False, True, False, True]
    file = pq.ParquetFile(io.BytesIO(b"".join(pieces)))
    assert [file.metadata.row_group(at).num_rows for at in range(3)] == [3, 3, 1]
    monkeypatch.setattr(output_parquet, "_CHARACTERS", 1)
    assert Parquet().add(make_report(lines=(("rewrite", "A line", {}),)))


def test_an_empty_batch_is_a_file_without_rows() -> None:
    """Its columns are there all the same."""
    writer = Parquet()
    table = pq.read_table(io.BytesIO(writer.start() + writer.end()))
    assert (table.num_rows, table.column_names[:2]) == (0, ["schema", "id"])


def test_a_name_that_is_no_text_is_written(make_report: ReportMaker) -> None:
    """What UTF-8 cannot hold becomes U+FFFD, and the other rows of the group stay as they are."""
    writer = Parquet()
    data = writer.start() + writer.add(make_report(id="caf\udce9")) + writer.add(make_report(id="café")) + writer.end()
    assert pq.read_table(io.BytesIO(data)).column("id").to_pylist() == ["caf\ufffd", "café"]


def test_the_command_writes_all_formats_alike(tmp_path: Path) -> None:
    """Gzipped lines, lines on standard output and Parquet hold the same reports; a failure leaves exit code 3."""
    (tmp_path / "a.txt").write_text("The council met on Monday. " * 30)
    (tmp_path / "b.txt").write_text("")
    runner = CliRunner()
    out, packed, table = "-", tmp_path / "out.jsonl.gz", tmp_path / "out.parquet"
    printed = runner.invoke(main, ["score", str(tmp_path / "a.txt"), "--format", "jsonl", "--output", out])
    lines = [json.loads(line) for line in printed.stdout.splitlines()]
    for output_format, file in (("jsonl", packed), ("parquet", table)):
        inputs = [str(tmp_path / "a.txt"), str(tmp_path / "b.txt")]
        done = runner.invoke(main, ["score", *inputs, "--format", output_format, "--output", str(file)])
        assert done.exit_code == 3
    found, failed = [json.loads(line) for line in gzip.decompress(packed.read_bytes()).splitlines()]
    assert ([found], failed["error"]["detail"]) == (lines, "the document is empty: there is no text in it")
    first, second = pq.read_table(table).to_pylist()
    assert (first, second["error"]) == ({**found, "error": None}, failed["error"])


def test_gzipped_files_are_whole_or_not_there(tmp_path: Path) -> None:
    """An interruption leaves nothing, and the same reports give the same bytes."""
    path = tmp_path / "out.jsonl.gz"
    with pytest.raises(KeyboardInterrupt), opened(path, packed=True) as stream:
        stream.write(b"half")
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []
    with opened(path, packed=True) as stream:
        stream.write(b"whole")
    first = path.read_bytes()
    assert gzip.decompress(first) == b"whole"
    with opened(path, packed=True) as stream:
        stream.write(b"whole")
    assert path.read_bytes() == first


def test_a_failed_input_is_a_row_with_the_error() -> None:
    """Its name and the reason stand there, and nothing else."""
    writer = Parquet()
    data = as_bytes(writer.start()) + writer.fail(Failure("a.html", "it is empty")) + writer.end(1)
    (row,) = pq.read_table(io.BytesIO(data)).to_pylist()
    expected = {"type": "unreadable", "detail": "it is empty", "where": "a.html"}
    assert (row["id"], row["error"]) == ("a.html", expected)
    assert row["action"] is None
