"""What moderators answer to a verdict, "wrong" or "right": kept with the article's id and hash, never with its text.

The fields are bounded one by one, so a row is a few kilobytes at most; the same answer for the same content counts once, however
often a content management system sends it.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from copydesk import ConfigError

from .schema import FieldError, Json, JsonError
from .state import Database, StateError
from .table import cut, visible, width

FILE = "feedback.sqlite3"
MOST = 1_000_000  # answers; a newsroom of a hundred moderators needs years for them
LONGEST: Mapping[str, int] = {"id": 1024, "content_hash": 128, "comment": 1000, "cms": 64}  # characters
MOST_SIGNALS = 16
ACTIONS = ("publish", "review", "hold")
JUDGEMENTS = ("wrong", "right")
HASH = r"[A-Za-z0-9:+/=_.-]+"
SIGNAL = r"[a-z][a-z0-9_]{0,39}"

_REQUIRED = ("id", "content_hash", "action", "judgement")
_FIELDS = (*_REQUIRED, "signals", "comment", "cms")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS feedback (
    number INTEGER PRIMARY KEY, received INTEGER NOT NULL, id TEXT NOT NULL, content_hash TEXT NOT NULL, action TEXT NOT NULL,
    judgement TEXT NOT NULL, signals TEXT, comment TEXT, cms TEXT, UNIQUE (id, content_hash, judgement)
);
"""
_ADD = """
INSERT INTO feedback (received, id, content_hash, action, judgement, signals, comment, cms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id, content_hash, judgement) DO UPDATE SET action = excluded.action,
    signals = COALESCE(excluded.signals, signals), comment = COALESCE(excluded.comment, comment), cms = COALESCE(excluded.cms, cms)
"""
_ALL = """
SELECT number, received, id, content_hash, action, judgement, signals, comment, cms FROM feedback
WHERE number > ? ORDER BY number LIMIT ?
"""
_PAGE = 500  # rows read at a time: the file is not held open while they are printed


@dataclass(frozen=True, slots=True)
class Feedback:
    """One answer; `received` is in Unix seconds, 0 before it is stored. `signals` are those that the moderator means."""

    id: str
    content_hash: str
    action: str
    judgement: str
    signals: tuple[str, ...] | None = None
    comment: str | None = None
    cms: str | None = None
    received: int = 0


def load_feedback(data: bytes) -> Feedback:
    """The answer in a JSON object in UTF-8.

    Raises JsonError where it is no JSON, FieldError that names the field that is wrong.
    """
    try:
        fields = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise JsonError(f"not JSON, expected an object with {', '.join(_FIELDS)}") from error
    if not isinstance(fields, dict):
        raise FieldError("", f"the JSON is not an object, expected {', '.join(_FIELDS)}")
    for name in fields:
        if name not in _FIELDS:
            raise FieldError(name[:80], f"unknown field {name[:80]!r}, expected {', '.join(_FIELDS)}")
    for name in _REQUIRED:
        if fields.get(name) is None:
            raise FieldError(name, f"field {name!r} is missing")
    for name, longest in LONGEST.items():
        _check_text(name, fields.get(name), longest)
    _check_choice("action", fields["action"], ACTIONS)
    _check_choice("judgement", fields["judgement"], JUDGEMENTS)
    if not re.fullmatch(HASH, fields["content_hash"]):
        raise FieldError("content_hash", "field 'content_hash' is no hash, expected letters, digits and : + / = _ . -")
    signals = _signals(fields.get("signals"))
    return Feedback(**{**fields, "signals": signals})


