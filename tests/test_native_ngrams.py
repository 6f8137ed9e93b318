"""The compiled twins of n-grams, linear heads and language give what numpy gives, on hostile input, too."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk import language, linear, ngrams
from copydesk.compiled import TWINS
from copydesk.ngrams import BITS, LOG, Grams, grams

needs_twins = pytest.mark.skipif(not TWINS, reason="installed without a compiler")
UNITS = st.lists(st.text(alphabet="aab \u00e9\u4e2d", max_size=30), min_size=1, max_size=5)
WEIGHTS = np.random.default_rng(11).normal(size=(1 << 12, 19)).astype(np.float32)
KEYS = st.sampled_from([np.uint32, np.uint64])


def alike(name: str, *arguments: object, tolerance: float = 0) -> None:
    """The function and its twin return the same: numbers of a float type within that share of the largest one."""
    by_numpy, by_twin = (call(*arguments) for call in TWINS[name])
    if not isinstance(by_numpy, tuple):
        by_numpy, by_twin = (by_numpy,), (by_twin,)
    for one, other in zip(by_numpy, by_twin, strict=True):
        one, other = np.asarray(one), np.asarray(other)
        assert (one.dtype, one.shape) == (other.dtype, other.shape)
        assert np.array_equal(one, other) or np.abs(one - other).max() <= tolerance * np.abs(one).max()


def sorted_keys(found: Grams, row_of: list[int], dtype: type[np.unsignedinteger]) -> np.ndarray:
    """The n-grams' keys, those of unit u in row `row_of[u]`."""
    return np.sort(TWINS["ngrams.keys"][0](found.bucket, found.unit, np.array(row_of, dtype=np.int32), dtype))


def mapped(units: list[str], numbers: list[int]) -> tuple[Grams, list[int]]:
    """The units' n-grams, and a row for every unit."""
    return grams(units), (numbers * len(units))[: len(units)]


@needs_twins
@given(UNITS, st.lists(st.integers(-2, 3), min_size=1, max_size=5), KEYS)
def test_keys_are_made_and_counted_alike(units, numbers, dtype):
    """Row, bucket and count of every n-gram are the same, values too, in keys of either width."""
    found, row_of = mapped(units, numbers)
    alike("ngrams.keys", found.bucket, found.unit, np.array(row_of, dtype=np.int32), dtype)
    alike("ngrams.counted", sorted_keys(found, row_of, dtype), LOG, tolerance=1e-7)


@needs_twins
@given(UNITS, st.lists(st.integers(-1, 3), min_size=1, max_size=5), KEYS, st.sampled_from([1, 3, 11, 16, 17, 19]))
def test_heads_score_alike(units, numbers, dtype, heads):
    """Any number of heads gives the same scores, rows without an n-gram 0."""
    keys = sorted_keys(*mapped(units, numbers), dtype)
    alike("linear.key_scores", keys, LOG, WEIGHTS[:, :heads], BITS - 12, 4, tolerance=1e-6)


@needs_twins
@given(UNITS, st.lists(st.booleans(), min_size=1, max_size=5))
def test_contributions_are_alike(units, numbers):
    """What every unit gave is the same to the last bit, whatever the weights' stride."""
    found, row_of = mapped(units, [number - 1 for number in numbers])
    row = ngrams.rows(found, np.array(row_of, dtype=np.int32))
    weight = np.repeat(WEIGHTS, 1 << (BITS - 12), axis=0)[:, 3]
    inside = np.array(row_of) == 0
    alike("linear.contributed", row.bucket, row.value, row.count, found.bucket, found.unit, inside, weight)


@needs_twins
@given(st.text(max_size=60) | st.lists(st.sampled_from("the der und of la \ud800 a\0 x".split(" "))).map(" ".join))
def test_languages_get_their_votes_alike(text):
    """Words are told apart as `str.split` does it, in any script, and the same languages claim them."""
    alike("language.votes", text.lower(), *language._TABLE, len(language._CODES))


@needs_twins
@pytest.mark.parametrize("space", ["\t", "\x1c", "\x85", "\xa0", "\u2003", "\u2028", "\u3000", "\u200b", "\0"])
def test_words_end_where_python_says(space):
    """White space of other alphabets parts words, a zero-width space does not."""
    words, found = language._votes(f"the{space}of", *language._TABLE, len(language._CODES))
    assert words == len(f"the{space}of".split())
    assert found[language._CODES.index("en")] == (2 if words == 2 else 0)


def test_the_words_of_a_language_are_found():
    """Every function word votes for each language that has it, and for no other."""
    for word in {word for words in language.FUNCTION_WORDS.values() for word in words.split()}:
        _, found = language._votes(word, *language._TABLE, len(language._CODES))
        speakers = [code for code, words in sorted(language.FUNCTION_WORDS.items()) if word in words.split()]
        assert [language._CODES[i] for i in np.flatnonzero(found)] == speakers


@needs_twins
@pytest.mark.parametrize(
    "units", [[], [""], ["a"], ["\ud800"], ["a" * 1_000_000], ["word"] * 3, [f"line {n}" for n in range(100_000)]]
)
def test_extremes_are_measured_alike(units):
    """Nothing, one letter, a word of a megabyte and 100,000 rows are no special cases."""
    found = grams(units)
    dtype = np.uint32 if len(units) < 1 << 14 else np.uint64
    rows = list(range(len(units)))
    keys = sorted_keys(found, rows, dtype)
    alike("ngrams.keys", found.bucket, found.unit, np.array(rows, dtype=np.int32), dtype)
    alike("ngrams.counted", keys, LOG, tolerance=1e-7)
    alike("linear.key_scores", keys, LOG, WEIGHTS[:, :2], BITS - 12, len(units), tolerance=1e-6)
    if len(units) < 10:
        alike("language.votes", " ".join(units), *language._TABLE, len(language._CODES))


@needs_twins
def test_an_ngram_of_a_row_beyond_the_last_is_an_error():
    """Numbers that lie outside of an array are noticed, not followed."""
    keys = np.array([5 << BITS], dtype=np.uint32)
    with pytest.raises(IndexError):
        linear._key_scores(keys, LOG, WEIGHTS, BITS - 12, 5)
