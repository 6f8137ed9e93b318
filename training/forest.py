"""Grow boosted trees, and write scikit-learn's down as plain tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from copydesk.linear import Floats
from copydesk.trees import DEPTH


@dataclass(frozen=True, slots=True)
class Shape:
    """How a forest is grown: rounds of boosting, learning rate, the share of columns each split may choose from, rows that a leaf
    needs, and how strongly its values are drawn to zero (L2)."""

    rounds: int = 100  # more, or a depth of 5, gain nothing for the block model on dev
    rate: float = 0.1
    columns: float = 0.3  # log loss of the block model .256 -> .253 out of fold
    leaf: int = 40
    pull: float = 5.0


def grow(
    name: str, table: Floats, group: NDArray[Any], weight: NDArray[Any], shape: Shape | None = None
) -> dict[str, NDArray[np.generic]]:
    """A forest over rows of weight above 0 as the tables of `copydesk.trees`: arrays "<name>.tree_feature" and so on."""
    shape = shape or Shape()
    known = np.flatnonzero(weight > 0)
    model = HistGradientBoostingClassifier(
        max_iter=shape.rounds, max_depth=DEPTH, max_leaf_nodes=None, learning_rate=shape.rate, l2_regularization=shape.pull,
        max_features=shape.columns, min_samples_leaf=shape.leaf, early_stopping=False, random_state=0,
    ).fit(table[known], group[known], sample_weight=weight[known])  # fmt: skip
    trees = [complete(tree.nodes) for round_ in model._predictors for tree in round_]
    feature, threshold, leaf = (np.array(part, dtype=np.float32) for part in zip(*trees, strict=True))
    base = np.ravel(model._baseline_prediction).astype(np.float32)
    found = {"feature": feature, "threshold": threshold, "leaf": leaf, "base": base}
    return {f"{name}.tree_{part}": values for part, values in found.items()}


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
