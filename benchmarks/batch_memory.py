"""What a batch costs as it grows: time and memory of `copydesk score` on folders of 1 to 100,000 files.

    python benchmarks/batch_memory.py [--files 1,100,10000] [--flat] [--formats jsonl,html,parquet] [--resume]

makes text files of 1 to 2 KB out of invented words in a temporary folder, scores them over two processes, and prints a Markdown table:
processor time and time waited an article, and the largest memory that the parent process and any of its worker processes had, as
Linux tells it (VmHWM). Files stand in folders of 1,000 each; `--flat` puts all of them into one. `--formats` are the outputs that are
measured; `--resume` measures the same batch once more with --resume, and once more when it is done and nothing has changed.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from peer_inputs import made_up

_COMMAND = (sys.executable, "-c", "from copydesk.plugin.cli import main; main()", "score")
_SIZES = (1, 10, 100, 1000, 10_000, 100_000)
_IN_A_FOLDER = 1000
_EVERY = 0.02  # seconds between two looks at the memory, whose highest mark Linux keeps


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of processor of all processes, seconds waited, and the largest memory of the parent and of one worker, in bytes."""

    cpu: float
    wall: float
    parent: int
    worker: int


def main() -> None:
    """Make files, score them, print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--files", default=",".join(map(str, _SIZES)), help="how many, with commas")
    parser.add_argument("--formats", default="jsonl", help="outputs, with commas: jsonl, csv, html, parquet")
    parser.add_argument("--flat", action="store_true", help="all files in one folder")
    parser.add_argument("--resume", action="store_true", help="measure --resume, too (jsonl)")
    parser.add_argument("--folder", type=Path, help="keep the files here, and use those that are there already")
    chosen = parser.parse_args()
    sizes = sorted({int(each) for each in chosen.files.split(",")})
    with tempfile.TemporaryDirectory() as home:
        for line in table(chosen.folder or Path(home), sizes, chosen.formats.split(","), chosen.flat, chosen.resume):
            print(line, flush=True)


def table(home: Path, sizes: list[int], formats: list[str], flat: bool = False, resume: bool = False) -> Iterator[str]:
    """The lines of a Markdown table, as they are measured; the files are made in `home`."""
    yield "| files | output | ms of processor each | ms each, waited | parent, MB | a worker, MB |"
    yield "|---|---|---|---|---|---|"
    with tempfile.TemporaryDirectory() as place:
        for count in sizes:
            folder = _made(home / f"{count}", count, count if flat else _IN_A_FOLDER)
            wanted = [(name, Path(place) / f"{count}.{name}", ["--format", name]) for name in formats]
            if resume:
                output = Path(place) / f"{count}.resumed"
                again = (output, ["--format", "jsonl", "--resume"])
                wanted += [("jsonl, --resume", *again), ("jsonl, --resume, nothing to do", *again)]
            for name, output, options in wanted:
                cost = measured([str(folder), "--jobs", "2", "--quiet", "--output", str(output), *options])
                yield (
                    f"| {count:,} | {name} | {1000 * cost.cpu / count:.2f} | {1000 * cost.wall / count:.2f} "
                    f"| {cost.parent / 1e6:.0f} | {cost.worker / 1e6:.0f} |"
                )


def measured(arguments: list[str]) -> Cost:
    """What `copydesk score` with these arguments costs. Raises CalledProcessError where it fails."""
    before, clock = os.times(), time.perf_counter()
    process = subprocess.Popen([*_COMMAND, *arguments])  # noqa: S603 - a command of this file
    parent = worker = 0
    while process.poll() is None:
        parent = max(parent, _highest(process.pid))
        worker = max([worker, *map(_highest, _children(process.pid))])
        time.sleep(_EVERY)
    wall, after = time.perf_counter() - clock, os.times()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, arguments)
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(cpu, wall, parent, worker)


def _made(folder: Path, count: int, each: int) -> Path:
    """A folder of so many files, `each` of them in a folder; the same every time."""
    chance = random.Random(count)  # noqa: S311
    for number in range(count):
        place = folder / f"{number // each:03d}"
        if not number % each:
            place.mkdir(parents=True, exist_ok=True)
        path, text = place / f"{number:06d}.txt", made_up(chance, chance.randint(1000, 2000))
        if not path.exists():
            path.write_text(text, encoding="utf-8")
    return folder


def _highest(pid: int) -> int:
    """The most memory that a process had so far, in bytes; 0 where it has ended, or is no Linux process."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0)


def _children(pid: int) -> list[int]:
    try:
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


if __name__ == "__main__":
    main()
