"""One request to the Copydesk service: signed, bounded in size, and over when its time is over.

A socket's own timeout starts anew with every byte that arrives, and looking up a name has none. So the request runs in a thread of its
own, and the caller waits for it no longer than the time that it was given; what comes later is thrown away.
"""

from __future__ import annotations

import http.client
import json
import queue
import threading
import time
import uuid
from typing import Any
from urllib.parse import urlsplit

from .. import signing
from .conf import Settings

_MOST = 8 * 1024 * 1024  # bytes of an answer: a report with its text, several times over
_PIECE = 64 * 1024
_REST = 10.0  # seconds for which a service that hung is not asked again by this process
_resting: dict[str, float] = {}


class ScorerDown(Exception):
    """The scorer gave no answer that can be used; the message says why and never quotes the article.

    `lasting` is True where asking again cannot help, as for an article that is too large.
    """

    def __init__(self, message: str, *, lasting: bool = False) -> None:
        """Keep whether it lasts."""
        super().__init__(message)
        self.lasting = lasting


def request(settings: Settings, method: str, path: str, fields: object = None) -> dict[str, Any]:
    """The JSON object that the service answers. `fields` is the body of a POST; None sends none.

    Whoever publishes fifty pages waits once for a service that hangs: it is left alone for a while, and the others fail at once.

    Raises ScorerDown after `settings.timeout` seconds, or for any answer but a signed (where there is a secret) JSON object.
    """
    if time.monotonic() < _resting.get(settings.url, 0.0):
        raise ScorerDown("the scorer hung a moment ago, and is left alone for some seconds")
    answers: queue.SimpleQueue[dict[str, Any] | ScorerDown] = queue.SimpleQueue()

    def run() -> None:
        try:
            answers.put(_exchange(settings, method, path, fields))
        except ScorerDown as error:
            answers.put(error)
        except Exception as error:  # whatever a hostile answer brings about must not end as an editor's error
            answers.put(ScorerDown(f"the scorer could not be asked: {type(error).__name__}"))

    begun = time.monotonic()
    threading.Thread(target=run, name="copydesk-request", daemon=True).start()
    try:
        answer = answers.get(timeout=settings.timeout)
    except queue.Empty:
        answer = ScorerDown(f"the scorer did not answer within {settings.timeout:g} seconds")
    if isinstance(answer, ScorerDown):
        now = time.monotonic()
        if now - begun > settings.timeout / 2:  # a refusal costs nobody time, and may be asked again at once
            _resting[settings.url] = now + _REST
        raise answer
    return answer


def _exchange(settings: Settings, method: str, path: str, fields: object) -> dict[str, Any]:
    body = b"" if fields is None else json.dumps(fields).encode()
    message_id = f"msg_{uuid.uuid4().hex}"
    headers = {"Accept": "application/json", "Content-Type": "application/json", "User-Agent": "copydesk-django"}
    if settings.secret:
        headers |= signing.headers(settings.secret, message_id, int(time.time()), body)
    elif settings.token:
        headers["Authorization"] = f"Bearer {settings.token}"
    status, answered, content = _send(settings, method, path, body, headers)
    if status in (413, 422):
        raise ScorerDown(f"the scorer cannot read this article (HTTP {status})", lasting=True)
    if status not in (200, 201):
        raise ScorerDown(f"the scorer answered HTTP {status}")
    if settings.secret:
        _verify(settings.secret, answered, content, message_id)
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ScorerDown("the scorer's answer is not JSON") from error
    if not isinstance(found, dict):
        raise ScorerDown("the scorer's answer is not an object")
    return found


def _send(
    settings: Settings, method: str, path: str, body: bytes, headers: dict[str, str]
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers by lower-case name, and body. Redirects are not followed, and no proxy of the environment is used."""
    parts = urlsplit(settings.url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=settings.timeout)
    ends = time.monotonic() + settings.timeout
    try:
        connection.request(method, parts.path + path, body or None, headers)
        response = connection.getresponse()
        pieces: list[bytes] = []
        size = 0
        while piece := response.read1(_PIECE):
            pieces.append(piece)
            size += len(piece)
            if size > _MOST:
                raise ScorerDown(f"the scorer's answer is larger than {_MOST} bytes")
            if time.monotonic() > ends:
                raise ScorerDown("the scorer's answer came too slowly")  # nobody waits for it by now
        return response.status, {name.lower(): value for name, value in response.getheaders()}, b"".join(pieces)
    except (OSError, http.client.HTTPException) as error:
        raise ScorerDown(f"the scorer cannot be reached: {_reason(error)}") from error
    finally:
        connection.close()


def _reason(error: Exception) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "connection refused"
    if isinstance(error, TimeoutError):
        return "timed out"
    return (getattr(error, "strerror", None) or type(error).__name__).lower()


def _verify(secret: str, headers: dict[str, str], body: bytes, message_id: str) -> None:
    try:
        answered = signing.verify(secret, headers, body, now=time.time())
    except signing.SignatureError as error:
        raise ScorerDown("the scorer's answer is not signed with the secret") from error
    if answered != message_id:
        raise ScorerDown("the scorer's answer belongs to another request")
