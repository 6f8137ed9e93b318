"""How a line answers to others: posts, counting headings, lines that come twice."""

from __future__ import annotations

import numpy as np
import pytest

from copydesk import read
from copydesk.article import Article
from copydesk.traits import COUNTS_ON, LISTED, POST, POST_BELOW, TRAITS, TWIN, traits

PROSE = "The harbour wall at Larkmoor will be rebuilt over two summers after the council voted for it."


def marked(*lines: str, trait: int) -> list[int]:
    """The numbers of the lines that have the trait."""
    found = traits(Article(read("\n\n".join(lines), kind="text")))
    return np.flatnonzero(found[:, trait]).tolist()


@pytest.mark.parametrize(
    "signature",
    [
        "— Ada Brandt (@adabrandt) May 4, 2023",
        "Big news soon pic.twitter.com/a1b2",
        "It is done https://t.co/xyz12",
        "https://x.com/adabrandt/status/12",
    ],
)
def test_a_post_is_known_by_its_signature(signature):
    """The signed line is a post, and so is what stands right above it, up to the paragraph before."""
    lines = (PROSE, "so proud of this team", "what a night", signature, "Also Read | Soup", PROSE)
    assert marked(*lines, trait=POST) == [3]
    assert marked(*lines, trait=POST_BELOW) == [0, 1, 2]


def test_an_address_of_mail_signs_nothing():
    """Not every line with an at sign is a post."""
    assert marked(PROSE, "Write to desk@courier.example", trait=POST) == []


def test_numbers_across_paragraphs_count_on():
    """Headings of a ranking count over the paragraphs; a list counts right below."""
    ranking = ("3 Harbour Views", PROSE, "2 Cheaper Boats", PROSE, "1 The Old Mill", PROSE)
    assert marked(*ranking, trait=COUNTS_ON) == [0, 2, 4]
    assert marked(*ranking, trait=LISTED) == []
    listed = (PROSE, "1. Old mill reopens", "2. New bridge for Dunwick", PROSE)
    assert marked(*listed, trait=LISTED) == [1, 2]
    assert marked(*listed, trait=COUNTS_ON) == []


@pytest.mark.parametrize("line", ["2024 Harbour Show", "7 October", "12 people came"])
def test_a_number_alone_does_not_count(line):
    """Without its neighbour a number is a number."""
    assert marked(PROSE, line, PROSE, trait=COUNTS_ON) == []


def test_a_line_that_comes_again_among_the_paragraphs_has_a_twin():
    """A live report's contents repeat its headings; a picture's text right beside its headline is no twin."""
    other = PROSE.replace("Larkmoor", "Dunwick")
    assert marked("Bridge closed", "Ferry late", PROSE, "Bridge closed", other, "Ferry late", trait=TWIN) == [
        0,
        1,
        3,
        5,
    ]
    assert marked(PROSE, "Soup is back", "Soup is back", other, trait=TWIN) == []


def test_every_block_has_a_row():
    """One row a block, one column a trait, also for a text of one line."""
    assert traits(Article(read("One line", kind="text"))).shape == (1, TRAITS)
