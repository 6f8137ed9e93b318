"""Windows, and the forms in which labelled lines arrive."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk import read
from copydesk.training.augment import LONGEST, SHORTEST, as_fragment, as_text, window
from copydesk.training.corpus import Line, Lines

PARAGRAPHS = (
    "The harbour wall at Larkmoor will be rebuilt over two summers, the council decided after a vote on Tuesday.",
    "\u201cWe can pay once or we can pay every spring,\u201d said Ines Halvard, who chairs the <works> committee & more.",
    "Boats under six metres will be moved to the north basin until the autumn of the year after next, she said.",
    "Short one.",
)
DOCUMENT = Lines(
    "d",
    "Wall to be rebuilt",
    "writer-1",
    (
        Line("Wall to be rebuilt", "headline"),
        Line(PARAGRAPHS[0], "body"),
        Line("Also Read | Pop star leaves", "injected_link", False),
        Line(PARAGRAPHS[1], "body"),
        Line("Ten soups for a cold evening", "related_list", False),
    ),
    style="content_farm",
)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=60), st.integers(0, 1000))
def test_windows_are_runs_of_whole_sentences_of_bounded_length(lengths, seed):
    """A window is as long as drawn, up to the end of its last sentence; short articles are taken whole."""
    sentences = [" ".join(["word"] * n) for n in lengths]
    first, end = window(sentences, random.Random(seed))
    assert 0 <= first < end <= len(sentences)
    words = sum(lengths[first:end])
    if (first, end) != (0, len(sentences)):
        assert words >= SHORTEST
        assert words - lengths[end - 1] < LONGEST


def test_windows_vary_in_length_and_place():
    """Over many draws, windows start everywhere and come short and long."""
    sentences = [" ".join(["word"] * 10)] * 100
    rng = random.Random(5)
    drawn = [window(sentences, rng) for _ in range(500)]
    sizes = [10 * (end - first) for first, end in drawn]
    assert min(sizes) < 80
    assert max(sizes) > 350
    assert min(first for first, _ in drawn) <= 2
    assert max(end for _, end in drawn) >= 98


def test_the_same_seed_draws_the_same_window():
    """Training is repeatable because its chance is."""
    sentences = [" ".join(["word"] * 10)] * 100
    assert window(sentences, random.Random(3)) == window(sentences, random.Random(3))


def test_no_sentences_give_an_empty_window():
    """An article without prose has an empty window, not an error."""
    assert window([], random.Random(1)) == (0, 0)


def test_lines_as_text_are_one_block_each():
    """Plain text keeps every line on its own."""
    document = read(as_text(DOCUMENT), kind="text")
    assert [document.text[b.start : b.end] for b in document.blocks] == [line.text for line in DOCUMENT.lines]


@pytest.mark.parametrize("seed", range(12))
def test_lines_as_a_fragment_are_one_block_each(seed):
    """A stored body keeps every line on its own, its characters escaped, in whatever markup it comes."""
    document = read(as_fragment(DOCUMENT, random.Random(seed)), kind="html")
    assert document.form == "fragment"
    assert [document.text[b.start : b.end] for b in document.blocks] == [line.text for line in DOCUMENT.lines]
    assert not any(b.links for b in document.blocks[:2])


def test_promo_lines_come_with_and_without_links():
    """A fragment's promo line is sometimes linked and sometimes not, so that a link is no proof."""
    linked = {bool(read(as_fragment(DOCUMENT, random.Random(seed)), kind="html").blocks[2].links) for seed in range(30)}
    assert linked == {True, False}
