"""Reading on after a refusal: so much that a browser hears the answer, and no more."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable

import pytest

from copydesk.plugin import draining
from copydesk.plugin.draining import Draining

Start = Callable[..., object]


def _read(status: str, body: io.BytesIO, clock: Callable[[], float] = lambda: 0.0, **environ: object) -> int:
    """How much of a body is read when the application inside answers with this status."""

    def app(environ: dict[str, object], start: Start) -> Iterable[bytes]:
        start(status, [])
        return [b"answer"]

    given = {"wsgi.input": body, **environ}
    assert list(Draining(app, clock)(given, lambda *_: None)) == [b"answer"]  # type: ignore[arg-type]
    return body.tell()


@pytest.mark.parametrize(
    ("status", "environ", "read"),
    [
        ("413 Too Large", {"CONTENT_LENGTH": "300000"}, 300_000),
        ("413 Too Large", {"wsgi.input_terminated": True}, 400_000),
        ("413 Too Large", {}, 0),
        ("413 Too Large", {"CONTENT_LENGTH": ""}, 0),
        ("413 Too Large", {"CONTENT_LENGTH": "-1"}, 0),
        ("413 Too Large", {"CONTENT_LENGTH": "9" * 5000}, 0),
        ("413 Too Large", {"CONTENT_LENGTH": str(draining.MOST + 1)}, 0),
        ("200 OK", {"CONTENT_LENGTH": "300000"}, 0),
        ("401 Unauthorized", {"wsgi.input_terminated": True}, 0),
    ],
)
def test_the_rest_of_a_refused_body_is_read(status: str, environ: dict[str, object], read: int) -> None:
    """As much as was declared, or up to the end of the chunks; nothing after another answer, or of far too much."""
    assert _read(status, io.BytesIO(bytes(400_000)), **environ) == read


def test_a_body_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither more bytes nor more seconds than the limits."""
    monkeypatch.setattr(draining, "MOST", 100_000)
    assert _read("413 Too Large", io.BytesIO(bytes(400_000)), **{"wsgi.input_terminated": True}) == 100_000
    ticks = iter(range(1000))
    assert _read("413", io.BytesIO(bytes(10**7)), lambda: next(ticks) * 5.0, CONTENT_LENGTH="90000") < 90_001


def test_a_client_that_left_is_no_error() -> None:
    """The answer goes nowhere, and nothing is raised."""

    class Gone(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise ConnectionResetError

    assert _read("413 Too Large", Gone(), CONTENT_LENGTH="5000") == 0
