"""Copydesk in Wagtail: a bad article stays a draft on every way to publication, with the reasons beside it.

For programs: `strict`, under which a held publication raises `PublishHeld`. Both are imported when they are asked for, because Django
imports this package before its models are ready.
"""

from __future__ import annotations

from typing import Any

__all__ = ["PublishHeld", "strict"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from . import outcome

        return getattr(outcome, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
