"""What a block looks like: markup, shape, place, neighbours and topic, as hashed yes/no features beside its n-grams.

Measured for every block: element, class words and link targets; length, case and closing mark; a lead-in ("Also Read |"); place
among the article's paragraphs; share of its words with the article; and the look of the two blocks before and after it, because
a bare headline is a promo line by where it stands. The cues come from reading labelled pages (patterns of real lines and of
their look-alikes); none of them decides, each is a column of a linear model.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .article import Article
from .block_names import (
    ADDRESS,
    DENSITIES,
    SHARES,
    STEPS,
    case,
    codes,
    cue_codes,
    fit_codes,
    host,
    link_features,
    look_codes,
    marks,
    path_codes,
    place_codes,
    words,
)
from .compiled import compiled
from .cues import KINDS, WORD, Tables, closing, opening, tables
from .linear import Floats
from .topic import topic_fit
from .traits import TRAITS, traits

FEATURE_BITS = 16
LOOKED_AT = 90  # characters of a block from which case and title words are counted
_REACH = 2  # neighbours on either side that a block sees
_PLACES = np.array([[-2], [-1], [1], [2]], dtype=np.int32)
_SALTS = np.array([[0x51ED27], [0xA3C59A], [0x6B43A9], [0xD35A2D]], dtype=np.uint32)  # of _PLACES
_BITS = [tuple(kinds >> bit & 1 for bit in range(len(KINDS))) for kinds in range(1 << len(KINDS))]
_NO_CUE = 40  # blocks: further than any label above counts
CUES = (
    11  # column of `Features.look` from which on the cues stand: what a block begins with, ends with, and stands under
)
TRAIT = CUES + 3 * len(KINDS)  # and the traits
LOOKS = TRAIT + TRAITS


# Of a block: where it begins and ends, kind, tag, path, link density, number of links; address and relation of the first.
Fields = tuple[int, int, str, str, str, float, int, str, str]


@dataclass(frozen=True, slots=True)
class Features:
    """Hashed features of every block, sorted by block: column `column[i]`, in [0, 2**FEATURE_BITS), is set in row `row[i]`.

    `look`, shape (blocks, LOOKS), holds as numbers what the second pass uses itself: length, case and cues.
    """

    column: NDArray[np.int32]
    row: NDArray[np.int32]
    look: Floats


def block_features(article: Article, idf: NDArray[np.float32]) -> Features:
    """All features of all blocks. `idf` holds the weight of every hashed word, shape (2**TOPIC_BITS,)."""
    document = article.document
    blocks: list[Fields] = []
    for b in document.blocks:
        href, rel = (b.links[0].href, b.links[0].rel) if b.links else ("", "")
        blocks.append((b.start, b.end, b.kind, b.tag, b.path, b.link_density, len(b.links), href, rel))
    title = set(WORD.findall(document.title[:300].lower()))
    site = host((document.url or "")[:ADDRESS])
    measured = article.prose_blocks, topic_fit(article, idf), traits(article)
    return Features(*_hashed(document.text, blocks, *measured, title, document.form, site, tables(), _ASKED))


_ASKED = path_codes, marks, cue_codes, host


@compiled
def _hashed(
    text: str,
    blocks: list[Fields],
    prose: NDArray[np.bool_],
    fit: Floats,
    answers: Floats,
    title: set[str],
    form: str,
    site: str,
    tables: Tables,
    asked: tuple[Callable[..., Any], ...],
) -> tuple[NDArray[np.int32], NDArray[np.int32], Floats]:
    """Column and row of every feature, shapes (m,), and the looks, as `Features` has them.

    `prose`, `fit` and `answers` have a row a block: is it a paragraph, `topic_fit` and `traits`. `title` holds the title's words in
    lower case, `site` is the article's own host. The twin looks cues up in the `tables` of `cues.py`, and asks the functions
    `asked` for what is kept or rare.
    """
    own: list[list[int]] = []
    shown: list[list[int]] = []
    looks: list[tuple[float, ...]] = []
    under, since = 0, 0
    repeats: dict[str, int] = {}
    total, before = int(prose.sum()), 0
    rows = zip(blocks, prose.tolist(), fit.tolist(), answers.tolist(), strict=True)
    for (start, end, kind, tag, path, linked, links, href, rel), is_prose, (cosine, known), answer in rows:
        line = text[start:end]
        found = WORD.findall(line, 0, LOOKED_AT)
        length, last = bisect_right(STEPS, line.count(" ") + 1), line[-1:]
        density = bisect_right(DENSITIES, linked)
        look, pairs = look_codes(length, "a" if last.isalnum() else last, case(found), kind, is_prose, density, form)
        names = words(line, found) + ([] if is_prose else marks(line[:400]))
        names += [f"trait={name}" for name, holds in enumerate(answer) if holds]
        cue, tail = opening(line, [w.lower() for w in found[:6]]), 0 if is_prose else closing(line)
        under, since = (0, 0) if is_prose else (under, since + 1)
        cues = cue_codes(cue.kinds, cue.alone, cue.marked, tail, under, min(since, 6) if under else 0)
        share = _title_share(title, found)
        looks.append(
            (len(line), is_prose, linked, cosine, known, share, line[:1].islower(), cue.alone, cue.marked, cue.words,
             since if under else _NO_CUE, *_BITS[cue.kinds], *_BITS[tail], *_BITS[under], *answer)
        )  # fmt: skip
        if cue.alone:
            under, since = cue.kinds, 0
        repeat = repeats.get(line[:80], 0)
        repeats[line[:80]] = repeat + 1
        shares = [bisect_right(SHARES, value) for value in (share, cosine, known)]
        fits = fit_codes(shares[0], min(repeat, 2), form, shares[1], shares[2])
        hashes = codes(names)
        beside = [*path_codes(path[:ADDRESS]), *codes(link_features(links, linked, href, rel, site))]
        own.append([*look, *hashes, *cues, *beside, *place_codes(before, total), *fits, *pairs])
        telling = [code for code, name in zip(hashes, names, strict=True) if _is_telling(name)]
        shown.append([*look, hashes[0], *telling, *cues, *codes((f"g={tag}",))])
        before += is_prose
    return *_with_neighbours(own, shown), np.array(looks, dtype=np.float32).reshape(-1, LOOKS)


def _is_telling(name: str) -> bool:
    """Whether the neighbours are told of it."""
    return name.startswith(("t=", "lead=", "trait=")) or name == "has=retail"


def _title_share(title: set[str], words: list[str]) -> float:
    if not title or not words:
        return 0.0
    return len(title.intersection(map(str.lower, words))) / len(words)


def _flat(lists: list[list[int]]) -> tuple[NDArray[np.uint32], NDArray[np.int32]]:
    lengths = np.fromiter(map(len, lists), dtype=np.int64, count=len(lists))
    values = np.fromiter(chain.from_iterable(lists), dtype=np.uint32, count=int(lengths.sum()))
    return values, np.repeat(np.arange(len(lists), dtype=np.int32), lengths)


def _with_neighbours(own: list[list[int]], shown: list[list[int]]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Columns and rows, shapes (m,), of what every block has and what the two blocks on either side show, each place under a hash
    of its own."""
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
    return (mixed >> np.uint32(32 - FEATURE_BITS)).astype(np.int32), row.take(order)
