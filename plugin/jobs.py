"""A job of the queue, what it is made of, how patient the queue is, and what can go wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from copydesk import ConfigError, CopydeskError

State = Literal["waiting", "running", "done", "dropped", "dead"]


class QueueFull(CopydeskError):
    """So much waits already that a delivery is refused, for the sender to try again later."""


class Replayed(CopydeskError):
    """The very same signed request was accepted before."""


class NoSuchJob(CopydeskError):
    """There is no job of this number, or none that this can be done to."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How patient the queue is; times are in seconds.

    `attempts`: tries before a job is a dead letter. `first_wait`: the wait after the first try, doubled after each, up to
    `longest_wait`. `lease`: a desk that is silent for so long is taken for dead. `most`: jobs, `most_bytes`: text, that wait at once.

    Raises ConfigError.
    """

    attempts: int = 16
    first_wait: float = 5.0
    longest_wait: float = 3600.0
    lease: float = 60.0
    most: int = 10_000
    most_bytes: int = 256 * 1024 * 1024

    def __post_init__(self) -> None:
        """Check the ranges."""
        ranges = {
            "attempts": (1, 100),
            "first_wait": (0.01, 3600),
            "longest_wait": (0.01, 86_400),
            "lease": (1, 3600),
            "most": (1, 1_000_000),
            "most_bytes": (1024, 2**40),
        }
        for name, (low, high) in ranges.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise ConfigError(f"queue: {name} is {value}, expected a number from {low} to {high}")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a delivery asks for: a look at an article. `payload` is what the desk needs of it, as JSON; `content_hash` may be ""."""

    cms: str
    article: str
    event: str
    content_hash: str = ""
    payload: dict[str, object] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Job:
    """An entry on its way; times are in Unix seconds, `attempts` counts the tries that were begun."""

    id: int
    cms: str
    article: str
    content_hash: str
    event: str
    state: State
    attempts: int
    due: float
    created: float
    changed: float
    reason: str
    payload: dict[str, object] = field(repr=False)
