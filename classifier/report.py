"""What Copydesk says of one article. The JSON form of these classes is in the plugin's `schema.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Action = Literal["publish", "review", "hold"]
CLAIMS = ("rewrite", "copy", "identical")  # relations of a source that the article was made from
SCHEMA = 1  # the number of the report's format: a change of a field is a new number


@dataclass(frozen=True, slots=True)
class Evidence:
    """A line or whole sentences that carry a signal; `text[start:end] == quote` for the document's text, always.

    `score` is the probability, 0 to 1, that the quote is what `reason` says. `related` and `href` belong to injected links:
    whether the target fits the article's topic (None: cannot tell), and its address where the source gives one.
    """

    signal: str
    reason: str
    message: str
    start: int
    end: int
    quote: str
    score: float
    related: bool | None = None
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """What one detector measured: a calibrated probability, or None with a `note` that says why it abstains."""

    name: str
    score: float | None
    evidence: tuple[Evidence, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class SignalResult:
    """A signal after the policy: its score, the threshold in force, and whether the score reaches it."""

    score: float | None
    flagged: bool
    threshold: float


@dataclass(frozen=True, slots=True)
class Aligned:
    """A sentence of the article, `text[start:end] == quote`, beside the sentence of the source that resembles it most.

    `source_sentence` is that sentence's index; its span and quote index the source's own text, and are None where an archive keeps
    no texts. `score` is how much of the two sentences' words is the same, by weight, 0 to 1.
    """

    start: int
    end: int
    quote: str
    source_sentence: int
    score: float
    source_start: int | None = None
    source_end: int | None = None
    source_quote: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """An article of the archive that this one was copied or rewritten from; `share` is the part of the words that align, and
    `alignment` holds the sentences that do, in the order of the article."""

    id: str
    title: str
    relation: str
    score: float
    share: float
    alignment: tuple[Aligned, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that Copydesk says of one article, the same from every way in.

    `score` is the strongest signal, with every signal's own threshold moved to 0.5: at or above 0.5 something is flagged. It
    is None when no signal could be judged. `signals` maps the detectors' names to their results, in the contract's order.
    """

    id: str
    model: str
    language: str
    words: int
    content_hash: str
    action: Action
    score: float | None
    signals: dict[str, SignalResult]
    evidence: tuple[Evidence, ...]
    sources: tuple[Source, ...]
    notes: tuple[str, ...]
    text: str
    schema: int = SCHEMA
