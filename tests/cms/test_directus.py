"""A real Directus with our extension: what is published, what is saved but held, released, taken back late, and the webhook."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from node_sites import Running, directus
from systems import copydesk, free_port, http, queue_jobs, wait_for

pytestmark = pytest.mark.cms("directus")
SECRET = "whsec_Y29weWRlc2stdGVzdHMtb2YtZGlyZWN0dXM="
HOOK_TOKEN = "a-token-for-the-webhook"
POSTS = '{"posts": {"body": "body", "format": "html", "held": "in_review", "note": "copydesk_note"}}'
FIELDS = (("title", "string"), ("body", "text"), ("status", "string"), ("copydesk_note", "text"))


def _collection(site: Running) -> None:
    number = {"field": "id", "type": "integer", "schema": {"is_primary_key": True, "has_auto_increment": True}}
    fields = [number, *({"field": name, "type": kind, "schema": {}} for name, kind in FIELDS)]
    code, answer = site.admin(
        "POST", "/collections", {"collection": "posts", "schema": {}, "meta": {}, "fields": fields}
    )
    assert code == 200, answer


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A Directus that asks a Copydesk, and signs."""
    with copydesk(tmp_path_factory.mktemp("service"), free_port(), COPYDESK_SECRET=SECRET) as url:
        settings = {
            "COPYDESK_URL": url,
            "COPYDESK_SECRET": SECRET,
            "COPYDESK_COLLECTIONS": POSTS,
            "COPYDESK_TIMEOUT": "5000",
        }
        with directus(tmp_path_factory.mktemp("directus") / "site", free_port(), settings) as running:
            _collection(running)
            yield running


def _save(site: Running, **fields: Any) -> dict[str, Any]:
    code, answer = site.admin("POST", "/items/posts", fields)
    assert code == 200, answer
    return dict(answer["data"])


def _change(site: Running, item: dict[str, Any], **fields: Any) -> dict[str, Any]:
    code, answer = site.admin("PATCH", f"/items/posts/{item['id']}", fields)
    assert code == 200, answer
    return dict(answer["data"])


def test_a_clean_item_is_published(site: Running, clean_html: str) -> None:
    """A clean item goes out when it is created and when its status is set."""
    assert _save(site, title="A school", body=clean_html, status="published")["status"] == "published"
    draft = _save(site, title="A school, again", body=clean_html, status="draft")
    assert _change(site, draft, status="published")["status"] == "published"


def test_a_bad_item_is_saved_but_held_and_released(site: Running, bad_html: str) -> None:
    """A bad item gets the status for held ones, a note and a message to its author; an administrator may release it."""
    item = _save(site, title="A school in the hills", body=bad_html, status="published")
    assert item["status"] == "in_review"
    assert "Dela Marsh" in item["copydesk_note"]
    (message,) = [
        each
        for each in site.admin("GET", "/notifications?limit=-1")[1]["data"]
        if each["item"] == str(item["id"]) and each["collection"] == "posts"
    ]
    assert message["subject"].startswith("Held for review: injected links, 2 lines")
    assert "Dela Marsh" in message["message"]
    released = _change(site, item, status="published")
    assert (released["status"], released["copydesk_note"]) == ("published", None)
    edited = _change(site, item, body=bad_html + "<p>Read Also: Pop star's wedding in pictures</p>")
    assert edited["status"] == "in_review", "an edit of what is live is judged anew"


def test_a_changed_status_alone_is_judged_with_the_stored_text(site: Running, bad_html: str) -> None:
    """The payload of an update holds the changed fields only: the rest is read."""
    draft = _save(site, title="A draft", body=bad_html + "<p>A draft.</p>", status="draft")
    assert _change(site, draft, status="published")["status"] == "in_review"


def test_publishing_many_at_once_names_the_bad_ones(site: Running, bad_html: str, clean_html: str) -> None:
    """A bulk update with a bad item in it is refused with an error that names it; nothing is changed."""
    good = _save(site, title="Good one", body=clean_html, status="draft")
    bad = _save(site, title="Bad one", body=bad_html + "<p>In bulk.</p>", status="draft")
    code, answer = site.admin(
        "PATCH", "/items/posts", {"keys": [good["id"], bad["id"]], "data": {"status": "published"}}
    )
    assert code == 400, answer
    assert "“Bad one”: injected links" in answer["errors"][0]["message"]
    assert site.admin("GET", f"/items/posts/{good['id']}")[1]["data"]["status"] == "draft"


