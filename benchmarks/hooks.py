"""How long a webhook waits for its answer: signed webhooks of Ghost's, sent to a really running `copydesk serve`.

    python benchmarks/hooks.py [--requests 200] [--words 800] [--at-once 1] [--idle]

The service is started on a free port with a state folder of its own, and nobody answers at the address of Ghost, so the desk beside
it scores and fails all the time: what is measured includes its load. `--idle` leaves the desk nothing to do (drafts, which are passed
over). One line of JSON: milliseconds from the first byte sent to the last byte received, on a new connection each time.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

SECRET = "a-secret-of-the-blog"  # noqa: S105 - of a service that lives for a minute
COMMAND = [sys.executable, "-c", "from copydesk.plugin.cli import main; main()", "serve", "--port", "0"]
SENTENCE = "The council of Larkmoor met on Monday and voted nine to four for the new harbour wall. "


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--words", type=int, default=800)
    parser.add_argument("--at-once", type=int, default=1)
    parser.add_argument("--idle", action="store_true")
    options = parser.parse_args()
    bodies = [
        _body(number, options.words, "draft" if options.idle else "published") for number in range(options.requests)
    ]
    with tempfile.TemporaryDirectory() as folder:
        disk = sorted(_write(Path(folder) / "probe", bodies[0]) for _ in range(200))
        process, port = _serve(Path(folder))
        try:
            _send(port, _body(2**40, 10, "draft"))  # the first request of a process does what none after it has to
            with ThreadPoolExecutor(options.at_once) as pool:
                times = sorted(pool.map(lambda body: _send(port, body), bodies))
        finally:
            process.terminate()
            process.wait(60)
    print(
        json.dumps(
            {
                "requests": len(times),
                "at_once": options.at_once,
                "bytes": len(bodies[0]),
                "desk": "idle" if options.idle else "working",
                "median_ms": round(statistics.median(times), 1),
                "p99_ms": round(times[max(0, -(-len(times) * 99 // 100) - 1)], 1),
                "max_ms": round(times[-1], 1),
                "disk_median_ms": round(statistics.median(disk), 1),
                "disk_p99_ms": round(disk[197], 1),
            }
        )
    )


def _body(number: int, words: int, status: str) -> bytes:
    html = f"<p>{SENTENCE * (words // 16 + 1)}</p>"
    post = {"id": f"{number:024x}", "title": f"Number {number}", "html": html, "status": status, "plaintext": html}
    return json.dumps(
        {"event": "post.published", "post": {"current": {**post, "updated_at": "2026-01-02T03:04:05.000Z"}}}
    ).encode()


def _write(path: Path, data: bytes) -> float:
    """Milliseconds for a bare write of the same bytes to the disk, the least that an answer can take."""
    begun = time.perf_counter()
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return (time.perf_counter() - begun) * 1000


def _serve(folder: Path) -> tuple[subprocess.Popen[str], int]:
    hooks = {"ghost": {"secret": SECRET, "api": "http://127.0.0.1:9", "admin_key": f"{'a' * 24}:{'b' * 64}"}}
    (folder / "hooks.json").write_text(json.dumps(hooks))
    environ = {**os.environ, "COPYDESK_STATE": str(folder / "state"), "COPYDESK_HOOKS": str(folder / "hooks.json")}
    environ |= {"COPYDESK_LOG_FORMAT": "text", "COPYDESK_LOG_LEVEL": "warning"}  # nobody reads more than the first line
    process = subprocess.Popen(COMMAND, stderr=subprocess.PIPE, text=True, env=environ)  # noqa: S603 - our own
    assert process.stderr is not None
    return process, int(process.stderr.readline().rpartition(":")[2])


def _send(port: int, body: bytes) -> float:
    now = str(int(time.time() * 1000))
    digest = hmac.new(SECRET.encode(), body + now.encode(), hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", "X-Ghost-Signature": f"sha256={digest}, t={now}"}
    begun = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", "/hooks/ghost", body, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    taken = (time.perf_counter() - begun) * 1000
    assert answer.status == 202, answer.status
    return taken


if __name__ == "__main__":
    main()
