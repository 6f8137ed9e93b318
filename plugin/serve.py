"""The production server: gunicorn, whose worker processes share the one loaded model by fork."""

from __future__ import annotations

import gc
import logging
import os
import signal
import socket
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING

from copydesk import ConfigError

if TYPE_CHECKING:
    from flask import Flask

_THREADS = 4  # a worker: they wait for slow clients, the scoring itself takes one core
_MAX_WORKERS = 64
_BACKLOG = 256
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)
_SILENCE = 30  # seconds that a client may pause within a request before its thread is freed


def serve(
    app: Flask,
    host: str,
    port: int,
    workers: int | None = None,
    *,
    ready: Callable[[str], None],
    watch: Callable[[], None] = lambda: None,
) -> None:
    """Serve until SIGTERM or SIGINT; does not come back.

    `port` 0 takes a free one. `workers` None is one a core. `ready` is called with the address once requests are taken, `watch` every
    second in the process that the workers are children of.

    Raises ConfigError where the address cannot be listened on.
    """
    workers = min(os.cpu_count() or 1, _MAX_WORKERS) if workers is None else workers
    if not 1 <= workers <= _MAX_WORKERS:
        raise ConfigError(f"workers is {workers}, expected a number from 1 to {_MAX_WORKERS}")
    listener = _listen(host, port)
    url = _url(listener)
    _run(app, listener.detach(), workers, lambda: ready(url), watch)  # gunicorn closes it, in every process


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


def _run(app: Flask, descriptor: int, workers: int, ready: Callable[[], None], watch: Callable[[], None]) -> None:
    from gunicorn.app.base import BaseApplication
    from gunicorn.arbiter import Arbiter

    settings: dict[str, object] = {
        "bind": f"fd://{descriptor}",
        "workers": workers,
        "worker_class": "gthread",
        "threads": _THREADS,
        "preload_app": True,
        "backlog": _BACKLOG,
        "timeout": 60,
        "graceful_timeout": 30,
        "keepalive": 5,
        "accesslog": None,
        "loglevel": "warning",
        "proc_name": "copydesk",
        "when_ready": lambda _: ready(),
        "post_worker_init": lambda _: _unblock(),
        "control_socket_disable": True,  # newer gunicorns open a socket in the home folder otherwise
    }

    class Server(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            for name, value in settings.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Flask:
            return app

    class Watching(Arbiter):  # type: ignore[misc]
        def manage_workers(self) -> None:
            super().manage_workers()
            watch()

    logging.getLogger("gunicorn.error").addFilter(_is_no_pause)
    # A worker that is told to end before it has handlers would not hear it, and gunicorn would wait half a minute for it.
    os.register_at_fork(before=_block, after_in_parent=_unblock)
    Watching(Server()).run()


def keep_out_of_collections() -> None:
    """Before a fork: what is loaded by now stays. A collection would go through all of it amid a request, for up to 80 ms."""
    gc.collect()
    gc.freeze()


def _block() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)


def _unblock() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)


def _is_no_pause(record: logging.LogRecord) -> bool:
    """False for gunicorn's traceback of a client that was silent for too long: strangers could fill the log with it."""
    return not (record.exc_info and isinstance(record.exc_info[1], BlockingIOError))
