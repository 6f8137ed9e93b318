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

from .compiled import compiled
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
_SAYING = ("said", "says", "told")
_ENDS = [("ing", GERUND), ("ly", ADVERB), ("ed", PAST), ("tion", NOUN), ("ment", NOUN), ("ness", NOUN), ("ity", NOUN)]
_SHAPES = [(ending, crc32(b"~" + ending.encode())) for ending in ENDINGS]
_FUNCTION = (
    "the of to and a in that is was he for it with as his on be at by i this had not are but from or have an they which one you "
    "were her all she there would their we him been has when who will more no if out so what up its about into than them can "
    "only other some could time these may then do first any my now such like our over me even most after also did many before "
    "must through where much your way down should because each just those how too little very own both between under never "
    "another while last might us off since against".split()
)
_STEP, _SPREAD = np.uint32(0x01000193), np.uint32(0x9E3779B1)  # as in ngrams.py
_REMEMBERED = 1 << 15  # tokens


@dataclass(frozen=True, slots=True)
class Wording:
    """The tokens of some sentences in order, each sentence between START and END; all shapes (tokens,).

    `word` is the token's CRC-32, `shape` that of its shape, `length` its characters (0 for the ends), `kind` the sum of the
    constants above that hold for it, `sentence` its sentence.
    """

    word: NDArray[np.uint32]
    shape: NDArray[np.uint32]
    length: NDArray[np.uint32]
    kind: NDArray[np.uint32]
    sentence: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Known:
    """A sorted table of codes, shape (codes,): those with the same high bits as a code c stand from first[c >> shift] on, where 2 **
    (32 - shift) + 1 is the length of `first`. There is about one of them, so looking one up takes two steps instead of 13 or 17."""

    code: NDArray[np.uint32]
    first: NDArray[np.int32]

    @classmethod
    def of(cls, codes: NDArray[np.uint32]) -> Known:
        """Lay out sorted codes."""
        bits = max(1, len(codes)).bit_length()
        edges = np.arange(1 << bits, dtype=np.uint32) << np.uint32(32 - bits)
        return cls(codes, np.append(codes.searchsorted(edges), len(codes)).astype(np.int32))


def _flagged() -> tuple[Known, NDArray[np.uint32]]:
    """The tokens that are of a kind by themselves, and the kind of each."""
    flags = {**_MARKS, **dict.fromkeys(_FUNCTION, FUNCTION), **dict.fromkeys(_SAYING, SAYING)}
    coded = sorted((crc32(token.encode()), flag) for token, flag in flags.items())
    codes, kinds = (np.array(part, dtype=np.uint32) for part in zip(*coded, strict=True))
    return Known.of(codes), kinds


_SMALL, _SMALL_KINDS = _flagged()
_KIND_OF: dict[int, int] = dict(zip(_SMALL.code.tolist(), _SMALL_KINDS.tolist(), strict=True))


@lru_cache(_REMEMBERED)
def _codes(token: str) -> tuple[int, int, int, int]:
    """CRC-32 of a token, that of its shape, its length, its kind."""
    code = crc32(token.encode("utf-8", "replace"))
    return code, crc32(b"~" + _shape(token).encode()), len(token), _kind(token, code)


def _kind(token: str, code: int) -> int:
    kind = _KIND_OF.get(code, 0)
    if token[0].isdigit():
        return NUMBER
    if not ("a" <= token[0] <= "z"):
        return kind or (CAPITAL if token.isupper() else 0)
    kind += WORD + (APOSTROPHE if "'" in token else 0) + (LONG if len(token) > 9 else 0)
    return kind + next((flag for ending, flag in _ENDS if token.endswith(ending)), 0)


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
    coded = [sentence.encode("utf-8", "replace") for sentence in sentences]
    lengths = np.fromiter(map(len, coded), dtype=np.int64, count=len(coded))
    return Wording(
        *_taken_apart(b"".join(coded), lengths, _SMALL.code, _SMALL.first, _SMALL_KINDS, _ENDS, _SHAPES),
    )


@compiled
def _taken_apart(
    data: bytes,
    lengths: NDArray[np.int64],
    small: NDArray[np.uint32],
    first: NDArray[np.int32],
    flags: NDArray[np.uint32],
    ends: list[tuple[str, int]],
    shapes: list[tuple[str, int]],
) -> tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint32], NDArray[np.int32]]:
    """CRC-32, that of the shape, length and kind of every token, and its sentence; all shapes (tokens,).

    `data` is UTF-8, of sentences with these lengths in bytes. The rest is what the twin knows of words: the codes and kinds of those
    that are of a kind by themselves (`Known`), kinds by ending, shapes by ending.
    """
    found: list[tuple[int, int, int, int]] = []
    counts = np.zeros(len(lengths), dtype=np.intp)
    at = 0
    for number, length in enumerate(lengths.tolist()):
        tokens = TOKEN.findall(data[at : at + length].decode())
        found += [(START, 0, 0, 0), *map(_codes, tokens), (END, 0, 0, 0)]
        counts[number] = len(tokens) + 2
        at += length
    word, shape, size, kind = np.array(found, dtype=np.uint32).reshape(-1, 4).T.copy()
    return word, shape, size, kind, np.arange(len(lengths), dtype=np.int32).repeat(counts)


def among(codes: NDArray[np.uint32], known: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Which codes stand in the sorted table `known`."""
    if not len(known):
        return np.zeros(len(codes), dtype=np.bool_)
    at = known.searchsorted(codes)
    return np.asarray(known.take(at, mode="clip") == codes)


def word_grams(words: Wording, common: Known | NDArray[np.uint32]) -> Grams:
    """The hashed word n-grams of every sentence; a word that is not in the sorted table `common` counts as its shape."""
    common = common if isinstance(common, Known) else Known.of(common)
    return Grams(*_hashed(words.word, words.shape, words.length, words.sentence, common.code, common.first))


@compiled
def _hashed(
    word: NDArray[np.uint32],
    shape: NDArray[np.uint32],
    length: NDArray[np.uint32],
    sentence: NDArray[np.int32],
    common: NDArray[np.uint32],
    first: NDArray[np.int32],
) -> tuple[NDArray[np.uint32], NDArray[np.int32]]:
    """Buckets of the n-grams of one to three tokens, a word not among the common ones as its shape, and the sentence of each; order
    by order."""
    code = np.where((length > 0) & ~among(word, common), shape, word)
    size = len(code)
    buckets, units = [], []
    rolling, unit = code, sentence
    for n in range(1, max(ORDERS) + 1):
        if n > 1:
            rolling = (rolling[:-1] ^ (rolling[:-1] >> np.uint32(13))) * _STEP + code[n - 1 :]
            unit = sentence[: max(0, size - n + 1)]
            inside = unit == sentence[n - 1 :]
            mixed = rolling.compress(inside)
            units.append(unit.compress(inside))
        else:
            mixed = rolling
            units.append(unit)
        mixed = (mixed ^ (mixed >> np.uint32(15)) ^ np.uint32(n * 0x85EBCA6B & 0xFFFFFFFF)) * _SPREAD
        buckets.append(mixed >> np.uint32(32 - BITS))
    return np.concatenate(buckets), np.concatenate(units)
