"""Copies as feeds make them out of an article: cut, with lines of their own round it, a word changed here and there.

The corpus holds 63 labelled copies, and most of them are of one kind; too few to teach a head what is still a copy. These are made of
the archive's own articles, in five ways.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from copydesk.reading import read

from .source_rows import Asked, Kept

SET = "made"
FEWEST_WORDS = 60
_DROPPED = (0.05, 0.3)  # share of the sentences that are left out
_KEPT = (0.4, 0.75)  # share of the sentences of an excerpt
_CHANGED = 0.5  # of the words of the table below that stand in an article
_SAME = {
    "said": "stated", "also": "additionally", "about": "around", "while": "whereas", "many": "numerous", "shows": "demonstrates",
    "but": "however", "big": "large", "began": "started", "help": "assist", "buy": "purchase", "people": "individuals",
    "show": "demonstrate", "use": "utilise", "get": "obtain", "told": "informed", "because": "since", "after": "following",
}  # fmt: skip
_ABOVE = ("Skip to content", "Breaking News", "By Newsroom Staff", "Share this story", "Listen to this article")
_BELOW = (
    "This story was published from a syndicated feed without changes to the text.",
    "Read more on our site",
    "Follow us for the latest updates",
    "Leave a Reply",
    "The post appeared first on our website.",
)
_WORD = re.compile(r"\w+")


def made(kept: Sequence[Kept], count: int, rng: random.Random) -> list[Asked]:
    """Labelled look-ups, `count` copies of articles of the archive, of the set SET."""
    long = [row for row in kept if len(row.text.split()) >= 2 * FEWEST_WORDS]
    chosen = rng.sample(long, min(count, len(long)))
    ways: tuple[Callable[[list[str], random.Random], list[str]], ...] = (_framed, _shortened, _excerpt, _touched, _all)
    rows = []
    for number, row in enumerate(chosen):
        text = " ".join(ways[number % len(ways)](_sentences(row.text), rng))
        if len(text.split()) >= FEWEST_WORDS:
            rows.append(Asked(text, "copy", row.id, SET))
    return rows


def _sentences(text: str) -> list[str]:
    document = read(text, kind="text")
    return [document.text[each.start : each.end] for each in document.sentences]


def _framed(sentences: list[str], rng: random.Random) -> list[str]:
    """With lines of a feed above and below."""
    return [rng.choice(_ABOVE) + "\n\n", *sentences, "\n\n" + "\n\n".join(rng.sample(_BELOW, 2))]


def _shortened(sentences: list[str], rng: random.Random) -> list[str]:
    """Without some of its sentences."""
    share = rng.uniform(*_DROPPED)
    return [each for each in sentences if rng.random() > share]


def _excerpt(sentences: list[str], rng: random.Random) -> list[str]:
    """Its beginning alone."""
    return sentences[: max(1, round(len(sentences) * rng.uniform(*_KEPT)))]


def _touched(sentences: list[str], rng: random.Random) -> list[str]:
    """With a few words changed."""

    def other(match: re.Match[str]) -> str:
        word = match.group()
        return _SAME[word] if word in _SAME and rng.random() < _CHANGED else word

    return [_WORD.sub(other, each) for each in sentences]


def _all(sentences: list[str], rng: random.Random) -> list[str]:
    """A little of everything."""
    return _framed(_touched(_shortened(sentences, rng), rng), rng)
