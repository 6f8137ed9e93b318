"""The contract in JSON, byte for byte, and what is refused on the way in."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from copydesk import (
    SIGNALS,
    ConfigError,
    CopydeskError,
    DocumentError,
    DocumentTooLarge,
    ModelError,
    PolicyError,
    Report,
    Scorer,
    Source,
    __version__,
)
from copydesk.plugin.inputs import Article
from copydesk.plugin.openapi import article_schema, openapi, problem_schema, report_schema
from copydesk.plugin.schema import (
    FieldError,
    JsonError,
    RequestError,
    dumps,
    load_article,
    parse_article,
    problem,
    report_to_dict,
    to_json,
)

ReportMaker = Callable[..., Report]

KEYS = [
    "schema", "id", "model", "language", "words", "content_hash",
    "action", "score", "signals", "evidence", "sources", "notes",
]  # fmt: skip


def test_a_report_has_the_contracts_keys_in_order(make_report: ReportMaker) -> None:
    """Keys, nested ones too, stand in the order of the contract."""
    report = report_to_dict(
        make_report(
            lines=(("injected_links", "Read also", {}),), sources=(Source("s1", "A title", "rewrite", 0.96, 0.83),)
        )
    )
    assert list(report) == KEYS
    assert list(report["signals"]) == list(SIGNALS)
    assert [list(signal) for signal in report["signals"].values()] == [["score", "flagged", "threshold"]] * 4
    (found,), (source,) = report["evidence"], report["sources"]
    assert list(found) == ["signal", "reason", "message", "start", "end", "quote", "score", "related", "href"]
    assert list(source) == ["id", "title", "relation", "score", "share"]


def test_the_text_comes_last_and_on_request(make_report: ReportMaker) -> None:
    """`with_text` adds the text under its own key."""
    assert list(report_to_dict(make_report(), with_text=True)) == [*KEYS, "text"]


def test_numbers_have_four_decimals(make_report: ReportMaker) -> None:
    """Scores are rounded in the JSON alone, and a signal without a score is null."""
    report = report_to_dict(make_report(flagged=("rewrite",), score=0.123456))
    assert (report["score"], report["signals"]["rewrite"]["score"]) == (0.1235, 0.9877)
    assert report_to_dict(make_report(score=None))["score"] is None


@pytest.mark.parametrize(
    "text",
    ["\x1b[31m", "\x9b31m", "\x7f", "\u2028", "\u202e", "\u2066", "\ud800", "\x00", "\n"],
    ids=lambda text: f"U+{ord(text[0]):04X}",
)
def test_a_line_of_json_cannot_drive_a_terminal(make_report: ReportMaker, text: str) -> None:
    """Control characters, line ends and reversals are escaped, and come back when the JSON is read."""
    line = dumps(make_report(id=text))
    assert text not in line
    assert line.isprintable()
    line.encode()
    assert json.loads(line)["id"] == text


def test_readable_characters_stay_readable(make_report: ReportMaker) -> None:
    """Curly quotes and other alphabets are not escaped."""
    assert "“Ōtsuki”" in dumps(make_report(id="“Ōtsuki”"))


@given(text=st.text())
def test_any_text_survives_json(text: str) -> None:
    """Whatever an id holds, the JSON is one line of valid UTF-8 and gives it back."""
    line = to_json({"id": text})
    assert len(line.splitlines()) == 1
    assert json.loads(line.encode()) == {"id": text}


@pytest.mark.parametrize(
    ("fields", "article"),
    [
        ({"id": "1", "text": "T"}, Article("1", "T", "text")),
        ({"id": "1", "html": "<p>T"}, Article("1", "<p>T", "html")),
        ({"text": "T", "title": "A", "url": "u"}, Article("rows:1", "T", "text", "A", "u")),
        ({"text": "T", "html": None, "title": None, "url": None, "id": None}, Article("rows:1", "T", "text")),
        ({"id": "", "text": ""}, Article("", "", "text")),
        ({"text": "T", "date": "2024-05-03T08:30+02:00"}, Article("rows:1", "T", "text", date="2024-05-03T06:30:00Z")),
    ],
)
def test_article_objects(fields: dict[str, object], article: Article) -> None:
    """Text or HTML with what else is known; null is the same as absent."""
    assert parse_article(fields, "rows:1") == article


@pytest.mark.parametrize("date", ["3 May", "", 1714723200, ["2024-05-03"], None])
def test_dates_of_all_kinds_are_passed_over_in_rows(date: object) -> None:
    """A row of a corpus may hold anything as its date; what is none is not taken for one."""
    assert parse_article({"text": "T", "date": date}, "rows:1", strict=False) == Article("rows:1", "T", "text")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "text"),
        ({"id": "1"}, "text"),
        ({"text": None, "html": None}, "text"),
        ({"text": "T", "html": "T"}, "html"),
        ({"text": 3}, "text"),
        ({"text": ["T"]}, "text"),
        ({"text": "T", "id": 7}, "id"),
        ({"text": "T", "title": True}, "title"),
        ({"text": "T", "url": {}}, "url"),
        ({"text": "T", "body": "T"}, "body"),
        ({"text": "T", "date": "3 May"}, "date"),
        ({"text": "T", "date": 1714723200}, "date"),
        ({"text": "T", "x" * 500: 1}, "x" * 80),
        ([], ""),
        ("T", ""),
        (None, ""),
    ],
)
def test_a_wrong_article_object_names_the_field(fields: object, field: str) -> None:
    """Unknown, missing, doubled fields and wrong types are refused by name."""
    with pytest.raises(FieldError, match="expected") as caught:
        parse_article(fields)
    assert caught.value.field == field
    assert repr(field)[1:-1] in str(caught.value)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"", "not JSON at character 0"),
        (b"{'text': 1}", "not JSON at character 1"),
        (b'{"text": "T"', "not JSON"),
        (b'{"text": "\xff"}', "not UTF-8 at byte 10"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"text":' * 200_000, "nested too deeply"),
        (b'{"id":' + b"9" * 5000 + b"}", "too long"),
    ],
    ids=["empty", "quotes", "cut", "latin", "arrays", "objects", "digits"],
)
def test_what_is_no_json_says_where(data: bytes, named: str) -> None:
    """Data that is no JSON is told apart from JSON that is no article."""
    with pytest.raises(JsonError, match=named):
        load_article(data)


def test_a_byte_order_mark_is_no_error() -> None:
    """Windows tools write one in front of JSON."""
    assert load_article(b'\xef\xbb\xbf{"text":"T"}').data == "T"


@pytest.mark.parametrize(
    ("error", "status", "detail"),
    [
        (RequestError(415, "no"), 415, "no"),
        (DocumentTooLarge("big"), 413, "big"),
        (JsonError("broken"), 400, "broken"),
        (DocumentError("empty"), 422, "empty"),
        (FieldError("id", "bad id"), 422, "bad id"),
        (ModelError("/srv/model is broken"), 500, "the article could not be scored"),
        (PolicyError("/srv/policy"), 500, "the article could not be scored"),
        (ConfigError("/srv"), 500, "the article could not be scored"),
        (CopydeskError("/srv"), 500, "the article could not be scored"),
    ],
)
def test_errors_become_problems(error: CopydeskError, status: int, detail: str) -> None:
    """Each error has one status; what is not the client's business stays inside."""
    assert problem(error)[0] == status
    body = problem(error)[1]
    assert (body["status"], body["detail"]) == (status, detail)
    Draft202012Validator(problem_schema()).validate(body)


