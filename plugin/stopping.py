"""Ctrl-C and SIGTERM: the first ends the work in good order, the second ends the process at once."""

from __future__ import annotations

import os
import shlex
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_ANEW = "--rescore"  # what begins anew must not be said again to go on


class Stopped(KeyboardInterrupt):
    """Somebody wants the process to end; `code` is what it exits with then."""

    def __init__(self, number: int) -> None:
        """The number of the signal."""
        super().__init__()
        self.code = 128 + number


@contextmanager
def stoppable() -> Iterator[None]:
    """Inside, either signal raises Stopped, once."""
    if threading.current_thread() is not threading.main_thread():  # signals are handled in the main thread alone
        yield
        return

    def at_once(number: int, frame: FrameType | None) -> None:
        os._exit(128 + number)

    def stop(number: int, frame: FrameType | None) -> None:
        for each in before:
            signal.signal(each, at_once)
        raise Stopped(number)

    ours = [each for each in _SIGNALS if signal.getsignal(each) is not signal.SIG_IGN]  # what nohup wants, it gets
    before = {each: signal.getsignal(each) for each in ours}
    try:
        for each in ours:
            signal.signal(each, stop)
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def command_to_go_on() -> str:
    """The command that this process was started with, for a shell."""
    return shlex.join(["copydesk", *(each for each in sys.argv[1:] if each != _ANEW)])
