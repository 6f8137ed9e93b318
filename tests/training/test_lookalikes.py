"""Invented lines of articles' own, and labelled documents with other lead-ins."""

from __future__ import annotations

import random

import pytest

from copydesk import read
from copydesk.training import lookalikes
from copydesk.training.corpus import Line, Lines
from copydesk.training.leadins import with_other_lead_ins

PARAGRAPHS = [
    f"The harbour wall at Larkmoor will be rebuilt over {n} summers after the council voted." for n in range(5)
]


@pytest.mark.parametrize("seed", range(30))
def test_our_reader_cuts_them_as_they_were_made(seed):
    """Every invented line is one block, in HTML as in plain text, so that its label is known."""
    lines, tags = lookalikes.with_own_lines(PARAGRAPHS, random.Random(seed))
    assert len(lines) == len(tags) > len(PARAGRAPHS)
    assert len(read(lookalikes.as_html(lines, tags), kind="html").blocks) == len(lines)


def test_paragraphs_stay_in_order():
    """Parts are put between the paragraphs, and nothing of these is lost."""
    lines, _ = lookalikes.with_own_lines(PARAGRAPHS, random.Random(1))
    assert [x for x in lines if x in PARAGRAPHS] == PARAGRAPHS


def document(*lines: tuple[str, str]) -> Lines:
    return Lines("d", "", "outlet", tuple(Line(text, label) for text, label in lines))


def test_a_lead_in_changes_and_the_headline_stays():
    """Only what stands before a headline is replaced, and lines of the article never change."""
    source = document(("Read more: Old mill at Dunwick reopens", "injected_link"), ("Read more: he did.", "body"))
    seen = set()
    for seed in range(40):
        made = with_other_lead_ins(source, random.Random(seed))
        assert made is None or made.lines[1] == source.lines[1]
        if made is not None:
            assert "Old mill at Dunwick reopens" in made.lines[0].text
            seen.add(made.lines[0].text)
    assert len(seen) > 10


def test_without_lines_there_is_nothing_to_change():
    """A document of body lines alone is not seen again."""
    assert with_other_lead_ins(document(("He left the harbour.", "body")), random.Random(1)) is None
