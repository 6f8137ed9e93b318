"""An SQLite file of the service's state: durable, shared by processes and threads, and refused when its format is another.

What is committed survives the power cord (WAL, synchronous=FULL), and what is deleted is overwritten (secure_delete), because articles
pass through. Connections belong to one thread of one process: none is carried over a fork.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from copydesk import CopydeskError

_PATIENCE = 10.0  # seconds that a writer waits for another one
_APPLICATION = 0x436F7044  # "CopD": what `file` and we know the file by


class StoreError(CopydeskError):
    """A state file that cannot be opened, read or written, or that another version wrote."""


class Store:
    """One file; `schema` is the SQL that makes its tables, `version` the number of that format.

    Raises StoreError where the folder or the file is not to be had, or holds another format.
    """

    def __init__(self, path: Path, schema: str, version: int) -> None:
        """Make or check the file, and leave no connection open: the service forks after this."""
        self.path = path
        self._version = version
        self._local = threading.local()
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with closing(self._open()) as db:
                self._prepare(db, schema)
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"{path}: cannot be used as a state file ({_why(error)})") from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that sees no other writer; committed to the disk at its end, or undone.

        Raises StoreError.
        """
        try:
            db = self._connection()
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")
        except sqlite3.Error as error:
            raise StoreError(f"{self.path}: cannot be written ({_why(error)})") from error

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for queries. Raises StoreError."""
        try:
            yield self._connection()
        except sqlite3.Error as error:
            raise StoreError(f"{self.path}: cannot be read ({_why(error)})") from error

    def tidy(self) -> None:
        """Write the log back into the file and cut it, so that deleted text stays in neither. Raises StoreError."""
        with self.reading() as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Close this thread's connection, if there is one."""
        db = getattr(self._local, "db", None)
        if db is not None and self._local.process == os.getpid():
            db.close()
        self._local.db = None

    def _connection(self) -> sqlite3.Connection:
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is None or self._local.process != os.getpid():
            self._local.before = db  # of the parent process: closing it here would drop the parent's locks
            self._local.db = db = self._open()
            self._local.process = os.getpid()
        return db

    def _open(self) -> sqlite3.Connection:
        if not self.path.exists():
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        db = sqlite3.connect(self.path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
        db.row_factory = sqlite3.Row
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
            db.execute(f"PRAGMA {pragma}").fetchall()
        return db

    def _prepare(self, db: sqlite3.Connection, schema: str) -> None:
        db.execute("BEGIN IMMEDIATE")
        (found,) = db.execute("PRAGMA user_version").fetchone()
        (owner,) = db.execute("PRAGMA application_id").fetchone()
        (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if not tables:
            for statement in filter(None, map(str.strip, schema.split(";"))):
                db.execute(statement)
            db.execute(f"PRAGMA application_id={_APPLICATION}")
            db.execute(f"PRAGMA user_version={self._version}")
        elif (owner, found) != (_APPLICATION, self._version):
            raise StoreError(f"{self.path}: format {found}, this version of Copydesk knows format {self._version}")
        db.execute("COMMIT")


def _why(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
