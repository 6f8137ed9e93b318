"""Words as numbers: an article's prose for everything that looks at words rather than at bytes.

A capital letter is a token of its own, so that "The" and "the" share all but the sign of a name or of a sentence's beginning; a
lower-cased vocabulary found 3 of 100 rewrites fewer. A word that is not among the common ones counts as its shape in n-grams (its
ending, "number", "rare"): names and topics tell where an article comes from, not who wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from .ngrams import BITS, Grams

ORDERS = (1, 2, 3)
START, END = 1, 2  # the codes of a sentence's two ends
TOKEN = re.compile(
    r"[a-z]{1,30}(?:'[a-z]{1,6})?|\d{1,12}|[^\sa-z\d]"
)  # bounded: a text may hold a "word" of a megabyte
ENDINGS = ("ingly", "ation", "ment", "ness", "ing", "ed", "ly", "ion", "ity", "ous", "ive", "able", "ize", "ise", "ism",
           "ist", "est", "er", "al", "s")  # fmt: skip
# What a token can be.
WORD, NUMBER, CAPITAL, COMMA, QUOTE, HYPHEN, COLON, SEMICOLON = (1 << i for i in range(8))
FUNCTION, SAYING, APOSTROPHE, LONG, GERUND, ADVERB, PAST, NOUN = (1 << i for i in range(8, 16))
_MARKS = {",": COMMA, '"': QUOTE, "-": HYPHEN, ":": COLON, ";": SEMICOLON}
_SAYING = frozenset(("said", "says", "told"))
_ENDS = {"ing": GERUND, "ly": ADVERB, "ed": PAST, "tion": NOUN, "ment": NOUN, "ness": NOUN, "ity": NOUN}
_FUNCTION = frozenset(
    "the of to and a in that is was he for it with as his on be at by i this had not are but from or have an they which one you "
    "were her all she there would their we him been has when who will more no if out so what up its about into than them can "
    "only other some could time these may then do first any my now such like our over me even most after also did many before "
    "must through where much your way down should because each just those how too little very own both between under never "
    "another while last might us off since against".split()
)
_STEP, _SPREAD = np.uint32(0x01000193), np.uint32(0x9E3779B1)  # as in ngrams.py
_CACHED = 1 << 15  # words, about 5 MB


@dataclass(frozen=True, slots=True)
class Wording:
    """The tokens of some sentences in order, each sentence between START and END; all shapes (tokens,).

    `word` is the token's CRC-32, `shape` that of its shape, `length` its characters (0 for the ends), `kind` the sum of the
    constants below that hold for it, `sentence` its sentence.
    """

    word: NDArray[np.uint32]
    shape: NDArray[np.uint32]
    length: NDArray[np.uint32]
    kind: NDArray[np.uint32]
    sentence: NDArray[np.int32]


@lru_cache(_CACHED)
def _codes(token: str) -> tuple[int, int, int, int]:
    return crc32(token.encode("utf-8", "replace")), crc32(b"~" + _shape(token).encode()), len(token), _kind(token)


def _kind(token: str) -> int:
    if token[0].isdigit():
        return NUMBER
    if token in _MARKS:
        return _MARKS[token]
    if not ("a" <= token[0] <= "z"):
        return CAPITAL if token.isupper() else 0
    kind = WORD + (FUNCTION if token in _FUNCTION else 0) + (SAYING if token in _SAYING else 0)
    kind += (APOSTROPHE if "'" in token else 0) + (LONG if len(token) > 9 else 0)
    return kind + next((flag for ending, flag in _ENDS.items() if token.endswith(ending)), 0)


def _shape(token: str) -> str:
    if token[0].isdigit():
        return "0" * min(len(token), 4)
    if not ("a" <= token[0] <= "z"):
        return "A" if token[0].isalpha() else "mark"
    for ending in ENDINGS:
        if token.endswith(ending) and len(token) > len(ending) + 2:
            return ending
    return "rare"


def wording(sentences: Sequence[str]) -> Wording:
    """The tokens of sentences in scored form."""
    found = [TOKEN.findall(s) for s in sentences]
    first, last = (START, START, 0, 0), (END, END, 0, 0)
    flat: list[tuple[int, int, int, int]] = []
    for tokens in found:
        flat.append(first)
        flat += map(_codes, tokens)
        flat.append(last)
    table = np.array(flat, dtype=np.uint32).reshape(-1, 4).T.copy()
    counts = np.fromiter((len(tokens) + 2 for tokens in found), dtype=np.int64, count=len(found))
    return Wording(table[0], table[1], table[2], table[3], np.arange(len(found), dtype=np.int32).repeat(counts))


def among(codes: NDArray[np.uint32], known: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Which codes stand in the sorted table `known`."""
    if not len(known):
        return np.zeros(len(codes), dtype=np.bool_)
    at = known.searchsorted(codes)
    return np.asarray(known.take(at, mode="clip") == codes)


def word_grams(words: Wording, common: NDArray[np.uint32]) -> Grams:
    """The hashed word n-grams of every sentence; a word that is not in the sorted table `common` counts as its shape."""
    inner = words.length > 0
    code = np.where(inner & ~among(words.word, common), words.shape, words.word)
    buckets, units = [], []
    rolling, unit = code, words.sentence
    for n in range(1, max(ORDERS) + 1):
        if n > 1:
            rolling = (rolling[:-1] ^ (rolling[:-1] >> np.uint32(13))) * _STEP + code[n - 1 :]
            unit = words.sentence[: len(rolling)]
        inside = unit == words.sentence[n - 1 :]
        mixed = rolling.compress(inside)
        mixed = (mixed ^ (mixed >> np.uint32(15)) ^ np.uint32(n * 0x85EBCA6B & 0xFFFFFFFF)) * _SPREAD
        buckets.append(mixed >> np.uint32(32 - BITS))
        units.append(unit.compress(inside))
    return Grams(np.concatenate(buckets), np.concatenate(units))
