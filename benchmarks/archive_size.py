"""How an archive behaves as it grows: adding rate, bytes an article, time of a look-up at 1,000 to 1,000,000 articles.

    python benchmarks/archive_size.py [CORPUS] [--sizes 1000,10000,100000] [--output FOLDER] [--folder FOLDER] [--jobs 2]

Articles have a median of 250 words: shuffled sentences of the CORPUS (a folder of .jsonl and .jsonl.gz files), else invented ones. They
are added with `copydesk archive add`, reading included; one archive with texts grows from size to size, and one without texts is made
of the smaller sizes. Look-ups are made in one process, one after the other, alignment included: half are rewrites of articles that the
archive has, half are articles that it has not. Times are given as waited for, and as processor time, which does not depend on what
else the machine does. Printed is a table in Markdown; --output gets a picture of it, too.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from archive_articles import Maker
from archive_picture import draw

from copydesk import Document, Matcher, Scorer, read
from copydesk.plugin.archive import Archive

COMMAND = [sys.executable, "-c", "from copydesk.plugin.cli import main; main()", "archive", "add", "--quiet"]
PART = 100_000  # articles that are written to a file, added, and deleted, at once: 200 MB
BARE = 100_000  # the largest archive that is made without texts, too: its bytes an article hardly change from there on


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured at one size; times in milliseconds, rates in articles a second, sizes in bytes an article."""

    articles: int
    rate: float
    processor: float
    size: float
    bare: float | None
    median: float
    late: float
    median_processor: float
    late_processor: float
    first: float


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="?", type=Path)
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--output", type=Path, help="the picture archive.png and the figures archive.json go here")
    parser.add_argument("--folder", type=Path, help="where archives are made; a million articles take 2 GB")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--queries", type=int, default=400)
    options = parser.parse_args()
    maker = Maker(options.corpus)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        there = 0
        for size in sorted(int(each) for each in options.sizes.split(",")):
            rows.append(_measure(maker, Path(folder), there, size, options.jobs, options.queries))
            there = size
            print(_table(rows), flush=True)
            if options.output:
                options.output.mkdir(parents=True, exist_ok=True)
                figures = [{name: getattr(row, name) for name in Row.__slots__} for row in rows]
                (options.output / "archive.json").write_text(json.dumps(figures, indent=1) + "\n")
                draw(
                    [(row.articles, row.median_processor, row.late_processor) for row in rows],
                    options.output / "archive.png",
                )


def _measure(maker: Maker, folder: Path, there: int, size: int, jobs: int, queries: int) -> Row:
    archive, bare = folder / "archive.db", folder / "bare.db"
    waited = used = 0.0
    for begin in range(there, size, PART):
        numbers = range(begin, min(size, begin + PART))
        part = folder / "part.jsonl"
        part.write_text("".join(json.dumps(maker.article(number)) + "\n" for number in numbers))
        taken = _add(part, archive, jobs)
        waited, used = waited + taken[0], used + taken[1]
        if size <= BARE:
            _add(part, bare, jobs, "--no-text")
        part.unlink()
    added = size - there
    times, processor, first = _look_up(archive, maker, size, queries)
    return Row(
        size,
        added / waited,
        1000 * used / added,
        archive.stat().st_size / size,
        bare.stat().st_size / size if size <= BARE else None,
        *_middle_and_late(times),
        *_middle_and_late(processor),
        first,
    )


def _add(part: Path, archive: Path, jobs: int, *options: str) -> tuple[float, float]:
    """Seconds that adding took, and of processor time, over all processes."""
    before, begun = _children(), time.perf_counter()
    command = [*COMMAND, str(part), "--archive", str(archive), "--jobs", str(jobs), *options]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)  # noqa: S603 - our own
    return time.perf_counter() - begun, _children() - before


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _look_up(archive: Path, maker: Maker, size: int, queries: int) -> tuple[list[float], list[float], float]:
    """Milliseconds of each look-up, waited and of the processor; and the share of rewrites whose source was named first."""
    rng = random.Random(size)  # noqa: S311
    asked = [(maker.rewrite(number), number) for number in (rng.randrange(size) for _ in range(queries // 2))]
    asked += [(maker.article(2_000_000_000 + number), -1) for number in range(queries // 2)]
    rng.shuffle(asked)
    documents = [(_document(each), number) for each, number in asked]
    times, processor, right = [], [], []
    with Archive(archive, Matcher(Scorer.load().model), quotes=True) as opened:
        for document, _ in documents[:20]:
            opened.find(document)  # what is loaded once in a process
        for document, number in documents:
            begun, used = time.perf_counter(), time.process_time()
            found = opened.find(document)
            times.append(1000 * (time.perf_counter() - begun))
            processor.append(1000 * (time.process_time() - used))
            if number >= 0:
                right.append(bool(found) and found[0].id == f"news/{number:07}")
    return times, processor, statistics.mean(right)


def _document(article: dict[str, str]) -> Document:
    return read(article["text"], kind="text", id=article["id"])


def _middle_and_late(times: list[float]) -> tuple[float, float]:
    ordered = sorted(times)
    return statistics.median(ordered), ordered[max(0, -(-len(ordered) * 99 // 100) - 1)]


def _table(rows: Iterable[Row]) -> str:
    lines = [
        "",
        "| articles | added a second | processor, ms an article | bytes an article | without text | look-up, median ms "
        "| 99th percentile ms | processor, median ms | 99th percentile ms | source first |",
        "|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        bare = "" if row.bare is None else f"{row.bare:,.0f}"
        lines.append(
            f"| {row.articles:,} | {row.rate:,.0f} | {row.processor:.2f} | {row.size:,.0f} | {bare} "
            f"| {row.median:.1f} | {row.late:.1f} | {row.median_processor:.1f} | {row.late_processor:.1f} | {row.first:.3f} |"
        )
    load = os.getloadavg()[0]
    return "\n".join([*lines, "", f"{os.cpu_count()} cores; load of the last minute when this was printed: {load:.1f}"])


if __name__ == "__main__":
    main()
