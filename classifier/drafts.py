"""Drafts of blocks, put end to end: the one place where offsets into `Document.text` are made.

Every reader (HTML, Markdown, plain text) hands over drafts with offsets of their own; here each gets its place in the text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .compiled import compiled
from .document import Block, Document, Form, Kind, Link, Sentence
from .errors import DocumentError, DocumentTooLarge
from .sentences import split

MAX_TEXT = 2 * 1024 * 1024  # characters; the longest articles have 200,000
MAX_BLOCKS = 20_000
BETWEEN = "\n\n"


@dataclass(frozen=True, slots=True)
class Draft:
    """A block before it has its place. `links` are (start, end, href, rel) with offsets into the draft's own `text`."""

    text: str
    kind: Kind = "paragraph"
    tag: str = ""
    path: str = ""
    links: tuple[tuple[int, int, str, str], ...] = ()


def assemble(
    drafts: Iterable[Draft],
    *,
    title: str,
    form: Form,
    url: str | None,
    id: str,
    published: str | None = None,
    sentences: bool = True,
) -> Document:
    """One document of all drafts, in order, with its sentences or without.

    Raises DocumentError if there are none, DocumentTooLarge over MAX_TEXT characters or MAX_BLOCKS blocks.
    """
    blocks: list[Block] = []
    found: list[Sentence] = []
    texts: list[str] = []
    start = 0
    for draft in drafts:
        text = draft.text
        end = start + len(text)
        if end > MAX_TEXT or len(blocks) == MAX_BLOCKS:
            raise DocumentTooLarge(
                f"the document has over {MAX_TEXT:,} characters of text or {MAX_BLOCKS:,} blocks, expected one article"
            )
        links: tuple[Link, ...] = ()
        density = 0.0
        if draft.links:
            links = tuple(Link(start + first, start + last, href, rel) for first, last, href, rel in draft.links)
            density = sum(link.end - link.start for link in links) / len(text)
        if sentences and draft.kind != "code":
            found += _placed(Sentence, split(text), start, len(blocks))
        blocks.append(Block(start, end, draft.kind, draft.tag, draft.path, density, links))
        texts.append(text)
        start = end + len(BETWEEN)
    if not blocks:
        raise DocumentError("the document is empty: there is no text in it")
    return Document(BETWEEN.join(texts), tuple(blocks), tuple(found), title, form, url, id, published)


@compiled
def _placed(kind: type[Sentence], spans: list[tuple[int, int]], start: int, block: int) -> list[Sentence]:
    """The sentences of a block that begins at `start`; `spans` are theirs within it."""
    return [kind(start + first, start + last, block) for first, last in spans]


def reassembled(text: str, *, title: str = "", id: str = "") -> Document:
    """The document whose text this is, out of `Document.text` alone: the same blocks and sentences, all of them paragraphs.

    Raises what `assemble` does.
    """
    return assemble((Draft(part) for part in text.split(BETWEEN)), title=title, form="text", url=None, id=id)
