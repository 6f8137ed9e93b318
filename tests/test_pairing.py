"""What two articles have in common, in numbers: on texts whose numbers can be said beforehand."""

from __future__ import annotations

import numpy as np
import pytest
from stories import ORIGINAL, REWRITE, SAME_EVENT, UNRELATED

from copydesk import read
from copydesk.fingerprint import BITS, STEPS, Fingerprint, fingerprint, unpack, words_of
from copydesk.pairing import FEATURES, Pairing, pair, query_of

EVEN = np.full(1 << BITS, 5.0, dtype=np.float32)
SHORT = (
    "Larkmoor rebuilds harbour walls. Engineers measured broken footings yesterday. Trawler owners demanded guarantees."
)


def _pair(text: str, other: str, idf: np.ndarray = EVEN) -> Pairing:
    source = unpack(fingerprint(words_of(read(other, kind="text")), idf).pack())
    return pair(query_of(words_of(read(text, kind="text")), idf), source, idf)


def _value(found: Pairing, name: str) -> float:
    return float(found.features[FEATURES.index(name)])


def test_the_same_text_has_everything_in_common():
    """Against itself every share is 1, every sentence aligns with itself, and the sizes are equal."""
    found = _pair(SHORT, SHORT)
    for name in (
        "weight_known",
        "weight_of_source",
        "cosine",
        "words_known",
        "sentence_mean",
        "source_mean",
        "pairs",
        "fours",
    ):
        assert _value(found, name) == pytest.approx(1.0, abs=1e-6), name
    assert _value(found, "ratio") == 0
    assert _value(found, "sentence_new") == 0
    assert (found.best.tolist(), found.share) == ([0, 1, 2], 1.0)
    assert found.alike.tolist() == pytest.approx([1.0, 1.0, 1.0])


def test_texts_without_a_common_word_have_nothing_in_common():
    """No word, no sentence, no run is shared, and nothing aligns."""
    found = _pair(SHORT, "Beekeepers filled nine jars. Lime trees flowered twice.")
    for name in (
        "weight_known",
        "cosine",
        "words_known",
        "sentence_mean",
        "contained_mean",
        "pairs",
        "longest",
        "source_fours",
    ):
        assert _value(found, name) == 0, name
    assert _value(found, "sentence_new") == 1
    assert (found.best.tolist(), found.share) == ([-1, -1, -1], 0.0)


def test_half_of_the_words_of_even_weight_are_half_of_the_weight():
    """Where all words weigh the same, the weight that is known is the share of the words that are."""
    found = _pair("Engineers measured broken footings.", "Engineers measured quiet rivers.")
    assert _value(found, "weight_known") == pytest.approx(0.5)
    assert found.alike.tolist() == pytest.approx([0.5])
    assert found.best.tolist() == [0]


def test_names_and_numbers_are_counted_apart():
    """A name inside of a sentence and a number have shares and counts of their own; -1 where the article has none."""
    found = _pair("Yesterday Halvard paid 5800 crowns.", "Yesterday Halvard kept 5800 boats.")
    assert (_value(found, "names_known"), _value(found, "numbers_known")) == (1.0, 1.0)
    assert _value(found, "names") == _value(found, "numbers") == pytest.approx(np.log(2))
    found = _pair("Boats left harbour.", "Boats left harbour.")
    assert (_value(found, "names_known"), _value(found, "numbers_known")) == (-1.0, -1.0)


def test_order_is_seen():
    """Sentences in the source's order go forward and rank alike; turned round they do not."""
    parts = SHORT.split(". ")
    forward, back = _pair(SHORT, SHORT), _pair(SHORT, ". ".join([parts[2].rstrip("."), parts[1], parts[0] + "."]))
    assert (_value(forward, "order"), _value(forward, "rank_order")) == pytest.approx((1.0, 1.0))
    assert (_value(back, "order"), _value(back, "rank_order")) == pytest.approx((0.0, -1.0))
    assert back.best.tolist() == [2, 1, 0]


