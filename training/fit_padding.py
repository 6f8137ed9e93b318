"""Fit the padding heads: paragraphs first, then whole articles from what the first says of writers it has not seen."""

from __future__ import annotations

import random
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from copydesk.article import Article
from copydesk.block_features import FEATURE_BITS, block_features
from copydesk.blocks import FEATURE_VALUE
from copydesk.detectors.seo_padding import units
from copydesk.ngrams import BITS, rows
from copydesk.reading import read

from .align import align
from .augment import as_text, with_padding
from .calibrate import need_both
from .corpus import Lines, Row
from .fit_rewrite import Say

STRENGTH = 10.0
FOLDS = 3
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Padded:
    """An article with what is known of each of its paragraphs: 1 padding, 0 not, -1 not a paragraph to learn from."""

    article: Article
    unit: NDArray[np.int32]
    padding: NDArray[np.int8]
    group: str

    @property
    def is_padded(self) -> bool:
        """Whether any paragraph is padding."""
        return bool((self.padding == 1).any())


def from_written(docs: Sequence[Lines]) -> list[Padded]:
    """Written articles as plain text; the paragraphs' labels come from their blocks."""
    out = []
    for doc in docs:
        article = Article(read(as_text(doc), kind="text", title=doc.title))
        unit = units(article)
        block = article.block_of_sentence[np.unique(unit, return_index=True)[1]]
        found = align(article.document, doc.lines)
        known = {"padding": 1, "body": 0, "headline": 0}
        label = [known.get(x.label, -1) if x else -1 for x in (found[b] for b in block)]
        out.append(Padded(article, unit, np.array(label, dtype=np.int8), doc.group))
    return out


def from_humans(articles: Sequence[Row], rng: random.Random, count: int) -> list[Padded]:
    """Human articles: no paragraph of theirs is padding; as many of every set, as far as it goes."""
    sets = sorted({r.set_name for r in articles})
    out = []
    for name in sets:
        of_set = [r for r in articles if r.set_name == name]
        for row in rng.sample(of_set, min(len(of_set), count // len(sets))):
            article = Article(read(row.text, kind="text", title=row.title))
            unit = units(article)
            out.append(Padded(article, unit, np.zeros(int(unit[-1]) + 1, dtype=np.int8), row.group))
    return out


def padded_humans(articles: Sequence[Row], donors: Sequence[Lines], rng: random.Random, count: int) -> list[Padded]:
    """Human articles into which paragraphs of padding were put: there padding stands alone, without its usual company."""
    out = []
    for row in rng.sample(articles, min(len(articles), count)):
        article = Article(read(row.text, kind="text", title=row.title))
        blocks = zip(article.document.blocks, article.prose_blocks, strict=True)
        paragraphs = [article.document.text[b.start : b.end] for b, own in blocks if own][:12]
        if len(paragraphs) >= 3:
            out += from_written([with_padding(paragraphs, rng.choice(donors), rng, row.id)])
    return out


def design(docs: Sequence[Padded], idf: Floats) -> sparse.csr_matrix:
    """N-grams of every paragraph and features of its block, one row a paragraph."""
    parts = []
    for doc in docs:
        size = len(doc.padding)
        r, f = rows(doc.article.grams, doc.unit), block_features(doc.article, idf)
        left = sparse.csr_matrix((r.value, (r.row, r.bucket.astype(np.int32))), shape=(size, 1 << BITS))
        ones = np.full(len(f.row), FEATURE_VALUE, dtype=np.float32)
        look = sparse.csr_matrix((ones, (f.row, f.column)), shape=(len(doc.article.document.blocks), 1 << FEATURE_BITS))
        block = doc.article.block_of_sentence[np.unique(doc.unit, return_index=True)[1]]
        parts.append(sparse.hstack([left, look[block]], format="csr"))
    return sparse.vstack(parts, format="csr")


def _fit(table: sparse.csr_matrix, label: NDArray[np.int8]) -> LogisticRegression:
    known = np.flatnonzero(label >= 0)
    model = LogisticRegression(C=STRENGTH, max_iter=150, tol=1e-5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # stopping early is meant
        return model.fit(table[known], label[known])


def fit(docs: Sequence[Padded], idf: Floats, say: Say) -> tuple[dict[str, NDArray[np.generic]], Floats]:
    """Arrays of the paragraph head, and its raw score of every paragraph by a fit that had not seen the writer."""
    table = design(docs, idf)
    label = np.concatenate([d.padding for d in docs])
    groups = np.repeat(np.array([d.group for d in docs]), [len(d.padding) for d in docs])
    say(f"padding: {int((label >= 0).sum())} paragraphs, {int((label == 1).sum())} of them padding")
    need_both(label[label >= 0] == 1, "written.train: paragraphs that are padding and others")
    unseen = np.zeros(len(label), dtype=np.float32)
    splits = list(GroupKFold(FOLDS).split(table, label, groups))
    everything = np.arange(len(label))
    fits = Parallel(n_jobs=2)(delayed(_fit)(table[rows], label[rows]) for rows in [everything, *(t for t, _ in splits)])
    model = fits[0]
    for part, (_, test) in zip(fits[1:], splits, strict=True):
        unseen[test] = part.decision_function(table[test])
    weights = model.coef_[0]
    return {
        "padding.ngrams": weights[: 1 << BITS, None].astype(np.float16),
        "padding.features": weights[1 << BITS :, None].astype(np.float16),
        "padding.bias": model.intercept_.astype(np.float32),
    }, unseen
