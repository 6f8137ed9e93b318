"""Is the prose a machine's rewriting? Several linear heads over byte n-grams, one a family of generators.

One straight line does not separate all machines from all humans (design, section 4): a model fitted to every generator at once
sees nothing of current ones. So each family has a head, each head's score is scaled by where human articles end (0 is the score
that 1 % of them pass, every human source weighing the same), and the article's score is the largest. The evidence is the sentences
that gave most of the winning head's score, by exact contribution.
"""

from __future__ import annotations

import numpy as np

from ..article import Article
from ..linear import Floats, contributions, score_rows
from ..model import Model, calibrate
from ..normalise import obfuscated_words
from ..report import Evidence, Signal

NAME = "rewrite"
MIN_WORDS = (
    50  # of running prose; under it the scores of human texts scatter too widely to promise a rate of false flags
)
SHARE_SHOWN = 1 / 3  # of the sentences at most: an explanation that marks everything explains nothing
_MESSAGES = {
    "machine-phrasing": "Worded the way automatic rewriters word it",
    "spun-wording": "Unlikely words in likely places, as synonym swapping leaves them",
    "obfuscated-text": "Words with invisible characters or look-alike letters of another alphabet",
}


def head_scores(article: Article, model: Model) -> Floats:
    """Score of every head, 0 where 1 % of human articles lie above, shape (heads,)."""
    raw = score_rows(article.prose_row, model.array("rewrite.ngrams"), model.array("rewrite.bias"), 1)[0]
    scale = model.array("rewrite.scale")
    return np.asarray((raw - scale[0]) / scale[1], dtype=np.float32)


def measure(article: Article, model: Model) -> Signal:
    """Probability that the article's prose is machine rewritten, and the sentences that say so."""
    hidden = tuple(_obfuscated(article))
    if article.not_english:
        return Signal(NAME, None, hidden, f"rewrite: not judged, {article.not_english}")
    if article.prose_words < MIN_WORDS:
        note = f"rewrite: not judged, {article.prose_words} words of running prose, {MIN_WORDS} are needed"
        return Signal(NAME, None, hidden, note)
    scores = head_scores(article, model)
    best = int(scores.argmax())
    value = calibrate(float(scores[best]), model.array("rewrite.calibration"))
    family = model.manifest["heads"][NAME]["families"][best]
    reason = "spun-wording" if family == "spun" else "machine-phrasing"
    return Signal(NAME, value, hidden + tuple(_evidence(article, model, best, reason, value)))


def sentence_strength(article: Article, model: Model, head: int) -> Floats:
    """How strongly every sentence speaks for that head, shape (sentences,): its exact contribution to the head's score, evened
    out for its length and the article's, so that one scale serves all."""
    weight = model.array("rewrite.ngrams")[:, head]
    given = contributions(article.prose_row, article.grams, article.prose, weight)
    length = np.array([len(f) for f in article.folded], dtype=np.float32)
    return np.asarray(
        given / np.sqrt(np.maximum(length, 1)) * np.sqrt(max(1.0, float(length[article.prose].sum()))), dtype=np.float32
    )


def _obfuscated(article: Article) -> list[Evidence]:
    """The sentences with invisible characters inside words, or with letters of two alphabets in one word."""
    document = article.document
    found = []
    for sentence in document.sentences:
        quote = document.text[sentence.start : sentence.end]
        words = obfuscated_words(quote)
        if words:
            sure = 1 - 0.5 ** len(words)
            found.append(
                Evidence(
                    NAME, "obfuscated-text", _MESSAGES["obfuscated-text"], sentence.start, sentence.end, quote, sure
                )
            )
    return found


def _evidence(article: Article, model: Model, head: int, reason: str, value: float) -> list[Evidence]:
    """The sentences above the evidence level, strongest first up to a third of all, in reading order."""
    if value < model.number("rewrite.evidence_from"):
        return []
    strength = sentence_strength(article, model, head)
    most = max(1, int(article.prose.sum() * SHARE_SHOWN))
    ranked = [int(i) for i in np.argsort(-strength, kind="stable")[:most] if strength[i] > 0]
    knots = model.array("rewrite.sentence_calibration")
    chances = np.interp(strength, knots[0], knots[1]).tolist()
    document = article.document
    found = []
    for i in sorted(ranked):
        sentence, sure = document.sentences[i], chances[i]
        if sure >= model.number("rewrite.sentence_from"):
            quote = document.text[sentence.start : sentence.end]
            found.append(Evidence(NAME, reason, _MESSAGES[reason], sentence.start, sentence.end, quote, sure))
    return found
