"""Boosted trees as plain arrays: what a gradient boosting machine learned, evaluated in numpy.

Every tree is a complete binary tree of depth DEPTH, so a whole forest is three tables and evaluating it is DEPTH look-ups. Trees
that stopped earlier repeat their leaf below it. (Friedman, "Greedy function approximation: a gradient boosting machine",
Annals of Statistics 2001; the trees are grown by scikit-learn in training.)
"""

from __future__ import annotations

import numpy as np

from .linear import Floats

DEPTH = 4


def score_trees(table: Floats, feature: Floats, threshold: Floats, leaf: Floats, base: Floats) -> Floats:
    """Raw scores of every row for every class, (rows, columns) -> (rows, classes).

    feature and threshold: (trees, 2**DEPTH - 1), node k's children are 2k + 1 (column at most the threshold) and 2k + 2. leaf:
    (trees, 2**DEPTH). base: (classes,). Tree t speaks for class t % classes.
    """
    trees, nodes = feature.shape
    columns, limits = feature.astype(np.intp).ravel(), threshold.ravel()
    first_node = np.arange(trees) * nodes
    first_cell = (np.arange(len(table)) * table.shape[1])[:, None]
    cells = np.ascontiguousarray(table).ravel()
    at = np.zeros((len(table), trees), dtype=np.intp)
    for _ in range(DEPTH):
        node = at + first_node
        at = 2 * at + 1 + (cells.take(columns.take(node) + first_cell) > limits.take(node))
    said = leaf.ravel().take(at - nodes + np.arange(trees) * (nodes + 1))
    classes = len(base)
    return np.asarray(said.reshape(len(table), -1, classes).sum(axis=1) + base, dtype=np.float32)
