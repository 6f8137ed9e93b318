"""The log: one line an event on standard error, as JSON for programs or as text for people, and never a word of an article.

What this package writes into its log is its own sentences. What others write (gunicorn, urllib3) may hold addresses of requests, which
may hold titles; so of their messages the sentence is kept and the numbers in it, and the rest is left out. Of an exception, the places
where it passed are kept, and neither its message nor any value.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from contextlib import suppress
from datetime import datetime, timezone

OURS = "copydesk"
REQUESTS = "copydesk.requests"  # one record a request
_SIGNAL = re.compile(r"SIG[A-Z0-9]{2,10}")
_VALUE = re.compile(r"[:='\"\n%]")
_LEFT_OUT = "..."


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, and the fields that a record carries."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, object] = {"time": _time(record), "level": record.levelname.lower()}
        fields = getattr(record, "fields", None)
        if isinstance(fields, dict):
            line |= fields
        else:
            line |= {"logger": record.name, "message": _message(record)}
        if frames := _frames(record):
            line["frames"] = frames
        return json.dumps(line, ensure_ascii=False).encode("utf-8", "replace").decode()


class TextLines(logging.Formatter):
    """Time, level and message; the places of an exception below it."""

    def format(self, record: logging.LogRecord) -> str:
        """The lines."""
        text = f"{_time(record)} {record.levelname.lower()} {_message(record)}"
        return "\n".join([text, *(f"  {frame}" for frame in _frames(record))])


class _Lines(logging.Handler):
    """Each record in one piece to what is standard error now; a log that cannot be written is no reason to fail, or to show values."""

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(OSError, ValueError):
            sys.stderr.write(f"{self.format(record)}\n")
            sys.stderr.flush()


def set_up(form: str, level: str) -> None:
    """Everything that this process and those forked from it log goes to standard error. `form` is json or text; `level` info has a
    line for every request, warning has none.
    """
    handler = _Lines()
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    root = logging.getLogger()
    for other in list(root.handlers):
        if isinstance(other, _Lines):
            root.removeHandler(other)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger(REQUESTS).setLevel(logging.INFO if level == "info" else logging.WARNING)


def announcement(form: str, url: str) -> str:
    """The line that says where the service listens; it is written at any level, because programs wait for it."""
    said = f"copydesk is listening on {url}"
    if form != "json":
        return said
    now = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
    return json.dumps({"time": now, "level": "info", "logger": OURS, "message": said, "url": url})


def frames_of(error: BaseException) -> list[str]:
    """Where an exception passed, outermost first: file, line and function."""
    return [f"{each.filename}:{each.lineno} {each.name}" for each in traceback.extract_tb(error.__traceback__)]


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds")


def _message(record: logging.LogRecord) -> str:
    ours = record.name == OURS or record.name.startswith(f"{OURS}.")
    text = record.getMessage() if ours else _without_values(record)
    error = record.exc_info[0] if record.exc_info else None
    return f"{text} ({error.__name__})" if error is not None else text


def _without_values(record: logging.LogRecord) -> str:
    """The sentence of somebody else's, with its numbers and the names of signals; one put together elsewhere up to its first value."""
    if not isinstance(record.msg, str):
        return f"{record.name}: {type(record.msg).__name__}"
    given = record.args
    if not given:
        return _VALUE.split(record.msg, maxsplit=1)[0]
    kept = (
        {name: _kept(value) for name, value in given.items()} if isinstance(given, dict) else tuple(map(_kept, given))
    )
    try:
        return record.msg % kept
    except (TypeError, ValueError, KeyError):
        return _VALUE.split(record.msg, maxsplit=1)[0]


def _kept(value: object) -> object:
    if isinstance(value, (int, float)) or (isinstance(value, str) and _SIGNAL.fullmatch(value)):
        return value
    return _LEFT_OUT


def _frames(record: logging.LogRecord) -> list[str]:
    error = record.exc_info[1] if record.exc_info else None
    return [] if error is None else frames_of(error)
