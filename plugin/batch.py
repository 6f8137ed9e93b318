"""Many inputs, one outcome each, in input order: in this process, or over several by joblib.

Two passes where there are enough inputs: the first counts which lines stand in many articles of a site, the second scores with those
counts. Both ways run the same functions, and the counts are added up in input order by this process alone, so a report does not depend
on the number of processes. Inputs travel in windows of a bounded size, so memory does not grow with their number.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from copydesk import (
    CopydeskError,
    Document,
    Matcher,
    Policy,
    Prints,
    RepeatCounter,
    Repeats,
    Report,
    Scorer,
    prints,
    read,
)

from .among_store import Beside, BesideOthers, Finder
from .archive import Archive
from .inputs import Article, Failure, FileInput, Input, RecordInput, RowInput, read_file
from .inputs.bodies import article_of_record
from .schema import load_article

if TYPE_CHECKING:
    from .among import Among

Outcome = Report | Failure
Giver = Scorer | tuple[Path | None, Policy]  # a scorer, or what another process loads it from

T = TypeVar("T")
U = TypeVar("U")

MANY = 200  # inputs from which starting worker processes, half a second each, pays
FEWEST = 3  # inputs among which a line can be called repeated
_CHUNK = 16  # inputs that travel together: some 30 ms of work, against 1 ms of sending
_CHUNKS = 8  # chunks a process in one window: at its end the processes wait for one another
_WINDOW_BYTES = 64 * 1024 * 1024  # of JSONL lines held at once

_log = logging.getLogger("copydesk")
_workers_scorer: dict[str, Scorer] = {}
_workers_archive: dict[str, Archive] = {}


class Over(Protocol):
    """A way to do the same work on every input."""

    def __call__(self, inputs: Iterator[U], work: Callable[[U], T]) -> Iterator[T]:
        """What `work` makes of each input, in order, as it comes."""


class BatchError(CopydeskError):
    """The worker processes died, and with them the batch."""


def read_article(article: Article) -> Document:
    """Read one article. Raises DocumentError."""
    return read(
        article.data,
        kind=article.kind,
        title=article.title,
        url=article.url,
        id=article.id,
        charset=article.charset,
        date=article.date,
    )


def score_article(
    scorer: Scorer, article: Article, repeats: Repeats | None = None, archive: Finder | None = None
) -> Report:
    """Read and score one article: the one way from an input to a report; `repeats` is what was counted over its batch, `archive`
    holds the articles that it may be made from.

    Raises DocumentError, and ArchiveError where the archive cannot be read.
    """
    document = read_article(article)
    if archive is None:
        return scorer.score(document, repeats=repeats)
    return scorer.score(document, repeats=repeats, sources=archive.find(document))


def score_item(
    scorer: Scorer, item: Input | Beside, repeats: Repeats | None = None, archive: Finder | None = None
) -> Outcome:
    """The report of one input, or why there is none; never raises, so that one input cannot stop the others."""
    if isinstance(item, Beside):
        archive = BesideOthers(item, scorer.model, archive)
        item = item.item
    if isinstance(item, Failure):
        return item
    where = item.where if isinstance(item, RowInput) else item.id
    try:
        return score_article(scorer, article_of(item), repeats, archive)
    except CopydeskError as error:
        return Failure(where, str(error))
    except Exception as error:
        _log.debug("%s", where, exc_info=True)
        return Failure(where, f"internal error ({type(error).__name__}), please report it with the input")


def print_item(item: Input) -> Prints | None:
    """What one input adds to the count of lines; None where it cannot be read, which is for `score_item` to tell."""
    if isinstance(item, Failure):
        return None
    try:
        return prints(read_article(article_of(item)))
    except Exception:
        return None


def score_all(
    scorer: Scorer,
    inputs: Iterable[Input],
    *,
    jobs: int | None,
    model: Path | None,
    policy: Policy,
    ahead: Callable[[], Iterator[Input]] | None = None,
    counted: Callable[[int], None] | None = None,
    archive: Path | None = None,
    quotes: bool = False,
    among: Among | None = None,
) -> Iterator[Outcome]:
    """One outcome an input, in order, as they come; `archive` is the file to look sources up in, `quotes`: with their sentences.

    `jobs` None takes all cores for many inputs and one for few. `model` and `policy` are what `scorer` was loaded with:
    a worker process loads its own, once. `ahead` gives the same inputs beforehand: lines are counted over them, and `counted` is
    told how many there were so far; without it, every article is scored by itself. `among` compares the inputs with each other.

    Raises BatchError when a worker process is killed.
    """
    stream = iter(inputs)
    known = 0
    if look := ahead or (among.ahead if among else None):
        known = sum(1 for _ in islice(look(), FEWEST if jobs else MANY + 1))
    elif jobs is None:
        first = _take(stream, MANY)
        more = list(islice(stream, 1))
        known = MANY + 1 if more else 0
        stream = chain(first, more, stream)
    jobs = jobs or ((os.cpu_count() or 1) if known > MANY else 1)
    opened = (
        None if archive is None else Archive(archive, Matcher(scorer.model), quotes=quotes)
    )  # refused here, before any work
    work = partial(score_item, scorer, archive=opened)
    if jobs > 1:
        work = partial(_score_in_worker, model, policy, archive, quotes)
    with nullcontext(_here) if jobs == 1 else _processes(jobs) as over:
        repeats = None
        lines = ahead is not None and known >= FEWEST
        if among:
            repeats = among.prepare(over, scorer if jobs == 1 else (model, policy), lines=lines, counted=counted)
        elif ahead and lines:
            repeats = _count(over, ahead(), counted)
        yield from over(among.beside(stream) if among else stream, partial(work, repeats=repeats))


def work_all(inputs: Iterable[Input], work: Callable[[Input], T], jobs: int | None) -> Iterator[T]:
    """What `work` makes of each input, in order: in this process for few of them, else over `jobs` processes or one a core.

    Raises BatchError when a worker process is killed.
    """
    stream = iter(inputs)
    first = _take(stream, MANY)
    more = list(islice(stream, 1))
    jobs = jobs or ((os.cpu_count() or 1) if more else 1)
    with nullcontext(_here) if jobs == 1 else _processes(jobs) as over:
        yield from over(chain(first, more, stream), work)


def article_of(item: Article | FileInput | RowInput) -> Article:
    """The article of an input, not yet read. Raises DocumentError."""
    if isinstance(item, FileInput):
        return Article(item.id, read_file(item.path), item.kind)
    if isinstance(item, RecordInput):
        return article_of_record(item)
    if isinstance(item, RowInput):
        return load_article(item.line, default_id=item.where, strict=False)
    return item


def _count(over: Over, inputs: Iterator[Input], counted: Callable[[int], None] | None) -> Repeats:
    """Which lines stand in many of the inputs."""
    counter = RepeatCounter()
    for number, found in enumerate(over(inputs, print_item), 1):
        if found is not None:
            counter.add(found)
        if counted:
            counted(number)
    return counter.result()


def _here(inputs: Iterator[U], work: Callable[[U], T]) -> Iterator[T]:
    """In this process, one input after the other."""
    return map(work, inputs)


@contextmanager
def _processes(jobs: int) -> Iterator[Over]:
    """Over so many processes. Raises BatchError when one of them is killed."""
    from concurrent.futures.process import BrokenProcessPool

    from joblib import Parallel, delayed

    done = 0

    def over(inputs: Iterator[U], work: Callable[[U], T]) -> Iterator[T]:
        nonlocal done
        done = 0
        while window := _take(inputs, jobs * _CHUNKS * _CHUNK):
            chunks = [window[i : i + _CHUNK] for i in range(0, len(window), _CHUNK)]
            with _interrupt_held_back():
                worked = parallel(delayed(_work_through)(chunk, work) for chunk in chunks)
            yield from chain.from_iterable(worked)
            done += len(window)

    try:
        with Parallel(n_jobs=jobs, batch_size=1, pre_dispatch="all") as parallel:
            with _interrupt_held_back(), _interrupt_blocked():
                parallel(delayed(_start)() for _ in range(jobs))
            yield over
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


def _work_through(chunk: list[U], work: Callable[[U], T]) -> list[T]:
    """What a worker process does after that."""
    return [work(item) for item in chunk]


def given_scorer(given: Giver) -> Scorer:
    """The scorer itself, or one that is loaded and stays from one chunk to the next."""
    if isinstance(given, Scorer):
        return given
    key = repr(given)
    if key not in _workers_scorer:
        _workers_scorer[key] = Scorer.load(*given)
    return _workers_scorer[key]


def _score_in_worker(
    model: Path | None,
    policy: Policy,
    archive: Path | None,
    quotes: bool,
    item: Input | Beside,
    repeats: Repeats | None,
) -> Outcome:
    """`score_item` with a scorer and an archive that stay open from one chunk to the next."""
    scorer = given_scorer((model, policy))
    key = repr((model, archive, quotes))
    if archive is not None and key not in _workers_archive:
        _workers_archive[key] = Archive(archive, Matcher(scorer.model), quotes=quotes)
    return score_item(scorer, item, repeats, _workers_archive.get(key))


def _take(inputs: Iterator[U], count: int) -> list[U]:
    """The next inputs: at most `count` of them, and fewer where their lines are long."""
    taken: list[U] = []
    size = 0
    for each in inputs:
        taken.append(each)
        item = getattr(each, "item", each)  # what is compared with others of its batch comes in a wrapper
        size += len(item.line) if isinstance(item, RowInput) else 0
        if len(taken) >= count or size >= _WINDOW_BYTES:
            break
    return taken
