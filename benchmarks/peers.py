"""What an article costs with Copydesk and with its peers, in one run; and how the cost grows.

    python benchmarks/peers.py [CORPUS] [--articles 300] [--pages 60] [--repeats 3] [--sizes] [--most-files 10000]

CORPUS is a folder with articles.dev.jsonl.gz and pages.dev.jsonl.gz (the labelled corpus, which does not ship); without it, texts and
pages are made up. Every tool runs in processes of its own, in turn with the others, `--repeats` times; the tables (Markdown) have the
medians. On a machine that others use, processor time is what to compare. A tool that is not installed, or does not load, says so.

`--sizes` adds how the cost grows: a text from 1 KB to 1 MB, and `copydesk score` on a folder of 1 to `--most-files` files.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from peer_inputs import described, made_up, pages, texts
from peer_tools import FASTTEXT, TOOLS

COMMAND = [sys.executable, "-c", "from copydesk.plugin.cli import main; main()", "score"]
_TIMEOUT = 900  # seconds of one process


@dataclass(frozen=True, slots=True)
class Done:
    """One process: what it said of its work, and what the system says of it; `error` is its last words."""

    said: dict[str, float]
    cpu: float
    wall: float
    error: str = ""


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, nargs="?")
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--sizes", action="store_true")
    parser.add_argument("--most-files", type=int, default=10_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        inputs = {
            "text": texts(options.corpus, options.articles),
            "html": pages(options.corpus, options.pages),
        }
        for kind, articles in inputs.items():
            (home / f"{kind}.json").write_text(json.dumps(articles), encoding="utf-8")
        _random_fasttext(home, inputs["text"])
        runs = measure(home, options.repeats)
        where = "the labelled corpus" if options.corpus else "generated"
        for kind, name in (("text", "Texts"), ("html", "Pages")):
            print(f"\n### {name}: {described(inputs[kind])}, {where}; medians of {options.repeats}\n")
            print(table(kind, inputs[kind], runs))
        print(f"\n{_cold_command(home, options.repeats)}")
        if options.sizes:
            print(f"\n### One text, in process\n\n{_by_length()}")
            print(
                f"\n### A folder of files of 1 to 5 KB, `copydesk score --jobs 2`\n\n{_by_number(home, options.most_files)}"
            )


def measure(home: Path, repeats: int) -> dict[str, tuple[list[Done], list[Done]]]:
    """For each tool its processes with the first article alone, and with all; in turn, so that a busy minute hits all of them."""
    runs: dict[str, tuple[list[Done], list[Done]]] = {name: ([], []) for name in TOOLS}
    for _ in range(repeats):
        for name, tool in TOOLS.items():
            first, whole = runs[name]
            if any(done.error for done in first + whole):
                continue
            arguments = [
                sys.executable,
                str(Path(__file__).with_name("peer_tools.py")),
                name,
                str(home / f"{tool.wants}.json"),
            ]
            first.append(_process([*arguments, "--first"]))
            if not first[-1].error:
                whole.append(_process(arguments))
            print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return runs


def table(kind: str, articles: list[str], runs: dict[str, tuple[list[Done], list[Done]]]) -> str:
    """A Markdown table of the tools that take this kind of input; processor time first, Copydesk's on top."""
    megabytes = sum(len(each.encode()) for each in articles) / 1e6
    lines = [
        "| tool | what it does | ms of processor each | articles/s | MB/s | articles/s, wall | memory, MB | cold start, s (wall) |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, (first, whole) in runs.items():
        tool = TOOLS[name]
        if tool.wants != kind:
            continue
        shown = f"{tool.package} {_version(tool.package)}"
        broken = next((done.error for done in first + whole if done.error), "")
        if broken:
            lines.append(f"| {shown} | {tool.does} | did not run: {broken} | | | | | |")
            continue
        cpu, wall, memory = (_median(whole, field) for field in ("cpu", "wall", "memory"))
        start, start_wall = (statistics.median(getattr(done, field) for done in first) for field in ("cpu", "wall"))
        failed = f", {whole[0].said['failed']:.0f} failed" if whole[0].said["failed"] else ""
        lines.append(
            f"| {shown} | {tool.does}{failed} | {1000 * cpu / len(articles):.2f} | {len(articles) / cpu:.0f} | {megabytes / cpu:.2f} "
            f"| {len(articles) / wall:.0f} | {memory / 1e6:.0f} | {start:.2f} ({start_wall:.2f}) |"
        )
    return "\n".join(lines)


def _median(runs: list[Done], field: str) -> float:
    return statistics.median(done.said[field] for done in runs)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "(not installed)"


def _process(command: list[str]) -> Done:
    """Run a process to its end. Its processor time includes that of the processes that it waited for."""
    clock, before = time.perf_counter(), os.times()
    try:
        done = subprocess.run(  # noqa: S603 - a command of this file
            command, capture_output=True, text=True, timeout=_TIMEOUT, check=False
        )
    except subprocess.TimeoutExpired:
        return Done({}, 0, 0, f"took more than {_TIMEOUT} s")
    wall, after = time.perf_counter() - clock, os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        return Done({}, cpu, wall, last.rpartition("/")[2].replace("|", " ")[:160])
    said = done.stdout.strip().splitlines()
    return Done(json.loads(said[-1]) if said and said[-1].startswith("{") else {}, cpu, wall)


def _cold_command(home: Path, repeats: int) -> str:
    """From nothing to the report of one file."""
    (home / "one.txt").write_text(made_up(random.Random(1), 3000))  # noqa: S311
    runs = [_process([*COMMAND, str(home / "one.txt"), "--format", "jsonl"]) for _ in range(repeats)]
    cpu, wall = (statistics.median(getattr(done, field) for done in runs) for field in ("cpu", "wall"))
    return f"Cold start of `copydesk score one.txt` (3 KB): {cpu:.2f} s of processor, {wall:.2f} s wall."


def _by_length() -> str:
    """The processor time of one text, by its length."""
    from copydesk import Scorer

    scorer = Scorer.load()
    lines = ["| KB | ms of processor | ms a KB |", "|---|---|---|"]
    for kilobytes in (1, 3, 10, 30, 100, 300, 1000):
        text = made_up(random.Random(kilobytes), kilobytes * 1000)  # noqa: S311
        times = []
        for _ in range(max(3, min(50, 300 // kilobytes))):
            before = time.process_time()
            scorer.score(text=text)
            times.append(time.process_time() - before)
        spent = 1000 * statistics.median(times)
        lines.append(f"| {kilobytes} | {spent:.2f} | {spent / kilobytes:.3f} |")
    return "\n".join(lines)


def _by_number(home: Path, most: int) -> str:
    """The processor time and the largest memory of a batch, by the number of its files."""
    lines = ["| files | s of processor | ms a file | s wall | memory of the parent, MB |", "|---|---|---|---|---|"]
    chance = random.Random(7)  # noqa: S311
    top = home / "files"
    made = count = 0
    for count in (n for n in (1, 10, 100, 1000, 10_000, 100_000) if n <= most):
        for number in range(made, count):
            place = top / f"{number // 1000:03d}"
            place.mkdir(parents=True, exist_ok=True)
            (place / f"{number:06d}.txt").write_text(made_up(chance, chance.randint(1000, 5000)))
        made = count
        output = home / "reports.jsonl"
        clock, before = time.perf_counter(), os.times()
        process = subprocess.Popen(  # noqa: S603 - a command of this file
            [*COMMAND, str(top), "--format", "jsonl", "--jobs", "2", "--output", str(output), "--quiet"]
        )
        memory = _watched(process)
        after, wall = os.times(), time.perf_counter() - clock
        cpu = after.children_user + after.children_system - before.children_user - before.children_system
        lines.append(f"| {count} | {cpu:.2f} | {1000 * cpu / count:.2f} | {wall:.2f} | {memory / 1e6:.0f} |")
    return "\n".join(lines)


def _watched(process: subprocess.Popen[bytes]) -> int:
    """Wait for a process; the largest memory that it itself had, in bytes, as Linux tells it (0 elsewhere)."""
    most = 0
    status = Path(f"/proc/{process.pid}/status")
    while process.poll() is None:
        try:
            found = [line for line in status.read_text().splitlines() if line.startswith("VmHWM")]
        except OSError:
            found = []
        most = max([most, *(int(line.split()[1]) * 1024 for line in found)])
        time.sleep(0.05)
    return most


def _random_fasttext(home: Path, texts: list[str]) -> None:
    """A supervised model on random labels: 300,000 rows of 8 numbers, 10 MB as Copydesk's weights; its scores mean nothing."""
    try:
        import fasttext
    except ImportError:
        return
    chance = random.Random(11)  # noqa: S311
    rows = "".join(f"__label__{chance.randrange(2)} {' '.join(text.split())}\n" for text in texts)
    (home / "random.txt").write_text(rows, encoding="utf-8", errors="replace")
    model = fasttext.train_supervised(
        input=str(home / "random.txt"), dim=8, bucket=300_000, wordNgrams=2, epoch=1, thread=1, verbose=0
    )
    model.save_model(str(home / FASTTEXT))


if __name__ == "__main__":
    main()
