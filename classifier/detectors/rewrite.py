"""Is the prose a machine's rewriting? Linear heads over byte and word n-grams, measures of style and likelihood, and trees over all.

One straight line does not separate all machines from all humans (design, section 4): a model fitted to every generator at once
sees nothing of current ones. So each family of generators has a head over byte n-grams and one over word n-grams. Boosted trees
put the heads' scores together with the measures of `style` and `likelihood`; they were grown on scores that the heads gave to
articles they had not been fitted to (stacking: Wolpert, "Stacked generalization", Neural Networks 1992). There are several such
forests, too, each an expert for some families: one forest for all finds 60 % of a current model's careful rewrites, an expert for
them beside it 77 %. Their scores, scaled by where human articles end, are joined by a soft maximum. The evidence is the sentences
that gave most of the score of the strongest expert's family, by exact contribution.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .. import likelihood, style, synonyms
from ..article import Article
from ..borrowing import raised
from ..excerpt import without_beginning
from ..genre import other_than_prose
from ..likelihood import Sides, Tables
from ..linear import Floats, contributions, score_rows
from ..model import Model, calibrate
from ..ngrams import Grams, Rows, rows
from ..normalise import obfuscated_words
from ..recasing import recased, unusual
from ..report import Evidence, Signal
from ..synonyms import Synonyms
from ..trees import forest_of
from ..wording import Known, Wording, word_grams, wording

NAME = "rewrite"
MIN_WORDS = (
    50  # of running prose; under it the scores of human texts scatter too widely to promise a rate of false flags
)
SOFTNESS = 0.2  # of the maximum: .1 and .3 are as good, the hard one loses a point
# A second look at an article without its beginning, between these joined scores and for that much off its own: on dev a tenth of
# people's articles are looked at again, none more is flagged, and .64 instead of .51 of machine articles behind a person's paragraph.
AGAIN_FROM, AGAIN_TO, AGAIN_COST = -0.4, 1.0, 0.6
LEAST_SHOWN = 0.5  # the probability that the one sentence has which is shown where none is as sure as the model asks
SHARE_SHOWN = 1 / 3  # of the sentences at most: an explanation that marks everything explains nothing
_MESSAGES = {
    "machine-phrasing": "Worded the way automatic rewriters word it",
    "spun-wording": "Unlikely words in likely places, as synonym swapping leaves them",
    "obfuscated-text": "Words with invisible characters or look-alike letters of another alphabet",
}


@dataclass(frozen=True, slots=True)
class Words:
    """The running prose in words: its tokens, its hashed n-grams a sentence, and those as one row."""

    words: Wording
    grams: Grams
    row: Rows


def prose_words(article: Article, model: Model) -> Words:
    """The words of the article's running prose, made once."""

    def make() -> Words:
        sentences = [s for s, inside in zip(article.folded, article.prose, strict=True) if inside]
        words = wording(sentences)
        grams = word_grams(words, model.made("common", Known.of, "rewrite.common"))
        return Words(words, grams, rows(grams, np.zeros(len(sentences), dtype=np.int32)))

    return article.once("rewrite.words", make)


def head_scores(article: Article, model: Model) -> Floats:
    """Raw scores of every family by bytes and by words, shape (2, families)."""
    by_bytes = score_rows(article.prose_row, model.array("rewrite.ngrams"), model.array("rewrite.bias"), 1)[0]
    row = prose_words(article, model).row
    by_words = score_rows(row, model.array("rewrite.words.ngrams"), model.array("rewrite.words_bias"), 1)[0]
    return np.stack([by_bytes, by_words])


def columns(heads: Floats, words: Wording, sides: Sides, usual: Synonyms) -> Floats:
    """What the trees look at: the heads' scores, then style, likelihood and choice of words; shape (columns,)."""
    found = (heads.ravel(), style.measures(words), likelihood.measures(words, sides), synonyms.measures(words, usual))
    return np.concatenate(found).astype(np.float32, copy=False)


def sides_of(model: Model) -> Sides:
    """The model's two language models, laid side by side once."""
    names = [f"rewrite.{side}_{name}" for side in likelihood.SIDES for name in ("words", "pairs", "triples")]
    return model.made("likelihood", lambda *_: Sides(*(Tables.of(model, side) for side in likelihood.SIDES)), *names)


def expert_scores(article: Article, model: Model) -> Floats:
    """How far each expert's score lies in the tail of human articles, shape (experts,): 0 is the score that 1 % of them pass, every
    human source weighing the same."""
    usual = model.made("synonyms", Synonyms, "rewrite.synonym_words", "rewrite.synonym_commoner")
    row = columns(head_scores(article, model), prose_words(article, model).words, sides_of(model), usual)
    scale = model.array("rewrite.expert_scale")
    return np.asarray((forest_of(model, NAME).score(row[None, :])[0] - scale[0]) / scale[1], dtype=np.float32)