def test_drafts_are_nobodys_business(site: Running, bad_html: str) -> None:
    """A draft is saved as it is."""
    assert _save(site, title="A draft", body=bad_html, status="draft")["copydesk_note"] is None


def test_without_an_answer_the_fail_setting_decides(tmp_path: Path, bad_html: str, clean_html: str) -> None:
    """With `fail: publish`, an item goes out unscored while Copydesk is down, and a bad one is taken back within a minute or so."""
    port = free_port()
    settings = {
        "COPYDESK_URL": f"http://127.0.0.1:{port}",
        "COPYDESK_SECRET": SECRET,
        "COPYDESK_COLLECTIONS": POSTS,
        "COPYDESK_FAIL": "publish",
        "COPYDESK_TIMEOUT": "500",
    }
    with directus(tmp_path / "site", free_port(), settings) as site:
        _collection(site)
        bad = _save(site, title="Bad", body=bad_html, status="published")
        good = _save(site, title="Good", body=clean_html, status="published")
        assert bad["status"] == good["status"] == "published"
        with copydesk(tmp_path / "service", port, COPYDESK_SECRET=SECRET):
            path = f"/items/posts/{bad['id']}"
            wait_for(
                lambda: site.admin("GET", path)[1]["data"]["status"] == "in_review", "the bad item is taken back", 90
            )
        assert site.admin("GET", f"/items/posts/{good['id']}")[1]["data"]["status"] == "published"


def test_the_webhook_way_holds_after_the_fact_and_releases(tmp_path: Path, bad_html: str) -> None:
    """A flow that posts what was changed: a bad item is set back a moment after; published again as it is, it stays."""
    port = free_port()
    nobody = {"COPYDESK_URL": f"http://127.0.0.1:{port}", "COPYDESK_COLLECTIONS": '{"others": {}}'}
    with directus(tmp_path / "site", free_port(), nobody) as site:
        _collection(site)
        me = site.admin("GET", "/users/me")[1]["data"]["id"]
        assert site.admin("PATCH", f"/users/{me}", {"token": "a-static-token-of-the-desk"})[0] == 200
        _flow(site, f"http://127.0.0.1:{port}/hooks/directus")
        types = {"posts": {"held": "in_review", "note": "copydesk_note"}}
        hook = {"token": HOOK_TOKEN, "api": site.url, "api_token": "a-static-token-of-the-desk", "collections": types}
        with copydesk(tmp_path / "service", port, {"directus": hook, "queue": {"first_wait": 0.5, "lease": 4}}):
            item = _save(site, title="A school in the hills", body=bad_html, status="published")
            path = f"/items/posts/{item['id']}"
            wait_for(lambda: site.admin("GET", path)[1]["data"]["status"] == "in_review", "the item is held", 20)
            assert "Dela Marsh" in site.admin("GET", path)[1]["data"]["copydesk_note"]
            wait_for(lambda: not queue_jobs(tmp_path / "service"), "the job is done")
            _change(site, item, status="published")
            wait_for(lambda: not site.admin("GET", path)[1]["data"]["copydesk_note"], "the release is seen", 20)
            assert site.admin("GET", path)[1]["data"]["status"] == "published"
            gone = _save(site, title="Gone", body=bad_html, status="published")
            assert http(site.url, site.admin.headers)("DELETE", f"/items/posts/{gone['id']}")[0] == 204
            wait_for(lambda: not queue_jobs(tmp_path / "service"), "the deleted item is dropped", 20)


def _flow(site: Running, url: str) -> None:
    options = {"type": "action", "scope": ["items.create", "items.update"], "collections": ["posts"]}
    flow = {"name": "Copydesk", "status": "active", "trigger": "event", "accountability": "all", "options": options}
    number = site.admin("POST", "/flows", flow)[1]["data"]["id"]
    headers = [{"header": "Authorization", "value": f"Bearer {HOOK_TOKEN}"}]
    request = {"method": "POST", "url": url, "headers": headers, "body": "{{$trigger}}"}
    operation = {"flow": number, "name": "Post", "key": "post", "type": "request", "position_x": 19, "position_y": 1}
    made = site.admin("POST", "/operations", {**operation, "options": request})[1]["data"]["id"]
    assert site.admin("PATCH", f"/flows/{number}", {"operation": made})[0] == 200
