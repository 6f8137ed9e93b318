"""Articles in a pandas frame give one row a report, also as Spark and Ray would call it."""

# ruff: noqa: E402 - what follows needs the extra

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

pd = pytest.importorskip("pandas", reason="the extra frames is not installed: pip install 'copydesk[frames]'")
pa = pytest.importorskip("pyarrow", reason="the extra frames is not installed: pip install 'copydesk[frames]'")

from copydesk import Scorer, frames
from copydesk.frames import COLUMNS, SCHEMA_DDL, row_schema, score_frame
from copydesk.plugin.schema import report_to_dict


@pytest.fixture
def table(article: str, promo: str) -> Any:
    """Three articles under labels of their own: a clean one, one with a promo line, one that is missing."""
    first, rest = article.split("\n\n", 1)
    texts = [article, f"{first}\n\n{promo}\n\n{rest}", None]
    return pd.DataFrame({"id": ["a", "b", "c"], "title": ["Harbour", None, "x"], "text": texts}, index=[7, 3, 7])


def test_a_row_is_the_report(scorer: Scorer, table: Any) -> None:
    """Every field of the contract stands in the row, with the same digits; the index is kept, labels that come twice too."""
    found = score_frame(table, scorer=scorer)
    assert list(found.columns) == list(COLUMNS)
    assert list(found.index) == [7, 3, 7]
    report = report_to_dict(scorer.score(text=table["text"].iloc[1], id="b"))
    row = found.iloc[1].to_dict()
    signals = report.pop("signals")
    assert isinstance(signals, dict)
    for name, result in signals.items():
        assert {key: row[f"{name}_{key}"] for key in ("flagged", "threshold")} | {"score": row[name]} == result
    assert {name: row[name] for name in report} == report
    assert row["error"] is None
    assert "promo-line" in [each["reason"] for each in row["evidence"]]


def test_a_title_and_an_address_are_used(scorer: Scorer, table: Any) -> None:
    """They come from the columns of that name, or from those that are named."""
    whole = table.assign(url="https://larkmoor.example/a")
    named = whole.rename(columns={"title": "headline", "url": "address", "id": "number", "text": "body"})
    usual = score_frame(whole, scorer=scorer)
    other = score_frame(named, scorer=scorer, text="body", title="headline", url="address", id="number")
    pd.testing.assert_frame_equal(usual, other)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "there is no text"),
        (float("nan"), "there is no text"),
        (pd.NA, "there is no text"),
        (pd.NaT, "there is no text"),
        (12, "the text is of type int, expected a string or bytes"),
        (["a"], "the text is of type list, expected a string or bytes"),
        ("", "empty"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
    ],
)
def test_a_row_that_cannot_be_scored_says_why(scorer: Scorer, value: object, said: str) -> None:
    """Missing values, other types, empty and binary ones: a reason in `error`, no action, and nothing raised."""
    row = score_frame(pd.DataFrame({"text": pd.Series([value], dtype=object)}), scorer=scorer).iloc[0]
    assert said in row["error"]
    assert (row["action"], row["id"], row["evidence"], row["notes"]) == (None, "0", [], [])


def test_a_fault_of_ours_is_a_row(article: str) -> None:
    """An unexpected error names its kind and quotes nothing."""

    class Broken:
        def score(self, **fields: object) -> None:
            raise KeyError(article)

    row = score_frame(pd.DataFrame({"text": [article]}), scorer=Broken()).iloc[0]  # type: ignore[arg-type]
    assert row["error"] == "internal error (KeyError), please report it with the input"


