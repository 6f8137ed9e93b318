"""The block model: which label each block of an article has, from its words, its look and its neighbours.

Two passes. The first is linear and scores every block from its n-grams and features. The second, a small forest of boosted trees and
a linear model beside it, looks at the first's answer for the block and for the blocks that it hangs together with (`layout.py`), so
that a lead-in ("Related") and the bare headlines below it pull each other along, and says whether the block is a line to other
stories, debris, or the article. (Promo lines F1 at .004 body lines hit, on dev pages: forest over the neighbours alone .75, with
boxes, gaps and cues .82. A linear-chain CRF over the same columns comes out even in F1, .82, and is less sure: log loss .33 against
.24. In plain text, out of fold at .0042 body lines hit: forest .742, forest and linear model .762.) Labels are those of the labelled
corpus; "padding" has a head of its own and is not among them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .article import Article
from .block_features import CUES, TRAIT, Features, block_features
from .compiled import compiled
from .layout import second_features
from .levels import classes, levels
from .linear import Floats, score_rows, sum_rows
from .model import Model
from .ngrams import run_bounds
from .traits import TWIN
from .trees import forest_of

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
_KIND = np.array([(x in LINKS) + 2 * (x in DEBRIS) for x in LABELS], dtype=np.int32)  # of every label, its class
_LEAST_CHANCE, _LEAST_SHARE = 1e-5, 1e-6  # added before a logarithm or a quotient is taken
_OFTEN_REPEATED = (LABELS.index("headline"), LABELS.index("byline_dateline"))
FEATURE_VALUE = 0.15  # a block has about fifty features; so weighed, they count about as much as its n-grams together
# A press release says where it begins and ends; the labelled pages hold too few to learn it from.
_RELEASE = re.compile(
    r"\W*(?:for immediate release|(?:press|news) release|ends|notes? to (?:the )?editors?|media contacts?)\W*",
    re.IGNORECASE,
)
_RELEASE_LONGEST = 60  # characters
CUT = 3.0  # standard deviations
LINE_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Labelled:
    """Probability of every label for every block, shape (blocks, len(LABELS)).

    `prose` marks the blocks that look like the article's own paragraphs; `classes` tells which level holds for each (`levels.py`).
    `links` and `debris`, shape (blocks,), are the sums over LINKS and DEBRIS. `page` tells a full page from stored text.
    """

    probability: Floats
    prose: NDArray[np.bool_]
    classes: NDArray[np.int32]
    links: Floats
    debris: Floats
    page: bool

    def of(self, label: str) -> Floats:
        """Probability that a block has this label, shape (blocks,)."""
        return self.probability[:, LABELS.index(label)]


def score_features(features: Features, weights: Floats, size: int) -> Floats:
    """Sum of the weights of each block's features: weights (2**FEATURE_BITS, heads) -> (size, heads)."""
    return _feature_sums(features.row, features.column, FEATURE_VALUE, weights, size)


@compiled
def _feature_sums(
    row: NDArray[np.int32], column: NDArray[np.int32], value: float, weights: Floats, size: int
) -> Floats:
    """`value` times the sum of the weights at `column` over every run of equal `row`, both (m,): -> (size, heads)."""
    out = np.zeros((size, weights.shape[1]), dtype=np.float32)
    if len(row):
        starts = run_bounds(row)[:-1]
        values = np.full(len(row), value, dtype=np.float32)
        out[row[starts]] = sum_rows(values, weights.take(column, axis=0), starts)
    return out


def kinds_of(probability: Floats) -> Floats:
    """Sums of label probabilities over the article itself, lines to other stories and debris: (blocks, labels) -> (blocks, 3)."""
    return _kinds(probability, _KIND, len(GROUP_COLUMNS))


@compiled
def _kinds(probability: Floats, kind: NDArray[np.int32], many: int) -> Floats:
    """Sums of the columns of each of `many` kinds; kind: (labels,); (blocks, labels) -> (blocks, many)."""
    return np.stack([probability[:, kind == each].sum(axis=1) for each in range(many)], axis=1)


def first_pass(article: Article, features: Features, model: Model) -> Floats:
    """Label probabilities from each block alone, shape (blocks, labels)."""
    size = len(article.document.blocks)
    raw = score_rows(article.block_rows, model.array("blocks.ngrams"), model.array("blocks.bias"), size)
    raw += score_features(features, model.array("blocks.features"), size)
    return _shares(np.exp(_lowered(raw)), 0.0)


