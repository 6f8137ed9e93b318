"""The choice among synonyms, against values worked out by hand."""

from __future__ import annotations

from zlib import crc32

import numpy as np
import pytest

from copydesk import synonyms
from copydesk.synonyms import STEPS, Synonyms
from copydesk.wording import wording

COMMONER = {"wall": 0, "bulwark": 7, "school": 0, "academy": 3, "town": 0, "burgh": 5}  # doublings


@pytest.fixture
def table() -> Synonyms:
    """Six words that have synonyms."""
    found = sorted((crc32(word.encode()), value * STEPS) for word, value in COMMONER.items())
    codes, values = zip(*found, strict=True)
    return Synonyms(np.array(codes, dtype=np.uint32), np.array(values, dtype=np.uint8))


def measured(text: str, table: Synonyms) -> list[float]:
    return [float(v) for v in synonyms.measures(wording([text]), table)]


def test_rare_synonyms_stand_out(table):
    """Mean, shares above 2, 4 and 6 doublings, where the top tenth begins, and its mean."""
    text = "the wall of a school in town near a bulwark and " + "wall " * 15 + "burgh academy."
    values = sorted([0] * 18 + [7, 5, 3])
    expected = [np.mean(values), 3 / 21, 2 / 21, 1 / 21, values[18], np.mean(values[18:])]
    assert measured(text, table) == pytest.approx(expected, rel=1e-5)


def test_names_and_first_words_say_nothing(table):
    """A word with a capital is no choice among synonyms."""
    text = "the school " * 12
    assert measured(text + "by Bulwark Academy.", table) == measured(text, table)


def test_too_few_words_say_nothing(table):
    """Under FEWEST words with synonyms there is nothing to measure."""
    assert measured("bulwark " * (synonyms.FEWEST - 1), table) == [0.0] * synonyms.SIZE
    assert measured("", table) == [0.0] * synonyms.SIZE
    assert measured("bulwark " * synonyms.FEWEST, table)[0] == 7
