"""The twins that label blocks and judge their links give what numpy gives, whatever the blocks are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk import Scorer, read
from copydesk.article import TOPIC_BITS, Article
from copydesk.blocks import label_blocks
from copydesk.compiled import TWINS
from copydesk.ngrams import BITS
from copydesk.relatedness import STORY

pytestmark = pytest.mark.skipif(not TWINS, reason="installed without a compiler")

SEEDS = st.integers(0, 2**32 - 1)
IDF = np.random.default_rng(5).uniform(0.1, 8, 1 << TOPIC_BITS).astype(np.float32)
GRAM_IDF = np.random.default_rng(6).uniform(0.1, 8, 1 << BITS).astype(np.float32)
LABELS = 11
LOOKS, CUES, CUE_KINDS = 31, 11, 5
ELEMENTS = st.sampled_from(["p", "div.entry", "aside", "ul", "", "outside ", "li.\ud800", "main"])
PATHS = st.lists(st.lists(ELEMENTS, max_size=5).map(" < ".join), min_size=1, max_size=12)
MANY = 100_000


def agree(name: str, *arguments: Any, exact: bool = False) -> None:
    """Reference and twin return arrays of the same types, shapes and numbers."""
    by_numpy, by_twin = (
        found if isinstance(found, tuple) else (found,) for found in (each(*arguments) for each in TWINS[name])
    )
    for one, other in zip(by_numpy, by_twin, strict=True):
        assert (one.dtype, one.shape) == (other.dtype, other.shape)
        if exact or one.dtype.kind != "f":
            assert np.array_equal(one, other)
        else:
            np.testing.assert_allclose(other, one, rtol=2e-6, atol=2e-6)


def chances(rng: np.random.Generator, rows: int, columns: int) -> np.ndarray:
    """Probabilities, each row summing to 1."""
    return rng.dirichlet(np.full(columns, 0.3), rows).astype(np.float32).reshape(rows, columns)


# --- topic


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), max_size=60),
    st.lists(st.booleans(), min_size=6, max_size=6),
)
def test_topic_fits_alike(terms, prose):
    """Words said once or often, in paragraphs or lines, give the same cosines and shares."""
    terms.sort(key=lambda term: term[0])
    block, word = (np.array(column, dtype=np.int32) for column in (zip(*terms, strict=True) if terms else ((), ())))
    agree("topic.fit", (word * 7919) % (1 << TOPIC_BITS), block, np.array(prose), IDF, 6)


def test_topic_of_very_many_blocks_fits_alike():
    """A hundred thousand blocks, and a word said a hundred thousand times, are weighed alike."""
    block = np.arange(MANY, dtype=np.int32)
    prose = block % 3 == 0
    agree("topic.fit", block % 7, block, prose, IDF, MANY)
    agree("topic.fit", np.zeros(MANY, dtype=np.int32), np.ones(MANY, dtype=np.int32), prose[:2], IDF, 2)


def test_a_word_outside_the_table_is_an_error():
    """Numbers that lie outside of a table are an error, and never read from elsewhere."""
    one, prose = np.array([1], dtype=np.int32), np.ones(2, dtype=np.bool_)
    _, twin = TWINS["topic.fit"]
    for bucket, block, idf in ((one, one + 8, IDF), (one, one - 9, IDF), (one + 8, one, IDF[:4])):
        with pytest.raises(IndexError):
            twin(bucket, block, prose, idf, 2)


# --- layout


def table_of(seed: int, size: int, form: int) -> tuple[Any, ...]:
    """Arguments of `layout._table`."""
    rng = np.random.default_rng(seed)
    first, look = chances(rng, size, LABELS), rng.integers(0, 9, (size, LOOKS)).astype(np.float32)
    odds = np.log(np.clip(first, 1e-4, 1 - 1e-4)).astype(np.float32)
    ids = np.cumsum(rng.random((4, size)) < 0.4, axis=1).astype(np.int32)
    ids[:3] -= ids[:3, :1]
    ids[3] = np.unique(rng.integers(0, 4, size), return_inverse=True)[1]
    if form == 3:
        ids[:3] = ids[0]
    home = rng.integers(-1, 2, size).astype(np.float32)
    prose, copies = rng.random(size) < 0.4, rng.integers(1, 4, size).astype(np.int32)
    lengths = rng.uniform(0, 8, size).astype(np.float32)
    return odds, first, chances(rng, size, 3), lengths, look, prose, copies, ids, home, form, True, CUES, CUE_KINDS


@given(SEEDS, st.integers(1, 40), st.integers(0, 3))
def test_the_second_pass_sees_the_same(seed, size, form):
    """All columns of all blocks are the same, on pages and in texts."""
    agree("layout.table", *table_of(seed, size, form))


@pytest.mark.parametrize("size", [127, 128, 129, 130, 137, 700, 3000])
def test_long_runs_are_summed_alike(size):
    """In a run longer than numpy sums in one go, means are still the same to the last bit."""
    arguments = list(table_of(1, size, 3))
    arguments[7] = np.zeros((4, size), dtype=np.int32)
    by_numpy, by_twin = (each(*arguments) for each in TWINS["layout.table"])
    runs = slice(9 * LABELS + LOOKS + 11 + 3 + 1, -7 - 2 * CUE_KINDS)
    assert np.array_equal(by_numpy[:, runs], by_twin[:, runs])


@given(PATHS, st.data())
def test_blocks_are_kept_together_alike(paths, data):
    """Boxes, cards and paths get the same numbers, whatever elements hold the paragraphs."""
    prose = data.draw(st.lists(st.booleans(), min_size=len(paths), max_size=len(paths)))
    agree("layout.kept_together", paths, np.array(prose))


def test_very_many_paths_are_kept_together_alike():
    """A hundred thousand blocks with paths of their own, one of a megabyte, are no more than that."""
    paths = [f"p < div.c{i} < main" for i in range(MANY)] + ["x" * 1_000_000]
    agree("layout.kept_together", paths, np.arange(len(paths)) % 2 == 0)


@given(SEEDS, st.integers(0, 4), st.integers(0, 30))
def test_runs_are_numbered_alike(seed, rows, size):
    """Runs of equal keys get the same numbers."""
    agree("layout.numbered", np.random.default_rng(seed).integers(0, 3, (rows, size)).astype(np.int32))


@given(SEEDS, st.integers(0, 20))
def test_odds_are_alike(seed, size):
    """Odds are the same to the last bit, those of 0 and 1 as well."""
    probability = chances(np.random.default_rng(seed), size, LABELS)
    probability[:1] = np.eye(LABELS, dtype=np.float32)[:1]
    agree("layout.odds", probability, 1e-4, 1 - 1e-4, exact=True)


# --- blocks and levels


@given(SEEDS, st.lists(st.integers(0, 40), max_size=12), st.sampled_from([1, 3, LABELS]))
def test_weights_of_features_are_summed_alike(seed, lengths, heads):
    """Blocks with many features, one or none, under one head or several."""
    rng = np.random.default_rng(seed)
    row = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    weights = rng.normal(size=(64, heads)).astype(np.float32)
    column = rng.integers(0, 64, len(row)).astype(np.int32)
    for table in (weights, np.asfortranarray(weights)):  # in training, a model's tables stand the other way round
        agree("blocks.feature_sums", row, column, 0.15, table, len(lengths) + 1)


def test_a_feature_outside_the_table_is_an_error():
    """Neither a column nor a row beyond the table is looked up."""
    weights, one = np.ones((4, 2), dtype=np.float32), np.ones(1, dtype=np.int32)
    for row, column in ((one, one + 3), (one, one - 2), (one + 1, one), (one - 2, one)):
        with pytest.raises(IndexError):
            TWINS["blocks.feature_sums"][1](row, column, 0.15, weights, 2)


@given(SEEDS, st.integers(0, 20), st.sampled_from([1, 3, 7, 8, 9, LABELS, 15, 16, 40]))
def test_the_steps_of_a_softmax_are_alike(seed, rows, columns):
    """Highest values, sums and shares of rows, short and long."""
    table = np.random.default_rng(seed).uniform(0.01, 9, (rows, columns)).astype(np.float32)
    agree("blocks.lowered", table, exact=True)
    agree("blocks.shares", table, 1e-5, exact=columns < 16)
    agree("blocks.mixed", np.concatenate([table, 2 - table]), 0.7, 0.3, exact=True)


@given(SEEDS, st.integers(0, 20))
def test_labels_are_shared_out_alike(seed, size):
    """Sums over kinds of labels, and a kind's chance given back to its labels, are the same to the last bit."""
    rng = np.random.default_rng(seed)
    first, kind = chances(rng, size, LABELS), np.array([0, 0, 0, 0, 1, 1, 2, 2, 2, 2, 2], dtype=np.int32)
    agree("blocks.kinds", first, kind, 3, exact=True)
    agree("blocks.shared_out", chances(rng, size, 3), first, kind, 1e-6, exact=True)


