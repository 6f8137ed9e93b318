"""The archive over HTTP: who may change it, what goes in and out, all or nothing, and what /score makes of it."""

from __future__ import annotations

import base64
import json
import os
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from stories import ORIGINAL, REWRITE, SAME_EVENT, UNRELATED
from werkzeug.test import TestResponse

from copydesk import Matcher, Policy, Scorer
from copydesk.plugin import archive_service
from copydesk.plugin.app import create_app
from copydesk.plugin.archive import Archive
from copydesk.plugin.archive_errors import ArchiveError
from copydesk.plugin.cli import main
from copydesk.plugin.config import Settings
from copydesk.plugin.lookup import ArchiveTimeout
from copydesk.plugin.signing import headers, verify

TOKEN = "correct-horse"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
STORIES = [{"id": "harbour", "title": "A wall", "text": ORIGINAL}, {"id": "bees", "text": UNRELATED}]


class Desk:
    """A service with an archive, asked with its token."""

    def __init__(self, scorer: Scorer, path: Path, **settings: object) -> None:
        self.path = path
        given = {"token": TOKEN, "archive": path, "archive_ms": 10_000, **settings}
        self.client = create_app(scorer, Settings(**given)).test_client()  # type: ignore[arg-type]
        self.described = self.ask("GET", "/openapi.json").get_json()

    def ask(self, method: str, path: str = "/archive", **given: object) -> TestResponse:
        given.setdefault("headers", {"Authorization": f"Bearer {TOKEN}"})
        return self.client.open(path, method=method, **given)  # type: ignore[arg-type]

    def answered(self, response: TestResponse, name: str) -> dict[str, object]:
        """The answer, held against its schema."""
        schema = {"$ref": f"#/components/schemas/{name}", "components": self.described["components"]}
        body: dict[str, object] = json.loads(response.data)
        Draft202012Validator(schema).validate(body)
        return body

    def problem(self, response: TestResponse, status: int) -> dict[str, object]:
        assert (response.status_code, response.mimetype) == (status, "application/problem+json"), response.data
        return self.answered(response, "Problem")

    def add(self, body: object = STORIES, status: int = 201) -> tuple[int, int, int]:
        """Post articles; how many were added, replaced and the same."""
        response = self.ask("POST", json={"articles": body} if isinstance(body, list) else body)
        assert response.status_code == status, response.data
        found = self.answered(response, "Added")
        return found["added"], found["replaced"], found["same"]  # type: ignore[return-value]

    def articles(self) -> int:
        return self.answered(self.ask("GET"), "ArchiveStats")["articles"]  # type: ignore[return-value]

    def sources(self, text: str = REWRITE, query: str = "", **more: str) -> list[dict[str, object]]:
        response = self.ask("POST", f"/score{query}", json={"id": "asked", "text": text, **more})
        return self.answered(response, "Report")["sources"]  # type: ignore[return-value]


@pytest.fixture
def desk(scorer: Scorer, tmp_path: Path) -> Desk:
    """A service whose archive is empty."""
    return Desk(scorer, tmp_path / "archive.db")


def test_what_is_posted_is_found_at_once(desk):
    """An article that was added is named as the source of its rewrite by the next request."""
    assert desk.sources() == []
    assert desk.add() == (2, 0, 0)
    (first, *_) = desk.sources()
    assert (first["id"], first["title"], first["relation"]) == ("harbour", "A wall", "rewrite")
    assert "alignment" not in first


def test_one_article_and_lines_of_articles_are_taken_too(desk):
    """A body is one article object, a list of them, or one a line with blank lines passed over."""
    assert desk.add(STORIES[0]) == (1, 0, 0)
    lines = "\n".join(json.dumps(each) for each in STORIES) + "\n\n"
    response = desk.ask("POST", data=lines, content_type="application/x-ndjson")
    assert response.status_code == 201
    assert desk.answered(response, "Added") == {"added": 1, "replaced": 0, "same": 1}
    assert desk.ask("POST", data=lines, content_type="application/x-ndjson").status_code == 200


