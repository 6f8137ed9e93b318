"""Round every request: an id for it, its numbers for the metrics, and one line in the log. What was sent is never in either."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .logs import REQUESTS
from .metrics import METHODS, OTHER, Metrics

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ID_HEADER = "X-Request-Id"
_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_CONVERTER = re.compile(r"<(?:[^>]*:)?(\w+)>")  # of a route: <any(ghost, strapi):name>
_log = logging.getLogger(REQUESTS)


@dataclass(slots=True)
class Note:
    """What the application tells of a request: its id, the template of its route, and what is to be done with its article."""

    id: str
    route: str = OTHER
    action: str | None = None


_current: ContextVar[Note] = ContextVar("note")


def current_note() -> Note:
    """The note of the request that this thread answers."""
    return _current.get()


class Observed:
    """A WSGI application round another one."""

    def __init__(
        self,
        app: WSGIApplication,
        metrics: Metrics,
        model: Callable[[], str],
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """`model` gives the name of the model; `clock` gives seconds."""
        self._app, self._metrics, self._model, self._clock = app, metrics, model, clock

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        begun = self._clock()
        note = Note(_request_id(environ))
        _current.set(note)
        answered = "500"  # what the server says for us where the application raises

        def start(status: str, headers: list[tuple[str, str]], *rest: object) -> object:
            nonlocal answered
            answered = status[:3]
            return start_response(status, [*headers, (ID_HEADER, note.id)], *rest)  # type: ignore[arg-type]

        self._metrics.began()
        try:
            return self._app(environ, start)  # type: ignore[arg-type]
        finally:
            method = environ.get("REQUEST_METHOD", "")
            seconds = self._clock() - begun
            method = method if method in METHODS else OTHER
            self._metrics.answered(note.route, method, answered, seconds)
            if _log.isEnabledFor(logging.INFO):
                self._write(note, method, answered, seconds, environ)

    def _write(self, note: Note, method: str, status: str, seconds: float, environ: WSGIEnvironment) -> None:
        ms, size = round(seconds * 1000, 2), _size(environ)
        fields = {
            "request_id": note.id,
            "method": method,
            "route": note.route,
            "status": int(status),
            "ms": ms,
            "bytes": size,
            "action": note.action,
            "model": self._model(),
        }
        text = "%s %s %s, %s ms, %s bytes, %s, %s"
        _log.info(
            text, method, note.route, status, ms, size, note.action or "no verdict", note.id, extra={"fields": fields}
        )


def template(rule: str) -> str:
    """A route as OpenAPI writes it: "/hooks/<any(ghost, strapi):name>" is "/hooks/{name}"."""
    return _CONVERTER.sub(r"{\1}", rule)


def _request_id(environ: WSGIEnvironment) -> str:
    given = environ.get("HTTP_X_REQUEST_ID", "")
    return given if _SANE.fullmatch(given) else uuid.uuid4().hex


def _size(environ: WSGIEnvironment) -> int | None:
    """The declared length of the body; None where it was sent in chunks."""
    given = environ.get("CONTENT_LENGTH") or ("" if environ.get("HTTP_TRANSFER_ENCODING") else "0")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 16 else None
