"""Many inputs, one outcome each, in input order: in this process, or over several.

Two passes where there are enough inputs: the first counts which lines stand in many articles of a site, the second scores with those
counts. Both ways run the same functions, and the counts are added up in input order by this process alone, so a report does not depend
on the number of processes. Inputs travel in chunks of a bounded size, so memory does not grow with their number.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk import (
    CopydeskError,
    DocumentTooLarge,
    Policy,
    Prints,
    RepeatCounter,
    Repeats,
    Report,
    Scorer,
    prints,
)

from .archive_errors import ArchiveError
from .beside import Beside, BesideOthers, Finder
from .given import Giver, given_scorer
from .inputs import Article, Failure, FileInput, Input, RowInput
from .item import Line, article_of, bare, content_of, key_of, read_article, where_of
from .outputs import Writer, as_bytes
from .schema import FieldError, JsonError
from .worker import Lost
from .workers import Over, Ready, Workers, cores, here

if TYPE_CHECKING:
    from .among import Among
    from .archive import Archive
    from .resume import Resume


MANY = 200  # inputs from which starting worker processes, half a second each, pays
FEWEST = 3  # inputs among which a line can be called repeated
_TYPES = (
    (DocumentTooLarge, "too-large"),
    (JsonError, "not-json"),
    (FieldError, "wrong-field"),
    (ArchiveError, "archive"),
    (MemoryError, "memory"),
)

_MOST_NAMED = 10_000  # inputs that are known to end a process, while the others are counted

_log = logging.getLogger("copydesk")
_workers_archive: dict[str, Archive] = {}


Outcome = Report | Failure
Made = Report | Failure | Line


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
    return _judged(scorer, item, repeats, archive)[0]


def _judged(
    scorer: Scorer, item: Input | Beside, repeats: Repeats | None, archive: Finder | None
) -> tuple[Outcome, Article | None]:
    """The outcome, and the article as it was read."""
    if isinstance(item, Beside):
        archive = BesideOthers(item, scorer.model, archive)
        item = item.item
    if isinstance(item, Failure):
        return item, None
    article = None
    try:
        article = article_of(item)
        return score_article(scorer, article, repeats, archive), article
    except Exception as error:
        return _failure(item, article, error), article


def _failure(item: Article | FileInput | RowInput, article: Article | None, error: Exception) -> Failure:
    where = where_of(item)
    kind = next((name for kind, name in _TYPES if isinstance(error, kind)), "unreadable")
    id = article.id if article is not None else None
    if isinstance(error, CopydeskError):
        return Failure(where, str(error), kind, id)
    _log.debug("%s", where, exc_info=True)
    if isinstance(error, MemoryError):
        return Failure(where, "needs more memory than there is (--max-memory)", kind, id)
    reason = f"internal error ({type(error).__name__}), please report it with the input"
    return Failure(where, reason, "internal", id)


def write_item(
    writer: Writer,
    scorer: Scorer,
    item: Input | Beside,
    repeats: Repeats | None = None,
    archive: Finder | None = None,
) -> Line:
    """`score_item`, made ready for its file: bytes are a tenth of the work to send between processes that a report is."""
    outcome, article = _judged(scorer, item, repeats, archive)
    item = bare(item)
    key, content = key_of(item), content_of(item, article)
    if isinstance(outcome, Failure):
        return Line(as_bytes(writer.fail(outcome)), "error", key, content, outcome)
    return Line(as_bytes(writer.add(outcome)), outcome.action, key, content)


def print_item(item: Input) -> Prints | None:
    """What one input adds to the count of lines; None where it cannot be read, which is for `score_item` to tell."""
    if isinstance(item, Failure):
        return None
    try:
        return prints(read_article(article_of(item), sentences=False))
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
    writer: Writer | None = None,
    resume: Resume | None = None,
    timeout: float | None = None,
    max_memory: int | None = None,
) -> Iterator[Made]:
    """One outcome an input, in order, as they come; `archive` is the file to look sources up in, `quotes`: with their sentences.

    `jobs` None takes all cores for many inputs and one for few. `model` and `policy` are what `scorer` was loaded with:
    a worker process loads its own, once. `ahead` gives the same inputs beforehand: lines are counted over them, and `counted` is
    told how many there were so far; without it, every article is scored by itself. `among` compares the inputs with each other.
    With a `writer`, outcomes come as lines; `resume` has those of an earlier run. `timeout` in seconds an article and `max_memory`
    in MiB a process hold in worker processes, which they call for.

    Raises BatchError where worker processes cannot be started.
    """
    stream = iter(inputs)
    known = 0
    if look := ahead or (among.ahead if among else None):
        known = sum(1 for _ in islice(look(), FEWEST if jobs else MANY + 1))
    elif jobs is None:
        first = list(islice(stream, MANY + 1))
        known = len(first)
        stream = chain(first, stream)
    jobs = jobs or (cores() if known > MANY else 1)
    isolated = jobs > 1 or timeout is not None or max_memory is not None
    opened = None if archive is None else _opened(archive, scorer, quotes)  # refused here, before any work
    given: Giver = (model, policy) if isolated else scorer
    work = partial(_work, writer, given, opened if not isolated else None, archive, quotes)
    pool = Workers(jobs, timeout=timeout, max_memory=max_memory) if isolated else None
    with pool or nullcontext():
        over: Over = pool.over if pool else here
        repeats = None
        lines = ahead is not None and known >= FEWEST
        named: dict[bytes, Lost] = {}
        if among:
            repeats = among.prepare(over, given, lines=lines, counted=counted)
        elif ahead and lines:
            repeats = _count(over, ahead(), counted, named)
        if resume:
            resume.begin(repeats, among)
        wanted: Iterator[Input | Beside] = among.beside(stream) if among else stream
        items: Iterator[Input | Beside | Ready] = resume.matched(wanted) if resume else wanted
        items = (_spared(each, named, writer) for each in items) if named else items
        yield from over(items, partial(work, repeats=repeats), partial(_lost, writer))


def _opened(archive: Path, scorer: Scorer, quotes: bool) -> Archive:
    from copydesk import Matcher

    from .archive import Archive  # loads SQLite, which most batches do without

    return Archive(archive, Matcher(scorer.model), quotes=quotes)


def _work(
    writer: Writer | None,
    given: Giver,
    opened: Archive | None,
    archive: Path | None,
    quotes: bool,
    item: Input | Beside,
    repeats: Repeats | None,
) -> Made:
    """What any process does with an input; its scorer and its archive stay open from one to the next."""
    scorer = given_scorer(given)
    if opened is None and archive is not None:
        key = repr((given, archive, quotes))
        if key not in _workers_archive:
            _workers_archive[key] = _opened(archive, scorer, quotes)
        opened = _workers_archive[key]
    if writer is None:
        return score_item(scorer, item, repeats, opened)
    return write_item(writer, scorer, item, repeats, opened)


def _lost(writer: Writer | None, item: Input | Beside, lost: Lost) -> Made:
    """The outcome of an input that ended its process."""
    item = bare(item)
    failure = Failure(where_of(item), lost.reason, lost.type)
    if writer is None:
        return failure
    return Line(as_bytes(writer.fail(failure)), "error", key_of(item), content_of(item), failure)


def _spared(item: Input | Beside | Ready, named: dict[bytes, Lost], writer: Writer | None) -> Input | Beside | Ready:
    """What ended a process when its lines were counted would end another one."""
    if isinstance(item, Ready) or (lost := named.get(key_of(bare(item)))) is None:
        return item
    return Ready(_lost(writer, item, lost))


def _count(
    over: Over, inputs: Iterator[Input], counted: Callable[[int], None] | None, named: dict[bytes, Lost]
) -> Repeats:
    """Which lines stand in many of the inputs; `named` takes those that ended a process."""
    counter = RepeatCounter()

    def lost(item: Input, why: Lost) -> None:
        if len(named) < _MOST_NAMED:
            named[key_of(item)] = why

    for number, found in enumerate(over(inputs, print_item, lost), 1):
        if found is not None:
            counter.add(found)
        if counted:
            counted(number)
    return counter.result()
