"""`Scorer.clean`: bodies as content management systems store them, twice cleaned is once cleaned, and hostile input."""

from __future__ import annotations

import gzip
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copydesk import Cleaned, CopydeskError, DocumentError, Scorer, read
from copydesk import scorer as scorer_module
from copydesk.scorer import MOST_BLOCKS

FIRST = (
    "The harbour wall at Larkmoor will be rebuilt over two summers after the town council voted nine to four on Tuesday "
    "for the dearer of two plans."
)
SECOND = (
    "Engineers had told the councillors that the old wall, laid in 1911, had lost a third of its footing since the storms "
    "of last February. Patching it would have cost 2.1 million crowns."
)
THIRD = (
    "Work starts on 3 May. Boats under six metres will be moved to the north basin, and the ferry to Skerrin Island will "
    "leave from the coal pier until the autumn of next year."
)
STAR = "Film star Dela Marsh spotted on yacht with mystery singer"
NEWS = "Subscribe to our newsletter"

# Each is a body with what is cut in «»; in it, «|…|» is a line that is listed as removed.
BODIES = {
    "gutenberg": (
        f"<!-- wp:paragraph -->\n<p>{FIRST}</p>\n<!-- /wp:paragraph -->\n\n"
        '<!-- wp:image {"id":7,"sizeSlug":"large"} -->\n'
        '<figure class="wp-block-image size-large"><img src="/w.jpg" alt="" class="wp-image-7"/>'
        "<figcaption>The wall in March &amp; April</figcaption></figure>\n<!-- /wp:image -->\n\n"
        f"<!-- wp:paragraph -->\n<p>{SECOND}</p>\n<!-- /wp:paragraph -->\n\n"
        f'«<!-- wp:paragraph -->\n<p><strong>Also Read: <a href="/s">{STAR}</a></strong></p>\n<!-- /wp:paragraph -->\n\n»'
        '<!-- wp:embed {"url":"https://video.example/1","type":"video"} -->\n<figure class="wp-block-embed is-type-video">'
        '<div class="wp-block-embed__wrapper">\nhttps://video.example/1\n</div></figure>\n<!-- /wp:embed -->\n\n'
        "<!-- wp:shortcode -->\n[gallery ids=&quot;1,2&quot;]\n<!-- /wp:shortcode -->\n\n"
        f"<!-- wp:paragraph -->\n<p>{THIRD}</p>\n<!-- /wp:paragraph -->\n\n<!-- wp:latest-posts /-->\n"
    ),
    "classic": (
        f"<p>{FIRST}</p>\r\n[caption id=\"attachment_7\" align=\"alignnone\"]<img src='/w.jpg' /> The wall in March[/caption]\r\n"
        f"<p>{SECOND}&nbsp;</p>\r\n«<p><strong>ALSO READ: <a href='/s' rel=nofollow>{STAR}</a></strong></p>\r\n»"
        f"<p>{THIRD}</p>\r\n[gallery ids=\"1,2,3\"]\r\n<!--more-->"
    ),
    "bare": (
        f"{FIRST}\r\n\r\n[caption id=\"attachment_7\"]<img src='/w.jpg' /> The wall in March[/caption]\r\n<h2>The cost</h2>\r\n"
        f"{SECOND}&nbsp;\r\n\r\n«<strong>ALSO READ: <a href='/s' rel=nofollow>{STAR}</a></strong>\r\n\r\n»{THIRD}\r\n<!--more-->"
    ),
    "ghost": (
        f"<p>{FIRST}</p><p>{SECOND}</p>«<!--kg-card-begin: html-->\n"
        f'<div class="promo"><p>Also Read: <a href="/s">{STAR}</a></p></div>\n<!--kg-card-end: html-->»'
        '<figure class="kg-card kg-image-card"><img src="/w.jpg" class="kg-image" alt loading="lazy"></figure>'
        f'<p>{THIRD}</p><div class="kg-card kg-toggle-card" data-kg-toggle-state="close"></div>'
    ),
    "wagtail": (
        f'<p data-block-key="a1b2c">{FIRST}</p><p data-block-key="d3e4f">{SECOND}</p>«<p data-block-key="g5h6i"><b>Also Read: '
        f'<a id="12" linktype="page">{STAR}</a></b></p>»<embed alt="wall" embedtype="image" format="fullwidth" id="5"/>'
        f'<p data-block-key="j7k8l">{THIRD}</p>'
    ),
    "markdown": (
        f"# The wall\n\n{FIRST}\n\n![The wall](/w.jpg \"March\")\n\n{SECOND}\n\n«**Also Read:** [{STAR}](/s)\n\n»"
        f"| Plan | Cost in crowns |\n|------|-----:|\n| The old wall | 2.1 million |\n\n{THIRD}\n"
    ),
    "text": f"{FIRST}\r\n\r\n{SECOND}\r\n\r\n«Also Read: {STAR}\r\n\r\n»{THIRD}\r\n",
}  # fmt: skip


