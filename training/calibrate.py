"""From raw scores to probabilities and thresholds, on the dev files, which no head was fitted to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from copydesk import CorpusError

from .corpus import Row

HUMAN_RATE = 0.01  # of human articles may be flagged, every human source weighing the same
FEWEST = 50  # human articles that a source needs to have a say
KNOTS = 64
Floats = NDArray[np.float64]


def by_source(rows: Sequence[Row], values: Sequence[float]) -> dict[str, Floats]:
    """Values of the human articles of every source that is an article's and large enough. Raises CorpusError if none is."""
    found: dict[str, list[float]] = defaultdict(list)
    for row, value in zip(rows, values, strict=True):
        if row.human and row.is_article:
            found[row.source].append(value)
    large = {k: np.array(v) for k, v in found.items() if len(v) >= FEWEST}
    if not large:
        raise CorpusError(
            f"articles.dev: no source has {FEWEST} human articles that can be judged, thresholds need one"
        )
    return large


def need_both(gold: NDArray[np.bool_], what: str) -> None:
    """Raises CorpusError unless there are examples of both kinds to tell apart."""
    if gold.all() or not gold.any():
        raise CorpusError(f"{what}: the corpus has examples of one kind only, both are needed")


def score_at(groups: Mapping[str, Floats], rate: float) -> float:
    """The highest human score that is still among the `rate` highest, every group weighing the same: above it lie fewer."""
    values = np.concatenate([groups[k] for k in sorted(groups)])
    weights = np.concatenate([np.full(len(groups[k]), 1 / len(groups[k]) / len(groups)) for k in sorted(groups)])
    order = np.argsort(-values, kind="stable")
    passed = np.flatnonzero(np.cumsum(weights[order]) > rate)
    return float(values[order[passed[0]]]) if len(passed) else float(values.min())


def human_threshold(rows: Sequence[Row], values: Sequence[float], rate: float) -> dict[str, object]:
    """The manifest's entry of a threshold: the first reported score that flags at most `rate` of human articles."""
    groups = by_source(rows, values)
    score = score_at(groups, rate) + 0.0001  # the first reported score above
    return {
        "score": round(max(score, 0.05), 4),
        "statement": f"maximum recall with at most {100 * rate:g} % of human articles flagged, every human source weighing the same",
        "sources": sorted(groups),
    }


def platt(raw: Floats, positive: NDArray[np.bool_], weight: Floats | None = None) -> Floats:
    """A logistic calibration as knots, shape (2, KNOTS): raw scores above their probabilities, both rising."""
    model = LogisticRegression(C=100.0).fit(np.asarray(raw)[:, None], positive, sample_weight=weight)
    slope, bias = float(model.coef_[0, 0]), float(model.intercept_[0])
    return logistic_knots(max(slope, 1e-3), bias)


def logistic_knots(slope: float, bias: float) -> Floats:
    """The logistic curve of slope * x + bias, as knots evenly spaced in log-odds from -9 to 9."""
    odds = np.linspace(-9, 9, KNOTS)
    return np.stack([(odds - bias) / slope, 1 / (1 + np.exp(-odds))])


def even(rows: Sequence[Row]) -> Floats:
    """A weight for every row: people and machines the same in sum, and within each every source (and generator) the same."""
    keys = [(r.human, r.source, "" if r.human else r.generator) for r in rows]
    size: dict[tuple[bool, str, str], int] = defaultdict(int)
    for key in keys:
        size[key] += 1
    sides = {side: sum(1 for k in size if k[0] == side) for side in (True, False)}
    return np.array([len(rows) / 2 / sides[k[0]] / size[k] for k in keys])


def best_level(chance: Floats, gold: NDArray[np.bool_]) -> float:
    """The level of probability with the best F1."""
    levels = np.round(np.arange(0.2, 0.86, 0.02), 2)
    scores = []
    for level in levels:
        taken = chance >= level
        right = float((taken & gold).sum())
        scores.append(2 * right / max(1.0, float(taken.sum() + gold.sum())))
    return float(levels[int(np.argmax(scores))])


def quiet_level(chance: Floats, rate: float, least: float = 0.5) -> float:
    """The lowest level, at `least` or more, that at most `rate` of these (wrong) lines reach; `least` where there are none."""
    for level in np.round(np.arange(least, 0.99, 0.02), 2):
        if (chance >= level).sum() <= rate * len(chance):
            return float(level)
    return 0.99
