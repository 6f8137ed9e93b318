"""Paragraphs that say nothing: hollow significance, generic conclusions, the headline said again, stuffed keywords.

Paragraphs, and single sentences in paragraphs that are not padding, are judged in two passes (`parts.py`), learned from
paragraphs that were added to articles on purpose. Two things these cannot see are counted: lines that repeat the headline, and a
phrase of the headline that comes back far more often than its length of text allows. How many human articles reach either count is
in the model card.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..article import Article
from ..compiled import compiled
from ..linear import Floats, sigmoid
from ..model import Model, calibrate
from ..parts import WORDS, Parts, first_pass, parts_of
from ..report import Evidence, Signal
from ..trees import forest_of

NAME = "seo_padding"
MIN_WORDS = 50
LONG_BLOCK = 110  # words; a longer block is judged in runs of sentences of about RUN words
RUN = 60
STUFFED_TIMES = 5  # a company's name stands four times in many a short wire report
_TITLE = 300  # characters of a headline that are looked at
_LEAST_WORDS = 12  # of a paragraph that the document head sees
_COUNT_BITS = 13
_MIX = np.uint32(0x9E3779B1)  # as in `ngrams.py`
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
SMALL_WORDS = frozenset(
    """a an the of and or to in for on with by from at as is are was were be been it its this that than how why what who
    when where will would can could should may might has have had not no new your you our we""".split()
)


def units(article: Article) -> NDArray[np.int32]:
    """Which paragraph each sentence is judged with, shape (sentences,): its block, or its run of sentences in a long block."""
    words = article.block_words
    parted = max(words, default=0) > LONG_BLOCK  # else nobody asks how long the sentences are
    return _together(article.block_of_sentence, words, [x.count(" ") + 1 for x in article.folded] if parted else [])


@compiled
def _together(
    block: NDArray[np.int32], words_of_block: Sequence[int], words_of_sentence: Sequence[int]
) -> NDArray[np.int32]:
    """Which paragraph each sentence is judged with, shape (sentences,): its block, or its run of sentences in a long block;
    `words_of_sentence` may be empty where no block is long."""
    if max(words_of_block, default=0) <= LONG_BLOCK:  # as in most articles: nothing to part
        return np.cumsum(np.diff(block, prepend=block[:1]) != 0, dtype=np.int32)
    per_block = np.bincount(block)
    out, unit, size, last = [], -1, 0, -1
    for inside, words in zip(block.tolist(), words_of_sentence, strict=True):
        split = words_of_block[inside] > LONG_BLOCK and per_block[inside] > 1 and size >= RUN
        if inside != last or split:
            unit, size, last = unit + 1, 0, inside
        size += words
        out.append(unit)
    return np.array(out, dtype=np.int32)


def parts(article: Article, unit: NDArray[np.int32], model: Model) -> Parts:
    """The article's paragraphs and lone sentences as the second pass sees them."""
    idf, bias = model.array("topic.idf"), float(model.array("padding.bias")[0])
    ngrams = model.array("padding.ngrams")[:, 0]
    return parts_of(article, unit, first_pass(article, unit, idf, ngrams, model.array("padding.features"), bias), idf)


def part_scores(table: Floats, model: Model) -> Floats:
    """Probability of being padding for every part, (parts, columns) -> (parts,)."""
    knots = model.array("padding.calibration")
    return np.asarray(np.interp(forest_of(model, "padding").score(table)[:, 0], knots[0], knots[1]), dtype=np.float32)


def _content(text: str) -> list[str]:
    return [w for w in _WORD.findall(text.lower()) if w not in SMALL_WORDS]


def headline_echoes(article: Article) -> list[int]:
    """Blocks that say the headline again, in other words or the same; at the very top stands the headline itself."""
    document = article.document
    first = next((b for b in document.blocks if b.kind == "heading"), document.blocks[0])
    title = set(_content((document.title or document.text[first.start : first.end])[:_TITLE]))
    if len(title) < 4:
        return []
    found = []
    spans = [(b.start, b.end) for b in document.blocks]
    near = _near(article.lowered, spans, list(title), 6 * len(title), len(title) - 0.6 * len(title))
    if len(near) == 1 and near[0] <= _TOP:  # as in most articles: the headline itself
        return []
    for i in near:
        words = set(_content(article.lowered[slice(*spans[i])]))
        if words and len(words) <= 2 * len(title) and len(title & words) >= 0.6 * max(len(title), len(words)):
            found.append(i)
    return found[1:] if found and found[0] <= _TOP else found


