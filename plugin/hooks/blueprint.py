"""The addresses that webhooks are sent to: verify, note what is asked for on the disk, answer. No scoring and no outgoing call here."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

from ..jobs import Entry, QueueFull, Replayed
from ..queue import Queue
from ..schema import Json, RequestError, problem_body, to_json
from ..state import StateError
from .cms import Malformed, Unknown
from .directus import Directus
from .generic import Generic
from .ghost import Ghost
from .settings import HookSettings
from .strapi import Strapi
from .verify import NotVerified, Proof

_NAMES = ("ghost", "strapi", "directus", "generic")
_RETRY_AFTER = 30  # seconds
_REFUSED = "the request is not signed as this hook expects"


class Receiver(Protocol):
    """The half of a CMS's module that reads its webhooks."""

    name: str

    def verify(self, headers: Mapping[str, str], body: bytes, now: float) -> Proof:
        """Who sent this. Raises NotVerified."""

    def entries(self, body: bytes) -> list[Entry]:
        """The looks that a verified request asks for. Raises Malformed and Unknown."""


def hooks_blueprint(hooks: HookSettings | None, state: Path | None) -> Blueprint:
    """POST /hooks/ghost, strapi, directus and generic; what is not configured answers 503 and says what to set.

    Raises StateError where the queue in the state folder cannot be used.
    """
    queue = Queue(state, hooks.queue) if hooks and state else None
    blueprint = Blueprint("hooks", __name__, url_prefix="/hooks")
    receivers = _receivers(hooks) if hooks else {}

    @blueprint.post("/<any(ghost, strapi, directus, generic):name>")
    def receive(name: str) -> Response:
        receiver = receivers.get(name)
        if hooks is None or receiver is None:
            raise RequestError(503, f"the hook {name} is not configured: COPYDESK_HOOKS names a file with its settings")
        if queue is None:
            raise RequestError(503, "hooks need a place for their queue: set COPYDESK_STATE to a folder")
        return _receive(receiver, queue)

    return blueprint


def _receivers(hooks: HookSettings) -> dict[str, Receiver]:
    found: dict[str, Receiver] = {}
    if hooks.ghost:
        found["ghost"] = Ghost(hooks.ghost)
    if hooks.strapi:
        found["strapi"] = Strapi(hooks.strapi)
    if hooks.directus:
        found["directus"] = Directus(hooks.directus)
    if hooks.generic:
        found["generic"] = Generic(hooks.generic)
    return found


def _receive(receiver: Receiver, queue: Queue) -> Response:
    body, now = _body(), time.time()
    try:
        proof = receiver.verify(dict(request.headers), body, now)
        try:
            entries = receiver.entries(body)
        except Unknown as error:
            queue.count(receiver.name, f"ignored {error.event}")
            return _answer({"accepted": 0, "ignored": True}, 202)
        made = queue.put(entries, now, signature=proof.signature, delivery=proof.delivery)
        return _answer({"accepted": made, "ignored": False}, 202)
    except (NotVerified, Replayed) as error:
        raise RequestError(401, _REFUSED) from error
    except Malformed as error:
        raise RequestError(400, f"the body is not what {receiver.name} sends: {error}") from error
    except (QueueFull, StateError) as error:
        if isinstance(error, StateError):
            current_app.logger.error("%s", error)
        response = _answer(problem_body(503, "nothing more can be accepted now; try again later"), 503)
        response.mimetype = "application/problem+json"
        response.headers["Retry-After"] = str(_RETRY_AFTER)
        return response


def _body() -> bytes:
    limit: int = current_app.config["MAX_CONTENT_LENGTH"]
    body = request.get_data(cache=False)
    if len(body) >= limit:
        raise RequestEntityTooLarge
    return body


def _answer(body: Json, status: int) -> Response:
    return Response(to_json(body) + "\n", status, mimetype="application/json")
