"""Directus: a flow that posts what was changed, which holds the changed fields only, and the items API to read the rest and to act."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from ..fetch import Remote
from ..jobs import Entry, Job
from .cms import ApiFailure, Content, Gone, Malformed, Unknown, answered, as_object, ask, parse
from .settings import Api, Fields
from .typed import KINDS, Typed, texts

_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")
_EVENT = re.compile(r"(?:[A-Za-z0-9_]+\.)?items\.(?:create|update)")
_MOST_KEYS = 500  # of one flow: a bulk edit


class Directus(Typed):
    """One Directus; safe to share between threads."""

    name = "directus"

    def __init__(self, settings: Api) -> None:
        """Nothing is asked yet."""
        super().__init__(settings)
        self._remote = Remote(settings.api, timeout=settings.timeout)

    def entries(self, body: bytes) -> list[Entry]:
        """A look at every item that was changed, unless its new status is another one. Raises Malformed and Unknown."""
        found = parse(body)
        event, collection = found.get("event"), found.get("collection")
        fields = self._settings.types.get(collection) if isinstance(collection, str) else None
        if not isinstance(event, str) or not _EVENT.fullmatch(event[:200]) or fields is None:
            raise Unknown(event)
        changed = as_object(found.get("payload"))
        if changed.get(fields.status, fields.published) != fields.published:
            raise Unknown(event)
        keys = found["keys"] if isinstance(found.get("keys"), list) else [found.get("key")]
        if not isinstance(keys, list) or len(keys) > _MOST_KEYS:
            raise Malformed(f"more than {_MOST_KEYS} keys")
        return [Entry(self.name, f"{collection}/{_key(key)}", event[-60:]) for key in keys]

    def offered(self, job: Job) -> Content | None:
        """Nothing: a flow has the changed fields only."""
        return None

    def fetch(self, job: Job) -> Content:
        """The item as it is now. Raises Gone and ApiFailure."""
        fields = self._fields(job)
        wanted = [fields.title, fields.body, fields.status, *([fields.note] if fields.note else [])]
        query = urlencode({"fields": ",".join(wanted)})
        answer = ask(self._remote, "GET", f"{_path(job.article)}?{query}", self._headers, fine=(404, 403))
        if answer.status == 404 or (answer.status == 403 and self._may_read(job)):
            raise Gone("the item was deleted")  # Directus does not tell strangers from readers of what is not there
        if answer.status == 403:
            raise ApiFailure("Directus does not let the token read the collection (403)")
        try:
            return _content(job.article, fields, as_object(answered(answer).get("data")))
        except Malformed as error:
            raise ApiFailure(f"Directus's answer: {error}") from error

    def hold(self, content: Content, summary: str, quotes: list[str]) -> None:
        """Set the status for held items, and the note field, if there is one. Raises Gone and ApiFailure."""
        fields = self._settings.types[content.key.partition("/")[0]]
        note = {fields.note: "\n".join([summary, *quotes])} if fields.note else {}
        self._patch(content, {fields.status: fields.held, **note})

    def settle(self, content: Content) -> None:
        """Empty the note field. Raises Gone and ApiFailure."""
        fields = self._settings.types[content.key.partition("/")[0]]
        if fields.note:
            self._patch(content, {fields.note: None})

    def _patch(self, content: Content, send: Mapping[str, object]) -> None:
        if ask(self._remote, "PATCH", _path(content.key), self._headers, send, fine=(404,)).status == 404:
            raise Gone("the item was deleted")

    def _may_read(self, job: Job) -> bool:
        """Does the token read other items of the collection?"""
        collection = job.article.partition("/")[0]
        path = f"/items/{quote(collection)}?limit=1&fields={quote(self._fields(job).title)}"
        return ask(self._remote, "GET", path, self._headers, fine=(403,)).status == 200


def _key(key: object) -> str:
    """A primary key, as a path may hold it. Raises Malformed."""
    text = str(key) if isinstance(key, int) and not isinstance(key, bool) else key
    if not isinstance(text, str) or not _KEY.fullmatch(text):
        raise Malformed("a key that is no number and no identifier")
    return text


def _path(article: str) -> str:
    collection, _, key = article.partition("/")
    return f"/items/{quote(collection)}/{quote(key)}"


def _content(key: str, fields: Fields, item: Mapping[str, object]) -> Content:
    title, body = texts(fields, item)
    status = item.get(fields.status)
    marked = bool(item.get(fields.note)) if fields.note else status == fields.held
    return Content(key, title, body, KINDS[fields.format], live=status == fields.published, marked=marked)
