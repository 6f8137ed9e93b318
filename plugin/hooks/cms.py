"""What every CMS has to offer to the desk, what an article is there, and how things go wrong."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from copydesk import CopydeskError, Report

from ..fetch import Answer, FetchError, Remote
from ..inputs import Article, Kind
from ..jobs import Entry, Job
from .verify import Proof

_EVENT = re.compile(r"[A-Za-z0-9_.:-]{1,60}")


class Malformed(CopydeskError):
    """A verified request whose body is not what the CMS sends."""


class Unknown(CopydeskError):
    """A verified request about something that is none of ours; `event` is what it is counted as."""

    def __init__(self, event: object) -> None:
        """Keep the name, if it looks like one."""
        super().__init__("an event that is passed over")
        self.event = event if isinstance(event, str) and _EVENT.fullmatch(event) else "other"


class Gone(CopydeskError):
    """The article is not there any more."""


class Changed(CopydeskError):
    """The article was changed between our look at it and our answer."""


class ApiFailure(CopydeskError):
    """The CMS did not do what it was asked; `wait` is how long it asked for, in seconds."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        """Carry the wait beside the reason."""
        super().__init__(reason)
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Content:
    """An article as it is, or was said to be, in the CMS.

    `key` is the article's in the queue. `live`: readers see it, or will without anybody doing more. `marked`: it carries our mark.
    `stamp` is the CMS's own mark of this revision; `extra` is for the CMS's own module.
    """

    key: str
    title: str
    body: str = field(repr=False)
    kind: Kind = "html"
    url: str | None = None
    live: bool = False
    marked: bool = False
    stamp: str = ""
    extra: Mapping[str, object] = field(default_factory=dict, repr=False)

    @property
    def hash(self) -> str:
        """The content hash that verdicts and releases are kept under: the title and the body as stored."""
        return content_hash(self.title, self.body)

    def article(self) -> Article:
        """The same, for the scorer."""
        return Article(self.key, self.body, self.kind, self.title, self.url)


class Cms(Protocol):
    """One CMS: reads its webhooks, and asks and tells its API."""

    name: str
    hold_at: str
    fail: str

    def verify(self, headers: Mapping[str, str], body: bytes, now: float) -> Proof:
        """Who sent this. Raises NotVerified."""

    def entries(self, body: bytes) -> list[Entry]:
        """The looks that a verified request asks for. Raises Malformed and Unknown."""

    def offered(self, job: Job) -> Content | None:
        """The article as the webhook had it; None where it had not all of it."""

    def fetch(self, job: Job) -> Content:
        """The article as it is now. Raises Gone and ApiFailure."""

    def hold(self, content: Content, summary: str, quotes: list[str]) -> None:
        """Take it from the readers, with the reasons where an editor sees them. Raises Gone, Changed and ApiFailure."""

    def settle(self, content: Content) -> None:
        """Take our marks off an article that stays. Raises Gone, Changed and ApiFailure."""


def content_hash(title: str, body: str) -> str:
    """SHA-256 of the title, a NUL and the body, hexadecimal."""
    return hashlib.sha256(f"{title}\0{body}".encode("utf-8", "surrogatepass")).hexdigest()


def parse(body: bytes) -> dict[str, object]:
    """The JSON object of a request. Raises Malformed."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:  # not UTF-8, too deep, or a number of thousands of digits, too
        raise Malformed("not JSON") from error
    return as_object(found)


def as_object(value: object) -> dict[str, object]:
    """The value, if it is a JSON object. Raises Malformed."""
    if not isinstance(value, dict):
        raise Malformed("no JSON object where one is expected")
    return value


def as_text(value: object) -> str:
    """The value, if it is a string; null is an empty one. Raises Malformed."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Malformed("no string where one is expected")
    return value


def ask(
    remote: Remote,
    method: str,
    path: str,
    headers: Mapping[str, str],
    send: object = None,
    *,
    fine: tuple[int, ...] = (),
) -> Answer:
    """One request to a CMS's API: 2xx and the statuses in `fine` come back.

    Raises ApiFailure for the others, for no answer, and for a redirect, which is not followed.
    """
    body = None if send is None else json.dumps(send).encode()
    sent = {"Accept": "application/json", "Accept-Encoding": "identity", **headers}
    if body is not None:
        sent["Content-Type"] = "application/json"
    try:
        answer = remote.request(method, path, body=body, headers=sent)
    except FetchError as error:
        raise ApiFailure(str(error)) from error
    if 200 <= answer.status < 300 or answer.status in fine:
        return answer
    raise ApiFailure(f"{method} {path.partition('?')[0]} was answered with {answer.status}", answer.retry_after)


def answered(answer: Answer) -> dict[str, object]:
    """The JSON object of an answer. Raises ApiFailure."""
    try:
        return parse(answer.body)
    except Malformed as error:
        raise ApiFailure(f"the answer is {error}") from error


def reasons(report: Report, most: int = 5) -> tuple[str, list[str]]:
    """A report in one line, and its worst lines: each quoted, and then what is wrong with it."""
    flagged = [name.replace("_", " ") for name, signal in report.signals.items() if signal.flagged]
    lines = [e for e in report.evidence if report.signals[e.signal].flagged and e.related is not True]
    lines.sort(key=lambda e: -e.score)
    counted = "" if not lines else f", {len(lines)} line{'s' if len(lines) > 1 else ''}"
    return f"{' + '.join(flagged) or report.action}{counted}", [
        f"“{shown(e.quote, 160)}” ({e.message})" for e in lines[:most]
    ]


def shown(text: str, most: int) -> str:
    """A text on one line without controls, cut at `most` characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
