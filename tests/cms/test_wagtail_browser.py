"""What Copydesk shows in Wagtail's admin, in a real Chromium: nothing of an article runs, and the buttons work."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest
from browsing import chromium
from wagtail_support import PROJECT, TITLE, bad, free_port, good, html, site, wagtail_database  # noqa: F401

pytestmark = pytest.mark.cms("wagtail")
HOSTILE = 'Also Read | Film star Dela Marsh <script>window.owned=1</script> spotted on yacht <img src=x onerror="window.owned=1">'


@contextmanager
def _server(site):
    """manage.py runserver on the test's database."""
    port = free_port()
    env = {**os.environ, "COPYDESK_SITE_DB": str(site.database)}
    command = [sys.executable, "manage.py", "runserver", f"127.0.0.1:{port}", "--noreload", "--insecure"]
    process = subprocess.Popen(command, cwd=PROJECT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def _login(page, url):
    page.goto(f"{url}/admin/login/")
    page.fill("input[name=username]", "admin")
    page.fill("input[name=password]", "admin")
    page.click("button[type=submit]")
    page.wait_for_url(f"{url}/admin/")


def test_a_hostile_article_runs_nothing_and_can_be_released(site):
    """A quote with a script is shown as text in the panel, the message, the list and the verdict's page; Release works."""
    page = site.news.ArticlePage(title=f"{TITLE} <svg onload=top.pwned=2>", slug="hostile", live=False)
    page.body = html([*good()[:2], HOSTILE.replace("<", "&lt;"), *good()[2:]])
    site.home.add_child(instance=page)
    page.save_revision(user=site.admin).publish()
    verdict = site.verdict(page)
    assert [found["quote"] for found in verdict.report["evidence"] if found["signal"] == "injected_links"] == [HOSTILE]
    with _server(site) as url, chromium() as browser:
        tab = browser.new_page()
        _login(tab, url)
        tab.goto(f"{url}/admin/pages/{page.pk}/edit/")
        tab.click('[data-side-panel-toggle="copydesk"]')
        tab.wait_for_selector('[data-side-panel="copydesk"] mark:has-text("Dela Marsh")')
        panel = tab.inner_text('[data-side-panel="copydesk"]')
        assert "<script>window.owned=1</script>" in panel
        assert "Held for review" in panel
        for address, shown in (("/admin/copydesk/", "<svg onload"), (f"/admin/copydesk/{verdict.pk}/", "<script>")):
            tab.goto(url + address)
            assert shown in tab.inner_text("body")
            assert tab.evaluate("window.owned || window.pwned") is None
        tab.click("button:has-text('Release') >> nth=0")
        tab.wait_for_url(f"{url}/admin/copydesk/")
        assert "was released" in tab.inner_text("body")
        assert tab.evaluate("window.owned || window.pwned") is None
        assert tab.goto(f"{url}/news/hostile/").status == 200


def test_an_editor_is_told_in_the_editor(site):
    """Publishing from the real editor: the message names the reasons, and the page is a draft."""
    page = site.page(bad())
    with _server(site) as url, chromium() as browser:
        tab = browser.new_page()
        _login(tab, url)
        tab.goto(f"{url}/admin/pages/{page.pk}/edit/")
        tab.wait_for_load_state("networkidle")
        tab.locator(".w-dropdown__toggle-icon").last.click()
        tab.click("button[name=action-publish]")
        tab.wait_for_selector("text=Held for review: 2 injected lines")
        assert "has been published" not in tab.inner_text("body")
    assert not site.is_live(page)
    assert good()[0] in site.news.ArticlePage.objects.get(pk=page.pk).get_latest_revision_as_object().body
