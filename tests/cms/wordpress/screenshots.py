"""Takes the pictures of docs/cms/wordpress.md from a real site: python tests/cms/wordpress/screenshots.py [folder]."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from wordpress_articles import BAD, BAD_PARAGRAPHS, DEBRIS, GOOD, GOOD_PARAGRAPHS, blocks
from wordpress_browser import chromium, logged_in, new_article, publish, ready
from wordpress_front import SECRET, front
from wordpress_site import DEBIAN, Site, mariadb, newer_source, site

TITLES = [
    ("Sarpur bans onion exports until June as prices double", BAD, "publish"),
    (
        "Traders call the export ban hasty and ask for compensation",
        blocks(GOOD_PARAGRAPHS[3:] + GOOD_PARAGRAPHS[:3]),
        "publish",
    ),
    ("Government confirms onion export ban", blocks(BAD_PARAGRAPHS[:5] + BAD_PARAGRAPHS[6:] + DEBRIS), "publish"),
    ("Blockade of the Sarpur-Delwar highway called for Thursday", blocks(GOOD_PARAGRAPHS[::-1]), "draft"),
]


def _settings(page, site: Site, url: str, target: Path) -> None:
    page.goto(f"{site.url}/wp-admin/options-general.php?page=copydesk")
    page.fill("#copydesk-url", url)
    page.fill("#copydesk-credential", SECRET)
    page.click("#submit")
    page.wait_for_selector("text=Settings saved.")
    page.goto(f"{site.url}/wp-admin/options-general.php?page=copydesk")
    page.click("#copydesk-test")
    page.wait_for_function("() => document.querySelector('#copydesk-test-result').textContent.startsWith('Connected')")
    # The address of the lab's free port is nobody's; the picture shows the usual one.
    page.evaluate("() => { document.querySelector('#copydesk-url').value = 'http://127.0.0.1:8000'; }")
    page.screenshot(path=str(target / "wordpress-settings.png"), full_page=True)


def _articles(wp: Site, front_url: str) -> None:
    wp.configure(url=front_url, credential=SECRET)
    wp.run("wp_delete_post(1, true);")
    for title, content, status in TITLES:
        wp.person("admin").rest("POST", "/wp/v2/posts", {"title": title, "content": content, "status": status})


def main(target: Path) -> None:
    """Start everything, take the pictures, stop everything."""
    target.mkdir(parents=True, exist_ok=True)
    source = newer_source() if newer_source().is_dir() else DEBIAN
    with tempfile.TemporaryDirectory(prefix="cdwp") as name:
        top = Path(name)
        (top / "mysql").mkdir()
        with (
            front(top / "state") as scorer,
            mariadb(top / "mysql") as sock,
            site(top, source, sock, "pictures") as wp,
            chromium() as program,
            logged_in(program, wp, width=1200, height=1000) as page,
        ):
            _settings(page, wp, scorer.url, target)
            _articles(wp, scorer.url)
            page.set_viewport_size({"width": 1200, "height": 820})
            new_article(page, wp, "Onion exports from Sarpur banned until June", BAD)
            ready(page)
            publish(page)
            page.wait_for_selector("text=Copydesk: Held for review")
            page.wait_for_selector("#copydesk-box-body q")
            page.evaluate("() => document.querySelector('#copydesk-box').scrollIntoView()")
            page.wait_for_timeout(1500)
            page.screenshot(path=str(target / "wordpress-held.png"))
            scorer.mode = "error"
            unscored = {"title": "Ban on onion exports: what we know", "content": GOOD, "status": "publish"}
            wp.person("admin").rest("POST", "/wp/v2/posts", unscored)
            scorer.mode = "ok"
            page.set_viewport_size({"width": 1280, "height": 840})
            wp.run("update_user_meta(1, 'manageedit-postcolumnshidden', ['tags', 'comments', 'categories']);")
            page.goto(f"{wp.url}/wp-admin/edit.php")
            page.hover(".row-title >> text=Government confirms onion export ban")
            page.evaluate("() => window.scrollTo(0, 0)")
            page.wait_for_timeout(500)
            page.screenshot(path=str(target / "wordpress-list.png"))


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/cms"))
