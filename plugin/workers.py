"""The same work on many inputs, over processes that may die: what comes back is in order, and a death costs one input.

The processes are joblib's (loky): fresh interpreters, so no lock or thread of this one is copied into them. joblib's own `Parallel` and
its executor end everything when one process dies, do not say which input it had, and wait for ever where a process is killed in the
middle of an answer. So each process has a pipe of its own here: this side knows what it gave to whom, and a pipe that ends is a death.

Inputs travel in chunks that grow until one is 0.1 s of work, two at a time for each process, so that none waits for another. When a
process dies, its chunk is worked through anew by a fresh one that answers after every input: what has no answer when that one dies as
well did it. A process that takes too long for one input is ended by an alarm of the kernel's, whatever it is stuck in.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any, Protocol, TypeVar

from copydesk import CopydeskError

from .worker import Chunk, Lost, Worker, told

T = TypeVar("T")
U = TypeVar("U")

_AIM = 0.1  # seconds of work in a chunk, against 1 ms of sending
_MOST = 64  # inputs in a chunk
_MOST_BYTES = 1024 * 1024  # of JSONL lines in a chunk; a larger line travels alone
_UNDER_WAY = 2  # chunks that a process has: one to work on, one to go on with
_AHEAD = 12  # chunks for each process that may wait for an earlier one
_AHEAD_BYTES = 64 * 1024 * 1024  # of lines held at once
_STARTS = 3  # processes that may end one after the other without having begun


class BatchError(CopydeskError):
    """The worker processes cannot be used, and with them the batch."""


class Over(Protocol):
    """A way to do the same work on every input."""

    def __call__(
        self, inputs: Iterator[Any], work: Callable[[U], T], lost: Callable[[U, Lost], T] | None = None
    ) -> Iterator[T]:
        """What `work` makes of each input, in order, as it comes; `lost` answers for one that ended its process."""


@dataclass(frozen=True, slots=True)
class Ready:
    """An outcome that is there already and takes its place among the others; it never travels."""

    outcome: Any


class Workers:
    """Processes for one batch, started when they are needed. Use as a context; it ends them, whatever they are doing."""

    def __init__(self, jobs: int, *, timeout: float | None = None, max_memory: int | None = None) -> None:
        """`timeout` is how many seconds one input may take, `max_memory` how many MiB of data a process may hold."""
        self._jobs, self._timeout, self._max_memory = jobs, timeout, max_memory
        self._workers: list[Worker] = []
        self._work: Callable[[Any], Any] | None = None
        self._each = _AIM  # seconds an input; the first chunk is a single one, so that something is seen soon
        self._failed_starts = 0

    def __enter__(self) -> Workers:
        """Start them all at once: each takes half a second."""
        self._workers = [self._start() for _ in range(self._jobs)]
        return self

    def __exit__(self, *_: object) -> None:
        """End them."""
        for worker in self._workers:
            worker.kill()
        for worker in self._workers:
            worker.end()

    def over(
        self, inputs: Iterator[Any], work: Callable[[U], T], lost: Callable[[U, Lost], T] | None = None
    ) -> Iterator[T]:
        """What `work` makes of each input, in order; `lost` answers for an input that ended its process, twice.

        Raises what `work` raises, and BatchError where processes cannot be started, or one was lost and `lost` is None.
        """
        self._work, self._each = work, _AIM
        for worker in self._workers:
            worker.give(("work", work))
        order: deque[Chunk] = deque()
        waiting: deque[Chunk] = deque()
        chunks = self._chunks(iter(inputs))
        more = True
        while True:
            more = self._fill(chunks, order, waiting, more)
            while order and order[0].done:
                yield from order.popleft().results
            if not order and not more:
                return
            if any(worker.chunks for worker in self._workers):
                self._hear(waiting, lost)

    def _fill(self, chunks: Iterator[Chunk], order: deque[Chunk], waiting: deque[Chunk], more: bool) -> bool:
        """Give the processes what there is room for; False when there are no more inputs."""
        for depth in range(_UNDER_WAY):
            for worker in self._workers:
                if len(worker.chunks) != depth:
                    continue
                while more and not waiting and self._room(order):
                    chunk = next(chunks, None)
                    more = chunk is not None
                    if chunk is not None:
                        order.append(chunk)
                        if not chunk.done:
                            waiting.append(chunk)
                if waiting:
                    self._give(worker, waiting.popleft())
        return more

    def _room(self, order: deque[Chunk]) -> bool:
        return len(order) < self._jobs * _AHEAD and sum(chunk.size for chunk in order) < _AHEAD_BYTES

    def _give(self, worker: Worker, chunk: Chunk) -> None:
        worker.chunks.append(chunk)
        worker.give(("chunk", chunk.items[len(chunk.results) :], chunk.careful))

    def _hear(self, waiting: deque[Chunk], lost: Callable[[Any, Lost], Any] | None) -> None:
        """Wait for answers and take them; replace who died."""
        pipes = {worker.pipe: worker for worker in self._workers}
        for pipe in wait(list(pipes)):
            assert isinstance(pipe, Connection)
            worker = pipes[pipe]
            try:
                self._take(worker, *pipe.recv())
            except (EOFError, ConnectionResetError):
                self._replace(worker, waiting, lost)

    def _take(self, worker: Worker, kind: str, results: Any, seconds: float = 0.0) -> None:
        if kind == "begun":
            worker.begun, self._failed_starts = True, 0
        elif kind == "error":
            raise results
        else:
            chunk = worker.chunks[0]
            chunk.results.extend(results)
            if chunk.done:
                worker.chunks.popleft()
            if results and not chunk.careful:
                self._each = 0.8 * self._each + 0.2 * seconds / len(results)

    def _replace(self, worker: Worker, waiting: deque[Chunk], lost: Callable[[Any, Lost], Any] | None) -> None:
        """Start another process for one that died, and find out which input did it."""
        code = worker.end()
        self._failed_starts += not worker.begun
        if self._failed_starts >= _STARTS * self._jobs:
            raise BatchError(f"worker processes end before they begin ({told(code)}); --jobs 1 needs none of them")
        if worker.begun and worker.chunks:
            chunk = worker.chunks[0]
            if chunk.careful or (code == -signal.SIGALRM and len(chunk.items) == len(chunk.results) + 1):
                self._name(chunk, code, lost)
            chunk.careful = True
        left = [chunk for chunk in worker.chunks if not chunk.done]
        waiting.extendleft(reversed(left))
        self._workers[self._workers.index(worker)] = self._start()

    def _name(self, chunk: Chunk, code: int, lost: Callable[[Any, Lost], Any] | None) -> None:
        """The first input without an answer did it."""
        why = Lost.by(code, self._timeout)
        if lost is None:
            raise BatchError(f"an input cannot be worked on: {why.reason}")
        chunk.results.append(lost(chunk.items[len(chunk.results)], why))

    def _start(self) -> Worker:
        worker = Worker(self._timeout, self._max_memory)
        if self._work is not None:
            worker.give(("work", self._work))
        return worker

    def _chunks(self, inputs: Iterator[Any]) -> Iterator[Chunk]:
        """The inputs in chunks of some work each; what is ready goes between them."""
        items: list[Any] = []
        size = 0
        for item in inputs:
            if isinstance(item, Ready):
                if items:
                    yield Chunk(items, size)
                yield Chunk([item], 0, [item.outcome])
                items, size = [], 0
                continue
            items.append(item)
            size += _size(item)
            if len(items) >= min(_MOST, max(1, round(_AIM / max(self._each, 1e-6)))) or size >= _MOST_BYTES:
                yield Chunk(items, size)
                items, size = [], 0
        if items:
            yield Chunk(items, size)


def here(inputs: Iterator[Any], work: Callable[[U], T], lost: Callable[[U, Lost], T] | None = None) -> Iterator[T]:
    """In this process, one input after the other."""
    for item in inputs:
        yield item.outcome if isinstance(item, Ready) else work(item)


def _size(item: Any) -> int:
    """Bytes that an input carries with it."""
    item = getattr(item, "item", item)  # what is compared with others of its batch comes in a wrapper
    carried = getattr(item, "line", None) or getattr(item, "data", None)
    return len(carried) if isinstance(carried, bytes | str) else 0


def cores() -> int:
    """Processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
