"""The parts of an article that may be padding: its paragraphs, and single hollow sentences in paragraphs that are not.

Two passes, as for lines. The first is linear: n-grams of the part, and the look of its block. What it says is a sum over sentences,
so one look-up of the n-grams serves paragraphs and sentences alike. The second, a small forest, sees that and what the first says
of the other paragraphs: padding comes in company, a columnist's last line stands alone. It also sees what facts leave behind
(figures, names, quotations), place, and words shared with the headline. How many paragraphs there are is left out on purpose: in
the labelled corpus length alone tells padded articles from others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .article import Article
from .blocks import features_of, score_features
from .compiled import compiled
from .document import Block, Document
from .linear import Floats
from .ngrams import run_bounds
from .topic import topic_fit

SENTENCE_FROM = -2.0  # log-odds of the first pass from which on a sentence is looked at by itself
SENTENCE_WORDS = 6
_TITLE = 300  # characters of a headline that are looked at
_TELLING = 1.5  # log-odds weight of a word from which on it says what a headline is about
_ENDS = 3  # parts from either end whose place is told apart
_COMPANY = 3.0  # paragraphs of expected padding beyond which more make no difference
_FAR, _NONE = -6.0, -9.0  # log-odds of a neighbour, and of a strongest paragraph, where none is
COLUMNS = 27  # of the second pass: 11 of the part itself, 13 of what is round it, 3 of a sentence's paragraph
_SPACE, _UPPER, _NAME, _DIGIT, _QUOTE, _QUESTION = range(1, 7)
WORDS = 10  # column of `Parts.table` with the number of words
_CLASS = np.zeros(0x2020, dtype=np.uint8)
_CLASS[ord(" ")] = _SPACE
_CLASS[ord("A") : ord("Z") + 1] = _UPPER
_CLASS[ord("0") : ord("9") + 1] = _DIGIT
_CLASS[[ord(c) for c in '"“”„']] = _QUOTE
_CLASS[ord("?")] = _QUESTION
_CLASSES = _QUESTION + 1
Ids = NDArray[np.int32]
_NO_WORDS = np.zeros(0, dtype=np.int32)


@dataclass(frozen=True, slots=True)
class Said:
    """What the first pass says of every sentence: `sums`, shape (2, sentences), of its n-grams' weights, and how many they are;
    `look`, shape (sentences,), of the block round it; `bias`."""

    sums: NDArray[np.float64]
    look: Floats
    bias: float


@dataclass(frozen=True, slots=True)
class Parts:
    """The `paragraphs` paragraphs, in order, and behind them the sentences that may be hollow by themselves; a row each.

    `unit`: which paragraph a part is, or stands in. It covers the sentences `first` to `end`, exclusive. `table`: what the second
    pass sees, shape (parts, COLUMNS), the first pass's log-odds before all.
    """

    paragraphs: int
    unit: Ids
    first: Ids
    end: Ids
    table: Floats


def first_pass(article: Article, unit: Ids, idf: Floats, ngrams: Floats, look: Floats, bias: float) -> Said:
    """The linear pass: `ngrams`, shape (2**BITS,), `look`, shape (2**FEATURE_BITS, 1). A part's score is its sum of n-gram weights
    over the root of their number, with what its block looks like and the bias."""
    grams, size = article.grams, len(article.document.blocks)
    sums = _sums(ngrams, grams.bucket, grams.unit, len(unit))
    of_block = score_features(features_of(article, idf), look, size)[:, 0]
    return Said(sums, of_block[article.block_of_sentence], bias)


def parts_of(article: Article, unit: Ids, said: Said, idf: Floats) -> Parts:
    """The article's parts with what the second pass sees of each. `unit`: the paragraph of every sentence, from 0 on."""
    document = article.document
    starts = np.array([s.start for s in document.sentences], dtype=np.int64)
    bucket, of_block = article.terms
    told = _telling(document.title, idf)
    topic = _about(unit, article.block_of_sentence, bucket, of_block, told, idf, topic_fit(article, idf))
    owner, spans, table = _table(said.sums, said.look, said.bias, _marks(document.text, starts), unit, topic)
    return Parts(len(topic), owner, spans[0], spans[1], table)


def _telling(title: str, idf: Floats) -> Ids:
    """The hashed words of the headline that say what it is about, rising; shape (words,)."""
    if not title:
        return _NO_WORDS
    text = title[:_TITLE]
    bucket, _ = Article(Document(text, (Block(0, len(text)),), ())).terms
    return np.unique(bucket[idf.take(bucket) > _TELLING])


@compiled
def _sums(weights: Floats, bucket: NDArray[np.uint32], unit: Ids, size: int) -> NDArray[np.float64]:
    """The weights of every sentence's n-grams, summed, and how many they are: shape (2, sentences)."""
    return np.array(
        [np.bincount(unit, weights=weights.take(bucket), minlength=size), np.bincount(unit, minlength=size)],
        dtype=np.float64,
    )


