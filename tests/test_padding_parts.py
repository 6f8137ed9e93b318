"""Which parts of an article are judged for padding, what is seen of each, and which become evidence."""

from __future__ import annotations

import numpy as np
import pytest

from copydesk import read
from copydesk.article import TOPIC_BITS, Article
from copydesk.block_features import FEATURE_BITS
from copydesk.detectors.seo_padding import document_features, marked_parts, units
from copydesk.ngrams import BITS, grams
from copydesk.parts import COLUMNS, WORDS, Parts, first_pass, parts_of

IDF = np.full(1 << TOPIC_BITS, 2, dtype=np.float32)
FACTS = "Ann Leask said 43 of the 61 sailings from Port Ansel were late in May. The council meets on Monday in Halden."
HOLLOW = "Only the future will tell what the future may bring for all of us."
RAW, HIGHEST, LOWEST, DIGITS, NAMES, QUOTES, QUESTIONS = 0, 2, 3, 6, 7, 8, 9
BEST_OTHER, FROM_START, FROM_END, TITLE_SHARE, SINGLE, PARENT, PLACE = 11, 14, 15, 19, 24, 25, 26


def judged(*paragraphs: str, title: str = "", loud: str = HOLLOW) -> tuple[Article, Parts]:
    """The parts under a first pass that likes the n-grams of one sentence, and nothing else."""
    article = Article(read("\n\n".join(paragraphs), kind="text", title=title))
    ngrams = np.full(1 << BITS, -0.2, dtype=np.float32)
    ngrams[grams([loud]).bucket] = 0.5
    unit = units(article)
    said = first_pass(article, unit, IDF, ngrams, np.zeros((1 << FEATURE_BITS, 1), dtype=np.float32), 0.0)
    return article, parts_of(article, unit, said, IDF)


def quotes(article: Article, found: list[tuple[int, int, float]]) -> list[str]:
    sentences = article.document.sentences
    return [article.document.text[sentences[a].start : sentences[b - 1].end] for a, b, _ in found]


def test_hollow_sentence_of_an_honest_paragraph_is_a_part():
    """Behind the paragraphs stands the sentence that is hollow by itself, with the paragraph round it."""
    article, parts = judged(FACTS, f"{FACTS} {HOLLOW}")
    assert (parts.paragraphs, parts.unit.tolist()) == (2, [0, 1, 1])
    assert quotes(article, [(int(parts.first[2]), int(parts.end[2]), 0.0)]) == [HOLLOW]
    assert parts.table[:, SINGLE].tolist() == [0, 0, 1]
    assert parts.table[2, PARENT] == pytest.approx(parts.table[1, RAW])


@pytest.mark.parametrize("paragraph", [HOLLOW, FACTS, f"{FACTS} So it goes."])
def test_no_sentence_is_a_part_twice(paragraph):
    """A paragraph of one sentence, honest sentences and short ones are no parts of their own."""
    assert len(judged(FACTS, paragraph)[1].unit) == 2


@pytest.mark.parametrize(("text", "place"), [(f"{FACTS} {HOLLOW}", 1), (f"{HOLLOW} {FACTS}", -1)])
def test_place_of_a_sentence_in_its_paragraph(text, place):
    """A sentence that closes its paragraph is told from one that opens it."""
    assert judged(FACTS, text)[1].table[2, PLACE] == place


def test_facts_are_counted():
    """Figures and names a word, quotation and question marks; a sentence's own capital is no name."""
    _, parts = judged('The "old" 12 boats left Port Ansel.', "Did anyone see it?")
    one, two = parts.table[:, [DIGITS, NAMES, QUOTES, QUESTIONS, WORDS]].tolist()
    assert one == pytest.approx([2 / 7, 2 / 7, 2, 0, 7])
    assert two == pytest.approx([0, 0, 0, 1, 4])


