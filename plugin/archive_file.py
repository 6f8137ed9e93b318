"""An archive's file: how it is opened, what it is told from, and what went wrong with it in one sentence."""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from copydesk import CopydeskError

from . import postings

APPLICATION = 0x43504459  # "CPDY"
FORMAT = 1
SCHEMA = """
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS article (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, hash BLOB NOT NULL, title TEXT NOT NULL, print BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS body (number INTEGER PRIMARY KEY, packed BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS gone (number INTEGER PRIMARY KEY);
"""
_PAGE = 16384  # bytes: texts of some 2 KB leave a quarter of SQLite's usual pages empty
_PATIENCE = 10.0  # seconds that a writer waits for another one
_MOST_TEXT = 64 * 1024 * 1024  # bytes that a stored text may unfold to


class ArchiveError(CopydeskError):
    """The archive cannot be used: it is none, damaged, of another format or model, locked, read-only, or the disk is full."""


def prepare(connection: sqlite3.Connection, settings: dict[str, str]) -> None:
    """Make the tables of a new file; a file that holds anything already is left as it is."""
    held = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if held or connection.execute("PRAGMA application_id").fetchone()[0] not in (0, APPLICATION):
        return
    connection.execute(f"PRAGMA page_size = {_PAGE}")
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    connection.execute("PRAGMA journal_mode = WAL")
    with writing(connection):
        for statement in (SCHEMA + postings.SCHEMA).split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {FORMAT}")
        connection.executemany("INSERT OR IGNORE INTO setting VALUES (?, ?)", settings.items())


def check(connection: sqlite3.Connection, path: Path, weights: str) -> None:
    """Refuse what is no archive, or not for this version and these word weights. Raises ArchiveError."""
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION:
        raise ArchiveError(f"{path} is not an archive of copydesk")
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    if found != FORMAT:
        raise ArchiveError(f"{path} has the format {found}, this version of copydesk reads {FORMAT}: make it anew")
    if setting(connection, "weights") != weights:
        raise ArchiveError(f"{path} was made with other word weights than this model's: make it anew")


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
def failures(path: Path) -> Iterator[None]:
    """One sentence for whatever SQLite and the disk say. Raises ArchiveError."""
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


def connect(path: Path, write: bool) -> sqlite3.Connection:
    """Open the file; `write` makes it if it is not there."""
    name = quote(str(path.absolute()))
    mode = "rwc" if write else "ro"
    if not write and not os.access(path.absolute().parent, os.W_OK) and not Path(f"{path}-wal").exists():
        mode += "&immutable=1"  # a log of changes could not be made beside it
    connection: Any = sqlite3.connect(
        f"file:{name}?mode={mode}", uri=True, timeout=_PATIENCE, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA cache_size = -16384")
    return connection  # type: ignore[no-any-return]


def unfold(packed: bytes) -> str:
    """A stored text. Raises zlib.error where it is damaged."""
    unfolding = zlib.decompressobj()
    text = unfolding.decompress(packed, _MOST_TEXT)
    if not unfolding.eof:
        raise zlib.error("cut off")
    return text.decode("utf-8", "surrogatepass")


def _why(error: sqlite3.Error) -> str:
    """What is wrong, for people."""
    said = str(error)
    for part, sentence in (
        ("not a database", "is not an archive of copydesk"),
        ("malformed", "the file is damaged or cut off"),
        ("locked", "another process is writing to it; try again when it is done"),
        ("readonly", "cannot be written to: it is read-only"),
        ("full", "the disk is full; nothing of the last batch was added"),
        ("disk I/O", "the disk refused to read or write; nothing of the last batch was added"),
        ("unable to open", "cannot be opened"),
        ("no such table", "is not an archive of copydesk, or is cut off"),
    ):
        if part in said:
            return sentence
    return said
