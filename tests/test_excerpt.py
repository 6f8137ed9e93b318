"""An article without its beginning: what goes, what stays, and where things stand."""

from __future__ import annotations

import pytest
from firing_articles import LOCAL, MACHINE, WIRE

from copydesk import read
from copydesk.article import Article
from copydesk.detectors import rewrite
from copydesk.excerpt import LEAST_LEFT, without_beginning


def paragraphs(*lengths: int) -> str:
    """Paragraphs of so many words, each a sentence."""
    return "\n\n".join(" ".join(f"p{i}w{j}" for j in range(n)) + "." for i, n in enumerate(lengths))


@pytest.mark.parametrize(
    ("lengths", "gone"), [((60, 120), 1), ((30, 40, 110), 2), ((49, 1, 150), 2), ((120, 60, 60), 1)]
)
def test_first_paragraphs_go(lengths, gone):
    """As many as have fifty words; sentences of the others stay at their places, under new numbers."""
    document = read(paragraphs(*lengths), kind="text")
    rest = without_beginning(document)
    assert rest is not None
    assert rest.text == document.text
    assert rest.blocks == document.blocks[gone:]
    assert [(s.start, s.end) for s in rest.sentences] == [
        (s.start, s.end) for s in document.sentences if s.block >= gone
    ]
    assert {s.block for s in rest.sentences} == set(range(len(rest.blocks)))


@pytest.mark.parametrize("lengths", [(60,), (60, LEAST_LEFT - 1), (201, 300), (20, 20)])
def test_what_cannot_be_cut(lengths):
    """Too little would be left, or too much would go."""
    assert without_beginning(read(paragraphs(*lengths), kind="text")) is None


def test_where_the_rest_scores_higher_it_speaks(scorer, monkeypatch):
    """A person's paragraph in front lowers a machine's score; what is found behind it is quoted, and nothing of the paragraph."""
    front = " ".join(LOCAL[:4])
    text = "\n\n".join([front, *MACHINE[2]])
    article = Article(read(text, kind="text"))
    alone = rewrite.joined(rewrite.expert_scores(article, scorer.model))
    monkeypatch.setattr(rewrite, "AGAIN_TO", 99.0)
    value, _, chosen = rewrite.look(article, scorer.model)
    behind = rewrite.joined(rewrite.expert_scores(Article(read("\n\n".join(MACHINE[2]), kind="text")), scorer.model))
    assert alone < value == pytest.approx(behind - rewrite.AGAIN_COST, abs=1e-4)
    assert len(chosen.document.blocks) == len(article.document.blocks) - 1
    report = scorer.score(text=text)
    starts = [e.start for e in report.evidence if e.signal == "rewrite"]
    assert starts
    assert min(starts) > len(front)


def test_what_is_far_from_the_tail_is_looked_at_once(scorer, monkeypatch):
    """A person's article is not scored twice."""
    monkeypatch.setattr(rewrite, "without_beginning", lambda document: pytest.fail("looked again"))
    article = Article(read("\n\n".join(WIRE), kind="text"))
    assert rewrite.joined(rewrite.expert_scores(article, scorer.model)) < rewrite.AGAIN_FROM
    assert rewrite.look(article, scorer.model)[2] is article
