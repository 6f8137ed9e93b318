"""Invented paid links in running prose."""

from __future__ import annotations

import random

import pytest

from copydesk.reading import read
from copydesk.training.paid import paid_sentence, sentences, with_paid_links

PARAGRAPHS = (
    "The ferry to Port Ansel will run twice a day from the first week of May, the operator said, and three times on market days.",
    "Fares stay as they are, at four pounds for a single and seven for a return, with bicycles carried free outside the high season.",
    "The harbour board had asked for an evening crossing; the operator says that the crew it has cannot work one this year.",
    "Islanders have a fortnight to comment.",
)


@pytest.mark.parametrize("held", [True, False])
@pytest.mark.parametrize("seed", range(20))
def test_paid_links_are_labelled(seed, held):
    """One block is the advert and links to elsewhere; the article's own paragraphs stand in order."""
    source, labels = with_paid_links(PARAGRAPHS, random.Random(seed), held)
    document = read(source, kind="html")
    texts = [document.text[b.start : b.end] for b in document.blocks]
    assert len(labels) == len(texts)
    assert labels.count("ad") == 1
    place = labels.index("ad")
    assert place > 0
    assert document.blocks[place].links
    assert all("//" in link.href for link in document.blocks[place].links)
    own = [t for t, label in zip(texts, labels, strict=True) if label == "body"]
    assert [t for t in own if t in PARAGRAPHS] == list(PARAGRAPHS)


def test_honest_links_are_among_the_paragraphs():
    """Some of the article's own paragraphs link to elsewhere, too, and some say "here": neither is an advert."""
    found = set()
    for seed in range(60):
        source, labels = with_paid_links(PARAGRAPHS, random.Random(seed))
        document = read(source, kind="html")
        for block, label in zip(document.blocks, labels, strict=True):
            if label == "body":
                found |= {document.text[x.start : x.end] for x in block.links} or {None}
    assert {None, "here"} < found
    assert len(found) > 10


def test_every_stored_sentence_has_one_anchor():
    """Square brackets stand round one stretch of each sentence, and round nothing else."""
    stored = sentences() + sentences(held=True)
    assert len(stored) > 250
    assert all(s.count("[") == s.count("]") == 1 and 0 < s.index("[") + 1 < s.index("]") for s in stored)


def test_paid_sentences_are_linked():
    """A sentence has one link to an invented host, and its brackets are gone."""
    for seed in range(50):
        sentence = paid_sentence(random.Random(seed))
        assert sentence.count('<a href="https://') == sentence.count("</a>") == 1
        assert ".example" in sentence
        assert "[" not in sentence


def test_kept_out_sentences_are_not_trained_on():
    """What sets the level is worded as nothing in training is."""
    held = set(sentences(held=True))
    assert len(held) > 40
    assert not held & set(sentences())
