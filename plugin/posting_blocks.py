"""The blocks of an index: sorted pairs of a word and an article, cut into pieces of some 3 KB, as bytes that can be read in part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from .runs import ARTICLE, WORD, Keys

BLOCK = 512  # pairs of a block with several words: five of them fill a page of SQLite's
LONG = 2016  # pairs of a block with one word: two of them fill a page

Numbers = NDArray[np.uint32]


class DamagedIndex(Exception):
    """A block is not what was written."""


def cut(parts: Iterable[Keys]) -> Iterator[Keys]:
    """The pairs in blocks: of BLOCK pairs, and of LONG for the words that have more."""
    rest = np.zeros(0, dtype=np.uint64)
    for part in parts:
        rest = np.concatenate((rest, part))
        begin = 0
        while len(rest) - begin > 2 * LONG:
            end = _end(rest, begin)
            yield rest[begin:end]
            begin = end
        rest = rest[begin:]
    begin = 0
    while begin < len(rest):
        end = _end(rest, begin)
        yield rest[begin:end]
        begin = end


def _end(keys: Keys, begin: int) -> int:
    """Where the block that begins there ends: a long word's next LONG pairs, else BLOCK pairs, but before a long word."""
    last = min(len(keys), begin + BLOCK) - 1
    word = keys[last] >> WORD
    first = begin + int(keys[begin : last + 1].searchsorted(word << WORD))
    after = first + int(keys[first : first + LONG].searchsorted(word << WORD | ARTICLE, side="right"))
    if after - first <= BLOCK:
        return last + 1
    return first if first > begin else after


def packed(keys: Keys) -> bytes:
    """The number of words, the words, where the articles of each begin and the last ones end, and the articles."""
    terms = (keys >> WORD).astype("<u4")
    starts = np.flatnonzero(np.diff(terms, prepend=terms[0] ^ np.uint32(1)))
    places = np.append(starts, len(terms)).astype("<u2")
    head = len(starts).to_bytes(2, "little") + terms[starts].tobytes() + places.tobytes()
    return bytes(head + (keys & ARTICLE).astype("<u4").tobytes())


def of_term(data: bytes, term: Numbers) -> bytes:
    """The articles of one word, shape (1,), as they stand in a block."""
    size = int.from_bytes(data[:2], "little")
    begin = 4 + 6 * size
    if len(data) < begin:
        raise DamagedIndex("a block of the index is cut off")
    terms = np.frombuffer(data, dtype="<u4", count=size, offset=2)
    at = int(terms.searchsorted(term)[0])
    if at == size or terms[at] != term[0]:
        return b""
    place = 2 + 4 * size + 2 * at
    first, last = (
        int.from_bytes(data[place : place + 2], "little"),
        int.from_bytes(data[place + 2 : place + 4], "little"),
    )
    part = data[begin + 4 * first : begin + 4 * last]
    if len(part) != 4 * (last - first):
        raise DamagedIndex("a block of the index is cut off")
    return part


def unpacked(data: bytes) -> Keys:
    """The pairs of a block. Raises DamagedIndex."""
    size = int.from_bytes(data[:2], "little")
    begin = 4 + 6 * size
    if not size or len(data) < begin or (len(data) - begin) % 4:
        raise DamagedIndex("a block of the index is cut off")
    terms = np.frombuffer(data, dtype="<u4", count=size, offset=2).astype(np.uint64)
    places = np.frombuffer(data, dtype="<u2", count=size + 1, offset=2 + 4 * size)
    articles = np.frombuffer(data, dtype="<u4", offset=begin)
    if places[0] != 0 or places[-1] != len(articles) or np.any(places[1:] <= places[:-1]):
        raise DamagedIndex("a block of the index is cut off")
    return np.asarray(terms.repeat(np.diff(places)) << WORD | articles)


def ends_of(keys: Keys) -> bytes:
    """The first and the last word of a block, for the directory."""
    return bytes((keys[[0, -1]] >> WORD).astype("<u4").tobytes())


def checked(data: object) -> bytes:
    """What SQLite gave for a block, if it is bytes. Raises DamagedIndex."""
    if not isinstance(data, bytes) or len(data) < 2:
        raise DamagedIndex("a block of the index is not what was written")
    return data