def test_markup_is_read_as_everywhere(desk):
    """An HTML article is known by its text."""
    html = "".join(f"<p>{each}</p>" for each in ORIGINAL.split("\n\n"))
    desk.add({"id": "page", "html": html})
    assert desk.sources(ORIGINAL)[0]["relation"] == "identical"


def test_a_newer_text_replaces_the_older(desk):
    """The same id with another text is a replacement, with the same text nothing; of two in one request the last one counts."""
    desk.add()
    assert desk.add([{"id": "harbour", "text": SAME_EVENT}]) == (0, 1, 0)
    assert not [each for each in desk.sources() if each["relation"] in ("copy", "rewrite")]
    twice = [{"id": "harbour", "text": UNRELATED}, {"id": "harbour", "text": ORIGINAL}]
    assert desk.add(twice) == (0, 2, 0)
    assert desk.sources()[0]["id"] == "harbour"
    assert desk.articles() == 2


def test_removing_by_id(desk):
    """One article goes, and is not found any more; an id that is not there is no error."""
    desk.add([{"id": "a/b c?é", "text": ORIGINAL}])
    for count in (1, 0):
        response = desk.ask("DELETE", query_string={"id": "a/b c?é"})
        assert (response.status_code, desk.answered(response, "Removed")) == (200, {"removed": count})
    assert desk.sources() == []


def test_the_longest_id_is_kept_whole(desk):
    """An article with an id of 2,000 characters is the one that is found, and is not its own source."""
    name = "é" * 1999 + "x"
    desk.add([{"id": name, "text": ORIGINAL}])
    assert [each["id"] for each in desk.sources()] == [name]
    assert desk.sources(id=name) == []


def test_the_archive_is_counted(desk):
    """GET tells how many articles there are, their size, and that texts are kept."""
    desk.add()
    found = desk.answered(desk.ask("GET"), "ArchiveStats")
    assert (found["articles"], found["keeps_text"]) == (2, True)
    assert found["bytes"] > 0


def test_the_article_with_the_id_of_the_archive_is_not_its_own_source(desk):
    """A post that was archived, edited and scored again under its id is not called a copy of itself."""
    desk.add()
    edited = ORIGINAL.replace("nine to four", "nine to five")
    assert [each["id"] for each in desk.sources(edited, id="harbour")] == []
    assert [each["id"] for each in desk.sources(edited, id="new")] == ["harbour"]


def test_alignment_comes_on_request(desk):
    """with_alignment=1 adds the sentences of both sides, each quoted at its offsets."""
    desk.add()
    (first, *_) = desk.sources(query="?with_alignment=1")
    assert first["alignment"]
    for pair in first["alignment"]:
        assert REWRITE[pair["start"] : pair["end"]] == pair["quote"]
        assert ORIGINAL[pair["source_start"] : pair["source_end"]] == pair["source_quote"]
    assert "alignment" not in desk.sources(query="?with_alignment=0")[0]


def test_http_and_command_line_name_the_same_sources(desk, runner: CliRunner, tmp_path: Path):
    """The same article gives the same bytes over HTTP and from `copydesk score --archive`."""
    desk.add()
    row = json.dumps({"id": "asked", "text": REWRITE})
    (tmp_path / "in.jsonl").write_text(row)
    args = ["score", str(tmp_path / "in.jsonl"), "--format", "jsonl", "--archive", str(desk.path), "--with-alignment"]
    printed = runner.invoke(main, args).stdout
    answer = desk.ask("POST", "/score?with_alignment=1", data=row, content_type="application/json")
    assert answer.get_data(as_text=True) == printed
    assert '"harbour"' in printed


@pytest.mark.parametrize(
    "query", ["with_alignment=yes", "with_alignment=", "alignment=1", "with_alignment=0&with_text=2"]
)
def test_a_wrong_switch_is_refused(desk, query):
    """Values other than 0 and 1, and other names, are 400."""
    desk.problem(desk.ask("POST", f"/score?{query}", json={"text": ORIGINAL}), 400)


def test_cleaning_knows_no_alignment(desk):
    """The switch belongs to /score alone."""
    desk.problem(desk.ask("POST", "/clean?with_alignment=1", json={"text": ORIGINAL}), 400)


