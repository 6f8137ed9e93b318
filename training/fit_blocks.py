"""Fit the block model in its two passes, the topic weights, and the head that says whether a promoted line is on topic."""

from __future__ import annotations

import random
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sparse
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from copydesk import CorpusError
from copydesk.article import TOPIC_BITS, Article
from copydesk.block_features import FEATURE_BITS, block_features
from copydesk.blocks import FEATURE_VALUE, GROUP_COLUMNS, LABELS, LINKS, TABLE_BITS, neighbourhood
from copydesk.ngrams import BITS
from copydesk.reading import read
from copydesk.topic import runs, topic_features, topic_fit

from .align import align
from .augment import as_fragment, as_text, inject, with_goods, with_paid_links
from .calibrate import need_both
from .corpus import Line, Lines, Row
from .fit_rewrite import Say
from .forest import grow

STRENGTH = 3.0  # inverse regularisation of the first pass
FOLDS = 3
STEPS = 80  # of the solver; more change no decision on dev
WEAK = 0.3  # weight of a paragraph that nobody labelled, taken from an article known to be a person's
INVENTED = 0.3  # and of an article with invented lines
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Labelled:
    """An article with a label index and a weight for every block (weight 0: unlabelled), and the lines they come from."""

    article: Article
    label: NDArray[np.int32]
    weight: NDArray[np.float32]
    lines: tuple[Line | None, ...]
    group: str


def from_lines(doc: Lines, source: str, kind: str) -> Labelled:
    """Read `source` as scoring would, and label its blocks from the document's lines; padding counts as body here."""
    article = Article(read(source, kind=kind, title=doc.title, url=doc.url))
    found = align(article.document, doc.lines)
    label = [LABELS.index("body" if x.label == "padding" else x.label) if x else 0 for x in found]
    weight = [1.0 if x else 0.0 for x in found]
    return Labelled(
        article, np.array(label, dtype=np.int32), np.array(weight, dtype=np.float32), tuple(found), doc.group
    )


def variants(docs: Iterable[Lines], rng: random.Random) -> list[Labelled]:
    """Every document in every form it may arrive in: the page, plain text, and for written ones a stored HTML body."""
    out = []
    for doc in docs:
        if doc.html:
            out.append(from_lines(doc, doc.html, "html"))
        if doc.style:
            out.append(from_lines(doc, as_fragment(doc, rng), "html"))
        out.append(from_lines(doc, as_text(doc), "text"))
    return out


def weak_humans(articles: Sequence[Row], rng: random.Random, count: int) -> list[Labelled]:
    """Human articles as plain text whose paragraphs are taken for body, and some of them again with an invented paid link, or
    with an invented list of goods."""
    out = []
    for row in rng.sample(articles, min(count, len(articles))):
        article = Article(read(row.text, kind="text", title=row.title))
        prose = article.prose_blocks
        weight = np.where(prose, WEAK, 0).astype(np.float32)
        out.append(Labelled(article, np.zeros(len(prose), dtype=np.int32), weight, (None,) * len(prose), row.group))
        paragraphs = [
            article.document.text[b.start : b.end] for b, p in zip(article.document.blocks, prose, strict=True) if p
        ]
        if len(paragraphs) >= 3:
            made = [
                make(paragraphs[:12], rng)
                for make, odds in ((with_paid_links, 0.5), (with_goods, 0.25))
                if rng.random() < odds
            ]
            out += [doc for source, labels in made if (doc := _invented(source, labels, row))]
    return out


def _invented(source: str, labels: list[str], row: Row) -> Labelled | None:
    """An article with invented lines in it, if our reader cuts it as it was made."""
    article = Article(read(source, kind="html", title=row.title))
    if len(article.document.blocks) != len(labels):
        return None
    label = np.array([LABELS.index(x) for x in labels], dtype=np.int32)
    return Labelled(article, label, np.full(len(labels), INVENTED, dtype=np.float32), (None,) * len(labels), row.group)


