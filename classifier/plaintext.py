"""Plain text -> drafts: paragraphs parted by blank lines, hard wraps joined, lead-ins on lines of their own, fused lines taken apart.

Text without markup reaches us in four shapes: blank lines between paragraphs; one paragraph a line; lines of 65 to 100 characters
as mail and wire services wrap them; and one single line that a scraper made by dropping all tags, in which promotion lines are glued
to the prose ("...said the minister.Also Read - <headline> ADVERTISEMENT The police ..."). A line-level reader never sees those: they
are cut out here. Look-alikes in running prose ("a must-read", "readers who also read ...") have no mark behind them, and stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from .compiled import compiled
from .drafts import Draft
from .inserted import apart
from .sentences import STARTERS

_WIDEST_WRAP = 110  # characters of a wrapped line; longer lines are paragraphs
_NARROWEST_WRAP = 45
_RAGGED = 6  # characters by which a wrapped line may fall short of what would have fitted
_WRAPPED_SHARE = 0.3  # of all line ends that stand in mid-sentence in a wrapped text; about 0.6 in English prose
_MOST_FUSED = 500  # marks looked at in one line
_LONGEST_PROMO = 200  # characters of a lead-in with its headline

_ENDS = (".", "!", "?", "…", ":", '"', "”", "’", ")", "]", "»", "。")
_ITEM = re.compile(r"(?:[-*•‣◦▪·–—]|\(?\d{1,3}[.)])\s+\S")
_CUE = (
    r"(?:also\s?read|read\s?also|must\s?read|read\s?more|read\s?next|read|see\s?also|see\s?more|related(?:\s(?:story|stories|articles?|news|video"
    r"|content|posts?|links?))?|don['’]t\smiss|watch\s?more|more\son\sthis|you\smay\s(?:also\s)?like|recommended|trending|lesen\ssie\sauch"
    r"|lire\saussi|[àa]\slire\saussi|leggi\sanche|lea\stambién)"
)
_LEAD_IN = re.compile(rf"[\[(>*_\s]{{0,4}}{_CUE}[\s*_]{{0,4}}(?:[:|»–—-]|$)", re.IGNORECASE)

# Fused: straight after a stop, a capitalised cue with its mark; the same cue needs that mark to be no prose.
_FUSED = re.compile(
    rf"(?<=[.!?…\"”’)\]])\s{{0,4}}(?=[A-ZÀ])(?P<cue>(?i:{_CUE})\s{{0,2}}(?:[:|»]|[–—-](?=\s)))"
    r"|(?:^|(?<=[.!?…\"”’)\]]))\s{0,4}(?P<ad>(?:ADVERTISEMENTS?|Advertisement)(?:\s?[-–—]\s?(?i:(?:story|article)\scontinues|continue\sreading)"
    r"(?i:\sbelow)?)?)(?=\s{0,4}(?:[\"“‘A-Z]|$))"
    r"|(?<=[.!?…\"”’)\]])\s{0,4}(?P<call>(?:CLICK|TAP)\sHERE(?:\s[A-Z][A-Z.,'’&-]{0,30}(?![a-z])){1,15})"
)
# Where it may stand: behind a stop, before a capital with which it can begin. Tried at every letter it takes six times as long.
_FUSED_BEHIND = re.compile(r"[.!?…\"”’)\]](?=\s{0,4}[ACDLMRSTWYÀ])")
_DASH = re.compile(r"-\s")
_AD = re.compile(r"\s{0,4}(?:ADVERTISEMENTS?|Advertisement)\b")
_LOST_LINE = re.compile(r"\s{2,}|(?<=[.!?])\s(?=[\"“‘A-Z])")
_NEXT_SENTENCE = re.compile(r"(?<=[a-z0-9'’\])])\s?(?P<first>[A-Z][a-z]{0,9})\s(?=[a-z]\S{0,30}\s[a-z])")


def plain_drafts(text: str) -> Iterator[Draft]:
    """One draft a line that a reader would see, in order."""
    for paragraph in _paragraphs(text.splitlines()):
        for part in unfused(paragraph):
            words = _tidied(part)
            if words:
                yield from apart(Draft(words, "item" if _ITEM.match(words) else "paragraph"))


@compiled
def _tidied(text: str) -> str:
    """The text with single spaces between its words and none round them."""
    return " ".join(text.split())


def is_lead_in(line: str) -> bool:
    """Whether the line begins with words that announce another story ("Also Read |", "Related:")."""
    return _LEAD_IN.match(line[:60]) is not None


def unfused(text: str) -> list[str]:
    """The parts of a line into which promotion lines, advertisement marks and calls in capitals were glued; else the line alone."""
    if not _may_be_fused(text):
        return [text] if text.strip() else []
    parts: list[str] = []
    begin = at = 0
    for _ in range(_MOST_FUSED):
        match = _fused(text, at)
        if match is None:
            break
        name = match.lastgroup or ""
        start = match.start(name)
        end = match.end() if name != "cue" else _promo_end(text, match.end())
        if end is None:
            at = match.end()
            continue
        parts += [text[begin:start], text[start:end]]
        mark = _AD.match(text, end)
        if mark and name == "cue":
            parts.append(mark.group())
            end = mark.end()
        begin = at = end
    parts.append(text[begin:])
    return [part for part in parts if part.strip()]


def _fused(text: str, at: int) -> re.Match[str] | None:
    """What `_FUSED.search(text, at)` finds."""
    match = _FUSED.match(text, at)
    if match is not None:
        return match
    places = (mark.end() for mark in _FUSED_BEHIND.finditer(text, at))
    return next((match for place in places if (match := _FUSED.match(text, place))), None)


def _may_be_fused(text: str) -> bool:
    """Whether a mark or a word stands in a text without which nothing in it is fused; one search for all takes ten times as long."""
    return (
        ":" in text or "|" in text or "»" in text or "–" in text or "—" in text
        or "DVERTISEMENT" in text or "dvertisement" in text or "HERE" in text
        or _DASH.search(text) is not None
    )  # fmt: skip


def _promo_end(text: str, after: int) -> int | None:
    """Where the headline behind a fused lead-in ends: at an advertisement mark, a lost line end, or a sentence that begins in prose.

    None where no end is found within a headline's length: then nothing is cut.
    """
    stop = min(len(text), after + _LONGEST_PROMO)
    first = after + 12
    ends = [match.start() for pattern in (_AD, _LOST_LINE) if (match := pattern.search(text, first, stop))]
    for match in _NEXT_SENTENCE.finditer(text, first, stop):
        if match.group("first").lower() in STARTERS:
            ends.append(match.start("first"))
            break
    if ends:
        return min(ends)
    return stop if stop == len(text) else None


def _paragraphs(lines: list[str]) -> list[str]:
    """Lines joined where they were wrapped; every other line end is kept as a paragraph's end."""
    width = _wrap_width(lines)
    found: list[str] = []
    joins = False
    for index, line in enumerate(lines):
        if not line.strip():
            joins = False
            continue
        if joins and not _begins_paragraph(lines, index, width):
            found[-1] += " " + line.strip()
        else:
            found.append(line.strip())
        following = lines[index + 1] if index + 1 < len(lines) else ""
        joins = bool(width) and _is_full(line, following, width)
    return found


