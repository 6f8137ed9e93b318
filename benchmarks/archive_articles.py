"""Articles for the archive's benchmark: as many as wanted, the same for the same seed, with a vocabulary as news has it.

Out of real articles, where there are some: sentences of all of them shuffled, with other numbers. Without: sentences of invented words
whose frequencies follow Zipf's law, with names that are an article's own and numbers. Half of the look-ups are rewrites of articles in
the archive (sentences left out and moved, a quarter of the words others), half are articles that it does not have.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path

MEDIAN = 250  # words of an article
_SPREAD = 0.5  # of its logarithm: nine of ten articles have 110 to 570 words
_SHORTEST, _LONGEST = 60, 2000
_END = re.compile(r"(?<=[.!?][\"”’]) |(?<=[.!?]) |\n+")
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[a-z]{4,}")
_COMMON = (
    "the of and to a in that is was for on it with as he be at by had have from this not but they his are were said which one "
    "will would been has their who more than its after also about new when last over two there other first out into could up "
    "people year some all them so what can only most time no years if may before between under because while where many such"
).split()
_ONSETS, _VOWELS, _CODAS = (
    "b br c ch d dr f fl g gr h j k l m n p pl r s sh st t tr v w z".split(),
    "a e i o u ai ea ou".split(),
    "b ck d l m n nd ng r rt s st t x".split(),
)
_WORDS = 60_000  # of the invented vocabulary

Article = dict[str, str]


class Maker:
    """Makes the article of any number, always the same."""

    def __init__(self, corpus: Path | None, seed: int = 1) -> None:
        """`corpus`: a folder of .jsonl and .jsonl.gz files with `text`, or one of them; None invents the sentences."""
        self._seed = seed
        self._sentences: Callable[[random.Random], Iterator[str]]
        if corpus is None:
            self._words = [*_COMMON, *(_invented(random.Random(f"word {n}")) for n in range(_WORDS))]  # noqa: S311
            self._frequency = list(accumulate(1 / (rank + 2.7) for rank in range(len(self._words))))
            self._sentences = self._invent
        else:
            self._pool = _pool(corpus)
            self._sentences = self._shuffle

    def article(self, number: int) -> Article:
        """An article of some MEDIAN words."""
        rng = random.Random(f"{self._seed} {number}")  # noqa: S311 - the same every time is what is wanted
        wanted = min(_LONGEST, max(_SHORTEST, int(rng.lognormvariate(0, _SPREAD) * MEDIAN)))
        sentences: list[str] = []
        for sentence in self._sentences(rng):
            sentences.append(sentence)
            wanted -= sentence.count(" ") + 1
            if wanted <= 0:
                break
        paragraphs = [" ".join(sentences[at : at + 3]) for at in range(0, len(sentences), 3)]
        return {"id": f"news/{number:07}", "title": sentences[0][:60], "text": "\n\n".join(paragraphs)}

    def rewrite(self, number: int) -> Article:
        """The article in other words: a sixth of the sentences left out, two moved, a quarter of the longer words others."""
        rng = random.Random(f"rewrite {self._seed} {number}")  # noqa: S311
        found = [s for s in _END.split(self.article(number)["text"]) if s and rng.random() > 1 / 6]
        if len(found) > 3:
            at = rng.randrange(len(found) - 1)
            found[at], found[at + 1] = found[at + 1], found[at]
        others = _WORD.findall(self.article(number + 1_000_000_007)["text"]) or ["other"]
        text = " ".join(_WORD.sub(lambda m: rng.choice(others) if rng.random() < 0.25 else m[0], s) for s in found)
        return {"id": f"asked/{number:07}", "title": "", "text": text or "Nothing."}

    def _shuffle(self, rng: random.Random) -> Iterator[str]:
        while True:
            sentence = self._pool[rng.randrange(len(self._pool))]
            yield _DIGIT.sub(lambda _: str(rng.randrange(10)), sentence)

    def _invent(self, rng: random.Random) -> Iterator[str]:
        names = [_invented(rng).capitalize() for _ in range(8)]
        while True:
            words = rng.choices(self._words, cum_weights=self._frequency, k=rng.randrange(8, 28))
            words[rng.randrange(1, len(words))] = rng.choice(names)
            if rng.random() < 0.3:
                words[rng.randrange(1, len(words))] = str(rng.randrange(10 ** rng.randrange(1, 6)))
            yield " ".join(words).capitalize() + "."


def _invented(rng: random.Random) -> str:
    syllables = rng.choices((1, 2, 3), (2, 5, 3))[0]
    return "".join(rng.choice(_ONSETS) + rng.choice(_VOWELS) for _ in range(syllables)) + rng.choice(_CODAS)


def _pool(corpus: Path) -> Sequence[str]:
    """All sentences of some length in the corpus."""
    files = sorted(corpus.glob("*.jsonl*")) if corpus.is_dir() else [corpus]
    found: list[str] = []
    for file in files:
        with gzip.open(file, "rt") if file.suffix == ".gz" else file.open() as lines:
            for line in lines:
                text = json.loads(line).get("text") or ""
                found += [s for s in _END.split(text) if 30 <= len(s) <= 400]
    if not found:
        raise SystemExit(f"{corpus}: no sentences; expected .jsonl or .jsonl.gz files with a text in every line")
    return found