class FeedbackStore:
    """The answers so far, in `folder`."""

    def __init__(self, folder: Path, most: int = MOST) -> None:
        """`most` is how many answers are kept. Raises StateError."""
        self._database = Database(folder / FILE, _SCHEMA)
        self._most = most

    def add(self, feedback: Feedback, now: float | None = None) -> None:
        """Keep an answer, once for the same id, hash and judgement: a repetition may add a comment or signals to it.

        Raises StateError where it cannot be kept.
        """
        values = (feedback.id, feedback.content_hash, feedback.action, feedback.judgement)
        signals = None if feedback.signals is None else json.dumps(feedback.signals)
        received = int(time.time() if now is None else now)
        with self._database.transaction() as connection:
            (last,) = connection.execute(
                "SELECT MAX(number) FROM feedback"
            ).fetchone()  # nothing is deleted: also their count
            if last is not None and last >= self._most:
                raise StateError(f"{FILE} is full: {self._most} answers")
            connection.execute(_ADD, (received, *values, signals, feedback.comment, feedback.cms))

    def __iter__(self) -> Iterator[Feedback]:
        """All answers, oldest first. Raises StateError."""
        last = 0
        while True:
            with self._database.transaction() as connection:
                rows = connection.execute(_ALL, (last, _PAGE)).fetchall()
            for number, received, id, content_hash, action, judgement, signals, comment, cms in rows:
                last = number
                named = None if signals is None else tuple(json.loads(signals))
                yield Feedback(id, content_hash, action, judgement, named, comment, cms, received)
            if len(rows) < _PAGE:
                return

    def close(self) -> None:
        """Close the file; it is opened again when it is needed."""
        self._database.close()


def feedback_to_dict(feedback: Feedback) -> Json:
    """The answer as the contract has it, with the time at which it came, in UTC."""
    return {
        "received": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(feedback.received)),
        "id": feedback.id,
        "content_hash": feedback.content_hash,
        "action": feedback.action,
        "judgement": feedback.judgement,
        "signals": None if feedback.signals is None else list(feedback.signals),
        "comment": feedback.comment,
        "cms": feedback.cms,
    }


def stored_feedback(folder: Path | None) -> Iterator[Feedback]:
    """The answers of a state folder, oldest first; a folder without any is left as it is.

    Raises ConfigError where no folder is set or it is not there, StateError where its file cannot be read.
    """
    if folder is None:
        raise ConfigError("no state folder is set: give --state, or set COPYDESK_STATE")
    if not folder.is_dir():
        raise ConfigError(f"{folder} is no folder, expected the one that the service runs with")
    if (folder / FILE).exists():
        yield from FeedbackStore(folder)


def feedback_heading() -> str:
    """The names of a row's columns."""
    return f"{'received (UTC)':<16}  judged  {'action':<7}  cms, article, signals, comment"


def feedback_row(feedback: Feedback, columns: int) -> str:
    """The answer as a line for a terminal `columns` cells wide."""
    when = time.strftime("%Y-%m-%d %H:%M", time.gmtime(feedback.received))
    start = f"{when}  {feedback.judgement:<6}  {feedback.action:<7}  "
    rest = [feedback.cms or "-", feedback.id, ", ".join(feedback.signals or ()), feedback.comment or ""]
    return start + cut("  ".join(map(visible, filter(None, rest))), max(columns - width(start), 20))


def _check_text(name: str, value: object, longest: int) -> None:
    if value is None:
        return
    if not isinstance(value, str):
        raise FieldError(name, f"field {name!r} is no string")
    if not value and name in _REQUIRED:
        raise FieldError(name, f"field {name!r} is empty")
    if len(value) > longest:
        raise FieldError(name, f"field {name!r} has {len(value)} characters, expected at most {longest}")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise FieldError(name, f"field {name!r} holds half a character (a lone surrogate)") from error


def _check_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise FieldError(name, f"field {name!r} is none of {', '.join(choices)}")


def _signals(value: object) -> tuple[str, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) > MOST_SIGNALS:
        raise FieldError("signals", f"field 'signals' is no list of at most {MOST_SIGNALS} names")
    if not all(isinstance(name, str) and re.fullmatch(SIGNAL, name) for name in value):
        raise FieldError("signals", "field 'signals' holds something that is no name of a signal")
    return tuple(value)
