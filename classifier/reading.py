"""HTML, Markdown or plain text -> Document; the only module that parses markup to read it.

A full page is read as its article's own region (`region.py`), a body that a content management system stores as all of it. The walk
asks only the elements on the way to a kept line for their attributes, and notes on its way what a selector would have to look for
through the whole tree: reading a page takes about five times as long as parsing it, parsing included.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from .classic import ClassicWalk, is_classic
from .compiled import compiled
from .dating import published, published_in
from .decoding import checked, decoded, valid
from .document import Document
from .drafts import MAX_TEXT, Draft, assemble
from .errors import DocumentError, DocumentTooLarge
from .guards import check_markup
from .inserted import apart
from .plaintext import plain_drafts
from .region import article
from .walking import (
    BREAKING,
    HIDING,
    MAX_LINES,
    PATH_ELEMENTS,
    Element,
    Line,
    Walk,
    read_lines,
    shown_lines,
    too_many_lines,
)

MAX_MARKUP = 10 * 1024 * 1024  # bytes or characters

_MARKUP = re.compile(
    r"[\s\ufeff]{0,1000}<(?:!doctype|!--|\?xml|/?(?:html|head|body|meta|title|script|style|link|div|p|h[1-6]|ul|ol|li|table|article|section|main"
    r"|figure|blockquote|span|a|b|i|em|strong|br|img|iframe|header|nav|pre|hr|center|font)[\s/>])",
    re.IGNORECASE,
)
_INLINE_MARKUP = re.compile(
    r"</(?:p|div|h[1-6]|li|ul|ol|a|b|i|strong|em|span|blockquote|table)>|<br\s{0,3}/?>", re.IGNORECASE
)
_PAGE = re.compile(r"<(?:html|head|body)[\s>]", re.IGNORECASE)
_SOUGHT = frozenset(("meta", "script"))  # looking for them with a selector takes longer than all of the walk's steps
_FURNITURE = "nav, header, footer, main, aside, form, script, iframe"
_HEADLINE = 15  # characters of the shortest headline; less is a section's or a site's name
_ADDRESS = re.compile(r"https?://\S{1,2000}$", re.IGNORECASE)
_SEPARATORS = re.compile(r"\s+[|\-–—•·»:]+\s+|\s*\|\s*")


def read(
    data: bytes | str,
    *,
    kind: str | None = None,
    title: str = "",
    url: str | None = None,
    id: str = "",
    charset: str | None = None,
    date: str | None = None,
    sentences: bool = True,
) -> Document:
    """Read one article.

    kind: "html", "markdown" or "text"; None tells HTML from text by its first characters.
    title: the headline if the caller knows it; else the page's own is taken.
    url: the address if the caller knows it; else what a full page says of itself.
    charset: the encoding that the transport declared for bytes; else a mark, a declaration or the bytes themselves tell.
    date: when the article was published, ISO 8601, if the caller knows it; else what a page says of itself.
    sentences: False leaves those of a plain text out, a quarter of the work: who counts lines needs none.

    Raises DocumentError where there is nothing to read (empty or binary data, an unknown kind), and DocumentTooLarge over
    MAX_MARKUP bytes or MAX_TEXT characters of text. Any other input is read as well as it can be.
    """
    if kind not in (None, "html", "markdown", "text"):
        raise DocumentError(f"the kind is {kind!r}, expected html, markdown or text")
    limit = MAX_MARKUP if kind in (None, "html") else MAX_TEXT
    if len(data) > limit:
        raise DocumentTooLarge(f"the document has {len(data):,} bytes, expected at most {limit:,}")
    text, raw = checked(data) if isinstance(data, str) else decoded(data, charset)
    if kind is None:
        kind = "html" if _looks_like_markup(text) else "text"
    title = " ".join(valid(title).split())
    known = None if date is None else published(date)
    if kind == "html":
        return _html(text, raw, title, url, id, known)
    if len(text) > MAX_TEXT:
        raise DocumentTooLarge(f"the document has {len(text):,} characters of text, expected at most {MAX_TEXT:,}")
    if kind == "markdown":
        from .markdown import read_markdown  # five milliseconds that other texts do without

        found = read_markdown(text)
        return assemble(found.drafts, title=title or found.title, form="markdown", url=url, id=id, published=known)
    drafts = plain_drafts(text)
    return assemble(drafts, title=title, form="text", url=url, id=id, published=known, sentences=sentences)


def _looks_like_markup(text: str) -> bool:
    """Whether a text begins with an element, or has some in its first lines."""
    return _MARKUP.match(text) is not None or len(_INLINE_MARKUP.findall(text, 0, 4_000)) > 1


def _html(text: str, raw: bytes, title: str, url: str | None, id: str, known: str | None) -> Document:
    check_markup(text, raw)
    tree = LexborHTMLParser(raw)  # which would encode the text again
    page = _PAGE.search(text) is not None and tree.css_first(_FURNITURE) is not None
    classic = not page and is_classic(text)
    lines, told = _lines(tree, page, classic)
    metas = tree if told is None or any(node.tag == "meta" for node in told) else tree.head or tree
    found = (part for line in (article(lines) if page else lines) for part in drafts(line, classic))
    if page and not url:
        url = _address(tree, metas)
    return assemble(
        found,
        title=title or _title(tree, metas, lines),
        form="page" if page else "fragment",
        url=url,
        id=id,
        published=known or published_in(tree, text, metas, told),
    )


def _lines(tree: LexborHTMLParser, page: bool, classic: bool) -> tuple[list[Line], list[Any] | None]:
    """The lines that a reader sees, and of a page all elements in its body that have one of the tags _SOUGHT, in order."""
    body = tree.body
    if body is None:
        return [], None
    hidden = {node.mem_id for node in tree.css("[hidden], [style*=none], [style*=hidden]") if _hides(node.attributes)}
    if classic:
        walker = ClassicWalk
        return read_lines(
            lambda walk, skipped: _lead(walk, body, hidden, skipped), _attributes, page=page, walker=walker
        ), None
    told: list[Any] = []

    def walked(skipped: frozenset[str]) -> list[Line]:
        nonlocal told
        lines, told = _walked(body, hidden, skipped, BREAKING, _SOUGHT, Element, Line, _attributes)
        if len(lines) > MAX_LINES:
            raise too_many_lines()
        return lines

    return shown_lines(walked, page=page), told


def _hides(attributes: Mapping[str, str | None]) -> bool:
    return "hidden" in attributes or HIDING.search(attributes.get("style") or "") is not None


def _attributes(node: Any) -> Mapping[str, Any]:
    attributes: Mapping[str, Any] = node.attributes
    return attributes


@compiled
def _walked(
    root: Any,
    hidden: set[int],
    skipped: frozenset[str],
    breaking: frozenset[str],
    sought: frozenset[str],
    make_element: type[Element],
    make_line: type[Line],
    attributes: Callable[[Any], Mapping[str, Any]],
) -> tuple[list[Line], list[Any]]:
    """The lines below `root`, past elements with a tag that is `skipped`; `breaking` elements part lines, those with the number of a
    `hidden` one are set aside. The last three make what stands in the list. And all elements whose tag is `sought`, in order.

    Over MAX_LINES lines it goes on for one more at least, or raises DocumentTooLarge.
    """
    walk = Walk(attributes)
    _lead(walk, root, hidden, skipped)
    return walk.finish(), [node for node in root.traverse() if node.tag in sought]


def _lead(walk: Walk, root: Any, hidden: set[int], skipped: frozenset[str]) -> None:
    """Lead the walk through the tree below `root`, without recursion."""
    node, above = (
        root,
        [],
    )  # the elements round the node: asking it for its parent, and twice for what follows, took a third of the time
    text, opened, close = walk.text, walk.open, walk.close
    while True:
        tag = node.tag
        if tag == "-text":
            text(node.text_content, node)
        elif tag == "br":
            walk.line_break()
        elif tag is not None and tag[0] not in "-!_" and tag not in skipped:  # a processing instruction has no tag
            opened(tag, node, node.mem_id in hidden if hidden else False)
            child = node.first_child
            if child is not None:
                above.append(node)
                node = child
                continue
            close()
        if not above:
            return
        following = node.next
        while following is None:
            node = above.pop()
            close()
            if not above:
                return
            following = node.next
        node = following


def drafts(line: Line, classic: bool = False) -> Sequence[Draft]:
    """A line as blocks: one, save where other lines were put into it. What a `classic` body leaves bare is shown in a `<p>`."""
    tag, path = line.holder.tag, line.path
    if classic and tag == "body":
        tag, path = "p", " < ".join((path.removesuffix("body") + "p < body").split(" < ")[:PATH_ELEMENTS])
    return apart(Draft(line.text, line.kind, tag, path, _links(line)))


def _links(line: Line) -> tuple[tuple[int, int, str, str], ...]:
    """The line's links that lead somewhere."""
    found = []
    for start, end, anchor in line.links:
        href = anchor.attribute("href")
        if href is not None:
            found.append((start, end, href.strip(), anchor.attribute("rel") or ""))
    return tuple(found)


