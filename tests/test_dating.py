"""Dates: one form for all that is one, none for what is none, and where a page keeps its own."""

from __future__ import annotations

import pytest

from copydesk import published, read

PROSE = "The harbour wall at Larkmoor will be rebuilt over two summers after the town council voted on Tuesday."


def _page(head: str = "", body: str = "") -> str:
    return f"<html><head><title>A wall</title>{head}</head><body><main><h1>A wall</h1>{body}<p>{PROSE}</p></main></body></html>"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2024-05-03", "2024-05-03"),
        (" 2024-05-03T08:30 ", "2024-05-03T08:30:00"),
        ("2024-05-03 08:30:15", "2024-05-03T08:30:15"),
        ("2024-05-03T08:30:15.123456Z", "2024-05-03T08:30:15Z"),
        ("2024-05-03T08:30:00+02:00", "2024-05-03T06:30:00Z"),
        ("2024-05-03T23:30:00-0500", "2024-05-04T04:30:00Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
        ("1970-01-02", "1970-01-02"),
    ],
)
def test_a_date_has_one_form(written: str, expected: str) -> None:
    """Dates of ISO 8601 come out in UTC where their offset is known, to the second, and sort by time."""
    assert published(written) == expected


@pytest.mark.parametrize(
    "written",
    [
        "",
        "yesterday",
        "May 3, 2024",
        "2024",
        "2024-5-3",
        "2023-02-29",
        "2024-13-01",
        "2024-05-03T25:00",
        "2024-05-03T08:30:61",
        "2024-05-03T08:30+19:00",
        "2024-05-03 and more",
        "0001-01-01T00:00:00Z",
        "1970-01-01",
        "1970-01-01T00:00:00Z",
        "٢٠٢٤-05-03",
        " " * 1_000_000,
        "2024-05-03" + "0" * 1_000_000,
    ],
)
def test_what_is_no_date_is_none(written: str) -> None:
    """Other forms, days in no calendar, the zeros of clocks and endless texts are no dates."""
    assert published(written) is None


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:published_time" content="2024-05-03T08:30:00+02:00">',
        '<META PROPERTY="article:published_time" CONTENT="2024-05-03T06:30:00Z">',
        '<meta itemprop="datePublished" content="2024-05-03T06:30:00Z">',
        '<meta name="DC.date.issued" content="2024-05-03T06:30:00Z">',
        '<meta name="date" content="2024-05-03T06:30:00Z">',
        '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2024-05-03T06:30:00Z"}</script>',
        '<script type="application/ld+json">{"@graph": [{"@type": "WebSite"}, {"datePublished": "2024-05-03T06:30:00Z"}]}</script>',
    ],
)
def test_a_page_says_when_it_was_published(head: str) -> None:
    """The names that sites use in a page's head are known, whatever their case."""
    assert read(_page(head), kind="html").published == "2024-05-03T06:30:00Z"


def test_the_first_that_is_a_date_counts() -> None:
    """What a page tells other sites goes before its linked data, and what is no date is passed over."""
    data = '<script type="application/ld+json">{"datePublished": "2024-05-02"}</script>'
    assert read(_page(f'<meta name="date" content="2024-05-01">{data}'), kind="html").published == "2024-05-02"
    for told, expected in (("2024-05-03", "2024-05-03"), ("today", "2024-05-02"), ("2024-02-31", "2024-05-02")):
        head = f'{data}<meta property="article:published_time" content="{told}">'
        assert read(_page(head), kind="html").published == expected


def test_the_time_below_the_headline_counts() -> None:
    """A time between headline and prose is the article's; one above the headline or behind the prose is another story's."""
    time = '<p>By Ines Halvard, <time datetime="2024-05-03T06:30Z">3 May</time></p>'
    assert read(_page(body=time), kind="html").published == "2024-05-03T06:30:00Z"
    above = _page(body=time).replace("<h1>A wall</h1>" + time, time + "<h1>A wall</h1>")
    behind = _page().replace("</main>", time + "</main>")
    assert read(above, kind="html").published is None
    assert read(behind, kind="html").published is None


@pytest.mark.parametrize(
    "script",
    [
        "[" * 50_000,
        "{",
        "[]",
        '{"datePublished": 5}',
        '{"datePublished": {"a": ["2024"]}}',
        '"datePublished"',
        "x" * 300_000,
    ],
)
def test_broken_linked_data_is_passed_over(script: str) -> None:
    """Scripts that are no JSON, too deep, too long or of other types leave the article without a date."""
    page = _page(f'<script type="application/ld+json">{script} datePublished</script>')
    assert read(page, kind="html").published is None
    page = _page(f'<script type="application/ld+json">{script}</script>')
    assert read(page, kind="html").published is None


def test_what_the_sender_says_goes_first() -> None:
    """The date of a row or a request counts before the page's own, and where it is none, the page's counts."""
    page = _page('<meta property="article:published_time" content="2024-05-03">')
    assert read(page, kind="html", date="2020-01-01").published == "2020-01-01"
    assert read(page, kind="html", date="once").published == "2024-05-03"
    assert read(PROSE, kind="text", date="2020-01-01").published == "2020-01-01"
    assert read(PROSE, kind="text").published is None


def test_a_date_changes_nothing_else() -> None:
    """Text, offsets and hash of a page are the same with its date and without."""
    dated = read(_page('<meta name="date" content="2024-05-03">'), kind="html")
    bare = read(_page(), kind="html")
    assert (dated.text, dated.content_hash, dated.blocks, dated.sentences) == (
        bare.text,
        bare.content_hash,
        bare.blocks,
        bare.sentences,
    )


@pytest.mark.parametrize(
    "body",
    [
        '<meta itemprop="datePublished" content="2024-05-03">',
        '<noscript><meta itemprop="datePublished" content="2024-05-03"></noscript>',
        '<object><meta name="date" content="2024-05-03"></object>',
        '<script type="application/LD+json">{"datePublished": "2024-05-03"}</script>',
        '<canvas><script type="application/ld+json">{"datePublished": "2024-05-03"}</script></canvas>',
    ],
)
def test_a_date_in_the_body_is_found(body: str) -> None:
    """What a page says of its date in its body counts, too, even inside of what no reader sees."""
    assert read(_page(body=body)).published == "2024-05-03"
