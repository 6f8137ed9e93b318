"""Labelled documents as the block model learns from them: in every form they arrive in, altered, and made of invented lines."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from copydesk.article import Article
from copydesk.blocks import LABELS
from copydesk.cues import WORD, closing, opening
from copydesk.language import identify
from copydesk.reading import read

from .align import align
from .augment import as_fragment, as_text, inject, with_goods
from .corpus import Line, Lines, Row
from .groups import stored, with_groups
from .leadins import with_other_lead_ins
from .lookalikes import as_html, with_own_lines
from .paid import with_paid_links

WEAK = 0.3  # weight of a paragraph that nobody labelled, taken from an article known to be a person's
INVENTED = 0.3  # and of an article with invented lines
WITHOUT_CLASSES = 0.5  # weight of a page that is seen again without the words of its classes
PAID = 1.5  # weight of an invented paid link: with less, the second pass takes it for the paragraph that it looks like
PAID_ARTICLES, GOODS_ARTICLES = (
    0.7,
    0.25,
)  # of human articles so many are seen again with a paid link, with a list of goods
LEAD_INS = 3  # times that a document is seen again with other lead-ins
SHORTEST = 3  # words of a short sentence that counts as an article's own
USES = 2  # of every invented group
PARAGRAPH = 120  # characters of a body line that a group is put beside
OWN_LINES = 0.6  # of human articles so many are seen again with invented lines of their own: lists, recipes, posts
_SENTENCE_ENDS = '.!?"”’'
_NAMES = re.compile(r"[.#][^ ]*")  # of a DOM path's element


@dataclass(frozen=True, slots=True)
class Labelled:
    """An article with a label index and a weight for every block (weight 0: unlabelled), and the lines they come from."""

    article: Article
    label: NDArray[np.int32]
    weight: NDArray[np.float32]
    lines: tuple[Line | None, ...]
    group: str


def from_lines(doc: Lines, source: str, kind: str) -> Labelled:
    """Read `source` as scoring would, and label its blocks from the document's lines; padding counts as body here."""
    article = Article(read(source, kind=kind, title=doc.title, url=doc.url))
    found = align(article.document, doc.lines)
    label = [LABELS.index("body" if x.label == "padding" else x.label) if x else 0 for x in found]
    weight = [1.0 if x else 0.0 for x in found]
    return Labelled(
        article, np.array(label, dtype=np.int32), np.array(weight, dtype=np.float32), tuple(found), doc.group
    )


def variants(docs: Iterable[Lines], rng: random.Random) -> list[Labelled]:
    """Every document in every form it may arrive in: the page, plain text, and for written ones a stored HTML body."""
    out = []
    for doc in docs:
        if doc.html:
            out.append(from_lines(doc, doc.html, "html"))
        if doc.style:
            out.append(from_lines(doc, as_fragment(doc, rng), "html"))
        out.append(from_lines(doc, as_text(doc), "text"))
    return out


def altered(docs: Sequence[Labelled], lines: Iterable[Lines], rng: random.Random) -> list[Labelled]:
    """Labelled documents again, with less weight: pages without the words of their classes and ids (newer sites have none that mean
    anything), and texts with other lead-ins before their lines to other stories."""
    out = []
    for doc in docs:
        document = doc.article.document
        if document.form == "page":
            bare = tuple(replace(b, path=_NAMES.sub("", b.path)) for b in document.blocks)
            out.append(
                replace(
                    doc,
                    article=Article(replace(document, blocks=bare)),
                    weight=doc.weight * np.float32(WITHOUT_CLASSES),
                )
            )
    for source in lines:
        for _ in range(LEAD_INS):
            other = with_other_lead_ins(source, rng)
            if other is not None:
                made = from_lines(other, as_text(other), "text")
                out.append(replace(made, weight=made.weight / np.float32(LEAD_INS)))
    return out


def own_blocks(article: Article) -> NDArray[np.bool_]:
    """Which blocks of a person's article are surely its own, shape (blocks,): paragraphs, and short sentences between two of them.

    Without the short ones ("He did not elaborate.") a model learns that short lines are never an article's own; a paragraph that begins
    with a lead-in ("SEE ALSO: ...") may be anything.
    """
    text, prose = article.document.text, article.prose_blocks
    before = np.cumsum(prose)
    between = (before > 0) & (before < prose.sum())
    short, cued = [], []
    for block in article.document.blocks:
        line = text[block.start : block.end]
        words = WORD.findall(line[:90])
        cue = opening(line, [w.lower() for w in words[:6]])
        cued.append(bool(cue.kinds) and (cue.marked or cue.alone))
        plain = not cue.kinds and not closing(line)
        short.append(len(words) >= SHORTEST and line[-1] in _SENTENCE_ENDS and plain)
    return np.asarray((prose & ~np.array(cued, dtype=np.bool_)) | (between & np.array(short, dtype=np.bool_)))


def _texts(article: Article, chosen: NDArray[np.bool_]) -> list[str]:
    blocks = zip(article.document.blocks, chosen, strict=True)
    return [article.document.text[b.start : b.end] for b, own in blocks if own]


