"""Grow the block model's second pass, and write scikit-learn's trees down as plain tables."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from copydesk.linear import Floats
from copydesk.trees import DEPTH

ROUNDS, RATE = 100, 0.1  # of boosting: more rounds or a depth of 5 gain nothing on dev
COLUMNS = 0.3  # of all columns each split may choose from: log loss .256 -> .253 out of fold


def grow(table: Floats, group: NDArray[np.int32], weight: NDArray[np.float32]) -> dict[str, NDArray[np.generic]]:
    """The second pass's forest as the tables of `copydesk.trees`."""
    known = np.flatnonzero(weight > 0)
    model = HistGradientBoostingClassifier(
        max_iter=ROUNDS, max_depth=DEPTH, max_leaf_nodes=None, learning_rate=RATE, l2_regularization=5.0, max_features=COLUMNS,
        min_samples_leaf=40, early_stopping=False, random_state=0,
    ).fit(table[known], group[known], sample_weight=weight[known])  # fmt: skip
    trees = [complete(tree.nodes) for round_ in model._predictors for tree in round_]
    feature, threshold, leaf = (np.array(part, dtype=np.float32) for part in zip(*trees, strict=True))
    base = np.ravel(model._baseline_prediction).astype(np.float32)
    return {
        "blocks.tree_feature": feature,
        "blocks.tree_threshold": threshold,
        "blocks.tree_leaf": leaf,
        "blocks.tree_base": base,
    }


def complete(nodes: NDArray[np.void]) -> tuple[list[int], list[float], list[float]]:
    """A tree of scikit-learn's histogram boosting (its structured `nodes`) as the three rows of the tables above.

    Raises ValueError if the tree is deeper than DEPTH.
    """
    inner, size = 2**DEPTH - 1, 2 ** (DEPTH + 1) - 1
    source = [0] + [-1] * (size - 1)
    feature, threshold, leaf = [0] * inner, [0.0] * inner, [0.0] * (inner + 1)
    for k in range(size):
        node = nodes[source[k]]
        if k >= inner:
            if not node["is_leaf"]:
                raise ValueError(f"the tree is deeper than {DEPTH}")
            leaf[k - inner] = float(node["value"])
            continue
        if not node["is_leaf"]:
            feature[k], threshold[k] = int(node["feature_idx"]), float(node["num_threshold"])
        source[2 * k + 1] = source[k] if node["is_leaf"] else int(node["left"])
        source[2 * k + 2] = source[k] if node["is_leaf"] else int(node["right"])
    return feature, threshold, leaf
