"""A stream that can be read only once is read ahead and then read whole, within bounds."""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path
from typing import IO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.plugin import replay
from copydesk.plugin.replay import Replay, Streams


class Once(io.BytesIO):
    """Bytes that come in small pieces and only once."""

    def read1(self, size: int | None = -1, /) -> bytes:
        return super().read1(7)

    def seek(self, *_: int) -> int:
        raise io.UnsupportedOperation("seek")


DATA = b"".join(b"line %d\n" % n for n in range(50))


def test_what_was_read_ahead_is_read_again() -> None:
    """However far and however often somebody looked ahead, the last reading has every byte in order."""
    stream = Replay(Once(DATA))
    assert stream.ahead().readline() == b"line 0\n"
    assert stream.ahead().read() == DATA
    assert stream.ahead().peek(2)[:2] == b"li"
    assert stream.last().read() == DATA


@given(st.binary(max_size=300), st.lists(st.integers(0, 300), max_size=5), st.integers(0, 300))
def test_every_reading_starts_at_the_start(data: bytes, sizes: list[int], most: int) -> None:
    """Readings ahead are beginnings of the stream, none longer than what is kept, and the last is the stream."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replay, "MOST", most)
        stream = Replay(Once(data))
        for size in sizes:
            assert stream.ahead().read(size) == data[: min(size, most)]
        assert stream.last().read() == data
        stream.close()


def test_no_more_is_kept_than_agreed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading ahead ends at the limit and leaves the rest in the stream."""
    monkeypatch.setattr(replay, "MOST", 20)
    source = Once(DATA)
    stream = Replay(source)
    assert stream.ahead().read() == DATA[:20]
    assert source.tell() == 21
    assert stream.last().read() == DATA


@pytest.mark.parametrize("room", [0, 3, 30])
def test_a_full_disk_loses_nothing(monkeypatch: pytest.MonkeyPatch, room: int) -> None:
    """Where no more can be written, reading ahead ends, and the last reading goes on from there."""

    class Small(io.BytesIO):
        def write(self, data: bytes, /) -> int:  # type: ignore[override]
            if self.tell() >= room:
                raise OSError(28, "No space left on device")
            return super().write(data[: room - self.tell()])

    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: Small())
    stream = Replay(Once(DATA))
    assert stream.ahead().read() == DATA[:room]
    assert stream.ahead().read() == DATA[:room]
    assert stream.last().read() == DATA


def test_without_a_temporary_folder_nothing_is_read_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system without a place to write has its stream read once, whole."""

    def refuse(**_: object) -> IO[bytes]:
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    stream = Replay(Once(DATA))
    assert (stream.ahead().read(), stream.last().read()) == (b"", DATA)


def test_files_are_opened_again_and_not_kept(tmp_path: Path) -> None:
    """A file on disk needs no copy of it."""
    path = tmp_path / "rows.jsonl"
    path.write_bytes(DATA)
    replays: dict[Path | None, Replay] = {}
    for last in (False, False, True):
        with Streams(replays, io.BytesIO, last=last).open(path) as stream:
            assert stream.read() == DATA
    assert replays == {}


def test_a_named_pipe_is_kept_until_its_last_reading(tmp_path: Path) -> None:
    """What comes through a pipe, like what `<(...)` of a shell names, is there for every reading."""
    path = tmp_path / "rows.pipe"
    os.mkfifo(path)
    writer = os.open(path, os.O_RDWR)  # does not wait for a reader
    os.write(writer, DATA)
    replays: dict[Path | None, Replay] = {}
    with Streams(replays, io.BytesIO, last=False).open(path) as stream:
        assert stream.readline() == b"line 0\n"
    os.close(writer)
    for last in (False, True):
        with Streams(replays, io.BytesIO, last=last).open(path) as stream:
            assert stream.read() == DATA
    assert replays == {}
