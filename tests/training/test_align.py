"""Labelled lines find the blocks of our reader."""

from __future__ import annotations

import pytest

from copydesk import read
from copydesk.training.align import align
from copydesk.training.corpus import Line

WALL = "The harbour wall at Larkmoor will be rebuilt over two summers."
BOATS = "Boats under six metres will be moved to the north basin."


def labels(text: str, *lines: tuple[str, str]) -> list[str | None]:
    """The label of every block of the text."""
    found = align(read(text, kind="text"), [Line(words, label) for words, label in lines])
    return [line.label if line else None for line in found]


def test_the_same_words_are_the_same_line():
    """Case, marks and spacing do not count."""
    assert labels(f"ADVERTISEMENT\n\n{WALL}", ("advertisement:", "ad"), (f"  {WALL.upper()} ", "body")) == [
        "ad",
        "body",
    ]


def test_a_repeated_line_is_the_nearest_one():
    """The same words at the top and at the end are two lines with two labels."""
    text = f"Follow us\n\n{WALL}\n\n{BOATS}\n\nFollow us"
    lines = (("Follow us", "chrome"), (WALL, "body"), (BOATS, "body"), ("Follow us", "cta"))
    assert labels(text, *lines) == ["chrome", "body", "body", "cta"]


def test_a_block_that_is_part_of_a_line_takes_its_label():
    """Where our reader cuts finer, each part is the line."""
    assert labels(f"{WALL}\n\n{BOATS}", (f"{WALL} {BOATS}", "body")) == ["body", "body"]


def test_a_block_that_is_mostly_a_line_takes_its_label():
    """Where our reader cuts coarser, most of the words decide."""
    assert labels(f"{WALL} Photo Tom", (WALL, "caption")) == ["caption"]
    assert labels(f"{WALL} {BOATS} {BOATS}", (WALL, "caption")) == [None]


@pytest.mark.parametrize("text", ["Nothing like any labelled line.", "Two words", "* * *"])
def test_a_block_without_its_line_stays_unlabelled(text):
    """What nobody labelled is not learned from."""
    assert labels(text, (WALL, "body"), ("", "ad")) == [None]


def test_two_words_are_too_few_for_a_part():
    """Short blocks need the very same words: "the wall" is in too many lines."""
    assert labels("harbour wall", (WALL, "body")) == [None]


def test_a_part_is_looked_for_nearby():
    """A partial match far from the last line is chance."""
    near = [(f"Line number {i} of many lines", "chrome") for i in range(5)]
    far = [(f"Line number {i} of many lines", "chrome") for i in range(30)]
    part = "The harbour wall at Larkmoor"
    assert labels(part, *near, (WALL, "body")) == ["body"]
    assert labels(part, *far, (WALL, "body")) == [None]


def test_no_lines_label_nothing():
    """A document without labelled lines has blocks without labels."""
    assert labels(WALL) == [None]
