"""From which probability a block is shown as a line to other stories or as debris.

One level for all would have to be as high as the article's own paragraphs and lists need it, and most promo lines would be lost. So
there are four classes of blocks, each with a level for either signal, on full pages and elsewhere: paragraphs, lines that begin with
a lead-in, other lines of fewer than SHORT words, longer lines. The levels are set in training, on labelled documents that the model
had not seen (training/levels.py).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .compiled import compiled
from .linear import Floats
from .model import Model

CLASSES = ("prose", "cued", "short", "long")
SHORT = 8  # words


def classes(prose: NDArray[np.bool_], cued: NDArray[np.bool_], words: NDArray[np.int32]) -> NDArray[np.int32]:
    """The index in CLASSES of every block, from whether it looks like a paragraph, begins with a lead-in, and its words; (blocks,)."""
    return _class_of(prose, cued, words, SHORT)


@compiled
def _class_of(
    prose: NDArray[np.bool_], cued: NDArray[np.bool_], words: NDArray[np.int32], short: int
) -> NDArray[np.int32]:
    """0 for prose, 1 for lines with a lead-in, 2 for lines of fewer than `short` words, 3 for others; all shapes (blocks,)."""
    return np.where(prose, 0, np.where(cued, 1, np.where(words < short, 2, 3))).astype(np.int32)


def name_of(kind: str, page: bool, each: str) -> str:
    """The model's number of a level: kind is "link" or "debris"."""
    return f"lines.{kind}_{each}_{'page' if page else 'text'}"


def levels(of_class: NDArray[np.int32], kind: str, page: bool, model: Model) -> Floats:
    """The level of every block, shape (blocks,)."""
    return np.array([model.number(name_of(kind, page, each)) for each in CLASSES], dtype=np.float32)[of_class]
