"""How likely an article's words are, one after the other: under what people write, and against what rewriters write.

Two small language models of one to three words, counted in training: one over people's articles, one over instructed generators'.
Rewriters choose likely words and an even course; synonym swaps leave unlikely words in likely places, which shows as pairs of
frequent words that people never put together. Counts stand in hashed tables of a byte each, on a log scale (Talbot and Osborne,
"Smoothed Bloom filter language models", EMNLP 2007); smoothing by Dirichlet priors (MacKay and Peto, 1995).

Adds two points of recall at one false flag in a hundred over n-gram heads and style on dev, most of it on polished and spun text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .compiled import compiled
from .linear import Floats
from .model import Model
from .tables import Room
from .wording import END, START, Wording

WORD_BITS, PAIR_BITS, TRIPLE_BITS = 18, 20, 20
LEVELS = 3.0  # steps of the scale for every doubling of a count
PRIOR_PAIR, PRIOR_TRIPLE = 3.0, 2.0  # words that the shorter history counts for
VOCABULARY = 1 << 17  # words that the model keeps room for
FREQUENT, ODD, RARE = 50, 10, 2  # counts from which a word, a pair is common; up to which a word is rare
_SPREAD, _FIRST, _SHIFT = np.uint32(0x9E3779B1), np.uint32(0x85EBCA6B), np.uint32(0x7F4A7C15)
_COUNT = (2 ** (np.arange(256) / LEVELS) - 1).astype(np.float32)  # what a level stands for
_PAIR_AT, _TRIPLE_AT, _RATIO_AT = (0.05, 0.25, 0.5, 0.75), (0.05, 0.25, 0.5, 0.75, 0.95), (0.1, 0.25, 0.5, 0.75, 0.9)
_SENTENCE_AT = (0.1, 0.5, 0.9)
SIZE = 12 + 1 + len(_PAIR_AT) + len(_TRIPLE_AT) + len(_RATIO_AT) + 2 * (1 + len(_SENTENCE_AT))
SIDES = ("human", "machine")


@dataclass(frozen=True, slots=True)
class Places:
    """Where each token stands in the tables, alone, with the one before and with the two before; all shapes (tokens,)."""

    word: NDArray[np.uint32]
    pair: NDArray[np.uint32]
    triple: NDArray[np.uint32]
    sentence: NDArray[np.int32]
    judged: NDArray[np.bool_]  # all but the starts of sentences


@dataclass(frozen=True, slots=True)
class Tables:
    """Counts of words, pairs and triples on the log scale, shapes (2**WORD_BITS,), (2**PAIR_BITS,), (2**TRIPLE_BITS,)."""

    word: NDArray[np.uint8]
    pair: NDArray[np.uint8]
    triple: NDArray[np.uint8]
    total: float

    @classmethod
    def of(cls, model: Model, side: str) -> Tables:
        """The model's tables of one of SIDES."""
        word, pair, triple = (model.array(f"rewrite.{side}_{name}") for name in ("words", "pairs", "triples"))
        return cls(word, pair, triple, model.number(f"rewrite.{side}_total"))


class Sides:
    """The two sides' tables, laid side by side so that one look-up finds both, and each side's likelihood of a word by its level."""

    def __init__(self, human: Tables, machine: Tables) -> None:
        """Take over the tables of people's articles and of rewriters'."""
        both = human, machine
        of_sides = [[getattr(side, name) for side in both] for name in ("word", "pair", "triple")]
        room = Room(sum(table.nbytes for tables in of_sides for table in tables), len(of_sides))
        self.word, self.pair, self.triple = (
            np.stack(tables, axis=1, out=room.empty((len(tables[0]), 2), tables[0].dtype)) for tables in of_sides
        )
        self.alone = np.stack([(_COUNT + 0.1) / (side.total + 0.1 * VOCABULARY) for side in both]).astype(np.float32)


