"""Is a promoted line on topic: which lines stand together, what is measured of them, and when nothing is said."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk import Model, read
from copydesk.article import TOPIC_BITS, Article
from copydesk.ngrams import BITS
from copydesk.relatedness import (
    COLUMNS,
    MARGIN,
    STORY,
    announces,
    hashes,
    line_features,
    measure_stories,
    related,
    stand_together,
    verdict,
)

IDF = np.full(1 << TOPIC_BITS, 4, dtype=np.float32)
IDF[hashes("also read")] = 1  # says nothing
GRAM_IDF = np.ones(1 << BITS, dtype=np.float32)
PROSE = "The harbour wall at Larkmoor will be rebuilt over two summers after the council voted for it on Tuesday."
MORE = "Engineers had told the councillors that the old wall would not stand another winter of storms from the west."
FITTING = "Larkmoor council and the harbour wall"
STRAY = "Singer leaves yacht, captain quarrels"


def article_of(*blocks: str, title: str = "") -> Article:
    return Article(read("\n\n".join(blocks), kind="text", title=title))


def model_of(**columns: float) -> Model:
    """A model that scores a story by its cosine, and a line by its own story's score and the columns given by number."""
    story = np.zeros(STORY, dtype=np.float32)
    story[6] = 10
    weights = np.zeros(COLUMNS, dtype=np.float32)
    weights[0] = 1
    for name, value in columns.items():
        weights[int(name.removeprefix("c"))] = value
    arrays = {
        "related.idf": IDF,
        "related.gram_idf": GRAM_IDF,
        "related.story_weights": story,
        "related.weights": weights,
    }
    return Model("m", {"numbers": {"related.story_bias": -2, "related.bias": 0}}, arrays)


def test_an_unrelated_line_fits_less_than_a_related_one():
    """Words of the article's paragraphs make a line fit its topic."""
    article = article_of(PROSE, FITTING, MORE, STRAY, PROSE)
    fitting, stray = related(article, [1, 3], model_of())
    assert fitting > 0.6
    assert stray == pytest.approx(1 / (1 + np.exp(2)), abs=1e-5)


def test_without_lines_there_is_nothing_to_judge():
    """No lines, no probabilities."""
    assert related(article_of(PROSE), [], model_of()) == []


def test_a_line_is_no_paragraph_of_the_article():
    """A long line that ends like a sentence is not compared with itself."""
    article = article_of(
        PROSE, "Singer leaves yacht after a long quarrel with the captain about where to anchor for the night."
    )
    assert article.prose_blocks.all()
    company = stand_together(article, [1])
    measured = measure_stories(article, [1], company, IDF, GRAM_IDF)
    assert measured.stories[0, 0] < 0.4


def test_a_lead_in_takes_the_verdict_of_its_box():
    """A lead-in without a topic of its own, and a byline below, fit as the headlines of their box do."""
    article = article_of(PROSE, "Also read", FITTING, "By J", MORE)
    lead_in, headline, byline = related(article, [1, 2, 3], model_of())
    assert lead_in == headline == byline


def test_a_title_and_an_opening_are_known_apart():
    """Words of the title, and of title and opening, have columns of their own."""
    article = article_of(PROSE, "Orchard in bloom", "Larkmoor wall", MORE, title="An orchard at risk")
    company = stand_together(article, [1, 2])
    measured = measure_stories(article, [1, 2], company, IDF, GRAM_IDF)
    assert measured.stories[:, 4].tolist() == pytest.approx([0.5, 0])
    assert measured.stories[:, 5].tolist() == pytest.approx([0.5, 1])


def test_letters_see_into_compounds():
    """A line shares n-grams with the article where it shares no word."""
    article = article_of(PROSE, "Seaharbours", "Zigzag", MORE)
    measured = measure_stories(article, [1, 2], stand_together(article, [1, 2]), IDF, GRAM_IDF)
    assert measured.stories[0, 0] == 0
    assert measured.stories[0, 8] > measured.stories[1, 8]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Most read in Business", 1),
        ("TRENDING", 1),
        ("Editor's Picks", 1),
        ("Read more: A wall at risk", 2),
        ("Related Stories", 2),
        ("Mehr zum Thema", 2),
        ("Lesen Sie auch: Der Hafen", 2),
        ("À lire aussi Le port", 2),
        ("A wall at risk", 0),
        ("", 0),
    ],
)
def test_lead_ins_announce(text, expected):
    """A lead-in tells stories from anywhere from stories on the topic; most lines tell neither."""
    assert announces(text) == expected


