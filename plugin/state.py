"""What the service remembers: SQLite files in one folder, shared by all its processes and threads.

A connection is never carried over a fork (SQLite's own rule): every process opens one of its own when it first needs it, and its
threads take turns. Files are in WAL mode, so a reader never waits for a writer, and a process that is killed leaves nothing broken.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from copydesk import ConfigError, CopydeskError

_PATIENCE = 2.0  # seconds to wait for another writer; a content management system gives up on us after three


class StateError(CopydeskError):
    """The state cannot be read or written now (a full or read-only disk, a damaged file, a limit reached): HTTP 503."""


def state_folder(folder: Path) -> Path:
    """The folder, made if it is not there, for this user alone.

    Raises ConfigError where it is no folder that can be written to.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise ConfigError(
            f"COPYDESK_STATE: {folder} cannot be used: {error.strerror or error}, expected a folder to write to"
        ) from error
    return folder


def temporary_folder() -> Path:
    """A folder that is gone when the process that asked for it ends; the processes that it forks leave it alone."""
    folder = Path(tempfile.mkdtemp(prefix="copydesk-"))
    owner = os.getpid()

    def remove() -> None:
        if os.getpid() == owner:
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)
    return folder


@dataclass(slots=True)
class _Handle:
    """What one process has of a file."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    connection: sqlite3.Connection | None = None


class Database:
    """One SQLite file."""

    def __init__(self, path: Path, schema: str, *, durable: bool = True) -> None:
        """Make the file, if need be, with the tables of `schema`, and close it again: nothing is open when a server forks.

        `durable` False may lose what was written in the last moments before a power cut, and saves the wait for the disk.

        Raises StateError.
        """
        self._path = path
        self._synchronous = "FULL" if durable else "NORMAL"
        self._handles: dict[int, _Handle] = {}
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
            with closing(self._connect()) as connection:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.executescript(schema)
        except (OSError, sqlite3.Error) as error:
            raise self._failure(error) from error

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A connection with the only writer's right: kept whole at the end of the block, or not at all.

        Raises StateError where the file cannot be used.
        """
        handle = self._handles.setdefault(os.getpid(), _Handle())
        with handle.lock:
            try:
                if handle.connection is None:
                    handle.connection = self._connect()
                with handle.connection as connection:
                    connection.execute("BEGIN IMMEDIATE")
                    yield connection
            except sqlite3.Error as error:
                raise self._failure(error) from error

    def close(self) -> None:
        """Close this process's connection; it is opened again when it is needed."""
        handle = self._handles.pop(os.getpid(), None)
        if handle is not None:
            with handle.lock:
                if handle.connection is not None:
                    handle.connection.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False, cached_statements=16
        )
        connection.execute(f"PRAGMA synchronous = {self._synchronous}")
        return connection

    def _failure(self, error: Exception) -> StateError:
        return StateError(f"{self._path} cannot be used: {error}")
