"""The ids of signed messages that were taken: an id opens the door once.

All processes and threads of a service share one file, and SQLite lets one writer in at a time: of two messages with the same id that
come at the same moment, exactly one is taken. An id is kept for as long as its signature could be good, and then forgotten.
"""

from __future__ import annotations

from pathlib import Path

from .signing import SKEW, SignatureReplayed
from .state import Database, StateError

FILE = "replay.sqlite3"
MOST = 500_000  # ids, some 50 MB; only who has the secret gets an id in here, at 800 a second without a pause
_KEPT = (
    2 * SKEW + 60
)  # seconds: signed up to SKEW in the future, good for SKEW after that, and a minute for clocks that are set

_SCHEMA = """
CREATE TABLE IF NOT EXISTS seen (number INTEGER PRIMARY KEY, sender TEXT NOT NULL, id TEXT NOT NULL, until INTEGER NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS seen_id ON seen (sender, id);
CREATE INDEX IF NOT EXISTS seen_until ON seen (until);
"""


class Seen:
    """The ids taken so far, in `folder`."""

    def __init__(self, folder: Path, most: int = MOST) -> None:
        """`most` is how many ids are kept at a time. Raises StateError."""
        self._database = Database(folder / FILE, _SCHEMA, durable=False)
        self._most = most

    def claim(self, message_id: str, now: float, sender: str = "") -> None:
        """Take an id, once; `now` is in Unix seconds, `sender` keeps apart those who have a secret of their own.

        Call it after the signature was found good, so that strangers cannot use up ids.

        Raises SignatureReplayed where it was taken before, StateError where that cannot be told or no room is left.
        """
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM seen WHERE until < ?", (int(now),))
            # Rows leave about in the order in which they came, so the numbers in between are (nearly) all in use.
            first, last = connection.execute("SELECT MIN(number), MAX(number) FROM seen").fetchone()
            if first is not None and last - first + 1 >= self._most:
                raise StateError(f"{FILE} is full: {self._most} signed messages within {_KEPT} seconds")
            added = connection.execute(
                "INSERT OR IGNORE INTO seen (sender, id, until) VALUES (?, ?, ?)",
                (sender, message_id, int(now) + _KEPT),
            )
            if added.rowcount != 1:
                raise SignatureReplayed("webhook-id was used before")

    def close(self) -> None:
        """Close the file; it is opened again when it is needed."""
        self._database.close()
