"""What a reader hands on: one article as text, and where in it each block, sentence and link stands.

Every offset is a character index into `Document.text`, end exclusive, so `text[x.start:x.end]` is always what x stands for.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

from .compiled import compiled

Form = Literal["page", "fragment", "markdown", "text"]
Kind = Literal["paragraph", "heading", "item", "quote", "caption", "cell", "code", "embed", "other"]


@dataclass(frozen=True, slots=True)
class Link:
    """A hyperlink: its anchor text's span, its address as written in the source, and its `rel` words."""

    start: int
    end: int
    href: str
    rel: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A line as a reader sees it: a paragraph, a heading, a list item, a table cell.

    `tag` is the block's own element ("p", "h2", "li"; "" in plain text). `path` is its DOM path, innermost first, at most
    five elements, each with its classes and id: "a.promo < p < div.entry#main < article". `link_density` is the share of the
    block's characters that stand inside links, 0 to 1.
    """

    start: int
    end: int
    kind: Kind = "paragraph"
    tag: str = ""
    path: str = ""
    link_density: float = 0.0
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, and the index of the block in which it stands."""

    start: int
    end: int
    block: int


@dataclass(frozen=True, slots=True)
class Document:
    """One article, read. Blocks stand in reading order, do not overlap, and are parted by blank lines in `text`.

    `form` tells what was read: "page" (a full HTML page, of which only the article's own region is kept), "fragment" (the HTML
    body that a content management system stores), "markdown", or "text". `title` may be empty, and is not part of `text`. `published`
    is a date or time of ISO 8601 as `dating.published` writes it, None where it is not known.
    """

    text: str
    blocks: tuple[Block, ...]
    sentences: tuple[Sentence, ...]
    title: str = ""
    form: Form = "text"
    url: str | None = None
    id: str = ""
    published: str | None = None

    @property
    def words(self) -> int:
        """Number of words, split at white space."""
        return _count_words(self.text)

    @property
    def content_hash(self) -> str:
        """SHA-256 of the text alone, as "sha256:<hex>": the same words give the same hash whatever the file's name."""
        return "sha256:" + hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()


@compiled
def _count_words(text: str) -> int:
    """How many words a text has, split at white space."""
    return len(text.split())