@pytest.mark.parametrize(
    ("article", "named"),
    [
        ({"text": ORIGINAL}, "'id' is missing"),
        ({"id": "", "text": ORIGINAL}, "'id' is missing"),
        ({"id": None, "text": ORIGINAL}, "'id' is missing"),
        ({"id": " \t", "text": ORIGINAL}, "'id' is empty"),
        ({"id": "x" * 2001, "text": ORIGINAL}, "2001 characters"),
        ({"id": "a\nb", "text": ORIGINAL}, "control characters"),
        ({"id": "a\x00b", "text": ORIGINAL}, "control characters"),
        ({"id": "a\u202eb", "text": ORIGINAL}, "control characters"),
        ({"id": "a\ud800b", "text": ORIGINAL}, "control characters"),
        ({"id": 7, "text": ORIGINAL}, "a number"),
        ({"id": "a"}, "both missing"),
        ({"id": "a", "text": "T", "byline": "N.N."}, "unknown field 'byline'"),
    ],
)
def test_a_wrong_article_is_named_and_nothing_is_added(desk, article, named):
    """422 with the field, alone and among good articles, where its place is told; not one of the good ones is added."""
    alone = desk.problem(desk.ask("POST", json=article), 422)
    assert named in alone["detail"]
    assert alone["field"] in ("id", "text", "byline")
    rows = [STORIES[0], article]
    listed = desk.problem(desk.ask("POST", json={"articles": rows}), 422)
    assert str(listed["detail"]).startswith("article 2: ")
    lines = "\n".join(map(json.dumps, rows))
    lined = desk.problem(desk.ask("POST", data=lines, content_type="application/x-ndjson"), 422)
    assert str(lined["detail"]).startswith("line 2: ")
    assert alone["field"] == listed["field"] == lined["field"]
    assert desk.articles() == 0


@pytest.mark.parametrize("text", ["", " \n ", "\x89PNG\r\n\x1a\n" + "\x00" * 3000])
def test_an_unreadable_article_stops_its_request(desk, text):
    """What cannot be read is told with its place, and its neighbours are not added."""
    detail = desk.problem(desk.ask("POST", json={"articles": [STORIES[0], {"id": "b", "text": text}]}), 422)["detail"]
    assert str(detail).startswith("article 2: ")
    assert desk.articles() == 0


@pytest.mark.parametrize(
    ("body", "kind", "status", "named"),
    [
        (b"", "application/json", 400, "not JSON"),
        (b"{", "application/json", 400, "not JSON"),
        (b"[]", "application/json", 422, "not an object"),
        (b'{"articles": []}', "application/json", 422, "no article"),
        (b'{"articles": {}}', "application/json", 422, "not a list"),
        (b'{"articles": null}', "application/json", 422, "not a list"),
        (b'{"articles": [], "id": "a"}', "application/json", 422, "alone"),
        (b'{"articles": [[]]}', "application/json", 422, "article 1: the JSON is not an object"),
        (b'{"articles":' * 50_000, "application/json", 400, "nested too deeply"),
        (b"", "application/x-ndjson", 422, "no article"),
        (b"\n \n", "application/x-ndjson", 422, "no article"),
        (b"\n{", "application/x-ndjson", 400, "line 2: not JSON"),
        (b'{"id": "\xff"}', "application/x-ndjson", 400, "line 1: not UTF-8"),
        (b"{}\n" * 1001, "application/x-ndjson", 422, "line 1"),
        (b"text", "text/plain", 415, "application/json or application/x-ndjson"),
        (b"{}", "application/json; charset=utf-16", 400, "utf-8"),
    ],
)
def test_a_wrong_body_is_a_problem(desk, body, kind, status, named):
    """What is no article in either form is refused, and the reason named."""
    assert named in str(desk.problem(desk.ask("POST", data=body, content_type=kind), status)["detail"])


@pytest.mark.parametrize("lines", [True, False])
def test_the_number_of_articles_is_bounded(desk, lines):
    """1,000 articles are taken, 1,001 are refused whole."""
    rows = [{"id": f"a{n}", "text": f"Ferry number {n} left Larkmoor on time."} for n in range(1001)]

    def post(rows: list[dict[str, str]]) -> TestResponse:
        if lines:
            return desk.ask("POST", data="\n".join(map(json.dumps, rows)), content_type="application/x-ndjson")
        return desk.ask("POST", json={"articles": rows})

    assert "1000" in str(desk.problem(post(rows), 413)["detail"])
    assert desk.articles() == 0
    assert desk.answered(post(rows[:1000]), "Added")["added"] == 1000


