"""Paragraphs that say nothing: hollow significance, generic conclusions, the headline said again, stuffed keywords.

A linear head judges every paragraph by its n-grams, place and topic; it learned from paragraphs that were added to articles on
purpose. Two things it cannot see are counted: lines that repeat the headline, and a phrase of the headline that comes back far
more often than its length of text allows. How many human articles reach either count is in the model card.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..article import Article
from ..blocks import features_of, score_features
from ..linear import Floats, score_rows, sigmoid
from ..model import Model, calibrate
from ..ngrams import rows, run_bounds
from ..report import Evidence, Signal

NAME = "seo_padding"
MIN_WORDS = 50
LONG_BLOCK = 110  # words; a longer block is judged in runs of sentences of about RUN words
RUN = 60
_TITLE = 300  # characters of a headline that are looked at
_TOP = 1  # the headline may stand below a kicker
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_CONCLUSION = re.compile(
    r"\W*(?:in (?:conclusion|summary|essence|closing|the end)|to (?:sum up|conclude)|conclusion|overall|ultimately"
    r"|final (?:thoughts|words)|as (?:we|the|this)\b.*\b(?:future|forward|unfold))",
    re.I,
)
_MESSAGES = {
    "hollow-paragraph": "Says nothing that the article's facts need",
    "generic-conclusion": "A conclusion that would fit any article",
    "repeated-headline": "Says the headline again",
    "keyword-stuffing": "Repeats a phrase of the headline beyond what the text needs",
}
_SMALL = frozenset(
    """a an the of and or to in for on with by from at as is are was were be been it its this that than how why what who
    when where will would can could should may might has have had not no new your you our we""".split()
)


def units(article: Article) -> NDArray[np.int32]:
    """Which paragraph each sentence is judged with, shape (sentences,): its block, or its run of sentences in a long block."""
    document = article.document
    words = [document.text.count(" ", b.start, b.end) + 1 for b in document.blocks]
    if max(words, default=0) <= LONG_BLOCK:  # as in most articles: nothing to part
        block = article.block_of_sentence
        return np.cumsum(np.diff(block, prepend=block[:1]) != 0, dtype=np.int32)
    per_block = Counter(s.block for s in document.sentences)
    out, unit, size, last = [], -1, 0, -1
    for sentence, folded in zip(document.sentences, article.folded, strict=True):
        split = words[sentence.block] > LONG_BLOCK and per_block[sentence.block] > 1 and size >= RUN
        if sentence.block != last or split:
            unit, size, last = unit + 1, 0, sentence.block
        size += folded.count(" ") + 1
        out.append(unit)
    return np.array(out, dtype=np.int32)


def unit_scores(article: Article, unit: NDArray[np.int32], model: Model) -> Floats:
    """Probability of being padding for every paragraph, shape (units,)."""
    size = int(unit[-1]) + 1 if len(unit) else 0
    first = run_bounds(unit)[:-1]
    block = article.block_of_sentence[first]
    same = size == len(article.document.blocks) and np.array_equal(unit, article.block_of_sentence)
    counted = article.block_rows if same else rows(article.grams, unit)
    text = score_rows(counted, model.array("padding.ngrams"), model.array("padding.bias"), size)
    look = score_features(
        features_of(article, model.array("topic.idf")), model.array("padding.features"), len(article.document.blocks)
    )
    raw = (text + look[block])[:, 0]
    knots = model.array("padding.calibration")
    return np.asarray(np.interp(raw, knots[0], knots[1]), dtype=np.float32)


def _content(text: str) -> list[str]:
    return [w for w in _WORD.findall(text.lower()) if w not in _SMALL]


def headline_echoes(article: Article) -> list[int]:
    """Blocks that say the headline again, in other words or the same; at the very top stands the headline itself."""
    document = article.document
    first = next((b for b in document.blocks if b.kind == "heading"), document.blocks[0])
    title = set(_content((document.title or document.text[first.start : first.end])[:_TITLE]))
    if len(title) < 4:
        return []
    found = []
    for i, block in enumerate(document.blocks):
        if document.text.count(" ", block.start, block.end) > 6 * len(title):
            continue
        text = article.lowered[block.start : block.end]
        if len([w for w in title if w in text]) < 0.6 * len(title):  # most blocks: spares taking them apart
            continue
        words = set(_content(text))
        if words and len(words) <= 2 * len(title) and len(title & words) >= 0.6 * max(len(title), len(words)):
            found.append(i)
    return found[1:] if found and found[0] <= _TOP else found


def stuffed(article: Article, most: float) -> tuple[str, list[int]]:
    """A phrase of two or three content words of the headline (without one: the commonest of the text) that makes up more than
    `most` per cent of the words, and the blocks that hold it; ("", []) if there is none."""
    document = article.document
    text = " ".join(article.folded).lower()
    total = text.count(" ") + 1
    for phrase in _phrases(document.title[:_TITLE], text):
        times = text.count(phrase)
        if times >= 4 and 100 * times * (phrase.count(" ") + 1) / total > most:
            low = article.lowered
            return phrase, [k for k, b in enumerate(document.blocks) if phrase in low[b.start : b.end]]
    return "", []


def _phrases(title: str, text: str) -> list[str]:
    words = _content(title)
    if len(words) >= 2:
        return [" ".join(words[i : i + n]) for n in (3, 2) for i in range(len(words) - n + 1)]
    pairs = Counter(
        f"{a} {b}" for a, b in pairwise(_WORD.findall(text)) if a not in _SMALL and b not in _SMALL and len(a + b) > 6
    )
    return [phrase for phrase, _ in pairs.most_common(3)]


def document_features(
    article: Article, unit: NDArray[np.int32], scores: Floats, counted: int, stuffing: bool
) -> list[float]:
    """What the document head sees: the padded share of words, the strongest and the three strongest paragraphs, the counts."""
    lengths = np.bincount(unit, weights=[f.count(" ") + 1 for f in article.folded], minlength=len(scores))
    long = lengths >= 12
    strong = np.sort(scores[long])[::-1]
    share = float((scores * lengths)[long].sum() / max(1.0, lengths.sum()))
    top = float(strong[0]) if len(strong) else 0.0
    return [share, np.sqrt(share), top, float(strong[:3].sum()) / 3, min(3, counted) / 3, float(stuffing)]


def measure(article: Article, model: Model) -> Signal:
    """Probability that an editor objects to padding, and the paragraphs."""
    if article.not_english:
        return Signal(NAME, None, note=f"seo_padding: not judged, {article.not_english}")
    if article.prose_words < MIN_WORDS:
        return Signal(
            NAME,
            None,
            note=f"seo_padding: not judged, {article.prose_words} words of running prose, {MIN_WORDS} are needed",
        )
    unit = units(article)
    scores = unit_scores(article, unit, model)
    echoes = headline_echoes(article)
    phrase, held = stuffed(article, model.number("padding.stuffed_from"))
    raw = document_features(article, unit, scores, len(echoes), bool(phrase)) @ model.array("padding.document_weights")
    value = calibrate(float(raw) + model.number("padding.document_bias"), model.array("padding.document_calibration"))
    evidence = _paragraphs(article, unit, scores, model.number("padding.unit_from"))
    taken = {e.start for e in evidence}
    counted = [(i, "repeated-headline") for i in echoes if len(echoes) >= model.number("padding.echoes_from")]
    for i, reason in counted + [(i, "keyword-stuffing") for i in held]:
        block = article.document.blocks[i]
        if block.start not in taken:
            taken.add(block.start)
            quote = article.document.text[block.start : block.end]
            evidence.append(Evidence(NAME, reason, _MESSAGES[reason], block.start, block.end, quote, sigmoid(2.0)))
    return Signal(NAME, value, tuple(sorted(evidence, key=lambda e: e.start)))


def _paragraphs(article: Article, unit: NDArray[np.int32], scores: Floats, enough: float) -> list[Evidence]:
    """The paragraphs at or above the evidence level; a conclusion is one that stands last and says so, or opens like one."""
    document = article.document
    starts = run_bounds(unit)[:-1]
    ends = np.append(starts[1:], len(unit)) - 1
    evidence = []
    for k in np.flatnonzero(scores >= enough):
        start, end = document.sentences[starts[k]].start, document.sentences[ends[k]].end
        quote = document.text[start:end]
        reason = "generic-conclusion" if _CONCLUSION.match(quote) and k >= len(scores) // 2 else "hollow-paragraph"
        evidence.append(Evidence(NAME, reason, _MESSAGES[reason], start, end, quote, float(scores[k])))
    return evidence
