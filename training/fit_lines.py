"""Train what concerns lines: the block model, its levels, the relatedness head, and the document heads of the two line signals.

Fitted on the train files; levels are set on folds of them, document heads on dev. What ships is then fitted again on both (`refit`):
a few hundred labelled pages are all there are, and with a third of them left out the model finds a tenth fewer lines; levels and
figures stay those of the first fit.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from copydesk.blocks import (
    DEBRIS,
    LABELS,
    LINKS,
    addressed,
    block_words,
    debris_blocks,
    features_of,
    has_lead_in,
    label_blocks,
    link_blocks,
    with_twins,
)
from copydesk.detectors import feed_debris, injected_links
from copydesk.language import identify
from copydesk.levels import classes

from . import augment, calibrate, fit_blocks, fit_topic, levels
from .corpus import Lines, Row
from .draft import Arrays, Draft
from .labelled import Labelled, altered, grouped_articles, injected_humans, variants, weak_humans
from .prose import Say

SEED = 20260101
WEAK_HUMANS = 1200  # human articles whose paragraphs teach the block model what a body line is
INJECTED_HUMANS = 1500  # human articles with the loose lines of labelled documents put in
QUIET_SETS = (
    "human_bbc2005",
    "human_opinions_pre2023",
    "fp_reuters21578",
)  # of dev: human articles without lines of others
PAID_HIT = 0.015  # of the articles' own paragraphs with an address in them
# A language is judged from so many labelled documents of dev on, at such figures for its lines to other stories and its own lines.
FEWEST_DOCUMENTS, LEAST_F1, MOST_HIT = 8, 0.75, 0.01


def documents(
    labelled: Sequence[Lines], written: Sequence[Lines], extra: Sequence[Lines], people: Sequence[Row]
) -> list[Labelled]:
    """Everything that the block model is fitted on, labelled block by block."""
    rng = random.Random(SEED)
    docs = variants([*labelled, *written, *extra], rng)
    pages = [d for d in docs if not d.group.startswith("writer")]
    docs += altered(pages, [*labelled, *extra], rng)
    docs += weak_humans(people, rng, WEAK_HUMANS)
    docs += injected_humans(people, _donors([*labelled, *extra, *written]), rng, INJECTED_HUMANS)
    return docs + grouped_articles(people, [*labelled, *extra], rng)


def held_out(labelled: Sequence[Lines], written: Sequence[Lines], rows: Sequence[Row]) -> list[Labelled]:
    """What levels and document heads are set on."""
    rng = random.Random(SEED)
    quiet = [r for r in rows if r.human and r.is_article and r.set_name in QUIET_SETS]
    return variants([*labelled, *written], rng) + weak_humans(quiet, rng, 300, held=True)


def as_they_are(docs: Sequence[Lines]) -> int:
    """How many of `documents` and of `held_out` are these, in all their forms but otherwise unaltered: they come first."""
    return sum(1 + bool(d.html) + bool(d.style) for d in docs)


def train(
    draft: Draft,
    labelled: Sequence[Lines],
    extra: Sequence[Lines],
    written: Sequence[Lines],
    people: Sequence[Row],
    held: Sequence[Labelled],
    held_as_they_are: int,
    say: Say,
) -> None:
    """Put everything that concerns lines into the draft, which holds the word weights already.

    Levels are set on the labelled and the written documents, each as a model says that was not fitted on its outlet or writer, and on
    the first `held_as_they_are` of `held`, those of dev.
    """
    docs = documents(labelled, written, extra, people)
    idf = draft.arrays["topic.idf"]
    arrays, unseen = fit_blocks.fit(docs, idf, say, unseen=True)
    assert unseen is not None  # asked for
    draft.arrays.update(_single(arrays))
    draft.numbers["lines.repeated_odds"] = fit_blocks.repeated_odds(
        [d for d in docs[: as_they_are(labelled)] if d.article.document.form == "text"]
    )
    own = as_they_are([*labelled, *written])
    dev = held[:held_as_they_are]
    said = np.concatenate([unseen[: sum(len(d.label) for d in docs[:own])], *(_said(d, draft) for d in dev)])
    draft.numbers.update(levels.choose(_blocks([*docs[:own], *dev], said, idf)))
    topic, numbers = fit_topic.fit(people, [*labelled, *extra], SEED, say)
    draft.arrays.update(topic)
    draft.numbers.update(numbers)
    _paid_level(draft, held)
    _judge_languages(draft, held, say)
    _document_heads(draft, held)
    say(f"lines: levels { ({k: v for k, v in draft.numbers.items() if k.startswith('lines.')}) }")


def refit(
    labelled: Sequence[Lines], written: Sequence[Lines], people: Sequence[Row], idf: NDArray[np.float32], say: Say
) -> tuple[Arrays, dict[str, float]]:
    """Arrays and numbers of the block model and the relatedness head, fitted on these documents."""
    topic, numbers = fit_topic.fit(people, labelled, SEED, say)
    arrays, _ = fit_blocks.fit(documents(labelled, written, (), people), idf, say)
    return _single(arrays) | topic, numbers


def _single(arrays: fit_blocks.Arrays) -> Arrays:
    return {k: v.astype(np.float32) for k, v in arrays.items()}


def _blocks(docs: Sequence[Labelled], unseen: NDArray[np.float32], idf: NDArray[np.float32]) -> levels.Blocks:
    """The labelled blocks of these documents, and what was said of them without their outlets."""
    ends = np.cumsum([len(d.label) for d in docs])
    parts: list[tuple[NDArray[Any], ...]] = []
    for number, (doc, alone) in enumerate(zip(docs, np.split(unseen, ends[:-1]), strict=True)):
        said = with_twins(alone, doc.article, features_of(doc.article, idf))
        article, known = doc.article, doc.weight > 0
        words = block_words(article)
        of_class = classes(article.prose_blocks, has_lead_in(features_of(article, idf)), words)
        page = np.full(len(known), article.document.form == "page")
        which = np.full(len(known), number, dtype=np.int32)
        parts.append(tuple(x[known] for x in (said, doc.label, of_class, words, page, which)))
    return levels.Blocks(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _said(doc: Labelled, draft: Draft) -> NDArray[np.float32]:
    """Chances of the article, links and debris for the blocks of a document, shape (blocks, 3)."""
    found = label_blocks(doc.article, draft.model)
    return np.stack([1 - found.links - found.debris, found.links, found.debris], axis=1)


def _donors(docs: Sequence[Lines]) -> list[Lines]:
    """The English documents with loose lines to put into other articles; an alphabet of their own would give the rest away."""
    return [
        d
        for d in docs
        if augment.loose_runs(d) and identify(" ".join(x.text for x in d.lines if x.label == "body"))[0] == "en"
    ]


def _paid_level(draft: Draft, held: Sequence[Labelled]) -> None:
    """From which probability a paragraph with an address is shown as a paid link: few of articles' own paragraphs may reach it."""
    labelled = [label_blocks(d.article, draft.model) for d in held]
    own = np.concatenate(
        [
            x.prose & (d.label == LABELS.index("body")) & addressed(d.article)
            for d, x in zip(held, labelled, strict=True)
        ]
    )
    advert = np.concatenate([x.of("ad") for x in labelled]).astype(np.float64)
    draft.numbers["lines.paid_from"] = calibrate.quiet_level(advert[own], PAID_HIT, least=0.1)


