"""How blocks fit the topic, and runs of lines."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk import read
from copydesk.article import TOPIC_BITS, Article
from copydesk.topic import runs, topic_fit

IDF = np.ones(1 << TOPIC_BITS, dtype=np.float32)
PROSE = "The harbour wall at Larkmoor will be rebuilt over two summers after the council voted for it."


def fit_of(*blocks: str) -> np.ndarray:
    return topic_fit(Article(read("\n\n".join(blocks), kind="text")), IDF)


def test_an_unrelated_line_fits_less_than_a_related_one():
    """Words of the article's paragraphs make a line fit its topic."""
    fit = fit_of(
        PROSE, PROSE.replace("summers", "winters"), "Larkmoor council rebuilt harbour", "Pop star leaves yacht"
    )
    assert fit.shape == (4, 2)
    assert fit[2, 0] > 0.3
    assert fit[2, 1] == pytest.approx(1)
    assert fit[3].tolist() == [0, 0]


def test_a_paragraph_is_not_compared_with_itself():
    """Alone, a paragraph fits nothing; said twice, the paragraphs know all its words."""
    assert fit_of(PROSE)[0].tolist() == pytest.approx([0, 0], abs=1e-3)
    cosine, known = fit_of(PROSE, PROSE)[0]
    assert cosine > 0.5
    assert known == pytest.approx(1)


def test_rare_words_weigh_more():
    """A line that shares the article's rare words fits it better than one that shares its frequent ones."""
    article = Article(read(f"{PROSE}\n\nLarkmoor boats\n\nafter boats", kind="text"))
    bucket, block = article.terms
    idf = IDF * 0.1
    idf[bucket[block == 1][0]] = 9
    fit = topic_fit(article, idf)
    assert fit[1, 0] > fit[2, 0]
    assert fit[1, 1] > fit[2, 1]


@pytest.mark.parametrize("text", ["1 2 3", "\u2026", "a b\n\nc d", "A headline\n\nAnother one"])
def test_without_paragraphs_nothing_fits(text):
    """Where there are no words or no paragraphs, nothing fits and nothing is divided by nothing."""
    assert (fit_of(text) == 0).all()


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ([], []),
        ([False, False], []),
        ([True], [(0, 1)]),
        ([True, True, False, True], [(0, 2), (3, 4)]),
        ([False, True, True, False], [(1, 3)]),
    ],
)
def test_runs_are_unbroken(members, expected):
    """Lines next to each other are one run, its end exclusive."""
    assert runs(np.array(members, dtype=np.bool_)) == expected


@given(st.lists(st.booleans(), max_size=30))
def test_runs_hold_all_members_and_no_others(members):
    """Together, the runs are the lines."""
    inside = [i for first, end in runs(np.array(members, dtype=np.bool_)) for i in range(first, end)]
    assert inside == [i for i, member in enumerate(members) if member]
