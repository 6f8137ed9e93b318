"""What the padding heads learn from: labels of paragraphs and sentences, and padding put into honest articles."""

from __future__ import annotations

import random
import re
from itertools import pairwise

import numpy as np
import pytest

from copydesk.training import fit_padding
from copydesk.training.corpus import Line, Lines, Row
from copydesk.training.fit_padding import Padded
from copydesk.training.invented import hollow, keyword

FACTS = "Ann Leask said 43 of the 61 sailings from Port Ansel were late in May, and nobody knew why."
MORE = "The council meets in Halden on Monday to hear from the company, which has 140 employees."
DONOR = Lines(
    "w", "T", "writer-1", (Line(FACTS, "body"), Line("All of us may wonder what tomorrow has in store.", "padding"))
)
TITLE = "Ferry Saint Orla limps into port"


def row(paragraphs: int) -> Row:
    text = "\n\n".join(f"{FACTS} {MORE}" for _ in range(paragraphs))
    return Row("a", text, TITLE, "human", "", "", "some_set", "group-a")


def sentences(doc: Padded, label: int) -> list[str]:
    document = doc.article.document
    return [document.text[s.start : s.end] for s, x in zip(document.sentences, doc.sentence, strict=True) if x == label]


def test_written_labels_reach_paragraphs_and_sentences():
    """Padding is 1; the article's own lines and its debris are 0."""
    lines = (Line(FACTS, "body"), Line("Nobody knows. Time flies for all.", "padding"), Line("Leave a Reply", "chrome"))
    (doc,) = fit_padding.from_written([Lines("w", "", "writer-1", lines)])
    assert doc.padding.tolist() == [0, 1, 0]
    assert doc.sentence.tolist() == [0, 1, 1, 0]
    assert doc.is_padded is True


def test_padding_of_labelled_pages_is_left_out():
    """On pages only the clear cases are called padding, so nothing is learned from them; the rest is not padding."""
    lines = (Line(FACTS, "body"), Line(MORE, "padding"))
    html = f"<article><p>{FACTS}</p><p>{MORE}</p></article>"
    page, text = fit_padding.from_lines([Lines("p", "", "outlet", lines, html)])
    assert page.padding.tolist() == text.padding.tolist() == [0, -1]
    assert text.is_padded is False


def test_padding_is_put_into_human_articles(monkeypatch):
    """Paragraphs of padding, and sentences in honest paragraphs, with their labels; the donor's words count for its writer."""
    found = fit_padding.padded_humans([row(6)] * 30, [DONOR], random.Random(1), 30)
    assert len(found) == 60
    whole, lone = found[:30], found[30:]
    assert all(doc.is_padded for doc in whole)
    assert {doc.group for doc in found} == {"group-a", "writer-1"}
    assert all(sentences(doc, 1) for doc in lone)
    for doc in lone:
        assert not {FACTS, MORE} & set(sentences(doc, 1))
    assert any(doc.is_padded is None for doc in lone)


def test_short_articles_are_left_alone():
    """An article of two paragraphs is no place to hide anything."""
    assert fit_padding.padded_humans([row(2)], [DONOR], random.Random(1), 1) == []


def test_fresh_articles_share_no_group():
    """The second pass's own articles are of groups that the first did not see."""
    used = fit_padding.from_humans([row(3)], random.Random(1), 1)
    other = Row("b", FACTS, "", "human", "", "", "some_set", "group-b")
    (fresh,) = fit_padding.others([row(3), other], used, random.Random(1), 5)
    assert fresh.group == "group-b"


def test_rows_of_the_first_pass_have_one_weight_for_their_length():
    """Every row's n-grams count over the root of their number; sentences get rows where a paragraph has several."""
    docs = fit_padding.from_humans([row(2)], random.Random(1), 1)
    table, label, owner = fit_padding.design(docs, np.ones(1 << 16, dtype=np.float32))
    assert table.shape[0] == len(label) == len(owner) == 2 + 4
    grams = np.bincount(docs[0].article.grams.unit)
    ngrams = table[:, : 1 << fit_padding.BITS].sum(axis=1)
    assert np.ravel(ngrams)[2:] == pytest.approx(np.sqrt(grams), rel=1e-3)


@pytest.mark.parametrize("seed", range(20))
def test_keyword_is_a_run_of_the_headline(seed):
    """It stands in the headline as it is, and begins and ends with a content word."""
    found = keyword("The Ferry of Saint Orla is in Port", random.Random(seed))
    assert found in "The Ferry of Saint Orla is in Port"
    assert not {found.split()[0].lower(), found.split()[-1].lower()} & {"the", "of", "is", "in"}


@pytest.mark.parametrize("title", ["", "???", "The of"])
def test_keyword_without_a_headline(title):
    """A headline without content words still gives something to write about."""
    assert keyword(title, random.Random(0)) == "this story"


@pytest.mark.parametrize("seed", range(20))
def test_invented_padding_is_filled_in(seed):
    """As many paragraphs as asked for, all different, without a gap left open."""
    found = hollow(TITLE, random.Random(seed), 3)
    assert len(set(found)) == 3
    assert not any(re.search(r"[{}]", text) for text in found)
    assert all(a != b for a, b in pairwise(found))
    assert all(text[0].isupper() or not text[0].isalpha() for text in found)