def test_the_body_is_bounded(scorer, tmp_path):
    """A body over the limit is 413."""
    desk = Desk(scorer, tmp_path / "a.db", max_body=2048)
    desk.problem(desk.ask("POST", json={"id": "a", "text": ORIGINAL * 3}), 413)
    desk.problem(desk.ask("POST", data=b"\n" * 5000, content_type="application/x-ndjson"), 413)


def test_a_compressed_body_and_a_query_are_refused(desk):
    """Nothing is unpacked, and no parameter is passed over in silence."""
    packed = {"Authorization": f"Bearer {TOKEN}", "Content-Encoding": "gzip"}
    desk.problem(desk.ask("POST", data=b"x", content_type="application/json", headers=packed), 415)
    assert "'id'" in str(desk.problem(desk.ask("POST", "/archive?id=a", json=STORIES[0]), 400)["detail"])


@pytest.mark.parametrize(
    ("query", "named"),
    [("", "0 times"), ("id=a&id=b", "2 times"), ("id=", "empty"), ("id=%00", "control"), ("ids=a", "'ids'")],
)
def test_removing_needs_one_good_id(desk, query, named):
    """A query without exactly one id that could be in an archive is 400."""
    assert named in str(desk.problem(desk.ask("DELETE", f"/archive?{query}"), 400)["detail"])
    assert "2001 characters" in str(desk.problem(desk.ask("DELETE", f"/archive?id={'x' * 2001}"), 400)["detail"])


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_nobody_touches_an_archive_that_nothing_protects(scorer, tmp_path, method):
    """Without a token and a secret the answer is 403 and names what to set, on this machine too, and nothing is added."""
    path = tmp_path / "archive.db"
    Archive(path, Matcher(scorer.model), write=True).close()
    desk = Desk(scorer, path, token=None)
    detail = desk.problem(desk.ask(method, "/archive?id=a", json=STORIES[0]), 403)["detail"]
    assert "COPYDESK_TOKEN or COPYDESK_SECRET" in str(detail)
    with Archive(path, Matcher(scorer.model)) as archive:
        assert archive.stats()["articles"] == 0


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("header", ["", "Bearer wrong", "Basic " + base64.b64encode(f"x:{TOKEN}".encode()).decode()])
def test_the_token_is_asked_for(desk, method, header):
    """401 without the token; the password of the page, which browsers send by themselves, opens nothing here."""
    desk.problem(desk.ask(method, json=STORIES[0], headers={"Authorization": header}), 401)


def test_signed_requests_get_signed_answers(scorer, tmp_path):
    """A signature opens the archive, and the answer verifies under the same id."""
    desk = Desk(scorer, tmp_path / "archive.db", token=None, secret=SECRET)
    calls = [("POST", "/archive", json.dumps(STORIES[0]).encode()), ("GET", "/archive", b"")]
    calls.append(("DELETE", "/archive?id=harbour", b""))
    for number, (method, path, body) in enumerate(calls):
        signed = headers(SECRET, f"msg_{number}", int(time.time()), body)
        response = desk.ask(method, path, data=body, content_type="application/json", headers=signed)
        assert response.status_code in (200, 201)
        assert verify(SECRET, dict(response.headers), response.data, now=time.time()) == f"msg_{number}"
        again = desk.ask(method, path, data=body, content_type="application/json", headers=signed)
        assert again.status_code == 401


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_without_an_archive_there_is_nothing_to_add_to(scorer, tmp_path, method):
    """503 names the setting."""
    desk = Desk(scorer, tmp_path / "none.db", archive=None)
    response = desk.ask(method, "/archive" + "?id=a" * (method == "DELETE"), json=STORIES[0])
    assert "COPYDESK_ARCHIVE" in str(desk.problem(response, 503)["detail"])
    assert desk.sources() == []


