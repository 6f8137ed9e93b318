"""Lead-ins and labels that say what a line is: "Also read", "Lesen Sie auch", "Subscribe", "Advertisement".

The block model sees the kinds of the longest cue that a line begins with and ends with as features, in its own language or another:
what it learns from one outlet's "Read next" it then knows of another's "À lire aussi". (On dev documents in plain text, promo lines
F1 .66 without and .75 with them, at the same share of body lines hit.) The phrases are common knowledge, not anybody's text; they
stand in cues.txt.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

KINDS = ("link", "cta", "chrome", "notice", "ad")
OWN = 0  # what a phrase says that begins as a cue does and sends the reader on within the article: "read more below"
WORD = re.compile(r"[^\W\d_]+")  # a cue is compared word by word, whatever stands between: "Don't miss" is don, t, miss
_LONGEST = 6  # words
_TAIL = 4  # words of a line's end that are looked at
Tables = tuple[dict[str, int], dict[str, int], dict[str, int]]
_MARKS = (":", "|", "-", "–", "—", ">", "»", "/", "•")


@dataclass(frozen=True, slots=True)
class Cue:
    """What a line begins with: a bit for every one of KINDS, how many words it has, whether the line is nothing else, and whether
    a mark such as a colon follows."""

    kinds: int = 0
    words: int = 0
    alone: bool = False
    marked: bool = False


NONE = Cue()


@cache
def tables() -> Tables:
    """Kinds of every phrase; the most words of a phrase that begins, and that ends, with a word."""
    phrases: dict[str, int] = {}
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    bit = 0
    for line in files(__package__).joinpath("cues.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            kind = line.strip("[]")
            bit = OWN if kind == "own" else 1 << KINDS.index(kind)
            continue
        for phrase in line.split("|") if line and not line.startswith("#") else ():
            words = WORD.findall(phrase.lower())
            if not words:
                continue
            key = " ".join(words)
            phrases[key] = phrases.get(key, 0) | bit
            first[words[0]] = max(first.get(words[0], 0), len(words))
            last[words[-1]] = max(last.get(words[-1], 0), len(words))
    return phrases, first, last


def opening(text: str, lowered: Sequence[str]) -> Cue:
    """The longest cue at the beginning of a line; `lowered` are its first words, as WORD finds them, in lower case.

    One word counts only where it stands alone, before a mark or in capitals: "More" does, "More than half of them" does not.
    """
    phrases, first, _ = tables()
    most = first.get(lowered[0], 0) if lowered else 0
    for size in range(min(most, len(lowered), _LONGEST), 0, -1):
        kinds = phrases.get(" ".join(lowered[:size]))
        if kinds is None:
            continue
        if kinds == OWN:
            return NONE
        end = _end(text, size)
        rest = text[end : end + 40]
        alone = not any(map(str.isalnum, rest))
        marked = rest.lstrip(" ]").startswith(_MARKS)
        if size > 1 or alone or marked or text[:end].isupper():
            return Cue(kinds, size, alone, marked)
    return NONE


def after(text: str, cue: Cue) -> int:
    """Where the cue at the beginning of a line ends."""
    return _end(text, cue.words) if cue.words else 0


def _end(text: str, size: int) -> int:
    """Where the `size`-th word of a text ends."""
    for number, match in enumerate(WORD.finditer(text), 1):
        if number == size:
            return match.end()
    return len(text)


def closing(text: str) -> int:
    """Kinds of the longest cue of two words and more at the end of a line, as bits; 0 if there is none."""
    phrases, _, last = tables()
    words = WORD.findall(text[-60:].lower())[-_TAIL:]
    most = last.get(words[-1], 0) if words else 0
    for size in range(min(most, len(words)), 1, -1):
        kinds = phrases.get(" ".join(words[-size:]))
        if kinds:
            return kinds
    return 0
