"""Train every head from a corpus: fit on its train files, calibrate and set thresholds on its dev files, write the model.

Seeded throughout: the same corpus and the same library versions give the same bytes.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from copydesk import CorpusError, Model, __version__
from copydesk.article import Article
from copydesk.blocks import DEBRIS, LABELS, LINKS, debris_blocks, label_blocks
from copydesk.detectors import feed_debris, injected_links, rewrite, seo_padding
from copydesk.language import identify
from copydesk.reading import read

from . import augment, calibrate, corpus, fit_blocks, fit_padding, fit_rewrite
from .corpus import FAMILIES, Lines, Row

SEED = 20260101
WEAK_HUMANS = 1200  # human articles whose paragraphs teach the block model what a body line is
INJECTED_HUMANS = 1500  # human articles with the loose lines of labelled documents put in
PADDING_HUMANS = 2500
PADDED_HUMANS = 600  # human articles with paragraphs of padding put in
TOPIC_HUMANS = 4000
DEV_HUMANS = 900
# Of the body lines of eight words and more so many may be hit, by each of the two line signals, on labelled pages and in their text.
BODY_HIT_PAGE, BODY_HIT_TEXT = 0.003, 0.008
ECHOES = 150  # invented articles that repeat their headline, and as many with a stuffed phrase: the corpus has none
Say = Callable[[str], None]
Arrays = dict[str, NDArray[Any]]


class Draft:
    """A model in the making: arrays and numbers are put in, and whatever is in already can be scored with."""

    def __init__(self, name: str) -> None:
        """Start with nothing but the signals' names."""
        self.arrays: Arrays = {}
        self.numbers: dict[str, float] = {}
        self.thresholds: dict[str, dict[str, Any]] = {}
        heads = {"rewrite": {"families": list(FAMILIES)}, "seo_padding": {}, "injected_links": {}, "feed_debris": {}}
        self.manifest: dict[str, Any] = {
            "name": name,
            "heads": heads,
            "numbers": self.numbers,
            "thresholds": self.thresholds,
        }
        self.model = Model(name, self.manifest, self.arrays)


def train(folder: Path, name: str, say: Say) -> tuple[dict[str, Any], Arrays]:
    """The manifest (without figures) and the arrays of a model trained on the corpus in `folder`.

    Raises CorpusError if a file is missing or a row is not as expected.
    """
    corpus.check(folder)
    draft = Draft(name)
    train_rows, dev_rows = corpus.articles(folder, "train"), corpus.articles(folder, "dev")
    written_train, written_dev = corpus.written(folder, "train"), corpus.written(folder, "dev")
    say(f"corpus: {len(train_rows)} articles to train on, {len(dev_rows)} to calibrate on")
    people = [r for r in train_rows if r.human and r.is_article and r.set_name != "llm_l2r" and len(r.text) > 300]
    _check_rows(train_rows, people, dev_rows)
    idf = fit_blocks.topic_weights(random.Random(SEED).sample(people, min(TOPIC_HUMANS, len(people))))
    say("topic: word weights counted")
    draft.arrays["topic.idf"] = idf
    _train_blocks(draft, folder, written_train, written_dev, people, dev_rows, say)
    _train_padding(draft, written_train, written_dev, people, dev_rows, say)
    _train_rewrite(draft, train_rows, written_train, dev_rows, say)
    _check_sizes(draft)
    draft.manifest["data"] = corpus.digest(folder, corpus.FILES)
    draft.manifest["made_with"] = f"copydesk {__version__}, seed {SEED}"
    return draft.manifest, {k: _narrow(v) for k, v in draft.arrays.items()}


def _check_rows(rows: Sequence[Row], people: Sequence[Row], dev: Sequence[Row]) -> None:
    """Raises CorpusError, before anything is fitted, where people, a family of generators or dev articles are missing."""
    if not people:
        raise CorpusError("articles.train: no human articles, expected some thousand")
    machines = {r.set_name for r in rows if not r.human} | {"written"}
    for name, sets in FAMILIES.items():
        if not machines & (sets or machines):
            raise CorpusError(
                f"articles.train: no machine article of the family {name!r}, expected rows of {', '.join(sorted(sets or ()))}"
            )
    calibrate.by_source(dev, [0.0] * len(dev))


