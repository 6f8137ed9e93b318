"""Calibrate the rewrite signal on the dev files: scale of the heads, probability, threshold, and which sentences are shown."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from copydesk.article import Article
from copydesk.detectors import rewrite
from copydesk.reading import read

from . import calibrate
from .corpus import EXPERTS, FAMILIES, Row
from .draft import Draft
from .prose import Say

SEED = 20260101
RATE = 0.005  # of human articles may be flagged at the product's own threshold
# Experts that must be surer than others, that only this share of human articles passes them, before they speak as loudly: so 78 of
# 100 spun articles of dev are found at the own threshold and the others' recall stays. At .007 it is 85, and a point of recall less.
RARER = {"swapped": 0.005}
SENTENCES = 600  # articles of either side whose sentences are looked at
SHOWN = 0.6  # the probability from which a sentence is shown


def train(draft: Draft, arrays: Mapping[str, NDArray[Any]], dev: Sequence[Row], say: Say) -> None:
    """Put the fitted arrays into the draft, with what dev says of them."""
    for name, values in arrays.items():
        if name.endswith("_total"):
            draft.numbers[name] = float(values[0])
        else:
            draft.arrays[name] = values
    draft.arrays["rewrite.scale"] = np.stack([np.zeros((2, len(FAMILIES))), np.ones((2, len(FAMILIES)))]).astype(
        np.float32
    )
    draft.arrays["rewrite.expert_scale"] = np.stack([np.zeros(len(EXPERTS)), np.ones(len(EXPERTS))]).astype(np.float32)
    kept, articles = _judged(draft, dev)
    rates = np.array([RARER.get(name, calibrate.HUMAN_RATE) for name in EXPERTS])
    for name, score, far in (
        ("scale", rewrite.head_scores, np.full(2 * len(FAMILIES), calibrate.HUMAN_RATE)),
        ("expert_scale", rewrite.expert_scores, rates),
    ):
        draft.arrays[f"rewrite.{name}"] = _scale(kept, np.stack([score(a, draft.model) for a in articles]), far)
    looks = [rewrite.look(a, draft.model) for a in articles]
    raw = np.array([value for value, _, _ in looks])
    known = np.array([r.is_article for r in kept])
    machine = np.array([not r.human for r in kept])
    knots = calibrate.platt(raw[known], machine[known], calibrate.even(kept)[known])
    draft.arrays["rewrite.calibration"] = knots.astype(np.float32)
    values = np.round(np.interp(raw, knots[0], knots[1]), 4)
    draft.thresholds["rewrite"] = calibrate.human_threshold(kept, list(values), RATE)
    threshold = draft.thresholds["rewrite"]["score"]
    draft.numbers["rewrite.evidence_from"] = round(threshold * 0.9, 4)
    spoken = [(article, rewrite.strongest(scores, draft.model)) for _, scores, article in looks]
    _sentences(draft, kept, spoken, values >= threshold)
    say(f"rewrite: threshold {threshold}")


def _judged(draft: Draft, dev: Sequence[Row]) -> tuple[list[Row], list[Article]]:
    """The dev articles that are judged at all, as they are judged."""
    long = [r for r in dev if len(r.text.split()) >= rewrite.MIN_WORDS]
    articles = [rewrite.in_usual_case(Article(read(r.text, kind="text", title=r.title)), draft.model) for r in long]
    found = [(r, a) for r, a in zip(long, articles, strict=True) if rewrite.not_judged(a) is None]
    return [r for r, _ in found], [a for _, a in found]


def _scale(kept: Sequence[Row], raw: NDArray[np.float32], rates: NDArray[np.float64]) -> NDArray[np.float32]:
    """Where human articles end under every score: what the share `rates` of them pass, and its distance from what 20 % pass; shape
    (2, ...)."""
    table = raw.reshape(len(raw), -1).astype(np.float64)
    scale = []
    for column, rate in zip(table.T, rates.tolist(), strict=True):
        groups = calibrate.by_source(kept, list(column))
        far = calibrate.score_at(groups, rate)
        scale.append((far, max(far - calibrate.score_at(groups, 0.2), 1e-3)))
    return np.asarray(np.array(scale, dtype=np.float32).T.reshape(2, *raw.shape[1:]))


def _sentences(
    draft: Draft, kept: Sequence[Row], articles: Sequence[tuple[Article, int]], flagged: NDArray[np.bool_]
) -> None:
    """How strongly a sentence must speak to be shown: sentences of flagged machine articles against those of human ones. Beside each
    article stands the family that speaks for its sentences."""
    rng = random.Random(SEED)
    machines = [a for r, a, f in zip(kept, articles, flagged, strict=True) if not r.human and f]
    people = [a for r, a in zip(kept, articles, strict=True) if r.human and r.is_article]
    strengths, machine = [], []
    for side, of_side in ((True, machines), (False, people)):
        for article, family in rng.sample(of_side, min(SENTENCES, len(of_side))):
            found = rewrite.sentence_strength(article, draft.model, family)[article.prose]
            strengths += [float(x) for x in found]
            machine += [side] * len(found)
    gold = np.array(machine)
    calibrate.need_both(gold, "articles.dev: sentences of machine articles that the model flags, and of human ones")
    weight = np.where(gold, 0.5 / max(1, gold.sum()), 0.5 / max(1, (~gold).sum())) * len(gold)
    knots = calibrate.platt(np.array(strengths), gold, weight)
    draft.arrays["rewrite.sentence_calibration"] = knots.astype(np.float32)
    draft.numbers["rewrite.sentence_from"] = SHOWN
