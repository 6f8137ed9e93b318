"""Is the service to be sent requests? One byte that all its processes share, because only the first one hears that it is to end."""

from __future__ import annotations

import mmap


class Readiness:
    """Ready from the moment that it is made, which is after the model was loaded, until `drain`; shared with what is forked later."""

    def __init__(self) -> None:
        """Take one page of memory that a fork does not copy."""
        self._shared = mmap.mmap(-1, 1)

    @property
    def draining(self) -> bool:
        """Is the service about to end?"""
        return self._shared[0] != 0

    def drain(self) -> None:
        """Say to load balancers, in every process, that nothing more is to be sent here."""
        self._shared[0] = 1
