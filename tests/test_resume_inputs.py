"""`--resume` over tables, packed rows, an archive, and articles that end or outlast their process."""

from __future__ import annotations

import csv
import gzip
import json
import multiprocessing
import os
import pathlib
import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from resuming import end_half_way, files, resume, rows, written

from copydesk import Policy, Scorer
from copydesk.plugin.batch import score_all
from copydesk.plugin.cli import main
from copydesk.plugin.inputs import FileInput, Input
from copydesk.plugin.item import Line
from copydesk.plugin.outputs import Jsonl
from copydesk.plugin.resume import Resume


def _csv(path: Path, found: list[dict[str, str]]) -> Path:
    with path.open("w", newline="") as file:
        table = csv.DictWriter(file, ["id", "text"])
        table.writeheader()
        table.writerows(found)
    return path


def _packed(path: Path, found: list[dict[str, str]]) -> Path:
    path.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in found).encode()))
    return path


def _parquet(path: Path, found: list[dict[str, str]]) -> Path:
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    pq.write_table(pa.Table.from_pylist(found), path)
    return path


@pytest.mark.parametrize(
    ("make", "name", "output_format"),
    [(_csv, "in.csv", "csv"), (_packed, "in.jsonl.gz", "csv"), (_parquet, "in.parquet", "jsonl")],
)
def test_tables_go_on_after_a_kill(tmp_path: Path, article: str, make: Any, name: str, output_format: str) -> None:
    """Killed over rows of CSV, of packed JSON lines and of Parquet, the output ends with the bytes of a batch left alone, in order."""
    made = make(tmp_path / name, rows(f"{article}\n\n" * 4, 300))
    whole, out = tmp_path / "whole", tmp_path / "out"
    assert resume(made, "--output", whole, output_format=output_format).exit_code == 3
    for _ in range(2):
        code, _ = end_half_way(out, signal.SIGKILL, made, "--jobs", "3", output_format=output_format, more=20_000)
        assert code == -signal.SIGKILL
        assert 0 < (tmp_path / "out.part").stat().st_size < whole.stat().st_size
    done = resume(made, "--output", out, output_format=output_format)
    assert (done.exit_code, "of them in an earlier run" in done.stderr) == (3, True)
    assert out.read_bytes() == whole.read_bytes()
    assert [line.count("r299") for line in out.read_text().splitlines()][-1] == 1


def test_an_archive_goes_on_and_another_state_of_it_is_refused(tmp_path: Path, article: str) -> None:
    """Sources are the same after a kill; an article added to the archive meanwhile would change them, so that is refused."""
    archive, out = tmp_path / "archive.db", tmp_path / "out.jsonl"
    add = ["archive", "add", "--archive", str(archive), "--quiet"]
    assert CliRunner().invoke(main, [*add, str(files(tmp_path / "old", article, "a"))]).exit_code == 0
    inputs = written(tmp_path / "in.jsonl", article, 300)
    asked = (inputs, "--archive", archive)
    assert resume(*asked, "--output", tmp_path / "whole.jsonl").exit_code == 3
    code, _ = end_half_way(out, signal.SIGKILL, *asked, more=20_000)
    assert code == -signal.SIGKILL
    assert resume(*asked, "--output", out).exit_code == 3
    assert out.read_bytes() == (tmp_path / "whole.jsonl").read_bytes()
    assert '"relation": "' in out.read_text()
    assert resume(*asked, "--output", out).stderr.startswith("nothing to do: 300 articles")
    assert CliRunner().invoke(main, [*add, str(files(tmp_path / "more", article, "b"))]).exit_code == 0
    refused = resume(*asked, "--output", out)
    assert (refused.exit_code, "was begun with another archive" in refused.stderr) == (2, True)


class Deadly(type(pathlib.Path())):  # type: ignore[misc]
    """The path of a file that ends every worker process that opens it."""

    def open(self, *arguments: Any, **more: Any) -> Any:
        """Open it in this process alone."""
        if multiprocessing.process.current_process().name != "MainProcess":
            os.kill(os.getpid(), signal.SIGKILL)
        return super().open(*arguments, **more)


def _lines(scorer: Scorer, inputs: list[Input], output: Path, most: int) -> list[Line]:
    """So many lines of a batch over two processes, which is done then, or ended as a signal ends it."""
    with Resume(output, {}, b"") as resumed:
        found: Iterator[Any] = score_all(
            scorer, inputs, jobs=2, model=None, policy=Policy(), writer=Jsonl(), resume=resumed, timeout=5
        )
        lines = []
        for line in islice(found, most):
            resumed.add(line)
            lines.append(line)
        resumed.suspend() if most < len(inputs) else resumed.finish()
        return lines


def test_what_ends_its_process_is_kept_and_not_tried_again(scorer: Scorer, article: str, tmp_path: Path) -> None:
    """An article that kills its process, and one that outlasts --timeout, have their lines; an ended batch goes on behind them."""
    folder = files(tmp_path / "in", article, "abcdefgh")
    os.mkfifo(folder / "pipe")  # to be opened, it waits for somebody who writes
    inputs: list[Input] = [FileInput(f"{name}.txt", folder / f"{name}.txt", "text") for name in "abcdefgh"]
    inputs[1] = FileInput("b.txt", Deadly(folder / "b.txt"), "text")
    inputs[3] = FileInput("pipe", folder / "pipe", "text")
    half = _lines(scorer, inputs, tmp_path / "out.jsonl", 5)
    whole = _lines(scorer, inputs, tmp_path / "out.jsonl", len(inputs))
    assert [line.action for line in whole] == ["publish", "error", "publish", "error", *["publish"] * 4]
    assert [line.kept for line in half + whole] == [*[False] * 5, *[True] * 5, *[False] * 3]
    found = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [each.get("error", {}).get("type") for each in found[:4]] == [None, "killed", None, "timeout"]
    assert [each.get("id") for each in found] == [item.id for item in inputs if isinstance(item, FileInput)]


TWICE = """
import sys, time
from copydesk.plugin.stopping import Stopped, stoppable
try:
    with stoppable():
        try:
            print("begun", flush=True)
            time.sleep(60)
        except Stopped:
            print("stopping", flush=True)
            time.sleep(60)
finally:
    print("ended in good order", flush=True)
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_second_signal_ends_at_once(number: int, code: int) -> None:
    """While the first signal is still being obeyed, the second one of either kind ends the process on the spot."""
    process = subprocess.Popen(
        [sys.executable, "-c", f"import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n{TWICE}"],
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"begun\n"
    process.send_signal(signal.SIGINT)
    assert process.stdout.readline() == b"stopping\n"
    process.send_signal(number)
    assert process.communicate(timeout=30)[0] == b""
    assert process.returncode == code
