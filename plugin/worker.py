"""One worker process: started, spoken to over a pipe of its own, and ended; and what its exit code tells of the input that it had."""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from .serving import serve

_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1")


@dataclass(frozen=True, slots=True)
class Lost:
    """Why a process ended: `type` is "timeout" or "killed"."""

    type: str
    reason: str

    @classmethod
    def by(cls, code: int, timeout: float | None) -> Lost:
        """What an exit code tells, below zero for a signal."""
        if code == -signal.SIGALRM:
            return cls("timeout", f"took longer than {timeout:g} seconds (--timeout)")
        return cls("killed", f"the process that read it was killed ({told(code)})")


@dataclass(slots=True)
class Chunk:
    """Inputs that travel together, `size` bytes of them, with the results so far; `careful` ones are answered for one by one."""

    items: list[Any]
    size: int
    results: list[Any] = field(default_factory=list)
    careful: bool = False

    @property
    def done(self) -> bool:
        """Has every input its result?"""
        return len(self.results) == len(self.items)


class Worker:
    """A process with its pipe, and the chunks that it has."""

    def __init__(self, timeout: float | None, max_memory: int | None) -> None:
        """Start it: `timeout` in seconds an input, `max_memory` in MiB."""
        from joblib.externals.loky.backend import get_context

        context = get_context("loky")
        self.pipe, theirs = context.Pipe()
        self.chunks: deque[Chunk] = deque()
        self.begun = False
        with _signals_blocked():
            self._process = context.Process(
                target=serve, args=(theirs, timeout, max_memory), env=_ONE_THREAD, daemon=True
            )
            self._process.start()
        theirs.close()  # now the pipe ends when the process does

    def give(self, message: tuple[Any, ...]) -> None:
        """Send; what a dead process does not take is found out by reading."""
        with suppress(BrokenPipeError, ConnectionResetError):
            self.pipe.send(message)

    def end(self) -> int:
        """End it now; its exit code, which is below zero for the signal that ended it."""
        self.pipe.close()  # it ends by itself then, and with it the code that it died with
        self._process.join(0.5)
        self.kill()
        self._process.join()
        return int(self._process.exitcode or 0)

    def kill(self) -> None:
        """End it now, without waiting."""
        if self._process.exitcode is None and self._process.pid is not None:
            os.kill(self._process.pid, signal.SIGKILL)


def told(code: int) -> str:
    """An exit code in words."""
    if code == -signal.SIGKILL:
        return "memory?"
    if code < 0:
        return f"signal {-code}, {signal.strsignal(-code) or 'unknown'}"
    return f"exit code {code}"


@contextmanager
def _signals_blocked() -> Iterator[None]:
    """Processes started meanwhile never see Ctrl-C or SIGTERM, which reach the whole group: the parent process ends them."""
    from multiprocessing import resource_tracker as standard

    from joblib.externals.loky.backend import resource_tracker

    resource_tracker.ensure_running()  # started later, they would end the block
    standard.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
