"""Compiled twins of what looks at the prose in words, and of the trees: the same numbers as their references."""

from __future__ import annotations

import numpy as np
import pytest

from copydesk.compiled import TWINS

pytestmark = pytest.mark.skipif(not TWINS, reason="installed without a compiler")


@pytest.mark.parametrize(
    ("trees", "classes", "rows"), [(3, 3, 0), (60, 1, 1), (1800, 6, 1), (300, 3, 2_000), (0, 1, 4)]
)
def test_trees_are_walked_alike(trees, classes, rows):
    """Forests of any size give every row the same scores, whatever stands in it."""
    chance = np.random.default_rng(trees + rows)
    table = chance.normal(size=(rows, 40)).astype(np.float32)
    table[chance.random(table.shape) < 0.05] = np.inf
    table[chance.random(table.shape) < 0.05] = np.nan
    column = chance.integers(0, 40, size=trees * 15).astype(np.uint32)
    limit, leaf = (chance.normal(size=trees * n).astype(np.float32) for n in (15, 16))
    base = chance.normal(size=classes).astype(np.float32)
    reference, twin = (scores(table, column, limit, leaf, base) for scores in TWINS["trees.scores"])
    assert (reference.dtype, reference.shape) == (twin.dtype, twin.shape)
    assert np.allclose(reference, twin, rtol=1e-6, atol=1e-5)
