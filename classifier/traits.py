"""What tells a short line of the article's own from a line to another story, beyond its words: how it answers to other lines.

An embedded post is signed ("— Name (@name) May 4, 2023") or ends in the network's short address. Headings of a ranking count up or
down across the paragraphs, a list of most read stories counts without a paragraph between. A live report's table of contents says
the headings of its entries once more. And on a page, what stands in the paragraphs' own element is rarely a site's box. All of these
were read off body lines that the block model took for lines to other stories.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from .article import Article
from .compiled import compiled

POST, POST_BELOW, COUNTS_ON, LISTED, TWIN = range(5)
TRAITS = 5
_SIGNED = re.compile(r"\(@\w{1,30}\)|\bpic\.(?:twitter|x)\.com/|\bt\.co/|\bx\.com/\w+/status")
_NUMBER = re.compile(r"\W{0,2}(\d{1,3})(?:[.):]|\b(?=\s+[^\W\d_]))")
_BELOW = 4  # lines between the beginning of a post and its signature
_LOOKED_AT = 400  # characters of a line in which a signature is looked for
_LONGEST = 160  # characters: a paragraph is no heading


def traits(article: Article) -> NDArray[np.float32]:
    """Shape (blocks, TRAITS), 1 where it holds: the line is signed as a post, one of the next lines is, a number that is counted
    on across paragraphs, one that is counted on right beside it, the same line in another place among the paragraphs."""
    return _traits_of(article.document.text, *article.spans, article.prose_blocks, _is_signed)


def _is_signed(text: str) -> bool:
    return _SIGNED.search(text) is not None


@compiled
def _traits_of(
    text: str, starts: list[int], ends: list[int], prose: NDArray[np.bool_], is_signed: Callable[[str], bool]
) -> NDArray[np.float32]:
    """As `traits` says, of the blocks text[starts[i]:ends[i]]; `prose`, shape (blocks,), tells which are paragraphs. `is_signed` says
    whether a line has the signature of a post."""
    out = np.zeros((len(prose), TRAITS), dtype=np.float32)
    gap = np.cumsum(prose)
    numbered: dict[int, list[int]] = {}
    seen: dict[str, list[int]] = {}
    for i, (start, end) in enumerate(zip(starts, ends, strict=True)):
        line = text[start : min(end, start + _LOOKED_AT)]
        if ("@" in line or ".co" in line) and is_signed(line):
            out[i, POST] = 1
            _mark_above(out, i, prose)
        if len(line) <= _LONGEST:
            seen.setdefault(line, []).append(i)
            match = _NUMBER.match(line)
            if match and not prose[i]:
                numbered.setdefault(int(match[1]), []).append(i)
    for places in seen.values():
        if len(places) > 1 and gap[places[0]] != gap[places[-1]]:
            out[places, TWIN] = 1
    for number, places in numbered.items():
        beside = {int(gap[j]) for other in (number - 1, number + 1) for j in numbered.get(other, ())}
        for i in places:
            if beside:
                out[i, LISTED if int(gap[i]) in beside else COUNTS_ON] = 1
    return out


def _mark_above(out: NDArray[np.float32], signed: int, prose: NDArray[np.bool_]) -> None:
    """The lines of the post above its signature; a paragraph may be the post itself, and ends it."""
    for j in range(signed - 1, max(-1, signed - 1 - _BELOW), -1):
        if out[j, POST]:
            return
        out[j, POST_BELOW] = 1
        if prose[j]:
            return
