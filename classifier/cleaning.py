"""The article without its injected lines and debris: the spans of some evidence cut out of the source, the rest left as it was.

Plain text and Markdown lose the lines alone (`cutting.py`). HTML becomes a tree with BeautifulSoup: the same walk that reads a page
leads through it, so that a line is found with the very nodes that hold it, and the tree tells what else goes (`pruning.py`). The
cuts are made in the source itself (`sourcemap.py`), not by writing the tree out again: every character that is not cut stays.
"""

from __future__ import annotations

import difflib
import html
import re
import warnings
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .classic import ClassicWalk, is_classic
from .cutting import Span, by_block, cut_markdown, cut_text
from .decoding import valid
from .document import Document
from .reading import drafts
from .region import article
from .report import Evidence
from .walking import HIDING, Line, Walk, read_lines

if TYPE_CHECKING:
    from bs4.element import NavigableString

_ALIGNED_UP_TO = 2_000  # lines that are aligned by difference; longer documents in order
_AMPERSANDS = (
    "\ue000\uf8ff\U000f0000\U0010fffd"  # private, one of them stands for "&" so that entities stay what they are
)
_ENTITY = re.compile(r"&(?:#[0-9]{1,8}|#[xX][0-9a-fA-F]{1,7}|[A-Za-z][A-Za-z0-9]{0,40});?|.", re.DOTALL)
BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A cleaned source, in the form of the one that came in, and the evidence that was cut out of it."""

    content: str
    removed: tuple[Evidence, ...]


def clean(source: str, document: Document, evidence: Sequence[Evidence]) -> Cleaned:
    """Cut the spans of `evidence` out of `source`, of which `document` was read.

    A span that covers a block takes the block with its emptied wrappers; one that covers sentences takes these words alone. Evidence
    that cannot be found again in the source (markup too broken for two parsers to agree on) stays, and is not in `removed`.

    Raises DocumentError if the document was not read from this source, or if its markup is too broken or too large to be edited.
    """
    spans = [(each.start, each.end) for each in evidence if each.start < each.end]
    if not spans:
        return Cleaned(source, ())
    source = valid(source)
    marked = source.startswith(BYTE_ORDER_MARK) and not document.text.startswith(BYTE_ORDER_MARK)
    mark = BYTE_ORDER_MARK if marked else ""
    source = source.removeprefix(mark)
    lost: set[int] = set()
    if document.form == "text":
        content = cut_text(source, document, spans)
    elif document.form == "markdown":
        content = cut_markdown(source, document, spans)
    else:
        stories = {each.start for each in evidence if each.signal == "injected_links"}
        content, lost = _Tree(source).cut(document, spans, stories)
    missed = [document.blocks[index] for index in sorted(lost)]
    removed = [each for each in evidence if not any(b.start < each.end and each.start < b.end for b in missed)]
    return Cleaned(mark + content, tuple(removed))


def aligned(texts: Sequence[str], others: Sequence[str]) -> dict[int, int]:
    """For each text its place among the others, in order, where it has one."""
    if texts == others:
        return {index: index for index in range(len(texts))}
    found: dict[int, int] = {}
    if len(others) <= _ALIGNED_UP_TO >= len(texts):
        matcher = difflib.SequenceMatcher(None, texts, others, autojunk=False)
        for first, second, count in matcher.get_matching_blocks():
            found.update((first + each, second + each) for each in range(count))
        return found
    rest = iter(enumerate(others))
    for index, text in enumerate(texts):
        place = next((at for at, each in rest if each == text), None)
        if place is None:
            break
        found[index] = place
    return found


def _parts(lines: Sequence[Line]) -> Iterator[tuple[Line, int, str]]:
    """(line, place, text) of every block in the lines, as they are read."""
    for line in lines:
        at = 0
        for draft in drafts(line):
            at = line.text.index(draft.text, at)
            yield line, at, draft.text
            at += len(draft.text)


class _Tree:
    """A source with BeautifulSoup's tree of it, in which "&" is a private character so that every string is as long as its source."""

    def __init__(self, source: str) -> None:
        import bs4

        from .sourcemap import Places, check_editable, unfit

        check_editable(source)
        self._source = source
        self._classic = is_classic(source)
        self._ampersand = next((each for each in _AMPERSANDS if each not in source), _AMPERSANDS[0])
        markup = source.replace("&", self._ampersand)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # that the markup looks like XML, or like a file name
                self._soup = bs4.BeautifulSoup(
                    markup,
                    "html.parser",
                    multi_valued_attributes=None,
                    preserve_whitespace_tags={"[document]"},  # else white space between elements is made one space
                )
        except (bs4.ParserRejectedMarkup, AssertionError) as error:
            raise unfit() from error
        self._places = Places(markup, self._soup.descendants)

    def cut(self, document: Document, spans: Sequence[Span], stories: Collection[int]) -> tuple[str, set[int]]:
        """The source without the spans, and the blocks that were not found; `stories` are where lines to other stories begin."""
        from .pruning import Pruning
        from .sourcemap import without

        lines = self._aligned(document)
        lost: set[int] = set()
        targets: set[str] = set()
        cards: list[Any] = []
        cuts: dict[int, tuple[NavigableString, list[Span]]] = {}
        for index, start, end in by_block(document, spans):
            block = document.blocks[index]
            if index not in lines:
                lost.add(index)
                continue
            targets |= {each.href for each in block.links if start <= each.start - block.start < end}
            line, at = lines[index]
            if block.start in stories and end - start == block.end - block.start:
                cards.append(line.holder.node)
            for node, first, last in self._ranges(line, at + start, at + end):
                cuts.setdefault(id(node), (node, []))[1].append((first, last))
        pruning = Pruning(self._soup, self._places, self._plain, self._classic)
        gone = pruning.spans(list(cuts.values()), targets, cards)
        fixed = [self._places.spans[id(node)] for node in self._soup.find_all("pre")]
        return without(self._source, gone, fixed, self._classic), lost

    def _aligned(self, document: Document) -> dict[int, tuple[Line, int]]:
        """For each block of the document the tree's line that holds it, and where in that line it begins."""
        texts = [document.text[block.start : block.end] for block in document.blocks]
        page = document.form == "page"
        walker = ClassicWalk if self._classic and not page else Walk
        lines = read_lines(self._lead, lambda node: node.attrs, page=page, walker=walker)
        parts = list(_parts(article(lines) if page else lines))
        if [text for _, _, text in parts] != texts:
            parts = list(_parts(lines))
        found = aligned(texts, [text for _, _, text in parts])
        return {index: parts[at][:2] for index, at in found.items()}

    def _lead(self, walk: Walk, skipped: frozenset[str]) -> None:
        """Lead the walk through the whole tree, without recursion."""
        from bs4.element import NavigableString, PreformattedString, Tag

        walk.open("body", self._soup)
        stack = [iter(self._soup.contents)]
        while stack:
            node = next(stack[-1], None)
            if node is None:
                stack.pop()
                walk.close()
            elif isinstance(node, Tag):
                if node.name == "br":
                    walk.line_break()
                elif node.name not in skipped:
                    walk.open(
                        node.name, node, "hidden" in node.attrs or bool(HIDING.search(str(node.get("style", ""))))
                    )
                    stack.append(iter(node.contents))
            elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
                walk.text(self._plain(node), node)

    def _plain(self, raw: str) -> str:
        """What a reader sees of a raw string."""
        return html.unescape(raw.replace(self._ampersand, "&")) if self._ampersand in raw else raw

    def _ranges(self, line: Line, start: int, end: int) -> Iterator[tuple[NavigableString, int, int]]:
        """(node, first, last): where `line.text[start:end]` stands in the raw strings of the line's nodes."""
        first, last = len("".join(line.text[:start].split())), len("".join(line.text[:end].split()))
        count = -line.skipped
        for node in line.nodes:
            begin, stop = -1, 0
            for match in _ENTITY.finditer(node.replace(self._ampersand, "&")):
                visible = len("".join(html.unescape(match.group()).split()))
                if visible and first < count + visible and count < last:
                    begin, stop = match.start() if begin < 0 else begin, match.end()
                count += visible
            if begin >= 0:
                yield node, begin, stop