@pytest.mark.parametrize(
    ("blocks", "lines", "boxes"),
    [
        ((PROSE, "Related", "One", "Two", MORE), [1, 2, 3], [0, 0, 0]),
        ((PROSE, "One story", MORE, "Another story", PROSE), [1, 3], [0, 1]),
        ((PROSE, "Related", "One", "Most popular", "Two"), [1, 2, 3, 4], [0, 0, 1, 1]),
        ((PROSE, "Related: One", "Related: Two", "Read more"), [1, 2, 3], [0, 1, 1]),
        ((PROSE, "One", "list 1 of 2", "Two", "a", "b", "Three"), [1, 3, 6], [0, 0, 1]),
    ],
)
def test_lines_stand_together_up_to_a_paragraph_or_lead_in(blocks, lines, boxes):
    """A box ends at a paragraph, at several other lines, or where a lead-in opens the next; a last "Read more" opens none."""
    assert stand_together(article_of(*blocks), lines).box.tolist() == boxes


def test_the_lines_of_a_card_are_one_story():
    """Kicker and headline that lead to one address, whatever counts the clicks, are one story; another address is another."""
    source = "".join(
        f'<p><a href="/{to}">{text}</a></p>' for to, text in (("a?c=1", "SHOCK"), ("a", "Wall falls"), ("b", "Ferry"))
    )
    article = Article(read(f"<p>{PROSE}</p>{source}<p>{MORE}</p>", kind="html"))
    assert stand_together(article, [1, 2, 3]).story.tolist() == [0, 0, 1]


def test_the_company_is_seen():
    """What the lead-in announces, how many lines there are, and whether paragraphs follow."""
    article = article_of(PROSE, "Most popular", FITTING, MORE, "Related: the ferry")
    lines = [1, 2, 4]
    company = stand_together(article, lines)
    measured = measure_stories(article, lines, company, IDF, GRAM_IDF)
    table = line_features(article, lines, company, measured, np.zeros(len(measured.stories), dtype=np.float32))
    assert table.shape == (3, COLUMNS)
    assert table[:, 10:12].tolist() == [[1, 0], [1, 0], [0, 1]]
    assert table[:, 12].tolist() == pytest.approx([np.log(2), np.log(2), 0])
    assert table[:, 13].tolist() == [1, 1, 0]


def test_the_head_weighs_the_company():
    """With a weight on lead-ins that lead anywhere, their lines fit less."""
    article = article_of(PROSE, "Most popular", FITTING, MORE)
    plain, wary = (related(article, [1, 2], model_of(**columns)) for columns in ({}, {"c10": -3.0}))
    assert all(b < a for a, b in zip(plain, wary, strict=True))


@given(
    st.lists(st.sampled_from(["1", "\u2026", "Related", "Wall", PROSE, "\ufdfa\u0130"]), min_size=1, max_size=6),
    st.data(),
)
def test_every_line_gets_a_probability(blocks, data):
    """Whatever the lines are, each gets a finite probability."""
    article = article_of(*blocks)
    size = len(article.document.blocks)
    lines = sorted(data.draw(st.sets(st.integers(0, size - 1)))) if size else []
    fits = related(article, lines, model_of())
    assert len(fits) == len(lines)
    assert all(0 <= x <= 1 for x in fits)


def test_hashes_are_the_articles():
    """A word has one hash, in a title and in an article."""
    assert set(hashes("Harbour walls")) == set(article_of("Harbour walls").terms[0])


@pytest.mark.parametrize(
    ("probability", "expected"),
    [
        (0.9, True),
        (0.1, False),
        (0.5, None),
        (0.5 + MARGIN / 2, None),
        (0.5 - MARGIN / 2, None),
        (0.53, True),
        (0.47, False),
    ],
)
def test_near_one_half_nothing_is_said(probability, expected):
    """Whether a line fits is said only where it is clear enough."""
    assert verdict(probability) is expected
