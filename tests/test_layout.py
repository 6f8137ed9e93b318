"""How blocks hang together: neighbours, gaps, boxes, cards and paths."""

from __future__ import annotations

import numpy as np
import pytest

from copydesk import read
from copydesk.article import TOPIC_BITS, Article
from copydesk.block_features import block_features
from copydesk.layout import groups, log_odds, neighbourhood, second_features

IDF = np.ones(1 << TOPIC_BITS, dtype=np.float32)
PROSE = "The harbour wall at Larkmoor will be rebuilt over two summers after the council voted for it."
PAGE = f"""<html><body><main><div class="story"><p>{PROSE}</p><aside class="promo"><h3>More</h3><ul><li><a href="/a">Old mill
reopens</a></li><li><a href="/b">New bridge for Dunwick</a></li></ul></aside><p>{PROSE}</p></div></main></body></html>"""


@pytest.mark.parametrize("size", [*range(1, 9), 30])
def test_the_second_pass_sees_three_blocks_on_either_side(size):
    """Each block is shown its own log-odds and its neighbours' probabilities, 0 beyond the ends."""
    chance = np.random.default_rng(size).uniform(0.1, 0.9, size=(size, 2)).astype(np.float32)
    seen = neighbourhood(log_odds(chance), chance, np.zeros(size, dtype=np.bool_))
    assert seen.shape == (size, 2 * 9)
    assert seen[:, :2] == pytest.approx(np.log(chance / (1 - chance)), abs=1e-4)
    for place, step in enumerate((-3, -2, -1, 1, 2, 3), 1):
        for i in range(size):
            expected = chance[i + step] if 0 <= i + step < size else [0, 0]
            assert seen[i, 2 * place : 2 * place + 2] == pytest.approx(expected)


@pytest.mark.parametrize("size", [1, 5, 17, 30])
def test_the_second_pass_sees_the_wider_surroundings(size):
    """Each block is shown the mean over eight blocks on either side, and again if it stands between two paragraphs."""
    chance = np.random.default_rng(size).uniform(0.1, 0.9, size=(size, 2)).astype(np.float32)
    prose = np.zeros(size, dtype=np.bool_)
    prose[[size // 4, size // 2]] = True
    wide, between = np.split(neighbourhood(log_odds(chance), chance, prose)[:, -4:], 2, axis=1)
    for i in range(size):
        expected = chance[max(0, i - 8) : i + 9].sum(axis=0) / 17
        inside = size // 4 <= i < size // 2
        assert wide[i] == pytest.approx(expected, abs=1e-5)
        assert between[i] == pytest.approx(expected if inside else [0, 0], abs=1e-5)


def test_a_box_among_the_paragraphs_is_one_group():
    """A heading and the list below it stand in one box; a paragraph does not."""
    article = Article(read(PAGE, kind="html"))
    (gap, box, _, path), home = groups(article)
    texts = [article.document.text[b.start : b.end] for b in article.document.blocks]
    more, first, second = (texts.index(t) for t in ("More", "Old mill reopens", "New bridge for Dunwick"))
    assert box[more] == box[first] == box[second]
    assert gap[more] == gap[second]
    assert path[first] == path[second] != path[more]
    assert box[more] != box[texts.index(PROSE)]
    assert home[more] == 0
    assert home[texts.index(PROSE)] == 1


def test_plain_text_has_gaps_alone():
    """Without markup, the lines between two paragraphs are the only group."""
    article = Article(read(f"{PROSE}\n\nMore\n\nOld mill reopens\n\n{PROSE}", kind="text"))
    (gap, box, card, path), home = groups(article)
    assert gap.tolist() == box.tolist() == card.tolist() == [0, 1, 1, 2]
    assert path.tolist() == home.tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("source", [PAGE, f"{PROSE}\n\nMore", "One line"])
def test_every_block_gets_the_same_number_of_columns(source):
    """Pages and texts, long and short ones, look alike to the second pass: finite numbers, one row a block."""
    article = Article(read(source))
    size = len(article.document.blocks)
    first = np.full((size, 11), 1 / 11, dtype=np.float32)
    kinds = np.full((size, 3), 1 / 3, dtype=np.float32)
    seen = second_features(article, block_features(article, IDF), first, kinds)
    assert seen.shape == (size, 195)
    assert np.isfinite(seen).all()


def test_means_are_over_the_group():
    """What the lines of a gap have in common is shown to each of them."""
    article = Article(read(f"{PROSE}\n\nMore\n\nOld mill reopens\n\n{PROSE}", kind="text"))
    kinds = np.array([[1, 0, 0], [0, 1, 0], [0.5, 0, 0.5], [1, 0, 0]], dtype=np.float32)
    first = np.full((4, 11), 1 / 11, dtype=np.float32)
    seen = second_features(article, block_features(article, IDF), first, kinds)
    columns = [i for i in range(seen.shape[1]) if seen[1, i] == seen[2, i] == pytest.approx(0.25)]
    assert columns
