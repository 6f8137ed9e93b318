"""The Parquet parts of a batch on a cluster, and the files that say what they are: `_copydesk.json` and `_SUCCESS`.

A part is written beside its name, flushed to the disk and renamed, so under its name it is whole. It carries the digest of all that
it was made of; a part with another one is made again. Its pages have checksums, which a part that is kept has passed.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from copydesk import Report, error_row, report_row, row_schema

from .batch import Outcome
from .cluster_plan import ClusterError, Partition
from .inputs import Failure
from .outputs import OutputError

MANIFEST = "_copydesk.json"
SUCCESS = "_SUCCESS"
FORMAT = 1
MOST_NAMED = 100  # failures of a part that its worker tells the client of; all of them are rows of the part
_ROWS = 1000  # of a row group, 0.6 MB before it is packed, measured on 400 reports
_KEY = b"copydesk.key"
_MANIFEST_BYTES = 1024 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Part:
    """A part that is there: how many rows it has, how many of them failed, its actions, and the failures that are to be named."""

    number: int
    file: str
    inputs: str
    key: str
    sha256: str
    bytes: int
    rows: int
    failed: int
    actions: Mapping[str, int]
    failures: tuple[Failure, ...] = ()
    kept: bool = field(default=False, compare=False)


def part_name(number: int, count: int) -> str:
    """The name of a part; names of one batch are equally long, so that their order is the parts'."""
    return f"part-{number:0{max(5, len(str(count - 1)))}d}.parquet"


def write_part(path: Path, partition: Partition, key: str, outcomes: Iterable[Outcome]) -> Part:
    """Write a part, whole or not at all. Raises OutputError."""
    schema = row_schema().with_metadata({_KEY: key.encode()})
    stream = iter(outcomes)
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
        try:
            with os.fdopen(descriptor, "wb") as file:
                with pq.ParquetWriter(file, schema, compression="zstd", write_page_checksum=True) as writer:
                    while rows := [_row(outcome) for outcome in islice(stream, _ROWS)]:
                        writer.write_table(pa.Table.from_pylist(rows, schema=schema))
                file.flush()
                os.fchmod(file.fileno(), 0o644)
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
        sync(path.parent)
        found = _look(path, partition, key, kept=False)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from error
    if found is None:
        raise OutputError(f"{path}: is not what was written to it")
    return found


def kept_part(path: Path, partition: Partition, key: str) -> Part | None:
    """The part that an earlier run left, if it is whole and made of the same; None where it is to be made."""
    try:
        return _look(path, partition, key, kept=True)
    except OSError:
        return None


def _look(path: Path, partition: Partition, key: str, *, kept: bool) -> Part | None:
    data = path.read_bytes()
    try:
        with pq.ParquetFile(io.BytesIO(data), page_checksum_verification=True) as file:
            if (file.schema_arrow.metadata or {}).get(_KEY) != key.encode() or not file.schema_arrow.equals(
                row_schema()
            ):
                return None
            file.read()  # every page, so that every checksum is looked at
            table = file.read(columns=["id", "action", "error"])
    except (pa.ArrowException, OSError):
        return None
    failed = [Failure(row["id"], row["error"]) for row in table.to_pylist() if row["error"] is not None]
    counts = {each["values"]: each["counts"] for each in table["action"].value_counts().to_pylist()}
    counts.pop(None, None)
    return Part(
        partition.number,
        path.name,
        partition.name,
        key,
        hashlib.sha256(data).hexdigest(),
        len(data),
        table.num_rows,
        len(failed),
        dict(sorted(counts.items())),
        tuple(failed[:MOST_NAMED]),
        kept,
    )


def _row(outcome: Outcome) -> dict[str, Any]:
    row = report_row(outcome) if isinstance(outcome, Report) else error_row(outcome.where, outcome.reason)
    return {name: _valid(value) for name, value in row.items()}


def _valid(value: Any) -> Any:
    """Text that is valid UTF-8: names of files may hold bytes that are not."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {name: _valid(each) for name, each in value.items()}
    return [_valid(each) for each in value] if isinstance(value, list) else value


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """What the folder says of itself; None where it holds no batch. Raises ClusterError where it holds something else."""
    path = folder / MANIFEST
    try:
        if path.stat().st_size > _MANIFEST_BYTES:
            raise ClusterError(f"{path}: larger than {_MANIFEST_BYTES} bytes, expected the manifest of a batch")
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        strange = next((each.name for each in folder.iterdir() if not each.name.startswith(".")), None)
        if strange is not None:
            raise ClusterError(
                f"{folder}: holds {strange} and no {MANIFEST}, expected an empty folder or that of a batch"
            ) from None
        return None
    except OSError as error:
        raise ClusterError(f"{path}: cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise ClusterError(f"{path}: not JSON, expected the manifest of a batch") from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise ClusterError(f"{path}: expected the manifest of a batch, format {FORMAT}")
    return found


def write_file(path: Path, data: bytes) -> None:
    """Put a file in place whole. Raises OutputError."""
    part = path.with_name(f".{path.name}.tmp")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        sync(path.parent)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from error


def sync(folder: Path) -> None:
    """Make a renaming last; not every shared file system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def clear(folder: Path, names: frozenset[str]) -> None:
    """Remove what earlier runs left: parts that are not of this batch, and files that were never finished."""
    for each in folder.iterdir():
        unfinished = each.name.startswith(".") and each.name.endswith(".tmp")
        if unfinished or (each.name.startswith("part-") and each.name not in names):
            with suppress(OSError):
                each.unlink()
