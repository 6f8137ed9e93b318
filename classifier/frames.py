"""Articles in a table, one report a row: for people who bring pandas, Spark (`mapInPandas`) or Ray (`map_batches`).

The columns are one flat form of the report, written here and nowhere else; the Parquet parts of a batch on a cluster have the same.
pandas and pyarrow are optional (extra `frames`), and imported by the functions that need them.

    id                     string   the article's
    action                 string   publish, review or hold; null where there is no report
    score                  double   the strongest signal, 0.5 is its threshold; null where nothing could be judged
    language, words        string, long
    rewrite, seo_padding, injected_links, feed_debris                 double   the probability of each signal, null: abstained
    rewrite_flagged, ...   boolean  does it reach the threshold?
    rewrite_threshold, ... double   the threshold in force
    evidence               array    of objects: signal, reason, message, start, end, quote, score, related, href
    sources                array    of objects: id, title, relation, score, share; empty without an archive
    notes                  array    of strings
    model, content_hash    string
    schema                 long     the number of the report's format
    error                  string   why there is no report, else null
"""

from __future__ import annotations

import logging
import numbers
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from .errors import CopydeskError, DocumentError
from .report import Report
from .scorer import Scorer
from .verdict import DECIMALS, SIGNALS

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_EVIDENCE = {
    "signal": "string",
    "reason": "string",
    "message": "string",
    "start": "bigint",
    "end": "bigint",
    "quote": "string",
    "score": "double",
    "related": "boolean",
    "href": "string",
}
_SOURCE = {"id": "string", "title": "string", "relation": "string", "score": "double", "share": "double"}


def _struct(fields: Mapping[str, str]) -> str:
    return "struct<" + ", ".join(f"`{name}`: {kind}" for name, kind in fields.items()) + ">"


COLUMNS: Mapping[str, str] = {
    "id": "string",
    "action": "string",
    "score": "double",
    "language": "string",
    "words": "bigint",
    **dict.fromkeys(SIGNALS, "double"),
    **{f"{name}_flagged": "boolean" for name in SIGNALS},
    **{f"{name}_threshold": "double" for name in SIGNALS},
    "evidence": f"array<{_struct(_EVIDENCE)}>",
    "sources": f"array<{_struct(_SOURCE)}>",
    "notes": "array<string>",
    "model": "string",
    "content_hash": "string",
    "schema": "bigint",
    "error": "string",
}
SCHEMA_DDL = ", ".join(f"`{name}` {kind}" for name, kind in COLUMNS.items())
"""The columns as Spark writes a schema: `frame.mapInPandas(score_frames, schema=SCHEMA_DDL)`."""

_MISSING = object()
_PANDAS = {"bigint": "Int64", "boolean": "boolean", "double": "float64"}
_log = logging.getLogger("copydesk")


def report_row(report: Report) -> dict[str, Any]:
    """A report as a dict with the keys of `COLUMNS`, in their order; probabilities have four decimals, as everywhere."""
    row: dict[str, Any] = dict.fromkeys(COLUMNS)
    for name in ("id", "action", "language", "words", "model", "content_hash", "schema"):
        row[name] = getattr(report, name)
    row["score"] = _rounded(report.score)
    for name in SIGNALS:
        result = report.signals[name]
        row[name] = _rounded(result.score)
        row[f"{name}_flagged"] = bool(result.flagged)
        row[f"{name}_threshold"] = _rounded(result.threshold)
    row["evidence"] = [_fields(each, _EVIDENCE) for each in report.evidence]
    row["sources"] = [_fields(each, _SOURCE) for each in report.sources]
    row["notes"] = list(report.notes)
    return row


def error_row(id: str, reason: str) -> dict[str, Any]:
    """The row of an article without a report: its id, and why in `error`."""
    lists: dict[str, Any] = {"evidence": [], "sources": [], "notes": []}
    return {**dict.fromkeys(COLUMNS), **lists, "id": id, "error": reason}


def row_schema() -> pa.Schema:
    """The columns as a schema of Apache Arrow. Needs pyarrow."""
    import pyarrow as pa

    plain = {"string": pa.string(), "double": pa.float64(), "bigint": pa.int64(), "boolean": pa.bool_()}

    def listed(fields: Mapping[str, str]) -> Any:
        return pa.list_(pa.struct([(name, plain[kind]) for name, kind in fields.items()]))

    lists = {"evidence": listed(_EVIDENCE), "sources": listed(_SOURCE), "notes": pa.list_(pa.string())}
    return pa.schema([(name, lists[name] if name in lists else plain[kind]) for name, kind in COLUMNS.items()])