@compiled
def _near(
    text: str, spans: Sequence[tuple[int, int]], words: Sequence[str], most_spaces: int, most_missed: float
) -> list[int]:
    """The spans, by index, that have at most so many spaces and in which at most so many of the words do not stand."""
    return [
        i
        for i, (begin, end) in enumerate(spans)
        if text.count(" ", begin, end) <= most_spaces and not _misses(words, text[begin:end], most_missed)
    ]


def _misses(words: Sequence[str], text: str, most: float) -> bool:
    """Whether more than so many of the words do not stand in the text."""
    missed = 0
    for word in words:
        if word not in text:
            missed += 1
            if missed > most:
                return True
    return False


def stuffed(article: Article, most: float) -> tuple[str, list[int]]:
    """A phrase of two or three content words of the headline (without one: the commonest of the text) that makes up more than
    `most` per cent of the words, and the blocks that hold it; ("", []) if there is none."""
    document = article.document
    text = " ".join(article.folded).lower()
    total, words = text.count(" ") + 1, _content(document.title[:_TITLE])
    if len(words) < 2:
        times = math.ceil(max(STUFFED_TIMES, total * most / 200))
        # Spaces in front and behind, so that the first and the last one have three bytes beside them.
        if not _may_come_back(b"   %b   " % text.encode("utf-8", "replace"), times):
            return "", []
    elif max(map(text.count, map(" ".join, pairwise(words)))) < STUFFED_TIMES:  # nor do three words, then
        return "", []
    for phrase in _phrases(words, text):
        times = text.count(phrase)
        if times >= STUFFED_TIMES and 100 * times * (phrase.count(" ") + 1) / total > most:
            low = article.lowered
            return phrase, [k for k, b in enumerate(document.blocks) if phrase in low[b.start : b.end]]
    return "", []


@compiled
def _may_come_back(code: bytes, times: int) -> bool:
    """Whether a phrase of two words, seven letters together, may stand in a text so many times: not if what stands beside its spaces
    does not come back so often, three bytes before and one behind or one before and three behind. They are counted by hash, in
    little memory: some texts are taken for ones that may."""
    near = np.frombuffer(code, dtype=np.uint8).astype(np.uint32)
    space = np.flatnonzero(near[3:-3] == ord(" ")) + 3
    close = near.take(space - 1) << 8 | near.take(space + 1) << 16
    for second, third in ((space - 2, space - 3), (space + 2, space + 3)):
        mixed = (close | near.take(second) | near.take(third) << 24) * _MIX >> np.uint32(32 - _COUNT_BITS)
        if np.bincount(mixed, minlength=1).max() >= times:
            return True
    return False


def _phrases(words: Sequence[str], text: str) -> list[str]:
    """The phrases of two or three of the headline's content words; those two words that a text has most often, if there is but one."""
    if len(words) >= 2:
        return [" ".join(words[i : i + n]) for n in (3, 2) for i in range(len(words) - n + 1)]
    pairs = Counter(
        f"{a} {b}"
        for a, b in pairwise(_WORD.findall(text))
        if a not in SMALL_WORDS and b not in SMALL_WORDS and len(a + b) > 6
    )
    return [phrase for phrase, _ in pairs.most_common(3)]


def document_features(found: Parts, scores: Floats, echoed: bool, stuffing: bool) -> list[float]:
    """What the document head sees: the padded share of words, the strongest and the three strongest paragraphs, the strongest but
    the last (many a person ends on a general note), the strongest sentence, whether the headline is repeated and a phrase stuffed."""
    return [*_strengths(found.table, scores, found.paragraphs), float(echoed), float(stuffing)]


