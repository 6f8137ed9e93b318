"""Where every node of an HTML tree stands in its source, so that a part is cut out of the very characters that came in.

A tree that is written out again is never the source: quotes, case, entities and unclosed tags come out differently. So the tree
only says what goes, and the source is cut. BeautifulSoup builds its tree from the calls of Python's html.parser; here the same
parser is run once more, its calls are noted with their places, and tree and calls are walked side by side.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html.parser import HTMLParser
from typing import Any

from .classic import parts_lines
from .errors import DocumentError, DocumentTooLarge

MOST_TAGS = 50_000  # the worst of 450 real pages has 7,700
MOST_RESCANNED = 200_000_000  # unclosed empty elements times end tags: BeautifulSoup looks for each among the others
MOST_UNFINISHED = 1_000  # html.parser reads on to the end for each mark that nothing closes

_LONE = re.compile(r"<(?:br|img|hr|input|wbr|meta|link|source|col|area|embed|param|track|base)\b", re.IGNORECASE)
_BLANK = " \t\r\n\f"
_TAGS = re.compile(r"<[^<>]*>")
_AHEAD = 400  # characters in which the word behind a cut is looked for
_BLANKS = re.compile(f"[{_BLANK}]*")
_START, _EMPTY, _END, _DATA, _OTHER = range(5)

Span = tuple[int, int]


def check_editable(markup: str) -> None:
    """Refuse markup that would cost html.parser or BeautifulSoup minutes.

    Raises DocumentTooLarge over MOST_TAGS tags, DocumentError for marks that nothing closes.
    """
    tags = markup.count("<")
    if tags > MOST_TAGS:
        raise DocumentTooLarge(f"the document has {tags:,} tags, expected at most {MOST_TAGS:,} to be edited")
    unfinished = max(
        markup.count("<", markup.rfind(">") + 1),
        markup.count("<!--", markup.rfind("-->") + 1),
        markup.count("<![", markup.rfind("]") + 1),
    )
    lone = len(_LONE.findall(markup)) * markup.count("</")
    if unfinished > MOST_UNFINISHED or lone > MOST_RESCANNED:
        raise unfit()


def unfit() -> DocumentError:
    """What is raised where the markup cannot be edited."""
    return DocumentError("the document's markup cannot be edited: expected HTML that html.parser accepts")


class Places:
    """The spans of a tree's nodes in its source, by `id(node)`: of elements and comments, and the pieces of every string.

    `inner` is the span of an element without its tags. `comments` are comments and declarations, which no reader sees.
    """

    def __init__(self, markup: str, nodes: Iterable[Any]) -> None:
        """`nodes` are the descendants of the tree that BeautifulSoup with html.parser made of `markup`, in order.

        Raises DocumentError if the two do not agree.
        """
        self.spans: dict[int, Span] = {}
        self.inner: dict[int, Span] = {}
        self.pieces: dict[int, list[Span]] = {}
        self.comments: set[int] = set()
        self._open: list[Any] = []
        self._names: dict[str, int] = {}
        self._walk(_Tokens(markup).tokens(), iter(nodes))
        self._close(0, (len(markup), len(markup)))

    def _walk(self, tokens: Iterator[tuple[int, str, Span]], nodes: Iterator[Any]) -> None:
        left = ""  # of a string whose pieces are being found
        node: Any = None
        for kind, name, (start, end) in tokens:
            if kind == _END:
                self._end(name, (start, end))
                continue
            if kind != _DATA or not left:
                node = next(nodes, None)
                if left or isinstance(node, str) != (kind >= _DATA) or (kind < _DATA and node.name != name):
                    raise unfit()
            if kind == _DATA:
                left = left or str(node)
                if not left.startswith(name):
                    raise unfit()
                left = left[len(name) :]
                self.pieces.setdefault(id(node), []).append((start, start + len(name)))
            else:
                self.spans[id(node)] = start, end
                self.inner[id(node)] = end, end
                if kind == _OTHER:
                    self.comments.add(id(node))
                elif kind == _START and not node.can_be_empty_element:
                    self._open.append(node)
                    self._names[node.name] = self._names.get(node.name, 0) + 1
        if left or next(nodes, None) is not None:
            raise unfit()

    def _end(self, name: str, tag: Span) -> None:
        """An end tag closes the innermost element of its name with all that is open inside; one without such an element, nothing."""
        if not self._names.get(name):
            return
        at = len(self._open) - 1
        while self._open[at].name != name:
            at -= 1
        self._close(at + 1, (tag[0], tag[0]))
        self._close(at, tag)

    def _close(self, size: int, tag: Span) -> None:
        while len(self._open) > size:
            node = self._open.pop()
            self._names[node.name] -= 1
            self.spans[id(node)] = self.spans[id(node)][0], tag[1]
            self.inner[id(node)] = self.inner[id(node)][0], tag[0]


class _Tokens(HTMLParser):
    """The calls of html.parser with their places."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=False)  # as BeautifulSoup runs it
        self._found: list[tuple[int, str, int]] = []
        self._begins = [0, *(match.end() for match in re.finditer("\n", markup))]
        self._size = len(markup)
        try:
            self.feed(markup)
            self.close()
        except AssertionError as error:
            raise unfit() from error

    def tokens(self) -> Iterator[tuple[int, str, Span]]:
        """(kind, name or data, span) of every token, in order."""
        for index, (kind, name, start) in enumerate(self._found):
            following = self._found[index + 1][2] if index + 1 < len(self._found) else self._size
            yield kind, name, (start, following)

    def _note(self, kind: int, name: str = "") -> None:
        line, column = self.getpos()
        self._found.append((kind, name, self._begins[line - 1] + column))

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Note a start tag."""
        self._note(_START, tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        """Note a start tag that closes itself."""
        self._note(_EMPTY, tag)

    def handle_endtag(self, tag: str) -> None:
        """Note an end tag."""
        self._note(_END, tag)

    def handle_data(self, data: str) -> None:
        """Note text."""
        self._note(_DATA, data)

    def handle_comment(self, data: str) -> None:
        """Note a comment."""
        self._note(_OTHER)

    def handle_decl(self, decl: str) -> None:
        """Note a doctype."""
        self._note(_OTHER)

    def unknown_decl(self, data: str) -> None:
        """Note a CDATA section and the like."""
        self._note(_OTHER)

    def handle_pi(self, data: str) -> None:
        """Note a processing instruction."""
        self._note(_OTHER)


def without(source: str, cuts: Sequence[Span], fixed: Sequence[Span], classic: bool = False) -> str:
    """The source without the cuts; where there is white space on both sides of one, one side goes, too, save inside `fixed` spans.

    `cuts` are apart and in order. In a `classic` body both sides stay where one line end would not part the lines.
    """
    kept: list[str] = []
    at = 0
    for start, end in _joined(source, cuts):
        piece = source[at:start]
        at = end
        if not any(first <= start < last for first, last in fixed):
            above, below = piece[len(piece.rstrip(_BLANK)) :], source[end : _after_blanks(source, end)]
            last = end + len(below) == len(source)
            following = _TAGS.sub("", source[end : end + _AHEAD]).strip()
            if classic and above and not last and not any(parts_lines(gap, following) for gap in (above, below)):
                pass
            elif above and below and (last or below.count("\n") > above.count("\n")):
                piece = piece.rstrip(_BLANK)
            elif above or not start:
                at += len(below)
        kept.append(piece)
    return "".join(kept) + source[at:]


def _after_blanks(source: str, at: int) -> int:
    match = _BLANKS.match(source, at)
    return match.end() if match else at


def _joined(source: str, cuts: Sequence[Span]) -> list[Span]:
    """Cuts between which only white space is left, made one."""
    joined: list[Span] = []
    for start, end in cuts:
        if joined and not source[joined[-1][1] : start].strip(_BLANK):
            joined[-1] = joined[-1][0], end
        else:
            joined.append((start, end))
    return joined
