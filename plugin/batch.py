"""Many inputs, one outcome each, in input order: in this process, or over several by joblib.

Both ways run the same `score_item`, so a report does not depend on the number of processes. Inputs travel in windows
of a bounded size, so memory does not grow with their number.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path

from copydesk import CopydeskError, Policy, Report, Scorer, read

from .inputs import Article, Failure, FileInput, Input, RowInput, read_file
from .schema import load_article

Outcome = Report | Failure

MANY = 200  # inputs from which starting worker processes, half a second each, pays
_CHUNK = 16  # inputs that travel together: some 30 ms of work, against 1 ms of sending
_CHUNKS = 8  # chunks a process in one window: at its end the processes wait for one another
_WINDOW_BYTES = 64 * 1024 * 1024  # of JSONL lines held at once

_log = logging.getLogger("copydesk")
_workers_scorer: dict[str, Scorer] = {}


class BatchError(CopydeskError):
    """The worker processes died, and with them the batch."""


def score_article(scorer: Scorer, article: Article) -> Report:
    """Read and score one article: the one way from an input to a report.

    Raises DocumentError.
    """
    document = read(
        article.data, kind=article.kind, title=article.title, url=article.url, id=article.id, charset=article.charset
    )
    return scorer.score(document)


def score_item(scorer: Scorer, item: Input) -> Outcome:
    """The report of one input, or why there is none; never raises, so that one input cannot stop the others."""
    if isinstance(item, Failure):
        return item
    where = item.where if isinstance(item, RowInput) else item.id
    try:
        return score_article(scorer, _article(item))
    except CopydeskError as error:
        return Failure(where, str(error))
    except Exception as error:
        _log.debug("%s", where, exc_info=True)
        return Failure(where, f"internal error ({type(error).__name__}), please report it with the input")


def score_all(
    scorer: Scorer, inputs: Iterable[Input], *, jobs: int | None, model: Path | None, policy: Policy
) -> Iterator[Outcome]:
    """One outcome an input, in order, as they come.

    `jobs` None takes all cores for many inputs and one for few. `model` and `policy` are what `scorer` was loaded with:
    a worker process loads its own, once.

    Raises BatchError when a worker process is killed.
    """
    stream = iter(inputs)
    if jobs is None:
        first = _take(stream, MANY)
        more = list(islice(stream, 1))
        jobs = (os.cpu_count() or 1) if more else 1
        stream = chain(first, more, stream)
    if jobs == 1:
        return (score_item(scorer, item) for item in stream)
    return _score_in_parallel(stream, jobs, model, policy)


def _article(item: Article | FileInput | RowInput) -> Article:
    if isinstance(item, FileInput):
        return Article(item.id, read_file(item.path), item.kind)
    if isinstance(item, RowInput):
        return load_article(item.line, default_id=item.where, strict=False)
    return item


def _score_in_parallel(inputs: Iterator[Input], jobs: int, model: Path | None, policy: Policy) -> Iterator[Outcome]:
    from concurrent.futures.process import BrokenProcessPool

    from joblib import Parallel, delayed

    done = 0
    try:
        with Parallel(n_jobs=jobs, batch_size=1, pre_dispatch="all") as parallel:
            with _interrupt_held_back(), _interrupt_blocked():
                parallel(delayed(_start)() for _ in range(jobs))
            while window := _take(inputs, jobs * _CHUNKS * _CHUNK):
                chunks = [window[i : i + _CHUNK] for i in range(0, len(window), _CHUNK)]
                with _interrupt_held_back():
                    scored = parallel(delayed(_score_chunk)(chunk, model, policy) for chunk in chunks)
                yield from chain.from_iterable(scored)
                done += len(window)
    except BrokenProcessPool as error:
        raise BatchError(
            f"a worker process was killed (out of memory?) after {done} inputs; --jobs 1 needs the least memory"
        ) from error


@contextmanager
def _interrupt_held_back() -> Iterator[None]:
    """Ctrl-C waits for the end of a window; a second one goes through.

    Interrupted half-way, joblib fills the terminal with tracebacks of its threads.
    """
    if threading.current_thread() is not threading.main_thread():  # signals are handled in the main thread alone
        yield
        return
    interrupted = False

    def remember(number: int, frame: object) -> None:
        nonlocal interrupted
        interrupted = True
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = signal.signal(signal.SIGINT, remember)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if interrupted:
        raise KeyboardInterrupt


@contextmanager
def _interrupt_blocked() -> Iterator[None]:
    """Processes started meanwhile never see Ctrl-C, which reaches the whole group: the parent process ends them."""
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # started later, it would end the block
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start() -> None:
    """What a worker process does first: nothing, but it has to import this module for it."""


def _score_chunk(chunk: list[Input], model: Path | None, policy: Policy) -> list[Outcome]:
    """What a worker process does; its scorer stays loaded from one chunk to the next."""
    key = repr((model, policy))
    if key not in _workers_scorer:
        _workers_scorer[key] = Scorer.load(model, policy)
    return [score_item(_workers_scorer[key], item) for item in chunk]


def _take(inputs: Iterator[Input], count: int) -> list[Input]:
    """The next inputs: at most `count` of them, and fewer where their lines are long."""
    taken: list[Input] = []
    size = 0
    for item in inputs:
        taken.append(item)
        size += len(item.line) if isinstance(item, RowInput) else 0
        if len(taken) >= count or size >= _WINDOW_BYTES:
            break
    return taken
