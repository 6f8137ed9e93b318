"""A document measured once: what more than one detector looks at is computed here, the first time somebody asks.

Hashing the n-grams of an article costs as much as all heads together, so it is done once and shared.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from itertools import chain
from typing import Any, TypeVar
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from .compiled import compiled
from .document import Document
from .language import UNDETERMINED, identify
from .ngrams import Grams, Rows, grams, rows
from .normalise import PLAIN, fold
from .report import Source

TOPIC_BITS = 16
MIN_PROSE_WORDS = 4  # a shorter sentence is a heading, a caption or a label
_MOST_TERMS, _LONGEST_TERM = 1 << 15, 40
T = TypeVar("T")
_TERM = re.compile(r"(\w{3,7})\w*")  # its first seven letters stand for all forms and compounds of a word
_NAMES = {"en": "English", "de": "German", "fr": "French", "it": "Italian", "es": "Spanish"}
_RUNNING = ("paragraph", "item", "quote", "other")  # kinds of blocks that hold running prose
PROSE_WORDS = 12  # a block of so many words that ends like a sentence counts as the article's own paragraph
_CLOSING = ".!?\"”’')…“«»。．！？।॥။۔؟」』"
_UNSPACED = (
    "\u0e00"  # from Thai on, scripts part few words or none by spaces: so many characters count as a paragraph there
)
_UNSPACED_LENGTH = 50
_CLOSED = re.compile(r"[.!?][\"')\]]*$")


class Article:
    """A document with its measurements, each made at most once; not changed after that."""

    def __init__(
        self, document: Document, repeated: NDArray[np.int32] | None = None, sources: tuple[Source, ...] = ()
    ) -> None:
        """Measure nothing yet. `repeated`: what `Repeats.of` says of the document, where a batch was counted; `sources`: what it
        was copied or rewritten from without leave, best first."""
        self.document = document
        self.sources = sources
        self._repeated = repeated
        self._made: dict[str, Any] = {}

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What `make` returns, computed at the first call under this name and kept: for measurements that need a model."""
        if name not in self._made:
            self._made[name] = make()
        made: T = self._made[name]
        return made

    @property
    def repeated(self) -> NDArray[np.int32]:
        """In how many other articles of the batch, from the same site, each block stands; shape (blocks,), zeros without a batch."""
        return np.zeros(len(self.document.blocks), dtype=np.int32) if self._repeated is None else self._repeated

    @cached_property
    def folded(self) -> tuple[str, ...]:
        """Every sentence in its scored form."""
        sentences = self.document.sentences
        starts, ends = [s.start for s in sentences], [s.end for s in sentences]
        return folds(self.document.text, starts, ends)

    @cached_property
    def spans(self) -> tuple[list[int], list[int]]:
        """Where every block begins, and where it ends."""
        blocks = self.document.blocks
        return [b.start for b in blocks], [b.end for b in blocks]

    @cached_property
    def block_words(self) -> list[int]:
        """Words of every block, as spaces tell."""
        text = self.document.text
        return [text.count(" ", start, end) + 1 for start, end in zip(*self.spans, strict=True)]

    @cached_property
    def language(self) -> str:
        """ISO 639-1 code of the language that most of the article is in, or "und"."""
        return identify(" ".join(self.folded))[0]

    def not_among(self, languages: Collection[str]) -> str | None:
        """Why the article is not judged for its language; None if it is one of these (ISO 639-1 codes)."""
        if self.language in languages:
            return None
        if self.language == UNDETERMINED:
            return "its language cannot be told"
        return f"it is not in {' or '.join(_NAMES.get(x, x) for x in languages)} ({self.language})"

    @property
    def not_english(self) -> str | None:
        """Why the article's prose is not judged; None for English."""
        return self.not_among(("en",))

    @cached_property
    def grams(self) -> Grams:
        """The hashed n-grams of all sentences."""
        return grams(self.folded)

    @cached_property
    def block_of_sentence(self) -> NDArray[np.int32]:
        """Index of the block of every sentence, shape (sentences,)."""
        return np.fromiter(
            (s.block for s in self.document.sentences), dtype=np.int32, count=len(self.document.sentences)
        )

    @property
    def prose(self) -> NDArray[np.bool_]:
        """Which sentences are running prose, shape (sentences,): closed by a full stop, and long enough to be one.

        Headings, labels, lead-ins ("Here is the article:") and ends cut off in mid-sentence are not: whether a text has them
        tells where it was found rather than who wrote it.
        """
        return self._prose[0]

    @property
    def prose_words(self) -> int:
        """How many words of running prose there are."""
        return self._prose[1]

    @cached_property
    def _prose(self) -> tuple[NDArray[np.bool_], int]:
        kinds = [b.kind in _RUNNING for b in self.document.blocks]
        return _prose_of(self.folded, [kinds[s.block] for s in self.document.sentences])

    @cached_property
    def prose_row(self) -> Rows:
        """The n-grams of the running prose as one row."""
        return rows(self.grams, np.where(self.prose, 0, -1).astype(np.int32))

    @cached_property
    def block_rows(self) -> Rows:
        """The n-grams of every block as a row."""
        return rows(self.grams, self.block_of_sentence)

    @cached_property
    def prose_blocks(self) -> NDArray[np.bool_]:
        """Which blocks look like the article's own paragraphs, by length, closing mark and link density; shape (blocks,)."""
        densities = [b.link_density for b in self.document.blocks]
        return _paragraphs_of(self.document.text, *self.spans, densities, _CLOSING)

    @cached_property
    def with_the_text(self) -> NDArray[np.bool_]:
        """Which blocks came with the article's text rather than with the page round it, shape (blocks,).

        On a full page that is what stands in the element that holds most paragraphs; in stored text, everything.
        """
        blocks = self.document.blocks
        if self.document.form != "page":
            return np.ones(len(blocks), dtype=np.bool_)
        holders = Counter(_holder(b.path) for b, own in zip(blocks, self.prose_blocks, strict=True) if own)
        if not holders:
            return np.zeros(len(blocks), dtype=np.bool_)
        holder = f" < {holders.most_common(1)[0][0]} < "
        return np.array([holder in f" < {b.path} < " for b in blocks], dtype=np.bool_)

    @cached_property
    def lowered(self) -> str:
        """The text in lower case, character for character: a few capitals grow when lowered, and every offset would slip."""
        text = self.document.text.lower()
        if len(text) != len(self.document.text):
            text = "".join([low if len(low := c.lower()) == 1 else c for c in self.document.text])
        return text

    @cached_property
    def terms(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Hashed content words (shape (m,), in [0, 2**TOPIC_BITS)) of the whole article, and the block of each."""
        return _terms_of(self.lowered, *self.spans)


def folds(text: str, starts: list[int], ends: list[int]) -> tuple[str, ...]:
    """text[starts[s]:ends[s]] in scored form, for every s."""
    return _folded(text, starts, ends, PLAIN, fold)


@compiled
def _folded(
    text: str, starts: list[int], ends: list[int], plain: Mapping[str, str], fold: Callable[[str], str]
) -> tuple[str, ...]:
    """text[starts[s]:ends[s]] in scored form, of every sentence s.

    The twin only asks `fold` where there is more to do than a single pass can with the `plain` forms of typography.
    """
    return tuple([fold(text[start:end]) for start, end in zip(starts, ends, strict=True)])


@compiled
def _prose_of(sentences: tuple[str, ...], may_be: list[bool]) -> tuple[NDArray[np.bool_], int]:
    """Which sentences are running prose, shape (sentences,), and how many words these have together."""
    spaces = [text.count(" ") if fits else 0 for text, fits in zip(sentences, may_be, strict=True)]
    marks = [n >= MIN_PROSE_WORDS - 1 and _CLOSED.search(text[-6:]) is not None for n, text in zip(spaces, sentences)]  # noqa: B905
    words = sum([n + 1 for n, is_prose in zip(spaces, marks, strict=True) if is_prose])
    return np.fromiter(marks, dtype=np.bool_, count=len(marks)), words


@compiled
def _paragraphs_of(
    text: str, starts: list[int], ends: list[int], densities: list[float], closing: str
) -> NDArray[np.bool_]:
    """Which blocks look like the article's own paragraphs, shape (blocks,); `closing` holds the marks that may end one."""
    marks = (
        density < 0.5
        and text[end - 1] in closing
        and (
            text.count(" ", start, end) >= PROSE_WORDS or (text[start] >= _UNSPACED and end - start >= _UNSPACED_LENGTH)
        )
        for start, end, density in zip(starts, ends, densities, strict=True)
    )
    return np.fromiter(marks, dtype=np.bool_, count=len(starts))


@compiled
def _terms_of(lowered: str, starts: list[int], ends: list[int]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Hashed content words of lowered[starts[b]:ends[b]] for every block b, and the block of each, shapes (m,)."""
    terms: list[int] = []
    lengths: list[int] = []
    known = _known_terms()
    for start, end in zip(starts, ends, strict=True):
        before = len(terms)
        terms += chain.from_iterable(map(known.__getitem__, lowered[start:end].split()))
        lengths.append(len(terms) - before)
    return np.array(terms, dtype=np.int32), np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)


class _Terms(dict[str, tuple[int, ...]]):
    """The hashed content words of what stood between spaces so far: looking up costs a third of taking apart and hashing anew."""

    def __missing__(self, written: str) -> tuple[int, ...]:
        """Hash what has not been seen before; a text may hold a "word" of a megabyte, which is not kept."""
        found = tuple([crc32(term.encode()) & ((1 << TOPIC_BITS) - 1) for term in _TERM.findall(written)])
        if len(written) <= _LONGEST_TERM:
            self[written] = found
        return found


_terms = _Terms()


def _known_terms() -> _Terms:
    """The terms seen so far; all are forgotten where they are too many, 4 MB."""
    global _terms
    if len(_terms) > _MOST_TERMS:
        _terms = _Terms()
    return _terms


def _holder(path: str) -> str:
    """The two elements round a block's own: "p < div.entry < article < main" gives "div.entry < article"."""
    return " < ".join(path.split(" < ")[1:3])
