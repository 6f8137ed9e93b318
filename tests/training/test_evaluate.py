"""Rates with honest intervals, and the headline figures made of them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.training.card import _families
from copydesk.training.evaluate import FEWEST, Figures, Rate, text
from copydesk.training.reliability import BANDS, Error


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [  # Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 1998, table I
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_intervals_of_the_literature(hits, n, low, high):
    """The interval is Wilson's score interval at 95 %."""
    assert Rate("r", hits, n).interval == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_intervals_hold_their_rate(pair):
    """The rate is inside its interval, the interval inside 0 to 1, and mirrored for the other side."""
    hits, n = pair
    rate, other = Rate("r", hits, n), Rate("r", n - hits, n)
    low, high = rate.interval
    assert 0 <= low <= rate.value + 1e-12
    assert rate.value - 1e-12 <= high <= 1
    assert other.interval == pytest.approx((1 - high, 1 - low))


def test_nothing_of_nothing():
    """No articles, no rate, and an interval that says so."""
    assert Rate("r", 0, 0).value == 0
    assert Rate("r", 0, 0).interval == (0, 1)


def test_a_rate_prints_with_its_interval_and_count():
    """As the command prints it."""
    assert str(Rate("r", 81, 263)) == "0.308 [0.255, 0.366] n=263"


def test_bands_of_length_leave_no_gap():
    """Every length is in exactly one band."""
    assert BANDS[0][0] == 0
    assert all(one[1] == other[0] for one, other in pairwise(BANDS))


def figures(**fields: object) -> Figures:
    none = np.zeros(0)
    left_out = [Rate("x three (other)", 0, 20), Rate("x gpt2-xl", 0, 20), Rate("spun y z", 2, 20)]
    given = {
        "human": {"rewrite": [Rate("a", 1, 100), Rate("b", 3, 100), Rate("few", 9, 10), Rate("c (other)", 50, 100)]},
        "machine_own": [Rate("x one", 6, 10), Rate("x two", 10, 20), *left_out],
        "machine_at_1pct": [Rate("x one", 8, 10), Rate("x two", 10, 20), *left_out],
        "by_length": [Rate("human, 0 to 120 words", 1, 50)],
        "abstained": Rate("abstained", 2, 300),
        "padding": {"padding_f1": 0.81234},
        "lines": {"link_f1": 0.7},
        "probe": [],
        "rewrite_scores": (none, none.astype(bool), none),
    }
    return Figures(**{**given, **fields})


def test_the_summary_weighs_sources_and_generators_evenly():
    """Means over sources and generators, not articles; other domains, base models and small sources are left out."""
    assert figures().summary() == {
        "rewrite_recall_at_1pct": 0.65,
        "rewrite_recall_own": 0.55,
        "rewrite_recall_worst": 0.5,
        "spun_recall_at_1pct": 0.1,
        "rewrite_false_mean": 0.02,
        "rewrite_false_worst": 0.03,
        "padding_f1": 0.8123,
        "link_f1": 0.7,
    }


def test_the_summary_of_nothing_is_zero():
    """Without a source or a generator large enough, figures are 0 and nothing fails."""
    found = figures(human={"rewrite": []}, machine_own=[], machine_at_1pct=[]).summary()
    assert found["rewrite_recall_own"] == found["rewrite_false_worst"] == 0


def test_the_text_lists_every_source_and_generator():
    """Each rate stands in the output with its interval, and the headline figures at the end."""
    printed = text(figures())
    for name in ("a", "few", "c (other)", "x one", "spun y z", "human, 0 to 120 words"):
        assert f"  {name} " in printed
    assert "not judged: 0.007 [0.002, 0.024] n=300" in printed
    assert printed.splitlines()[-1].split() == ["link_f1", "0.7000"]


def test_generators_need_enough_articles_to_be_listed():
    """A rate of a handful of articles is noise."""
    assert FEWEST >= 10


def test_the_new_tables_are_printed_and_stand_in_the_card(tmp_path):
    """Calibration by length, disguises, written articles and marked words, with their figures."""
    found = figures(
        calibration=[Error("all lengths", 0.021, 300)],
        evasion=[Rate("lower case", 40, 50)],
        written=[Rate("paraphrase", 15, 20), Rate("padding_inserted", 1, 10)],
        marked=[Rate("human articles", 30, 9000)],
    )
    for name in ("all lengths", "lower case", "paraphrase", "human articles"):
        assert name in text(found)
    families = _families(found)
    assert families == "careful rewrites written for the project by a current model 75 %"
    named = figures(
        machine_own=[Rate("plain one", 8, 10), Rate("spun spun_detectrl MT", 3, 10), Rate("llm_l2r x (other)", 1, 9)]
    )
    assert _families(named) == "plain answers of a current model 80 %, spun and translated text 30 %"