def _narrow(array: NDArray[Any]) -> NDArray[Any]:
    """Large tables are stored in half precision, with weights too small to matter set to nothing; the rest in single."""
    if array.size < 4096:
        return array.astype(np.float32)
    small = np.where(np.abs(array) < 1e-3, 0, array)
    return np.asarray(small.astype(np.float16))


def _check_sizes(draft: Draft) -> None:
    for key, value in draft.arrays.items():
        if not np.isfinite(value).all():
            raise CorpusError(f"training gave values that are not finite in {key}; is the corpus complete?")


def _train_blocks(
    draft: Draft,
    folder: Path,
    written: Sequence[Lines],
    written_dev: Sequence[Lines],
    people: Sequence[Row],
    dev: Sequence[Row],
    say: Say,
) -> None:
    rng = random.Random(SEED)
    idf = draft.arrays["topic.idf"]
    labelled = corpus.lines(folder, "train")
    docs = fit_blocks.variants([*labelled, *written], rng) + fit_blocks.weak_humans(people, rng, WEAK_HUMANS)
    docs += fit_blocks.injected_humans(people, _donors([*labelled, *written]), rng, INJECTED_HUMANS)
    draft.arrays.update({k: v.astype(np.float32) for k, v in fit_blocks.fit(docs, idf, say).items()})
    draft.arrays["topic.weights"], draft.numbers["topic.bias"] = fit_blocks.fit_topic(docs, idf)
    quiet = [
        r
        for r in dev
        if r.human and r.is_article and r.set_name in ("human_bbc2005", "human_opinions_pre2023", "fp_reuters21578")
    ]
    held = fit_blocks.variants([*corpus.lines(folder, "dev"), *written_dev], rng) + fit_blocks.weak_humans(
        quiet, rng, 300
    )
    _line_levels(draft, held)
    _document_heads(draft, held)
    say(f"lines: levels { ({k: v for k, v in draft.numbers.items() if k.startswith('lines.')}) }")


def _donors(docs: Sequence[Lines]) -> list[Lines]:
    """The English documents with loose lines to put into other articles; an alphabet of their own would give the rest away."""
    return [
        d
        for d in docs
        if augment.loose_runs(d) and identify(" ".join(x.text for x in d.lines if x.label == "body"))[0] == "en"
    ]


def _line_levels(draft: Draft, held: Sequence[fit_blocks.Labelled]) -> None:
    """From which probability a block is shown: the best F1 for short lines, at most two body paragraphs in a thousand."""
    labelled = [label_blocks(d.article, draft.model) for d in held]
    known = np.concatenate([d.weight == 1 for d in held])
    prose = np.concatenate([x.prose for x in labelled])
    label = np.concatenate([d.label for d in held])
    body = known & prose & (label == LABELS.index("body"))
    words = np.concatenate([_block_words(d.article) for d in held])
    pages = np.repeat([d.article.document.form == "page" for d in held], [len(d.label) for d in held])
    long_body = known & (label == LABELS.index("body")) & (words >= 8)
    for kind, labels in (("link", LINKS), ("debris", DEBRIS)):
        chance = np.concatenate([(x.links if kind == "link" else x.debris) for x in labelled]).astype(np.float64)
        gold = np.isin(label, [LABELS.index(x) for x in labels])
        draft.numbers[f"lines.{kind}_prose_from"] = calibrate.quiet_level(chance[body], 0.002)
        for name, form, rate in ((f"{kind}_from_page", pages, BODY_HIT_PAGE), (f"{kind}_from", ~pages, BODY_HIT_TEXT)):
            short = known & ~prose & form
            least = calibrate.quiet_level(np.where(prose, 0, chance)[long_body & form], rate, least=0.2)
            draft.numbers[f"lines.{name}"] = max(least, calibrate.best_level(chance[short], gold[short]))
    advert = np.concatenate([x.of("ad") for x in labelled]).astype(np.float64)
    everybody = prose & (label == LABELS.index("body"))
    draft.numbers["lines.paid_from"] = calibrate.quiet_level(advert[everybody], 0.0005)


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