@compiled
def _lowered(scores: Floats) -> Floats:
    """Every row less its highest value; the same shape."""
    return np.asarray(scores - scores.max(axis=1, keepdims=True), dtype=np.float32)


@compiled
def _shares(powers: Floats, more: float) -> Floats:
    """Every row over its sum, and `more` on top; the same shape."""
    return np.asarray(powers / powers.sum(axis=1, keepdims=True) + more, dtype=np.float32)


def label_blocks(article: Article, model: Model) -> Labelled:
    """Label every block of the article; computed once an article, however many detectors ask."""
    return article.once("labelled", lambda: _label(article, model))


def features_of(article: Article, idf: Floats) -> Features:
    """The hashed features of the article's blocks; computed once an article."""
    return article.once("features", lambda: block_features(article, idf))


def _label(article: Article, model: Model) -> Labelled:
    features = features_of(article, model.array("topic.idf"))
    first = first_pass(article, features, model)
    group = second_pass(second_features(article, features, first, kinds_of(first)), model)
    group = with_twins(group, article, features)
    group = with_repeats(group, first, article.repeated, model.number("lines.repeated_odds"))
    return Labelled(
        probability=_shared_out(group, first, _KIND, _LEAST_SHARE),
        prose=article.prose_blocks,
        classes=classes(article.prose_blocks, has_lead_in(features), block_words(article)),
        links=group[:, 1],
        debris=group[:, 2],
        page=article.document.form == "page",
    )


@compiled
def _shared_out(group: Floats, first: Floats, kind: NDArray[np.int32], more: float) -> Floats:
    """The chance of every kind given to its labels as `first` has them, with `more` for each: (blocks, labels)."""
    out = np.empty_like(first)
    for each in range(group.shape[1]):
        share = first[:, kind == each] + more
        out[:, kind == each] = group[:, [each]] * share / share.sum(axis=1, keepdims=True)
    return out


def second_pass(table: Floats, model: Model) -> Floats:
    """Chances of the article itself, links and debris for every row of `second_features`, shape (blocks, 3): a forest's answer, and in
    part that of a linear model over the same columns, which is less sure of what the forest learned from one outlet's pages."""
    line = [model.array(f"blocks.line_{name}") for name in ("shift", "scale", "weight", "bias")]
    return blend(forest_of(model, "blocks").score(table), score_line(table, *line))


def score_line(table: Floats, shift: Floats, scale: Floats, weight: Floats, bias: Floats) -> Floats:
    """Raw scores of the linear half: columns are shifted, scaled and cut at CUT on either side; (rows, columns) -> (rows, 3)."""
    cut = table - shift
    cut *= scale
    cut.clip(-CUT, CUT, out=cut)
    return np.asarray(cut @ weight + bias, dtype=np.float32)


def blend(trees: Floats, line: Floats) -> Floats:
    """Both halves' raw scores as one probability: log chances in the shares 1 - LINE_SHARE and LINE_SHARE."""
    chances = _shares(np.exp(_lowered(np.concatenate([trees, line]))), _LEAST_CHANCE)
    return _shares(np.exp(_lowered(_mixed(np.log(chances), 1 - LINE_SHARE, LINE_SHARE))), 0.0)


@compiled
def _mixed(logs: Floats, first: float, second: float) -> Floats:
    """`first` times the upper half of the rows and `second` times the lower half: (2 * rows, columns) -> (rows, columns)."""
    upper, lower = np.split(logs, 2)
    return np.asarray(first * upper + second * lower, dtype=np.float32)


def block_words(article: Article) -> NDArray[np.int32]:
    """Words of every block, as spaces tell, shape (blocks,)."""
    return np.array(article.block_words, dtype=np.int32)


def has_lead_in(features: Features) -> NDArray[np.bool_]:
    """Which blocks begin with a lead-in to other stories that cannot be much else: of two words, or before a mark; shape (blocks,)."""
    return _lead_in(features.look, CUES)


@compiled
def _lead_in(look: Floats, cues: int) -> NDArray[np.bool_]:
    """Which rows of `look` hold the first cue at column `cues`, and before it a mark or more than one word; (blocks,)."""
    marked, words = look[:, cues - 3], look[:, cues - 2]
    return np.asarray((look[:, cues] > 0) & ((words > 1) | (marked > 0)))


