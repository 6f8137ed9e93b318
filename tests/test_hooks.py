"""What is sent to the hooks: whom they believe, what they answer, and that they do nothing more within the request."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import stub_ghost
from flask.testing import FlaskClient

from copydesk import Scorer
from copydesk.plugin import signing
from copydesk.plugin.app import create_app
from copydesk.plugin.config import Settings
from copydesk.plugin.hooks.settings import Api, Callback, Fields, HookSettings
from copydesk.plugin.jobs import Limits
from copydesk.plugin.queue import Queue

WHSEC = "whsec_" + base64.b64encode(b"a key of thirty-two bytes exactly").decode()
TOKEN = "a-token-for-the-webhook"
GHOST = Api("https://blog.example", f"{stub_ghost.KEY_ID}:{stub_ghost.KEY}", secret=stub_ghost.SECRET)
STRAPI = Api(
    "https://strapi.example",
    "k" * 20,
    secret=WHSEC,
    token=TOKEN,
    types={"api::article.article": Fields(format="markdown")},
)
DIRECTUS = Api("https://directus.example", "k" * 20, token=TOKEN, types={"posts": Fields()})
GENERIC = Callback(WHSEC, "https://cms.example/verdicts", WHSEC)
HOOKS = HookSettings(GHOST, STRAPI, DIRECTUS, GENERIC)
POST = {
    "id": "f" * 24,
    "title": "A wall",
    "html": "<p>A text.</p>",
    "status": "published",
    "updated_at": "2026-01-02T03:04:05.000Z",
}
ARTICLE = {"id": "7", "title": "A wall", "text": "A text."}

Client = Callable[..., FlaskClient]


@pytest.fixture
def queue(tmp_path: Path) -> Queue:
    """The queue of the service's state folder."""
    return Queue(tmp_path)


@pytest.fixture
def client(scorer: Scorer, tmp_path: Path) -> FlaskClient:
    """A service with all four hooks, which asks everybody else for a token."""
    return create_app(scorer, Settings(token="another", state=tmp_path, hooks=HOOKS)).test_client()


def ghost(client: FlaskClient, found: object, **changes: Any) -> Any:
    """Send something as Ghost does."""
    body = found if isinstance(found, bytes) else json.dumps(found).encode()
    headers = stub_ghost.signed(body, **changes)
    return client.post("/hooks/ghost", data=body, headers=headers)


def generic(
    client: FlaskClient, found: object, message_id: str = "msg_1", at: int | None = None, secret: str = WHSEC
) -> Any:
    """Send something as Standard Webhooks has it."""
    body = json.dumps(found).encode()
    headers = signing.headers(secret, message_id, int(time.time()) if at is None else at, body)
    return client.post("/hooks/generic", data=body, headers=headers)


def event(**post: object) -> dict[str, object]:
    """A webhook of Ghost's about a post."""
    return {"event": "post.published", "post": {"current": {**POST, **post}, "previous": {}}}


def test_a_signed_webhook_is_accepted_and_waits(client: FlaskClient, queue: Queue) -> None:
    """202, a job with what is needed of the post and no more, and no outgoing call: its address does not exist."""
    answer = ghost(client, event(authors=[{"email": "nell@example.com"}]))
    assert (answer.status_code, answer.json) == (202, {"accepted": 1, "ignored": False})
    (job,) = queue.jobs(("waiting",))
    assert (job.cms, job.article) == ("ghost", f"posts/{'f' * 24}")
    assert "nell" not in json.dumps(job.payload)


def _change_body(headers: dict[str, str], body: bytes) -> tuple[dict[str, str], bytes]:
    return headers, body.replace(b"wall", b"Wall")


def _drop(headers: dict[str, str], body: bytes) -> tuple[dict[str, str], bytes]:
    return {}, body


def _garble(headers: dict[str, str], body: bytes) -> tuple[dict[str, str], bytes]:
    return {
        "X-Ghost-Signature": "sha256=, t=",
        "webhook-id": "é",
        "webhook-signature": "v1,",
        "webhook-timestamp": "x",
    }, body


@pytest.mark.parametrize("spoil", [_change_body, _drop, _garble])
@pytest.mark.parametrize("hook", ["ghost", "strapi", "directus", "generic"])
def test_a_bad_signature_is_refused_without_a_reason(client: FlaskClient, queue: Queue, hook: str, spoil: Any) -> None:
    """A body that was changed, and a signature that is missing or garbled, are the same 401, whatever the hook."""
    body = json.dumps(event()).encode()
    headers = stub_ghost.signed(body) if hook == "ghost" else signing.headers(WHSEC, "msg_1", int(time.time()), body)
    headers, body = spoil(headers, body)
    answer = client.post(f"/hooks/{hook}", data=body, headers=headers)
    assert (answer.status_code, answer.json["detail"]) == (401, "the request is not signed as this hook expects")
    assert queue.jobs(("waiting",)) == []


