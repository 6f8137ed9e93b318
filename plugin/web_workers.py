"""What is our own in gunicorn: its log in our form, an end in which nobody is left waiting, and a place for every worker."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import ThreadWorker

if TYPE_CHECKING:
    from flask import Flask

    from .readiness import Readiness


class Log(Logger):  # type: ignore[misc]
    """gunicorn's messages go where all others go, in the same form."""

    def setup(self, cfg: object) -> None:
        """Take the handlers away that gunicorn gives its logger."""
        super().setup(cfg)
        for handler in list(self.error_log.handlers):
            self.error_log.removeHandler(handler)
        self.error_log.propagate = True
        self.error_log.addFilter(_is_no_pause)


class Worker(ThreadWorker):  # type: ignore[misc]
    """A worker that answers everybody whose connection was made before it was told to end.

    gunicorn stops accepting at once. Connections that the system made meanwhile, with requests in them, would be reset when the
    worker ends; and those made after that would wait for half a minute, and be reset as well. So what is there is accepted, and
    the address is given up at once: who comes later is refused, and can go elsewhere.
    """

    def set_accept_enabled(self, enabled: bool) -> None:
        """As gunicorn's; the last time, take what is there."""
        super().set_accept_enabled(enabled)
        if enabled or self.alive:
            return
        for listener in self.sockets:
            before = -1
            while before != self.nr_conns:
                before = self.nr_conns
                self.accept(listener)
            listener.close()


class Watching(Arbiter):  # type: ignore[misc]
    """The process over the workers: looks after the desk, gives out places, and says that the end is near before it comes."""

    def __init__(
        self, app: BaseApplication, watch: Callable[[], None], readiness: Readiness, drain_seconds: int
    ) -> None:
        """`watch` is called every second; the end comes `drain_seconds` after it was asked for."""
        self._watch, self._readiness, self._drain_seconds = watch, readiness, drain_seconds
        self._end: float | None = None
        super().__init__(app)

    def manage_workers(self) -> None:
        """Keep as many workers as there are to be."""
        if self._end is not None and time.monotonic() >= self._end:
            raise StopIteration
        super().manage_workers()
        self._watch()

    def handle_term(self) -> None:
        """SIGTERM: be ready no more, and end when load balancers have seen it; a second one ends at once."""
        if self._end is not None or not self._drain_seconds:
            super().handle_term()
        self._readiness.drain()
        self._end = time.monotonic() + self._drain_seconds

    def stop(self, graceful: bool = True) -> None:
        """Whatever the reason: nobody is to come any more."""
        self._readiness.drain()
        super().stop(graceful)


class Server(BaseApplication):  # type: ignore[misc]
    """The application as gunicorn wants it, with settings that it may or may not know."""

    def __init__(self, app: Flask, settings: dict[str, object]) -> None:
        """Nothing is read from the command line, a file or the environment."""
        self._app, self._settings = app, settings
        super().__init__()

    def load_config(self) -> None:
        """Set what this version of gunicorn knows."""
        for name, value in self._settings.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application, loaded before any fork."""
        return self._app


def free_place(taken: set[int]) -> int:
    """The lowest number that no living worker has."""
    return next(number for number in range(len(taken) + 1) if number not in taken)


def _is_no_pause(record: logging.LogRecord) -> bool:
    """False for gunicorn's traceback of a client that was silent for too long: strangers could fill the log with it."""
    return not (record.exc_info and isinstance(record.exc_info[1], BlockingIOError))
