"""The state folder: made for its user alone, refused where it cannot be used, and gone when it was only borrowed."""

from __future__ import annotations

import stat
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from copydesk import ConfigError
from copydesk.plugin.state import Database, StateError, state_folder

_SCHEMA = "CREATE TABLE IF NOT EXISTS notes (text TEXT);"


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_folder_is_made_for_its_user_alone(tmp_path: Path) -> None:
    """Nobody else may look into the folder or its files."""
    folder = state_folder(tmp_path / "new")
    Database(folder / "a.sqlite3", _SCHEMA)
    assert (_mode(folder), _mode(folder / "a.sqlite3")) == (0o700, 0o600)
    assert state_folder(folder) == folder


@pytest.mark.parametrize("name", ["file", "file/below"])
def test_what_is_no_folder_is_refused(tmp_path: Path, name: str) -> None:
    """The message names the setting and the path."""
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=f"COPYDESK_STATE: {tmp_path / name}"):
        state_folder(tmp_path / name)


def test_a_transaction_is_whole_or_not_at_all(tmp_path: Path) -> None:
    """What fails in the middle leaves nothing behind."""
    database = Database(tmp_path / "a.sqlite3", _SCHEMA)
    with pytest.raises(KeyError), database.transaction() as connection:
        connection.execute("INSERT INTO notes VALUES ('half')")
        raise KeyError
    with pytest.raises(StateError), database.transaction() as connection:
        connection.execute("INSERT INTO nothing VALUES (1)")
    with database.transaction() as connection:
        assert connection.execute("SELECT COUNT(*) FROM notes").fetchone() == (0,)
    database.close()
    database.close()


def test_nothing_is_open_before_the_first_use(tmp_path: Path) -> None:
    """A server may fork after making the store: no file of it is open then."""
    Database(tmp_path / "a.sqlite3", _SCHEMA)
    for path in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # the one that lists them
            assert tmp_path not in path.readlink().parents


def test_a_temporary_folder_goes_with_its_process_and_not_before() -> None:
    """A forked child that ends leaves it alone; it is gone when its maker ends."""
    script = (
        "import os, sys\nfrom copydesk.plugin.state import temporary_folder\n"
        "folder = temporary_folder()\nchild = os.fork()\n"
        "if child == 0: sys.exit()\n"
        "os.waitpid(child, 0)\nprint(folder, folder.is_dir(), oct(folder.stat().st_mode & 0o777))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    folder, there, mode = done.stdout.split()
    assert (there, mode) == ("True", "0o700"), done.stderr
    assert not Path(folder).exists()