def _objections(doc: Labelled) -> tuple[bool | None, bool]:
    """Would an editor object to this document's lines to other stories (None: nobody can say), and to its debris?

    What a full page puts round the article is the page's own; what came with the text is in the way. There, one line of
    debris is the site's habit (a newsletter box), two and more, or a leftover, are a feed's.
    """
    page = doc.article.document.form == "page"
    with_text = doc.article.with_the_text
    known = [(x, bool(own)) for x, own in zip(doc.lines, with_text, strict=True) if x is not None]
    promoted = [x for x, _ in known if x.label == "injected_link"]
    written = doc.group.startswith("writer")
    off = any(x.related is False or written for x in promoted)
    listed = any(x.label == "related_list" and own for x, own in known)
    paid = not known and bool((doc.label == LABELS.index("ad")).any())
    unsure = any(x.related is None for x in promoted)
    links = True if off or listed or paid else None if unsure else False
    debris = [x for x, own in known if x.label in DEBRIS and own]
    return links, len(debris) >= (2 if page else 1) or any(x.label == "artifact" for x in debris)


def _judge_languages(draft: Draft, held: Sequence[Labelled], say: Say) -> None:
    """Name the languages whose documents get a score for their lines: those with enough labelled documents and good enough figures."""
    good = []
    for language in sorted({d.article.language for d in held}):
        docs = [
            d
            for d in held
            if d.article.language == language and not d.group.startswith("writer") and (d.weight == 1).any()
        ]
        if len({d.article.document.title for d in docs}) < FEWEST_DOCUMENTS:
            continue
        marked = [label_blocks(d.article, draft.model) for d in docs]
        link = np.concatenate([link_blocks(x, draft.model) for x in marked])
        taken = link | np.concatenate(
            [debris_blocks(d.article, x, draft.model) for d, x in zip(docs, marked, strict=True)]
        )
        label, known = (np.concatenate([getattr(d, part) for d in docs]) for part in ("label", "weight"))
        known, gold = known == 1, np.isin(label, [LABELS.index(x) for x in LINKS])
        body = known & (label == LABELS.index("body")) & (np.concatenate([block_words(d.article) for d in docs]) >= 8)
        f1 = 2 * (link & gold & known).sum() / max(1, (link & known).sum() + (gold & known).sum())
        hit = (taken & body).sum() / max(1, body.sum())
        say(f"lines in {language}: {len(docs)} documents, F1 {f1:.3f}, body lines hit {hit:.4f}")
        if f1 >= LEAST_F1 and hit <= MOST_HIT:
            good.append(language)
    for signal in ("injected_links", "feed_debris"):
        draft.manifest["heads"][signal]["languages"] = sorted({"en", *good}, key=lambda x: (x != "en", x))


