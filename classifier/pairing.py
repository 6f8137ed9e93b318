"""What two articles have in common, in numbers: words, names, numbers, aligned sentences and their order, copied runs, length.

One is the article that is judged (`Query`), of which everything is known; the other is a fingerprint out of an archive. Two
newsrooms that report the same event share its names and numbers; a rewrite shares the sentences, too, in their order, word for
word where it is lazy. So words are counted by sentence (a sentence against the sentence that resembles it most), names and
numbers apart from the other words, and runs of words on top.

Sentence against sentence as in Nahnsen, Uzuner and Katz, "Lexical chains and sliding locality windows in content-based text
similarity detection", 2005; runs of words as in Broder, "On the resemblance and containment of documents", 1997.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .fingerprint import BITS, STEPS, Fingerprint, Words
from .linear import Floats

FEATURES = (
    "weight_known weight_of_source cosine words_known names_known numbers_known rare_known names numbers "
    "sentence_mean sentence_some sentence_half sentence_most sentence_new contained_mean contained_half "
    "source_mean source_some source_half local_mean local_half order rank_order spread "
    "pairs fours longest source_fours size source_size ratio level"
).split()
# Dice coefficient, by weight, from which two sentences are aligned: at .25, 65 % of the words of another report of the same event stood
# in aligned sentences, at .3 53 %; of careful rewrites 75 and 69 %.
ALIGNED = 0.3
# A claim of 1,402 in 43 had no sentence that alike: its best ones stand for it, from here on, or the one best.
_LOOSELY = 0.2
_RARE = 7.0  # weight of a word that one article in a thousand has
_NEVER = 0xFFFF


@dataclass(frozen=True, slots=True)
class Query:
    """An article made ready for comparisons: its different words, where each stands, and what each weighs.

    at: the column of every hashed word, _NEVER for others, (2**BITS,). column: (words,). table: whether each word stands in each
    sentence, (columns, sentences); holds and held: the same as pairs of sentence and column. weight, name, number: (columns,).

    Nothing here is a matrix product: BLAS would start threads for them, which cost more than the products.
    """

    words: Words
    at: NDArray[np.uint16]
    column: NDArray[np.int64]
    table: Floats
    holds: NDArray[np.int64]
    held: NDArray[np.int64]
    uses: NDArray[np.int64]
    weight: Floats
    name: NDArray[np.bool_]
    number: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Pairing:
    """`features` of a pair, shape (len(FEATURES),); for each sentence of the article the `best` of the source, -1 where none is
    aligned, and how alike the two are, 0 to 1; shapes (sentences,). `share` is the part of the article's words that align.
    `nearest` is the sentence of the source that resembles each most, aligned or not, `words` how many words each has."""

    features: Floats
    best: NDArray[np.int64]
    alike: Floats
    share: float
    nearest: NDArray[np.int64]
    words: Floats

    def at_least_loosely(self) -> Pairing:
        """The same; where nothing is aligned, the sentences that come nearest to it are: a claim needs a line to read."""
        if (self.best >= 0).any() or not self.alike.any():
            return self
        aligned = self.alike >= min(_LOOSELY, float(self.alike.max()))
        return replace(self, best=np.where(aligned, self.nearest, -1), share=_share(self.words, aligned))


def query_of(words: Words, idf: Floats) -> Query:
    """An article made ready; idf: the weight of every hashed word, shape (2**BITS,)."""
    tokens = words.tokens
    different, column = np.unique(tokens, return_inverse=True)
    at = np.full(1 << BITS, _NEVER, dtype=np.uint16)
    at[different] = np.arange(len(different))
    table = np.zeros((len(different), max(1, words.sentences)), dtype=np.float32)
    table[column, words.sentence] = 1
    held, holds = np.nonzero(table)
    uses = np.bincount(held, minlength=len(different))
    name = np.bincount(column, weights=words.name, minlength=len(different)) > 0
    number = np.bincount(column, weights=words.number, minlength=len(different)) > 0
    return Query(words, at, column, table, holds, held, uses, idf[different].astype(np.float32), name & ~number, number)


def pair(query: Query, source: Fingerprint, idf: Floats) -> Pairing:
    """Compare an article with one of an archive; idf as in `query_of`."""
    heavy = query.weight * STEPS >= source.level  # the others are not in the source's fingerprint
    weight = np.where(heavy, query.weight, 0).astype(np.float32)
    column = query.at[source.tokens].astype(np.int64)
    known = column != _NEVER
    hit = np.zeros(len(weight), dtype=np.bool_)
    hit[column[known]] = True
    hit &= heavy
    source_weight = idf[source.tokens].astype(np.float32)
    sentences, theirs = _different(source.sentence[known], column[known])
    size = max(1, source.sentences)
    count = max(1, query.words.sentences)
    grid = _shared(query, sentences, theirs, weight, size)
    mass = np.bincount(query.holds, weights=weight[query.held], minlength=count).astype(np.float32)
    source_mass = np.bincount(source.sentence, weights=source_weight, minlength=size).astype(np.float32)
    dice = 2 * grid / np.maximum(1e-6, mass[:, None] + source_mass)
    best = dice.argmax(axis=1)
    alike = dice.max(axis=1)
    inside = grid.max(axis=1) / np.maximum(1e-6, mass)
    features = [
        *_vocabulary(query, weight, hit, known, source_weight),
        *_by_sentence(mass, alike, inside),
        *_of_source(source_mass, dice),
        *_local(query, sentences, theirs, (weight / np.maximum(1, query.uses)).astype(np.float32), size),
        *_order(best, alike, source.sentences),
        *_runs(query, source, heavy),
    ]
    aligned = alike >= ALIGNED
    words = np.bincount(query.words.sentence, minlength=len(alike)).astype(np.float32)
    share = _share(words, aligned)
    return Pairing(np.array(features, dtype=np.float32), np.where(aligned, best, -1), alike, share, best, words)


def _share(words: Floats, aligned: NDArray[np.bool_]) -> float:
    return float(words[aligned].sum() / max(1.0, float(words.sum())))


def _vocabulary(
    query: Query, weight: Floats, hit: NDArray[np.bool_], known: NDArray[np.bool_], own: Floats
) -> list[float]:
    def part(members: NDArray[np.bool_]) -> float:
        total = float(weight[members].sum())
        return float(weight[members & hit].sum()) / total if total else -1.0

    squares = weight**2
    ours = float(squares[hit].sum() / max(1e-6, squares.sum()))
    theirs = float((own[known] ** 2).sum() / max(1e-6, (own**2).sum()))
    plain = ~(query.name | query.number)
    rare = query.weight >= _RARE
    return [
        ours,
        theirs,
        float(np.sqrt(ours * theirs)),
        part(plain),
        part(query.name),
        part(query.number),
        part(rare & plain),
        float(np.log1p((query.name & hit).sum())),
        float(np.log1p((query.number & hit).sum())),
    ]


def _by_sentence(mass: Floats, alike: Floats, inside: Floats) -> list[float]:
    """How much of the article, by weight, stands in sentences that resemble one of the source so much."""
    part = mass / max(1e-6, float(mass.sum()))
    levels = (0.2, 0.35, 0.6)
    over = [float(part[alike >= level].sum()) for level in levels]
    new = float(part[alike < 0.1].sum())
    return [float(part @ alike), *over, new, float(part @ inside), float(part[inside >= 0.5].sum())]


def _of_source(source_mass: Floats, dice: Floats) -> list[float]:
    part = source_mass / max(1e-6, float(source_mass.sum()))
    best = dice.max(axis=0)
    return [float(part @ best), float(part[best >= 0.2].sum()), float(part[best >= 0.35].sum())]


def _local(
    query: Query, sentences: NDArray[np.int64], theirs: NDArray[np.int64], weight: Floats, size: int
) -> list[float]:
    """The same with words that stand in many sentences weighing less: they are the topic's, not the sentence's."""
    mass = np.bincount(query.holds, weights=weight[query.held], minlength=max(1, query.words.sentences))
    uses = np.maximum(1, np.bincount(theirs, minlength=len(weight)))
    inside = _shared(query, sentences, theirs, (weight / uses).astype(np.float32), size).max(axis=1)
    real = mass > 0
    inside = inside[real] / mass[real]
    return [float(inside.mean()), float((inside >= 0.3).mean())] if len(inside) else [0.0, 0.0]


def _different(sentence: NDArray[np.int32], column: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Every word of a sentence once: sentences, rising, and columns."""
    keys = np.unique(sentence.astype(np.int64) << BITS | column)
    return keys >> BITS, keys & _NEVER


