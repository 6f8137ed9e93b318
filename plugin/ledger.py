"""What was decided about which text of which article: it stops loops, and tells a second delivery from a moderator's release.

Keyed on the CMS, the article and the content hash, so an edited text is judged anew. No text is kept.
"""

from __future__ import annotations

from typing import Literal

from .queue import Queue

Verdict = Literal["passed", "holding", "held", "released"]

_KEPT_PASSED = 90 * 86_400  # seconds; after that, the same text is judged again
_MOST_VERDICTS = 500_000  # some 100 MB


class Ledger:
    """The verdicts, in the file of the queue; times are in Unix seconds. Every method raises StateError.

    `passed`: judged and let through. `holding`: about to be held, written before the CMS is told, so that a kill in between is seen
    afterwards. `held`: the CMS has confirmed. `released`: somebody published the held text again, and it stays.
    """

    def __init__(self, queue: Queue) -> None:
        """Share the queue's file; a verdict is on the disk before anything rests on it."""
        self._store = queue.durable_store

    def verdict(self, cms: str, article: str, content_hash: str) -> Verdict | None:
        """What was decided about this text, if anything."""
        query = "SELECT state FROM verdicts WHERE cms = ? AND article = ? AND content_hash = ?"
        with self._store.rows() as db:
            row = db.execute(query, (cms, article, content_hash)).fetchone()
        return None if row is None else row["state"]

    def decide(self, cms: str, article: str, content_hash: str, verdict: Verdict, now: float) -> None:
        """Write a decision, in place of an earlier one. A pass that a power cut takes is judged again, so nobody waits for it."""
        with self._store.rows(durable=verdict != "passed") as db:
            db.execute(
                "INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?, ?, ?)", (cms, article, content_hash, verdict, now)
            )

    def prune(self, now: float) -> None:
        """Forget old passes, and the oldest of everything beyond half a million rows; holds and releases stay until then."""
        with self._store.rows() as db:
            db.execute("DELETE FROM verdicts WHERE state = 'passed' AND changed < ?", (now - _KEPT_PASSED,))
            (number,) = db.execute("SELECT count(*) FROM verdicts").fetchone()
            if number > _MOST_VERDICTS:
                db.execute(
                    "DELETE FROM verdicts WHERE (cms, article, content_hash) IN"
                    " (SELECT cms, article, content_hash FROM verdicts ORDER BY changed LIMIT ?)",
                    (number - _MOST_VERDICTS,),
                )
