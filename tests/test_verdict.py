"""The policy: what is flagged, what is held, and one number over all signals."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk import SIGNALS, Policy, PolicyError, Signal, SignalResult
from copydesk.verdict import decide, judge, overall

SCORES = st.integers(0, 10_000).map(lambda n: n / 10_000)  # as reports give them


def results(**scores: float | None) -> dict[str, SignalResult]:
    """Results with a threshold of 0.5 each."""
    return {name: SignalResult(score, score is not None and score >= 0.5, 0.5) for name, score in scores.items()}


@pytest.mark.parametrize(("score", "flagged"), [(0.9, True), (0.8, True), (0.7999, False), (0, False), (None, False)])
def test_a_signal_is_flagged_from_the_models_threshold_on(score, flagged):
    """At the threshold a signal is flagged, under it and when it abstains it is not."""
    assert judge(Signal("rewrite", score), 0.8, Policy()) == SignalResult(score, flagged, 0.8)


def test_the_policys_threshold_replaces_the_models():
    """A signal that the policy names has the policy's threshold, the others keep the model's."""
    policy = Policy(thresholds={"rewrite": 0.3})
    assert judge(Signal("rewrite", 0.4), 0.8, policy) == SignalResult(0.4, True, 0.3)
    assert judge(Signal("feed_debris", 0.4), 0.8, policy) == SignalResult(0.4, False, 0.8)


@pytest.mark.parametrize(
    ("scores", "action"),
    [
        ({"rewrite": 0.1, "seo_padding": 0.2}, "publish"),
        ({"rewrite": 0.9, "seo_padding": 0.2}, "review"),
        ({"rewrite": 0.9, "seo_padding": 0.8}, "hold"),
        ({"rewrite": 0.9, "seo_padding": 0.8, "feed_debris": 0.7}, "hold"),
        ({"rewrite": None, "seo_padding": None}, "publish"),
        ({"rewrite": None, "seo_padding": 0.8}, "review"),
        ({}, "publish"),
    ],
)
def test_by_default_one_flag_is_a_review_and_two_hold(scores, action):
    """Nothing flagged is published, one flagged signal is reviewed, two hold."""
    assert decide(results(**scores), Policy()) == action


@pytest.mark.parametrize(("count", "action"), [(0, "review"), (1, "hold"), (2, "hold"), (3, "review"), (4, "review")])
def test_hold_count_says_how_many_flags_hold(count, action):
    """So many flagged signals at once hold the article; 0 never does."""
    assert decide(results(rewrite=0.9, seo_padding=0.8, feed_debris=0.1), Policy(hold_count=count)) == action


@pytest.mark.parametrize(("score", "action"), [(0.98, "hold"), (0.97, "hold"), (0.96, "review"), (0.4, "publish")])
def test_hold_at_holds_for_one_signal_alone(score, action):
    """From that score on, one flagged signal is enough."""
    assert decide(results(rewrite=score), Policy(hold_at={"rewrite": 0.97})) == action


def test_hold_at_holds_only_what_is_flagged():
    """A score over `hold_at` but under its threshold does nothing."""
    assert decide(results(rewrite=0.4), Policy(hold_at={"rewrite": 0.3})) == "publish"


def test_hold_at_of_another_signal_does_not_hold():
    """`hold_at` counts for the signal that it names."""
    assert decide(results(rewrite=0.9), Policy(hold_at={"seo_padding": 0.1})) == "review"


@given(st.dictionaries(st.sampled_from(SIGNALS), st.tuples(SCORES, SCORES), min_size=1))
def test_overall_reaches_one_half_exactly_when_something_is_flagged(given_scores):
    """With every threshold moved to one half, one number says whether anything is flagged."""
    found = {name: judge(Signal(name, score), threshold, Policy()) for name, (score, threshold) in given_scores.items()}
    value = overall(found)
    assert value is not None
    assert 0 <= value <= 1
    assert (value >= 0.5) == any(r.flagged for r in found.values())


@given(SCORES.filter(lambda t: 0 < t < 1))
def test_overall_at_the_threshold_is_one_half(threshold):
    """The score that is just flagged is one half, whatever the threshold."""
    assert overall({"rewrite": SignalResult(threshold, True, threshold)}) == 0.5


def test_overall_is_the_strongest_signal():
    """The largest counts, after the thresholds are evened out; a signal that abstains is left out."""
    found = {
        "rewrite": SignalResult(0.9, False, 0.95),
        "seo_padding": SignalResult(0.3, True, 0.1),
        "feed_debris": SignalResult(None, False, 0.5),
    }
    assert overall(found) == pytest.approx(0.3 * 0.9 / (0.3 * 0.9 + 0.7 * 0.1))


@pytest.mark.parametrize("found", [{}, {"rewrite": SignalResult(None, False, 0.5)}])
def test_overall_of_nothing_judged_is_none(found):
    """When every signal abstains, there is no score."""
    assert overall(found) is None


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"thresholds": {"rewrites": 0.5}}, "thresholds: unknown signal 'rewrites', expected one of rewrite, "),
        ({"hold_at": {"spam": 0.5}}, "hold_at: unknown signal 'spam', expected one of rewrite, "),
        ({"thresholds": {"rewrite": 1.5}}, "thresholds: rewrite is 1.5, expected a number from 0 to 1"),
        ({"thresholds": {"rewrite": -0.1}}, "thresholds: rewrite is -0.1, expected a number from 0 to 1"),
        ({"thresholds": {"rewrite": math.nan}}, "thresholds: rewrite is nan, expected a number from 0 to 1"),
        ({"hold_at": {"rewrite": "0.5"}}, "hold_at: rewrite is '0.5', expected a number from 0 to 1"),
        ({"hold_at": {"rewrite": True}}, "hold_at: rewrite is True, expected a number from 0 to 1"),
        ({"hold_at": {"rewrite": None}}, "hold_at: rewrite is None, expected a number from 0 to 1"),
        ({"hold_count": 5}, "hold_count is 5, expected a whole number from 0 to 4"),
        ({"hold_count": -1}, "hold_count is -1, expected a whole number from 0 to 4"),
        ({"hold_count": 1.0}, "hold_count is 1.0, expected a whole number from 0 to 4"),
        ({"hold_count": True}, "hold_count is True, expected a whole number from 0 to 4"),
    ],
)
def test_a_policy_says_what_is_wrong_with_it(fields, message):
    """A wrong name or number is refused in one sentence that gives field, value and what was expected."""
    with pytest.raises(PolicyError) as raised:
        Policy(**fields)
    assert str(raised.value).startswith(message)


@pytest.mark.parametrize("value", [0, 1, 0.5])
def test_thresholds_may_be_anything_from_0_to_1(value):
    """Both ends are allowed, as whole numbers too."""
    assert Policy(thresholds={"rewrite": value}, hold_at={"rewrite": value}).thresholds == {"rewrite": value}
