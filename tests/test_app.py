"""The service in process: the contract's report, and a problem for everything else."""

from __future__ import annotations

import io
import json
import logging
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from copydesk import Document, Repeats, Report, Scorer, __version__
from copydesk.plugin.app import create_app
from copydesk.plugin.cli import main
from copydesk.plugin.config import Settings
from copydesk.plugin.schema import dumps

TOKEN = "correct-horse-battery"


def _check(client: FlaskClient, response: TestResponse, name: str) -> dict[str, object]:
    """The answer's JSON, held against a schema of the service's own description."""
    described = client.get("/openapi.json", headers={"Authorization": f"Bearer {TOKEN}"}).get_json()
    body: dict[str, object] = json.loads(response.data)
    Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": described["components"]}).validate(body)
    return body


def _problem(client: FlaskClient, response: TestResponse, status: int) -> str:
    """The detail of a problem, of which everything else is checked."""
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    body = _check(client, response, "Problem")
    assert body["status"] == status
    return str(body["detail"])


def test_an_article_object_is_scored(client: FlaskClient, scorer: Scorer, article: str, promo: str) -> None:
    """POST /score takes the contract's object and answers the contract's report, as Python gives it."""
    text = f"{article}\n\n{promo}\n\n{article}"
    response = client.post("/score", json={"id": "a", "title": "T", "text": text, "url": "https://news.example/a"})
    assert (response.status_code, response.mimetype) == (200, "application/json")
    _check(client, response, "Report")
    report = scorer.score(text=text, id="a", title="T", url="https://news.example/a")
    assert response.get_data(as_text=True) == dumps(report) + "\n"


@pytest.mark.parametrize(
    ("kind", "ending"), [("text/html", "html"), ("text/plain", "txt"), ("text/markdown", "md"), ("json", "jsonl")]
)
def test_http_and_command_line_answer_the_same_bytes(
    client: FlaskClient, runner: CliRunner, tmp_path: Path, article: str, promo: str, kind: str, ending: str
) -> None:
    """The same article gives the same bytes over HTTP and on the command line, apart from the id."""
    body = f"<p>{article}</p><p>{promo}</p>" if ending == "html" else f"{article}\n\n{promo}"
    data = json.dumps({"id": "i", "text": body}) if kind == "json" else body
    path = str(tmp_path / f"a.{ending}")
    (tmp_path / f"a.{ending}").write_text(data)
    printed = runner.invoke(main, ["score", path, "--format", "jsonl", "--with-text"]).stdout
    if kind == "json":
        answered = client.post("/score?with_text=1", data=data, content_type="application/json")
    else:
        query = {"with_text": "1", "id": path}
        answered = client.post("/score", query_string=query, data=data.encode(), content_type=kind)
    assert answered.get_data(as_text=True) == printed


def test_the_query_carries_what_a_plain_body_cannot(client: FlaskClient, article: str) -> None:
    """id, title and url of a body that is no JSON come from the query; without an id it is empty."""
    query = {"id": "i", "title": "A wall for Larkmoor", "url": "https://news.example/wall"}
    named = client.post("/score", query_string=query, data=article, content_type="text/plain").get_json()
    assert named["id"] == "i"
    assert client.post("/score", data=article, content_type="text/plain").get_json()["id"] == ""


def test_the_text_is_sent_back_on_request(client: FlaskClient, article: str) -> None:
    """with_text=1 adds the text, with_text=0 does not."""
    for value, expected in (("1", True), ("0", False)):
        response = client.post(f"/score?with_text={value}", json={"text": article})
        assert ("text" in _check(client, response, "Report")) is expected


@pytest.mark.parametrize("charset", ["windows-1252", "utf-16", "UTF-8", "iso-8859-1"])
def test_a_declared_charset_is_read(client: FlaskClient, article: str, charset: str) -> None:
    """The text is the same whatever encoding carries it."""
    text = article.replace("Larkmoor", "Larkmøør")
    plain = client.post("/score?with_text=1", json={"text": text}).get_json()
    kind = f"text/plain; charset={charset}"
    response = client.post("/score?with_text=1", data=text.encode(charset), content_type=kind)
    assert response.get_json() == {**plain, "id": ""}


