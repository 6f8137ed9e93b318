"""Fit the rewrite signal: heads by family of generators over byte and word n-grams, language models, and trees over all of them.

The trees learn from what heads and language models say of articles that they were not fitted to (three folds by group).
"""

from __future__ import annotations

import random
import re
import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from zlib import crc32

import numpy as np
import scipy.sparse as sparse
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from copydesk import likelihood, synonyms
from copydesk.detectors.rewrite import columns
from copydesk.likelihood import Tables
from copydesk.ngrams import BITS, Grams, grams, rows
from copydesk.recasing import WORD
from copydesk.synonyms import Synonyms
from copydesk.wording import TOKEN, Wording, word_grams, wording

from .corpus import BASE_MODELS, EXPERTS, FAMILIES, SWAPPED, of_family
from .forest import Shape, grow
from .prose import Sample, Say, Sentences, beginning, windows
from .spinning import Thesaurus, commoner

STRENGTH = 30.0  # inverse regularisation; 10 and 100 lose one to three points of recall on dev
STEPS, CLOSE = 80, 1e-4  # of the solver; more change nothing
COMMON = 8000  # words that stand for themselves in word n-grams; 3,000 find a third of the spun texts less
LOWER = 30_000  # words that recasing knows to be no names
STEP = 1 / 16  # weights are rounded to it, a tenth of their deviation: half the bytes on disk, the same figures
FOLDS = 3
CHUNK = 400
_LOWER_CASE = re.compile(r"(?<![A-Za-z])[a-z]{1,30}(?![A-Za-z])")
FOREST = Shape(rounds=300, rate=0.06, leaf=100)
OTHER, BASE, PLAIN = 0.5, 0.2, 2.0  # weight of other domains, of base models, of a current model's plain answers
NOT_PROSE = SWAPPED | {"spun_detectrl"}  # sets that say nothing of how machines word what they write
Arrays = dict[str, NDArray[np.generic]]
Flags = NDArray[np.bool_]


def matrix(texts: Sequence[Sentences], common: NDArray[np.uint32] | None = None) -> sparse.csr_matrix:
    """One row of normalised n-gram counts for every list of sentences, exactly as in scoring: of bytes, or of words with the sorted
    codes of the `common` ones."""
    parts = []
    for start in range(0, len(texts), CHUNK):
        chunk = texts[start : start + CHUNK]
        flat = [s for t in chunk for s in t]
        row_of = np.repeat(np.arange(len(chunk), dtype=np.int32), [len(t) for t in chunk])
        found: Grams = grams(flat) if common is None else word_grams(wording(flat), common)
        r = rows(found, row_of)
        parts.append(sparse.csr_matrix((r.value, (r.row, r.bucket.astype(np.int32))), shape=(len(chunk), 1 << BITS)))
    return sparse.vstack(parts, format="csr")


def common_words(texts: Sequence[Sentences]) -> NDArray[np.uint32]:
    """The sorted codes of the COMMON most frequent tokens."""
    found: Counter[str] = Counter()
    for text in texts:
        for sentence in text:
            found.update(TOKEN.findall(sentence))
    ranked = sorted(found, key=lambda token: (-found[token], token))[:COMMON]
    return np.array(sorted({crc32(token.encode("utf-8", "replace")) for token in ranked}), dtype=np.uint32)


def lower_case_words(texts: Sequence[Sentences]) -> NDArray[np.uint32]:
    """The sorted codes of the LOWER most frequent words that are written in lower case at least as often as not, sentences'
    beginnings aside."""
    small: Counter[str] = Counter()
    large: Counter[str] = Counter()
    for text in texts:
        for sentence in text:
            for word in WORD.findall(sentence)[1:]:
                (large if word[0].isupper() else small)[word.lower()] += 1
    kept = sorted((w for w, n in small.items() if n >= large[w]), key=lambda w: (-small[w], w))[:LOWER]
    return np.array(sorted({crc32(w.encode("utf-8", "replace")) for w in kept}), dtype=np.uint32)


def word_counts(texts: Iterable[Sentences]) -> Counter[str]:
    """How often each word is written in lower case."""
    found: Counter[str] = Counter()
    for text in texts:
        for sentence in text:
            found.update(_LOWER_CASE.findall(sentence))
    return found


def even_weights(human: Flags, source: NDArray[np.str_]) -> NDArray[np.float64]:
    """A weight for every row: both classes the same in sum, and within a class a set weighs as the root of its size."""
    weight = np.zeros(len(human))
    for side in (True, False):
        of_side = human == side
        for name in np.unique(source[of_side]):
            chosen = of_side & (source == name)
            weight[chosen] = 1 / np.sqrt(chosen.sum())
        weight[of_side] /= 2 * weight[of_side].sum()
    return weight * len(human)