@pytest.mark.parametrize(
    ("text", "run"),
    [("Alpha bravo charlie delta echo", 2), ("Alpha bravo charlie delta", 1), ("Alpha bravo charlie", 0)],
)
def test_runs_of_four_are_counted(text, run):
    """The longest run of fours is as many as fit into the words that follow each other in both."""
    found = _pair(f"{text}.", f"Nobody knew {text.lower()} then.")
    assert _value(found, "longest") == pytest.approx(np.log1p(run))


def test_words_below_the_sources_level_are_left_out():
    """Where a fingerprint left out common words, the article's common words do not count against it."""
    idf = EVEN.copy()
    rare = words_of(read("Larkmoor trawlers.", kind="text")).tokens
    idf[rare] = 9.0
    query = query_of(words_of(read("Larkmoor trawlers sailed quietly.", kind="text")), idf)
    source = Fingerprint(rare, np.zeros(2, dtype=np.int32), 1, 6 * STEPS)
    found = pair(query, source, idf)
    assert _value(found, "weight_known") == pytest.approx(1.0)
    assert _value(found, "level") == 6.0


def test_a_rewrite_has_more_in_common_than_another_report():
    """By words, sentences and numbers, a rewrite is nearer to its source than another report, of the same event or not."""
    rewrite, event, nothing = (_pair(text, ORIGINAL) for text in (REWRITE, SAME_EVENT, UNRELATED))
    for name in ("cosine", "sentence_mean", "contained_mean", "local_mean", "numbers"):
        assert _value(rewrite, name) > max(_value(event, name), _value(nothing, name)), name
    assert rewrite.share > 0.7 > 0.3 > event.share


def test_what_comes_nearest_is_aligned_where_nothing_is():
    """A pair without aligned sentences has its nearest ones for a claim to show; one with aligned sentences stays as it is."""
    text = "Engineers measured sixteen bold timid grey velvet ornate muddy hollow kettles. Nobody bought umbrellas."
    found = _pair(
        text, "Engineers kept copper cables, hemp ropes, iron nails, glass floats, canvas sails and brass lamps."
    )
    assert found.best.tolist() == [-1, -1]
    assert 0 < found.alike[0] < 0.3
    loosely = found.at_least_loosely()
    assert loosely.best.tolist() == [0, -1]
    assert 0.5 < loosely.share < 1
    same = _pair(SHORT, SHORT)
    assert same.at_least_loosely() is same
    assert _pair("Alpha bravo.", "Kettles rust.").at_least_loosely().share == 0


@pytest.mark.parametrize(
    "text", ["", "a", "the of and", "Larkmoor", "1 2 3 4 5", "x. " * 400, "word " * 9000, "Larkmoor sails. " * 300]
)
@pytest.mark.parametrize("turned", [False, True])
def test_any_text_gives_finite_numbers(text, turned):
    """Whatever the two are, there is a finite number for every feature, and every sentence of the article has its best or none."""
    one, other = (text or ".", ORIGINAL)[:: -1 if turned else 1]
    found = _pair(one, other)
    assert found.features.shape == (len(FEATURES),)
    assert np.isfinite(found.features).all()
    assert 0 <= found.share <= 1
    assert len(found.best) == len(found.alike)


def test_fingerprints_of_any_bytes_give_numbers_or_a_value_error():
    """Bytes of a hostile archive that happen to be a fingerprint are compared like any other."""
    rng = np.random.default_rng(1)
    query = query_of(words_of(read(ORIGINAL, kind="text")), EVEN)
    compared = 0
    for _ in range(300):
        counts = rng.integers(0, 256, int(rng.integers(0, 256))).astype(np.uint8)
        tokens = rng.integers(0, 1 << 16, int(counts.sum()) + int(rng.random() < 0.2)).astype("<u2")
        try:
            source = unpack(bytes((int(rng.integers(256)), len(counts))) + counts.tobytes() + tokens.tobytes())
        except ValueError:
            continue
        assert np.isfinite(pair(query, source, EVEN).features).all()
        compared += 1
    assert compared > 200
