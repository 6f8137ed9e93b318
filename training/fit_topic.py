"""Fit what says whether a promoted line is on topic: word and n-gram weights, how a headline fits an article, and the final head.

Labelled lines are few (some hundred), so how the words of a headline fit an article is learned from titled articles: the title
of an article's near neighbour, found by comparing the whole texts, fits it; the title of a distant one of the same source does not.
Only the last step, a dozen weights, is fitted on labelled lines.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from copydesk.article import TOPIC_BITS, Article
from copydesk.blocks import LINKS
from copydesk.language import FUNCTION_WORDS
from copydesk.linear import Floats
from copydesk.ngrams import BITS
from copydesk.ngrams import grams as hash_grams
from copydesk.normalise import fold
from copydesk.reading import read
from copydesk.relatedness import STORY, hashes, line_features, measure_stories, stand_together

from .augment import as_text
from .calibrate import need_both
from .corpus import Lines, Row
from .labelled import from_lines
from .prose import Say

GRAM_TEXTS = 5000  # articles in which n-grams are counted
GRAM_CHARACTERS = 6000  # of each
RAREST = 9.0  # no word weighs more: a foreign one, which no article has, would outweigh all others
HOUSE_WORDS = """com org net www html http https read more also related story stories article articles news latest video watch
    photos live update updates mehr lesen artikel thema auch"""
NEAR = (0.30, 0.85)  # cosine of two texts on one event, office or beat; above it they are one text twice
APART = (0.05, 0.12)  # of texts that share a word or two and nothing else
EACH = 3  # neighbours an article is given at most
PAIRS = {"near": 5000, "apart": 3000, "random": 5000}
OWN_SOURCE = 0.7  # of the random titles that come from the article's own source
SHORTEST = 300  # characters of an article that gets titles
CUT = (900, 6000)  # characters after which an article is cut off
SENTENCES = 3  # a paragraph, where the text came without any
STORY_STRENGTH = 1.0  # inverse regularisation of the fit of a headline
STRENGTH = 0.3  # and of the head
# From which probability a line counts as on topic; the bias is moved so that it comes out as one half. Cross-validated over outlets
# of train and dev, .890 of lines are judged right at 0.4 and at 0.5, but outlet by outlet .894 against .879.
FITS_FROM = 0.4


@dataclass(frozen=True, slots=True)
class Weights:
    """Weight of every hashed word, shape (2**TOPIC_BITS,), and of every hashed n-gram, shape (2**BITS,)."""

    idf: Floats
    gram_idf: Floats


def fit(
    people: Sequence[Row], labelled: Sequence[Lines], seed: int, say: Say
) -> tuple[dict[str, Floats], dict[str, float]]:
    """Arrays and numbers of copydesk.relatedness: `people` are human articles, `labelled` documents with all lines labelled.

    Raises CorpusError if there are no near titles, or no lines of one kind.
    """
    weights = count(people, random.Random(seed))
    table, fits = headline_examples(people, weights, seed)
    need_both(fits, "articles.train: titles of articles on one event, and of others")
    story_weights, story_bias = _linear(table, fits, np.ones(len(fits)), STORY_STRENGTH)
    say(f"topic: {len(fits)} headlines of known fit")
    lines, gold, share = line_examples(labelled, weights, story_weights, story_bias)
    need_both(gold, "lines.train: related and unrelated lines to other stories")
    line_weights, line_bias = _linear(lines, gold, share, STRENGTH)
    say(f"topic: {len(gold)} labelled lines")
    arrays = {
        "related.idf": weights.idf,
        "related.gram_idf": weights.gram_idf,
        "related.story_weights": story_weights,
        "related.weights": line_weights,
    }
    return arrays, {"related.story_bias": story_bias, "related.bias": line_bias + math.log(1 / FITS_FROM - 1)}


def count(people: Sequence[Row], rng: random.Random) -> Weights:
    """Inverse document frequencies. Function words of all languages and words of the trade weigh next to nothing: German ones would
    else be the rarest words of an English corpus."""
    seen = np.zeros(1 << TOPIC_BITS)
    for row in people:
        seen[np.unique(hashes(row.text))] += 1
    idf = np.minimum(RAREST, np.log((len(people) + 1) / (seen + 1)))
    for words in (*(w for code, w in FUNCTION_WORDS.items() if code != "en"), HOUSE_WORDS):
        common = hashes(words)
        idf[common] = np.minimum(1.0, idf[common])
    counted = np.zeros(1 << BITS)
    chosen = rng.sample(people, min(GRAM_TEXTS, len(people)))
    for row in chosen:
        sentences = [fold(x) for x in row.text[:GRAM_CHARACTERS].split(". ")]
        counted[np.unique(hash_grams(sentences).bucket)] += 1
    gram_idf = np.log((len(chosen) + 1) / (counted + 1))
    return Weights(_stored(idf), _stored(gram_idf))


def _stored(values: NDArray[np.float64]) -> Floats:
    """As they come back from the model's file."""
    return values.astype(np.float16).astype(np.float32)


def headline_examples(people: Sequence[Row], weights: Weights, seed: int) -> tuple[Floats, NDArray[np.bool_]]:
    """How the words of titles fit articles, and whether they should, for articles whose texts tell it."""
    texts = {r.text[:200]: r for r in people if len(r.text) > SHORTEST and len(hashes(r.title)) >= 3}
    titled = list(texts.values())
    if not titled:
        return np.zeros((0, STORY), dtype=np.float32), np.zeros(0, dtype=np.bool_)
    rng = np.random.default_rng(seed)
    found, fits = [], []
    for kind, pairs in _pairs(titled, weights.idf, rng).items():
        for line, article in pairs:
            row = _headline(titled[line].title, titled[article], weights, rng)
            if row is not None:
                found.append(row)
                fits.append(kind == "near")
    return np.array(found, dtype=np.float32), np.array(fits, dtype=np.bool_)


