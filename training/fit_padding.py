"""Fit the padding heads: parts of articles in two passes, the second on what the first says of writers it has not seen.

The labelled padding is nine writers' and stands in company. So it is also put into human articles, alone: whole paragraphs, and
single sentences at the end of honest paragraphs; half of what is put there is invented (`invented.py`). The second pass also sees
human articles that the first never saw. (On dev, with as many paragraphs found, one human article in fifty was marked before, fewer
than one in a hundred with them.)
"""

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
from sklearn.model_selection import GroupKFold

from copydesk.article import Article
from copydesk.block_features import FEATURE_BITS
from copydesk.blocks import FEATURE_VALUE, features_of
from copydesk.detectors.seo_padding import units
from copydesk.ngrams import BITS, run_bounds
from copydesk.parts import SENTENCE_WORDS, Parts, first_pass, parts_of
from copydesk.reading import read

from .align import align
from .augment import as_text
from .calibrate import need_both
from .corpus import Line, Lines, Row
from .forest import Shape, grow
from .invented import hollow
from .prose import Say

STRENGTH = 10.0
FOLDS = 5
FOREST = Shape(
    rounds=60, rate=0.12, columns=1.0, leaf=20, pull=1.0
)  # 40 rounds at .17 find 2 % fewer paragraphs of dev
LONGEST = 40  # paragraphs of a human article into which padding is put
HOLLOW_SHARE = (
    0.25,
    0.6,
)  # of a paragraph's words: below it is an honest paragraph, above it is padding, between nobody can say
Floats = NDArray[np.float32]
Labels = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Padded:
    """An article with what is known of each paragraph and each sentence: 1 padding, 0 not, -1 nothing to learn from."""

    article: Article
    unit: NDArray[np.int32]
    padding: Labels
    sentence: Labels
    group: str

    @property
    def is_padded(self) -> bool | None:
        """Whether any paragraph is padding; None if a sentence is at most: to that an editor may object or not."""
        return True if (self.padding == 1).any() else None if (self.sentence == 1).any() else False

    def gold(self, parts: Parts) -> Labels:
        """What is known of every part."""
        return np.concatenate([self.padding, self.sentence[parts.first[parts.paragraphs :]]])


def from_written(docs: Sequence[Lines]) -> list[Padded]:
    """Written articles as plain text; the labels come from their blocks. Debris and lines to other stories are not padding."""
    return [_labelled(doc, Article(read(as_text(doc), kind="text", title=doc.title)), 1) for doc in docs]


def from_lines(docs: Sequence[Lines]) -> list[Padded]:
    """Labelled pages, each as it is and as plain text: their lines are no padding, and what is called padding is left out, since
    only the clear cases are."""
    pages = [_labelled(d, Article(read(d.html, kind="html", title=d.title, url=d.url)), -1) for d in docs if d.html]
    return pages + [_labelled(d, Article(read(as_text(d), kind="text", title=d.title)), -1) for d in docs]


def _labelled(doc: Lines, article: Article, padding: int) -> Padded:
    """The article with every paragraph labelled from its line: `padding` where the line is called that."""
    unit = units(article)
    label = [-1 if x is None else padding if x.label == "padding" else 0 for x in align(article.document, doc.lines)]
    sentence = np.array(label, dtype=np.int8)[article.block_of_sentence]
    return Padded(article, unit, sentence[run_bounds(unit)[:-1]], sentence, doc.group)


