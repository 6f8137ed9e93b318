"""Tables become articles: named columns, bounded cells, every row in its place."""

from __future__ import annotations

import csv
import gzip
import io
import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.plugin.inputs import Failure, Input, InputError, RowInput, find, limits, parse_columns
from copydesk.plugin.inputs.delimited import delimited
from copydesk.plugin.item import article_of

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")


def read(data: bytes, columns: str = "", delimiter: str | None = None) -> list[Input]:
    """The rows of a CSV file with these bytes."""
    stream = io.BufferedReader(io.BytesIO(data))  # type: ignore[arg-type]
    return list(delimited("t.csv", stream, parse_columns([columns] if columns else []), delimiter))


def objects(found: list[Input]) -> list[object]:
    """The article objects of rows, and the reasons of failures."""
    return [json.loads(item.line) if isinstance(item, RowInput) else item.reason for item in found]  # type: ignore[union-attr]


def write(path: Path, columns: dict[str, list[object]], **options: object) -> Path:
    """A Parquet file."""
    pq.write_table(pa.table(columns), path, **options)
    return path


@pytest.mark.parametrize("ending", ["csv", "tsv", "parquet"])
def test_columns_of_the_contract_are_found_by_name(tmp_path: Path, ending: str) -> None:
    """Without options, the columns called like the fields are the fields; other columns and empty cells are passed over."""
    columns = {"id": ["a", "b"], "text": ["One,\ntwo\t3", "Four"], "views": ["7", "8"], "title": ["", "T"]}
    path = tmp_path / f"t.{ending}"
    if ending == "parquet":
        write(path, columns)
    else:
        with path.open("w", newline="") as file:
            writer = csv.writer(file, delimiter="\t" if ending == "tsv" else ",")
            writer.writerows([list(columns), *zip(*columns.values(), strict=True)])
    inputs = find([str(path)])
    assert list(inputs.ahead()) == list(inputs.ahead())
    first, second = inputs
    assert isinstance(second, RowInput)
    assert second.where == f"{path}: row 2"
    assert (article_of(second).id, article_of(second).title, article_of(second).data) == ("b", "T", "Four")
    assert objects([first]) == [{"id": "a", "text": "One,\ntwo\t3"}]


def test_columns_can_be_named() -> None:
    """A field is read from the column that is named for it; with text named, a column html is not looked for."""
    rows = read(b"key,html,body,headline\n1,<p>,Words,Head\n", "text=body,title=headline,id=key")
    assert objects(rows) == [{"id": "1", "text": "Words", "title": "Head"}]


def test_a_column_may_have_a_comma_in_its_name() -> None:
    """What has no field before it belongs to the name before."""
    assert parse_columns(["text=body, full,id=key", "url=u"]) == {"text": "body, full", "id": "key", "url": "u"}


@pytest.mark.parametrize("option", ["body", "words=body", "text=", "text=a,text=b", ""])
def test_wrong_columns_are_refused(option: str) -> None:
    """What names no field, no column or a field twice is one sentence."""
    with pytest.raises(InputError, match="--columns"):
        parse_columns([option])


def test_a_missing_column_names_those_there_are(tmp_path: Path) -> None:
    """One sentence for the file, not one a row."""
    named = "there is no column 'body' (text=body), there are: id, words"
    assert read(b"id,words\n1,x\n2,y\n", "text=body") == [Failure("t.csv", named)]
    path = write(tmp_path / "t.parquet", {"id": ["1"], "words": ["x"]})
    none = "no column is called text or html (--columns text=NAME), there are: id, words"
    assert list(find([str(path)])) == [Failure(str(path), none)]
    assert list(find([str(path)], columns={"text": "body"})) == [Failure(str(path), named)]


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        (b"\xef\xbb\xbfid,text\n1,a\n", [{"id": "1", "text": "a"}]),
        (b"id;text\n1;a, b\n", [{"id": "1", "text": "a, b"}]),
        (b"id\ttext\r\n1\ta\r\n", [{"id": "1", "text": "a"}]),
        (b'id,text\n\n1,"a ""b"""\n', [{"id": "1", "text": 'a "b"'}]),
        (b"id,text\n1\n", [{"id": "1"}]),
        (b"id,text\n1,a,b\n2,c\n", ["the row has 3 cells, expected at most 2, one a column", {"id": "2", "text": "c"}]),
        (b"id,text\n1,caf\xe9\n2,c\n", ["field 'text' is not UTF-8", {"id": "2", "text": "c"}]),
        (b"", ["the file is empty, expected a row of column names"]),
        (b"id,text\n", ["there are no rows below the column names"]),
        ("id,text\n1,a\n".encode("utf-16"), ["the file is UTF-16, expected UTF-8; the rest of the file is not scored"]),
    ],
)
def test_csv_comes_in_many_forms(data: bytes, rows: list[object]) -> None:
    """A mark, semicolons, tabs, quotes and short rows are read; a row that is wrong is named, and the next one read."""
    assert objects(read(data)) == rows
    assert objects(read(gzip.compress(data))) == rows


