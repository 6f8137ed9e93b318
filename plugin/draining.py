"""Reading on, and throwing away, what a client still sends after its request was refused.

A browser that is in the middle of an upload does not look at the answer: if the connection is closed under it, its user sees an error
of the network in place of the page that says why. So the rest of a body that is too large is taken in, up to a limit of its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MOST = 64 * 1024 * 1024  # bytes; who sends more is cut off
LONGEST = 15.0  # seconds
_STEP = 64 * 1024


class Draining:
    """A WSGI application round another one, which finishes reading where that one answered 413."""

    def __init__(self, app: WSGIApplication, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives seconds."""
        self._app = app
        self._clock = clock

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        refused = False

        def start(status: str, *rest: object) -> object:
            nonlocal refused
            refused = status.startswith("413")
            return start_response(status, *rest)  # type: ignore[arg-type]

        answer = self._app(environ, start)  # type: ignore[arg-type]
        if refused:
            self._drain(environ)
        return answer

    def _drain(self, environ: WSGIEnvironment) -> None:
        stream, left = environ["wsgi.input"], MOST
        declared = environ.get("CONTENT_LENGTH") or ""
        if declared.isascii() and declared.isdigit():
            left = int(declared[:18])
            if left > MOST:
                return
        elif not environ.get("wsgi.input_terminated"):
            return
        end = self._clock() + LONGEST
        try:
            while left > 0 and self._clock() < end and (data := stream.read(min(_STEP, left))):
                left -= len(data)
        except OSError:  # the client is gone, or silent for too long
            return
