"""The names of what a block looks like, and their hashes: words, marks, links, place, and fit with the article.

A name is "t=read next" or "l=other"; its column in the linear model is a hash, so that no model holds anyone's words.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit
from zlib import crc32

from .compiled import compiled
from .cues import KINDS

ADDRESS = 500  # characters of an address or a DOM path that are looked at, and kept in a cache
_NAME = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{2,}")
_NAMED = r"[^\W\d_]+(?:['’][^\W\d_]+)?"
# Looking first whether a mark follows at all halves the time: most lines have none.
_LEAD_IN = re.compile(rf"(?=[^:|–—>-]*[:|–—>-])\W*({_NAMED}(?: {_NAMED}){{0,3}})\s*([:|–—>-])")
_DIGIT = re.compile(r"\d")
_COUNTER = re.compile(r"\d\s?[KM]?\s+(?:shares?|comments?|views?|likes?)\b|#\d", re.I)
_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|mp4|pdf)\b", re.I)
_SITE = re.compile(r"\.(?:com|org|net)\b", re.I)
_DATE = re.compile(r"(?:19|20)\d\d\b|\d:\d\d\b|\d[./-]\d{1,2}[./-]\d{2,4}\b|\d\w* ago\b")
# A price as shops write it: with cents, as a range, with its currency's code, or marked down.
_RETAIL = re.compile(r"[$€£]\s?\d[\d,]*(?:\.\d\d\b|\s?[-–]\s?[$€£]|\s?(?:USD|EUR|GBP)\b)|\bprice:?\s[$€£]", re.I)
_PRICE = re.compile(r"[$€£]\s?\d")
_BRACKETS = re.compile(r"\[/?\w{1,30}[\] ]")
_VALUES = frozenset(
    ("undefined", "null", "false", "true", "nan", "none")
)  # what a script prints where a text should be
STEPS = (1, 2, 4, 7, 11, 17, 31, 61)
_COUNTS = (1, 2, 4, 8)
DENSITIES = (0.2, 0.6)
SHARES = (0.05, 0.2, 0.4, 0.6, 0.8, 0.95)


def codes(names: Iterable[str]) -> list[int]:
    """Hash of every name; not kept, because most first words and addresses are new, and looking for them costs more."""
    return [crc32(name.encode("utf-8", "replace")) for name in names]


@lru_cache(maxsize=4096)
@compiled
def path_codes(path: str) -> tuple[int, ...]:
    """The elements of a DOM path and the words of their classes and ids: "div.c-inlineTeaser" gives c, inline, teaser."""
    found: list[str] = []
    for depth, element in enumerate(path.split(" < ")[:4]):
        tag, *names = re.split(r"[.#]", element)
        found.append(f"e{depth}={tag}")
        words = {w.lower() for name in names for w in _NAME.findall(name)}
        found += [f"c={w}" for w in sorted(words)[:16]]
        if depth == 0:
            found += [f"c0={w}" for w in sorted(words)[:16]]
    return tuple(codes(found))


@lru_cache(maxsize=4096)
def host(url: str) -> str:
    """The host of an address without "www.", or nothing."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:  # a broken address has no host
        return ""


def link_features(number: int, density: float, href: str, rel: str, site: str) -> list[str]:
    """Where a block's links lead: nowhere, within the page, to the same site, to another.

    `number` is how many there are; `href` and `rel` are the first one's; `site` is the host of the article's own address.
    """
    if not number:
        return ["l=none"]
    found = [f"l=n{bisect_right((2, 3, 6), number)}", f"l=d{bisect_right(SHARES, density)}"]
    href = href[:ADDRESS]
    name = host(href)
    if href.startswith(("#", "javascript:", "mailto:")):
        found.append(f"l={href[:4]}")
    else:
        found.append(
            "l=relative" if not name else "l=same" if site and name == site else "l=other" if site else "l=absolute"
        )
    path = href.split("?")[0].split("//")[-1]
    found += [f"h={w.lower()}" for w in _NAME.findall(path)[:12]]
    found.append(f"l=long{bisect_right((1, 3, 6), path.count('-'))}")
    return found + [f"r={r}" for r in rel.split()[:3]]


