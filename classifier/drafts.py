"""Drafts of blocks, put end to end: the one place where offsets into `Document.text` are made.

Every reader (HTML, Markdown, plain text) hands over drafts with offsets of their own; here each gets its place in the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .compiled import compiled
from .document import Block, Document, Form, Kind, Link, Sentence
from .errors import DocumentError, DocumentTooLarge
from .sentences import split

MAX_TEXT = 2 * 1024 * 1024  # characters; the longest articles have 200,000
MAX_BLOCKS = 20_000
BETWEEN = "\n\n"


@dataclass(slots=True)
class Draft:
    """A block before it has its place. `links` are (start, end, href, rel) with offsets into the draft's own `text`.

    Nobody changes one, but a frozen class takes three times as long to make.
    """

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
    found = _placed(drafts, split if sentences else _none, Block, Sentence, Link, len(BETWEEN), MAX_TEXT, MAX_BLOCKS)
    if found is None:
        raise DocumentTooLarge(
            f"the document has over {MAX_TEXT:,} characters of text or {MAX_BLOCKS:,} blocks, expected one article"
        )
    texts, blocks, made = found
    if not blocks:
        raise DocumentError("the document is empty: there is no text in it")
    return Document(BETWEEN.join(texts), tuple(blocks), tuple(made), title, form, url, id, published)


def _none(_: str) -> list[tuple[int, int]]:
    return []


@compiled
def _placed(
    drafts: Iterable[Draft],
    split: Callable[[str], list[tuple[int, int]]],
    block: type[Block],
    sentence: type[Sentence],
    link: type[Link],
    gap: int,
    most_text: int,
    most_blocks: int,
) -> tuple[list[str], list[Block], list[Sentence]] | None:
    """The texts, blocks and sentences of all drafts, `gap` characters between two of them; None if there are more than `most_blocks`
    or they end behind `most_text`. `split` finds sentences; the three classes are what is made."""
    texts: list[str] = []
    blocks: list[Block] = []
    sentences: list[Sentence] = []
    start = 0
    for draft in drafts:
        text = draft.text
        end = start + len(text)
        if end > most_text or len(blocks) == most_blocks:
            return None
        links = tuple(link(start + first, start + last, href, rel) for first, last, href, rel in draft.links)
        density = sum(each.end - each.start for each in links) / len(text) if links else 0.0
        if draft.kind != "code":
            index = len(blocks)
            sentences += [sentence(start + first, start + last, index) for first, last in split(text)]
        blocks.append(block(start, end, draft.kind, draft.tag, draft.path, density, links))
        texts.append(text)
        start = end + gap
    return texts, blocks, sentences


def reassembled(text: str, *, title: str = "", id: str = "") -> Document:
    """The document whose text this is, out of `Document.text` alone: the same blocks and sentences, all of them paragraphs.

    Raises what `assemble` does.
    """
    return assemble((Draft(part) for part in text.split(BETWEEN)), title=title, form="text", url=None, id=id)
