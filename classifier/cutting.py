"""Spans of a document cut out of its plain text or Markdown source; every other character stays as it is.

A document's text holds the visible characters of its source in their order: all of them for plain text, all but the marks for Markdown.
So a place in the text is found in the source by counting, and where nothing else stands on its lines they are cut out whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from .document import Document
from .drafts import Draft
from .errors import DocumentError
from .markdown import NEWLINE, read_markdown
from .plaintext import plain_drafts

Span = tuple[int, int]

_VISIBLE = re.compile(r"\S")
_TARGET = re.compile(r"\](?:\([^()\s]{0,4000}(?:\s+[\"'][^\"'\n]{0,300}[\"'])?\s{0,9}\)|\[[^\[\]]{0,200}\])")
_TABLE_RULE = re.compile(r"(?:\r\n?|\n)[ \t|:]{0,9}-[-|: \t]{0,2000}(?=[\r\n]|$)")
_BLANK_LINES = re.compile(r"(?:[ \t]*(?:\r\n?|\n))+")
_TIGHT = tuple("])}.,;:!?")  # before these stands no space
_OPENING, _CLOSING = "*_~`[(", "*_~`"


@dataclass(frozen=True, slots=True)
class _Cut:
    """A range of the source that goes; `whole` if it holds nothing but whole blocks."""

    start: int
    end: int
    whole: bool


def by_block(document: Document, spans: Sequence[Span]) -> Iterator[tuple[int, int, int]]:
    """(block, start, end) for every part of a span that stands in a block, in order; offsets within the block's own text."""
    merged = _merged(spans)
    at = 0
    for index, block in enumerate(document.blocks):
        while at < len(merged) and merged[at][1] <= block.start:
            at += 1
        for start, end in merged[at:]:
            if start >= block.end:
                break
            yield index, max(start, block.start) - block.start, min(end, block.end) - block.start


def cut_text(source: str, document: Document, spans: Sequence[Span]) -> str:
    """Plain text without the spans of the document's text.

    Raises DocumentError if the document was not read from this source.
    """
    places = [match.start() for match in _VISIBLE.finditer(source)]
    counts = [0]
    for block in document.blocks:
        counts.append(counts[-1] + _visible(document.text[block.start : block.end]))
    if counts[-1] != len(places):
        raise _foreign()
    cuts: list[_Cut] = []
    for index, start, end in by_block(document, spans):
        text = _text(document, index)
        first = counts[index] + _visible(text[:start])
        last = first + _visible(text[start:end])
        if first < last:
            cuts.append(_Cut(places[first], places[last - 1] + 1, end - start == len(text)))
    return _without(source, cuts, document, plain_drafts)


def cut_markdown(source: str, document: Document, spans: Sequence[Span]) -> str:
    """Markdown without the spans of the document's text.

    Raises DocumentError if the document was not read from this source.
    """
    read = read_markdown(source)
    if [draft.text for draft in read.drafts] != [_text(document, index) for index in range(len(document.blocks))]:
        raise _foreign()
    begins = [0, *(match.end() for match in NEWLINE.finditer(source)), len(source) + 1]
    wanted = list(by_block(document, spans))
    whole = {index for index, start, end in wanted if end - start == len(_text(document, index))}
    keep = {line for index, span in enumerate(read.lines) if index not in whole for line in range(*span)}
    cuts: list[_Cut] = []
    for index, start, end in wanted:
        first, last = read.lines[index]
        last = min(last, len(begins) - 1)  # code that nothing closes ends below the last line
        begin, stop = begins[first], min(begins[last] - 1, len(source))
        if index in whole and keep.isdisjoint(range(first, last)):
            rule = _TABLE_RULE.match(source, stop) if document.blocks[index].kind == "cell" else None
            cuts.append(_Cut(begin, rule.end() if rule else stop, True))
        else:
            beside = index  # the first of the blocks on the same lines: cells of a row, parts of a paragraph
            while beside and read.lines[beside - 1] == read.lines[index]:
                beside -= 1
            above = "".join(_text(document, each) for each in range(beside, index))
            text = above + _text(document, index)
            cuts.append(_inside(source, begin, stop, text, len(above) + start, len(above) + end))
    return _without(source, cuts, document, lambda text: read_markdown(text).drafts)


def _foreign() -> DocumentError:
    return DocumentError("the document was not read from this source, expected the very text that was read")


