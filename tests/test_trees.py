"""Boosted trees as tables: the vectorised walk against one step at a time."""

from __future__ import annotations

import numpy as np
import pytest

from copydesk.trees import DEPTH, score_trees

NODES = 2**DEPTH - 1


def forest(seed: int, trees: int, columns: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Features, thresholds and leaves of random trees."""
    chance = np.random.default_rng(seed)
    feature = chance.integers(0, columns, size=(trees, NODES)).astype(np.float32)
    threshold = chance.integers(0, 4, size=(trees, NODES)).astype(np.float32)
    return feature, threshold, chance.normal(size=(trees, NODES + 1)).astype(np.float32)


@pytest.mark.parametrize(("trees", "classes", "rows"), [(1, 1, 1), (3, 3, 5), (12, 3, 40), (4, 2, 2)])
def test_every_row_walks_every_tree(trees, classes, rows):
    """At a node, a value up to the threshold goes left; the leaves of a class's trees are added to its base."""
    feature, threshold, leaf = forest(trees, trees, 6)
    table = np.random.default_rng(rows).integers(0, 5, size=(rows, 6)).astype(np.float32)
    base = np.arange(classes, dtype=np.float32)
    expected = np.tile(base.astype(np.float64), (rows, 1))
    for row in range(rows):
        for tree in range(trees):
            node = 0
            while node < NODES:
                right = table[row, int(feature[tree, node])] > threshold[tree, node]
                node = 2 * node + 1 + int(right)
            expected[row, tree % classes] += leaf[tree, node - NODES]
    assert score_trees(table, feature, threshold, leaf, base) == pytest.approx(expected, abs=1e-5)


def test_a_table_need_not_be_contiguous():
    """Columns cut out of a larger table are read as they stand."""
    feature, threshold, leaf = forest(5, 6, 3)
    wide = np.random.default_rng(1).normal(size=(9, 6)).astype(np.float32)
    base = np.zeros(3, dtype=np.float32)
    cut = score_trees(wide[:, ::2], feature, threshold, leaf, base)
    assert cut.tolist() == score_trees(wide[:, ::2].copy(), feature, threshold, leaf, base).tolist()
