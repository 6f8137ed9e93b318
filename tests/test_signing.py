"""Signatures: the published vector, and a refusal for everything that is not quite it."""

from __future__ import annotations

import base64

import pytest

from copydesk.plugin.signing import (
    SKEW,
    SecretError,
    SignatureError,
    SignatureExpired,
    SignatureMalformed,
    SignatureMismatch,
    SignatureMissing,
    check_secret,
    headers,
    is_signed,
    sign,
    verify,
)

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
TIME = 1614265330
BODY = b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
OTHER = "whsec_" + base64.b64encode(bytes(range(32))).decode()


def _signed(**changed: str) -> dict[str, str]:
    """The vector's headers, with `webhook_id` and the like in place of its own."""
    return {**headers(SECRET, ID, TIME, BODY), **{name.replace("_", "-"): value for name, value in changed.items()}}


def test_the_published_vector() -> None:
    """The signature is the one that the scheme's own libraries make."""
    assert sign(SECRET, ID, TIME, BODY) == SIGNATURE
    assert _signed() == {"webhook-id": ID, "webhook-timestamp": str(TIME), "webhook-signature": SIGNATURE}


@pytest.mark.parametrize("now", [TIME, TIME - SKEW, TIME + SKEW, TIME + 0.5])
def test_a_good_signature_gives_the_id(now: float) -> None:
    """Within five minutes either way, the message is taken."""
    assert verify(SECRET, _signed(), BODY, now=now) == ID


def test_header_names_are_found_in_any_case() -> None:
    """Servers write header names as they like."""
    assert verify(SECRET, {name.title(): value for name, value in _signed().items()}, BODY, now=TIME) == ID


@pytest.mark.parametrize(
    "signatures", [f"v1,AAAA {SIGNATURE}", f"{SIGNATURE} v1,AAAA", f"v2,x v1a,y  {SIGNATURE}", f"é {SIGNATURE}"]
)
def test_one_good_signature_of_several_is_enough(signatures: str) -> None:
    """While a secret is changed, a message carries two signatures; other versions are passed over."""
    assert verify(SECRET, _signed(webhook_signature=signatures), BODY, now=TIME) == ID


@pytest.mark.parametrize("body", [b"", b"\xff\x00\r\n", b'{"test":2432232314}', BODY + b"\n"])
def test_the_signature_is_over_raw_bytes(body: bytes) -> None:
    """Any bytes can be signed, and no other bytes that mean the same are taken for them."""
    assert verify(SECRET, headers(SECRET, ID, TIME, body), body, now=TIME) == ID
    with pytest.raises(SignatureMismatch):
        verify(SECRET, _signed(), body, now=TIME)


@pytest.mark.parametrize("now", [TIME - SKEW - 1, TIME + SKEW + 1, TIME + 10**9, 0, float("nan")])
def test_an_old_or_future_message_is_refused(now: float) -> None:
    """Beyond five minutes a good signature is of no use."""
    with pytest.raises(SignatureExpired):
        verify(SECRET, _signed(), BODY, now=now)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_missing_header_is_named(name: str) -> None:
    """All three headers are needed."""
    given = _signed()
    del given[name]
    with pytest.raises(SignatureMissing, match=name):
        verify(SECRET, given, BODY, now=TIME)
    assert is_signed(given) is (name != "webhook-signature")


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook_id": ""},
        {"webhook_id": "a" * 129},
        {"webhook_id": "a b"},
        {"webhook_id": "a\n"},
        {"webhook_id": "é"},
        {"webhook_id": "a.1614265330"},
        {"webhook_id": "a.1614265330.b"},
        {"webhook_timestamp": ""},
        {"webhook_timestamp": "-1614265330"},
        {"webhook_timestamp": "+1614265330"},
        {"webhook_timestamp": "1614265330.0"},
        {"webhook_timestamp": "01614265330"},
        {"webhook_timestamp": " 1614265330"},
        {"webhook_timestamp": "1614265330\n"},
        {"webhook_timestamp": "١٦١٤٢٦٥٣٣٠"},
        {"webhook_timestamp": "9" * 5000},
        {"webhook_signature": "v1, " * 1000},
    ],
)
def test_malformed_headers_are_refused(changed: dict[str, str]) -> None:
    """A header outside the scheme's form is refused before anything is computed from it."""
    with pytest.raises(SignatureMalformed):
        verify(SECRET, _signed(**changed), BODY, now=TIME)


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook_id": ID + "x"},
        {"webhook_timestamp": str(TIME + 1)},
        {"webhook_signature": SIGNATURE.replace("v1,", "v2,")},
        {"webhook_signature": SIGNATURE.removeprefix("v1,")},
        {"webhook_signature": SIGNATURE.lower()},
        {"webhook_signature": SIGNATURE[:-1]},
        {"webhook_signature": "v1,"},
        {"webhook_signature": ""},
        {"webhook_signature": "v1,\ud800"},
        {"webhook_signature": sign(OTHER, ID, TIME, BODY)},
    ],
)
def test_whatever_was_changed_does_not_verify(changed: dict[str, str]) -> None:
    """Id, time, body and secret are all part of the signature."""
    with pytest.raises(SignatureMismatch):
        verify(SECRET, _signed(**changed), BODY, now=TIME)


def test_a_signature_cannot_be_cut_elsewhere() -> None:
    """The start of a body cannot be moved into the id, nor the end of an id into the body."""
    inner = f"{TIME + 1}.rest".encode()
    signed = headers(SECRET, "a", TIME, inner)
    moved = {**signed, "webhook-id": f"a.{TIME}", "webhook-timestamp": str(TIME + 1)}
    with pytest.raises(SignatureMalformed):
        verify(SECRET, moved, b"rest", now=TIME)
    with pytest.raises(SignatureMalformed):
        sign(SECRET, f"a.{TIME}", TIME + 1, b"rest")


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "whsec_",
        SECRET.removeprefix("whsec_"),
        "whsec-" + SECRET[6:],
        "whsec_" + base64.b64encode(bytes(23)).decode(),
        "whsec_" + base64.b64encode(bytes(65)).decode(),
        SECRET + "\n",
        SECRET[:-1],
        SECRET[:-1] + "é",
        "whsec_" + base64.urlsafe_b64encode(b"\xff" * 32).decode(),
    ],
)
def test_a_bad_secret_is_refused_without_being_repeated(secret: str) -> None:
    """The form is checked, and the message names the setting and never the secret."""
    with pytest.raises(SecretError, match="COPYDESK_SECRET") as caught:
        check_secret(secret, "COPYDESK_SECRET")
    assert len(secret) < 8 or secret[6:].strip() not in str(caught.value)
    with pytest.raises(SecretError):
        verify(secret, _signed(), BODY, now=TIME)


@pytest.mark.parametrize("size", [24, 32, 64])
def test_keys_of_all_allowed_sizes(size: int) -> None:
    """24 to 64 bytes, as the scheme asks."""
    assert check_secret("whsec_" + base64.b64encode(bytes(size)).decode()) == bytes(size)


def test_one_root_catches_all_refusals() -> None:
    """Who verifies catches SignatureError and nothing else."""
    for error in (SignatureMissing, SignatureMalformed, SignatureExpired, SignatureMismatch):
        assert issubclass(error, SignatureError)
