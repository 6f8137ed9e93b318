"""POST /clean and POST /feedback in process: every status, and what the description says of each answer."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from copydesk import Scorer
from copydesk.plugin.app import create_app
from copydesk.plugin.config import Settings
from copydesk.plugin.feedback import FILE, FeedbackStore
from copydesk.plugin.schema import cleaned_to_dict, to_json

GIVEN = {"id": "post-7", "content_hash": "a" * 64, "action": "hold", "judgement": "wrong"}


@pytest.fixture
def keeping(scorer: Scorer, tmp_path: Path) -> FlaskClient:
    """A service with a state folder, and small bodies."""
    return create_app(scorer, Settings(state=tmp_path / "state", max_body=4096)).test_client()


def _check(client: FlaskClient, response: TestResponse, status: int, name: str) -> dict[str, object]:
    """The answer's JSON, held against the description: its schema, and that this status is in it."""
    described = client.get("/openapi.json").get_json()
    assert response.status_code == status
    operation = described["paths"][response.request.path][response.request.method.lower()]
    assert str(status) in operation["responses"]
    body: dict[str, object] = json.loads(response.data)
    Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": described["components"]}).validate(body)
    return body


def _problem(client: FlaskClient, response: TestResponse, status: int) -> str:
    assert response.mimetype == "application/problem+json"
    return str(_check(client, response, status, "Problem")["detail"])


@pytest.mark.parametrize("form", ["text", "html"])
def test_an_article_object_is_cleaned(client: FlaskClient, scorer: Scorer, article: str, promo: str, form: str) -> None:
    """POST /clean answers what Python gives: the source without the line, every other byte as it was, and the line."""
    paragraphs = article.split("\n\n")
    lines = [*paragraphs[:2], promo, *paragraphs[2:]]
    source = "\n\n".join(lines) if form == "text" else "\n".join(f"<p>{line}</p>" for line in lines)
    response = client.post("/clean", json={"id": "a", "title": "T", form: source, "url": "https://news.example/a"})
    body = _check(client, response, 200, "Cleaned")
    assert promo not in str(body["content"])
    assert all(paragraph in str(body["content"]) for paragraph in paragraphs)
    assert [each["quote"] for each in body["removed"]] == [promo]  # type: ignore[attr-defined]
    cleaned = scorer.clean(source, kind=form, title="T", url="https://news.example/a")
    assert response.get_data(as_text=True) == to_json(cleaned_to_dict(cleaned)) + "\n"


def test_cleaning_again_changes_nothing(client: FlaskClient, article: str, promo: str) -> None:
    """A CMS may send what it got back."""
    once = client.post("/clean", json={"html": f"<p>{article}</p>\n<p>{promo}</p>\n<p>{article}</p>"}).get_json()
    again = client.post("/clean", json={"html": once["content"]}).get_json()
    assert again == {"content": once["content"], "removed": []}


def test_padding_is_removed_on_request(client: FlaskClient, scorer: Scorer, article: str) -> None:
    """padding=1 takes paragraphs that only pad, padding=0 and nothing leave them."""
    padded = f"{article}\n\nIn conclusion, it is important to note that the future remains uncertain and only time will tell."
    answers = [
        client.post(f"/clean{query}", json={"text": padded}).get_json() for query in ("", "?padding=0", "?padding=1")
    ]
    assert answers[0] == answers[1] == {"content": padded, "removed": []}
    assert answers[2] == json.loads(to_json(cleaned_to_dict(scorer.clean(padded, kind="text", padding=True))))


@pytest.mark.parametrize(
    ("kind", "charset"), [("text/html", "utf-8"), ("text/plain", "windows-1252"), ("text/markdown", "utf-16")]
)
def test_plain_bodies_are_cleaned(client: FlaskClient, article: str, promo: str, kind: str, charset: str) -> None:
    """The body may be the article itself, in the encoding that it is declared to be in."""
    source = f"{article}é\n\n{promo}\n\n{article}"
    if kind == "text/html":
        source = "\n".join(f"<p>{line}</p>" for line in source.split("\n\n"))
    response = client.post("/clean", data=source.encode(charset), content_type=f"{kind}; charset={charset}")
    body = _check(client, response, 200, "Cleaned")
    assert promo not in str(body["content"])
    assert "year.é" in str(body["content"])


def test_what_would_lose_a_character_is_refused(client: FlaskClient, article: str) -> None:
    """Bytes that are not in the encoding they are said to be in are scored, but not edited."""
    for kind in ("text/plain", "text/plain; charset=utf-8", "text/plain; charset=ascii"):
        response = client.post("/clean", data=f"{article} é".encode("latin-1"), content_type=kind)
        assert "at byte" in _problem(client, response, 422)