@compiled
def _strengths(table: Floats, scores: Floats, count: int) -> list[float]:
    """The padded share of words and its root, the strongest and the mean of the three strongest paragraphs of _LEAST_WORDS words and
    more, the strongest of them but the last paragraph, the strongest sentence; of `count` paragraphs and the sentences behind them."""
    lengths, of_unit = table[:count, WORDS], scores[:count]
    long = lengths >= _LEAST_WORDS
    share = float((of_unit * lengths)[long].sum() / max(1.0, lengths.sum()))
    strong = np.sort(of_unit[long])[::-1]
    before = of_unit[:-1][long[:-1]].max(initial=0)
    top = (strong[:1].sum(), strong[:3].sum() / 3, before, scores[count:].max(initial=0))
    return [share, math.sqrt(share), *map(float, top)]


def measure(article: Article, model: Model) -> Signal:
    """Probability that an editor objects to padding, and the paragraphs and sentences."""
    if article.not_english:
        return Signal(NAME, None, note=f"seo_padding: not judged, {article.not_english}")
    if article.prose_words < MIN_WORDS:
        return Signal(
            NAME,
            None,
            note=f"seo_padding: not judged, {article.prose_words} words of running prose, {MIN_WORDS} are needed",
        )
    found = parts(article, units(article), model)
    scores = part_scores(found.table, model)
    echoes = headline_echoes(article)
    phrase, held = stuffed(article, model.number("padding.stuffed_from"))
    echoed = len(echoes) >= model.number("padding.echoes_from")
    raw = document_features(found, scores, echoed, bool(phrase)) @ model.array("padding.document_weights")
    value = calibrate(float(raw) + model.number("padding.document_bias"), model.array("padding.document_calibration"))
    evidence = _marked(article, found, scores, model)
    taken = {e.start for e in evidence}
    counted = [(i, "repeated-headline") for i in echoes if echoed]
    for i, reason in counted + [(i, "keyword-stuffing") for i in held]:
        block = article.document.blocks[i]
        if block.start not in taken:
            taken.add(block.start)
            quote = article.document.text[block.start : block.end]
            evidence.append(Evidence(NAME, reason, _MESSAGES[reason], block.start, block.end, quote, sigmoid(2.0)))
    return Signal(NAME, value, tuple(sorted(evidence, key=lambda e: e.start)))


def marked_parts(found: Parts, scores: Floats, unit_from: float, sentence_from: float) -> list[tuple[int, int, float]]:
    """(first sentence, end, score) of what is shown: paragraphs at or above their level, and in the others the sentences at or above
    theirs, neighbours as one."""
    if scores.max(initial=0) < min(unit_from, sentence_from):  # as in most articles
        return []
    count = found.paragraphs
    whole = scores[:count] >= unit_from
    out = [(int(found.first[k]), int(found.end[k]), float(scores[k])) for k in np.flatnonzero(whole)]
    lone: list[tuple[int, int, float]] = []
    for k in np.flatnonzero((scores[count:] >= sentence_from) & ~whole[found.unit[count:]]) + count:
        first, score, inside = int(found.first[k]), float(scores[k]), int(found.unit[k])
        if lone and lone[-1][1] == first and first > found.first[inside]:
            lone[-1] = (lone[-1][0], first + 1, max(lone[-1][2], score))
        else:
            lone.append((first, first + 1, score))
    return sorted(out + lone)


def _marked(article: Article, found: Parts, scores: Floats, model: Model) -> list[Evidence]:
    """The parts as evidence; a conclusion is one that stands in the second half and says so, or opens like one."""
    document, half = article.document, len(article.folded) // 2
    evidence = []
    for first, end, score in marked_parts(
        found, scores, model.number("padding.unit_from"), model.number("padding.sentence_from")
    ):
        low, high = document.sentences[first].start, document.sentences[end - 1].end
        quote = document.text[low:high]
        reason = "generic-conclusion" if _CONCLUSION.match(quote) and first >= half else "hollow-paragraph"
        evidence.append(Evidence(NAME, reason, _MESSAGES[reason], low, high, quote, score))
    return evidence
