"""Set the levels of probability from which blocks are shown, on what the model says of documents of outlets it has not seen.

Fitted probabilities of seen documents are too sure of themselves, so the levels come from folds of the training documents, and
from dev. Of all levels those are taken that find the most while touching few lines of articles' own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from copydesk.blocks import DEBRIS, LABELS, LINKS
from copydesk.levels import CLASSES, SHORT, name_of
from copydesk.linear import Floats

# Of the articles' own lines of SHORT words and more so many may be hit, on pages and in texts. Folds lack a third of the data, and
# what ships has all of it.
BODY_HIT = {True: 0.003, False: 0.0035}
# A document counts for so many lines at most, of each kind: one list of goods, or one page with forty promo lines, is not to set the
# levels for all others.
MOST_BODY, MOST_FOUND = 3, 8
ENOUGH = 0.92  # debris found: more is worth nothing beside lines to other stories
DEBRIS_SHARE = 0.8  # what finding debris weighs against F1 of lines to other stories
FAR = 0.02  # what a level costs for each 1 that it lies from even odds: of nearly equal levels the plainest
GRID = tuple(round(float(x), 2) for x in np.arange(0.24, 0.97, 0.03))
_STARTS = (0.45, 0.6, 0.81, 0.96)
_ROUNDS = 6
Counts = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Blocks:
    """Labelled blocks and what was said of them: `group` (blocks, 3) of blocks.second_pass, `label` index in LABELS, `classes` of
    copydesk.levels, `words`, whether they stand on a `page`, and the number of their `document`."""

    group: Floats
    label: NDArray[np.int32]
    classes: NDArray[np.int32]
    words: NDArray[np.int32]
    page: NDArray[np.bool_]
    document: NDArray[np.int32]


def choose(blocks: Blocks) -> dict[str, float]:
    """The model's numbers for all levels."""
    out: dict[str, float] = {}
    for page in (True, False):
        link, debris = _search(blocks, page)
        for each, at_link, at_debris in zip(CLASSES, link, debris, strict=True):
            out[name_of("link", page, each)] = GRID[at_link]
            out[name_of("debris", page, each)] = GRID[at_debris]
    return out


def _weights(blocks: Blocks, own: NDArray[np.bool_]) -> Counts:
    """What every line counts for: less where its document has many of its kind, or may have many of its own hit (`own`)."""
    weight = np.ones(len(blocks.label))
    for kinds in (LINKS, DEBRIS):
        of_kind = np.isin(blocks.label, [LABELS.index(x) for x in kinds])
        weight[of_kind] = _shared(blocks, of_kind, MOST_FOUND)[of_kind]
    body = blocks.label == LABELS.index("body")
    weight[body] = _shared(blocks, own & (blocks.group[:, 0] < 0.5), MOST_BODY)[body]
    return weight


def _shared(blocks: Blocks, counted: NDArray[np.bool_], most: int) -> Counts:
    """For every block, the share of a line's vote by which its document has `most` votes at most."""
    many = np.bincount(blocks.document, weights=counted)[blocks.document]
    return np.asarray(most / np.maximum(most, many))


def _counts(blocks: Blocks, page: bool, column: int) -> tuple[Counts, dict[str, float]]:
    """For one signal, how many blocks of each class each level takes: (4 kinds, classes, levels), and how many there are of each kind.

    The kinds: taken and known, rightly taken, taken of those to be found, taken of the article's own long lines, all weighted. A
    block is taken by one signal at most, so everything adds up over classes and signals.
    """
    own, other = blocks.group[:, column], blocks.group[:, 3 - column]
    wins = own >= other if column == 1 else own > other
    right = np.isin(blocks.label, [LABELS.index(x) for x in (LINKS if column == 1 else DEBRIS)])
    wanted = blocks.label == LABELS.index("injected_link") if column == 1 else right
    on_form = blocks.page == page
    body = (blocks.label == LABELS.index("body")) & (blocks.words >= SHORT) & on_form
    weight = np.stack([on_form, right & on_form, wanted & on_form, body]) * _weights(blocks, body)
    taken = wins[:, None] & (own[:, None] >= np.array(GRID))
    counts = np.stack(
        [weight[:, blocks.classes == c] @ taken[blocks.classes == c] for c in range(len(CLASSES))], axis=1
    )
    return counts, {"wanted": float(weight[2].sum()), "body": float(body.sum())}


def _search(blocks: Blocks, page: bool) -> tuple[list[int], list[int]]:
    """Indices in GRID of the levels of every class, for links and for debris: one level after the other is moved to its best place."""
    links, some = _counts(blocks, page, 1)
    debris, more = _counts(blocks, page, 2)
    at = [[len(GRID) - 1] * len(CLASSES), [len(GRID) - 1] * len(CLASSES)]

    def value() -> float:
        taken, right, found, own = (sum(links[k, c, i] for c, i in enumerate(at[0])) for k in range(4))
        caught, own_too = (sum(debris[k, c, i] for c, i in enumerate(at[1])) for k in (2, 3))
        precision, recall = right / max(1, taken), found / max(1, some["wanted"])
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        over = (own + own_too) / max(1, some["body"]) - BODY_HIT[page]
        far = sum(abs(GRID[i] - 0.5) for part in at for i in part)
        return float(
            f1 + DEBRIS_SHARE * min(ENOUGH, caught / max(1, more["wanted"])) - 100 * max(0.0, over) - FAR * far
        )

    tried = []
    for start in _STARTS:
        for part in at:
            part[:] = [GRID.index(start)] * len(CLASSES)
        for _ in range(_ROUNDS):
            before = [list(x) for x in at]
            for part in at:
                for c in range(len(CLASSES)):
                    part[c] = _best(part, c, value)
            if at == before:
                break
        tried.append((value(), list(at[0]), list(at[1])))
    return max(tried)[1:]


def _best(part: list[int], c: int, value: Callable[[], float]) -> int:
    """The best place of one level while the others stay; of equals the highest."""
    found: list[tuple[float, int]] = []
    for i in range(len(GRID)):
        part[c] = i
        found.append((value(), i))
    part[c] = max(found)[1]
    return part[c]
