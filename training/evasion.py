"""How much of the rewrite signal is left when somebody tries to hide: the same machine articles, disguised, at the same threshold.

Each disguise is one that is sold or shared for that purpose, and cheap. A good normaliser undoes it, so the share found should not
move; what a disguise costs stands in the model card.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from copydesk.normalise import LOOKALIKES

from .corpus import BASE_MODELS, Row

CHOSEN = 300  # machine articles that are disguised
FRONT_WORDS = (60, 120)  # of the human paragraph that is put in front of one
SHARE = (
    0.3  # of letters that a look-alike or a full-width form replaces, of words that an invisible character is put into
)
_LIKE: dict[str, str] = {latin: other for other, latin in reversed(LOOKALIKES.items())}
_WORD = re.compile(r"[A-Za-z]{4,}")
_WORDS = re.compile(r"[^\W\d_]+")
Change = Callable[[str, random.Random], str]


def _letters(text: str, rng: random.Random, change: Callable[[str], str]) -> str:
    return "".join(change(c) if c.isascii() and c.isalpha() and rng.random() < SHARE else c for c in text)


def _inside(text: str, rng: random.Random, mark: str) -> str:
    """The text with a mark inside some of its words."""

    def put(match: re.Match[str]) -> str:
        word = match.group()
        cut = rng.randrange(1, len(word))
        return word[:cut] + mark + word[cut:] if rng.random() < SHARE else word

    return _WORD.sub(put, text)


DISGUISES: dict[str, Change] = {
    "as it is": lambda text, _: text,
    "look-alike letters": lambda text, rng: _letters(text, rng, lambda c: _LIKE.get(c, c)),
    "zero-width characters": lambda text, rng: _inside(text, rng, "\u200b"),
    "soft hyphens": lambda text, rng: _inside(text, rng, "\u00ad"),
    "full-width letters": lambda text, rng: _letters(text, rng, lambda c: chr(ord(c) + 0xFEE0)),
    "double spaces": lambda text, _: text.replace(" ", "  "),
    "no paragraphs": lambda text, _: " ".join(text.split()),
    "lower case": lambda text, _: text.lower(),
    "upper case": lambda text, _: text.upper(),
    "title case": lambda text, _: _WORDS.sub(lambda m: m[0][0].upper() + m[0][1:], text),
}
IN_FRONT = "a person's paragraph in front"


def disguised(texts: Sequence[str], paragraphs: Sequence[str], seed: int = 1) -> dict[str, list[str]]:
    """The texts under every disguise; `paragraphs` by people are put in front of them in turn for the last."""
    out = {
        name: [change(text, random.Random(seed + i)) for i, text in enumerate(texts)]
        for name, change in DISGUISES.items()
    }
    if paragraphs:
        out[IN_FRONT] = [f"{paragraphs[i % len(paragraphs)]}\n\n{text}" for i, text in enumerate(texts)]
    return out


def articles(rows: Sequence[Row]) -> dict[str, list[str]]:
    """CHOSEN articles by instructed generators under every disguise; the paragraphs in front are from the people's articles."""
    known = [r for r in rows if r.is_article and r.label == "machine" and not BASE_MODELS.search(r.generator)]
    chosen = [r.text for r in random.Random(1).sample(known, min(CHOSEN, len(known)))]
    people = (p for r in rows if r.human and r.is_article for p in r.text.split("\n\n"))
    paragraphs = [p for p in people if FRONT_WORDS[0] <= len(p.split()) <= FRONT_WORDS[1]][: len(chosen)]
    return disguised(chosen, paragraphs)
