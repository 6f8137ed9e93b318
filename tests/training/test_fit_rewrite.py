"""Fitting of the rewrite signal: weights, common words, and that nothing of an article's own fold judges it."""

from __future__ import annotations

import random
from collections import defaultdict
from zlib import crc32

import numpy as np
import pytest

from copydesk import synonyms
from copydesk.training import fit_rewrite, prose
from copydesk.training.forest import Shape
from copydesk.training.prose import Sample


def sample(human: bool, source: str, generator: str = "", words: int = 80, is_article: bool = True) -> Sample:
    sentence = " ".join(["word"] * 10) + "."
    return Sample((sentence,) * (words // 10), human, source, f"{source}-{generator}", generator, is_article)


def weight_of(data: list[Sample]) -> dict[tuple[str, str, bool], float]:
    """The summed weight of each source, generator and kind of text."""
    out: dict[tuple[str, str, bool], float] = defaultdict(float)
    for s, w in zip(data, fit_rewrite.tree_weights(data, "all"), strict=True):
        out[s.source, s.generator, s.is_article] += float(w)
    return out


def test_both_sides_weigh_the_same():
    """People and machines have the same weight in sum, and the mean weight is one."""
    data = [sample(True, "a")] * 90 + [sample(False, "b", "gpt-4")] * 10
    weight = fit_rewrite.tree_weights(data, "all")
    assert weight.sum() == pytest.approx(len(data))
    assert weight[:90].sum() == pytest.approx(weight[90:].sum())


def test_every_generator_weighs_the_same():
    """However many articles there are of it; people's sources weigh as the root of their size."""
    data = [sample(False, "m", "gpt-4")] * 40 + [sample(False, "m", "claude")] * 4
    data += [sample(True, "large")] * 100 + [sample(True, "small")] * 25
    weight = weight_of(data)
    assert weight["m", "gpt-4", True] == pytest.approx(weight["m", "claude", True])
    assert weight["large", "", True] == pytest.approx(2 * weight["small", "", True])


def test_base_models_and_other_domains_weigh_less():
    """Nobody rewrites with gpt2, and an essay is not what is judged; a current model's plain answers count twice."""
    data = [sample(False, "m", g) for g in ("gpt-4", "gpt2-xl")] + [sample(False, "m", "gpt-4", is_article=False)]
    data += [sample(False, "plain", "plain-1"), sample(True, "a"), sample(True, "a", is_article=False)]
    weight = weight_of(data)
    assert weight["m", "gpt2-xl", True] == pytest.approx(fit_rewrite.BASE * weight["m", "gpt-4", True])
    assert weight["m", "gpt-4", False] == pytest.approx(fit_rewrite.OTHER * weight["m", "gpt-4", True])
    assert weight["plain", "plain-1", True] == pytest.approx(fit_rewrite.PLAIN * weight["m", "gpt-4", True])
    assert weight["a", "", False] == pytest.approx(fit_rewrite.OTHER * weight["a", "", True])


def test_an_expert_sees_its_own_family_alone():
    """Machines of other families and base models weigh nothing, people everything; other texts of people weigh what is set."""
    data = [sample(False, "llm_llmfake", "x"), sample(False, "spun_detectrl", "y"), sample(False, "llm_l2r", "gpt2-xl")]
    data += [sample(True, "a"), sample(True, "a", is_article=False)]
    weight = fit_rewrite.tree_weights(data, "spun")
    assert weight[[0, 2]].tolist() == [0, 0]
    assert weight[1] == pytest.approx(weight[3:].sum())
    assert weight[4] == pytest.approx(fit_rewrite.EXPERTS["spun"] * weight[3])
    assert fit_rewrite.tree_weights(data, "rewriters")[:3].astype(bool).tolist() == [True, False, False]


def test_swapped_words_are_kept_apart():
    """Texts that training spun weigh with their own expert alone."""
    data = [sample(False, sorted(sets)[0], "x") for sets in fit_rewrite.FAMILIES.values() if sets] + [sample(True, "a")]
    swapped = [s.source == "spun_wordnet" for s in data]
    assert sum(swapped) == 1
    for expert in fit_rewrite.EXPERTS:
        weight = fit_rewrite.tree_weights(data, expert)
        assert (weight[swapped] > 0).all() == (expert == "swapped")
        assert weight[-1] == pytest.approx(weight[:-1].sum())


def test_experts_split_on_what_they_may_see(monkeypatch):
    """What tells swapped words is for their expert alone, which sees no other head; features are numbered as in the whole table."""
    monkeypatch.setattr(fit_rewrite, "FOREST", Shape(rounds=20, leaf=5, columns=1.0))
    names = [*fit_rewrite.FAMILIES, *fit_rewrite.FAMILIES]
    size = len(names) + 5 + synonyms.SIZE
    own = {i for i in range(size) if (names[i] == "swapped" if i < len(names) else i >= size - synonyms.SIZE)}
    others = set(range(len(names))) - own
    sets = [sorted(x)[0] for x in fit_rewrite.FAMILIES.values() if x]
    data = [
        Sample(("a b.",), i % 2 == 0, "a" if i % 2 == 0 else sets[i // 2 % len(sets)], f"g{i}") for i in range(1200)
    ]
    table = np.random.default_rng(4).normal(size=(len(data), size)).astype(np.float32)
    table[1::2] += 0.7
    grown = fit_rewrite._trees(table, data)
    count = len(fit_rewrite.EXPERTS)
    for number, expert in enumerate(fit_rewrite.EXPERTS):
        split = grown["rewrite.tree_threshold"][number::count] != 0
        used = set(grown["rewrite.tree_feature"][number::count][split].astype(int).tolist())
        allowed, forbidden = (own, others) if expert == "swapped" else (others, own)
        assert used & allowed
        assert not used & forbidden


def test_a_spun_article_is_in_the_fold_of_its_original():
    """And the folds of the others do not depend on what was spun."""
    data = [Sample(("a b.",), True, "a", f"g{i}") for i in range(30)]
    spun = [Sample(("a c.",), False, "spun_wordnet", f"g{i}", "wordnet") for i in (3, 8, 21)]
    folds = fit_rewrite._folds(data + spun)
    assert folds[[30, 31, 32]].tolist() == folds[[3, 8, 21]].tolist()
    assert folds[:30].tolist() == fit_rewrite._folds(data).tolist()


def test_common_words_are_the_most_frequent(monkeypatch):
    """Sorted codes of the tokens seen most; of equally frequent ones the first in the alphabet."""
    monkeypatch.setattr(fit_rewrite, "COMMON", 3)
    found = fit_rewrite.common_words([("cow cow cow", "dog dog"), ("ant bee",)])
    assert found.tolist() == sorted(crc32(w) for w in (b"cow", b"dog", b"ant"))


def test_windows_of_few_and_of_long():
    """Three windows of a written article, two of a long one by a person, one of others, each within the article."""
    data = [sample(False, "written"), sample(True, "a", words=900), sample(True, "a"), sample(False, "m", words=900)]
    texts, of = prose.windows(data, random.Random(1))
    assert [of.count(i) for i in range(4)] == [3, 2, 1, 1]
    assert all(len(t) <= len(data[i].sentences) for t, i in zip(texts, of, strict=True))


def test_the_beginning_of_an_article():
    """As many sentences as make up WHOLE words, all of them if there are fewer."""
    long = sample(True, "a", words=3000)
    assert sum(s.count(" ") + 1 for s in prose.beginning(long.sentences)) == pytest.approx(prose.WHOLE, abs=10)
    assert prose.beginning(long.sentences[:5]) == long.sentences[:5]


def test_an_article_is_judged_by_other_folds():
    """A label that only an article's own fold could teach is not known to the heads that judge it."""
    chance = np.random.default_rng(3)
    data = []
    sets = [sorted(x)[0] for x in fit_rewrite.FAMILIES.values() if x]
    for i in range(140):
        rare = f"zq{chr(97 + i % 26)}{chr(97 + i // 26)}x"
        filler = " ".join(chance.choice(["cow", "dog", "hen", "pig", "ant"], size=70))
        data.append(
            Sample((f"{rare} {filler} {rare}.",), bool(i % 2), "a" if i % 2 else sets[i // 2 % len(sets)], f"g{i}")
        )
    texts, of = [s.sentences for s in data], list(range(len(data)))
    folds = np.arange(140, dtype=np.int32) // 20 % 3
    unseen, weights, bias = fit_rewrite._heads(texts, of, texts, None, data, folds)
    gold = np.array([not s.human for s in data])
    every = list(fit_rewrite.FAMILIES).index("all")
    seen = fit_rewrite.matrix(texts) @ weights[:, every] + bias[every]
    judged = np.array([s.source != "spun_wordnet" for s in data])  # the head for all learns nothing from these
    assert ((seen > 0) == gold)[judged].mean() > 0.9
    assert ((unseen[:, every] > 0) == gold)[judged].mean() < 0.75