def _train_padding(
    draft: Draft,
    written: Sequence[Lines],
    written_dev: Sequence[Lines],
    people: Sequence[Row],
    dev: Sequence[Row],
    say: Say,
) -> None:
    rng = random.Random(SEED)
    idf = draft.arrays["topic.idf"]
    docs = fit_padding.from_written(written) + fit_padding.from_humans(people, rng, PADDING_HUMANS)
    padded = [d for d in written if any(x.label == "padding" for x in d.lines)]
    docs += fit_padding.padded_humans(people, padded, rng, PADDED_HUMANS)
    arrays, unseen = fit_padding.fit(docs, idf, say)
    draft.arrays.update({k: v.astype(np.float32) for k, v in arrays.items()})
    dev_people = [r for r in dev if r.human and r.is_article]
    held = fit_padding.from_written(written_dev) + fit_padding.from_humans(dev_people, rng, DEV_HUMANS)
    draft.arrays["padding.calibration"] = calibrate.logistic_knots(1.0, 0.0).astype(np.float32)
    scores = [seo_padding.unit_scores(d.article, d.unit, draft.model) for d in held]
    label = np.concatenate([d.padding for d in held])
    value = np.concatenate(scores).astype(np.float64)
    of_written = np.repeat([d.group.startswith("writer") for d in held], [len(d.padding) for d in held])
    raw = np.log(np.clip(value, 1e-4, 1 - 1e-4) / np.clip(1 - value, 1e-4, 1))
    knots = calibrate.platt(raw[label >= 0], label[label >= 0] == 1)
    draft.arrays["padding.calibration"] = knots.astype(np.float32)
    sure = np.interp(raw, knots[0], knots[1])
    chosen = of_written & (label >= 0)
    draft.numbers["padding.unit_from"] = calibrate.best_level(sure[chosen], label[chosen] == 1)
    _padding_counts(draft, held)
    _padding_document(draft, docs, unseen, dev_people)
    say(f"padding: { ({k: v for k, v in draft.numbers.items() if k.startswith('padding.')}) }")


def _padding_counts(draft: Draft, held: Sequence[fit_padding.Padded]) -> None:
    """From which count a repeated headline or phrase is named: at most one human article in five hundred reaches it."""
    people = [d for d in held if not d.group.startswith("writer")]
    rates = [
        r
        for r in np.arange(3.0, 20.0, 0.5)
        if np.mean([bool(seo_padding.stuffed(d.article, float(r))[0]) for d in people]) <= 0.002
    ]
    draft.numbers["padding.stuffed_from"] = float(rates[0]) if rates else 20.0
    counts = np.array([len(seo_padding.headline_echoes(d.article)) for d in people])
    draft.numbers["padding.echoes_from"] = float(next(n for n in range(1, 100) if (counts >= n).mean() <= 0.002))


def _padding_document(
    draft: Draft, docs: Sequence[fit_padding.Padded], unseen: NDArray[np.float32], dev_people: Sequence[Row]
) -> None:
    """The article's head, fitted on what the paragraph head says of writers that it had not seen."""
    knots = draft.arrays["padding.calibration"]
    ends = np.cumsum([len(d.padding) for d in docs])[:-1]
    table, gold = [], []
    for doc, raw in zip(docs, np.split(unseen, ends), strict=True):
        chance = np.interp(raw, knots[0], knots[1]).astype(np.float32)
        table.append(_padding_features(draft, doc.article, doc.unit, chance))
        gold.append(doc.is_padded)
    for column in (-2, -1):  # an editor objects to a headline said three times, whatever else the article says
        for row in [r for r, padded in zip(table, gold, strict=True) if not padded][:ECHOES]:
            table.append([*row[:column], 1.0, *row[len(row) + column + 1 :]])
            gold.append(True)
    model = LogisticRegression(C=10.0, max_iter=1000, class_weight="balanced").fit(np.array(table), np.array(gold))
    draft.arrays["padding.document_weights"] = model.coef_[0].astype(np.float32)
    draft.numbers["padding.document_bias"] = float(model.intercept_[0])
    draft.arrays["padding.document_calibration"] = calibrate.logistic_knots(1.0, 0.0).astype(np.float32)
    values = [_score(seo_padding.measure, row, draft.model) for row in dev_people]
    _human_threshold(draft, "seo_padding", dev_people, values)


def _padding_features(
    draft: Draft, article: Article, unit: NDArray[np.int32], chance: NDArray[np.float32]
) -> list[float]:
    phrase, _ = seo_padding.stuffed(article, draft.numbers["padding.stuffed_from"])
    return seo_padding.document_features(article, unit, chance, len(seo_padding.headline_echoes(article)), bool(phrase))