def score_frame(
    df: pd.DataFrame,
    *,
    scorer: Scorer | None = None,
    text: str | None = "text",
    html: str | None = None,
    title: str | None = None,
    id: str | None = None,
    url: str | None = None,
) -> pd.DataFrame:
    """One row a report, in the order and with the index of `df`; the columns are those of `COLUMNS`.

    text, html: the columns with the articles, strings or bytes; a row needs one of the two. A column `text` that is not there is
        passed over where `html` is given.
    title, id, url: columns; None takes the one of that name where there is one. An article without id gets its row's label.
    scorer: None takes one with the shipped model, loaded once a process.

    Every article is scored by itself: lines that stand in many of them are counted by `copydesk score` alone. A row that cannot be
    scored has its reason in `error`, and raises nothing.

    Raises ValueError where a column named here is not in `df`, and ModelError where no model can be loaded.
    """
    import pandas as pd

    texts = None if html is not None and text == "text" and "text" not in df.columns else text
    columns = {"text": _named(df, texts), "html": _named(df, html)}
    if columns["text"] is None and columns["html"] is None:
        raise ValueError("text and html are both None, expected the name of a column")
    columns.update({name: _optional(df, name, given) for name, given in (("title", title), ("id", id), ("url", url))})
    scorer = scorer or _shipped()
    rows = [
        _row(scorer, {name: _MISSING if column is None else column[number] for name, column in columns.items()}, label)
        for number, label in enumerate(df.index)
    ]
    kinds = {name: _PANDAS.get(kind, "object") for name, kind in COLUMNS.items()}
    return pd.DataFrame(
        {name: pd.Series([row[name] for row in rows], index=df.index, dtype=kinds[name]) for name in COLUMNS},
        index=df.index,
    )


@cache
def _shipped() -> Scorer:
    """The scorer of this process."""
    return Scorer.load()


def _named(df: pd.DataFrame, name: str | None) -> list[Any] | None:
    """The values of a column. Raises ValueError where it is not there, or there twice."""
    if name is None:
        return None
    found = [position for position, each in enumerate(df.columns) if each == name]
    if len(found) != 1:
        shown = ", ".join(str(each) for each in list(df.columns)[:20])
        raise ValueError(f"expected one column {name!r}, found {len(found)} among: {shown}")
    return list(df.iloc[:, found[0]])


def _optional(df: pd.DataFrame, usual: str, given: str | None) -> list[Any] | None:
    return _named(df, usual if given is None and usual in df.columns else given)


def _row(scorer: Scorer, fields: Mapping[str, Any], label: object) -> dict[str, Any]:
    """The row of one article; whatever is wrong with it, a row."""
    name = str(label)
    try:
        if not _is_missing(fields["id"]):
            name = str(fields["id"])
        texts = {kind: fields[kind] for kind in ("text", "html") if not _is_missing(fields[kind])}
        for kind, value in texts.items():
            if not isinstance(value, str | bytes):
                raise DocumentError(f"the {kind} is of type {type(value).__name__}, expected a string or bytes")
        if len(texts) != 1:
            raise DocumentError("both text and html are given" if texts else "there is no text")
        url = None if _is_missing(fields["url"]) else str(fields["url"])
        heading = "" if _is_missing(fields["title"]) else str(fields["title"])
        return report_row(scorer.score(**texts, title=heading, url=url, id=name))
    except CopydeskError as error:
        return error_row(name, str(error))
    except Exception as error:
        _log.debug("%s", name, exc_info=True)
        return error_row(name, f"internal error ({type(error).__name__}), please report it with the input")


def _is_missing(value: object) -> bool:
    """None, NaN, NaT or pandas' NA: the values that are not equal to themselves, or will not say."""
    if value is None or value is _MISSING:
        return True
    if isinstance(value, str | bytes):
        return False
    return type(value).__name__ in ("NAType", "NaTType") or (isinstance(value, numbers.Real) and value != value)


def _fields(source: object, names: Mapping[str, str]) -> dict[str, Any]:
    values = {name: getattr(source, name) for name in names}
    return {name: _rounded(value) if names[name] == "double" else value for name, value in values.items()}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), DECIMALS)
