"""Hashed byte n-grams, all orders in one vectorised pass: no vocabulary, so a model is a plain array and holds no one's words.

0.1 ms per KB of text against about 5 ms for scikit-learn's character analyser, at the same accuracy (design, section 4).
The unit is the sentence: no n-gram crosses its ends, so neither paragraphs nor lost spaces between sentences leave a trace.
Feature hashing: Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", ICML 2009.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .compiled import compiled

BITS = 18
ORDERS = (3, 4, 5, 6)
_BASE = np.uint32(0x01000193)  # FNV's prime: every step multiplies by it and adds a byte
LOG = np.concatenate([[0.0], 1 + np.log(np.arange(1, 4096))]).astype(np.float32)  # the weight of a count
_MIX = np.uint32(0x9E3779B1)  # 2**32 / golden ratio: spreads the sum over the high bits, which are kept (Knuth, 6.4)
Entries = tuple[NDArray[np.uint32], NDArray[np.float32], NDArray[np.int32], NDArray[np.int32]]


@dataclass(frozen=True, slots=True)
class Grams:
    """Every n-gram of a sequence of units: `bucket[i]`, in [0, 2**BITS), occurs in unit number `unit[i]`; shapes (m,)."""

    bucket: NDArray[np.uint32]
    unit: NDArray[np.int32]


@dataclass(frozen=True)
class Rows:
    """A sparse matrix of log-scaled, length-normalised counts, sorted by row: `value[i]` stands in row `row[i]`, column `bucket[i]`.

    `count[i]` is how often the bucket occurs in the row; all shapes (m,). Rows have Euclidean length 1, or no entry at all.
    What is kept is the sorted `keys`, row and bucket of every n-gram in one number: heads score them as they stand (`linear.py`), and
    the entries are only made where somebody asks for them.
    """

    keys: NDArray[Any]

    @cached_property
    def _entries(self) -> Entries:
        return _counted(self.keys, LOG)

    @property
    def bucket(self) -> NDArray[np.uint32]:
        """Column of every entry."""
        return self._entries[0]

    @property
    def value(self) -> NDArray[np.float32]:
        """What stands there."""
        return self._entries[1]

    @property
    def row(self) -> NDArray[np.int32]:
        """Row of every entry."""
        return self._entries[2]

    @property
    def count(self) -> NDArray[np.int32]:
        """How often the bucket occurs in the row."""
        return self._entries[3]


def grams(units: Sequence[str]) -> Grams:
    """Hash the n-grams of every unit (a sentence in scored form); a space is put before and after each."""
    data = f" {'  '.join(units)} ".encode("utf-8", "replace") if units else b""
    lengths = np.fromiter(map(len, units), dtype=np.int64, count=len(units)) + 2
    if len(data) != lengths.sum():  # not all of it is ASCII
        lengths[:] = [len(unit.encode("utf-8", "replace")) + 2 for unit in units]
    return Grams(*_hashed(data, lengths))


@compiled
def _hashed(data: bytes, lengths: NDArray[np.int64]) -> tuple[NDArray[np.uint32], NDArray[np.int32]]:
    """Buckets of all n-grams of `data`, whose units have these lengths in bytes, and the unit of each; order by order."""
    codes = np.frombuffer(data, dtype=np.uint8).astype(np.uint32)
    unit = np.arange(len(lengths), dtype=np.int32)
    left = np.repeat(np.cumsum(lengths), lengths) - np.arange(len(codes))  # bytes from here to the end of the unit
    buckets, units_of = [], []
    rolling = codes
    for n in range(2, max(ORDERS) + 1):
        rolling = rolling[:-1] * _BASE + codes[n - 1 :] if len(codes) >= n else codes[:0]
        if n in ORDERS:
            kept = rolling.compress(left[: len(rolling)] >= n)
            mixed = (kept ^ (kept >> np.uint32(15)) ^ np.uint32(n * 0x85EBCA6B & 0xFFFFFFFF)) * _MIX
            buckets.append(mixed >> np.uint32(32 - BITS))
            units_of.append(unit.repeat(np.maximum(lengths - n + 1, 0)))
    return np.concatenate(buckets), np.concatenate(units_of)


def rows(grams: Grams, row_of_unit: NDArray[np.int32]) -> Rows:
    """Count the n-grams by row: unit u belongs to row `row_of_unit[u]`, or to none if that is negative."""
    highest = (1 << (32 - BITS)) - 1  # in a 32-bit key; those sort twice as fast
    wide = np.uint32 if row_of_unit.max(initial=-1) < highest else np.uint64
    keys = _keys(grams.bucket, grams.unit, row_of_unit, wide)
    keys.sort()  # 1.4 ns a key where the processor has wide registers: counting in a table of all buckets takes longer
    return Rows(keys)


@compiled
def _keys(
    bucket: NDArray[np.uint32], unit: NDArray[np.int32], row_of_unit: NDArray[np.int32], dtype: type[np.unsignedinteger]
) -> NDArray[Any]:
    """Row and bucket of every n-gram as one number of this dtype, (m,), those without a row left out; unsorted."""
    row = row_of_unit.take(unit)
    inside = row >= 0
    return np.asarray(row.compress(inside).astype(dtype) << dtype(BITS) | bucket.compress(inside))


@compiled
def _counted(ordered: NDArray[Any], weight_of_count: NDArray[np.float32]) -> Entries:
    """Of sorted keys, shape (m,): bucket, value, row and count of every distinct one, four arrays of shape (distinct,)."""
    bucket, weight, row, count = weighed(ordered, weight_of_count)
    if len(row):
        bounds = run_bounds(row)
        norms = np.sqrt(np.add.reduceat(np.square(weight, dtype=np.float64), bounds[:-1])).astype(np.float32)
        weight /= np.repeat(norms, np.diff(bounds))
    return bucket, weight, row, count


def weighed(ordered: NDArray[Any], weight_of_count: NDArray[np.float32]) -> Entries:
    """Bucket, weight of the count, row and count of every distinct one of the sorted keys, before rows are brought to one length."""
    bounds = run_bounds(ordered)
    counts = np.diff(bounds).astype(np.int32)
    keys = ordered.take(bounds[:-1])
    row = (keys >> keys.dtype.type(BITS)).astype(np.int32)
    bucket = (keys & keys.dtype.type((1 << BITS) - 1)).astype(np.uint32)
    return bucket, weight_of_count.take(counts, mode="clip"), row, counts


def run_bounds(values: NDArray[Any]) -> NDArray[np.int64]:
    """Where each run of equal values begins, and where the last one ends: shape (m,) -> (runs + 1,)."""
    changed = np.ones(len(values) + 1, dtype=np.bool_)
    np.not_equal(values[1:], values[:-1], out=changed[1:-1])
    return np.flatnonzero(changed)
