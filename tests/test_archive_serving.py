"""The archive under the service as it runs: two workers that read and write it, one of them killed in the middle."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path

from stories import ORIGINAL, REWRITE
from test_serve import _post, _served

from copydesk import Matcher, Scorer
from copydesk.plugin.archive import Archive

TOKEN = "correct-horse"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


def _add(port: int, *rows: dict[str, str]) -> int:
    return _post(port, json.dumps({"articles": rows}).encode(), path="/archive", **BEARER)[0]


def _workers(server: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(server)], capture_output=True, text=True, check=True)
    return [int(each) for each in found.stdout.split()]


def test_a_killed_worker_costs_its_requests_and_nothing_else(tmp_path: Path, scorer: Scorer) -> None:
    """What was answered with 201 is in the archive, scoring finds it in every worker, and the file is whole."""
    path = tmp_path / "archive.db"
    kept: list[str] = []
    stop = threading.Event()

    def write(number: int) -> None:
        count = 0
        while not stop.is_set():
            count += 1
            names = [f"{number}-{count}-{part}" for part in range(3)]
            rows = [{"id": name, "text": f"Ferry {name} left Larkmoor on time."} for name in names]
            try:
                assert _add(port, *rows) == 201
            except (OSError, HTTPException):  # this request was in the worker that was killed
                continue
            kept.extend(names)

    def score(number: int) -> list[str]:
        status, body = _post(port, json.dumps({"id": "asked", "text": REWRITE}).encode(), **BEARER)
        assert status == 200
        return [each["id"] for each in json.loads(body)["sources"]]

    with _served(COPYDESK_ARCHIVE=str(path), COPYDESK_TOKEN=TOKEN, COPYDESK_ARCHIVE_MS="10000") as (process, port):
        assert _add(port, {"id": "harbour", "text": ORIGINAL}) == 201
        with ThreadPoolExecutor(2) as pool:
            writers = [pool.submit(write, number) for number in range(2)]
            time.sleep(0.7)
            os.kill(_workers(process.pid)[0], signal.SIGKILL)
            before = len(kept)
            end = time.monotonic() + 30
            while len(kept) < before + 30 and time.monotonic() < end:
                time.sleep(0.1)
            stop.set()
            for writer in writers:
                writer.result()
        assert len(kept) >= before + 30
        with ThreadPoolExecutor(4) as pool:
            assert all("harbour" in found for found in pool.map(score, range(16)))
    with Archive(path, Matcher(scorer.model)) as archive:
        assert archive.verify() >= len(kept) + 1
        assert all(archive.text(name) for name in kept)
