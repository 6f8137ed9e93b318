"""The compiled functions of the padding detector give what their twins in numpy give, whatever the text."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.compiled import TWINS
from copydesk.detectors import load

load()  # their functions are among the twins from then on
pytestmark = pytest.mark.skipif(not TWINS, reason="installed without a compiler")
CHARACTERS = st.sampled_from(list(' aZÄ7"“”„‟?\n\ud800\U0001f600')) | st.characters()
TEXTS = st.text(CHARACTERS, min_size=1, max_size=60)


def both(name, *arguments):
    """What the function in numpy gives, and what its twin does."""
    return [function(*arguments) for function in TWINS[name]]


def assert_alike(one, other):
    """The same shape, type and numbers: whole numbers to the digit, others to six."""
    assert (one.dtype, one.shape) == (other.dtype, other.shape)
    if one.dtype.kind == "f":
        np.testing.assert_allclose(other, one, rtol=1e-6, atol=1e-9)
    else:
        assert np.array_equal(one, other)


@st.composite
def paragraphs(draw):
    """Which paragraph each of some sentences is in, from 0 on."""
    sizes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=9))
    return np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)


@given(st.lists(st.tuples(st.integers(0, 15), st.integers(0, 4)), max_size=40))
def test_weights_are_summed_alike(grams):
    """Any n-grams of five sentences; those without any have sums of nothing."""
    bucket = np.array([b for b, _ in grams], dtype=np.uint32)
    unit = np.array([u for _, u in grams], dtype=np.int32)
    weights = np.linspace(-1, 1, 16, dtype=np.float32)
    assert_alike(*both("parts.sums", weights, bucket, unit, 5))


def test_a_bucket_beyond_the_table_is_an_error():
    """An index that does not fit the table is refused, never looked up."""
    one = np.zeros(1, dtype=np.int32)
    for sums in TWINS["parts.sums"]:
        with pytest.raises(IndexError):
            sums(np.zeros(4, dtype=np.float32), np.array([4], dtype=np.uint32), one, 1)


@given(TEXTS, st.data())
def test_characters_are_counted_alike(text, data):
    """Any characters, lone surrogates too; sentences may begin anywhere."""
    starts = data.draw(st.sets(st.integers(0, len(text) - 1), min_size=1, max_size=5).map(sorted))
    assert_alike(*both("parts.marks", text, np.array(starts, dtype=np.int64)))


@pytest.mark.parametrize("text", ["x" * 1_000_000, "? " * 500_000, "\ud800" * 9])
def test_long_texts_are_counted_alike(text):
    """A word of a megabyte is one sentence as any other."""
    assert_alike(*both("parts.marks", text, np.array([0, 5], dtype=np.int64)))


@pytest.mark.parametrize("size", [1, 100_000])
def test_many_paragraphs_are_seen_alike(size):
    """One paragraph has no neighbour; a hundred thousand are as many rows."""
    unit = np.arange(size, dtype=np.int32)
    random = np.random.default_rng(5)
    said, marks = random.normal(0, 9, (2, size)), random.integers(0, 30, (7, size)).astype(np.float64)
    look, topic = random.normal(size=size).astype(np.float32), random.normal(size=(size, 5))
    for one, other in zip(*both("parts.table", said, look, 0.5, marks, unit, topic), strict=True):
        assert_alike(one, other)


@settings(max_examples=200)
@given(paragraphs(), st.integers(0, 2**32 - 1))
def test_parts_are_seen_alike(unit, seed):
    """Paragraphs and hollow sentences, in the same order, with the same numbers."""
    random = np.random.default_rng(seed)
    size, count = len(unit), int(unit[-1]) + 1
    said = np.stack([random.integers(-40, 40, size), random.integers(0, 90, size)]).astype(np.float64)
    marks = random.integers(0, 12, (7, size)).astype(np.float64)
    look = random.integers(-2, 3, size).astype(np.float32)
    topic = random.random((count, 5))
    for one, other in zip(*both("parts.table", said, look, -0.25, marks, unit, topic), strict=True):
        assert_alike(one, other)


@given(paragraphs(), st.integers(0, 2**32 - 1))
def test_topics_are_seen_alike(unit, seed):
    """Blocks without words, headlines without any, words that stand in it: the same shares."""
    random = np.random.default_rng(seed)
    blocks, words = int(unit[-1]) + 1, int(random.integers(0, 50))
    bucket = random.integers(0, 20, words).astype(np.int32)
    of_block = np.sort(random.integers(0, blocks, words)).astype(np.int32)
    told = np.unique(random.integers(0, 20, int(random.integers(0, 5)))).astype(np.int32)
    idf, fit = random.random(20).astype(np.float32), random.random((blocks, 2)).astype(np.float32)
    assert_alike(*both("parts.about", unit, unit, bucket, of_block, told, idf, fit))


@given(paragraphs(), st.integers(0, 2**32 - 1))
def test_sentences_are_put_together_alike(block, seed):
    """Short blocks are paragraphs; long ones are parted in runs of sentences, at the same places."""
    random = np.random.default_rng(seed)
    words = random.integers(1, 90, len(block))
    of_block = np.bincount(block, weights=words).astype(int).tolist()
    assert_alike(*both("seo_padding.together", block, of_block, words.tolist()))


def test_no_sentences_are_no_paragraphs():
    """A text of code alone has no sentence."""
    assert_alike(*both("seo_padding.together", np.zeros(0, dtype=np.int32), [3], []))


@given(TEXTS, st.lists(TEXTS, max_size=4), st.data())
def test_near_spans_are_the_same(text, words, data):
    """Which spans hold enough of the words."""
    bounds = data.draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=6).map(sorted))
    spans = list(pairwise(bounds))
    most, missed = data.draw(st.integers(0, 4)), data.draw(st.floats(0, 3))
    one, other = both("seo_padding.near", text, spans, [*words, text[:2]], most, missed)
    assert one == other


@given(st.lists(st.sampled_from(["ferry", "delays", "a", "ü", "\x00", ","])), st.integers(1, 6))
def test_phrases_that_may_come_back_are_the_same(words, times):
    """What stands beside spaces is counted alike, and a phrase that does come back is always found."""
    text = " ".join(words)
    one, other = both("seo_padding.may_come_back", f"   {text}   ".encode(), times)
    assert one == other
    assert one or text.count("ferry delays") < times


@pytest.mark.parametrize("code", [b"", b"   ", b"      ", b" " * 1_000_000, b"x" * 1_000_000])
def test_texts_without_words_are_counted_alike(code):
    """Nothing, spaces alone and one word of a megabyte."""
    one, other = both("seo_padding.may_come_back", code, 5)
    assert one == other


@given(paragraphs(), st.integers(0, 2**32 - 1))
def test_documents_are_seen_alike(unit, seed):
    """What the document head sees of paragraphs long and short, and of the sentences behind them."""
    random = np.random.default_rng(seed)
    count = int(unit[-1]) + 1
    table = random.integers(0, 30, (len(unit), 27)).astype(np.float32)
    scores = random.random(len(unit)).astype(np.float32)
    one, other = both("seo_padding.strengths", table, scores, count)
    assert other == pytest.approx(one, rel=1e-6)


@given(st.lists(st.integers(-9, 9), min_size=2, max_size=8, unique=True), st.floats(-12, 12), st.integers(0, 99))
def test_numbers_between_knots_are_the_same(xs, value, seed):
    """On, between and beyond the knots."""
    ys = np.random.default_rng(seed).random(len(xs))
    rising = np.array(sorted(xs), dtype=np.float64)
    for each in (value, float(xs[0]), float("nan"), float("inf"), float("-inf")):
        one, other = both("model.between", each, rising, ys)
        assert other == pytest.approx(one, rel=1e-12, nan_ok=True)


@given(st.lists(st.sampled_from(["read", "Also Read", "news", " ", ":", "|", "»", "-", "–", "—", "\n", "ẞ", "\ud800"])))
def test_announcing_marks_are_the_same(pieces):
    """Marks with and without announcing words before them, and dashes with and without a space behind."""
    one, other = both("inserted.announcing", "".join(pieces), ("read", "news"), 10, 5)
    assert one == other


@given(st.text(CHARACTERS | st.sampled_from(["\u00a0", "\u2003", "\x1c", "\u200b"])))
def test_words_are_counted_alike(text):
    """Any white space parts words, as `str.split` has it."""
    one, other = both("document.count_words", text)
    assert one == other
