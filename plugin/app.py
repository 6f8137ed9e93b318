"""The HTTP service: wires requests to the scorer and errors to RFC 9457 problems; everything else lives elsewhere.

A request's body is bounded before it is read, declared length or not, and nothing of an article enters a log.
Round the application stand three others: what is counted and logged, how many may be inside, and who is heard out after a refusal.
"""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from copydesk import CopydeskError, Matcher, Report, Scorer, __version__

from . import form, page
from .answers import as_json, as_page, finish, http_error, own_error, refuse, unexpected
from .archive_service import NDJSON, ArchiveService, articles_of, prepare
from .auth import ARCHIVE, PAGE, Guard, check_origin
from .config import Settings
from .counting import CountingScorer
from .draining import Draining
from .feedback import FeedbackStore, load_feedback
from .gate import Gate, Gated
from .hooks.blueprint import hooks_blueprint
from .incoming import JSON, read_article, read_body, read_id, read_json, read_plain, source_of
from .item import read_article as read_document
from .lookup import Lookup, lookup_of, report_on
from .metrics import CONTENT_TYPE, Metrics
from .observed import Observed, current_note, template
from .openapi import openapi
from .readiness import Readiness
from .schema import (
    Json,
    RequestError,
    cleaned_to_dict,
    dumps,
    health_to_dict,
    model_to_dict,
    ready_to_dict,
    to_json,
)
from .seen import Seen
from .state import state_folder, temporary_folder

_AT_ONCE = 1  # requests of a worker that compute at the same time; two take a twentieth more processor time for each, and more memory
_AT_ONCE_WITH_ARCHIVE = 2  # one of them may wait for the file


def create_app(
    scorer: Scorer, settings: Settings, metrics: Metrics | None = None, readiness: Readiness | None = None
) -> Flask:
    """The service over a loaded scorer, as a WSGI application.

    `metrics` counts for several processes, `readiness` speaks for them; by default both are this application's own.

    Raises ConfigError or StateError where the state folder cannot be used, and ArchiveError where the archive cannot.
    """
    metrics, readiness = metrics or Metrics(), readiness or Readiness()
    if not isinstance(scorer, CountingScorer):
        scorer = metrics.counting(scorer)
    app = Flask("copydesk", static_folder=None)
    # One byte more than is taken: Flask cuts a body without a declared length at this limit, and does not tell.
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body + 1
    folder = None if settings.state is None else state_folder(settings.state)
    at_once = _AT_ONCE if settings.archive is None else _AT_ONCE_WITH_ARCHIVE
    gate = Gate(settings.max_at_once, settings.max_wait_ms / 1000, at_once, metrics.refused)
    _note_routes(app)
    _guard(app, settings, folder)
    app.after_request(finish)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(CopydeskError, own_error)
    app.register_error_handler(Exception, unexpected)
    lookup = lookup_of(scorer, settings)
    _add_api(app, scorer, settings, lookup, gate)
    _add_state(app, scorer, settings, metrics, readiness)
    _add_archive(app, scorer, settings)
    _add_feedback(app, settings, folder)
    _add_page(app, scorer, settings, lookup, gate)
    app.register_blueprint(hooks_blueprint(settings.hooks, folder))
    inner = Gated(Draining(app.wsgi_app), gate, refuse)
    app.wsgi_app = Observed(inner, metrics, lambda: scorer.model.name)  # type: ignore[method-assign]
    return app


def _note_routes(app: Flask) -> None:
    """Tell the log and the metrics which route a request takes, before anything can refuse it."""

    @app.before_request
    def note() -> None:
        if request.url_rule is not None:
            current_note().route = template(request.url_rule.rule)


def _noted(report: Report) -> Report:
    current_note().action = report.action
    return report


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


def _add_api(app: Flask, scorer: Scorer, settings: Settings, lookup: Lookup | None, gate: Gate) -> None:
    description = openapi(__version__)

    @app.post("/score")
    def score() -> Response:
        article, on = read_article(request, settings.max_body, "with_text", "with_alignment")
        aligned = "with_alignment" in on
        with gate.turn():
            report = _noted(report_on(scorer, read_document(article), lookup, quotes=aligned))
            answer = dumps(report, "with_text" in on, aligned)
        return as_json(answer)

    @app.post("/clean")
    def clean() -> Response:
        article, on = read_article(request, settings.max_body, "padding")
        source = source_of(article)
        padding = "padding" in on
        with gate.turn():
            cleaned = scorer.clean(source, kind=article.kind, title=article.title, url=article.url, padding=padding)
        return as_json(to_json(cleaned_to_dict(cleaned)))

    @app.get("/model")
    def model() -> Response:
        return as_json(to_json(model_to_dict(scorer)))

    @app.get("/openapi.json")
    def describe() -> Response:
        return as_json(to_json(description))


def _add_state(app: Flask, scorer: Scorer, settings: Settings, metrics: Metrics, readiness: Readiness) -> None:
    """How the service is: for balancers, which ask without a token, and for Prometheus."""
    queue = settings.state if settings.hooks is not None else None

    @app.get("/healthz")
    def healthz() -> Response:
        return as_json(to_json(health_to_dict(scorer)))

    @app.get("/readyz")
    def readyz() -> Response:
        if readiness.draining:
            raise RequestError(503, "the service is about to end, and takes no more requests")
        return as_json(to_json(ready_to_dict(scorer)))

    @app.get("/metrics")
    def count() -> Response:
        return Response(metrics.render(scorer.model.name, queue), content_type=CONTENT_TYPE)


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
        return as_json(to_json(fields), 201 if changed else 200)

    @app.delete(ARCHIVE)
    def remove() -> Response:
        return as_json(to_json({"removed": archive().remove(read_id(request))}))

    @app.get(ARCHIVE)
    def stats() -> Response:
        return as_json(to_json(archive().stats()))


def _add_feedback(app: Flask, settings: Settings, folder: Path | None) -> None:
    store = None if folder is None else FeedbackStore(folder)

    @app.post("/feedback")
    def feedback() -> Response:
        given = load_feedback(read_json(request, settings.max_body))
        if store is None:
            raise RequestError(503, "this service keeps nothing: it runs without a state folder")
        store.add(given)
        return as_json(to_json({"stored": True}), 201)


def _add_page(app: Flask, scorer: Scorer, settings: Settings, lookup: Lookup | None, gate: Gate) -> None:
    @app.get(PAGE)
    def show() -> Response:
        return as_page(page.start(settings.max_body))

    @app.post(PAGE)
    def check() -> Response:
        check_origin(request)
        given = form.read_form(request, settings.max_body)
        try:
            with gate.turn():
                checked = form.check(scorer, given, lookup)
                _noted(checked.report)
                shown = page.result(checked, given, settings.max_body)
            return as_page(shown)
        except form.InvalidField as error:
            return as_page(page.again(error.field, str(error), given, settings.max_body), error.status)
