"""What the service counts, in the text format of Prometheus: one answer for all of its processes, whichever of them is asked.

prometheus_client keeps the numbers of every process in a mapped file, and adds the files up when it is asked. It names them by process
id, so that each worker that ends leaves files behind for ever; here they are named by the place that a worker has among the workers,
and the next one in that place counts on. Labels hold routes, signals and the like, never anything that a client could make up.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess, values
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from copydesk import Report, Scorer, __version__

from .config import announce_metrics
from .counting import CountingScorer
from .found import Found
from .lookup import UNREADABLE
from .processes import Process, process
from .queue import depth

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
OTHER = "other"  # the route of what is no route, the method of what is no method
METHODS = frozenset({"GET", "HEAD", "POST", "DELETE", "OPTIONS"})
_SECONDS = (0.001, 0.002, 0.004, 0.008, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_SCORES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)
_SERVER = "server"
_DESK = "desk"
_PID = "pid_"

_places: dict[int, str] = {}  # process id: the name of its files


class Metrics:
    """The numbers of one service. In `folder` they are those of all processes that share it; without one, of this object alone."""

    def __init__(self, folder: Path | None = None) -> None:
        """With a folder, call this once in a process, before it forks."""
        self._folder = folder
        self._own = CollectorRegistry()
        if folder is not None:
            announce_metrics(folder)
            _places[os.getpid()] = _SERVER
            values.ValueClass = values.MultiProcessValue(_place)  # type: ignore[no-untyped-call]
            _note_pid(folder, _SERVER)
        else:
            values.ValueClass = values.MutexValue
        own = self._own
        self._requests = Counter("copydesk_requests", "Requests answered", ["route", "method", "status"], registry=own)
        self._seconds = Histogram(
            "copydesk_request_seconds",
            "Seconds from the head of a request to its answer",
            ["route"],
            buckets=_SECONDS,
            registry=own,
        )
        self._refused = Counter(
            "copydesk_overload_refusals", "Requests refused because too many were inside", registry=own
        )
        self._inside = Gauge(
            "copydesk_requests_inside", "Requests being answered now", registry=own, multiprocess_mode="sum"
        )
        self._scores = Histogram("copydesk_score", "Scores of articles", ["signal"], buckets=_SCORES, registry=own)
        self._flagged = Counter("copydesk_flagged", "Articles with a flagged signal", ["signal"], registry=own)
        self._abstained = Counter(
            "copydesk_abstained", "Articles whose signal could not be judged", ["signal"], registry=own
        )
        self._actions = Counter(
            "copydesk_actions", "Articles by what is to be done with them", ["action"], registry=own
        )
        self._lookups = Counter(
            "copydesk_archive_lookups",
            "Articles looked up in the archive: hit, none, timeout or unreadable",
            ["result"],
            registry=own,
        )
        self._sources = Counter(
            "copydesk_archive_sources",
            "Sources found in the archive, by what the article is to them",
            ["relation"],
            registry=own,
        )

    def enter(self, place: int) -> None:
        """This process, forked just now, is the worker in that place, and counts on from where the last one there ended."""
        name = f"worker-{place}"
        _places[os.getpid()] = name
        if self._folder is not None:
            _note_pid(self._folder, name)
        self._inside.set(0)

    def counting(self, scorer: Scorer) -> CountingScorer:
        """A scorer whose reports and look-ups are counted here."""
        return CountingScorer(scorer, self)

    def began(self) -> None:
        """A request came in."""
        self._inside.inc()

    def answered(self, route: str, method: str, status: str, seconds: float) -> None:
        """A request was answered; `route` is a template, `method` one of METHODS or OTHER."""
        self._inside.dec()
        self._requests.labels(route, method, status).inc()
        self._seconds.labels(route).observe(seconds)

    def refused(self) -> None:
        """A request was refused because of too much work."""
        self._refused.inc()

    def scored(self, report: Report) -> None:
        """An article was scored."""
        self._actions.labels(report.action).inc()
        for name, signal in report.signals.items():
            if signal.score is None:
                self._abstained.labels(name).inc()
                continue
            self._scores.labels(name).observe(signal.score)
            if signal.flagged:
                self._flagged.labels(name).inc()

    def looked_up(self, found: Found) -> None:
        """An archive was asked for the sources of an article."""
        result = "hit" if found.sources else "none"
        if found.note:
            result = "unreadable" if found.note == UNREADABLE else "timeout"
        self._lookups.labels(result).inc()
        for source in found.sources:
            self._sources.labels(source.relation).inc()

    def render(self, model: str, state: Path | None) -> bytes:
        """Everything in the text format; `model` is the name of the model, `state` the folder with the hooks' queue, if any."""
        asked = CollectorRegistry(auto_describe=False)
        asked.register(_Now(model, state, self._pids))
        if self._folder is None:
            return generate_latest(self._own) + generate_latest(asked)
        multiprocess.MultiProcessCollector(asked, str(self._folder))  # type: ignore[no-untyped-call]
        return generate_latest(asked)

    def _pids(self) -> Iterator[tuple[str, int]]:
        if self._folder is None:
            yield _SERVER, os.getpid()
            return
        for path in sorted(self._folder.glob(f"{_PID}*")):
            yield path.name.removeprefix(_PID), int(path.read_text())


class _Now(Collector):
    """What is looked up when it is asked for, and counted nowhere."""

    def __init__(self, model: str, state: Path | None, pids: Callable[[], Iterable[tuple[str, int]]]) -> None:
        self._model, self._state, self._pids = model, state, pids

    def collect(self) -> Iterator[Metric]:
        """The metrics."""
        info = GaugeMetricFamily("copydesk_model_info", "The model and the package", labels=["model", "version"])
        info.add_metric([self._model, __version__], 1)
        yield info
        if self._state is not None:
            yield from _queue(self._state)
        yield from _processes([(name, found) for name, pid in self._pids() if (found := process(pid)) is not None])


def _queue(state: Path) -> Iterator[Metric]:
    try:
        jobs: Mapping[str, int] = depth(state)
        readable = 1
    except sqlite3.Error:
        jobs, readable = {}, 0
    up = GaugeMetricFamily("copydesk_queue_readable", "1 where the queue of the hooks can be read")
    up.add_metric([], readable)
    yield up
    family = GaugeMetricFamily("copydesk_queue_jobs", "Jobs of the hooks; dead ones are dead letters", labels=["state"])
    for name, number in jobs.items():
        family.add_metric([name], number)
    yield family


def _processes(found: list[tuple[str, Process]]) -> Iterator[Metric]:
    memory = GaugeMetricFamily("copydesk_process_resident_memory_bytes", "Memory in RAM", labels=["process"])
    start = GaugeMetricFamily("copydesk_process_start_time_seconds", "Start, in Unix seconds", labels=["process"])
    spent = CounterMetricFamily("copydesk_process_cpu_seconds", "Processor time", labels=["process"])
    for name, each in found:
        memory.add_metric([name], each.memory)
        start.add_metric([name], each.start)
        spent.add_metric([name], each.cpu)
    yield from (memory, start, spent)


def _place() -> str:
    """The name of this process's files. Whoever was forked and told nothing is the desk: of the others, none counts anything."""
    return _places.get(os.getpid(), _DESK)


def _note_pid(folder: Path, name: str) -> None:
    unfinished = folder / f"new_{name}_{time.monotonic_ns()}"
    unfinished.write_text(str(os.getpid()))
    unfinished.rename(folder / f"{_PID}{name}")
