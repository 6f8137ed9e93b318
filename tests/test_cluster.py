"""A batch on a real Dask cluster of processes gives the reports of one machine, whoever is killed meanwhile."""

# ruff: noqa: E402 - what follows needs the extra

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

pytest.importorskip("distributed", reason="the extra dask is not installed: pip install 'copydesk[dask]'")
pq = pytest.importorskip("pyarrow.parquet", reason="the extra dask is not installed: pip install 'copydesk[dask]'")

from clusters_of_processes import Processes, until

from copydesk import SIGNALS, Policy, Scorer
from copydesk.plugin import cluster_plan, cluster_work
from copydesk.plugin.cli import main
from copydesk.plugin.cluster import Wanted, score_on_cluster
from copydesk.plugin.cluster_tasks import check_packages, check_paths
from copydesk.plugin.inputs import FileInput
from copydesk.plugin.progress import Progress

ROWS, FILES, RANGE = 60, 5, 8000
CUT = f"import copydesk.plugin.cluster_plan as p; p.FILES, p.RANGE = {FILES}, {RANGE}; from copydesk.plugin.cli import main; main()"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    """A scheduler and two workers."""
    processes = Processes(tmp_path_factory.mktemp("cluster"))
    try:
        processes.add_worker("--no-nanny")
        processes.add_worker("--no-nanny")
        yield processes
    finally:
        processes.stop()


@pytest.fixture
def own_cluster(tmp_path: Path) -> Iterator[Processes]:
    """A scheduler without workers, for a test that kills some."""
    (tmp_path / "cluster").mkdir()
    processes = Processes(tmp_path / "cluster", DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="1")
    try:
        yield processes
    finally:
        processes.stop()


@pytest.fixture(autouse=True)
def _small_partitions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_plan, "FILES", FILES)
    monkeypatch.setattr(cluster_plan, "RANGE", RANGE)


@pytest.fixture
def batch(folder: Path, article: str, promo: str) -> Path:
    """Files and rows in which one line stands again and again, and some that are no articles."""
    paragraphs = article.split("\n\n")
    with (folder / "many.jsonl").open("w") as stream:
        for number in range(ROWS):
            own = [f"{paragraph} So said the {number}th speaker in row {number}." for paragraph in paragraphs]
            row = {"text": "\n\n".join([own[0], promo, *own[1:]])}
            stream.write("{broken\n" if number == 33 else json.dumps(row) + "\n\n")
    for number in range(12):
        (folder / f"file{number:02d}.txt").write_text(
            f"{article}\n\n{promo}\n\nFile {number} ends with its own words here."
        )
    (folder / "file05.txt").write_bytes(bytes(range(32)) * 50)
    return folder


def _score(cluster: Processes, batch: Path, out: Path, *more: str) -> Result:
    arguments = ["score", str(batch), "--engine", "dask", "--scheduler", cluster.address, "--output", str(out), *more]
    return CliRunner().invoke(main, arguments)


def _rows(out: Path) -> list[dict[str, Any]]:
    return [row for path in sorted(out.glob("part-*.parquet")) for row in pq.read_table(path).to_pylist()]


def _contract(row: dict[str, Any]) -> dict[str, Any]:
    """The report of a row, as JSON has it."""
    names = (
        "schema",
        "id",
        "model",
        "language",
        "words",
        "content_hash",
        "action",
        "score",
        "evidence",
        "sources",
        "notes",
    )
    signals = {
        name: {"score": row[name], "flagged": row[f"{name}_flagged"], "threshold": row[f"{name}_threshold"]}
        for name in SIGNALS
    }
    return {**{name: row[name] for name in names}, "signals": signals}


def _local(batch: Path) -> tuple[list[dict[str, Any]], list[str]]:
    """The reports of one machine, and what it says of failures."""
    result = CliRunner().invoke(main, ["score", str(batch), "--format", "jsonl", "--quiet"])
    return [
        each for each in map(json.loads, result.stdout.splitlines()) if "error" not in each
    ], result.stderr.splitlines()


def _is_whole(batch: Path, out: Path) -> bool:
    """Every input once, in order, each report as on one machine, each failure in its place and with its reason."""
    reports, failures = _local(batch)
    rows = _rows(out)
    same = [_contract(row) for row in rows if row["error"] is None] == reports
    return same and [f"{row['id']}: {row['error']}" for row in rows if row["error"] is not None] == failures


def test_the_parts_are_the_local_batch(cluster: Processes, batch: Path, tmp_path: Path) -> None:
    """Report by report, to the digit, with lines counted over the whole batch; failures are rows, named, and exit 3."""
    out = tmp_path / "out"
    result = _score(cluster, batch, out)
    reports, failures = _local(batch)
    assert result.exit_code == 3, result.stderr
    assert result.stderr.splitlines()[:-1] == failures
    assert "2 failed" in result.stderr.splitlines()[-1]
    assert _is_whole(batch, out)
    counted = [e["message"] for report in reports for e in report["evidence"] if "of this batch" in e["message"]]
    assert len(counted) >= ROWS - 1
    manifest = json.loads((out / "_copydesk.json").read_text())
    assert (manifest["state"], manifest["failed"]) == ("complete", 2)
    assert [part["file"] for part in manifest["partitions"]] == sorted(path.name for path in out.glob("*.parquet"))
    for part in manifest["partitions"]:
        assert part["sha256"] == hashlib.sha256((out / part["file"]).read_bytes()).hexdigest()
    assert sorted(path.name for path in out.iterdir() if not path.name.startswith("part-")) == [
        "_SUCCESS",
        "_copydesk.json",
    ]


