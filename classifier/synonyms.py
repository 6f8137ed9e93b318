"""How unusual an article's words are among their synonyms: a spinner puts rare words where a person has a common one.

For every word that has synonyms in WordNet, training notes how many times more often people write the commonest of them than the
word itself, on a scale of doublings. A person's words are mostly the usual ones; a synonym taken at random is not. The mean of the
most unusual tenth alone tells 98 of 100 pairs of an article and its spun version apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .linear import Floats
from .model import Model
from .wording import CAPITAL, FUNCTION, WORD, Told, Wording, among

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

    @classmethod
    def of(cls, model: Model) -> Synonyms:
        """The model's table."""
        return cls(model.array("rewrite.synonym_words"), model.array("rewrite.synonym_commoner"))


def told(synonyms: Synonyms) -> Told:
    """What the table says of every token, for `measures`: how much commoner the commonest of its synonyms is, in STEPS of a doubling;
    -1 for a token without synonyms, and for one that is no word, a small word, or too short."""

    def ask(table: NDArray[np.uint32]) -> NDArray[np.int16]:
        word, _, length, kind = table.T
        chosen = ((kind & (WORD | FUNCTION)) == WORD) & (length >= SHORTEST)
        found = np.full(len(table), -1, dtype=np.int16)
        at = np.flatnonzero(chosen & among(word, synonyms.word))
        found[at] = synonyms.commoner[synonyms.word.searchsorted(word[at])]
        return found

    return Told(ask)


def measures(words: Wording, synonyms: Synonyms | Told) -> Floats:
    """The measures of some sentences' choice of words, shape (SIZE,); zeros where too few words have synonyms."""
    out = np.zeros(SIZE, dtype=np.float32)
    commoner = (synonyms if isinstance(synonyms, Told) else told(synonyms)).of(words)
    chosen = commoner >= 0
    chosen[1:] &= (words.kind[:-1] & CAPITAL) == 0  # the rest of a name, or of a first word
    commoner = commoner.compress(chosen)
    size = len(commoner)
    if size < FEWEST:
        return out
    doublings = np.sort(commoner).astype(np.float32) / STEPS
    top = doublings[int(_TOP * size) :]
    above = [np.count_nonzero(doublings > limit) / size for limit in _ABOVE]
    out[:] = [np.add.reduce(doublings) / size, *above, top[0], np.add.reduce(top) / len(top)]
    return out
