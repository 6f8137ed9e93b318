"""HTML read into blocks: where lines are cut, what is skipped, and which part of a page is the article."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk import CopydeskError, Document, DocumentError, DocumentTooLarge, read

PROSE = [
    "The harbour wall at Larkmoor will be rebuilt over two summers after the council voted nine to four on Tuesday.",
    "Engineers had told the councillors that the old wall had lost a third of its footing since the storms of spring.",
    "Work starts in May, and boats under six metres will be moved to the north basin until the autumn of next year.",
]


def texts(document: Document) -> list[str]:
    return [document.text[block.start : block.end] for block in document.blocks]


def html(source: str) -> list[str]:
    return texts(read(source, kind="html"))


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("<p>One</p><p>Two</p>", ["One", "Two"]),
        ("<p>One <b>bold <i>and</i></b> more</p>", ["One bold and more"]),
        ("<p>  One\n\t two&nbsp;three </p>", ["One two three"]),
        ("<p>One<br><br>Two</p>", ["One", "Two"]),
        ("<p>One<br/>Two<br />Three</p>", ["One", "Two", "Three"]),
        ("<div>One<p>Two</p>Three</div>", ["One", "Two", "Three"]),
        ("One<p>Two", ["One", "Two"]),
        ("<ul><li>One<li>Two<ol><li>Three</ol></ul>", ["One", "Two", "Three"]),
        ("<table><tr><th>One<td>Two</table>", ["One", "Two"]),
        ("<blockquote><p>One</p></blockquote>", ["One"]),
        ("<a href=x><div>One</div><div>Two</div></a>", ["One", "Two"]),
        ("<p>One</p><button>Two</button><label>Three</label> <span>four</span>", ["One", "Two", "Three four"]),
        ("<!-- wp:paragraph --><p>One</p><!-- /wp:paragraph -->", ["One"]),
        ("<p>One<script>x</script><style>y</style><!-- z --></p>", ["One"]),
        ("<p>One</p><svg><text>x</text></svg><select><option>y</select><textarea>z</textarea><template>w</template>", ["One"]),
        ("<p>One</p><iframe>x</iframe><video>no video</video><noscript>y</noscript>", ["One"]),
        ("<noscript><p>Only this</p></noscript>", ["Only this"]),
        ("<p>&lt;b&gt; &amp; &#8220;q&#x201d; &eacute;</p>", ["<b> & “q” é"]),
        ("<p>\u200b</p><p>o\u200bne\u00ad</p>", ["o\u200bne\u00ad"]),
        ("<pre>One\nline\n\nTwo</pre>", ["One line", "Two"]),
        ("<pre><code>\nx = 1\n\n  y\n</code></pre>", ["x = 1\n\n  y"]),
    ],
)  # fmt: skip
def test_lines(source, lines):
    """Block elements and line breaks cut lines, inline elements do not, and what no reader sees is skipped."""
    assert html(source) == lines


def test_line_break_inside_a_sentence():
    """A sentence that was wrapped with single line breaks is one line."""
    source = "<p>The harbour of Northport will close for three weeks in the<br>spring so that the quay can be<br>rebuilt.</p>"
    assert html(source) == [
        "The harbour of Northport will close for three weeks in the spring so that the quay can be rebuilt."
    ]


def test_short_lines_between_breaks_stay_apart():
    """Lead-ins, dates and addresses between line breaks are lines, whatever case they begin with."""
    assert html("<p>Related:<br>rain in Northport<br>Also Read: Mayor resigns<br>12 May</p>") == [
        "Related:",
        "rain in Northport",
        "Also Read: Mayor resigns",
        "12 May",
    ]


@pytest.mark.parametrize(
    ("source", "kind", "tag"),
    [
        ("<h2>One</h2>", "heading", "h2"),
        ("<li>One", "item", "li"),
        ("<ul><li><p>One</p></ul>", "item", "p"),
        ("<blockquote><p>One</p></blockquote>", "quote", "p"),
        ("<blockquote class='twitter-tweet'><p>One</p></blockquote>", "embed", "p"),
        ("<figure><figcaption>One</figcaption></figure>", "caption", "figcaption"),
        ("<p class=wp-caption-text>One</p>", "caption", "p"),
        ("<table><td>One</table>", "cell", "td"),
        ("<pre><code>One</code></pre>", "code", "pre"),
        ("<button>One</button>", "other", "button"),
        ("<div><span>One</span></div>", "paragraph", "div"),
    ],
)
def test_kind_and_tag(source, kind, tag):
    """A block's kind comes from the elements around it, its tag is the nearest block element's."""
    (block,) = read(source, kind="html").blocks
    assert (block.kind, block.tag) == (kind, tag)


def test_path():
    """The DOM path goes from the first text outwards, with three classes and the id, over five elements."""
    source = "<main><div class='a b c d' id=e><section><p class=f><strong><a href=x>One</a></strong> two</p></section></div></main>"
    (block,) = read(source, kind="html").blocks
    assert block.path == "a < strong < p.f < section < div.a.b.c#e"


def test_links_have_exact_places():
    """Links keep the place of their words, their address as written, and their rel words; nameless anchors are no links."""
    document = read(
        "<p>See <a href=' /x?a=1&amp;b=2 ' rel='nofollow noopener'>the  <b>plan</b></a> now<a name=y>.</a></p>",
        kind="html",
    )
    (block,) = document.blocks
    (link,) = block.links
    assert document.text[link.start : link.end] == "the plan"
    assert (link.href, link.rel) == ("/x?a=1&b=2", "nofollow noopener")
    assert block.link_density == pytest.approx(8 / len("See the plan now."))


def test_a_link_around_blocks_is_in_each():
    """A link that holds several blocks is a link of each of them."""
    document = read("<a href=x><h3>One</h3><p>Two</p></a>", kind="html")
    assert [block.link_density for block in document.blocks] == [1.0, 1.0]


def test_sentences_know_their_block():
    """Sentences stand inside their block; code has none."""
    document = read("<p>One here. Two here.</p><pre><code>a. B. c</code></pre><p>Three.</p>", kind="html")
    assert [(document.text[s.start : s.end], s.block) for s in document.sentences] == [
        ("One here.", 0),
        ("Two here.", 0),
        ("Three.", 2),
    ]


@pytest.mark.parametrize(
    "hiding", ["hidden", "style='display:none'", 'style="color:red; DISPLAY : none"', "style='visibility: hidden'"]
)
def test_hidden_parts_of_a_body_are_not_read(hiding):
    """What a stored body hides is not read, and the sentence around it is not cut."""
    assert html(f"<div {hiding}><p>Nobody sees this</p></div><p>One <span {hiding}>secret</span> two</p>") == [
        "One two"
    ]


def test_hidden_links_of_a_body_are_read():
    """Links that are hidden from readers but not from search engines are lines of their own."""
    assert html("<p>One <span style='display:none'><a href=http://pills.example>cheap pills</a></span> two</p>") == [
        "cheap pills",
        "One two",
    ]


def page(*body: str, head: str = "") -> str:
    menu = "".join(f"<li><a href=/{n}>Section {n}</a></li>" for n in range(30))
    links = "".join(f"<li><a href=/s{n}>Site link {n}</a></li>" for n in range(30))
    return f"<html><head>{head}</head><body><nav><ul>{menu}</ul></nav>{''.join(body)}<footer><ul>{links}</ul></footer></body></html>"


ARTICLE = "<main><article><h1>Larkmoor rebuilds its harbour wall</h1>{}</article></main>"
PARAGRAPHS = "".join(f"<p>{line}</p>" for line in PROSE)


def test_page_is_its_article_and_a_margin():
    """Of a page the article is kept from just above its headline, and a few lines below it; far navigation is not."""
    document = read(page(ARTICLE.format(PARAGRAPHS)))
    lines = texts(document)
    assert document.form == "page"
    assert lines[2:6] == ["Larkmoor rebuilds its harbour wall", *PROSE]
    assert "Section 10" not in lines
    assert "Site link 28" not in lines


def test_promo_between_paragraphs_is_kept():
    """What stands between the paragraphs is part of the article, whatever box it stands in."""
    box = "<aside class=related><h3>Related</h3><a href=/q>Quill leaves the stage</a></aside>"
    lines = texts(read(page(ARTICLE.format(f"<p>{PROSE[0]}</p>{box}<p>{PROSE[1]}</p><p>{PROSE[2]}</p>"))))
    start = lines.index(PROSE[0])
    assert lines[start : start + 5] == [PROSE[0], "Related", "Quill leaves the stage", *PROSE[1:]]


def test_comments_are_not_the_article():
    """Long comments below a short article do not become the article."""
    comments = "".join(
        f"<div class=comment><p>I have lived in Larkmoor for {n} years and I never saw such a thing before.</p></div>"
        for n in range(20, 60)
    )
    lines = texts(read(page(ARTICLE.format(PARAGRAPHS), f"<section id=comments>{comments}</section>")))
    assert set(PROSE) < set(lines)
    assert not any("I have lived" in line for line in lines)


def test_short_paragraphs_of_the_article_are_kept():
    """The lines of the element that holds the article belong to it, prose or not."""
    extra = "".join(f"<p>Total {n}</p>" for n in range(40))
    assert "Total 39" in texts(read(page(ARTICLE.format(PARAGRAPHS + extra))))


def test_folded_text_of_a_page_is_read():
    """Half an article that a page hides until somebody pays or clicks is read; a hidden message is not."""
    folded = f"<div style='display:none'><p>{PROSE[1]}</p><p>{PROSE[2]}</p></div><p hidden>Link copied</p>"
    lines = texts(read(page(ARTICLE.format(f"<p>{PROSE[0]}</p>{folded}"))))
    assert set(PROSE) < set(lines)
    assert "Link copied" not in lines


def test_page_without_prose_is_read_whole():
    """Where no prose is found every line is kept."""
    assert texts(read("<html><body><nav>One</nav><p>Two</p></body></html>")) == ["One", "Two"]


def test_bare_page_is_a_fragment():
    """A document element without any page furniture around a body makes no page."""
    document = read(f"<html><head><title>T</title></head><body>{PARAGRAPHS}</body></html>")
    assert (document.form, texts(document)) == ("fragment", PROSE)


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>Larkmoor rebuilds its harbour wall - The Larkmoor Post</title>", "Larkmoor rebuilds its harbour wall"),
        ("<meta property='og:title' content='Larkmoor rebuilds'><title>x</title>", "Larkmoor rebuilds"),
        (
            "<meta property='og:title' content='Rebuilding a wall | Post'><meta property='og:site_name' content='POST'>",
            "Rebuilding a wall",
        ),
        ("<title>A wall is rebuilt in Larkmoor | The Post</title>", "A wall is rebuilt in Larkmoor"),
        ("<title>News | A wall is rebuilt</title>", "News | A wall is rebuilt"),
        ("", "Larkmoor rebuilds its harbour wall"),
    ],
)
def test_title(head, title):
    """The headline is the h1 that the page's title holds, else its title for other sites, else its own without the site's name."""
    assert read(page(ARTICLE.format(PARAGRAPHS), head=head)).title == title


def test_given_title_is_kept():
    """The caller's title goes before the page's."""
    assert read(page(ARTICLE.format(PARAGRAPHS)), title=" A \n title ").title == "A title"


@pytest.mark.parametrize(
    ("data", "form"),
    [
        ("<p>One", "fragment"),
        ("  \n<!-- wp:paragraph --><p>One</p>", "fragment"),
        ("Intro line<br>and more<br>of it", "fragment"),
        (b"\xef\xbb\xbf<div>One</div>", "fragment"),
        ("One < two and three > two", "text"),
        ("<Quill> said nothing", "text"),
        ("He wrote </p> once", "text"),
        ("# One", "text"),
    ],
)
def test_kind_is_sniffed(data, form):
    """Without a kind, markup at the start or in the first lines makes HTML, and all else is plain text."""
    assert read(data).form == form


def test_document_carries_url_and_id():
    """What the caller knows of the article goes with it."""
    document = read("One", url="http://e.example", id="a.txt")
    assert (document.url, document.id) == ("http://e.example", "a.txt")


@pytest.mark.parametrize(
    "data", ["", " \n\t", b"", "<!doctype html>", "<p>&nbsp;</p>", "<script>x</script>", "<p title='unclosed"]
)
def test_nothing_to_read(data):
    """A document without text is refused."""
    with pytest.raises(DocumentError, match="empty"):
        read(data)


def test_unknown_kind():
    """A kind that does not exist is named with the ones that do."""
    with pytest.raises(DocumentError, match="'pdf', expected html, markdown or text"):
        read("x", kind="pdf")


@pytest.mark.parametrize("data", [b"<p>" + b"a" * 50_000_000, "<p>" + "a" * 50_000_000])
def test_page_over_the_limit_is_refused(data):
    """Fifty megabytes are refused with both sizes, before anything is parsed."""
    with pytest.raises(DocumentTooLarge, match="50,000,003 bytes, expected at most 10,485,760"):
        read(data)


@pytest.mark.parametrize(
    "source",
    [
        "<div>" * 10_000 + "One" + "</div>" * 10_000,
        "<b>" * 10_000 + "One",
        "<ul><li>" * 10_000 + "One",
        "<table><tr><td>" * 3_000 + "One",
        "<div hidden>" * 5_000 + "</div>" * 5_000 + "One",
        "<p>One</p>" + "<br>" * 1_000_000,
        "<p>One</p>" + "<" * 1_000_000,
    ],
    ids=lambda source: source[:12],
)
def test_odd_shapes_are_read(source):
    """Deep nesting and endless breaks are read without recursion."""
    assert read(source, kind="html").text.startswith("One")


def test_one_long_word():
    """A word of two megabytes is one block."""
    assert [block.end for block in read("<p>" + "a" * 2_000_000).blocks] == [2_000_000]


@pytest.mark.parametrize(
    ("source", "error", "message"),
    [
        ("<p>x" * 100_000, DocumentTooLarge, "50,000 lines"),
        ("<p " + " ".join(f"a{n}=1" for n in range(20_000)) + ">x", DocumentError, "too many attributes"),
        ("".join(f"<p><b id={n}>x" for n in range(3_000)), DocumentError, "formatting elements"),
        ("<div>" * 60_000 + "x", DocumentError, "too many elements are open at once"),
        ("<ul><li>x" * 40_000, DocumentError, "too many elements are open at once"),
    ],
    ids=["lines", "attributes", "formatting", "nesting", "lists"],
)
def test_hostile_markup_is_refused(source, error, message):
    """Markup that would cost minutes or gigabytes is refused before that."""
    with pytest.raises(error, match=message):
        read(source, kind="html")


def test_script_full_of_markup_is_no_hostile_markup():
    """Markup in a script's strings does not count."""
    script = "<script>" + "".join(f"x = '<p><b id={n}>';" for n in range(3_000)) + "</script>"
    assert html(f"{script}<p>One</p>") == ["One"]


