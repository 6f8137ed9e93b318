"""The terminal table: a row an article, and below it the source that it is made from, and a flagged one's worst lines, quoted.

Ids and quotes come from strangers, so nothing of them reaches the terminal but printable characters: no escape
sequence, no control, no character that reverses a line. Widths count terminal cells: two for East Asian wide
characters, none for accents.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator

from click import style

from copydesk import SIGNALS, Evidence, Report, SignalResult, Source

from .inputs import Failure
from .relations import percent, relation_of

_COLOURS = {"publish": "green", "review": "yellow", "hold": "red"}
_NAMES = {"rewrite": "rewrite", "seo_padding": "padding", "injected_links": "links", "feed_debris": "debris"}
_MARK = "*"  # after a flagged score: colour alone does not tell everybody
_WIDTH = 8  # cells of a column of scores
_INDENT = " " * 4
_LONGEST = 1000  # characters of an id or a title that are looked at
_ROOM = 24  # cells for a title and an id; where there is less, the id alone is named
_BEFORE_ID = 8 + 5 + 2 + len(SIGNALS) * (_WIDTH + 1) + 1  # cells of a row
_NARROWEST = _BEFORE_ID + 16  # on a narrower terminal, lines wrap


def visible(text: str) -> str:
    """A text as it may be printed on one line: white space becomes a space, controls and the like U+FFFD or nothing."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_visible, " ".join(text.split())))


def width(text: str) -> int:
    """Terminal cells that a `visible` text takes."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def cut(text: str, cells: int) -> str:
    """The text, or as much of it as fits into `cells` with an ellipsis; a heap of accents is cut, too."""
    if len(text) <= 4 * cells and width(text) <= cells:
        return text
    room = max(cells - 1, 0)
    for index, char in enumerate(text[: 4 * cells]):
        room -= _cells(char)
        if room < 0:
            return text[:index].rstrip() + "…"
    return text[: 4 * cells] + "…"


def worst(report: Report) -> list[tuple[Evidence, int]]:
    """The strongest evidence of each flagged signal, strongest signal first, with how many lines it stands for.

    Links to related stories are no fault, and are left out.
    """
    by_signal: dict[str, list[Evidence]] = {}
    for found in report.evidence:
        if counts(report, found):
            by_signal.setdefault(found.signal, []).append(found)
    strongest = [(max(lines, key=lambda e: e.score), len(lines)) for lines in by_signal.values()]
    return sorted(strongest, key=lambda pair: -pair[0].score)


def counts(report: Report, found: Evidence) -> bool:
    """Does the evidence speak for a flagged signal? A link to a related story never does."""
    result = report.signals.get(found.signal)
    return result is not None and result.flagged and found.related is not True


def claimed(report: Report) -> Source | None:
    """The best source that the article seems to be made from."""
    return next((source for source in report.sources if relation_of(source).claim), None)


class Table:
    """Writes the table as the reports come; `columns` is the width of the terminal in cells."""

    def __init__(self, columns: int = 80, colour: bool = False) -> None:
        """Start with nothing counted."""
        self._columns = max(columns, _NARROWEST)
        self._colour = colour
        self._actions: Counter[str] = Counter()

    def start(self) -> str:
        """The heading."""
        names = "".join(f"{_NAMES[name]:>{_WIDTH}} " for name in SIGNALS)
        return self._style(f"{'action':<8}{'score':>5}  {names} article", bold=True) + "\n"

    def add(self, report: Report) -> str:
        """The row of an article, and its worst lines."""
        self._actions[report.action] += 1
        colour = _COLOURS[report.action]
        action = self._style(f"{report.action:<8}", fg=colour, bold=report.action != "publish")
        scores = "".join(self._score(report.signals.get(name)) for name in SIGNALS)
        row = f"{action}{_number(report.score):>5}  {scores} "
        return "\n".join((row + cut(visible(report.id), self._columns - _BEFORE_ID), *self._lines(report))) + "\n"

    def fail(self, failure: Failure) -> str:
        """The row of an input that could not be scored, and why below it."""
        action = self._style(f"{'error':<8}", fg="red", bold=True)
        row = f"{action}{'-':>5}  {f'{chr(45):>{_WIDTH}} ' * len(SIGNALS)} "
        name = cut(visible(failure.where[:_LONGEST]), self._columns - _BEFORE_ID)
        why = cut(visible(failure.reason[:_LONGEST]), self._columns - len(_INDENT))
        return f"{row}{name}\n{self._style(_INDENT + why, dim=True)}\n"

    def end(self, failed: int = 0) -> str:
        """The totals."""
        total = sum(self._actions.values()) + failed
        parts = [self._style(f"{self._actions[a]} {a}", fg=_COLOURS[a]) for a in ("hold", "review", "publish")]
        if failed:
            parts.append(self._style(f"{failed} not scored", fg="red", bold=True))
        return f"\n{total} {'article' if total == 1 else 'articles'}: {', '.join(parts)}\n"

    def _score(self, result: SignalResult | None) -> str:
        if result is None or not result.flagged:
            return f"{_number(result.score if result else None):>{_WIDTH}} "
        return self._style(f"{_number(result.score) + _MARK:>{_WIDTH + 1}}", bold=True)

    def _lines(self, report: Report) -> Iterator[str]:
        if (source := claimed(report)) is not None:
            yield self._source(source)
        for found, count in worst(report):
            more = f" (+{count - 1} more)" if count > 1 else ""
            label = f"{_INDENT}{found.signal:<15}{found.reason}: "
            quote = cut(visible(found.quote), self._columns - width(label) - len(more))
            yield self._style(label, dim=True) + quote + self._style(more, dim=True)
        if report.score is None and report.notes:
            yield self._style(_INDENT + cut(visible(report.notes[0]), self._columns - len(_INDENT)), dim=True)

    def _source(self, source: Source) -> str:
        """The line of a source: what the article is of it, its title and id as far as there is room, and how much of the words."""
        label = f"{_INDENT}{'source':<15}"
        start, end = f"{relation_of(source).of} ", f", {source.score:.2f}, {percent(source.share)} of the words"
        room = self._columns - width(label + start + end)
        name, title = visible(source.id[:_LONGEST]), visible(source.title[:_LONGEST])
        if title and title != name and room >= _ROOM:
            quoted = cut(title, max(room * 2 // 3, room - width(name) - 5))
            name = f'"{quoted}" ({cut(name, room - width(quoted) - 5)})'
        return self._style(label, dim=True) + start + cut(name, room) + self._style(end, dim=True)

    def _style(self, text: str, *, fg: str | None = None, bold: bool | None = None, dim: bool | None = None) -> str:
        return style(text, fg=fg, bold=bold, dim=dim) if self._colour and text else text


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _visible(char: str) -> str:
    category = unicodedata.category(char)
    if category in ("Cc", "Cs", "Cn"):
        return "\ufffd"
    return "" if category in ("Cf", "Zl", "Zp") else char


def _cells(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1
