"""Letters as they would usually be written: capitals at sentences and names, in a text that has none or nothing else.

Changing the case of a whole text is a cheap way to hide it from a classifier: every n-gram and every sentence's end changes. Names
are told by what they are not: one of the words that people write in lower case. Every character stays at its place.
"""

from __future__ import annotations

import re
from dataclasses import replace
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from .compiled import compiled
from .document import Document, Sentence
from .sentences import split

FEWEST = 50  # words; fewer do not tell how a text is written
NONE, NOTHING_ELSE = 0.01, 0.6  # share of words that begin with a capital letter; in usual text one in five to ten
WORD = re.compile(r"[^\W\d_]{1,40}(?:['’][^\W\d_]{1,6})?")
_CLOSED = re.compile(r"[.!?…][\"'”’»)\]]*\s+[\"'“‘«(\[]*$")
_NEAR = 12  # characters before a word in which a sentence can have ended


def unusual(text: str) -> bool:
    """Whether hardly any word of the text begins with a capital letter, or nearly every one does."""
    if _clearly_usual(text):
        return False
    words = WORD.findall(text)
    share = sum(word[0].isupper() for word in words) / max(1, len(words))
    return len(words) >= FEWEST and not NONE <= share <= NOTHING_ELSE


def _clearly_usual(text: str) -> bool:
    """Whether counting bytes is enough to see that a text is written as usual: in a fiftieth of the time of finding its words.

    A letter behind a space begins a word, so there are as many words at least; words are parted, so there are half as many as
    characters at most. A capital behind a space begins a word with one, and no more words do than there are capitals and bytes
    beyond ASCII.
    """
    words, begun, most = _counted(text.encode("utf-8", "replace"))
    return words >= FEWEST and begun >= NONE * (len(text) / 2 + 1) and most <= NOTHING_ELSE * words


@compiled
def _counted(data: bytes) -> tuple[int, int, int]:
    """Of UTF-8: letters of ASCII behind a space, capitals among them, and capitals or bytes beyond ASCII wherever they stand."""
    code = np.frombuffer(data, dtype=np.uint8)
    capital = (code - ord("A")) < 26  # unsigned: what is below "A" wraps round
    behind = code[:-1] == ord(" ")
    words = np.count_nonzero(behind & (((code[1:] | 32) - ord("a")) < 26))
    begun = np.count_nonzero(behind & capital[1:])
    most = np.count_nonzero(capital | (code > 127))
    return int(words), int(begun), int(most)


def recased(document: Document, known: NDArray[np.uint32]) -> Document:
    """The document in usual case, of the same length, with its sentences told anew; `known`: sorted CRC-32 of lower-case words."""
    low = "".join(c.lower() if len(c.lower()) == 1 else c for c in document.text)
    starts = {block.start for block in document.blocks}
    words = list(WORD.finditer(low))
    codes = np.array([crc32(w.group().replace("’", "'").encode("utf-8", "replace")) for w in words], dtype=np.uint32)
    at = known.searchsorted(codes)
    is_name = known.take(at, mode="clip") != codes if len(known) else np.zeros(len(codes), dtype=np.bool_)
    letters = list(low)
    for word, name in zip(words, is_name.tolist(), strict=True):
        first, begin = word.group()[0], word.start()
        alone = word.group() == "i" or word.group()[:2] in ("i'", "i’")
        if (alone or name or _begins(low, begin, starts)) and len(first.upper()) == 1:
            letters[begin] = first.upper()
    text = "".join(letters)
    sentences = tuple(
        Sentence(a, b, i) for i, block in enumerate(document.blocks) for a, b in split(text, block.start, block.end)
    )
    return replace(document, text=text, sentences=sentences)


def _begins(text: str, at: int, starts: set[int]) -> bool:
    """Whether a sentence begins with the word at this place."""
    before = text[max(0, at - _NEAR) : at]
    lead = before.rstrip("\"'“‘«([")
    return at - (len(before) - len(lead)) in starts or _CLOSED.search(before) is not None