def injected_humans(articles: Sequence[Row], donors: Sequence[Lines], rng: random.Random, count: int) -> list[Labelled]:
    """Human articles with loose lines of labelled documents put in, as plain text and, one in three, as a stored HTML body.

    In whole documents every outlet's lines stand in their own outlet's surroundings; here they have to be known by themselves.
    """
    out = []
    for row in rng.sample(articles, min(count, len(articles))):
        article = Article(read(row.text, kind="text", title=row.title))
        blocks = zip(article.document.blocks, article.prose_blocks, strict=True)
        paragraphs = [article.document.text[b.start : b.end] for b, own in blocks if own][:14]
        if len(paragraphs) < 3:
            continue
        doc = inject(paragraphs, rng.choice(donors), rng, row.id)
        html = rng.random() < 1 / 3
        labelled = from_lines(doc, as_fragment(doc, rng) if html else as_text(doc), "html" if html else "text")
        weak = np.where(labelled.label == LABELS.index("body"), WEAK * labelled.weight, labelled.weight)
        out.append(replace(labelled, weight=weak.astype(np.float32)))
    return out


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
        r, f = doc.article.block_rows, block_features(doc.article, idf)
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


def fit(docs: Sequence[Labelled], idf: Floats, say: Say) -> dict[str, NDArray[np.generic]]:
    """Arrays of both passes. The second is fitted on what the first says of documents of outlets it has not seen."""
    table = design(docs, idf)
    label = np.concatenate([d.label for d in docs])
    weight = np.concatenate([d.weight for d in docs])
    owner = np.repeat(np.arange(len(docs)), [len(d.label) for d in docs])
    groups = np.array([d.group for d in docs])[owner]
    say(f"blocks: {int((weight > 0).sum())} labelled blocks of {len(docs)} documents")
    missing = [x for i, x in enumerate(LABELS) if not (label[weight > 0] == i).any()]
    if missing:
        raise CorpusError(f"lines.train: no line is labelled {', '.join(missing)}; the block model needs every label")
    unseen = np.zeros((len(label), len(LABELS)), dtype=np.float32)
    splits = list(GroupKFold(FOLDS).split(table, label, groups))
    everything = np.arange(len(label))
    fits = Parallel(n_jobs=2)(
        delayed(_fit)(table[rows], label[rows], weight[rows]) for rows in [everything, *(t for t, _ in splits)]
    )
    first = fits[0]
    for part, (_, test) in zip(fits[1:], splits, strict=True):
        unseen[np.ix_(test, part.classes_)] = part.predict_proba(table[test])
    context = np.concatenate([neighbourhood(unseen[owner == i], d.article.prose_blocks) for i, d in enumerate(docs)])
    group = np.zeros(len(label), dtype=np.int32)
    for g, columns in enumerate(GROUP_COLUMNS):
        group[np.isin(label, columns)] = g
    size = 1 << TABLE_BITS
    arrays = {
        "blocks.ngrams": first.coef_[:, :size].T.astype(np.float16),
        "blocks.features": first.coef_[:, size:].T.astype(np.float16),
        "blocks.bias": first.intercept_.astype(np.float32),
        **grow(context, group, weight),
    }
    say("blocks: both passes fitted")
    return arrays


def topic_examples(docs: Sequence[Labelled], idf: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Features of every promoted line whose fit is known, and whether it fits."""
    found, fits = [], []
    for doc in docs:
        is_line = np.array([x is not None and x.label in LINKS for x in doc.lines], dtype=np.bool_)
        if not is_line.any():
            continue
        fit_of = topic_fit(doc.article, idf)
        for first, end in runs(is_line):
            rows = topic_features(fit_of, first, end)
            for row, line in zip(rows, doc.lines[first:end], strict=True):
                if line is not None and line.related is not None:
                    found.append(row)
                    fits.append(line.related)
    return np.array(found, dtype=np.float32), np.array(fits)


def fit_topic(docs: Sequence[Labelled], idf: Floats) -> tuple[Floats, float]:
    """Weights and bias of the relatedness head."""
    features, fits = topic_examples(docs, idf)
    need_both(fits, "lines.train: related and unrelated lines to other stories")
    model = LogisticRegression(C=0.3, class_weight="balanced").fit(features, fits)
    return model.coef_[0].astype(np.float32), float(model.intercept_[0])
