"""What the page of a batch shows of one flagged article: its marked lines as `copydesk explain` marks them, and little else.

A batch has thousands of articles, so of each only the paragraphs with marks are kept, one paragraph of context on either side of
them, and the number of those left out. However long the article, however many marks, and whatever its characters, an excerpt has at
most `MOST_HTML` characters: a typical one has 3,000.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace

from copydesk import Block, Evidence, Report

from .marks import MAX_ADDRESS, Spans, direction, excerpt, heading, numbered, safe
from .relations import percent, relation_of
from .table import claimed, counts

MOST_HTML = 40_000  # characters of one article's excerpt
MOST_MARKS = 30  # passages of one article; an editor has decided long before
_BUDGETS = (8_000, 1_000)  # characters of text: the second, where escaping made too much of the first
_MOST_BLOCKS = 40
_LONG = 800  # characters: of a longer paragraph, only what is around the marks is shown
_AROUND = 120
_MARK = 600  # characters of one mark in a long paragraph
_CONTEXT = 240
_QUOTE = 300
_NOTES = 6
_LANGUAGE = re.compile("[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_CUT = '<span class="cut">…</span>'


@dataclass(frozen=True, slots=True)
class _Shown:
    """A paragraph of which these parts are shown; `at` is its index among all, `whole` its span."""

    at: int
    whole: tuple[int, int]
    parts: tuple[tuple[int, int], ...]
    context: bool

    @property
    def size(self) -> int:
        """Characters that are shown."""
        return sum(end - start for start, end in self.parts)


def lines(report: Report) -> str:
    """The source, the notes and the marked paragraphs of one article as HTML, at most `MOST_HTML` characters of it.

    Without the article's text (a report that was read back from a file), the quotes stand one below the other.
    """
    chosen = _chosen(report)
    hidden = len(report.evidence) - len(chosen)
    about = "".join(_about(report))
    brief = replace(report, evidence=chosen)
    for budget in _BUDGETS:
        body, unseen = _text(brief, budget) if report.text else (_quotes(brief), 0)
        if len(about) + len(body) < MOST_HTML - 1_000:
            return about + body + _more(hidden + unseen)
    return about[: MOST_HTML // 2 if len(about) < MOST_HTML // 2 else 0] + _more(len(report.evidence))


def _chosen(report: Report) -> tuple[Evidence, ...]:
    """The evidence that is shown: what flags the article before what is only listed, then the strongest."""
    ranked = sorted(report.evidence, key=lambda found: (not counts(report, found), -found.score))
    return tuple(ranked[:MOST_MARKS])


def _about(report: Report) -> Iterator[str]:
    source = claimed(report)
    if source is not None:
        name = excerpt(source.title or source.id, _QUOTE)
        known = f" <code><bdi>{excerpt(source.id, _QUOTE)}</bdi></code>" if source.title else ""
        yield (
            f'<p class="from">{safe(relation_of(source).of[:1].upper() + relation_of(source).of[1:])} <b><bdi>{name}</bdi></b>{known}, '
            f"{source.score:.2f}, {percent(source.share)} of the words</p>\n"
        )
    yield from (f'<p class="about">{excerpt(note, _QUOTE)}</p>\n' for note in report.notes[:_NOTES])


def _text(report: Report, budget: int) -> tuple[str, int]:
    """The paragraphs with marks and around them, and how many marks found no room."""
    spans = Spans(report, brief=True)
    blocks = _blocks(report.text)
    out: list[str] = []
    used, last, seen = 0, -1, 0
    for shown in _paragraphs(report, blocks):
        if used and used + shown.size > budget:
            break
        out += _gap(shown.at - last - 1)
        out.append(_paragraph(report, spans, shown))
        used, last, seen = used + shown.size, shown.at, shown.parts[-1][1]
    out += _gap(len(blocks) - last - 1, marks=any(found.start >= seen for found in report.evidence))
    known = report.language != "und" and _LANGUAGE.fullmatch(report.language)
    language = f' lang="{report.language}"' if known else ""
    unseen = sum(found.start >= seen for found in report.evidence)
    return f'<div class="text"{language}>\n{"".join(out)}</div>\n', unseen


def _paragraph(report: Report, spans: Spans, shown: _Shown) -> str:
    parts = ["".join(spans.of(Block(start, end))) for start, end in shown.parts]
    before = f"{_CUT} " if shown.parts[0][0] > shown.whole[0] else ""
    after = f" {_CUT}" if shown.parts[-1][1] < shown.whole[1] else ""
    css = "b ctx" if shown.context else "b"
    text = report.text[shown.parts[0][0] : shown.parts[-1][1]]
    return f'<p class="{css}"{direction(text)}>{before}{f" {_CUT} ".join(parts)}{after}</p>\n'


def _gap(number: int, *, marks: bool = False) -> list[str]:
    if number < 1:
        return []
    what = "paragraph" if number == 1 else "paragraphs"
    return [f'<p class="gap">… {number:,} {what}{"" if marks else " without marks"} …</p>\n']


def _blocks(text: str) -> list[tuple[int, int]]:
    """The spans of the paragraphs: in a document's text, blank lines part them."""
    found, start = [], 0
    while start < len(text):
        end = text.find("\n\n", start)
        end = len(text) if end < 0 else end
        if text[start:end].strip():
            found.append((start, end))
        start = end + 2
    return found