def test_a_problem_names_the_field() -> None:
    """A program can find the wrong field without reading the sentence."""
    assert problem(FieldError("url", "bad"))[1]["field"] == "url"
    assert "field" not in problem(FieldError("", "bad"))[1]


JSON = st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.lists(st.integers(), max_size=1)


@given(fields=st.dictionaries(st.sampled_from(["id", "title", "text", "html", "url", "body"]), JSON) | JSON)
def test_the_article_schema_agrees_with_the_parser(fields: object) -> None:
    """The published schema takes exactly what the parser takes."""
    try:
        parse_article(fields)
    except FieldError:
        taken = False
    else:
        taken = True
    assert Draft202012Validator(article_schema()).is_valid(fields) is taken


def test_the_report_schema_takes_real_reports(scorer: Scorer, article: str, promo: str) -> None:
    """A real report, with and without its text, is what the schema says."""
    report = scorer.score(text=f"{article}\n\n{promo}\n\n{article}", id="a")
    for with_text in (False, True):
        Draft202012Validator(report_schema()).validate(json.loads(dumps(report, with_text)))


@pytest.mark.parametrize("schema", [article_schema(), report_schema(), problem_schema()])
def test_the_schemas_are_schemas(schema: dict[str, object]) -> None:
    """Every published schema is a valid JSON Schema of draft 2020-12."""
    Draft202012Validator.check_schema(schema)


def test_openapi_has_the_version_and_every_address() -> None:
    """The description names the package's version and the addresses that answer."""
    described = openapi(__version__)
    assert described["info"]["version"] == __version__  # type: ignore[index]
    addresses = {"/", "/score", "/clean", "/archive", "/feedback", "/hooks/{name}"}
    addresses |= {"/healthz", "/readyz", "/metrics", "/model", "/openapi.json"}
    assert set(described["paths"]) == addresses  # type: ignore[call-overload]
