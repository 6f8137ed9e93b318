"""Who may ask: a bearer token, or a signature with the shared secret; and answers signed for those who sign.

A request that carries a signature is judged by it alone; one that does not, by its token. The page for editors also takes the token
as a password, because a browser cannot send a bearer token. Every refusal is the same 401, whatever was wrong.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .schema import RequestError
from .seen import Seen
from .signing import SignatureError, headers, is_signed, verify

if TYPE_CHECKING:
    from flask import Request, Response

PAGE = "/"  # the page for editors
ARCHIVE = (
    "/archive"  # what is in it decides over other articles, so nobody changes it unasked, not even on this machine
)
_OPEN = ("/healthz", "/readyz")  # the probes of a load balancer
_HOOKS = "/hooks/"  # verified there, each with the signature of its vendor
_UNPROTECTED = (
    "the archive is open to nobody here: set COPYDESK_TOKEN or COPYDESK_SECRET, and send a token or a signature"
)
_REFUSED = "a valid bearer token or signature is needed"
CHALLENGES = {True: 'Basic realm="Copydesk", charset="UTF-8"', False: "Bearer"}  # for the page, and for everything else


class Guard:
    """The check before every request, and the signature on its answer."""

    def __init__(
        self, token: str | None, secret: str | None, seen: Seen | None, clock: Callable[[], float] = time.time
    ) -> None:
        """Without a token and a secret, everybody may ask. `seen` is needed with a secret; `clock` gives Unix seconds."""
        self._token = None if token is None else token.encode()
        self._secret = secret
        self._seen = seen
        self._clock = clock

    def check(self, request: Request, body: Callable[[], bytes]) -> str | None:
        """Let a request pass, and tell the id that its answer is to be signed under, where it was signed itself.

        `body` reads its raw bytes, and is called only where they are signed.

        Raises RequestError 401 without a reason, 403 where nothing protects the archive, and StateError where it cannot be told
        whether a message is new.
        """
        if request.path in _OPEN or request.path.startswith(_HOOKS):
            return None
        if self._token is None and self._secret is None:
            if request.path == ARCHIVE:
                raise RequestError(403, _UNPROTECTED)
            return None
        given = dict(request.headers)
        if self._secret is not None and self._seen is not None and is_signed(given):
            try:
                message_id = verify(self._secret, given, body(), now=self._clock())
                self._seen.claim(message_id, self._clock())
            except SignatureError as error:
                raise RequestError(401, _REFUSED) from error
            return message_id
        if not self._knows_token(request):
            raise RequestError(401, _REFUSED)
        return None

    def sign(self, request: Request, response: Response, message_id: str) -> None:
        """Sign the answer to a request that was signed, under the request's own id."""
        if self._secret is not None:
            body = b"" if request.method == "HEAD" else response.get_data()
            response.headers.update(headers(self._secret, message_id, int(self._clock()), body))

    def _knows_token(self, request: Request) -> bool:
        if self._token is None:
            return False
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return hmac.compare_digest(given.strip().encode(), self._token)
        if scheme.lower() == "basic" and request.path == PAGE and request.authorization is not None:
            return hmac.compare_digest((request.authorization.password or "").encode(), self._token)
        return False


def check_origin(request: Request) -> None:
    """Refuse a form that another site sends through an editor's browser, which adds the password by itself.

    Browsers say where a form comes from in Sec-Fetch-Site, older ones and those on plain http in Origin; programs send neither.

    Raises RequestError 403.
    """
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    from_origin = origin is None or _host(origin) == request.host.lower()
    if not (from_origin if site is None else site in ("same-origin", "none")):
        raise RequestError(403, "the form was sent from another site: open this page itself, and send it from there")


def _host(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return None
