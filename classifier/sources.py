"""Is this article a copy or a rewrite of that one? A trained head over what the two have in common (`pairing`).

Measured by cross-validation over groups of articles with one original; the figures stand in the model card's manifest. What an
archive hands over is fingerprints (`fingerprint`), so an archive without any text answers the same as one with it.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import fingerprint
from .document import Document
from .errors import ModelError
from .fingerprint import BITS, unpack, words_of
from .linear import Floats
from .model import Model
from .pairing import FEATURES, Pairing, Query, pair, query_of
from .report import CLAIMS, Aligned, Source
from .sentences import split
from .trees import Forest

RELATIONS = ("unrelated", "same_event", "shared_passages", "rewrite", "copy")  # the head's classes, in order
# The whole text, character for character: often the same article under another id, so which is a copy of which is not for us to say.
IDENTICAL = "identical"
LOOKED_UP = 64  # words that are looked up: an archive keeps 48 of each article, and a rewrite brings words of its own
_NAMED = 0.5  # probability from which shared passages or the same event are named
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class SourcePrint:
    """What an archive keeps of an article to know it again; it holds no text. `terms` rise, shape (at most 48,)."""

    terms: NDArray[np.uint32]
    packed: bytes


@dataclass(frozen=True, slots=True)
class LookUp:
    """An article made ready to be looked up: the words to look for, rarest first, and how much each counts; shapes (at most 64,)."""

    terms: NDArray[np.uint32]
    weights: Floats
    query: Query
    document: Document


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article of an archive that may be the source; `packed` is its `SourcePrint.packed`, `same`: the text is the same."""

    id: str
    title: str
    packed: bytes
    same: bool = False


def check_print(packed: bytes) -> None:
    """Raises ValueError where the bytes are no `SourcePrint.packed`."""
    unpack(packed)


def quoted(source: Source, text: str) -> Source:
    """The source with the spans and quotes of its own sentences; `text` is that of its document."""
    ends = [span for start, end in _paragraphs(text) for span in split(text, start, end)]
    pairs = []
    for each in source.alignment:
        if each.source_sentence < len(ends):
            start, end = ends[each.source_sentence]
            each = dataclasses.replace(each, source_start=start, source_end=end, source_quote=text[start:end])
        pairs.append(each)
    return dataclasses.replace(source, alignment=tuple(pairs))


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """The spans of a document's blocks, which blank lines part."""
    start = 0
    for part in text.split("\n\n"):
        yield start, start + len(part)
        start += len(part) + 2


def _alignment(document: Document, pairing: Pairing) -> tuple[Aligned, ...]:
    found = []
    for sentence, best, alike in zip(document.sentences, pairing.best.tolist(), pairing.alike.tolist(), strict=False):
        if best >= 0:
            quote = document.text[sentence.start : sentence.end]
            found.append(Aligned(sentence.start, sentence.end, quote, best, min(1.0, alike)))
    return tuple(found)


class Matcher:
    """Knows articles again. Never changes after it is made, so threads may share it."""

    def __init__(self, model: Model) -> None:
        """Raises ModelError if the model has no weights for sources, or they do not fit this version."""
        self._idf = model.array("sources.idf")
        trees = [model.array(f"sources.tree_{part}") for part in ("feature", "threshold", "leaf", "base")]
        self._claimed_from = model.number("sources.claimed_from")
        if len(self._idf) != 1 << BITS or len(trees[3]) != len(RELATIONS):
            raise ModelError(f"model {model.name}: the arrays of sources do not fit this version of copydesk")
        if trees[0].max(initial=0) >= len(FEATURES):
            raise ModelError(f"model {model.name}: the trees of sources ask for features that there are not")
        self._forest = Forest(*trees)

    @property
    def digest(self) -> str:
        """Names the weights of words that fingerprints depend on: an archive fits the models with the same digest."""
        return hashlib.sha256(self._idf.astype("<f4").tobytes()).hexdigest()[:16]

    def print(self, document: Document) -> SourcePrint:
        """What to keep of an article."""
        words = words_of(document)
        terms, _ = fingerprint.terms(words, self._idf)
        return SourcePrint(np.sort(terms), fingerprint.fingerprint(words, self._idf).pack())

    def look_up(self, document: Document) -> LookUp:
        """What to look for in an archive: articles that hold `terms`, best those with the highest sum of `weights`."""
        words = words_of(document)
        terms, weights = fingerprint.terms(words, self._idf, LOOKED_UP)
        return LookUp(terms, weights * weights, query_of(words, self._idf), document)

    def match(self, look_up: LookUp, candidates: Sequence[Candidate]) -> tuple[Source, ...]:
        """The candidates that the article has something of, best first: claimed as copy or rewrite, or named as shared passages or
        the same event. A candidate whose fingerprint is damaged is passed over.

        `score` is the probability of a copy or rewrite where that is claimed, else that of the relation named.
        """
        pairs, known = [], []
        for each in candidates:
            try:
                pairs.append(pair(look_up.query, unpack(each.packed), self._idf))
            except (ValueError, IndexError):
                continue
            known.append(each)
        if not pairs or not len(look_up.terms):
            return ()
        chances = self._chances(np.stack([each.features for each in pairs]))
        found = [self._source(look_up.document, *each) for each in zip(known, pairs, chances, strict=True)]
        named = sorted((x for x in found if x), key=lambda x: (x.relation not in CLAIMS, -x.score))
        return tuple(named[:_MOST_NAMED])

    def _source(self, document: Document, candidate: Candidate, pairing: Pairing, chance: Floats) -> Source | None:
        found = self._relation(candidate, chance)
        if found is None:
            return None
        if found[0] in CLAIMS:
            pairing = pairing.at_least_loosely()
            if not pairing.alike.any():  # no word in common: whatever the trees make of it, there is nothing to show
                return None
        return Source(candidate.id, candidate.title, *found, pairing.share, _alignment(document, pairing))

    def _relation(self, candidate: Candidate, chance: Floats) -> tuple[str, float] | None:
        """The relation to name, and its probability."""
        claim = float(chance[3] + chance[4])
        if claim >= self._claimed_from:
            relation = IDENTICAL if candidate.same else "copy" if chance[4] > chance[3] else "rewrite"
            return relation, claim
        at = int(chance[:3].argmax())
        if at == 0 or chance[at] < _NAMED:
            return None
        return RELATIONS[at], float(chance[at])

    def _chances(self, table: Floats) -> Floats:
        """The probability of every relation, (pairs, FEATURES) -> (pairs, RELATIONS)."""
        raw = self._forest.score(table)
        raw = np.exp(raw - raw.max(axis=1, keepdims=True))
        return np.asarray(raw / raw.sum(axis=1, keepdims=True), dtype=np.float32)
