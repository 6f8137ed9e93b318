"""When an article says that it was published: one form for all dates, and where a page of HTML keeps its own.

Dates are what somebody wrote down, so whatever is no date, or none that an article can have (the zero of a clock, a day that is in
no calendar), counts as not said. A page is asked in the order in which its makers mean it: what it tells other sites, what it tells
search engines, other names in its head, and last the time that stands between its headline and its first paragraph.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?\s?(?:([Zz])|([+-])(\d\d):?(\d\d)?)?)?",
    re.ASCII,
)
_LONGEST = 40  # characters of a date
_FIRST_YEAR = 1600  # newspapers are no older; content management systems write 0001-01-01 for "none"
_ZERO = "1970-01-01T00:00:00"  # the zero of Unix's clock: "none", too
_METAS = (
    'meta[property="article:published_time"], meta[name="article:published_time"], meta[property="og:article:published_time"]',
    'meta[itemprop="datePublished"], meta[name="datePublished"], meta[property="datePublished"]',
)
_OTHER_METAS = (
    'meta[name="parsely-pub-date" i], meta[name="sailthru.date" i], meta[name="publish-date" i], meta[name="pubdate" i]',
    'meta[name="dc.date.issued" i], meta[name="dcterms.created" i], meta[name="dc.date" i], meta[name="dcterms.date" i]',
    'meta[name="date" i]',
)
_LINKED_DATA = "application/ld+json"
_ANY = re.compile(r"<(?:meta|time|script)\b", re.IGNORECASE)
_FARTHEST = timedelta(hours=14)  # from UTC
_MOST_TRIED = 5  # elements of one kind
_MOST_JSON = 256 * 1024  # characters of one script
_MOST_VALUES = 2_000  # values of one script that are looked into
_PARAGRAPH = 60  # characters of a paragraph of prose: behind it, a time is another story's


def published(text: str) -> str | None:
    """A date or time of ISO 8601 in one form, or None where it is none: "2024-05-03", "2024-05-03T08:30:00" where its zone is not
    known, "2024-05-03T06:30:00Z" in UTC where it is. Such strings sort by time.

    >>> published("2024-05-03T08:30+02:00")
    '2024-05-03T06:30:00Z'
    """
    if len(text) > 2 * _LONGEST:
        return None
    match = _ISO.fullmatch(text.strip())
    if match is None or int(match[1]) < _FIRST_YEAR:
        return None
    year, month, day, hour, minute, second = (int(each or 0) for each in match.groups()[:6])
    try:
        moment = datetime(year, month, day, hour, minute, 59 if second == 60 else second)  # 60 is a leap second
        if match[8]:
            ahead = timedelta(hours=int(match[9]), minutes=int(match[10] or 0))
            if ahead > _FARTHEST:
                return None
            moment = (moment - ahead if match[8] == "+" else moment + ahead).replace(tzinfo=timezone.utc)
    except (ValueError, OverflowError):
        return None
    found = moment.replace(tzinfo=None).isoformat(timespec="seconds")
    if found == _ZERO:
        return None
    if match[4] is None:
        return found[:10]
    return found + "Z" if match[7] or match[8] else found


def published_in(tree: Any, text: str, metas: Any = None, told: Sequence[Any] | None = None) -> str | None:
    """When a page of HTML says that its article was published, as `published` writes it; `tree` is selectolax's, `text` its source.

    Where the caller knows them, `metas` is the part of the tree that has its `meta` elements, and `told` holds all `script` elements
    of its body, in order, among others: a selector is tried on every element of a tree.
    """
    if not _ANY.search(text):  # most bodies that a content management system stores
        return None
    metas = tree if metas is None else metas
    for found in (_told(metas, _METAS), _linked_data(tree, told), _told(metas, _OTHER_METAS), _beside_headline(tree)):
        for value in found:
            date = published(value)
            if date is not None:
                return date
    return None


def _told(part: Any, queries: tuple[str, ...]) -> Iterator[str]:
    for query in queries:
        for meta in part.css(query)[:_MOST_TRIED]:
            yield meta.attributes.get("content") or ""


def _scripts(tree: Any, told: Sequence[Any] | None) -> list[Any]:
    """The scripts that hold JSON-LD, in order."""
    query = f'script[type="{_LINKED_DATA}" i]'
    if told is None or tree.head is None:
        found: list[Any] = tree.css(query)
        return found
    return [*tree.head.css(query)] + [
        node for node in told if node.tag == "script" and (node.attributes.get("type") or "").lower() == _LINKED_DATA
    ]


def _linked_data(tree: Any, told: Sequence[Any] | None) -> Iterator[str]:
    """Every `datePublished` of the page's JSON-LD, in order; scripts that are too long or no JSON are passed over."""
    for script in _scripts(tree, told)[:_MOST_TRIED]:
        source = script.text()
        if "datePublished" not in source or len(source) > _MOST_JSON:
            continue
        try:
            waiting = [json.loads(source, strict=False)]
        except (ValueError, RecursionError):
            continue
        for _ in range(_MOST_VALUES):
            if not waiting:
                break
            value = waiting.pop()
            if isinstance(value, dict):
                date = value.get("datePublished")
                if isinstance(date, str):
                    yield date
                waiting += reversed(list(value.values()))
            elif isinstance(value, list):
                waiting += reversed(value)


def _beside_headline(tree: Any) -> Iterator[str]:
    """The times between the headline and the first paragraph of prose."""
    headline = False
    for node in tree.css("h1, time[datetime], p"):
        if node.tag == "h1":
            headline = True
        elif node.tag == "time":
            if headline:
                yield node.attributes.get("datetime") or ""
        elif headline and len(node.text()) >= _PARAGRAPH:
            return