def _shared(query: Query, sentences: NDArray[np.int64], theirs: NDArray[np.int64], weight: Floats, size: int) -> Floats:
    """The weight that each sentence of the article shares with each of the source, (n, size)."""
    grid = np.zeros((size, query.table.shape[1]), dtype=np.float32)
    if len(sentences):
        starts = np.flatnonzero(np.diff(sentences, prepend=-1))
        grid[sentences[starts]] = np.add.reduceat(query.table[theirs] * weight[theirs, None], starts, axis=0)
    return np.ascontiguousarray(grid.T)


def _order(best: NDArray[np.int64], alike: Floats, sentences: int) -> list[float]:
    """Do aligned sentences follow each other as in the source, and over how much of it are they spread?"""
    at = best[alike >= 0.2]
    if len(at) < 3:
        return [-1.0, 0.0, len(set(at.tolist())) / max(1, sentences)]
    forward = float((np.diff(at) > 0).mean())
    ours, theirs = np.arange(len(at)) - (len(at) - 1) / 2, at - at.mean()
    ranks = float((ours @ theirs) / max(1e-6, np.sqrt((ours @ ours) * (theirs @ theirs))))
    return [forward, ranks, len(set(at.tolist())) / max(1, sentences)]


def _runs(query: Query, source: Fingerprint, heavy: NDArray[np.bool_]) -> list[float]:
    """Words that follow each other in both: pairs and fours, the longest run, and the lengths of the two."""
    ours = query.words.tokens[heavy[query.column]].astype(np.uint64)
    theirs = source.tokens.astype(np.uint64)
    left_two, right_two = _pairs(ours), _pairs(theirs)
    twos = _are_in(left_two, right_two)
    left, right = _fours(left_two), _fours(right_two)
    fours = _are_in(left, right)
    back = float(_are_in(right, left).mean()) if len(right) else 0.0
    size, other = len(ours), len(theirs)
    return [
        float(twos.mean()) if len(twos) else 0.0,
        float(fours.mean()) if len(fours) else 0.0,
        float(np.log1p(_longest(fours))),
        back,
        float(np.log1p(size)),
        float(np.log1p(other)),
        float(np.log((size + 1) / (other + 1))),
        source.level / STEPS,
    ]


def _pairs(tokens: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Every two words that follow each other as one number, 16 bits a word."""
    return np.asarray(tokens[:-1] << np.uint64(BITS) | tokens[1:])


def _fours(pairs: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Every four words, out of the pairs."""
    return np.asarray(pairs[:-2] << np.uint64(2 * BITS) | pairs[2:])


def _longest(members: NDArray[np.bool_]) -> int:
    """The longest unbroken run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], members, [False]]).astype(np.int8)))
    return int((edges[1::2] - edges[::2]).max(initial=0))


def _are_in(values: NDArray[np.uint64], others: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """`np.isin` without its checks, a third of its time for some hundred values."""
    if not len(others):
        return np.zeros(len(values), dtype=np.bool_)
    others = np.sort(others)
    return np.asarray(others[np.minimum(np.searchsorted(others, values), len(others) - 1)] == values)