@pytest.mark.parametrize(
    ("arguments", "status", "named"),
    [
        ({"data": b"{", "content_type": "application/json"}, 400, "not JSON"),
        ({"json": {"text": "T"}, "query_string": "padding=yes"}, 400, "padding is 'yes'"),
        ({"json": {"text": "T"}, "query_string": "with_text=1"}, 400, "'with_text'"),
        ({"json": {}}, 422, "both missing"),
        ({"json": {"text": 3}}, 422, "'text' is a number"),
        ({"json": {"text": " "}}, 422, "empty"),
        ({"data": b"x", "content_type": "application/xml"}, 415, "content type"),
        ({"data": b"x", "content_type": "text/plain", "headers": {"Content-Encoding": "br"}}, 415, "compressed"),
        ({"json": {"text": "x" * 5000}}, 413, "4096 bytes"),
    ],
)
def test_what_cannot_be_cleaned_is_a_problem(
    keeping: FlaskClient, arguments: dict[str, object], status: int, named: str
) -> None:
    """The statuses of /score, for the same faults."""
    assert named in _problem(keeping, keeping.post("/clean", **arguments), status)  # type: ignore[arg-type]


def test_a_fault_while_cleaning_is_500(article: str) -> None:
    """What breaks inside is not told."""

    class Broken:
        model = SimpleNamespace(name="copydesk-1")  # for the log

        def clean(self, source: str, **_: object) -> object:
            raise RuntimeError(source)

    client = create_app(Broken(), Settings()).test_client()  # type: ignore[arg-type]
    assert "Larkmoor" not in _problem(client, client.post("/clean", json={"text": article}), 500)


def test_feedback_is_kept(keeping: FlaskClient, tmp_path: Path) -> None:
    """201, once for the same answer, and there for the command to list."""
    for _ in range(2):
        response = keeping.post(
            "/feedback", json={**GIVEN, "comment": "An interview", "signals": ["rewrite"], "cms": "ghost"}
        )
        assert _check(keeping, response, 201, "Stored") == {"stored": True}
    (kept,) = FeedbackStore(tmp_path / "state")
    assert (kept.id, kept.judgement, kept.comment, kept.signals, kept.cms) == (
        "post-7",
        "wrong",
        "An interview",
        ("rewrite",),
        "ghost",
    )


@pytest.mark.parametrize(
    ("arguments", "status", "named"),
    [
        ({"data": b"{", "content_type": "application/json"}, 400, "not JSON"),
        ({"json": GIVEN, "query_string": "x=1"}, 400, "'x'"),
        ({"data": b"{}", "content_type": "application/json; charset=utf-16"}, 400, "utf-8"),
        ({"json": []}, 422, "not an object"),
        ({"json": {**GIVEN, "judgement": "maybe"}}, 422, "wrong, right"),
        ({"json": {**GIVEN, "text": "The article"}}, 422, "unknown field 'text'"),
        ({"data": {"id": "7"}}, 415, "application/json"),
        ({"data": b"{}", "content_type": "text/plain"}, 415, "application/json"),
        ({"json": {**GIVEN, "comment": "x" * 5000}}, 413, "4096 bytes"),
        ({"json": {**GIVEN, "comment": "x" * 1001}}, 422, "at most 1000"),
    ],
)
def test_wrong_feedback_is_a_problem(
    keeping: FlaskClient, tmp_path: Path, arguments: dict[str, object], status: int, named: str
) -> None:
    """400, 413, 415 or 422 with what is wrong named, and nothing is kept."""
    assert named in _problem(keeping, keeping.post("/feedback", **arguments), status)  # type: ignore[arg-type]
    assert not list(FeedbackStore(tmp_path / "state"))


def test_the_wrong_field_stands_in_its_own_member(keeping: FlaskClient) -> None:
    """A program finds the wrong field without reading the sentence."""
    assert keeping.post("/feedback", json={**GIVEN, "action": "x"}).get_json()["field"] == "action"


def test_without_a_state_folder_nothing_is_kept(client: FlaskClient) -> None:
    """503 says why; what is wrong in itself is still named first."""
    assert "state folder" in _problem(client, client.post("/feedback", json=GIVEN), 503)
    assert "judgement" in _problem(client, client.post("/feedback", json={**GIVEN, "judgement": 1}), 422)


def test_a_store_that_fails_is_503(keeping: FlaskClient, tmp_path: Path) -> None:
    """A CMS may try again later; nothing of the inside is told."""
    for path in (tmp_path / "state").iterdir():
        path.unlink()
    (tmp_path / "state" / FILE).mkdir()
    assert _problem(keeping, keeping.post("/feedback", json=GIVEN), 503) == "the service cannot remember anything now"


@pytest.mark.parametrize("path", ["/clean", "/feedback"])
def test_other_methods_are_refused(client: FlaskClient, path: str) -> None:
    """405 says what is allowed."""
    response = client.get(path)
    assert (response.status_code, "POST" in response.headers["Allow"]) == (405, True)
