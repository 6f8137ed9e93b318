"""The inverted index: what was written is found, whatever was merged, and a search reads a bounded part of it."""

from __future__ import annotations

import sqlite3
import tracemalloc

import numpy as np
import pytest

from copydesk.plugin import postings


@pytest.fixture
def connection() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript(postings.SCHEMA.replace("data BLOB NOT NULL", "data"))
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


def test_a_search_reads_a_bounded_number_of_pairs(connection, monkeypatch):
    """Words whose lists do not fit into the budget are passed over, the longest first."""
    monkeypatch.setattr(postings, "MOST_PAIRS", 2 * postings.BLOCK)
    many = np.arange(9 * postings.LONG, dtype=np.uint32)
    postings.add(
        connection, np.append(np.full(len(many), 7), [9]).astype(np.uint32), np.append(many, [4]).astype(np.uint32)
    )
    assert _search(connection, _numbers(7, 9)) == {4: 2.0}


@pytest.mark.parametrize("spread", [50, 1 << 20])
def test_the_best_are_the_best_of_all(connection, spread):
    """Ranking only those near the top gives the same order as adding up every article, even where many share a cell."""
    rng = np.random.default_rng(spread)
    terms = np.repeat(np.arange(40, dtype=np.uint32), 900)
    articles = (rng.integers(0, spread, len(terms)) * (1 << 14)).astype(np.uint32) % np.uint32(1 << 30)
    pairs = np.unique(np.stack([terms, articles]), axis=1)
    postings.add(connection, pairs[0], pairs[1])
    weights = rng.random(40).astype(np.float32)
    sums: dict[int, float] = {}
    for term, article in pairs.T.tolist():
        sums[article] = sums.get(article, 0.0) + float(weights[term])
    wanted = sorted(sums, key=lambda each: (-np.float32(sums[each]), each))[:20]
    found, scores = postings.search(
        connection, postings.directory(connection), np.arange(40, dtype=np.uint32), weights, 20
    )
    assert found[:20].tolist() == wanted
    assert scores[:20].tolist() == pytest.approx([sums[each] for each in wanted])


@pytest.mark.parametrize("seed", range(4))
def test_merging_keeps_every_pair(connection, seed, monkeypatch):
    """Segments of all sizes, with words of few and of thousands of articles, are one after merging, with all pairs but those gone."""
    monkeypatch.setattr(postings, "_AT_ONCE", 2)
    rng = np.random.default_rng(seed)
    wanted = set()
    for number in range(5):
        size = int(rng.integers(1, 9000))
        terms = np.where(rng.random(size) < 0.3, 77, rng.zipf(1.3, size) % 5000).astype(np.uint32)
        articles = rng.integers(number * 9000, number * 9000 + 9000, size).astype(np.uint32)
        pairs = np.unique(np.stack([terms, articles]), axis=1)
        keys = pairs[0].astype(np.uint64) << np.uint64(32) | pairs[1]
        postings.write(connection, [keys])
        wanted |= set(map(tuple, pairs.T.tolist()))
    gone = rng.integers(0, 45000, 3000).astype(np.uint32)
    assert postings.verify(connection) == len(wanted)
    postings.gather(connection, gone)
    wanted = {(term, article) for term, article in wanted if article not in set(gone.tolist())}
    assert len(postings.directory(connection)) == 1
    assert postings.verify(connection) == len(wanted)
    for term in (77, 1, 2, 4999):
        assert set(_search(connection, _numbers(term))) == {article for each, article in wanted if each == term}


def test_merging_holds_little_of_the_index(connection):
    """Merging two segments of 1.5 million pairs takes a fraction of their memory."""
    for number in range(2):
        keys = np.arange(1_500_000, dtype=np.uint64) << np.uint64(28) | np.uint64(number)
        postings.write(connection, [keys])
    del keys
    tracemalloc.start()
    postings.gather(connection, None)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 9_000_000  # all pairs together are 24 MB
    assert [len(each.first) for each in postings.directory(connection)] == [-(-3_000_000 // postings.BLOCK)]


@pytest.mark.parametrize("data", [b"", b"\2\0\5\0", "text", None, 7, b"\0" * 9000, b"\1\0\5\0\0\0\0\0\xff\xff1234"])
def test_a_block_that_is_none_is_an_error(connection, data):
    """Bytes that are no block raise DamagedIndex, in a search and in a check."""
    postings.add(connection, _numbers(5, 6), _numbers(1, 2))
    connection.execute("UPDATE block SET data = ?", (data,))
    with pytest.raises(postings.DamagedIndex):
        _search(connection, _numbers(5))
    with pytest.raises(postings.DamagedIndex):
        postings.verify(connection)


def test_changed_bytes_are_noticed(connection):
    """A list that is well-formed, but not what was written, fails the check."""
    postings.add(connection, _numbers(5, 6), _numbers(1, 2))
    (data,) = connection.execute("SELECT data FROM block").fetchone()
    connection.execute("UPDATE block SET data = ?", (data[:-1] + b"\x07",))
    with pytest.raises(postings.DamagedIndex):
        postings.verify(connection)


def test_a_directory_that_was_cut_off_is_an_error(connection):
    """Bytes that are no directory raise DamagedIndex."""
    postings.add(connection, _numbers(5, 6), _numbers(1, 2))
    connection.execute("UPDATE segment SET ends = substr(ends, 1, 5)")
    with pytest.raises(postings.DamagedIndex):
        postings.directory(connection)
