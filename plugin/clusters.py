"""Clusters of copies and rewrites out of pairs: who belongs together, and which article is the source of the others.

A pair is claimed in one direction only: the later article is made from the earlier one, where `order` says which is earlier. So no two
articles are each other's source, and a cluster's first article has none in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from copydesk import CLAIMS, Source

from .among_store import Item, Numbers
from .table import cut, visible

Json = dict[str, object]

COMPARED = 6  # articles that one is compared with for its report
_SHOWN = 10  # clusters of a summary
_SHOWN_MEMBERS = 3
_CELLS = 60  # of an id in a summary


@dataclass(frozen=True, slots=True)
class Kin:
    """What a text was found to have of an earlier one: of the text with the number `of`."""

    of: int
    relation: str
    score: float
    share: float

    @property
    def claimed(self) -> bool:
        """Copied or rewritten, not only alike?"""
        return self.relation in CLAIMS


@dataclass(frozen=True, slots=True)
class Member:
    """An article of a cluster, and what it has of the article with the number `of`."""

    number: int
    of: int
    relation: str
    score: float
    share: float


@dataclass(frozen=True, slots=True)
class Cluster:
    """Articles made from one another; `source` is the number of the one that all others come after, which come in that order."""

    source: int
    members: tuple[Member, ...]


class Union:
    """Which of many numbers hang together (union-find, with halving of paths); memory is that of the numbers that are joined."""

    def __init__(self) -> None:
        """Everything stands alone."""
        self._parent: dict[int, int] = {}

    def root(self, number: int) -> int:
        """One number that stands for all that hang together with this one."""
        parent = self._parent
        while (above := parent.get(number, number)) != number:
            parent[number] = parent.get(above, above)
            number = above
        return number

    def join(self, one: int, other: int) -> None:
        """These two hang together."""
        one, other = sorted((self.root(one), self.root(other)))
        self._parent.setdefault(one, one)
        self._parent[other] = one

    def groups(self) -> dict[int, list[int]]:
        """The numbers of every group of two and more, rising."""
        found: dict[int, list[int]] = {}
        for number in sorted(self._parent):
            found.setdefault(self.root(number), []).append(number)
        return found


@dataclass(slots=True)
class Texts:
    """The different texts of a batch, each by the number of its first article: the articles that have it, and their place in the order.

    rank: the place of every article, -1 for inputs that are none; twin: the number of its text; head: of a text, the article that comes
    first; count: of a text, how many articles have it. Shapes (inputs,).
    """

    rank: Numbers
    twin: Numbers
    head: Numbers
    count: Numbers

    @classmethod
    def of(cls, inputs: int, numbers: Numbers, twins: Numbers) -> Texts:
        """From articles in their order, and the text of each."""
        rank, twin, head, count = (np.full(inputs, value, dtype=np.int64) for value in (-1, -1, -1, 0))
        rank[numbers] = np.arange(len(numbers))
        twin[numbers] = twins
        head[twins[::-1]] = numbers[::-1]  # the first in order is written last
        count[: len(np.bincount(twins))] = np.bincount(twins)
        return cls(rank, twin, head, count)

    def place(self, text: int) -> int:
        """The place of a text: that of the first article that has it."""
        return int(self.rank[self.head[text]])


@dataclass(slots=True)
class Found:
    """Pairs of texts as the look-up found them, in either direction: `claimed` by the article that was looked up, `alike` otherwise."""

    claimed: dict[int, list[int]] = field(default_factory=dict)
    alike: dict[int, list[int]] = field(default_factory=dict)

    def add(self, text: int, others: Iterable[tuple[int, bool]]) -> None:
        """What the look-up of a text found."""
        for other, claimed in others:
            known = (self.claimed if claimed else self.alike).setdefault(text, [])
            if other not in known:
                known.append(other)

    def union(self) -> Union:
        """What hangs together by a claim in either direction."""
        union = Union()
        for text, others in self.claimed.items():
            for other in others:
                union.join(text, other)
        return union

    def to_compare(self, texts: Texts) -> dict[int, list[int]]:
        """For every text the earlier ones to compare it with, in the only direction that counts: the first of its cluster, those that
        it found itself, and those that found it. A text that several articles have stands for itself among them."""
        pairs: dict[int, list[int]] = {}
        reverse: dict[int, list[int]] = {}
        for text, others in self.claimed.items():
            for other in others:
                reverse.setdefault(other, []).append(text)
        for members in self.union().groups().values():
            first = min(members, key=texts.place)
            for text in members:
                if text != first:
                    near = [first, *self.claimed.get(text, ()), *reverse.get(text, ())]
                    pairs[text] = _earlier(texts, text, near)
        for text, others in self.alike.items():
            if near := _earlier(texts, text, [*pairs.get(text, ()), *others]):
                pairs[text] = near
        for text in np.flatnonzero(texts.count > 1).tolist():
            pairs.setdefault(text, []).append(text)
        return pairs


def _earlier(texts: Texts, text: int, others: Iterable[int]) -> list[int]:
    place = texts.place(text)
    return [other for other in dict.fromkeys(others) if texts.place(other) < place][:COMPARED]


def kin_of(text: int, sources: Iterable[Source]) -> tuple[list[Kin], Kin | None]:
    """What a comparison of a text with earlier ones gave, and what it gave with itself."""
    kin = [Kin(int(each.id), each.relation, each.score, each.share) for each in sources]
    own = next((each for each in kin if each.of == text and each.claimed), None)
    return [each for each in kin if each.of != text], own


class Family:
    """Every article's sources in its batch, and the clusters; made of what the comparisons gave.

    Every text follows its likeliest source, the first of all that hang together where it is claimed, so a cluster is a tree: an
    article that was made from two others does not make these two one cluster.
    """

    def __init__(self, texts: Texts, kin: Mapping[int, tuple[list[Kin], Kin | None]]) -> None:
        """`kin` maps texts to what `kin_of` gives."""
        self._texts = texts
        self._own = {text: own for text, (_, own) in kin.items() if own}
        self._root = self._roots({text: [x for x in others if x.claimed] for text, (others, _) in kin.items()})
        self._kin = {
            text: sorted(others, key=lambda x: (not x.claimed, x.of != self._root.get(text), -x.score))
            for text, (others, _) in kin.items()
        }

    def others(self, number: int) -> tuple[int, ...]:
        """The articles that this one is to be compared with for its report, the likeliest source first."""
        return tuple(other for other, _ in self._sources(number))[:COMPARED]

    def clusters(self) -> Iterator[Cluster]:
        """The clusters, in the order of their sources in the batch."""
        holders = self._holders()
        groups: dict[int, list[int]] = {}
        for text in {*self._root, *self._own}:
            numbers = holders.get(text, [int(self._texts.head[text])])
            groups.setdefault(self._root.get(text, text), []).extend(numbers)
        for root, numbers in groups.items():
            if root not in self._root and root not in self._own:
                numbers.append(int(self._texts.head[root]))
            numbers.sort(key=lambda number: int(self._texts.rank[number]))
        for source, *members in sorted(groups.values()):
            yield Cluster(source, tuple(map(self._member, members)))

    def _roots(self, claims: Mapping[int, list[Kin]]) -> dict[int, int]:
        """Of every text that was made from another one, the first of those that it leads back to."""
        union = Union()
        for text, kin in claims.items():
            for each in kin:
                union.join(text, each.of)
        first = {text: min(group, key=self._texts.place) for group in union.groups().values() for text in group}
        roots: dict[int, int] = {}
        for text in sorted((text for text, kin in claims.items() if kin), key=self._texts.place):
            source = min(claims[text], key=lambda x: (x.of != first[text], -x.score)).of
            roots[text] = roots.get(source, source)
        return roots

    def _sources(self, number: int) -> list[tuple[int, Kin]]:
        """The articles that this one has something of, with what that is."""
        text = int(self._texts.twin[number])
        head = self._texts.head
        found = [(int(head[kin.of]), kin) for kin in self._kin.get(text, ())]
        own = self._own.get(text)
        if own and number != head[text]:  # behind the first of the cluster, before all others
            at = 1 if found and found[0][1].of == self._root.get(text) else 0
            found.insert(at, (int(head[text]), own))
        return found

    def _member(self, number: int) -> Member:
        of, kin = self._sources(number)[0]
        return Member(number, of, kin.relation, kin.score, kin.share)

    def _holders(self) -> dict[int, list[int]]:
        """The articles of every text that several have, and that is long enough to be known again."""
        found: dict[int, list[int]] = {text: [] for text in self._own}
        for number, text in enumerate(self._texts.twin.tolist()):
            if text in found:
                found[text].append(number)
        return found


def cluster_to_dict(cluster: Cluster, item: Callable[[int], Item]) -> Json:
    """A cluster as a line of JSON has it; `number` is an article's place in the batch, from 1, because ids may repeat."""
    source = item(cluster.source)
    members = []
    for each in cluster.members:
        known = item(each.number)
        members.append(
            {
                "id": known.id,
                "number": each.number + 1,
                "date": known.date,
                "words": known.words,
                "relation": each.relation,
                "of": item(each.of).id,
                "score": round(each.score, 4),
                "share": round(each.share, 4),
            }
        )
    return {
        "source": source.id,
        "number": cluster.source + 1,
        "date": source.date,
        "words": source.words,
        "members": members,
    }


