"""A real Chromium, logged in: what scripts of the plugin do can only be seen there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from wordpress_site import PASSWORDS, Site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
_FLAGS += ["--disable-component-update", "--disable-sync"]


@contextmanager
def chromium() -> Iterator[Browser]:
    """The program, without a window."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright for Python is not installed")
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("chromium is not installed (tests/cms/install-wordpress.sh)")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=_FLAGS)
        yield browser
        browser.close()


@contextmanager
def logged_in(browser: Browser, site: Site, who: str = "admin", width: int = 1280, height: int = 900) -> Iterator[Page]:
    """A page of somebody who is logged in; nothing is loaded from anywhere but the site."""
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    # Avatars and emoji come from elsewhere otherwise, and are waited for.
    page.route(lambda url: not url.startswith((site.url, "data:", "blob:")), lambda route: route.abort())
    page.set_default_timeout(30_000)
    # Not through the form: a timer of that page takes the focus to the name 200 ms after loading, and with it what is being typed
    # as the password. The cookies that the answer sets are the page's.
    answer = context.request.post(
        f"{site.url}/wp-login.php",
        form={"log": who, "pwd": PASSWORDS[who], "wp-submit": "Log In"},
        max_redirects=0,
        timeout=30_000,
    )
    if answer.status != 302:
        raise AssertionError(f"{who} could not log in: {answer.status}")
    try:
        yield page
    finally:
        context.close()


def new_article(page: Page, site: Site, title: str, content: str) -> None:
    """The block editor with an article in it, not saved yet."""
    page.goto(f"{site.url}/wp-admin/post-new.php")
    ready(page)
    page.evaluate(
        """([title, content]) => {
            wp.data.dispatch('core/editor').editPost({ title });
            wp.data.dispatch('core/block-editor').resetBlocks(wp.blocks.parse(content));
        }""",
        [title, content],
    )


def ready(page: Page) -> None:
    """Wait for the block editor, and send its welcome away."""
    page.wait_for_function(
        "() => window.wp && wp.data && wp.data.select('core/editor') && wp.data.select('core/editor').getCurrentPost().id"
    )
    page.evaluate(
        """() => {
            wp.data.dispatch('core/preferences').set('core/edit-post', 'welcomeGuide', false);
            wp.data.dispatch('core/preferences').set('core/edit-post', 'fullscreenMode', false);
        }"""
    )


def publish(page: Page) -> None:
    """Both clicks that publishing takes."""
    page.click(".editor-post-publish-panel__toggle")
    page.click(".editor-post-publish-panel .editor-post-publish-button")
    page.wait_for_function("() => !wp.data.select('core/editor').isSavingPost()")
