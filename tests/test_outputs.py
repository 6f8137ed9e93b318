"""CSV that no spreadsheet runs, and files that are whole or not there."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk import SIGNALS, Report, SignalResult, Source
from copydesk.plugin.outputs import Csv, Jsonl, OutputError, opened
from copydesk.plugin.schema import dumps

ReportMaker = Callable[..., Report]


def test_csv_has_a_row_an_article(make_report: ReportMaker) -> None:
    """The columns: id, action, scores and flags, number of lines, the worst of them, notes."""
    report = make_report(
        "review",
        flagged=("injected_links",),
        lines=(("injected_links", "Must Read: x, y", {}), ("injected_links", "Also", {"score": 0.2})),
        notes=("one", "two"),
    )
    report.signals["feed_debris"] = SignalResult(None, False, 0.5)
    writer = Csv()
    (row,) = csv.DictReader(io.StringIO(writer.start() + writer.add(report) + writer.end()))
    assert list(row)[:3] == ["id", "action", "score"]
    assert [row[name] for name in SIGNALS] == ["0.1000", "0.1000", "0.9877", ""]
    assert [row[f"{name}_flagged"] for name in SIGNALS] == ["false", "false", "true", "false"]
    assert (row["evidence"], row["worst_quote"], row["notes"]) == ("2", "Must Read: x, y", "one | two")


def test_csv_names_the_likeliest_source(make_report: ReportMaker) -> None:
    """The last two columns hold the best source that is claimed, harmless, and its relation."""
    found = (Source("=a", "", "rewrite", 0.9, 0.8), Source("b", "", "same_event", 0.9, 0.1))
    writer = Csv()
    rows = [csv.reader(io.StringIO(writer.add(make_report(sources=each)))) for each in (found, found[1:])]
    assert [next(row)[-2:] for row in rows] == [["'=a", "rewrite"], ["", ""]]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", " =", "\u200b=", "\x00="])
def test_no_cell_starts_a_formula(make_report: ReportMaker, start: str) -> None:
    """What a spreadsheet would run is kept as text by an apostrophe, however it is hidden."""
    text = start + "HYPERLINK(1)"
    report = make_report(flagged=("rewrite",), lines=(("rewrite", text, {}),), id=text, notes=(text,))
    (row,) = csv.reader(io.StringIO(Csv().add(report)))
    assert all(cell[:1] not in ("=", "+", "-", "@", "\t", "\r", " ") for cell in row)


@given(text=st.text(min_size=1))
def test_any_text_is_one_row(make_report: ReportMaker, text: str) -> None:
    """Whatever an id or a quote holds, a row is a row, in valid UTF-8 after the one replacement of `visible`."""
    line = Csv().add(make_report(id=text, flagged=("rewrite",), lines=(("rewrite", text, {}),)))
    line.encode()
    assert len(list(csv.reader(io.StringIO(line)))) == 1


def test_jsonl_is_a_report_a_line(make_report: ReportMaker) -> None:
    """Each report is the contract's JSON and a line end, nothing before or after."""
    report, writer = make_report(), Jsonl(with_text=True)
    assert writer.start() + writer.add(report) + writer.end() == dumps(report, with_text=True) + "\n"


def test_a_file_appears_when_it_is_whole(tmp_path: Path) -> None:
    """Until the end, the old content stands under the name."""
    path = tmp_path / "out.jsonl"
    path.write_bytes(b"old")
    with opened(path) as stream:
        stream.write(b"new")
        stream.flush()
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_failed_write_leaves_no_trace(tmp_path: Path, error: type[BaseException]) -> None:
    """An error or an interruption leaves neither half a file nor a temporary one."""
    path = tmp_path / "out.jsonl"
    with pytest.raises(error), opened(path) as stream:
        stream.write(b"half")
        raise error
    assert list(tmp_path.iterdir()) == []


def test_the_permissions_are_those_of_any_new_file(tmp_path: Path) -> None:
    """A new file follows the umask, a replaced one keeps its permissions."""
    (tmp_path / "usual").write_bytes(b"")
    (tmp_path / "private").write_bytes(b"")
    (tmp_path / "private").chmod(0o600)
    for name in ("new", "private"):
        with opened(tmp_path / name) as stream:
            stream.write(b"x")
    modes = [(tmp_path / name).stat().st_mode & 0o777 for name in ("usual", "new", "private")]
    assert modes == [modes[0], modes[0], 0o600]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """Writing through a symbolic link replaces what it points to."""
    link, target = tmp_path / "link", tmp_path / "target"
    target.write_bytes(b"old")
    link.symlink_to(target)
    with opened(link) as stream:
        stream.write(b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_a_pipe_is_written_not_replaced(tmp_path: Path) -> None:
    """What is no regular file is written as it is."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with opened(path) as stream:
        stream.write(b"through")
    assert os.read(reader, 100) == b"through"
    os.close(reader)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A file that cannot be written is an error with its name and the system's reason."""
    missing = r"gone/out\.csv: cannot be written \(No such file or directory\)"
    with pytest.raises(OutputError, match=missing), opened(tmp_path / "gone" / "out.csv"):
        pass
