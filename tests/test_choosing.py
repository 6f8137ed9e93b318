"""Which lines are cut: lead-ins with their lists, cards and tables as one, and nothing that the page or the system needs."""

from __future__ import annotations

import pytest

from copydesk import Document, Evidence, read
from copydesk.article import Article
from copydesk.choosing import choose, is_lead_in

PROSE = (
    "<p>The harbour wall at Larkmoor will be rebuilt over two summers after the council voted nine to four on Tuesday.</p>"
    "<p>Boats under six metres will be moved to the north basin until the autumn, and the ferry leaves from the coal pier.</p>"
)
STAR = "Dela Marsh seen on a yacht"
WALL = "What the old harbour wall hides"


def found(document: Document, quote: str, signal: str = "injected_links", related: bool | None = None) -> Evidence:
    start = document.text.index(quote)
    return Evidence(signal, "promo-line", "m", start, start + len(quote), quote, 0.9, related)


def kept_and_cut(
    source: str, *lines: tuple[str, str, bool | None], kind: str = "html", padding: bool = False
) -> list[str]:
    document = read(source, kind=kind)
    evidence = [found(document, *line) for line in lines]
    return [each.quote for each in choose(Article(document), evidence, padding=padding)]


OFF = (STAR, "injected_links", False)
ON = (WALL, "injected_links", True)


@pytest.mark.parametrize(
    "line",
    [
        "Related", "RELATED STORIES", "Related:", "— Read more —", "Also Read:", "Must Read", "More from Larkmoor Post",
        "You may also like", "Editor’s picks", "Trending now", "Lesen Sie auch", "Mehr zum Thema:", "À lire aussi",
        "Das könnte Sie auch interessieren", "Leggi anche", "Te puede interesar", "Lees ook", "Ähnliche Artikel", "Latest",
    ],
)  # fmt: skip
def test_lead_ins(line):
    """A line that only announces others is known in the languages of our lines."""
    assert is_lead_in(line)


@pytest.mark.parametrize(
    "line",
    [
        "Related work at the harbour begins in May",
        f"Also Read: {STAR}",
        "More boats",
        "He wants to read more.",
        "The next wall",
        "Background",
        "More from the pier. It is open.",
        "",
        "Trend",
    ],
)
def test_no_lead_ins(line):
    """A line that says something itself is none."""
    assert not is_lead_in(line)


@pytest.mark.parametrize("kind", ["html", "text", "markdown"])
def test_an_orphaned_lead_in_goes(kind):
    """A lead-in that nobody found goes with the last line below it, and is listed."""
    source = f"{PROSE}<h3>Lesen Sie auch</h3><p>{STAR}</p><p>Work starts.</p>"
    if kind != "html":
        source = source.replace("<p>", "").replace("</p>", "\n\n").replace("<h3>", "").replace("</h3>", "\n\n")
    assert kept_and_cut(source, OFF, kind=kind) == ["Lesen Sie auch", STAR]


def test_a_lead_in_on_the_topic_goes_without_its_list():
    """A lead-in that was taken for on-topic goes, too, if none of its lines stays."""
    assert kept_and_cut(f"{PROSE}<h3>Related</h3><p>{STAR}</p>", ("Related", "injected_links", True), OFF) == [
        "Related",
        STAR,
    ]


@pytest.mark.parametrize("lead_in", ["Related", "Weitere Informationen"])
def test_a_lead_in_stays_with_a_line_on_the_topic(lead_in):
    """As long as one line of its list stays, the lead-in stays, whatever was found of it."""
    source = f"{PROSE}<h3>{lead_in}</h3><ul><li><a href=/s>{STAR}</a></li><li><a href=/w>{WALL}</a></li></ul>"
    assert kept_and_cut(source, (lead_in, "injected_links", False), OFF, ON) == [STAR]


def test_a_lead_in_stays_above_links_that_nobody_found():
    """A bare link below that was not taken for a promo keeps its heading."""
    source = f"{PROSE}<h3>Related</h3><ul><li><a href=/s>{STAR}</a></li><li><a href=/w>{WALL}</a></li></ul>"
    assert kept_and_cut(source, OFF) == [STAR]


def test_a_heading_of_the_article_stays():
    """A heading above a promo line that announces nothing is the article's."""
    assert kept_and_cut(f"{PROSE}<h3>The north basin</h3><p>{STAR}</p><p>Work starts.</p>", OFF) == [STAR]


