"""An article's text as HTML that is safe to show: every character escaped or made visible, every evidence span marked.

Spans of different signals may nest and cross, HTML elements may only nest. So the text of a block is cut wherever a span begins or
ends; between two cuts the spans in force are known, and only the elements that differ from the last cut's are closed and opened.
That takes time in proportion to text plus evidence, the detectors' spans being a handful deep at most.

What prints as nothing or turns the direction of what follows (controls, zero-width and bidirectional characters, tags) comes out
as a small label with its name: an editor sees that it is there, and it can do nothing to the page.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise, takewhile

from copydesk import Block, Document, Evidence, Report

MAX_ADDRESS = 300  # characters of an address that are shown; a data: address may have millions
# Evidence that says that sentences come from another article: it may cover nearly all of the text, and is drawn more quietly.
FROM_A_SOURCE = frozenset({"rewritten-source", "copied-source"})
_MAX_LABELS = 4  # names of invisible characters in a row, before the rest is counted
_MOST_ACCENTS = 4  # combining marks in a row that are left: the most that any language's writing puts on a letter

_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ud800-\udfff\ue000-\uf8ff\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff\U000f0000-\U0010ffff]+"
    "|(?<=[A-Za-z])[\u200c\u200d]+"  # a joiner belongs into Persian, Hindi and emoji, not into a Latin word
)
_ACCENTS = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_SHORT = {
    "\u00ad": "\u2027",  # the hyphenation point of dictionaries: a text may be full of soft hyphens, and stays legible
    **dict(zip("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", "ZWSP ZWNJ ZWJ LRM RLM WJ BOM".split(), strict=True)),
    **dict(zip("\u202a\u202b\u202c\u202d\u202e", "LRE RLE PDF LRO RLO".split(), strict=True)),
    **dict(zip("\u2066\u2067\u2068\u2069", "LRI RLI FSI PDI".split(), strict=True)),
}
_ELEMENTS = {
    "heading": ('<h3 class="b"', "</h3>"),
    "item": ('<li class="b"', "</li>"),
    "quote": ('<blockquote class="b"', "</blockquote>"),
    "code": ('<pre class="b"', "</pre>"),
    "caption": ('<p class="b small"', "</p>"),
    "cell": ('<p class="b small"', "</p>"),
}
_PARAGRAPH = ('<p class="b"', "</p>")


@dataclass(frozen=True, slots=True)
class Look:
    """How a signal is shown: its CSS class, the letter of its tags, its name, and the question that it answers."""

    css: str
    letter: str
    name: str
    question: str = ""


_LOOKS: Mapping[str, Look] = {
    "rewrite": Look("r", "R", "Rewrite", "Is the prose the work of an automatic rewriter?"),
    "seo_padding": Look("p", "P", "SEO padding", "Do paragraphs say nothing, or the headline again?"),
    "injected_links": Look("l", "L", "Injected links", "Do lines send readers to other stories?"),
    "feed_debris": Look("d", "D", "Feed debris", "Did a feed leave its own lines in the text?"),
}


def look(signal: str) -> Look:
    """The signal's look; a signal that this version does not know has a grey one with its own name."""
    return _LOOKS.get(signal) or Look("o", signal[:1].upper(), signal.replace("_", " ").capitalize())


def safe(text: str) -> str:
    """The text as HTML: escaped, and what cannot be seen as a label that can."""
    out = escape(text)
    if text.isascii() and text.isprintable():
        return out
    return _ACCENTS.sub(_thinned, _HIDDEN.sub(_labels, out))


def direction(text: str) -> str:
    """The attribute of an element that holds the text: `dir` where some of it is written from right to left, else nothing.

    Browsers take as long to find the direction of an element as for everything else, so they are asked only then.
    """
    return ' dir="auto"' if not text.isascii() and _RIGHT_TO_LEFT.search(text) else ""


def numbered(report: Report) -> tuple[Evidence, ...]:
    """The evidence as the page counts it, from 1: in the order of the text, of two that begin together the longer first."""
    return tuple(sorted(report.evidence, key=lambda found: (found.start, -found.end)))


def tag(number: int, found: Evidence) -> str:
    """The badge that stands for an evidence: its signal's letter and its number."""
    shape = look(found.signal)
    return f'<b class="tag {shape.css}">{safe(shape.letter)}{number}</b>'


def heading(number: int, found: Evidence) -> str:
    """The evidence by its badge, the name of its signal and its reason."""
    return f"{tag(number, found)} <b>{safe(look(found.signal).name)}: {safe(found.reason)}</b>"


def details(found: Evidence) -> str:
    """Everything that is known of an evidence but its quote, as definition-like lines."""
    lines = [f"{safe(found.message)}.", f"Probability {found.score:.2f}."]
    if found.related is not None or found.signal == "injected_links":
        fits = {True: "yes, so it flags nothing", False: "no", None: "unsure"}[found.related]
        lines.append(f"On the article's topic: {fits}.")
    if found.href is not None:
        lines.append(f'Leads to <code dir="ltr">{safe(_shortened(found.href, MAX_ADDRESS))}</code>')
    return " ".join(f"<span>{line}</span>" for line in lines)


