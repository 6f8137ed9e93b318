"""The block model: which label each block of an article has, from its words, its look and its neighbours.

Two passes. The first is linear and scores every block from its n-grams and features. The second, a small forest of boosted trees,
looks at the first's answer for the block and for the blocks round it, so that a lead-in ("Related") and the bare headlines
below it pull each other along, and says whether the block is a line to other stories, debris, or the article. (On dev pages,
promo lines F1 and body lines hit: linear second pass .74 and .012, trees .81 and .009.) Labels are those of the labelled
corpus; "padding" has a head of its own and is not among them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .article import Article
from .block_features import Features, block_features
from .linear import Floats, score_rows, softmax, sum_rows
from .model import Model
from .ngrams import run_bounds
from .topic import topic_fit
from .trees import score_trees

LABELS = (
    "body",
    "headline",
    "byline_dateline",
    "caption",
    "injected_link",
    "related_list",
    "cta",
    "chrome",
    "syndication_notice",
    "ad",
    "artifact",
)
TABLE_BITS = 16  # of the n-gram table: a few thousand labelled lines fill no larger one
LINKS = ("injected_link", "related_list")
DEBRIS = ("cta", "chrome", "syndication_notice", "ad", "artifact")
GROUP_COLUMNS = tuple(
    [i for i, x in enumerate(LABELS) if (x in LINKS, x in DEBRIS) == kind]
    for kind in ((False, False), (True, False), (False, True))
)  # the second pass's classes: the article itself, lines to other stories, debris
FEATURE_VALUE = 0.15  # a block has about fifty features; so weighed, they count about as much as its n-grams together
_AROUND = (-3, -2, -1, 1, 2, 3)
_WIDE = 8


@dataclass(frozen=True, slots=True)
class Labelled:
    """Probability of every label for every block, shape (blocks, len(LABELS)), and how each block fits the topic.

    `fit` has shape (blocks, 2): cosine with the article's paragraphs, share of the block's words that they know. `prose` marks
    the blocks that look like the article's own paragraphs. `links` and `debris`, shape (blocks,), are the sums over LINKS and
    DEBRIS. `page` tells a full page from stored text.
    """

    probability: Floats
    fit: Floats
    prose: NDArray[np.bool_]
    links: Floats
    debris: Floats
    page: bool

    def of(self, label: str) -> Floats:
        """Probability that a block has this label, shape (blocks,)."""
        return self.probability[:, LABELS.index(label)]


def score_features(features: Features, weights: Floats, size: int) -> Floats:
    """Sum of the weights of each block's features: weights (2**FEATURE_BITS, heads) -> (size, heads)."""
    out = np.zeros((size, weights.shape[1]), dtype=np.float32)
    if len(features.row):
        starts = run_bounds(features.row)[:-1]
        value = np.full(len(features.row), FEATURE_VALUE, dtype=np.float32)
        out[features.row[starts]] = sum_rows(value, weights.take(features.column, axis=0), starts)
    return out


def neighbourhood(probability: Floats, prose: NDArray[np.bool_]) -> Floats:
    """What the second pass sees of each block: log-odds of its own labels, the probabilities of three neighbours on either
    side, and their mean over _WIDE blocks, once for all and once for blocks between two paragraphs: a promo box among the
    paragraphs is short, a list of the article's own is long.

    (blocks, labels), (blocks,) -> (blocks, labels * 9); beyond the ends every probability is 0.
    """
    clipped = np.clip(probability, 1e-4, 1 - 1e-4)
    parts = [np.log(clipped / (1 - clipped))]
    size, reach = len(probability), max(_AROUND)
    padded = np.zeros((size + 2 * reach, probability.shape[1]), dtype=probability.dtype)
    padded[reach : reach + size] = probability
    parts += [padded[reach + step : reach + step + size] for step in _AROUND]
    sums = np.concatenate([np.zeros((1, probability.shape[1])), np.cumsum(probability, axis=0)])
    index = np.arange(len(probability))
    wide = (sums[np.minimum(index + _WIDE + 1, len(index))] - sums[np.maximum(index - _WIDE, 0)]) / (2 * _WIDE + 1)
    before = np.cumsum(prose)
    between = (before > 0) & (before < prose.sum())
    return np.concatenate([*parts, wide, wide * between[:, None]], axis=1).astype(np.float32)


