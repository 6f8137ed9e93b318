"""The internal links of rich text, `<a linktype="page" id="7">`, with and without their addresses.

Stored text has no addresses, but a line that leads to another story is known by its link. So each such tag gets an href beside what it
has, and loses it again after cleaning; every other byte stays.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

from wagtail.rich_text import features

_MOST = 200  # internal links of one text that are looked up
_TAG = re.compile(r"<a\b[^<>]*\blinktype=\"[^<>]*>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_HREF = re.compile(r'\bhref="([^"]*)"')


def expanded(source: str) -> tuple[str, Mapping[str, str]]:
    """Rich text with addresses in its internal links, and each changed tag with what it was."""
    known: dict[str, str] = {}
    for tag in dict.fromkeys(_TAG.findall(source)):
        if len(known) < _MOST and (address := _address(tag)):
            known[tag] = f'{tag[:-1]} href="{html.escape(address)}">'
    return _TAG.sub(lambda match: known.get(match[0], match[0]), source), {new: old for old, new in known.items()}


def contracted(source: str, originals: Mapping[str, str]) -> str:
    """The text as it is stored: the tags are what they were."""
    for tag, original in originals.items():
        source = source.replace(tag, original)
    return source


def _address(tag: str) -> str:
    attributes = {name: html.unescape(value) for name, value in _ATTRIBUTE.findall(tag)}
    if "href" in attributes:
        return ""
    handler: Any = features.get_link_types().get(attributes.get("linktype", ""))
    try:
        found = _HREF.search(handler.expand_db_attributes(attributes)) if handler else None
    except Exception:  # a link whose target is gone, or a handler of the site's own that fails
        return ""
    return html.unescape(found[1]) if found else ""