def test_another_writer_is_waited_for_but_not_long(desk, monkeypatch):
    """A lock that is held for too long is 503 with Retry-After; one that is given back in time is not noticed; scoring goes on."""
    desk.add()
    monkeypatch.setattr(archive_service, "PATIENCE", 0.2)
    other = sqlite3.connect(desk.path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    for response in (desk.ask("POST", json={"id": "n", "text": SAME_EVENT}), desk.ask("DELETE", "/archive?id=bees")):
        assert "another process" in str(desk.problem(response, 503)["detail"])
        assert response.headers["Retry-After"] == "2"
    assert desk.sources()[0]["id"] == "harbour"
    monkeypatch.setattr(archive_service, "PATIENCE", 20.0)
    release = threading.Timer(0.3, lambda: other.execute("ROLLBACK"))
    release.start()
    assert desk.add({"id": "n", "text": SAME_EVENT}) == (1, 0, 0)
    release.join()
    other.close()


def test_an_archive_that_went_away_is_503_and_not_made_anew(desk, caplog):
    """The problem tells nothing of the file, the log names it, and no second archive is begun in its place."""
    desk.add()
    os.rename(desk.path, desk.path.with_name("away"))  # noqa: PTH104
    for method in ("GET", "POST", "DELETE"):
        response = desk.ask(method, "/archive" + "?id=a" * (method == "DELETE"), json=STORIES[0])
        assert "archive.db" not in str(desk.problem(response, 503)["detail"])
    assert "archive.db" in caplog.text
    assert not desk.path.exists()


def test_a_damaged_archive_does_not_stop_scoring(desk):
    """Scoring goes on with a note, adding is 503."""
    desk.path.write_bytes(b"no archive at all" * 1000)
    report = desk.ask("POST", "/score", json={"text": REWRITE}).get_json()
    assert report["notes"][-1] == "sources: not looked up, the archive cannot be read"
    desk.problem(desk.ask("POST", json=STORIES[0]), 503)


def test_the_time_of_a_look_up_is_the_setting(scorer, tmp_path, monkeypatch):
    """An archive that does not answer in COPYDESK_ARCHIVE_MS gives a report with a note, from /score and on the page."""

    def slow(self: Archive, document: object, *, deadline: float) -> tuple[()]:
        time.sleep(max(0.0, deadline - time.monotonic()))
        raise ArchiveTimeout("looking up took longer than it may")

    desk = Desk(scorer, tmp_path / "archive.db", archive_ms=15)
    desk.add()
    monkeypatch.setattr(Archive, "find", slow)
    response = desk.ask("POST", "/score", json={"id": "asked", "text": REWRITE})
    note = "sources: not looked up, the archive did not answer within 15 ms"
    assert (desk.answered(response, "Report")["sources"], response.get_json()["notes"][-1]) == ([], note)
    password = base64.b64encode(f"x:{TOKEN}".encode()).decode()
    page = desk.ask("POST", "/", data={"article": REWRITE}, headers={"Authorization": f"Basic {password}"})
    assert note in page.get_data(as_text=True)


def test_many_writers_and_readers_at_once(desk):
    """Requests of many threads are all kept whole, and every one of them is found."""

    def add(number: int) -> int:
        rows = [{"id": f"{number}-{n}", "text": f"Ferry {n} of line {number} left Larkmoor."} for n in range(5)]
        desk.sources()
        return desk.ask("POST", json={"articles": rows}).status_code

    desk.add()
    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(add, range(18))) == {201}
    assert desk.articles() == 92
    with Archive(desk.path, Matcher(Scorer.load().model)) as archive:
        assert archive.verify() == 92


def test_an_archive_without_texts_stays_without(scorer, tmp_path):
    """What is posted to an archive of fingerprints leaves no text in it, and is found all the same."""
    path = tmp_path / "bare.db"
    Archive(path, Matcher(scorer.model), write=True, keep_text=False).close()
    desk = Desk(scorer, path)
    desk.add()
    assert desk.answered(desk.ask("GET"), "ArchiveStats")["keeps_text"] is False
    pairs = desk.sources(query="?with_alignment=1")[0]["alignment"]
    assert {pair["source_quote"] for pair in pairs} == {None}
    with Archive(path, Matcher(scorer.model)) as archive:
        assert archive.text("harbour") is None


