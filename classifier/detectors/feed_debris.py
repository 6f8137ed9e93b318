"""What a feed or a template left in the text: navigation words, calls to subscribe, notices, stray files, advert labels.

On a full page, share buttons round the article are the page's furniture, so the document head is told what form it looks at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from ..article import Article
from ..blocks import DEBRIS, LABELS, Labelled, debris_blocks, label_blocks, told
from ..model import Model, calibrate
from ..report import Evidence, Signal

NAME = "feed_debris"
_REASONS = {
    "cta": "call-to-action",
    "chrome": "page-chrome",
    "syndication_notice": "syndication-notice",
    "ad": "advert",
}
_MESSAGES = {
    "call-to-action": "Asks the reader to subscribe, follow, share or comment",
    "page-chrome": "Navigation or page furniture, not the article",
    "syndication-notice": "Notice of the feed or source that the text came from",
    "advert": "Advertisement or its label",
    "stray-file": "Name of a file, or a bare address, left in the text",
    "template-leftover": "Left over from a template, an editor or a chat window",
}
_COLUMNS = {label: LABELS.index(label) for label in DEBRIS}
_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|bmp|mp4|pdf|docx?)\b|^\W*https?://\S+$", re.I)


def document_features(article: Article, labelled: Labelled, lines: dict[int, float]) -> list[float]:
    """What the document head sees: the strongest and the summed lines that came with the text, leftovers, and the form."""
    page = float(article.document.form == "page")
    if not lines:
        return [0.0, 0.0, 0.0, page, 0.0]
    with_text = article.with_the_text
    artifact = labelled.of("artifact")
    inside = [v for i, v in lines.items() if with_text[i]]
    left = [float(artifact[i]) for i in lines if with_text[i]]
    return [max(inside, default=0.0), min(6.0, sum(inside)), max(left, default=0.0), page, page * min(6.0, sum(inside))]


def reason_of(text: str, probability: Sequence[float]) -> str:
    """The stable reason of a debris block from its label probabilities, (len(LABELS),)."""
    label = max(_COLUMNS, key=lambda x: probability[_COLUMNS[x]])
    if label == "artifact":
        return "stray-file" if _FILE.search(text[:300]) else "template-leftover"
    return _REASONS[label]


def measure(article: Article, model: Model) -> Signal:
    """Probability that an editor objects to debris in the article, and the lines."""
    labelled = label_blocks(article, model)
    taken = np.flatnonzero(debris_blocks(article, labelled, model))
    lines: dict[int, float] = dict(zip(taken.tolist(), labelled.debris[taken].tolist(), strict=True))
    evidence = list(_evidence(article, labelled, lines)) if lines else []
    unjudged = article.not_among(model.languages(NAME))
    if unjudged:
        return Signal(NAME, None, tuple(evidence), f"feed_debris: lines are shown but not judged, {unjudged}")
    raw = document_features(article, labelled, lines) @ model.array("feed_debris.weights") + model.number(
        "feed_debris.bias"
    )
    return Signal(NAME, calibrate(float(raw), model.array("feed_debris.calibration")), tuple(evidence))


def _evidence(article: Article, labelled: Labelled, lines: dict[int, float]) -> Iterator[Evidence]:
    """The evidence of these blocks."""
    text, blocks = article.document.text, article.document.blocks
    repeated: list[int] = article.repeated.tolist()
    probability: list[list[float]] = labelled.probability[list(lines)].tolist()
    for (i, sure), chances in zip(lines.items(), probability, strict=True):
        start, end = blocks[i].start, blocks[i].end
        reason = reason_of(text[start:end], chances)
        yield Evidence(NAME, reason, told(_MESSAGES[reason], repeated[i]), start, end, text[start:end], sure)
