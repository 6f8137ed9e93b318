"""Plain text and Markdown cut into blocks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk import Document, DocumentError, DocumentTooLarge, read
from copydesk.drafts import MAX_TEXT
from copydesk.plaintext import _FUSED, _fused

WRAPPED = """The harbour of Northport will close for three weeks in the spring so that
the old quay can be rebuilt, the council said on Monday, and ferries will
leave from the south pier."""
JOINED = " ".join(WRAPPED.split())


def texts(document: Document) -> list[str]:
    return [document.text[block.start : block.end] for block in document.blocks]


def plain(text: str) -> list[str]:
    return texts(read(text, kind="text"))


def markdown(text: str) -> list[tuple[str, str]]:
    document = read(text, kind="markdown")
    return [(block.kind, document.text[block.start : block.end]) for block in document.blocks]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_blank_lines_part_paragraphs(newline):
    """Paragraphs stand between blank lines, whatever ends a line."""
    assert plain(newline.join(["One here.", "", "  ", "Two here."])) == ["One here.", "Two here."]


def test_every_line_of_unwrapped_text_is_a_paragraph():
    """Where lines are as long as their paragraphs, a single line end parts two of them."""
    long = "The council of Northport voted for the dearer of two plans, and work on the quay begins in May. " * 2
    assert plain(f"{long}\nNo closing stop here\n{long}") == [long.strip(), "No closing stop here", long.strip()]


def test_one_line_is_one_block():
    """A text without line ends is one block."""
    assert plain("One here. Two here. Three here.") == ["One here. Two here. Three here."]


def test_hard_wraps_are_joined():
    """Lines that were wrapped at some width become the paragraph that they were."""
    assert plain(f"{WRAPPED}\n\n{WRAPPED}") == [JOINED, JOINED]


def test_indented_lines_begin_paragraphs_in_wrapped_text():
    """Wire services indent instead of leaving blank lines."""
    assert plain(f"{WRAPPED}\n    {WRAPPED}\n    Total 4.5 mln vs 3.9 mln") == [
        JOINED,
        JOINED,
        "Total 4.5 mln vs 3.9 mln",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Also Read: Mayor of Eastbury resigns",
        "ALSO READ | Mayor of Eastbury resigns",
        "Related: Mayor of Eastbury resigns",
        "[Related - Mayor of Eastbury resigns]",
        "Storm delays ferries again",
        "- a point in a list",
    ],
)
def test_lead_in_in_wrapped_text_stays_apart(line):
    """A lead-in, a headline and a list item are lines of their own though only single line ends part them from the prose."""
    assert plain(f"{WRAPPED}\n{line}\n{WRAPPED}") == [JOINED, line, JOINED]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "said the minister.Also Read - Rain floods the old harbour ADVERTISEMENT The police came.",
            ["said the minister.", "Also Read - Rain floods the old harbour", "ADVERTISEMENT", "The police came."],
        ),
        (
            "it was a pleasure.” READ MORE: Quill leaves the stage after injuryHe played two more songs.",
            ["it was a pleasure.”", "READ MORE: Quill leaves the stage after injury", "He played two more songs."],
        ),
        (
            "The vote passed. Related: Who is Alma Reyes? The mayor left the hall early.",
            ["The vote passed.", "Related: Who is Alma Reyes?", "The mayor left the hall early."],
        ),
        (
            "The vote passed.Also Read | Rain floods the harbour",
            ["The vote passed.", "Also Read | Rain floods the harbour"],
        ),
        (
            "The vote passed. ADVERTISEMENT Nobody spoke.",
            ["The vote passed.", "ADVERTISEMENT", "Nobody spoke."],
        ),
        (
            "said no more.CLICK HERE TO READ MORE FROM ALMA REYESAlma Reyes writes weekly.",
            ["said no more.", "CLICK HERE TO READ MORE FROM ALMA REYES", "Alma Reyes writes weekly."],
        ),
        (
            "The vote passed. RELATED: Rain floods harbour  The mayor left the hall early.",
            ["The vote passed.", "RELATED: Rain floods harbour", "The mayor left the hall early."],
        ),
    ],
)
def test_fused_lines_are_taken_apart(text, parts):
    """Promotion lines, advertisement marks and calls that were glued into a paragraph become blocks."""
    assert plain(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        "It is a must-read. Readers who also read her letters will like it: they are short.",
        "The plan failed. Read more about it in the report. It is long.",
        "The firm sold more. Advertisement revenue fell by a third, related costs rose.",
        "He won. See also the ruling in Quill v. Hale, which was upheld. It stands.",
        "He was told: read - and remember. So he did.",
        "The note said “ADVERTISEMENT” in small print, and nothing more.",
    ],
)
def test_look_alikes_in_prose_stay(text):
    """The same words in running prose cut nothing."""
    assert plain(text) == [text]


def test_headline_without_end_is_not_cut():
    """Where no end of a fused headline can be told, the line stays whole."""
    text = "The vote passed. Also Read: " + "harbour wall and quay " * 20 + "and so it went on."
    assert plain(text) == [" ".join(text.split())]


def test_items_of_a_list():
    """Bulleted and numbered lines are items."""
    document = read("Points:\n\n- one\n* two\n3) three\n• four", kind="text")
    assert [block.kind for block in document.blocks] == ["paragraph", "item", "item", "item", "item"]


def test_text_over_the_limit_is_refused():
    """More than two megabytes of text are no article."""
    with pytest.raises(DocumentTooLarge, match="2,097,152"):
        read("word " * (MAX_TEXT // 4), kind="text")


def test_one_long_word_is_read():
    """A word of two megabytes is one block and one sentence."""
    document = read("a" * 2_000_000, kind="text")
    assert (len(document.blocks), len(document.sentences)) == (1, 1)


def test_too_many_blocks_are_refused():
    """A hundred thousand lines are no article."""
    with pytest.raises(DocumentTooLarge, match="20,000 blocks"):
        read("a\n\n" * 100_000, kind="text")


@given(st.text(alphabet=st.sampled_from("aB.:|- \n\t\r\u200bAlso Read:")))
@settings(deadline=None)
def test_plain_text_loses_nothing(text):
    """All characters but white space arrive, in their order, and blocks tile the text."""
    try:
        document = read(text, kind="text")
    except DocumentError:
        assert not text.strip()
        return
    assert "".join("".join(texts(document)).split()) == "".join(text.split())
    assert "\n\n".join(texts(document)) == document.text


MARKDOWN = [
    ("# Storm over Northport #", [("heading", "Storm over Northport")]),
    ("Storm over\nNorthport\n===", [("heading", "Storm over Northport")]),
    ("One **bold** and _soft_ `code *x*` line\ngoes on.", [("paragraph", "One bold and soft code *x* line goes on.")]),
    ("snake_case, 2*3*4 and a * b stay; ***all*** ~~gone~~", [("paragraph", "snake_case, 2*3*4 and a * b stay; all gone")]),
    ("One  \nTwo\\\nThree", [("paragraph", "One"), ("paragraph", "Two"), ("paragraph", "Three")]),
    ("* one\n  goes on\n\n    and on\n2. two", [("item", "one goes on"), ("item", "and on"), ("item", "two")]),
    ("> a quote\n> goes on\n\nafter", [("quote", "a quote goes on"), ("paragraph", "after")]),
    ("| a | b |\n|---|:-:|\n| c | d |", [("cell", "a"), ("cell", "b"), ("cell", "c"), ("cell", "d")]),
    ("before\n```py\nx = 1\n\n# no\n```\nafter", [("paragraph", "before"), ("code", "x = 1\n\n# no"), ("paragraph", "after")]),
    ("before\n\n    indented\n\nafter", [("paragraph", "before"), ("code", "indented"), ("paragraph", "after")]),
    ("![A quay at dawn](quay.jpg)", [("caption", "A quay at dawn")]),
    ("Text ![A quay](quay.jpg) goes on", [("paragraph", "Text goes on")]),
    ("\\*no emphasis\\* &amp; <b>bold</b>", [("paragraph", "*no emphasis* & bold")]),
    ("one\n\n---\n\ntwo", [("paragraph", "one"), ("paragraph", "two")]),
    ("one <!-- hidden\n\nmore --> two", [("paragraph", "one"), ("paragraph", "two")]),
    ("Prose\n**Also Read:** [Rain](/m)\nmore", [("paragraph", "Prose"), ("paragraph", "Also Read: Rain"), ("paragraph", "more")]),
    ("one<br>two", [("paragraph", "one"), ("paragraph", "two")]),
    ("Footnote[^1] here\n\n[ref]: http://e.example", [("paragraph", "Footnote here")]),
]  # fmt: skip


@pytest.mark.parametrize(("source", "blocks"), MARKDOWN)
def test_markdown_blocks(source, blocks):
    """Markdown's blocks are read, and its marks are gone from their words."""
    assert markdown(source) == blocks