MARKUP = st.lists(
    st.sampled_from(
        (
            "<p>|</p>|<div>|</div>|<b>|</b>|<a href=x>|</a>|<br>|<li>|<ul>|</ul>|<table>|<td>|<pre>|</pre>|<code>|<h1>|<!--|-->"
            "|<script>|</script>|<noscript>|<span hidden>|</span>|<p style=display:none>|<html>|<body>|<head>|<nav>|<select>|<svg>"
            '|&amp;|&|<|>|"|One. two Three!| \n|\ud800|\0'
        ).split("|")
    ),
    max_size=30,
)


def test_white_space_in_code_ends_no_line():
    """In a `<pre>` that begins with prose, blanks in a `<code>` at its end are no part of the line."""
    assert texts(read("<pre>Sort &amp; save <code> <p>")) == ["Sort & save"]


def check(document: Document) -> None:
    """What holds for every document."""
    assert "\n\n".join(texts(document)) == document.text
    document.text.encode()
    for block in document.blocks:
        text = document.text[block.start : block.end]
        assert text.strip() == text != ""
        assert block.kind == "code" or " ".join(text.split()) == text
        assert 0 <= block.link_density <= 1
        assert all(block.start <= link.start < link.end <= block.end for link in block.links)
    for sentence in document.sentences:
        block = document.blocks[sentence.block]
        assert block.start <= sentence.start < sentence.end <= block.end
    for index, block in enumerate(document.blocks):
        if block.kind != "code":
            own = "".join(document.text[s.start : s.end] for s in document.sentences if s.block == index)
            assert "".join(own.split()) == "".join(document.text[block.start : block.end].split())


