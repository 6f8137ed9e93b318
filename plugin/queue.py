"""The durable queue between a webhook and what is done about it: SQLite, at least once, nothing lost by a kill.

A job is one look at one article of one CMS. It waits, is leased to a desk that works on it, and ends done, dropped (the article is
gone) or dead (tried too often); a lease that runs out puts it back. Several jobs of one article never run at the same time. The text
of an article leaves the file with the end of its job; a dead letter keeps it, because it may be tried again.
"""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Collection, Sequence
from contextlib import closing
from pathlib import Path

from .jobs import Entry, Job, Limits, NoSuchJob, QueueFull, Replayed, State
from .store import Store

FILE = "queue.sqlite3"
FORMAT = 1

_SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, cms TEXT NOT NULL, article TEXT NOT NULL, content_hash TEXT NOT NULL,
    event TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL, due REAL NOT NULL, lease REAL, owner TEXT,
    created REAL NOT NULL, changed REAL NOT NULL, reason TEXT NOT NULL, size INTEGER NOT NULL, payload TEXT);
CREATE INDEX IF NOT EXISTS jobs_due ON jobs (state, due);
CREATE INDEX IF NOT EXISTS jobs_size ON jobs (state, size);
CREATE INDEX IF NOT EXISTS jobs_article ON jobs (cms, article, state);
CREATE TABLE IF NOT EXISTS deliveries (signature TEXT PRIMARY KEY, delivery TEXT NOT NULL, seen REAL NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS deliveries_delivery ON deliveries (delivery);
CREATE TABLE IF NOT EXISTS counts (cms TEXT NOT NULL, what TEXT NOT NULL, number INTEGER NOT NULL,
    PRIMARY KEY (cms, what)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS verdicts (
    cms TEXT NOT NULL, article TEXT NOT NULL, content_hash TEXT NOT NULL, state TEXT NOT NULL, changed REAL NOT NULL,
    PRIMARY KEY (cms, article, content_hash)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS verdicts_changed ON verdicts (state, changed)
"""
_DAY = 86_400
_KEPT_DELIVERIES = _DAY  # seconds; a signature is accepted for five minutes
_KEPT_DONE = 7 * _DAY
_KEPT_DEAD = 30 * _DAY
_MOST_NAMES = 500  # different things that are counted
_MOST_REASON = 500  # characters
_DUE = """
SELECT id, attempts FROM jobs AS job
WHERE ((state = 'waiting' AND due <= ?) OR (state = 'running' AND lease <= ?)) AND cms NOT IN ($without)
AND NOT EXISTS (
    SELECT 1 FROM jobs AS other
    WHERE other.cms = job.cms AND other.article = job.article AND other.state = 'running' AND other.id != job.id AND other.lease > ?)
ORDER BY due, id LIMIT 1
"""
_COLUMNS = "id, cms, article, content_hash, event, state, attempts, due, created, changed, reason, payload"


class Queue:
    """The queue in one state folder. Every method takes the time in Unix seconds, and raises StateError."""

    def __init__(self, folder: Path, limits: Limits | None = None, *, durable: bool = True) -> None:
        """Open or make the file. `durable` False does not wait for the disk: what a desk does with a job is done again if its note is
        lost, and a webhook that is to be accepted waits for nobody's disk but its own. Raises StateError.
        """
        self.limits = limits or Limits()
        self.store = Store(folder / FILE, _SCHEMA, FORMAT, durable=durable)
        self.durable_store = self.store if durable else Store(folder / FILE, _SCHEMA, FORMAT)

    def put(
        self, entries: Sequence[Entry], now: float, *, signature: str = "", delivery: str = "", due: float = 0.0
    ) -> int:
        """Accept a delivery, on the disk when this comes back; how many jobs it made.

        An entry is passed over where the same look at the same text waits already. `signature` is known once: the same request again
        raises Replayed. `delivery` is the sender's own number: another request with it is accepted, and makes no job.

        Raises QueueFull.
        """
        with self.store.rows() as db:
            if signature and db.execute("SELECT 1 FROM deliveries WHERE signature = ?", (signature,)).fetchone():
                raise Replayed("this request was accepted before")
            again = delivery and db.execute("SELECT 1 FROM deliveries WHERE delivery = ?", (delivery,)).fetchone()
            new = [] if again else [entry for entry in entries if not _waits(db, entry)]
            rows = [(entry, json.dumps(entry.payload)) for entry in new]
            if rows:
                self._check_room(db, len(rows), sum(len(text) for _, text in rows))
            if signature:
                db.execute("INSERT INTO deliveries VALUES (?, ?, ?)", (signature, delivery, now))
            for entry, text in rows:
                db.execute(
                    "INSERT INTO jobs (cms, article, content_hash, event, state, attempts, due, created, changed, reason, size,"
                    " payload) VALUES (?, ?, ?, ?, 'waiting', 0, ?, ?, ?, '', ?, ?)",
                    (entry.cms, entry.article, entry.content_hash, entry.event, due or now, now, now, len(text), text),
                )
            for entry in entries:
                _count(db, entry.cms, "accepted" if entry in new else "duplicate")
        return len(new)

    def count(self, cms: str, what: str) -> None:
        """One more of something that made no job."""
        with self.store.rows() as db:
            _count(db, cms, what)

    def claim(self, owner: str, now: float, *, without: Collection[str] = ()) -> Job | None:
        """The job that has waited longest, leased to `owner`; None where nothing is due. CMSs in `without` are passed over.

        A job whose last desk died over it for the last time that it may be tried is buried, and the next one taken.
        """
        with self.store.rows() as db:
            while row := _due(db, now, without):
                if row["attempts"] < self.limits.attempts:
                    lease = now + self.limits.lease
                    changes = "state = 'running', attempts = attempts + 1, owner = ?, lease = ?, changed = ?"
                    db.execute(f"UPDATE jobs SET {changes} WHERE id = ?", (owner, lease, now, row["id"]))  # noqa: S608
                    row = db.execute(f"SELECT {_COLUMNS} FROM jobs WHERE id = ?", (row["id"],)).fetchone()  # noqa: S608
                    return _job(row)
                _end(db, row["id"], "dead", f"the desk died over it {row['attempts']} times", now)
        return None

    def renew(self, owner: str, now: float, numbers: Collection[int]) -> None:
        """A sign of life: the leases of `owner` for these jobs begin anew. Others of its jobs may have got lost on their way back."""
        with self.store.rows() as db:
            lease = now + self.limits.lease
            query = "UPDATE jobs SET lease = ? WHERE owner = ? AND state = 'running' AND id = ?"
            db.executemany(query, [(lease, owner, number) for number in numbers])

    def give_back(self, owner: str, now: float) -> None:
        """What `owner` could not finish waits again, as if it had not been tried: for an orderly end."""
        with self.store.rows() as db:
            db.execute(
                "UPDATE jobs SET state = 'waiting', attempts = attempts - 1, due = ?, lease = NULL, owner = NULL"
                " WHERE owner = ? AND state = 'running'",
                (now, owner),
            )

    def finish(self, job: Job, owner: str, reason: str, now: float, *, dropped: bool = False) -> None:
        """The job is done, or dropped where there was nothing to do it to; its text is deleted."""
        with self.store.rows() as db:
            if _owns(db, job, owner):
                _end(db, job.id, "dropped" if dropped else "done", reason, now)

    def postpone(self, job: Job, owner: str, reason: str, now: float, *, wait: float | None = None) -> State:
        """The job failed and is tried again later, at the earliest after `wait`; or it is a dead letter now."""
        limits = self.limits
        with self.store.rows() as db:
            if not _owns(db, job, owner):
                return "running"
            if job.attempts >= limits.attempts:
                _end(db, job.id, "dead", reason, now)
                return "dead"
            delay = min(limits.longest_wait, limits.first_wait * 2.0 ** (job.attempts - 1))
            delay *= random.uniform(0.75, 1.25)  # noqa: S311 - so that jobs that failed together do not come back together
            due = now + max(delay, min(wait or 0.0, limits.longest_wait))
            changes = "state = 'waiting', due = ?, lease = NULL, owner = NULL, changed = ?, reason = ?"
            db.execute(f"UPDATE jobs SET {changes} WHERE id = ?", (due, now, reason[:_MOST_REASON], job.id))  # noqa: S608
            return "waiting"

    def bury(self, job: Job, owner: str, reason: str, now: float) -> None:
        """The job is a dead letter: trying again would not help."""
        with self.store.rows() as db:
            if _owns(db, job, owner):
                _end(db, job.id, "dead", reason, now)

    def jobs(self, states: Sequence[State], most: int = 1000) -> list[Job]:
        """Jobs in these states, oldest first."""
        marks = ", ".join("?" * len(states))
        query = f"SELECT {_COLUMNS} FROM jobs WHERE state IN ({marks}) ORDER BY id LIMIT ?"  # noqa: S608
        with self.store.rows() as db:
            return [_job(row) for row in db.execute(query, (*states, most))]

    def retry(self, number: int, now: float) -> None:
        """A dead letter, or a job that waits, is due at once and starts counting anew. Raises NoSuchJob."""
        changes = "state = 'waiting', attempts = 0, due = ?, changed = ?"
        query = f"UPDATE jobs SET {changes} WHERE id = ? AND state IN ('waiting', 'dead')"  # noqa: S608
        with self.store.rows() as db:
            if not db.execute(query, (now, now, number)).rowcount:
                raise NoSuchJob(f"no job {number} waits or is a dead letter")

    def drop(self, number: int, now: float) -> None:
        """Give a dead letter, or a job that waits, up; its text is deleted. Raises NoSuchJob."""
        with self.store.rows() as db:
            query = "SELECT 1 FROM jobs WHERE id = ? AND state IN ('waiting', 'dead')"
            if not db.execute(query, (number,)).fetchone():
                raise NoSuchJob(f"no job {number} waits or is a dead letter")
            _end(db, number, "dropped", "dropped by hand", now)

    def stats(self) -> tuple[dict[str, int], list[tuple[str, str, int]]]:
        """How many jobs are in each state, and what was counted: (CMS, what, number)."""
        with self.store.rows() as db:
            states = dict(db.execute("SELECT state, count(*) FROM jobs GROUP BY state").fetchall())
            counts = db.execute("SELECT cms, what, number FROM counts ORDER BY cms, what").fetchall()
        return states, [tuple(row) for row in counts]

    def note(self, name: str) -> str:
        """What `set_note` wrote under this name; "" if nothing."""
        with self.store.rows() as db:
            row = db.execute("SELECT value FROM notes WHERE name = ?", (name,)).fetchone()
        return "" if row is None else str(row["value"])

    def set_note(self, name: str, value: str) -> None:
        """Remember one short text."""
        with self.store.rows() as db:
            db.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (name, value))

    def prune(self, now: float) -> None:
        """Forget what is old: deliveries after a day, ended jobs after a week, dead letters after 30 days."""
        with self.store.rows() as db:
            db.execute("DELETE FROM deliveries WHERE seen < ?", (now - _KEPT_DELIVERIES,))
            db.execute("DELETE FROM jobs WHERE state IN ('done', 'dropped') AND changed < ?", (now - _KEPT_DONE,))
            db.execute("DELETE FROM jobs WHERE state = 'dead' AND changed < ?", (now - _KEPT_DEAD,))
        self.store.tidy()

    def _check_room(self, db: sqlite3.Connection, jobs: int, size: int) -> None:
        query = "SELECT count(*), coalesce(sum(size), 0) FROM jobs WHERE state IN ('waiting', 'running', 'dead')"
        number, held = db.execute(query).fetchone()
        if number + jobs > self.limits.most or held + size > self.limits.most_bytes:
            raise QueueFull(f"the queue holds {number} jobs, which is as many as it may")


def depth(folder: Path) -> dict[str, int]:
    """How many jobs of a state folder's queue wait, run or are dead letters; nothing is locked or made, nobody waits for it.

    Raises sqlite3.Error where the queue cannot be read; one that does not exist yet is empty.
    """
    path = folder / FILE
    found = {"waiting": 0, "running": 0, "dead": 0}
    if not path.exists():
        return found
    query = "SELECT state, count(*) FROM jobs WHERE state IN ('waiting', 'running', 'dead') GROUP BY state"
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=0.5)) as db:
        return {**found, **dict(db.execute(query).fetchall())}


def _waits(db: sqlite3.Connection, entry: Entry) -> bool:
    """Does the same look wait already? One that runs does not count: it may have looked before the change."""
    query = "SELECT 1 FROM jobs WHERE cms = ? AND article = ? AND state = 'waiting' AND content_hash = ?"
    return db.execute(query, (entry.cms, entry.article, entry.content_hash)).fetchone() is not None


def _due(db: sqlite3.Connection, now: float, without: Collection[str]) -> sqlite3.Row | None:
    marks = ", ".join("?" * len(without))
    query = _DUE.replace("$without", marks)
    row: sqlite3.Row | None = db.execute(query, (now, now, *without, now)).fetchone()
    return row


def _owns(db: sqlite3.Connection, job: Job, owner: str) -> bool:
    """Is the job still leased to this owner? A desk that was taken for dead may come back after another one has it."""
    row = db.execute("SELECT 1 FROM jobs WHERE id = ? AND owner = ? AND state = 'running'", (job.id, owner)).fetchone()
    return row is not None


def _end(db: sqlite3.Connection, number: int, state: State, reason: str, now: float) -> None:
    text = "" if state == "dead" else ", payload = NULL, size = 0"
    changes = f"state = ?, reason = ?, changed = ?, lease = NULL, owner = NULL{text}"
    db.execute(f"UPDATE jobs SET {changes} WHERE id = ?", (state, reason[:_MOST_REASON], now, number))  # noqa: S608


def _count(db: sqlite3.Connection, cms: str, what: str) -> None:
    known = db.execute("SELECT 1 FROM counts WHERE cms = ? AND what = ?", (cms, what)).fetchone()
    if not known and db.execute("SELECT count(*) FROM counts").fetchone()[0] >= _MOST_NAMES:
        what = "other"
    query = "INSERT INTO counts VALUES (?, ?, 1) ON CONFLICT (cms, what) DO UPDATE SET number = number + 1"
    db.execute(query, (cms, what))


def _job(row: sqlite3.Row) -> Job:
    fields = dict(row)
    payload = fields.pop("payload")
    return Job(**fields, payload=json.loads(payload) if payload else {})
