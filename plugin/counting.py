"""A scorer that tells of every report it makes, so that whoever scores with it is counted: /score, the page and the hooks' desk."""

from __future__ import annotations

from typing import Any, Protocol

from copydesk import Cleaned, Report, Scorer

from .found import Found


class Counts(Protocol):
    """What is told."""

    def scored(self, report: Report) -> None:
        """An article was scored."""

    def looked_up(self, found: Found) -> None:
        """An archive was asked for the sources of an article."""


class CountingScorer(Scorer):
    """The scorer `inner`, whose every report is told to `counts`."""

    def __init__(self, inner: Scorer, counts: Counts) -> None:
        """Everything is the inner scorer's; nothing is set up again."""
        self._inner = inner
        self.counts = counts

    def __getattr__(self, name: str) -> Any:
        """The model, the policy and the rest."""
        return getattr(self.__dict__["_inner"], name)

    def score(self, *args: Any, **kwargs: Any) -> Report:
        """As Scorer.score; what cannot be read is not counted. Raises DocumentError."""
        report = self._inner.score(*args, **kwargs)
        self.counts.scored(report)
        return report

    def clean(self, *args: Any, **kwargs: Any) -> Cleaned:
        """As Scorer.clean. Raises DocumentError."""
        return self._inner.clean(*args, **kwargs)
