"""Is a promoted line on topic: runs of lines, what the head sees of them, and when nothing is said."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk import Model, read
from copydesk.article import TOPIC_BITS, Article
from copydesk.topic import MARGIN, related, runs, topic_features, topic_fit, verdict

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


def test_a_line_is_seen_with_its_run():
    """A lead-in without a topic of its own is judged with the best and the mean of the headlines below it."""
    fit = np.array([[0.9, 0.9], [0, 0.1], [0.25, 0.6], [0.9, 0.9]], dtype=np.float32)
    features = topic_features(fit, 1, 3)
    assert features.shape == (2, 3)
    assert features[0] == pytest.approx([0, 0.125, 0.35])
    assert features[1] == pytest.approx([0.25, 0.125, 0.35])


def test_the_head_weighs_the_features():
    """Lines of a run get a probability each, higher for the line that fits better."""
    arrays = {"topic.weights": np.array([8, 0, 0], dtype=np.float32)}
    model = Model("m", {"numbers": {"topic.bias": -2}}, arrays)
    low, high = related(np.array([[0, 0], [0.5, 0.5]], dtype=np.float32), 0, 2, model)
    assert low == pytest.approx(1 / (1 + np.exp(2)), abs=1e-6)
    assert high == pytest.approx(1 / (1 + np.exp(-2)), abs=1e-6)


@pytest.mark.parametrize(
    ("probability", "expected"),
    [
        (0.9, True),
        (0.1, False),
        (0.5, None),
        (0.5 + MARGIN / 2, None),
        (0.5 - MARGIN / 2, None),
        (0.56, True),
        (0.44, False),
    ],
)
def test_near_one_half_nothing_is_said(probability, expected):
    """Whether a line fits is said only where it is clear enough."""
    assert verdict(probability) is expected
