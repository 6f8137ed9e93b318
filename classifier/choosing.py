"""Which evidence is cut out of an article, and which lead-ins go with it.

Lines on the article's own topic stay. Of a full page only what stands in the article is cut: the site's own lists, menus and footers
round it are no fault of the article, and a page without them would be another page. What a content management system keeps as
text but shows as something else (shortcodes, embeds) stays whatever it looks like.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from .article import Article
from .cues import KINDS, WORD, opening
from .document import Block, Document
from .report import Evidence

LINES = ("injected_links", "feed_debris")
PADDING = "seo_padding"
_NOT_CUT = frozenset(("keyword-stuffing",))  # names what is said too often in paragraphs that may say something
_MOSTLY_LINK = 0.5
_LONGEST = 60  # characters of a lead-in
_LONGEST_HEADLINE = 160
_CARD_GAP = 3  # lines between two of one card
_STOPS = (".", "!", "?", "…", "”", '"')
_MESSAGE = "Belongs to lines that were removed"

_LINK = 1 << KINDS.index("link")
_FROM = ("more", "from")  # and a name
_SECTIONS = frozenset(  # what introduces other stories elsewhere and is a heading of an article's own as well
    str.split(
        "analysis|background|breaking|explainer|headline|headlines|hot|in this story|learn more|listen|live updates|now see|opinion"
        "|part of|recent|resources|see|spotlight|special report|watch|aktuell|aktuelles|dossier|hintergrund|hintergründe|im überblick"
        "|im video|liveblog|themen|übrigens|à suivre|découvrir|in evidenza|approfondimento|approfondimenti|guarda|scopri|además"
        "|descubre|mira|recomendado|veja|confira",
        "|",
    )
)
_SENTENCE = re.compile(r"[.:|]\s|[.|]$")
_SHORTCODE = re.compile(
    r"\[/?(?:(?:wp_)?caption|gallery|audio|video|playlist|embed)\b[^\[\]]{0,1000}\]|\[[a-z][\w-]{1,40}\s+[\w-]{1,40}=[^\[\]]{1,1000}\]",
    re.IGNORECASE,
)
_EMBED_PATH = re.compile(r"wp-block-embed|kg-embed-card|\boembed\b")
_EMBED_ADDRESS = re.compile(
    r"https?://(?:[\w-]+\.)*(?:youtube\.com|youtu\.be|vimeo\.com|dailymotion\.com|twitter\.com|x\.com|instagram\.com|tiktok\.com|facebook\.com|spotify\.com"
    r"|soundcloud\.com|ted\.com|flickr\.com|reddit\.com|bsky\.app)/\S+",
    re.IGNORECASE,
)


def choose(article: Article, evidence: Sequence[Evidence], *, padding: bool) -> list[Evidence]:
    """The evidence to cut, in order; `padding` tells whether paragraphs that only pad go, too.

    A lead-in whose list goes is added to it, one with a line left below is taken out of it. The lines of one card go together.
    """
    document = article.document
    inside = _inside(article)
    held = [
        bool(own) and not _is_made_elsewhere(document, block)
        for own, block in zip(inside, document.blocks, strict=True)
    ]
    chosen = [
        each
        for each in evidence
        if each.related is not True
        and each.reason not in _NOT_CUT
        and (each.signal in LINES or (padding and each.signal == PADDING))
        and all(held[index] for index in _blocks_of(document, each))
    ]
    return _Lines(document, evidence, chosen, held).settle()


def is_lead_in(line: str) -> bool:
    """Whether a line does nothing but announce others ("Related", "Lesen Sie auch:")."""
    if len(line) > _LONGEST:
        return False
    lowered = [word.lower() for word in WORD.findall(line)]
    cue = opening(line, lowered)
    if not cue.kinds & _LINK:
        return False
    named = tuple(lowered[:2]) == _FROM and len(lowered) > 2 and not _SENTENCE.search(line)
    return named or (cue.alone and " ".join(lowered) not in _SECTIONS)


def _inside(article: Article) -> NDArray[np.bool_]:
    """Which blocks stand in the article, shape (blocks,): of a full page, those in the element that holds its paragraphs, and
    those between two of these paragraphs."""
    own = article.with_the_text
    prose = np.cumsum(article.prose_blocks & own)
    return np.asarray(own | ((prose > 0) & (prose < prose[-1])))


def _is_made_elsewhere(document: Document, block: Block) -> bool:
    """Whether a block stands for something that is made when the page is shown."""
    text = document.text[block.start : block.end]
    return (
        block.kind == "embed"
        or _EMBED_PATH.search(block.path) is not None
        or _SHORTCODE.match(text) is not None
        or _EMBED_ADDRESS.fullmatch(text) is not None
    )


def _blocks_of(document: Document, evidence: Evidence) -> Iterable[int]:
    """The indices of the blocks in which the evidence stands."""
    first = bisect_left(document.blocks, evidence.start + 1, key=lambda block: block.end)
    last = bisect_left(document.blocks, evidence.end, key=lambda block: block.start)
    return range(first, last)


class _Lines:
    """The lines of a document, and which of them go whole: by its index, the evidence on which a line goes."""

    def __init__(
        self, document: Document, evidence: Sequence[Evidence], chosen: Sequence[Evidence], held: Sequence[bool]
    ):
        self._document = document
        self._blocks = document.blocks
        self._held = held
        self._links = {i: each for each in evidence if each.signal == LINES[0] for i in _blocks_of(document, each)}
        self._gone = {i: each for each in chosen for i in _whole(document, each)}
        self._chosen = chosen

    def settle(self) -> list[Evidence]:
        """What goes once tables, cards and lead-ins are kept or cut as one."""
        before = set(self._gone)
        self._tables()
        self._cards()
        self._lead_ins()
        kept = before - set(self._gone)
        added = [self._gone[index] for index in set(self._gone) - before]
        rest = [each for each in self._chosen if kept.isdisjoint(_whole(self._document, each))]
        return sorted(rest + added, key=lambda each: (each.start, each.end))

    def _text(self, index: int) -> str:
        return self._document.text[self._blocks[index].start : self._blocks[index].end]

    def _go(self, index: int, because: Evidence) -> None:
        """Let a line go with another, on its own evidence if there is some."""
        block = self._blocks[index]
        own = Evidence(LINES[0], "promo-line", _MESSAGE, block.start, block.end, self._text(index), because.score)
        self._gone[index] = self._links.get(index, own)

    def _tables(self) -> None:
        """A table of which some cells stay keeps them all, save lines with a link to elsewhere: a cell means something by its row."""
        run: list[int] = []
        for index in range(len(self._blocks) + 1):
            if index < len(self._blocks) and self._blocks[index].kind == "cell":
                run.append(index)
                continue
            if any(each not in self._gone for each in run):
                for each in run:
                    if not (each in self._links and self._blocks[each].links):
                        self._gone.pop(each, None)
            run = []

    def _cards(self) -> None:
        """The lines of a card, which are links to one address, go or stay with the longest of them."""
        card: list[int] = []
        for index in range(len(self._blocks)):
            address = self._address(index)
            if not address:
                continue
            if card and (address != self._address(card[0]) or index - card[-1] > _CARD_GAP):
                self._one(card)
                card = []
            card.append(index)
        if card:
            self._one(card)

    def _one(self, card: list[int]) -> None:
        longest = max(card, key=lambda index: len(self._text(index)))
        because = self._gone.get(longest)
        for index in card:
            if because is None:
                self._gone.pop(index, None)
            elif index not in self._gone and self._held[index]:
                self._go(index, because)

    def _address(self, index: int) -> str:
        """Where a line that is mostly one link leads to, "" for any other and beyond the last line."""
        if index >= len(self._blocks) or self._blocks[index].link_density < _MOSTLY_LINK:
            return ""
        addresses = {link.href for link in self._blocks[index].links}
        return addresses.pop() if len(addresses) == 1 and not addresses & {"#", "/"} else ""

    def _lead_ins(self) -> None:
        """A lead-in goes with the last line of its list, and not before."""
        for index in reversed(range(len(self._blocks))):
            block = self._blocks[index]
            if not self._held[index] or block.end - block.start > _LONGEST:
                continue
            text = self._text(index)
            named = is_lead_in(text)
            left = self._left_below(index)
            if index not in self._gone:
                if named and left is None and index + 1 in self._gone:
                    self._go(index, self._gone[index + 1])
            elif left is not None:
                unlinked = not block.links and bool(self._blocks[left].links) and not text.endswith(_STOPS)
                if named or (index in self._links and unlinked):
                    del self._gone[index]

    def _left_below(self, lead_in: int) -> int | None:
        """The first line below that stays if it may be of the lead-in's list: a line on the topic, or a link and no sentence."""
        for index in range(lead_in + 1, len(self._blocks)):
            if index not in self._gone:
                text = self._text(index)
                bare = self._blocks[index].link_density >= _MOSTLY_LINK and not text.endswith(_STOPS)
                return index if index in self._links or (bare and len(text) < _LONGEST_HEADLINE) else None
        return None


def _whole(document: Document, evidence: Evidence) -> list[int]:
    """The blocks that the evidence covers from end to end."""
    blocks = document.blocks
    return [
        index
        for index in _blocks_of(document, evidence)
        if evidence.start <= blocks[index].start and blocks[index].end <= evidence.end
    ]
