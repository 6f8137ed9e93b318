"""The corpus on disk: what its rows become, and one clear sentence for whatever is wrong with it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import synthetic

from copydesk import CorpusError
from copydesk.training import corpus

ARTICLE = {
    "id": "a1",
    "text": "# Ferry late\nThe ferry was late.",
    "title": None,
    "label": "machine",
    "generator": "g-1",
    "kind": "rewrite",
    "domain": "news",
    "group": "g1",
    "source": "set",
}
WRITTEN = {
    "id": "w1",
    "style": "seo_padded",
    "title": "Ferry late",
    "writer": 3,
    "blocks": [{"text": "The ferry was late.", "label": "body"}, {"text": "Time will tell.", "label": "padding"}],
}
LINES = {
    "doc_id": "p1",
    "title": "Ferry late",
    "outlet": "xx/Gazette",
    "lines": [
        {"text": "The ferry was late.", "label": "body"},
        {"text": "Also Read | Soup", "label": "injected_link", "related": False, "href": "/soup"},
        {"text": "Also Read | Boats", "label": "injected_link", "related": "unsure"},
    ],
}
PAGE = {"id": "p1", "html": "<p>The ferry was late.</p>", "text": None, "url": "https://gazette.example/1"}
READERS: dict[str, Callable[[Path, str], object]] = {
    "articles": corpus.articles,
    "written": corpus.written,
    "lines": corpus.lines,
    "pages": corpus.lines,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One row of each kind."""
    for kind, record in (("articles", ARTICLE), ("written", WRITTEN), ("lines", LINES), ("pages", PAGE)):
        synthetic.put(tmp_path, f"{kind}.train.jsonl.gz", [record])
    return tmp_path


def change(folder: Path, kind: str, **fields: Any) -> None:
    """Write the one row of a kind with other fields; None takes a field out."""
    original = {"articles": ARTICLE, "written": WRITTEN, "lines": LINES, "pages": PAGE}[kind]
    record = {k: v for k, v in {**original, **fields}.items() if v is not None}
    synthetic.put(folder, f"{kind}.train.jsonl.gz", [record])


def why(folder: Path, kind: str) -> str:
    """The one sentence of the error."""
    with pytest.raises(CorpusError) as raised:
        READERS[kind](folder, "train")
    message = str(raised.value)
    assert "\n" not in message
    return message


def test_an_article_becomes_a_row(folder):
    """Fields are taken over, empty ones as "", and a machine's Markdown headline is stripped."""
    (row,) = corpus.articles(folder, "train")
    assert (row.id, row.text, row.title, row.generator, row.group) == ("a1", "The ferry was late.", "", "g-1", "g1")
    assert not row.human
    assert row.is_article


def test_a_human_article_is_left_as_it_is(folder):
    """Only generators' lead-ins are stripped."""
    change(folder, "articles", label="human")
    (row,) = corpus.articles(folder, "train")
    assert row.human
    assert row.text == ARTICLE["text"]


def test_other_domains_are_marked(folder):
    """Essays and fiction are counted apart from articles."""
    change(folder, "articles", domain="essay")
    (row,) = corpus.articles(folder, "train")
    assert (row.source, row.set_name, row.is_article) == ("set (other)", "set", False)


def test_a_written_article_becomes_lines(folder):
    """Blocks with their labels; the group is the writer."""
    (doc,) = corpus.written(folder, "train")
    assert (doc.id, doc.group, doc.style, doc.html) == ("w1", "writer-3", "seo_padded", None)
    assert [(x.text, x.label) for x in doc.lines] == [("The ferry was late.", "body"), ("Time will tell.", "padding")]


