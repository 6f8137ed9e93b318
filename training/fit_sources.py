"""Fit the head that tells copies and rewrites from coverage of the same event: word weights, and boosted trees over `pairing`.

Learned from labelled look-ups (`queries.*`) in an archive (`archive.*`): each is compared with the articles that a search by rare words
finds. Hard negatives are other newsrooms' reports of the same event, and the nearest neighbours of the archive's own articles. Every
set of rewrites weighs the same. The level from which a source is claimed is chosen out of fold, split by original.
"""

from __future__ import annotations

import gzip
import json
import random
import zlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from copydesk import CorpusError
from copydesk.fingerprint import BITS, STEPS, Fingerprint, Words, fingerprint, terms, words_of
from copydesk.linear import Floats
from copydesk.pairing import pair, query_of
from copydesk.reading import read
from copydesk.sources import LOOKED_UP, RELATIONS
from copydesk.trees import score_trees

from . import corpus
from .forest import Shape, grow

FOLDS = 4
NEAREST = 6  # articles of the archive that a look-up is compared with
NEIGHBOURS, OWN = 3, 3000  # of so many articles of the archive itself
SET_WEIGHT = 1500.0  # of the rewrites of every set, in rows
FEWEST_ROWS = 200  # a set of fewer does not weigh as much
COUNTED = 12000  # human articles in which words are counted
SHAPE = Shape(rounds=120, rate=0.08, columns=0.3, leaf=30, pull=5.0)
FALSE_NONE, FALSE_EVENT = (
    0.005,
    0.03,
)  # of articles without a source, and with one event's other report, may have one claimed
_ALIKE = 0.45  # weight shared from which a nearest neighbour is taken for a report of the same event
_TWIN = 0.10  # of the runs of four words: two archive articles that share more are copies that nobody labelled
_OTHER, _EVENT, _PASSAGES, _REWRITE, _COPY = range(len(RELATIONS))
_TWINS = "twins"  # the set of look-ups that were labelled wrongly
_CLASS = {"same_event": _EVENT, "shared_passages": _PASSAGES, "rewrite": _REWRITE, "copy": _COPY}
Row = dict[str, Any]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Compared:
    """Pairs of a look-up and an article of the archive; shapes (pairs,) but for `table`. A gold of -1 is not known."""

    table: Floats
    gold: NDArray[np.int64]
    weight: Floats
    group: NDArray[np.int64]
    look_up: NDArray[np.int64]  # its number, -1 for articles of the archive itself
    right: NDArray[np.bool_]


def rows(folder: Path, name: str) -> list[Row]:
    """The rows of a gzipped JSON-lines file. Raises CorpusError if it cannot be read."""
    try:
        with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise CorpusError(f"{name}.jsonl.gz: cannot be read ({type(error).__name__})") from error


def fit(folder: Path, seed: int, say: Say) -> tuple[dict[str, NDArray[Any]], dict[str, float], dict[str, float]]:
    """Arrays, numbers and out-of-fold figures of copydesk.sources. Raises CorpusError if a file is missing."""
    kept = rows(folder, "archive")
    asked = mend(rows(folder, "queries.train") + rows(folder, "queries.dev"), kept)
    idf = count(folder, seed)
    say("sources: words counted")
    archive = [_words(row) for row in kept]
    compared = compare(archive, [row["id"] for row in kept], asked, idf, seed)
    say(f"sources: {len(compared.gold)} pairs compared")
    unseen = out_of_fold(compared, seed)
    level, figures = choose(compared, unseen, asked)
    say(f"sources: claimed from {level:.3f}, {figures}")
    arrays = grow("sources", compared.table, compared.gold, np.where(compared.gold < 0, 0, compared.weight), SHAPE)
    return {"sources.idf": idf, **arrays}, {"sources.claimed_from": level}, figures


