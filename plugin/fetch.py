"""The one way out: requests to an address that the configuration names, bounded in size and in time, no redirect followed.

A read timeout alone bounds nothing, because a server may send a byte before each: so a timer shuts the connection down at the deadline.
urllib3 reads neither proxies nor credentials from the environment when it is used like this.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from copydesk import CopydeskError

MAX_ANSWER = 8 * 1024 * 1024  # bytes
_PATIENCE = 10.0  # seconds for the whole of a request and its answer


class FetchError(CopydeskError):
    """No whole answer came: no connection, too slow, too large, or no HTTP."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it came; `retry_after` is in seconds where the server asked for patience."""

    status: int
    body: bytes
    retry_after: float | None = None


class Remote:
    """A server at a base address; `timeout` is in seconds and holds for a whole request. Safe to share between threads."""

    def __init__(self, base: str, *, timeout: float = _PATIENCE, max_answer: int = MAX_ANSWER) -> None:
        """Nothing is connected yet."""
        self._base = base.rstrip("/")
        self._timeout = timeout
        self._max = max_answer

    def request(
        self, method: str, path: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Ask for `path` below the base address. Whatever the status, it is an answer.

        Raises FetchError.
        """
        deadline = _Deadline(self._timeout)
        parts = urlsplit(self._base + path)
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        try:
            with contextlib.closing(_pool(self._base, self._timeout, deadline)) as pool, deadline:
                answer = pool.urlopen(
                    method,
                    target,
                    body=body,
                    headers=dict(headers or {}),
                    redirect=False,
                    retries=False,
                    preload_content=False,
                )
                return Answer(answer.status, self._read(answer, deadline), _seconds(answer.headers.get("Retry-After")))
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise FetchError(self._reason(error, deadline)) from error

    def _read(self, answer: urllib3.BaseHTTPResponse, deadline: _Deadline) -> bytes:
        parts: list[bytes] = []
        size = 0
        for part in answer.stream(65_536, decode_content=True):
            size += len(part)
            if size > self._max:
                raise FetchError(f"{self._where()} answered with more than {self._max} bytes")
            parts.append(part)
        if deadline.over:
            raise FetchError(f"{self._where()} did not answer within {self._timeout:g} seconds")
        return b"".join(parts)

    def _reason(self, error: Exception, deadline: _Deadline) -> str:
        refused = isinstance(error, urllib3.exceptions.NewConnectionError)  # which is a kind of TimeoutError there
        if deadline.over or (isinstance(error, urllib3.exceptions.TimeoutError) and not refused):
            return f"{self._where()} did not answer within {self._timeout:g} seconds"
        return f"{self._where()} cannot be reached ({type(error).__name__})"

    def _where(self) -> str:
        return urlsplit(self._base).netloc.rpartition("@")[2]


class _Deadline:
    """Shuts sockets down when the time is up: the thread that reads from one then gets an end, not a wait."""

    def __init__(self, seconds: float) -> None:
        self.over = False
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *exc: object) -> None:
        self._timer.cancel()
        with self._lock:
            for each in self._sockets:
                each.close()
            self._sockets.clear()

    def watch(self, connection: socket.socket) -> None:
        """A copy of the descriptor: TLS takes the socket itself over before its handshake, which may hang as well."""
        with self._lock:
            self._sockets.append(connection.dup())

    def _end(self) -> None:
        with self._lock:
            self.over = True
            for each in self._sockets:
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)


def _pool(base: str, timeout: float, deadline: _Deadline) -> urllib3.HTTPConnectionPool:
    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            connection = super()._new_conn()
            deadline.watch(connection)
            return connection

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            connection = super()._new_conn()
            deadline.watch(connection)
            return connection

    pool = urllib3.connection_from_url(base, maxsize=1, timeout=urllib3.Timeout(timeout), retries=False)
    made: Any = Secure if isinstance(pool, urllib3.HTTPSConnectionPool) else Plain
    pool.ConnectionCls = made
    return pool


def _seconds(value: str | None) -> float | None:
    """Retry-After in seconds; its other form, a date, is left to our own patience."""
    return float(value) if value and value.isascii() and value.isdigit() and len(value) < 7 else None
