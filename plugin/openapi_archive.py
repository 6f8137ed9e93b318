"""What the service's OpenAPI description says of sources and of the archive that they are looked up in."""

from __future__ import annotations

from .archive_service import LONGEST_ID, MOST, NDJSON
from .openapi_parts import OFFSET, OFFSET_OR_NULL, PROBABILITY, TEXT, TEXT_OR_NULL, answers, query, record, ref
from .schema import Json

_PROTECTED: list[Json] = [{"bearer": []}, {"signature": [], "signatureId": [], "signatureTime": []}]
_REFUSALS = ("401", "403", "503")
_ID: Json = {"type": "string", "minLength": 1, "maxLength": LONGEST_ID}


def source_schema() -> Json:
    """An article of the archive that the one scored was made from, or has something of."""
    aligned = record(
        {
            "start": OFFSET,
            "end": OFFSET,
            "quote": {"type": "string", "minLength": 1},
            "source_start": OFFSET_OR_NULL,
            "source_end": OFFSET_OR_NULL,
            "source_quote": TEXT_OR_NULL,
            "score": PROBABILITY,
        }
    )
    relations = ["copy", "rewrite", "identical", "shared_passages", "same_event"]
    return record(
        {
            "id": TEXT,
            "title": TEXT,
            "relation": {"type": "string", "examples": relations},
            "score": PROBABILITY,
            "share": {**PROBABILITY, "description": "the part of the article's words that align"},
            "alignment": {"type": "array", "items": aligned, "description": "with with_alignment=1 only"},
        },
        optional=("alignment",),
    )


def archive_schemas() -> Json:
    """What the operations on the archive take and answer, by name."""
    count: Json = {"type": "integer", "minimum": 0}
    articles = {"type": "array", "minItems": 1, "maxItems": MOST, "items": ref("ArchivedArticle")}
    return {
        "Source": source_schema(),
        "ArchivedArticle": {"allOf": [ref("Article"), {"required": ["id"], "properties": {"id": _ID}}]},
        "ArchivedArticles": record({"articles": articles}),
        "Added": record({"added": count, "replaced": count, "same": count}),
        "Removed": record({"removed": count}),
        "ArchiveStats": record({"articles": count, "bytes": count, "keeps_text": {"type": "boolean"}}),
    }


def archive_operations() -> Json:
    """GET, POST and DELETE of /archive."""
    lines = f"One ArchivedArticle a line, up to {MOST}"
    bodies = {
        "application/json": {"schema": {"anyOf": [ref("ArchivedArticle"), ref("ArchivedArticles")]}},
        NDJSON: {"schema": {**TEXT, "description": lines}},
    }
    content: Json = {"application/json": {"schema": ref("Added")}}
    added = answers(ref("Added"), ("400", *_REFUSALS, "413", "415", "422", "500"), "201")
    removed = answers(ref("Removed"), ("400", *_REFUSALS))
    added["503"] = removed["503"] = {
        "description": "There is no archive, it cannot be used, or another process is writing to it",
        "headers": {"Retry-After": {"schema": OFFSET, "description": "seconds, where another process is writing"}},
        "content": {"application/problem+json": {"schema": ref("Problem")}},
    }
    added["200"] = {"description": "All of them were there already", "content": content}
    return {
        "get": {
            "operationId": "archiveStats",
            "summary": "Count the articles of the archive",
            "security": _PROTECTED,
            "responses": answers(ref("ArchiveStats"), _REFUSALS),
        },
        "post": {
            "operationId": "archiveAdd",
            "summary": "Add articles to the archive, all of them or none; a newer text under an id replaces the older one",
            "security": _PROTECTED,
            "requestBody": {"required": True, "content": bodies},
            "responses": added,
        },
        "delete": {
            "operationId": "archiveRemove",
            "summary": "Remove an article from the archive; 0 where it is not there",
            "security": _PROTECTED,
            "parameters": [query("id", _ID, "the article's id", required=True)],
            "responses": removed,
        },
    }
