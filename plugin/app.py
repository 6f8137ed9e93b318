"""The HTTP service: wires requests to the scorer and errors to RFC 9457 problems; everything else lives elsewhere.

A request's body is bounded before it is read, declared length or not, and nothing of an article enters a log.
"""

from __future__ import annotations

import hmac
import traceback
from collections.abc import Callable

from flask import Flask, Request, Response, current_app, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from copydesk import CopydeskError, Scorer, __version__

from .batch import score_article
from .config import Settings
from .hooks.blueprint import hooks_blueprint
from .inputs import Article, Kind
from .openapi import openapi
from .queue import Queue
from .schema import (
    Json,
    RequestError,
    dumps,
    health_to_dict,
    load_article,
    model_to_dict,
    problem,
    problem_body,
    to_json,
)

_JSON = "application/json"
_TEXTS: dict[str, Kind] = {"text/html": "html", "text/plain": "text", "text/markdown": "markdown"}
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
_DETAILS = {
    404: "there is nothing here; see /openapi.json for what there is",
    405: "this address does not answer to that method; see the Allow header",
}


def create_app(scorer: Scorer, settings: Settings) -> Flask:
    """The service over a loaded scorer, as a WSGI application."""
    app = Flask("copydesk", static_folder=None)
    # One byte more than is taken: Flask cuts a body without a declared length at this limit, and does not tell.
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body + 1
    app.before_request(_guard(settings.token))
    app.after_request(_finish)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(CopydeskError, _own_error)
    app.register_error_handler(Exception, _unexpected)
    app.register_blueprint(hooks_blueprint(settings.hooks, _queue(settings)))
    description = openapi(__version__)

    @app.post("/score")
    def score() -> Response:
        article, with_text = _read_request(request)
        return _answer(dumps(score_article(scorer, article), with_text))

    @app.get("/healthz")
    def healthz() -> Response:
        return _answer(to_json(health_to_dict(scorer)))

    @app.get("/model")
    def model() -> Response:
        return _answer(to_json(model_to_dict(scorer)))

    @app.get("/openapi.json")
    def describe() -> Response:
        return _answer(to_json(description))

    return app


def _queue(settings: Settings) -> Queue | None:
    if settings.hooks is None or settings.state is None:
        return None
    return Queue(settings.state, settings.hooks.queue)


def _guard(token: str | None) -> Callable[[], None]:
    """A check of the bearer token before every request but the probe of a load balancer."""
    expected = None if token is None else token.encode()

    def check() -> None:
        if expected is None or request.path == "/healthz" or request.path.startswith("/hooks/"):
            return  # a hook checks its vendor's signature
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), expected):
            raise RequestError(401, "a valid bearer token is needed")

    return check


def _read_request(incoming: Request) -> tuple[Article, bool]:
    """The article of a POST /score, and whether its text is wanted back.

    Raises RequestError for a wrong request, DocumentError for a wrong article, Flask's own errors for a large body.
    """
    kind = incoming.mimetype
    if kind != _JSON and kind not in _TEXTS:
        raise RequestError(
            415, f"the content type is {kind[:80] or 'missing'!r}, expected {_JSON}, {', '.join(_TEXTS)}"
        )
    if incoming.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise RequestError(415, "the body is compressed, expected it plain")
    charset = _charset(incoming)
    allowed = ("with_text",) if kind == _JSON else ("with_text", "id", "title", "url")
    for name in incoming.args:
        if name not in allowed:
            raise RequestError(400, f"unknown query parameter {name[:80]!r}, expected {', '.join(allowed)}")
    with_text = incoming.args.get("with_text", "0")
    if with_text not in ("0", "1"):
        raise RequestError(400, f"query parameter with_text is {with_text[:80]!r}, expected 0 or 1")
    body = _body(incoming)
    if kind == _JSON:
        if charset not in (None, "utf-8"):
            raise RequestError(400, f"JSON is declared to be in {charset}, expected utf-8")
        return load_article(body), with_text == "1"
    given = incoming.args.get
    article = Article(given("id", ""), body, _TEXTS[kind], given("title", ""), given("url"), charset)
    return article, with_text == "1"


def _body(incoming: Request) -> bytes:
    limit: int = current_app.config["MAX_CONTENT_LENGTH"]
    body = incoming.get_data(cache=False)
    if len(body) >= limit:
        raise RequestEntityTooLarge
    return body


def _charset(incoming: Request) -> str | None:
    """The declared charset, lower case; one that does not exist is refused rather than ignored."""
    charset = incoming.mimetype_params.get("charset")
    if charset is None:
        return None
    try:
        "".encode(charset)  # raises LookupError for what is no encoding, or none of text
    except (LookupError, UnicodeError, ValueError) as error:
        raise RequestError(400, f"charset {charset[:80]!r} is not a known text encoding") from error
    return charset.lower()


def _answer(body: str, status: int = 200, mimetype: str = _JSON) -> Response:
    return Response(body + "\n", status, mimetype=mimetype)


def _problem(status: int, body: Json) -> Response:
    response = _answer(to_json(body), status, "application/problem+json")
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _own_error(error: CopydeskError) -> Response:
    status, body = problem(error)
    if status >= 500:
        _log(error)
    return _problem(status, body)


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if isinstance(error, RequestEntityTooLarge):
        detail = f"the body is larger than {current_app.config['MAX_CONTENT_LENGTH'] - 1} bytes"
    else:
        detail = _DETAILS.get(status, "the request cannot be understood")
    response = _problem(status, problem_body(status, detail))
    if status == 405 and (allow := dict(error.get_headers()).get("Allow")):
        response.headers["Allow"] = allow
    return response


def _unexpected(error: Exception) -> Response:
    _log(error)
    return _problem(500, problem_body(500, "the article could not be scored"))


def _log(error: Exception) -> None:
    """Where it happened, without the message: that may quote the article."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    current_app.logger.error("%s %s failed: %s\n%s", request.method, request.path, type(error).__name__, frames)


def _finish(response: Response) -> Response:
    response.headers.update(_HEADERS)
    return response
