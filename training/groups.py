"""Invented groups of lines, put into articles: promo boxes, lists, page furniture, and an article's own lines that look like them.

A few hundred labelled pages hold some 250 promo boxes, and the next outlet's box looks like none of them: a kicker over a headline,
a teaser that reads like a paragraph, a card with author and date. groups.txt holds a thousand groups of invented lines, written by
language models after the forms that the corpus's catalogue names, in ten languages. A slot ({name}, {place}, {org}, {topic}) is
filled from the article that a group is put into, so that it fits the topic, or from another one, so that it does not.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from .corpus import Line
from .labels import LETTERS

_LABELS = {letter: label for label, letter in LETTERS.items()}
_SLOT = re.compile(r"\{(name|place|org|topic)\}")
# A capital that stands after a small letter is a name's, not a sentence's.
_NAME = re.compile(r"(?<=[a-zà-ÿ,] )[A-ZÀ-Þ][a-zà-ÿ]+ [A-ZÀ-Þ][a-zà-ÿ]+\b")
_CAPITAL = re.compile(r"(?<=[a-zà-ÿ,] )[A-ZÀ-Þ][a-zà-ÿ]{3,}\b")
_LONG = re.compile(r"\b[a-zà-ÿ]{6,}\b")
_COMMON = 12  # of an article's most frequent long words a slot takes one
_FALLBACK = {
    "name": ["Mara Linden", "Tomas Reed"],
    "place": ["Harborough", "Lindau"],
    "org": ["Northgate"],
    "topic": ["budget"],
}
ON_TOPIC = 0.5
LONGEST = 14  # paragraphs of an article that a group is put into


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that stand together: where ("between", "end", "top", "any"), in which language, and each line's label and text."""

    kind: str
    language: str
    lines: tuple[tuple[str, str], ...]


@cache
def stored() -> tuple[Group, ...]:
    """The groups of groups.txt."""
    out = []
    for part in files(__package__).joinpath("groups.txt").read_text("utf-8").split("\n\n"):
        rows = [row for row in part.strip().splitlines() if row and not row.startswith("#")]
        if rows:
            _, kind, language = rows[0].split()
            out.append(Group(kind, language, tuple((_LABELS[row[0]], row[2:]) for row in rows[1:])))
    return tuple(out)


def words_for_slots(text: str) -> dict[str, list[str]]:
    """What the slots may be filled with so that a line fits this article."""
    capitals = _CAPITAL.findall(text)
    found = {
        "name": _NAME.findall(text),
        "place": capitals,
        "org": capitals,
        "topic": [w for w, _ in Counter(_LONG.findall(text)).most_common(_COMMON)],
    }
    return {slot: words or _FALLBACK[slot] for slot, words in found.items()}


def filled(group: Group, words: dict[str, list[str]], rng: random.Random) -> list[Line]:
    """The lines of a group with their slots filled; one person stays one person throughout."""
    chosen = {slot: rng.choice(found) for slot, found in words.items()}

    def fill(match: re.Match[str]) -> str:
        return chosen[match[1]] if rng.random() < 0.6 else rng.choice(words[match[1]])

    return [Line(_as_written(text, _SLOT.sub(fill, text)), label) for label, text in group.lines]


def _as_written(pattern: str, text: str) -> str:
    """A line that is written in capitals stays so, and one that begins with a slot begins with a capital."""
    outside = _SLOT.sub("", pattern)
    if outside.isupper() and len(outside) > 3:
        return text.upper()
    return text[:1].upper() + text[1:] if pattern.startswith("{topic}") else text


def with_groups(paragraphs: Sequence[str], other: str, groups: Sequence[Group], rng: random.Random) -> list[Line]:
    """The lines of an article with these groups among, above and below its paragraphs. `other` is another article, from which the
    slots of lines off the topic are filled."""
    own, strange = words_for_slots("\n".join(paragraphs)), words_for_slots(other)
    parts: list[list[Line]] = [[Line(p, "body")] for p in paragraphs[:LONGEST]]
    ends: list[list[Line]] = []
    for each in groups:
        on_topic = rng.random() < ON_TOPIC or all(label == "body" for label, _ in each.lines)
        lines = filled(each, own if on_topic else strange, rng)
        if each.kind == "end":
            ends.append(lines)
        else:
            last = len(parts) - (each.kind == "between")
            parts.insert(0 if each.kind == "top" else rng.randint(1, max(1, last)), lines)
    return [line for part in [*parts, *ends] for line in part]
