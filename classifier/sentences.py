"""Where sentences end: the unit in which machine prose and padding are quoted.

One regular expression finds every possible end, and a few lines of Python judge each (about ten a kilobyte of news): titles, initials,
abbreviations and decimals do not end a sentence, a stop with a lost space after it ("said.The") does. No pattern here can
backtrack further than one run of stops, so a megabyte of dots costs a few milliseconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .compiled import compiled

# A run of stops (never entered in its middle), closing quotes and brackets, then white space or, glued, a capitalised word. The set of
# all stops stands first, and looking back second: then the engine skips from stop to stop, in a third of the time.
_END = re.compile(
    r"[.!?…。！？।](?:(?<=[.!?…])(?<![.!?…]{2})[.!?…]*[\"'”’»)\]]*(?:\s+(?=[^\sa-z,;:])|(?=[\"“‘]?[A-Z][a-z]))"
    r"|(?<=[。！？।])(?<![.!?…][。！？।])(?=.))",
)
_LOOK_BACK = 32  # characters in which the word before a stop must begin; longer words are addresses, not abbreviations
_OPENING = "\"'“‘«([„‚—–-"
_NEVER = frozenset(
    "mr mrs ms dr prof gov sen rep rev hon gen col lt sgt capt cmdr adm maj pvt cpl st mt ft messrs pres supt det insp mme mlle fr vs "
    "viz cf fig eds ed vol pp approx dept est tel ph ave blvd rd".split()
)
_BEFORE_NUMBER = frozenset("no nos art sec op p jan feb mar apr jun jul aug sept sep oct nov dec".split())
_MAYBE = frozenset(
    "inc ltd co corp jr sr bros etc al llc plc a.m p.m e.g i.e ph.d m.d b.a m.a u.s u.k u.n e.u d.c".split()
)
STARTERS = frozenset(
    "a an the he she it they we you i this that these those there in on at by for from with as if when while after before but and "
    "or so yet however his her its their our your my what who how why according since although though meanwhile one some many most "
    "both no not".split()
)
_DOMAINS = frozenset("com org net co uk io ai gov edu info js py tv me in us eu de".split())
_WORD = re.compile(r"[^\W\d_]+")
_JUDGING = (_NEVER, _BEFORE_NUMBER, _MAYBE, STARTERS, _DOMAINS)
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")


def split(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """(start, end) of every sentence in `text[start:end]`, in order, trimmed; together they hold all but white space."""
    return _spans(text, start, len(text) if end is None else end, _JUDGING)


@compiled
def _spans(text: str, start: int, stop: int, words: tuple[frozenset[str], ...]) -> list[tuple[int, int]]:
    """The same; `words` are _JUDGING, the sets of words that judge a stop."""
    return list(_sentences(text, start, stop))


def _sentences(text: str, start: int, stop: int) -> Iterator[tuple[int, int]]:
    begin = start
    for match in _END.finditer(text, start, stop):
        if not _ends(text, begin, match):
            continue
        cut = match.end()
        span = _trim(text, begin, cut)
        if span:
            yield span
        begin = cut
    span = _trim(text, begin, stop)
    if span:
        yield span


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    right = len(piece.rstrip())
    return (start + left, start + right) if left < right else None


def _ends(text: str, begin: int, match: re.Match[str]) -> bool:
    """Whether the sentence that starts at `begin` really ends at this stop."""
    at, after = match.start(), match.end()
    if text[at] != "." or text[at + 1 : at + 2] in ("!", "?"):
        return True
    glued = not text[after - 1].isspace()
    floor = max(begin, at - _LOOK_BACK)
    word = text[max(text.rfind(" ", floor, at) + 1, floor) : at].lstrip(_OPENING)
    if glued and text[at : at + 2] == "." + text[after : after + 1]:
        return _lost_space(text, word, after)
    if not word or text[at + 1 : at + 2] in ("."):
        return True
    following = _WORD.match(text, after)
    low = word.lower()
    if word.isdigit():
        return at - len(word) > begin or following is None  # "1. The first point" opens a list, "in 2019. The" ends
    if low in _NEVER:
        return False
    if low in _BEFORE_NUMBER:
        return not text[after : after + 1].isdigit()
    if low in _MAYBE or (_INITIALS.fullmatch(word) and (len(word) > 1 or word.isupper())):
        return following is not None and following.group().lower() in STARTERS and word not in ("I.", "A")
    return True


def _lost_space(text: str, word: str, after: int) -> bool:
    """Whether "word.Next" is two sentences, and not a domain, a file name, an address or an acronym."""
    if (
        len(word) < 2
        or not (word[-1].islower() or word[-1].isdigit() or word[-1] in "\"'”’)%")
        or "/" in word
        or "@" in word
    ):
        return False
    following = _WORD.match(text, after)
    name = following.group().lower() if following else ""
    return name not in _DOMAINS and word.lower() not in _NEVER and not word.lower().startswith("www")
