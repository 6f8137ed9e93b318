"""Ghost: signed webhooks after the fact, and the Admin API to put a post or a page back to draft.

Ghost sends each event once, two seconds long, and never again; so what was changed while nobody listened is looked up now and then
(`recent`). A held post carries the internal tag #quality-hold, to filter the list by, and one internal tag of its own whose name and
description are the reasons: Ghost has no notes, and internal tags are all that editors see and themes do not show.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Mapping
from urllib.parse import quote

from ..fetch import Answer, Remote
from ..jobs import Entry, Job
from . import verify
from .cms import ApiFailure, Changed, Content, Gone, Malformed, Unknown, answered, as_object, as_text, ask, parse, shown
from .settings import Api
from .verify import Proof

HOLD_TAG = "#quality-hold"
_HOLD_SLUG = "hash-quality-hold"
_REASON_SLUG = "hash-quality-why-"  # and the id of the post
_ID = re.compile(r"[0-9a-f]{24}")
_STAMP = re.compile(r"[0-9T:.Z-]{10,40}")
_LIVE = ("published", "scheduled")  # "sent", by e-mail only, cannot be taken back
_KINDS = {"post": "posts", "page": "pages"}
_NAME, _DESCRIPTION = 180, 490  # characters; Ghost takes 191 and 500
_COLLISIONS = (409, 422)
_EMPTY = "1970-01-01T00:00:00.000Z"  # where nothing is published yet, everything will be new
_PAGE = 50  # articles that are looked up at once
_MOST_PAGES = 100  # of them: after that, the next look-up goes on


class Ghost:
    """One Ghost; safe to share between threads."""

    name = "ghost"

    def __init__(self, settings: Api) -> None:
        """Nothing is asked yet."""
        self.hold_at = settings.hold_at
        self.fail = settings.fail
        self._secret = settings.secret
        self._key_id, _, key = settings.key.partition(":")
        self._key = bytes.fromhex(key)
        self._remote = Remote(settings.api.rstrip("/") + "/ghost/api/admin", timeout=settings.timeout)

    def verify(self, headers: Mapping[str, str], body: bytes, now: float) -> Proof:
        """Check Ghost's own signature. Raises NotVerified."""
        return verify.ghost(self._secret, headers, body, now)

    def entries(self, body: bytes) -> list[Entry]:
        """One look at the post or page, if it is published or scheduled. Raises Malformed and Unknown."""
        found = parse(body)
        event = found.get("event", "other")
        for kind, plural in _KINDS.items():
            if kind in found:
                post = as_object(as_object(found[kind]).get("current"))
                if not post.get("status"):
                    raise Unknown(event)  # deleted
                content = _content(plural, post)
                if not content.live:
                    raise Unknown(event)
                fields = ("id", "title", "html", "status", "updated_at", "url")
                payload = {name: post.get(name) for name in fields} | {"tags": _slugs(post)}
                name = event if isinstance(event, str) else f"{kind}.changed"
                return [Entry(self.name, content.key, shown(name, 60), content.hash, payload)]
        raise Unknown(event)

    def offered(self, job: Job) -> Content | None:
        """The post as the webhook had it."""
        return _content(job.article.partition("/")[0], job.payload) if job.payload else None

    def fetch(self, job: Job) -> Content:
        """The post as it is now. Raises Gone and ApiFailure."""
        plural, _, number = job.article.partition("/")
        answer = self._ask("GET", f"/{plural}/{number}/?formats=html&include=tags", fine=(404,))
        return _answered(plural, answer)

    def hold(self, content: Content, summary: str, quotes: list[str]) -> None:
        """Back to draft with both tags, other tags kept. Raises Gone, Changed and ApiFailure."""
        number = content.key.partition("/")[2]
        # The quote first: Ghost's editor shows some 25 characters of a tag.
        name = " – ".join([*(each.rpartition(" (")[0] for each in quotes[:1]), summary])
        why = {
            "name": shown(f"#{name}", _NAME - 9) + f" ({number[-6:]})",
            "slug": _REASON_SLUG + number,
            "description": shown(" | ".join(quotes) or summary, _DESCRIPTION),
        }
        tags: list[dict[str, object]] = [*_others(content), {"name": HOLD_TAG}, {"id": self._tag(why)}]
        self._put(content, {"status": "draft", "tags": tags})

    def settle(self, content: Content) -> None:
        """Both tags off, and the post's own one deleted. Raises Gone, Changed and ApiFailure."""
        self._put(content, {"tags": _others(content)})
        found = self._find_tag(_REASON_SLUG + content.key.partition("/")[2])
        if found:
            self._ask("DELETE", f"/tags/{found}/", fine=(404,))

    def recent(self, since: str) -> tuple[list[Content], str]:
        """What is live and was changed at `since` (a date as Ghost writes it) or later, and the date to ask from next time.

        "" asks for nothing but the date of the newest. Raises ApiFailure.
        """
        found: list[Content] = []
        newest = since
        for plural in _KINDS.values():
            for page in range(1, _MOST_PAGES + 1):
                posts = self._page(plural, since, page)
                newest = max([newest, *(post.stamp for post in posts)])
                found += posts if since else []
                if not since or len(posts) < _PAGE:
                    break
        return found, newest or _EMPTY

    def _page(self, plural: str, since: str, page: int) -> list[Content]:
        """So many live posts or pages from `since` on, oldest first; without `since`, the newest one."""
        what = f"status:[{','.join(_LIVE)}]" + (f"+updated_at:>='{_as_stored(since)}'" if since else "")
        order = quote("updated_at asc" if since else "updated_at desc")
        query = (
            f"filter={quote(what)}&order={order}&limit={_PAGE if since else 1}&page={page}&formats=html&include=tags"
        )
        posts = answered(self._ask("GET", f"/{plural}/?{query}")).get(plural)
        try:
            return [_content(plural, as_object(post)) for post in (posts if isinstance(posts, list) else [])]
        except Malformed as error:
            raise ApiFailure(f"Ghost's answer: {error}") from error

    def _put(self, content: Content, fields: dict[str, object]) -> None:
        plural = content.key.partition("/")[0]
        send = {plural: [{**fields, "updated_at": content.stamp}]}
        answer = self._ask("PUT", f"/{content.key}/", send, fine=(404, *_COLLISIONS))
        if answer.status == 404:
            raise Gone("the article was deleted")
        if answer.status in _COLLISIONS:
            if answer.status == 409 or b"UPDATE_COLLISION" in answer.body:
                raise Changed("somebody else saved the article at the same time")
            raise ApiFailure(f"PUT /{content.key}/ was answered with {answer.status}")

    def _tag(self, why: dict[str, str]) -> str:
        """The id of the post's own tag, made or brought up to date."""
        number = self._find_tag(why["slug"])
        method, path = ("PUT", f"/tags/{number}/") if number else ("POST", "/tags/")
        return _tag_id(self._ask(method, path, {"tags": [why]}))

    def _find_tag(self, slug: str) -> str:
        answer = self._ask("GET", f"/tags/slug/{slug}/", fine=(404,))
        return "" if answer.status == 404 else _tag_id(answer)

    def _ask(self, method: str, path: str, send: object = None, *, fine: tuple[int, ...] = ()) -> Answer:
        headers = {"Authorization": f"Ghost {self._token(int(time.time()))}", "Accept-Version": "v5.0"}
        return ask(self._remote, method, path, headers, send, fine=fine)

    def _token(self, now: int) -> str:
        """A JSON Web Token for five minutes: three lines, not worth a library."""
        head = {"alg": "HS256", "typ": "JWT", "kid": self._key_id}
        content = b".".join(
            _base64(json.dumps(part).encode()) for part in (head, {"iat": now, "exp": now + 300, "aud": "/admin/"})
        )
        return (content + b"." + _base64(hmac.new(self._key, content, hashlib.sha256).digest())).decode()