def test_a_missing_archive_is_made_where_it_can_be_filled(scorer, tmp_path):
    """With a token it is made at the start, for its user alone; without one there is nothing to look up in, and that is said."""
    made = Desk(scorer, tmp_path / "new.db").path
    assert made.stat().st_mode & 0o777 == 0o600
    with pytest.raises(ArchiveError, match="there is no archive"):
        create_app(scorer, Settings(archive=tmp_path / "none.db"))
    with pytest.raises(ArchiveError, match="cannot be made"):
        create_app(scorer, Settings(token=TOKEN, archive=tmp_path / "nowhere" / "none.db"))


def test_an_archive_that_cannot_be_begun_leaves_no_file(scorer, tmp_path, monkeypatch):
    """On a full disk the start is refused, and with some room again the next one is not."""

    def full(*given: object, **more: object) -> Archive:
        raise ArchiveError("new.db: the disk is full")

    settings = Settings(token=TOKEN, archive=tmp_path / "new.db")
    with monkeypatch.context() as patch:
        patch.setattr(archive_service, "Archive", full)
        with pytest.raises(ArchiveError, match="full"):
            create_app(scorer, settings)
    assert list(tmp_path.iterdir()) == []
    create_app(scorer, settings)


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\x00", b"<html>" * 1000])
def test_what_is_no_archive_is_refused_at_the_start(scorer, tmp_path, content):
    """A file that is something else is left as it is, with a token as without one."""
    path = tmp_path / "other.db"
    path.write_bytes(content)
    for token in (None, TOKEN):
        with pytest.raises(ArchiveError, match=r"other\.db"):
            create_app(scorer, Settings(token=token, archive=path))
    assert path.read_bytes() == content


def test_serve_refuses_a_missing_archive_in_a_sentence(runner: CliRunner, tmp_path: Path):
    """Exit code 2, and the file is named; so it is for an archive that the environment names, and for a folder."""
    path = str(tmp_path / "none.db")
    for args, env in ((["--archive", path], {}), ([], {"COPYDESK_ARCHIVE": path}), (["--archive", str(tmp_path)], {})):
        done = runner.invoke(main, ["serve", "--port", "0", *args], env=env)
        assert done.exit_code == 2
        assert str(tmp_path) in done.stderr
        assert "Traceback" not in done.output


def test_licensed_sources_are_a_note_over_http(scorer, tmp_path):
    """A source that the policy allows stays in the report, with a note, and GET /model tells what is allowed."""
    allowing = Scorer(scorer.model, Policy(allow=("har",)))
    desk = Desk(allowing, tmp_path / "archive.db")
    desk.add()
    report = desk.ask("POST", "/score", json={"text": REWRITE}).get_json()
    assert report["sources"][0]["id"] == "harbour"
    assert "sources: rewrite of harbour, which the policy allows" in report["notes"]
    assert desk.answered(desk.ask("GET", "/model"), "Model")["policy"]["allow"] == ["har"]


def test_the_page_names_sources(desk):
    """The page for editors looks sources up, too."""
    desk.add()
    password = base64.b64encode(f"x:{TOKEN}".encode()).decode()
    response = desk.ask("POST", "/", data={"article": REWRITE}, headers={"Authorization": f"Basic {password}"})
    assert response.status_code == 200
    assert "harbour" in response.get_data(as_text=True)


def test_the_description_covers_the_archive(desk: Desk, client: FlaskClient):
    """Every status that these tests saw is described, and each operation asks for a token or a signature."""
    operations = desk.described["paths"]["/archive"]
    assert set(operations) == {"get", "post", "delete"}
    for operation in operations.values():
        assert {} not in operation["security"]
        assert {"401", "403", "503"} <= set(operation["responses"])
    for name in ("post", "delete"):
        assert "Retry-After" in operations[name]["responses"]["503"]["headers"]
    assert {"200", "201", "400", "413", "415", "422"} <= set(operations["post"]["responses"])
    names = [each["name"] for each in desk.described["paths"]["/score"]["post"]["parameters"]]
    assert names == ["with_text", "with_alignment", "id", "title", "url"]
