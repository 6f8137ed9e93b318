"""What a worker process does: it takes chunks of inputs from its pipe and answers, until the pipe ends.

A thread does the reading, so the other side never waits for this one to be done before it can send; and when the other side is gone,
killed or not, the thread ends this process at once, in the middle of an article.
"""

from __future__ import annotations

import os
import queue
import resource
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

_FLUSH = 0.25  # seconds after which results are sent before their chunk is done
_FIRST_TO_GO = "500"  # where memory ends, Linux ends a worker before the process that has the output


def serve(pipe: Connection, timeout: float | None, max_memory: int | None) -> None:
    """Answer ("work", f) with nothing and ("chunk", inputs, careful) with ("done", [f(input), ...], seconds), perhaps in parts;
    `careful` sends every result by itself.

    One input may take `timeout` seconds, else the kernel ends this process with SIGALRM; `max_memory` is in MiB.
    """
    _settle(max_memory)
    asked: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(pipe, asked), daemon=True).start()
    pipe.send(("begun", None))
    work: Callable[[Any], Any] = _no_work
    while True:
        kind, *rest = asked.get()
        try:
            if kind == "error":
                raise rest[0]
            if kind == "work":
                work = rest[0]
            else:
                _work_through(pipe, work, rest[0], rest[1], timeout or 0.0)
        except (BrokenPipeError, ConnectionResetError):
            os._exit(1)
        except Exception as error:
            pipe.send(("error", error))


def _settle(max_memory: int | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_GO)
    if max_memory is not None:
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        limit = max_memory * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_DATA, (limit if hard < 0 else min(limit, hard), hard))


def _listen(pipe: Connection, asked: queue.SimpleQueue[Any]) -> None:
    while True:
        try:
            asked.put(pipe.recv())
        except (EOFError, OSError):
            os._exit(1)
        except Exception as error:  # what was sent cannot be loaded here
            asked.put(("error", error))


def _no_work(item: Any) -> Any:
    raise RuntimeError("inputs came before the work on them")


def _work_through(
    pipe: Connection, work: Callable[[Any], Any], items: list[Any], careful: bool, timeout: float
) -> None:
    results: list[Any] = []
    since = time.monotonic()
    for item in items:
        signal.setitimer(signal.ITIMER_REAL, timeout)
        try:
            results.append(work(item))
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        now = time.monotonic()
        if careful or now - since >= _FLUSH:
            pipe.send(("done", results, now - since))
            results, since = [], now
    if results:
        pipe.send(("done", results, time.monotonic() - since))