def _score(measure: Callable[[Article, Model], Any], row: Row, model: Model) -> float:
    """The score that a detector reports for the row, rounded as reports are; -1 where it abstains."""
    value = measure(Article(read(row.text, kind="text", title=row.title)), model).score
    return -1.0 if value is None else round(value, 4)


def _human_threshold(draft: Draft, signal: str, rows: Sequence[Row], values: Sequence[float]) -> None:
    groups = calibrate.by_source(rows, values)
    score = calibrate.score_at(groups, calibrate.HUMAN_RATE) + 0.0001  # the first reported score above
    draft.thresholds[signal] = {
        "score": round(max(score, 0.05), 4),
        "statement": "maximum recall with at most 1 % of human articles flagged, every human source weighing the same",
        "sources": sorted(groups),
    }


def _train_rewrite(draft: Draft, rows: Sequence[Row], written: Sequence[Lines], dev: Sequence[Row], say: Say) -> None:
    data = fit_rewrite.samples(rows, written)
    weights, bias = fit_rewrite.fit(data, SEED, say)
    draft.arrays["rewrite.ngrams"], draft.arrays["rewrite.bias"] = weights.astype(np.float32), bias
    heads = len(FAMILIES)
    draft.arrays["rewrite.scale"] = np.stack([np.zeros(heads), np.ones(heads)]).astype(np.float32)
    scored = [
        (r, Article(read(r.text, kind="text", title=r.title))) for r in dev if len(r.text.split()) >= rewrite.MIN_WORDS
    ]
    scored = [(r, a) for r, a in scored if a.prose_words >= rewrite.MIN_WORDS and a.language == "en"]
    kept = [r for r, _ in scored]
    raw = np.stack([rewrite.head_scores(a, draft.model) for _, a in scored]).astype(np.float64)
    scale = [_tail(kept, raw[:, h]) for h in range(heads)]
    draft.arrays["rewrite.scale"] = np.array(scale, dtype=np.float32).T
    combined = ((raw - np.array(scale)[:, 0]) / np.array(scale)[:, 1]).max(axis=1)
    known = np.array([r.is_article for r in kept])
    machine = np.array([not r.human for r in kept])
    weight = calibrate.even(kept)
    knots = calibrate.platt(combined[known], machine[known], weight[known])
    draft.arrays["rewrite.calibration"] = knots.astype(np.float32)
    values = np.round(np.interp(combined, knots[0], knots[1]), 4)
    _human_threshold(draft, "rewrite", kept, list(values))
    _sentence_levels(draft, scored, values)
    say(f"rewrite: threshold {draft.thresholds['rewrite']['score']}")


def _tail(rows: Sequence[Row], raw: NDArray[np.float64]) -> tuple[float, float]:
    """Where human articles end: the score that 1 % of them pass, and its distance from the score that 20 % pass."""
    groups = calibrate.by_source(rows, list(raw))
    far = calibrate.score_at(groups, calibrate.HUMAN_RATE)
    return far, max(far - calibrate.score_at(groups, 0.2), 1e-3)


def _sentence_levels(draft: Draft, scored: Sequence[tuple[Row, Article]], values: NDArray[np.float64]) -> None:
    """How strongly a sentence must speak to be shown: sentences of flagged machine articles against those of human ones."""
    threshold = draft.thresholds["rewrite"]["score"]
    rng = random.Random(SEED)
    flagged = [a for (r, a), v in zip(scored, values, strict=True) if not r.human and v >= threshold]
    people = [a for r, a in scored if r.human and r.is_article]
    strengths, machine = [], []
    for side, articles in ((True, flagged), (False, people)):
        for article in rng.sample(articles, min(600, len(articles))):
            best = int(rewrite.head_scores(article, draft.model).argmax())
            found = rewrite.sentence_strength(article, draft.model, best)[article.prose]
            strengths += [float(x) for x in found]
            machine += [side] * len(found)
    gold = np.array(machine)
    calibrate.need_both(gold, "articles.dev: sentences of machine articles that the model flags, and of human ones")
    weight = np.where(gold, 0.5 / max(1, gold.sum()), 0.5 / max(1, (~gold).sum())) * len(gold)
    knots = calibrate.platt(np.array(strengths), gold, weight)
    draft.arrays["rewrite.sentence_calibration"] = knots.astype(np.float32)
    draft.numbers["rewrite.sentence_from"] = 0.7
    draft.numbers["rewrite.evidence_from"] = round(threshold * 0.9, 4)
