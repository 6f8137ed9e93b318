"""What comes in over HTTP, read with care: the body bounded, the media type and the query checked before anything is made of them.

Flask's request is used and never imported: everything here can be called with any object that looks like one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk import DocumentError, DocumentTooLarge

from .archive_service import check_id
from .inputs import Article, Kind
from .schema import RequestError, load_article

if TYPE_CHECKING:
    from flask import Request

JSON = "application/json"
TEXTS: dict[str, Kind] = {"text/html": "html", "text/plain": "text", "text/markdown": "markdown"}
_ABOUT = ("id", "title", "url")  # in the query where the body is no JSON


def read_body(request: Request, limit: int) -> bytes:
    """The raw body; it is kept, so that what is signed and what is read are the same bytes.

    Flask's own limit stands one byte above `limit`: it cuts a body without a declared length there, and does not tell.

    Raises DocumentTooLarge over the limit, and Flask's own error where the declared length is.
    """
    body: bytes = request.get_data(cache=True)
    if len(body) > limit:
        raise DocumentTooLarge(f"the body is larger than {limit} bytes")
    return body


def read_article(request: Request, limit: int, *switches: str) -> tuple[Article, frozenset[str]]:
    """The article of a request, and which of the query's `switches` are on ("1").

    Raises RequestError for a wrong request, DocumentError for a wrong article, Flask's own errors for a large body.
    """
    kind = request.mimetype
    if kind != JSON and kind not in TEXTS:
        raise RequestError(415, f"the content type is {kind[:80] or 'missing'!r}, expected {JSON}, {', '.join(TEXTS)}")
    refuse_compressed(request)
    charset = _charset(request)
    allowed = switches if kind == JSON else (*switches, *_ABOUT)
    for name in request.args:
        if name not in allowed:
            raise RequestError(400, f"unknown query parameter {name[:80]!r}, expected {', '.join(allowed)}")
    given = request.args.get
    for switch in switches:
        if (value := given(switch, "0")) not in ("0", "1"):
            raise RequestError(400, f"query parameter {switch} is {value[:80]!r}, expected 0 or 1")
    on = frozenset(switch for switch in switches if given(switch) == "1")
    body = read_body(request, limit)
    if kind == JSON:
        _check_utf_8(charset)
        return load_article(body), on
    return Article(given("id", ""), body, TEXTS[kind], given("title", ""), given("url"), charset), on


def read_json(request: Request, limit: int) -> bytes:
    """The body of a request that takes JSON and nothing else. Raises what `read_article` raises."""
    return read_plain(request, limit, JSON)


def read_plain(request: Request, limit: int, *kinds: str) -> bytes:
    """The body of a request that takes these media types, in UTF-8, and no query. Raises what `read_article` raises."""
    if request.mimetype not in kinds:
        raise RequestError(
            415, f"the content type is {request.mimetype[:80] or 'missing'!r}, expected {' or '.join(kinds)}"
        )
    refuse_compressed(request)
    _check_utf_8(_charset(request))
    for name in request.args:
        raise RequestError(400, f"unknown query parameter {name[:80]!r}, expected none")
    return read_body(request, limit)


def read_id(request: Request) -> str:
    """The one id that a query names, and nothing else. Raises RequestError."""
    for name in request.args:
        if name != "id":
            raise RequestError(400, f"unknown query parameter {name[:80]!r}, expected id")
    given = request.args.getlist("id")
    if len(given) != 1:
        raise RequestError(400, f"query parameter id is given {len(given)} times, expected once")
    if wrong := check_id(given[0]):
        raise RequestError(400, f"query parameter id {wrong}, expected the id of an article")
    return given[0]


def refuse_compressed(request: Request) -> None:
    """Raise RequestError 415 for a body that would have to be unpacked first."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise RequestError(415, "the body is compressed, expected it plain")


def source_of(article: Article) -> str:
    """The article's source as it is edited: in its declared encoding, or in UTF-8, and in nothing that loses a character.

    Raises DocumentError.
    """
    if isinstance(article.data, str):
        return article.data
    charset = article.charset or "utf-8"
    try:
        return article.data.decode(charset)
    except UnicodeError as error:
        where = f" at byte {error.start}" if isinstance(error, UnicodeDecodeError) else ""
        raise DocumentError(
            f"not {charset[:80]}{where}; what is edited must be in the encoding that it is declared to be in, else in UTF-8"
        ) from error


def _check_utf_8(charset: str | None) -> None:
    if charset not in (None, "utf-8"):
        raise RequestError(400, f"JSON is declared to be in {charset}, expected utf-8")


def _charset(request: Request) -> str | None:
    """The declared charset, lower case; one that does not exist is refused rather than ignored."""
    charset = request.mimetype_params.get("charset")
    if charset is None:
        return None
    try:
        "".encode(charset)  # raises LookupError for what is no encoding, or none of text
    except (LookupError, UnicodeError, ValueError) as error:
        raise RequestError(400, f"charset {charset[:80]!r} is not a known text encoding") from error
    return charset.lower()
