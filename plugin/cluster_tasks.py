"""Work on an existing Dask cluster: so many tasks at once, results in order, and what is done when a worker dies.

Dask gives the tasks of a dead worker to others, and stops a task that has killed several of them. Such a task is cut into halves until
the one input is found that does it; that input is left out and named, and its partition is done without it.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from distributed import Client, Future, KilledWorker
from distributed.comm import CommClosedError

from .cluster_plan import ClusterError, Partition
from .cluster_work import Job, count_inputs, try_items, unseen

_LOST = "the scheduler was lost, or dropped the work; the same command goes on once it is there again"
_GONE = (
    OSError,
    RuntimeError,
    TimeoutError,
    CancelledError,
)  # what a client raises whose scheduler is not there any more
Call = Callable[[frozenset[int]], tuple[Any, ...]]  # a function and its arguments, without the inputs that are left out

_CONNECT = 10  # seconds until a scheduler answers, and until it has a worker
_NO_WORKERS = 120  # seconds without any worker: a cluster that restarts needs less
_LOOK = 5  # seconds between two looks at the workers
_RETRIES = 2  # of a task that raised: shared storage has its moments
_AHEAD = 3  # tasks a thread that are under way or wait to be fetched
_MOST_KILLERS = 20  # inputs of one partition; where more of them kill, it is not the inputs


@dataclass(frozen=True, slots=True)
class Task:
    """A partition, and what is to be called for it."""

    partition: Partition
    call: Call


def forget_model(client: Client, name: str) -> None:
    """Workers that join later need not load the model of a batch that is over; without a scheduler there is nothing to tell."""
    with suppress(*_GONE):
        client.unregister_worker_plugin(name)


@contextmanager
def connected(address: str) -> Iterator[Client]:
    """A client of the scheduler at that address; what it has under way is cancelled at the end.

    Raises ClusterError where none answers, where it has no workers, and where it is lost meanwhile.
    """
    log = logging.getLogger("distributed.client")
    before = log.level
    log.setLevel(logging.CRITICAL)  # what it has to say is said by our errors
    try:
        try:
            client = Client(address, timeout=_CONNECT, set_as_default=False, name="copydesk")
        except (OSError, ValueError, TimeoutError) as error:
            raise ClusterError(
                f"{address}: no Dask scheduler answers, expected an address such as tcp://host:8786"
            ) from error
        try:
            try:
                client.wait_for_workers(1, timeout=_CONNECT)
            except TimeoutError as error:
                raise ClusterError(f"{address}: the scheduler has no workers") from error
            yield client
        except CommClosedError as error:
            raise ClusterError(_LOST) from error
        finally:
            with suppress(*_GONE):
                client.close(timeout=_CONNECT)
    finally:
        log.setLevel(before)


def check_packages(client: Client) -> None:
    """Every worker has this Copydesk, and pyarrow. Raises ClusterError, which names a worker that has not."""
    ours = version("copydesk")
    for package in ("copydesk", "pyarrow"):
        for worker, found in client.run(version, package, on_error="return").items():
            if isinstance(found, PackageNotFoundError):
                raise ClusterError(
                    f"worker {worker}: {package} is not installed; pip install 'copydesk[dask]=={ours}' there"
                )
            if package == "copydesk" and found != ours:
                raise ClusterError(f"worker {worker}: has Copydesk {found}, expected {ours} as here")


def check_paths(client: Client, paths: tuple[Path, ...]) -> None:
    """Every worker sees these paths. Raises ClusterError, which names a worker and a path."""
    for worker, missing in client.run(unseen, paths).items():
        if missing is not None:
            raise ClusterError(
                f"worker {worker}: cannot read {missing}; inputs and output must be on storage that all workers share"
            )


class Cluster:
    """The tasks of one batch."""

    def __init__(self, client: Client, job: Job) -> None:
        """`job` is what the search for killing inputs is done with."""
        self._client = client
        self._job = job
        self._window = max(4, _AHEAD * sum(client.nthreads().values()))
        self._left_out: dict[int, frozenset[int]] = {}

    def in_order(self, tasks: Iterator[Task]) -> Iterator[tuple[Partition, Any]]:
        """The result of each task, in order; only so many are under way, so that memory does not grow with their number.

        Raises ClusterError, a task's own among them when it was tried often enough.
        """
        waiting: deque[tuple[Task, Future]] = deque()
        try:
            for task in tasks:
                waiting.append((task, self._submit(task)))
                if len(waiting) >= self._window:
                    yield self._next(waiting)
            while waiting:
                yield self._next(waiting)
        finally:
            with suppress(*_GONE):
                self._client.cancel([future for _, future in waiting])

    def left_out(self, partition: Partition) -> frozenset[int]:
        """The inputs of a partition that kill workers."""
        return self._left_out.get(partition.number, frozenset())

    def _submit(self, task: Task) -> Future:
        function, *arguments = task.call(self.left_out(task.partition))
        return self._client.submit(function, *arguments, pure=False, retries=_RETRIES)

    def _next(self, waiting: deque[tuple[Task, Future]]) -> tuple[Partition, Any]:
        task, future = waiting[0]
        for again in (True, True, False):
            try:
                result = self._result(future)
                waiting.popleft()
                return task.partition, result
            except KilledWorker as error:
                if not again:
                    raise ClusterError(
                        f"{task.partition.name}: kills the workers, and no single input of it does"
                    ) from error
                self._isolate(task.partition)
                future = self._submit(task)
                waiting[0] = (task, future)
        raise AssertionError

    def _result(self, future: Future) -> Any:
        """What a task gives, while there are workers."""
        alone_since: float | None = None
        while True:
            try:
                return future.result(timeout=_LOOK)
            except TimeoutError:
                if self._client.status != "running":
                    raise ClusterError(_LOST) from None
                now = time.monotonic()
                alone_since = None if self._client.nthreads() else alone_since or now
                if alone_since and now - alone_since > _NO_WORKERS:
                    raise ClusterError(
                        f"the cluster has had no worker for {_NO_WORKERS} seconds; the same command goes on"
                    ) from None
            except CancelledError as error:
                raise ClusterError(_LOST) from error

    def _isolate(self, partition: Partition) -> None:
        """Find the inputs of a partition that kill workers. Raises ClusterError where they are too many."""
        count = self._result(self._client.submit(count_inputs, partition, pure=False, retries=_RETRIES))
        killers: set[int] = set(self.left_out(partition))
        spans = [(0, count // 2), (count // 2, count)] if count > 1 else [(0, count)]
        while spans:
            start, stop = spans.pop()
            if start == stop or self._survives(partition, start, stop):
                continue
            if stop - start == 1:
                killers.add(start)
            else:
                middle = (start + stop) // 2
                spans += [(start, middle), (middle, stop)]
            if len(killers) > _MOST_KILLERS:
                raise ClusterError(f"{partition.name}: more than {_MOST_KILLERS} inputs kill the workers")
        self._left_out[partition.number] = frozenset(killers)

    def _survives(self, partition: Partition, start: int, stop: int) -> bool:
        known = self.left_out(partition)
        try:
            self._result(self._client.submit(try_items, partition, self._job, start, stop, known, pure=False))
        except KilledWorker:
            return False
        return True