@given(SEEDS, st.integers(0, 20))
def test_lead_ins_and_classes_are_alike(seed, size):
    """Lead-ins and the class of every block are the same."""
    rng = np.random.default_rng(seed)
    look = rng.integers(0, 3, (size, LOOKS)).astype(np.float32)
    agree("blocks.lead_in", look, CUES)
    agree("levels.class_of", look[:, 0] > 0, look[:, 1] > 0, rng.integers(1, 20, size).astype(np.int32), 8)


@given(SEEDS, st.integers(1, 20), st.integers(1, 5))
def test_lines_that_stand_in_two_places_are_averaged_alike(seed, rows, lines):
    """Means over the places of a line are the same to the last bit."""
    rng = np.random.default_rng(seed)
    line = np.concatenate([np.arange(lines), rng.integers(0, lines, rows)]).astype(np.int32)
    agree("blocks.line_means", rng.normal(size=(len(line), 3)).astype(np.float32), line, lines, exact=True)


# --- links


def company(rng: np.random.Generator, lines: int) -> tuple[np.ndarray, np.ndarray]:
    """Stories and boxes of some lines, numbered in order."""
    box = np.cumsum(np.concatenate([[0], rng.random(lines - 1) < 0.4])).astype(np.int64)
    story = np.cumsum(np.concatenate([[0], (rng.random(lines - 1) < 0.7) | (np.diff(box) > 0)])).astype(np.int64)
    return story, box


