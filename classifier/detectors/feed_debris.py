"""What a feed or a template left in the text: navigation words, calls to subscribe, notices, stray files, advert labels.

On a full page, share buttons round the article are the page's furniture, so the document head is told what form it looks at.
"""

from __future__ import annotations

import re

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
_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|bmp|mp4|pdf|docx?)\b|^\W*https?://\S+$", re.I)


def document_features(article: Article, labelled: Labelled, lines: dict[int, float]) -> list[float]:
    """What the document head sees: the strongest and the summed lines that came with the text, leftovers, and the form."""
    with_text = article.with_the_text
    artifact = labelled.of("artifact")
    inside = [v for i, v in lines.items() if with_text[i]]
    left = [float(artifact[i]) for i in lines if with_text[i]]
    page = float(article.document.form == "page")
    return [max(inside, default=0.0), min(6.0, sum(inside)), max(left, default=0.0), page, page * min(6.0, sum(inside))]


def reason_of(text: str, probability: np.ndarray[tuple[int], np.dtype[np.float32]]) -> str:
    """The stable reason of a debris block from its label probabilities, shape (len(LABELS),)."""
    label = max(DEBRIS, key=lambda x: float(probability[LABELS.index(x)]))
    if label == "artifact":
        return "stray-file" if _FILE.search(text[:300]) else "template-leftover"
    return _REASONS[label]


def measure(article: Article, model: Model) -> Signal:
    """Probability that an editor objects to debris in the article, and the lines."""
    labelled = label_blocks(article, model)
    chance = labelled.debris
    document = article.document
    lines = {int(i): float(chance[i]) for i in np.flatnonzero(debris_blocks(article, labelled, model))}
    evidence = []
    for i, sure in lines.items():
        block = document.blocks[i]
        quote = document.text[block.start : block.end]
        reason = reason_of(quote, labelled.probability[i])
        message = told(_MESSAGES[reason], article, i)
        evidence.append(Evidence(NAME, reason, message, block.start, block.end, quote, sure))
    unjudged = article.not_among(model.languages(NAME))
    if unjudged:
        return Signal(NAME, None, tuple(evidence), f"feed_debris: lines are shown but not judged, {unjudged}")
    raw = document_features(article, labelled, lines) @ model.array("feed_debris.weights") + model.number(
        "feed_debris.bias"
    )
    return Signal(NAME, calibrate(float(raw), model.array("feed_debris.calibration")), tuple(evidence))
