"""Tables of weights that are read four columns at a time: as numpy reads them, whatever their width, and never beyond their end."""

from __future__ import annotations

import numpy as np
import pytest

from copydesk import blocks, linear, trees
from copydesk.compiled import TWINS
from copydesk.ngrams import BITS, LOG

pytestmark = pytest.mark.skipif(not TWINS, reason="installed without a compiler")
WIDTHS = [1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 15, 16, 17, 19, 33]
ROWS = 1 << 10
WEIGHTS = np.random.default_rng(3).normal(size=(ROWS, max(WIDTHS))).astype(np.float16).astype(np.float32)


def as_numpy(name: str, *arguments: object) -> None:
    """Both functions return the same shape and type, and the same numbers to the sixth place."""
    by_numpy, by_twin = (call(*arguments) for call in TWINS[name])
    assert (by_numpy.dtype, by_numpy.shape) == (by_twin.dtype, by_twin.shape)
    assert np.allclose(by_numpy, by_twin, rtol=1e-6, atol=1e-5)


@pytest.mark.parametrize("heads", WIDTHS)
@pytest.mark.parametrize("order", ["C", "F"])
def test_features_of_any_width_are_summed_alike(heads, order):
    """Every column's sum is its own; the table's first and last row, too, and blocks without a feature."""
    chance = np.random.default_rng(heads)
    row = np.sort(chance.choice([0, 1, 3, 6], size=300)).astype(np.int32)
    column = np.concatenate([[0, ROWS - 1], chance.integers(0, ROWS, size=298)]).astype(np.int32)
    as_numpy("blocks.feature_sums", row, column, 0.25, np.array(WEIGHTS[:, :heads], order=order), 7)
    as_numpy("blocks.feature_sums", row[:0], column[:0], 0.25, np.array(WEIGHTS[:, :heads], order=order), 0)


@pytest.mark.parametrize("heads", WIDTHS)
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", [np.uint32, np.uint64])
def test_ngrams_of_any_width_are_scored_alike(heads, order, dtype):
    """Every head's score is its own, of n-grams that stand once or often, in the table's first and last row, too."""
    chance = np.random.default_rng(heads)
    bucket = np.concatenate([[0, (1 << BITS) - 1] * 3, chance.integers(0, 1 << BITS, size=400)])
    key = np.sort(np.repeat(chance.choice([0, 1, 4], size=406) << BITS | bucket, chance.integers(1, 5, size=406)))
    as_numpy("linear.key_scores", key.astype(dtype), LOG, np.array(WEIGHTS[:, :heads], order=order), BITS - 10, 6)


@pytest.mark.parametrize("heads", [1, 3, 4, 11])
@pytest.mark.parametrize("column", [ROWS, -1, np.iinfo(np.int32).max])
def test_a_feature_beyond_the_table_is_an_error(heads, column):
    """No number leads out of the table, wherever among the features it stands."""
    row, columns = np.zeros(100, dtype=np.int32), np.zeros(100, dtype=np.int32)
    weights = np.ascontiguousarray(WEIGHTS[:, :heads])
    for at in (0, 50, 99):
        columns[:] = 0
        columns[at] = column
        with pytest.raises(IndexError):
            blocks._feature_sums(row, columns, 1.0, weights, 1)


@pytest.mark.parametrize("dtype", [np.float16, np.float64, np.int32])
def test_features_of_another_precision_are_an_error(dtype):
    """A table is never taken for one of another type."""
    one = np.zeros(1, dtype=np.int32)
    with pytest.raises(ValueError, match="dtype"):
        blocks._feature_sums(one, one, 1.0, WEIGHTS[:, :11].astype(dtype), 1)


def test_a_table_that_is_too_small_is_an_error():
    """Buckets beyond a table of fewer rows than its bits promise are noticed, not followed."""
    keys = np.array([(1 << BITS) - 1], dtype=np.uint32)
    with pytest.raises(IndexError):
        linear._key_scores(keys, LOG, WEIGHTS[: ROWS // 2], BITS - 10, 1)


def test_a_tree_that_asks_for_a_column_beyond_the_table_is_an_error():
    """Trees read no neighbour's cells, whatever columns they name."""
    forest = np.zeros(2, dtype=trees.TREE)
    forest["column"][1] = 5
    with pytest.raises(IndexError):
        trees._scores(np.zeros((3, 5), dtype=np.float32), forest, np.zeros(1, dtype=np.float32))