def weak_humans(articles: Sequence[Row], rng: random.Random, count: int, held: bool = False) -> list[Labelled]:
    """Human articles as plain text whose paragraphs are taken for body, and some of them again with an invented paid link, or
    with an invented list of goods. `held`: with wording of paid links that training has not seen."""
    out = []
    for row in rng.sample(articles, min(count, len(articles))):
        article = Article(read(row.text, kind="text", title=row.title))
        own = own_blocks(article)
        weight = np.where(own, WEAK, 0).astype(np.float32)
        out.append(Labelled(article, np.zeros(len(own), dtype=np.int32), weight, (None,) * len(own), row.group))
        paragraphs = _texts(article, own)
        if len(paragraphs) >= 3:
            made = [with_paid_links(paragraphs[:12], rng, held)] if rng.random() < PAID_ARTICLES else []
            made += [with_goods(paragraphs[:12], rng)] if rng.random() < GOODS_ARTICLES else []
            out += [doc for source, labels in made if (doc := _invented(source, labels, row))]
            if rng.random() < OWN_LINES:
                lines, tags = with_own_lines(paragraphs[:12], rng)
                as_body = ["body"] * len(lines)
                html = rng.random() < 1 / 3
                source = as_html(lines, tags) if html else "\n\n".join(lines)
                doc = _invented(source, as_body, row, "html" if html else "text")
                out += [doc] if doc else []
    return out


def _invented(source: str, labels: list[str], row: Row, kind: str = "html") -> Labelled | None:
    """An article with invented lines in it, if our reader cuts it as it was made."""
    article = Article(read(source, kind=kind, title=row.title))
    if len(article.document.blocks) != len(labels):
        return None
    label = np.array([LABELS.index(x) for x in labels], dtype=np.int32)
    weight = np.where(label == LABELS.index("ad"), PAID, INVENTED).astype(np.float32)
    return Labelled(article, label, weight, (None,) * len(labels), row.group)


def injected_humans(articles: Sequence[Row], donors: Sequence[Lines], rng: random.Random, count: int) -> list[Labelled]:
    """Human articles with loose lines of labelled documents put in, as plain text and, one in three, as a stored HTML body.

    In whole documents every outlet's lines stand in their own outlet's surroundings; here they have to be known by themselves.
    """
    out = []
    for row in rng.sample(articles, min(count, len(articles))):
        article = Article(read(row.text, kind="text", title=row.title))
        paragraphs = _texts(article, own_blocks(article))[:14]
        if len(paragraphs) < 3:
            continue
        doc = inject(paragraphs, rng.choice(donors), rng, row.id)
        html = rng.random() < 1 / 3
        labelled = from_lines(doc, as_fragment(doc, rng) if html else as_text(doc), "html" if html else "text")
        weak = np.where(labelled.label == LABELS.index("body"), WEAK * labelled.weight, labelled.weight)
        out.append(replace(labelled, weight=weak.astype(np.float32)))
    return out


def grouped_articles(articles: Sequence[Row], labelled: Iterable[Lines], rng: random.Random) -> list[Labelled]:
    """Human articles with invented groups of lines (`groups.py`), each group USES times, as plain text: on pages, where markup tells
    more than words do, such groups in invented markup made the model worse (out-of-fold log loss .234 -> .250).

    English groups stand in articles of people, those of other languages among the body lines of labelled pages of their language.
    """
    foreign: dict[str, list[tuple[list[str], str]]] = {}
    for doc in labelled:
        paragraphs = [x.text for x in doc.lines if x.label == "body" and len(x.text) > PARAGRAPH]
        language = identify(" ".join(paragraphs))[0]
        if len(paragraphs) >= 3 and language not in ("en", None):
            foreign.setdefault(str(language), []).append((paragraphs, doc.group))
    left = [g for g in stored() if g.language == "en" or g.language in foreign] * USES
    rng.shuffle(left)
    out: list[Labelled] = []
    while left:
        language = left[-1].language
        chosen = [left.pop()]
        for _ in range(rng.randrange(3)):
            if left and left[-1].language == language:
                chosen.append(left.pop())
        paragraphs, group, other = _host(language, foreign, articles, rng)
        doc = Lines(f"groups-{len(out)}", "", group, tuple(with_groups(paragraphs, other, chosen, rng)))
        found = from_lines(doc, as_text(doc), "text")
        out.append(replace(found, weight=found.weight * np.float32(INVENTED), lines=(None,) * len(found.lines)))
    return out


def _host(
    language: str, foreign: dict[str, list[tuple[list[str], str]]], articles: Sequence[Row], rng: random.Random
) -> tuple[list[str], str, str]:
    """Paragraphs to put a group among, their group, and the text of another article."""
    other = rng.choice(articles)
    if language == "en":
        row = rng.choice(articles)
        article = Article(read(row.text, kind="text", title=row.title))
        return _texts(article, own_blocks(article)) or [row.title or row.id], row.group, other.text
    paragraphs, group = rng.choice(foreign[language])
    return paragraphs, group, "\n".join(rng.choice(foreign[language])[0])
