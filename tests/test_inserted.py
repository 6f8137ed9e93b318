"""Lines that were put into a paragraph: parted where that is beyond doubt, and cut without the prose round them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk import Document, Evidence, clean, read
from copydesk.drafts import Draft
from copydesk.inserted import apart

VOTE = "The council of Larkmoor voted for the dearer of two plans on Tuesday."
WORK = "Work on the wall starts in May and ends in the autumn."
STAR = "Dela Marsh seen on a yacht"


def texts(document: Document) -> list[str]:
    return [document.text[block.start : block.end] for block in document.blocks]


INSERTED = [
    f"(Related: {STAR})",
    f"[Read more: {STAR}]",
    f"(RELATED STORY: {STAR}).",
    f"[ALSO READ | {STAR}]",
    f"(Lesen Sie auch: {STAR})",
]


@pytest.mark.parametrize("kind", ["html", "markdown", "text"])
@pytest.mark.parametrize("line", INSERTED)
@pytest.mark.parametrize("behind", ["", WORK])
def test_lines_in_brackets(kind, line, behind):
    """A promotion in brackets behind a sentence is a block, at the end of its paragraph and in its middle."""
    source = f"{VOTE} {line} {behind}".strip()
    document = read(f"<p>{source}</p>" if kind == "html" else source, kind=kind)
    assert texts(document) == [VOTE, line, *([behind] if behind else [])]


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        (f"{VOTE}Also Read - {STAR} ADVERTISEMENT {WORK}", [VOTE, f"Also Read - {STAR}", "ADVERTISEMENT", WORK]),
        (f"{VOTE} Related: {STAR}", [VOTE, f"Related: {STAR}"]),
        (f"{VOTE} <b>Must Read: <a href=/s>{STAR}</a></b> {WORK}", [VOTE, f"Must Read: {STAR}", WORK]),
        (f"{VOTE} <a href=/s>Also Read: {STAR}</a>. {WORK}", [VOTE, f"Also Read: {STAR}.", WORK]),
        (f"<b>Also Read:</b> <a href=/s>{STAR}</a> {WORK}", [f"Also Read: {STAR}", WORK]),
        (f"{VOTE} CLICK HERE TO READ MORE FROM DELA MARSH", [VOTE, "CLICK HERE TO READ MORE FROM DELA MARSH"]),
        (f"{VOTE} ADVERTISEMENT {WORK}", [VOTE, "ADVERTISEMENT", WORK]),
    ],
)
def test_lines_that_were_fused_in_html(source, parts):
    """A lead-in behind a stop ends with its link, at an advertisement mark or with the paragraph."""
    assert texts(read(f"<p>{source}</p>", kind="html")) == parts


@pytest.mark.parametrize(
    "source",
    [
        f"{VOTE} (Read more below on walls and piers.) {WORK}",
        f"{VOTE} (See also: page 4) {WORK}",
        f"{VOTE} (Related: see the notes on page 4) {WORK}",
        f"He must read: the bill is long. {WORK}",
        f"{VOTE} He said what is related: the wall and the pier. {WORK}",
        f"Despite a poor (read: bad) plan they voted for it. {WORK}",
        f"{VOTE} Related: the wall had to go. Nobody had asked for it in the hall.",
        f"{VOTE} Related: <a href=/s>the ruling of the court</a> says that the wall may go.",
        f"{VOTE} Read more: <a href=/s>{STAR}</a>, <a href=/t>{STAR} again</a>.",
        f"Related: <a href=/s>{STAR}</a> <a href=/t>What the old wall hides from the town</a>",
        f"<a href=/s>{VOTE} Related: {STAR}</a>",
        f"{VOTE} The sign read ADVERTISEMENT and nothing more.",
        f"{VOTE} (Related: {STAR} (and a dog))",
        f"Also Read: {STAR}. {WORK}",
    ],
)
def test_look_alikes_stay_whole(source):
    """The same words in prose, references to a page and lists of links are not parted."""
    assert len(read(f"<p>{source}</p>", kind="html").blocks) == 1


def test_parts_keep_their_links():
    """A link belongs to the part in which it stands, at its own offsets."""
    source = f"<p><a href=/v>The council</a> of Larkmoor voted for it on Tuesday. (Related: <a href=/s>{STAR}</a>)</p>"
    document = read(source, kind="html")
    found = [[(document.text[x.start : x.end], x.href) for x in block.links] for block in document.blocks]
    assert found == [[("The council", "/v")], [(STAR, "/s")]]


@pytest.mark.parametrize(
    ("kind", "source", "content"),
    [
        ("html", f"<p>{VOTE} (Related: <a href=/s>{STAR}</a>) <i>{WORK}</i></p>", f"<p>{VOTE} <i>{WORK}</i></p>"),
        ("html", f"<p>{VOTE}<b>Also Read: <a href=/s>{STAR}</a></b> {WORK}</p>", f"<p>{VOTE} {WORK}</p>"),
        ("html", f"{VOTE}\n\n{VOTE} (Related: {STAR})\n\n{WORK}", f"{VOTE}\n\n{VOTE}\n\n{WORK}"),
        ("markdown", f"{VOTE} (Related: [{STAR}](/s)) *{WORK}*", f"{VOTE} *{WORK}*"),
        ("markdown", f"{VOTE} **Also Read: [{STAR}](/s)** {WORK}", f"{VOTE} {WORK}"),
        ("markdown", f"{VOTE} Also Read: [{STAR}](/s) {WORK}", f"{VOTE} {WORK}"),
        ("text", f"{VOTE} [Read more: {STAR}]\n\n{WORK}", f"{VOTE}\n\n{WORK}"),
        ("text", f"{VOTE} [Read more: {STAR}] {WORK}\n", f"{VOTE}\nIt goes on.\n".replace("It goes on.", WORK)),
    ],
)
def test_only_the_inserted_line_is_cut(kind, source, content):
    """The line goes with its marks and its link, the sentences before and behind it stay to the letter."""
    document = read(source, kind=kind)
    block = next(block for block in document.blocks if STAR in document.text[block.start : block.end])
    quote = document.text[block.start : block.end]
    found = Evidence("injected_links", "promo-line", "m", block.start, block.end, quote, 1.0)
    cleaned = clean(source, document, [found])
    assert (cleaned.content, cleaned.removed) == (content, (found,))


def test_cells_of_a_row_are_told_apart():
    """Of a Markdown row the cell that is meant goes, though another begins with the same words."""
    source = "| dc | d |\n|---|---|\n| a | b |"
    document = read(source, kind="markdown")
    block = document.blocks[1]
    found = Evidence("feed_debris", "advert", "m", block.start, block.end, "d", 1.0)
    assert clean(source, document, [found]).content == "| dc | |\n|---|---|\n| a | b |"


PIECES = st.lists(
    st.sampled_from([VOTE, WORK, *INSERTED, f"Also Read: {STAR}", f"Related: [{STAR}](/s)", "ADVERTISEMENT",
                     "He", "x (", ")", "CLICK HERE TO READ"]),
    min_size=1,
    max_size=8,
)  # fmt: skip


@given(
    PIECES, st.sampled_from([("html", ""), ("html", " "), ("text", ""), ("text", " "), ("markdown", " ")]), st.data()
)
@settings(deadline=None, max_examples=200)
def test_parts_lose_nothing(pieces, form, data):
    """All visible characters arrive in order, and what is left after a cut is the same words without those of one part."""
    kind, between = form
    source = between.join(pieces)
    if kind == "html":
        source = f"<p>{source}</p>"
    document = read(source, kind=kind)
    block = data.draw(st.sampled_from(document.blocks))
    quote = document.text[block.start : block.end]
    found = Evidence("injected_links", "promo-line", "m", block.start, block.end, quote, 1.0)
    cleaned = clean(source, document, [found])
    left = document.text[: block.start] + document.text[block.end :]
    rest = cleaned.content if kind != "html" else cleaned.content.replace("<p>", "").replace("</p>", "")
    if left.strip():
        after = "".join(texts(read(rest, kind=kind)))
        assert "".join(after.split()) == "".join(left.split())


def test_a_text_of_announcements_alone_is_parted_in_front():
    """Of thousands of inserted lines in one paragraph the first two hundred are parted, each looked at by itself."""
    text = "The ferry to Ilsand left at noon, as ever, with nobody on board. (Also read: why it was late.) " * 3000
    parts = [draft.text for draft in apart(Draft(text.strip()))]
    assert len(parts) == 401
    assert parts[1] == "(Also read: why it was late.)"


@pytest.mark.parametrize("line", ["Also read: the news. ", "Also read: ", "Also read: one more headline of this kind "])
def test_announcements_without_end_are_prose(line):
    """However many announcements stand in a paragraph, each is looked at as far as a headline goes."""
    text = f"The ferry left. {line}" * 10_000
    assert [draft.text for draft in apart(Draft(text))] == [text]
