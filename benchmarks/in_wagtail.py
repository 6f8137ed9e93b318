"""What publishing a page in Wagtail costs with Copydesk: the same site with and without it, publication by publication.

Two processes run the site of tests/cms, one without the app; the admin's "publish" form is posted to each in turn, and the order of the
two changes with every pair, so that whatever else the machine does falls on both. Printed are the medians, and the median of the
differences. Then a scorer that never answers: how long the editor waits beyond the timeout.

    python benchmarks/in_wagtail.py [--pairs 50]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent / "tests" / "cms"
sys.path[0] = str(TESTS)  # in place of this folder, in which `wagtail` is this file

import wagtail_support as support  # noqa: E402 - found by the line above

_TIMEOUT = 1.0  # seconds, against the scorer that never answers


def worker(database: str) -> None:
    """Publish one page for every line of standard input, and print the milliseconds that the request took."""
    support._set_up()
    support.connect(Path(database))
    support._fill()
    site = support.Site(Path(database))
    client = site.client()
    resting: dict[str, float] = {}
    if os.environ.get("COPYDESK_SITE_WITHOUT") != "1":
        from copydesk.plugin.django.client import _resting as resting
    for number, _ in enumerate(sys.stdin):
        resting.clear()  # every publication is the first that meets the scorer that hangs
        start = time.perf_counter()
        response = site.create(support.good(), f"Report {number}", client=client, follow=False)
        elapsed = 1000 * (time.perf_counter() - start)
        assert response.status_code == 302, response.status_code
        print(json.dumps({"ms": elapsed, "live": site.newest().live}), flush=True)


class Worker:
    """A process with a site of its own."""

    def __init__(self, folder: Path, name: str, copydesk: dict[str, object] | None) -> None:
        """Start it; `copydesk` None is the site without the app."""
        env = {**os.environ, "COPYDESK_SITE_SETTINGS": json.dumps(copydesk or {})}
        if copydesk is None:
            env["COPYDESK_SITE_WITHOUT"] = "1"
        command = [sys.executable, __file__, "--worker", str(folder / f"{name}.sqlite3")]
        self._process = subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603

    def publish(self) -> dict[str, float]:
        """Publish one page: milliseconds, and whether it is live."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        answer: dict[str, float] = json.loads(self._process.stdout.readline())
        return answer

    def __enter__(self) -> Worker:
        """Warm up."""
        self.publish()  # loads templates, and the model
        self.publish()
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(60)


def compare(folder: Path, name: str, copydesk: dict[str, object], pairs: int) -> None:
    """Publish with and without Copydesk, pair by pair."""
    with Worker(folder, f"{name}-off", None) as off, Worker(folder, f"{name}-on", copydesk) as on:
        times: list[tuple[float, float]] = []
        for number in range(pairs):
            if number % 2:
                with_it, without = on.publish(), off.publish()
            else:
                without, with_it = off.publish(), on.publish()
            assert with_it["live"]
            assert without["live"]
            times.append((without["ms"], with_it["ms"]))
    more = sorted(b - a for a, b in times)
    print(
        f"{name}: without {statistics.median(a for a, _ in times):.0f} ms, with {statistics.median(b for _, b in times):.0f} ms, "
        f"difference {statistics.median(more):.0f} ms (median of {pairs} pairs; 90 % below {more[int(0.9 * len(more))]:.0f} ms)"
    )


def hang(folder: Path, times: int) -> None:
    """Publish against a scorer that sends a byte now and then and never ends."""
    with support.hanging() as url, Worker(folder, "hang-off", None) as off:
        settings = {"BACKEND": "http", "URL": url, "TIMEOUT": _TIMEOUT, "SCORER_DOWN": "publish"}
        with Worker(folder, "hang-on", settings) as on:
            pairs = [(off.publish()["ms"], on.publish()["ms"]) for _ in range(times)]
    waits = sorted(b - a for a, b in pairs)
    print(
        f"hanging scorer, timeout {1000 * _TIMEOUT:.0f} ms: the editor waits {statistics.median(waits):.0f} ms longer "
        f"(median of {times}), at most {waits[-1]:.0f} ms"
    )


def main() -> None:
    """Run it all."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pairs", type=int, default=50)
    parser.add_argument("--worker")
    arguments = parser.parse_args()
    if arguments.worker:
        worker(arguments.worker)
        return
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        compare(folder, "in process", {"BACKEND": "in-process"}, arguments.pairs)
        service = stack.enter_context(support.service(folder))
        over_http = {"BACKEND": "http", "URL": service.url, "SECRET": support.SECRET}
        compare(folder, "over HTTP", over_http, arguments.pairs)
        hang(folder, max(5, arguments.pairs // 5))


if __name__ == "__main__":
    main()
