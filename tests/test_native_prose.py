"""Compiled twins of what looks at the prose in words, and of the trees: the same numbers as their references."""

from __future__ import annotations

from zlib import crc32

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk import likelihood, recasing, style, synonyms, wording
from copydesk.compiled import TWINS
from copydesk.likelihood import Sides, Tables
from copydesk.synonyms import Synonyms
from copydesk.trees import TREE
from copydesk.wording import Known, word_grams

pytestmark = pytest.mark.skipif(not TWINS, reason="installed without a compiler")

PROSE = [
    'The ferry to Ilsand will stop for nine days in March, the harbour office said on Monday; its ramp "is being mended".',
    "Mara Oduya, who runs the bakery above the quay, didn't expect a second boat: 412 passengers wait - or walk.",
    "Nationalisation of the government's amazingly useful electricity hardly mattered to pensioners.",
    "",
    "A ramp of the same kind broke at Velmar in 2019.",
]
HARD = [
    [],
    [""],
    ["", "\t \u2003\u00a0"],
    ["a"],
    ["x" * 1_000_000],
    ["7" * 1_000],
    ["it's 'tis rock'n'roll don'''t o'abcdefghi '"],
    ["\ud800 \udfff caf\u00e9 na\u00efve \u0416\u0443\u043a \u00c9t\u00e9 \u00df \u0130"],
    ["\u0661\u0662\u0663 12\u0663 \u00b2 \u00bd \u2460 \u0e51\u0e52", "\U0001d7ce\U0001f600 \u2028\x1c\x85 \ufeff"],
    ["."] * 100_000,
]
LETTERS = st.text(alphabet="abdegilmnostuvyzT,'\" -:;0193\u00e9\u0663\u00b2\u2028\u3000", max_size=80)
SENTENCES = st.lists(st.one_of(LETTERS, st.text(max_size=30), st.sampled_from(PROSE)), max_size=6)


def words_of(text: list[str]) -> np.ndarray:
    """The sorted codes of every third word of the text, each once."""
    return np.unique(np.array([crc32(w.encode()) for w in " ".join(text).split()[::3]] or [7], dtype=np.uint32))


SIDES = Sides(
    *(
        Tables(
            *(np.random.default_rng(seed).integers(0, 40, 1 << b).astype(np.uint8) for b in (18, 20, 20)), 1e6 + seed
        )
        for seed in (1, 2)
    )
)
SYNONYMS = Synonyms(words_of(PROSE * 3), np.arange(len(words_of(PROSE * 3)), dtype=np.uint8) * 7)


def agree(monkeypatch_module, name: str, run) -> None:
    """What `run` gives with the reference in the twin's place is what it gives with the twin, to a millionth."""
    reference, twin = TWINS[name]
    attribute = "_" + name.partition(".")[2]
    found = []
    for function in (reference, twin):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(monkeypatch_module, attribute, function)
            found.append(run())
    by_reference, by_twin = found
    assert len(by_reference) == len(by_twin)
    for one, other in zip(by_reference, by_twin, strict=True):
        one, other = np.asarray(one), np.asarray(other)
        assert (one.dtype, one.shape) == (other.dtype, other.shape)
        if one.dtype == np.float32:
            assert np.allclose(one, other, rtol=1e-6, atol=1e-7)
        else:
            assert np.array_equal(one, other)


def everything_agrees(sentences: list[str]) -> None:
    """Every measure of the sentences is the same by twin and by reference."""

    def tokens() -> tuple[np.ndarray, ...]:
        found = wording.wording(sentences)
        return found.word, found.shape, found.length, found.kind, found.sentence

    def grams() -> tuple[np.ndarray, ...]:
        found = word_grams(words, Known.of(words_of(PROSE)))
        return found.bucket, found.unit

    words = wording.wording(sentences)
    agree(wording, "wording.taken_apart", tokens)
    agree(wording, "wording.hashed", grams)
    agree(style, "style.measured", lambda: [style.measures(words)])
    agree(synonyms, "synonyms.measured", lambda: [synonyms.measures(words, SYNONYMS)])
    for name in ("likelihood.chances", "likelihood.course"):
        agree(likelihood, name, lambda: [likelihood.measures(words, SIDES)])
    text = " ".join(sentences)
    agree(recasing, "recasing.counted", lambda: [recasing._counted(text.encode("utf-8", "replace"))])


@given(SENTENCES)
def test_sentences_are_measured_alike(sentences):
    """Any sentences give the same tokens, n-grams and measures."""
    everything_agrees(sentences)


@pytest.mark.parametrize("sentences", [*HARD, PROSE, PROSE * 40])
def test_hard_sentences_are_measured_alike(sentences):
    """Nothing, endless words, lone surrogates, digits of other scripts and 100,000 sentences are no exception."""
    everything_agrees(sentences)


@given(st.sets(st.integers(0, 2**32 - 1), max_size=300), st.integers(0, 2**32 - 1))
def test_a_code_is_found_where_it_stands(codes, other):
    """Of a table's codes, the lowest and the highest possible among them, each is known, and no other is."""
    table = np.array(sorted(codes | {0, 2**32 - 1}), dtype=np.uint32)
    asked = np.append(table, np.uint32(other))
    known, size = Known.of(table), np.ones(len(asked), dtype=np.uint32)
    arguments = asked, np.zeros_like(asked), size, np.arange(len(asked), dtype=np.int32), known.code, known.first
    reference, twin = (hashed(*arguments) for hashed in TWINS["wording.hashed"])
    assert np.array_equal(reference[0], twin[0])


@pytest.mark.parametrize(
    ("trees", "classes", "rows"), [(3, 3, 0), (60, 1, 1), (1800, 6, 1), (300, 3, 2_000), (0, 1, 4)]
)
def test_trees_are_walked_alike(trees, classes, rows):
    """Forests of any size give every row the same scores, whatever stands in it."""
    chance = np.random.default_rng(trees + rows)
    table = chance.normal(size=(rows, 40)).astype(np.float32)
    table[chance.random(table.shape) < 0.05] = np.inf
    table[chance.random(table.shape) < 0.05] = np.nan
    forest = np.empty(trees, dtype=TREE)
    forest["column"] = chance.integers(0, 40, size=(trees, 15))
    forest["limit"], forest["leaf"] = (chance.normal(size=(trees, n)) for n in (15, 16))
    base = chance.normal(size=classes).astype(np.float32)
    reference, twin = (scores(table, forest, base) for scores in TWINS["trees.scores"])
    assert (reference.dtype, reference.shape) == (twin.dtype, twin.shape)
    assert np.allclose(reference, twin, rtol=1e-6, atol=1e-5)
