"""A real Strapi 5 with our plugin: what an editor may publish, what is refused, released, rescored, and what the webhook does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from node_sites import UID, Running, strapi
from systems import Http, copydesk, free_port, http, queue_jobs, wait_for

pytestmark = pytest.mark.cms("strapi")
SECRET = "whsec_Y29weWRlc2stdGVzdHMtb2Ytc3RyYXBp"
HOOK_TOKEN = "a-token-for-the-webhook"
EDIT = f"/content-manager/collection-types/{UID}"
TYPE = {"title": "title", "body": "body", "format": "markdown", "note": "copydeskNote"}
GOOD_TITLE = "How my village keeps its school"


@pytest.fixture(scope="module")
def bad_text(clean_text: str) -> str:
    """The clean article with a line for another story in it."""
    first, rest = clean_text.split("\n\n", 1)
    return f"{first}\n\nAlso Read | Film star Dela Marsh spotted on yacht with mystery singer\n\n{rest}"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Copydesk that signs."""
    with copydesk(tmp_path_factory.mktemp("service"), free_port(), COPYDESK_SECRET=SECRET) as url:
        yield url


@pytest.fixture(scope="module")
def site(service: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A Strapi that asks it before it publishes; super admins may release."""
    config = {
        "url": service,
        "secret": SECRET,
        "timeout": 5000,
        "types": {UID: TYPE},
        "releaseRoles": ["strapi-super-admin"],
    }
    with strapi(tmp_path_factory.mktemp("strapi"), free_port(), config) as running:
        yield running


@pytest.fixture(scope="module")
def rest(site: Running) -> Http:
    """The REST API with a full-access token: nobody who may release."""
    return _rest(site)


def _rest(site: Running) -> Http:
    token = {
        "name": f"t{time.time()}",
        "description": "",
        "type": "full-access",
        "lifespan": None,
        "kind": "content-api",
    }
    key = site.admin("POST", "/admin/api-tokens", token)[1]["data"]["accessKey"]
    return http(site.url, lambda: {"Authorization": f"Bearer {key}"})


def _draft(site: Running, title: str, body: str) -> str:
    code, answer = site.admin("POST", EDIT, {"title": title, "body": body})
    assert code == 201, answer
    return str(answer["data"]["documentId"])


def _publish(site: Running, document: str) -> tuple[int, Any]:
    return site.admin("POST", f"{EDIT}/{document}/actions/publish", {})


def _is_live(rest: Http, document: str) -> bool:
    return rest("GET", f"/api/articles/{document}?status=published")[0] == 200


def test_a_clean_entry_is_published(site: Running, rest: Http, clean_text: str) -> None:
    """A clean entry goes out in the admin as in the REST API."""
    document = _draft(site, GOOD_TITLE, clean_text)
    assert _publish(site, document)[0] == 200
    assert (
        rest("POST", "/api/articles?status=published", {"data": {"title": GOOD_TITLE, "body": clean_text + "\n"}})[0]
        == 201
    )
    assert _is_live(rest, document)


def test_a_bad_entry_is_refused_with_the_quoted_line_and_released(site: Running, rest: Http, bad_text: str) -> None:
    """A bad entry stays a draft, the error quotes its line, and who may release publishes it at the second try."""
    document = _draft(site, "A school in the hills", bad_text)
    code, answer = _publish(site, document)
    assert code == 400
    assert "Held for review: injected links, 1 line." in answer["error"]["message"]
    assert "Dela Marsh" in answer["error"]["message"]
    assert not _is_live(rest, document)
    code, _ = rest("PUT", f"/api/articles/{document}?status=published", {"data": {}})
    assert code == 400, "an API token releases nothing"
    assert _publish(site, document)[0] == 200
    assert _is_live(rest, document)
    changed = bad_text + "\n\nMust Read: Ten celebrity kitchens"
    assert rest("PUT", f"/api/articles/{document}?status=published", {"data": {"body": changed}})[0] == 400
    assert rest("PUT", f"/api/articles/{document}?status=published", {"data": {"body": bad_text}})[0] == 200


def test_the_rest_api_publishes_nothing_bad(site: Running, rest: Http, bad_text: str) -> None:
    """Creating a published entry over REST is refused, too, with its default status as with an explicit one."""
    for query in ("", "?status=published"):
        code, answer = rest("POST", f"/api/articles{query}", {"data": {"title": f"REST {query}", "body": bad_text}})
        assert (code, answer["error"]["details"]["code"]) == (400, "copydesk-hold")
    assert rest("POST", "/api/articles?status=draft", {"data": {"title": "REST", "body": bad_text}})[0] == 201


def test_bulk_publishing_is_refused(site: Running, rest: Http, bad_text: str) -> None:
    """A bad entry among those that are published together is not published."""
    document = _draft(site, "In bulk", bad_text + "\n\nIn bulk.")
    assert site.admin("POST", f"{EDIT}/actions/bulkPublish", {"documentIds": [document]})[0] == 400
    assert not _is_live(rest, document)


def test_a_scheduled_release_is_refused(site: Running, rest: Http, bad_text: str) -> None:
    """A release publishes no bad entry."""
    document = _draft(site, "In a release", bad_text + "\n\nIn a release.")
    code, answer = site.admin("POST", "/content-releases/", {"name": "Friday", "scheduledAt": None, "timezone": None})
    if code not in (200, 201):
        pytest.skip(f"releases need a Strapi with a licence ({code})")
    number = answer["data"]["id"]
    action = {"contentType": UID, "entryDocumentId": document, "type": "publish"}
    assert site.admin("POST", f"/content-releases/{number}/actions", action)[0] in (200, 201)
    site.admin("POST", f"/content-releases/{number}/publish", {})
    assert not _is_live(rest, document)


def test_without_an_answer_the_fail_setting_decides(tmp_path: Path, clean_text: str, bad_text: str) -> None:
    """With `fail: publish`, an entry goes out unscored while Copydesk is down, and a bad one is taken back when it is there again."""
    port = free_port()
    config = {
        "url": f"http://127.0.0.1:{port}",
        "secret": SECRET,
        "timeout": 500,
        "fail": "publish",
        "types": {UID: TYPE},
        "retryEvery": 1000,
    }
    with strapi(tmp_path, free_port(), config) as site:
        rest = _rest(site)
        good, bad = _draft(site, GOOD_TITLE, clean_text), _draft(site, "Bad", bad_text)
        assert _publish(site, good)[0] == _publish(site, bad)[0] == 200
        assert _is_live(rest, bad)
        with copydesk(tmp_path / "service", port, COPYDESK_SECRET=SECRET):
            wait_for(lambda: not _is_live(rest, bad), "the bad entry is taken back", 20)
        assert _is_live(rest, good)
        draft = rest("GET", f"/api/articles/{bad}?status=draft")[1]["data"]
        assert "Dela Marsh" in draft["copydeskNote"]


def test_the_webhook_way_holds_after_the_fact_and_releases(tmp_path: Path, bad_text: str) -> None:
    """With `gate: webhook`, a bad entry is unpublished a moment after, with a note; published again as it is, it stays."""
    port, here = free_port(), free_port()
    config = {"url": f"http://127.0.0.1:{port}", "gate": "webhook", "types": {UID: TYPE}}
    with strapi(tmp_path, here, config) as site:
        rest = _rest(site)
        token = rest.headers()["Authorization"].partition(" ")[2]
        hooks = {
            "strapi": {"token": HOOK_TOKEN, "api": site.url, "api_token": token, "types": {UID: TYPE}},
            "queue": {"first_wait": 0.5, "lease": 4},
        }
        hook = {
            "name": "Copydesk",
            "url": f"http://127.0.0.1:{port}/hooks/strapi",
            "headers": {"Authorization": f"Bearer {HOOK_TOKEN}"},
            "events": ["entry.publish"],
        }
        assert site.admin("POST", "/admin/webhooks", hook)[0] == 201
        with copydesk(tmp_path / "service", port, hooks):
            document = _draft(site, "A school in the hills", bad_text)
            assert _publish(site, document)[0] == 200
            wait_for(lambda: not _is_live(rest, document), "the entry is unpublished", 20)
            draft = rest("GET", f"/api/articles/{document}?status=draft")[1]["data"]
            assert "Dela Marsh" in draft["copydeskNote"]
            wait_for(lambda: not queue_jobs(tmp_path / "service"), "the job is done")
            assert _publish(site, document)[0] == 200
            wait_for(lambda: _states(tmp_path / "service", "done") == 2, "the release is seen", 20)
            assert _is_live(rest, document)


def _states(folder: Path, state: str) -> int:
    return sum(job["state"] == state for job in queue_jobs(folder, "list", "--all"))
