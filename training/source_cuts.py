"""Passages of labelled look-ups, and of the archive's own articles, as look-ups of their own: briefs, captions, items of a live blog.

The labelled articles without a source have 307 words and more, those with one from 100 on: taught with whole articles alone, the head
takes shortness for a sign of a source, and claims one for a fifth of the unrelated articles that are cut to 100 words. So all kinds are
cut alike, to lengths drawn evenly on a log scale; what a passage is to an article is what its whole is to it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from copydesk.fingerprint import Words
from copydesk.linear import Floats

from . import source_pairs
from .source_pairs import FOURS, NEAREST, OTHER, TWIN, Compared, Index
from .source_rows import Asked

SHORTEST, LONGEST = 5, 200  # content words, some half of all words
TIMES = {"none": 2, "same_event": 3}  # passages of each look-up that has no source
CLAIMED, OWN = 2000, 1200  # passages of look-ups with a source, and of articles of the archive
_WEIGHTS = {"none": 1.0, "same_event": 1.0}  # of a pair; the others below
_RIGHT, _OTHER_PAIR = 1.0, 0.5
_NEIGHBOURS = 3

Fact = tuple[Floats, int, float, int]  # features, gold, weight, group


def compare(index: Index, asked: Sequence[Asked], seed: int) -> Compared:
    """Passages beside what a search finds for them; they count among no look-ups (-1), and are in their whole's group."""
    rng = random.Random(seed)
    facts = [*_of_unclaimed(index, asked, rng), *_of_claimed(index, asked, rng), *_of_archive(index, rng)]
    table, gold, weight, group = zip(*facts, strict=True)
    return Compared(
        np.array(table, dtype=np.float32),
        np.array(gold, dtype=np.int64),
        np.array(weight, dtype=np.float32),
        np.array(group, dtype=np.int64),
        np.full(len(facts), -1, dtype=np.int64),
        np.zeros(len(facts), dtype=np.bool_),
    )


def passage(words: Words, rng: random.Random) -> Words:
    """A run of sentences of a random length at a random place; all of them where there are too few."""
    wanted = int(np.exp(rng.uniform(np.log(SHORTEST), np.log(LONGEST))))
    upto = np.searchsorted(words.sentence, np.arange(words.sentences + 1))  # content words before each sentence
    last = int(np.searchsorted(upto, len(words.hashes) - wanted, side="right")) - 1
    first = rng.randint(0, max(0, last))
    end = min(words.sentences, int(np.searchsorted(upto, upto[first] + wanted, side="left")))
    part = slice(int(upto[first]), int(upto[end]))
    return replace(
        words,
        hashes=words.hashes[part],
        sentence=words.sentence[part] - np.int32(first),
        name=words.name[part],
        number=words.number[part],
        sentences=end - first,
    )


def _of_unclaimed(index: Index, asked: Sequence[Asked], rng: random.Random) -> Iterator[Fact]:
    """Of articles without a source, and of reports of the same event."""
    for k, row in enumerate(asked):
        if row.relation in TIMES:
            source, group = source_pairs.place(index, row, k)
            whole = source_pairs.words(row.text, row.title)
            for _ in range(TIMES[row.relation]):
                for other, rank, part, features in index.compare(passage(whole, rng), NEAREST, -1, source):
                    gold = source_pairs.gold_of(row, other == source, rank, part, features)
                    yield features, gold, _WEIGHTS[row.relation], group


def _of_claimed(index: Index, asked: Sequence[Asked], rng: random.Random) -> Iterator[Fact]:
    """Of copies and rewrites."""
    claimed = [(k, row) for k, row in enumerate(asked) if row.claimed]
    for k, row in rng.sample(claimed, min(CLAIMED, len(claimed))):
        source, group = source_pairs.place(index, row, k)
        cut = passage(source_pairs.words(row.text, row.title), rng)
        for other, rank, part, features in index.compare(cut, NEAREST, -1, source):
            right = other == source
            gold = source_pairs.gold_of(row, right, rank, part, features)
            yield features, gold, _RIGHT if right else _OTHER_PAIR, group


def _of_archive(index: Index, rng: random.Random) -> Iterator[Fact]:
    """Of the archive's own articles, beside others that are no copies of the whole."""
    count = len(index.words)
    for own in rng.sample(range(count), min(OWN, count)):
        whole = index.compare(index.words[own], NEAREST, own, -1)
        twins = {other for other, _, _, features in whole if features[FOURS] > TWIN}
        for other, _, _, features in index.compare(passage(index.words[own], rng), _NEIGHBOURS, own, -1):
            unknown = other in twins or features[FOURS] > 2 * TWIN  # a copy that the whole's neighbours did not show
            yield features, -1 if unknown else OTHER, _OTHER_PAIR, own
