"""A batch on an existing Dask cluster: the reports of `copydesk score` on one machine, in Parquet parts.

Two passes, as on one machine: workers look through the partitions and give the prints of their lines, which the one counter adds up
here, in input order; then they score, with those counts, each partition into a part of its own. So the reports are those of one
machine. What has been done is known from the parts alone: whoever starts the same command again gets what is missing.
"""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
import numpy as np

import copydesk
from copydesk import Policy, RepeatCounter, Repeats, Scorer

from .batch import FEWEST
from .cluster_model import ModelPlugin, pack
from .cluster_parts import FORMAT, MANIFEST, SUCCESS, Part, clear, part_name, read_manifest, write_file
from .cluster_plan import ClusterError, Partition, Range, partitions
from .cluster_tasks import Cluster, Task, check_packages, check_paths, connected, forget_model
from .cluster_work import Job, score_part, survey
from .inputs import Format
from .outputs import OutputError
from .progress import Progress
from .table import visible

_LEVELS = ("publish", "review", "hold")
_MOST_NAMED = 1000  # failures that are named on standard error; all of them are rows of the parts


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be scored, and where to; `scorer` was loaded from `model` (None: the shipped one) with `policy`."""

    paths: tuple[str, ...]
    input_format: Format
    folder: Path
    scorer: Scorer
    model: Path | None
    policy: Policy
    repeats: bool = True
    rescore: bool = False


@dataclass(slots=True)
class _Seen:
    """What the first pass knows of a partition: its digest, and where in their file its lines stand."""

    digest: str
    first: int = 1
    blank: bool = False


def score_on_cluster(wanted: Wanted, address: str, progress: Progress, *, fail_on: str | None = None) -> int:
    """Score all inputs on the cluster of that scheduler, and name every failure; the exit code.

    Raises ClusterError, InputError and OutputError. On Ctrl-C, what is under way is cancelled.
    """
    plan = partitions(wanted.paths, wanted.input_format, skip=wanted.folder)
    folder = _prepared(wanted.folder)
    shipped = pack(wanted.scorer, wanted.model)
    settings = _settings(wanted, shipped.sha256)
    before = read_manifest(folder)
    if before is not None and not wanted.rescore:
        _refuse_other(folder, before.get("settings"), settings)
    done: list[Part] = []
    try:
        with connected(address) as client, progress:
            check_packages(client)
            (folder / SUCCESS).unlink(missing_ok=True)
            _write_manifest(folder, settings, [])
            check_paths(client, (folder / MANIFEST, *(Path(path).absolute() for path in wanted.paths)))
            name = f"copydesk-{shipped.sha256[:12]}-{id(client)}"
            client.register_plugin(ModelPlugin(shipped), name=name)
            try:
                job = Job(copydesk.__version__, _digest(settings), shipped.sha256, wanted.policy, folder)
                for part in _parts(Cluster(client, job), plan, wanted, job, progress):
                    done.append(part)
            finally:
                forget_model(client, name)
    except KeyboardInterrupt:
        click.echo(f"{len(done)} parts are done; the same command goes on with the others", err=True)
        raise
    _finish(folder, settings, done)
    return _summary(done, fail_on)


def _parts(cluster: Cluster, plan: Iterator[Partition], wanted: Wanted, job: Job, progress: Progress) -> Iterator[Part]:
    """Each part, in order, as it is there; failures are named."""
    seen, repeats = _surveyed(cluster, plan, wanted, job, progress)
    job = replace(job, repeats=_write_repeats(job.folder, repeats))
    clear(job.folder, frozenset(part_name(number, len(seen)) for number in range(len(seen))))

    def tasks() -> Iterator[Task]:
        again = partitions(wanted.paths, wanted.input_format, skip=wanted.folder)
        for known, partition in zip(seen, again, strict=False):
            piece = partition.pieces[0]
            if isinstance(piece, Range):
                partition = replace(partition, pieces=(replace(piece, first=known.first, blank=known.blank),))
            yield Task(partition, _scoring(partition, job, known, len(seen)))

    scored = failed = 0
    for _, part in cluster.in_order(tasks()):
        progress.clear()
        for failure in part.failures:
            if failed < _MOST_NAMED:
                click.echo(f"{visible(failure.where)}: {visible(failure.reason)}", err=True)
            failed += 1
        failed += part.failed - len(part.failures)
        scored += part.rows - part.failed
        progress.scored(scored, failed)
        yield part
    if failed > _MOST_NAMED:
        click.echo(f"{failed - _MOST_NAMED} failures more: the rows of the parts that have an error", err=True)


def _scoring(partition: Partition, job: Job, known: _Seen, count: int) -> Any:
    def call(left_out: frozenset[int]) -> tuple[Any, ...]:
        made_of = [
            job.settings,
            known.digest,
            known.first,
            known.blank,
            job.repeats and job.repeats.name,
            sorted(left_out),
        ]
        return score_part, partition, job, part_name(partition.number, count), _digest(made_of), left_out

    return call


def _surveyed(
    cluster: Cluster, plan: Iterator[Partition], wanted: Wanted, job: Job, progress: Progress
) -> tuple[list[_Seen], Repeats | None]:
    """What each partition holds, and which lines stand in many articles of the batch; None where they are not counted."""

    def looking(partition: Partition) -> Task:
        return Task(partition, lambda left_out: (survey, partition, job, wanted.repeats, left_out))

    counter = RepeatCounter()
    seen: list[_Seen] = []
    inputs, line, blank = 0, 1, True
    for partition, found in cluster.in_order(map(looking, plan)):
        inputs += found.inputs
        for each in found.prints():
            counter.add(each)
        piece = partition.pieces[0]
        if isinstance(piece, Range):
            if piece.start == 0:
                line, blank = 1, True
            blank = blank and not found.inputs
            seen.append(_Seen(found.digest, line, blank and piece.last))
            line += found.begun
        else:
            seen.append(_Seen(found.digest))
        progress.counted(inputs)
    return seen, counter.result() if wanted.repeats and inputs >= FEWEST else None


def _prepared(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be made, expected the name of a folder ({error.strerror})") from error
    return folder.absolute()


def _settings(wanted: Wanted, model: str) -> dict[str, Any]:
    """All that a report depends on beside its input."""
    policy = dataclasses.asdict(wanted.policy)
    return {
        "version": copydesk.__version__,
        "model": {"name": wanted.scorer.model.name, "sha256": model},
        "policy": {**policy, "allow": list(wanted.policy.allow)},
        "options": {"input_format": wanted.input_format, "repeats": wanted.repeats},
    }


def _refuse_other(folder: Path, before: object, settings: dict[str, Any]) -> None:
    """Raises ClusterError where the folder holds the parts of another model, policy, version or option."""
    known = before if isinstance(before, dict) else {}
    other = [name for name in settings if known.get(name) != settings[name]]
    if other:
        raise ClusterError(
            f"{folder}: was made with another {' and '.join(other)}; expected another folder, or --rescore to make its parts again"
        )


def _write_repeats(folder: Path, repeats: Repeats | None) -> Path | None:
    """Put the counts where all workers see them, under a name that says what is in it."""
    if repeats is None:
        return None
    data = io.BytesIO()
    np.savez(data, keys=repeats.keys, counts=repeats.counts)
    counted = hashlib.sha256(repeats.keys.tobytes() + repeats.counts.tobytes()).hexdigest()
    path = folder / f"_repeats-{counted[:32]}.npz"
    write_file(path, data.getvalue())
    return path


def _write_manifest(folder: Path, settings: dict[str, Any], parts: Sequence[Part], *, complete: bool = False) -> None:
    known = [
        {name: value for name, value in dataclasses.asdict(part).items() if name not in ("failures", "kept")}
        for part in parts
    ]
    manifest = {
        "format": FORMAT,
        "state": "complete" if complete else "running",
        "settings": settings,
        "rows": sum(part.rows for part in parts),
        "failed": sum(part.failed for part in parts),
        "partitions": known,
    }
    write_file(folder / MANIFEST, (json.dumps(manifest, indent=1) + "\n").encode("utf-8", "backslashreplace"))


def _finish(folder: Path, settings: dict[str, Any], parts: Sequence[Part]) -> None:
    """Every part is there: say so, the last word last."""
    for number, part in enumerate(parts):
        if part.number != number or not (folder / part.file).is_file():
            raise ClusterError(
                f"{folder / part.file}: was removed while the batch ran; the same command makes it again"
            )
    for old in folder.glob("_repeats-*.npz"):
        old.unlink(missing_ok=True)
    _write_manifest(folder, settings, parts, complete=True)
    write_file(folder / SUCCESS, b"")


def _summary(parts: Sequence[Part], fail_on: str | None) -> int:
    actions: Counter[str] = Counter()
    for part in parts:
        actions.update(part.actions)
    rows, failed, kept = (sum(values) for values in zip(*((p.rows, p.failed, p.kept) for p in parts), strict=True))
    counted = ", ".join(f"{actions[level]} {level}" for level in _LEVELS)
    click.echo(
        f"{rows} inputs in {len(parts)} parts, {kept} of them there before: {counted}, {failed} failed", err=True
    )
    if failed:
        return 3
    return int(bool(fail_on) and any(actions[level] for level in _LEVELS[_LEVELS.index(fail_on or "publish") :]))


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