def test_without_counting_every_article_stands_alone(cluster: Processes, batch: Path, tmp_path: Path) -> None:
    """--no-repeats gives the reports of --no-repeats on one machine."""
    _score(cluster, batch, tmp_path / "out", "--no-repeats")
    result = CliRunner().invoke(main, ["score", str(batch), "--format", "jsonl", "--no-repeats"])
    rows = [_contract(row) for row in _rows(tmp_path / "out") if row["error"] is None]
    assert rows == [each for each in map(json.loads, result.stdout.splitlines()) if "error" not in each]


def test_only_what_changed_is_done_again(cluster: Processes, batch: Path, tmp_path: Path) -> None:
    """A second run keeps all parts; after a change of one file, a damaged part and a surplus one, two are made again."""
    out = tmp_path / "out"
    _score(cluster, batch, out)
    parts = sorted(out.glob("part-*"))
    before = {path.name: path.stat().st_mtime_ns for path in parts}
    assert f"{len(parts)} of them there before" in _score(cluster, batch, out).stderr
    assert {path.name: path.stat().st_mtime_ns for path in out.glob("part-*")} == before
    words = (batch / "file11.txt").read_text().replace("File 11 ends", "File eleven comes to its end")
    (batch / "file11.txt").write_text(words)
    data = bytearray(parts[-1].read_bytes())
    data[len(data) // 3] ^= 1
    parts[-1].write_bytes(data)
    (out / "part-00099.parquet").write_bytes(parts[0].read_bytes())
    (out / ".part-00000.parquet.x.tmp").write_bytes(b"half")
    assert f"{len(parts) - 2} of them there before" in _score(cluster, batch, out).stderr
    assert _is_whole(batch, out)
    assert not list(out.glob(".*"))


def test_another_policy_is_refused(cluster: Processes, batch: Path, tmp_path: Path, scorer: Scorer) -> None:
    """Parts of two policies never mix: the folder is refused and left as it was, or all of it made again."""
    out = tmp_path / "out"
    _score(cluster, batch, out)
    before = {path: path.stat().st_mtime_ns for path in out.iterdir()}
    (tmp_path / "policy.json").write_text('{"thresholds": {"rewrite": 0.0}}')
    result = _score(cluster, batch, out, "--policy", str(tmp_path / "policy.json"))
    assert (result.exit_code, "another policy" in result.stderr) == (2, True)
    assert {path: path.stat().st_mtime_ns for path in out.iterdir()} == before
    policy = Policy(thresholds={"rewrite": 0.0})
    wanted = Wanted((str(batch),), "auto", out, Scorer(scorer.model, policy), None, policy, rescore=True)
    score_on_cluster(wanted, cluster.address, Progress(quiet=True))
    assert {row["rewrite_threshold"] for row in _rows(out) if row["error"] is None} == {0.0}


def _client(cluster: Processes, batch: Path, out: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", CUT, "score", str(batch), "--engine", "dask", "--scheduler", cluster.address]
    return subprocess.Popen([*command, "--output", str(out)], stderr=subprocess.PIPE, text=True)


def _slow(batch: Path, article: str) -> None:
    """More rows: a batch that is still under way when somebody is killed."""
    with (batch / "zmore.jsonl").open("w") as stream:
        for number in range(300):
            stream.write(json.dumps({"id": f"m{number}", "text": f"{article} The {number}th report ends here."}) + "\n")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_client_that_ends_half_way_goes_on(
    cluster: Processes, batch: Path, tmp_path: Path, article: str, number: signal.Signals
) -> None:
    """After kill -9 or Ctrl-C of the command, the same command makes what is missing, and nothing twice."""
    out = tmp_path / "out"
    _slow(batch, article)
    client = _client(cluster, batch, out)
    until(lambda: len(list(out.glob("part-*"))) >= 2)
    client.send_signal(number)
    _, said = client.communicate(timeout=120)
    assert client.returncode == (130 if number == signal.SIGINT else -signal.SIGKILL)
    assert ("the same command goes on" in said) == (number == signal.SIGINT)
    assert "Traceback" not in said
    assert not (out / "_SUCCESS").exists()
    kept = {path: path.stat().st_mtime_ns for path in out.glob("part-*")}
    assert _score(cluster, batch, out).exit_code == 3
    assert _is_whole(batch, out)
    assert len(kept) < len(list(out.glob("part-*")))
    assert {path: path.stat().st_mtime_ns for path in kept} == kept


def test_a_worker_that_is_killed_loses_and_repeats_nothing(
    own_cluster: Processes, batch: Path, tmp_path: Path, article: str
) -> None:
    """kill -9 of one of two worker processes half-way: the other one does its work."""
    own_cluster.add_worker("--no-nanny")
    victim = own_cluster.add_worker("--no-nanny")
    out = tmp_path / "out"
    _slow(batch, article)
    client = _client(own_cluster, batch, out)
    until(lambda: len(list(out.glob("part-*"))) >= 3)
    assert client.poll() is None
    os.kill(victim.pid, signal.SIGKILL)
    _, said = client.communicate(timeout=300)
    assert client.returncode == 3, said
    assert (out / "_SUCCESS").exists()
    assert _is_whole(batch, out)


def test_a_scheduler_that_is_killed_is_told_of(
    own_cluster: Processes, batch: Path, tmp_path: Path, article: str
) -> None:
    """The command ends with one sentence, and leaves no mark of success."""
    own_cluster.add_worker("--no-nanny")
    _slow(batch, article)
    client = _client(own_cluster, batch, tmp_path / "out")
    until(lambda: len(list((tmp_path / "out").glob("part-*"))) >= 1)
    own_cluster.stop()
    _, said = client.communicate(timeout=120)
    assert client.returncode == 2
    assert said.splitlines()[-1].startswith("Error: the scheduler was lost")
    assert "Traceback" not in said
    assert not (tmp_path / "out" / "_SUCCESS").exists()


def test_an_input_that_kills_workers_is_found(own_cluster: Processes, batch: Path, tmp_path: Path) -> None:
    """It is left out and named, and the others of its partition are scored."""
    preload = tmp_path / "deadly.py"
    preload.write_text(
        "import os\nimport copydesk.plugin.batch\nfrom copydesk.plugin import cluster_work as work\n"
        "score = copydesk.plugin.batch.score_item\n"
        "def deadly(scorer, item, *more):\n"
        "    if b'row 41.' in getattr(item, 'line', b''):\n        os.kill(os.getpid(), 9)\n"
        "    return score(scorer, item, *more)\n"
        "work.score_item = deadly\n"
    )
    for _ in range(2):
        own_cluster.add_worker("--preload", str(preload))
    result = _score(own_cluster, batch, tmp_path / "out")
    assert result.exit_code == 3, result.stderr
    (found,) = [row for row in _rows(tmp_path / "out") if "killed the worker" in (row["error"] or "")]
    assert "many.jsonl:82: it killed the worker" in result.stderr
    assert found["id"] == "many.jsonl:82"
    reports, _ = _local(batch)
    assert len([row for row in _rows(tmp_path / "out") if row["error"] is None]) == len(reports) - 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--engine", "dask"], "needs --scheduler ADDRESS"),
        (["--scheduler", "tcp://127.0.0.1:9"], "needs --scheduler ADDRESS"),
        (
            ["--engine", "dask", "--scheduler", "tcp://127.0.0.1:9", "--output", "out", "--jobs", "2"],
            "without --format, --jobs",
        ),
        (["--engine", "dask", "--scheduler", "nonsense://x", "--output", "out"], "no Dask scheduler answers"),
        (["--output", "."], "is a folder, expected a file"),
    ],
)
def test_wrong_usage_is_told_in_a_sentence(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    """Options that do not go together, and an address at which nobody answers."""
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["score", str(folder), *arguments])
    assert result.exit_code == 2
    assert said in result.stderr
    assert "Traceback" not in result.output


