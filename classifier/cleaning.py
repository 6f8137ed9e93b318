"""The article without its injected lines and debris: the spans of some evidence cut out of the source, the rest left as it was.

Plain text and Markdown lose the lines alone (`cutting.py`). HTML is edited as a tree with BeautifulSoup: the same walk that reads a
page leads through it, so that a line is found with the very nodes that hold it. Entities count as plain characters while the tree
stands, and attributes keep their order, so that what is not cut comes out as it went in, as far as html.parser permits.
"""

from __future__ import annotations

import difflib
import html
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeGuard

from .cutting import Span, by_block, cut_markdown, cut_text
from .decoding import valid
from .document import Document
from .errors import DocumentError
from .region import article
from .report import Evidence
from .walking import HIDING, Line, Walk, read_lines

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import NavigableString, PageElement, Tag

_ALIGNED_UP_TO = 2_000  # lines that are aligned by difference; longer documents in order
_AMPERSANDS = "\ue000\uf8ff\U000f0000\U0010fffd"  # private, one of them stands for "&" while the tree is edited
_PROLOGUE = re.compile(r"\s{0,1000}(?:<\?xml[^<>]{0,300}\?>\s{0,99})?<!doctype[^<>]{0,1000}>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#[0-9]{1,8}|#[xX][0-9a-fA-F]{1,7}|[A-Za-z][A-Za-z0-9]{0,40});?|.", re.DOTALL)
_CONTENT = frozenset("img picture iframe video audio embed object svg canvas input form hr math script".split())
_ROOTS = frozenset(("[document]", "html", "body", "main", "article"))
_CELLS = frozenset(("td", "th"))
_IMAGE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|svg)(?:[?#]|$)", re.IGNORECASE)
_GUTENBERG = re.compile(r"\s*(/?)wp:([a-z0-9/-]+)")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A cleaned source, in the form of the one that came in, and the evidence that was cut out of it."""

    content: str
    removed: tuple[Evidence, ...]


def clean(source: str, document: Document, evidence: Sequence[Evidence]) -> Cleaned:
    """Cut the spans of `evidence` out of `source`, of which `document` was read.

    A span that covers a block takes the block with its emptied wrappers; one that covers sentences takes these words alone. Evidence
    that cannot be found again in the source (markup too broken for two parsers to agree on) stays, and is not in `removed`.

    Raises DocumentError if the document was not read from this source.
    """
    source = valid(source)
    spans = [(each.start, each.end) for each in evidence if each.start < each.end]
    if not spans:
        return Cleaned(source, ())
    if document.form == "text":
        return Cleaned(cut_text(source, document, spans), tuple(evidence))
    if document.form == "markdown":
        return Cleaned(cut_markdown(source, document, spans), tuple(evidence))
    tree = _Tree(source)
    lost = tree.cut(document, spans)
    blocks = document.blocks
    removed = [
        each for each in evidence if not any(blocks[i].start < each.end and each.start < blocks[i].end for i in lost)
    ]
    return Cleaned(tree.source() if tree.changed else source, tuple(removed))


class _Tree:
    """A source as BeautifulSoup's tree, in which "&" is a private character so that entities survive."""

    def __init__(self, source: str) -> None:
        import bs4

        self.changed = False
        self._ampersand = next((each for each in _AMPERSANDS if each not in source), _AMPERSANDS[0])
        prologue = _PROLOGUE.match(source)  # which BeautifulSoup would write in its own way
        self._prologue = prologue.group() if prologue else ""
        source = source[len(self._prologue) :]
        self._voids = " /" if " />" in source else "/" if "/>" in source else ""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # that the markup looks like XML, or like a file name
                self._soup: BeautifulSoup = bs4.BeautifulSoup(
                    source.replace("&", self._ampersand),
                    "html.parser",
                    multi_valued_attributes=None,
                    preserve_whitespace_tags={"[document]"},  # else white space between elements is made one space
                )
        except (bs4.ParserRejectedMarkup, AssertionError) as error:
            raise DocumentError(
                "the document's markup cannot be edited: expected HTML that html.parser accepts"
            ) from error

    def source(self) -> str:
        """The tree as HTML."""
        from bs4.formatter import HTMLFormatter

        class Formatter(HTMLFormatter):
            def attributes(self, tag: Tag) -> Iterable[tuple[str, Any]]:
                return tag.attrs.items()

        formatter = Formatter(entity_substitution=None, void_element_close_prefix=self._voids)
        return self._prologue + self._soup.decode(formatter=formatter).replace(self._ampersand, "&")

    def cut(self, document: Document, spans: Sequence[Span]) -> set[int]:
        """Cut the spans, and return the blocks that were not found."""
        lines = self._aligned(document)
        lost: set[int] = set()
        targets: set[str] = set()
        ranges: dict[int, list[Span]] = {}
        for index, start, end in by_block(document, spans):
            block = document.blocks[index]
            if index not in lines:
                lost.add(index)
                continue
            targets |= {each.href for each in block.links if start <= each.start - block.start < end}
            for node, first, last in self._ranges(lines[index], start, end):
                ranges.setdefault(id(node), []).append((first, last))
        for line in lines.values():
            for node in line.nodes:
                if id(node) in ranges:
                    self._shorten(node, ranges.pop(id(node)), targets)
                    self.changed = True
        return lost

    def _aligned(self, document: Document) -> dict[int, Line]:
        """The tree's line for each block of the document."""
        texts = [document.text[block.start : block.end] for block in document.blocks]
        page = document.form == "page"
        lines = read_lines(self._lead, lambda node: node.attrs, page=page)
        region = article(lines) if page else lines
        if [line.text for line in region] == texts:
            return dict(enumerate(region))
        found: dict[int, Line] = {}
        if len(lines) <= _ALIGNED_UP_TO >= len(texts):
            matcher = difflib.SequenceMatcher(None, texts, [line.text for line in lines], autojunk=False)
            for first, second, count in matcher.get_matching_blocks():
                found.update((first + each, lines[second + each]) for each in range(count))
            return found
        rest = iter(lines)
        for index, text in enumerate(texts):
            line = next((each for each in rest if each.text == text), None)
            if line is None:
                break
            found[index] = line
        return found

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
        return html.unescape(raw.replace(self._ampersand, "&"))

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

    def _shorten(self, node: NavigableString, ranges: list[Span], targets: set[str]) -> None:
        """Cut ranges out of a string, and all that is empty without them."""
        from bs4.element import NavigableString

        raw = str(node)
        for first, last in sorted(ranges, reverse=True):
            left, right = raw[:first], raw[last:]
            spaced = left[-1:].isspace() and right[:1].isspace() and node.find_parent("pre") is None
            raw = left.rstrip() + " " + right.lstrip() if spaced and left.strip() else left + right
        if self._plain(raw).strip():
            node.replace_with(NavigableString(raw))
        else:
            self._remove(node, targets)

    def _remove(self, node: PageElement, targets: set[str]) -> None:
        """Take a string or an element out, and then its parents as long as they are left without content."""
        while True:
            parent = node.parent
            _close_gap(node)
            node.extract()
            if parent is None or parent.name in _ROOTS or not self._is_empty(parent, targets):
                return
            if parent.name in _CELLS:
                row = parent.parent
                if row is None or not self._is_empty(row, targets):
                    return
                parent = row
            node = parent

    def _is_empty(self, element: Tag, targets: set[str]) -> bool:
        """Whether a reader sees nothing of it; the picture of a link that was cut is nothing."""
        from bs4.element import Comment, NavigableString, PreformattedString, Tag

        for each in element.descendants:
            if isinstance(each, Comment):
                if each.rstrip().endswith("/"):  # a Gutenberg block that is made when the page is shown
                    return False
            elif isinstance(each, PreformattedString):
                continue
            elif isinstance(each, NavigableString):
                if self._plain(each).strip():
                    return False
            elif isinstance(each, Tag) and each.name in _CONTENT:
                anchor = each.find_parent("a")
                href = self._plain(str(anchor.get("href", ""))).strip() if anchor else ""
                if not href or href not in targets or _IMAGE_FILE.search(href):
                    return False
        return True


def _close_gap(node: PageElement) -> None:
    """Drop what stands around a part only because of it: its Gutenberg comments, its line break, white space before or after."""
    from bs4.element import Comment

    above, spaces_above = _beside(node, "previous_sibling")
    below, spaces_below = _beside(node, "next_sibling")
    if isinstance(above, Comment) and isinstance(below, Comment):
        opens, closes = _GUTENBERG.match(above), _GUTENBERG.match(below)
        if opens and closes and not opens.group(1) and closes.group(1) and opens.group(2) == closes.group(2):
            for each in (above, *spaces_above, *spaces_below, below):
                each.extract()
            above, spaces_above = _beside(node, "previous_sibling")
            below, spaces_below = _beside(node, "next_sibling")
    if _is_break(below) and (above is None or (_is_break(above) and not _goes_on(below))):
        below.extract()
    elif below is None and _is_break(above):
        above.extract()
    if spaces_above:
        for each in spaces_below:
            each.extract()


def _beside(node: PageElement, side: str) -> tuple[PageElement | None, list[PageElement]]:
    """The nearest sibling that is no white space, and the white space before it."""
    from bs4.element import NavigableString, PreformattedString

    spaces: list[PageElement] = []
    each: PageElement | None = getattr(node, side)
    while isinstance(each, NavigableString) and not isinstance(each, PreformattedString) and not each.strip():
        spaces.append(each)
        each = getattr(each, side)
    return each, spaces


def _is_break(node: PageElement | None) -> TypeGuard[Tag]:
    return getattr(node, "name", None) == "br"


def _goes_on(line_break: Tag) -> bool:
    """Whether the words after a line break would run on into the line above it."""
    words = line_break.find_next(string=True)
    return words is not None and words.strip()[:1].islower()
