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

from .linear import Floats
from .model import Model
from .wording import END, START, Told, Wording

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
    """The two sides' tables, laid side by side so that one look-up finds both; what is said of single words is kept a token."""

    def __init__(self, human: Tables, machine: Tables) -> None:
        """Take over the tables of people's articles and of rewriters'."""
        self.pair = np.stack([human.pair, machine.pair], axis=1)
        self.triple = np.stack([human.triple, machine.triple], axis=1)
        self._words = human.word, machine.word
        self._totals = human.total, machine.total
        self.told = Told(self._ask)

    def _ask(self, table: NDArray[np.uint32]) -> Floats:
        """Of every token both counts and both likelihoods alone, shape (tokens, 4)."""
        at = _word_at(table[:, 0])
        counts = [_COUNT.take(words.take(at)) for words in self._words]
        alone = [(count + 0.1) / (total + 0.1 * VOCABULARY) for count, total in zip(counts, self._totals, strict=True)]
        return np.stack([*counts, *alone], axis=1)


def scaled(counts: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Counts on the log scale of a byte."""
    return np.asarray(np.minimum(np.round(LEVELS * np.log2(1.0 + counts)), 255), dtype=np.uint8)


def places(words: Wording) -> Places:
    """Where the tokens of some sentences stand; a sentence begins with two starts, so that none looks into the one before."""
    pair, triple = _histories(words)
    start = (words.length == 0) & (words.word != END)
    return Places(_word_at(words.word), pair, triple, words.sentence, ~start)


def _word_at(code: NDArray[np.uint32]) -> NDArray[np.uint32]:
    return np.asarray(((code ^ (code >> np.uint32(15))) * _SPREAD) >> np.uint32(32 - WORD_BITS))


def _histories(words: Wording) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Where every token stands in the tables of pairs and of triples."""
    code = words.word
    before = np.empty_like(code)
    before[:1], before[1:] = code[:1], code[:-1]
    two = np.empty_like(code)
    two[:1], two[1:] = before[:1], before[:-1]
    two[1:][(words.length[:-1] == 0) & (before[1:] == START)] = START
    own = (code + _SHIFT) ^ (code >> np.uint32(11))
    pair = (((before * _FIRST) ^ own) * _SPREAD) >> np.uint32(32 - PAIR_BITS)
    history = (two * np.uint32(0x01000193)) ^ before
    return pair, (((history * _FIRST) ^ own) * _SPREAD) >> np.uint32(32 - TRIPLE_BITS)


def measures(words: Wording, sides: Sides) -> Floats:
    """The measures of some sentences' likelihood, shape (SIZE,); zeros where there is not a token."""
    out = np.zeros(SIZE, dtype=np.float32)
    judged = np.flatnonzero((words.length > 0) | (words.word != START))
    if not len(judged):
        return out
    # From here on a row for people and one for rewriters, shape (2, tokens).
    told = sides.told.of(words).T
    word, alone = told[:2], told[2:]
    at_pair, at_triple = _histories(words)
    pair = _COUNT.take(sides.pair.take(at_pair.astype(np.intp), axis=0, mode="clip").T)
    triple = _COUNT.take(sides.triple.take(at_triple.astype(np.intp), axis=0, mode="clip").T)
    before, pair_before = (x.take(judged - 1, axis=1, mode="clip") for x in (word, pair))
    word, alone, pair, triple = (x.take(judged, axis=1) for x in (word, alone, pair, triple))
    after_one = (pair + PRIOR_PAIR * alone) / (before + PRIOR_PAIR)
    after_two = (triple + PRIOR_TRIPLE * after_one) / (pair_before + PRIOR_TRIPLE)
    odd = (
        (pair == 0) & (word > FREQUENT) & (before > FREQUENT),
        (triple == 0) & (pair_before >= ODD),
        word <= RARE,
    )
    logs = np.log(np.stack([alone, after_one, after_two]))
    size = np.float32(len(judged))
    people, ratios = logs[:, 0], logs[:, 1] - logs[:, 0]
    told_apart = np.stack([people[0], ratios[0], people[1], ratios[1], people[2], ratios[2], people[1] - people[0]])
    means = np.add.reduce(told_apart, axis=1) / size
    shares = [np.count_nonzero(side) / size for each in odd for side in each]
    surprise, after, ratio = np.sort(told_apart[[6, 4, 5]], axis=1)
    sentence = words.sentence.take(judged)
    out[:] = [
        *means[:6].tolist(),
        *shares,
        means[6],
        *_at(surprise, _PAIR_AT),
        *_at(after, _TRIPLE_AT),
        *_at(ratio, _RATIO_AT),
        *_by_sentence(people[2], sentence),
        *_by_sentence(ratios[2], sentence),
    ]
    return out


def _at(ordered: Floats, shares: Sequence[float]) -> list[float]:
    """The values that stand at these shares of their order."""
    last = len(ordered) - 1
    return [float(ordered[int(share * last)]) for share in shares]


def _by_sentence(values: Floats, sentence: NDArray[np.int32]) -> list[float]:
    """Deviation of the sentences' means, and those that stand at _SENTENCE_AT of their order."""
    size = np.bincount(sentence)
    means = (np.bincount(sentence, weights=values)[size > 0] / size[size > 0]).astype(np.float32)
    away = means - np.add.reduce(means) / np.float32(len(means))
    deviation = np.sqrt(np.add.reduce(away * away) / np.float32(len(means)))
    return [float(deviation), *_at(np.sort(means), _SENTENCE_AT)]
