"""The service's page in a real browser: a running service, headless Chromium, phone and desktop, light and dark.

Chromium is the system's own; playwright only drives it. What is tested here cannot be seen in the page's source: that nothing of an
article runs, that everything can be reached by keyboard, that every text can be read, that nothing is wider than the screen.
"""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import CONTRASTS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.cms("browser")

TOKEN = "correct-horse-battery"
QUIET = {"COPYDESK_LOG_FORMAT": "text", "COPYDESK_LOG_LEVEL": "warning"}  # nobody reads more than the first line
SCREENS = {"phone": (390, 844), "desktop": (1280, 900)}
HOSTILE = (
    "<script>window.ran = 1</script><img src=x onerror='window.ran = 2'><svg onload='window.ran = 3'></svg>"
    "</textarea></style></title><script>window.ran = 4</script><a href='javascript:window.ran = 5'>Must Read: ten diets</a>"
    "<iframe srcdoc='<script>parent.ran = 6</script>'></iframe><form action='https://evil.example/'>"
    "<input autofocus onfocus='ran = 7'>"
)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A running service with a token."""
    command = [
        sys.executable,
        "-c",
        "from copydesk.plugin.cli import main; main()",
        "serve",
        "--port",
        "0",
        "--workers",
        "1",
    ]
    environ = {**os.environ, "COPYDESK_TOKEN": TOKEN, "COPYDESK_MAX_BODY": "300000", **QUIET}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environ) as process:
        assert process.stderr is not None
        ready, _, _ = select.select([process.stderr], [], [], 60)
        match = re.search(r"http://127\.0\.0\.1:\d+", process.stderr.readline() if ready else "")
        assert match
        yield match[0] + "/"
        process.terminate()


@pytest.fixture(params=[(screen, scheme) for screen in SCREENS for scheme in ("light", "dark")], ids="-".join)
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A screen of each size in each colour scheme, signed in."""
    screen, scheme = request.param
    yield from _context(browser, screen, color_scheme=scheme)


def _context(browser: Browser, screen: str, **options: object) -> Iterator[BrowserContext]:
    width, height = SCREENS[screen]
    opened = browser.new_context(
        viewport={"width": width, "height": height},
        http_credentials={"username": "editor", "password": TOKEN},
        **options,  # type: ignore[arg-type]
    )
    yield opened
    opened.close()


def _open(context: BrowserContext, address: str) -> tuple[Page, list[str]]:
    """The page, and everything that goes wrong in it from now on: errors, refusals of the policy, requests elsewhere, dialogs."""
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if "status of" not in message.text else None)
    page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda sent: wrong.append(sent.url) if sent.url.partition("#")[0] != address else None)
    page.goto(address)
    return page, wrong


def _source(article: str, promo: str) -> str:
    first, rest = article.split("\n\n", 1)
    return f"{first}\n\n{promo}\n\n{rest}"


def _send(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Check the article").click()


def _drop(page: Page, file: Path) -> None:
    """Drag a file from the desktop onto the field, as a mouse does it."""
    box = page.get_by_label("Or a file").bounding_box()
    assert box is not None
    devtools = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(file)], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        where = {"x": box["x"] + box["width"] * 0.8, "y": box["y"] + box["height"] * 0.8}
        devtools.send("Input.dispatchDragEvent", {"type": kind, "data": data, **where})