def joined(scores: Floats) -> float:
    """The experts' scores as one, which only calibration makes a probability."""
    powers: list[float] = [score / SOFTNESS for score in scores.tolist()]
    top = max(powers)
    return SOFTNESS * (top + math.log(sum(math.exp(power - top) for power in powers)))


def in_usual_case(article: Article, model: Model) -> Article:
    """The article, or one of the same characters in usual case where it has no capital letters or nothing else."""

    def make() -> Article:
        document = article.document
        return Article(recased(document, model.array("rewrite.lower_case"))) if unusual(document.text) else article

    return article.once("rewrite.in_usual_case", make)


def not_judged(article: Article) -> str | None:
    """Why the article's prose is not judged; None if it is."""
    if article.not_english:
        return article.not_english
    if article.prose_words < MIN_WORDS:
        return f"{article.prose_words} words of running prose, {MIN_WORDS} are needed"
    return other_than_prose(article)


def look(article: Article, model: Model) -> tuple[float, Floats, Article]:
    """The joined score, the experts' scores that it is of, and what they were given to: the article, or the article without its
    beginning where that scores clearly higher. Only what comes near the tail of human articles is looked at again."""
    scores = expert_scores(article, model)
    value = joined(scores)
    if AGAIN_FROM < value < AGAIN_TO and (rest := without_beginning(article.document)):
        again = Article(rest)
        if not_judged(again) is None:
            found = expert_scores(again, model)
            if joined(found) - AGAIN_COST > value:
                return joined(found) - AGAIN_COST, found, again
    return value, scores, article


def strongest(scores: Floats, model: Model) -> int:
    """Index among the families of the one whose expert gave the highest score."""
    head = model.manifest["heads"][NAME]
    return int(head["families"].index(head["experts"][int(scores.argmax())]))


def measure(article: Article, model: Model) -> Signal:
    """Probability that the article is a rewrite, by its prose and by what it was found to be made from, and the sentences that
    say so."""
    return raised(article, model, measure_style(article, model))


def measure_style(article: Article, model: Model) -> Signal:
    """Probability that the article's prose is machine rewritten, and the sentences that say so."""
    hidden, text = tuple(_obfuscated(article)), article.document.text
    article = in_usual_case(article, model)
    if why := not_judged(article):
        return Signal(NAME, None, hidden, f"rewrite: not judged, {why}")
    raw, scores, article = look(article, model)
    value = calibrate(raw, model.array("rewrite.calibration"))
    return Signal(NAME, value, hidden + tuple(_evidence(article, text, model, value, strongest(scores, model))))


def sentence_strength(article: Article, model: Model, family: int) -> Floats:
    """How strongly every sentence speaks for that family, shape (sentences,): its exact contributions to the two heads' scores,
    each in units of its tail among people's articles, and evened out for lengths, so that one scale serves all."""
    scale = model.array("rewrite.scale")[1]
    words = prose_words(article, model)
    by_bytes = contributions(article.prose_row, article.grams, article.prose, model.array("rewrite.ngrams")[:, family])
    inside = np.ones(int(article.prose.sum()), dtype=np.bool_)
    by_words = contributions(words.row, words.grams, inside, model.array("rewrite.words.ngrams")[:, family])
    given = by_bytes / scale[0, family]
    given[article.prose] += by_words / scale[1, family]
    length = np.array([len(f) for f in article.folded], dtype=np.float32)
    return np.asarray(
        given / np.sqrt(np.maximum(length, 1)) * np.sqrt(max(1.0, float(length[article.prose].sum()))), dtype=np.float32
    )


def _obfuscated(article: Article) -> list[Evidence]:
    """The sentences with invisible characters inside words, or with letters of two alphabets in one word."""
    document = article.document
    found: list[Evidence] = []
    if document.text.isascii():
        return found
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


def _evidence(article: Article, text: str, model: Model, value: float, family: int) -> list[Evidence]:
    """Quotes, out of the `text` as it was given: the sentences above the evidence level, strongest first up to a third of all, in
    reading order; the strongest one alone where none is above it and it still speaks for a machine: a flag without a line to read
    helps nobody."""
    if value < model.number("rewrite.evidence_from"):
        return []
    swaps = model.manifest["heads"][NAME]["families"][family] in ("spun", "swapped")
    reason = "spun-wording" if swaps else "machine-phrasing"
    strength = sentence_strength(article, model, family)
    most = max(1, int(article.prose.sum() * SHARE_SHOWN))
    ranked = [int(i) for i in np.argsort(-strength, kind="stable")[:most] if strength[i] > 0]
    knots = model.array("rewrite.sentence_calibration")
    chances = np.interp(strength, knots[0], knots[1]).tolist()
    level = model.number("rewrite.sentence_from")
    shown = [i for i in ranked if chances[i] >= level] or [i for i in ranked[:1] if chances[i] >= LEAST_SHOWN]
    found = []
    for i in sorted(shown):
        sentence = article.document.sentences[i]
        quote = text[sentence.start : sentence.end]
        found.append(Evidence(NAME, reason, _MESSAGES[reason], sentence.start, sentence.end, quote, chances[i]))
    return found