def _paragraphs(report: Report, blocks: list[tuple[int, int]]) -> Iterator[_Shown]:
    """The paragraphs to show, in order: those with marks, and their neighbours."""
    starts = [start for start, _ in blocks]
    marked: dict[int, list[Evidence]] = {}
    for found in numbered(report):
        first = max(bisect_right(starts, found.start) - 1, 0)
        for at in range(first, min(bisect_left(starts, found.end), first + _MOST_BLOCKS)):
            marked.setdefault(at, []).append(found)
    wanted = sorted(marked)[:_MOST_BLOCKS]
    around = {at + step for at in wanted for step in (-1, 0, 1) if 0 <= at + step < len(blocks)}
    for at in sorted(around):
        start, end = blocks[at]
        if at in marked:
            yield _Shown(at, (start, end), tuple(_windows(report.text, start, end, marked[at])), False)
        elif end - start <= _CONTEXT:
            yield _Shown(at, (start, end), ((start, end),), True)
        elif at + 1 in marked and at - 1 not in marked:  # what leads to a mark is the end of the paragraph before it
            yield _Shown(at, (start, end), ((_word(report.text, end - _CONTEXT, start), end),), True)
        else:
            yield _Shown(at, (start, end), ((start, _word(report.text, start + _CONTEXT, start)),), True)


def _windows(text: str, start: int, end: int, found: list[Evidence]) -> Iterator[tuple[int, int]]:
    """The parts of a marked paragraph that are shown: all of it, or of a long one what is around its marks."""
    if end - start <= _LONG:
        yield start, end
        return
    open_at, open_end = -1, -1
    for each in found:
        low = max(start, each.start)
        left = start if low - _AROUND <= start else _word(text, low - _AROUND, start)
        right = min(end, each.end, low + _MARK) + _AROUND
        right = end if right >= end else _word(text, right, low)
        if left <= open_end:
            open_end = max(open_end, right)
            continue
        if open_end >= 0:
            yield open_at, open_end
        open_at, open_end = left, right
    yield open_at, open_end


def _word(text: str, position: int, lowest: int) -> int:
    """The end of a word at the position or shortly before it; in a text without spaces, the position."""
    space = text.rfind(" ", max(lowest, position - 40), position)
    return space if space > lowest else max(position, lowest)


def _quotes(report: Report) -> str:
    rows = (
        f"<li>{heading(number, found)} <i>{found.score:.2f}</i>"
        f"<blockquote{direction(found.quote[:_QUOTE])}>{excerpt(found.quote, _QUOTE)}</blockquote>{_leads_to(found)}</li>\n"
        for number, found in enumerate(numbered(report), 1)
    )
    return f'<ol class="quotes">\n{"".join(rows)}</ol>\n' if report.evidence else ""


def _leads_to(found: Evidence) -> str:
    if found.href is None:
        return ""
    return f'<p class="small">Leads to <code dir="ltr">{excerpt(found.href, MAX_ADDRESS)}</code></p>'


def _more(number: int) -> str:
    if number < 1:
        return ""
    passages = "passage is" if number == 1 else "passages are"
    return f'<p class="about">{number:,} more marked {passages} not shown here; copydesk explain shows all.</p>\n'