def tree_weights(data: Sequence[Sample], expert: str) -> NDArray[np.float64]:
    """A weight for every article: both classes the same in sum; people's sets weigh as the root of their size, every generator the
    same, with less for texts that are not articles. Of the expert for all also less for base models, which nobody rewrites with any
    more; other experts see none of them, and no machine but those of their family."""
    keys = [(s.human, s.source, s.is_article, "" if s.human else s.generator) for s in data]
    size = Counter(keys)
    weight = np.array([size[k] ** (-0.5 if k[0] else -1.0) for k in keys])
    weight *= [1.0 if s.is_article else EXPERTS[expert] if s.human else OTHER for s in data]
    base = BASE if FAMILIES[expert] is None else 0.0
    weight *= [base if not s.human and BASE_MODELS.search(s.generator) else 1.0 for s in data]
    weight *= [PLAIN if s.source == "plain" else 1.0 for s in data]
    human = np.array([s.human for s in data])
    weight *= human | of_family(np.array([s.source for s in data]), expert)
    for side in (True, False):
        weight[human == side] /= 2 * weight[human == side].sum()
    return np.asarray(weight * len(data))


def _trees(table: NDArray[np.float32], data: Sequence[Sample]) -> Arrays:
    """The forests of all experts as one, in the order of EXPERTS: tree t is of expert t % len(EXPERTS).

    What tells swapped words is kept from all experts but theirs, and the other heads from that one: the choice among synonyms depends
    on outlets, and cost the other experts three points of recall on dev. These are grown without such columns and texts, so they are
    the trees that they would be if there were none.
    """
    heads = np.array([name == "swapped" for name in (*FAMILIES, *FAMILIES)])
    own = np.zeros(table.shape[1], dtype=np.bool_)
    own[: len(heads)] = heads
    own[-synonyms.SIZE :] = True
    columns_, rows_ = np.flatnonzero(~own), np.flatnonzero([s.source not in SWAPPED for s in data])
    rest, rest_data = table[np.ix_(rows_, columns_)], [data[i] for i in rows_.tolist()]
    grown = []
    for expert in EXPERTS:
        if expert == "swapped":
            others = ~own & (np.arange(len(own)) < len(heads))
            grown.append(_grow(expert, np.where(others, np.float32(0), table), data))
        else:
            forest = _grow(expert, rest, rest_data)
            feature = columns_[forest["rewrite.tree_feature"].astype(np.intp)]
            grown.append(forest | {"rewrite.tree_feature": feature.astype(np.float32)})
    joined = {k: np.stack([g[k] for g in grown], axis=1) for k in grown[0]}
    return {k: v.reshape(-1, *v.shape[2:]) for k, v in joined.items()}


def _grow(expert: str, table: NDArray[np.float32], data: Sequence[Sample]) -> Arrays:
    return grow("rewrite", table, np.array([not s.human for s in data]), tree_weights(data, expert), FOREST)


def fit(data: Sequence[Sample], thesaurus: Thesaurus, seed: int, say: Say) -> Arrays:
    """All arrays of the signal but those of calibration; "rewrite.<side>_total" are numbers, arrays of one here."""
    texts, of = windows(data, random.Random(seed))
    whole = [beginning(s.sentences) for s in data]
    say(f"rewrite: {len(texts)} windows of {len(data)} articles")
    folds = _folds(data)
    common = common_words([t for t, i in zip(texts, of, strict=True) if data[i].source not in SWAPPED])
    by_bytes, weights, bias = _heads(texts, of, whole, None, data, folds)
    say("rewrite: heads over bytes fitted")
    by_words, word_weights, word_bias = _heads(texts, of, whole, common, data, folds)
    say("rewrite: heads over words fitted")
    tokens = [wording(t) for t in whole]
    table: list[NDArray[np.float32]] = [np.zeros(0, dtype=np.float32)] * len(data)
    for number in range(FOLDS):
        sides = likelihood.Sides(*_tables(tokens, data, folds != number))
        usual = _synonyms(data, folds != number, thesaurus)
        for i in np.flatnonzero(folds == number):
            table[i] = columns(np.stack([by_bytes[i], by_words[i]]), tokens[i], sides, usual)
    human, machine = _tables(tokens, data, folds >= 0)
    usual = _synonyms(data, folds >= 0, thesaurus)
    say("rewrite: language models counted")
    return {
        "rewrite.ngrams": weights,
        "rewrite.bias": bias,
        "rewrite.words.ngrams": word_weights,
        "rewrite.words_bias": word_bias,
        "rewrite.common": common,
        "rewrite.lower_case": lower_case_words([t for t, s in zip(whole, data, strict=True) if s.human]),
        **_named("human", human),
        **_named("machine", machine),
        "rewrite.synonym_words": usual.word,
        "rewrite.synonym_commoner": usual.commoner,
        **_trees(np.array(table), data),
    }


