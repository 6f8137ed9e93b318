"""What a block looks like: markup, shape, place, neighbours and topic, as hashed yes/no features beside its n-grams.

Measured for every block: element, class words and link targets; length, case and closing mark; a lead-in ("Also Read |"); place
among the article's paragraphs; share of its words with the article; and the look of the two blocks before and after it, because
a bare headline is a promo line by where it stands. The cues come from reading labelled pages (patterns of real lines and of
their look-alikes); none of them decides, each is a column of a linear model.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from urllib.parse import urlsplit
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from .article import Article
from .cues import KINDS, WORD, Cue, closing, opening
from .document import Block
from .linear import Floats
from .topic import topic_fit
from .traits import TRAITS, traits

FEATURE_BITS = 16
ADDRESS = 500  # characters of an address or a DOM path that are looked at, and kept in a cache
LOOKED_AT = 90  # characters of a block from which case and title words are counted
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
_STEPS = (1, 2, 4, 7, 11, 17, 31, 61)
_COUNTS = (1, 2, 4, 8)
_DENSITIES = (0.2, 0.6)
_REACH = 2  # neighbours on either side that a block sees
_PLACES = np.array([[-2], [-1], [1], [2]], dtype=np.int32)
_SALTS = np.array([[0x51ED27], [0xA3C59A], [0x6B43A9], [0xD35A2D]], dtype=np.uint32)  # of _PLACES
_SHARES = (0.05, 0.2, 0.4, 0.6, 0.8, 0.95)
_BITS = [tuple(kinds >> bit & 1 for bit in range(len(KINDS))) for kinds in range(1 << len(KINDS))]
_NO_CUE = 40  # blocks: further than any label above counts
CUES = (
    11  # column of `Features.look` from which on the cues stand: what a block begins with, ends with, and stands under
)
TRAIT = CUES + 3 * len(KINDS)  # and the traits
LOOKS = TRAIT + TRAITS


@dataclass(frozen=True, slots=True)
class Features:
    """Hashed features of every block, sorted by block: column `column[i]`, in [0, 2**FEATURE_BITS), is set in row `row[i]`.

    `look`, shape (blocks, LOOKS), holds as numbers what the second pass uses itself: length, case and cues.
    """

    column: NDArray[np.int32]
    row: NDArray[np.int32]
    look: Floats


def _codes(names: Iterable[str]) -> list[int]:
    """Hash of every name; not kept, because most first words and addresses are new, and looking for them costs more."""
    return [crc32(name.encode("utf-8", "replace")) for name in names]


@lru_cache(maxsize=4096)
def _path_codes(path: str) -> tuple[int, ...]:
    """The elements of a DOM path and the words of their classes and ids: "div.c-inlineTeaser" gives c, inline, teaser."""
    found: list[str] = []
    for depth, element in enumerate(path.split(" < ")[:4]):
        tag, *names = re.split(r"[.#]", element)
        found.append(f"e{depth}={tag}")
        words = {w.lower() for name in names for w in _NAME.findall(name)}
        found += [f"c={w}" for w in sorted(words)[:16]]
        if depth == 0:
            found += [f"c0={w}" for w in sorted(words)[:16]]
    return tuple(_codes(found))


@lru_cache(maxsize=4096)
def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:  # a broken address has no host
        return ""


def link_features(block: Block, url: str | None) -> list[str]:
    """Where the block's links lead: nowhere, within the page, to the same site, to another."""
    if not block.links:
        return ["l=none"]
    found = [f"l=n{bisect_right((2, 3, 6), len(block.links))}", f"l=d{bisect_right(_SHARES, block.link_density)}"]
    href = block.links[0].href[:ADDRESS]
    host, own = _host(href), _host((url or "")[:ADDRESS])
    if href.startswith(("#", "javascript:", "mailto:")):
        found.append(f"l={href[:4]}")
    else:
        found.append(
            "l=relative" if not host else "l=same" if own and host == own else "l=other" if own else "l=absolute"
        )
    path = href.split("?")[0].split("//")[-1]
    found += [f"h={w.lower()}" for w in _NAME.findall(path)[:12]]
    found.append(f"l=long{bisect_right((1, 3, 6), path.count('-'))}")
    return found + [f"r={r}" for r in block.links[0].rel.split()[:3]]


def _case(words: list[str]) -> str:
    """Upper case, or the share of longer words with a capital."""
    if words and len([w for w in words if w.isupper() and len(w) > 1]) >= 0.7 * len(words):
        return "upper"
    long = [w for w in words if len(w) > 3]
    title = len([w for w in long if w[0].isupper()])
    return f"title{bisect_right((0.3, 0.6, 0.9), title / max(1, len(long)))}"


