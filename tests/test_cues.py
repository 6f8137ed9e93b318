"""Cues: what a line begins and ends with."""

from __future__ import annotations

import pytest

from copydesk.cues import KINDS, NONE, WORD, after, closing, opening


def cue_of(text: str):
    return opening(text, [w.lower() for w in WORD.findall(text[:90])[:6]])


def kinds(bits: int) -> list[str]:
    return [kind for i, kind in enumerate(KINDS) if bits >> i & 1]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Also Read | Old mill reopens", "link"),
        ("[Related: Old mill reopens]", "link"),
        ("À lire aussi Le vieux moulin rouvre", "link"),
        ("Lesen Sie auch", "link"),
        ("DON’T MISS Old mill reopens", "link"),
        ("MORE Old mill reopens", "link"),
        ("Subscribe to our newsletter", "cta"),
        ("Kommentare lesen", "chrome"),
        ("This story originally appeared in the Larkmoor Post.", "notice"),
        ("Anzeige", "ad"),
    ],
)
def test_a_cue_has_a_kind(text, kind):
    """A lead-in or label is known in its own language, whatever its case and marks."""
    assert kind in kinds(cue_of(text).kinds)


@pytest.mark.parametrize(
    "text",
    ["More than half of them stayed", "Trending upward, the index", "", "…", "Old mill reopens", "Next week he leaves"],
)
def test_one_word_of_a_sentence_is_no_cue(text):
    """A single word counts only alone, before a mark, or in capitals."""
    assert cue_of(text) == NONE


def test_the_longest_cue_counts():
    """ "Read more about" is one cue, not "read" and two words."""
    assert cue_of("Read more about the mill").words == 3


@pytest.mark.parametrize(
    ("text", "alone", "marked"),
    [
        ("Read more", True, False),
        ("Read more:", True, True),
        ("Read more: Old mill", False, True),
        ("Read more Old mill", False, False),
    ],
)
def test_what_follows_is_told(text, alone, marked):
    """Whether the line is nothing else, and whether a mark follows."""
    found = cue_of(text)
    assert (found.alone, found.marked) == (alone, marked)


@pytest.mark.parametrize(("text", "end"), [("Don't miss: Old mill", 10), ("Old mill", 0)])
def test_where_a_cue_ends(text, end):
    """The headline begins behind the cue."""
    assert after(text, cue_of(text)) == end


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Old mill reopens - Read more", ["link"]), ("Old mill reopens more", []), ("", []), ("Old mill", [])],
)
def test_a_line_may_end_with_a_cue(text, expected):
    """Two words and more at the end of a line are looked at, too."""
    assert kinds(closing(text)) == expected


@pytest.mark.parametrize(
    "line",
    ["Read more below on the walls.", "(More on that below.)", "See below for the reply.", "Mehr dazu unten im Text"],
)
def test_a_reader_sent_on_within_the_article_is_no_cue(line):
    """A lead-in that sends the reader on within the article leads to no other story."""
    assert cue_of(line) == NONE
