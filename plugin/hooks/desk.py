"""The desk: takes jobs from the queue and does them, a few at a time, until it is told to stop.

It runs beside the web workers, as a process of its own: scoring would otherwise take the interpreter lock from the threads that have to
answer webhooks at once, and what brings a process down brings no request down. Its threads mostly wait for a CMS's API.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
import uuid

from copydesk import CopydeskError, Scorer

from ..fetch import FetchError
from ..jobs import Entry, Job
from ..ledger import Ledger
from ..lookup import Lookup
from ..queue import Queue
from ..state import StateError
from .cms import ApiFailure, Cms, Gone, Malformed
from .directus import Directus
from .generic import Generic
from .ghost import Ghost
from .judging import judge
from .settings import HookSettings
from .strapi import Strapi

_THREADS = 4
_IDLE = 0.25  # seconds between two looks at an empty queue
_TROUBLE = 5.0  # seconds between two looks at a queue that cannot be used: a full disk, a damaged file
_SAY_AGAIN = 60.0  # seconds; a log that fills a full disk helps nobody
_LONGEST_PAUSE = 60.0  # seconds that a CMS whose API fails is left alone
_PRUNE = 600.0  # seconds
_AT_ONCE = 100  # jobs
_LOOK_UP = 300.0  # seconds between two looks at what Ghost changed
_log = logging.getLogger("copydesk.hooks")


class Desk:
    """A desk over one queue. `limits` of the queue say how long its leases last."""

    def __init__(self, scorer: Scorer, queue: Queue, hooks: HookSettings, lookup: Lookup | None = None) -> None:
        """Start nothing yet. `lookup` finds the sources of articles, where an archive is configured."""
        self._scorer = scorer
        self._lookup = lookup
        self._queue = queue
        self._ledger = Ledger(queue)
        self._generic = Generic(hooks.generic) if hooks.generic else None
        self._ghost = Ghost(hooks.ghost) if hooks.ghost else None
        self._cms: dict[str, Cms] = {} if self._ghost is None else {"ghost": self._ghost}
        if hooks.strapi:
            self._cms["strapi"] = Strapi(hooks.strapi)
        if hooks.directus:
            self._cms["directus"] = Directus(hooks.directus)
        self._owner = f"{socket.gethostname()[:60]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self._pauses = _Pauses()
        self._stopping = threading.Event()
        self._said = -_SAY_AGAIN
        self._in_hand: set[int] = set()

    def run(self) -> None:
        """Work until `stop`: jobs that were begun are finished, or given back after a moment."""
        threads = [threading.Thread(target=self._work, daemon=True) for _ in range(_THREADS)]
        keeper = threading.Thread(target=self._keep, daemon=True)
        for thread in (*threads, keeper):
            thread.start()
        self._stopping.wait()
        end = time.monotonic() + 15
        for thread in threads:
            thread.join(max(0.0, end - time.monotonic()))
        self._queue.give_back(self._owner, time.time())

    def stop(self) -> None:
        """Take no more jobs; safe to call from a signal handler."""
        self._stopping.set()

    def step(self) -> bool:
        """Do one job, if one is due. Raises StateError."""
        job = self._queue.claim(self._owner, time.time(), without=self._pauses.now())
        if job is None:
            return False
        self._in_hand.add(job.id)
        try:
            self._do(job)
        finally:
            self._in_hand.discard(job.id)
        return True

    def renew(self, now: float) -> None:
        """Renew the leases of the jobs in hand: not of one whose end could not be noted, for that is to be done again."""
        if numbers := tuple(self._in_hand.copy()):
            self._queue.renew(self._owner, now, numbers)

    def look_up(self) -> None:
        """Queue what Ghost changed since the last time: it sends an event once, whether or not anybody listens. Raises StateError."""
        if self._ghost is None:
            return
        since = self._queue.note("ghost.recent")
        try:
            found, newest = self._ghost.recent(since)
        except ApiFailure as error:
            _log.warning("ghost: cannot look up what was changed: %s", error)
            return
        new = [
            each for each in found if self._ledger.verdict("ghost", each.key, each.hash) not in ("passed", "released")
        ]
        entries = [Entry("ghost", each.key, "looked-up", each.hash) for each in new]
        for start in range(0, len(entries), _AT_ONCE):  # what does not fit now is looked up again the next time
            self._queue.put(entries[start : start + _AT_ONCE], time.time())
        self._queue.set_note("ghost.recent", newest)

    def _work(self) -> None:
        while not self._stopping.is_set():
            wait = _IDLE
            try:
                if self.step():
                    continue
            except StateError as error:
                wait = _TROUBLE
                self._complain(error)
            self._stopping.wait(wait)

    def _complain(self, error: StateError) -> None:
        now = time.monotonic()
        if now - self._said >= _SAY_AGAIN:
            self._said = now
            _log.error("%s", error)

    def _keep(self) -> None:
        """Signs of life, and what is done now and then."""
        pruned = looked = -_PRUNE
        while not self._stopping.wait(self._queue.limits.lease / 4):
            now = time.monotonic()
            try:
                self.renew(time.time())
                if now - looked > _LOOK_UP:
                    looked = now
                    self.look_up()
                if now - pruned > _PRUNE:
                    pruned = now
                    self._queue.prune(time.time())
                    self._ledger.prune(time.time())
            except CopydeskError as error:
                _log.error("%s", error)

    def _do(self, job: Job) -> None:
        queue, owner = self._queue, self._owner
        try:
            done = self._done(job)
        except Gone as error:
            queue.finish(job, owner, str(error), time.time(), dropped=True)
        except Malformed as error:
            queue.bury(job, owner, f"the stored job is damaged: {error}", time.time())
        except (ApiFailure, FetchError) as error:
            wait = error.wait if isinstance(error, ApiFailure) else None
            self._pauses.failed(job.cms)
            self._postpone(job, str(error), wait)
        except StateError:
            raise
        except Exception as error:  # a fault of ours: the message may quote the article, so it is not kept
            _log.error("job %d of %s: %s", job.id, job.cms, type(error).__name__)
            self._postpone(job, f"internal error ({type(error).__name__}), please report it", None)
        else:
            self._pauses.worked(job.cms)
            queue.finish(job, owner, done, time.time())

    def _done(self, job: Job) -> str:
        if job.cms == "generic" and self._generic:
            return self._generic.answer(job, self._scorer, self._lookup)
        cms = self._cms.get(job.cms)
        if cms is None:
            raise ApiFailure(f"{job.cms} is not configured any more")
        return judge(job, cms, self._ledger, self._scorer, self._lookup)

    def _postpone(self, job: Job, reason: str, wait: float | None) -> None:
        if self._queue.postpone(job, self._owner, reason, time.time(), wait=wait) == "dead":
            _log.error("job %d of %s is a dead letter: %s", job.id, job.cms, reason)


class _Pauses:
    """CMSs that failed several times in a row are left alone for a while: each of their jobs has only so many tries."""

    def __init__(self) -> None:
        self._failures: dict[str, int] = {}
        self._until: dict[str, float] = {}
        self._lock = threading.Lock()

    def failed(self, cms: str) -> None:
        with self._lock:
            self._failures[cms] = number = self._failures.get(cms, 0) + 1
            if number >= 3:  # one article may fail by itself
                self._until[cms] = time.monotonic() + min(_LONGEST_PAUSE, 2.0 ** min(number - 3, 6))

    def worked(self, cms: str) -> None:
        with self._lock:
            self._failures.pop(cms, None)
            self._until.pop(cms, None)

    def now(self) -> list[str]:
        with self._lock:
            return [cms for cms, until in self._until.items() if until > time.monotonic()]
