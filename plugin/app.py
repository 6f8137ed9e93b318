"""The HTTP service: wires requests to the scorer and errors to RFC 9457 problems; everything else lives elsewhere.

A request's body is bounded before it is read, declared length or not, and nothing of an article enters a log.
"""

from __future__ import annotations

import traceback
from pathlib import Path

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from copydesk import CopydeskError, Matcher, Scorer, __version__

from . import form, page
from .archive_file import ArchiveError
from .archive_service import NDJSON, RETRY_AFTER, ArchiveBusy, ArchiveService, articles_of, prepare
from .auth import ARCHIVE, CHALLENGES, PAGE, Guard, check_origin
from .batch import read_article as read_document
from .config import Settings
from .draining import Draining
from .feedback import FeedbackStore, load_feedback
from .hooks.blueprint import hooks_blueprint
from .incoming import JSON, read_article, read_body, read_id, read_json, read_plain, source_of
from .lookup import Lookup, lookup_of, report_on
from .openapi import openapi
from .schema import (
    Json,
    RequestError,
    cleaned_to_dict,
    dumps,
    health_to_dict,
    model_to_dict,
    problem,
    problem_body,
    to_json,
)
from .seen import Seen
from .state import state_folder, temporary_folder

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
    """The service over a loaded scorer, as a WSGI application.

    Raises ConfigError or StateError where the state folder cannot be used, and ArchiveError where the archive cannot.
    """
    app = Flask("copydesk", static_folder=None)
    # One byte more than is taken: Flask cuts a body without a declared length at this limit, and does not tell.
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body + 1
    folder = None if settings.state is None else state_folder(settings.state)
    _guard(app, settings, folder)
    app.after_request(_finish)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(CopydeskError, _own_error)
    app.register_error_handler(Exception, _unexpected)
    lookup = lookup_of(scorer, settings)
    _add_api(app, scorer, settings, lookup)
    _add_archive(app, scorer, settings)
    _add_feedback(app, settings, folder)
    _add_page(app, scorer, settings, lookup)
    app.register_blueprint(hooks_blueprint(settings.hooks, folder))
    app.wsgi_app = Draining(app.wsgi_app)  # type: ignore[method-assign]
    return app


def _guard(app: Flask, settings: Settings, folder: Path | None) -> None:
    """A check before every request, and a signature on the answers to signed ones."""
    seen = None if settings.secret is None else Seen(folder or temporary_folder())
    guard = Guard(settings.token, settings.secret, seen)

    @app.before_request
    def check() -> None:
        g.signed = guard.check(request, lambda: read_body(request, settings.max_body))

    @app.after_request
    def sign(response: Response) -> Response:
        if message_id := g.get("signed"):
            guard.sign(request, response, message_id)
        return response


def _add_api(app: Flask, scorer: Scorer, settings: Settings, lookup: Lookup | None) -> None:
    description = openapi(__version__)

    @app.post("/score")
    def score() -> Response:
        article, on = read_article(request, settings.max_body, "with_text", "with_alignment")
        aligned = "with_alignment" in on
        report = report_on(scorer, read_document(article), lookup, quotes=aligned)
        return _answer(dumps(report, "with_text" in on, aligned))

    @app.post("/clean")
    def clean() -> Response:
        article, on = read_article(request, settings.max_body, "padding")
        source = source_of(article)
        cleaned = scorer.clean(source, kind=article.kind, title=article.title, url=article.url, padding="padding" in on)
        return _answer(to_json(cleaned_to_dict(cleaned)))

    @app.get("/healthz")
    def healthz() -> Response:
        return _answer(to_json(health_to_dict(scorer)))

    @app.get("/model")
    def model() -> Response:
        return _answer(to_json(model_to_dict(scorer)))

    @app.get("/openapi.json")
    def describe() -> Response:
        return _answer(to_json(description))


def _add_archive(app: Flask, scorer: Scorer, settings: Settings) -> None:
    matcher = None if settings.archive is None else Matcher(scorer.model)
    if matcher is not None:
        prepare(settings, matcher)

    def archive() -> ArchiveService:
        if settings.archive is None or matcher is None:
            raise RequestError(503, "this service has no archive: COPYDESK_ARCHIVE names its file")
        return ArchiveService(settings.archive, matcher)

    @app.post(ARCHIVE)
    def add() -> Response:
        opened = archive()
        body = read_plain(request, settings.max_body, JSON, NDJSON)
        done = opened.add(articles_of(body, lines=request.mimetype == NDJSON))
        changed = done.new or done.replaced
        fields: Json = {"added": done.new, "replaced": done.replaced, "same": done.same}
        return _answer(to_json(fields), 201 if changed else 200)

    @app.delete(ARCHIVE)
    def remove() -> Response:
        return _answer(to_json({"removed": archive().remove(read_id(request))}))

    @app.get(ARCHIVE)
    def stats() -> Response:
        return _answer(to_json(archive().stats()))


def _add_feedback(app: Flask, settings: Settings, folder: Path | None) -> None:
    store = None if folder is None else FeedbackStore(folder)

    @app.post("/feedback")
    def feedback() -> Response:
        given = load_feedback(read_json(request, settings.max_body))
        if store is None:
            raise RequestError(503, "this service keeps nothing: it runs without a state folder")
        store.add(given)
        return _answer(to_json({"stored": True}), 201)


def _add_page(app: Flask, scorer: Scorer, settings: Settings, lookup: Lookup | None) -> None:
    @app.get(PAGE)
    def show() -> Response:
        return _html(page.start(settings.max_body))

    @app.post(PAGE)
    def check() -> Response:
        check_origin(request)
        given = form.read_form(request, settings.max_body)
        try:
            return _html(page.result(form.check(scorer, given, lookup), given, settings.max_body))
        except form.InvalidField as error:
            return _html(page.again(error.field, str(error), given, settings.max_body), error.status)


def _answer(body: str, status: int = 200, mimetype: str = JSON) -> Response:
    return Response(body + "\n", status, mimetype=mimetype)


def _html(body: str, status: int = 200) -> Response:
    response = Response(body.encode("utf-8", "replace"), status, mimetype="text/html")
    response.headers.update(page.HEADERS)
    return response


def _problem(status: int, body: Json) -> Response:
    """An error as its reader can read it: a page for who asked for the page, JSON for everybody else."""
    for_page = request.path == PAGE and request.method in ("GET", "HEAD", "POST")
    if for_page:
        response = _html(
            page.refusal(status, str(body["detail"]), current_app.config["MAX_CONTENT_LENGTH"] - 1), status
        )
    else:
        response = _answer(to_json(body), status, "application/problem+json")
    if status == 401:
        response.headers["WWW-Authenticate"] = CHALLENGES[for_page]
    return response


def _own_error(error: CopydeskError) -> Response:
    status, body = problem(error)
    if isinstance(error, ArchiveError):
        current_app.logger.error("%s", error)  # a sentence about the file
    elif status >= 500 and not isinstance(error, RequestError):
        _log(error)
    response = _problem(status, body)
    if isinstance(error, ArchiveBusy):
        response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


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
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response