def test_html_is_read_as_html(scorer: Scorer, article: str) -> None:
    """A column of HTML, alone or beside one of text, row by row; both at once are refused."""
    page = "".join(f"<p>{part}</p>" for part in article.split("\n\n"))
    alone = score_frame(pd.DataFrame({"html": [page, page.encode()]}), scorer=scorer, html="html")
    assert list(alone["error"]) == [None, None]
    assert alone["content_hash"].nunique() == 1
    beside = pd.DataFrame({"text": [None, article, article], "html": [page, None, page]})
    found = score_frame(beside, scorer=scorer, html="html")
    assert list(found["error"]) == [None, None, "both text and html are given"]
    assert found["content_hash"].iloc[0] == alone["content_hash"].iloc[0]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"text": "body"}, "expected one column 'body', found 0 among: id, title, text"),
        ({"url": "address"}, "expected one column 'address'"),
        ({"text": None}, "text and html are both None"),
    ],
)
def test_a_column_that_is_not_there_is_an_error(scorer: Scorer, table: Any, more: dict[str, Any], said: str) -> None:
    """A wrong name is the caller's, not the row's."""
    with pytest.raises(ValueError, match=said):
        score_frame(table, scorer=scorer, **more)


def test_an_empty_frame_has_all_columns(scorer: Scorer) -> None:
    """Without rows there is nothing to score, and the columns are there with their types."""
    found = score_frame(pd.DataFrame({"text": pd.Series([], dtype=object)}), scorer=scorer)
    assert (list(found.columns), len(found)) == (list(COLUMNS), 0)
    assert pa.Table.from_pandas(found, schema=row_schema(), preserve_index=False).num_rows == 0


def test_the_model_is_loaded_once_a_process(table: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many frames come, one scorer serves them."""
    frames._shipped.cache_clear()
    loads: list[object] = []
    load = Scorer.load
    monkeypatch.setattr(Scorer, "load", lambda *given: loads.append(given) or load(*given))
    first, second = score_frame(table), score_frame(table)
    pd.testing.assert_frame_equal(first, second)
    assert len(loads) == 1


def test_spark_can_take_the_rows(scorer: Scorer, table: Any) -> None:
    """As mapInPandas calls it: an iterator of frames in, one of frames out, each of which Arrow takes under the schema."""

    def score_frames(batches: Iterator[Any]) -> Iterator[Any]:
        for batch in batches:
            yield score_frame(batch, scorer=scorer)

    batches = [table.iloc[:2].reset_index(drop=True), table.iloc[2:].reset_index(drop=True)]
    taken = [
        pa.RecordBatch.from_pandas(each, schema=row_schema(), preserve_index=False)
        for each in score_frames(iter(batches))
    ]
    rows = pa.Table.from_batches(taken).to_pylist()
    assert [row["id"] for row in rows] == ["a", "b", "c"]
    whole = score_frame(table, scorer=scorer)
    assert [row["action"] for row in rows] == list(whole["action"])
    assert [row["evidence"] for row in rows] == list(whole["evidence"])
    assert [each["related"] for each in rows[1]["evidence"] if each["reason"] == "promo-line"] == [False]
    assert (rows[2]["score"], rows[2]["rewrite_flagged"], rows[2]["words"]) == (None, None, None)


def test_frames_of_arrow_types_are_read(scorer: Scorer, table: Any) -> None:
    """As map_batches calls it: columns of Arrow's own types, missing values among them, give the same rows."""
    arrow = pa.Table.from_pandas(table.reset_index(drop=True)).to_pandas(types_mapper=pd.ArrowDtype)
    plain = score_frame(table.reset_index(drop=True), scorer=scorer)
    pd.testing.assert_frame_equal(score_frame(arrow, scorer=scorer), plain)


def test_the_two_schemas_are_one() -> None:
    """What Spark is told names the columns of the Arrow schema, in the same order, with the same types."""
    kinds = {"string": "string", "double": "double", "int64": "bigint", "bool": "boolean"}

    def ddl(kind: Any) -> str:
        if pa.types.is_list(kind):
            return f"array<{ddl(kind.value_type)}>"
        if pa.types.is_struct(kind):
            return "struct<" + ", ".join(f"`{each.name}`: {ddl(each.type)}" for each in kind) + ">"
        return kinds[str(kind)]

    assert ", ".join(f"`{each.name}` {ddl(each.type)}" for each in row_schema()) == SCHEMA_DDL
