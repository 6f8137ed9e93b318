"""Strapi 5: webhooks that it cannot sign, and two routes of our extension file (plugin/strapi) to look at and to unpublish an entry.

The REST API that Strapi itself offers to API tokens can delete an entry, but not unpublish it: hence the extension's routes, which take
the same tokens.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from ..fetch import Remote
from ..jobs import Entry, Job
from .cms import ApiFailure, Changed, Content, Gone, Malformed, Unknown, answered, as_object, as_text, ask, parse
from .settings import Api, Fields
from .typed import KINDS, Typed, texts

_DOCUMENT = re.compile(r"[a-z0-9]{1,64}")
_LOCALE = re.compile(r"[A-Za-z0-9-]{0,20}")
_EVENTS = ("entry.publish", "entry.update")
_ROUTE = "/api/copydesk/article"


class Strapi(Typed):
    """One Strapi; safe to share between threads."""

    name = "strapi"

    def __init__(self, settings: Api) -> None:
        """Nothing is asked yet."""
        super().__init__(settings)
        self._remote = Remote(settings.api, timeout=settings.timeout)

    def entries(self, body: bytes) -> list[Entry]:
        """One look at an entry that was published. Raises Malformed and Unknown."""
        found = parse(body)
        event, uid = found.get("event"), found.get("uid")
        fields = self._settings.types.get(uid) if isinstance(uid, str) else None
        if event not in _EVENTS or fields is None:
            raise Unknown(event)
        entry = as_object(found.get("entry"))
        if not entry.get("publishedAt"):
            raise Unknown(event)
        document, locale = as_text(entry.get("documentId")), as_text(entry.get("locale"))
        if not _DOCUMENT.fullmatch(document) or not _LOCALE.fullmatch(locale):
            raise Malformed("no entry of Strapi's")
        kept = ("publishedAt", "updatedAt", fields.title, fields.body, *([fields.note] if fields.note else []))
        payload = {name: entry.get(name) for name in kept}
        content = _content(f"{uid}/{document}/{locale}", fields, payload)
        return [Entry(self.name, content.key, str(event), content.hash, payload)]

    def offered(self, job: Job) -> Content | None:
        """The entry as the webhook had it. Raises Malformed."""
        return _content(job.article, self._fields(job), job.payload)

    def fetch(self, job: Job) -> Content:
        """The published entry as it is now; one that is not published is an article that is not live. Raises Gone and ApiFailure."""
        fields = self._fields(job)
        uid, document, locale = job.article.split("/")
        query = urlencode({"uid": uid, "documentId": document, "locale": locale})
        answer = ask(self._remote, "GET", f"{_ROUTE}?{query}", self._headers, fine=(404, 410))
        if answer.status == 410:
            raise Gone("the entry was deleted")
        if answer.status == 404:
            raise ApiFailure("Strapi has no Copydesk extension (see docs/cms/strapi.md)")
        try:
            return _content(job.article, fields, as_object(answered(answer).get("entry")))
        except Malformed as error:
            raise ApiFailure(f"Strapi's answer: {error}") from error

    def hold(self, content: Content, summary: str, quotes: list[str]) -> None:
        """Unpublish it, with the reasons in the note field, if there is one. Raises Gone, Changed and ApiFailure."""
        self._tell(content, "hold", "\n".join([summary, *quotes]))

    def settle(self, content: Content) -> None:
        """Empty the note field. Raises Gone, Changed and ApiFailure."""
        self._tell(content, "settle", "")

    def _tell(self, content: Content, action: str, note: str) -> None:
        uid, document, locale = content.key.split("/")
        fields = self._settings.types[uid]
        send = {"uid": uid, "documentId": document, "locale": locale, "updatedAt": content.stamp}
        send |= {"action": action, "noteField": fields.note, "note": note}
        answer = ask(self._remote, "POST", _ROUTE, self._headers, send, fine=(409, 410))
        if answer.status == 409:
            raise Changed("somebody else saved the entry at the same time")
        if answer.status == 410:
            raise Gone("the entry was deleted")


def _content(key: str, fields: Fields, entry: Mapping[str, object]) -> Content:
    title, body = texts(fields, entry)
    live, marked = bool(entry.get("publishedAt")), bool(fields.note and entry.get(fields.note))
    return Content(
        key, title, body, KINDS[fields.format], live=live, marked=marked, stamp=as_text(entry.get("updatedAt"))
    )
