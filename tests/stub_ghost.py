"""A Ghost of a hundred lines: the part of its admin API that the hook uses, and every change that it was asked for.

Its answers can be made to fail: `fail` holds what the next requests are answered with, a status or "hang".
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY_ID, KEY = "a1b2c3d4e5f6a1b2c3d4e5f6", "0123456789abcdef" * 4
SECRET = "a-secret-of-the-blog"


class Stub:
    """The posts, the tags and the counts of changes, by post."""

    def __init__(self) -> None:
        self.posts: dict[str, dict[str, Any]] = {}
        self.tags: dict[str, dict[str, Any]] = {}
        self.held: Counter[str] = Counter()
        self.fail: list[int | str] = []
        self.hang = 0.0
        self.requests: list[str] = []
        self.lock = threading.RLock()
        self.url = ""

    def add(self, number: int, title: str, html: str, status: str = "published", **fields: Any) -> dict[str, Any]:
        """A post with the id of a number."""
        post = {"id": f"{number:024x}", "title": title, "html": html, "status": status, "tags": []}
        post |= {"updated_at": self.stamp(), "url": f"https://blog.example/{number}/", **fields}
        with self.lock:
            self.posts[post["id"]] = post
        return post

    def stamp(self) -> str:
        """Another time than any before."""
        with self.lock:
            self.clock = getattr(self, "clock", 0) + 1
        return f"2026-01-02T{self.clock // 3600:02}:{self.clock // 60 % 60:02}:{self.clock % 60:02}.000Z"

    def publish(self, post: dict[str, Any], **fields: Any) -> None:
        """What an editor does."""
        with self.lock:
            post.update(fields, status="published", updated_at=self.stamp())

    def webhook(
        self, post: dict[str, Any], event: str = "post.published", at: float | None = None
    ) -> tuple[bytes, dict[str, str]]:
        """What Ghost sends about a post: the body, and the headers with its signature."""
        body = json.dumps({"event": event, "post": {"current": post, "previous": {}}}).encode()
        return body, signed(body, at)

    def answer(self, method: str, path: str, send: Any, page: int = 1) -> tuple[int, Any]:
        """What Ghost would answer."""
        kind, _, rest = path.removeprefix("/ghost/api/admin/").partition("/")
        if kind == "tags":
            return self._tags(method, rest.strip("/"), send)
        post = self.posts.get(rest.strip("/"))
        if not rest.strip("/"):
            live = [each for each in self.posts.values() if each["status"] in ("published", "scheduled")]
            return 200, {kind: live[50 * (page - 1) : 50 * page] if kind == "posts" else []}
        if post is None:
            return 404, {"errors": [{"type": "NotFoundError"}]}
        if method == "PUT":
            (fields,) = send[kind]
            if fields.pop("updated_at") != post["updated_at"]:
                return 409, {"errors": [{"type": "UpdateCollisionError", "code": "UPDATE_COLLISION"}]}
            if fields.get("status") == "draft" and post["status"] != "draft":
                self.held[post["id"]] += 1
            named = [self.tags.get(tag.get("id")) or self._named(tag) for tag in fields.pop("tags")]
            post.update(fields, tags=named, updated_at=self.stamp())
        return 200, {kind: [post]}

    def _tags(self, method: str, rest: str, send: Any) -> tuple[int, Any]:
        if rest.startswith("slug/"):
            found = [tag for tag in self.tags.values() if tag["slug"] == rest[5:]]
            return (200, {"tags": found}) if found else (404, {})
        if method == "DELETE":
            return 204 if self.tags.pop(rest, None) else 404, None
        tag = self.tags.get(rest) or self._named(send["tags"][0])
        tag.update(send["tags"][0])
        return 201, {"tags": [tag]}

    def _named(self, tag: dict[str, Any]) -> dict[str, Any]:
        slug = tag.get("slug") or re.sub("[^a-z0-9]+", "-", tag["name"].replace("#", "hash-").lower())
        for each in self.tags.values():
            if each["slug"] == slug:
                return each
        made = {"id": f"{len(self.tags) + 0xFFFF:024x}", "slug": slug, **tag}
        self.tags[made["id"]] = made
        return made


def signed(body: bytes, at: float | None = None, secret: str = SECRET) -> dict[str, str]:
    """The headers of a webhook of Ghost's, signed at a time in Unix seconds."""
    milliseconds = str(int((time.time() if at is None else at) * 1000))
    digest = hmac.new(secret.encode(), body + milliseconds.encode(), hashlib.sha256).hexdigest()
    return {"Content-Type": "application/json", "X-Ghost-Signature": f"sha256={digest}, t={milliseconds}"}


@contextmanager
def running(port: int = 0) -> Iterator[Stub]:
    """The stub, listening on this machine."""
    stub = Stub()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _do(self) -> None:
            data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            path = urlsplit(self.path).path
            page = int(parse_qs(urlsplit(self.path).query).get("page", ["1"])[0])
            with stub.lock:
                stub.requests.append(f"{self.command} {path}")
                fail = stub.fail.pop(0) if stub.fail else None
            if fail == "hang":
                time.sleep(stub.hang)
            with stub.lock:
                given = json.loads(data) if data else None
                allowed = self.headers.get("Authorization", "").startswith("Ghost ")
                code, answer = (fail, {}) if isinstance(fail, int) else stub.answer(self.command, path, given, page)
                code = code if allowed else 401
            body = b"" if answer is None else json.dumps(answer).encode()
            self.send_response(code)
            if code in (301, 302, 307):
                self.send_header("Location", stub.url + "/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_PUT = do_POST = do_DELETE = _do  # noqa: N815 - the names that the server looks for

        def log_message(self, *args: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    stub.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()
