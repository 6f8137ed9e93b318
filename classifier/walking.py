"""One walk over a tree of markup: the lines that a reader sees, each with the elements that hold it.

The walk knows no parser. `reading.py` leads it through selectolax's tree and `cleaning.py` through BeautifulSoup's, so both cut the
same lines: at every block element, at every `<br>`, and around every hidden part. That is how our labelled pages are cut.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from .compiled import compiled
from .document import Kind
from .errors import DocumentTooLarge

SKIPPED = frozenset(
    str.split(
        "script style template svg math select textarea datalist head iframe object embed canvas audio video noscript noembed noframes"
    )
)
BREAKING = frozenset(
    str.split(
        "address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset figcaption figure footer"
        " form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre search section summary table tbody td tfoot th"
        " thead tr ul"
    )
)
HIDING = re.compile(r"display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden", re.IGNORECASE)

HIDDEN_ON_PAGE = 200  # characters
MAX_LINES = 50_000
PATH_ELEMENTS = 5

_PATH_CLASSES = 3
_LABEL_LENGTH = 120  # characters; some generators write their state into class names
_MAX_DEPTH = 256  # deeper elements count as children of this level, so that looking up from a line is bounded
_JOINED_FROM = 40  # characters before a <br> from which an unfinished line runs on after it
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\ufeff"
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")

_KINDS: Mapping[str, Kind] = {
    "h1": "heading",
    "h2": "heading",
    "h3": "heading",
    "h4": "heading",
    "h5": "heading",
    "h6": "heading",
    "li": "item",
    "dt": "item",
    "dd": "item",
    "figcaption": "caption",
    "caption": "caption",
    "td": "cell",
    "th": "cell",
    "button": "other",
    "legend": "other",
    "summary": "other",
}
_CODE = frozenset(("code", "samp", "kbd"))
_EMBED = re.compile(
    r"twitter-tweet|twitter-video|instagram-media|tiktok-embed|fb-post|fb-video|bluesky-embed|reddit-embed|imgur-embed"
)
_CAPTION = re.compile(r"caption|photo-?credit|image-?credit")


@compiled
class Element:
    """An element on the way from the root to a line: `parent` leads up, `node` is the parser's own object.

    `anchor` is the nearest `<a>` around it, `hidden_in` the parent and the tag of the outermost hidden element that it is or stands
    in (never that element: a reference to itself would make every tree wait for the garbage collector). `pre` and `code` tell
    whether it stands in a `<pre>`, and in code there. Attributes are fetched when first asked for: most elements are never asked.
    """

    __slots__ = ("_attributes", "_fetch", "_label", "anchor", "code", "hidden_in", "node", "parent", "pre", "tag")

    def __init__(
        self, tag: str, parent: Element | None, node: Any, fetch: Callable[[Any], Mapping[str, Any]], hidden: bool
    ) -> None:
        """Take over what the parent hands down."""
        self.tag = tag
        self.parent = parent
        self.node = node
        self._fetch = fetch
        self._attributes: Mapping[str, Any] | None = None
        self._label: str | None = None
        self.anchor: Element | None = None
        self.hidden_in: tuple[Element, str] | None = None
        self.pre = tag == "pre"
        self.code = False
        if parent is not None:
            self.anchor = parent if parent.tag == "a" else parent.anchor
            self.hidden_in = parent.hidden_in or ((parent, tag) if hidden else None)
            if self.pre or parent.pre:
                self.pre = True
                self.code = parent.code or tag in _CODE

    def attribute(self, name: str) -> str | None:
        """The attribute's value, None where the element has none, "" for one without a value."""
        if self._attributes is None:
            self._attributes = self._fetch(self.node)
        if name not in self._attributes:
            return None
        value = self._attributes[name]
        return value if isinstance(value, str) else " ".join(value or ())

    @property
    def label(self) -> str:
        """The element in a DOM path: "div.first.second.third#id", with at most three classes."""
        if self._label is None:
            label = self.tag
            if self._attributes is None:
                self._attributes = self._fetch(self.node)
            if self._attributes:
                classes = (self.attribute("class") or "").split()[:_PATH_CLASSES]
                name = (self.attribute("id") or "").split()
                label = ".".join((label, *classes)) + ("#" + name[0] if name else "")
            self._label = label[:_LABEL_LENGTH]
        return self._label


