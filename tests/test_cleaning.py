"""Lines cut out of a source, and the rest as it was."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from copydesk import Document, DocumentError, Evidence, clean, read


def evidence(document: Document, *quotes: str) -> list[Evidence]:
    starts = [document.text.index(quote) for quote in quotes]
    return [
        Evidence("injected_links", "promo-line", "Promotes another story", start, start + len(quote), quote, 1.0)
        for start, quote in zip(starts, quotes, strict=True)
    ]


def cut(source: str, kind: str, *quotes: str) -> str:
    document = read(source, kind=kind)
    found = evidence(document, *quotes)
    cleaned = clean(source, document, found)
    assert cleaned.removed == tuple(found)
    return cleaned.content


def texts(document: Document) -> list[str]:
    return [document.text[block.start : block.end] for block in document.blocks]


PROMO = "Also Read: Quill leaves the stage"


@pytest.mark.parametrize(
    ("source", "quotes", "content"),
    [
        (f"One.\n\n{PROMO}\n\nTwo.\n", [PROMO], "One.\n\nTwo.\n"),
        (f"One.\r\n\r\n\r\n{PROMO}\r\n\r\nTwo.", [PROMO], "One.\r\n\r\n\r\nTwo."),
        (f"One.\n{PROMO}\nTwo.", [PROMO], "One.\nTwo."),
        (f"{PROMO}\n\nOne.", [PROMO], "One."),
        (f"One.\n\n{PROMO}\n\n", [PROMO], "One.\n"),
        (f"One.\n\n{PROMO}\n\nRelated: rain\n\nTwo.", [PROMO, "Related: rain"], "One.\n\nTwo."),
        (f"  One.  \n\n  {PROMO}  \n\n Two\t\n", [PROMO], "  One.  \n\n Two\t\n"),
        (
            f"said Quill.{PROMO} ADVERTISEMENT The police came.",
            [PROMO, "ADVERTISEMENT"],
            "said Quill.\n\nThe police came.",
        ),
        (f"One.\nsaid Quill.{PROMO} ADVERTISEMENT He left.", [PROMO, "ADVERTISEMENT"], "One.\nsaid Quill.\nHe left."),
        ("One. It is hollow.  Two.", ["It is hollow."], "One. Two."),
        ("It is hollow. One.", ["It is hollow."], "One."),
        ("One. It is hollow.", ["It is hollow."], "One."),
        (PROMO, [PROMO], ""),
    ],
)
def test_lines_of_text(source, quotes, content):
    """Lines go with the blank line that they leave, words inside a line with a space, and all else stays byte for byte."""
    assert cut(source, "text", *quotes) == content


WRAPPED = """The harbour of Northport will close for three weeks in the spring so that
the old quay can be rebuilt, the council said. It is a pivotal moment in the
life of the town. Ferries will leave from the south pier until the new quay
is open again."""


def test_wrapped_paragraph():
    """A sentence that runs over two wrapped lines is cut out of both."""
    content = cut(WRAPPED, "text", "It is a pivotal moment in the life of the town.")
    assert content == WRAPPED.replace(" It is a pivotal moment in the\nlife of the town.", "")


def test_wrapped_paragraphs_stay_two():
    """Paragraphs that a promotion line held apart do not run together."""
    source = f"{WRAPPED}\n{PROMO}\n{WRAPPED}\n"
    assert texts(read(cut(source, "text", PROMO), kind="text")) == [" ".join(WRAPPED.split())] * 2


@pytest.mark.parametrize(
    ("source", "quotes", "content"),
    [
        ("# T\n\nOne **2**.\n\n**Also Read:** [Quill *sings*](/q)\n\n3.\n", ["Also Read: Quill sings"], "# T\n\nOne **2**.\n\n3.\n"),
        ("* one\n* [two](/2)\n  more\n* three", ["two more"], "* one\n* three"),
        ("One. **It is hollow.** Two.", ["It is hollow."], "One. Two."),
        ("One. [It is hollow.](http://e.example/a_b \"T\") Two.", ["It is hollow."], "One. Two."),
        ("[One. It is hollow.](/x) Two.", ["It is hollow."], "[One.](/x) Two."),
        ("One\nTwo\n===\n\nThree", ["One Two"], "Three"),
        ("| a | b |\n|---|---|\n| c | d |", ["c"], "| a | b |\n|---|---|\n| | d |"),
        ("Prose\nAlso Read: [Rain](/r)\nmore", ["Also Read: Rain"], "Prose\n\nmore"),
        ("---\ntitle: T\n---\n\nOne\n\nTwo", ["One"], "---\ntitle: T\n---\n\nTwo"),
        ("```\nx\n```\n\nOne", ["x"], "One"),
    ],
)  # fmt: skip
def test_lines_of_markdown(source, quotes, content):
    """Markdown loses the lines with their marks and targets."""
    assert cut(source, "markdown", *quotes) == content


@pytest.mark.parametrize(
    ("source", "quotes", "content"),
    [
        (f"<p>One</p>\n\n<p>{PROMO}</p>\n\n<p>Two</p>", [PROMO], "<p>One</p>\n\n<p>Two</p>"),
        (
            "<p>One</p><div class=x><p><strong><a href='/q'>Also Read: <em>rain</em></a></strong></p></div><p>Two</p>",
            ["Also Read: rain"],
            "<p>One</p><p>Two</p>",
        ),
        (
            f"<!-- wp:group --><p>One</p>\n\n<!-- wp:paragraph -->\n<p>{PROMO}</p>\n<!-- /wp:paragraph --><!-- /wp:group -->",
            [PROMO],
            "<!-- wp:group --><p>One</p>\n\n<!-- /wp:group -->",
        ),
        ("<ul><li>one</li><li>two</li></ul><p>x</p>", ["two"], "<ul><li>one</li></ul><p>x</p>"),
        ("<ul><li>one</li><li>two</li></ul><p>x</p>", ["one\n\ntwo"], "<p>x</p>"),
        ("<table><tr><td>a</td></tr><tr><td>c</td><td>d</td></tr></table>", ["c\n\nd"], "<table><tr><td>a</td></tr></table>"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", ["a"], "<table><tr><td></td><td>b</td></tr></table>"),
        (f"<p>One<br>{PROMO}<br>Two</p>", [PROMO], "<p>One<br>Two</p>"),
        (f"<p>One<br/><br/>{PROMO}</p>", [PROMO], "<p>One<br/></p>"),
        ("<p>One. It is <b>hollow</b>. Two.</p>", ["It is hollow."], "<p>One.  Two.</p>"),
        ("<p>One &amp; It is&nbsp;hollow. &lt;Two&gt; &eacute;</p>", ["It is hollow."], "<p>One &amp; &lt;Two&gt; &eacute;</p>"),
        (
            "<figure><a href='/q?a&amp;b'><img src=q></a><figcaption><a href='/q?a&amp;b'>Quill</a></figcaption></figure><p>One</p>",
            ["Quill"],
            "<p>One</p>",
        ),
        ("<figure><img src=q><figcaption>a.jpg</figcaption></figure><p>One</p>", ["a.jpg"], '<figure><img src="q"></figure><p>One</p>'),
        ("<pre>One\n\nAlso Read: x\n\nTwo</pre>", ["Also Read: x"], "<pre>One\n\n\n\nTwo</pre>"),
    ],
)  # fmt: skip
def test_lines_of_html(source, quotes, content):
    """HTML loses the lines with the elements, comments and breaks that are empty without them."""
    assert cut(source, "html", *quotes) == content


def test_the_rest_of_html_survives():
    """Attributes in their order, entities, embeds, comments, white space and void elements come out as they went in."""
    rest = (
        '<!-- wp:html {"a":1} -->\n<p class="a  b" data-z="1" data-a="&quot;x&quot;">One &amp; two&nbsp;<br />&lt;b&gt; a < b</p>\n'
        '<iframe src="https://e.example/?a=1&amp;b=2" width="560"></iframe> \n \n<script>if (a < b && c) { x("</p>"); }</script>\n'
        "<!-- /wp:html -->\n<pre>\n  x\n</pre>\n"
    )
    assert cut(f"{rest}<p>{PROMO}</p>", "html", PROMO) == rest


def test_page_keeps_its_frame():
    """A full page loses the line alone, not what stands outside the article."""
    prose = (
        "<p>The harbour wall at Larkmoor will be rebuilt over two summers after the council voted on Tuesday.</p>" * 3
    )
    source = f"<!doctype html>\n<html><head></head><body><nav>Menu</nav><article>{prose}<p>{PROMO}</p></article></body></html>"
    document = read(source)
    assert document.form == "page"
    assert clean(source, document, evidence(document, PROMO)).content == source.replace(f"<p>{PROMO}</p>", "")


def test_unclosed_markup():
    """Lines are found where two parsers build different trees."""
    source = f"<p>One<p>{PROMO}<p>Two<li>three<div>four"
    cleaned = cut(source, "html", PROMO)
    assert texts(read(cleaned, kind="html")) == ["One", "Two", "three", "four"]


@pytest.mark.parametrize(
    ("kind", "source"), [("text", "One.\n\nTwo.\n"), ("markdown", "* One\n\n"), ("html", "<P CLASS=x>One &amp;<BR>two")]
)
def test_without_evidence_nothing_changes(kind, source):
    """Nothing to cut leaves every byte."""
    assert clean(source, read(source, kind=kind), []).content == source


@pytest.mark.parametrize("kind", ["text", "markdown"])
def test_foreign_source_is_refused(kind):
    """A document of another source cannot say where to cut."""
    document = read("One.\n\nTwo and three.", kind=kind)
    with pytest.raises(DocumentError, match="not read from this source"):
        clean("Something else.", document, evidence(document, "One."))


def test_what_cannot_be_found_stays():
    """Evidence whose line is not in the source is not reported as removed."""
    document = read("<p>One</p><p>Two</p>", kind="html")
    cleaned = clean("<p>One</p><p>Three</p>", document, evidence(document, "One", "Two"))
    assert (cleaned.content, [each.quote for each in cleaned.removed]) == ("<p>Three</p>", ["One"])


WORDS = st.sampled_from(["Also Read: rain", "One here.", "two", "Three", "x & y", "End."])
BLOCKS = st.lists(
    st.tuples(WORDS, st.booleans(), st.sampled_from(["p", "li", "div", "h2", "br", "td", "b", "wp"])),
    min_size=1,
    max_size=8,
)


def markup(tag: str, words: str) -> str:
    words = words.replace("&", "&amp;")
    shapes = {
        "br": f"<p>Before.<br>{words}<br>After.</p>",
        "b": f"<div><p><b>{words}</b></p></div>",
        "li": f"<ul><li>Before</li><li><a href=/x>{words}</a></li></ul>",
        "td": f"<table><tr><td>{words}</td><td>Beside</td></tr></table>",
        "wp": f"<!-- wp:paragraph -->\n<p>{words}</p>\n<!-- /wp:paragraph -->\n",
    }
    return shapes.get(tag, f"<{tag}>{words}</{tag}>")


def sources(blocks: list[tuple[str, bool, str]], kind: str) -> str:
    if kind == "html":
        return "\n".join(markup(tag, words) for words, _, tag in blocks)
    return "\n\n".join(f"* {words}" if tag == "li" and kind == "markdown" else words for words, _, tag in blocks)


@given(BLOCKS, st.sampled_from(["html", "text", "markdown"]), st.data())
@settings(deadline=None)
def test_cleaned_blocks_are_a_subsequence(blocks, kind, data):
    """Cutting any blocks leaves the others, in order, and cleaning the result with no evidence changes nothing."""
    source = sources(blocks, kind)
    document = read(source, kind=kind)
    gone = data.draw(st.lists(st.booleans(), min_size=len(document.blocks), max_size=len(document.blocks)))
    assume(not all(gone))
    spans = [block for block, away in zip(document.blocks, gone, strict=True) if away]
    found = [Evidence("feed_debris", "advert", "m", b.start, b.end, document.text[b.start : b.end], 1.0) for b in spans]
    cleaned = clean(source, document, found)
    again = read(cleaned.content, kind=kind)
    assert cleaned.removed == tuple(found)
    assert texts(again) == [text for text, away in zip(texts(document), gone, strict=True) if not away]
    assert clean(cleaned.content, again, []).content == cleaned.content


@given(st.text(alphabet=st.sampled_from("ab<>/p&;! \n\"'=-."), max_size=60), st.data())
@settings(deadline=None)
def test_any_markup_can_be_cut(source, data):
    """Broken markup is cut as far as it can be, or refused with a DocumentError."""
    try:
        document = read(source, kind="html")
    except DocumentError:
        return
    block = data.draw(st.sampled_from(document.blocks))
    quote = document.text[block.start : block.end]
    try:
        clean(source, document, [Evidence("feed_debris", "advert", "m", block.start, block.end, quote, 1.0)])
    except DocumentError as error:
        assert "cannot be edited" in str(error)
