"""Pieces that the service's OpenAPI description is put together from."""

from __future__ import annotations

from .schema import Json

PROBABILITY: Json = {"type": "number", "minimum": 0, "maximum": 1}
SCORE: Json = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
TEXT: Json = {"type": "string"}
TEXT_OR_NULL: Json = {"type": ["string", "null"]}
OFFSET: Json = {"type": "integer", "minimum": 0}
OFFSET_OR_NULL: Json = {"type": ["integer", "null"], "minimum": 0}


def record(properties: Json, optional: tuple[str, ...] = (), **more: object) -> Json:
    """The schema of an object with these properties and no others."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False, **more}


def ref(name: str) -> Json:
    """One of the description's own schemas."""
    return {"$ref": f"#/components/schemas/{name}"}


def answers(schema: Json, statuses: tuple[str, ...], done: str = "200") -> Json:
    """The responses of an operation: what it answers when all is well, and the statuses of its problems."""
    good = {"description": "Done", "content": {"application/json": {"schema": schema}}}
    return {done: good, **{status: {"$ref": "#/components/responses/Problem"} for status in statuses}}


def query(name: str, schema: Json, meaning: str, *, required: bool = False) -> Json:
    """A parameter in the query."""
    found: Json = {"name": name, "in": "query", "schema": schema, "description": meaning}
    return {**found, "required": True} if required else found