def summary(clusters: Sequence[Cluster], articles: int, left_out: int, item: Callable[[int], Item]) -> Iterator[str]:
    """What was found in a few lines, however much it was; `left_out` articles came too late to be compared."""
    if articles < 2:
        yield "nothing to compare: there is one article" if articles else "nothing to compare: there is no article"
    elif not clusters:
        yield f"no copies or rewrites among {articles} articles"
    else:
        inside = sum(1 + len(each.members) for each in clusters)
        named = "1 cluster" if len(clusters) == 1 else f"{len(clusters)} clusters"
        yield f"{named} of copies and rewrites, {inside} of {articles} articles:"
        for each in sorted(clusters, key=lambda x: -len(x.members))[:_SHOWN]:
            made = [f"{_shown(item, m.number)} ({m.relation})" for m in each.members[:_SHOWN_MEMBERS]]
            more = len(each.members) - len(made)
            yield f"  {_shown(item, each.source)}: {', '.join(made)}{f' and {more} more' if more else ''}"
        if len(clusters) > _SHOWN:
            yield f"  and {len(clusters) - _SHOWN} more; --clusters FILE lists all"
    if left_out:
        yield f"{left_out} articles were not compared: a pipe is read ahead for 1 GiB, and files may have changed meanwhile"


def _shown(item: Callable[[int], Item], number: int) -> str:
    return cut(visible(item(number).id), _CELLS)
