"""The JSON Schemas of the contract, and the service's OpenAPI 3.1 description; tests hold them against real answers."""

from __future__ import annotations

from copydesk import SIGNALS

from .schema import Json

_PROBABILITY: Json = {"type": "number", "minimum": 0, "maximum": 1}
_SCORE: Json = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
_TEXT: Json = {"type": "string"}
_TEXT_OR_NULL: Json = {"type": ["string", "null"]}
_OFFSET: Json = {"type": "integer", "minimum": 0}


def _object(properties: Json, optional: tuple[str, ...] = (), **more: object) -> Json:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False, **more}


def article_schema() -> Json:
    """The article object of POST /score and of a JSONL line."""
    fields: Json = dict.fromkeys(("id", "title", "text", "html", "url"), _TEXT_OR_NULL)
    one_of = [
        {"properties": {given: _TEXT, absent: {"type": "null"}}, "required": [given]}
        for given, absent in (("text", "html"), ("html", "text"))
    ]
    return _object(fields, optional=tuple(fields), oneOf=one_of)


def report_schema() -> Json:
    """The report of one article."""
    signal = _object({"score": _SCORE, "flagged": {"type": "boolean"}, "threshold": _PROBABILITY})
    evidence = _object(
        {
            "signal": {"enum": list(SIGNALS)},
            "reason": {"type": "string", "pattern": "^[a-z]+(-[a-z]+)*$"},
            "message": _TEXT,
            "start": _OFFSET,
            "end": _OFFSET,
            "quote": {"type": "string", "minLength": 1},
            "score": _PROBABILITY,
            "related": {"type": ["boolean", "null"]},
            "href": _TEXT_OR_NULL,
        }
    )
    source = _object({"id": _TEXT, "title": _TEXT, "relation": _TEXT, "score": _PROBABILITY, "share": _PROBABILITY})
    return _object(
        {
            "schema": {"const": 1},
            "id": _TEXT,
            "model": _TEXT,
            "language": _TEXT,
            "words": _OFFSET,
            "content_hash": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"},
            "action": {"enum": ["publish", "review", "hold"]},
            "score": _SCORE,
            "signals": _object(dict.fromkeys(SIGNALS, signal)),
            "evidence": {"type": "array", "items": evidence},
            "sources": {"type": "array", "items": source},
            "notes": {"type": "array", "items": _TEXT},
            "text": _TEXT,
        },
        optional=("text",),
    )


def problem_schema() -> Json:
    """An error, as RFC 9457 writes it."""
    return _object(
        {
            "type": {"type": "string", "format": "uri-reference"},
            "title": _TEXT,
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": _TEXT,
            "field": _TEXT,
        },
        optional=("field",),
    )


def openapi(version: str) -> Json:
    """The OpenAPI 3.1 description of the service; `version` is that of the package."""
    model = _object({"name": _TEXT, "version": _TEXT, "policy": {"type": "object"}, "manifest": {"type": "object"}})
    health = _object({"status": {"const": "ok"}, "model": _TEXT})
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Copydesk",
            "version": version,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "security": [{"bearer": []}, {}],
        "paths": {
            "/score": {"post": _score_operation()},
            "/healthz": {
                "get": _get("health", "The service is up; never asks for a token", "Health", open_to_all=True)
            },
            "/model": {"get": _get("model", "The model, its figures and the policy in force", "Model")},
            "/openapi.json": {"get": _get("openapi", "This description", None)},
        },
        "components": {
            "schemas": {
                "Article": article_schema(),
                "Report": report_schema(),
                "Problem": problem_schema(),
                "Model": model,
                "Health": health,
            },
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "responses": {
                "Problem": {
                    "description": "An error",
                    "content": {"application/problem+json": {"schema": _ref("Problem")}},
                }
            },
        },
    }


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _answers(schema: Json, statuses: tuple[str, ...]) -> Json:
    good = {"description": "Done", "content": {"application/json": {"schema": schema}}}
    return {"200": good, **{status: {"$ref": "#/components/responses/Problem"} for status in statuses}}


def _get(name: str, summary: str, schema: str | None, *, open_to_all: bool = False) -> Json:
    answers = _answers(_ref(schema) if schema else {"type": "object"}, () if open_to_all else ("401",))
    operation: Json = {"operationId": name, "summary": summary, "responses": answers}
    return {**operation, "security": []} if open_to_all else operation


def _score_operation() -> Json:
    def parameter(name: str, schema: Json, meaning: str) -> Json:
        return {"name": name, "in": "query", "schema": schema, "description": meaning}

    bodies = {kind: {"schema": _TEXT} for kind in ("text/html", "text/plain", "text/markdown")}
    return {
        "operationId": "score",
        "summary": "Score one article",
        "parameters": [
            parameter("with_text", {"enum": ["0", "1"]}, "1 adds the text that the offsets index"),
            parameter("id", _TEXT, "the article's id, where the body is not JSON"),
            parameter("title", _TEXT, "the article's title, where the body is not JSON"),
            parameter("url", _TEXT, "the article's address, where the body is not JSON"),
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": _ref("Article")}, **bodies}},
        "responses": _answers(_ref("Report"), ("400", "401", "405", "413", "415", "422", "500")),
    }
