"""What a worker of the cluster does with a partition: looks through it, then scores it into a Parquet part.

Both can be done again at any time, by any worker, with the same result: so a worker that dies costs time and nothing else.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

import copydesk
from copydesk import CopydeskError, Policy, Prints, Repeats, prints

from .batch import score_item
from .cluster_model import scorer_of
from .cluster_parts import MANIFEST, Part, kept_part, write_part
from .cluster_plan import ClusterError, Partition, Range, items, lines
from .inputs import Failure, FileInput, Input, RowInput
from .item import article_of, read_article

P = ParamSpec("P")
T = TypeVar("T")

KILLED = "it killed the worker processes that read it (memory, or a crash), and was left out"
_lock = threading.Lock()
_repeats: dict[Path, Repeats] = {}


@dataclass(frozen=True, slots=True)
class Job:
    """What all partitions of a batch share. `settings` is the digest of all that a report depends on beside the inputs, `repeats`
    the file with what was counted over all of them, None where nothing was."""

    version: str
    settings: str
    model: str
    policy: Policy
    folder: Path
    repeats: Path | None = None


@dataclass(frozen=True, slots=True)
class Survey:
    """What the first pass keeps of a partition: how many `inputs` it has, how many lines begin in it, the SHA-256 over their names
    and bytes, and the prints of all articles one behind the other, of `sizes` lines each."""

    inputs: int
    begun: int
    digest: str
    sizes: NDArray[np.int32]
    keys: NDArray[np.uint64]
    weights: NDArray[np.int32]

    def prints(self) -> Iterator[Prints]:
        """What each article adds to the count, in input order."""
        ends = np.cumsum(self.sizes)
        for start, end in zip(ends - self.sizes, ends, strict=True):
            yield Prints(self.keys[start:end], self.weights[start:end])


def unseen(paths: tuple[Path, ...]) -> Path | None:
    """The first of the paths that this machine does not see."""
    return next((path for path in paths if not os.access(path, os.R_OK)), None)


def _guarded(work: Callable[Concatenate[Partition, P], T]) -> Callable[Concatenate[Partition, P], T]:
    """What goes wrong in a worker becomes one error with a sentence: others may not survive the way back, and the client would wait."""

    @wraps(work)
    def guarded(partition: Partition, /, *more: P.args, **named: P.kwargs) -> T:
        try:
            return work(partition, *more, **named)
        except CopydeskError as error:
            message = str(error)
        except Exception as error:
            message = f"{partition.name}: internal error ({type(error).__name__}), please report it with the input"
        raise ClusterError(message)  # outside of the handler: the first error's frames stay here

    return guarded


@_guarded
def survey(partition: Partition, job: Job, count: bool, left_out: frozenset[int] = frozenset()) -> Survey:
    """Read a partition; `count` asks for the lines of its articles, too. Inputs `left_out` are not read.

    Raises ClusterError where this worker is not the batch's.
    """
    _check(job)
    found: list[Prints] = []
    digest = hashlib.sha256(repr([_identity(piece) for piece in partition.pieces]).encode("utf-8", "surrogateescape"))
    begun = inputs = 0
    for item, so_far in _numbered_lines(partition):
        begun = so_far
        if item is None:
            continue
        if inputs not in left_out:
            add = _look(item, digest, count)
            if add is not None:
                found.append(add)
        inputs += 1
    return Survey(
        inputs,
        begun,
        digest.hexdigest(),
        np.array([len(each.keys) for each in found], dtype=np.int32),
        np.concatenate([each.keys for each in found] or [np.zeros(0, dtype=np.uint64)]),
        np.concatenate([each.weights for each in found] or [np.zeros(0, dtype=np.int32)]),
    )


@_guarded
def score_part(partition: Partition, job: Job, name: str, key: str, left_out: frozenset[int] = frozenset()) -> Part:
    """Score a partition into the file of that name, unless it is there, whole, and made of the same.

    Raises ClusterError where this worker is not the batch's, and where the part cannot be written.
    """
    _check(job)
    path = job.folder / name
    if (kept := kept_part(path, partition, key)) is not None:
        return kept
    scorer = scorer_of(job.model, job.policy)
    repeats = None if job.repeats is None else _load_repeats(job.repeats)
    outcomes = (
        Failure(where_of(item), KILLED) if number in left_out else score_item(scorer, item, repeats)
        for number, item in enumerate(_inputs(partition))
    )
    return write_part(path, partition, key, outcomes)


@_guarded
def count_inputs(partition: Partition) -> int:
    """How many inputs a partition has; none of them is read as an article."""
    return sum(1 for _ in _inputs(partition))


@_guarded
def try_items(partition: Partition, job: Job, start: int, stop: int, left_out: frozenset[int]) -> None:
    """Score some inputs of a partition and keep nothing: does the worker live through it?"""
    scorer = scorer_of(job.model, job.policy)
    for number, item in enumerate(_inputs(partition)):
        if start <= number < stop and number not in left_out:
            score_item(scorer, item)


def where_of(item: Input) -> str:
    """What an input is called where there is no report of it."""
    return item.where if isinstance(item, RowInput | Failure) else item.id


def _inputs(partition: Partition) -> Iterator[Input]:
    for piece in partition.pieces:
        yield from items(piece)


def _numbered_lines(partition: Partition) -> Iterator[tuple[Input | None, int]]:
    """Every input, and how many lines began in its range so far; None is a blank line."""
    for piece in partition.pieces:
        if isinstance(piece, Range):
            yield from ((item, number + 1) for item, number in lines(piece))
        else:
            yield from ((item, 0) for item in items(piece))


def _identity(piece: object) -> object:
    """A piece without the path, which differs between machines, and without where its lines stand in the file."""
    if isinstance(piece, Failure):
        return ("failure", piece.where, piece.reason)
    if isinstance(piece, FileInput):
        return ("file", piece.id, piece.kind)
    return (type(piece).__name__, getattr(piece, "name", ""))


def _look(item: Input, digest: hashlib._Hash, count: bool) -> Prints | None:
    """Take note of an input's bytes, and of its lines; None where it cannot be read, which is for the scoring to tell."""
    if isinstance(item, RowInput):
        _add(digest, item.line)
    if isinstance(item, Failure):
        _add(digest, item.reason.encode())
        return None
    try:
        if not isinstance(item, FileInput) and not count:
            return None
        article = article_of(item)
        if isinstance(item, FileInput):
            _add(digest, article.data if isinstance(article.data, bytes) else article.data.encode())
        return prints(read_article(article)) if count else None
    except Exception:
        _add(digest, b"unreadable")
        return None


def _add(digest: hashlib._Hash, data: bytes) -> None:
    digest.update(len(data).to_bytes(8, "big"))
    digest.update(data)


def _check(job: Job) -> None:
    """A worker that joined later is looked at, too. Raises ClusterError."""
    if copydesk.__version__ != job.version:
        raise ClusterError(f"a worker has Copydesk {copydesk.__version__}, expected {job.version} as the client has")
    if not (job.folder / MANIFEST).is_file():
        raise ClusterError(
            f"a worker does not see {job.folder / MANIFEST}: it must be on storage that all workers share"
        )


def _load_repeats(path: Path) -> Repeats:
    """What was counted over the batch, loaded once. Raises ClusterError."""
    with _lock:
        if path not in _repeats:
            _repeats.clear()
            try:
                with np.load(path, allow_pickle=False) as stored:
                    _repeats[path] = Repeats(stored["keys"], stored["counts"])
            except (OSError, ValueError, KeyError) as error:
                raise ClusterError(f"{path}: cannot be read by a worker ({type(error).__name__})") from error
        return _repeats[path]
