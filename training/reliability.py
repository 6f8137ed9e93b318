"""Does a probability hold what it says? Expected calibration error, in all and by length of the article."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 10
BANDS = ((0, 120), (120, 250), (250, 600), (600, 10**9))  # words
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Error:
    """The expected calibration error of the `n` articles of a band of lengths."""

    name: str
    value: float
    n: int


def band(words: int) -> str:
    """The name of the band of lengths that an article of so many words is in."""
    low, high = next(b for b in BANDS if b[0] <= words < b[1])
    return f"{low} to {high} words" if high < 10**9 else f"{low} words and more"


def expected_error(score: Floats, machine: NDArray[np.bool_], weight: Floats) -> float:
    """The mean distance between score and share of machine articles over BINS bins of the score, each by its weight (Naeini et
    al., "Obtaining well calibrated probabilities using Bayesian binning", AAAI 2015). People and machines weigh the same in sum."""
    even = np.array(weight, dtype=np.float64)
    for side in (True, False):
        even[machine == side] /= max(1e-12, even[machine == side].sum())
    where = np.clip((score * BINS).astype(int), 0, BINS - 1)
    apart = np.bincount(where, weights=even * (score - machine), minlength=BINS)
    return float(np.abs(apart).sum() / max(1e-12, even.sum()))


def by_length(score: Floats, machine: NDArray[np.bool_], weight: Floats, words: NDArray[np.int64]) -> list[Error]:
    """The error over all articles, then of every band that has both people and machines in it."""
    out = [Error("all lengths", expected_error(score, machine, weight), len(score))]
    names = np.array([band(int(w)) for w in words])
    for low, _ in BANDS:
        inside = names == band(low)
        if machine[inside].any() and not machine[inside].all():
            error = expected_error(score[inside], machine[inside], weight[inside])
            out.append(Error(band(low), error, int(inside.sum())))
    return out
