"""Ids of signed messages: each opens the door once, whoever asks at the same time, in whatever process."""

from __future__ import annotations

import multiprocessing
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.pool import Pool
from pathlib import Path

import pytest

from copydesk.plugin.seen import FILE, Seen
from copydesk.plugin.signing import SKEW, SignatureReplayed
from copydesk.plugin.state import StateError

NOW = 1_764_000_000


def _taken(seen: Seen, message_id: str, now: float = NOW) -> bool:
    try:
        seen.claim(message_id, now)
    except SignatureReplayed:
        return False
    return True


def test_an_id_is_taken_once(tmp_path: Path) -> None:
    """The second use is refused, another id is not, and case counts."""
    seen = Seen(tmp_path)
    assert [_taken(seen, each) for each in ("a", "a", "b", "A", "a")] == [True, False, True, True, False]


def test_senders_have_ids_of_their_own(tmp_path: Path) -> None:
    """Two senders with a secret each may use the same id."""
    seen = Seen(tmp_path)
    seen.claim("a", NOW, "ghost")
    seen.claim("a", NOW, "strapi")
    with pytest.raises(SignatureReplayed):
        seen.claim("a", NOW, "ghost")


def test_ids_outlive_the_process(tmp_path: Path) -> None:
    """A restart opens no door."""
    Seen(tmp_path).claim("a", NOW)
    assert not _taken(Seen(tmp_path), "a")


def test_an_id_is_kept_as_long_as_its_signature_is_good(tmp_path: Path) -> None:
    """Signed by a clock that is five minutes ahead, a message is good for ten; then its id is forgotten, and takes no room."""
    seen = Seen(tmp_path)
    seen.claim("a", NOW)
    assert not _taken(seen, "a", NOW + 2 * SKEW)
    assert _taken(seen, "b", NOW + 3 * SKEW)
    with sqlite3.connect(tmp_path / FILE) as connection:
        assert connection.execute("SELECT id FROM seen").fetchall() == [("b",)]


def test_the_number_of_ids_is_bounded(tmp_path: Path) -> None:
    """Without room the answer is an error and no open door; once ids are forgotten there is room again."""
    seen = Seen(tmp_path, most=3)
    for each in "abc":
        seen.claim(each, NOW)
    with pytest.raises(StateError, match="full"):
        seen.claim("d", NOW)
    assert _taken(seen, "d", NOW + 3 * SKEW)


def test_of_many_threads_one_wins(tmp_path: Path) -> None:
    """Twenty threads with the same id at the same time: exactly one is let in, each time."""
    seen = Seen(tmp_path)
    with ThreadPoolExecutor(20) as pool:
        for each in map(str, range(10)):
            assert sum(pool.map(lambda _, id=each: _taken(seen, id), range(20))) == 1  # type: ignore[misc]


_seen: Seen | None = None


def _taken_in_child(message_id: str) -> bool:
    assert _seen is not None
    return _taken(_seen, message_id)


def test_of_many_processes_one_wins(tmp_path: Path) -> None:
    """Processes that were forked with the store in use share it all the same."""
    global _seen
    _seen = Seen(tmp_path)
    _seen.claim("before", NOW)  # so that a connection is open when they are forked
    pool: Pool
    with multiprocessing.get_context("fork").Pool(4) as pool:
        ids = [str(n % 10) for n in range(200)]
        assert sum(pool.map(_taken_in_child, ids, chunksize=1)) == 10
        assert not any(pool.map(_taken_in_child, ["before"] * 4, chunksize=1))
    assert not _taken(_seen, "3")
    _seen.close()


def test_a_damaged_file_is_an_error(tmp_path: Path) -> None:
    """A file that is no database lets nobody in and says which one it is."""
    (tmp_path / FILE).write_bytes(b"no database" * 1000)
    with pytest.raises(StateError, match=FILE):
        Seen(tmp_path)


def test_a_file_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    """While another program holds the file, nobody is let in unchecked."""
    seen = Seen(tmp_path)
    with sqlite3.connect(tmp_path / FILE) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StateError, match="locked"):
            seen.claim("a", NOW)
        other.rollback()
    assert _taken(seen, "a")