def stood(rng: np.random.Generator, blocks: int, lines: int) -> tuple[Any, ...]:
    """Prose, the line in every block, story and box of every line, and how many there are."""
    story, box = company(rng, lines)
    line_of = np.full(blocks, -1, dtype=np.int64)
    line_of[rng.permutation(blocks)[:lines]] = np.arange(lines)
    return (rng.random(blocks) < 0.5) & (line_of < 0), line_of, story, box, int(story[-1]) + 1, int(box[-1]) + 1


@given(SEEDS, st.integers(1, 8), st.lists(st.integers(0, 30), min_size=8, max_size=8), st.integers(0, 6))
def test_words_of_links_fit_alike(seed, lines, lengths, titled):
    """Stories and boxes, with words of the title or the opening or without any, get the same columns."""
    rng = np.random.default_rng(seed)
    block = np.repeat(np.arange(8, dtype=np.int32), lengths)
    word = (rng.integers(0, 12, len(block)) * 5000).astype(np.int32)
    prose, *rest = stood(rng, 8, lines)
    agree("fitting.by_words", word, block, prose, rng.integers(0, 12, titled) * 5000, *rest, IDF, 3)


@given(SEEDS, st.integers(1, 8), st.lists(st.integers(0, 30), min_size=8, max_size=8))
def test_letters_of_links_fit_alike(seed, lines, lengths):
    """Letter n-grams of stories and boxes are compared alike, where nothing is shared as well."""
    rng = np.random.default_rng(seed)
    row = np.repeat(np.arange(8, dtype=np.int32), lengths)
    bucket = rng.integers(0, 40, len(row)).astype(np.uint32) * 6000
    value = rng.random(len(row)).astype(np.float32)
    agree("fitting.by_grams", bucket, row, value, *stood(rng, 8, lines), GRAM_IDF)


@pytest.mark.parametrize(("bucket", "row"), [(1 << BITS, 0), (0, 2), (0, -1)])
def test_an_ngram_outside_the_table_is_an_error(bucket, row):
    """An n-gram beyond the table or of a block that is not there is not looked up."""
    one = np.zeros(1, dtype=np.int64)
    given = np.array([bucket], np.uint32), np.array([row], np.int32), np.ones(1, np.float32), np.ones(2, np.bool_)
    with pytest.raises(IndexError):
        TWINS["fitting.by_grams"][1](*given, np.array([0, -1]), one, one, 1, 1, GRAM_IDF)


@given(SEEDS, st.integers(1, 12))
def test_the_head_sees_the_same_of_every_line(seed, lines):
    """Own story, box and company of a line give the same columns."""
    rng = np.random.default_rng(seed)
    story, box = company(rng, lines)
    stories, boxes = (rng.random((int(x[-1]) + 1, STORY)).astype(np.float32) for x in (story, box))
    announced, score = rng.integers(0, 3, len(boxes)), rng.normal(0, 6, len(stories)).astype(np.float32)
    above = rng.integers(0, 2, lines).astype(np.uint8)
    telling = rng.random(len(stories)) < 0.5
    agree("relatedness.seen_of_lines", story, box, announced, stories, boxes, telling, score, above)


@pytest.mark.parametrize(
    "text", ["Hi", "\ud800 \udfff", "x" * 1_000_000, "Also read: a wall\n\n" * 300, "One line.\n\n" * 5000]
)
def test_odd_texts_are_labelled(text):
    """One word, lone surrogates, a word of a megabyte and thousands of equal lines are labelled, each with finite chances."""
    article = Article(read(text, kind="text"))
    found = label_blocks(article, Scorer.load().model)
    rows: Sequence[int] = found.probability.shape
    assert rows == (len(article.document.blocks), LABELS)
    assert np.isfinite(found.probability).all()
