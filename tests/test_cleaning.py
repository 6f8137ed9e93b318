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
        ("One\n\n| a | b |\n|:--|--:|\n| c | d |\n\nTwo", ["a\n\nb\n\nc\n\nd"], "One\n\nTwo"),
        ("Prose\nAlso Read: [Rain](/r)\nmore", ["Also Read: Rain"], "Prose\n\nmore"),
        ("---\ntitle: T\n---\n\nOne\n\nTwo", ["One"], "---\ntitle: T\n---\n\nTwo"),
        ("```\nx\n```\n\nOne", ["x"], "One"),
        ("One\n\n```\nx", ["x"], "One"),
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
        (f"<p>One<br/><br/>{PROMO}</p>", [PROMO], "<p>One</p>"),
        ("<p>One. It is <b>hollow</b>. Two.</p>", ["It is hollow."], "<p>One. Two.</p>"),
        ("<p>One &amp; It is&nbsp;hollow. &lt;Two&gt; &eacute;</p>", ["It is hollow."], "<p>One &amp; &lt;Two&gt; &eacute;</p>"),
        (
            "<figure><a href='/q?a&amp;b'><img src=q></a><figcaption><a href='/q?a&amp;b'>Quill</a></figcaption></figure><p>One</p>",
            ["Quill"],
            "<p>One</p>",
        ),
        ("<figure><img src=q><figcaption>a.jpg</figcaption></figure><p>One</p>", ["a.jpg"], "<figure><img src=q></figure><p>One</p>"),
        ("<pre>One\n\nAlso Read: x\n\nTwo</pre>", ["Also Read: x"], "<pre>One\n\n\n\nTwo</pre>"),
    ],
)  # fmt: skip
def test_lines_of_html(source, quotes, content):
    """HTML loses the lines with the elements, comments and breaks that are empty without them."""
    assert cut(source, "html", *quotes) == content


@pytest.mark.parametrize(
    ("source", "content"),
    [
        ("<p>One</p><article class=teaser><img src=q><h3><a href=/q>PROMO</a></h3></article>", "<p>One</p>"),
        ("<p>One</p><ul><li><div><img src=q></div><p>PROMO</p></li></ul>", "<p>One</p>"),
        ("<p>One</p><a href=/q><picture><source srcset=q><img src=q></picture><span>PROMO</span></a>", "<p>One</p>"),
        ("<p>One</p><a href=/q><svg><title>Plus</title><path d=M0/></svg><b>PROMO</b></a>", "<p>One</p>"),
        ("<p>One</p><a href=/q.jpg><img src=q></a><p><a href=/q.jpg>PROMO</a></p>", "<p>One</p><a href=/q.jpg><img src=q></a>"),
        ("<p>One</p><figure><img src=q><figcaption>PROMO</figcaption></figure>", "<p>One</p><figure><img src=q></figure>"),
        ("<div><img src=q><p>PROMO</p><p>One</p></div>", "<div><img src=q><p>One</p></div>"),
        ("<p>One</p><div><iframe src=v></iframe><p>PROMO</p></div>", "<p>One</p><div><iframe src=v></iframe></div>"),
        ("<p>One</p><div><script>a</script><img src=q><p>PROMO</p></div>", "<p>One</p><div><script>a</script><img src=q></div>"),
    ],
)  # fmt: skip
def test_pictures_of_a_card(source, content):
    """The picture of a promo card goes with its words; a picture of the article's own, and what is no picture, stays."""
    assert cut(source.replace("PROMO", PROMO), "html", PROMO) == content


@pytest.mark.parametrize(
    ("source", "content"),
    [
        ("<p>One<br><br>PROMO<br><br>Two</p>", "<p>One<br><br>Two</p>"),
        ("<p>PROMO<br>One</p>", "<p>One</p>"),
        ("One<br>PROMO<br>", "One"),
        (
            "<p>A long line that is not yet finished and so<br>PROMO<br>goes on</p>",
            "<p>A long line that is not yet finished and so<br><br>goes on</p>",
        ),
        ("One<div>PROMO</div>Two", "One<div></div>Two"),
        ("One<b><br>PROMO<br></b>Two", "One<br>Two"),
        ("<p>One</p> <p>PROMO</p>\n<p>Two</p>", "<p>One</p>\n<p>Two</p>"),
        ("<p>One</p>\r\n\r\n<p>PROMO</p>\r\n", "<p>One</p>\r\n"),
        ("<pre>One</pre>\n<p>PROMO</p>\n<pre>  Two</pre>", "<pre>One</pre>\n<pre>  Two</pre>"),
    ],
)  # fmt: skip
def test_breaks_round_a_cut(source, content):
    """Of the breaks and the white space on both sides of a cut those of one side stay, and two lines stay two."""
    assert cut(source.replace("PROMO", PROMO), "html", PROMO) == content