@compiled
class Line:
    """A line: its text with white space collapsed, its links as spans of that text, its holder and its parts.

    `holder` is the block element around the text, `inner` the element of its first text. `nodes` are the parser's text nodes, of the
    first of which `skipped` visible characters belong to lines above. `linked` is how many characters stand inside links.
    """

    __slots__ = ("holder", "inner", "linked", "links", "nodes", "skipped", "text")

    def __init__(
        self,
        text: str,
        holder: Element,
        inner: Element,
        links: list[tuple[int, int, Element]],
        nodes: list[Any],
        skipped: int,
    ) -> None:
        """Hold what the walk has found."""
        self.text = text
        self.holder = holder
        self.inner = inner
        self.links = links
        self.nodes = nodes
        self.skipped = skipped
        self.linked = sum([end - start for start, end, _ in links]) if links else 0

    @property
    def path(self) -> str:
        """The DOM path of the line's first text, innermost first, at most five elements."""
        labels: list[str] = []
        at: Element | None = self.inner
        while at is not None and len(labels) < PATH_ELEMENTS:
            labels.append(at.label)
            at = at.parent
        return " < ".join(labels)

    @property
    def kind(self) -> Kind:
        """What the line is, by the nearest element around it that says so."""
        if self.inner.code:
            return "code"
        found: Kind = _KINDS.get(self.holder.tag, "paragraph")
        if found in ("heading", "other"):
            return found
        at: Element | None = self.holder
        for _ in range(PATH_ELEMENTS):
            if at is None:
                break
            tag = at.tag
            if tag == "blockquote":
                return "embed" if _EMBED.search(at.attribute("class") or "") else "quote"
            if found == "paragraph" and tag in _KINDS:
                found = _KINDS[tag]
            at = at.parent
        return "caption" if found == "paragraph" and _CAPTION.search(self.holder.label) else found


class Walk:
    """Collects lines while it is led through a tree: `open`, `text`, `line_break` and `close` as the elements come, then `finish`."""

    def __init__(self, fetch: Callable[[Any], Mapping[str, Any]]) -> None:
        """`fetch` gives a node's attributes."""
        self.lines: list[Line] = []
        self._fetch = fetch
        self._stack: list[Element] = []
        self._hidden_from = 0  # the number of open elements from which on everything is hidden
        self._line = self._outer = Walk._Unfinished()

    class _Unfinished:
        """The line that is being put together, with the state of the white space before its next word."""

        __slots__ = ("breaks", "inner", "length", "links", "nodes", "pieces", "skipped", "space")

        def __init__(self) -> None:
            self.pieces: list[str] = []
            self.length = 0
            self.space = False
            self.breaks = 0
            self.inner: Element | None = None
            self.links: list[tuple[int, int, Element]] = []
            self.nodes: list[Any] = []
            self.skipped = 0

    def open(self, tag: str, node: Any, hidden: bool = False) -> None:
        """An element begins. A hidden one inside a sentence is set aside, and the sentence goes on after it."""
        stack = self._stack
        if tag in BREAKING:
            self._flush()
        parent = stack[min(len(stack), _MAX_DEPTH) - 1] if stack else None
        stack.append(Element(tag, parent, node, self._fetch, hidden))
        if hidden and not self._hidden_from:
            self._hidden_from = len(stack)
            self._outer, self._line = self._line, Walk._Unfinished()

    def close(self) -> None:
        """The innermost open element ends."""
        stack = self._stack
        if len(stack) == self._hidden_from:
            self._flush()
            self._line = self._outer
            self._hidden_from = 0
        elif stack[-1].tag in BREAKING:
            self._flush()
        stack.pop()

    def line_break(self) -> None:
        """A `<br>`."""
        self._line.breaks += 1
        self._line.space = True

    def text(self, text: str, node: Any) -> None:
        """A piece of text inside the innermost open element."""
        at = self._stack[-1]
        if text.isspace() and not at.pre:
            self._line.space = True
        elif at.code:
            self._code(text, node, at)
        elif at.pre and _BLANK_LINE.search(text):
            skipped = 0
            for index, part in enumerate(_BLANK_LINE.split(text)):
                if index:
                    self._flush()
                    self._line.skipped = skipped
                self._prose(part, node, at)
                skipped += len("".join(part.split()))
        else:
            self._prose(text, node, at)

    def _prose(self, text: str, node: Any, at: Element) -> None:
        line = self._line
        words = text.split()
        if not words:
            line.space = line.space or bool(text)
            return
        if line.breaks:
            if line.breaks > 1 or not self._runs_on(words[0]):
                self._flush()
                line = self._line
            line.breaks = 0
        piece = " ".join(words)
        if line.pieces and (line.space or text[0].isspace()):
            piece = " " + piece
        self._append(piece, node, at, piece[0] == " ")
        line.space = text[-1].isspace()

    def _code(self, text: str, node: Any, at: Element) -> None:
        line = self._line
        self._append("\n" * line.breaks + text, node, at, False)
        line.breaks = 0

    def _append(self, piece: str, node: Any, at: Element, spaced: bool) -> None:
        line = self._line
        if line.inner is None:
            line.inner = at
        end = line.length + len(piece)
        anchor = at if at.tag == "a" else at.anchor
        if anchor is not None:
            if line.links and line.links[-1][2] is anchor:
                line.links[-1] = (line.links[-1][0], end, anchor)
            else:
                line.links.append((line.length + spaced, end, anchor))
        line.pieces.append(piece)
        line.nodes.append(node)
        line.length = end

    def _runs_on(self, word: str) -> bool:
        """Whether a sentence runs on over a single `<br>`: long and unfinished before it, lower case after it."""
        line = self._line
        if line.length < _JOINED_FROM or not word[0].islower():
            return False
        last = line.pieces[-1][-1]
        return last.islower() or last == ","

    def _flush(self) -> None:
        line = self._line
        if line.inner is None:  # at four block elements of five: nothing stands between two of their tags
            line.space = False
            line.breaks = line.skipped = 0
            return
        self._line = Walk._Unfinished()
        text, links = "".join(line.pieces), line.links
        if line.inner.code or text[-1:].isspace():  # white space in code may end a line of prose
            shift = len(text) - len(text.lstrip())
            text = text.strip()
            moved = [(max(0, start - shift), min(end - shift, len(text)), anchor) for start, end, anchor in links]
            links = [link for link in moved if link[0] < link[1]]
        if text.strip(_INVISIBLE):
            if len(self.lines) == MAX_LINES:
                raise too_many_lines()
            holder = line.inner
            while holder.tag not in BREAKING and holder.parent is not None:
                holder = holder.parent
            self.lines.append(Line(text, holder, line.inner, links, line.nodes, line.skipped))

    def finish(self) -> list[Line]:
        """All lines, in reading order."""
        self._flush()
        return self.lines


