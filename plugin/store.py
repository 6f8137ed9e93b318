"""A state file that articles pass through: what is deleted is overwritten, and a file of another format is refused, not guessed at."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from .state import Database, StateError

_APPLICATION = 0x436F7044  # "CopD", in the file's header
_sync = getattr(os, "fdatasync", os.fsync)


class Store(Database):
    """One file; `schema` is the SQL that makes its tables where they are not there, `version` the number of that format.

    What is committed survives a kill, and the power cord as well where it is `durable`.

    Raises StateError where the file is not to be had, or holds another format.
    """

    def __init__(self, path: Path, schema: str, version: int, *, durable: bool = True) -> None:
        """Make or check the file, and leave no connection open: the service forks after this."""
        _check(path, version)
        numbers = f"PRAGMA application_id={_APPLICATION}; PRAGMA user_version={version}"
        self._durable = durable
        self._log = path.with_name(f"{path.name}-wal")
        self._known_log = (0, 0)
        super().__init__(path, f"{schema}; {numbers}", durable=False)  # `rows` waits for the disk, after its turn

    @contextmanager
    def rows(self, *, durable: bool = True) -> Iterator[sqlite3.Connection]:
        """A transaction whose rows know the names of their columns. Raises StateError.

        Its turn is waited for at a lock of the system's, which wakes the next one at once: SQLite itself looks again after up to a
        tenth of a second, in which a webhook is to be answered twice over. The disk is waited for after the turn, so that several
        wait for it together, and not each for all before it. `durable` False does not wait for it this once.
        """
        with self._turn(), self.transaction() as db:
            before = db.total_changes
            db.row_factory = sqlite3.Row
            db.execute("PRAGMA secure_delete = ON")
            yield db
            changed = db.total_changes != before
        if changed and durable and self._durable:
            self._await_disk()

    def _await_disk(self) -> None:
        """Come back when all that is committed is on the disk: what SQLite does for synchronous=FULL, but without a lock.

        A commit is in the log, or, where a checkpoint moved it meanwhile, was synchronized by that (synchronous=NORMAL).
        """
        try:
            log = os.open(self._log, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:  # the last connection of another process was closed, with a checkpoint
            return
        except OSError as error:
            raise StateError(f"{self._log} cannot be used: {error.strerror}") from error
        try:
            _sync(log)
            found = os.fstat(log)
            if self._known_log != (found.st_dev, found.st_ino):  # a new file: its name is to be on the disk as well
                _sync_folder(self._log.parent)
                self._known_log = (found.st_dev, found.st_ino)
        except OSError as error:
            raise StateError(f"{self._log} cannot be written: {error.strerror}") from error
        finally:
            os.close(log)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        try:
            lock = os.open(f"{self._path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StateError(f"{self._path}.lock cannot be used: {error.strerror}") from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def tidy(self) -> None:
        """Write the log back into the file and cut it, so that deleted text stays in neither. Raises StateError."""
        try:
            with closing(sqlite3.connect(self._path, timeout=2.0)) as db:
                db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except sqlite3.Error as error:
            raise StateError(f"{self._path} cannot be used: {error}") from error


def _check(path: Path, version: int) -> None:
    """Raises StateError for a file that is not ours, or of another format."""
    if not path.exists() or not path.stat().st_size:
        return
    try:
        with closing(sqlite3.connect(path, timeout=2.0)) as db:
            (found,) = db.execute("PRAGMA user_version").fetchone()
            (owner,) = db.execute("PRAGMA application_id").fetchone()
            (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        raise StateError(f"{path} cannot be used: {error}") from error
    if tables and (owner, found) != (_APPLICATION, version):
        raise StateError(f"{path} has format {found}, and this version of Copydesk knows format {version} alone")


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
