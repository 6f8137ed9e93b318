"""Columns of a table become the fields of an article, and a row an article object, as a line of JSONL has it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from numbers import Number

from .items import Failure, InputError, RowInput

FIELDS = ("id", "title", "text", "html", "url", "date")
_BODIES = ("text", "html")
_SHOWN = 30  # names of columns in a message

Columns = Mapping[str, str]  # field -> the column that holds it


class ColumnError(ValueError):
    """A table without the columns that are needed; the message names those it has."""


def parse_columns(options: Sequence[str]) -> Columns:
    """What `--columns text=body,title=headline` says; a part without "=" belongs to the name before it, which has a comma.

    Raises InputError that says what was expected.
    """
    named: dict[str, str] = {}
    field = ""
    for part in ",".join(options).split(",") if options else ():
        before, equals, column = part.partition("=")
        if equals and before.strip() in FIELDS:
            field = before.strip()
            if field in named:
                raise InputError(f"--columns names {field!r} twice")
            named[field] = column.strip()
        elif field:
            named[field] += f",{part}"
        else:
            raise InputError(f"--columns {part!r}: expected field=column with one of the fields {', '.join(FIELDS)}")
    if empty := [field for field, column in named.items() if not column]:
        raise InputError(f"--columns {empty[0]}=: expected the name of a column")
    return named


def chosen(columns: Columns, there: Sequence[str]) -> dict[str, int]:
    """Where in a row each field stands: as `columns` says, else in the column with the field's own name.

    Where one of text and html is named, the other is not looked for. Raises ColumnError.
    """
    for field, column in columns.items():
        if column not in there:
            raise ColumnError(f"there is no column {column!r} ({field}={column}), there are: {_listed(there)}")
    given = any(field in columns for field in _BODIES)
    wanted = {field: field for field in FIELDS if not (given and field in _BODIES)} | dict(columns)
    places = {field: there.index(column) for field, column in wanted.items() if column in there}
    if not any(field in places for field in _BODIES):
        raise ColumnError(f"no column is called text or html (--columns text=NAME), there are: {_listed(there)}")
    return places


def row_of(where: str, fields: Mapping[str, object]) -> RowInput | Failure:
    """An article object out of cells: numbers become strings, dates ISO 8601, and what is empty is absent."""
    kept: dict[str, object] = {}
    for field, value in fields.items():
        if isinstance(value, bytes):
            try:
                value = value.decode()
            except UnicodeDecodeError as error:
                return Failure(where, f"field {field!r} is not UTF-8 at byte {error.start}")
        if value is None or value == "":
            continue
        if isinstance(value, date):  # a datetime, too
            value = value.isoformat()
        elif isinstance(value, Number) and not isinstance(value, bool):
            value = str(value)
        kept[field] = value if isinstance(value, str) else type(value).__name__
    return RowInput(where, json.dumps(kept, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    shown = ", ".join(name[:80] for name in names[:_SHOWN])
    return f"{shown} and {more} more" if more > 0 else shown or "none"
