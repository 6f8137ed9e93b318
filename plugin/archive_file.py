"""An archive's file: how it is opened, what it is told from, and what went wrong with it in one sentence."""

from __future__ import annotations

import os
import sqlite3
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from . import archive_migrate, postings
from .archive_errors import ArchiveError, ArchiveTimeout

APPLICATION = 0x43504459  # "CPDY"
FORMAT = 2
_OWN = """
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS article (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, hash BLOB NOT NULL, title TEXT NOT NULL, print BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS body (number INTEGER PRIMARY KEY, packed BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS gone (number INTEGER PRIMARY KEY);
"""
_BATCH = "CREATE TABLE IF NOT EXISTS batch (first INTEGER PRIMARY KEY, added INTEGER NOT NULL);"
SCHEMA = _OWN + _BATCH + postings.SCHEMA
_SCHEMAS = {1: _OWN + archive_migrate.FIRST_SCHEMA, FORMAT: SCHEMA}
_PAGE = 16384  # bytes: texts of some 2 KB leave a quarter of SQLite's usual pages empty
_PATIENCE = 10.0  # seconds that a writer waits for another one
_SMALLEST = 512  # bytes of the smallest file that SQLite reads as one
_STEPS = 1000  # of SQLite's machine between two looks at the clock: some 20 microseconds
_LARGEST = 32 * 1024 * 1024  # bytes of a value: the directory of 1.9 billion pairs


def prepare(connection: sqlite3.Connection, settings: dict[str, str]) -> None:
    """Make the tables of a new file, or bring those of an older format up to date; any other file is left as it is."""
    held = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    application, version = _numbers(connection)
    if held and (application, version) == (APPLICATION, 1) and _is_ours(connection, 1):
        with writing(connection):
            if _numbers(connection)[1] == 1:  # and no other process was quicker
                archive_migrate.from_first(connection, _BATCH + postings.SCHEMA)
                connection.execute(f"PRAGMA user_version = {FORMAT}")
    if held or application not in (0, APPLICATION):
        return
    connection.execute(f"PRAGMA page_size = {_PAGE}")
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    connection.execute("PRAGMA journal_mode = WAL")
    with writing(connection):
        for statement in SCHEMA.split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {FORMAT}")
        connection.executemany("INSERT OR IGNORE INTO setting VALUES (?, ?)", settings.items())


