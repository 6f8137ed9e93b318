"""Expected calibration error on scores whose error is known."""

from __future__ import annotations

import numpy as np
import pytest

from copydesk.training.reliability import band, by_length, expected_error


def made(rng: np.random.Generator, size: int = 40_000) -> tuple[np.ndarray, np.ndarray]:
    """Scores that hold what they say, and who wrote each article."""
    score = rng.random(size)
    return score, rng.random(size) < score


def test_probabilities_that_hold_have_hardly_an_error():
    score, machine = made(np.random.default_rng(1))
    assert expected_error(score, machine, np.ones(len(score))) < 0.015


def test_overconfidence_is_an_error():
    """Who says 0 or 1 and is right seven times in ten is off by three tenths."""
    rng = np.random.default_rng(2)
    machine = rng.random(20_000) < 0.5
    score = np.where(rng.random(20_000) < 0.7, machine, ~machine).astype(float)
    assert expected_error(score, machine, np.ones(20_000)) == pytest.approx(0.3, abs=0.02)


def test_sides_weigh_the_same():
    """A tenth of the machine articles, each of ten times the weight, gives the same error."""
    score, machine = made(np.random.default_rng(3))
    kept = ~machine | (np.arange(len(score)) % 10 == 0)
    whole = expected_error(score**2, machine, np.ones(len(score)))
    part = expected_error(score[kept] ** 2, machine[kept], np.where(machine[kept], 10.0, 1.0))
    assert part == pytest.approx(whole, abs=0.02)


@pytest.mark.parametrize(
    ("words", "name"),
    [(0, "0 to 120 words"), (119, "0 to 120 words"), (120, "120 to 250 words"), (5000, "600 words and more")],
)
def test_bands_of_length(words, name):
    assert band(words) == name


def test_every_band_with_both_sides_is_listed():
    """All articles first; a band without a person's article is left out."""
    score = np.array([0.1, 0.9, 0.2, 0.8, 0.9])
    machine = np.array([False, True, False, True, True])
    words = np.array([100, 100, 300, 300, 900])
    found = by_length(score, machine, np.ones(5), words)
    assert [(e.name, e.n) for e in found] == [("all lengths", 5), ("0 to 120 words", 2), ("250 to 600 words", 2)]
    assert found[1].value == pytest.approx(0.1)