def _document_heads(draft: Draft, held: Sequence[Labelled]) -> None:
    """The heads that turn lines into the probability that an editor objects."""
    features: dict[str, list[list[float]]] = {"injected_links": [], "feed_debris": []}
    objects: dict[str, list[bool]] = {"injected_links": [], "feed_debris": []}
    for doc in held:
        links, debris = _objections(doc)
        labelled = label_blocks(doc.article, draft.model)
        if links is not None:
            features["injected_links"].append(
                injected_links.document_features(
                    doc.article, labelled, injected_links.unrelated_lines(doc.article, labelled, draft.model)
                )
            )
            objects["injected_links"].append(links)
        found = {
            int(i): float(labelled.debris[i]) for i in np.flatnonzero(debris_blocks(doc.article, labelled, draft.model))
        }
        features["feed_debris"].append(feed_debris.document_features(doc.article, labelled, found))
        objects["feed_debris"].append(debris)
    for name in features:
        table, gold = np.array(features[name]), np.array(objects[name])
        calibrate.need_both(gold, f"lines.dev, written.dev: documents that {name} should flag and others")
        model = LogisticRegression(C=3.0, max_iter=1000).fit(table, gold)
        draft.arrays[f"{name}.weights"] = model.coef_[0].astype(np.float32)
        draft.numbers[f"{name}.bias"] = float(model.intercept_[0])
        draft.arrays[f"{name}.calibration"] = calibrate.logistic_knots(1.0, 0.0).astype(np.float32)
        draft.thresholds[name] = {
            "score": 0.5,
            "statement": "from here on more than half of the dev documents have lines that an editor would object to",
        }