@compiled
def _marks(text: str, starts: NDArray[np.int64]) -> NDArray[np.float64]:
    """How often each class of characters stands in every sentence, up to the next one's start; shape (classes, sentences)."""
    code = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    kind = _CLASS.take(code, mode="clip")
    kind[1:] += (kind[1:] == _UPPER) & (kind[:-1] == _SPACE)  # _UPPER becomes _NAME
    kind[starts] = 0  # a sentence's own capital is no name
    # One class after the other: all at once would be seven numbers a character.
    counts = [np.add.reduceat(kind == each, starts, dtype=np.float64) for each in range(_CLASSES)]
    return np.array(counts).reshape(_CLASSES, len(starts))


@compiled
def _about(
    unit: Ids, block: Ids, bucket: Ids, of_block: Ids, told: Ids, idf: Floats, fit: Floats
) -> NDArray[np.float64]:
    """What each paragraph's block is about, shape (paragraphs, 5): the headline's words a word, and their number, the mean weight of
    its words, how well it fits the topic. `told` holds the headline's words, rising."""
    of_unit, size = block[run_bounds(unit)[:-1]], len(fit)
    words = np.maximum(1, np.bincount(of_block, minlength=size))[of_unit]
    hits = np.bincount(of_block, weights=np.isin(bucket, told), minlength=size)[of_unit]
    weight = np.bincount(of_block, weights=idf.take(bucket), minlength=size)[of_unit]
    return np.column_stack([hits / words, hits, weight / words, fit[of_unit]])


@compiled
def _table(
    said: NDArray[np.float64],
    look: Floats,
    bias: float,
    marks: NDArray[np.float64],
    unit: Ids,
    topic: NDArray[np.float64],
) -> tuple[Ids, NDArray[np.int32], Floats]:
    """The parts (paragraph, first sentence and end of each), and what the second pass sees of them, shape (parts, COLUMNS)."""
    bounds = run_bounds(unit)
    first, count = bounds[:-1], len(topic)
    weights, grams = np.add.reduceat(said, first, axis=1)
    raw = weights / np.sqrt(np.maximum(1, grams)) + look[first] + bias
    alone = said[0] / np.sqrt(np.maximum(1, said[1])) + bias
    several = np.diff(bounds)[unit] > 1
    picked = np.flatnonzero((alone > SENTENCE_FROM) & several & (marks[_SPACE] >= SENTENCE_WORDS - 1))
    inside = unit[picked]
    table = np.zeros((COLUMNS, count + len(picked)), dtype=np.float32)
    own, single = table[:, :count], table[:, count:]
    own[0], own[1] = raw, look[first]
    own[2], own[3] = np.maximum.reduceat(alone, first), np.minimum.reduceat(alone, first)
    own[4], own[5] = alone[first], alone[bounds[1:] - 1]
    _facts(np.add.reduceat(marks, first, axis=1), own)
    _among(raw, own)
    own[19:24] = topic.T
    if len(picked):
        single[:] = own[:, inside]
        single[[0, 2, 3, 4, 5]] = alone[picked]
        _facts(marks[:, picked], single)
        single[-3], single[-2] = 1, raw[inside]
        single[-1] = (picked == bounds[inside + 1] - 1).astype(np.int8) - (picked == first[inside])
    owner = np.concatenate([np.arange(count, dtype=np.int32), inside])
    spans = np.array([np.concatenate([first, picked]), np.concatenate([bounds[1:], picked + 1])], dtype=np.int32)
    return owner, spans, np.ascontiguousarray(table.T)


def _facts(marks: NDArray[np.float64], out: Floats) -> None:
    """Rows 6 to 10: figures and names a word, quotation and question marks, words."""
    words = marks[_SPACE] + 1
    out[6], out[7] = marks[_DIGIT] / words, marks[_NAME] / words
    out[8], out[9], out[WORDS] = marks[_QUOTE], marks[_QUESTION], words


def _among(raw: NDArray[np.float64], out: Floats) -> None:
    """Rows 11 to 18: what the strongest other paragraphs say, how much padding is expected of them, place, the neighbours."""
    count = len(raw)
    best = [*sorted(raw.tolist(), reverse=True)[:3], _NONE, _NONE]
    out[11] = np.where(raw >= best[0], best[1], best[0])
    out[12] = np.where(raw >= best[1], best[2], best[1])
    chance = 1 / (1 + np.exp(-raw))
    out[13] = np.minimum(chance.sum() - chance, _COMPANY)
    index = np.arange(count)
    out[14], out[15], out[16] = np.minimum(index, _ENDS), np.minimum(index[::-1], _ENDS), index / max(1, count - 1)
    out[17, 0] = out[18, -1] = _FAR
    out[17, 1:], out[18, :-1] = raw[:-1], raw[1:]
