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


@dataclass(frozen=True, slots=True)
class _Judged:
    """Natural logs of each token's likelihood by a model: alone, after one word, after two; and what is odd about it."""

    alone: Floats
    after_one: Floats
    after_two: Floats
    odd: Sequence[Floats]


def scaled(counts: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Counts on the log scale of a byte."""
    return np.asarray(np.minimum(np.round(LEVELS * np.log2(1.0 + counts)), 255), dtype=np.uint8)


def places(words: Wording) -> Places:
    """Where the tokens of some sentences stand; a sentence begins with two starts, so that none looks into the one before."""
    code = words.word
    before = np.concatenate([code[:1], code[:-1]])
    two = np.concatenate([before[:1], before[:-1]])
    second = np.concatenate([[False], words.length[:-1] == 0]) & (before == START)
    two[second] = START
    pair = (((before * _FIRST) ^ (code + _SHIFT) ^ (code >> np.uint32(11))) * _SPREAD) >> np.uint32(32 - PAIR_BITS)
    history = (two * np.uint32(0x01000193)) ^ before
    triple = (((history * _FIRST) ^ (code + _SHIFT) ^ (code >> np.uint32(11))) * _SPREAD) >> np.uint32(32 - TRIPLE_BITS)
    word = ((code ^ (code >> np.uint32(15))) * _SPREAD) >> np.uint32(32 - WORD_BITS)
    start = (words.length == 0) & (code != END)
    return Places(word, pair, triple, words.sentence, ~start)


def measures(at: Places, human: Tables, machine: Tables) -> Floats:
    """The measures of some sentences' likelihood, shape (SIZE,); zeros where there is not a token."""
    out = np.zeros(SIZE, dtype=np.float32)
    if not at.judged.any():
        return out
    people, rewriters = _judge(at, human), _judge(at, machine)
    ratio = rewriters.after_two - people.after_two
    surprise = people.after_one - people.alone
    sentence = at.sentence.compress(at.judged)
    means = [v for a, b in zip(_levels(people), _levels(rewriters), strict=True) for v in (a.mean(), (b - a).mean())]
    odd = [v.mean() for a, b in zip(people.odd, rewriters.odd, strict=True) for v in (a, b)]
    out[:] = [
        *means,
        *odd,
        surprise.mean(),
        *_at(surprise, _PAIR_AT),
        *_at(people.after_two, _TRIPLE_AT),
        *_at(ratio, _RATIO_AT),
        *_by_sentence(people.after_two, sentence),
        *_by_sentence(ratio, sentence),
    ]
    return out


def _levels(judged: _Judged) -> tuple[Floats, Floats, Floats]:
    return judged.alone, judged.after_one, judged.after_two


def _judge(at: Places, tables: Tables) -> _Judged:
    word = _COUNT.take(tables.word.take(at.word))
    pair = _COUNT.take(tables.pair.take(at.pair))
    triple = _COUNT.take(tables.triple.take(at.triple))
    before, pair_before = np.concatenate([word[:1], word[:-1]]), np.concatenate([pair[:1], pair[:-1]])
    alone = (word + 0.1) / (tables.total + 0.1 * VOCABULARY)
    after_one = (pair + PRIOR_PAIR * alone) / (before + PRIOR_PAIR)
    after_two = (triple + PRIOR_TRIPLE * after_one) / (pair_before + PRIOR_TRIPLE)
    unlikely = (pair == 0) & (word > FREQUENT) & (before > FREQUENT)
    unheard = (triple == 0) & (pair_before >= ODD)
    odd = [x.compress(at.judged).astype(np.float32) for x in (unlikely, unheard, word <= RARE)]
    logs = [np.log(x.compress(at.judged)) for x in (alone, after_one, after_two)]
    return _Judged(logs[0], logs[1], logs[2], odd)


def _at(values: Floats, shares: Sequence[float]) -> Floats:
    """The values that stand at these shares of their order."""
    ordered = np.sort(values)
    return np.asarray(ordered[[int(s * (len(ordered) - 1)) for s in shares]], dtype=np.float32)


def _by_sentence(values: Floats, sentence: NDArray[np.int32]) -> list[float]:
    """Deviation of the sentences' means, and those that stand at _SENTENCE_AT of their order."""
    size = np.bincount(sentence)
    means = (np.bincount(sentence, weights=values)[size > 0] / size[size > 0]).astype(np.float32)
    return [float(means.std()), *(float(v) for v in _at(means, _SENTENCE_AT))]