@pytest.mark.parametrize(
    ("source", "content"),
    [
        ("<p>One</p>\n<!--kg-card-begin: html-->\n<div>PROMO</div>\n<!--kg-card-end: html-->\n<p>Two</p>", "<p>One</p>\n<p>Two</p>"),
        (
            "<!-- wp:list --><ul><!-- wp:list-item --><li>One</li><!-- /wp:list-item -->\n"
            '<!-- wp:list-item {"a":1} --><li>PROMO</li><!-- /wp:list-item --></ul><!-- /wp:list -->',
            "<!-- wp:list --><ul><!-- wp:list-item --><li>One</li><!-- /wp:list-item -->\n</ul><!-- /wp:list -->",
        ),
        (
            "One\n<!-- wp:group --><div><!-- wp:heading --><h3>PROMO</h3><!-- /wp:heading --></div><!-- /wp:group -->\nTwo",
            "One\n<div></div>\nTwo",
        ),
        ("<p>One</p><!-- wp:group --><div><p>PROMO</p><!-- wp:latest-posts /--></div><!-- /wp:group -->",
         "<p>One</p><!-- wp:group --><div><!-- wp:latest-posts /--></div><!-- /wp:group -->"),
        ("<p>One</p><!-- wp:a --><p>PROMO</p><!--more--><!-- /wp:a -->", "<p>One</p><!-- wp:a --><!--more--><!-- /wp:a -->"),
        ("<!-- wp:a --><!-- wp:b --><p>PROMO</p><!-- /wp:b --><!-- /wp:a --><p>One</p>", "<p>One</p>"),
    ],
)  # fmt: skip
def test_comments_round_a_block(source, content):
    """A block of Gutenberg or Ghost goes with its two comments, one that holds anything else keeps them."""
    assert cut(source.replace("PROMO", PROMO), "html", PROMO) == content


def test_the_rest_of_html_survives():
    """Attributes in their order, entities, embeds, comments, white space and void elements come out as they went in."""
    rest = (
        "<!DOCTYPE  html>\n<P CLASS='a' id=b disabled>One<BR>two<br/>three<br />&AMP &#233; \"&quot;\"</P>\n<![CDATA[x]]>"
        "<p>unclosed<p>again</b></i>\t<x-y Z=1></x-y></p>\r\n"
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


@given(BLOCKS, st.sampled_from(["", "\n", " ", "\r\n\r\n"]), st.data())
@settings(deadline=None)
def test_html_only_loses_characters(blocks, between, data):
    """What is left of HTML is its source without some spans, and every line that stays is there to the letter."""
    source = between.join(markup(tag, words) for words, _, tag in blocks)
    document = read(source, kind="html")
    block = data.draw(st.sampled_from(document.blocks))
    cleaned = cut(source, "html", document.text[block.start : block.end])
    rest = iter(source)
    assert all(character in rest for character in cleaned)


INLINE = st.recursive(
    st.sampled_from(["One", "two", "Three", "<br>", " ", "\n", "<img src=x>", "<!-- wp:p -->", "<!-- /wp:p -->", "&nbsp;", "<br/>"]),
    lambda inner: st.tuples(
        st.sampled_from(["p", "div", "b", "a href=/q", "span", "li", "pre", "section", "x-y"]), st.lists(inner, max_size=4)
    ).map(lambda pair: f"<{pair[0]}>{''.join(pair[1])}</{pair[0].split()[0]}>"),
    max_leaves=14,
)  # fmt: skip


@given(INLINE, st.data())
@settings(deadline=None, max_examples=300)
def test_lines_that_stay_stay_apart(source, data):
    """However elements are nested, cutting one line leaves the others as they were, none run together."""
    source = f"<p>Begin.</p>{source}<p>End.</p>"
    document = read(source, kind="html")
    before = texts(document)
    index = data.draw(st.integers(0, len(before) - 1))
    block = document.blocks[index]
    cleaned = clean(
        source, document, [Evidence("injected_links", "promo-line", "m", block.start, block.end, before[index], 1.0)]
    )
    if cleaned.removed:
        del before[index]
    assert texts(read(cleaned.content, kind="html")) == before


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


@pytest.mark.parametrize(
    "markup",
    ["<b>x</b>" * 30_000, "<p>x</p>" + "<br>" * 15_000 + "</p>" * 15_000, "<!--" * 5_000, "<![x" * 5_000, "</" * 5_000],
    ids=["tags", "breaks", "comments", "declarations", "ends"],
)
def test_markup_that_would_take_minutes_is_refused(markup):
    """Too many tags and marks that nothing closes are named, not parsed."""
    document = read("<p>One</p>", kind="html")
    with pytest.raises(DocumentError, match=r"(to|cannot) be edited"):
        clean(f"<p>One</p>{markup}", document, evidence(document, "One"))


def test_deep_markup_is_cut():
    """Ten thousand levels are no deeper than one."""
    source = "<div>" * 10_000 + f"<p>{PROMO}</p>" + "</div>" * 10_000 + "<p>One</p>"
    assert cut(source, "html", PROMO) == "<p>One</p>"


@pytest.mark.parametrize(
    ("kind", "source"),
    [("text", f"{PROMO}\n\nOne."), ("markdown", f"**{PROMO}**\n\nOne."), ("html", f"<p>{PROMO}</p>\nOne.")],
)
def test_a_byte_order_mark_survives(kind, source):
    """A mark before the first line stays although that line goes."""
    document = read(source.encode(), kind=kind)
    assert clean("\ufeff" + source, document, evidence(document, PROMO)).content == "\ufeffOne."
