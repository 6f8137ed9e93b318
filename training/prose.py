"""The prose of the corpus's articles, as the rewrite signal sees it: whole, and in windows of one length distribution."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed

from copydesk.article import Article
from copydesk.reading import read

from .augment import SHORTEST, window
from .corpus import WRITTEN, Lines, Row
from .spinning import Thesaurus, some, spin

LONG = 500  # words: two windows of a human article of more
SPUN_TEXTS = 1500  # of people's articles are spun
WHOLE = 1200  # words of an article that count as the whole of it
Say = Callable[[str], None]
Sentences = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """The running prose of one article, in scored form, with who wrote it."""

    sentences: Sentences
    human: bool
    source: str
    group: str
    generator: str = ""
    is_article: bool = True

    @property
    def words(self) -> int:
        """How many words it has."""
        return sum(map(_words, self.sentences))


def _words(sentence: str) -> int:
    return sentence.count(" ") + 1


def prose_of(text: str) -> Sentences:
    """The sentences that the rewrite detector scores, in scored form."""
    article = Article(read(text, kind="text"))
    return tuple(s for s, is_prose in zip(article.folded, article.prose, strict=True) if is_prose)


def samples(articles: Sequence[Row], written: Sequence[Lines]) -> list[Sample]:
    """The prose of every article with enough of it. Padding is a rewriter's prose too; injected lines and debris are not."""
    kept = [r for r in articles if r.text.strip()]
    proses = Parallel(n_jobs=2, batch_size=200)(delayed(prose_of)(r.text) for r in kept)
    out = [
        Sample(p, r.human, r.set_name, r.group, r.generator, r.is_article) for p, r in zip(proses, kept, strict=True)
    ]
    for doc in written:
        if doc.style != "padding_inserted":
            text = "\n\n".join(x.text for x in doc.lines if x.label in ("body", "padding"))
            out.append(Sample(prose_of(text), False, "written", doc.id, doc.style))
    return [s for s in out if s.words >= SHORTEST - 10]


def spun_samples(articles: Sequence[Row], thesaurus: Thesaurus, rng: random.Random) -> list[Sample]:
    """Articles by people, spun: as many of every source, as far as it has them; each in the group of its original."""
    chosen = some(articles, SPUN_TEXTS, rng)
    texts = [spin(row.text, thesaurus, rng) for row in chosen]
    proses = Parallel(n_jobs=2, batch_size=200)(delayed(prose_of)(text) for text in texts)
    found = [
        Sample(prose, False, "spun_wordnet", row.group, "wordnet") for prose, row in zip(proses, chosen, strict=True)
    ]
    return [s for s in found if s.words >= SHORTEST - 10]


def windows(data: Sequence[Sample], rng: random.Random) -> tuple[list[Sentences], list[int]]:
    """Windows of the samples, more of those that are few and of long articles by people; and the sample each is of."""
    texts, of = [], []
    for i, s in enumerate(data):
        for _ in range(3 if s.source in WRITTEN else 2 if s.human and s.words > LONG else 1):
            first, end = window(s.sentences, rng)
            texts.append(s.sentences[first:end])
            of.append(i)
    return texts, of


def beginning(sentences: Sentences) -> Sentences:
    """The sentences of an article up to WHOLE words."""
    ends = np.cumsum([_words(s) for s in sentences])
    return sentences[: int(np.searchsorted(ends, WHOLE)) + 1]
