"""A real Chromium, the system's own, without a window; Playwright drives it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_QUIET = (
    "background-networking",
    "component-update",
    "gpu",
    "quic",
    "sync",
)  # it asks nobody but the service for anything
_ARGUMENTS = ["--no-sandbox", "--no-first-run", *(f"--disable-{name}" for name in _QUIET)]
# Every piece of visible text with the contrast between its colour and what is behind it (WCAG 2.2, 1.4.3); a background that is
# seen through is mixed with what is behind it, and of a pattern the colour below it counts.
CONTRASTS = """() => {
  const parse = (text) => { const n = text.match(/[\\d.]+/g).map(Number); return [n[0], n[1], n[2], n.length > 3 ? n[3] : 1]; };
  const over = (top, below) => top.slice(0, 3).map((value, i) => value * top[3] + below[i] * (1 - top[3])).concat(1);
  const linear = (v) => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const light = (c) => { const [r, g, b] = c.slice(0, 3).map((v) => linear(v / 255)); return .2126 * r + .7152 * g + .0722 * b; };
  const behind = (node) => {
    const layers = [];
    for (let each = node; each; each = each.parentElement) layers.unshift(parse(getComputedStyle(each).backgroundColor));
    return layers.reduce((below, top) => over(top, below), [255, 255, 255, 1]);
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !node.checkVisibility() || ["SCRIPT", "NOSCRIPT", "OPTION"].includes(node.tagName)) continue;
    const ground = behind(node), ink = over(parse(getComputedStyle(node).color), ground);
    const [a, b] = [light(ink), light(ground)].sort((x, y) => y - x);
    found.push([(a + .05) / (b + .05), walker.currentNode.data.trim().slice(0, 40)]);
  }
  return found;
}"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The program, as long as it is needed; a test is skipped where it is not installed."""
    api = pytest.importorskip("playwright.sync_api", reason="needs the extra: pip install 'copydesk[browser]'")
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("chromium is not installed: apt-get install chromium")
    with api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=_ARGUMENTS)
        yield started
        started.close()
