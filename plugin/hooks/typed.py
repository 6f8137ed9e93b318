"""What Strapi and Directus have in common: types of article that the configuration names, with the fields that hold the text."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ..inputs import Kind
from ..jobs import Job
from . import verify
from .blocks import to_html
from .cms import Malformed, as_text
from .settings import Api, Fields
from .verify import Proof

KINDS: dict[str, Kind] = {"html": "html", "markdown": "markdown", "text": "text", "blocks": "html"}


class Typed:
    """The half of a CMS that is the same for both."""

    name = ""

    def __init__(self, settings: Api) -> None:
        """Ask nothing yet."""
        self.hold_at = settings.hold_at
        self.fail = settings.fail
        self._settings = settings
        self._headers = {"Authorization": f"Bearer {settings.key}"}

    def verify(self, headers: Mapping[str, str], body: bytes, now: float) -> Proof:
        """Check the configured token, or a Standard Webhooks signature. Raises NotVerified."""
        return verify.static(self.name, self._settings.secret, self._settings.token, headers, body, now)

    def _fields(self, job: Job) -> Fields:
        """The fields of a job's type. Raises Malformed where it is not configured any more."""
        found = self._settings.types.get(job.article.partition("/")[0])
        if found is None:
            raise Malformed("its type is not configured any more")
        return found


def texts(fields: Fields, values: Mapping[str, object]) -> tuple[str, str]:
    """The title and the body of an article, as its fields have them; blocks as HTML. Raises Malformed."""
    body = values.get(fields.body)
    if fields.format == "blocks":
        if isinstance(body, str):  # as a database has it
            try:
                body = json.loads(body)
            except (ValueError, RecursionError) as error:
                raise Malformed(f"{fields.body} does not hold blocks") from error
        body = to_html(body)
    return as_text(values.get(fields.title)), as_text(body)
