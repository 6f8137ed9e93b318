"""Memory, start and processor time of a process, from /proc; where there is none, nothing is known."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Process:
    """`memory` in bytes (resident), `start` in Unix seconds, `cpu` in seconds of user and system time."""

    memory: int
    start: float
    cpu: float


def process(pid: int) -> Process | None:
    """A process that runs; None for any other."""
    try:
        # The name, in parentheses, may hold anything; the third field follows the last parenthesis.
        fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
        up = time.clock_gettime(time.CLOCK_BOOTTIME)  # /proc/uptime is hidden by ProcSubset=pid of systemd
    except (OSError, AttributeError):
        return None
    if len(fields) < 22 or fields[0] == "Z":
        return None
    ticks = os.sysconf("SC_CLK_TCK")
    user, system, started, pages = (int(fields[number]) for number in (11, 12, 19, 21))
    return Process(pages * os.sysconf("SC_PAGE_SIZE"), time.time() - up + started / ticks, (user + system) / ticks)
