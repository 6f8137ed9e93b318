"""The contract in JSON: reports, articles and errors as dicts, and nowhere else.

Every way out prints a report by `dumps`, so the command line, the batch and the service answer with the same bytes.
Every way in reads an article object by `load_article`, so a field is right or wrong everywhere alike.
"""

from __future__ import annotations

import json
import re
from http import HTTPStatus

import copydesk
from copydesk import (
    Aligned,
    Cleaned,
    CopydeskError,
    DocumentError,
    DocumentTooLarge,
    Evidence,
    Report,
    Scorer,
    Source,
    published,
)

from .archive_errors import ArchiveError
from .inputs import Article, Failure
from .state import StateError

Json = dict[str, object]

FIELDS = ("id", "title", "text", "html", "url", "date")
_SCHEMA = 1  # as a report has it
_DIGITS = 4  # decimals of every probability: the calibration is not finer than that
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)  # `json.dumps` makes one for every report
# Characters that JSON allows but that drive a terminal, reorder a line or are not valid UTF-8.
_UNSAFE = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class JsonError(DocumentError):
    """Data that is no JSON at all: HTTP 400."""


class FieldError(DocumentError):
    """An article object with a wrong field; `field` is its name: HTTP 422."""

    def __init__(self, field: str, message: str) -> None:
        """Name the field in the message, too."""
        super().__init__(message)
        self.field = field


class RequestError(CopydeskError):
    """A request that is wrong as a request, whatever the article: `status` is the HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        """Carry the status beside the message."""
        super().__init__(message)
        self.status = status


def report_to_dict(report: Report, with_text: bool = False, with_alignment: bool = False) -> Json:
    """The contract's report; `with_text` adds the text that all offsets index, `with_alignment` the sentences that each source
    shares with the article."""
    fields: Json = {
        "schema": report.schema,
        "id": report.id,
        "model": report.model,
        "language": report.language,
        "words": report.words,
        "content_hash": report.content_hash,
        "action": report.action,
        "score": _rounded(report.score),
        "signals": {
            name: {"score": _rounded(s.score), "flagged": bool(s.flagged), "threshold": _rounded(s.threshold)}
            for name, s in report.signals.items()
        },
        "evidence": [_evidence_to_dict(e) for e in report.evidence],
        "sources": [source_to_dict(s, with_alignment) for s in report.sources],
        "notes": list(report.notes),
    }
    if with_text:
        fields["text"] = report.text
    return fields


def failure_to_dict(failure: Failure) -> Json:
    """What stands in the place of a report where an input could not be scored: known by its key "error"."""
    return {
        "schema": _SCHEMA,
        "id": failure.where if failure.id is None else failure.id,
        "error": {"type": failure.type, "detail": failure.reason, "where": failure.where},
    }


def cleaned_to_dict(cleaned: Cleaned) -> Json:
    """A cleaned article: what is left of it, and the evidence that was removed, as a report has it."""
    return {"content": cleaned.content, "removed": [_evidence_to_dict(found) for found in cleaned.removed]}


def dumps(report: Report, with_text: bool = False, with_alignment: bool = False) -> str:
    """The report as one line of JSON, without the line's end, safe to print."""
    return to_json(report_to_dict(report, with_text, with_alignment))


def to_json(fields: Json) -> str:
    """A dict as one line of JSON; characters that could drive a terminal are escaped."""
    return _UNSAFE.sub(lambda m: f"\\u{ord(m[0]):04x}", _ENCODER.encode(fields))


def model_to_dict(scorer: Scorer) -> Json:
    """What the service says of its model: the name, the policy in force, and the manifest as it was trained."""
    policy = scorer.policy
    return {
        "name": scorer.model.name,
        "version": copydesk.__version__,
        "policy": {
            "thresholds": dict(policy.thresholds),
            "hold_at": dict(policy.hold_at),
            "hold_count": policy.hold_count,
            "allow": list(policy.allow),
        },
        "manifest": scorer.model.manifest,
    }


def health_to_dict(scorer: Scorer) -> Json:
    """The service is up, with this model."""
    return {"status": "ok", "model": scorer.model.name}


def ready_to_dict(scorer: Scorer) -> Json:
    """The answer of /readyz."""
    return {"status": "ready", "model": scorer.model.name}


def load_article(data: bytes, default_id: str = "", *, strict: bool = True) -> Article:
    """An article from a JSON object in UTF-8; `strict` False passes over other fields, as the rows of corpora have them.

    Raises JsonError where it is not JSON, and FieldError where a field is unknown, missing or of a wrong type.
    """
    return parse_article(load_json(data), default_id, strict=strict)