@pytest.mark.parametrize(
    ("data", "status", "named"),
    [
        (b"", 400, "not JSON"),
        (b"{", 400, "not JSON"),
        (b'{"text": "\xff"}', 400, "not UTF-8"),
        (b"[" * 100_000, 400, "nested too deeply"),
        (b'{"text":' * 100_000, 400, "nested too deeply"),
        (b"9" * 10_000, 400, "too long"),
        (b"[]", 422, "not an object"),
        (b"null", 422, "not an object"),
        (b"{}", 422, "'text' and 'html' are both missing"),
        (b'{"text": "T", "html": "T"}', 422, "both given"),
        (b'{"text": ["T"]}', 422, "field 'text' is an array"),
        (b'{"text": "T", "id": 7}', 422, "field 'id' is a number"),
        (b'{"text": "T", "body": ""}', 422, "unknown field 'body'"),
        (b'{"text": ""}', 422, "empty"),
        (b'{"html": "<p> </p>"}', 422, "empty"),
    ],
)
def test_a_wrong_object_is_a_problem(client: FlaskClient, data: bytes, status: int, named: str) -> None:
    """400 for what is no JSON, 422 with the field named for what is no article."""
    response = client.post("/score", data=data, content_type="application/json")
    assert named in _problem(client, response, status)


def test_the_wrong_field_stands_in_its_own_member(client: FlaskClient) -> None:
    """A program finds the wrong field without reading the sentence."""
    assert client.post("/score", json={"text": 3}).get_json()["field"] == "text"


@pytest.mark.parametrize(
    ("data", "named"), [(b"", "empty"), (b" \n", "empty"), (b"\x89PNG\r\n\x1a\n", "PNG"), (bytes(4000), "binary")]
)
def test_a_text_that_cannot_be_judged_is_a_problem(client: FlaskClient, data: bytes, named: str) -> None:
    """Empty and binary bodies are 422, and the reason is named."""
    response = client.post("/score", data=data, content_type="text/plain")
    assert named in _problem(client, response, 422)


@pytest.mark.parametrize(
    "kind", ["", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "x" * 5000]
)
def test_other_media_types_are_refused(client: FlaskClient, kind: str) -> None:
    """415 names the types that are taken, and repeats no more than a line of what came."""
    detail = _problem(client, client.post("/score", data=b"x", content_type=kind), 415)
    assert "application/json, text/html, text/plain, text/markdown" in detail
    assert len(detail) < 250


def test_a_compressed_body_is_refused(client: FlaskClient) -> None:
    """A body that would have to be unpacked first is 415, not read as text."""
    response = client.post("/score", data=b"\x1f\x8b", content_type="text/plain", headers={"Content-Encoding": "gzip"})
    assert "compressed" in _problem(client, response, 415)


@pytest.mark.parametrize("charset", ["klingon", "hex", "rot13", "x" * 5000, "a\x00b"])
def test_an_unknown_charset_is_refused(client: FlaskClient, charset: str) -> None:
    """A charset that is no text encoding is 400."""
    response = client.post("/score", data=b"x", content_type=f'text/plain; charset="{charset}"')
    assert "charset" in _problem(client, response, 400)


def test_json_is_utf_8(client: FlaskClient) -> None:
    """JSON that is declared to be in something else is 400."""
    response = client.post("/score", data=b"{}", content_type="application/json; charset=utf-16")
    assert "utf-8" in _problem(client, response, 400)


@pytest.mark.parametrize(
    ("query", "named"),
    [("with_text=yes", "with_text is 'yes'"), ("with_txt=1", "'with_txt'"), ("title=T", "'title'")],
)
def test_a_wrong_query_is_refused(client: FlaskClient, query: str, named: str) -> None:
    """Unknown parameters and values are named; an article object carries its own title."""
    assert named in _problem(client, client.post(f"/score?{query}", json={"text": "T"}), 400)


