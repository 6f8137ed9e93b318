"""How large the page of a batch gets, what writing it takes, and how fast Chromium opens, sorts, filters and turns it.

    python benchmarks/batch_page.py 10000 100000

Made-up reports, a fifth of them flagged, each flagged one with five marked lines in 16 paragraphs. Needs the extra `browser` and
Chromium; without the extra, only what writing takes is printed.
"""

from __future__ import annotations

import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from copydesk import SIGNALS, Evidence, Report, SignalResult
from copydesk.plugin.report_page import ReportPage

_SENTENCE = (
    "The harbour wall at Larkmoor will be rebuilt over two summers after the council of the town voted nine to four"
)
_LIMITS = dict(zip(SIGNALS, (0.8609, 0.3592, 0.5, 0.5), strict=True))


def reports(number: int, flagged_every: int = 5) -> Iterator[Report]:
    """So many reports, of which one in `flagged_every` is flagged."""
    for at in range(number):
        bad = at % flagged_every == 0
        paragraphs = [f"{_SENTENCE} {at}.{line}. {_SENTENCE}." for line in range(16)]
        text = "\n\n".join(paragraphs)
        evidence = []
        for line in range(0, 15, 3) if bad else ():
            start = text.index(paragraphs[line])
            quote = paragraphs[line][:115]
            evidence.append(
                Evidence("injected_links", "promo-line", "Promotes another story", start, start + 115, quote, 0.9)
            )
        score = 0.5 + at % 997 / 2000 if bad else at % 997 / 2500
        results = {
            name: SignalResult(score * limit, bad and name == "injected_links", limit)
            for name, limit in _LIMITS.items()
        }
        results["injected_links"] = SignalResult(score, bad, 0.5)
        yield Report(
            f"archive/2026/{at % 365:03}/article-{at:07}.html",
            "copydesk-1",
            "en",
            at % 900 + 60,
            "sha256:" + "0" * 64,
            ("hold" if at % 25 == 0 else "review") if bad else "publish",
            score,
            results,
            tuple(evidence),
            (),
            (),
            text,
        )


def write(number: int, path: Path) -> None:
    """Write the page of so many reports, and print what it took."""
    page = ReportPage()
    before, started = _peak(), time.process_time()
    making = time.process_time()
    for _ in reports(number):
        pass
    making = time.process_time() - making
    with path.open("wb") as stream:
        stream.write(page.start().encode())
        for report in reports(number):
            stream.write(page.add(report).encode())
        stream.write(page.end().encode())
    spent = time.process_time() - started - 2 * making
    print(
        f"{number:>9,} articles: {path.stat().st_size / 1e6:6.1f} MB, {1000 * spent / number:.2f} ms of CPU each, "
        f"peak memory {before:.0f} -> {_peak():.0f} MB"
    )


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def opened(path: Path) -> None:
    """Open the page in headless Chromium, use it, and print how long that took, from the click to the next frame."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.goto(path.as_uri(), wait_until="load", timeout=120_000)
        loaded = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
        devtools = page.context.new_cdp_session(page)
        devtools.send("HeapProfiler.collectGarbage")
        heap = devtools.send("Runtime.getHeapUsage")["usedSize"] / 1e6
        times: dict[str, Any] = {
            "sort by number": _timed(page, "document.querySelectorAll('thead button')[3].click()"),
            "sort by text": _timed(page, "document.querySelectorAll('thead button')[0].click()"),
            "filter": _timed(page, _choose("by-action", "hold")),
            "no filter": _timed(page, _choose("by-action", "all")),
            "turn the page": _timed(page, "document.querySelector('.pages button:last-child').click()"),
            "open lines (first)": _timed(
                page, _choose("by-action", "hold") + "document.querySelector('.open').click()"
            ),
            "search": _timed(page, _type("harbour 77")) - 150,
        }
        told = ", ".join(f"{name} {value:.0f} ms" for name, value in times.items())
        print(f"          open {loaded:.0f} ms, JavaScript heap {heap:.0f} MB, {told}")
        browser.close()


def _choose(id: str, value: str) -> str:
    return f"{{const s = document.getElementById('{id}'); s.value = '{value}'; s.dispatchEvent(new Event('change'));}}"


def _type(text: str) -> str:
    """Typing is answered 150 ms after the last key."""
    typed = f"const s = document.getElementById('by-text'); s.value = '{text}'; s.dispatchEvent(new Event('input'));"
    return f"{typed} await new Promise((done) => setTimeout(done, 150));"


def _timed(page: Any, action: str) -> float:
    frame = "await new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
    return float(
        page.evaluate(
            f"async () => {{ const t = performance.now(); {action}; {frame}; return performance.now() - t; }}"
        )
    )


if __name__ == "__main__":
    for each in map(int, sys.argv[1:] or ["10000", "100000"]):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "page.html"
            write(each, file)
            try:
                opened(file)
            except ImportError:
                print("          (not opened: pip install 'copydesk[browser]')")