@pytest.mark.parametrize("offset", [-301, 301])
def test_an_old_signature_is_refused(client: FlaskClient, offset: int) -> None:
    """Signed more than five minutes ago, or ahead: 401; within them: 202."""
    now = time.time()
    assert ghost(client, event(), at=now + offset).status_code == 401
    assert generic(client, {"type": "article.published", "data": ARTICLE}, at=int(now) + offset).status_code == 401
    assert ghost(client, event(), at=now + offset * 0.95).status_code == 202


def test_a_replayed_request_is_refused(client: FlaskClient, queue: Queue) -> None:
    """The very same request again is 401; the sender's own second attempt, signed anew, is 202 and makes no second job."""
    now = time.time()
    assert ghost(client, event(), at=now).status_code == 202
    assert ghost(client, event(), at=now).status_code == 401
    assert ghost(client, event(), at=now + 1).json == {"accepted": 0, "ignored": False}
    message = {"type": "article.published", "data": ARTICLE}
    assert generic(client, message, at=int(now)).json["accepted"] == 1
    assert generic(client, message, at=int(now)).status_code == 401
    assert (
        generic(client, {"type": "article.published", "data": {**ARTICLE, "text": "Other."}}, at=int(now) + 1).json[
            "accepted"
        ]
        == 0
    )
    assert len(queue.jobs(("waiting",))) == 2


@pytest.mark.parametrize(
    ("found", "counted"),
    [
        (event(status="draft"), "ignored post.published"),
        ({"event": "post.deleted", "post": {"current": {}, "previous": POST}}, "ignored post.deleted"),
        ({"event": "member.added", "member": {"current": {}}}, "ignored member.added"),
        ({"event": "x" * 500, "site": {}}, "ignored other"),
        ({"event": ["\x1b[2J"]}, "ignored other"),
    ],
)
def test_other_events_are_passed_over_and_counted(
    client: FlaskClient, queue: Queue, found: object, counted: str
) -> None:
    """What is none of ours is 202, makes no job, and is counted under a name that cannot do harm."""
    assert ghost(client, found).json == {"accepted": 0, "ignored": True}
    assert queue.jobs(("waiting",)) == []
    assert ("ghost", counted, 1) in queue.stats()[1]


@pytest.mark.parametrize(
    "found",
    [
        b"",
        b"not JSON",
        b"[]",
        b"[" * 100_000,
        b'{"a": ' + b"9" * 10_000 + b"}",
        b"\xff\xfe",
        event(id="../../settings"),
        event(id=7),
        event(updated_at="yesterday'"),
        event(html=["<p>"]),
        {"post": []},
        {"post": {"current": "x"}},
    ],
)
def test_a_malformed_body_is_said_to_be(client: FlaskClient, queue: Queue, found: object) -> None:
    """Signed nonsense is 400, and makes no job."""
    assert ghost(client, found).status_code == 400
    assert queue.jobs(("waiting",)) == []


def test_a_lone_surrogate_is_a_text_like_any_other(client: FlaskClient, queue: Queue) -> None:
    """Half a character, which JSON can hold and UTF-8 cannot, is kept."""
    assert (
        ghost(client, b'{"post": {"current": ' + json.dumps({**POST, "title": "\ud800"}).encode() + b"}}").status_code
        == 202
    )
    assert queue.jobs(("waiting",))[0].payload["title"] == "\ud800"


def test_a_body_that_is_too_large_is_refused(scorer: Scorer, tmp_path: Path) -> None:
    """More than the service reads is 413, before anything is verified."""
    client = create_app(scorer, Settings(state=tmp_path, hooks=HOOKS, max_body=2000)).test_client()
    assert ghost(client, event(html="x" * 2000)).status_code == 413


def test_a_full_queue_asks_for_patience(scorer: Scorer, tmp_path: Path) -> None:
    """503 with Retry-After, and the same request is taken once there is room again."""
    hooks = HookSettings(ghost=GHOST, queue=Limits(most=1))
    client = create_app(scorer, Settings(state=tmp_path, hooks=hooks)).test_client()
    now = time.time()
    assert ghost(client, event()).status_code == 202
    answer = ghost(client, event(id="e" * 24), at=now)
    assert (answer.status_code, answer.headers["Retry-After"], answer.mimetype) == (
        503,
        "30",
        "application/problem+json",
    )
    Queue(tmp_path).drop(1, now)
    assert ghost(client, event(id="e" * 24), at=now).status_code == 202


