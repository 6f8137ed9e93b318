"""A linear head: what a row of hashed n-grams scores, and exactly how much of it each sentence gave.

A score is a sum over n-grams, so it can be taken apart without remainder: an n-gram's share goes to its occurrences in equal
parts, and a sentence's contribution is the sum over the occurrences in it.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from .ngrams import BITS, Grams, Rows, run_bounds

Floats = NDArray[np.float32]


def score_rows(rows: Rows, weights: Floats, bias: Floats, size: int) -> Floats:
    """Raw scores of `size` rows under several heads at once: weights (2**bits, heads), bias (heads,) -> (size, heads).

    A table of fewer bits than BITS is looked up by a bucket's high bits: labels with few examples fill no large one.
    """
    out = np.tile(bias, (size, 1))
    if len(rows.row):
        starts = run_bounds(rows.row)[:-1]
        # Half the time of looking up 32-bit numbers with a check of each: no bucket is beyond the table.
        at = (rows.bucket >> np.uint32(spare_bits(weights))).astype(np.intp)
        looked_up = weights.take(at, axis=0, mode="clip")
        out[rows.row[starts]] += sum_rows(rows.value, looked_up, starts)
    return out


def sum_rows(value: Floats, looked_up: Floats, starts: NDArray[np.int64]) -> Floats:
    """Sums of value[i] * looked_up[i] over the runs that begin at `starts`: (m,), (m, heads) -> (runs, heads)."""
    if looked_up.shape[1] == 1:
        return np.asarray(np.add.reduceat(value * looked_up[:, 0], starts)[:, None], dtype=np.float32)
    ends = [*starts[1:].tolist(), len(value)]
    # A product a run: reduceat over several columns is three times slower.
    return np.array([value[a:b] @ looked_up[a:b] for a, b in zip(starts.tolist(), ends, strict=True)])


def spare_bits(weights: Floats) -> int:
    """By how many bits a table is smaller than 2**BITS rows."""
    return BITS - (len(weights).bit_length() - 1)


def contributions(rows: Rows, grams: Grams, inside: NDArray[np.bool_], weight: Floats) -> Floats:
    """What every unit gave to the score of the single row that `rows` holds; units not `inside` get 0. Shape (units,).

    The contributions add up to the row's score without its bias.
    """
    per_occurrence = np.empty(1 << BITS, dtype=np.float32)  # only the row's own buckets are filled and read
    per_occurrence[rows.bucket] = weight[rows.bucket] * rows.value / rows.count
    taken = inside.take(grams.unit)
    given = per_occurrence.take(grams.bucket.compress(taken))  # half the time of indexing with brackets
    total = np.bincount(grams.unit.compress(taken), weights=given, minlength=len(inside))
    return total.astype(np.float32)


def softmax(scores: Floats) -> Floats:
    """Probabilities of each row's labels, (rows, labels) -> the same shape."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)


def sigmoid(value: float) -> float:
    """The logistic function, safe far from zero."""
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, value))))
