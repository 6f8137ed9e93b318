"""The fields of a page as pieces of HTML that find their way back.

Lines are judged by what stands round them, so all pieces are scored and cleaned as one document: each in an element with its number,
which cleaning leaves where it is or takes away with everything in it. A single piece needs no such element. Cleaning changes no byte
that it does not remove, so what is left between two of these elements is the new value of the field.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from wagtail.blocks import (
    BlockQuoteBlock,
    CharBlock,
    ListBlock,
    RawHTMLBlock,
    RichTextBlock,
    StreamBlock,
    StructBlock,
    TextBlock,
)
from wagtail.fields import RichTextField, StreamField
from wagtail.rich_text import RichText

from .links import contracted, expanded

_PARAGRAPHS = re.compile(r"(\r?\n[ \t]*\r?\n\s*)")
_HEADING = re.compile("head|title", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text. `html` is what is scored; `put` stores what is left of it after cleaning, given as HTML of the same form."""

    html: str
    put: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Joined:
    """All segments in one document; `attribute` marks their elements, and is empty for a single segment, which has none."""

    html: str
    attribute: str
    count: int


def joined(segments: Sequence[Segment]) -> Joined:
    """The document that is scored and cleaned. The same segments always give the same document."""
    if len(segments) == 1:
        return Joined(segments[0].html, "", 1)
    whole = "".join(segment.html for segment in segments)
    number = 0
    while f"data-copydesk-{number}=" in whole:  # whoever writes this attribute into a text does not move our pieces
        number += 1
    name = f"data-copydesk-{number}"
    pieces = (f'<div {name}="{i}">{segment.html}</div>' for i, segment in enumerate(segments))
    return Joined("".join(pieces), name, len(segments))


def parted(document: Joined, cleaned: str) -> list[str] | None:
    """What is left of each segment, empty for those that are gone; None if the pieces cannot be told apart."""
    if not document.attribute:
        return [cleaned]
    found = list(re.finditer(rf'<div {document.attribute}="(\d+)">', cleaned))
    numbers = [int(match[1]) for match in found]
    if numbers != sorted(set(numbers)) or (numbers and numbers[-1] >= document.count):
        return None
    left = [""] * document.count
    ends = [match.start() for match in found[1:]] + [len(cleaned)]
    for match, end in zip(found, ends, strict=True):
        piece = cleaned[match.end() : end].rstrip()
        if not piece.endswith("</div>"):
            return None
        left[int(match[1])] = piece.removesuffix("</div>")
    return left if not cleaned[: found[0].start() if found else None].strip() else None


def of_field(obj: Any, name: str) -> Iterator[Segment]:
    """The segments of one field."""
    field = obj._meta.get_field(name)
    value = getattr(obj, name)
    if not value:
        return
    if isinstance(field, StreamField):
        yield from _of_stream(value, top=True)
    elif isinstance(field, RichTextField):
        yield _rich(str(value), lambda source: setattr(obj, name, source))
    else:
        yield from _plain(str(value), lambda text: setattr(obj, name, text))


def _rich(source: str, put: Callable[[str], None]) -> Segment:
    shown, originals = expanded(source)
    return Segment(shown, lambda cleaned: put(contracted(cleaned, originals)))


def _plain(text: str, put: Callable[[str], None], element: str = "p") -> Iterator[Segment]:
    """A segment a paragraph; the text is put together again, with its own blank lines, whenever one of them changes."""
    pieces = _PARAGRAPHS.split(text)  # paragraph, blank lines, paragraph, ...

    def store(index: int) -> Callable[[str], None]:
        def change(cleaned: str) -> None:
            inner = cleaned.strip().removeprefix(f"<{element}>").removesuffix(f"</{element}>")
            pieces[index] = html.unescape(inner)
            if not inner and index + 1 < len(pieces):
                pieces[index + 1] = ""
            put("".join(pieces).rstrip() if not pieces[-1] else "".join(pieces))

        return change

    for index in range(0, len(pieces), 2):
        if pieces[index].strip():
            yield Segment(f"<{element}>{html.escape(pieces[index], quote=False)}</{element}>", store(index))


def _of_stream(value: Any, *, top: bool = False) -> Iterator[Segment]:
    for child in list(value):
        texts = isinstance(child.block, (RichTextBlock, TextBlock, CharBlock, RawHTMLBlock))
        remove = _remover(value, child) if top and texts else None
        yield from _of_block(child.block, child.value, _setter(child), remove)


def _remover(stream: Any, child: Any) -> Callable[[], None]:
    def remove() -> None:
        for index, each in enumerate(stream):
            if each is child:
                del stream[index]
                return

    return remove


def _setter(child: Any) -> Callable[[Any], None]:
    return lambda value: setattr(child, "value", value)


def _of_block(
    block: Any, value: Any, put: Callable[[Any], None], remove: Callable[[], None] | None = None
) -> Iterator[Segment]:
    """The segments of a block's value. A block of the stream that holds nothing but text goes when nothing of the text is left."""
    if value is None or value == "":
        return

    def store(cleaned: str) -> None:
        if remove is not None and not cleaned.strip():
            remove()
        else:
            put(make(cleaned))

    make: Callable[[str], Any] = type(value)
    if isinstance(block, RichTextBlock) and isinstance(value, RichText):
        yield _rich(value.source, store)
    elif isinstance(block, RawHTMLBlock):
        yield Segment(str(value), store)
    elif isinstance(block, (TextBlock, CharBlock)):
        heading = "h2" if isinstance(block, CharBlock) and _HEADING.search(block.name or "") else "p"
        element = "blockquote" if isinstance(block, BlockQuoteBlock) else heading
        yield from _plain(str(value), store, element)
    elif isinstance(block, StreamBlock):
        yield from _of_stream(value)
    elif isinstance(block, StructBlock):
        for name, child in block.child_blocks.items():
            yield from _of_block(child, value.get(name), _item_setter(value, name))
    elif isinstance(block, ListBlock):
        for child in value.bound_blocks:
            yield from _of_block(child.block, child.value, _setter(child))


def _item_setter(struct: Any, name: str) -> Callable[[Any], None]:
    def put(value: Any) -> None:
        struct[name] = value

    return put