def test_a_folder_of_something_else_is_refused(cluster: Processes, folder: Path, tmp_path: Path) -> None:
    """An output folder that holds other things is not written into."""
    (tmp_path / "holiday.jpg").touch()
    result = _score(cluster, folder, tmp_path)
    assert result.exit_code == 2
    assert "and no _copydesk.json" in result.stderr


class _Answering:
    """A client whose workers answer so."""

    def __init__(self, answers: dict[str, object]) -> None:
        self._answers = answers

    def run(self, function: object, *arguments: object, **options: object) -> dict[str, object]:
        return self._answers


def test_workers_that_differ_are_named() -> None:
    """Another version of Copydesk on a worker, and one that does not see the files, are one sentence each."""
    with pytest.raises(cluster_plan.ClusterError, match=r"^worker tcp://a:1: has Copydesk 0\.0\.9, expected "):
        check_packages(_Answering({"tcp://a:1": "0.0.9"}))  # type: ignore[arg-type]
    with pytest.raises(cluster_plan.ClusterError, match=r"^worker tcp://a:1: cannot read /in/x"):
        check_paths(_Answering({"tcp://a:1": Path("/in/x")}), ())  # type: ignore[arg-type]


def test_a_fault_on_a_worker_comes_back_as_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is raised there, one error of ours leaves it, with nothing behind it that could not be sent."""

    def deep(job: object) -> None:
        raise RecursionError(lambda: None)

    monkeypatch.setattr(cluster_work, "_check", deep)
    partition = cluster_plan.Partition(3, (FileInput("a.txt", Path("/a.txt"), "text"),))
    with pytest.raises(cluster_plan.ClusterError, match=r"^a\.txt: internal error \(RecursionError\)") as caught:
        cluster_work.survey(partition, object(), True)  # type: ignore[arg-type]
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