def scaled(counts: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Counts on the log scale of a byte."""
    return np.asarray(np.minimum(np.round(LEVELS * np.log2(1.0 + counts)), 255), dtype=np.uint8)


def places(words: Wording) -> Places:
    """Where the tokens of some sentences stand; a sentence begins with two starts, so that none looks into the one before."""
    pair, triple = _histories(words.word, words.length)
    start = (words.length == 0) & (words.word != END)
    return Places(_word_at(words.word), pair, triple, words.sentence, ~start)


def _word_at(code: NDArray[np.uint32]) -> NDArray[np.uint32]:
    return np.asarray(((code ^ (code >> np.uint32(15))) * _SPREAD) >> np.uint32(32 - WORD_BITS))


def _histories(code: NDArray[np.uint32], length: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Where every token stands in the tables of pairs and of triples."""
    before = np.empty_like(code)
    before[:1], before[1:] = code[:1], code[:-1]
    two = np.empty_like(code)
    two[:1], two[1:] = before[:1], before[:-1]
    two[1:][(length[:-1] == 0) & (before[1:] == START)] = START
    own = (code + _SHIFT) ^ (code >> np.uint32(11))
    pair = (((before * _FIRST) ^ own) * _SPREAD) >> np.uint32(32 - PAIR_BITS)
    history = (two * np.uint32(0x01000193)) ^ before
    return pair, (((history * _FIRST) ^ own) * _SPREAD) >> np.uint32(32 - TRIPLE_BITS)


def measures(words: Wording, sides: Sides) -> Floats:
    """The measures of some sentences' likelihood, shape (SIZE,); zeros where there is not a token."""
    out = np.zeros(SIZE, dtype=np.float32)
    chance, judged, odd = _chances(words.word, words.length, sides.alone, _COUNT, sides.word, sides.pair, sides.triple)
    if not len(judged):
        return out
    size = np.float32(len(judged))
    course, by_sentence = _course(np.log(chance), judged, words.sentence)
    means = np.add.reduce(course, axis=1) / size
    after, ratio, surprise = np.sort(course[4:], axis=1)
    out[:] = [
        *means[:6].tolist(),
        *(odd.ravel() / size).tolist(),
        means[6],
        *_at(surprise, _PAIR_AT),
        *_at(after, _TRIPLE_AT),
        *_at(ratio, _RATIO_AT),
        *_spread(by_sentence),
    ]
    return out


@compiled
def _chances(
    code: NDArray[np.uint32],
    length: NDArray[np.uint32],
    alone: Floats,
    count: Floats,
    words: NDArray[np.uint8],
    pairs: NDArray[np.uint8],
    triples: NDArray[np.uint8],
) -> tuple[Floats, NDArray[np.intp], NDArray[np.int64]]:
    """Likelihoods of all tokens but starts, alone, after one and after two, under both models, shape (3, 2, judged); which tokens
    those are, shape (judged,); and how many of them are odd pairs, odd triples, rare words under each, shape (3, 2)."""
    judged = np.flatnonzero((length > 0) | (code != START))
    at_pair, at_triple = _histories(code, length)
    # From here on a row for people and one for rewriters, shape (2, tokens).
    level = words.take(_word_at(code), axis=0).T
    word, pair, triple = (
        count.take(x) for x in (level, pairs.take(at_pair, axis=0).T, triples.take(at_triple, axis=0).T)
    )
    first = np.stack([side.take(x) for side, x in zip(alone, level, strict=True)])
    before, pair_before = (x.take(judged - 1, axis=1, mode="clip") for x in (word, pair))
    word, first, pair, triple = (x.take(judged, axis=1) for x in (word, first, pair, triple))
    after_one = (pair + np.float32(PRIOR_PAIR) * first) / (before + np.float32(PRIOR_PAIR))
    after_two = (triple + np.float32(PRIOR_TRIPLE) * after_one) / (pair_before + np.float32(PRIOR_TRIPLE))
    odd = (
        (pair == 0) & (word > FREQUENT) & (before > FREQUENT),
        (triple == 0) & (pair_before >= ODD),
        word <= RARE,
    )
    return np.stack([first, after_one, after_two]), judged, np.count_nonzero(odd, axis=2)


@compiled
def _course(logs: Floats, judged: NDArray[np.intp], sentence: NDArray[np.int32]) -> tuple[Floats, Floats]:
    """Of log-likelihoods, shape (3, 2, judged): people's and the other side's ratio to them by one, two and three tokens, and how
    much likelier two are than one, shape (7, judged); and the sentences' means of the third pair of those, shape (2, sentences)."""
    people, ratios = logs[:, 0], logs[:, 1] - logs[:, 0]
    course = np.stack([people[0], ratios[0], people[1], ratios[1], people[2], ratios[2], people[1] - people[0]])
    of = sentence.take(judged)
    size = np.bincount(of)
    sums = np.stack([np.bincount(of, weights=values) for values in course[4:6]])
    return course, (sums[:, size > 0] / size[size > 0]).astype(np.float32, order="C")


def _at(ordered: Floats, shares: Sequence[float]) -> list[float]:
    """The values that stand at these shares of their order."""
    last = len(ordered) - 1
    return [float(ordered[int(share * last)]) for share in shares]


def _spread(means: Floats) -> list[float]:
    """Of two rows of sentences' means, shape (2, sentences): their deviation, and those that stand at _SENTENCE_AT of their order."""
    size = np.float32(means.shape[1])
    away = means - (np.add.reduce(means, axis=1) / size)[:, None]
    deviation = np.sqrt(np.add.reduce(away * away, axis=1) / size).tolist()
    ordered = np.sort(means, axis=1)
    return [value for row in range(2) for value in (deviation[row], *_at(ordered[row], _SENTENCE_AT))]
