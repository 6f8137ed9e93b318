"""What comparing a batch with itself costs: `copydesk score` with `--among` and without, by size and by kind of batch.

    python benchmarks/among.py [ROWS.jsonl] --sizes 1000,10000

ROWS are articles, one a line, whose sentences are shuffled into new ones; without them, sentences of invented words are, whose
frequencies fall as those of a language do. Three kinds of batches: `mixed` are such articles, one in fifty of them a copy of another
one with a tenth of its sentences gone; `same` is one text many times; `near` is one text with a sentence gone here and there and some
words of each article's own. Printed are processor seconds of all processes, their ratio, the copies that were found, and the memory of
the largest process. Wall time depends on who else is at the machine, so it is in brackets.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import accumulate, islice
from pathlib import Path

import click

KINDS = ("mixed", "same", "near")
COPIES = 50  # one article in so many
MADE_UP = 60_000  # sentences
Row = dict[str, str]


def invented(rng: random.Random) -> list[str]:
    """Sentences of words that are in no language."""
    parts = [a + b for a in "b d f g k l m n p r s t v".split() for b in "a e i o u ar en il or".split()]
    words = ["".join(rng.choices(parts, k=rng.randint(1, 4))) for _ in range(40_000)]
    shares = list(accumulate(1 / (rank + 3) for rank in range(len(words))))
    return [
        " ".join(rng.choices(words, cum_weights=shares, k=rng.randint(8, 25))).capitalize() + "."
        for _ in range(MADE_UP)
    ]


def sentences_of(rows: Path) -> list[str]:
    """Sentences of real articles."""
    with rows.open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in islice(lines, 20_000)]
    parts = (each.strip() for text in texts for each in text.replace("\n", " ").split(". "))
    return [f"{each.rstrip('.')}." for each in parts if 20 < len(each) < 400]


def batch(kind: str, size: int, sentences: list[str], rng: random.Random) -> Iterator[tuple[Row, str]]:
    """Articles, each with the id of what it is a copy of, or ""."""
    first = last = rng.choices(sentences, k=20)
    for number in range(size):
        row = {"id": str(number), "date": f"2024-01-{1 + number * 28 // size:02}" if number else "2023-12-31"}
        source = ""
        if kind == "mixed" and number % COPIES == COPIES - 1:
            kept = [each for each in last if rng.random() > 0.1]
            source = str(number - 1)
        elif kind == "mixed":
            kept = last = rng.choices(sentences, k=rng.randint(10, 28))
        else:
            kept, source = list(first), "0" if number else ""
        if kind == "near":
            own = rng.choice(sentences).split()
            kept = [each for each in kept if rng.random() > 0.05] + [" ".join(own[:12])]
        yield {**row, "text": "\n\n".join(" ".join(kept[at : at + 3]) for at in range(0, len(kept), 3))}, source


def measured(rows: Path, *options: str) -> tuple[float, float, int]:
    """Processor seconds of a run, its wall time, and the memory of its largest process in MB."""
    output = rows.with_suffix(".reports")
    command = [sys.executable, "-c", "from copydesk.plugin.cli import main; main()", "score", str(rows)]
    start = time.monotonic()
    child = subprocess.Popen(  # noqa: S603 - ourselves
        [*command, "--format", "jsonl", "--output", str(output), "--quiet", *options]
    )
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise click.ClickException(f"copydesk ended with {child.returncode}")
    return used.ru_utime + used.ru_stime, time.monotonic() - start, used.ru_maxrss // 1024


def found(reports: Path, truth: dict[str, str]) -> float:
    """The share of the copies whose source is named."""
    named = 0
    with reports.open(encoding="utf-8") as lines:
        for report in map(json.loads, lines):
            named += truth.get(report["id"], "") in [each["id"] for each in report["sources"]]
    return named / max(1, len(truth))


@click.command()
@click.argument("rows", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--sizes", default="1000,2000,4000", show_default=True, help="Articles of a batch.")
@click.option("--kinds", default=",".join(KINDS), show_default=True, help="Kinds of batches.")
@click.option("--jobs", default=1, show_default=True, help="Processes; with 1, all of the time and memory is counted.")
def main(rows: Path | None, sizes: str, kinds: str, jobs: int) -> None:
    """Print a table, a row a batch."""
    rng = random.Random(7)  # noqa: S311 - the same articles in every run
    sentences = sentences_of(rows) if rows else invented(rng)
    click.echo("kind    articles  without [wall]     with [wall]   ratio  ms more  copies found   MB")
    for kind in kinds.split(","):
        for size in map(int, sizes.split(",")):
            with tempfile.TemporaryDirectory() as folder:
                articles = batch(kind, size, sentences, rng)
                click.echo(f"{kind:6} {size:9} {_row(size, articles, Path(folder), str(jobs))}")


def _row(size: int, articles: Iterator[tuple[Row, str]], folder: Path, jobs: str) -> str:
    file, truth = folder / "in.jsonl", {}
    with file.open("w", encoding="utf-8") as stream:
        for row, source in articles:
            stream.write(json.dumps(row) + "\n")
            if source:
                truth[row["id"]] = source
    before, wall_before, _ = measured(file, "--jobs", jobs)
    after, wall_after, memory = measured(file, "--jobs", jobs, "--among")
    share = found(file.with_suffix(".reports"), truth)
    return (
        f"{before:9.1f} [{wall_before:4.0f}] {after:8.1f} [{wall_after:4.0f}] {after / before:7.2f} "
        f"{(after - before) / size * 1000:8.1f} {share:13.3f} {memory:4}"
    )


if __name__ == "__main__":
    main()
