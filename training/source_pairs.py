"""Every labelled look-up beside what a search of the archive finds for it, in the features of `copydesk.pairing`, with its relation.

What the labels do not say is not taught: beside a rewrite's own source, another copy of that source may stand in the archive.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from copydesk.fingerprint import Fingerprint, Words, fingerprint, terms, words_of
from copydesk.linear import Floats
from copydesk.pairing import FEATURES, pair, query_of
from copydesk.reading import read
from copydesk.sources import LOOKED_UP, RELATIONS

from .source_rows import Asked, Kept

NEAREST = 6  # articles of the archive that a look-up is compared with
NEIGHBOURS, OWN = 3, 3000  # of so many articles of the archive itself
SET_WEIGHT = 1500.0  # of the rewrites of every set, in rows
FEWEST_ROWS = 200  # a set of fewer does not weigh as much
_ALIKE = 0.45  # weight shared from which a nearest neighbour is taken for a report of the same event
TWIN = 0.10  # of the runs of four words: two archive articles that share more are copies that nobody labelled
OTHER, _EVENT, _PASSAGES, _REWRITE, _COPY = range(len(RELATIONS))
_CLASS = {"same_event": _EVENT, "shared_passages": _PASSAGES, "rewrite": _REWRITE, "copy": _COPY}
FOURS = FEATURES.index("fours")


@dataclass(frozen=True, slots=True)
class Compared:
    """Pairs of a look-up and an article of the archive; shapes (pairs,) but for `table`. A gold of -1 is not known."""

    table: Floats
    gold: NDArray[np.int64]
    weight: Floats
    group: NDArray[np.int64]
    look_up: NDArray[np.int64]  # its number, -1 for articles of the archive itself
    right: NDArray[np.bool_]


def words(text: str, title: str) -> Words:
    """The content words of an article."""
    return words_of(read(text, kind="text", title=title))


class Index:
    """A search of an archive by rare words, all in memory: what `copydesk archive` does with a file."""

    def __init__(self, kept: Sequence[Kept], idf: Floats) -> None:
        """Index the rows; idf: the weight of every hashed word, shape (2**BITS,)."""
        self._idf = idf
        self.ids: list[str] = [row.id for row in kept]
        self.number: dict[str, int] = {name: k for k, name in enumerate(self.ids)}
        self.words: list[Words] = [words(row.text, row.title) for row in kept]
        self._prints: list[Fingerprint] = [fingerprint(each, idf) for each in self.words]
        lists: dict[int, list[int]] = defaultdict(list)
        for k, each in enumerate(self.words):
            for term in terms(each, idf)[0].tolist():
                lists[term].append(k)
        self._lists = {term: np.array(found) for term, found in lists.items()}

    def compare(self, words: Words, most: int, own: int, source: int) -> list[tuple[int, int, float, Floats]]:
        """(article, rank, score beside the best one's, features) of what is found without `own`, and of the source if it is not."""
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


def compare(index: Index, asked: Sequence[Asked], seed: int) -> Compared:
    """Every look-up, and some of the archive's own articles, beside what a search finds for it."""
    count = len(index.ids)
    table: list[Floats] = []
    facts: list[tuple[int, float, int, int, bool]] = []  # gold, weight, group, look-up, right
    for k, row in enumerate(asked):
        source, group = place(index, row, k)
        for other, rank, part, features in index.compare(words(row.text, row.title), NEAREST, -1, source):
            table.append(features)
            right = other == source
            facts.append((gold_of(row, right, rank, part, features), 1.0, group, k, right))
    for own in random.Random(seed).sample(range(count), min(OWN, count)):
        for _, rank, _, features in index.compare(index.words[own], NEIGHBOURS, own, -1):
            table.append(features)
            facts.append((_own_gold(rank, features), 0.5, own, -1, False))
    gold, weights, groups, look_ups, rights = (np.array(part) for part in zip(*facts, strict=True))
    columns = np.array(table, dtype=np.float32)
    compared = Compared(columns, gold, weights.astype(np.float32), groups, look_ups, rights)
    _weigh(compared, asked)
    return compared


def place(index: Index, row: Asked, k: int) -> tuple[int, int]:
    """The number of the source of look-up `k`, -1 for none, and the group that both are in."""
    source = index.number.get(row.source_id, -1)
    return source, source if source >= 0 else len(index.ids) + k


def joined(one: Compared, other: Compared) -> Compared:
    """The pairs of both, in this order."""
    parts = {each.name: np.concatenate([getattr(one, each.name), getattr(other, each.name)]) for each in fields(one)}
    return Compared(**parts)


def gold_of(row: Asked, right: bool, rank: int, part: float, features: Floats) -> int:
    """The relation of a pair, -1 where the labels do not say: another copy of the source may be in the archive."""
    relation = row.relation
    if right:
        return _CLASS[relation]
    if relation in ("rewrite", "copy"):
        return OTHER if part < 0.5 else -1
    if relation == "shared_passages":
        return -1 if rank == 0 else OTHER
    return _EVENT if features[0] > _ALIKE else OTHER


def _own_gold(rank: int, features: Floats) -> int:
    if features[FOURS] > TWIN:
        return -1
    return _EVENT if rank == 0 and features[0] > _ALIKE else OTHER


def _weigh(compared: Compared, asked: Sequence[Asked]) -> None:
    """Every set of rewrites weighs the same; gold negatives weigh more than those that were only found near."""
    sets = np.array([asked[k].set_name if k >= 0 else "" for k in compared.look_up])
    claims = compared.gold >= _REWRITE
    for name in set(sets[claims]):
        members = claims & (sets == name)
        compared.weight[members] = SET_WEIGHT / max(FEWEST_ROWS, int(members.sum()))
    compared.weight[(compared.gold == OTHER) & (sets == "none")] = 2.0
    compared.weight[(compared.gold == OTHER) & (sets != "none")] = 0.5
    compared.weight[(compared.gold == _EVENT) & compared.right] = 4.0