def case(words: list[str]) -> str:
    """Upper case, or the share of longer words with a capital."""
    if words and len([w for w in words if w.isupper() and len(w) > 1]) >= 0.7 * len(words):
        return "upper"
    long = [w for w in words if len(w) > 3]
    title = len([w for w in long if w[0].isupper()])
    return f"title{bisect_right((0.3, 0.6, 0.9), title / max(1, len(long)))}"


@lru_cache(maxsize=4096)
def look_codes(
    length: int, last: str, case: str, kind: str, is_prose: bool, density: int, form: str
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """What a block also shows to its neighbours (length, closing mark, case, kind, links), and two pairs of these."""
    n, end = f"n={length}", f"end={last}"
    shown = (n, end, f"case={case}", f"k={kind}", f"p={is_prose}", f"d={density}")
    pairs = (f"{n} {end}", f"{n} d={density} {form}")
    return tuple(codes(shown)), tuple(codes(pairs))


def words(text: str, words: list[str]) -> list[str]:
    """First and last words, a short block's whole text, and the patterns of counters, files, dates and templates."""
    lower = [w.lower() for w in words[:3]]
    found = [f"w1={lower[0] if lower else text[:2]}", f"w2={' '.join(lower[:2])}", f"w3={' '.join(lower)}"]
    if len(text) <= 40:
        found.append(f"t={text.lower()}")
    lead = _LEAD_IN.match(text[:48])
    if lead:
        found += [f"lead={lead[1].strip().lower()}", f"mark={lead[2]}"]
    if words:
        found.append(f"last={words[-1].lower()}")
    if not text[:1].isalpha() and not any(c.isalpha() for c in text[:200]):
        found.append("has=no-letters")
    return found


def marks(text: str) -> list[str]:
    """Counters, files, addresses, dates and template leftovers; each pattern only runs where its sign occurs at all."""
    found = []
    if _DIGIT.search(text):
        found += [f"has={name}" for name, pattern in (("counter", _COUNTER), ("date", _DATE)) if pattern.search(text)]
    elif " ago" in text:
        found.append("has=date")
    if "." in text and _FILE.search(text):
        found.append("has=file")
    if "://" in text or "www." in text or ("." in text and _SITE.search(text)):
        found.append("has=address")
    if ("$" in text or "€" in text or "£" in text) and _PRICE.search(text):
        found.append("has=retail" if _RETAIL.search(text) else "has=price")
    if (
        "{{" in text
        or "}}" in text
        or "<%" in text
        or text.lower() in _VALUES
        or ("[" in text and _BRACKETS.search(text))
    ):
        found.append("has=template")
    return found


@lru_cache(maxsize=4096)
def place_codes(seen: int, total: int) -> tuple[int, ...]:
    """Where among the article's paragraphs a block stands: so many of `total` come before it."""
    where = "top" if seen == 0 else "after" if seen >= total else "inside"
    before, after = bisect_right(_COUNTS, seen), bisect_right(_COUNTS, total - seen)
    names = (f"at={where}", f"seen={before}", f"left={after}", f"prose={bisect_right(_COUNTS, total)}")
    return tuple(codes(names))


@lru_cache(maxsize=4096)
def fit_codes(title: int, repeat: int, form: str, cosine: int, known: int) -> tuple[int, ...]:
    """How a block fits the article: its words in the title, how often it came before, and the topic."""
    names = (f"title={title}", f"repeat={repeat}", f"form={form}", f"cos={cosine}", f"known={known}")
    return tuple(codes(names))


@lru_cache(maxsize=4096)
def cue_codes(kinds: int, alone: bool, marked: bool, tail: int, under: int, since: int) -> tuple[int, ...]:
    """The kinds of cue that a block begins and ends with, and of the label above it, so many blocks ago."""
    found = []
    for bit, kind in enumerate(KINDS):
        if kinds >> bit & 1:
            found += [f"cue={kind}", f"cue={kind} {'alone' if alone else 'marked' if marked else 'before'}"]
        if tail >> bit & 1:
            found.append(f"tail={kind}")
        if under >> bit & 1:
            found += [f"under={kind}", f"under={kind} {since}"]
    return tuple(codes(found))
