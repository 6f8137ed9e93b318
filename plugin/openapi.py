"""The JSON Schemas of the contract, and the service's OpenAPI 3.1 description; tests hold them against real answers."""

from __future__ import annotations

from copydesk import SIGNALS

from .feedback import ACTIONS, HASH, JUDGEMENTS, LONGEST, MOST_SIGNALS, SIGNAL
from .openapi_archive import archive_operations, archive_schemas, source_schema
from .openapi_parts import OFFSET, PROBABILITY, SCORE, TEXT, TEXT_OR_NULL, answers, query, record, ref
from .schema import Json
from .signing import ID, SIGNATURE, TIMESTAMP

_CLEAN = "One article without its injected lines and debris"
_SCORE_SWITCHES = (
    ("with_text", "1 adds the text that the offsets index"),
    ("with_alignment", "1 adds the sentences that each source shares with the article"),
)
_CLEAN_SWITCHES = (("padding", "1 removes paragraphs that only pad, too"),)


def article_schema() -> Json:
    """The article object of POST /score and of a JSONL line."""
    fields: Json = dict.fromkeys(("id", "title", "text", "html", "url"), TEXT_OR_NULL)
    fields["date"] = {**TEXT_OR_NULL, "description": "When it was published, ISO 8601: 2024-05-03T08:30:00Z"}
    one_of = [
        {"properties": {given: TEXT, absent: {"type": "null"}}, "required": [given]}
        for given, absent in (("text", "html"), ("html", "text"))
    ]
    return record(fields, optional=tuple(fields), oneOf=one_of)


def evidence_schema() -> Json:
    """A quote of a report, or of what was cleaned away."""
    return record(
        {
            "signal": {"enum": list(SIGNALS)},
            "reason": {"type": "string", "pattern": "^[a-z]+(-[a-z]+)*$"},
            "message": TEXT,
            "start": OFFSET,
            "end": OFFSET,
            "quote": {"type": "string", "minLength": 1},
            "score": PROBABILITY,
            "related": {"type": ["boolean", "null"]},
            "href": TEXT_OR_NULL,
        }
    )


def feedback_schema() -> Json:
    """The object of POST /feedback: what a moderator answers to a verdict."""

    def text(name: str) -> Json:
        return {"type": ["string", "null"], "maxLength": LONGEST[name]}

    signals = {
        "type": ["array", "null"],
        "maxItems": MOST_SIGNALS,
        "items": {"type": "string", "pattern": f"^{SIGNAL}$"},
    }
    return record(
        {
            "id": {"type": "string", "minLength": 1, "maxLength": LONGEST["id"]},
            "content_hash": {"type": "string", "pattern": f"^{HASH}$", "maxLength": LONGEST["content_hash"]},
            "action": {"enum": list(ACTIONS)},
            "judgement": {"enum": list(JUDGEMENTS)},
            "signals": signals,
            "comment": text("comment"),
            "cms": text("cms"),
        },
        optional=("signals", "comment", "cms"),
    )


def report_schema() -> Json:
    """The report of one article."""
    signal = record({"score": SCORE, "flagged": {"type": "boolean"}, "threshold": PROBABILITY})
    return record(
        {
            "schema": {"const": 1},
            "id": TEXT,
            "model": TEXT,
            "language": TEXT,
            "words": OFFSET,
            "content_hash": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"},
            "action": {"enum": ["publish", "review", "hold"]},
            "score": SCORE,
            "signals": record(dict.fromkeys(SIGNALS, signal)),
            "evidence": {"type": "array", "items": evidence_schema()},
            "sources": {"type": "array", "items": source_schema()},
            "notes": {"type": "array", "items": TEXT},
            "text": TEXT,
        },
        optional=("text",),
    )


def problem_schema() -> Json:
    """An error, as RFC 9457 writes it."""
    return record(
        {
            "type": {"type": "string", "format": "uri-reference"},
            "title": TEXT,
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": TEXT,
            "field": TEXT,
        },
        optional=("field",),
    )


