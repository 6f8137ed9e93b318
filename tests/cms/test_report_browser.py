"""The page of a batch in headless Chromium, opened from a disk: sorted, filtered, turned, read by keyboard, printed, attacked.

What is tested here cannot be seen in the page's source: that the script runs under its own policy and nothing else does, that nothing
is asked from anywhere, that the order is right, that every text can be read on every screen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browsing import CONTRASTS

from copydesk import Evidence, Report, Source
from copydesk.plugin.inputs import Failure
from copydesk.plugin.report_page import ReportPage

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.cms("browser")

ReportMaker = Callable[..., Report]

SCREENS = {"phone": (390, 844), "tablet": (800, 1000), "desktop": (1400, 900)}
HOSTILE = (
    "</script><script>window.ran = 1</script><!--<script><img src=http://127.0.0.1:9/x onerror='window.ran = 2'>"
    "<svg onload='window.ran = 3'></svg></noscript></style></title>\u2028\u202e\u2066\u200b\ud800\x00&lt;script&gt;ran = 4"
)


@pytest.fixture
def desktop(browser: Browser) -> Iterator[BrowserContext]:
    """A screen on which the table is a table."""
    yield from _context(browser, "desktop")


@pytest.fixture(params=[(screen, scheme) for screen in SCREENS for scheme in ("light", "dark")], ids="-".join)
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A screen of each size in each colour scheme."""
    screen, scheme = request.param
    yield from _context(browser, screen, color_scheme=scheme)


def _context(browser: Browser, screen: str, **options: Any) -> Iterator[BrowserContext]:
    width, height = SCREENS[screen]
    opened = browser.new_context(viewport={"width": width, "height": height}, **options)
    yield opened
    opened.close()


def _report(make_report: ReportMaker, at: int) -> Report:
    """The report number `at` of a batch: every third one flagged, its id and its figures no function of one another's order."""
    line = f"Must Read: story {at}"
    text = f"The harbour of Larkmoor, part {at}.\n\nIt was rebuilt.\n\n{line}\n\nBoats moved."
    start = text.index(line)
    found = Evidence("injected_links", "promo-line", "Promotes another story", start, start + len(line), line, 0.9)
    bad = at % 3 == 0
    return make_report(
        ("hold" if at % 6 == 0 else "review") if bad else "publish",
        flagged=("injected_links",) if bad else (),
        evidence=(found,) if bad else (),
        sources=(Source(f"wire:{at}", "The wall", "copy", 0.9, 0.8),) if at % 30 == 0 else (),
        id=f"a{at * 7 % 160}.html",
        words=at * 53 % 160,
        score=at * 29 % 160 / 160,
        text=text,
        language="de" if at % 5 == 0 else "en",
    )


@pytest.fixture
def batch(make_report: ReportMaker, tmp_path: Path) -> Path:
    """The page of 160 articles, a third of them flagged, and a failure."""
    return _written(tmp_path, [_report(make_report, at) for at in range(160)])


def _written(folder: Path, reports: list[Report], failure: str = "broken.html") -> Path:
    page = ReportPage()
    parts = [page.start(), *map(page.add, reports), page.fail(Failure(failure, failure)), page.end(1)]
    file = folder / "report.html"
    file.write_text("".join(parts), encoding="ascii")
    return file


def _open(context: BrowserContext, file: Path) -> tuple[Page, list[str]]:
    """The page, and everything that goes wrong in it: errors, refusals of its policy, requests for anything but itself."""
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text))
    page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda sent: wrong.append(sent.url) if sent.url.partition("#")[0] != file.as_uri() else None)
    page.goto(file.as_uri())
    return page, wrong


def _column(page: Page, css: str) -> list[str]:
    return page.locator(f"table.articles tbody .{css}").all_inner_texts()


def _said(page: Page) -> str:
    return page.get_by_role("status").inner_text()


def test_it_opens_with_the_worst_first(desktop: BrowserContext, batch: Path) -> None:
    """The table shows fifty of all articles, held ones first, by falling score; nothing is loaded or refused."""
    page, wrong = _open(desktop, batch)
    assert _said(page) == "1 to 50 of 160 articles"
    actions = [each.split()[-1] for each in _column(page, "action")]
    assert actions == ["Hold"] * 27 + ["Review"] * 23
    assert page.get_by_role("columnheader", name="Action").get_attribute("aria-sort") == "descending"
    assert not wrong