def test_paragraph_knows_the_strongest_other():
    """The strongest sees the second; all others see the strongest."""
    _, parts = judged(FACTS, HOLLOW, FACTS)
    raw, best = parts.table[:, RAW], parts.table[:, BEST_OTHER]
    assert best[[0, 2]] == pytest.approx([raw[1], raw[1]])
    assert best[1] == pytest.approx(max(raw[0], raw[2]))


def test_place_is_told_apart_near_the_ends_alone():
    """Beyond three paragraphs from either end how long the article is does not show."""
    _, parts = judged(*[FACTS] * 9)
    assert parts.table[:, FROM_START].tolist() == [0, 1, 2, 3, 3, 3, 3, 3, 3]
    assert parts.table[:, FROM_END].tolist() == [3, 3, 3, 3, 3, 3, 2, 1, 0]


def test_words_of_the_headline_are_seen():
    """The share of a paragraph's words that stand in the headline."""
    _, parts = judged(FACTS, "Ferry delays: ferry delays explained.", title="Ferry delays worsen")
    assert parts.table[:2, TITLE_SHARE] == pytest.approx([0, 0.8])


def test_scores_of_sentences_and_paragraph_agree():
    """A paragraph is the sum of its sentences over the root of its n-grams: between its lowest and highest sentence or beyond
    the highest."""
    article, parts = judged(f"{FACTS} {HOLLOW}")
    lengths = np.bincount(article.grams.unit)
    alone = parts.table[0, LOWEST] * np.sqrt(lengths[:2].max())
    assert parts.table[0, HIGHEST] > 0 > alone
    assert parts.table[0, RAW] < parts.table[0, HIGHEST]


def made(*spans: tuple[int, int, int], paragraphs: int) -> Parts:
    """Parts from (paragraph, first sentence, end)."""
    unit, first, end = (np.array(x, dtype=np.int32) for x in zip(*spans, strict=True))
    return Parts(paragraphs, unit, first, end, np.zeros((len(spans), COLUMNS), dtype=np.float32))


PARTS = made((0, 0, 2), (1, 2, 5), (1, 3, 4), (1, 4, 5), paragraphs=2)


@pytest.mark.parametrize(
    ("scores", "spans"),
    [
        ((0.1, 0.2, 0.3, 0.4), []),
        ((0.1, 0.9, 0.9, 0.9), [(2, 5, 0.9)]),
        ((0.9, 0.1, 0.3, 0.8), [(0, 2, 0.9), (4, 5, 0.8)]),
        ((0.1, 0.1, 0.8, 0.9), [(3, 5, 0.9)]),
    ],
)
def test_what_is_shown(scores, spans):
    """A marked paragraph takes its sentences with it; of others the hollow sentences are shown, neighbours as one."""
    found = marked_parts(PARTS, np.array(scores, dtype=np.float32), 0.5, 0.7)
    assert [(a, b) for a, b, _ in found] == [(a, b) for a, b, _ in spans]
    assert [s for *_, s in found] == pytest.approx([s for *_, s in spans])


def test_sentences_of_two_paragraphs_stay_apart():
    """A last sentence and the next paragraph's first are two pieces of evidence."""
    parts = made((0, 0, 2), (1, 2, 4), (0, 1, 2), (1, 2, 3), paragraphs=2)
    found = marked_parts(parts, np.array([0.1, 0.1, 0.9, 0.9], dtype=np.float32), 0.5, 0.7)
    assert [(a, b) for a, b, _ in found] == [(1, 2), (2, 3)]


def test_document_sees_share_strength_and_place():
    """The share of words, and how strong the strongest paragraph is, with the last one and without."""
    parts = made((0, 0, 2), (1, 2, 3), paragraphs=2)
    parts.table[:, WORDS] = 22, 14
    share, root, top, three, before, single, echoed, stuffed = document_features(
        parts, np.array([0.1, 0.8], dtype=np.float32), True, False
    )
    assert share == pytest.approx((0.1 * 22 + 0.8 * 14) / 36)
    assert root == pytest.approx(share**0.5)
    assert [top, three, before, single] == pytest.approx([0.8, 0.3, 0.1, 0])
    assert (echoed, stuffed) == (1, 0)
