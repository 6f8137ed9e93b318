"""A real Dask cluster on loopback for tests: a scheduler and workers, each a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

START = 120  # seconds that a process may take to start on a busy machine


class Processes:
    """A scheduler, and workers that can be added and killed."""

    def __init__(self, folder: Path, **environ: str) -> None:
        """Start the scheduler; `environ` is added to its environment and that of the workers."""
        self._folder = folder
        self._environ = {**os.environ, **environ}
        self._file = folder / "scheduler.json"
        self._running: list[subprocess.Popen[bytes]] = []
        self.workers: list[subprocess.Popen[bytes]] = []
        self._start("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(self._file))
        until(lambda: self._file.exists() and self._file.stat().st_size > 0)
        self.address: str = json.loads(self._file.read_text())["address"]

    def add_worker(self, *options: str) -> subprocess.Popen[bytes]:
        """Start a worker of one thread."""
        name = f"w{len(self.workers)}"
        worker = self._start(
            "worker", "--scheduler-file", str(self._file), "--nthreads", "1", "--host", "127.0.0.1", "--name", name,
            "--local-directory", str(self._folder / name), *options,
        )  # fmt: skip
        self.workers.append(worker)
        return worker

    def stop(self) -> None:
        """End all processes that were started here."""
        for process in reversed(self._running):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(60)

    def _start(self, what: str, *options: str) -> subprocess.Popen[bytes]:
        log = (self._folder / f"{what}{len(self._running)}.log").open("wb")
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", "--no-dashboard", *options]
        with log:
            process = subprocess.Popen(
                command, env=self._environ, stdout=log, stderr=log, cwd=self._folder, start_new_session=True
            )
        self._running.append(process)
        return process


def until(happened: Callable[[], bool], seconds: float = START) -> None:
    """Wait for something that happens in another process; fails where it does not."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)