@lru_cache(maxsize=4096)
def _look_codes(
    length: int, last: str, case: str, kind: str, is_prose: bool, density: int, form: str
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """What a block also shows to its neighbours (length, closing mark, case, kind, links), and two pairs of these."""
    n, end = f"n={length}", f"end={last}"
    shown = (n, end, f"case={case}", f"k={kind}", f"p={is_prose}", f"d={density}")
    pairs = (f"{n} {end}", f"{n} d={density} {form}")
    return tuple(_codes(shown)), tuple(_codes(pairs))


def _words(text: str, words: list[str]) -> list[str]:
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


def _marks(text: str) -> list[str]:
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
def _place_codes(seen: int, total: int) -> tuple[int, ...]:
    """Where among the article's paragraphs a block stands: so many of `total` come before it."""
    where = "top" if seen == 0 else "after" if seen >= total else "inside"
    before, after = bisect_right(_COUNTS, seen), bisect_right(_COUNTS, total - seen)
    names = (f"at={where}", f"seen={before}", f"left={after}", f"prose={bisect_right(_COUNTS, total)}")
    return tuple(_codes(names))


@lru_cache(maxsize=4096)
def _fit_codes(title: int, repeat: int, form: str, cosine: int, known: int) -> tuple[int, ...]:
    """How a block fits the article: its words in the title, how often it came before, and the topic."""
    names = (f"title={title}", f"repeat={repeat}", f"form={form}", f"cos={cosine}", f"known={known}")
    return tuple(_codes(names))


def block_features(article: Article, idf: NDArray[np.float32]) -> Features:
    """All features of all blocks. `idf` holds the weight of every hashed word, shape (2**TOPIC_BITS,)."""
    document = article.document
    prose: list[bool] = article.prose_blocks.tolist()
    fit: list[list[float]] = topic_fit(article, idf).tolist()
    title = set(WORD.findall(document.title[:300].lower()))
    own: list[list[int]] = []
    shown: list[list[int]] = []
    looks: list[tuple[float, ...]] = []
    under, since = 0, 0
    repeats: dict[str, int] = {}
    answers: list[list[float]] = traits(article).tolist()
    total, before = sum(prose), 0
    for block, is_prose, (cosine, known), answer in zip(document.blocks, prose, fit, answers, strict=True):
        text = document.text[block.start : block.end]
        words = WORD.findall(text, 0, LOOKED_AT)
        length, last = bisect_right(_STEPS, text.count(" ") + 1), text[-1:]
        density = bisect_right(_DENSITIES, block.link_density)
        look, pairs = _look_codes(
            length, "a" if last.isalnum() else last, _case(words), block.kind, is_prose, density, document.form
        )
        says = _words(text, words)
        marks = [] if is_prose else _marks(text[:400])
        marks += [f"trait={name}" for name, holds in enumerate(answer) if holds]
        cue, tail = opening(text, [w.lower() for w in words[:6]]), 0 if is_prose else closing(text)
        under, since = (0, 0) if is_prose else (under, since + 1)
        cues = _cue_codes(cue, tail, under, min(since, 6) if under else 0)
        share = _title_share(title, words)
        looks.append(
            (len(text), is_prose, block.link_density, cosine, known, share, text[:1].islower(), cue.alone, cue.marked, cue.words,
             since if under else _NO_CUE, *_BITS[cue.kinds], *_BITS[tail], *_BITS[under], *answer)
        )  # fmt: skip
        if cue.alone:
            under, since = cue.kinds, 0
        repeat = repeats.get(text[:80], 0)
        repeats[text[:80]] = repeat + 1
        fits = _fit_codes(
            bisect_right(_SHARES, share),
            min(repeat, 2),
            document.form,
            bisect_right(_SHARES, cosine),
            bisect_right(_SHARES, known),
        )
        names, links = _codes(says + marks), _codes(link_features(block, document.url))
        place = _place_codes(before, total)
        own.append([*look, *names, *cues, *_path_codes(block.path[:ADDRESS]), *links, *place, *fits, *pairs])
        telling = [
            code
            for name, code in zip(says + marks, names, strict=True)
            if name.startswith(("t=", "lead=", "trait=")) or name == "has=retail"
        ]
        shown.append([*look, names[0], *telling, *cues, *_codes((f"g={block.tag}",))])
        before += is_prose
    return _with_neighbours(own, shown, np.array(looks, dtype=np.float32).reshape(-1, LOOKS))


def _title_share(title: set[str], words: list[str]) -> float:
    if not title or not words:
        return 0.0
    return len(title.intersection(map(str.lower, words))) / len(words)


@lru_cache(maxsize=4096)
def _cue_codes(cue: Cue, tail: int, under: int, since: int) -> tuple[int, ...]:
    """The kinds of cue that a block begins and ends with, and of the label above it, so many blocks ago."""
    found = []
    for bit, kind in enumerate(KINDS):
        if cue.kinds >> bit & 1:
            found += [f"cue={kind}", f"cue={kind} {'alone' if cue.alone else 'marked' if cue.marked else 'before'}"]
        if tail >> bit & 1:
            found.append(f"tail={kind}")
        if under >> bit & 1:
            found += [f"under={kind}", f"under={kind} {since}"]
    return tuple(_codes(found))


def _flat(lists: list[list[int]]) -> tuple[NDArray[np.uint32], NDArray[np.int32]]:
    lengths = np.fromiter(map(len, lists), dtype=np.int64, count=len(lists))
    values = np.fromiter(chain.from_iterable(lists), dtype=np.uint32, count=int(lengths.sum()))
    return values, np.repeat(np.arange(len(lists), dtype=np.int32), lengths)


def _with_neighbours(own: list[list[int]], shown: list[list[int]], look: Floats) -> Features:
    """Add what the two blocks on either side show, each place under a hash of its own."""
    count = len(own)
    beyond = [[0]] * _REACH  # where no block is, the hash of the place alone shows
    value, owner = _flat(own)
    around, at = _flat([*beyond, *shown, *beyond])
    columns, rows = (around ^ _SALTS).ravel(), (at - _REACH - _PLACES).ravel()
    inside = (rows >= 0) & (rows < count)
    row = np.concatenate([owner, rows.compress(inside)])
    column = np.concatenate([value, columns.compress(inside)])
    # Numbers of 16 bits are sorted by radix, in a third of the time.
    order = np.argsort(row.astype(np.uint16) if count < 1 << 16 else row, kind="stable")
    mixed = column.take(order) * np.uint32(0x9E3779B1)
    return Features((mixed >> np.uint32(32 - FEATURE_BITS)).astype(np.int32), row.take(order), look)