def test_a_page_becomes_lines(folder):
    """Lines with their page; the group is the outlet; an unsure relation is None."""
    (doc,) = corpus.lines(folder, "train")
    assert (doc.group, doc.html, doc.url, doc.style) == ("xx/Gazette", PAGE["html"], PAGE["url"], "")
    assert [(x.label, x.related, x.href) for x in doc.lines] == [
        ("body", None, None),
        ("injected_link", False, "/soup"),
        ("injected_link", None, None),
    ]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("# Ferry late\n\nIt came.", "It came."),
        ("**Title:** Ferry late\nIt came.", "It came."),
        ("Headline: Ferry late\nArticle:\nIt came.", "It came."),
        ("Here is the rewritten article:\n\nIt came.\nIt left.", "It came.\nIt left."),
        ("Sure, I can do that!\nIt came.", "It came."),
        ("It came.\n# Not a lead-in", "It came.\n# Not a lead-in"),
        ("Here is where it came ashore.\nIt left.", "Here is where it came ashore.\nIt left."),
        ("# Only a headline", "# Only a headline"),
        ("", ""),
    ],
)
def test_a_generators_lead_in_is_stripped(text, kept):
    """Lines that only a generator writes before an article go; the article's own stay."""
    assert corpus.strip_leak(text) == kept


def test_origins_count_the_rows_of_every_set(tmp_path):
    """Each set with its rows, origin and licence, in order."""
    rows = [{**ARTICLE, "source": s, "origin": f"from/{s} row", "licence": "MIT"} for s in ("b", "a", "b")]
    synthetic.put(tmp_path, "articles.train.jsonl.gz", rows)
    assert corpus.origins(tmp_path) == [("a", 1, "from/a", "MIT"), ("b", 2, "from/b", "MIT")]


def test_no_group_is_on_both_sides_of_the_invented_corpus(tmp_path):
    """Rows that share an original are all in train or all in dev, writers and outlets too."""
    folder = synthetic.write(tmp_path)
    for read in (corpus.articles, corpus.written, corpus.lines):
        train, dev = ({row.group for row in read(folder, part)} for part in ("train", "dev"))
        assert train and dev
        assert not train & dev


# --- one sentence for everything that may be wrong


@pytest.mark.parametrize("name", corpus.FILES)
def test_a_missing_file_is_named(tmp_path, name):
    """Every file that training reads is asked for by name."""
    for other in corpus.FILES:
        if other != name:
            synthetic.put(tmp_path, other, [])
    with pytest.raises(CorpusError) as raised:
        corpus.check(tmp_path)
    assert str(raised.value) == f"{tmp_path}: not a corpus, missing {name}"


def test_a_whole_corpus_is_accepted(tmp_path):
    """With all files there is nothing to say."""
    for name in corpus.FILES:
        synthetic.put(tmp_path, name, [])
    corpus.check(tmp_path)


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("line", ["{", "no", '{"id": "a"', "[" * 100_000])
def test_a_broken_line_is_named(folder, kind, line):
    """A line that is not JSON is named with its file and number."""
    path = folder / f"{kind}.train.jsonl.gz"
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()) + line.encode()))
    assert why(folder, kind) == f"{kind}.train.jsonl.gz:2: is not JSON"


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("line", ["[1]", "3", "null", '"row"'])
def test_a_line_that_is_no_object_is_named(folder, kind, line):
    """JSON that is no object is no row."""
    (folder / f"{kind}.train.jsonl.gz").write_bytes(gzip.compress(line.encode()))
    assert why(folder, kind) == f"{kind}.train.jsonl.gz:1: expected a JSON object"


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: gzip.decompress(data),
        lambda data: data[:-12],
        lambda data: data[:12] + bytes(len(data) - 12),
        lambda data: gzip.compress(b'{"id": "\xff\xfe"}\n'),
        lambda data: b"",
    ],
    ids=["not-gzip", "cut-off", "corrupt", "not-utf-8", "empty"],
)
def test_a_damaged_file_is_named(folder, damage):
    """A file that is no gzip, is cut off or not UTF-8 is named; an empty one has no rows."""
    path = folder / "articles.train.jsonl.gz"
    path.write_bytes(damage(path.read_bytes()))
    if not path.read_bytes():
        assert corpus.articles(folder, "train") == []
    else:
        assert why(folder, "articles").startswith(f"{path}: cannot be read (")


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        *(("articles", field) for field in ("id", "text", "label", "domain", "source", "group")),
        *(("written", field) for field in ("id", "style", "writer", "blocks")),
        *(("lines", field) for field in ("doc_id", "outlet", "lines")),
        ("pages", "id"),
    ],
)
def test_a_missing_field_is_named(folder, kind, field):
    """A row without a field that training needs is named with its id."""
    change(folder, kind, **{field: None})
    name = "None" if field in ("id", "doc_id") else {"articles": "a1", "written": "w1", "lines": "p1"}[kind]
    assert why(folder, kind) == f"{kind}.train.jsonl.gz: {name}: the field {field!r} is missing"


