"""Fit the head that tells copies and rewrites from coverage of the same event: word weights, and boosted trees over `pairing`.

Learned from labelled look-ups (`queries.*`) in an archive (`archive.*`): each is compared with the articles that a search by rare words
finds. Hard negatives are other newsrooms' reports of the same event, and the nearest neighbours of the archive's own articles. Every
set of rewrites weighs the same. The level from which a source is claimed is chosen out of fold, split by original.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from copydesk import Model
from copydesk.fingerprint import BITS, STEPS, words_of
from copydesk.linear import Floats
from copydesk.reading import read
from copydesk.sources import RELATIONS
from copydesk.trees import score_trees

from . import copies, corpus, fit_raise, reliability, source_cuts, source_pairs, source_rows
from .draft import Draft
from .forest import Shape, grow
from .source_pairs import FOURS, TWIN, Compared
from .source_rows import Asked

FOLDS = 4
COUNTED = 12000  # human articles in which words are counted
MADE = 1000  # copies made of the archive's articles
SHAPE = Shape(rounds=120, rate=0.08, columns=0.3, leaf=30, pull=5.0)
# Of articles without a source, and of those whose event the archive reports, too, so many may have one claimed. Few of either kind are
# there to be counted, so it is half of what may be.
FALSE_NONE, FALSE_EVENT = 0.0025, 0.02
LOWEST = 0.6  # a claim says of somebody that he copied: more likely than not is not enough
_REWRITE, _COPY = RELATIONS.index("rewrite"), RELATIONS.index("copy")
_OWN_SETS = (source_rows.TWINS, copies.SET)  # not a part of the mean over the corpus's sets
Say = Callable[[str], None]
Arrays = dict[str, NDArray[Any]]


def train(draft: Draft, folder: Path, seed: int, say: Say) -> None:
    """Put the head into a draft that judges prose already, with its figures. Raises CorpusError if a file is missing."""
    arrays, numbers, figures = fit(folder, draft.model, seed, say)
    draft.arrays.update(arrays)
    draft.numbers.update(numbers)
    draft.manifest["sources"] = {"cross_validated": figures}


def fit(
    folder: Path, model: Model, seed: int, say: Say, *, parts: Sequence[str] = ("train", "dev")
) -> tuple[Arrays, dict[str, float], dict[str, float]]:
    """Arrays, numbers and out-of-fold figures of copydesk.sources, and of copydesk.borrowing with the rewrite head of `model`.

    Raises CorpusError if a file is missing.
    """
    kept = source_rows.archive(folder)
    asked = [row for part in parts for row in source_rows.look_ups(folder, part)]
    asked = source_rows.mend(asked, kept) + copies.made(kept, MADE, random.Random(seed))
    idf = count(folder, seed)
    say("sources: words counted")
    index = source_pairs.Index(kept, idf)
    compared = source_pairs.compare(index, asked, seed)
    say(f"sources: {len(compared.gold)} pairs compared")
    cuts = source_cuts.compare(index, asked, seed)
    taught = source_pairs.joined(compared, cuts)
    say(f"sources: {len(cuts.gold)} pairs of passages compared")
    found = out_of_fold(taught, seed)
    unseen, of_cuts = np.split(found, [len(compared.gold)])
    level, figures = choose(compared, unseen, asked)
    figures |= of_passages(cuts, of_cuts, level)
    say(f"sources: claimed from {level:.3f}, {figures}")
    arrays = grow("sources", taught.table, taught.gold, np.where(taught.gold < 0, 0, taught.weight), SHAPE)
    claims = best_claims(compared, unseen, len(asked))
    figures["calibration_error"] = calibration_error(claims, asked)
    raised, more = fit_raise.fit(folder, model, asked, claims, lambda row: claim(index, arrays, row), level)
    say(f"sources: the rewrite signal is raised by {raised.round(2).tolist()}, {more}")
    arrays |= {"sources.idf": idf, "sources.raise": raised}
    return arrays, {"sources.claimed_from": level}, figures | more


def count(folder: Path, seed: int) -> Floats:
    """The weight of every hashed word in people's articles, in steps that a fingerprint's level can name."""
    people = [row for row in corpus.articles(folder, "train") if row.human]
    chosen = random.Random(seed).sample(people, min(COUNTED, len(people)))
    seen = np.zeros(1 << BITS)
    for row in chosen:
        seen[np.unique(words_of(read(row.text[:20000], kind="text")).tokens)] += 1
    return np.asarray(np.round(np.log((len(chosen) + 1) / (seen + 1)) * STEPS) / STEPS, dtype=np.float32)


def out_of_fold(compared: Compared, seed: int) -> Floats:
    """The chances of every pair, by trees that have not seen its group; shape (pairs, RELATIONS)."""
    groups, inverse = np.unique(compared.group, return_inverse=True)
    fold = np.random.default_rng(seed).integers(0, FOLDS, len(groups))[inverse]
    found = np.zeros((len(fold), len(RELATIONS)), dtype=np.float32)
    for k in range(FOLDS):
        weight = np.where((fold == k) | (compared.gold < 0), 0, compared.weight)
        held = fold == k
        found[held] = chances(grow("sources", compared.table, compared.gold, weight, SHAPE), compared.table[held])
    return found


def chances(arrays: Arrays, table: Floats) -> Floats:
    """The probability of every relation, (pairs, FEATURES) -> (pairs, RELATIONS)."""
    trees = [arrays[f"sources.tree_{name}"].astype(np.float32) for name in ("feature", "threshold", "leaf", "base")]
    raw = score_trees(table, *trees)
    raw = np.exp(raw - raw.max(axis=1, keepdims=True))
    return np.asarray(raw / raw.sum(axis=1, keepdims=True), dtype=np.float32)


def claim(index: source_pairs.Index, arrays: Arrays, row: Asked) -> tuple[float, bool]:
    """The chance that an article was made from the likeliest of what a search finds for it, and whether a copy of it is among that."""
    found = index.compare(source_pairs.words(row.text, row.title), source_pairs.NEAREST, -1, -1)
    if not found:
        return 0.0, False
    table = np.array([each[3] for each in found], dtype=np.float32)
    return float(chances(arrays, table)[:, _REWRITE:].sum(axis=1).max()), bool(table[:, FOURS].max() > TWIN)


def best_claims(compared: Compared, unseen: Floats, count: int) -> Floats:
    """The same out of fold for every look-up, shape (count,)."""
    found = np.zeros(count, dtype=np.float32)
    own = compared.look_up >= 0
    np.maximum.at(found, compared.look_up[own], unseen[own, _REWRITE:].sum(axis=1))
    return found


def calibration_error(claims: Floats, asked: Sequence[Asked]) -> float:
    """The expected calibration error of the chance that a look-up was made from another article, every set weighing the same."""
    gold = np.array([row.claimed for row in asked])
    weight = fit_raise.even([row.set_name for row in asked], gold)
    return round(reliability.expected_error(claims.astype(np.float64), gold, weight), 4)


def choose(compared: Compared, unseen: Floats, asked: Sequence[Asked]) -> tuple[float, dict[str, float]]:
    """The lowest level that keeps both false rates, and the figures at it."""
    claimed = unseen[:, _REWRITE:].sum(axis=1)
    best: dict[int, int] = {}
    for k in np.flatnonzero(compared.look_up >= 0).tolist():
        number = int(compared.look_up[k])
        if number not in best or claimed[k] > claimed[best[number]]:
            best[number] = k
    sets: dict[str, list[float]] = defaultdict(list)  # the score where the best is right, else -1
    wrong: dict[str, list[float]] = {"none": [], "same_event": [], "shared_passages": []}
    named: dict[str, list[bool]] = {"copy": [], "rewrite": []}  # of those found, are they called by their relation?
    for number, row in enumerate(asked):
        at = best.get(number)
        value = -1.0 if at is None else float(claimed[at])
        if not row.claimed:
            wrong[row.relation].append(value)
            continue
        right = at is not None and bool(compared.right[at])
        sets[row.set_name].append(value if right else -1.0)
        if at is not None and right:
            named[row.relation].append((unseen[at, _COPY] > unseen[at, _REWRITE]) == (row.relation == "copy"))
    levels = [_level(wrong["none"], FALSE_NONE), _level(wrong["same_event"], FALSE_EVENT)]
    level = round(min(0.95, max(LOWEST, *levels)), 3)
    found = {name: float(np.mean(np.array(values) >= level)) for name, values in sets.items()}
    figures = {
        "found_mean": float(np.mean([value for name, value in found.items() if name not in _OWN_SETS])),
        **{f"found_{name}": value for name, value in sorted(found.items())},
        **{f"false_{name}": float(np.mean(np.array(values) >= level)) for name, values in wrong.items() if values},
        **{f"named_{name}": float(np.mean(values)) for name, values in named.items() if values},
    }
    return level, {name: round(value, 4) for name, value in figures.items()}


def of_passages(cuts: Compared, unseen: Floats, level: float) -> dict[str, float]:
    """Of pairs of a passage and an article that it has nothing of, how many are claimed; of those with its source, how many."""
    claimed = unseen[:, _REWRITE:].sum(axis=1) >= level
    false, made = (cuts.gold >= 0) & (cuts.gold < _REWRITE), cuts.gold >= _REWRITE
    rates = {"false_passages": claimed[false].mean(), "found_passages": claimed[made].mean()}
    return {name: round(float(value), 4) for name, value in rates.items()}


def _level(values: Sequence[float], rate: float) -> float:
    """The level that at most so many of the values reach."""
    ordered = sorted(values, reverse=True)
    allowed = int(rate * len(ordered))
    return ordered[allowed] + 0.001 if allowed < len(ordered) else 0.0
