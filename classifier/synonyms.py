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
_DOUBLINGS = np.arange(256).astype(np.float32) / STEPS
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
    counts = _counted(words.word, words.length, words.kind, known.code, known.first, synonyms.commoner)
    size = int(counts.sum())
    if size < FEWEST:
        return out
    doublings = _DOUBLINGS.repeat(counts)
    top = doublings[int(_TOP * size) :]
    above = [np.count_nonzero(doublings > limit) / size for limit in _ABOVE]
    out[:] = [np.add.reduce(doublings) / size, *above, top[0], np.add.reduce(top) / len(top)]
    return out


@compiled
def _counted(
    word: NDArray[np.uint32],
    length: NDArray[np.uint32],
    kind: NDArray[np.uint32],
    codes: NDArray[np.uint32],
    first: NDArray[np.int32],
    commoner: NDArray[np.uint8],
) -> NDArray[np.int64]:
    """How many of the tokens, shapes (tokens,), have synonyms that are so many steps commoner, shape (256,): words alone, but no
    small, short or capital ones. `codes` and `first`: the words that have synonyms, as `Known`; `commoner`: of each of them."""
    chosen = ((kind & (WORD | FUNCTION)) == WORD) & (length >= SHORTEST) & among(word, codes)
    chosen[1:] &= (kind[:-1] & CAPITAL) == 0  # the rest of a name, or of a first word
    return np.bincount(commoner.take(codes.searchsorted(word.compress(chosen))), minlength=256)
