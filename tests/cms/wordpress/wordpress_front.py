"""A front before the real service: counts what arrives, and misbehaves where a test wants a scorer that is down or lies."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import subprocess
import sys
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SECRET = "whsec_" + b64encode(secrets.token_bytes(32)).decode()
TOKEN = "a-token-for-these-tests"
HANG = 30.0  # seconds, longer than any timeout of the plugin
_ANSWER_HEADERS = ("Content-Type", "webhook-id", "webhook-timestamp", "webhook-signature")
_GARBAGE = {
    "garbage": (200, b"<html><h1>It works!</h1></html>"),
    "error": (500, b'{"status": 500}'),
    "unsigned": (200, b'{"schema":1,"action":"publish","score":0.1,"signals":{},"evidence":[]}'),
}


class Front(ThreadingHTTPServer):
    """Listens on a free port. `mode` is ok, hang, drip, garbage, error, unsigned, redirect, replay, tamper or forge.

    `forge` answers what `forged` is told, signed by the real secret, where it is told one. `meanwhile` is called once, with
    the next request in hand; a body with `poison` in it gets an error.
    """

    daemon_threads = True

    def __init__(self, upstream: int) -> None:
        """Forward to `upstream`, a port of this machine."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = upstream
        self.mode = "ok"
        self.seen: list[tuple[str, dict[str, str], bytes]] = []
        self.forged: dict[str, object] = {}
        self.meanwhile: Callable[[], object] | None = None
        self.poison = b""
        self.last: tuple[int, dict[str, str], bytes] | None = None
        self.redirected = 0

    @property
    def url(self) -> str:
        """The address for the plugin's settings."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def calls(self, path: str = "/score") -> list[dict[str, object]]:
        """The bodies that were sent to a path."""
        return [json.loads(body) for found, _, body in self.seen if found.split("?")[0] == path]

    def reset(self) -> None:
        """As it began."""
        self.mode, self.redirected = "ok", 0
        self.meanwhile, self.poison = None, b""
        self.seen.clear()


class _Handler(BaseHTTPRequestHandler):
    server: Front

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.startswith("/elsewhere"):
            self.server.redirected += 1
        self.server.seen.append((self.path, dict(self.headers), body))
        mode = "error" if self.server.poison and self.server.poison in body else self.server.mode
        meanwhile, self.server.meanwhile = self.server.meanwhile, None
        if meanwhile is not None:
            meanwhile()
        if mode == "hang":
            time.sleep(HANG)
        elif mode == "drip":
            self._drip()
        elif mode == "redirect":
            self._answer(307, {"Location": self.server.url + "/elsewhere"}, b"")
        elif mode in _GARBAGE:
            status, content = _GARBAGE[mode]
            self._answer(status, {"Content-Type": "application/json"}, content)
        elif mode == "forge":
            self._forge()
        else:
            self._forward(body)

    def _forward(self, body: bytes) -> None:
        mode = self.server.mode
        if mode == "replay" and self.server.last is not None:
            self._answer(*self.server.last)
            return
        connection = http.client.HTTPConnection("127.0.0.1", self.server.upstream, timeout=20)
        headers = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "connection")}
        connection.request(self.command, self.path, body, headers)
        response = connection.getresponse()
        content = response.read()
        kept = {name: value for name in _ANSWER_HEADERS if (value := response.headers.get(name))}
        connection.close()
        self.server.last = (response.status, kept, content)
        if mode == "tamper":
            content = content.replace(b'"action": "review"', b'"action": "publish"')
        self._answer(response.status, kept, content)

    def _forge(self) -> None:
        from copydesk.plugin import signing

        content = json.dumps(self.server.forged).encode()
        message_id = self.headers.get("webhook-id", "")
        headers = signing.headers(SECRET, message_id, int(time.time()), content) if message_id else {}
        self._answer(200, {"Content-Type": "application/json", **headers}, content)

    def _drip(self) -> None:
        """A byte now and then: each wait is short, the whole has no end."""
        try:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n")
            for _ in range(int(HANG * 4)):
                self.wfile.write(b" ")
                time.sleep(0.25)
        except OSError:
            pass

    def _answer(self, status: int, headers: dict[str, str], content: bytes) -> None:
        try:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
        except OSError:
            pass


@contextmanager
def service(state: Path) -> Iterator[int]:
    """The real `copydesk serve`, with a secret and a token; its port."""
    environment = {**os.environ, "COPYDESK_SECRET": SECRET, "COPYDESK_TOKEN": TOKEN, "COPYDESK_STATE": str(state)}
    environment |= {
        "COPYDESK_LOG_FORMAT": "text",
        "COPYDESK_LOG_LEVEL": "warning",
    }  # nobody reads more than the first line
    command = [sys.executable, "-m", "copydesk.plugin.cli", "serve", "--port", "0", "--workers", "1"]
    script = Path(sys.executable).with_name("copydesk")
    if script.exists():
        command = [str(script), *command[3:]]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        try:
            yield int(line.rsplit(":", 1)[1].strip().rstrip("/"))
        finally:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()


@contextmanager
def front(state: Path) -> Iterator[Front]:
    """A front with the real service behind it."""
    with service(state) as port, Front(port) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
