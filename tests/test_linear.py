"""Linear heads: scores against a dense computation, and shares that add up without remainder."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.linear import contributions, score_rows, sigmoid, softmax
from copydesk.ngrams import BITS, grams, rows

WORDS = ("harbour", "wall", "the", "council", "voted", "ferry", "late", "a", "newts", "pond")
UNITS = st.lists(st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join), min_size=1, max_size=6)


@pytest.fixture(scope="module")
def weights() -> np.ndarray:
    """Weights of three heads that are all different."""
    return np.random.default_rng(7).normal(size=(1 << BITS, 3)).astype(np.float32)


@given(units=UNITS, row_of=st.lists(st.integers(-1, 3), min_size=6, max_size=6))
def test_rows_score_as_in_a_dense_computation(weights, units, row_of):
    """Each row's score under each head is its values times the weights, plus the head's bias."""
    bias = np.array([0.5, -1, 0], dtype=np.float32)
    sparse = rows(grams(units), np.array(row_of[: len(units)], dtype=np.int32))
    dense = np.zeros((4, 1 << BITS))
    dense[sparse.row, sparse.bucket] = sparse.value
    assert score_rows(sparse, weights, bias, 4) == pytest.approx(dense @ weights + bias, abs=1e-4)


@pytest.mark.parametrize("bits", [BITS, BITS - 1, BITS - 2, 10])
@pytest.mark.parametrize("heads", [1, 3])
def test_a_smaller_table_is_looked_up_by_the_high_bits(bits, heads):
    """Buckets that share their high bits share a weight."""
    table = np.random.default_rng(3).normal(size=(1 << bits, heads)).astype(np.float32)
    sparse = rows(grams(["the harbour", "wall and ferry"]), np.array([0, 1], dtype=np.int32))
    dense = np.zeros((2, 1 << bits))
    np.add.at(dense, (sparse.row, sparse.bucket >> (BITS - bits)), sparse.value)
    assert score_rows(sparse, table, np.zeros(heads, dtype=np.float32), 2) == pytest.approx(dense @ table, abs=1e-4)


def test_rows_without_ngrams_score_the_bias():
    """A row that nothing fell into has the bias for its score, at either end and in the middle."""
    sparse = rows(grams(["harbour", "wall"]), np.array([1, 3], dtype=np.int32))
    weights = np.ones((1 << BITS, 1), dtype=np.float32)
    scores = score_rows(sparse, weights, np.array([2], dtype=np.float32), 5)[:, 0]
    assert scores[[0, 2, 4]].tolist() == [2, 2, 2]
    assert (scores[[1, 3]] > 2).all()


def test_no_rows_score_nothing():
    """An article without a sentence has rows of bias alone, or no rows."""
    sparse = rows(grams([]), np.zeros(0, dtype=np.int32))
    assert score_rows(sparse, np.ones((1 << BITS, 2), dtype=np.float32), np.zeros(2, dtype=np.float32), 0).shape == (
        0,
        2,
    )


@given(units=UNITS, inside=st.lists(st.booleans(), min_size=6, max_size=6))
def test_contributions_add_up_to_the_score_without_the_bias(weights, units, inside):
    """What the sentences gave is the row's score, to rounding; a sentence outside the row gave nothing."""
    chosen = np.array(inside[: len(units)])
    found = grams(units)
    row = rows(found, np.where(chosen, 0, -1).astype(np.int32))
    head = np.ascontiguousarray(weights[:, 1])
    given_by = contributions(row, found, chosen, head)
    score = score_rows(row, weights, np.array([9, 9, 9], dtype=np.float32), 1)[0, 1]
    assert given_by.sum() == pytest.approx(score - 9, abs=1e-3)
    assert (given_by[~chosen] == 0).all()


def test_equal_sentences_give_equal_shares():
    """An n-gram that occurs twice is shared in equal parts."""
    found = grams(["the ferry is late", "the ferry is late"])
    row = rows(found, np.zeros(2, dtype=np.int32))
    one, other = contributions(row, found, np.array([True, True]), np.ones(1 << BITS, dtype=np.float32))
    assert one == other


def test_softmax_rows_are_probabilities():
    """Rows sum to 1 and keep their order, however large the scores."""
    found = softmax(np.array([[0, 0, 0], [1000, 0, -1000], [-1e4, -1e4, -1e4 + 1]], dtype=np.float32))
    assert found.sum(axis=1) == pytest.approx([1, 1, 1])
    assert found[1].tolist() == [1, 0, 0]
    assert found[2].argmax() == 2


@pytest.mark.parametrize(("value", "expected"), [(0, 0.5), (1e6, 1), (-1e6, 0), (float(np.log(3)), 0.75)])
def test_sigmoid_is_safe_far_from_zero(value, expected):
    """The logistic function without overflow."""
    assert sigmoid(value) == pytest.approx(expected)
