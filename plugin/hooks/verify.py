"""Who sent a webhook: signatures over the raw body, or a token in a header where the CMS cannot sign.

Every failure is the same 401 to the sender. What is returned is what the queue remembers a request by, so that the same signed request
is accepted once.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass

from copydesk import CopydeskError

from .. import signing

_GHOST = re.compile(r"sha256=([0-9a-f]{64}), ?t=([1-9][0-9]{9,14})")


class NotVerified(CopydeskError):
    """The request is not known to come from the CMS."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What a request proved: `signature` is unique to it, "" where nothing in it is; `delivery` is the sender's number for it."""

    signature: str = ""
    delivery: str = ""


def ghost(secret: str, headers: Mapping[str, str], body: bytes, now: float) -> Proof:
    """Ghost's own: "X-Ghost-Signature: sha256=<hex>, t=<milliseconds>", an HMAC over the body and the time after it.

    Raises NotVerified.
    """
    match = _GHOST.fullmatch(headers.get("X-Ghost-Signature", "")[:200])
    if match is None:
        raise NotVerified("no signature of Ghost's form")
    expected = hmac.new(secret.encode(), body + match[2].encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(match[1], expected):
        raise NotVerified("the signature is not that of this body")
    if not abs(now - int(match[2]) / 1000) <= signing.SKEW:
        raise NotVerified("signed too long ago, or in the future")
    return Proof(f"ghost {match[1]} {match[2]}")


def standard(cms: str, secret: str, headers: Mapping[str, str], body: bytes, now: float) -> Proof:
    """Standard Webhooks. A sender that tries again keeps the id and signs anew: that is no replay, and makes no second job.

    Raises NotVerified.
    """
    try:
        message_id = signing.verify(secret, headers, body, now=now)
    except signing.SignatureError as error:
        raise NotVerified(str(error)) from error
    time = {name.lower(): value for name, value in headers.items()}[signing.TIMESTAMP]
    return Proof(f"{cms} {message_id} {time}", f"{cms} {message_id}")


def bearer(token: str, headers: Mapping[str, str]) -> Proof:
    """A token in the Authorization header: says who sent it, and nothing about when.

    Raises NotVerified.
    """
    scheme, _, given = headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), token.encode()):
        raise NotVerified("no such token")
    return Proof()


def static(cms: str, secret: str, token: str, headers: Mapping[str, str], body: bytes, now: float) -> Proof:
    """A CMS that cannot sign by itself: a Standard Webhooks signature where one came and is configured, else the token.

    Raises NotVerified.
    """
    if secret and signing.is_signed(headers):
        return standard(cms, secret, headers, body, now)
    if token:
        return bearer(token, headers)
    raise NotVerified("not signed")
