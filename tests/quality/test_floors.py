"""Floors under the shipped model, measured in process on the dev part of the labelled corpus, which does not ship."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from copydesk import DocumentError, Report, Scorer, read
from copydesk.training import corpus as rows
from copydesk.training.align import align
from copydesk.training.augment import as_text
from copydesk.training.corpus import Line, Lines, Row

pytestmark = pytest.mark.corpus

PEOPLE, MACHINES = 400, 100  # articles of each human source, and of each generator
FEWEST_PEOPLE, FEWEST_MACHINES = 50, 15
WORDS = 60  # of an article; a shorter one is mostly not judged


@dataclass(frozen=True)
class Marked:
    """A labelled line, and which signals quote it."""

    line: Line
    signals: frozenset[str]


def sample(articles: Sequence[Row]) -> dict[tuple[bool, str], list[Row]]:
    """Some articles of every human source and of every instructed generator that has enough, always the same ones."""
    groups: dict[tuple[bool, str], list[Row]] = defaultdict(list)
    for row in articles:
        known = row.label in ("human", "machine") and not rows.BASE_MODELS.search(row.generator)
        if row.is_article and known and len(row.text.split()) >= WORDS:
            groups[row.human, row.source if row.human else f"{row.source} {row.generator}"].append(row)
    rng = random.Random(1)
    return {
        key: rng.sample(found, min(len(found), PEOPLE if key[0] else MACHINES))
        for key, found in sorted(groups.items())
        if len(found) >= (FEWEST_PEOPLE if key[0] else FEWEST_MACHINES)
    }


def flagged(scorer: Scorer, row: Row) -> bool:
    try:
        return scorer.score(text=row.text, title=row.title).signals["rewrite"].flagged
    except DocumentError:
        return False


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def marked(scorer: Scorer, document: Lines, source: str, kind: str) -> list[Marked]:
    """Every labelled block of a document with the signals whose evidence covers most of it."""
    read_document = read(source, kind=kind, title=document.title, url=document.url)
    report = scorer.score(read_document)
    return [
        Marked(line, covering(report, block.start, block.end))
        for block, line in zip(read_document.blocks, align(read_document, document.lines), strict=True)
        if line is not None
    ]


def covering(report: Report, start: int, end: int) -> frozenset[str]:
    shared: dict[str, int] = defaultdict(int)
    for e in report.evidence:
        shared[e.signal] += max(0, min(e.end, end) - max(e.start, start))
    return frozenset(signal for signal, size in shared.items() if size >= 0.6 * (end - start))


def f1(lines: Sequence[Marked], labels: Sequence[str], signal: str) -> float:
    """F1 of a signal's evidence against the lines with these labels."""
    wanted = sum(x.line.label in labels for x in lines)
    taken = sum(signal in x.signals for x in lines)
    return 2 * sum(signal in x.signals and x.line.label in labels for x in lines) / (wanted + taken)


@cache
def shares(scorer: Scorer, folder: Path) -> dict[tuple[bool, str], float]:
    """Share of articles flagged by rewrite, by human source and by generator; measured once for all tests."""
    groups = sample(rows.articles(folder, "dev"))
    return {key: mean([flagged(scorer, row) for row in found]) for key, found in groups.items()}


@cache
def page_lines(scorer: Scorer, folder: Path) -> list[Marked]:
    """The lines of the labelled dev pages; measured once for all tests."""
    return [
        line
        for document in rows.lines(folder, "dev")
        for line in marked(scorer, document, document.html or as_text(document), "html" if document.html else "text")
    ]


def test_few_human_articles_are_flagged(scorer, corpus):
    """At most two human articles in a hundred are flagged as rewrites, every source weighing the same."""
    people = {name: share for (human, name), share in shares(scorer, corpus).items() if human}
    assert len(people) >= 4
    assert mean(list(people.values())) <= 0.02, people


def test_most_machine_articles_are_flagged(scorer, corpus):
    """Six machine articles in ten are flagged at the model's own threshold, every generator weighing the same."""
    machines = {name: share for (human, name), share in shares(scorer, corpus).items() if not human}
    assert len(machines) >= 20
    assert mean(list(machines.values())) >= 0.6, machines


def test_padding_is_found(scorer, corpus):
    """Paragraphs that say nothing are found in articles by writers that training has not seen, and few others."""
    lines = [
        line
        for document in rows.written(corpus, "dev")
        for line in marked(scorer, document, as_text(document), "text")
        if line.line.label in ("body", "padding")
    ]
    assert f1(lines, ["padding"], "seo_padding") >= 0.75


def test_lines_to_other_stories_are_found(scorer, corpus):
    """Promo lines and headline lists on real pages are found, and few other lines are taken for them."""
    pages = page_lines(scorer, corpus)
    assert f1(pages, ["injected_link", "related_list"], "injected_links") >= 0.6


def test_body_paragraphs_are_left_alone(scorer, corpus):
    """Hardly a paragraph of the article itself is called a line to elsewhere or debris."""
    bodies = [x for x in page_lines(scorer, corpus) if x.line.label == "body" and len(x.line.text.split()) >= 8]
    assert mean([bool(x.signals & {"injected_links", "feed_debris"}) for x in bodies]) <= 0.012
