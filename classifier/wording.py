"""Words as numbers: an article's prose for everything that looks at words rather than at bytes.

A capital letter is a token of its own, so that "The" and "the" share all but the sign of a name or of a sentence's beginning; a
lower-cased vocabulary found 3 of 100 rewrites fewer. A word that is not among the common ones counts as its shape in n-grams (its
ending, "number", "rare"): names and topics tell where an article comes from, not who wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from threading import Lock
from typing import Any
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
_CACHED = 1 << 15  # words, about 8 MB; an article adds its own to them before all are forgotten
_LONGEST = 40  # characters of what is remembered


@dataclass(frozen=True, slots=True)
class Wording:
    """The tokens of some sentences in order, each sentence between START and END; all shapes (tokens,).

    `word` is the token's CRC-32, `shape` that of its shape, `length` its characters (0 for the ends), `kind` the sum of the
    constants below that hold for it, `sentence` its sentence. `entry` is the token's place in the `vocabulary` that is remembered from
    one article to the next.
    """

    word: NDArray[np.uint32]
    shape: NDArray[np.uint32]
    length: NDArray[np.uint32]
    kind: NDArray[np.uint32]
    sentence: NDArray[np.int32]
    entry: NDArray[np.intp]
    vocabulary: Vocabulary


class Vocabulary(dict[str, tuple[int, ...]]):
    """What stood between spaces so far, each with the places of its tokens in `table`, shape (places, 4): CRC-32, that of the shape,
    length, kind.

    A word costs one look-up then, a third of the time of taking it apart anew. What a model says of a token is kept, too (`Told`).
    """

    def __init__(self) -> None:
        """Hold a sentence's two ends."""
        self._lock = Lock()
        self._size = 2
        self._places: dict[str, int] = {}
        self._table = np.zeros((4096, 4), dtype=np.uint32)
        self._table[:2, 0] = START, END

    def __missing__(self, written: str) -> tuple[int, ...]:
        """The places of the tokens of what has not been seen before."""
        with self._lock:
            found = tuple([self._places.get(token) or self._add(token) for token in TOKEN.findall(written)])
            if len(written) <= _LONGEST:
                self[written] = found
        return found

    def _add(self, token: str) -> int:
        if self._size == len(self._table):
            self._table = np.concatenate([self._table, np.zeros_like(self._table)])
        self._table[self._size] = _codes(token)
        self._places[token] = self._size
        self._size += 1
        return self._places[token]

    @property
    def size(self) -> int:
        """How many tokens and words are held, whichever are more."""
        return max(self._size, len(self))

    @property
    def table(self) -> NDArray[np.uint32]:
        """All that is known, without room for more."""
        return self._table[: self._size]


class Told:
    """What something that knows words, a model's table for one, says of every token of a vocabulary, asked once a token."""

    def __init__(self, ask: Callable[[NDArray[np.uint32]], NDArray[Any]]) -> None:
        """`ask` is given rows of `Vocabulary.table` and answers with an array of as many."""
        self._ask = ask
        self._known: tuple[Vocabulary, NDArray[Any]] | None = None

    def of(self, words: Wording) -> NDArray[Any]:
        """The answer for every token, shape (tokens, ...)."""
        known = self._known  # another thread may change it meanwhile; what was read stays whole
        if known is None or known[0] is not words.vocabulary:
            known = words.vocabulary, self._ask(words.vocabulary.table)
        elif len(known[1]) < len(words.vocabulary.table):
            new = self._ask(words.vocabulary.table[len(known[1]) :])
            known = words.vocabulary, np.concatenate([known[1], new])
        self._known = known
        return np.asarray(known[1].take(words.entry, axis=0))


_vocabulary = Vocabulary()


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
    global _vocabulary
    vocabulary = _vocabulary
    if vocabulary.size > _CACHED:
        vocabulary = _vocabulary = Vocabulary()
    place = vocabulary.__getitem__
    flat: list[int] = []
    lengths: list[int] = []
    for sentence in sentences:
        before = len(flat)
        flat.append(0)
        flat += chain.from_iterable(map(place, sentence.split()))
        flat.append(1)
        lengths.append(len(flat) - before)
    entry = np.array(flat, dtype=np.intp)
    word, shape, length, kind = vocabulary.table.take(entry, axis=0).T.copy()
    return Wording(
        word, shape, length, kind, np.arange(len(lengths), dtype=np.int32).repeat(lengths), entry, vocabulary
    )


def among(codes: NDArray[np.uint32], known: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Which codes stand in the sorted table `known`."""
    if not len(known):
        return np.zeros(len(codes), dtype=np.bool_)
    at = known.searchsorted(codes)
    return np.asarray(known.take(at, mode="clip") == codes)


def common_or_shape(common: NDArray[np.uint32]) -> Callable[[NDArray[np.uint32]], NDArray[np.uint32]]:
    """For `Told`: the code under which a token counts in n-grams, its own if it is in the sorted table `common`, else its shape's."""

    def ask(table: NDArray[np.uint32]) -> NDArray[np.uint32]:
        word, shape, length = table.T[:3]
        return np.asarray(np.where((length > 0) & ~among(word, common), shape, word))

    return ask


def word_grams(words: Wording, common: NDArray[np.uint32] | Told) -> Grams:
    """The hashed word n-grams of every sentence; a word that is not in the sorted table `common` counts as its shape."""
    code = (common if isinstance(common, Told) else Told(common_or_shape(common))).of(words)
    size = len(code)
    buckets, units = [], []
    rolling, unit = code, words.sentence
    for n in range(1, max(ORDERS) + 1):
        if n > 1:
            rolling = (rolling[:-1] ^ (rolling[:-1] >> np.uint32(13))) * _STEP + code[n - 1 :]
            unit = words.sentence[: max(0, size - n + 1)]
            inside = unit == words.sentence[n - 1 :]
            mixed = rolling.compress(inside)
            units.append(unit.compress(inside))
        else:
            mixed = rolling
            units.append(unit)
        mixed = (mixed ^ (mixed >> np.uint32(15)) ^ np.uint32(n * 0x85EBCA6B & 0xFFFFFFFF)) * _SPREAD
        buckets.append(mixed >> np.uint32(32 - BITS))
    return Grams(np.concatenate(buckets), np.concatenate(units))
