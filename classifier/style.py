"""How an article is written, in numbers: sentence lengths and their scatter, variety of words, habits of quoting and attributing.

The classical measures of stylometry (Grieve, "Quantitative authorship attribution", LLC 2007) on the prose that is scored. Beside
the n-gram heads they lift recall at one false flag in a hundred by three points on dev; alone they know little.
"""

from __future__ import annotations

from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from .linear import Floats
from .wording import (
    ADVERB,
    APOSTROPHE,
    CAPITAL,
    COLON,
    COMMA,
    FUNCTION,
    GERUND,
    HYPHEN,
    LONG,
    NOUN,
    NUMBER,
    PAST,
    QUOTE,
    SAYING,  # fmt: skip
    SEMICOLON,
    WORD,
    Wording,
)

CHUNK = 60  # words: variety falls with length, so it is measured on pieces of one length
_RATES = (
    LONG,
    FUNCTION,
    COMMA,
    QUOTE,
    HYPHEN,
    COLON,
    SEMICOLON,
    NUMBER,
    APOSTROPHE,
    CAPITAL,
    GERUND,
    ADVERB,
    PAST,
    NOUN,
)
_WORDS = (
    "said says the and of to a in that was is has had but which while as with their also not who he i we you it may will would "
    "however despite including after about mr"
).split()
_CODES = np.array(sorted(crc32(w.encode()) for w in _WORDS), dtype=np.uint32)
SIZE = 7 + 3 + len(_RATES) + 1 + len(_WORDS) + 3


def measures(words: Wording) -> Floats:
    """The measures of some sentences' style, shape (SIZE,); zeros where there is not a word."""
    out = np.zeros(SIZE, dtype=np.float32)
    is_word = (words.kind & WORD) > 0
    total = int(is_word.sum())
    if not total:
        return out
    inner = words.sentence.compress(is_word)
    sentences = int(words.sentence[-1]) + 1
    length = np.bincount(inner, minlength=sentences).astype(np.float32)
    code = words.word.compress(is_word)
    once = np.unique(code, return_counts=True)[1]
    found = _CODES.searchsorted(code)
    counts = np.bincount(found[_CODES.take(found, mode="clip") == code], minlength=len(_CODES))
    first = words.word[np.flatnonzero(words.length == 0)[:-1:2] + 1]  # what follows each sentence's START
    having = [
        np.bincount(words.sentence.compress((words.kind & k) > 0), minlength=sentences) > 0
        for k in (SAYING, NUMBER, QUOTE)
    ]
    out[:] = [
        *_lengths(length, total),
        _variety(code),
        float(words.length.compress(is_word).mean()),
        float((once == 1).sum()) / total,
        *(np.count_nonzero(words.kind & flag) / total for flag in _RATES),
        len(np.unique(first)) / sentences,
        *(counts / total),
        *(float(h.mean()) for h in having),
    ]
    return out


def _lengths(length: Floats, total: int) -> list[float]:
    """Log of all words; mean, deviation, their ratio, extremes of the sentence lengths in words, and their mean step."""
    mean, deviation = float(length.mean()), float(length.std())
    step = float(np.abs(np.diff(length)).mean()) if len(length) > 1 else 0.0
    return [
        float(np.log(total)),
        mean,
        deviation,
        deviation / max(mean, 1.0),
        float(length.max()),
        float(length.min()),
        step,
    ]


def _variety(code: NDArray[np.uint32]) -> float:
    """The share of different words, on average over whole pieces of CHUNK words (over all of them in a shorter text)."""
    whole = len(code) // CHUNK * CHUNK
    pieces = np.sort(code[:whole].reshape(-1, CHUNK) if whole else code[None, :], axis=1)
    return float(1 - (pieces[:, 1:] == pieces[:, :-1]).sum() / pieces.size)
