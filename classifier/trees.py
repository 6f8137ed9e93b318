"""Boosted trees as plain arrays: what a gradient boosting machine learned, evaluated in numpy.

Every tree is a complete binary tree of depth DEPTH, so a whole forest is three tables and evaluating it is DEPTH look-ups. Trees
that stopped earlier repeat their leaf below it. (Friedman, "Greedy function approximation: a gradient boosting machine",
Annals of Statistics 2001; the trees are grown by scikit-learn in training.)
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .linear import Floats
from .model import Model

DEPTH = 4
_FEW = 4  # rows up to which it is faster to ask all of a tree's questions at once


class Forest:
    """The tables of some trees, in the order in which they are looked up."""

    def __init__(self, feature: Floats, threshold: Floats, leaf: Floats, base: Floats) -> None:
        """feature and threshold: (trees, 2**DEPTH - 1), node k's children are 2k + 1 (column at most the threshold) and 2k + 2. leaf:
        (trees, 2**DEPTH). base: (classes,). Tree t speaks for class t % classes."""
        self._trees, self._nodes = feature.shape
        self._leaf, self._base = leaf.ravel(), base
        self._columns, self._limits = feature.astype(np.intp).ravel(), threshold.ravel()
        self._first_node = np.arange(self._trees) * self._nodes
        self._first_leaf = np.arange(self._trees) * (self._nodes + 1)
        # A node more a tree, whose answer counts for nothing: then a tree's answers are the bits of one number.
        self._asked = np.pad(feature.astype(np.intp), ((0, 0), (0, 1))).ravel()
        self._against = np.pad(threshold, ((0, 0), (0, 1)), constant_values=np.inf).ravel()

    def score(self, table: Floats) -> Floats:
        """Raw scores of every row for every class, (rows, columns) -> (rows, classes)."""
        if len(table) <= _FEW:
            leaves = np.array([self._leaves(row) for row in table], dtype=np.intp).reshape(len(table), -1)
        else:
            leaves = self._step_by_step(table)
        said = self._leaf.take(leaves, mode="clip")
        classes = len(self._base)
        return np.asarray(said.reshape(len(table), -1, classes).sum(axis=1) + self._base, dtype=np.float32)

    def _leaves(self, row: Floats) -> NDArray[np.intp]:
        """The place of every tree's leaf for one row, by a table of all answers to 15 questions."""
        answers = np.packbits(row.take(self._asked) > self._against, bitorder="little").view(np.uint16)
        return np.asarray(self._first_leaf + _LEAF_OF.take(answers))

    def _step_by_step(self, table: Floats) -> NDArray[np.intp]:
        """The same for all rows, shape (rows, trees), a level at a time."""
        first_cell = (np.arange(len(table)) * table.shape[1])[:, None]
        cells = np.ascontiguousarray(table).ravel()
        at = np.zeros((len(table), self._trees), dtype=np.intp)
        for level in range(DEPTH):
            # All rows begin at the same node.
            node = at + self._first_node if level else self._first_node[None, :]
            column = self._columns.take(node, mode="clip") + first_cell
            at += at
            at += 1
            at += cells.take(column, mode="clip") > self._limits.take(node, mode="clip")
        return np.asarray(at + (self._first_leaf - self._nodes))


def _leaf_of_answers() -> NDArray[np.uint8]:
    """For every pattern of answers (bit k: whether node k's column is above its threshold) the leaf it leads to, shape (2**15,)."""
    nodes = (1 << DEPTH) - 1
    answers = np.arange(1 << nodes)
    at = np.zeros(len(answers), dtype=np.intp)
    for _ in range(DEPTH):
        at = 2 * at + 1 + (answers >> at & 1)
    return (at - nodes).astype(np.uint8)


_LEAF_OF = _leaf_of_answers()


def score_trees(table: Floats, feature: Floats, threshold: Floats, leaf: Floats, base: Floats) -> Floats:
    """Raw scores of every row for every class, (rows, columns) -> (rows, classes), by trees as `Forest` takes them."""
    return Forest(feature, threshold, leaf, base).score(table)


def forest_of(model: Model, head: str) -> Forest:
    """The forest of one of the model's heads ("rewrite", "padding", "blocks"), laid out once."""
    return model.made(
        f"{head}.trees", Forest, *(f"{head}.tree_{part}" for part in ("feature", "threshold", "leaf", "base"))
    )
