"""The service's own page, as it comes from the server: what is shown, what is refused, and that nothing of an article is markup."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from copydesk import Scorer
from copydesk.plugin.app import create_app
from copydesk.plugin.config import Settings

HOSTILE = "</textarea></style></title><script>alert(1)</script><img src=x onerror=alert(2)>\"'><svg/onload=alert(3)>"


def _page(response: TestResponse, status: int = 200) -> BeautifulSoup:
    """The parsed page, of which everything that holds for all of them is checked."""
    assert (response.status_code, response.mimetype) == (status, "text/html")
    soup = BeautifulSoup(response.text, "html.parser")
    policy = response.headers["Content-Security-Policy"]
    for name in ("default-src", "frame-ancestors", "base-uri"):
        assert f"{name} 'none'" in policy
    assert "form-action 'self'" in policy
    assert "unsafe" not in policy
    for element, directive in (("style", "style-src"), ("script", "script-src")):
        for found in soup.find_all(element):
            digest = base64.b64encode(hashlib.sha256((found.string or "").encode()).digest()).decode()
            assert f"{directive} 'sha256-{digest}'" in policy
    assert not soup.select("[style], [src], link, img, iframe, object, embed")
    assert not [name for each in soup.find_all(True) for name in each.attrs if name.startswith("on")]
    ids = [each["id"] for each in soup.select("[id]")]
    assert len(ids) == len(set(ids))
    assert all(each["href"][1:] in ids for each in soup.select("a[href^='#']"))
    assert all(each["for"] in ids for each in soup.select("label[for]"))
    for each in soup.select("[aria-describedby], [aria-labelledby]"):
        names = f"{each.get('aria-describedby', '')} {each.get('aria-labelledby', '')}".split()
        assert set(names) <= set(ids)
    assert len(soup.select("h1")) == 1
    return soup


def _one(soup: BeautifulSoup, selector: str) -> Tag:
    (found,) = soup.select(selector)
    return found


def _content(soup: BeautifulSoup, selector: str) -> str:
    """A text field's content, as a browser has it: a newline straight after the tag is no part of it."""
    return _one(soup, selector).get_text().removeprefix("\n")


def _source(article: str, promo: str) -> str:
    first, rest = article.split("\n\n", 1)
    return f"{first}\n\n{promo}\n\n{rest}"


def test_the_form_has_a_label_for_every_field(client: FlaskClient) -> None:
    """GET / shows the form, usable by keyboard and screen reader, and nothing else that could be sent."""
    soup = _page(client.get("/"))
    form = _one(soup, "form")
    assert (form["method"], form["enctype"], form["action"]) == ("post", "multipart/form-data", "#result")
    for field in form.select("input, textarea, select"):
        _one(soup, f"label[for='{field['id']}']")
    assert not soup.select("script")


def test_what_was_pasted_is_judged_marked_and_cleaned(
    client: FlaskClient, scorer: Scorer, article: str, promo: str
) -> None:
    """The verdict, the line in its mark, the text without it, and the form with everything that was in it."""
    text = _source(article, promo)
    form = {
        "article": text.replace("\n", "\r\n"),
        "headline": "A wall",
        "address": "https://news.example/a",
        "padding": "1",
    }
    soup = _page(client.post("/", data=form))
    assert _one(soup, "h1#result").get_text() == "A wall"
    report = scorer.score(text=text, title="A wall", url="https://news.example/a")
    assert report.action in _one(soup, ".stamp").get_text().lower()
    assert promo in _one(soup, "#article mark.l").get_text()
    assert len(soup.select(".card")) == 4
    assert _content(soup, "#cleaned-text") == article
    assert _one(soup, "#cleaned-text").has_attr("readonly")
    assert _content(soup, "#field-article") == text
    assert (_one(soup, "#field-headline")["value"], _one(soup, "#field-address")["value"]) == (
        "A wall",
        "https://news.example/a",
    )
    assert _one(soup, "#field-padding").has_attr("checked")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.html", "<p>{}</p>"),
        ("A.HTM", "<p>{}</p>"),
        ("notes.txt", "{}"),
        ("notes.md", "# A wall\n\n{}"),
    ],
)
def test_a_file_is_checked(client: FlaskClient, article: str, promo: str, name: str, content: str) -> None:
    """An upload is read by its ending, named in the result, and cleaned."""
    data = content.format(_source(article, promo).replace("\n\n", "</p>\n<p>" if "<p>" in content else "\n\n"))
    soup = _page(client.post("/", data={"file": (io.BytesIO(data.encode()), name)}))
    assert name in _one(soup, ".facts").get_text()
    cleaned = _content(soup, "#cleaned-text")
    assert promo in data
    assert promo not in cleaned
    assert "Larkmoor" in cleaned


