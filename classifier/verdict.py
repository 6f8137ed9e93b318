"""Scores and a policy in, a verdict out: publish, review or hold.

A signal measures, the model weighs, the policy decides: no other module knows a threshold that an editor may move.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .errors import PolicyError
from .report import Action, Signal, SignalResult, Source

DECIMALS = 4  # of a score, wherever it is printed or compared
SIGNALS = ("rewrite", "seo_padding", "injected_links", "feed_debris")


def _check(kind: str, values: Mapping[str, float]) -> None:
    for name, value in values.items():
        if name not in SIGNALS:
            raise PolicyError(f"{kind}: unknown signal {name!r}, expected one of {', '.join(SIGNALS)}")
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise PolicyError(f"{kind}: {name} is {value!r}, expected a number from 0 to 1")


@dataclass(frozen=True, slots=True)
class Policy:
    """How scores become an action.

    thresholds: signal -> score from which it is flagged; a signal not named keeps the model's own threshold.
    hold_at: signal -> score from which a flagged signal alone holds the article.
    hold_count: that many flagged signals at once hold the article (0: never).
    allow: beginnings of the ids of sources that may be copied, such as one's own or a licensed agency's.

    Raises PolicyError on a signal that does not exist and on a number outside its range.
    """

    thresholds: Mapping[str, float] = field(default_factory=dict)
    hold_at: Mapping[str, float] = field(default_factory=dict)
    hold_count: int = 2
    allow: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check every name and number once, here, so that nobody checks them later."""
        _check("thresholds", self.thresholds)
        _check("hold_at", self.hold_at)
        count = self.hold_count
        if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= len(SIGNALS):
            raise PolicyError(f"hold_count is {count!r}, expected a whole number from 0 to {len(SIGNALS)}")
        if not isinstance(self.allow, tuple) or not all(isinstance(each, str) and each for each in self.allow):
            raise PolicyError(f"allow is {self.allow!r}, expected the beginnings of ids, none of them empty")

    def allows(self, source: Source) -> bool:
        """May the article be copied or rewritten from this source?"""
        return source.id.startswith(self.allow)


def judge(signal: Signal, model_threshold: float, policy: Policy) -> SignalResult:
    """One signal against the threshold in force: the policy's where it names one, else the model's."""
    threshold = policy.thresholds.get(signal.name, model_threshold)
    flagged = signal.score is not None and round(signal.score, DECIMALS) >= threshold  # as printed, so that both agree
    return SignalResult(signal.score, flagged, threshold)


def decide(results: Mapping[str, SignalResult], policy: Policy) -> Action:
    """Hold where the policy says so, review where anything is flagged, else publish."""
    flagged = {name: r.score for name, r in results.items() if r.flagged and r.score is not None}
    if not flagged:
        return "publish"
    alone = any(name in policy.hold_at and score >= policy.hold_at[name] for name, score in flagged.items())
    together = 0 < policy.hold_count <= len(flagged)
    return "hold" if alone or together else "review"


def overall(results: Mapping[str, SignalResult]) -> float | None:
    """The strongest signal, each signal's odds divided by the odds of its threshold: 0.5 is where flagging starts."""
    scores = [_against(r.score, r.threshold) for r in results.values() if r.score is not None]
    return max(scores) if scores else None


def _against(score: float, threshold: float) -> float:
    above, below = score * (1 - threshold), (1 - score) * threshold
    return 0.5 if above == below else above / (above + below)