def marked(report: Report, document: Document) -> Iterator[str]:
    """The article block by block as pieces of HTML, its evidence in marks with the ids m1, m2, ... as `numbered`."""
    spans = Spans(report)
    kind = ""
    for block in document.blocks:
        if "item" in (block.kind, kind) and block.kind != kind:
            yield "<ul>\n" if block.kind == "item" else "</ul>\n"
        kind = block.kind
        opening, closing = _ELEMENTS.get(kind, _PARAGRAPH)
        yield f"{opening}{direction(report.text[block.start : block.end])}>"
        yield from spans.of(block)
        yield f"{closing}\n"
    if kind == "item":
        yield "</ul>\n"


def excerpt(text: str, most: int) -> str:
    """The text as HTML, cut to `most` characters at the end of a word."""
    return safe(_shortened(" ".join(text[: 4 * most].split()), most))


class Spans:
    """The evidence on its way through the text, once from left to right."""

    def __init__(self, report: Report, *, brief: bool = False) -> None:
        """Stand before the first block; `brief` marks have no ids and a line of explanation at most, for pages of many articles."""
        self._report = report
        self._brief = brief
        self._found = numbered(report)
        self._next = 0  # index of the first span that has not begun
        self._live: list[int] = []  # indexes of spans that have begun and not ended, outermost first
        self._named: set[int] = set()
        self._explained: set[str] = set()

    def of(self, block: Block) -> Iterator[str]:
        """The text of the next block, or of a part of it, with its marks; blocks may be left out."""
        text = self._report.text
        opened: list[int] = []
        for start, end in pairwise(self._cuts(block)):
            self._advance(start)
            same = _common(opened, self._live)
            yield "</mark>" * (len(opened) - same)
            yield from map(self._mark, self._live[same:])
            opened = list(self._live)
            yield safe(text[start:end])
        yield "</mark>" * len(opened)

    def _cuts(self, block: Block) -> Sequence[int]:
        cuts = {block.start, block.end}
        cuts.update(self._found[i].end for i in self._live)
        ahead = (self._found[k] for k in range(self._next, len(self._found)))
        for found in takewhile(lambda each: each.start < block.end, ahead):
            cuts.update((found.start, found.end))
        return sorted(cut for cut in cuts if block.start <= cut <= block.end)

    def _advance(self, position: int) -> None:
        """Take up the spans that begin at the position or before, and drop those that end there."""
        while self._next < len(self._found) and self._found[self._next].start <= position:
            self._live.append(self._next)
            self._next += 1
        self._live = [i for i in self._live if self._found[i].end > position]

    def _mark(self, index: int) -> str:
        """The start of a mark: at the first of a span's pieces with its tag, at the others without."""
        found = self._found[index]
        result = self._report.signals.get(found.signal)
        counts = result is not None and result.flagged and found.related is not True
        css = f"m {look(found.signal).css}{' on' if counts else ''}{' src' if found.reason in FROM_A_SOURCE else ''}"
        if index in self._named:
            return f'<mark class="{css}">'
        self._named.add(index)
        number = index + 1
        why = "" if found.message in self._explained else f'<span class="why">{safe(found.message)}</span>'
        self._explained.add(found.message)
        reason = safe(found.reason) + (", on topic" if found.related else "")
        note = f"{tag(number, found)} <span>{reason}</span> <i>{found.score:.2f}</i>{why}"
        if self._brief:
            leads = (
                ""
                if found.href is None
                else f'<span class="why">Leads to <code>{excerpt(found.href, MAX_ADDRESS)}</code></span>'
            )
            return f'<mark class="{css}"><span class="note" lang="en" dir="ltr">{note}{leads}</span>'
        return (
            f'<mark class="{css}" id="m{number}" tabindex="0" aria-describedby="d{number}"><span class="note" lang="en" dir="ltr">'
            f"{note}"
            f'<span class="more" id="d{number}">{heading(number, found)} {details(found)}</span></span>'
        )


def _common(one: Sequence[int], other: Sequence[int]) -> int:
    """Length of the common beginning."""
    for length, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return length
    return min(len(one), len(other))


def _shortened(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    head = text[: most - 1]
    return (head.rsplit(" ", 1)[0] if " " in head[most // 2 :] else head) + "…"


def _labels(match: re.Match[str]) -> str:
    """A run of invisible characters as their names, the first few of them."""
    run = match.group()
    names = [_SHORT.get(char) or f"U+{ord(char):04X}" for char in run[:_MAX_LABELS]]
    if len(run) > _MAX_LABELS:
        names.append(f"+{len(run) - _MAX_LABELS}")
    title = escape(unicodedata.name(run[0], "control character").lower())
    return f'<bdi class="c" title="{title}">{" ".join(names)}</bdi>'


def _thinned(match: re.Match[str]) -> str:
    """A heap of accents that would print over the lines above and below: the first few, and how many there were."""
    run = match.group()
    if len(run) <= _MOST_ACCENTS:
        return run
    return f'{run[:_MOST_ACCENTS]}<bdi class="c" title="combining marks">+{len(run) - _MOST_ACCENTS}</bdi>'
