"""How well a block's words fit the article: a feature of the block model. (`relatedness` judges promoted lines, with more care.)

Measured: TF-IDF cosine of the block with the article's paragraphs, and how much of the block's word weight they know.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .article import TOPIC_BITS, Article
from .compiled import compiled
from .linear import Floats


def topic_fit(article: Article, idf: Floats) -> Floats:
    """How well each block fits the article's topic, shape (blocks, 2), each 0 to 1; computed once an article.

    First the TF-IDF cosine with the article's paragraphs (a paragraph itself left out of them), then the share of the block's
    word weight that the paragraphs know. `idf` holds the weight of every hashed word, shape (2**TOPIC_BITS,).
    """
    return article.once("topic_fit", lambda: _fit(*article.terms, article.prose_blocks, idf, len(article.prose_blocks)))


@compiled
def _fit(
    bucket: NDArray[np.int32], block: NDArray[np.int32], prose: NDArray[np.bool_], idf: Floats, size: int
) -> Floats:
    """Cosine and known share of `size` blocks, shape (size, 2), from words `bucket` in blocks `block`, both (m,); prose: (size,)."""
    if not len(bucket):
        return np.zeros((size, 2), dtype=np.float32)
    keys, counts = np.unique((block.astype(np.int64) << TOPIC_BITS) | bucket, return_counts=True)
    row, column = keys >> TOPIC_BITS, keys & ((1 << TOPIC_BITS) - 1)
    words, column = np.unique(column, return_inverse=True)
    own = np.where(prose[row], counts, 0)
    uses = np.bincount(column, weights=own)  # of every word, in the paragraphs
    known_weight = idf[words]
    weight = np.log1p(counts) * known_weight[column]
    rest = np.log1p(uses[column] - own) * known_weight[column]

    def total(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.bincount(row, weights=values, minlength=size), dtype=np.float64)

    norms = np.sqrt(total(weight**2) * np.square(np.log1p(uses) * known_weight).sum())
    cosine = total(weight * rest) / np.maximum(1e-9, norms)
    known = total(weight * (rest > 0)) / np.maximum(1e-9, total(weight))
    return np.stack([np.clip(cosine, 0, 1), known], axis=1).astype(np.float32)


def runs(members: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """(first, end) of every unbroken run of True, in order; end exclusive."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], members, [False]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
