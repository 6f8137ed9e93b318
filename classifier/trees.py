"""Boosted trees as plain arrays: what a gradient boosting machine learned, evaluated without the library that grew it.

Every tree is a complete binary tree of depth DEPTH, so a whole forest is three tables and evaluating it is DEPTH look-ups. Trees
that stopped earlier repeat their leaf below it. (Friedman, "Greedy function approximation: a gradient boosting machine",
Annals of Statistics 2001; the trees are grown by scikit-learn in training.)
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .compiled import compiled
from .linear import Floats
from .model import Model

DEPTH = 4
TREE = np.dtype(
    [("column", np.uint32, (1 << DEPTH) - 1), ("limit", np.float32, (1 << DEPTH) - 1), ("leaf", np.float32, 1 << DEPTH)]
)


class Forest:
    """The tables of some trees, in the form in which they are looked up."""

    def __init__(self, feature: Floats, threshold: Floats, leaf: Floats, base: Floats) -> None:
        """feature and threshold: (trees, 2**DEPTH - 1), node k's children are 2k + 1 (column at most the threshold) and 2k + 2. leaf:
        (trees, 2**DEPTH). base: (classes,). Tree t speaks for class t % classes."""
        self._trees = np.empty(len(feature), dtype=TREE)
        self._trees["column"], self._trees["limit"], self._trees["leaf"] = feature, threshold, leaf
        self._base = base.astype(np.float32).ravel()

    def score(self, table: Floats) -> Floats:
        """Raw scores of every row for every class, (rows, columns) -> (rows, classes)."""
        table = np.ascontiguousarray(table, dtype=np.float32)
        return _scores(table, self._trees, self._base)


@compiled
def _scores(table: Floats, forest: NDArray[np.void], base: Floats) -> Floats:
    """Raw scores: table (rows, columns), forest (trees,) of dtype TREE, base (classes,) -> (rows, classes)."""
    column, limit, leaf = (forest[part].ravel() for part in ("column", "limit", "leaf"))
    nodes, trees = (1 << DEPTH) - 1, len(forest)
    first_node, first_leaf = np.arange(trees) * nodes, np.arange(trees) * (nodes + 1)
    first_cell = (np.arange(len(table)) * table.shape[1])[:, None]
    cells = table.ravel()
    at = np.zeros((len(table), trees), dtype=np.intp)
    for level in range(DEPTH):
        # All rows begin at the same node.
        node = at + first_node if level else first_node[None, :]
        at += at
        at += 1
        at += cells.take(column.take(node).astype(np.intp) + first_cell, mode="clip") > limit.take(node)
    said = leaf.take(at + (first_leaf - nodes)).reshape(len(table), trees // len(base), len(base))
    return np.asarray(said.sum(axis=1) + base, dtype=np.float32)


def score_trees(table: Floats, feature: Floats, threshold: Floats, leaf: Floats, base: Floats) -> Floats:
    """Raw scores of every row for every class, (rows, columns) -> (rows, classes), by trees as `Forest` takes them."""
    return Forest(feature, threshold, leaf, base).score(table)


def forest_of(model: Model, head: str) -> Forest:
    """The forest of one of the model's heads ("rewrite", "padding", "blocks"), laid out once."""
    return model.made(
        f"{head}.trees", Forest, *(f"{head}.tree_{part}" for part in ("feature", "threshold", "leaf", "base"))
    )
