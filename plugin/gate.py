"""A bounded number of requests at once, and few that score at the same time; who comes on top is told at once to come again later.

Without a bound, a service that gets more than it can do answers everybody later and later, until all of its clients have given up and
it works for nobody. Two bounds: so many requests may be inside of a process, waiting or worked on; and none waits for its turn for
longer than a time. Scoring is computing, and the interpreter lets one thread compute at a time: many that share it would finish late
together, and so they take turns.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .schema import RequestError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FREE = ("/healthz", "/readyz", "/metrics")  # asked by those who must know how it is, above all under load
RETRY_AFTER = 2  # seconds
_DETAIL = f"the service has more to do than it can; try again in {RETRY_AFTER} seconds"


class Overloaded(RequestError):
    """More than the service can do: HTTP 503, and worth trying again."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__(503, _DETAIL)


class Gate:
    """Counts the requests that are inside of this process."""

    def __init__(self, most: int, longest: float, at_once: int, refused: Callable[[], None] = lambda: None) -> None:
        """`most` requests may be inside, `at_once` of them compute, and none waits for that for longer than `longest` seconds.
        `refused` is called for each that is refused.
        """
        self._most, self._longest, self._refused = most, longest, refused
        self._inside = 0
        self._lock = threading.Lock()
        self._free = at_once
        self._waiting: deque[threading.Event] = (
            deque()
        )  # first come, first served; Python's semaphore lets others jump in

    @property
    def inside(self) -> int:
        """Requests inside."""
        return self._inside

    def enter(self) -> bool:
        """Is there room for one more? Who is told yes leaves."""
        with self._lock:
            if self._inside >= self._most:
                there = False
            else:
                self._inside += 1
                there = True
        if not there:
            self._refused()
        return there

    def leave(self) -> None:
        """Make room for another one."""
        with self._lock:
            self._inside -= 1

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One of the turns to compute, once the body was read: who sends slowly keeps nobody waiting. Raises Overloaded."""
        if not self._take():
            self._refused()
            raise Overloaded
        try:
            yield
        finally:
            self._give()

    def _take(self) -> bool:
        mine = threading.Event()
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            self._waiting.append(mine)
        if mine.wait(self._longest):
            return True
        with self._lock:
            if mine.is_set():  # given in the very moment that it was given up
                return True
            self._waiting.remove(mine)
        return False

    def _give(self) -> None:
        """Hand the turn to who has waited longest; it is free only where nobody waits."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1


class Gated:
    """A WSGI application round another one, which lets so many requests in as a gate allows."""

    def __init__(
        self, app: WSGIApplication, gate: Gate, refuse: Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]
    ) -> None:
        """`refuse` answers those that are not let in."""
        self._app, self._gate, self._refuse = app, gate, refuse

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        if environ.get("PATH_INFO") in FREE:
            return self._app(environ, start_response)
        if not self._gate.enter():
            return self._refuse(environ, start_response)
        try:
            return self._app(environ, start_response)
        finally:
            self._gate.leave()