def _pairs(titled: Sequence[Row], idf: Floats, rng: np.random.Generator) -> dict[str, list[tuple[int, int]]]:
    """(whose title, whose text): near and distant ones by the cosine of their texts, and random ones, mostly of one source."""
    cells = [np.unique(hashes(r.text), return_counts=True) for r in titled]
    ends = np.cumsum([0, *(len(words) for words, _ in cells)])
    columns = np.concatenate([words for words, _ in cells])
    values = np.log1p(np.concatenate([counts for _, counts in cells])) * idf[columns]
    table = sparse.csr_matrix((values.astype(np.float32), columns, ends), shape=(len(titled), 1 << TOPIC_BITS))
    lengths = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)).ravel())
    table = (sparse.diags(1 / np.maximum(1e-6, lengths)) @ table).tocsr()
    near: list[tuple[int, int]] = []
    apart: list[tuple[int, int]] = []
    for start in range(0, len(titled), 1000):
        for i, cosine in enumerate((table[start : start + 1000] @ table.T).toarray(), start):
            close = np.flatnonzero((cosine > NEAR[0]) & (cosine < NEAR[1]))
            near += [(i, int(j)) for j in close[np.argsort(-cosine[close])][:EACH]]
            far = np.flatnonzero((cosine > APART[0]) & (cosine < APART[1]))
            apart += [(i, int(j)) for j in rng.choice(far, min(len(far), 2))] if len(far) else []
    sources = np.array([r.source for r in titled])
    own = {source: np.flatnonzero(sources == source) for source in sorted(set(sources))}
    some: list[tuple[int, int]] = []
    for i in rng.integers(len(titled), size=min(PAIRS["random"], 5 * len(titled))):
        j = rng.choice(own[sources[i]]) if rng.random() < OWN_SOURCE else rng.integers(len(titled))
        some += [(int(i), int(j))] if i != j else []
    return {"near": _some(near, PAIRS["near"], rng), "apart": _some(apart, PAIRS["apart"], rng), "random": some}


def _some(pairs: list[tuple[int, int]], count: int, rng: np.random.Generator) -> list[tuple[int, int]]:
    return [pairs[k] for k in rng.choice(len(pairs), min(count, len(pairs)), replace=False)] if pairs else []


def _headline(title: str, row: Row, weights: Weights, rng: np.random.Generator) -> Floats | None:
    """How a title fits an article, cut off somewhere; None if our reader does not keep it a line of its own."""
    text = row.text
    end = text.find(". ", int(rng.integers(*CUT)))
    text = text if end < 0 else text[: end + 1]
    if "\n\n" not in text:
        sentences = text.split(". ")
        parts = [sentences[k : k + SENTENCES] for k in range(0, len(sentences), SENTENCES)]
        text = "\n\n".join(". ".join(part).rstrip(".") + "." for part in parts)
    document = read(f"{title}\n\n{text}", kind="text", title=row.title)
    if len(document.blocks) < 2 or document.blocks[0].end > len(title) + 1:
        return None
    article = Article(document)
    company = stand_together(article, [0])
    fit: Floats = measure_stories(article, [0], company, weights.idf, weights.gram_idf).stories[0]
    return fit


def line_examples(
    labelled: Sequence[Lines], weights: Weights, story_weights: Floats, story_bias: float
) -> tuple[Floats, NDArray[np.bool_], NDArray[np.float64]]:
    """Features of every promoted line whose fit is known, whether it fits, and its weight: every outlet's lines weigh the same."""
    found: list[Floats] = []
    fits: list[bool] = []
    outlets: list[str] = []
    for doc in labelled:
        for source, kind in ((doc.html, "html"), (as_text(doc), "text")):
            if not source or not any(x.related is not None for x in doc.lines):
                continue
            known = from_lines(doc, source, kind)
            lines = [i for i, x in enumerate(known.lines) if x is not None and x.label in LINKS]
            if not lines:
                continue
            company = stand_together(known.article, lines)
            measured = measure_stories(known.article, lines, company, weights.idf, weights.gram_idf)
            score = measured.stories @ story_weights + np.float32(story_bias)
            table = line_features(known.article, lines, company, measured, score)
            for features, i in zip(table, lines, strict=True):
                line = known.lines[i]
                if line is not None and line.label == "injected_link" and line.related is not None:
                    found.append(features)
                    fits.append(line.related)
                    outlets.append(doc.group)
    each = Counter(outlets)
    return np.array(found, dtype=np.float32), np.array(fits), np.array([1 / each[x] for x in outlets])


def _linear(
    table: Floats, gold: NDArray[np.bool_], share: NDArray[np.float64], strength: float
) -> tuple[Floats, float]:
    """Weights and bias of a logistic regression on scaled columns, the scaling multiplied in; shares are scaled to a mean of 1."""
    scaler = StandardScaler().fit(table)
    model = LogisticRegression(C=strength, max_iter=1000)
    model.fit(scaler.transform(table), gold, sample_weight=share / share.mean())
    weights = model.coef_[0] / scaler.scale_
    return weights.astype(np.float32), float(model.intercept_[0] - weights @ scaler.mean_)
