"""A model in the making."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from copydesk import Model

from .corpus import EXPERTS, FAMILIES

Arrays = dict[str, NDArray[Any]]


class Draft:
    """A model in the making: arrays and numbers are put in, and whatever is in already can be scored with."""

    def __init__(self, name: str) -> None:
        """Start with nothing but the signals' names."""
        self.arrays: Arrays = {}
        self.numbers: dict[str, float] = {}
        self.thresholds: dict[str, dict[str, Any]] = {}
        heads = {
            "rewrite": {"families": list(FAMILIES), "experts": list(EXPERTS)},
            "seo_padding": {},
            "injected_links": {},
            "feed_debris": {},
        }
        self.manifest: dict[str, Any] = {
            "name": name,
            "heads": heads,
            "numbers": self.numbers,
            "thresholds": self.thresholds,
        }
        self.model = Model(name, self.manifest, self.arrays)


def narrow(array: NDArray[Any]) -> NDArray[Any]:
    """Large tables of weights are stored in half precision, with what is too small to matter set to nothing; counts and codes as
    they are; the rest in single."""
    if array.dtype.kind in "ui":
        return array
    if array.size < 4096:
        return array.astype(np.float32)
    small = np.where(np.abs(array) < 1e-3, 0, array)
    return np.asarray(small.astype(np.float16))
