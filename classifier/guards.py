"""Markup that costs a correct HTML parser minutes or gigabytes, found before it is parsed.

Three such shapes are known. An element with n attributes takes n * n comparisons, since names must not repeat: 200,000 of them take
100 seconds. The standard opens every unclosed formatting element again in every paragraph that follows: 3,000 times `<p><b id=...>`
make nine million elements. And it looks through the open elements at every further one: 60,000 times `<div>` take 12 seconds. Real
pages stay far below the limits (of 454, the worst: 100 and 550,000; of 326, 2.4 million).
"""

from __future__ import annotations

import re

from .errors import DocumentError

MOST_ATTRIBUTES = 5_000
MOST_REOPENED = 3_000_000  # unclosed formatting elements times tags
MOST_STEPS = 200_000_000  # elements that are open at once, times elements
_SMALL = 16_000  # characters that can reach neither limit
_LONG_TAG = 2 * MOST_ATTRIBUTES  # characters

_TAG = re.compile(r"[a-zA-Z][^\"'>]*(?:\"[^\"]*\"[^\"'>]*|'[^']*'[^\"'>]*)*")
_ATTRIBUTE = re.compile(r"[^\s/>=][^\s/>=]*(?:\s{0,99}=\s{0,99}(?:\"[^\"]*\"|'[^']*'|[^\s>]*))?")
_FORMATTING = re.compile(
    "<(/?)("
    + "|".join(
        "".join(f"[{letter}{letter.upper()}]" for letter in name)  # three times as fast as re.IGNORECASE
        for name in "a b big code em font i nobr s small strike strong tt u".split()
    )
    + r")[\s/>]"
)
_ELEMENT = re.compile(r"<(/?)([a-zA-Z][^\s/>]{0,40})")
# Elements that hold nothing, or that the next one of their kind closes.
_CLOSED = frozenset(
    "area base br col embed hr img input link meta param source track wbr p li dt dd option optgroup tr td th thead tbody tfoot "
    "colgroup rt rp".split()
)
_NEWLINE = re.compile(r"\r\n?|\n")


def check_markup(markup: str) -> None:
    """Raise DocumentError for markup that must not be parsed."""
    if len(markup) <= _SMALL:
        return
    if _has_crowded_tag(markup) and _has_crowded_tag(without(markup, "<script", "</script")):
        raise DocumentError(f"an element has too many attributes, expected at most {MOST_ATTRIBUTES:,}")
    if _reopened(markup) > MOST_REOPENED and _reopened(without(markup, "<script", "</script")) > MOST_REOPENED:
        raise DocumentError("too many formatting elements are open at once, expected markup that closes them")
    if _steps(markup) > MOST_STEPS and _steps(without(markup, "<script", "</script")) > MOST_STEPS:
        raise DocumentError("too many elements are open at once, expected markup that closes them")


def without(text: str, first: str, last: str) -> str:
    """The text without the parts from `first` to `last` (in lower case, found in any case); their line ends stay."""
    low = text.lower()
    if first not in low or len(low) != len(text):
        return text
    kept: list[str] = []
    at = 0
    while (start := low.find(first, at)) >= 0:
        end = low.find(last, start)
        end = end + len(last) if end >= 0 else len(text)
        kept += [text[at:start], "\n" * len(_NEWLINE.findall(text, start, end))]
        at = end
    kept.append(text[at:])
    return "".join(kept)


def _has_crowded_tag(markup: str) -> bool:
    """Whether one element has more than MOST_ATTRIBUTES attributes."""
    pieces = markup.split("<")
    if max(map(len, pieces)) <= _LONG_TAG:
        return False
    tags = (_TAG.match(piece) for piece in pieces if len(piece) > _LONG_TAG)
    return any(tag and sum(1 for _ in _ATTRIBUTE.finditer(tag.group())) > MOST_ATTRIBUTES for tag in tags)


def _reopened(markup: str) -> int:
    """The most formatting elements that are open at once, times the other tags: each may open them all again."""
    counts: dict[str, int] = {}
    now = most = 0
    tags = _FORMATTING.findall(markup)
    for closing, name in tags:
        name = name.lower()
        if not closing:
            counts[name] = counts.get(name, 0) + 1
            now += 1
            most = max(most, now)
        elif counts.get(name):
            counts[name] -= 1
            now -= 1
    return most * (markup.count("<") - len(tags))


def _steps(markup: str) -> int:
    """The most elements that are open at once, times all elements: each may look through the open ones."""
    elements = markup.count("<") - markup.count("</")
    if elements * elements <= MOST_STEPS:
        return 0
    now = most = 0
    for closing, name in _ELEMENT.findall(markup):
        if name.lower() not in _CLOSED:
            now = max(0, now - 1) if closing else now + 1
            most = max(most, now)
    return most * elements
