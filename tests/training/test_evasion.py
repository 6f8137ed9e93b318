"""Disguises: what they do to a text, and that normalisation undoes those that leave the letters alone."""

from __future__ import annotations

import pytest

from copydesk.normalise import fold, obfuscated_words
from copydesk.training.evasion import DISGUISES, IN_FRONT, SHARE, disguised

TEXT = (
    "The ferry to Saint Orla stopped on a Tuesday.\n\nPeople waited on the quay, and nobody told them anything "
    "about the engine, the company or the weather. "
) * 6
UNDONE = (
    "as it is",
    "look-alike letters",
    "zero-width characters",
    "soft hyphens",
    "full-width letters",
    "double spaces",
    "no paragraphs",
)


@pytest.mark.parametrize("name", UNDONE)
def test_normalisation_undoes_a_disguise(name):
    """The scored form of the disguised text is that of the text."""
    (changed,) = disguised([TEXT], [])[name]
    assert fold(changed) == fold(TEXT)
    assert (changed != TEXT) == (name != "as it is")


@pytest.mark.parametrize("name", ["look-alike letters", "zero-width characters"])
def test_a_disguise_is_named(name):
    """Words with look-alikes or invisible characters in them are found as obfuscated."""
    (changed,) = disguised([TEXT], [])[name]
    assert len(obfuscated_words(changed)) > 10


def test_a_share_of_the_letters_is_changed():
    """About SHARE of the letters become full-width ones."""
    (changed,) = disguised([TEXT], [])["full-width letters"]
    letters = sum(c.isalpha() for c in TEXT)
    assert sum(not c.isascii() for c in changed) / letters == pytest.approx(SHARE, abs=0.08)


def test_disguises_are_repeatable():
    """The same seed gives the same disguise, another one does not."""
    assert disguised([TEXT], [], 3) == disguised([TEXT], [], 3)
    assert disguised([TEXT], [], 3)["soft hyphens"] != disguised([TEXT], [], 4)["soft hyphens"]


def test_paragraphs_are_put_in_front_in_turn():
    """Texts take the paragraphs one after the other, and again from the first; without any there is no such disguise."""
    found = disguised(["one", "two", "three"], ["A.", "B."])[IN_FRONT]
    assert found == ["A.\n\none", "B.\n\ntwo", "A.\n\nthree"]
    assert set(disguised([TEXT], [])) == set(DISGUISES)
