"""Where sentences end, and where they do not."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.sentences import split


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split(text)]


@pytest.mark.parametrize(
    "parts",
    [
        ["The quay is closed.", "Ferries leave from the south pier."],
        ["Is it safe?", "Nobody knows!", "Ask again…", "Later."],
        ["“We will wait.”", "She did."],
        ["“Why now?”", "“Because of the rain.”"],
        ["He said no.", "Then he left."],
        ["It closed in 2019.", "The mayor wept."],
        ["It costs 3.5 million.", "Version 2.0 is out."],
        ["They met in the U.S.", "The talks failed."],
        ["It opens at 9 a.m.", "The mayor speaks first."],
        ["What?!", "No."],
        ["(It rained.)", "The fair went on."],
        ["One sentence without an end"],
        ["雨が降った。", "船は出なかった。"],
    ],
)
def test_sentences_end(parts):
    """A stop, with its quotes and brackets, ends a sentence before white space."""
    text = "".join(parts) if "。" in parts[0] else " ".join(parts)
    assert sentences(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        "Mr. Quill met Dr. Alma Reyes and Gov. Hale in St. Brede.",
        "The U.S. Senate and J. R. Poole agreed.",
        "Rates rose 3.5 percent, to No. 4 in the list.",
        "See Fig. 3 and pp. 4, e.g. the map, i.e. the old one.",
        "On Jan. 5 the Acme Corp. board met.",
        "“Why?” she asked.",
        "He ran... and fell.",
        "1. The first point",
        "Write to quay@northport.example or see www.northport.example for more.",
        "Book at Harbour.Com or run node.Js there.",
    ],
)
def test_one_sentence(text):
    """Titles, initials, abbreviations, decimals, speech tags, list numbers and addresses end nothing."""
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("said the minister.The police came.", ["said the minister.", "The police came."]),
        ("“It is over.”The crowd left.", ["“It is over.”", "The crowd left."]),
        ("in 2019.The fair moved.", ["in 2019.", "The fair moved."]),
        ("Is it over?The crowd left.", ["Is it over?", "The crowd left."]),
    ],
)
def test_lost_space(text, parts):
    """A sentence ends where only the space after its stop was lost."""
    assert sentences(text) == parts


def test_span_inside_a_text():
    """Only the given part is split, with offsets into the whole."""
    text = "Before. One here. Two here. After."
    assert [text[a:b] for a, b in split(text, 8, 27)] == ["One here.", "Two here."]


@given(st.text(alphabet=st.sampled_from('aB.!? \n"”)1…。'), max_size=80))
@settings(deadline=None)
def test_sentences_tile_the_text(text):
    """Sentences are trimmed, in order, not empty, and hold everything but white space."""
    found = list(split(text))
    assert all(text[a:b] == text[a:b].strip() != "" for a, b in found)
    assert all(first[1] <= second[0] for first, second in pairwise(found))
    assert "".join("".join(text[a:b] for a, b in found).split()) == "".join(text.split())
