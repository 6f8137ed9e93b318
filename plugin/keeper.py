"""Keeps a desk running beside the web server: forked before it, so that they share the loaded model, and started again when it dies.

Two processes, because gunicorn reaps every child of its own without a word: the keeper waits for the desk, and both end when the server
is gone, however it went. The server looks now and then whether its keeper is there.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from copydesk import Scorer

from .config import Settings

if TYPE_CHECKING:
    from .hooks.desk import Desk

_AGAIN = 1.0  # seconds before a desk that died is started again, doubled each time up to
_LONGEST = 60.0
_LONGEST_END = 25.0  # seconds that a desk may take to stop; it gives its threads fifteen
_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_SWITCH = 0.0005  # seconds: a thread that has its turn at the queue's file must not wait long for those that score
_log = logging.getLogger("copydesk.hooks")


@contextmanager
def desk_beside(scorer: Scorer, settings: Settings) -> Iterator[Callable[[], None]]:
    """A desk in a process of its own for as long as the block lasts; none where no hook is configured.

    What is given is to be called every second or so: it starts the keeper anew where that was killed.
    """
    if settings.hooks is None or settings.state is None:
        yield lambda: None
        return
    server = os.getpid()

    def start() -> int:
        pid = os.fork()
        if not pid:
            _forget_the_server()
            _leave(lambda: _keep(scorer, settings, server))
        return pid

    keeper = start()

    def watch() -> None:
        nonlocal keeper
        try:
            gone = os.waitpid(keeper, os.WNOHANG)[0] == keeper
        except ChildProcessError:  # gunicorn was faster
            gone = True
        if gone:
            _log.error("the keeper of the desk ended; it is started again")
            keeper = start()

    try:
        yield watch
    finally:
        if os.getpid() == server:  # a worker of gunicorn leaves through here, too
            with suppress(ProcessLookupError, ChildProcessError):
                os.kill(keeper, signal.SIGTERM)
                os.waitpid(keeper, 0)


def run_desk(scorer: Scorer, settings: Settings, parent: int | None = None) -> None:
    """Work on the queue in this process until SIGTERM or SIGINT, or until `parent` is its parent no more.

    The settings have hooks and a state folder.

    Raises StateError.
    """
    from .hooks.desk import Desk
    from .lookup import lookup_of
    from .queue import Queue

    assert settings.hooks is not None and settings.state is not None
    sys.setswitchinterval(_SWITCH)
    logging.basicConfig(format="copydesk: %(message)s", level=logging.WARNING)
    queue = Queue(settings.state, settings.hooks.queue, durable=False)
    desk = Desk(scorer, queue, settings.hooks, lookup_of(scorer, settings))
    for number in _SIGNALS:
        signal.signal(number, lambda *_: desk.stop())
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    if parent is not None:
        threading.Thread(target=_stop_without, args=(parent, desk), daemon=True).start()
    desk.run()


def _stop_without(parent: int, desk: Desk) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    desk.stop()


def _keep(scorer: Scorer, settings: Settings, server: int) -> None:
    """Start a desk, and again when it dies, until told to stop or the server is gone."""
    stopping = False

    def stop(number: int, frame: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    wait, keeper = _AGAIN, os.getpid()
    while not stopping and os.getppid() == server:
        begun = time.monotonic()
        # Until it has handlers of its own, a signal to the desk would be heard by the keeper's, in the wrong process, and be lost.
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        desk = os.fork()
        if not desk:
            _leave(lambda: run_desk(scorer, settings, keeper))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        ended = False
        while not (ended := os.waitpid(desk, os.WNOHANG)[0] == desk) and not stopping and os.getppid() == server:
            time.sleep(0.1)
        if not ended:
            _end(desk)
            return
        _log.error("the desk ended; it is started again")
        wait = _AGAIN if time.monotonic() - begun > _LONGEST else min(wait * 2, _LONGEST)
        _sleep(wait, lambda: stopping or os.getppid() != server)


def _forget_the_server() -> None:
    """What gunicorn does about signals is not for its children: they would write into its pipes, and reap the desk unseen."""
    signal.set_wakeup_fd(-1)
    for name in ("SIGCHLD", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGWINCH", "SIGTTIN", "SIGTTOU"):
        signal.signal(getattr(signal, name), signal.SIG_DFL)


def _end(desk: int) -> None:
    """Tell the desk to stop, and do not wait for ever."""
    os.kill(desk, signal.SIGTERM)
    end = time.monotonic() + _LONGEST_END
    while time.monotonic() < end:
        if os.waitpid(desk, os.WNOHANG)[0] == desk:
            return
        time.sleep(0.05)
    os.kill(desk, signal.SIGKILL)  # its jobs wait for the next one until their leases end
    os.waitpid(desk, 0)


def _sleep(seconds: float, over: Callable[[], bool]) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and not over():
        time.sleep(0.1)


def _leave(work: Callable[[], None]) -> None:
    """The whole life of a forked process: nothing of its parent's is run at its end."""
    status = 1
    try:
        work()
        status = 0
    except BaseException as error:
        sys.stderr.write(f"copydesk: the desk failed: {type(error).__name__}: {error}\n")
    finally:
        sys.stderr.flush()
        os._exit(status)
