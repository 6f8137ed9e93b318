"""Who may ask: a token or a signature, nothing told to anybody else, and answers signed for those who sign."""

from __future__ import annotations

import base64
import itertools
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from copydesk import Scorer
from copydesk.plugin.app import create_app
from copydesk.plugin.config import Settings
from copydesk.plugin.signing import SKEW, headers, verify

TOKEN = "correct-horse-battery"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_" + base64.b64encode(bytes(range(32))).decode()
_ids = map(str, itertools.count())


@pytest.fixture
def both(scorer: Scorer, tmp_path: Path) -> Flask:
    """A service with a token and a secret."""
    return create_app(scorer, Settings(token=TOKEN, secret=SECRET, state=tmp_path))


def _signed(body: bytes, *, late: int = 0, secret: str = SECRET, message_id: str | None = None) -> dict[str, str]:
    return headers(secret, message_id or f"msg_{next(_ids)}", int(time.time()) - late, body)


def _post(client: FlaskClient, body: bytes, signed: dict[str, str], path: str = "/score") -> TestResponse:
    return client.post(path, data=body, content_type="application/json", headers=signed)


def _body(article: str) -> bytes:
    return json.dumps({"text": article}).encode()


def _refused(response: TestResponse) -> None:
    """Exactly what everybody is told who is refused."""
    assert response.status_code == 401
    assert response.get_json() == {
        "type": "about:blank",
        "title": "Unauthorized",
        "status": 401,
        "detail": "a valid bearer token or signature is needed",
    }
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert not [name for name in dict(response.headers) if name.lower().startswith("webhook")]


def _basic(password: str, user: str = "editor") -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


@pytest.mark.parametrize("late", [0, SKEW - 2, 2 - SKEW])
def test_a_signed_request_gets_a_signed_answer(both: Flask, article: str, late: int) -> None:
    """The report is signed under the request's id, by the clock of now, over its raw bytes."""
    body = _body(article)
    signed = _signed(body, late=late)
    response = _post(both.test_client(), body, signed)
    assert response.status_code == 200
    assert verify(SECRET, dict(response.headers), response.data, now=time.time()) == signed["webhook-id"]
    assert abs(int(response.headers["webhook-timestamp"]) - time.time()) < 60


@pytest.mark.parametrize(("body", "status"), [(b"nonsense", 400), (b"{}", 422), (b'{"text": ""}', 422)])
def test_problems_are_signed_too(both: Flask, body: bytes, status: int) -> None:
    """Who asked in earnest can trust the refusal of an article as much as a report."""
    response = _post(both.test_client(), body, _signed(body))
    assert response.status_code == status
    verify(SECRET, dict(response.headers), response.data, now=time.time())


def test_a_get_is_signed_over_nothing(both: Flask) -> None:
    """A request without a body signs the empty one; that is how a connection is tested."""
    for method in ("GET", "HEAD"):
        response = both.test_client().open("/model", method=method, headers=_signed(b""))
        assert response.status_code == 200
        verify(SECRET, dict(response.headers), response.data, now=time.time())


def test_other_bodies_are_signed_over_their_bytes(both: Flask, article: str) -> None:
    """HTML in an encoding of its own is verified before anybody decodes it."""
    body = f"<p>{article}é</p>".encode("utf-16")
    response = both.test_client().post("/score", data=body, headers=_signed(body), content_type="text/html")
    assert response.status_code == 200


@pytest.mark.parametrize("path", ["/score", "/clean", "/feedback", "/nothing"])
def test_bad_signatures_are_refused_without_a_reason(both: Flask, article: str, path: str) -> None:
    """Bad, incomplete, expired, from the future, for another body or by another secret: one answer for all of them."""
    body = _body(article)
    good = _signed(body)
    bad = [
        {**good, "webhook-signature": "v1,AAAA"},
        {**good, "webhook-signature": "nonsense"},
        {**good, "webhook-id": "other"},
        {**good, "webhook-id": "a b"},
        {**good, "webhook-timestamp": "soon"},
        {name: value for name, value in good.items() if name != "webhook-id"},
        {name: value for name, value in good.items() if name != "webhook-timestamp"},
        _signed(body, late=SKEW + 2),
        _signed(body, late=-SKEW - 2),
        _signed(body + b" "),
        _signed(body, secret=OTHER),
    ]
    for each in bad:
        _refused(_post(both.test_client(), body, each, path))


def test_a_bad_signature_is_not_outweighed_by_a_token(both: Flask, article: str) -> None:
    """Who signs is judged by the signature: a request that was tampered with does not pass for the token in it."""
    body = _body(article)
    _refused(_post(both.test_client(), body + b" ", {**_signed(body), "Authorization": f"Bearer {TOKEN}"}))


def test_a_replayed_request_is_refused(both: Flask, article: str) -> None:
    """The same message does not pass twice; nor does another under its id."""
    body = _body(article)
    signed = _signed(body)
    assert _post(both.test_client(), body, signed).status_code == 200
    _refused(_post(both.test_client(), body, signed))
    _refused(_post(both.test_client(), b"{}", _signed(b"{}", message_id=signed["webhook-id"])))


