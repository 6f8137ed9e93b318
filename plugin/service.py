"""The whole service, put together: log, metrics, application, the hooks' desk beside it, and the server under it."""

from __future__ import annotations

import sys

from copydesk import Scorer

from .app import create_app
from .config import Settings, log_format
from .keeper import desk_beside
from .logs import announcement, set_up
from .metrics import Metrics
from .readiness import Readiness
from .serve import Running, keep_one_heap, keep_out_of_collections, serve
from .state import temporary_folder

_TEXT = "The council of Larkmoor met on Monday and voted nine to four for the new harbour wall. " * 10


def run_service(scorer: Scorer, settings: Settings, host: str, port: int, workers: int | None) -> None:
    """Serve until SIGTERM or SIGINT; does not come back.

    Raises ConfigError, StateError and ArchiveError where it cannot begin.
    """
    keep_one_heap()
    form = log_format(settings, sys.stderr.isatty())
    set_up(form, settings.log_level)
    metrics, readiness = Metrics(temporary_folder()), Readiness()
    counting = metrics.counting(scorer)
    app = create_app(counting, settings, metrics, readiness)
    _warm_up(scorer)
    keep_out_of_collections()
    with desk_beside(counting, settings) as watch:
        serve(
            app,
            host,
            port,
            workers,
            ready=lambda url: print(announcement(form, url), file=sys.stderr, flush=True),
            running=Running(settings.max_at_once, settings.drain_seconds, readiness, watch, metrics.enter),
        )


def _warm_up(scorer: Scorer) -> None:
    """Do once, before the workers are forked, what the first article of a process does: 0.2 s that would be a client's."""
    scorer.score(text=_TEXT)
    scorer.score(html=f"<html><body><article><h1>The harbour</h1><p>{_TEXT}</p></article></body></html>")
