"""What else goes with words that are cut out of a tree of HTML, and what has to stay so that the rest reads as before.

Elements that are empty without them go, with the thumbnails of a promo card and the comments that a content management system
puts round a block; of the line breaks round them, those above stay. Nothing here changes the tree: the result is spans of the
source. Every step looks at every node a bounded number of times, however deep or wide the tree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from .classic import parts_lines
from .sourcemap import Places, Span
from .walking import BREAKING, SKIPPED

Cut = tuple[Any, list[Span]]  # a string of the tree, and which of its characters go

_IMAGES = frozenset(("img", "picture", "svg"))
_CONTENT = frozenset(
    str.split("iframe video audio embed object canvas input textarea select form hr math script style template")
)
_KEPT = frozenset(("[document]", "html", "head", "body", "main", "td", "th"))  # even if nothing is left in them
_NO_CARD = frozenset(("[document]", "html", "body", "main", "figure", "table", "tr"))
_CARD_LEVELS = 5
_CUT = "\0"  # where something goes, among the white space between words
_IMAGE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|svg)(?:[?#]|$)", re.IGNORECASE)
_MARK = re.compile(r"\s*(?:(/?)wp:([a-z0-9/-]+)|kg-card-(begin|end):\s*([a-z-]+))")


class Pruning:
    """A tree with its places, prepared for one cut. Nodes are known by their `id`."""

    def __init__(self, root: Any, places: Places, shown: Callable[[str], str], classic: bool = False) -> None:
        """`shown` gives what a reader sees of a raw string; in a `classic` body, white space parts lines, too."""
        self._nodes: list[Any] = [root, *root.descendants]
        self._places = places
        self._shown = shown
        self._classic = classic
        self._rest: dict[int, str] = {}  # what is left of strings that are cut
        self._gone: set[int] = set()
        self._unread: set[int] = set()  # what stands in elements that no reader sees as text, a picture's title for one
        for node in self._nodes:
            if node.name in SKIPPED or id(node.parent) in self._unread:
                self._unread.add(id(node))

    def spans(self, cuts: Sequence[Cut], targets: set[str], cards: Iterable[Any]) -> list[Span]:
        """The spans of the source that go, apart and in order.

        targets: the addresses of the links that go, whose pictures go with them. cards: the elements round lines that lead to
        other stories, whose pictures go if nothing else is left beside them.
        """
        self._rest = {id(node): _without(str(node), merged(ranges)) for node, ranges in cuts}
        emptied = {key for key, rest in self._rest.items() if not self._shown(rest).strip()}
        tops = self._tops(emptied, self._pictures(emptied, targets, cards))
        for parent in {id(node.parent): node.parent for node in tops}.values():
            tops += self._pairs(parent)
            tops += self._breaks(parent)
        if self._classic:  # white space beside words that go parts the others
            tops = [node for node in tops if not isinstance(node, str) or id(node) not in emptied]
        found = [span for node in tops for span in self._all_of(node)]
        for node, ranges in cuts:
            if id(node) not in self._gone or (self._classic and id(node.parent) not in self._gone):
                found += [span for first, last in ranges for span in self._part_of(node, first, last)]
        return _minus(merged(found), [span for node in self._shells() for span in self._tags_of(node)])

    def _all_of(self, node: Any) -> list[Span]:
        span = self._places.spans.get(id(node))
        return [span] if span else self._places.pieces[id(node)]

    def _part_of(self, node: Any, first: int, last: int) -> Iterator[Span]:
        at = 0
        for start, end in self._places.pieces[id(node)]:
            size = end - start
            if at < last and first < at + size:
                yield start + max(0, first - at), start + min(size, last - at)
            at += size

    def _tags_of(self, node: Any) -> list[Span]:
        (start, end), (first, last) = self._places.spans[id(node)], self._places.inner[id(node)]
        return [(start, first), (last, end)]

    def _is_blank(self, node: Any) -> bool:
        return isinstance(node, str) and node.isspace() and id(node) not in self._places.comments

    def _words(self, node: Any) -> bool:
        """Whether a reader sees words in this node itself."""
        return (
            isinstance(node, str)
            and id(node) not in self._places.comments
            and id(node) not in self._unread
            and not node.isspace()
            and bool(self._shown(node).strip())
        )

    def _counts(self, counted: Callable[[Any], bool]) -> dict[int, int]:
        """For every node, how many of those that are counted it is or holds."""
        counts: dict[int, int] = {}
        for node in reversed(self._nodes):
            own = counts[id(node)] = counts.get(id(node), 0) + counted(node)
            if own and node.parent is not None:
                counts[id(node.parent)] = counts.get(id(node.parent), 0) + own
        return counts

    def _pictures(self, emptied: set[int], targets: set[str], cards: Iterable[Any]) -> set[int]:
        """The pictures that are nothing without the lines that go: in a link that goes, or alone with them in a card."""
        found: set[int] = set()
        linked: dict[int, bool] = {}  # whether a node stands in a link that goes
        pictures = False
        for node in self._nodes:
            inside = linked.get(id(node.parent), False)
            if node.name == "a":
                href = self._shown(str(node.get("href", ""))).strip()
                inside = href in targets and not _IMAGE_FILE.search(href)
            linked[id(node)] = inside
            if node.name in _IMAGES:
                pictures = True
                if inside:
                    found.add(id(node))
        if not pictures:
            return found
        left = self._counts(lambda node: node.name in _CONTENT or (id(node) not in emptied and self._words(node)))
        images = self._counts(lambda node: node.name in _IMAGES)
        seen: set[int] = set()
        for card in cards:
            at = card
            for _ in range(_CARD_LEVELS):
                if at is None or at.name in _NO_CARD or left[id(at)] or id(at) in seen:
                    break
                if images[id(at)]:
                    seen.add(id(at))
                    found |= {id(each) for each in at.find_all(list(_IMAGES))}
                    break
                at = at.parent
        return found

    def _tops(self, emptied: set[int], nothing: set[int]) -> list[Any]:
        """The outermost nodes that are empty without the words that go, which are marked as gone with all inside them."""

        def left(node: Any) -> bool:
            if isinstance(node, str):
                if id(node) in self._places.comments:
                    return node.rstrip().endswith("/")  # a Gutenberg block that is made when the page is shown
                return id(node) not in emptied and self._words(node)
            return node.name in _CONTENT or (node.name in _IMAGES and id(node) not in nothing)

        stays, goes = self._counts(left), self._counts(lambda node: id(node) in emptied)
        tops = []
        for node in self._nodes:
            if id(node.parent) in self._gone:
                self._gone.add(id(node))
            elif goes[id(node)] and not stays[id(node)] and node.name not in _KEPT:
                self._gone.add(id(node))
                tops.append(node)
        return tops

    def _pairs(self, parent: Any) -> list[Any]:
        """Among an element's children the comments round a block that is gone, and marks them so."""
        found: list[Any] = []
        blocks: list[
            tuple[str, int, bool, bool]
        ] = []  # name, its place, whether something went in it, and something stays
        for index, child in enumerate(parent.contents):
            opens, name = self._mark(child)
            went, stays = id(child) in self._gone, not self._is_blank(child)
            if opens:
                blocks.append((name, index, False, False))
                continue
            if name and blocks and blocks[-1][0] == name:
                _, first, went, stays = blocks.pop()
                if went and not stays:
                    for each in (parent.contents[first], child):
                        self._gone.add(id(each))
                        found.append(each)
            if blocks:
                block = blocks[-1]
                blocks[-1] = (*block[:2], block[2] or went, block[3] or (stays and not went))
        return found

    def _mark(self, node: Any) -> tuple[bool, str]:
        """Whether a comment opens a block, and the block's name, "" for any other node."""
        match = _MARK.match(node) if id(node) in self._places.comments else None
        if match is None or node.rstrip().endswith("/"):
            return False, ""
        closing, block, card, kind = match.groups()
        return (card == "begin" if card else not closing), block or kind

    def _breaks(self, parent: Any) -> list[Any]:
        """Among an element's children the line breaks that parted what is gone from the rest, and marks them so."""
        found: list[Any] = []
        above: list[Any] = []
        below: list[Any] = []
        went, begun = False, parent.name not in BREAKING and parent.name != "[document]"
        at_end = [] if begun else [None]
        for node in [each for each in parent.contents if not self._is_blank(each)] + at_end:
            if node is not None and id(node) in self._gone:
                went = True
            elif node is not None and node.name == "br":
                (below if went else above).append(node)
                continue
            elif node is not None and id(node) in self._places.comments:
                continue
            if below or node is None:
                found += self._spare(above, below, begun, node) if went else []
                above = [each for each in above + below if id(each) not in self._gone]
                below = []
            if node is not None and id(node) not in self._gone:
                above, went, begun = [], False, True
        return found

    def _spare(self, above: list[Any], below: list[Any], begun: bool, following: Any) -> list[Any]:
        """Which breaks round a gap go: as many below as there are above, all at the ends of a block."""
        if following is None:
            spare = above + below
        elif not begun:
            spare = below
        elif len(above) == len(below) == 1 and self._goes_on(following):
            spare = []  # one break alone would not part the lines
        else:
            spare = below[: len(above)]
        self._gone |= {id(node) for node in spare}
        return spare

    def _goes_on(self, node: Any) -> bool:
        """Whether words after a line break would run on into the line above it."""
        words = node if isinstance(node, str) else node.find(string=self._words) or ""
        return self._shown(str(words)).strip()[:1].islower()

    def _shells(self) -> list[Any]:
        """Blocks and line breaks that are gone but whose tags must stay: without them, words of two lines would be one line."""
        found: list[Any] = []
        opened: list[Any] = []
        parted, lost, gap = True, None, ""
        for node in [*self._nodes, self._nodes[0]]:
            ended = []
            while opened and opened[-1] is not node.parent:
                ended.append(opened.pop())
            for each in (*ended, node):
                if each.name == "br" or each.name in BREAKING:
                    parted = parted or id(each) not in self._gone
                    lost = lost or (each if id(each) in self._gone else None)
            raw: Any = node
            if not isinstance(node, str):
                opened.append(node)
            elif id(node) not in self._gone:
                rest = self._rest.get(id(node), str(node))
                words = rest.strip() if self._words(node) else ""
                if not words:
                    gap += rest if self._is_blank(node) else _CUT
                    continue
                gaps = (gap + rest[: rest.index(words)]).split(_CUT)
                parted = parted or (self._classic and any(parts_lines(each, self._shown(words)) for each in gaps))
                if lost is not None and not parted:
                    found.append(lost)
                parted, lost, gap = False, None, rest[rest.rindex(words) + len(words) :]
            elif id(raw.parent) in self._gone:
                gap += _CUT
            else:
                gap += _CUT.join((node[: len(node) - len(node.lstrip())], node[len(node.rstrip()) :]))
        return found


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same characters as spans that are apart and in order."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        elif start < end:
            found.append((start, end))
    return found


def _minus(spans: list[Span], kept: list[Span]) -> list[Span]:
    """Spans without the characters of others."""
    found: list[Span] = []
    holes = merged(kept)
    at = 0
    for start, end in spans:
        while at < len(holes) and holes[at][1] <= start:
            at += 1
        index = at
        while index < len(holes) and holes[index][0] < end:
            found.append((start, holes[index][0]))
            start = holes[index][1]
            index += 1
        found.append((start, end))
    return [(start, end) for start, end in found if start < end]


def _without(text: str, spans: list[Span]) -> str:
    ends = [0, *(end for _, end in spans)]
    starts = [*(start for start, _ in spans), len(text)]
    return "".join(text[first:last] for first, last in zip(ends, starts, strict=True))
