"""The inverted index: what was written is found, whatever was merged, and a search reads a bounded part of it."""

from __future__ import annotations

import sqlite3

import numpy as np
import pytest

from copydesk.plugin import postings


@pytest.fixture
def connection() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript(postings.SCHEMA)
    return connection


def _numbers(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.uint32)


def _search(connection: sqlite3.Connection, terms: np.ndarray) -> dict[int, float]:
    weights = np.arange(1, len(terms) + 1, dtype=np.float32)
    articles, scores = postings.search(connection, postings.directory(connection), terms, weights)
    return dict(zip(articles.tolist(), scores.tolist(), strict=True))


def test_articles_score_the_weights_of_the_words_they_hold(connection):
    """A search adds up the weights of the words, over all segments."""
    postings.add(connection, _numbers(5, 9, 5), _numbers(1, 1, 2))
    postings.add(connection, _numbers(9), _numbers(3))
    assert _search(connection, _numbers(5, 9)) == {1: 3.0, 2: 1.0, 3: 2.0}


def test_a_list_longer_than_a_block_is_found_whole(connection):
    """A word that many articles hold is read from every block that it stands in."""
    many = np.arange(3 * postings.BLOCK, dtype=np.uint32)
    postings.add(
        connection,
        np.concatenate([np.full(len(many), 7), [3, 8]]).astype(np.uint32),
        np.append(many, [1, 2]).astype(np.uint32),
    )
    assert set(_search(connection, _numbers(7))) == set(many.tolist())
    assert _search(connection, _numbers(8)) == {2: 1.0}


def test_segments_stay_few(connection):
    """However many batches are added, a search looks into a logarithmic number of segments, and nothing is lost."""
    for article in range(100):
        postings.add(connection, _numbers(article, 1000), _numbers(article, article))
    assert len(postings.directory(connection)) <= 8
    assert postings.verify(connection) == 200
    assert len(_search(connection, _numbers(1000))) == 100


def test_merging_forgets_what_is_gone(connection):
    """Articles that were removed leave the lists when segments are merged."""
    postings.add(connection, _numbers(5, 5), _numbers(1, 2))
    postings.merge(connection, [1], _numbers(1))
    assert _search(connection, _numbers(5)) == {2: 1.0}


def test_a_search_reads_a_bounded_number_of_blocks(connection, monkeypatch):
    """Words whose lists do not fit into the budget are passed over, the longest first."""
    monkeypatch.setattr(postings, "MOST_BLOCKS", 2)
    many = np.arange(5 * postings.BLOCK, dtype=np.uint32)
    postings.add(
        connection, np.append(np.full(len(many), 7), [9]).astype(np.uint32), np.append(many, [4]).astype(np.uint32)
    )
    assert _search(connection, _numbers(7, 9)) == {4: 2.0}


def test_a_block_that_was_cut_off_is_an_error(connection):
    """Bytes that are no block raise DamagedIndex, in a search and in a check."""
    postings.add(connection, _numbers(5, 6), _numbers(1, 2))
    connection.execute("UPDATE block SET data = substr(data, 1, 9)")
    with pytest.raises(postings.DamagedIndex):
        _search(connection, _numbers(5))
    with pytest.raises(postings.DamagedIndex):
        postings.verify(connection)