def check(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse what is no archive, or not of this format. Raises ArchiveError."""
    application, found = _numbers(connection)
    if application != APPLICATION:
        raise ArchiveError(f"{path} is not an archive of copydesk")
    if found > FORMAT or found < 1:
        raise ArchiveError(
            f"{path} has the format {found}, this version of copydesk reads {FORMAT}: a newer version made it"
        )
    if not _is_ours(connection, found):
        raise ArchiveError(f"{path} is not an archive of copydesk, or is damaged: its tables are not an archive's")
    if found < FORMAT:
        raise ArchiveError(
            f"{path} has the older format {found}: `copydesk archive migrate --archive {path}` brings it up to date"
        )


def check_weights(connection: sqlite3.Connection, path: Path, weights: str) -> None:
    """Refuse an archive whose fingerprints were made with other word weights. Raises ArchiveError."""
    if setting(connection, "weights") == weights:
        return
    what = "make it anew"
    if setting(connection, "text") == "1":
        what = f"`copydesk archive rebuild --archive {path}` makes its fingerprints anew out of its texts"
    raise ArchiveError(f"{path} was made with other word weights than this model's: {what}")


def setting(connection: sqlite3.Connection, name: str) -> str:
    """What the archive says of itself; "" where it does not."""
    row = connection.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
    return "" if row is None else str(row[0])


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """A transaction with the only writer's right: all of the block, or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def within(connection: sqlite3.Connection, deadline: float | None) -> Iterator[Callable[[], None]]:
    """One view of the file, though a writer may merge lists meanwhile, for so long; yields what checks the time between two steps.

    Raises ArchiveTimeout, out of the middle of a query, too.
    """

    def late() -> bool:
        return deadline is not None and time.monotonic() > deadline

    def check() -> None:
        if late():
            raise ArchiveTimeout("looking up took longer than it may")

    check()
    if deadline is not None:
        connection.set_progress_handler(late, _STEPS)
        connection.execute(f"PRAGMA busy_timeout = {max(1, int(1000 * min(_PATIENCE, deadline - time.monotonic())))}")
    try:
        connection.execute("BEGIN")
        yield check
    except sqlite3.OperationalError as error:
        if "interrupt" in str(error) or late():
            raise ArchiveTimeout("looking up took longer than it may") from error
        raise
    finally:
        if deadline is not None:
            connection.set_progress_handler(None, 0)
            connection.execute(f"PRAGMA busy_timeout = {int(1000 * _PATIENCE)}")
        if connection.in_transaction:
            connection.execute("COMMIT")


@contextmanager
def failures(path: Path) -> Iterator[None]:
    """One sentence for whatever SQLite, the disk and damaged bytes say. Raises ArchiveError."""
    try:
        yield
    except postings.DamagedIndex as error:
        raise ArchiveError(f"{path} is damaged: {error}") from error
    except sqlite3.Error as error:
        raise ArchiveError(f"{path}: {_why(error)}") from error
    except OSError as error:
        raise ArchiveError(f"{path}: {error.strerror or error}") from error
    except zlib.error as error:
        raise ArchiveError(f"{path} is damaged: a text cannot be unpacked") from error
    except (
        TypeError,
        ValueError,
        OverflowError,
        IndexError,
    ) as error:  # what no archive holds: numbers too large, other types
        raise ArchiveError(f"{path} is damaged: {type(error).__name__} in what it holds") from error


def connect(path: Path, write: bool, patience: float | None = None) -> tuple[sqlite3.Connection, bool]:
    """Open the file, `write` makes it if it is not there; and whether it is read as one that nobody changes."""
    name = quote(str(path.absolute()))
    mode = "rwc" if write else "ro"
    if 0 < _size(path) < _SMALLEST:  # which SQLite would take for an empty one, and write over
        raise ArchiveError(f"{path} is not an archive of copydesk")
    immutable = not write and not os.access(path.absolute().parent, os.W_OK) and not _size(f"{path}-wal")
    if immutable:
        mode += "&immutable=1"  # a log of changes could not be made beside it
    connection: Any = sqlite3.connect(
        f"file:{name}?mode={mode}",
        uri=True,
        timeout=_PATIENCE if patience is None else patience,
        isolation_level=None,
        check_same_thread=False,
    )
    if hasattr(connection, "setlimit"):  # Python 3.11
        connection.setlimit(0, _LARGEST)  # SQLITE_LIMIT_LENGTH
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA cache_size = -32768")
    return connection, immutable


def _size(path: Path | str) -> int:
    """Bytes of a file, 0 where there is none."""
    try:
        return Path(path).stat().st_size
    except OSError:
        return 0


def _numbers(connection: sqlite3.Connection) -> tuple[int, int]:
    """What the file says it is, and its format."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    return int(application), int(connection.execute("PRAGMA user_version").fetchone()[0])


def _is_ours(connection: sqlite3.Connection, version: int) -> bool:
    """Whether the file has an archive's tables and nothing else: a view or a computed column could run for ever."""
    return _tables(connection) == _expected(version)


@lru_cache(maxsize=2)
def _expected(version: int) -> frozenset[tuple[str, str, str]]:
    with sqlite3.connect(":memory:") as connection:
        connection.executescript(_SCHEMAS[version])
        found = _tables(connection)
    connection.close()
    return found


def _tables(connection: sqlite3.Connection) -> frozenset[tuple[str, str, str]]:
    rows = connection.execute("SELECT type, name, sql FROM sqlite_master LIMIT 100").fetchall()
    return frozenset((str(kind), str(name), " ".join(str(sql).split())) for kind, name, sql in rows)


def _why(error: sqlite3.Error) -> str:
    """What is wrong, for people."""
    said = str(error)
    for part, sentence in (
        ("not a database", "is not an archive of copydesk"),
        ("malformed", "the file is damaged or cut off"),
        ("too big", "the file is damaged: a value is larger than any of an archive"),
        ("locked", "another process is writing to it; try again when it is done"),
        ("readonly", "cannot be written to: it is read-only"),
        ("full", "the disk is full; nothing of the last batch was added"),
        ("disk I/O", "the disk refused to read or write; nothing of the last batch was added"),
        ("unable to open", "cannot be opened: check the path and the rights of the file and its folder"),
        ("no such table", "is not an archive of copydesk, or is cut off"),
        ("UNIQUE constraint", "the file is damaged: two articles have one number"),
    ):
        if part in said:
            return sentence
    return said
