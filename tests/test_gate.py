"""A bounded number of requests inside, turns in the order of coming, and a clear answer to who is too many."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from copydesk import Document, Report, Scorer
from copydesk.plugin.app import create_app
from copydesk.plugin.config import Settings
from copydesk.plugin.counting import CountingScorer
from copydesk.plugin.gate import FREE, RETRY_AFTER, Gate, Gated, Overloaded
from copydesk.plugin.metrics import Metrics


class Slow(CountingScorer):
    """A scorer that waits until it is told to go on."""

    def __init__(self, scorer: Scorer) -> None:
        super().__init__(scorer, Metrics())
        self.begun, self.go_on = threading.Semaphore(0), threading.Event()

    def score(self, document: Document, **more: object) -> Report:  # type: ignore[override]
        self.begun.release()
        assert self.go_on.wait(60)
        return super().score(document, **more)


@pytest.fixture
def slow(scorer: Scorer) -> Slow:
    """A scorer that waits."""
    return Slow(scorer)


def _send(app: Flask, article: str, answers: list[int]) -> threading.Thread:
    def send() -> None:
        answers.append(app.test_client().post("/score", json={"text": article}).status_code)

    thread = threading.Thread(target=send, daemon=True)
    thread.start()
    return thread


def _refused(client: FlaskClient, path: str = "/score") -> None:
    response = client.post(path, json={"text": "A text."})
    assert (response.status_code, response.mimetype) == (503, "application/problem+json")
    assert response.headers["Retry-After"] == str(RETRY_AFTER)
    assert response.headers["X-Request-Id"]
    assert response.headers["Cache-Control"] == "no-store"
    assert response.get_json()["status"] == 503


def test_one_too_many_is_refused_at_once(slow: Slow, article: str) -> None:
    """While as many as may be are inside, everybody else gets 503 and Retry-After; afterwards all is as before."""
    app, answers = create_app(slow, Settings(max_at_once=1)), list[int]()
    client = app.test_client()
    thread = _send(app, article, answers)
    assert slow.begun.acquire(timeout=60)
    for path in ("/score", "/clean", "/feedback", "/nothing", "/hooks/ghost"):
        _refused(client, path)
    page = client.post("/", data={"article": article})
    assert (page.status_code, page.mimetype, page.headers["Retry-After"]) == (503, "text/html", str(RETRY_AFTER))
    for path in FREE:
        assert client.get(path).status_code == 200
    assert "copydesk_overload_refusals_total 6.0" in client.get("/metrics").text
    slow.go_on.set()
    thread.join(60)
    assert answers == [200]
    assert client.post("/score", json={"text": article}).status_code == 200


def test_nobody_waits_for_a_turn_for_ever(slow: Slow, article: str) -> None:
    """A request whose turn does not come in time is refused like one too many."""
    app, answers = create_app(slow, Settings(max_wait_ms=10)), list[int]()
    thread = _send(app, article, answers)
    assert slow.begun.acquire(timeout=60)
    _refused(app.test_client())
    slow.go_on.set()
    thread.join(60)
    assert answers == [200]


def test_turns_come_in_order() -> None:
    """Who has waited longest is next, and nobody who comes later jumps in."""
    gate, order, threads = Gate(9, 60, 1), list[int](), list[threading.Thread]()

    def take(number: int) -> None:
        with gate.turn():
            order.append(number)

    with gate.turn():
        for number in range(5):
            threads.append(threading.Thread(target=take, args=(number,), daemon=True))
            threads[-1].start()
            while len(gate._waiting) <= number:  # the next one comes when this one waits
                pass
    for thread in threads:
        thread.join(60)
    assert order == [0, 1, 2, 3, 4]


def test_a_turn_that_was_given_up_goes_to_nobody() -> None:
    """After a wait that ended in vain, the turn is free again as soon as it is given back."""
    gate = Gate(9, 0.01, 1)
    with gate.turn(), pytest.raises(Overloaded), gate.turn():
        pass
    with gate.turn():
        assert gate._free == 0
    assert gate._free == 1


def test_a_request_that_fails_leaves() -> None:
    """An exception inside makes room as an answer does."""

    def broken(environ: dict[str, object], start: Callable[..., object]) -> Iterable[bytes]:
        raise RuntimeError

    gate = Gate(1, 1, 1)
    gated = Gated(broken, gate, lambda *_: [b"refused"])
    for _ in range(3):
        with pytest.raises(RuntimeError):
            gated({"PATH_INFO": "/score"}, lambda *_: None)  # type: ignore[arg-type]
    assert gate.inside == 0
