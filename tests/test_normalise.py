"""The scored form: what is evened out, what stays, and which words count as hidden."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from copydesk.normalise import INVISIBLE, fold, obfuscated_words

CYRILLIC_A, CYRILLIC_O, CYRILLIC_E, GREEK_O = "\u0430", "\u043e", "\u0435", "\u03bf"
ZERO_WIDTH = "\u200b"
SOFT_HYPHEN = "\u00ad"

# Characters that some rule of the scored form is about, so that rules meet.
TRICKY = st.text(
    st.sampled_from(
        "ab A.,'`\"\u00b4\u2018\u2019\u2032\u2034\u201c\u00ab\u2013\u2014\u2026\u2025\n\t\u00a0\u2009\u00bd\u00b2\ufb01\uff41\uff07"
        f"{CYRILLIC_A}{CYRILLIC_O}{GREEK_O}\u0431\u0301\u0308\u0327\u200b\u200d\u00ad\ufe0f\u212b\u1fef"
    ),
    max_size=12,
)


@given(st.one_of(TRICKY, st.text(max_size=40)))
@example("`'")
@example("'`")
@example(f"b{CYRILLIC_A}\u0301d")
@example(f"b{CYRILLIC_A}\u0301{GREEK_O}")
def test_folding_twice_is_folding_once(text):
    """The scored form of a scored form is itself, whatever characters meet."""
    assert fold(fold(text)) == fold(text)


@given(TRICKY)
def test_scored_form_has_single_spaces_only(text):
    """No white space but single spaces between words is left."""
    folded = fold(text)
    assert folded == " ".join(folded.split())


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("\u2018a\u2019 \u201cb\u201d \u00abc\u00bb \u201ed\u201f", '\'a\' "b" "c" "d"'),
        ("``quoted'' and `quoted'", "\"quoted\" and 'quoted'"),
        ("5\u2032 8\u2033", "5' 8\""),
        ("a\u2010b\u2011c\u2012d\u2013e\u2014f\u2015g \u22121", "a-b-c-d-e-f-g -1"),
        ("and then\u2026", "and then..."),
        ("of\ufb01ce, \ufb02ood, a\ufb00air", "office, flood, affair"),
        ("\uff37\uff49\uff44\uff45 \uff12\uff10\uff11\uff19", "Wide 2019"),
        ("\U0001d412\U0001d428\U0001d42f\U0001d41e\U0001d42b", "Sover"),
        ("pass\u200bword \u2060and\ufeff more\u200e", "password and more"),
        ("co\u00adope\u00adra\u00adtion", "cooperation"),
        (f"p{CYRILLIC_A}yp{CYRILLIC_A}l", "paypal"),
        (f"c{GREEK_O}uncil v{CYRILLIC_O}t{CYRILLIC_E}d", "council voted"),
        ("\u0410nna \u0422im", "Anna Tim"),
        ("a\u00a0b\u2009c\u3000d\n\n e\t\u2028f ", "a b c d e f"),
    ],
)
def test_typography_is_evened_out(text, folded):
    """Quotes, dashes, ligatures, wide letters, invisible and look-alike characters become plain ones."""
    assert fold(text) == folded


@pytest.mark.parametrize(
    "text",
    [
        "Mayor Zo\u00eb Lind\u00e9n caf\u00e9 na\u00efve \u0142\u00f3d\u017a \u0110\u1ed7",
        "\u0421\u0432\u044f\u0442\u0430\u044f \u041e\u043b\u044c\u0433\u0430",
        "\u0391\u03b8\u03ae\u03bd\u03b1",
        "\u0441\u043e\u0441\u043d\u0430 and \u03ba\u03b1\u03c4\u03ac",
        "plain words, 'quoted' - and \"quoted\" again.",
        "\u6771\u4eac",
    ],
)
def test_honest_letters_stay(text):
    """Accents, and words wholly in another alphabet, are the author's own."""
    assert fold(text) == text


@pytest.mark.parametrize("character", INVISIBLE)
def test_every_invisible_character_goes(character):
    """No character that cannot be seen in print reaches the model."""
    assert fold(f"har{character}bour") == "harbour"


def test_decomposed_accents_are_composed():
    """A letter with a combining accent and the accented letter are one and the same."""
    assert fold("cafe\u0301") == fold("caf\u00e9") == "caf\u00e9"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"Log in to p{CYRILLIC_A}ypal now", [f"p{CYRILLIC_A}ypal"]),
        (f"the c{GREEK_O}uncil", [f"c{GREEK_O}uncil"]),
        (f"v{ZERO_WIDTH}ote", [ZERO_WIDTH]),
        (f"v\u2060\u200dote and l{CYRILLIC_O}st", ["\u2060\u200d", f"l{CYRILLIC_O}st"]),
        (f"co{SOFT_HYPHEN}{ZERO_WIDTH}op", [SOFT_HYPHEN + ZERO_WIDTH]),
    ],
)
def test_hidden_spots_are_given_exactly(text, words):
    """Invisible characters inside words, and words of two alphabets, are found at their own offsets."""
    assert [text[start:end] for start, end in obfuscated_words(text)] == words


@pytest.mark.parametrize(
    "text",
    [
        "The council voted nine to four.",
        "Jean-Fran\u00e7ois L\u00e9v\u00eaque a \u00e9t\u00e9 \u00e9lu \u00e0 Z\u00fcrich, d\u00e9j\u00e0",
        "Jean-Franc\u0327ois Le\u0301ve\u0302que",
        "The ferry \u0421\u0432\u044f\u0442\u0430\u044f \u041e\u043b\u044c\u0433\u0430 left \u041e\u0434\u0435\u0441\u0430",
        "from \u0391\u03b8\u03ae\u03bd\u03b1 to \u03a0\u03ac\u03c4\u03c1\u03b1",
        f"co{SOFT_HYPHEN}ope{SOFT_HYPHEN}ra{SOFT_HYPHEN}tion",
        f"{ZERO_WIDTH}A line that begins and ends with one.{ZERO_WIDTH}",
        "\u2764\ufe0f thanks \U0001f468\u200d\U0001f469\u200d\U0001f467",
        "the pressure falls by \u0394p = \u03c1gh, the engineer wrote",
        "a 3 \u03bcm filter and \u03b1-particles",
    ],
)
def test_honest_text_has_no_hidden_spots(text):
    """Accents, foreign names, soft hyphens, emoji and formulas are no attempt to hide."""
    assert obfuscated_words(text) == []


@given(TRICKY)
def test_hidden_spots_are_in_order_and_inside(text):
    """Spans are sorted, not empty, and inside the text."""
    spans = obfuscated_words(text)
    assert spans == sorted(spans)
    assert all(0 <= start < end <= len(text) for start, end in spans)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("fеrry tо a рort", "ferry to a port"),
        ("fеrry to а port", "ferry to a port"),
        ("fеrry for Мария Иванова", "ferry for Мария Иванова"),
        ("ferry for Аксой", "ferry for Аксой"),
        ("а с о", "а с о"),
    ],
)
def test_beside_a_disguised_word_short_ones_are_unmasked(text, folded):
    """ "to" and "a" may be look-alikes to the last letter; a name with letters that no Latin one looks like is a name, and where
    nothing is disguised nothing is changed."""
    assert fold(text) == folded