@pytest.mark.parametrize("hooks", [None, HookSettings(generic=GENERIC)])
def test_a_hook_that_is_not_configured_says_so(scorer: Scorer, tmp_path: Path, hooks: HookSettings | None) -> None:
    """503 and what to set; with hooks but no state folder, too."""
    client = create_app(scorer, Settings(state=tmp_path, hooks=hooks)).test_client()
    assert "COPYDESK_HOOKS" in ghost(client, event()).json["detail"]
    client = create_app(scorer, Settings(hooks=HOOKS)).test_client()
    assert "COPYDESK_STATE" in ghost(client, event()).json["detail"]
    assert client.post("/hooks/wix").status_code == 404
    assert client.get("/hooks/ghost").status_code == 405


def test_the_services_own_token_opens_no_hook(client: FlaskClient) -> None:
    """A bearer token for POST /score is none for a hook, and the hooks' token none for POST /score."""
    assert client.post("/hooks/ghost", data=b"{}", headers={"Authorization": "Bearer another"}).status_code == 401
    assert client.post("/hooks/strapi", data=b"{}", headers={"Authorization": "Bearer another"}).status_code == 401
    assert client.post("/score", json=ARTICLE, headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 401


STRAPI_EVENT = {
    "event": "entry.publish",
    "uid": "api::article.article",
    "entry": {
        "documentId": "abc123",
        "title": "A",
        "body": "B",
        "locale": "en",
        "publishedAt": "2026",
        "updatedAt": "2026",
    },
}


@pytest.mark.parametrize(
    ("hook", "found", "articles"),
    [
        ("strapi", STRAPI_EVENT, ["api::article.article/abc123/en"]),
        ("strapi", {**STRAPI_EVENT, "event": "entry.unpublish"}, []),
        ("strapi", {**STRAPI_EVENT, "uid": "api::page.page"}, []),
        ("strapi", {**STRAPI_EVENT, "entry": {**STRAPI_EVENT["entry"], "publishedAt": None}}, []),  # type: ignore[dict-item]
        (
            "directus",
            {"event": "posts.items.create", "collection": "posts", "key": 3, "payload": {"status": "published"}},
            ["posts/3"],
        ),
        (
            "directus",
            {"event": "items.update", "collection": "posts", "keys": ["3", 4], "payload": {"title": "A"}},
            ["posts/3", "posts/4"],
        ),
        ("directus", {"event": "items.update", "collection": "posts", "keys": [3], "payload": {"status": "draft"}}, []),
        ("directus", {"event": "items.update", "collection": "users", "keys": [3], "payload": {}}, []),
        ("directus", {"event": "items.delete", "collection": "posts", "keys": [3], "payload": {}}, []),
    ],
)
def test_cms_that_cannot_sign_send_a_token(
    client: FlaskClient, queue: Queue, hook: str, found: object, articles: list[str]
) -> None:
    """Strapi and Directus are known by a token in a header; what is published of the named types makes a job each."""
    assert client.post(f"/hooks/{hook}", json=found).status_code == 401
    answer = client.post(f"/hooks/{hook}", json=found, headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 202
    assert [job.article for job in queue.jobs(("waiting",))] == articles


@pytest.mark.parametrize(
    ("hook", "found"),
    [
        ("strapi", {**STRAPI_EVENT, "entry": {**STRAPI_EVENT["entry"], "documentId": "../x"}}),  # type: ignore[dict-item]
        ("strapi", {**STRAPI_EVENT, "entry": {**STRAPI_EVENT["entry"], "locale": "en/../x"}}),  # type: ignore[dict-item]
        ("directus", {"event": "items.update", "collection": "posts", "keys": ["../users/1"], "payload": {}}),
        ("directus", {"event": "items.update", "collection": "posts", "keys": [True], "payload": {}}),
        ("directus", {"event": "items.update", "collection": "posts", "keys": list(range(501)), "payload": {}}),
        ("directus", {"event": "items.update", "collection": "posts", "keys": [3], "payload": "x"}),
    ],
)
def test_an_id_cannot_lead_elsewhere(client: FlaskClient, hook: str, found: object) -> None:
    """An id that is no id is 400: it would become part of a path of the CMS's API."""
    assert client.post(f"/hooks/{hook}", json=found, headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 400


def test_strapi_may_be_signed_for(client: FlaskClient) -> None:
    """Something that signs for Strapi is believed without the token."""
    body = json.dumps(STRAPI_EVENT).encode()
    headers = signing.headers(WHSEC, "msg_9", int(time.time()), body)
    assert client.post("/hooks/strapi", data=body, headers=headers).status_code == 202


@pytest.mark.parametrize(
    "data", [{**ARTICLE, "id": ""}, {"id": "7"}, {**ARTICLE, "author": "x"}, {**ARTICLE, "text": 3}, [], None]
)
def test_an_article_of_ours_is_checked(client: FlaskClient, data: object) -> None:
    """A generic message needs an article as POST /score takes it, with an id."""
    assert generic(client, {"type": "article.published", "data": data}).status_code == 400
    assert generic(client, {"type": "article.deleted", "data": data}, "msg_2").json["ignored"] is True
