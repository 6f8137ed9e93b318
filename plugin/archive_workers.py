"""Inputs made ready for an archive, in order: in this process, or over several that work while this one writes.

Unlike `batch`, which waits for a window of inputs to be done, this keeps a bounded number of chunks under way: adding is short work
an input, and the writing of 4,096 articles would leave the others idle. What travels is bytes.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import chain, islice
from typing import TypeVar

from .batch import MANY
from .inputs import RowInput
from .workers import BatchError

_CHUNK = 32  # inputs that travel together: some 30 ms of work
_CHUNK_BYTES = 1024 * 1024  # of JSONL lines in a chunk
_AHEAD = 6  # chunks under way for each process

T = TypeVar("T")
R = TypeVar("R")


def each(inputs: Iterable[T], work: Callable[[T], R], jobs: int | None) -> Iterator[R]:
    """What `work` makes of each input, in order: in this process for few of them, else over `jobs` processes or one a core.

    Raises BatchError when a worker process is killed.
    """
    stream = iter(inputs)
    first = list(islice(stream, MANY + 1))
    jobs = jobs or ((os.cpu_count() or 1) if len(first) > MANY else 1)
    stream = chain(first, stream)
    return map(work, stream) if jobs == 1 else _over(stream, work, jobs)


def _over(inputs: Iterator[T], work: Callable[[T], R], jobs: int) -> Iterator[R]:
    # Forked, workers share the loaded model and are there at once; other systems' libraries are not safe to fork.
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_start)
    under_way: deque[Future[list[R]]] = deque()
    done = 0
    try:
        for chunk in _chunks(inputs):
            with _interrupted_later():
                under_way.append(pool.submit(_work_through, work, chunk))
            if len(under_way) >= jobs * _AHEAD:
                found = under_way.popleft().result()
                yield from found
                done += len(found)
        while under_way:
            yield from under_way.popleft().result()
    except BrokenProcessPool as error:
        raise BatchError(
            f"a worker process was killed (out of memory?) after {done} inputs; --jobs 1 needs the least memory"
        ) from error
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


@contextmanager
def _interrupted_later() -> Iterator[None]:
    """Ctrl-C waits: the first piece of work forks the workers, and what is raised while Python tidies up after a fork is lost."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _chunks(inputs: Iterator[T]) -> Iterator[list[T]]:
    chunk: list[T] = []
    size = 0
    for item in inputs:
        chunk.append(item)
        size += len(item.line) if isinstance(item, RowInput) else 0
        if len(chunk) == _CHUNK or size >= _CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _start() -> None:
    """A worker leaves Ctrl-C to the process that started it, and ends with it, even where that one was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work_through(work: Callable[[T], R], chunk: list[T]) -> list[R]:
    return [work(item) for item in chunk]