def first_pass(article: Article, features: Features, model: Model) -> Floats:
    """Label probabilities from each block alone, shape (blocks, labels)."""
    size = len(article.document.blocks)
    raw = score_rows(article.block_rows, model.array("blocks.ngrams"), model.array("blocks.bias"), size)
    return softmax(raw + score_features(features, model.array("blocks.features"), size))


def label_blocks(article: Article, model: Model) -> Labelled:
    """Label every block of the article; computed once an article, however many detectors ask."""
    return article.once("labelled", lambda: _label(article, model))


def features_of(article: Article, idf: Floats) -> Features:
    """The hashed features of the article's blocks; computed once an article."""
    return article.once("features", lambda: block_features(article, idf))


def _label(article: Article, model: Model) -> Labelled:
    idf = model.array("topic.idf")
    first = first_pass(article, features_of(article, idf), model)
    forest = [model.array(f"blocks.tree_{name}") for name in ("feature", "threshold", "leaf", "base")]
    group = softmax(score_trees(neighbourhood(first, article.prose_blocks), *forest))
    chance = np.empty_like(first)
    for g, columns in enumerate(GROUP_COLUMNS):
        share = first[:, columns] + 1e-6
        chance[:, columns] = group[:, [g]] * share / share.sum(axis=1, keepdims=True)
    return Labelled(
        chance, topic_fit(article, idf), article.prose_blocks, group[:, 1], group[:, 2], article.document.form == "page"
    )


def _levels(labelled: Labelled, kind: str, model: Model) -> Floats:
    """From which probability each block is shown, shape (blocks,): a paragraph needs more than a short line does, and a line of
    a full page, where an article's own lists look like lists of links, more than one of stored text."""
    short = model.number(f"lines.{kind}_from_page" if labelled.page else f"lines.{kind}_from")
    return np.where(labelled.prose, model.number(f"lines.{kind}_prose_from"), short).astype(np.float32)


def link_blocks(labelled: Labelled, model: Model) -> NDArray[np.bool_]:
    """Which blocks are taken for lines to other stories, shape (blocks,)."""
    enough = _levels(labelled, "link", model)
    return np.asarray((labelled.links >= enough) & (labelled.links >= labelled.debris))


def paid_blocks(article: Article, labelled: Labelled, model: Model) -> NDArray[np.bool_]:
    """Which paragraphs carry a paid link, shape (blocks,): prose that is taken for an advert, with a link to an address."""
    likely = labelled.prose & (labelled.of("ad") >= model.number("lines.paid_from"))
    for i in np.flatnonzero(likely):
        likely[i] = any("//" in link.href for link in article.document.blocks[i].links)
    return np.asarray(likely)


def debris_blocks(article: Article, labelled: Labelled, model: Model) -> NDArray[np.bool_]:
    """Which blocks are taken for debris, shape (blocks,); a paid link is a line to elsewhere, not debris."""
    enough = _levels(labelled, "debris", model)
    taken = (labelled.debris >= enough) & (labelled.debris > labelled.links)
    return np.asarray(taken & ~paid_blocks(article, labelled, model))


def within_text(article: Article, labelled: Labelled) -> NDArray[np.bool_]:
    """Which blocks stand among the article's paragraphs, or came with its text, shape (blocks,)."""
    before = np.cumsum(labelled.prose)
    between = (before > 0) & (before < labelled.prose.sum())
    return np.asarray(between | article.with_the_text)