@pytest.mark.parametrize(
    ("name", "css", "key"),
    [("Words", "number >> nth=-1", int), ("Score", "number", float), ("Article", "id", lambda text: int(text[1:-5]))],
)
def test_a_heading_sorts_by_its_column(
    desktop: BrowserContext, batch: Path, name: str, css: str, key: Callable[[str], float]
) -> None:
    """By mouse and by keyboard: once in the direction that is wanted first, again in the other, with aria-sort on that column alone."""
    page, wrong = _open(desktop, batch)
    button = page.get_by_role("columnheader", name=name, exact=True).get_by_role("button")
    button.click()
    orders = []
    for _ in range(2):
        rows = page.locator("table.articles tbody tr")
        cells = [rows.nth(at).locator(f".{css}").first.inner_text() for at in range(50)]
        orders.append([key(each) for each in cells])
        marked = page.locator("th[aria-sort]")
        assert marked.count() == 1
        assert name in marked.inner_text()
        page.keyboard.press("Enter")  # the focus stays on the button
    down = name != "Article"
    assert orders[0] == sorted(orders[0], reverse=down)
    assert orders[1] == sorted(orders[1], reverse=not down)
    assert orders[0] != orders[1]
    assert not wrong


def test_every_heading_sorts_without_losing_a_row(desktop: BrowserContext, batch: Path) -> None:
    """Whatever the column, those with a value come first, and all articles are still there."""
    page, wrong = _open(desktop, batch)
    headings = page.locator("thead button")
    assert headings.count() == 11
    for index in range(headings.count()):
        headings.nth(index).click()
        assert _said(page) == "1 to 50 of 160 articles"
        assert page.locator("th[aria-sort]").count() == 1
    assert page.locator("table.articles td.source").all_inner_texts()[:6] == ["copy of The wall"] * 6
    assert not wrong


def test_filters_and_pages_add_up(desktop: BrowserContext, batch: Path) -> None:
    """Filters narrow, their counts are those of the totals, pages end where the articles do, and no fit is said."""
    page, wrong = _open(desktop, batch)
    page.get_by_label("Action").select_option("flagged")
    assert _said(page) == "1 to 50 of 54 articles, out of 160"
    page.get_by_role("button", name="Next").last.click()
    assert _said(page) == "51 to 54 of 54 articles, out of 160"
    assert page.evaluate("document.activeElement.id") == "articles"
    assert len(_column(page, "id")) == 4
    page.get_by_role("button", name="Next").first.press("Enter")  # the last page: nothing happens
    assert _said(page).startswith("51 to 54")
    page.get_by_label("Action").select_option("hold")
    assert _said(page) == "1 to 27 of 27 articles, out of 160"
    assert not page.get_by_role("button", name="Next").first.is_visible()
    page.get_by_label("Action").select_option("all")
    page.get_by_label("Flagged for").select_option("Has a source")
    assert _said(page) == "1 to 6 of 6 articles, out of 160"
    page.get_by_label("Flagged for").select_option("Any")
    page.get_by_label("Words in").fill("MUST 7")
    page.get_by_text("out of 160").wait_for()
    assert all("7" in each for each in page.locator(".articles tbody tr").all_inner_texts())
    page.get_by_label("Words in").fill("nothing has this <b>")
    page.get_by_text("No article fits these filters.").wait_for()
    assert not wrong


def test_lines_open_by_keyboard(desktop: BrowserContext, batch: Path) -> None:
    """From the first heading to the first article by Tab, Enter shows its marked line below it and says so, Enter hides it again."""
    page, wrong = _open(desktop, batch)
    page.locator("thead button").last.focus()
    page.keyboard.press("Tab")
    button = page.get_by_role("button", name="lines").first
    assert button.evaluate("(each) => each === document.activeElement")
    page.keyboard.press("Enter")
    assert button.get_attribute("aria-expanded") == "true"
    lines = page.get_by_role("group", name="Marked lines")
    quote = page.locator(".articles tbody tr").first.locator(".quote").inner_text()
    assert lines.locator("mark.m.l.on").inner_text().endswith(quote)
    assert button.evaluate("(each) => each === document.activeElement")
    page.keyboard.press("Enter")
    assert lines.count() == 0
    assert not wrong


