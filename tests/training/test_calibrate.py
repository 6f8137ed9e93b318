"""From raw scores to probabilities and thresholds, against plain computations."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.model import calibrate as apply
from copydesk.training.calibrate import (
    FEWEST,
    best_level,
    by_source,
    even,
    logistic_knots,
    platt,
    quiet_level,
    score_at,
)
from copydesk.training.corpus import Row

GROUPS = st.dictionaries(
    st.sampled_from("abc"), st.lists(st.integers(0, 9).map(float), min_size=1, max_size=8).map(np.array), min_size=1
)


def row(source: str = "human_a", label: str = "human", generator: str = "") -> Row:
    return Row("id", "text", "", label, generator, "", source, "g")


def share_above(groups: dict[str, np.ndarray], score: float) -> float:
    """The share of scores above this one, every group weighing the same."""
    return float(np.mean([(values > score).mean() for values in groups.values()]))


@given(GROUPS, st.floats(0.005, 0.995).map(lambda x: round(x, 3) + 0.0001))
def test_score_at_is_the_lowest_that_few_enough_pass(groups, rate):
    """At most `rate` of the scores lie above it, and more lie above any lower one."""
    lowest = min(v for values in groups.values() for v in values if share_above(groups, v) <= rate)
    assert score_at(groups, rate) == lowest


def test_score_at_weighs_every_source_the_same():
    """Ten articles of a small source count as much as a thousand of a large one."""
    groups = {"large": np.zeros(1000), "small": np.array([1.0] + [0.0] * 9)}
    assert score_at(groups, 0.06) == 0
    assert score_at(groups, 0.04) == 1


def test_score_at_of_all_is_the_lowest():
    """When everything may pass, the lowest score is the answer."""
    assert score_at({"a": np.array([3.0, 1.0, 2.0])}, 1) == 1


def test_by_source_keeps_large_sets_of_human_articles():
    """Machines, other domains and small sets have no say."""
    rows = (
        [row()] * FEWEST + [row("human_b")] * (FEWEST - 1) + [row("human_c (other)")] * FEWEST + [row("x", "machine")]
    )
    found = by_source(rows, list(range(len(rows))))
    assert list(found) == ["human_a"]
    assert found["human_a"].tolist() == list(range(FEWEST))


@given(st.integers(0, 10_000), st.booleans())
def test_platt_rises(seed, reversed_labels):
    """Probabilities never fall as the raw score grows, even where the labels say the contrary."""
    chance = np.random.default_rng(seed)
    raw = chance.normal(size=60)
    positive = (raw + chance.normal(size=60) > 0) != reversed_labels
    positive[:2] = True, False
    knots = platt(raw, positive)
    assert (np.diff(knots[0]) > 0).all()
    assert (np.diff(knots[1]) > 0).all()
    values = [apply(x, knots) for x in np.linspace(-50, 50, 41)]
    assert values == sorted(values)
    assert values[0] > 0
    assert values[-1] < 1


def test_platt_gives_the_share_of_positives():
    """Where a quarter of the scores of one value are positive, that value is a quarter."""
    raw = np.repeat([0.0, 1.0], 400)
    positive = np.concatenate([np.arange(400) % 4 == 0, np.arange(400) % 4 != 0])
    knots = platt(raw, positive)
    assert [apply(x, knots) for x in (0, 1)] == pytest.approx([0.25, 0.75], abs=0.01)


def test_platt_heeds_weights():
    """A positive that weighs three times as much counts three times."""
    raw = np.zeros(400)
    raw[0] = 1e-6
    positive = np.arange(400) % 4 == 0
    knots = platt(raw, positive, np.where(positive, 3.0, 1.0))
    assert apply(0, knots) == pytest.approx(0.5, abs=0.01)


def test_logistic_knots_follow_the_curve():
    """Between the knots the straight lines stay close to the logistic curve."""
    knots = logistic_knots(2.0, -1.0)
    for x in np.linspace(-3, 4, 29):
        assert apply(x, knots) == pytest.approx(1 / (1 + np.exp(-(2 * x - 1))), abs=2e-3)


def test_even_weights():
    """People and machines weigh the same in sum; so does every source of people, and every generator."""
    rows = [row("a")] * 3 + [row("b")] + [row("c", "machine", "x")] * 5 + [row("c", "machine", "y")] * 2
    weight = even(rows)
    assert weight.sum() == pytest.approx(len(rows))
    assert weight[:4].sum() == pytest.approx(len(rows) / 2)
    assert weight[:3].sum() == pytest.approx(weight[3])
    assert weight[4:9].sum() == pytest.approx(weight[9:].sum())


def test_best_level_has_the_best_f1():
    """The level is the one that parts right from wrong where one does."""
    chance = np.array([0.1, 0.3, 0.35, 0.5, 0.62, 0.9])
    gold = np.array([False, False, False, True, True, True])
    level = best_level(chance, gold)
    assert 0.35 < level <= 0.5


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60), st.floats(0.01, 0.5))
def test_quiet_level_is_reached_by_few(chance, rate):
    """At most `rate` of the wrong lines reach the level, unless even the highest level is reached by more."""
    level = quiet_level(np.array(chance), rate)
    assert 0.5 <= level <= 0.99
    if level < 0.99:
        assert np.mean(np.array(chance) >= level) <= rate


def test_quiet_level_of_no_lines_is_the_least():
    """Where no line can be wrong, no line needs to be kept quiet."""
    assert quiet_level(np.zeros(0), 0.002, least=0.2) == 0.2
