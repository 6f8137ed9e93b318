"""One row of the batch page's table as compact data, and data as JSON that no HTML parser can misread.

A row holds nothing but what the table shows, cut to what it has room for: 150 bytes for an article that passes, 400 for a flagged one.
"""

from __future__ import annotations

import json

from copydesk import SIGNALS, Evidence, Report, Source

from .relations import relation_of
from .report_totals import ACTIONS
from .table import visible, worst

_ID = 160  # characters of an id that are shown: its beginning and its end
_OPENING = 90
_QUOTE = 180
_TITLE = 120
_LOOKED_AT = 1_000  # characters of a text that are read to show so many
SCALE = 10_000  # scores are whole numbers of ten-thousandths: "1234" is shorter than "0.1234"

Row = list[object]


def as_json(value: object) -> str:
    """JSON in ASCII without `<`, for a script element, which `</script` ends and `<!--` changes; nothing else means anything in one.

    Line separators, bidi controls and lone surrogates are escapes, too.
    """
    return json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")


def row(number: int, report: Report, source: Source | None) -> Row:
    """The table's data of one article; `number` is its place in the batch, `source` what it is made from.

    number, id, opening words, action (0 publish, 1 review, 2 hold), overall score, the scores of the four signals (in ten-thousandths,
    null where not judged), which of them are flagged (a bit each), words, language; and of an article with lines or a source: the
    signal (its index), reason and quote of the worst line, how many lines there are, the source's relation, and its title.
    """
    results = [report.signals.get(name) for name in SIGNALS]
    flags = sum(1 << bit for bit, result in enumerate(results) if result is not None and result.flagged)
    found: Row = [
        number,
        middle_cut(report.id, _ID),
        _cut(report.text, _OPENING),
        ACTIONS.index(report.action),
        _scaled(report.score),
        [_scaled(result.score if result else None) for result in results],
        flags,
        report.words,
        _cut(report.language, 12),
    ]
    lines = worst(report)
    if not lines and source is None:
        return found
    return [*found, *_line(lines), *_source(source)]


def _line(lines: list[tuple[Evidence, int]]) -> Row:
    if not lines:
        return [-1, "", "", 0]
    first = lines[0][0]
    signal = SIGNALS.index(first.signal) if first.signal in SIGNALS else -1
    return [signal, _cut(first.reason, 40), _cut(first.quote, _QUOTE), sum(count for _, count in lines)]


def _source(source: Source | None) -> Row:
    if source is None:
        return ["", ""]
    return [_cut(relation_of(source).of, 40), _cut(source.title or source.id, _TITLE)]


def middle_cut(text: str, most: int) -> str:
    """A path or an id on one line; of a long one the beginning and the end, where paths and addresses differ."""
    if len(text) > 2 * _LOOKED_AT:
        text = f"{text[:_LOOKED_AT]}…{text[-_LOOKED_AT:]}"
    shown = visible(text)
    return shown if len(shown) <= most else f"{shown[: most // 2]}…{shown[-most // 2 + 1 :]}"


def _cut(text: str, most: int) -> str:
    shown = visible(text[:_LOOKED_AT]).strip()
    return shown if len(shown) <= most else shown[: most - 1].rstrip() + "…"


def _scaled(score: float | None) -> int | None:
    return None if score is None else round(score * SCALE)
