"""A scorer handed to the work of a batch: itself, or what another process loads it from."""

from __future__ import annotations

from pathlib import Path

from copydesk import Policy, Scorer

Giver = Scorer | tuple[Path | None, Policy]  # a scorer, or what another process loads it from

_loaded: dict[str, Scorer] = {}


def given_scorer(given: Giver) -> Scorer:
    """The scorer itself, or one that is loaded and stays from one chunk to the next."""
    if not isinstance(given, tuple):
        return given
    key = repr(given)
    if key not in _loaded:
        _loaded[key] = Scorer.load(*given)
    return _loaded[key]
