"""Markup that costs a correct HTML parser minutes or gigabytes, found before it is parsed.

Four such shapes are known. An element with n attributes takes n * n comparisons, since names must not repeat: 200,000 of them take
100 seconds. The standard opens every unclosed formatting element again in every paragraph that follows: 3,000 times `<p><b id=...>`
make nine million elements. It copies the attributes of each: one `<b id=...>` of 500 KB before 200 times `<p>` takes 232 MB. And it
looks through the open elements at every further one: 60,000 times `<div>` take 12 seconds. Real pages stay far below the limits (of
454, the worst: 100 and 550,000; of 398, 10 million bytes; of 326, 2.4 million).
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from .compiled import compiled
from .errors import DocumentError, DocumentTooLarge

MOST_ATTRIBUTES = 5_000
MOST_REOPENED = 3_000_000  # unclosed formatting elements times tags
MOST_COPIED = 50_000_000  # bytes of open formatting elements' attributes, summed over all other tags
MOST_STEPS = 200_000_000  # elements that are open at once, times elements
_SMALL = 16_000  # characters that can reach neither limit
_LONG_TAG = 2 * MOST_ATTRIBUTES  # characters
_SCRIPT_WITHIN = 256 * 1024  # bytes before a tag in which a script may begin: a thousand tags may ask

_SPACE = r" \t\n\f\r"
_TAG = re.compile(r"[a-zA-Z][^\"'>]*(?:\"[^\"]*\"[^\"'>]*|'[^']*'[^\"'>]*)*")
_TAG_OF_BYTES = re.compile(_TAG.pattern.encode())
_ATTRIBUTE = re.compile(r"[^\s/>=][^\s/>=]*(?:\s{0,99}=\s{0,99}(?:\"[^\"]*\"|'[^']*'|[^\s>]*))?")
_FORMATTING = re.compile(
    "<(/?)("
    + "|".join(
        "".join(f"[{letter}{letter.upper()}]" for letter in name)  # three times as fast as re.IGNORECASE
        for name in "a b big code em font i nobr s small strike strong tt u".split()
    )
    + r")[\s/>]"
)
_FORMATTING_PAIRS = np.array(
    [a << 8 | b for a, b in (b"bi", b"co", b"em", b"fo", b"no", b"sm", b"st", b"tt")], dtype=np.uint16
)
_ELEMENT = re.compile(r"<(/?)([a-zA-Z][^\s/>]{0,40})")
# Elements that hold nothing, or that the next one of their kind closes.
_CLOSED = frozenset(
    "area base br col embed hr img input link meta param source track wbr p li dt dd option optgroup tr td th thead tbody tfoot "
    "colgroup rt rp".split()
)
_FORMATTING_IN_BYTES = re.compile(_FORMATTING.pattern.replace(r"\s", _SPACE).encode())
_ATTRIBUTES = re.compile(  # as the standard has it: what a quote means depends on what stands before it
    r"(?:[\s/]+|[^\s/>][^\s/>=]*(?:[\s]*=[\s]*(?:\"[^\"]*\"?|'[^']*'?|[^\s>\"'][^\s>]*)?)?)*".replace(
        r"\s", _SPACE
    ).encode()
)
_SCANNED = 4  # times the length of the markup that tags may cover: a `<` in an attribute may begin one, too
_NEWLINE = re.compile(r"\r\n?|\n")


def check_markup(markup: str, raw: bytes | None = None) -> None:
    """Raise DocumentError, or DocumentTooLarge, for markup that must not be parsed; `raw` is it in UTF-8, where the caller has that."""
    if len(markup) <= _SMALL or _clearly_harmless(markup.encode("utf-8", "replace") if raw is None else raw):
        return
    if _has_crowded_tag(markup) and _has_crowded_tag(without(markup, "<script", "</script")):
        raise DocumentError(f"an element has too many attributes, expected at most {MOST_ATTRIBUTES:,}")
    if _reopened(markup) > MOST_REOPENED and _reopened(without(markup, "<script", "</script")) > MOST_REOPENED:
        raise DocumentError("too many formatting elements are open at once, expected markup that closes them")
    if _copied_in(markup) > MOST_COPIED and _copied_in(without(markup, "<script", "</script")) > MOST_COPIED:
        raise DocumentTooLarge(
            f"formatting elements with too many attributes stay open, expected at most {MOST_COPIED:,} bytes to be opened again"
        )
    if _steps(markup) > MOST_STEPS and _steps(without(markup, "<script", "</script")) > MOST_STEPS:
        raise DocumentError("too many elements are open at once, expected markup that closes them")


def _clearly_harmless(raw: bytes) -> bool:
    """Whether a look at the bytes behind every `<` is enough to see that no limit can be reached: in a tenth of the time of counting.

    Lengths in bytes are no less than those in characters. Of formatting elements, those of one letter are counted as they open and
    close; for the others every tag with the same first two letters counts as one that stays open.
    """
    code = np.frombuffer(raw, dtype=np.uint8)
    at = np.flatnonzero(code == ord("<"))
    lengths = np.diff(at, prepend=-1, append=len(raw))  # the last tag ends with the text
    for index in np.flatnonzero(lengths > _LONG_TAG).tolist():
        begin, end = (int(at[index - 1]) + 1 if index else 0), (int(at[index]) if index < len(at) else len(raw))
        if _may_be_crowded(raw, begin, end):
            return False
    opening, most = _most_open(code, at)
    few = opening**2 <= MOST_STEPS and most * len(at) <= MOST_REOPENED
    return few and _copied(raw, at) <= MOST_COPIED


def _may_be_crowded(raw: bytes, begin: int, end: int) -> bool:
    """Whether the piece behind a `<` is a tag with too many attributes, and not in a script, where comparing looks the same."""
    tag = _TAG_OF_BYTES.match(raw, begin, end)
    if tag is None or tag.end() - begin <= _LONG_TAG:
        return False
    script = raw.rfind(b"<script", max(0, begin - _SCRIPT_WITHIN), begin)
    if script >= 0 and b"</script" not in raw[script:begin].lower():
        return False
    return _is_crowded(raw[begin:end].decode("utf-8", "replace"))


@compiled
def _most_open(code: NDArray[np.uint8], at: NDArray[np.int64]) -> tuple[int, int]:
    """How many of the tags at `at`, shape (tags,), open an element, and at most how many formatting elements are open at once; code:
    the bytes, shape (bytes,)."""
    if not len(at):
        return 0, 0
    code = np.append(code, np.frombuffer(b"   ", dtype=np.uint8))  # the last tag may have no name
    closing = code.take(at + 1) == ord("/")
    name = at + 1 + closing
    first, second = code.take(name) | 32, code.take(name + 1)
    alone = (second <= 32) | (second == ord("/")) | (second == ord(">")) | (second > 127)
    pairs = (first.astype(np.uint16) << 8) | (second | 32)
    now = np.cumsum(np.isin(pairs, _FORMATTING_PAIRS) & ~closing)
    for letter in b"abisu":
        now += _open(((first == letter) & alone).astype(np.int64), closing)
    return int(np.count_nonzero(~closing)), int(now.max())


@compiled
def _copied(raw: bytes, at: NDArray[np.int64]) -> int:
    """How many bytes of attributes the formatting elements have that are open behind each other tag, summed over these tags.

    Each of them may copy so many. An end closes the last one of its name. at: where every `<` is, shape (tags,). Tags that overlap so
    much that they cannot be real count as if all bytes were open behind every tag.
    """
    sizes: dict[bytes, list[int]] = {}
    copied = now = scanned = 0
    before = -1
    for tag in _FORMATTING_IN_BYTES.finditer(raw):
        index = int(np.searchsorted(at, tag.start()))
        copied += now * (index - before - 1)
        before = index
        open_ones = sizes.setdefault(tag[2].lower(), [])
        if not tag[1]:
            end = _ATTRIBUTES.match(raw, tag.end(2)).end()  # type: ignore[union-attr]  # it matches nothing as well
            open_ones.append(end - tag.end(2))
            now, scanned = now + open_ones[-1], scanned + open_ones[-1]
            if scanned > _SCANNED * len(raw):
                return len(raw) * len(at)
        elif open_ones:
            now -= open_ones.pop()
    return copied + now * (len(at) - before - 1)


def _copied_in(markup: str) -> int:
    """The same of a text."""
    raw = markup.encode("utf-8", "replace")
    return _copied(raw, np.flatnonzero(np.frombuffer(raw, dtype=np.uint8) == ord("<")))


def _open(tags: NDArray[np.int64], closing: NDArray[np.bool_]) -> NDArray[np.int64]:
    """How many elements are open after every tag, if those of them that close find one open."""
    total = np.cumsum(np.where(closing, -tags, tags))
    return total - np.minimum(np.minimum.accumulate(total), 0)


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
    return any(_is_crowded(piece) for piece in pieces if len(piece) > _LONG_TAG)


def _is_crowded(piece: str) -> bool:
    tag = _TAG.match(piece)
    return tag is not None and sum(1 for _ in _ATTRIBUTE.finditer(tag.group())) > MOST_ATTRIBUTES


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