def _as_stored(stamp: str) -> str:
    """A date as Ghost's database has it, and compares it as text: 2026-11-23T17:04:00.000Z is 2026-11-23 17:04:00 there."""
    return stamp[:19].replace("T", " ")


def _base64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _content(plural: str, post: Mapping[str, object]) -> Content:
    """A post of a webhook, of a job or of the API. Raises Malformed."""
    number, stamp = as_text(post.get("id")), as_text(post.get("updated_at"))
    if not _ID.fullmatch(number) or not _STAMP.fullmatch(stamp):
        raise Malformed("no post of Ghost's")
    url = post.get("url")
    return Content(
        key=f"{plural}/{number}",
        title=as_text(post.get("title")),
        body=as_text(post.get("html")),
        url=url if isinstance(url, str) else None,
        live=as_text(post.get("status")) in _LIVE,
        marked=_HOLD_SLUG in _slugs(post),
        stamp=stamp,
        extra={"tags": post.get("tags")},
    )


def _answered(plural: str, answer: Answer) -> Content:
    if answer.status == 404:
        raise Gone("the article was deleted")
    try:
        posts = answered(answer).get(plural)
        return _content(plural, as_object(posts[0] if isinstance(posts, list) and posts else None))
    except Malformed as error:
        raise ApiFailure(f"Ghost's answer: {error}") from error


def _slugs(post: Mapping[str, object]) -> list[str]:
    """The slugs of the tags: a webhook and the API list objects, a job of ours the slugs."""
    tags = post.get("tags")
    slugs = [tag.get("slug") if isinstance(tag, dict) else tag for tag in (tags if isinstance(tags, list) else [])]
    return [slug for slug in slugs if isinstance(slug, str)]


def _others(content: Content) -> list[dict[str, object]]:
    """The tags that are not ours, in their order: the first one is the post's section in many themes."""
    tags = content.extra.get("tags")
    kept = [tag for tag in (tags if isinstance(tags, list) else []) if isinstance(tag, dict)]
    ours = (_HOLD_SLUG, _REASON_SLUG + content.key.partition("/")[2])
    return [{"id": tag.get("id")} for tag in kept if tag.get("slug") not in ours]


def _tag_id(answer: Answer) -> str:
    tags = answered(answer).get("tags")
    found = tags[0].get("id") if isinstance(tags, list) and tags and isinstance(tags[0], dict) else None
    if not isinstance(found, str) or not _ID.fullmatch(found):
        raise ApiFailure("Ghost's answer holds no tag")
    return found
