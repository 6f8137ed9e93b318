"""Train what concerns lines: the block model, its levels, the relatedness head, and the document heads of the two line signals.

Fitted on the train files, calibrated on dev. What ships is then fitted again on both (`refit`): a few hundred labelled pages are all
there are, and with a third of them left out the model finds a tenth fewer lines; levels and figures stay those of the first fit.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from copydesk.article import Article
from copydesk.blocks import DEBRIS, LABELS, LINKS, debris_blocks, label_blocks, link_blocks
from copydesk.detectors import feed_debris, injected_links
from copydesk.language import identify

from . import augment, calibrate, fit_blocks, fit_topic
from .corpus import Lines, Row
from .draft import Arrays, Draft
from .fit_rewrite import Say

SEED = 20260101
WEAK_HUMANS = 1200  # human articles whose paragraphs teach the block model what a body line is
INJECTED_HUMANS = 1500  # human articles with the loose lines of labelled documents put in
QUIET_SETS = (
    "human_bbc2005",
    "human_opinions_pre2023",
    "fp_reuters21578",
)  # of dev: human articles without lines of others
# Of the body lines of eight words and more so many may be hit, on labelled pages and in their text, by each of the two signals.
BODY_HIT = {"link": (0.002, 0.002), "debris": (0.0015, 0.0025)}
PARAGRAPHS_HIT = CUED_HIT = 0.001
PAID_HIT = 0.001  # of all paragraphs; a paid link needs an address to elsewhere besides, and few paragraphs have one
# A language is judged from so many labelled documents of dev on, at such figures for its lines to other stories and its own lines.
FEWEST_DOCUMENTS, LEAST_F1, MOST_HIT = 8, 0.75, 0.01


def documents(labelled: Sequence[Lines], written: Sequence[Lines], people: Sequence[Row]) -> list[fit_blocks.Labelled]:
    """Everything that the block model is fitted on, labelled block by block."""
    rng = random.Random(SEED)
    pages = fit_blocks.variants(labelled, rng)
    docs = pages + fit_blocks.variants(written, rng) + fit_blocks.altered(pages, labelled, rng)
    docs += fit_blocks.weak_humans(people, rng, WEAK_HUMANS)
    return docs + fit_blocks.injected_humans(people, _donors([*labelled, *written]), rng, INJECTED_HUMANS)


def held_out(labelled: Sequence[Lines], written: Sequence[Lines], rows: Sequence[Row]) -> list[fit_blocks.Labelled]:
    """What levels and document heads are set on."""
    rng = random.Random(SEED)
    quiet = [r for r in rows if r.human and r.is_article and r.set_name in QUIET_SETS]
    return fit_blocks.variants([*labelled, *written], rng) + fit_blocks.weak_humans(quiet, rng, 300)


def train(
    draft: Draft,
    labelled: Sequence[Lines],
    written: Sequence[Lines],
    people: Sequence[Row],
    held: Sequence[fit_blocks.Labelled],
    say: Say,
) -> None:
    """Put everything that concerns lines into the draft, which holds the word weights already."""
    docs = documents(labelled, written, people)
    draft.arrays.update(_blocks(docs, draft.arrays["topic.idf"], say))
    arrays, numbers = fit_topic.fit(people, labelled, SEED, say)
    draft.arrays.update(arrays)
    draft.numbers.update(numbers)
    draft.numbers["lines.repeated_odds"] = fit_blocks.repeated_odds([d for d in docs if _is_plain(d)])
    _levels(draft, held)
    _judge_languages(draft, held, say)
    _document_heads(draft, held)
    say(f"lines: levels { ({k: v for k, v in draft.numbers.items() if k.startswith('lines.')}) }")


def _is_plain(doc: fit_blocks.Labelled) -> bool:
    """Whether it is a labelled document as plain text, just as it is: neither altered nor written nor put together."""
    weights = set(doc.weight.tolist())
    return (
        doc.article.document.form == "text"
        and weights <= {0.0, 1.0}
        and 1.0 in weights
        and not doc.group.startswith("writer")
    )


def refit(
    labelled: Sequence[Lines], written: Sequence[Lines], people: Sequence[Row], idf: NDArray[np.float32], say: Say
) -> tuple[Arrays, dict[str, float]]:
    """Arrays and numbers of the block model and the relatedness head, fitted on these documents."""
    arrays, numbers = fit_topic.fit(people, labelled, SEED, say)
    return _blocks(documents(labelled, written, people), idf, say) | arrays, numbers


def _blocks(docs: Sequence[fit_blocks.Labelled], idf: NDArray[np.float32], say: Say) -> Arrays:
    return {k: v.astype(np.float32) for k, v in fit_blocks.fit(docs, idf, say).items()}


def _donors(docs: Sequence[Lines]) -> list[Lines]:
    """The English documents with loose lines to put into other articles; an alphabet of their own would give the rest away."""
    return [
        d
        for d in docs
        if augment.loose_runs(d) and identify(" ".join(x.text for x in d.lines if x.label == "body"))[0] == "en"
    ]


def _levels(draft: Draft, held: Sequence[fit_blocks.Labelled]) -> None:
    """From which probability a block is shown: the best F1 for short lines among the levels that hit few lines of articles' own."""
    labelled = [label_blocks(d.article, draft.model) for d in held]
    known = np.concatenate([d.weight == 1 for d in held])
    prose = np.concatenate([x.prose for x in labelled])
    label = np.concatenate([d.label for d in held])
    body = known & prose & (label == LABELS.index("body"))
    words = np.concatenate([_block_words(d.article) for d in held])
    pages = np.repeat([d.article.document.form == "page" for d in held], [len(d.label) for d in held])
    long_body = known & (label == LABELS.index("body")) & (words >= 8)
    cued = np.concatenate([x.cued for x in labelled])
    for kind, labels in (("link", LINKS), ("debris", DEBRIS)):
        chance = np.concatenate([(x.links if kind == "link" else x.debris) for x in labelled]).astype(np.float64)
        gold = np.isin(label, [LABELS.index(x) for x in labels])
        draft.numbers[f"lines.{kind}_prose_from"] = calibrate.quiet_level(chance[body], PARAGRAPHS_HIT)
        for name, form, rate in (
            (f"{kind}_from_page", pages, BODY_HIT[kind][0]),
            (f"{kind}_from", ~pages, BODY_HIT[kind][1]),
        ):
            other = prose | (cued & (kind == "link"))
            short = known & ~other & form
            least = calibrate.quiet_level(np.where(other, 0, chance)[long_body & form], rate, least=0.2)
            draft.numbers[f"lines.{name}"] = max(least, calibrate.best_level(chance[short], gold[short]))
        if kind == "link":
            least = calibrate.quiet_level(np.where(cued & ~prose, chance, 0)[long_body], CUED_HIT, least=0.2)
            short = known & cued & ~prose
            draft.numbers["lines.link_cued_from"] = max(least, calibrate.best_level(chance[short], gold[short]))
    advert = np.concatenate([x.of("ad") for x in labelled]).astype(np.float64)
    everybody = prose & (label == LABELS.index("body"))
    draft.numbers["lines.paid_from"] = calibrate.quiet_level(advert[everybody], PAID_HIT, least=0.1)


def _block_words(article: Article) -> NDArray[np.int64]:
    document = article.document
    return np.array([document.text.count(" ", b.start, b.end) + 1 for b in document.blocks])


def _objections(doc: fit_blocks.Labelled) -> tuple[bool | None, bool]:
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


def _judge_languages(draft: Draft, held: Sequence[fit_blocks.Labelled], say: Say) -> None:
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
        body = known & (label == LABELS.index("body")) & (np.concatenate([_block_words(d.article) for d in docs]) >= 8)
        f1 = 2 * (link & gold & known).sum() / max(1, (link & known).sum() + (gold & known).sum())
        hit = (taken & body).sum() / max(1, body.sum())
        say(f"lines in {language}: {len(docs)} documents, F1 {f1:.3f}, body lines hit {hit:.4f}")
        if f1 >= LEAST_F1 and hit <= MOST_HIT:
            good.append(language)
    for signal in ("injected_links", "feed_debris"):
        draft.manifest["heads"][signal]["languages"] = sorted({"en", *good}, key=lambda x: (x != "en", x))


def _document_heads(draft: Draft, held: Sequence[fit_blocks.Labelled]) -> None:
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