def _folds(data: Sequence[Sample]) -> NDArray[np.int32]:
    """The fold of every article: whole groups, texts made of an article with it."""
    groups = np.array([s.group for s in data if s.source not in SWAPPED])
    of_group: dict[str, int] = {}
    for number, (_, test) in enumerate(GroupKFold(FOLDS).split(groups, groups=groups)):
        of_group.update(dict.fromkeys(groups[test].tolist(), number))
    return np.array([of_group[s.group] for s in data], dtype=np.int32)


def _named(side: str, tables: Tables) -> Arrays:
    return {
        f"rewrite.{side}_words": tables.word,
        f"rewrite.{side}_pairs": tables.pair,
        f"rewrite.{side}_triples": tables.triple,
        f"rewrite.{side}_total": np.array([tables.total]),
    }


def _tables(tokens: Sequence[Wording], data: Sequence[Sample], chosen: Flags) -> tuple[Tables, Tables]:
    """The language models of the chosen articles by people, and by instructed generators (spun text is neither's prose)."""
    people = np.array([s.human for s in data])
    machines = np.array([s.source not in NOT_PROSE and not BASE_MODELS.search(s.generator) for s in data]) & ~people
    return _count(tokens, np.flatnonzero(people & chosen)), _count(tokens, np.flatnonzero(machines & chosen))


def _synonyms(data: Sequence[Sample], chosen: Flags, thesaurus: Thesaurus) -> Synonyms:
    """How usual words are among their synonyms with the people of the chosen articles."""
    texts = (s.sentences for s, inside in zip(data, chosen.tolist(), strict=True) if inside and s.human)
    return commoner(word_counts(texts), thesaurus)


def _count(tokens: Sequence[Wording], chosen: NDArray[np.intp]) -> Tables:
    bits = (likelihood.WORD_BITS, likelihood.PAIR_BITS, likelihood.TRIPLE_BITS)
    counts = [np.zeros(1 << b, dtype=np.int64) for b in bits]
    for start in range(0, len(chosen), CHUNK):
        found = [likelihood.places(tokens[i]) for i in chosen[start : start + CHUNK]]
        for total, name in zip(counts, ("word", "pair", "triple"), strict=True):
            total += np.bincount(np.concatenate([getattr(p, name) for p in found]), minlength=len(total))
    word, pair, triple = map(likelihood.scaled, counts)
    return Tables(word, pair, triple, float(counts[0].sum()))


def _heads(
    texts: Sequence[Sentences],
    of: Sequence[int],
    whole: Sequence[Sentences],
    common: NDArray[np.uint32] | None,
    data: Sequence[Sample],
    folds: NDArray[np.int32],
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Scores of whole articles by heads that were fitted to windows of other folds (articles, families), and the weights
    (2**BITS, families) and biases (families,) of heads fitted to all windows, in the order of FAMILIES."""
    table, articles = matrix(texts, common), matrix(whole, common)
    human = np.array([data[i].human for i in of])
    source = np.array([data[i].source for i in of])
    fold = folds[np.array(of)]
    jobs = []
    for family in FAMILIES:
        chosen = human | of_family(source, family)
        jobs += [np.flatnonzero(chosen & (fold != left_out)) for left_out in (*range(FOLDS), -1)]
    fits = Parallel(n_jobs=2, batch_size=1)(delayed(_fit_head)(table, human, source, rows_) for rows_ in jobs)
    unseen = np.zeros((len(data), len(FAMILIES)), dtype=np.float32)
    for place in range(len(FAMILIES)):
        for number in range(FOLDS):
            weight, bias = fits[place * (FOLDS + 1) + number]
            test = folds == number
            unseen[test, place] = articles[test] @ weight + bias
    final = fits[FOLDS :: FOLDS + 1]
    weights = np.round(np.stack([w for w, _ in final], axis=1) / STEP) * STEP
    return unseen, weights.astype(np.float32), np.array([b for _, b in final], dtype=np.float32)


def _fit_head(
    table: sparse.csr_matrix, human: Flags, source: NDArray[np.str_], chosen: NDArray[np.intp]
) -> tuple[NDArray[np.float64], float]:
    model = LogisticRegression(C=STRENGTH, max_iter=STEPS, tol=CLOSE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # stopping early is meant
        model.fit(table[chosen], ~human[chosen], sample_weight=even_weights(human[chosen], source[chosen]))
    return model.coef_[0], float(model.intercept_[0])
