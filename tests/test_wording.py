"""Words as numbers: tokens, their kinds, and hashed word n-grams."""

from __future__ import annotations

from zlib import crc32

import numpy as np
import pytest

from copydesk import wording as w
from copydesk.ngrams import rows
from copydesk.wording import TOKEN, among, word_grams, wording

NOTHING = np.zeros(0, dtype=np.uint32)


def codes(*words: str) -> np.ndarray:
    """The sorted codes of some words, as a model holds its common ones."""
    return np.array(sorted(crc32(x.encode()) for x in words), dtype=np.uint32)


def counts(sentences: list[str], common: np.ndarray = NOTHING) -> dict[int, int]:
    """How often each bucket occurs in the sentences."""
    row = rows(word_grams(wording(sentences), common), np.zeros(len(sentences), dtype=np.int32))
    return dict(zip(row.bucket.tolist(), row.count.tolist(), strict=True))


def test_a_capital_is_a_token_of_its_own():
    """ "The" is the sign of a capital and the rest, numbers and marks stand alone, an apostrophe stays inside."""
    assert TOKEN.findall('The cat\'s 12 "mats", 1995') == ["T", "he", "cat's", "12", '"', "mats", '"', ",", "1995"]


def test_every_sentence_stands_between_its_ends():
    """Start, tokens, end; the sentence's number beside each."""
    words = wording(["one two.", "three"])
    assert words.word[[0, 4, 5, 7]].tolist() == [w.START, w.END, w.START, w.END]
    assert words.length.tolist() == [0, 3, 3, 1, 0, 0, 5, 0]
    assert words.sentence.tolist() == [0] * 5 + [1] * 3
    assert words.word[1] == crc32(b"one")


def test_no_sentences_are_no_tokens():
    """An article without prose gives empty arrays, not an error."""
    words = wording([])
    assert len(words.word) == 0
    assert len(word_grams(words, NOTHING).bucket) == 0


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        ("the", w.WORD + w.FUNCTION),
        ("said", w.WORD + w.SAYING),
        ("walking", w.WORD + w.GERUND),
        ("quickly", w.WORD + w.ADVERB),
        ("government", w.WORD + w.LONG + w.NOUN),
        ("don't", w.WORD + w.APOSTROPHE),
        ("1987", w.NUMBER),
        ("T", w.CAPITAL),
        (",", w.COMMA),
        ('"', w.QUOTE),
        ("-", w.HYPHEN),
        (":", w.COLON),
        (";", w.SEMICOLON),
        ("?", 0),
        ("é", 0),
    ],
)
def test_what_a_token_is(token, kind):
    """The flags of every kind of token."""
    assert wording([token]).kind.tolist() == [0, kind, 0]


def test_a_word_that_is_not_common_counts_as_its_shape():
    """Two rare words with one ending are the same in n-grams; once one of them is common, they differ."""
    assert counts(["a sifting of"]) == counts(["a grazing of"])
    common = codes("sifting")
    assert counts(["a sifting of"], common) != counts(["a grazing of"], common)
    assert counts(["in 1987"]) == counts(["in 2004"])
    assert counts(["in 1987"]) != counts(["in 87"])


def test_n_grams_do_not_cross_sentences():
    """Sentences give the same n-grams together and apart."""
    one, two = counts(["first words here ."]), counts(["second ones there ."])
    both = counts(["first words here .", "second ones there ."])
    assert both == {b: one.get(b, 0) + two.get(b, 0) for b in one | two}


def test_n_grams_of_one_to_three_tokens():
    """Two tokens and the two ends give four single ones, three pairs and two triples."""
    assert sum(counts(["red barns"]).values()) == 4 + 3 + 2


def test_order_matters():
    """The same words in another order are other n-grams."""
    assert counts(["dog bites man"], codes("dog", "man")) != counts(["man bites dog"], codes("dog", "man"))


def test_among_finds_known_codes():
    """Membership in a sorted table, also past its end and in an empty one."""
    known = np.array([3, 7, 9], dtype=np.uint32)
    assert among(np.array([1, 3, 8, 9, 10], dtype=np.uint32), known).tolist() == [False, True, False, True, False]
    assert among(np.array([1], dtype=np.uint32), NOTHING).tolist() == [False]


def test_an_endless_word_is_cut():
    """A word of a million letters becomes many tokens of bounded size."""
    words = wording(["x" * 1_000_000])
    assert words.length.max() == 30