@pytest.mark.parametrize(
    ("source", "words", "href"),
    [
        ("See [the **old** plan](http://e.example/a_(b) 'Title') now.", "the old plan", "http://e.example/a_(b)"),
        ("See [the plan][P] now.\n\n[p]: <http://e.example/p> 'T'", "the plan", "http://e.example/p"),
        ("See [plan] now.\n\n[plan]: /p", "plan", "/p"),
        ("See <http://e.example/x> now.", "http://e.example/x", "http://e.example/x"),
    ],
)
def test_markdown_links(source, words, href):
    """A link keeps its words' place and its address, and counts towards the block's link density."""
    document = read(source, kind="markdown")
    (block,) = document.blocks
    (link,) = block.links
    assert (document.text[link.start : link.end], link.href) == (words, href)
    assert block.link_density == pytest.approx(len(words) / (block.end - block.start))


@pytest.mark.parametrize(
    "source",
    [
        '---\ntitle: "Storm over *Northport*"\ntags: [a]\n---\n\nText.',
        "+++\ntitle = 'Storm over Northport'\n+++\nText.",
        "# Storm over Northport\n\nText.",
    ],
)
def test_markdown_title(source):
    """The title comes from the front matter, which is no text, or from a first heading."""
    document = read(source, kind="markdown")
    assert document.title == "Storm over Northport"
    assert texts(document)[-1] == "Text."
    assert "tags" not in document.text


