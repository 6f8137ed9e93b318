"""Work over processes: in order, bounded, and a process that dies costs the one input that it died of."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from copydesk.plugin.worker import Lost
from copydesk.plugin.workers import BatchError, Ready, Workers, here


def _work(item: str) -> str:
    """Does what the input says."""
    word, _, rest = item.partition(" ")
    if word == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    elif word == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    elif word == "exit":
        os._exit(5)
    elif word == "hang":
        time.sleep(600)
    elif word == "spin":  # stuck in C: no handler of Python's would ever run
        re.match(r"(a+)+$", "a" * 64 + "b")
    elif word == "die-once":
        if not Path(rest).exists():
            Path(rest).write_text("")
            os.kill(os.getpid(), signal.SIGKILL)
    elif word == "raise":
        raise ValueError(rest)
    elif word == "hold":
        return str(len(bytearray(int(rest) * 1024 * 1024)))
    elif word == "environ":
        return repr(os.environ.get(rest))  # what the process was given
    return item.upper()


def _lost(item: str, lost: Lost) -> str:
    return f"{item}: {lost.type}, {lost.reason}"


def _over(items: list[str], *, jobs: int = 2, timeout: float | None = None, max_memory: int | None = None) -> list[str]:
    with Workers(jobs, timeout=timeout, max_memory=max_memory) as workers:
        return list(workers.over(iter(items), _work, _lost))


def test_results_come_in_the_order_of_the_inputs() -> None:
    """However long each takes, results stand where their inputs stood; what is ready takes its place among them."""
    items = [Ready("ready") if n % 7 == 0 else f"x{n}" for n in range(1000)]
    with Workers(3) as workers:
        found = list(workers.over(iter(items), _work, _lost))
    assert found == ["ready" if n % 7 == 0 else f"X{n}" for n in range(1000)]
    assert list(here(iter(items), _work)) == found


@pytest.mark.parametrize(
    ("deadly", "reason"),
    [
        ("die", "killed, the process that read it was killed (memory?)"),
        ("crash", "killed, the process that read it was killed (signal 11, Segmentation fault)"),
        ("exit", "killed, the process that read it was killed (exit code 5)"),
    ],
)
def test_a_death_costs_one_input(deadly: str, reason: str) -> None:
    """What ends its process twice is named with the way it ended; every other input has its result, once, in order."""
    items = [f"x{n}" for n in range(200)]
    items[0] = items[120] = items[121] = items[199] = deadly
    wanted = [f"{deadly}: {reason}" if item == deadly else item.upper() for item in items]
    assert _over(items) == wanted


def test_a_process_that_dies_once_costs_nothing(tmp_path: Path) -> None:
    """An input whose process was killed for something else is worked on again by another one."""
    items = [*(f"x{n}" for n in range(30)), f"die-once {tmp_path / 'mark'}", "y"]
    assert _over(items) == [item.upper() for item in items]


@pytest.mark.parametrize("stuck", ["hang", "spin"])
def test_an_input_that_takes_too_long_is_stopped(stuck: str) -> None:
    """After the timeout its process is ended, whether it sleeps or computes inside of a library, and the others go on."""
    items = [*(f"x{n}" for n in range(40)), stuck, "y"]
    *others, named, last = _over(items, timeout=1.0)
    assert named == f"{stuck}: timeout, took longer than 1 seconds (--timeout)"
    assert [*others, last] == [item.upper() for item in items if item != stuck]


def test_memory_is_bounded() -> None:
    """A process may not hold more than it is given; the others' results stay."""
    with Workers(1, max_memory=512) as workers, pytest.raises(MemoryError):
        list(workers.over(iter(["x", "hold 1024"]), _work, _lost))
    assert _over(["hold 100"], jobs=1, max_memory=512) == [str(100 * 1024 * 1024)]


def test_what_the_work_raises_is_raised_here() -> None:
    """An error of the work itself ends the batch, as it would in one process."""
    with pytest.raises(ValueError, match="this"):
        _over(["x", "raise this", "y"])


def test_without_an_answer_for_it_a_death_ends_the_work() -> None:
    """Where nobody says what to put in the place of a lost input, the work ends with a sentence."""
    with Workers(2) as workers, pytest.raises(BatchError, match="cannot be worked on"):
        list(workers.over(iter(["x", "die"]), _work))


def test_inputs_are_taken_a_bounded_number_ahead() -> None:
    """However many inputs there are, and however slow the first is, a bounded number of them is held."""
    taken = 0

    def endless() -> Iterator[str]:
        nonlocal taken
        while True:
            taken += 1
            yield "x"

    with Workers(2) as workers:
        found = workers.over(endless(), _work, _lost)
        assert [next(found) for _ in range(100)] == ["X"] * 100
    assert taken < 10_000


def test_one_set_of_processes_does_one_work_after_the_other() -> None:
    """The second work is done by the same processes, with nothing left of the first."""
    with Workers(2) as workers:
        assert list(workers.over(iter("abc"), str.upper)) == ["A", "B", "C"]
        assert list(workers.over(iter("abc"), ord)) == [97, 98, 99]


def test_libraries_use_one_thread_a_process() -> None:
    """Numerical libraries are told not to start threads of their own."""
    assert _over(["environ OMP_NUM_THREADS", "environ OPENBLAS_NUM_THREADS"]) == ["'1'", "'1'"]


def test_processes_end_with_the_one_that_started_them(tmp_path: Path) -> None:
    """When the parent process is killed, those that it started end at once, in the middle of their work."""
    ours, theirs = os.pipe()
    if not (child := os.fork()):
        os.close(ours)
        with Workers(2) as workers:
            for each in workers._workers:
                os.write(theirs, f"{each._process.pid} ".encode())
            list(workers.over(iter(["hang", "hang"]), _work, _lost))
    os.close(theirs)
    with os.fdopen(ours) as pipe:
        data = ""
        while data.count(" ") < 2:
            data += pipe.read(1)
    time.sleep(1)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    for _ in range(200):
        if not any(Path(f"/proc/{pid}/stat").exists() for pid in data.split()):
            return
        time.sleep(0.1)
    pytest.fail("they went on")