def test_a_human_article_needs_its_text(folder):
    """People's articles are checked like machines'."""
    change(folder, "articles", label="human", text=None)
    assert why(folder, "articles") == "articles.train.jsonl.gz: a1: the field 'text' is missing"


@pytest.mark.parametrize("text", ["", " \n", "Title: Ferry late\n\n "])
def test_an_article_without_a_text_is_named(folder, text):
    """An empty text, or one that is only a generator's lead-in, cannot be learned from."""
    change(folder, "articles", text=text)
    assert why(folder, "articles") == "articles.train.jsonl.gz: a1: the text is empty"


@pytest.mark.parametrize(("kind", "field"), [("written", "blocks"), ("lines", "lines")])
@pytest.mark.parametrize("missing", ["text", "label"])
def test_a_missing_field_of_a_line_is_named(folder, kind, field, missing):
    """A labelled line needs its text and its label."""
    line = {"text": "A line.", "label": "body"}
    change(folder, kind, **{field: [{k: v for k, v in line.items() if k != missing}]})
    assert why(folder, kind).endswith(f"1: the field {missing!r} is missing")


@pytest.mark.parametrize(
    ("kind", "field", "value", "expected"),
    [
        ("articles", "text", 3, "a1: the field 'text' is 3, expected str"),
        ("articles", "group", ["g"], "a1: the field 'group' is ['g'], expected str"),
        ("written", "writer", "x", "w1: the field 'writer' is 'x', expected int"),
        ("lines", "lines", {"text": ""}, "p1: the field 'lines' is {'text': ''}, expected list"),
    ],
)
def test_a_field_of_another_kind_is_named(folder, kind, field, value, expected):
    """The message gives row, field, value and what was expected."""
    change(folder, kind, **{field: value})
    assert why(folder, kind) == f"{kind}.train.jsonl.gz: {expected}"


@pytest.mark.parametrize(("kind", "field"), [("written", "blocks"), ("lines", "lines")])
def test_a_line_that_is_no_record_is_named(folder, kind, field):
    """A bare string in place of a labelled line is a mistake in the corpus."""
    change(folder, kind, **{field: ["text and label"]})
    assert why(folder, kind).endswith("1: a line is 'text and label', expected a JSON object")


@pytest.mark.parametrize(("kind", "field"), [("written", "blocks"), ("lines", "lines")])
def test_an_unknown_label_is_named(folder, kind, field):
    """A label that no head knows is a mistake in the corpus."""
    change(folder, kind, **{field: [{"text": "A line.", "label": "spam"}]})
    assert "1: the label is 'spam', expected padding, body, headline, " in why(folder, kind)


def test_the_digest_changes_with_the_files(folder):
    """The manifest names the very files that a model was trained on."""
    before = corpus.digest(folder, ["articles.train.jsonl.gz"])
    change(folder, "articles", title="Other")
    after = corpus.digest(folder, ["articles.train.jsonl.gz"])
    assert before.keys() == after.keys()
    assert before != after
    assert json.dumps(before)
