"""Fit the block model's second pass: a small forest of boosted trees, and a linear model over the same columns."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from copydesk.blocks import CUT, blend, score_line
from copydesk.linear import Floats
from copydesk.trees import score_trees

from .forest import grow

STRENGTH = 0.03  # inverse regularisation of the linear half
STEPS = 60  # of its solver
Arrays = dict[str, NDArray[np.generic]]


def fit(table: Floats, group: NDArray[np.int32], weight: NDArray[np.float32]) -> Arrays:
    """Arrays of both halves. table: (blocks, columns) as `second_features` gives it; group: (blocks,), 0 own, 1 links, 2 debris."""
    known = np.flatnonzero(weight > 0)
    forest = grow("blocks", table, group, weight)
    shift, spread = table[known].mean(axis=0), table[known].std(axis=0)
    scale = 1 / (spread + 1e-6)
    scale[spread < 1e-6] = 0  # a column that never changes says nothing
    model = LogisticRegression(C=STRENGTH, max_iter=STEPS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # stopping early is meant
        model.fit(np.clip((table[known] - shift) * scale, -CUT, CUT), group[known], sample_weight=weight[known])
    line = {"shift": shift, "scale": scale, "weight": model.coef_.T, "bias": model.intercept_}
    return forest | {f"blocks.line_{name}": np.asarray(value, dtype=np.float32) for name, value in line.items()}


def said(table: Floats, arrays: Arrays) -> Floats:
    """Chances of the article, links and debris, shape (blocks, 3), as scoring computes them."""
    trees = [
        np.asarray(arrays[f"blocks.tree_{name}"], dtype=np.float32) for name in ("feature", "threshold", "leaf", "base")
    ]
    line = [
        np.asarray(arrays[f"blocks.line_{name}"], dtype=np.float32) for name in ("shift", "scale", "weight", "bias")
    ]
    return blend(score_trees(table, *trees), score_line(table, *line))


def unseen(
    table: Floats, group: NDArray[np.int32], weight: NDArray[np.float32], groups: NDArray[np.str_], folds: int
) -> Floats:
    """What a second pass says of every block that was fitted on other groups' blocks alone, shape (blocks, 3)."""
    out = np.zeros((len(table), 3), dtype=np.float32)
    for rest, test in GroupKFold(folds).split(table, group, groups):
        out[test] = said(table[test], fit(table[rest], group[rest], weight[rest]))
    return out
