"""Fit the block model in its two passes, and count the word weights that it and others use."""

from __future__ import annotations

import random
import re
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

from copydesk import CorpusError, RepeatCounter, prints
from copydesk.article import TOPIC_BITS, Article
from copydesk.block_features import FEATURE_BITS
from copydesk.blocks import DEBRIS, FEATURE_VALUE, GROUP_COLUMNS, LABELS, LINKS, TABLE_BITS, features_of, kinds_of
from copydesk.cues import WORD, closing, opening
from copydesk.layout import second_features
from copydesk.ngrams import BITS
from copydesk.reading import read

from .align import align
from .augment import as_fragment, as_text, inject, with_goods, with_paid_links
from .corpus import Line, Lines, Row
from .fit_rewrite import Say
from .forest import grow
from .leadins import with_other_lead_ins
from .lookalikes import as_html, with_own_lines

STRENGTH = 3.0  # inverse regularisation of the first pass
FOLDS = 4
STEPS = 80  # of the solver; more change no decision on dev
WEAK = 0.3  # weight of a paragraph that nobody labelled, taken from an article known to be a person's
INVENTED = 0.3  # and of an article with invented lines
WITHOUT_CLASSES = 0.5  # weight of a page that is seen again without the words of its classes
PAID = 1.5  # weight of an invented paid link: with less, the second pass takes it for the paragraph that it looks like
LEAD_INS = 3  # times that a document is seen again with other lead-ins
SHORTEST = 3  # words of a short sentence that counts as an article's own
_SENTENCE_ENDS = '.!?"”’'
_NAMES = re.compile(r"[.#][^ ]*")  # of a DOM path's element
OWN_LINES = (
    0.6  # of human articles so many are seen again with invented lines of their own: lists, recipes, embedded posts
)
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


def altered(docs: Sequence[Labelled], lines: Iterable[Lines], rng: random.Random) -> list[Labelled]:
    """Labelled documents again, with less weight: pages without the words of their classes and ids (newer sites have none that mean
    anything), and texts with other lead-ins before their lines to other stories."""
    out = []
    for doc in docs:
        document = doc.article.document
        if document.form == "page":
            bare = tuple(replace(b, path=_NAMES.sub("", b.path)) for b in document.blocks)
            out.append(
                replace(
                    doc,
                    article=Article(replace(document, blocks=bare)),
                    weight=doc.weight * np.float32(WITHOUT_CLASSES),
                )
            )
    for source in lines:
        for _ in range(LEAD_INS):
            other = with_other_lead_ins(source, rng)
            if other is not None:
                made = from_lines(other, as_text(other), "text")
                out.append(replace(made, weight=made.weight / np.float32(LEAD_INS)))
    return out


def own_blocks(article: Article) -> NDArray[np.bool_]:
    """Which blocks of a person's article are surely its own, shape (blocks,): paragraphs, and short sentences between two of them.

    Without the short ones ("He did not elaborate.") a model learns that short lines are never an article's own.
    """
    text, prose = article.document.text, article.prose_blocks
    before = np.cumsum(prose)
    between = (before > 0) & (before < prose.sum())
    short = []
    for block in article.document.blocks:
        line = text[block.start : block.end]
        words = WORD.findall(line[:90])
        plain = not opening(line, [w.lower() for w in words[:6]]).kinds and not closing(line)
        short.append(len(words) >= SHORTEST and line[-1] in _SENTENCE_ENDS and plain)
    return np.asarray(prose | (between & np.array(short, dtype=np.bool_)))


def _texts(article: Article, chosen: NDArray[np.bool_]) -> list[str]:
    blocks = zip(article.document.blocks, chosen, strict=True)
    return [article.document.text[b.start : b.end] for b, own in blocks if own]


def weak_humans(articles: Sequence[Row], rng: random.Random, count: int) -> list[Labelled]:
    """Human articles as plain text whose paragraphs are taken for body, and some of them again with an invented paid link, or
    with an invented list of goods."""
    out = []
    for row in rng.sample(articles, min(count, len(articles))):
        article = Article(read(row.text, kind="text", title=row.title))
        own = own_blocks(article)
        weight = np.where(own, WEAK, 0).astype(np.float32)
        out.append(Labelled(article, np.zeros(len(own), dtype=np.int32), weight, (None,) * len(own), row.group))
        paragraphs = _texts(article, own)
        if len(paragraphs) >= 3:
            made = [
                make(paragraphs[:12], rng)
                for make, odds in ((with_paid_links, 0.5), (with_goods, 0.25))
                if rng.random() < odds
            ]
            out += [doc for source, labels in made if (doc := _invented(source, labels, row))]
            if rng.random() < OWN_LINES:
                lines, tags = with_own_lines(paragraphs[:12], rng)
                as_body = ["body"] * len(lines)
                html = rng.random() < 1 / 3
                source = as_html(lines, tags) if html else "\n\n".join(lines)
                doc = _invented(source, as_body, row, "html" if html else "text")
                out += [doc] if doc else []
    return out


def _invented(source: str, labels: list[str], row: Row, kind: str = "html") -> Labelled | None:
    """An article with invented lines in it, if our reader cuts it as it was made."""
    article = Article(read(source, kind=kind, title=row.title))
    if len(article.document.blocks) != len(labels):
        return None
    label = np.array([LABELS.index(x) for x in labels], dtype=np.int32)
    weight = np.where(label == LABELS.index("ad"), PAID, INVENTED).astype(np.float32)
    return Labelled(article, label, weight, (None,) * len(labels), row.group)


def injected_humans(articles: Sequence[Row], donors: Sequence[Lines], rng: random.Random, count: int) -> list[Labelled]:
    """Human articles with loose lines of labelled documents put in, as plain text and, one in three, as a stored HTML body.

    In whole documents every outlet's lines stand in their own outlet's surroundings; here they have to be known by themselves.
    """
    out = []
    for row in rng.sample(articles, min(count, len(articles))):
        article = Article(read(row.text, kind="text", title=row.title))
        paragraphs = _texts(article, own_blocks(article))[:14]
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
    ends = np.cumsum([len(d.label) for d in docs])[:-1]
    context = np.concatenate(
        [_context(d, first_said, idf) for d, first_said in zip(docs, np.split(unseen, ends), strict=True)]
    )
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