def test_pasting_shows_the_lines_and_the_cleaned_text(
    context: BrowserContext, address: str, article: str, promo: str
) -> None:
    """On every screen: the result has the focus and is announced, the text fits, can be read, and is copied by the button."""
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page, wrong = _open(context, address)
    page.get_by_role("textbox", name="Article", exact=True).fill(_source(article, promo))
    page.get_by_label("Headline").fill("A wall for Larkmoor")
    _send(page)
    assert page.evaluate("document.activeElement.id") == "result"
    assert page.get_by_role("heading", level=1).inner_text() == "A wall for Larkmoor"
    assert promo in page.locator("#article mark").first.inner_text()
    page.get_by_role("button", name="Copy the text").click()
    page.get_by_text("Copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == article
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
    low = [(ratio, text) for ratio, text in page.evaluate(CONTRASTS) if ratio < 4.5]
    assert not low
    assert not wrong


def test_the_form_and_its_errors_can_be_read(context: BrowserContext, address: str) -> None:
    """The empty form and an error fit every screen with enough contrast; the error has the focus and leads to its field."""
    page, wrong = _open(context, address)
    for _ in range(2):
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
        assert not [(ratio, text) for ratio, text in page.evaluate(CONTRASTS) if ratio < 4.5]
        _send(page)
        assert page.evaluate("document.activeElement.id") == "result"
    page.get_by_role("alert").get_by_role("link", name="Article").click()
    assert page.evaluate("document.activeElement.id") == "field-article"
    assert not wrong


@pytest.mark.parametrize("way", ["pasted", "file", "error"])
def test_nothing_of_an_article_runs(
    context: BrowserContext, address: str, article: str, promo: str, way: str, tmp_path: Path
) -> None:
    """Scripts, handlers, frames and forms of an article are shown as text wherever it stands, and load nothing."""
    page, wrong = _open(context, address)
    source = f"<p>{HOSTILE}</p>\n<p>Also Read | {HOSTILE}</p>\n<p>{_source(article, promo)}</p>"
    plain = f"{_source(article, promo)}\n\nAlso Read | {HOSTILE}\n\n{HOSTILE}"
    page.get_by_label("Headline").fill(HOSTILE)
    page.get_by_role("textbox", name="Article", exact=True).fill(source if way == "pasted" else plain)
    if way == "file":
        file = tmp_path / f"{re.sub('[/<]', '', HOSTILE)[:100]}<img src=x onerror=alert(1)>.txt"
        file.write_text(plain)
        page.get_by_label("Or a file").set_input_files(file)
    if way == "error":
        page.get_by_label("Format").evaluate("element => { element.options[0].value = '<script>ran = 8</script>' }")
    _send(page)
    page.wait_for_timeout(200)
    assert page.locator("#result").count() == 1
    assert page.evaluate("window.ran") is None
    assert page.locator("img, iframe, svg:not(.meter), form:not(#form), script:not(:last-child)").count() == 0
    assert page.get_by_role("textbox", name="Article", exact=True).input_value() == (
        source if way == "pasted" else plain
    )
    assert not wrong


def test_a_policy_stands_behind_the_escaping(browser: Browser, address: str, article: str) -> None:
    """Even an element that got into the page would not run: the Content-Security-Policy refuses it."""
    context = browser.new_context(http_credentials={"username": "", "password": TOKEN})
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(address)
    page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', `<img src='/x' onerror='window.ran = 1'><div style='color: red'></div>`);"
        "const script = document.createElement('script'); script.text = 'window.ran = 2'; document.body.append(script);"
    )
    page.wait_for_timeout(200)
    assert page.evaluate("window.ran") is None
    assert len([text for text in refused if "Content Security Policy" in text]) >= 3
    context.close()


@pytest.mark.parametrize("screen", SCREENS)
def test_the_page_works_without_scripts(browser: Browser, address: str, article: str, promo: str, screen: str) -> None:
    """With scripts off there is no button that does nothing, and the text can be selected by keyboard."""
    for context in _context(browser, screen, java_script_enabled=False):
        page, wrong = _open(context, address)
        page.get_by_role("textbox", name="Article", exact=True).fill(_source(article, promo))
        _send(page)
        assert page.locator("#copy").is_hidden()
        assert page.get_by_text("select all of it").is_visible()
        assert page.get_by_label("The text to publish").input_value() == article
        assert promo in page.locator("#article mark").first.inner_text()
        assert not wrong


def test_everything_is_reached_by_keyboard(browser: Browser, address: str, article: str, promo: str) -> None:
    """Tab goes through the form in the order in which it is read, with a visible focus; Enter on the button sends it."""
    for context in _context(browser, "desktop", color_scheme="light"):
        page, wrong = _open(context, address)
        order = []
        for _ in range(9):
            page.keyboard.press("Tab")
            outline = page.evaluate(
                "(e => [e.id || e.className || e.textContent, getComputedStyle(e).outlineStyle])(document.activeElement)"
            )
            assert outline[1] != "none", outline
            order.append(outline[0])
            if outline[0] == "field-article":
                page.keyboard.insert_text(_source(article, promo))
        fields = [f"field-{name}" for name in ("article", "file", "headline", "address", "format", "padding")]
        assert order == ["skip", "Copydesk", *fields, "button"]
        page.keyboard.press("Enter")
        page.wait_for_selector("#cleaned-text")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Signals"
        assert not wrong


def test_a_file_is_dropped_or_chosen(
    context: BrowserContext, address: str, article: str, promo: str, tmp_path: Path
) -> None:
    """A file is checked in place of what is pasted, and one that is too large is refused in the page."""
    file = tmp_path / "wall.md"
    file.write_text(f"# A wall\n\n{_source(article, promo)}")
    page, wrong = _open(context, address)
    _drop(page, file)
    _send(page)
    assert page.get_by_label("The text to publish").input_value() == f"# A wall\n\n{article}"
    file.write_text(article * 700)
    page.get_by_label("Or a file").set_input_files(file)
    _send(page)
    assert "larger than" in page.get_by_role("alert").inner_text()
    assert not wrong


def test_motion_is_left_out_on_request(browser: Browser, address: str) -> None:
    """Who asks for reduced motion gets no smooth scrolling."""
    for motion, behaviour in (("reduce", "auto"), ("no-preference", "smooth")):
        for context in _context(browser, "desktop", reduced_motion=motion):
            page, _ = _open(context, address)
            assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == behaviour
