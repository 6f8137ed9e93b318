"""Train every head from a corpus: fit on its train files, calibrate and set thresholds on its dev files, write the model.

Seeded throughout: the same corpus and the same library versions give the same bytes.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from copydesk import CorpusError, Model, __version__
from copydesk.article import Article
from copydesk.detectors import seo_padding
from copydesk.parts import Parts
from copydesk.reading import read

from . import calibrate, corpus, fit_blocks, fit_lines, fit_padding, fit_rewrite, fit_sources, labels, rewrite_levels
from .corpus import FAMILIES, SWAPPED, Lines, Row
from .draft import Arrays, Draft, narrow
from .prose import samples, spun_samples
from .spinning import Thesaurus

SEED = 20260101
PADDING_HUMANS = 2500
PADDED_HUMANS = 1000  # human articles with paragraphs of padding put in, and as many with sentences
FRESH_HUMANS = 4000  # human articles for the second pass of the padding head alone
# Of written articles' own paragraphs, and of people's, so many may be marked as padding; of people's sentences so many a paragraph.
PADDING_OWN, PADDING_PERSON, PADDING_SENTENCE = 0.0125, 0.001, 0.0005
TOPIC_HUMANS = 4000
DEV_HUMANS = 900
ECHOES = 150  # invented articles that repeat their headline, and as many with a stuffed phrase: the corpus has none
Say = Callable[[str], None]


def train(folder: Path, wordnet: Path, name: str, say: Say) -> tuple[dict[str, Any], Arrays]:
    """The manifest (without figures) and the arrays of a model trained on the corpus in `folder`, with WordNet's files in `wordnet`.

    Raises CorpusError if a file is missing or a row is not as expected.
    """
    corpus.check(folder)
    thesaurus = Thesaurus.read(wordnet)
    draft = Draft(name)
    train_rows, dev_rows = corpus.articles(folder, "train"), corpus.articles(folder, "dev")
    written_train, written_dev = corpus.written(folder, "train"), corpus.written(folder, "dev")
    say(f"corpus: {len(train_rows)} articles to train on, {len(dev_rows)} to calibrate on")
    people = _people(train_rows)
    _check_rows(train_rows, people, dev_rows)
    idf = fit_blocks.topic_weights(random.Random(SEED).sample(people, min(TOPIC_HUMANS, len(people))))
    say("topic: word weights counted")
    draft.arrays["topic.idf"] = idf
    labelled, lines_dev = corpus.lines(folder, "train"), corpus.lines(folder, "dev")
    held = fit_lines.held_out(lines_dev, written_dev, dev_rows)
    extra = labels.documents(folder, labelled, without=lines_dev)
    say(f"lines: {len(labelled)} labelled documents, {len(extra)} more labelled by us")
    fit_lines.train(
        draft, labelled, extra, written_train, people, held, fit_lines.as_they_are([*lines_dev, *written_dev]), say
    )
    _train_padding(draft, labelled, written_train, written_dev, people, dev_rows, say)
    data = samples(train_rows, written_train) + spun_samples(train_rows, thesaurus, random.Random(SEED))
    rewrite_levels.train(draft, fit_rewrite.fit(data, thesaurus, SEED, say), dev_rows, say)
    fit_sources.train(draft, folder, SEED, say)
    _check_sizes(draft)
    draft.manifest["data"] = corpus.digest(
        folder, [*corpus.FILES, *(x for x in labels.FILES if (folder / x).is_file())]
    )
    draft.manifest["made_with"] = f"copydesk {__version__}, seed {SEED}"
    return draft.manifest, {k: narrow(v) for k, v in draft.arrays.items()}


def refit(folder: Path, manifest: dict[str, Any], arrays: Arrays, say: Say) -> Arrays:
    """The arrays with the block model and the relatedness head fitted again on the train and the dev files together.

    The other heads, all levels and all thresholds stay those of `train`; figures on dev mean nothing after this. Numbers of the
    relatedness head are written into `manifest`.
    """
    parts = ("train", "dev")
    labelled = [d for part in parts for d in corpus.lines(folder, part)]
    labelled += labels.documents(folder, labelled)
    written = [d for part in parts for d in corpus.written(folder, part)]
    people = _people(corpus.articles(folder, "train"))
    again, numbers = fit_lines.refit(labelled, written, people, arrays["topic.idf"].astype(np.float32), say)
    manifest["numbers"].update(numbers)
    return arrays | {k: narrow(v) for k, v in again.items()}


def _people(rows: Sequence[Row]) -> list[Row]:
    """Human articles that block and padding heads learn from."""
    return [r for r in rows if r.human and r.is_article and r.set_name != "llm_l2r" and len(r.text) > 300]


def _check_rows(rows: Sequence[Row], people: Sequence[Row], dev: Sequence[Row]) -> None:
    """Raises CorpusError, before anything is fitted, where people, a family of generators or dev articles are missing."""
    if not people:
        raise CorpusError("articles.train: no human articles, expected some thousand")
    machines = {r.set_name for r in rows if not r.human} | {"written"} | SWAPPED
    for name, sets in FAMILIES.items():
        if not machines & (sets or machines):
            raise CorpusError(
                f"articles.train: no machine article of the family {name!r}, expected rows of {', '.join(sorted(sets or ()))}"
            )
    calibrate.by_source(dev, [0.0] * len(dev))


def _check_sizes(draft: Draft) -> None:
    for key, value in draft.arrays.items():
        if not np.isfinite(value).all():
            raise CorpusError(f"training gave values that are not finite in {key}; is the corpus complete?")


def _train_padding(
    draft: Draft,
    pages: Sequence[Lines],
    written: Sequence[Lines],
    written_dev: Sequence[Lines],
    people: Sequence[Row],
    dev: Sequence[Row],
    say: Say,
) -> None:
    rng = random.Random(SEED)
    idf = draft.arrays["topic.idf"]
    padded = [d for d in written if any(x.label == "padding" for x in d.lines)]
    docs = fit_padding.from_written(written) + fit_padding.from_lines(pages)
    docs += fit_padding.from_humans(people, rng, PADDING_HUMANS)
    docs += fit_padding.padded_humans(people, padded, rng, PADDED_HUMANS)
    fresh = fit_padding.others(people, docs, rng, FRESH_HUMANS)
    arrays, unseen = fit_padding.fit(docs, fresh, idf, say)
    draft.arrays.update({k: v.astype(np.float32) for k, v in arrays.items()})
    draft.arrays["padding.calibration"] = calibrate.logistic_knots(1.0, 0.0).astype(np.float32)
    dev_people = [r for r in dev if r.human and r.is_article]
    held = fit_padding.from_written(written_dev) + fit_padding.from_humans(dev_people, rng, DEV_HUMANS)
    _padding_levels(draft, held)
    _padding_counts(draft, held)
    _padding_document(draft, docs, unseen, dev_people)
    say(f"padding: { ({k: v for k, v in draft.numbers.items() if k.startswith('padding.')}) }")


def _padding_levels(draft: Draft, held: Sequence[fit_padding.Padded]) -> None:
    """Calibrate the parts, and from which probability they are shown: the lowest level that marks few paragraphs of written articles
    that are the article's own, and hardly any of a person's; a sentence of a person hardly ever. (The best F1 on dev lies higher,
    but writers who were left out of training are missed there.)"""
    parts = [seo_padding.parts(d.article, d.unit, draft.model) for d in held]
    scores = [seo_padding.part_scores(p.table, draft.model) for p in parts]
    value = np.concatenate(scores).astype(np.float64)
    gold = np.concatenate([d.gold(p) for d, p in zip(held, parts, strict=True)])
    raw = np.log(np.clip(value, 1e-4, 1 - 1e-4) / np.clip(1 - value, 1e-4, 1))
    knots = calibrate.platt(raw[gold >= 0], gold[gold >= 0] == 1)
    draft.arrays["padding.calibration"] = knots.astype(np.float32)
    sure = np.interp(raw, knots[0], knots[1])
    written = np.repeat([d.group.startswith("writer") for d in held], [len(x) for x in scores])
    whole = np.concatenate([np.arange(len(p.unit)) < p.paragraphs for p in parts])
    own = written & whole & (gold == 0)
    person = ~written
    few = calibrate.quiet_level(sure[own], PADDING_OWN, 0.24)
    hardly = calibrate.quiet_level(sure[person & whole], PADDING_PERSON, 0.24)
    draft.numbers["padding.unit_from"] = max(few, hardly)
    paragraphs = int((person & whole).sum())
    lone = np.where(person & ~whole, sure, 0)[person]
    draft.numbers["padding.sentence_from"] = calibrate.quiet_level(lone, PADDING_SENTENCE * paragraphs / len(lone), 0.4)


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
    draft: Draft, docs: Sequence[fit_padding.Padded], unseen: Sequence[Parts], dev_people: Sequence[Row]
) -> None:
    """The article's head, fitted on what the first pass says of writers that it had not seen."""
    known = [(d, p) for d, p in zip(docs, unseen, strict=True) if d.is_padded is not None]
    table = [_padding_features(draft, d.article, p) for d, p in known]
    gold = [bool(d.is_padded) for d, _ in known]
    for column in (-2, -1):  # an editor objects to a headline said three times, whatever else the article says
        for row in [r for r, padded in zip(table, gold, strict=True) if not padded][:ECHOES]:
            table.append([*row[:column], 1.0, *row[len(row) + column + 1 :]])
            gold.append(True)
    model = LogisticRegression(C=10.0, max_iter=1000, class_weight="balanced").fit(np.array(table), np.array(gold))
    draft.arrays["padding.document_weights"] = model.coef_[0].astype(np.float32)
    draft.numbers["padding.document_bias"] = float(model.intercept_[0])
    draft.arrays["padding.document_calibration"] = calibrate.logistic_knots(1.0, 0.0).astype(np.float32)
    values = [_score(seo_padding.measure, row, draft.model) for row in dev_people]
    draft.thresholds["seo_padding"] = calibrate.human_threshold(dev_people, values, calibrate.HUMAN_RATE)


def _padding_features(draft: Draft, article: Article, parts: Parts) -> list[float]:
    phrase, _ = seo_padding.stuffed(article, draft.numbers["padding.stuffed_from"])
    echoed = len(seo_padding.headline_echoes(article)) >= draft.numbers["padding.echoes_from"]
    scores = seo_padding.part_scores(parts.table, draft.model)
    return seo_padding.document_features(parts, scores, echoed, bool(phrase))


def _score(measure: Callable[[Article, Model], Any], row: Row, model: Model) -> float:
    """The score that a detector reports for the row, rounded as reports are; -1 where it abstains."""
    value = measure(Article(read(row.text, kind="text", title=row.title)), model).score
    return -1.0 if value is None else round(value, 4)