def _wrap_width(lines: list[str]) -> int:
    """The width at which the text was wrapped, or 0 for a text that was not."""
    pairs = middle = widest = 0
    for line, following in pairwise(lines):
        length = len(line.rstrip())
        if length > _WIDEST_WRAP or not line.strip() or not following.strip():
            continue
        pairs += 1
        widest = max(widest, length)
        middle += length >= _NARROWEST_WRAP and following[0].islower() and not line.rstrip().endswith(_ENDS)
    return widest if middle and middle >= _WRAPPED_SHARE * pairs else 0


def _is_full(line: str, following: str, width: int) -> bool:
    """Whether the next line's first word would not have fitted on this one."""
    line, words = line.rstrip(), following.split(None, 1)
    if not words or len(line) > _WIDEST_WRAP:
        return False
    return len(line) + 1 + len(words[0]) > width - _RAGGED or (words[0][0].islower() and not line.endswith(_ENDS))


def _begins_paragraph(lines: list[str], index: int, width: int) -> bool:
    """Whether a line begins something new although the line above it is full."""
    line = lines[index]
    if line[:2].isspace() or _ITEM.match(line) or is_lead_in(line):
        return True
    if not lines[index - 1].rstrip().endswith(_ENDS) or line[0].islower():
        return False
    following = lines[index + 1] if index + 1 < len(lines) else ""
    alone = not line.rstrip().endswith((*_ENDS, ",")) and not _is_full(line, following, width)
    return alone and not following[:1].islower()
