"""The production server: gunicorn, whose worker processes share the one loaded model by fork."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import socket
import struct
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from copydesk import ConfigError

from .config import MAX_AT_ONCE
from .readiness import Readiness

if TYPE_CHECKING:
    from flask import Flask

_SPARE = 8  # threads of a worker beside those for as many requests as it takes: to refuse, and to say how it is
_MAX_WORKERS = 64
_BACKLOG = 256
_ARENA_MAX = -8  # mallopt(3)
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)
_SWITCH = 0.0005  # seconds: a thread that has a request to take must not wait for one that scores, each time for Python's 5 ms
_SILENCE = 30  # seconds that a client may pause within a request before its thread is freed


@dataclass(frozen=True, slots=True)
class Running:
    """What the server needs to know of the service that it runs.

    `at_once` requests are inside of a worker at most. `watch` is called every second in the process that the workers are children
    of, `entered` in every worker with its place among them. SIGTERM ends the service after `drain_seconds`.
    """

    at_once: int = MAX_AT_ONCE
    drain_seconds: int = 0
    readiness: Readiness = field(default_factory=Readiness)
    watch: Callable[[], None] = lambda: None
    entered: Callable[[int], None] = lambda _: None


def serve(
    app: Flask,
    host: str,
    port: int,
    workers: int | None = None,
    *,
    ready: Callable[[str], None],
    running: Running | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT; does not come back.

    `port` 0 takes a free one. `workers` None is one a core. `ready` is called with the address once requests are taken.

    Raises ConfigError where the address cannot be listened on.
    """
    workers = min(os.cpu_count() or 1, _MAX_WORKERS) if workers is None else workers
    if not 1 <= workers <= _MAX_WORKERS:
        raise ConfigError(f"workers is {workers}, expected a number from 1 to {_MAX_WORKERS}")
    listener = _listen(host, port)
    url = _url(listener)
    _run(
        app, listener.detach(), workers, lambda: ready(url), running or Running()
    )  # gunicorn closes it, in every process


def _listen(host: str, port: int) -> socket.socket:
    """A bound socket: gunicorn's own binding tries five times and ends with a traceback."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind)
    except (OSError, UnicodeError) as error:
        raise ConfigError(
            f"cannot listen on {host} port {port}: {getattr(error, 'strerror', None) or error}"
        ) from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Connections inherit it; gunicorn itself waits for ever for the rest of a request.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", _SILENCE, 0))
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", _SILENCE, 0))
        listener.bind(address)
        listener.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        raise ConfigError(
            f"cannot listen on {host} port {port}: {getattr(error, 'strerror', None) or error}"
        ) from error
    return listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _run(app: Flask, descriptor: int, workers: int, ready: Callable[[], None], running: Running) -> None:
    from .web_workers import Log, Server, Watching, Worker, free_place

    def choose(server: Any, worker: Any) -> None:
        worker.place = free_place({each.place for each in server.WORKERS.values() if each is not worker})

    def begin(worker: Any) -> None:
        running.entered(worker.place)
        sys.setswitchinterval(_SWITCH)
        _unblock()

    settings: dict[str, object] = {
        "bind": f"fd://{descriptor}",
        "workers": workers,
        "worker_class": Worker,
        "logger_class": Log,
        "threads": running.at_once + _SPARE,
        "preload_app": True,
        "backlog": _BACKLOG,
        "timeout": 60,
        "graceful_timeout": 30,
        "keepalive": 5,
        "accesslog": None,
        "loglevel": "warning",
        "proc_name": "copydesk",
        "when_ready": lambda _: ready(),
        "pre_fork": choose,
        "post_worker_init": begin,
        "control_socket_disable": True,  # newer gunicorns open a socket in the home folder otherwise
    }
    # A worker that is told to end before it has handlers would not hear it, and gunicorn would wait half a minute for it.
    os.register_at_fork(before=_block, after_in_parent=_unblock)
    Watching(Server(app, settings), running.watch, running.readiness, running.drain_seconds).run()


def keep_out_of_collections() -> None:
    """Before a fork: what is loaded by now stays. A collection would go through all of it amid a request, for up to 80 ms."""
    gc.collect()
    gc.freeze()


def keep_one_heap() -> None:
    """Before there are threads: let them share one heap, where the C library is glibc.

    It gives every thread one of its own, up to eight a core, and each keeps what an article once needed: with 64 connections and
    articles of up to 200 KB, a worker grew to 590 MB in 20 seconds, and to 230 MB with one heap. Python's lock lets one thread
    allocate at a time anyway.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)


def _block() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)


def _unblock() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
