"""How a source that was found raises the rewrite signal, and which sentences say so.

Style alone misses a careful rewrite; its source does not depend on style. What both say together is learned (logistic regression on
the log-odds of the two): a source that is nearly sure outweighs prose that reads like a person's, a doubtful one needs prose that
reads like a machine's. Where style cannot be judged, a second fit goes by the source alone. Without a source nothing changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .article import Article
from .model import Model
from .report import CLAIMS, Aligned, Evidence, Signal, Source

_FARTHEST = 7.0  # log-odds: beyond it a probability is not known so well
_MESSAGES = {
    "rewritten-source": "Reworded from an article of the archive",
    "copied-source": "Copied from an article of the archive",
}


def raised(article: Article, model: Model, style: Signal) -> Signal:
    """The signal with the article's best source taken in; the same signal where none was claimed.

    Raises ModelError if a source was claimed and the model has no weights for sources.
    """
    source = next((each for each in article.sources if each.relation in CLAIMS), None)
    if source is None:
        return style
    bias, of_source, of_style = model.array("sources.raise")[0 if style.score is not None else 1].tolist()
    odds = bias + of_source * float(log_odds(source.score))
    if style.score is not None:
        odds += of_style * float(log_odds(style.score))
    score = max(style.score or 0.0, float(1 / (1 + np.exp(-odds))))
    note = None if style.note is None else f"{style.note}: judged by its source alone"
    return Signal(style.name, score, (*style.evidence, *_evidence(article, style.name, source)), note)


def log_odds(chance: float | NDArray[np.floating]) -> NDArray[np.float64]:
    """Of probabilities, any shape, held within what can be known."""
    inside = np.clip(np.asarray(chance, dtype=np.float64), 1e-9, 1 - 1e-9)
    return np.asarray(np.clip(np.log(inside / (1 - inside)), -_FARTHEST, _FARTHEST), dtype=np.float64)


def _evidence(article: Article, signal: str, source: Source) -> Iterator[Evidence]:
    """Every run of aligned sentences that follow each other in a paragraph, as one quote."""
    reason = "rewritten-source" if source.relation == "rewrite" else "copied-source"
    text = article.document.text
    for start, end in _runs(source.alignment, text):
        yield Evidence(signal, reason, _MESSAGES[reason], start, end, text[start:end], source.score)


def _runs(alignment: tuple[Aligned, ...], text: str) -> Iterator[tuple[int, int]]:
    if not alignment:
        return
    start = alignment[0].start
    for one, other in pairwise(alignment):
        between = text[one.end : other.start]
        if between.strip() or "\n\n" in between:
            yield start, one.end
            start = other.start
    yield start, alignment[-1].end