@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize(("size", "status"), [(2048, 200), (2049, 413), (50_000, 413)])
def test_a_body_over_the_limit_is_refused(scorer: Scorer, declared: bool, size: int, status: int) -> None:
    """413 with the limit named, with a declared length as without one; exactly the limit is read."""
    client = create_app(scorer, Settings(max_body=2048)).test_client()
    body = (b"The council met on Tuesday. " * 2000)[:size]
    length = (
        {} if declared else {"input_stream": io.BytesIO(body), "environ_overrides": {"wsgi.input_terminated": True}}
    )
    data = body if declared else None
    response = client.post("/score", data=data, content_type="text/plain", **length)
    assert response.status_code == status
    if status == 413:
        assert "2048 bytes" in _problem(client, response, 413)


@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("GET", "/score", 405, "POST"),
        ("PUT", "/score", 405, "POST"),
        ("POST", "/healthz", 405, "GET"),
        ("GET", "/score/", 404, None),
        ("GET", "/static/x", 404, None),
        ("GET", "/" + "x" * 3000, 404, None),
    ],
)
def test_other_addresses_and_methods(
    client: FlaskClient, method: str, path: str, status: int, allow: str | None
) -> None:
    """404 and 405 are problems, too; 405 says what is allowed."""
    response = client.open(path, method=method)
    _problem(client, response, status)
    assert allow is None or allow in response.headers["Allow"]


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer wrong", "Basic " + TOKEN, TOKEN, "Bearer é", f"Bearer {TOKEN}x"]
)
def test_without_the_token_nothing_is_told(scorer: Scorer, header: str | None) -> None:
    """401 with a challenge for every address but the health probe, whatever was wrong."""
    client = create_app(scorer, Settings(token=TOKEN)).test_client()
    headers = {} if header is None else {"Authorization": header}
    for method, path in (("POST", "/score"), ("GET", "/model"), ("GET", "/openapi.json"), ("GET", "/nothing")):
        response = client.open(path, method=method, headers=headers)
        assert _problem(client, response, 401) == "a valid bearer token or signature is needed"
        assert response.headers["WWW-Authenticate"] == "Bearer"
    assert client.get("/healthz", headers=headers).status_code == 200


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_with_the_token_articles_are_scored(scorer: Scorer, article: str, scheme: str) -> None:
    """The right token opens the service, however the scheme is written."""
    client = create_app(scorer, Settings(token=TOKEN)).test_client()
    response = client.post("/score", json={"text": article}, headers={"Authorization": f"{scheme} {TOKEN}"})
    assert response.status_code == 200


def test_health_model_and_description(client: FlaskClient, scorer: Scorer) -> None:
    """The other addresses answer what the description says they do."""
    assert _check(client, client.get("/healthz"), "Health") == {"status": "ok", "model": scorer.model.name}
    model = _check(client, client.get("/model"), "Model")
    assert (model["name"], model["version"]) == (scorer.model.name, __version__)
    assert model["manifest"] == json.loads(json.dumps(dict(scorer.model.manifest)))
    described = client.get("/openapi.json").get_json()
    assert (described["openapi"], described["info"]["version"]) == ("3.1.0", __version__)


def test_answers_are_not_kept_or_guessed_at(client: FlaskClient) -> None:
    """Every answer, errors too, tells browsers and proxies neither to store nor to sniff it."""
    for response in (client.get("/healthz"), client.get("/nothing"), client.post("/score", json={})):
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Content-Type-Options"] == "nosniff"


class Broken:
    """A scorer with a fault of its own."""

    model = SimpleNamespace(name="copydesk-1")  # for the log

    def score(self, document: Document, repeats: Repeats | None = None) -> Report:
        """Fail with the article in the message."""
        raise RuntimeError(document.text)


def test_a_fault_of_ours_is_logged_without_the_article(article: str, caplog: pytest.LogCaptureFixture) -> None:
    """500 tells nothing of the inside, the log tells where it happened, and neither quotes the article."""
    client = create_app(Broken(), Settings()).test_client()  # type: ignore[arg-type]
    with caplog.at_level(logging.DEBUG):
        response = client.post("/score", json={"text": article})
    assert response.status_code == 500
    assert response.get_json()["detail"] == "the article could not be scored"
    assert "RuntimeError" in caplog.text
    assert " score\n" in caplog.text
    assert "Larkmoor" not in caplog.text
