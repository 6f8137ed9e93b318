"""Bodies as WordPress's classic editor stores them: a blank line is a paragraph's end, a single line end a `<br>`.

WordPress makes the paragraphs when it shows the body (`wpautop`, whose rules these are). Read as plain HTML, a whole article would
be one line, and a promotion line in it would never be seen. A shortcode that becomes a picture's caption is a line of its own.
"""

from __future__ import annotations

import re
from typing import Any

from .walking import BREAKING, SKIPPED, Element, Walk

_NEWLINE = r"(?:\r\n|\n|\r(?!\n))"
_LINE_END = re.compile(_NEWLINE)
_BLANK_LINE = re.compile(rf"{_NEWLINE}\s*{_NEWLINE}")
_PARTED = re.compile(rf"{_NEWLINE}\s*{_NEWLINE}|(?=\[caption[\s\]])|(?<=\[/caption\])")
_OTHERWISE = re.compile(
    r"<!--\s{0,9}wp:|<(?:html|head|body)[\s>]", re.IGNORECASE
)  # Gutenberg blocks; a page of its own
_GAP = re.compile(r"[\r\n]\s+")
_BLOCK = re.compile(
    r"<!--|</?(?:p|div|h[1-6]|[uo]l|li|blockquote|figure|figcaption|table|t[rdh]|section|article|pre|script|style|iframe|hr)\b|\Z",
    re.IGNORECASE,
)
_PARAGRAPH = re.compile(r"<p[\s>]", re.IGNORECASE)
_PIECE = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<end>/?)(?P<name>[A-Za-z][^\s/<>]{0,40})[^<>]*>?|(?P<text>[^<]+)", re.DOTALL
)
_UNREAD = SKIPPED | {"pre", "p"}


def is_classic(source: str) -> bool:
    """Whether the source of a fragment has words with a blank line between them in no paragraph of their own.

    Beside `<p>` elements only words that stand in nothing at all tell: templates indent and space what stands in a `<div>`.
    """
    gaps = (gap for gap in _GAP.finditer(source) if _BLOCK.match(source, gap.end()) is None)
    if not any(_BLANK_LINE.search(gap.group()) for gap in gaps) or _OTHERWISE.search(source):
        return False
    mixed = _PARAGRAPH.search(source) is not None
    depth, inside = 0, ""
    seen = blank = False
    for piece in _PIECE.finditer(source):
        name = (piece["name"] or "").lower()
        if name in BREAKING or name in SKIPPED or name == "br":
            seen = blank = False
            if inside and (name == inside or inside == "p"):
                inside = ""
            if not piece["end"] and not inside and name in _UNREAD:
                inside = name
            if name in BREAKING and name not in ("p", "hr"):
                depth = max(0, depth - 1) if piece["end"] else depth + 1
        elif piece["text"] and not inside and not (mixed and depth):
            for index, part in enumerate(_BLANK_LINE.split(piece["text"])):
                blank = blank or index > 0
                if part and not part.isspace():
                    if seen and blank:
                        return True
                    seen, blank = True, False
    return False


def parts_lines(gap: str, following: str) -> bool:
    """Whether the white space `gap` parts words from `following` ones, where a single line end may be a wrapped line's."""
    return _BLANK_LINE.search(gap) is not None or (_LINE_END.search(gap) is not None and not following[:1].islower())


class ClassicWalk(Walk):
    """A walk through such a body."""

    _broken = False  # whether a `<br>` came last: the line end behind it is the same break

    def line_break(self) -> None:
        """A `<br>`."""
        super().line_break()
        self._broken = True

    def text(self, text: str, node: Any) -> None:
        """A piece of text inside the innermost open element."""
        at = self._stack[-1]
        if at.pre:
            super().text(text, node)
            return
        used = 0  # visible characters of this node in lines above
        broken, self._broken = self._broken, False
        for index, paragraph in enumerate(_PARTED.split(text)):
            if index:
                self._flush()
            for row, words in enumerate(_LINE_END.split(paragraph)):
                if row and not broken:
                    self._line.breaks += 1
                    self._line.space = True
                broken = broken and not row and not words.strip()
                self._prose(words, node, at)
                visible = len("".join(words.split()))
                if visible and len(self._line.pieces) == 1:
                    self._line.skipped = used
                used += visible

    def _append(self, piece: str, node: Any, at: Element, spaced: bool) -> None:
        super()._append(piece, node, at, spaced)
        nodes = self._line.nodes
        if len(nodes) > 1 and nodes[-1] is nodes[-2]:
            nodes.pop()
