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

from .article import TOPIC_BITS, Article
from .blocks import features_of, score_features
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


@dataclass(frozen=True, slots=True)
class Said:
    """What the first pass says: `text`, shape (sentences,), sums of n-gram weights; `grams`, how many n-grams; `look`, shape
    (paragraphs,), of the block round it; `bias`."""

    text: NDArray[np.float64]
    grams: NDArray[np.float64]
    look: NDArray[np.float64]
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
    grams, size = article.grams, len(article.folded)
    runs = run_bounds(grams.unit)  # the n-grams of a sentence stand together, order by order
    owner = grams.unit[runs[:-1]]
    given = np.add.reduceat(ngrams.take(grams.bucket), runs[:-1])
    text = np.bincount(owner, weights=given, minlength=size).astype(np.float64)
    count = np.bincount(owner, weights=np.diff(runs), minlength=size).astype(np.float64)
    of_block = score_features(features_of(article, idf), look, len(article.document.blocks))[:, 0]
    block = article.block_of_sentence[run_bounds(unit)[:-1]]
    return Said(text, count, of_block[block].astype(np.float64), bias)


def parts_of(article: Article, unit: Ids, said: Said, idf: Floats) -> Parts:
    """The article's parts with what the second pass sees of each. `unit`: the paragraph of every sentence, from 0 on."""
    bounds = run_bounds(unit)
    first, count = bounds[:-1], len(bounds) - 1
    text = np.add.reduceat(said.text, first) / np.sqrt(np.maximum(1, np.add.reduceat(said.grams, first)))
    raw = text + said.look + said.bias
    alone = said.text / np.sqrt(np.maximum(1, said.grams)) + said.bias
    marks = _marks(article.document)
    several = np.diff(bounds)[unit] > 1
    picked = np.flatnonzero((alone > SENTENCE_FROM) & several & (marks[_SPACE] >= SENTENCE_WORDS - 1))
    inside = unit[picked]
    table = np.zeros((COLUMNS, count + len(picked)), dtype=np.float32)
    own, single = table[:, :count], table[:, count:]
    own[0], own[1] = raw, said.look
    own[2], own[3] = np.maximum.reduceat(alone, first), np.minimum.reduceat(alone, first)
    own[4], own[5] = alone[first], alone[bounds[1:] - 1]
    _facts(np.add.reduceat(marks, first, axis=1), own)
    _around(article, raw, first, idf, own)
    if len(picked):
        single[:] = own[:, inside]
        single[[0, 2, 3, 4, 5]] = alone[picked]
        _facts(marks[:, picked], single)
        single[-3], single[-2] = 1, raw[inside]
        single[-1] = (picked == bounds[inside + 1] - 1).astype(np.int8) - (picked == first[inside])
    begin = np.concatenate([first, picked]).astype(np.int32)
    end = np.concatenate([bounds[1:], picked + 1]).astype(np.int32)
    return Parts(
        count, np.concatenate([np.arange(count, dtype=np.int32), inside]), begin, end, np.ascontiguousarray(table.T)
    )


def _marks(document: Document) -> NDArray[np.float64]:
    """Counts of spaces, capitals after one, figures, quotation and question marks in every sentence, shape (classes, sentences)."""
    code = np.frombuffer(document.text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    kind = _CLASS.take(code, mode="clip")
    kind[1:] += (kind[1:] == _UPPER) & (kind[:-1] == _SPACE)  # _UPPER becomes _NAME
    starts = np.fromiter([s.start for s in document.sentences], dtype=np.int64, count=len(document.sentences))
    kind[starts] = 0  # a sentence's own capital is no name
    told = np.equal.outer(np.arange(_CLASSES, dtype=np.uint8), kind)
    return np.add.reduceat(told, starts, axis=1, dtype=np.float64)


def _facts(marks: NDArray[np.float64], out: Floats) -> None:
    """Rows 6 to 10: figures and names a word, quotation and question marks, words."""
    words = marks[_SPACE] + 1
    out[6], out[7] = marks[_DIGIT] / words, marks[_NAME] / words
    out[8], out[9], out[WORDS] = marks[_QUOTE], marks[_QUESTION], words


def _around(article: Article, raw: NDArray[np.float64], first: NDArray[np.int64], idf: Floats, out: Floats) -> None:
    """Rows 11 to 23: what the other paragraphs say, place, the neighbours, the headline's words and the topic."""
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
    block = article.block_of_sentence[first]
    bucket, of_block = article.terms
    size = len(article.document.blocks)
    terms = np.maximum(1, np.bincount(of_block, minlength=size))[block]
    hits = np.bincount(of_block, weights=_title_words(article.document.title, idf).take(bucket), minlength=size)[block]
    out[19], out[20] = hits / terms, hits
    out[21] = np.bincount(of_block, weights=idf.take(bucket), minlength=size)[block] / terms
    out[22:24] = topic_fit(article, idf)[block].T


def _title_words(title: str, idf: Floats) -> NDArray[np.bool_]:
    """Which hashed words stand in the headline and say what it is about, shape (2**TOPIC_BITS,)."""
    found = np.zeros(1 << TOPIC_BITS, dtype=np.bool_)
    text = title[:_TITLE]
    bucket, _ = Article(Document(text, (Block(0, len(text)),), ())).terms
    found[bucket] = idf.take(bucket) > _TELLING
    return found