def test_a_file_goes_before_what_is_pasted(client: FlaskClient, article: str) -> None:
    """Both are filled: the file is checked, the page says so, and what was pasted stays in the form."""
    upload = (io.BytesIO(article.encode()), "a.txt")
    soup = _page(client.post("/", data={"article": "Another text", "file": upload}))
    assert "was not checked" in soup.get_text()
    assert _content(soup, "#field-article") == "Another text"
    assert _content(soup, "#cleaned-text") == article


def test_a_file_in_another_encoding_is_judged_but_not_cleaned(client: FlaskClient, article: str, promo: str) -> None:
    """Cleaning would have to guess; the page says what to do."""
    data = f"{_source(article, promo)} É".encode("latin-1")
    soup = _page(client.post("/", data={"file": (io.BytesIO(data), "a.txt")}))
    assert "UTF-8" in soup.get_text()
    assert not soup.select("#cleaned-text, script")


def test_formats_are_found_or_chosen(client: FlaskClient, article: str) -> None:
    """Markdown and HTML are known by what only they write, and a choice wins over that."""
    for text, chosen, headings in (
        (f"# A wall\n\n{article}", "", 1),
        (f"<h2>A wall</h2>\n<p>{article}</p>", "", 1),
        (f"# A wall\n\n{article}", "text", 0),
    ):
        soup = _page(client.post("/", data={"article": text, "format": chosen}))
        assert len(soup.select("article h3, article .heading")) == headings


def test_an_article_without_injected_lines_stays_as_it_is(client: FlaskClient, article: str) -> None:
    """The page says that there is nothing to remove, and gives the same text."""
    soup = _page(client.post("/", data={"article": article}))
    assert "nothing to remove" in soup.get_text()
    assert _content(soup, "#cleaned-text") == article


@pytest.mark.parametrize(
    ("form", "status", "field", "named"),
    [
        ({}, 422, "article", "Paste an article"),
        ({"article": " \n "}, 422, "article", "Paste an article"),
        ({"article": "<p> </p>"}, 422, "article", "empty"),
        ({"article": "\x00\x01\x02" * 500}, 422, "article", "binary"),
        ({"article": "A text", "headline": "x" * 501}, 422, "headline", "501 characters"),
        ({"article": "A text", "address": "javascript:alert(1)"}, 422, "address", "http:// or https://"),
        ({"article": "A text", "address": "https://"}, 422, "address", "http:// or https://"),
        ({"article": "A text", "address": "https://a" + "x" * 2000}, 422, "address", "2,000"),
        ({"article": "A text", "format": "pdf"}, 422, "format", "formats"),
        ({"file": (io.BytesIO(b"x"), "a.pdf")}, 415, "file", ".html, .htm, .txt, .md"),
        ({"file": (io.BytesIO(b"x"), "a")}, 415, "file", ".html, .htm, .txt, .md"),
        ({"file": (io.BytesIO(b""), "a.txt")}, 422, "file", "empty"),
        ({"file": (io.BytesIO(b"\x89PNG\r\n\x1a\n"), "a.txt")}, 422, "file", "PNG image"),
    ],
)
def test_a_wrong_field_is_named(
    client: FlaskClient, form: dict[str, object], status: int, field: str, named: str
) -> None:
    """The page says what is wrong in words, leads to the field, marks it, and keeps what was typed."""
    if "file" in form:  # a parametrised stream is read once
        stream, name = form["file"]  # type: ignore[misc]
        form = {"file": (io.BytesIO(stream.getvalue()), name)}
    soup = _page(client.post("/", data=form, content_type="multipart/form-data"), status)
    alert = _one(soup, "#result[role=alert]")
    assert named in alert.get_text()
    assert _one(soup, "[aria-invalid=true]")["name"] == field
    assert alert.select_one("a")["href"][1:] == _one(soup, "[aria-invalid=true]")["id"]  # type: ignore[index]
    assert named in _one(soup, ".wrong").get_text()
    assert soup.title is not None
    assert soup.title.get_text().startswith("Error")
    if "\x00" not in str(form.get("article", "")):
        assert _content(soup, "#field-article") == form.get("article", "")


