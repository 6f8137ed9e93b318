"""The command line as processes: what is loaded, and how pipes, interrupts, full disks and terminals end it."""

from __future__ import annotations

import array
import fcntl
import json
import os
import pty
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import IO

import pytest

COMMAND = [sys.executable, "-c", "from copydesk.plugin.cli import main; main()"]
# A shell lets what it starts in the background ignore Ctrl-C; so would the tests' processes, if they did not ask for it.
INTERRUPTIBLE = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "


def test_scoring_a_file_loads_only_what_it_needs(folder: Path) -> None:
    """A process that scores one file imports no web server, no editor's parser, no training, no process pool."""
    script = (
        "import sys; from copydesk.plugin.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "heavy = {'flask', 'gunicorn', 'bs4', 'joblib', 'sklearn', 'scipy', 'matplotlib', 'copydesk.training'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "score", folder / "clean.txt"], capture_output=True, text=True, timeout=60
    )
    assert done.stderr.splitlines()[-1] == "[]"


def _rows(path: Path, article: str, count: int) -> Path:
    with path.open("w") as file:
        for number in range(count):
            file.write(json.dumps({"id": str(number), "text": f"{article} {number}"}) + "\n")
    return path


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_closed_pipe_ends_quietly(tmp_path: Path, article: str, jobs: str) -> None:
    """`copydesk score ... | head -1` complains about nothing."""
    rows, errors = _rows(tmp_path / "rows.jsonl", article, 3000), tmp_path / "errors"
    with errors.open("wb") as stderr:
        process = subprocess.Popen(
            [*COMMAND, "score", rows, "--format", "jsonl", "--jobs", jobs], stdout=subprocess.PIPE, stderr=stderr
        )
    assert process.stdout is not None
    first = process.stdout.readline()
    process.stdout.close()
    assert (process.wait(60), errors.read_text()) == (141, "")
    assert first.startswith(b'{"schema"')


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("arguments", [["score"], ["score", "--format", "jsonl"], ["clean"], ["clean", "--dry-run"]])
def test_a_full_disk_is_said(folder: Path, arguments: list[str]) -> None:
    """Where standard output cannot be written, the command ends with 2 and one sentence."""
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        done = subprocess.run(
            [*COMMAND, *arguments, folder / "promo.md"], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60
        )
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("Error: standard output: ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_interrupt_ends_quietly_without_half_a_file(tmp_path: Path, article: str, jobs: str) -> None:
    """Ctrl-C ends the whole group with 130, what was done in two lines, and no output file."""
    rows = tmp_path / "rows.pipe"
    os.mkfifo(rows)
    command = [*COMMAND[:2], INTERRUPTIBLE + COMMAND[2]]
    process = subprocess.Popen(
        [*command, "score", rows, "--input-format", "jsonl", "--output", tmp_path / "out", "--jobs", jobs],
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    with os.fdopen(os.open(rows, os.O_RDWR), "w") as pipe:  # O_RDWR does not wait for the command, which waits for more
        pipe.write(json.dumps({"text": article}) + "\n")
        pipe.flush()
        _wait_for(lambda: not _unread(pipe))
        assert list(tmp_path.glob(".out.*"))
        os.killpg(process.pid, signal.SIGINT)
    assert process.stderr is not None
    first, last = process.stderr.read().splitlines()
    assert first.startswith(b"interrupted: ")
    assert (last, process.wait(60)) == (b"nothing is written", 130)
    process.stderr.close()
    assert list(tmp_path.iterdir()) == [rows]


def _unread(pipe: IO[str]) -> int:
    count = array.array("i", [0])
    fcntl.ioctl(pipe, termios.FIONREAD, count)
    return count[0]


def _wait_for(condition: object) -> None:
    assert callable(condition)
    for _ in range(600):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it never happened")


def test_the_table_is_coloured_on_a_terminal(folder: Path) -> None:
    """On a terminal the table has colours, and none with NO_COLOR."""
    for no_color, coloured in (("", True), ("1", False)):
        ours, theirs = pty.openpty()
        environ = {**os.environ, "TERM": "xterm", "NO_COLOR": no_color, "COLUMNS": "100"}
        subprocess.run([*COMMAND, "score", folder], stdout=theirs, env=environ, check=True, timeout=60)
        os.close(theirs)
        shown = os.read(ours, 100_000)
        os.close(ours)
        assert (b"\x1b[" in shown) is coloured
