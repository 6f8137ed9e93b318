"""Any other system: it sends an article signed as Standard Webhooks, and gets the report back, signed, at the configured address.

What arrives: {"type": "article.published", "timestamp": "...", "data": {"id", "title", "text" | "html", "url"}}.
What is sent: {"type": "article.scored", "timestamp": "...", "data": the report}, under an id that stays the same when it is sent again.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime, timezone

from copydesk import DocumentError, Scorer

from .. import signing
from ..fetch import Remote
from ..inputs import Article
from ..item import read_article
from ..jobs import Entry, Job
from ..lookup import Lookup, report_on
from ..schema import Json, parse_article, report_to_dict, to_json
from . import verify
from .cms import ApiFailure, Gone, Malformed, Unknown, as_object, content_hash, parse, shown
from .settings import Callback
from .verify import Proof

_TYPES = ("article.published", "article.updated", "article.created")
_LONGEST_ID = 200  # characters


class Generic:
    """One sender of articles; safe to share between threads."""

    name = "generic"

    def __init__(self, settings: Callback) -> None:
        """Nothing is sent yet."""
        self._settings = settings
        self._remote = Remote(settings.callback, timeout=settings.timeout, max_answer=65_536)

    def verify(self, headers: Mapping[str, str], body: bytes, now: float) -> Proof:
        """Check the signature. Raises NotVerified."""
        return verify.standard(self.name, self._settings.secret, headers, body, now)

    def entries(self, body: bytes) -> list[Entry]:
        """The article of the message. Raises Malformed and Unknown."""
        found = parse(body)
        if found.get("type") not in _TYPES:
            raise Unknown(found.get("type", "other"))
        data = as_object(found.get("data"))
        article = _article(data)
        if not 0 < len(article.id) <= _LONGEST_ID or not article.id.isprintable():
            raise Malformed(f"data.id: expected 1 to {_LONGEST_ID} printable characters")
        payload: Json = {name: value for name, value in data.items() if value is not None}
        return [
            Entry(self.name, article.id, str(found["type"]), content_hash(article.title, str(article.data)), payload)
        ]

    def answer(self, job: Job, scorer: Scorer, lookup: Lookup | None = None) -> str:
        """Score the article of a job and send the report; what was done, in a sentence. `lookup` finds its sources.

        Raises Gone where the receiver wants no more of it, and ApiFailure.
        """
        time_now = int(time.time())
        message: Json = {"timestamp": datetime.fromtimestamp(time_now, timezone.utc).isoformat()}
        try:
            report = report_on(scorer, read_article(_article(job.payload)), lookup)
            done = f"sent: {report.action}"
            message = {"type": "article.scored", **message, "data": report_to_dict(report)}
        except DocumentError as error:
            done = f"sent: not scored ({error})"
            message = {"type": "article.failed", **message, "data": {"id": job.article, "detail": str(error)}}
        body = to_json(message).encode("utf-8", "backslashreplace")
        headers = signing.headers(
            self._settings.callback_secret, f"copydesk_{job.id}_{job.content_hash[:16]}", time_now, body
        )
        answer = self._remote.request("POST", "", body=body, headers={"Content-Type": "application/json", **headers})
        if answer.status in (404, 410):
            raise Gone(f"the callback was answered with {answer.status}")
        if not 200 <= answer.status < 300:
            raise ApiFailure(f"the callback was answered with {answer.status}", answer.retry_after)
        return done


def _article(data: Mapping[str, object]) -> Article:
    """The article of a message. Raises Malformed."""
    try:
        return parse_article(dict(data))
    except DocumentError as error:
        raise Malformed(shown(f"data: {error}", 300)) from error
