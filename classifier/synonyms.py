"""How unusual an article's words are among their synonyms: a spinner puts rare words where a person has a common one.

For every word that has synonyms in WordNet, training notes how many times more often people write the commonest of them than the
word itself, on a scale of doublings. A person's words are mostly the usual ones; a synonym taken at random is not. The mean of the
most unusual tenth alone tells 98 of 100 pairs of an article and its spun version apart.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .compiled import compiled
from .linear import Floats
from .model import Model
from .wording import CAPITAL, FUNCTION, WORD, Known, Wording, among

STEPS = 10  # of the scale for every doubling
SHORTEST = 3  # letters of a word that is looked at
FEWEST = 10  # words with synonyms that an article needs
_ABOVE = (2.0, 4.0, 6.0)  # doublings
_TOP = 0.9
SIZE = len(_ABOVE) + 3


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Sorted codes (CRC-32) of the words that have synonyms, and how much commoner the commonest of those is, in STEPS of a doubling;
    both shapes (words,)."""

    word: NDArray[np.uint32]
    commoner: NDArray[np.uint8]
    known: Known = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Lay the words out for looking up."""
        object.__setattr__(self, "known", Known.of(self.word))

    @classmethod
    def of(cls, model: Model) -> Synonyms:
        """The model's table."""
        return cls(model.array("rewrite.synonym_words"), model.array("rewrite.synonym_commoner"))


def measures(words: Wording, synonyms: Synonyms) -> Floats:
    """The measures of some sentences' choice of words, shape (SIZE,); zeros where too few words have synonyms."""
    out = np.zeros(SIZE, dtype=np.float32)
    known = synonyms.known
    found = _measured(words.word, words.length, words.kind, known.code, known.first, synonyms.commoner)
    if found:
        out[:] = found
    return out


@compiled
def _measured(
    word: NDArray[np.uint32],
    length: NDArray[np.uint32],
    kind: NDArray[np.uint32],
    codes: NDArray[np.uint32],
    first: NDArray[np.int32],
    commoner: NDArray[np.uint8],
) -> list[float]:
    """The measures of tokens, shapes (tokens,), of words that are not small, short or part of a name; nothing where too few of them
    have synonyms. `codes` and `first`: the words that have any, as `Known`; `commoner`: of each of those."""
    chosen = ((kind & (WORD | FUNCTION)) == WORD) & (length >= SHORTEST) & among(word, codes)
    chosen[1:] &= (kind[:-1] & CAPITAL) == 0  # the rest of a name, or of a first word
    steps = commoner.take(codes.searchsorted(word.compress(chosen)))
    size = len(steps)
    if size < FEWEST:
        return []
    doublings = np.sort(steps).astype(np.float32) / STEPS
    top = doublings[int(_TOP * size) :]
    above = [np.count_nonzero(doublings > limit) / size for limit in _ABOVE]
    return [float(np.add.reduce(doublings) / size), *above, float(top[0]), float(np.add.reduce(top) / len(top))]