def mend(asked: Sequence[Row], kept: Sequence[Row]) -> list[Row]:
    """Look-ups of an article that stands in the archive word for word, under another id, are copies of that, whatever their label.

    Of 567 look-ups labelled "none" 9 are such, of 433 "shared_passages" 46: as they are, they would teach that a copy is none.
    """
    texts = {" ".join(row["text"].split()): row["id"] for row in reversed(kept)}
    mended = []
    for row in asked:
        twin = texts.get(" ".join(row["text"].split()))
        if row["relation"] not in ("rewrite", "copy") and twin is not None:
            row = row | {"relation": "copy", "source_id": twin, "set": _TWINS}
        mended.append(row)
    return mended


def count(folder: Path, seed: int) -> Floats:
    """The weight of every hashed word in people's articles, in steps that a fingerprint's level can name."""
    people = [row for row in corpus.articles(folder, "train") if row.human]
    chosen = random.Random(seed).sample(people, min(COUNTED, len(people)))
    seen = np.zeros(1 << BITS)
    for row in chosen:
        seen[np.unique(words_of(read(row.text[:20000], kind="text")).tokens)] += 1
    return np.asarray(np.round(np.log((len(chosen) + 1) / (seen + 1)) * STEPS) / STEPS, dtype=np.float32)


def compare(archive: Sequence[Words], ids: Sequence[str], asked: Sequence[Row], idf: Floats, seed: int) -> Compared:
    """Every look-up, and some of the archive's own articles, beside what a search finds for it."""
    index = _Index(archive, idf)
    number = {name: i for i, name in enumerate(ids)}
    table: list[Floats] = []
    facts: list[tuple[int, float, int, int, bool]] = []  # gold, weight, group, look-up, right

    for k, row in enumerate(asked):
        source = number.get(row["source_id"] or "", -1)
        group = source if source >= 0 else len(ids) + k
        for other, rank, part, features in index.compare(_words(row), NEAREST, -1, source):
            table.append(features)
            right = other == source
            facts.append((_gold(row, right, rank, part, features), 1.0, group, k, right))
    for own in random.Random(seed).sample(range(len(ids)), min(OWN, len(ids))):
        for _, rank, _, features in index.compare(archive[own], NEIGHBOURS, own, -1):
            table.append(features)
            facts.append((_own_gold(rank, features), 0.5, own, -1, False))
    gold, weights, groups, look_ups, rights = (np.array(part) for part in zip(*facts, strict=True))
    columns = np.array(table, dtype=np.float32)
    compared = Compared(columns, gold, weights.astype(np.float32), groups, look_ups, rights)
    _weigh(compared, asked)
    return compared


class _Index:
    """A search by rare words, all in memory: what `copydesk archive` does with a file."""

    def __init__(self, archive: Sequence[Words], idf: Floats) -> None:
        self._idf = idf
        self._prints: list[Fingerprint] = [fingerprint(words, idf) for words in archive]
        lists: dict[int, list[int]] = defaultdict(list)
        for k, words in enumerate(archive):
            for term in terms(words, idf)[0].tolist():
                lists[term].append(k)
        self._lists = {term: np.array(found) for term, found in lists.items()}

    def compare(self, words: Words, most: int, own: int, source: int) -> list[tuple[int, int, float, Floats]]:
        """(article, rank, score beside the best one's, features) of what is found, and of the source if it is not."""
        query = query_of(words, self._idf)
        scores = np.zeros(len(self._prints), dtype=np.float32)
        for term, weight in zip(*terms(words, self._idf, LOOKED_UP), strict=True):
            scores[self._lists.get(int(term), [])] += weight * weight
        if own >= 0:
            scores[own] = 0
        order = [int(k) for k in np.argsort(-scores, kind="stable")[:most] if scores[k] > 0]
        best = float(scores.max(initial=0)) or 1.0
        if source >= 0 and source not in order:
            order.append(source)
        return [
            (k, rank, float(scores[k]) / best, pair(query, self._prints[k], self._idf).features)
            for rank, k in enumerate(order)
        ]


def _words(row: Row) -> Words:
    return words_of(read(row["text"], kind="text", title=row.get("title") or ""))


