"""The log: one object a line, sentences of our own, and never a word of what was sent."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from copydesk import Scorer
from copydesk.plugin.app import create_app
from copydesk.plugin.config import Settings
from copydesk.plugin.logs import REQUESTS, JsonLines, TextLines, announcement, set_up

MARK = "Zanzifrage"


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[pytest.CaptureFixture[str]]:
    """The service's own log on standard error, as JSON; afterwards it is as it was."""
    root, requests = logging.getLogger(), logging.getLogger(REQUESTS)
    before = list(root.handlers), root.level, requests.level
    set_up("json", "info")
    yield capsys
    root.handlers[:], root.level = before[0], before[1]
    requests.setLevel(before[2])


def _record(
    message: object, *args: object, name: str = "gunicorn.error", error: Exception | None = None
) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord(name, logging.ERROR, __file__, 1, message, args, info)


def test_each_request_is_one_object(lines: pytest.CaptureFixture[str], client: FlaskClient, article: str) -> None:
    """Time, level, id, method, route, status, milliseconds, size, action and model; nothing of the article."""
    response = client.post("/score", json={"id": "a-secret-id", "text": article}, headers={"X-Request-Id": "req-1.a"})
    client.get("/nothing/at/all")
    first, second = (json.loads(line) for line in lines.readouterr().err.splitlines())
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", first.pop("time"))
    assert first.pop("ms") > 0
    assert first.pop("bytes") > len(article)
    assert first == {
        "level": "info",
        "request_id": "req-1.a",
        "method": "POST",
        "route": "/score",
        "status": 200,
        "action": response.get_json()["action"],
        "model": "copydesk-1",
    }
    assert (second["route"], second["status"], second["action"], second["bytes"]) == ("other", 404, None, 0)


@pytest.mark.parametrize("given", [None, "", "a b", "-a", "a" * 65, 'a"b', "ü", "a/b"])
def test_an_id_that_is_not_sane_is_replaced(client: FlaskClient, given: str | None) -> None:
    """An id is short and plain, or it is a new one; either way the answer carries it."""
    headers = {} if given is None else {"X-Request-Id": given}
    seen = {client.get("/healthz", headers=headers).headers["X-Request-Id"] for _ in range(2)}
    assert len(seen) == 2
    assert all(re.fullmatch("[0-9a-f]{32}", each) for each in seen)
    assert client.get("/nothing", headers={"X-Request-Id": "a.b-c_9"}).headers.get_all("X-Request-Id") == ["a.b-c_9"]


def test_no_word_of_an_article_is_logged(lines: pytest.CaptureFixture[str], scorer: Scorer, article: str) -> None:
    """A word that stands in every field, address, header and fault is in no line."""
    client = create_app(scorer, Settings()).test_client()
    text = f"{MARK} {article} {MARK}"
    whole = {"id": MARK, "title": MARK, "url": f"https://{MARK}.example/", "text": text}
    for path in ("/score", "/clean", "/feedback", "/archive", "/hooks/ghost", f"/{MARK}", "/"):
        for body in (whole, {MARK: MARK}, {**whole, "html": MARK}, [MARK]):
            client.post(path, json=body, headers={"X-Other": MARK, "User-Agent": MARK})
        client.post(f"{path}?id={MARK}&{MARK}=1", data=text.encode(), content_type="text/plain")
        client.post(path, data=f'{{"text": {MARK}', content_type="application/json")
        client.open(path, method=MARK.upper())
    client.post("/", data={"article": text, "headline": MARK, "address": MARK, "format": MARK})
    written = lines.readouterr()
    assert written.err.count("\n") >= 43
    assert MARK.lower() not in (written.err + written.out).lower()


def test_a_fault_is_logged_with_its_places_alone(
    lines: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, scorer: Scorer
) -> None:
    """Kind, route, request and frames; neither the message nor a value, and one line for the request."""

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(MARK)

    monkeypatch.setattr(scorer, "score", fail)
    create_app(scorer, Settings()).test_client().post("/score", json={"text": MARK}, headers={"X-Request-Id": "r1"})
    written = lines.readouterr().err
    fault, request = (json.loads(line) for line in written.splitlines())
    assert (fault["level"], fault["request_id"], fault["message"]) == (
        "error",
        "r1",
        "POST /score failed: RuntimeError",
    )
    assert fault["frames"][-1].endswith(" fail")
    assert (request["status"], request["request_id"]) == (500, "r1")
    assert MARK not in written


@pytest.mark.parametrize(
    ("message", "args", "kept"),
    [
        ("Worker (pid:%s) was sent %s!", (12, "SIGKILL"), "Worker (pid:12) was sent SIGKILL!"),
        ("Error handling request %s %s", ("GET", f"/score?title={MARK}"), "Error handling request ... ..."),
        (f"Invalid request from ip=::1: Invalid line '{MARK}'", (), "Invalid request from ip"),
        ("100%% of %d", (3,), "100% of 3"),
        ("%s and %s", (MARK,), ""),
        (ValueError(MARK), (), "gunicorn.error: ValueError"),
    ],
)
def test_the_sentences_of_others_lose_their_values(message: object, args: tuple[object, ...], kept: str) -> None:
    """Numbers and signals stay; what a client may have sent does not."""
    assert json.loads(JsonLines().format(_record(message, *args)))["message"] == kept
    assert TextLines().format(_record(message, *args)).endswith(f" error {kept}")


def test_an_exception_loses_its_message() -> None:
    """Its kind and its places are enough to find it."""
    try:
        raise KeyError(MARK)
    except KeyError as error:
        record = _record("Error handling request", error=error)
    for form in (JsonLines(), TextLines()):
        line = form.format(record)
        assert MARK not in line
        assert "Error handling request (KeyError)" in line
        assert "test_an_exception_loses_its_message" in line


def test_our_own_sentences_are_kept() -> None:
    """What this package logs was written without an article."""
    record = _record("%s: the archive cannot be read", "/a/b.db", name="copydesk.hooks")
    assert json.loads(JsonLines().format(record))["message"] == "/a/b.db: the archive cannot be read"


def test_a_line_can_always_be_written() -> None:
    """A file's name may hold bytes that are no text."""
    record = _record("%s is gone", "/a/\udcff\n.db", name="copydesk")
    line = JsonLines().format(record)
    assert "\n" not in line
    assert json.loads(line.encode())["message"] == "/a/?\n.db is gone"


def test_the_first_line_says_where() -> None:
    """Programs wait for it: as text it is the sentence alone, as JSON it has the address in a field."""
    assert announcement("text", "http://[::1]:1") == "copydesk is listening on http://[::1]:1"
    assert json.loads(announcement("json", "http://[::1]:1"))["url"] == "http://[::1]:1"
