"""A model in the making."""

from __future__ import annotations

from typing import Any

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