def test_rule_at_the_top_is_no_front_matter():
    """Three dashes without a second line of them hide nothing."""
    assert markdown("---\ntitle of a text\n\nmore") == [("paragraph", "title of a text"), ("paragraph", "more")]


@given(st.text(alphabet=st.sampled_from("ab*_`[]()!<>|#-=\\ \n\t&;~:1.")))
@settings(deadline=None)
def test_any_markdown(source):
    """Any marks in any order make a document, or none at all."""
    try:
        document = read(source, kind="markdown")
    except DocumentError:
        return
    assert all(text.strip() == text != "" for text in texts(document))
    assert all(document.text[link.start : link.end].strip() for block in document.blocks for link in block.links)


FUSED = (
    "Also Read: |READ MORE |See also – |must read |ADVERTISEMENT|Advertisement|CLICK HERE NOW|À lire aussi »|Rain fell"
)
GLUE = [*'.!?…"”’)]', " ", "  ", "\n", "\u00a0", "     ", "x", "A"]


@given(st.lists(st.sampled_from([*FUSED.split("|"), *GLUE]), max_size=20).map("".join), st.integers(0, 9))
@settings(deadline=None)
def test_looking_behind_stops_finds_what_looking_everywhere_finds(text, at):
    """Promotion lines and notices are found at the same places as by a search at every letter."""
    everywhere, behind = (
        [match.span(), match.lastgroup] if match else None for match in (_FUSED.search(text, at), _fused(text, at))
    )
    assert everywhere == behind


def test_lines_are_read_without_sentences():
    """Who counts lines gets the same blocks without the sentences in them."""
    text = "The ferry stops in March. A smaller boat runs.\n\nMara Oduya counts the seats."
    whole, lines = read(text, kind="text"), read(text, kind="text", sentences=False)
    assert (lines.text, lines.blocks, lines.sentences) == (whole.text, whole.blocks, ())
