"""Language models of counted words: against likelihoods computed one token at a time."""

from __future__ import annotations

import math

import numpy as np
import pytest

from copydesk import likelihood as lm
from copydesk.wording import wording

PEOPLE = ["the cat sat on the mat.", "the dog sat on the cat.", "a dog ran."] * 40
MACHINES = ["the feline reposed upon the mat.", "the canine reposed upon the feline."] * 40
COUNT = (2 ** (np.arange(256) / lm.LEVELS) - 1).astype(np.float64)


def counted(sentences: list[str]) -> lm.Tables:
    """Tables of the sentences' counts."""
    at = lm.places(wording(sentences))
    sizes = (lm.WORD_BITS, lm.PAIR_BITS, lm.TRIPLE_BITS)
    counts = [np.bincount(x, minlength=1 << b) for x, b in zip((at.word, at.pair, at.triple), sizes, strict=True)]
    word, pair, triple = map(lm.scaled, counts)
    return lm.Tables(word, pair, triple, float(counts[0].sum()))


@pytest.fixture(scope="module")
def tables() -> tuple[lm.Tables, lm.Tables]:
    return counted(PEOPLE), counted(MACHINES)


def means(sentences: list[str], tables: tuple[lm.Tables, lm.Tables]) -> tuple[float, float, float]:
    """Mean log-likelihood under people's model: alone, after one word, after two, in plain arithmetic."""
    at, (human, _) = lm.places(wording(sentences)), tables
    out: list[list[float]] = [[], [], []]
    for i in np.flatnonzero(at.judged):
        word, pair, triple = (
            COUNT[t[a]] for t, a in ((human.word, at.word[i]), (human.pair, at.pair[i]), (human.triple, at.triple[i]))
        )
        before, pair_before = COUNT[human.word[at.word[i - 1]]], COUNT[human.pair[at.pair[i - 1]]]
        alone = (word + 0.1) / (human.total + 0.1 * lm.VOCABULARY)
        one = (pair + lm.PRIOR_PAIR * alone) / (before + lm.PRIOR_PAIR)
        two = (triple + lm.PRIOR_TRIPLE * one) / (pair_before + lm.PRIOR_TRIPLE)
        for values, chance in zip(out, (alone, one, two), strict=True):
            values.append(math.log(chance))
    return tuple(sum(v) / len(v) for v in out)  # type: ignore[return-value]


@pytest.mark.parametrize("text", [["the cat sat."], ["a dog ran.", "the mat sat on zebras."], ["xyzzy"]])
def test_mean_likelihoods(text, tables):
    """What the vectorised measures say is what smoothing by hand gives."""
    found = lm.measures(wording(text), lm.Sides(*tables))
    assert found.shape == (lm.SIZE,)
    assert found[[0, 2, 4]] == pytest.approx(means(text, tables), rel=1e-4)


def test_ratio_tells_whose_words_they_are(tables):
    """The mean log-ratio after two words is below zero for people's sentences and above for machines'."""
    people, machines = (lm.measures(wording(s[:3]), lm.Sides(*tables))[5] for s in (PEOPLE, MACHINES))
    assert people < 0 < machines


def test_likely_words_in_unlikely_places(tables):
    """Frequent words that people never put together are counted as odd."""
    usual, odd = (
        lm.measures(wording([s]), lm.Sides(*tables))[6] for s in ("the cat sat on the mat.", "sat the on the the sat.")
    )
    assert usual == 0
    assert odd > 0.2


def test_sentences_do_not_look_into_each_other(tables):
    """A sentence is as likely after another one as alone, in all that is summed over tokens."""
    one, two = (lm.places(wording([s])) for s in ("the cat sat.", "a dog ran."))
    both = lm.places(wording(["the cat sat.", "a dog ran."]))
    for name in ("word", "pair", "triple"):
        inner = getattr(both, name)[both.judged]
        assert inner.tolist() == [*getattr(one, name)[one.judged], *getattr(two, name)[two.judged]], name


def test_nothing_is_nothing(tables):
    """No tokens give zeros."""
    assert not lm.measures(wording([]), lm.Sides(*tables)).any()


def test_the_scale_of_counts():
    """Small counts are kept apart, large ones to within a fifth, none overflows."""
    small = np.arange(5)
    assert len(set(lm.scaled(small).tolist())) == 5
    large = np.array([1000, 10**6, 10**9])
    assert COUNT[lm.scaled(large)] == pytest.approx(large, rel=0.2)
    assert lm.scaled(np.array([2**62]))[0] == 186