@pytest.mark.parametrize(
    ("arguments", "status", "named"),
    [
        ({"data": {"article": "x" * 5000}}, 413, "4 KB"),
        ({"data": {"file": (io.BytesIO(b"x" * 5000), "a.txt")}}, 413, "4 KB"),
        ({"data": {f"f{n}": "x" for n in range(40)}, "content_type": "multipart/form-data"}, 413, "larger"),
        ({"json": {"text": "x"}}, 415, "not a form"),
        ({"data": b"x", "content_type": "text/plain"}, 415, "not a form"),
        ({"data": b"article=x", "content_type": "multipart/form-data"}, 400, ""),
        ({"data": {"article": "x"}, "headers": {"Content-Encoding": "gzip"}}, 415, "compressed"),
        ({"data": {"article": "x"}, "headers": {"Origin": "https://evil.example"}}, 403, "another site"),
    ],
)
def test_what_is_no_form_of_ours_is_refused_as_a_page(
    scorer: Scorer, arguments: dict[str, object], status: int, named: str
) -> None:
    """A browser gets HTML for every refusal, with a way on."""
    client = create_app(scorer, Settings(max_body=4096)).test_client()
    soup = _page(client.post("/", **arguments), status if status != 400 else 422)  # type: ignore[arg-type]
    assert named in _one(soup, "#result").get_text()
    assert soup.select("form, a[href='./']")


@pytest.mark.parametrize("declared", [True, False])
def test_an_upload_without_a_length_is_bounded_too(scorer: Scorer, declared: bool) -> None:
    """A form in chunks is neither read without end nor cut in silence."""
    client = create_app(scorer, Settings(max_body=4096)).test_client()
    body = (
        b'--b\r\nContent-Disposition: form-data; name="article"\r\n\r\n' + b"The council met. " * 600 + b"\r\n--b--\r\n"
    )
    given: dict[str, object] = {"data": body}
    if not declared:
        given = {"input_stream": io.BytesIO(body), "environ_overrides": {"wsgi.input_terminated": True}}
    _page(client.post("/", content_type="multipart/form-data; boundary=b", **given), 413)  # type: ignore[arg-type]


def test_a_long_article_may_be_pasted(client: FlaskClient, article: str) -> None:
    """The web framework's own limit for fields without a file is far below ours, and does not count."""
    soup = _page(client.post("/", data={"article": "\n\n".join([article] * 700)}, content_type="multipart/form-data"))
    assert "Larkmoor" in _content(soup, "#cleaned-text")


@pytest.mark.parametrize("wrong", [False, True])
def test_nothing_of_an_article_is_markup(client: FlaskClient, article: str, promo: str, wrong: bool) -> None:
    """Body, headline, address and a file's name come out as text, in results as in errors."""
    source = f"{_source(article, promo)}\n\nAlso Read | {HOSTILE}\n\n{HOSTILE}"
    form = {
        "article": source,
        "headline": HOSTILE,
        "address": "x" if wrong else f"https://news.example/{HOSTILE.replace(' ', '')}",
    }
    soup = _page(client.post("/", data=form), 422 if wrong else 200)
    assert _content(soup, "#field-article") == source
    assert not soup.select("svg[onload], article script")
    assert len(soup.select("script")) == (0 if wrong else 1)
    upload = {"file": (io.BytesIO(source.encode()), re.sub('[/"]', "", HOSTILE) + ".txt")}
    _page(client.post("/", data=upload))


def test_a_fault_of_ours_is_a_page(article: str) -> None:
    """500 as HTML, without internals."""

    class Broken:
        model = SimpleNamespace(name="copydesk-1")  # for the log

        def score(self, *_: object) -> object:
            raise RuntimeError(article)

    client = create_app(Broken(), Settings()).test_client()  # type: ignore[arg-type]
    soup = _page(client.post("/", data={"article": article}), 500)
    assert "Larkmoor" not in soup.get_text()


def test_other_methods_are_refused(client: FlaskClient) -> None:
    """405 says what is allowed."""
    response = client.delete("/")
    assert (response.status_code, sorted(re.findall(r"GET|POST", response.headers["Allow"]))) == (405, ["GET", "POST"])