def from_humans(articles: Sequence[Row], rng: random.Random, count: int) -> list[Padded]:
    """Human articles: no paragraph of theirs is padding; as many of every set, as far as it goes."""
    sets = sorted({r.set_name for r in articles})
    out = []
    for name in sets:
        of_set = [r for r in articles if r.set_name == name]
        out += [_human(row) for row in rng.sample(of_set, min(len(of_set), count // len(sets)))]
    return out


def _human(row: Row) -> Padded:
    article = Article(read(row.text, kind="text", title=row.title))
    unit = units(article)
    return Padded(article, unit, np.zeros(int(unit[-1]) + 1, np.int8), np.zeros(len(unit), np.int8), row.group)


def others(articles: Sequence[Row], used: Sequence[Padded], rng: random.Random, count: int) -> list[Padded]:
    """Human articles of no group that was used already, in the proportions of the corpus."""
    groups = {d.group for d in used}
    left = [r for r in articles if r.group not in groups]
    return [_human(row) for row in rng.sample(left, min(len(left), count))]


def padded_humans(articles: Sequence[Row], donors: Sequence[Lines], rng: random.Random, count: int) -> list[Padded]:
    """`count` human articles with paragraphs of padding put in, and as many with hollow sentences in their paragraphs."""
    out: list[Padded] = []
    for put in (_put_paragraphs, _put_sentences):
        for row in rng.sample(articles, min(len(articles), count)):
            article = Article(read(row.text, kind="text", title=row.title))
            blocks = zip(article.document.blocks, article.prose_blocks, strict=True)
            paragraphs = [article.document.text[b.start : b.end] for b, own in blocks if own][: rng.randint(6, LONGEST)]
            donor = rng.choice(donors) if rng.random() < 0.6 else None
            padding = [x.text for x in donor.lines if x.label == "padding"] if donor else hollow(row.title, rng, 3)
            if len(paragraphs) >= 3:
                out += put(row, paragraphs, padding, donor.group if donor else row.group, rng)
    return out


def _put_paragraphs(
    row: Row, paragraphs: list[str], padding: list[str], group: str, rng: random.Random
) -> list[Padded]:
    """One paragraph of padding, or up to three, behind the article's first, most often at its end: put before it, they teach that a
    person's lede is padding."""
    lines = [Line(p, "body") for p in paragraphs]
    wanted = 1 if rng.random() < 0.5 else rng.randint(1, 3)
    for text in rng.sample(padding, min(len(padding), wanted)):
        lines.insert(len(lines) if rng.random() < 0.5 else rng.randint(1, len(lines)), Line(text, "padding"))
    return from_written([Lines(row.id, row.title, group, tuple(lines))])


def _put_sentences(row: Row, paragraphs: list[str], padding: list[str], group: str, rng: random.Random) -> list[Padded]:
    """One or two sentences of padding, each at the end of a paragraph, sometimes before it."""
    loose = [Article(read(text, kind="text")).document for text in padding]
    sentences = [d.text[s.start : s.end] for d in loose for s in d.sentences]
    sentences = [s for s in sentences if s.count(" ") >= SENTENCE_WORDS]
    chosen = rng.sample(sentences, min(len(sentences), rng.randint(1, 2)))
    paragraphs = list(paragraphs)
    for text in chosen:
        at = len(paragraphs) - 1 if rng.random() < 0.4 else rng.randrange(len(paragraphs))
        paragraphs[at] = f"{paragraphs[at]} {text}" if rng.random() < 0.85 else f"{text} {paragraphs[at]}"
    lines = tuple(Line(p, "body") for p in paragraphs)
    return [_hollow_sentences(doc, chosen) for doc in from_written([Lines(row.id, row.title, group, lines)]) if chosen]


def _hollow_sentences(doc: Padded, chosen: Sequence[str]) -> Padded:
    """The article with the sentences that were put in labelled, and the paragraphs round them by how much of them is hollow."""
    document = doc.article.document
    texts = [document.text[s.start : s.end] for s in document.sentences]
    put = np.array([any(text in c for c in chosen) and text.count(" ") >= 2 for text in texts])
    words = np.array([text.count(" ") + 1 for text in texts])
    share = np.bincount(doc.unit, words * put, len(doc.padding)) / np.bincount(doc.unit, words, len(doc.padding))
    low, high = HOLLOW_SHARE
    padding = np.where(share >= high, 1, np.where(share > low, -1, doc.padding)).astype(np.int8)
    return Padded(doc.article, doc.unit, padding, np.where(put, 1, doc.sentence).astype(np.int8), doc.group)


def _table(doc: Padded, row_of: NDArray[np.int32], size: int) -> sparse.csr_matrix:
    """Counts of n-grams over the root of their number: sentence i belongs to row `row_of[i]`, or to none if that is negative."""
    grams = doc.article.grams
    row = row_of[grams.unit]
    known = row >= 0
    total = np.bincount(row[known], minlength=size)
    value = (1 / np.sqrt(np.maximum(1, total))).astype(np.float32)[row[known]]
    place = (row[known], grams.bucket[known].astype(np.int32))
    return sparse.csr_matrix((value, place), shape=(size, 1 << BITS))


def design(docs: Sequence[Padded], idf: Floats) -> tuple[sparse.csr_matrix, Labels, NDArray[np.int32]]:
    """Rows for the first pass, their labels and the index of their article: every paragraph with the features of its block, and
    every sentence of a paragraph of several, without."""
    parts, label, owner = [], [], []
    for i, doc in enumerate(docs):
        blocks = len(doc.article.document.blocks)
        f = features_of(doc.article, idf)
        ones = np.full(len(f.row), FEATURE_VALUE, dtype=np.float32)
        look = sparse.csr_matrix((ones, (f.row, f.column)), shape=(blocks, 1 << FEATURE_BITS))
        block = doc.article.block_of_sentence[run_bounds(doc.unit)[:-1]]
        parts.append(sparse.hstack([_table(doc, doc.unit, len(block)), look[block]], format="csr"))
        long = (np.bincount(doc.unit)[doc.unit] > 1) & (
            np.bincount(doc.article.grams.unit, minlength=len(doc.unit)) > 40
        )
        size = int(long.sum())
        row_of = np.where(long, np.cumsum(long) - 1, -1).astype(np.int32)
        nothing = sparse.csr_matrix((size, 1 << FEATURE_BITS), dtype=np.float32)
        parts.append(sparse.hstack([_table(doc, row_of, size), nothing], format="csr"))
        label += [doc.padding, doc.sentence[long]]
        owner += [i] * (len(block) + size)
    return sparse.vstack(parts, format="csr"), np.concatenate(label), np.array(owner, dtype=np.int32)


def _fit(table: sparse.csr_matrix, label: Labels) -> LogisticRegression:
    known = np.flatnonzero(label >= 0)
    model = LogisticRegression(C=STRENGTH, max_iter=150, tol=1e-5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # stopping early is meant
        return model.fit(table[known], label[known])


def _judge(model: LogisticRegression, idf: Floats) -> Callable[[Padded], Parts]:
    """The parts of an article as a fitted first pass leaves them to the second."""
    weights = model.coef_[0].astype(np.float32)
    ngrams, look = weights[: 1 << BITS], weights[1 << BITS :, None]

    def parts(doc: Padded) -> Parts:
        said = first_pass(doc.article, doc.unit, idf, ngrams, look, float(model.intercept_[0]))
        return parts_of(doc.article, doc.unit, said, idf)

    return parts


def fit(
    docs: Sequence[Padded], fresh: Sequence[Padded], idf: Floats, say: Say
) -> tuple[dict[str, NDArray[np.generic]], list[Parts]]:
    """Arrays of both passes, and the parts of `docs` as a first pass that had not seen the writer leaves them. `fresh`: human
    articles for the second pass alone."""
    table, label, owner = design(docs, idf)
    say(f"padding: {int((label >= 0).sum())} paragraphs and sentences, {int((label == 1).sum())} of them padding")
    need_both(label[label >= 0] == 1, "written.train: paragraphs that are padding and others")
    groups = np.array([d.group for d in docs])
    splits = list(GroupKFold(FOLDS).split(groups, groups=groups))
    chosen = [np.arange(len(label)), *(np.flatnonzero(np.isin(owner, kept)) for kept, _ in splits)]
    fits = Parallel(n_jobs=2)(delayed(_fit)(table[rows], label[rows]) for rows in chosen)
    model = fits[0]
    unseen: dict[int, Parts] = {}
    for part, (_, test) in zip(fits[1:], splits, strict=True):
        judge = _judge(part, idf)
        unseen.update({int(i): judge(docs[i]) for i in test})
    parts = [unseen[i] for i in range(len(docs))]
    every = [
        *zip(docs, parts, strict=True),
        *((d, p) for d, p in zip(fresh, map(_judge(model, idf), fresh), strict=True)),
    ]
    gold = np.concatenate([d.gold(p) for d, p in every])
    forest = grow("padding", np.concatenate([p.table for _, p in every]), gold, (gold >= 0).astype(np.float64), FOREST)
    weights = model.coef_[0]
    return {
        "padding.ngrams": weights[: 1 << BITS, None].astype(np.float16),
        "padding.features": weights[1 << BITS :, None].astype(np.float16),
        "padding.bias": model.intercept_.astype(np.float32),
        **forest,
    }, parts
