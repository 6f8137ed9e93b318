"""Fingerprints: which words count, that packing keeps them, and that they are bounded."""

from __future__ import annotations

import numpy as np
import pytest

from copydesk import read
from copydesk.fingerprint import BITS, LONGEST, MOST_SENTENCES, fingerprint, stem, terms, unpack, words_of

EVEN = np.full(1 << BITS, 5.0, dtype=np.float32)


def _words(text: str):
    return words_of(read(text, kind="text"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("displays", "displayed"),
        ("promised", "promises"),
        ("parties", "party"),
        ("running", "runs"),
    ],
)
def test_forms_of_a_word_have_one_stem(one, other):
    """Common endings do not keep two forms of a word apart."""
    assert stem(one) == stem(other)


def test_function_words_are_left_out_and_numbers_kept():
    """What is kept is content words, names and numbers, each under its sentence."""
    words = _words("The wall will cost 5.8 million. It was laid by Tom Abery in 1,911 days.")
    assert len(words.hashes) == 9
    assert words.number.sum() == 2
    assert words.name.sum() == 2
    assert sorted(set(words.sentence.tolist())) == [0, 1]


def test_a_number_is_the_same_with_and_without_separators():
    """1,911 and 1911 are one number."""
    assert _words("It cost 1,911 crowns.").hashes[1] == _words("It cost 1911 crowns.").hashes[1]


def test_packing_keeps_everything():
    """What is unpacked is what was packed."""
    kept = fingerprint(_words("Larkmoor rebuilds its wall. No word here is new. The council voted on Tuesday."), EVEN)
    again = unpack(kept.pack())
    assert (again.level, again.sentences) == (kept.level, kept.sentences)
    assert again.tokens.tolist() == kept.tokens.tolist()
    assert again.sentence.tolist() == kept.sentence.tolist()


@pytest.mark.parametrize("text", ["", "word " * 40_000, "Aa bb. " * 3000, " ".join(f"w{n}x{n}" for n in range(9000))])
def test_a_fingerprint_is_bounded(text):
    """However long the article or its sentences, a fingerprint has at most some 640 bytes and can be read again."""
    packed = fingerprint(_words(text or "a"), EVEN).pack()
    assert len(packed) <= 2 + MOST_SENTENCES + 2 * LONGEST
    unpack(packed)


def test_long_articles_keep_their_rarest_words():
    """Where not all words fit, the commonest go, and the level says which."""
    text = " ".join(f"{a}{b}" for a in "bcdfghklmnprtvw" for b in ("anor", "elim", "ostu", "urgab") for _ in range(9))
    idf = EVEN.copy()
    rare = _words("banor").tokens
    idf[rare] = 9.0
    kept = fingerprint(_words(text), idf)
    assert set(kept.tokens.tolist()) == set(rare.tolist())
    assert kept.level > 5 * 16


def test_terms_are_the_rarest_words():
    """An article is looked up by its rarest words first."""
    words = _words("The council of Larkmoor voted.")
    idf = EVEN.copy()
    idf[words.tokens[1]] = 9.0
    found, weights = terms(words, idf, 2)
    assert found[0] == words.hashes[1]
    assert weights.tolist() == [9.0, 5.0]


@pytest.mark.parametrize("data", [b"", b"\x00", b"\x00\x02\x01", b"\x00\x01\x05ab"])
def test_bytes_that_are_no_fingerprint_are_refused(data):
    """Damaged bytes raise ValueError."""
    with pytest.raises(ValueError):
        unpack(data)
