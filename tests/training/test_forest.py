"""Trees written down as tables say what scikit-learn's own trees say."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from copydesk.linear import softmax
from copydesk.training.forest import complete, grow
from copydesk.trees import DEPTH, score_trees


def rows(size: int = 400) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A table, three classes that follow from it, and weights of which some are zero."""
    chance = np.random.default_rng(2)
    table = chance.normal(size=(size, 5)).astype(np.float32)
    group = (table[:, 0] > 0).astype(np.int32) + ((table[:, 0] > 0) & (table[:, 1] * table[:, 2] > 0))
    return table, group.astype(np.int32), (chance.random(size) > 0.2).astype(np.float32)


def test_the_tables_tell_the_classes_apart():
    """Evaluated in numpy, the forest has learned what it was shown; a row of no weight was not."""
    table, group, weight = rows()
    found = grow("blocks", table, group, weight)
    chance = softmax(score_trees(table, *(found[f"blocks.tree_{x}"] for x in ("feature", "threshold", "leaf", "base"))))
    assert chance.shape == (len(table), 3)
    known = weight > 0
    assert (chance.argmax(axis=1) == group)[known].mean() > 0.95


def test_a_tree_says_what_scikit_learns_says():
    """Every row ends in a leaf of the same value, in trees of all depths up to the deepest."""
    table, group, _ = rows()
    model = HistGradientBoostingClassifier(max_iter=6, max_depth=DEPTH, min_samples_leaf=5, early_stopping=False)
    model.fit(table, group)
    trees = [complete(tree.nodes) for round_ in model._predictors for tree in round_]
    tables = (np.array(part, dtype=np.float32) for part in zip(*trees, strict=True))
    base = np.ravel(model._baseline_prediction).astype(np.float32)
    assert score_trees(table, *tables, base) == pytest.approx(model.decision_function(table), abs=1e-4)


def test_the_same_rows_grow_the_same_trees():
    """Growing is repeatable to the bit."""
    one, other = grow("blocks", *rows()), grow("blocks", *rows())
    assert all((one[name] == other[name]).all() for name in one)


def test_a_deeper_tree_is_refused():
    """A tree that does not fit into the tables is an error, not a wrong answer."""
    table, group, _ = rows()
    model = HistGradientBoostingClassifier(max_iter=1, max_depth=DEPTH + 3, min_samples_leaf=2, early_stopping=False)
    model.fit(table, group)
    with pytest.raises(ValueError, match="deeper"):
        for tree in model._predictors[0]:
            complete(tree.nodes)
