"""Strapi's block editor: its JSON as HTML, so that paragraphs, headings, lists and links reach the scorer as what they are."""

from __future__ import annotations

from html import escape

_DEEPEST = 20
_TAGS = {"paragraph": "p", "quote": "blockquote", "code": "pre", "list-item": "li"}


def to_html(blocks: object, depth: int = 0) -> str:
    """Blocks as HTML; what is not known keeps its text, and what is nested too deeply is left out."""
    if depth > _DEEPEST or not isinstance(blocks, list):
        return ""
    return "".join(_block(block, depth) for block in blocks if isinstance(block, dict))


def _block(block: dict[str, object], depth: int) -> str:
    kind = block.get("type")
    if kind == "text":
        text = block.get("text")
        return escape(text) if isinstance(text, str) else ""
    inner = to_html(block.get("children"), depth + 1)
    if kind == "link":
        url = block.get("url")
        return f'<a href="{escape(url if isinstance(url, str) else "")}">{inner}</a>'
    if kind == "heading":
        level = block.get("level")
        tag = f"h{level}" if isinstance(level, int) and 1 <= level <= 6 else "h2"
    elif kind == "list":
        tag = "ol" if block.get("format") == "ordered" else "ul"
    elif isinstance(kind, str) and kind in _TAGS:
        tag = _TAGS[kind]
    else:
        return inner
    return f"<{tag}>{inner}</{tag}>"