def _title(tree: LexborHTMLParser, metas: Any, lines: list[Line]) -> str:
    """The headline: the h1 if the page's own title holds it, else what the page tells other sites, else its title, else the h1.

    A page's titles come with the site's name before or after, an h1 may be the site's name itself: where they agree is the headline.
    `metas` is the part of the tree that has its `meta` elements.
    """
    told = _content(metas.css_first('meta[property="og:title"]'))
    element = tree.css_first("head title")
    own = " ".join(element.text().split()) if element else ""
    headings = [line.text for line in lines if line.holder.tag == "h1"]
    for title in (told, own):
        found = next(
            (each for each in headings if len(each) >= _HEADLINE and each.casefold() in title.casefold()), None
        )
        if found:
            return found
    if told or own:
        site = _content(metas.css_first('meta[property="og:site_name"]'))
        return _without_site(told, site) if told else _without_site(own, site, guess=True)
    return headings[0] if headings else ""


def _address(tree: LexborHTMLParser, metas: Any) -> str | None:
    """Where a page says that it stands: what it tells other sites, else its canonical address, which may be another site's."""
    for part, query, attribute in (
        (metas, 'meta[property="og:url"]', "content"),
        (tree, 'link[rel~="canonical"]', "href"),
    ):
        node = part.css_first(query)
        address = (node.attributes.get(attribute) or "").strip() if node else ""
        if _ADDRESS.match(address):
            return address
    return None


def _content(meta: Any) -> str:
    return " ".join((meta.attributes.get("content") or "").split()) if meta else ""


def _without_site(title: str, name: str, guess: bool = False) -> str:
    """Cut " | Site name" off the end: the name given, or with `guess` a last part that is shorter than what stands before it."""
    parts = list(_SEPARATORS.finditer(title))
    if not parts:
        return title
    head, tail = title[: parts[-1].start()], title[parts[-1].end() :]
    if head and ((name and tail.casefold() == name.casefold()) or (guess and len(tail) < len(head) >= _HEADLINE)):
        return head
    return title
