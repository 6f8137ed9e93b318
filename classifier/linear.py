"""A linear head: what a row of hashed n-grams scores, and exactly how much of it each sentence gave.

A score is a sum over n-grams, so it can be taken apart without remainder: an n-gram's share goes to its occurrences in equal
parts, and a sentence's contribution is the sum over the occurrences in it.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .compiled import compiled
from .ngrams import BITS, LOG, Grams, Rows, run_bounds, weighed

Floats = NDArray[np.float32]


def score_rows(rows: Rows, weights: Floats, bias: Floats, size: int) -> Floats:
    """Raw scores of `size` rows under several heads at once: weights (2**bits, heads), bias (heads,) -> (size, heads).

    A table of fewer bits than BITS is looked up by a bucket's high bits: labels with few examples fill no large one.
    """
    return bias + _key_scores(rows.keys, LOG, weights, spare_bits(weights), size)


@compiled
def _key_scores(ordered: NDArray[Any], weight_of_count: Floats, weights: Floats, spare: int, size: int) -> Floats:
    """Scores without bias of sorted keys, as in Rows: weights (columns, heads), looked up at bucket >> spare -> (size, heads).

    A row's length is divided by at its end: so no entry is ever written down.
    """
    out = np.zeros((size, weights.shape[1]), dtype=np.float32)
    bucket, weight, row, _ = weighed(ordered, weight_of_count)
    if len(row):
        starts = run_bounds(row)[:-1]
        # Half the time of looking up 32-bit numbers with a check of each: no bucket is beyond the table.
        looked_up = weights.take((bucket >> np.uint32(spare)).astype(np.intp), axis=0, mode="clip")
        norms = np.sqrt(np.add.reduceat(np.square(weight, dtype=np.float64), starts))
        out[row[starts]] = sum_rows(weight, looked_up, starts) / norms[:, None]
    return out


def sum_rows(value: Floats, looked_up: Floats, starts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Sums of value[i] * looked_up[i] over the runs that begin at `starts`: (m,), (m, heads) -> (runs, heads)."""
    value, looked_up = value.astype(np.float64), looked_up.astype(np.float64)
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
    return _contributed(rows.bucket, rows.value, rows.count, grams.bucket, grams.unit, inside, weight)


@compiled
def _contributed(
    bucket: NDArray[np.uint32],
    value: Floats,
    count: NDArray[np.int32],
    of_gram: NDArray[np.uint32],
    unit: NDArray[np.int32],
    inside: NDArray[np.bool_],
    weight: Floats,
) -> Floats:
    """Sums over the n-grams of every unit `inside`, shape (units,): bucket, value, count (entries,) are of the row that they make up,
    of_gram, unit (m,) say what each is and where it stands, weight (2**BITS,)."""
    per_occurrence = np.empty(1 << BITS, dtype=np.float32)  # only the row's own buckets are filled and read
    per_occurrence[bucket] = weight[bucket] * value / count
    taken = inside.take(unit)
    given = per_occurrence.take(of_gram.compress(taken))  # half the time of indexing with brackets
    total = np.bincount(unit.compress(taken), weights=given, minlength=len(inside))
    return total.astype(np.float32)


def softmax(scores: Floats) -> Floats:
    """Probabilities of each row's labels, (rows, labels) -> the same shape."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)


def sigmoid(value: float) -> float:
    """The logistic function, safe far from zero."""
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, value))))
