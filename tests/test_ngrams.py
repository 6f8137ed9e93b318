"""Hashed n-grams: what is counted, and that a model file may rely on the very buckets."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.ngrams import BITS, ORDERS, grams, rows

UNITS = st.lists(st.text(max_size=12), max_size=5)


def brute_force(units: list[str]) -> list[Counter[int]]:
    """The buckets of every unit, one n-gram at a time in plain integers."""
    found = []
    for unit in units:
        code = b" " + unit.encode("utf-8", "replace") + b" "
        counts: Counter[int] = Counter()
        for n in ORDERS:
            for start in range(len(code) - n + 1):
                value = code[start]
                for byte in code[start + 1 : start + n]:
                    value = (value * 0x01000193 + byte) & 0xFFFFFFFF
                mixed = value ^ (value >> 15) ^ (n * 0x85EBCA6B & 0xFFFFFFFF)
                counts[((mixed * 0x9E3779B1) & 0xFFFFFFFF) >> (32 - BITS)] += 1
        found.append(counts)
    return found


@given(UNITS)
def test_every_ngram_is_counted_once_in_its_own_unit(units):
    """The vectorised pass finds what a plain loop finds, so no n-gram crosses the end of a unit."""
    found = grams(units)
    for number, expected in enumerate(brute_force(units)):
        assert Counter(found.bucket[found.unit == number].tolist()) == expected


def test_buckets_of_a_known_string():
    """The hash never changes: every model file depends on it."""
    found = grams(["vote"])
    assert found.bucket.dtype == np.uint32
    assert found.bucket.tolist() == [100858, 85280, 212715, 43466, 235260, 103329, 254334, 197199, 252298, 29089]
    assert found.unit.tolist() == [0] * 10


def test_number_of_ngrams_follows_from_the_length():
    """A unit of five bytes with its two spaces has 5 + 4 + 3 + 2 n-grams of 3 to 6 bytes."""
    assert len(grams(["ferry"]).bucket) == 5 + 4 + 3 + 2


def test_ngrams_are_of_bytes():
    """A letter of two bytes counts as two."""
    assert len(grams(["caf\u00e9"]).bucket) == len(grams(["cafes"]).bucket)


def test_units_in_any_order_give_the_same_row():
    """A row does not know in which order its units came."""
    one, other = (
        rows(grams(units), np.zeros(2, dtype=np.int32)) for units in (["a vote", "a boat"], ["a boat", "a vote"])
    )
    assert one.bucket.tolist() == other.bucket.tolist()
    assert one.value.tolist() == other.value.tolist()


@given(UNITS, st.data())
def test_rows_count_their_units_and_leave_the_rest(units, data):
    """A row counts the n-grams of its own units; a unit of row -1 is counted nowhere."""
    row_of = data.draw(st.lists(st.integers(-1, 2), min_size=len(units), max_size=len(units)))
    found = rows(grams(units), np.array(row_of, dtype=np.int32))
    expected = [Counter[int]() for _ in range(3)]
    for row, counts in zip(row_of, brute_force(units), strict=True):
        if row >= 0:
            expected[row] += counts
    for row in range(3):
        inside = found.row == row
        assert dict(zip(found.bucket[inside].tolist(), found.count[inside].tolist(), strict=True)) == expected[row]


@given(UNITS)
def test_rows_have_length_one(units):
    """Every row that has an n-gram has Euclidean length 1, and its values grow with the logarithm of the counts."""
    found = rows(grams(units), np.arange(len(units), dtype=np.int32))
    for row in np.unique(found.row):
        inside = found.row == row
        assert np.sqrt((found.value[inside].astype(np.float64) ** 2).sum()) == pytest.approx(1, abs=1e-5)
        raw = 1 + np.log(found.count[inside])
        assert found.value[inside] == pytest.approx(raw / np.sqrt((raw**2).sum()), abs=1e-5)


def test_entries_are_sorted_by_row():
    """Whoever adds up the entries of a row finds them in one piece."""
    found = rows(grams(["north pier", "coal pier", "pier"]), np.array([2, 0, 1], dtype=np.int32))
    assert found.row.tolist() == sorted(found.row.tolist())
    assert set(found.row.tolist()) == {0, 1, 2}


@pytest.mark.parametrize("first", [0, 16_383, 16_384, 19_999])
def test_any_number_of_rows_is_counted_alike(first):
    """A row's number may be as high as a document has blocks."""
    found = rows(grams(["the ferry"]), np.array([first], dtype=np.int32))
    assert set(found.row.tolist()) == {first}
    assert found.bucket.tolist() == rows(grams(["the ferry"]), np.zeros(1, dtype=np.int32)).bucket.tolist()


def test_very_frequent_ngrams_are_counted_exactly():
    """A megabyte of one letter has one n-gram of each order inside; its count is exact, its weight bounded."""
    found = rows(grams(["a" * 1_000_000]), np.zeros(1, dtype=np.int32))
    assert int(found.count.sum()) == sum(1_000_002 - n + 1 for n in ORDERS)
    assert np.sqrt((found.value.astype(np.float64) ** 2).sum()) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("units", [[], [""], ["", ""]])
def test_nothing_gives_nothing(units):
    """No text has no n-grams and no rows; an empty unit has none of its own either."""
    found = grams(units)
    assert len(found.bucket) == len(found.unit) == 0
    assert len(rows(found, np.zeros(len(units), dtype=np.int32)).row) == 0


def test_lone_surrogates_are_hashed_like_any_unknown_character():
    """A character that UTF-8 does not know stops nothing."""
    assert grams(["a\ud800b"]).bucket.tolist() == grams(["a?b"]).bucket.tolist()
