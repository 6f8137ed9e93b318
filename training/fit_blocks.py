"""Fit the block model in its two passes, and count the word weights that it and others use."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import scipy.sparse as sparse
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from copydesk import CorpusError, RepeatCounter, prints
from copydesk.article import TOPIC_BITS, Article
from copydesk.block_features import FEATURE_BITS
from copydesk.blocks import DEBRIS, FEATURE_VALUE, GROUP_COLUMNS, LABELS, LINKS, TABLE_BITS, features_of, kinds_of
from copydesk.layout import second_features
from copydesk.ngrams import BITS
from copydesk.reading import read

from . import second
from .corpus import Row
from .labelled import Labelled
from .prose import Say

SEED = 20260101
STRENGTH = 3.0  # inverse regularisation of the first pass
FOLDS = 3
STEPS = 60  # of the solver; more change no decision on dev
# Paragraphs that nobody labelled are most of all blocks and nearly all n-grams, and easy: of them so many are learned from, with the
# weight of all. It halves the time.
KEPT = 0.3
Floats = NDArray[np.float32]
Arrays = dict[str, NDArray[np.generic]]


def topic_weights(articles: Sequence[Row]) -> Floats:
    """Inverse document frequency of every hashed word over human articles, shape (2**TOPIC_BITS,)."""
    seen = np.zeros(1 << TOPIC_BITS)
    for row in articles:
        bucket, _ = Article(read(row.text, kind="text")).terms
        seen[np.unique(bucket)] += 1
    return np.log((len(articles) + 1) / (seen + 1)).astype(np.float16).astype(np.float32)


def design(docs: Sequence[Labelled], idf: Floats) -> sparse.csr_matrix:
    """N-grams and features of all blocks of all documents, one row a block."""
    parts = []
    for doc in docs:
        size = len(doc.article.document.blocks)
        r, f = doc.article.block_rows, features_of(doc.article, idf)
        left = sparse.csr_matrix(
            (r.value, (r.row, (r.bucket >> (BITS - TABLE_BITS)).astype(np.int32))), shape=(size, 1 << TABLE_BITS)
        )
        ones = np.full(len(f.row), FEATURE_VALUE, dtype=np.float32)
        right = sparse.csr_matrix((ones, (f.row, f.column)), shape=(size, 1 << FEATURE_BITS))
        parts.append(sparse.hstack([left, right], format="csr"))
    return sparse.vstack(parts, format="csr")


def _fit(table: sparse.csr_matrix, label: NDArray[np.int32], weight: NDArray[np.float32]) -> LogisticRegression:
    known = np.flatnonzero(weight > 0)
    model = LogisticRegression(C=STRENGTH, max_iter=STEPS, tol=1e-4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # stopping early is meant
        return model.fit(table[known], label[known], sample_weight=weight[known])


def fit(docs: Sequence[Labelled], idf: Floats, say: Say, unseen: bool = False) -> tuple[Arrays, Floats | None]:
    """Arrays of both passes; and, if `unseen` is set, what the second says of all blocks when fitted on other groups, (blocks, 3).

    The second is fitted on what the first says of documents of outlets it has not seen.
    """
    table = design(docs, idf)
    label = np.concatenate([d.label for d in docs])
    weight = _thinned(docs, np.concatenate([d.weight for d in docs]))
    owner = np.repeat(np.arange(len(docs)), [len(d.label) for d in docs])
    groups = np.array([d.group for d in docs])[owner]
    say(f"blocks: {int((weight > 0).sum())} labelled blocks of {len(docs)} documents")
    missing = [x for i, x in enumerate(LABELS) if not (label[weight > 0] == i).any()]
    if missing:
        raise CorpusError(f"lines.train: no line is labelled {', '.join(missing)}; the block model needs every label")
    first, others = _first_pass(table, label, weight, groups)
    ends = np.cumsum([len(d.label) for d in docs])[:-1]
    context = np.concatenate([_context(d, part, idf) for d, part in zip(docs, np.split(others, ends), strict=True)])
    group = np.zeros(len(label), dtype=np.int32)
    for g, columns in enumerate(GROUP_COLUMNS):
        group[np.isin(label, columns)] = g
    size = 1 << TABLE_BITS
    arrays = {
        "blocks.ngrams": first.coef_[:, :size].T.astype(np.float16),
        "blocks.features": first.coef_[:, size:].T.astype(np.float16),
        "blocks.bias": first.intercept_.astype(np.float32),
        **second.fit(context, group, weight),
    }
    say("blocks: both passes fitted")
    return arrays, second.unseen(context, group, weight, groups, FOLDS) if unseen else None


def _thinned(docs: Sequence[Labelled], weight: Floats) -> Floats:
    """The weights with most unlabelled paragraphs' set to nothing, and those of the others raised to make up for it."""
    prose = np.concatenate([d.article.prose_blocks for d in docs])
    label = np.concatenate([d.label for d in docs])
    easy = prose & (label == LABELS.index("body")) & (weight < 1)
    kept = np.random.default_rng(SEED).random(len(weight)) < KEPT
    return np.where(easy, np.where(kept, weight / KEPT, 0), weight).astype(np.float32)


def _first_pass(
    table: sparse.csr_matrix, label: NDArray[np.int32], weight: NDArray[np.float32], groups: NDArray[np.str_]
) -> tuple[LogisticRegression, Floats]:
    """The first pass fitted on everything, and what it says of each block when fitted on other groups alone, (blocks, labels)."""
    splits = list(GroupKFold(FOLDS).split(table, label, groups))
    parts = [np.arange(len(label)), *(rest for rest, _ in splits)]
    fits = Parallel(n_jobs=2)(delayed(_fit)(table[rows], label[rows], weight[rows]) for rows in parts)
    others = np.zeros((len(label), len(LABELS)), dtype=np.float32)
    for model, (_, test) in zip(fits[1:], splits, strict=True):
        others[np.ix_(test, model.classes_)] = model.predict_proba(table[test])
    return fits[0], others


def repeated_odds(docs: Sequence[Labelled]) -> float:
    """How many times as often a line beside an article stands in two other documents and more as an article's own line does.

    Counted over all labelled documents as if they were one site's; half a line is added to either side, so that a few do not count
    for more than they are.
    """
    counter = RepeatCounter()
    for doc in docs:
        counter.add(prints(doc.article.document))
    counted = counter.result()
    label = np.concatenate([d.label for d in docs])[np.concatenate([d.weight for d in docs]) == 1]
    often = (
        np.concatenate([counted.of(d.article.document) for d in docs])[np.concatenate([d.weight for d in docs]) == 1]
        >= 2
    )
    own = label == LABELS.index("body")
    beside = np.isin(label, [LABELS.index(x) for x in (*LINKS, *DEBRIS)])
    return float(((often & beside).sum() + 0.5) / (beside.sum() + 1) / (((often & own).sum() + 0.5) / (own.sum() + 1)))


def _context(doc: Labelled, first: Floats, idf: Floats) -> Floats:
    """What the second pass sees of a document."""
    return second_features(doc.article, features_of(doc.article, idf), first, kinds_of(first))