def test_every_screen_can_be_read(context: BrowserContext, batch: Path) -> None:
    """With lines open, nothing is wider than the screen, every text has its contrast, and every control a name."""
    page, wrong = _open(context, batch)
    for _ in range(2):
        page.get_by_role("button", name="Show lines").first.click()
    page.locator("summary").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
    assert not [(ratio, text) for ratio, text in page.evaluate(CONTRASTS) if ratio < 4.5]
    unnamed = "[...document.querySelectorAll('button, select, input')].filter((e) => !(e.innerText || e.labels?.length)).length"
    assert page.evaluate(unnamed) == 0
    assert (
        page.get_by_role("table", name="Articles of").get_by_role("row").count() == 53
    )  # as cards, too, the rows are rows to who hears them
    assert not wrong


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_nothing_of_an_article_runs(browser: Browser, make_report: ReportMaker, tmp_path: Path, script: bool) -> None:
    """Hostile ids, texts, quotes, notes, sources and reasons stand on the page as text: no script, no request, no refusal."""
    found = Evidence("injected_links", HOSTILE, HOSTILE, 0, len(HOSTILE), HOSTILE, 0.9, href=f"javascript:{HOSTILE}")
    hostile = make_report(
        "hold", flagged=("injected_links",), evidence=(found,), id=HOSTILE, text=HOSTILE, notes=(HOSTILE,), language=HOSTILE,
        sources=(Source(HOSTILE, HOSTILE, HOSTILE, 0.9, 0.9), Source(HOSTILE, HOSTILE, "copy", 0.9, 0.9)), model=HOSTILE,
    )  # fmt: skip
    file = _written(tmp_path, [hostile, _report(make_report, 3)], failure=HOSTILE)
    for context in _context(browser, "desktop", java_script_enabled=script):
        page, wrong = _open(context, file)
        if script:
            for _ in range(2):
                page.get_by_role("button", name="Show lines").first.click()
            page.get_by_label("Words in").fill("<script>window.ran =")
            page.get_by_text("1 to 1 of 1 article, out of 2").wait_for()
            page.get_by_role("button", name="Show lines").click()
            assert page.evaluate("[window.ran, document.images.length, document.scripts.length]") == [None, 0, 3]
        assert page.get_by_text("window.ran = 1").count() >= 4
        assert not wrong


def test_what_gets_in_all_the_same_is_refused(desktop: BrowserContext, batch: Path) -> None:
    """Were a script, a style or a picture written into the page, its own policy would stop each of them."""
    added = "<script>window.ran = 1</script><img src=http://127.0.0.1:9/x><style>body { display: none }</style>"
    batch.write_text(batch.read_text(encoding="ascii").replace("<header>", f"{added}<header>", 1), encoding="ascii")
    page, wrong = _open(desktop, batch)
    assert page.evaluate("window.ran") is None
    assert page.get_by_role("heading", level=1).is_visible()
    assert sum("Content Security Policy" in each for each in wrong) == 3
    assert page.evaluate("performance.getEntriesByType('resource').filter((each) => each.responseStatus).length") == 0


def test_without_scripts_every_flagged_article_is_there(browser: Browser, batch: Path) -> None:
    """A browser that runs no script shows totals, histograms and all 54 flagged articles with their lines."""
    for context in _context(browser, "phone", java_script_enabled=False):
        page, wrong = _open(context, batch)
        assert page.locator(".plain > li").count() == 54
        assert page.locator(".plain mark").count() == 54
        assert page.locator("svg.histogram").count() == 4
        assert "All flagged articles" in page.inner_text("main")
        assert not wrong


def test_paper_gets_the_flagged_articles_with_their_lines(desktop: BrowserContext, batch: Path) -> None:
    """What is printed are the flagged articles that the filters leave, each with its lines; afterwards the table is as before."""
    page, wrong = _open(desktop, batch)
    page.get_by_label("Action").select_option("hold")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("tr.below mark").count() == 27
    assert page.locator("tr.below mark").last.is_visible()
    assert not page.get_by_label("Action").is_visible()
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("tr.below").count() == 0
    assert len(page.pdf()) > 50_000
    assert not wrong
