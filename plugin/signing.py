"""Signed messages: the symmetric scheme of Standard Webhooks, for requests to the service and for its answers.

A message has an id, the time of signing and a body; its signature is an HMAC-SHA256 over "id.time.body", taken over the body's raw
bytes. The time is checked here; whether an id came before is for `seen.py` to know. Source of the scheme:
https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping

from copydesk import ConfigError, CopydeskError

ID = "webhook-id"
TIMESTAMP = "webhook-timestamp"
SIGNATURE = "webhook-signature"
SKEW = 300  # seconds that the two clocks may differ, either way

_PREFIX = "whsec_"
_KEY_SIZES = range(24, 65)  # bytes, as the specification asks
_ID = re.compile(r"[A-Za-z0-9_.-]{1,128}")
# A part of an id that reads as a time would let "id.time.body" be cut elsewhere: the same signature for another id and body.
_TIME_IN_ID = re.compile(r"\.[0-9]{10}(?:\.|$)")
_TIMESTAMP = re.compile(r"[1-9][0-9]{0,11}")
_MOST_SIGNATURES = 2048  # characters of the header; a rotation of secrets sends two or three signatures of 47


class SecretError(ConfigError):
    """A shared secret that is not `whsec_` and the base64 of 24 to 64 bytes; the message never repeats it."""


class SignatureError(CopydeskError):
    """The root: a message that is not to be trusted. Who sent it is told nothing of the reason."""


class SignatureMissing(SignatureError):
    """One of the three headers is not there: the message is not signed at all."""


class SignatureMalformed(SignatureError):
    """A header that is not in the form of the scheme."""


class SignatureExpired(SignatureError):
    """Signed too long ago, or in the future: the clocks differ, or somebody kept the message."""


class SignatureMismatch(SignatureError):
    """None of the signatures is that of this body under this secret."""


class SignatureReplayed(SignatureError):
    """A good signature under an id that was used before."""


def check_secret(secret: str, name: str = "the secret") -> bytes:
    """The key of a secret, 24 to 64 bytes; `name` is what the message calls a bad one.

    Raises SecretError.
    """
    text = secret[len(_PREFIX) :] if secret.startswith(_PREFIX) else ""
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) not in _KEY_SIZES:
        raise SecretError(
            f"{name} is not a signing secret, expected {_PREFIX} and the base64 of {_KEY_SIZES[0]} to {_KEY_SIZES[-1]} random bytes"
        )
    return key


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The signature of a message, "v1,<base64>"; `timestamp` is in Unix seconds.

    Raises SecretError on a bad secret, SignatureMalformed on an id or a time that the scheme has no room for.
    """
    if not _is_id(message_id):
        raise SignatureMalformed(f"{ID} is not 1 to 128 of A-Z a-z 0-9 _ . - without a time in it")
    if not _TIMESTAMP.fullmatch(str(timestamp)):
        raise SignatureMalformed(f"{TIMESTAMP} is not a number of seconds")
    content = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(check_secret(secret), content, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def headers(secret: str, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of a signed message. Raises what `sign` raises."""
    return {ID: message_id, TIMESTAMP: str(timestamp), SIGNATURE: sign(secret, message_id, timestamp, body)}


def is_signed(headers: Mapping[str, str]) -> bool:
    """Does a message say that it is signed, rightly or not?"""
    return bool(_lower(headers).get(SIGNATURE))


def verify(secret: str, headers: Mapping[str, str], body: bytes, *, now: float) -> str:
    """The id of a message that was signed with this secret; `now` is in Unix seconds, `headers` in any case of letters.

    Raises SignatureError where it was not, and SecretError on a bad secret.
    """
    given = _lower(headers)
    try:
        message_id, time, signatures = given[ID], given[TIMESTAMP], given[SIGNATURE]
    except KeyError as error:
        raise SignatureMissing(f"the header {error.args[0]} is missing") from error
    if not _is_id(message_id):
        raise SignatureMalformed(f"{ID} is not 1 to 128 of A-Z a-z 0-9 _ . - without a time in it")
    if not _TIMESTAMP.fullmatch(time):
        raise SignatureMalformed(f"{TIMESTAMP} is not a number of seconds")
    if len(signatures) > _MOST_SIGNATURES:
        raise SignatureMalformed(f"{SIGNATURE} is longer than {_MOST_SIGNATURES} characters")
    expected = sign(secret, message_id, int(time), body).encode()
    # All of them are compared, each in constant time: how long it takes tells nothing about which one is close.
    good = [hmac.compare_digest(each.encode("utf-8", "replace"), expected) for each in signatures.split(" ")]
    if not any(good):
        raise SignatureMismatch(f"no signature in {SIGNATURE} is that of the body")
    if not abs(now - int(time)) <= SKEW:
        raise SignatureExpired(f"{TIMESTAMP} is {abs(now - int(time)):.0f} seconds from now, expected at most {SKEW}")
    return message_id


def _is_id(message_id: str) -> bool:
    return bool(_ID.fullmatch(message_id)) and not _TIME_IN_ID.search(message_id)


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
