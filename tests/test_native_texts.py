"""The compiled twins of counting lines and of reading plain text give what their Python gives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.compiled import TWINS
from copydesk.normalise import PLAIN, fold
from copydesk.repeats import _masked

pytestmark = pytest.mark.skipif("repeats.lines" not in TWINS, reason="installed without a compiler")

LETTERS = st.text(
    st.sampled_from("aAzZéßİ²٣中0149 .,:'`\"’…\u00a0\u2009\u200b\t\n\ud800") | st.characters(), max_size=60
)
HARD = [
    "",
    " ",
    "a",
    "a b",
    "it''s",
    "it's so",
    "12 comments",
    "3 to 2 again",
    "x" * 1_000_000,
    "a " * 50_000,
    "\ud800 b",
    "İ 5",
]


def alike(name: str, *arguments: object) -> object:
    """What both twins of this name give for the arguments, which must be the same."""
    by_python, by_twin = (function(*arguments) for function in TWINS[name])
    assert by_python == by_twin
    return by_twin


@given(st.lists(LETTERS, max_size=4))
def test_texts_are_folded_alike(texts):
    """Any text, whole or a part of a longer one, has the same scored form."""
    whole = "".join(texts)
    ends = np.cumsum([len(text) for text in texts]).tolist()
    alike("article.folded", whole, [0, *ends][: len(ends)], ends, PLAIN, fold)


@given(st.lists(LETTERS, max_size=4), st.integers(0, 4))
def test_lines_are_compared_alike(texts, enough):
    """Lines without two words drop out, and the same short lines lose their number."""
    alike("repeats.lines", tuple(fold(text) for text in texts), enough, _masked)


@pytest.mark.parametrize("text", HARD)
def test_hard_lines_are_compared_alike(text):
    """Empty, endless and broken lines are no exception."""
    alike("repeats.lines", (text, fold(text)), 12, _masked)
    alike("plaintext.tidied", text)
    alike("article.folded", text, [0], [len(text)], PLAIN, fold)


@given(LETTERS)
def test_spaces_are_evened_out_alike(text):
    """Any white space, of any alphabet, becomes one space between words."""
    alike("plaintext.tidied", text)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 900)), max_size=12))
def test_different_lines_are_found_alike(lines):
    """Every key stands once, with the weight at which it came first."""
    keys = np.array([key for key, _ in lines], dtype=np.uint64)
    weights = np.array([weight for _, weight in lines], dtype=np.int32)
    for by_numpy, by_twin in zip(*(distinct(keys, weights) for distinct in TWINS["repeats.distinct"]), strict=True):
        assert by_numpy.dtype == by_twin.dtype
        assert np.array_equal(by_numpy, by_twin)


@given(st.lists(st.dictionaries(st.tuples(st.integers(0, 3), st.integers(0, 9)), st.integers(0, 500)), max_size=12))
def test_documents_are_counted_alike(documents):
    """However full the rows are, the same lines stay, and the same documents are taken for copies."""
    tables = []
    for count in TWINS["repeats.count"]:
        tags, counts = np.zeros((4, 3), dtype=np.uint32), np.zeros((4, 3), dtype=np.uint16)
        counts[2, 1] = np.iinfo(np.uint16).max
        for turn, lines in enumerate(documents):
            keys = np.array([row << 32 | tag for row, tag in sorted(lines)], dtype=np.uint64)
            weights = np.array([lines[each] for each in sorted(lines)], dtype=np.int32)
            count(tags, counts, keys, weights, turn % 3, 32, 0.5)
        tables.append((tags, counts))
    for by_numpy, by_twin in zip(*tables, strict=True):
        assert np.array_equal(by_numpy, by_twin)