def openapi(version: str) -> Json:
    """The OpenAPI 3.1 description of the service; `version` is that of the package."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Copydesk",
            "version": version,
            "description": f"Requests carry a bearer token, or are signed as Standard Webhooks does it, with {ID}, {TIMESTAMP} and "
            f"{SIGNATURE}; the answer to a signed request is signed under the same id. Where neither is set up, neither is asked for. "
            "Every answer carries X-Request-Id, the request's own where it has a sane one. Under too much load, it is 503 "
            "with Retry-After, at once.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "security": [{"bearer": []}, {"signature": [], "signatureId": [], "signatureTime": []}, {}],
        "paths": {
            "/score": {"post": _article_operation("score", "Score one article", _SCORE_SWITCHES, "Report")},
            "/clean": {"post": _article_operation("clean", _CLEAN, _CLEAN_SWITCHES, "Cleaned")},
            "/archive": archive_operations(),
            "/feedback": {"post": _feedback_operation()},
            "/hooks/{name}": {"post": _hook_operation()},
            "/healthz": {
                "get": _get("health", "The service is up; never asks for a token", "Health", open_to_all=True)
            },
            "/readyz": {"get": _ready()},
            "/metrics": {"get": _metrics()},
            "/model": {"get": _get("model", "The model, its figures and the policy in force", "Model")},
            "/openapi.json": {"get": _get("openapi", "This description", None)},
            "/": {
                "get": _page("page", "The page for editors"),
                "post": _page("check", "The form of that page", form=True),
            },
        },
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "password": {"type": "http", "scheme": "basic", "description": "Any name, and the token as password"},
                "signature": {"type": "apiKey", "in": "header", "name": SIGNATURE},
                "signatureId": {"type": "apiKey", "in": "header", "name": ID},
                "signatureTime": {"type": "apiKey", "in": "header", "name": TIMESTAMP},
            },
            "responses": {
                "Problem": {
                    "description": "An error",
                    "content": {"application/problem+json": {"schema": ref("Problem")}},
                }
            },
        },
    }


def _schemas() -> Json:
    thresholds: Json = {"type": "object", "additionalProperties": PROBABILITY}
    policy = record(
        {
            "thresholds": thresholds,
            "hold_at": thresholds,
            "hold_count": OFFSET,
            "allow": {"type": "array", "items": {"type": "string", "minLength": 1}},
        }
    )
    model = record({"name": TEXT, "version": TEXT, "policy": policy, "manifest": {"type": "object"}})
    return {
        "Article": article_schema(),
        "Report": report_schema(),
        "Cleaned": record({"content": TEXT, "removed": {"type": "array", "items": evidence_schema()}}),
        "Feedback": feedback_schema(),
        "Stored": record({"stored": {"const": True}}),
        "Problem": problem_schema(),
        **archive_schemas(),
        "Model": model,
        "Health": record({"status": {"const": "ok"}, "model": TEXT}),
        "Ready": record({"status": {"const": "ready"}, "model": TEXT}),
    }


def _get(name: str, summary: str, schema: str | None, *, open_to_all: bool = False) -> Json:
    found = answers(ref(schema) if schema else {"type": "object"}, () if open_to_all else ("401", "503"))
    operation: Json = {"operationId": name, "summary": summary, "responses": found}
    return {**operation, "security": []} if open_to_all else operation


def _ready() -> Json:
    summary = (
        "Requests may be sent here: the model is loaded, and the service is not about to end; never asks for a token"
    )
    return {"operationId": "ready", "summary": summary, "responses": answers(ref("Ready"), ("503",)), "security": []}


def _metrics() -> Json:
    """The one answer that is neither JSON nor a page."""
    found = answers(TEXT, ("401", "503"))
    found["200"] = {"description": "The text format of Prometheus", "content": {"text/plain": {"schema": TEXT}}}
    return {"operationId": "metrics", "summary": "What all processes of the service count", "responses": found}


def _article_operation(name: str, summary: str, switches: tuple[tuple[str, str], ...], answer: str) -> Json:
    """An operation that takes an article; `switches` are its query parameters, each with the meaning of "1"."""
    bodies = {kind: {"schema": TEXT} for kind in ("text/html", "text/plain", "text/markdown")}
    return {
        "operationId": name,
        "summary": summary,
        "parameters": [
            *(query(switch, {"enum": ["0", "1"]}, meaning) for switch, meaning in switches),
            query("id", TEXT, "the article's id, where the body is not JSON"),
            query("title", TEXT, "the article's title, where the body is not JSON"),
            query("url", TEXT, "the article's address, where the body is not JSON"),
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": ref("Article")}, **bodies}},
        "responses": answers(ref(answer), ("400", "401", "405", "413", "415", "422", "500", "503")),
    }


def _hook_operation() -> Json:
    """A webhook: what it holds is for its sender to say, so it is described no further."""
    names: Json = {"enum": ["ghost", "strapi", "directus", "generic"]}
    return {
        "operationId": "hook",
        "summary": "A webhook of a content management system, verified in that system's own way, and worked on later",
        "parameters": [{"name": "name", "in": "path", "required": True, "schema": names}],
        "requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}},
        "responses": answers(
            record({"accepted": {"type": "integer"}, "ignored": {"type": "boolean"}}),
            ("400", "401", "413", "503"),
            "202",
        ),
        "security": [],
    }


def _feedback_operation() -> Json:
    return {
        "operationId": "feedback",
        "summary": "Keep what a moderator answers to a verdict; the same answer for the same content counts once",
        "requestBody": {"required": True, "content": {"application/json": {"schema": ref("Feedback")}}},
        "responses": answers(ref("Stored"), ("400", "401", "405", "413", "415", "422", "500", "503"), "201"),
    }


def _page(name: str, summary: str, *, form: bool = False) -> Json:
    """An operation whose every answer is a page."""
    statuses = ("200", "401", "403", "413", "415", "422", "500", "503") if form else ("200", "401", "500", "503")
    meanings = {"200": "The page", "401": "The password is missing or wrong"}
    html = {"text/html": {"schema": TEXT}}
    operation: Json = {
        "operationId": name,
        "summary": summary,
        "security": [{"password": []}, {}],
        "responses": {
            status: {"description": meanings.get(status, "The reason, as a page"), "content": html}
            for status in statuses
        },
    }
    if not form:
        return operation
    fields: Json = dict.fromkeys(("article", "headline", "address", "format", "padding"), TEXT)
    fields["file"] = {"type": "string", "format": "binary"}
    body: Json = {"schema": {"type": "object", "properties": fields}}
    return {
        **operation,
        "requestBody": {"content": {"multipart/form-data": body, "application/x-www-form-urlencoded": body}},
    }