def kind_of(name: str) -> str:
    return name if name in ("markdown", "text") else "html"


def cleaned(scorer: Scorer, source: str, kind: str, **more: object) -> Cleaned | None:
    """The source cleaned, None where it is refused; any other exception fails the test."""
    try:
        return scorer.clean(source, kind=kind, **more)
    except CopydeskError:
        return None


@pytest.mark.parametrize("name", BODIES)
def test_a_stored_body_loses_the_promo_and_nothing_else(scorer, name):
    """What a system stores round the promo line survives to the byte: attributes, comments, entities, embeds, shortcodes, line ends."""
    before, cut, after = BODIES[name].replace("»", "«").split("«")
    result = scorer.clean(before + cut + after, kind=kind_of(name))
    assert result.content == before + after
    assert [each.signal for each in result.removed] == ["injected_links"]


@pytest.mark.parametrize("name", BODIES)
def test_a_clean_body_stays_byte_for_byte(scorer, name):
    """Without the promo line, nothing changes."""
    before, _, after = BODIES[name].replace("»", "«").split("«")
    assert scorer.clean(before + after, kind=kind_of(name)) == Cleaned(before + after, ())


@pytest.mark.parametrize("kind", ["html", "text", "markdown"])
def test_a_byte_order_mark_and_the_promo_below_it(scorer, kind):
    """The mark at the start survives although the first line goes."""
    lines = [f"Also Read: {STAR}", FIRST, SECOND, THIRD]
    body = "".join(f"<p>{line}</p>" for line in lines) if kind == "html" else "\n\n".join(lines)
    rest = "".join(f"<p>{line}</p>" for line in lines[1:]) if kind == "html" else "\n\n".join(lines[1:])
    assert scorer.clean("\ufeff" + body, kind=kind).content == "\ufeff" + rest


def test_what_was_removed_is_quoted_at_its_first_place(scorer):
    """Every line that went is listed in order, at its offsets in the text as it was read."""
    source = "\n\n".join([FIRST, f"Also Read: {STAR}", SECOND, "Related", STAR, THIRD, NEWS])
    text = read(source, kind="text").text
    removed = scorer.clean(source, kind="text").removed
    assert [text[each.start : each.end] for each in removed] == [each.quote for each in removed]
    assert [each.start for each in removed] == sorted(each.start for each in removed)
    assert f"Also Read: {STAR}" in [each.quote for each in removed]


def test_a_page_keeps_what_stands_round_the_article(scorer):
    """Of a full page the promo in the text goes, and the site's own menu, list and footer stay."""
    promo = f'<p><strong>Also Read: <a href="/s">{STAR}</a></strong></p>\n'
    head = "<!DOCTYPE html>\n<html><head><title>The wall</title></head><body><nav><a href=/>Home</a></nav><main><h1>The wall</h1>\n"
    body = f'<div class="text">\n<p>{FIRST}</p>\n<p>{SECOND}</p>\nPROMO<p>{THIRD}</p>\n</div>\n'
    foot = f"<aside><h3>Trending</h3><ul><li><a href=/s>{STAR}</a></li></ul></aside></main><footer>{NEWS}</footer></body></html>\n"
    result = scorer.clean(head + body.replace("PROMO", promo) + foot, kind="html")
    assert result.content == head + body.replace("PROMO", "") + foot


def test_nothing_left_is_no_error(scorer):
    """A text of nothing but debris becomes empty."""
    assert scorer.clean(f"Also Read: {STAR}", kind="text").content in ("", f"Also Read: {STAR}")


some = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
LINE = st.sampled_from(
    [FIRST, SECOND, THIRD, STAR, NEWS, f"Also Read: {STAR}", "Related", "Read more", "ADVERTISEMENT", "Share", "5127.jpg",
     "Leave a Reply", "Must Read: Ten soups for a cold evening",
     "In conclusion, only time will tell what the future holds for this evolving landscape.",
     "What the old harbour wall at Larkmoor hides", "Photo: Tom Abery", "Skip to content", "By Ines Halvard", "12"]
)  # fmt: skip
SHAPE = st.sampled_from(
    ["<p>{}</p>", "<p><a href=/x>{}</a></p>", "<ul><li><a href=/y>{}</a></li></ul>", "<h3>{}</h3>", "<div><img src=q><p>{}</p></div>",
     "<!-- wp:paragraph -->\n<p>{}</p>\n<!-- /wp:paragraph -->", "{}<br>", "<table><tr><td>{}</td></tr></table>", "<p>{}"]
)  # fmt: skip
LINES = st.lists(st.tuples(LINE, SHAPE), min_size=1, max_size=14)


def document(lines: list[tuple[str, str]], kind: str) -> str:
    if kind in ("text", "markdown"):
        return "\n\n".join(line for line, _ in lines)
    if kind == "classic":
        return "\r\n\r\n".join([FIRST, *(line for line, _ in lines)])
    body = "\n".join(shape.format(line) for line, shape in lines)
    return body if kind == "html" else f"<html><head></head><body><nav>Home</nav><main>{body}</main></body></html>"


@some
@given(LINES, st.sampled_from(["text", "markdown", "html", "classic", "page"]), st.booleans())
def test_cleaning_twice_is_cleaning_once(scorer, lines, kind, padding):
    """What was cleaned has nothing left to clean."""
    form = kind_of(kind)
    once = cleaned(scorer, document(lines, kind), form, padding=padding)
    assert once is not None
    twice = cleaned(scorer, once.content, form, padding=padding)
    assert twice in (None, Cleaned(once.content, ()))


@some
@given(LINES, st.sampled_from(["text", "markdown", "html", "classic"]), st.booleans())
def test_the_text_that_is_left_is_a_subsequence(scorer, lines, kind, padding):
    """The words of the cleaned article stand in the same order in the original, and every block that stays is whole."""
    source, form = document(lines, kind), kind_of(kind)
    result = scorer.clean(source, kind=form, padding=padding)
    original = read(source, kind=form)
    before = iter(original.text.split())
    try:
        after = read(result.content, kind=form)
    except DocumentError:
        return
    assert all(word in before for word in after.text.split())
    texts = {FIRST, *(line for line, _ in lines), *(original.text[b.start : b.end] for b in original.blocks)}
    assert all(after.text[block.start : block.end] in texts for block in after.blocks) or padding


@pytest.mark.corpus
@pytest.mark.parametrize("kind", ["html", "text"])
def test_cleaning_real_pages_twice_is_cleaning_them_once(scorer, corpus, kind):
    """Of every labelled page, what was cleaned has nothing left to clean, and is made of the page's own characters."""
    with gzip.open(corpus / "pages.dev.jsonl.gz", "rt", encoding="utf-8") as rows:
        pages = [row for row in map(json.loads, rows) if row.get(kind)]
    for page in pages:
        once = cleaned(scorer, page[kind], kind)
        if once is None:
            continue
        rest = iter(page[kind])
        assert cleaned(scorer, once.content, kind) in (None, Cleaned(once.content, ())), page["id"]
        assert kind == "text" or all(character in rest for character in once.content), page["id"]


@pytest.mark.parametrize(
    "markup",
    ["<b>x</b>" * 60_000, "<!--" * 200_000, "<" * 2_000_000, "<br></p>" * 20_000, "<div>" * 60_000],
    ids=["tags", "comments", "marks", "breaks", "levels"],
)
def test_hostile_markup_is_refused(scorer, markup):
    """Markup that would take minutes to edit is refused with a reason."""
    with pytest.raises(DocumentError, match=r"expected"):
        scorer.clean(f"<p>{FIRST}</p><p>Also Read: {STAR}</p><p>{SECOND}</p><p>{THIRD}</p>{markup}", kind="html")


def test_a_list_of_many_promo_lines_is_not_looked_at_over_and_over(scorer, monkeypatch):
    """Of lines that go a few at a time, as many are looked at as fit the bound, however long the list is."""
    counts = []
    look = scorer_module.read
    monkeypatch.setattr(scorer_module, "read", lambda *a, **k: counts.append(0) or look(*a, **k))
    lines = "".join(f"<p>Also Read | {STAR}</p>\n" for _ in range(3000))
    cleaned = scorer.clean(f"<p>{FIRST}</p>\n<p>{SECOND}</p>\n{lines}", kind="html", title="Harbour wall")
    assert FIRST in cleaned.content
    assert 2 <= len(counts) <= 1 + MOST_BLOCKS // 2900