def load_json(data: bytes) -> object:
    """What JSON in UTF-8 says. Raises JsonError."""
    try:
        return json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise JsonError(f"not UTF-8 at byte {error.start}, expected a JSON object") from error
    except RecursionError as error:
        raise JsonError("the JSON is nested too deeply, expected a flat object") from error
    except json.JSONDecodeError as error:
        raise JsonError(f"not JSON at character {error.pos} ({error.msg}), expected an object") from error
    except ValueError as error:  # a number of thousands of digits
        raise JsonError("a number in the JSON is too long") from error


def parse_article(fields: object, default_id: str = "", *, strict: bool = True) -> Article:
    """An article from the contract's object {"id","title","text"|"html","url","date"}; null is the same as absent. `strict`
    False passes over what is no date, too: rows of corpora have all kinds of them.

    Raises FieldError that names the field.
    """
    expected = "expected id, title, url, date, and one of text or html"
    if not isinstance(fields, dict):
        raise FieldError("", f"the JSON is not an object, {expected}")
    for name, value in fields.items():
        if not strict and (name not in FIELDS or name == "date"):
            continue
        if name not in FIELDS:
            raise FieldError(str(name)[:80], f"unknown field {str(name)[:80]!r}, {expected}")
        if value is not None and not isinstance(value, str):
            raise FieldError(name, f"field {name!r} is {_json_type(value)}, expected a string")
    text, html = fields.get("text"), fields.get("html")
    data = text if html is None else html
    if data is None:
        raise FieldError("text", "fields 'text' and 'html' are both missing, expected one of them")
    if text is not None and html is not None:
        raise FieldError("html", "fields 'text' and 'html' are both given, expected one of them")
    date = _date(fields.get("date"), strict)
    return Article(
        id=default_id if fields.get("id") is None else fields["id"],
        data=data,
        kind="text" if html is None else "html",
        title=fields.get("title") or "",
        url=fields.get("url"),
        date=date,
    )


def _date(value: object, strict: bool) -> str | None:
    """The field as one form of ISO 8601; what is none raises FieldError, or is None where not `strict`."""
    found = published(value) if isinstance(value, str) else None
    if strict and value is not None and found is None:
        raise FieldError("date", "field 'date' is no date, expected one of ISO 8601 such as 2024-05-03T08:30:00Z")
    return found


def problem(error: CopydeskError) -> tuple[int, Json]:
    """The HTTP status and the RFC 9457 body of an error; what is our own fault is not told to strangers."""
    if isinstance(error, RequestError):
        return error.status, problem_body(error.status, str(error))
    if isinstance(error, DocumentTooLarge):
        return 413, problem_body(413, str(error))
    if isinstance(error, JsonError):
        return 400, problem_body(400, str(error))
    if isinstance(error, FieldError):
        return 422, problem_body(422, str(error), error.field)
    if isinstance(error, DocumentError):
        return 422, problem_body(422, str(error))
    if isinstance(error, StateError):
        return 503, problem_body(503, "the service cannot remember anything now")
    if isinstance(error, ArchiveError):
        return 503, problem_body(503, "the archive cannot be used now; nothing was changed")
    return 500, problem_body(500, "the article could not be scored")


def problem_body(status: int, detail: str, field: str = "") -> Json:
    """An RFC 9457 object; `field` is the wrong field of the article, where there is one."""
    body: Json = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    if field:
        body["field"] = field
    return body


def _evidence_to_dict(found: Evidence) -> Json:
    return {
        "signal": found.signal,
        "reason": found.reason,
        "message": found.message,
        "start": found.start,
        "end": found.end,
        "quote": found.quote,
        "score": _rounded(found.score),
        "related": found.related,
        "href": found.href,
    }


def source_to_dict(source: Source, with_alignment: bool = False) -> Json:
    """A source as a report has it."""
    fields: Json = {
        "id": source.id,
        "title": source.title,
        "relation": source.relation,
        "score": _rounded(source.score),
        "share": _rounded(source.share),
    }
    if with_alignment:
        fields["alignment"] = [_aligned_to_dict(pair) for pair in source.alignment]
    return fields


def _aligned_to_dict(pair: Aligned) -> Json:
    return {
        "start": pair.start,
        "end": pair.end,
        "quote": pair.quote,
        "source_start": pair.source_start,
        "source_end": pair.source_end,
        "source_quote": pair.source_quote,
        "score": _rounded(pair.score),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), _DIGITS)


def _json_type(value: object) -> str:
    names = {bool: "a boolean", int: "a number", float: "a number", list: "an array", dict: "an object"}
    return names[type(value)]
