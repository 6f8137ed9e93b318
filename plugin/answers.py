"""What the service answers: JSON, pages, and every error as a problem of RFC 9457, or as a page for who asked for one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Response, current_app, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from copydesk import CopydeskError

from . import page
from .archive_errors import ArchiveError
from .archive_service import RETRY_AFTER, ArchiveBusy
from .auth import CHALLENGES, PAGE
from .gate import RETRY_AFTER as OVERLOAD_RETRY_AFTER
from .gate import Overloaded
from .incoming import JSON
from .logs import frames_of
from .observed import current_note
from .schema import Json, RequestError, problem, problem_body, to_json

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

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


def as_json(body: str, status: int = 200, mimetype: str = JSON) -> Response:
    """A body of JSON, or of another type."""
    return Response(body + "\n", status, mimetype=mimetype)


def as_page(body: str, status: int = 200) -> Response:
    """A page, with the headers of one."""
    response = Response(body.encode("utf-8", "replace"), status, mimetype="text/html")
    response.headers.update(page.HEADERS)
    return response


def _problem(status: int, body: Json) -> Response:
    """An error as its reader can read it: a page for who asked for the page, JSON for everybody else."""
    for_page = request.path == PAGE and request.method in ("GET", "HEAD", "POST")
    if for_page:
        response = as_page(
            page.refusal(status, str(body["detail"]), current_app.config["MAX_CONTENT_LENGTH"] - 1), status
        )
    else:
        response = as_json(to_json(body), status, "application/problem+json")
    if status == 401:
        response.headers["WWW-Authenticate"] = CHALLENGES[for_page]
    return response


def own_error(error: CopydeskError) -> Response:
    """The problem for an error that the code foresees, with Retry-After where it helps to wait."""
    status, body = problem(error)
    if isinstance(error, ArchiveError):
        current_app.logger.error("%s", error)  # a sentence about the file
    elif status >= 500 and not isinstance(error, RequestError):
        _log(error)
    response = _problem(status, body)
    if isinstance(error, ArchiveBusy | Overloaded):
        response.headers["Retry-After"] = str(RETRY_AFTER if isinstance(error, ArchiveBusy) else OVERLOAD_RETRY_AFTER)
    return response


def http_error(error: HTTPException) -> Response:
    """The problem for what is wrong with a request before any article is looked at."""
    status = error.code or 500
    if isinstance(error, RequestEntityTooLarge):
        detail = f"the body is larger than {current_app.config['MAX_CONTENT_LENGTH'] - 1} bytes"
    else:
        detail = _DETAILS.get(status, "the request cannot be understood")
    response = _problem(status, problem_body(status, detail))
    if status == 405 and (allow := dict(error.get_headers()).get("Allow")):
        response.headers["Allow"] = allow
    return response


def unexpected(error: Exception) -> Response:
    """The problem for a fault of ours: logged, and nothing told of it."""
    _log(error)
    return _problem(500, problem_body(500, "the article could not be scored"))


def _log(error: Exception) -> None:
    """Where it happened, without the message: that may quote the article."""
    frames = "\n".join(frames_of(error))
    said = f"{request.method} {current_note().route} failed: {type(error).__name__}"
    fields = {"message": said, "request_id": current_note().id, "frames": frames_of(error)}
    current_app.logger.error("%s\n%s", said, frames, extra={"fields": fields})


def refuse(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """The answer to one request too many, at the least possible cost."""
    status, body = problem(Overloaded())
    if environ.get("PATH_INFO") == PAGE:
        response = as_page(page.refusal(status, str(body["detail"]), 0), status)
    else:
        response = as_json(to_json(body), status, "application/problem+json")
    response.headers["Retry-After"] = str(OVERLOAD_RETRY_AFTER)
    return finish(response)(environ, start_response)


def finish(response: Response) -> Response:
    """The headers that every answer has."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response
