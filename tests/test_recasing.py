"""Usual case is given back to a text that lost it, in place; other texts are left alone."""

from __future__ import annotations

from zlib import crc32

import numpy as np
import pytest

from copydesk import read
from copydesk.recasing import FEWEST, recased, unusual

TEXT = (
    "The ferry left Port Ansel on Monday. Nobody told Dougal Mirren why; he waited an hour. "
    '"I asked them," he said, "and they\'d no idea." It sailed at noon.\n\n'
) * 4
LOWER = "the ferry left on nobody told why he waited an hour asked them said and they'd no idea it sailed at noon i"
KNOWN = np.array(sorted({crc32(w.encode()) for w in LOWER.split()}), dtype=np.uint32)


@pytest.mark.parametrize("change", [str.upper, str.lower, lambda t: t.replace("'d", "'d").title().replace("'D", "'d")])
def test_the_usual_case_comes_back(change):
    """Capitals at sentences and names, "I" alone, and the sentences of the text as it was."""
    document = read(TEXT, kind="text")
    changed = read(change(TEXT), kind="text")
    found = recased(changed, KNOWN)
    assert found.text == document.text
    assert found.sentences == document.sentences


@pytest.mark.parametrize("text", ["Straße und İstanbul " * 40, "ŉ ǆ ﬁ " * 60, "ΑΣ " * 60])
def test_every_character_keeps_its_place(text):
    """Letters whose other case is longer stay as they are."""
    document = read(text, kind="text")
    assert len(recased(document, KNOWN).text) == len(document.text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TEXT, False),
        (TEXT.upper(), True),
        (TEXT.lower(), True),
        (TEXT.title(), True),
        ("A NOTE IN CAPITALS " * 3, False),
        ("GMBH AND CO " + TEXT, False),
        ("12 34 " * 100, False),
    ],
)
def test_which_texts_are_unusual(text, expected):
    """Enough words, and hardly any or nearly every one with a capital."""
    assert unusual(text) is expected
    assert FEWEST == 50


def test_without_known_words_nothing_is_a_name():
    """A model without the table still begins sentences with capitals."""
    found = recased(read(TEXT.lower(), kind="text"), np.zeros(0, dtype=np.uint32))
    assert found.text.startswith("The ferry left port ansel on monday. Nobody told")


def test_the_same_article_in_capitals_scores_alike(scorer):
    """A machine's article is found in capitals too, and its evidence quotes the text as it stands."""
    from firing_articles import MACHINE

    text = "\n\n".join(MACHINE[0])
    usual, loud = scorer.score(text=text), scorer.score(text=text.upper())
    assert usual.signals["rewrite"].flagged
    assert loud.signals["rewrite"].flagged
    quotes = [e.quote for e in loud.evidence if e.signal == "rewrite"]
    assert quotes
    assert all(q in loud.text and q.isupper() for q in quotes)
