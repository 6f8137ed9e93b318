"""Bodies of WordPress's classic editor: read as the paragraphs that it shows, and cut to the character."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from copydesk import Document, Evidence, clean, read
from copydesk.classic import is_classic

LONG = "The harbour wall at Larkmoor will be rebuilt over two summers, the council said, and"
PROMO = '<strong>Also Read: <a href="/s">Dela Marsh seen on a yacht</a></strong>'


def texts(document: Document) -> list[str]:
    return [document.text[block.start : block.end] for block in document.blocks]


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("One.\n\nTwo.", ["One.", "Two."]),
        ("One.\r\n\r\nTwo.", ["One.", "Two."]),
        ("One.\n \t\nTwo.\n&nbsp;\nThree.", ["One.", "Two.", "Three."]),
        (f"One.\n\n{PROMO}\n\nTwo.", ["One.", "Also Read: Dela Marsh seen on a yacht", "Two."]),
        ("One.\n\nTwo\nThree<br />\nFour", ["One.", "Two", "Three", "Four"]),
        (f"One.\n\n{LONG}\nwork begins in May.", ["One.", f"{LONG} work begins in May."]),
        (f"One.\n\n{LONG}<br />\nwork begins in May.", ["One.", f"{LONG} work begins in May."]),
        ("One.\n\n<b>Two.\n\nThree.</b> Four", ["One.", "Two.", "Three. Four"]),
        ("One.\n\nTwo.\n<h2>Three</h2>\nFour.\n<ul>\n\t<li>Five</li>\n\n\t<li>Six</li>\n</ul>\nSeven",
         ["One.", "Two.", "Three", "Four.", "Five", "Six", "Seven"]),
        ("One.\n\nTwo.\n\n<blockquote>Three.\n\nFour.</blockquote>Five", ["One.", "Two.", "Three.", "Four.", "Five"]),
        ("One.\n\nTwo.\n<!--more-->\nThree.\n\n[gallery ids=1]\n\nFour", ["One.", "Two.", "Three.", "[gallery ids=1]", "Four"]),
        ("One.\n\n[caption id=7]<img src=q> Wall[/caption]Two.\n\nThree", ["One.", "[caption id=7] Wall[/caption]", "Two.", "Three"]),
        ("<p>One.</p>\nTwo.\n\nThree\nFour\n\n<p>Five.</p>", ["One.", "Two.", "Three", "Four", "Five."]),
        ("One.\n\nTwo.\n<pre>Three\nFour</pre>", ["One.", "Two.", "Three Four"]),
    ],
)  # fmt: skip
def test_paragraphs_without_elements(source, lines):
    """Blank lines part paragraphs and line ends are breaks, beside all that a body holds besides."""
    assert texts(read(source, kind="html")) == lines


@pytest.mark.parametrize(
    "source",
    [
        "One line\nand another",
        "<p>One</p>\n\n<p>Two</p>\n\n",
        "<p>One\n\nTwo</p>",
        "<h2>One</h2>\n\nTwo\n\n<ul><li>Three</li></ul>",
        "<div>One <b>two</b>\n\n</div>\n\n<div>three</div>",
        "<p>One</p><div>Two\n\n<b>three</b></div>",
        "<pre>One\n\nTwo</pre>",
        "<!-- wp:paragraph --><p>One</p><!-- /wp:paragraph -->\n\nTwo\n\nThree",
        "<html><body>One\n\nTwo</body></html>",
        "One<!-- x\n\ny -->two<script>a\n\nb</script>",
        "One<br>\n\nTwo",
        "",
    ],
)
def test_other_bodies(source):
    """What has its own elements, or no blank line between words, is read by these."""
    assert not is_classic(source)


def test_bare_lines_are_paragraphs():
    """A line in no element is shown in a `<p>`, and is read as one that stands in it."""
    first, second = read(f"One.\n\n{PROMO}", kind="html").blocks
    assert (first.kind, first.tag, first.path) == ("paragraph", "p", "p < body")
    assert (second.tag, second.path) == ("p", "strong < p < body")


@pytest.mark.parametrize(
    ("source", "content"),
    [
        ("One.\n\nPROMO\n\nTwo.", "One.\n\nTwo."),
        ("One.\n\nPROMO\nTwo.\n\nThree.", "One.\n\nTwo.\n\nThree."),
        ("One.\nPROMO\n\nTwo.", "One.\n\nTwo."),
        ("One.\r\n\r\nPROMO\r\n\r\nTwo.", "One.\r\n\r\nTwo."),
        ("One.\n\nTwo.\n\n<h3>PROMO</h3>\n\nThree.", "One.\n\nTwo.\n\nThree."),
        (f"One.\n\n{LONG}\nPROMO\nwork begins.", f"One.\n\n{LONG}\n\nwork begins."),
        ("One.\n\nTwo.\n\nPROMO\n", "One.\n\nTwo.\n"),
    ],
)
def test_a_promo_is_cut_out(source, content):
    """The promotion line goes with its elements and one of the gaps beside it, and two paragraphs stay two."""
    source = source.replace("PROMO", PROMO)
    document = read(source, kind="html")
    start = document.text.index("Also Read")
    quote = "Also Read: Dela Marsh seen on a yacht"
    found = Evidence("injected_links", "promo-line", "m", start, start + len(quote), quote, 1.0)
    assert clean(source, document, [found]).content == content


PARTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["One.", "two", LONG, f"{LONG} x &amp; y", PROMO, "<h2>Head</h2>", "<b>Bold</b> more",
             "<ul>\n<li>a</li>\n\n<li>b</li>\n</ul>",
             "<blockquote>Said.\n\nAgain.</blockquote>", "<em>Three</em>",
             "[caption id=1]<img src=q> Wall[/caption]", "<p>Four\nFive</p>",
             "<!--more-->", "&nbsp;", "<div>Six</div>"]
        ),
        st.sampled_from(["\n", "\n\n", "\r\n\r\n", "\n \n", "\n\n\n"]),
    ),
    min_size=1,
    max_size=9,
)  # fmt: skip


@given(PARTS, st.data())
@settings(deadline=None, max_examples=300)
def test_lines_that_stay_are_as_they_were(parts, data):
    """Cutting any lines leaves the others, in order, out of the source's own characters, and twice cut is once cut."""
    source = "Begin.\n\n" + "".join(part + gap for part, gap in parts) + "End."
    document = read(source, kind="html")
    blocks = document.blocks[1:-1]
    gone = data.draw(st.lists(st.booleans(), min_size=len(blocks), max_size=len(blocks)))
    found = [
        Evidence("feed_debris", "advert", "m", block.start, block.end, document.text[block.start : block.end], 1.0)
        for block, away in zip(blocks, gone, strict=True)
        if away
    ]
    cleaned = clean(source, document, found)
    assert cleaned.removed == tuple(found)
    rest = iter(source)
    assert all(character in rest for character in cleaned.content)
    assume(is_classic(source) and is_classic(cleaned.content))
    again = read(cleaned.content, kind="html")
    assert texts(again) == [text for text, away in zip(texts(document), [False, *gone, False], strict=True) if not away]
    assert clean(cleaned.content, again, []).content == cleaned.content