def test_a_lead_in_far_from_what_goes_stays():
    """A lead-in goes with the line right below it, not with one further down."""
    assert kept_and_cut(f"{PROSE}<h3>Read more</h3><p>Work starts.</p><p>{STAR}</p>", OFF) == [STAR]


CARD = f"<a href=/w><span>Debate</span><h3>{WALL}</h3></a>"


@pytest.mark.parametrize(
    ("lines", "gone"),
    [
        ([("Debate", "injected_links", False), ON], []),
        ([("Debate", "feed_debris", None)], []),
        ([("Debate", "injected_links", True), (WALL, "injected_links", False)], ["Debate", WALL]),
        ([(WALL, "injected_links", False)], ["Debate", WALL]),
    ],
)
def test_a_card_is_one(lines, gone):
    """The lines of a card that lead to one address go or stay with the longest of them."""
    assert kept_and_cut(f"{PROSE}<div>{CARD}</div><p>Work starts.</p>", *lines) == gone


def test_cards_to_several_addresses_are_several():
    """Lines of a list lead to different addresses and are judged one by one."""
    source = f"{PROSE}<ul><li><a href=/s>{STAR}</a></li><li><a href=/w>{WALL}</a></li></ul>"
    assert kept_and_cut(source, OFF, ON) == [STAR]


TABLE = "<table><tr><th>Gates</th><td>611</td></tr><tr><td>Depth</td><td>4 m</td></tr></table>"


def test_a_table_keeps_its_cells():
    """A cell alone is not cut out of a table that stays."""
    assert kept_and_cut(PROSE + TABLE, ("611", "feed_debris", None), ("Depth", "feed_debris", None)) == []


def test_a_whole_table_goes():
    """A table of nothing but debris goes."""
    quotes = ["Gates", "611", "Depth", "4 m"]
    assert kept_and_cut(PROSE + TABLE, *[(quote, "feed_debris", None) for quote in quotes]) == quotes


def test_a_link_in_a_table_goes():
    """A line to another story goes out of a table as it does out of a list."""
    source = PROSE + TABLE.replace("4 m", f"<a href=/s>{STAR}</a>")
    assert kept_and_cut(source, OFF) == [STAR]


@pytest.mark.parametrize(
    "made",
    [
        "[gallery ids=1,2]",
        '[contact-form-7 id=12 title="Write to us"]',
        "[/caption]",
        "[embed]https://v.example/1[/embed]",
        "https://www.youtube.com/watch?v=abc",
        "https://x.com/larkmoor/status/1",
    ],
)
def test_what_the_system_shows_otherwise_stays(made):
    """Shortcodes and addresses that become a player look like leftovers, and stay."""
    assert kept_and_cut(f"{PROSE}<p>{made}</p>", (made, "feed_debris", None)) == []


def test_embeds_stay():
    """The words of an embedded post are not cut out of it."""
    source = f"{PROSE}<blockquote class='instagram-media'><p>View this post</p></blockquote>"
    assert kept_and_cut(source, ("View this post", "feed_debris", None)) == []


@pytest.mark.parametrize("leftover", ["[ad_1]", "[crayon]", "https://shop.example/x"])
def test_leftovers_go(leftover):
    """What no system shows otherwise goes."""
    assert kept_and_cut(f"{PROSE}<p>{leftover}</p>", (leftover, "feed_debris", None)) == [leftover]


def page(inside: str, outside: str) -> str:
    return (
        f"<html><head></head><body><nav>Home</nav><main><article><div class=text>{PROSE}{inside}{PROSE}</div></article>"
        f"<div class=more>{outside}</div></main></body></html>"
    )


def test_of_a_page_only_the_article_is_cut():
    """The same line goes from the text of a full page and stays in a list that the site puts below."""
    document = read(page(f"<p>{STAR}</p>", f"<p>{STAR} again</p>"))
    evidence = [found(document, STAR, related=False), found(document, f"{STAR} again", related=False)]
    assert document.form == "page"
    assert choose(Article(document), evidence, padding=False) == evidence[:1]


def test_padding_goes_only_if_asked():
    """Padding is chosen on request, paragraphs with a phrase too many never."""
    source = f"{PROSE}<p>Only time will tell.</p><p>The wall, the wall.</p>"
    document = read(source, kind="html")
    hollow = found(document, "Only time will tell.", "seo_padding")
    stuffed = Evidence(
        "seo_padding", "keyword-stuffing", "m", len(document.text) - 19, len(document.text), "The wall, the wall.", 1
    )
    assert choose(Article(document), [hollow, stuffed], padding=False) == []
    assert choose(Article(document), [hollow, stuffed], padding=True) == [hollow]
