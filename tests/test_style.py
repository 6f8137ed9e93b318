"""Measures of style on sentences whose measures can be counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from copydesk import style
from copydesk.wording import wording

NAMES = (
    "log words", "mean", "deviation", "ratio", "longest", "shortest", "step", "variety", "letters", "once",
    "long", "function", "comma", "quote", "hyphen", "colon", "semicolon", "number", "apostrophe", "capital",
    "gerund", "adverb", "past", "noun", "starts",
)  # fmt: skip
AFTER = ("saying", "numbered", "quoted")


def measured(*sentences: str) -> dict[str, float]:
    """The measures by name."""
    values = style.measures(wording(list(sentences)))
    assert values.shape == (style.SIZE,)
    return dict(zip(NAMES, values[: len(NAMES)].tolist(), strict=True)) | dict(
        zip(AFTER, values[-3:].tolist(), strict=True)
    )


def test_lengths_of_sentences():
    """Sentences of four, two and six words."""
    found = measured("the red cow slept.", "it rained.", "we went home in the dark.")
    assert found["log words"] == pytest.approx(np.log(12))
    assert (found["mean"], found["longest"], found["shortest"]) == (4.0, 6.0, 2.0)
    assert found["deviation"] == pytest.approx(np.std([4, 2, 6]))
    assert found["step"] == 3.0
    assert found["ratio"] == pytest.approx(found["deviation"] / 4)


def test_variety_and_words_used_once():
    """Half of eight words are new; two are used once."""
    found = measured("cow cow cow dog dog dog pig hen")
    assert found["variety"] == pytest.approx(4 / 8)
    assert found["once"] == pytest.approx(2 / 8)


def test_variety_does_not_fall_with_length():
    """It is measured on pieces of 60 words, so a text twice as long has the same."""
    piece = " ".join(f"w{chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(60))
    assert measured(piece)["variety"] == measured(piece, piece)["variety"] == 1.0


def test_rates_a_word():
    """Marks, numbers and kinds of words, each over the number of words."""
    found = measured('she quickly said: "no", it\'s 12 - or 13; walking ended, a statement')
    words = 10
    for name, count in {
        "comma": 2,
        "quote": 2,
        "hyphen": 1,
        "colon": 1,
        "semicolon": 1,
        "number": 2,
        "apostrophe": 1,
    }.items():
        assert found[name] == pytest.approx(count / words), name
    for name, count in {"adverb": 1, "gerund": 1, "past": 1, "noun": 1, "capital": 0}.items():
        assert found[name] == pytest.approx(count / words), name


def test_shares_of_sentences():
    """Who speaks, who counts, who quotes; and how sentences begin."""
    found = measured("he said so.", 'he has 3 "cows".', "he ran.", "they ran.")
    assert (found["saying"], found["numbered"], found["quoted"]) == (0.25, 0.25, 0.25)
    assert found["starts"] == 0.5


@pytest.mark.parametrize("sentences", [[], ["!!! ???"], ["12 13"]])
def test_without_a_word_all_is_nothing(sentences):
    """No words, no measures, no division by zero."""
    assert not style.measures(wording(sentences)).any()


def test_one_word_is_enough():
    """Every measure is finite however short the text."""
    assert np.isfinite(style.measures(wording(["yes"]))).all()
