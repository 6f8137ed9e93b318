"""The detectors, one module a signal: NAME, and measure(article, model) -> Signal.

A detector is a pure function of the article and the model: no file, clock or network. Detectors are found by listing this
folder; the model's manifest names the heads that it has weights for.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable

from ..article import Article
from ..model import Model
from ..report import Signal

Measure = Callable[[Article, Model], Signal]


def load() -> dict[str, Measure]:
    """Every detector's `measure` by its NAME."""
    modules = [importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__)]
    return {module.NAME: module.measure for module in modules}