def test_a_bad_signature_uses_up_no_id(both: Flask, article: str) -> None:
    """A stranger who guesses ids cannot lock out the messages that will carry them."""
    body = _body(article)
    signed = _signed(body)
    _refused(_post(both.test_client(), body, {**signed, "webhook-signature": "v1,AAAA"}))
    assert _post(both.test_client(), body, signed).status_code == 200


def test_of_twenty_replays_at_once_one_passes(both: Flask, article: str) -> None:
    """Threads that use one message at the same moment: exactly one is answered."""
    body = _body(article)
    signed = _signed(body)
    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(lambda _: _post(both.test_client(), body, signed).status_code, range(20)))
    assert sorted(statuses) == [200] + [401] * 19


def test_either_a_token_or_a_signature_is_enough(both: Flask, article: str) -> None:
    """The answer to a token is not signed: nobody could tell which request it belongs to."""
    response = both.test_client().post("/score", json={"text": article}, headers={"Authorization": f"Bearer {TOKEN}"})
    assert response.status_code == 200
    assert "webhook-signature" not in response.headers


def test_with_a_secret_alone_tokens_open_nothing(scorer: Scorer, article: str) -> None:
    """Without a token in the settings, no bearer token is the right one, not even an empty one; the folder is a temporary one."""
    client = create_app(scorer, Settings(secret=SECRET)).test_client()
    for value in ("Bearer", "Bearer ", "Bearer None", f"Bearer {SECRET}"):
        _refused(client.post("/score", json={"text": article}, headers={"Authorization": value}))
    assert client.get("/", headers=_basic("")).status_code == 401
    assert client.get("/healthz").status_code == 200
    assert _post(client, _body(article), _signed(_body(article))).status_code == 200


def test_without_a_secret_signatures_open_nothing(scorer: Scorer, article: str) -> None:
    """A service that has only a token asks for it; one that has neither asks for nothing and signs nothing."""
    body = _body(article)
    _refused(_post(create_app(scorer, Settings(token=TOKEN)).test_client(), body, _signed(body)))
    response = _post(create_app(scorer, Settings()).test_client(), body, _signed(body))
    assert (response.status_code, "webhook-signature" in response.headers) == (200, False)


def test_a_large_signed_body_is_not_read(scorer: Scorer) -> None:
    """The limit holds before any signature is looked at."""
    client = create_app(scorer, Settings(secret=SECRET, max_body=2048)).test_client()
    body = b'{"text": "' + b"x" * 5000 + b'"}'
    assert _post(client, body, _signed(body)).status_code == 413


def test_hooks_are_left_to_their_own_verification(both: Flask) -> None:
    """What starts with /hooks/ passes this guard, and nothing that only looks like it."""
    assert both.test_client().get("/hooks/nothing").status_code == 404
    for path in ("/hooks", "/hooksx/", "/Hooks/x", "//hooks/x", "/x/../hooks/y"):
        assert both.test_client().get(path).status_code == 401


def test_the_state_that_fails_lets_nobody_in(both: Flask, article: str, tmp_path: Path) -> None:
    """Where it cannot be told whether a message is new, the answer is 503 without internals."""
    for path in tmp_path.iterdir():
        path.unlink()
    (tmp_path / "replay.sqlite3").mkdir()
    response = _post(both.test_client(), _body(article), _signed(_body(article)))
    assert (response.status_code, response.get_json()["detail"]) == (503, "the service cannot remember anything now")


@pytest.mark.parametrize("user", ["", "editor", "édith"])
def test_the_page_takes_the_token_as_a_password(both: Flask, user: str) -> None:
    """Any name will do; a bearer token does as well."""
    assert both.test_client().get("/", headers=_basic(TOKEN, user)).status_code == 200
    assert both.test_client().get("/", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200


@pytest.mark.parametrize("given", [{}, _basic("wrong"), _basic(""), {"Authorization": "Basic ?"}, _basic("é")])
def test_the_page_asks_for_the_password(both: Flask, given: dict[str, str]) -> None:
    """A browser is challenged with a page that says what is wanted, whatever was wrong."""
    for response in (both.test_client().get("/", headers=given), both.test_client().post("/", headers=given)):
        assert (response.status_code, response.mimetype) == (401, "text/html")
        assert response.headers["WWW-Authenticate"] == 'Basic realm="Copydesk", charset="UTF-8"'
        assert "<form" not in response.text


def test_the_password_opens_the_page_alone(both: Flask, article: str) -> None:
    """Another site could make a browser send it along; programs use the token."""
    _refused(both.test_client().post("/score", json={"text": article}, headers=_basic(TOKEN)))


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 200),
        ({"Origin": "http://localhost"}, 200),
        ({"Origin": "https://LOCALHOST"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
        ({"Sec-Fetch-Site": "nonsense"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "https://localhost.evil.example"}, 403),
        ({"Origin": "http://localhost:8080"}, 403),
        ({"Origin": "http://[::1"}, 403),
        ({"Origin": ""}, 403),
    ],
)
def test_forms_of_other_sites_are_refused(
    client: FlaskClient, article: str, given: dict[str, str], status: int
) -> None:
    """A form is taken from the page itself, told by what the browser says of its origin; with a reason, as a page."""
    response = client.post("/", data={"article": article}, headers=given)
    assert (response.status_code, response.mimetype) == (status, "text/html")
    assert ("another site" in response.text) is (status == 403)