def with_twins(group: Floats, article: Article, features: Features) -> Floats:
    """The second pass's answer, shape (blocks, 3), with one answer, the mean of the log chances, for lines that stand in two places
    among the paragraphs: a live report's table of contents looks like a list of links, its entries' headings do not."""
    text, blocks = article.document.text, article.document.blocks
    copies = np.flatnonzero(features.look[:, TRAIT + TWIN])
    if len(copies):
        lines: dict[str, int] = {}
        line = [lines.setdefault(text[blocks[i].start : blocks[i].end], len(lines)) for i in copies.tolist()]
        means = _line_means(np.log(group[copies] + _LEAST_CHANCE), np.array(line, dtype=np.int32), len(lines))
        group[copies] = _shares(np.exp(_lowered(means)), 0.0)[line]
    return group


@compiled
def _line_means(values: Floats, line: NDArray[np.int32], lines: int) -> Floats:
    """Means over the rows of each of `lines` lines; line: (rows,); (rows, columns) -> (lines, columns)."""
    sums = np.zeros((lines, values.shape[1]), dtype=np.float32)
    np.add.at(sums, line, values)
    return np.asarray(sums / np.bincount(line, minlength=lines)[:, None], dtype=np.float32)


def with_repeats(group: Floats, first: Floats, repeated: NDArray[np.int32], odds: float) -> Floats:
    """The second pass's answer, shape (blocks, 3), after hearing in how many other articles of its site each block stands.

    `odds` is how many times as often a line beside the article stands in two other articles and more than an article's own line
    does; in one other article counts as its square root. Headlines and bylines stand in other articles for honest reasons.
    """
    if not repeated.any():
        return group
    honest = np.isin(first.argmax(axis=1), _OFTEN_REPEATED)
    factor = np.where(honest, 1.0, odds ** np.minimum(repeated / 2, 1.0))
    weighed = group * np.stack([np.ones(len(group)), factor, factor], axis=1)
    return np.asarray(weighed / weighed.sum(axis=1, keepdims=True), dtype=np.float32)


def link_blocks(labelled: Labelled, model: Model) -> NDArray[np.bool_]:
    """Which blocks are taken for lines to other stories, shape (blocks,)."""
    enough = levels(labelled.classes, "link", labelled.page, model)
    return np.asarray((labelled.links >= enough) & (labelled.links >= labelled.debris))


def paid_blocks(article: Article, labelled: Labelled, model: Model) -> NDArray[np.bool_]:
    """Which paragraphs carry a paid link, shape (blocks,): prose that is taken for an advert, with a link to an address."""
    likely = labelled.prose & (labelled.of("ad") >= model.number("lines.paid_from"))
    return np.asarray(likely & addressed(article) if likely.any() else likely)


def addressed(article: Article) -> NDArray[np.bool_]:
    """Which blocks hold a link with a host of its own, shape (blocks,)."""
    return np.array([any("//" in link.href for link in b.links) for b in article.document.blocks], dtype=bool)


def debris_blocks(article: Article, labelled: Labelled, model: Model) -> NDArray[np.bool_]:
    """Which blocks are taken for debris, shape (blocks,); a paid link is a line to elsewhere, not debris, and the conventions of a
    press release are its own."""
    enough = levels(labelled.classes, "debris", labelled.page, model)
    taken = (labelled.debris >= enough) & (labelled.debris > labelled.links) & ~paid_blocks(article, labelled, model)
    text, blocks = article.document.text, article.document.blocks
    for i in np.flatnonzero(taken):
        taken[i] = not _RELEASE.fullmatch(text, blocks[i].start, min(blocks[i].end, blocks[i].start + _RELEASE_LONGEST))
    return np.asarray(taken)


def told(message: str, others: int) -> str:
    """The message, and in how many other articles of the batch its block stands, if it does."""
    if not others:
        return message
    return f"{message}; stands in {others} other article{'s' if others > 1 else ''} of this batch"


def within_text(article: Article, labelled: Labelled) -> NDArray[np.bool_]:
    """Which blocks stand among the article's paragraphs, or came with its text, shape (blocks,)."""
    before = np.cumsum(labelled.prose)
    between = (before > 0) & (before < labelled.prose.sum())
    return np.asarray(between | article.with_the_text)