@given(
    st.one_of(MARKUP.map(" ".join), MARKUP.map("".join), st.text()), st.sampled_from([None, "html", "markdown", "text"])
)
@settings(max_examples=200, deadline=None)
def test_any_text(source, kind):
    """Any text of any kind is a sound document, or raises a CopydeskError."""
    try:
        document = read(source, kind=kind)
    except CopydeskError:
        return
    check(document)


@given(
    st.one_of(st.binary(), MARKUP.map(lambda parts: "".join(parts).encode("utf-8", "replace"))),
    st.sampled_from([None, "html", "text"]),
)
@settings(deadline=None)
def test_any_bytes(source, kind):
    """Any bytes are a sound document, or raise a CopydeskError."""
    try:
        document = read(source, kind=kind)
    except CopydeskError:
        return
    check(document)


def rows(path: Path) -> list[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.mark.corpus
@pytest.mark.parametrize("part", ["train", "dev"])
def test_labelled_pages(corpus, part):
    """Of lines that people labelled in real pages nearly all are blocks, and hardly a line of an article is lost."""
    pages = {page["id"]: page for page in rows(corpus / f"pages.{part}.jsonl.gz")}
    seen, found = Counter(), Counter()
    for labelled in rows(corpus / f"lines.{part}.jsonl.gz"):
        page = pages[labelled["doc_id"]]
        blocks = {"".join(text.split()) for text in texts(read(page.get("html") or page["text"]))}
        for line in labelled["lines"]:
            if len(line["text"].split()) > 1:
                seen[line["label"]] += 1
                found[line["label"]] += "".join(line["text"].split()) in blocks
    assert found.total() >= 0.95 * seen.total()
    assert found["body"] >= 0.998 * seen["body"]
    assert found["injected_link"] >= 0.995 * seen["injected_link"]


OG = '<meta property="og:url" content=" https://gazette.example/harbour ">'
CANONICAL = '<link rel="alternate canonical" href="https://wire.example/harbour">'


@pytest.mark.parametrize(
    ("head", "url", "address"),
    [
        (OG, None, "https://gazette.example/harbour"),
        (CANONICAL + OG, None, "https://gazette.example/harbour"),
        (CANONICAL, "", "https://wire.example/harbour"),
        (OG, "https://herald.example/a", "https://herald.example/a"),
        ('<meta property="og:url" content="/harbour">', None, None),
        ('<meta property="og:url" content="javascript:go()">', None, None),
        ('<meta property="og:url"><link rel="canonical">', None, None),
        ("", None, None),
    ],
)
def test_a_page_tells_its_address_where_nobody_else_does(head, url, address):
    """The caller's address comes first, then what the page tells other sites, then its canonical one; each with its host."""
    page = f"<html><head>{head}</head><body><main><p>The harbour wall will be rebuilt.</p></main></body></html>"
    assert read(page, kind="html", url=url).url == address


def test_a_fragment_tells_no_address():
    """What a content management system stores is a part of a page, and cannot speak for it."""
    assert read(f"{OG}<p>The harbour wall will be rebuilt.</p>", kind="html").url is None


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("<p>One</p><?php echo 1 ?><p>Two</p>", ["One", "Two"]),
        ("<p>One <?pi?>two</p><?x", ["One two"]),
        ("<?xml version='1.0'?><p>One</p>", ["One"]),
        ("<p>One <![CDATA[x]]>two</p>", ["One two"]),
        ("<p>One</p><!doctype html><p>Two</p>", ["One", "Two"]),
        ("<svg><![CDATA[x]]><text>y</text></svg><math><mi>z</mi></math><p>One</p>", ["One"]),
        ("<x-y z=1>One</x-y> <my-el/>two", ["One two"]),
        ("<template><?x?><p>One</p></template><p>Two</p>", ["Two"]),
        ("<!--[if IE]><p>x</p><![endif]--><![if IE]>One<![endif]>", ["One"]),
        ("<p\0 id='\0'>One</p>", ["One"]),
    ],
)
def test_constructs_that_are_no_elements(source, lines):
    """Processing instructions, CDATA sections, doctypes and unknown elements inside a body are passed over, not tripped over."""
    assert html(source) == lines


ODD = st.lists(
    st.sampled_from(
        (
            "<?php echo 1 ?>|<?|?>|<![CDATA[|]]>|<!doctype html>|<!|<![if x]>|<svg>|</svg>|<math>|</math>|<foreignObject>"
            "|<template>|</template>|<x-y a=1>|</x-y>|<frameset>|<plaintext>|<p>|</p>|<br>|</br>"
            "|<p hidden>|\n\n|\n|One. two|\0|<\0|[caption]|[/caption]"
        ).split("|")
    ),
    max_size=20,
)


@given(ODD.map("".join))
@settings(max_examples=200, deadline=None)
def test_any_odd_markup(source):
    """Constructs that are no elements, in any order, make a sound document or raise a CopydeskError."""
    try:
        document = read(source, kind="html")
    except CopydeskError:
        return
    check(document)
