"""How the words and letter n-grams of promoted stories, and of the boxes they stand in, fit the article: what `relatedness` weighs.

Every block is at most one line, every line belongs to a story and to a box. Units are the stories, then the boxes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .article import TOPIC_BITS
from .compiled import compiled
from .linear import Floats
from .ngrams import BITS

Ids = NDArray[np.int64]
_WEIGHTY = 1.5  # a word of more weight than this says something


def _owners(line: Ids, story: Ids, box: Ids, stories: int) -> Ids:
    """Rows of stories, then of boxes, to which things on these lines belong: shape (2 * len(line),)."""
    return np.concatenate([story[line], stories + box[line]])


@compiled
def by_words(
    bucket: NDArray[np.int32],
    block: NDArray[np.int32],
    prose: NDArray[np.bool_],
    title: Ids,
    line_of: Ids,
    story: Ids,
    box: Ids,
    stories: int,
    boxes: int,
    idf: Floats,
    opening: int,
) -> tuple[Floats, NDArray[np.float64]]:
    """For every story and box, shape (units, 7): share of word weight that the article knows, the same with frequent words counting
    more, the strongest and second strongest shared word, the shares that title and opening know, the cosine. And the number
    of its weighty words, shape (units,).

    bucket, block: hashed words and the block of each, (words,). prose, line_of: the article's paragraphs, of which `opening` open
    it, and the line in every block or -1, (blocks,). title: its words. story, box: of every line, (lines,).
    """
    title = np.unique(title)
    own = np.concatenate([bucket.compress(prose.take(block)), title])
    uses = np.bincount(own, minlength=1 << TOPIC_BITS)
    in_title, in_opening = np.zeros((2, 1 << TOPIC_BITS), dtype=np.bool_)
    in_title[title] = in_opening[title] = True
    opens = np.zeros(len(prose), dtype=np.bool_)
    opens[np.flatnonzero(prose)[:opening]] = True
    in_opening[bucket.compress(opens.take(block))] = True
    used = np.flatnonzero(uses)
    norm = np.sqrt(np.square(np.log1p(uses[used]) * idf[used]).sum())
    of = line_of.take(block)
    inside = of >= 0
    words = np.tile(bucket[inside].astype(np.int64), 2)
    keys = np.unique((_owners(of[inside], story, box, stories) << TOPIC_BITS) | words)
    unit, word = keys >> TOPIC_BITS, keys & ((1 << TOPIC_BITS) - 1)
    size = stories + boxes
    weight, known = idf[word].astype(np.float64), uses[word]
    shared = weight * known / (known + 1)

    def total(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.bincount(unit, weights=values, minlength=size), dtype=np.float64)

    every = np.maximum(1e-6, total(weight))
    cosine = total(weight**2 * np.log1p(known)) / np.maximum(1e-6, norm * np.sqrt(total(weight**2)))
    strongest, second = _two_best(unit, shared, size)
    columns = [
        total(weight * (known > 0)) / every, total(shared) / every, strongest, second,
        total(weight * in_title[word]) / every, total(weight * in_opening[word]) / every, cosine,
    ]  # fmt: skip
    return np.stack(columns, axis=1).astype(np.float32), total((weight > _WEIGHTY).astype(np.float64))


def _two_best(
    unit: NDArray[np.int64], value: NDArray[np.float64], size: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The highest and the second highest value of every unit, 0 where there is none; `unit` is sorted."""
    order = np.lexsort((value, unit))
    ends = np.searchsorted(unit, np.arange(size), side="right")
    counts = ends - np.searchsorted(unit, np.arange(size))
    ranked = np.concatenate([value[order], [0.0, 0.0]])  # so that units without values have somewhere to look
    best = np.where(counts > 0, ranked[ends - 1], 0)
    return best, np.where(counts > 1, ranked[ends - 2], 0)


@compiled
def by_grams(
    bucket: NDArray[np.uint32],
    row: NDArray[np.int32],
    value: Floats,
    prose: NDArray[np.bool_],
    line_of: Ids,
    story: Ids,
    box: Ids,
    stories: int,
    boxes: int,
    gram_idf: Floats,
) -> Floats:
    """For every story and box, shape (units, 2): cosine of its letter n-grams with the paragraphs', and the share that they know.

    bucket, row, value: the n-grams of the blocks, (n-grams,); the others as in `by_words`.
    """
    own = prose.take(row)
    weight = value * gram_idf.take(bucket)
    of_own, theirs_alone = bucket.compress(own), weight.compress(own)
    known = np.zeros(1 << BITS, dtype=np.float32)
    np.add.at(known, of_own, theirs_alone)
    norm = np.sqrt(known.take(of_own) @ theirs_alone)  # every bucket's sum times its parts: its square
    of = line_of.take(row)
    inside = of >= 0
    unit = _owners(of[inside], story, box, stories)
    weight, theirs = np.tile(weight[inside], 2), np.tile(known[bucket[inside]], 2)

    def total(values: NDArray[np.float32]) -> NDArray[np.float64]:
        return np.asarray(np.bincount(unit, weights=values, minlength=stories + boxes), dtype=np.float64)

    cosine = total(weight * theirs) / np.maximum(1e-6, norm * np.sqrt(total(weight**2)))
    share = total(weight * (theirs > 0)) / np.maximum(1e-6, total(weight))
    return np.stack([cosine, share], axis=1).astype(np.float32)