def _gold(row: Row, right: bool, rank: int, part: float, features: Floats) -> int:
    """The relation of a pair, -1 where the labels do not say: another copy of the source may be in the archive."""
    relation = row["relation"]
    if right:
        return _CLASS[relation]
    if relation in ("rewrite", "copy"):
        return _OTHER if part < 0.5 else -1
    if relation == "shared_passages":
        return -1 if rank == 0 else _OTHER
    return _EVENT if features[0] > _ALIKE else _OTHER


def _own_gold(rank: int, features: Floats) -> int:
    if features[25] > _TWIN:
        return -1
    return _EVENT if rank == 0 and features[0] > _ALIKE else _OTHER


def _weigh(compared: Compared, asked: Sequence[Row]) -> None:
    """Every set of rewrites weighs the same; gold negatives weigh more than those that were only found near."""
    sets = np.array([asked[k]["set"] if k >= 0 else "" for k in compared.look_up])
    claims = compared.gold >= _REWRITE
    for name in set(sets[claims]):
        members = claims & (sets == name)
        compared.weight[members] = SET_WEIGHT / max(FEWEST_ROWS, int(members.sum()))
    compared.weight[(compared.gold == _OTHER) & (sets == "none")] = 2.0
    compared.weight[(compared.gold == _OTHER) & (sets != "none")] = 0.5
    compared.weight[(compared.gold == _EVENT) & compared.right] = 4.0


def out_of_fold(compared: Compared, seed: int) -> Floats:
    """The chance of a copy or rewrite of every pair, by trees that have not seen its group; shape (pairs,)."""
    groups, inverse = np.unique(compared.group, return_inverse=True)
    fold = np.random.default_rng(seed).integers(0, FOLDS, len(groups))[inverse]
    found = np.zeros(len(fold), dtype=np.float32)
    for k in range(FOLDS):
        weight = np.where((fold == k) | (compared.gold < 0), 0, compared.weight)
        parts = grow("x", compared.table, compared.gold, weight, SHAPE)
        held = fold == k
        trees = [parts[f"x.tree_{name}"].astype(np.float32) for name in ("feature", "threshold", "leaf", "base")]
        raw = score_trees(compared.table[held], *trees)
        raw = np.exp(raw - raw.max(axis=1, keepdims=True))
        found[held] = raw[:, _REWRITE:].sum(axis=1) / raw.sum(axis=1)
    return found


def choose(compared: Compared, unseen: Floats, asked: Sequence[Row]) -> tuple[float, dict[str, float]]:
    """The lowest level that keeps both false rates, and the figures at it."""
    best: dict[int, int] = {}
    for k in np.flatnonzero(compared.look_up >= 0).tolist():
        number = int(compared.look_up[k])
        if number not in best or unseen[k] > unseen[best[number]]:
            best[number] = k
    sets: dict[str, list[float]] = defaultdict(list)  # the score where the best is right, else -1
    wrong: dict[str, list[float]] = {"none": [], "same_event": []}
    for number, row in enumerate(asked):
        at = best.get(number)
        value = -1.0 if at is None else float(unseen[at])
        if row["relation"] in ("rewrite", "copy"):
            sets[row["set"]].append(value if at is not None and compared.right[at] else -1.0)
        elif row["relation"] in wrong:
            wrong[row["relation"]].append(value)
    levels = [_level(wrong["none"], FALSE_NONE), _level(wrong["same_event"], FALSE_EVENT)]
    level = round(min(0.95, max(0.5, *levels)), 3)
    found = {name: float(np.mean(np.array(values) >= level)) for name, values in sets.items()}
    figures = {
        "found_mean": float(np.mean([value for name, value in found.items() if name != _TWINS])),
        **{f"found_{name}": value for name, value in sorted(found.items())},
        **{f"false_{name}": float(np.mean(np.array(values) >= level)) for name, values in wrong.items()},
    }
    return level, {name: round(value, 4) for name, value in figures.items()}


def _level(values: Sequence[float], rate: float) -> float:
    """The level that at most so many of the values reach."""
    ordered = sorted(values, reverse=True)
    allowed = int(rate * len(ordered))
    return ordered[allowed] + 0.001 if allowed < len(ordered) else 0.0
