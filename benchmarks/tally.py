"""Counts per document -> shares with 95 % intervals, by bootstrap over documents: lines of one page are not independent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from presence import Line, is_kept

DEBRIS = frozenset("chrome cta artifact syndication_notice ad".split())
_KINDS = {"injected_link": "injected", "body": "body", "related_list": "related list"}
TOPICS = {"false": "off topic", "true": "on topic", "unsure": "unsure"}
FAMILIES = ("en", "de", "other")
RESAMPLES = 2_000
SEED = 20260101

Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Share:
    """`removed` of `lines`, and the bounds of the 95 % interval of the share, all 0 to 1; NaN where there are no lines."""

    removed: int
    lines: int
    low: float
    high: float

    @property
    def value(self) -> float:
        """The share of the lines that were removed."""
        return self.removed / self.lines if self.lines else float("nan")


def family(language: str) -> str:
    """The family that an ISO 639-1 code is counted in."""
    return language if language in FAMILIES else "other"


def kinds(line: Line, language: str) -> Iterable[str]:
    """The figures that a line counts in; none for headlines, bylines, captions and padding."""
    kind = "debris" if line.label in DEBRIS else _KINDS.get(line.label)
    if kind is None:
        return
    yield kind
    if kind in ("injected", "body"):
        yield f"{kind}, {family(language)}"
    if line.related:
        yield f"injected, {TOPICS[line.related]}"


def lines_of(lines: Iterable[Line], language: str, *, judged: bool = True) -> Counter[str]:
    """How many lines of each kind are judged on a page; with `judged` False, how many are left out."""
    return Counter(kind for line in lines if line.judged is judged for kind in kinds(line, language))


def removed(lines: Iterable[Line], language: str, output: str) -> Counter[str]:
    """How many judged lines of each kind a joined output no longer has."""
    gone = [line for line in lines if line.judged and not is_kept(line, output)]
    return Counter(kind for line in gone for kind in kinds(line, language))


def shares(gone: Sequence[Counts], of: Sequence[Counts]) -> dict[str, Share]:
    """Kind -> share removed, from one pair of counts a document; every kind resamples the same documents."""
    rng = np.random.default_rng(SEED)
    drawn = rng.integers(0, len(of), (RESAMPLES, len(of)))
    found = {}
    for kind in sorted({kind for each in of for kind in each}):
        above = np.array([each.get(kind, 0) for each in gone])
        below = np.array([each.get(kind, 0) for each in of])
        sums = below[drawn].sum(axis=1)
        some = sums > 0
        values = above[drawn].sum(axis=1)[some] / sums[some]
        low, high = (float(bound) for bound in np.quantile(values, (0.025, 0.975)))
        found[kind] = Share(int(above.sum()), int(below.sum()), low, high)
    return found