@given(
    st.lists(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\r\0"), min_size=1), min_size=1)
)
def test_what_csv_writes_is_read(texts: list[str]) -> None:
    """Quotes, line ends and delimiters in cells come back as they were."""
    file = io.StringIO()
    csv.writer(file).writerows([["text"], *[[text] for text in texts]])
    assert objects(read(file.getvalue().encode(), delimiter=",")) == [{"text": text} for text in texts]


@pytest.mark.parametrize("packed", [False, True])
def test_a_quote_that_is_never_closed_is_bounded(monkeypatch: pytest.MonkeyPatch, packed: bool) -> None:
    """The rows before are read, the row is named, and no more than one input is held."""
    monkeypatch.setattr(limits, "MAX_INPUT", 1000)
    data = b'id,text\n1,a\n2,"' + b"line\n" * 100_000
    first, second = read(gzip.compress(data) if packed else data)
    assert isinstance(first, RowInput)
    reason = "the row is larger than 1000 bytes (a quote that is not closed?); the rest of the file is not scored"
    assert second == Failure("t.csv: row 2", reason)


def test_csv_from_standard_input_needs_its_format(monkeypatch: pytest.MonkeyPatch) -> None:
    """With --input-format csv, "-" is a table that can be looked through ahead."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(b"text\na\nb\n"))))  # type: ignore[arg-type]
    found = find(["-"], "csv")
    next(found.ahead())
    assert objects(list(found)) == [{"text": "a"}, {"text": "b"}]


def test_parquet_cells_become_strings(tmp_path: Path) -> None:
    """Numbers, times and bytes of UTF-8 are what their columns are meant for; other bytes are named."""
    when = datetime(2024, 5, 3, 8, 30, tzinfo=timezone.utc)
    columns: dict[str, list[object]] = {"id": [7, 8, 9], "date": [when, None, when], "html": [b"<p>x", b"\xff", None]}
    found = list(find([str(write(tmp_path / "t.parquet", columns))]))
    good = {"id": "7", "date": "2024-05-03T08:30:00+00:00", "html": "<p>x"}
    assert objects(found) == [good, "field 'html' is not UTF-8 at byte 0", {"id": "9", "date": good["date"]}]


def test_lists_are_no_text(tmp_path: Path) -> None:
    """A column of another kind is one sentence for the file."""
    (found,) = find([str(write(tmp_path / "t.parquet", {"text": [["a"]]}))])
    assert isinstance(found, Failure)
    assert "column 'text' (text) holds list<" in found.reason


def test_a_large_cell_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row over the limit is named; a page over its limit ends the file before a byte of it is unpacked."""
    path = write(tmp_path / "t.parquet", {"text": ["a", "x" * 5000, "b"]}, use_dictionary=False)
    monkeypatch.setattr(limits, "MAX_INPUT", 1000)
    assert objects(list(find([str(path)]))) == [{"text": "a"}, "the row is larger than 1000 bytes", {"text": "b"}]
    monkeypatch.setattr(limits, "MAX_PAGE", 4000)
    (refused,) = find([str(path)])
    assert isinstance(refused, Failure)
    assert refused.reason.startswith("a page of column 'text' has 50")
    assert refused.reason.endswith(" bytes, at most 4000 are read")


@pytest.mark.parametrize("version", ["1.0", "2.0"])
@pytest.mark.parametrize("compression", ["snappy", "zstd", "none"])
def test_pages_of_every_kind_are_looked_at(tmp_path: Path, version: str, compression: str) -> None:
    """Statistics, dictionaries, many pages and row groups do not stop the look at their headers."""
    columns: dict[str, list[object]] = {"text": [f"{n} words" * 50 for n in range(500)], "url": ["u"] * 500}
    options = {"data_page_version": version, "compression": compression, "data_page_size": 2000, "row_group_size": 100}
    path = write(tmp_path / "t.parquet", columns, write_batch_size=10, write_statistics=True, **options)
    found = list(find([str(path)]))
    assert objects(found) == [{"text": text, "url": "u"} for text in columns["text"]]


@pytest.mark.parametrize(
    ("cell", "count", "dictionary", "most"),
    [
        (
            lambda n: f"{n} words of a town " * 500,
            5000,
            True,
            24,
        ),  # 45 MB, all different: the dictionary is given up after 1 MB
        (lambda n: f"{n} words of a town " * 500, 5000, False, 24),
        (
            lambda n: "the same words " * 200_000,
            100,
            True,
            80,
        ),  # a cell of 3 MB stands once in the file, and in 100 rows
    ],
)
def test_a_row_group_is_not_held(tmp_path: Path, cell: Any, count: int, dictionary: bool, most: int) -> None:
    """However large a row group is, and however often a cell comes again in it, a bounded part of it is unpacked at a time."""
    pa = pytest.importorskip("pyarrow")
    columns: dict[str, list[object]] = {"text": [cell(n) for n in range(count)]}
    path = write(tmp_path / "t.parquet", columns, row_group_size=count, use_dictionary=dictionary)
    columns.clear()
    before = held = pa.total_allocated_bytes()
    rows = 0
    for _ in find([str(path)]):
        rows += 1
        held = max(held, pa.total_allocated_bytes())
    assert rows == count
    assert held - before < most * 1024 * 1024


@pytest.mark.parametrize("damage", ["head", "middle", "end", "empty"])
def test_a_damaged_parquet_file_is_named(tmp_path: Path, damage: str) -> None:
    """Whatever is broken, it is a failure with the file's name, and nothing is raised."""
    path = write(tmp_path / "t.parquet", {"text": [f"{n} words" for n in range(100)]}, compression="zstd")
    data = bytearray(path.read_bytes())
    at = {"head": slice(0, 60), "middle": slice(60, 90), "end": slice(-8, -4), "empty": slice(0, None)}[damage]
    data[at] = b"" if damage == "empty" else b"\xff" * (at.stop - at.start)
    path.write_bytes(data)
    last = list(find([str(path)]))[-1]
    assert isinstance(last, Failure)
    assert last.where.startswith(str(path))


def test_parquet_cannot_come_through_a_pipe() -> None:
    """It is said so, rather than tried."""
    (found,) = find(["-"], "parquet")
    assert isinstance(found, Failure)
    assert "name a file" in found.reason
