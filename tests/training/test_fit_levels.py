"""Levels chosen on what was said of unseen documents."""

from __future__ import annotations

import numpy as np
import pytest

from copydesk.blocks import LABELS
from copydesk.levels import CLASSES, name_of
from copydesk.training.levels import GRID, Blocks, choose


def blocks(rows: list[tuple[str, float, float, str, int]], page: bool = False, of: list[int] | None = None) -> Blocks:
    """Rows of label, chance of links, chance of debris, class and words; each a document's only row unless `of` numbers them."""
    group = np.array([(1 - a - b, a, b) for _, a, b, _, _ in rows], dtype=np.float32)
    return Blocks(
        group,
        np.array([LABELS.index(r[0]) for r in rows], dtype=np.int32),
        np.array([CLASSES.index(r[3]) for r in rows], dtype=np.int32),
        np.array([r[4] for r in rows], dtype=np.int32),
        np.full(len(rows), page),
        np.array(of if of else range(len(rows)), dtype=np.int32),
    )


@pytest.mark.parametrize("page", [True, False])
def test_a_level_lies_between_what_it_parts(page):
    """Promo lines at .7 and body lines at .5 are parted by a level between; the other form's levels stay at their start."""
    rows = [("injected_link", 0.7, 0.1, "long", 9)] * 20 + [("body", 0.5, 0.1, "long", 9)] * 200
    level = choose(blocks(rows, page))[name_of("link", page, "long")]
    assert 0.5 < level <= 0.7


def test_few_of_the_articles_own_lines_may_be_hit():
    """A level that would find more but hits body lines is not taken."""
    rows = [("injected_link", 0.6, 0.1, "long", 9)] * 5 + [("body", 0.6, 0.1, "long", 9)] * 5
    rows += [("body", 0.0, 0.0, "prose", 40)] * 200
    assert choose(blocks(rows))[name_of("link", False, "long")] > 0.6


@pytest.mark.parametrize(("documents", "found"), [(1, True), (50, False)])
def test_one_document_does_not_set_the_levels(documents, found):
    """Fifty hit lines of one list of goods are borne; as many of fifty articles are not."""
    rows = [("injected_link", 0.6, 0.1, "long", 9)] * 40 + [("body", 0.61, 0.05, "long", 9)] * 50
    rows += [("body", 0.0, 0.0, "prose", 40)] * 1000
    of = [*range(100, 140), *(i % documents for i in range(50)), *range(200, 1200)]
    level = choose(blocks(rows, of=of))[name_of("link", False, "long")]
    assert (level <= 0.6) == found


def test_short_lines_of_an_article_cost_precision_alone():
    """Where most short lines are promo lines, one short body line does not keep them from being found."""
    rows = [("injected_link", 0.4, 0.1, "short", 4)] * 30 + [("body", 0.4, 0.1, "short", 4)] * 2
    rows += [("body", 0.0, 0.0, "prose", 40)] * 200
    assert choose(blocks(rows))[name_of("link", False, "short")] <= 0.4


def test_each_signal_has_its_level():
    """Debris is parted from the article by a level of its own."""
    rows = [("chrome", 0.1, 0.5, "short", 2)] * 20 + [("body", 0.1, 0.3, "long", 12)] * 100
    rows += [("injected_link", 0.8, 0.1, "long", 9)] * 20
    found = choose(blocks(rows))
    assert found[name_of("debris", False, "short")] <= 0.5
    assert found[name_of("debris", False, "long")] > 0.3


def test_every_class_of_every_form_gets_levels_on_the_grid():
    """All sixteen numbers are there, whatever is missing among the documents."""
    found = choose(blocks([("body", 0.1, 0.1, "prose", 30), ("injected_link", 0.9, 0, "cued", 5)]))
    assert set(found) == {name_of(k, p, c) for k in ("link", "debris") for p in (True, False) for c in CLASSES}
    assert set(found.values()) <= set(GRID)
