"""Fit the heads of the rewrite signal: one a family of generators, against the same human articles."""

from __future__ import annotations

import random
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from copydesk.article import Article
from copydesk.ngrams import BITS, grams, rows
from copydesk.reading import read

from .augment import SHORTEST, window
from .corpus import FAMILIES, WRITTEN, Lines, Row

STRENGTH = 30.0  # inverse regularisation; 10 and 100 lose one to three points of recall on dev
CHUNK = 400
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Sample:
    """The running prose of one article, in scored form, with who wrote it."""

    sentences: tuple[str, ...]
    human: bool
    source: str
    group: str
    generator: str = ""


def prose_of(text: str) -> tuple[str, ...]:
    """The sentences that the rewrite detector scores, in scored form."""
    article = Article(read(text, kind="text"))
    return tuple(s for s, is_prose in zip(article.folded, article.prose, strict=True) if is_prose)


def samples(articles: Sequence[Row], written: Sequence[Lines]) -> list[Sample]:
    """The prose of every article with enough of it. Padding is a rewriter's prose too; injected lines and debris are not."""
    kept = [r for r in articles if r.text.strip()]
    proses = Parallel(n_jobs=2, batch_size=200)(delayed(prose_of)(r.text) for r in kept)
    out = [Sample(p, r.human, r.set_name, r.group, r.generator) for p, r in zip(proses, kept, strict=True)]
    for doc in written:
        if doc.style != "padding_inserted":
            text = "\n\n".join(x.text for x in doc.lines if x.label in ("body", "padding"))
            out.append(Sample(prose_of(text), False, "written", doc.id, doc.style))
    return [s for s in out if sum(x.count(" ") + 1 for x in s.sentences) >= SHORTEST - 10]


def matrix(texts: Sequence[Sequence[str]]) -> sparse.csr_matrix:
    """One row of normalised n-gram counts for every list of sentences, exactly as in scoring."""
    parts = []
    for start in range(0, len(texts), CHUNK):
        chunk = texts[start : start + CHUNK]
        flat = [s for t in chunk for s in t]
        row_of = np.repeat(np.arange(len(chunk), dtype=np.int32), [len(t) for t in chunk])
        r = rows(grams(flat), row_of)
        parts.append(sparse.csr_matrix((r.value, (r.row, r.bucket.astype(np.int32))), shape=(len(chunk), 1 << BITS)))
    return sparse.vstack(parts, format="csr")


def even_weights(human: NDArray[np.bool_], source: NDArray[np.str_]) -> NDArray[np.float64]:
    """A weight for every row: both classes the same in sum, and within a class a set weighs as the root of its size."""
    weight = np.zeros(len(human))
    for side in (True, False):
        of_side = human == side
        for name in np.unique(source[of_side]):
            chosen = of_side & (source == name)
            weight[chosen] = 1 / np.sqrt(chosen.sum())
        weight[of_side] /= 2 * weight[of_side].sum()
    return weight * len(human)


def fit(data: Sequence[Sample], seed: int, say: Say) -> tuple[NDArray[np.float16], NDArray[np.float32]]:
    """Weights (2**BITS, families) and biases (families,) of all heads, in the order of FAMILIES."""
    rng = random.Random(seed)
    texts, picked = [], []
    for s in data:
        words = sum(x.count(" ") + 1 for x in s.sentences)
        times = 3 if s.source in WRITTEN else 2 if s.human and words > 500 else 1
        for _ in range(times):
            first, end = window(s.sentences, rng)
            texts.append(s.sentences[first:end])
            picked.append(s)
    say(f"rewrite: {len(texts)} windows of {len(data)} articles")
    table = matrix(texts)
    human = np.array([s.human for s in picked])
    source = np.array([s.source for s in picked])
    chosen = {k: human | (np.isin(source, sorted(v)) if v is not None else True) for k, v in FAMILIES.items()}
    fits = Parallel(n_jobs=2, batch_size=1)(delayed(_fit_head)(table, human, source, c) for c in chosen.values())
    for name, model in zip(FAMILIES, fits, strict=True):
        say(f"rewrite: head {name!r} fitted on {int(chosen[name].sum())} windows in {int(model.n_iter_[0])} steps")
    weights = np.stack([m.coef_[0] for m in fits], axis=1)
    return weights.astype(np.float16), np.array([m.intercept_[0] for m in fits], dtype=np.float32)


def _fit_head(
    table: sparse.csr_matrix, human: NDArray[np.bool_], source: NDArray[np.str_], chosen: NDArray[np.bool_]
) -> LogisticRegression:
    rows = np.flatnonzero(chosen)
    model = LogisticRegression(C=STRENGTH, max_iter=200, tol=1e-6)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # stopping early is meant
        return model.fit(table[rows], ~human[rows], sample_weight=even_weights(human[rows], source[rows]))