def too_many_lines() -> DocumentTooLarge:
    """What is raised for more than MAX_LINES lines."""
    return DocumentTooLarge(f"the document has more than {MAX_LINES:,} lines, expected one article")


def without_hidden(lines: list[Line], *, page: bool) -> list[Line]:
    """The lines without hidden ones that nobody is meant to see.

    Pages hide what a script will show: half an article behind a paywall, a folded list; there hidden siblings are read that have
    HIDDEN_ON_PAGE characters together, less are templates and messages. A stored body has no such script: what it hides is not
    read, except where it hides links from its readers but not from search engines, which is what an editor must see.
    """
    size: dict[tuple[Element, str], int] = {}
    for line in lines:
        around = line.inner.hidden_in
        if around is not None:
            size[around] = size.get(around, 0) + (len(line.text) if page else len(line.links))
    if not size:
        return lines
    least = HIDDEN_ON_PAGE if page else 1
    return [line for line in lines if line.inner.hidden_in is None or size[line.inner.hidden_in] >= least]


def read_lines(
    lead: Callable[[Walk, frozenset[str]], None],
    fetch: Callable[[Any], Mapping[str, Any]],
    *,
    page: bool,
    walker: type[Walk] = Walk,
) -> list[Line]:
    """The lines of a tree through which `lead` leads a walk of the class `walker`, past the elements it is told to skip."""

    def walked(skipped: frozenset[str]) -> list[Line]:
        walk = walker(fetch)
        lead(walk, skipped)
        return walk.finish()

    return shown_lines(walked, page=page)


def shown_lines(walked: Callable[[frozenset[str]], list[Line]], *, page: bool) -> list[Line]:
    """The lines that `walked` finds past the elements it is told to skip, without hidden ones.

    What stands in `<noscript>` repeats what stands elsewhere, so it is read only where there is nothing else.
    """
    lines: list[Line] = []
    for skipped in (SKIPPED, SKIPPED - {"noscript"}):
        lines = without_hidden(walked(skipped), page=page)
        if lines:
            break
    return lines