def _text(document: Document, index: int) -> str:
    block = document.blocks[index]
    return document.text[block.start : block.end]


def _visible(text: str) -> int:
    return len("".join(text.split()))


def _merged(spans: Sequence[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    return merged


def _inside(source: str, begin: int, stop: int, text: str, start: int, end: int) -> _Cut:
    """The range of `source[begin:stop]` behind `text[start:end]`, with the marks that belong to it alone."""
    blind = _TARGET.sub(lambda match: " " * len(match.group()), source[begin:stop])
    at, first, last = 0, -1, 0
    for index, character in enumerate(text[:end]):
        found = -1 if character.isspace() else blind.find(character, at)
        if found < 0:
            continue
        at = found + 1
        if index >= start:
            first, last = found if first < 0 else first, at
    if first < 0:
        return _Cut(begin, begin, False)
    first, last = begin + first, begin + last
    opened = False
    while first > begin and source[first - 1] in _OPENING:
        first -= 1
        opened = opened or source[first] == "["
    opened = opened or source.rfind("[", first, last) > source.rfind("]", first, last)
    while last < stop and source[last] in _CLOSING:
        last += 1
    target = _TARGET.match(source, last, stop) if opened else None
    last = target.end() if target else last
    while last < stop and source[last] in _CLOSING:
        last += 1
    return _Cut(first, last, False)


def _without(source: str, cuts: list[_Cut], document: Document, read: Callable[[str], Iterable[Draft]]) -> str:
    """The source without the cuts. Where blocks around a cut would run together, a blank line takes the place of the cut."""
    cuts = _joined(source, cuts)
    result = _applied(source, cuts, "")
    if all(cut.whole for cut in cuts) and not _is_subsequence(read(result), document):
        result = _applied(source, cuts, "\r\n" if "\r\n" in source else "\n")
    return result


def _joined(source: str, cuts: list[_Cut]) -> list[_Cut]:
    """Cuts between which nothing is left, made one."""
    joined: list[_Cut] = []
    for cut in sorted(cuts, key=lambda cut: (cut.start, cut.end)):
        if joined and not source[joined[-1].end : cut.start].strip():
            last = joined.pop()
            cut = _Cut(last.start, max(last.end, cut.end), last.whole and cut.whole)
        joined.append(cut)
    return joined


def _is_subsequence(drafts: Iterable[Draft], document: Document) -> bool:
    texts = iter([_text(document, index) for index in range(len(document.blocks))])
    return all(draft.text in texts for draft in drafts)


def _applied(source: str, cuts: list[_Cut], gap: str) -> str:
    """The source without the cuts, whose blank lines close up; `gap` replaces lines that stood between others without any."""
    kept: list[str] = []
    tail, at = "", 0
    for cut in cuts:
        begin = max(source.rfind("\n", at, cut.start), source.rfind("\r", at, cut.start), at - 1) + 1
        newline = NEWLINE.search(source, cut.end)
        stop, after = newline.span() if newline else (len(source), len(source))
        left, right = source[begin : cut.start], source[cut.end : stop]
        if left.strip() or right.strip():
            piece = source[at:begin] + (left.rstrip() if left.strip() else left)
            piece += _between(source, cut) if left.strip() and right.strip() else ""
            at = stop - len(right.lstrip())
        else:
            piece, at = source[at:begin], after
            above, below = _is_blank(tail + piece), _is_blank(source[at : at + 400], first=True)
            if above and below:
                blank = _BLANK_LINES.match(source, at)
                at = blank.end() if blank else at
            elif not above and not below:
                piece += gap
        kept.append(piece)
        tail = (tail + piece)[-400:]
    if not source[at:].strip():  # the end was cut: so are the blank lines above it
        end = "".join(kept).rstrip()
        last = NEWLINE.search(source, len(source.rstrip()))
        return end + (last.group() if last and end else "")
    return "".join(kept) + source[at:]


def _is_blank(text: str, first: bool = False) -> bool:
    """Whether the last line of a text (or its `first`) is blank or missing."""
    lines = text.splitlines()
    return not lines or not lines[0 if first else -1].strip()


def _between(source: str, cut: _Cut) -> str:
    """What parts the words on both sides of a cut inside a line: two blocks stay two, a sentence's neighbours get a space."""
    if not cut.whole:
        return "" if source[cut.end : cut.end + 1] in _TIGHT else " "
    return "\n" if "\n" in source and "\n\n" not in source else "\n\n"
