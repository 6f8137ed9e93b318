"""Spun text of our own making: which words are swapped, in which form, and what is left alone."""

from __future__ import annotations

import random
from collections import Counter
from zlib import crc32

import pytest
import wordnet

from copydesk import CorpusError
from copydesk.synonyms import STEPS
from copydesk.training.spinning import Thesaurus, commoner, spin, synonyms

TEXT = "The children told Mr. Wall that the harbours were closed. Walls were mended quickly, and the school in Town carried on."


@pytest.fixture(scope="module")
def thesaurus(tmp_path_factory):
    """The invented WordNet."""
    return Thesaurus.read(wordnet.write(tmp_path_factory.mktemp("wordnet")))


@pytest.mark.parametrize(
    ("word", "others"),
    [
        ("wall", {"bulwark"}),
        ("walls", {"bulwarks"}),
        ("mending", {"repairing"}),
        ("mended", {"repaired"}),
        ("carries", {"conveys"}),
        ("carried", {"conveyed"}),
        ("told", {"apprised"}),
        ("apprised", {"told"}),
        ("children", {"nippers"}),
        ("nippers", {"children"}),
        ("quickly", {"apace"}),
        ("big", {"large", "great"}),
        ("haven", {"harbour"}),
        ("brickworks", set()),
    ],
)
def test_synonyms_have_the_ending_of_the_word(thesaurus, word, others):
    """A synonym comes in the form of the word that it is to stand for, irregular forms included; words of several parts never come."""
    assert {w for group in synonyms(word, thesaurus) for w in group} == others


def test_spinning_swaps_words_and_keeps_the_rest(thesaurus):
    """Some words are swapped; names, first words, short words and everything between words stay."""
    spun = [spin(TEXT, thesaurus, random.Random(seed)) for seed in range(60)]
    assert any("havens were shut" in text for text in spun)
    assert any("nippers" in text for text in spun)
    for text in spun:
        assert text.startswith("The ")
        assert "Mr. Wall that" in text
        assert ". Walls were" in text
        assert "in Town" in text
        assert len(text.split()) == len(TEXT.split())


def test_spinning_is_seeded(thesaurus):
    """The same seed gives the same text."""
    assert spin(TEXT, thesaurus, random.Random(3)) == spin(TEXT, thesaurus, random.Random(3))


def test_a_word_is_measured_against_its_commonest_synonym(thesaurus):
    """A rare word whose synonym is 15 times as common stands four doublings off it, the common word at none."""
    table = commoner(Counter({"wall": 15}), thesaurus)
    value = dict(zip(table.word.tolist(), table.commoner.tolist(), strict=True))
    assert value[crc32(b"bulwark")] == 4 * STEPS
    assert value[crc32(b"wall")] == 0
    assert sorted(value) == table.word.tolist()


def test_a_missing_file_is_named(tmp_path):
    """A folder without WordNet's files is refused, with the file and where it is to be had."""
    with pytest.raises(CorpusError, match=r"data\.noun: cannot be read .*wordnet-base"):
        Thesaurus.read(tmp_path)


@pytest.mark.parametrize("name", ["data.verb", "index.verb"])
def test_a_line_that_is_none_of_wordnets_is_named(tmp_path, name):
    """A file of another kind is refused by name."""
    folder = wordnet.write(tmp_path)
    (folder / name).write_text("something else\n")
    with pytest.raises(CorpusError, match=name.replace(".", r"\.")):
        Thesaurus.read(folder)
