"""`--resume`: where it can go on at all, and what reports depend on beside their articles."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click

import copydesk
from copydesk import Scorer

from .journal import ResumeError, own_files
from .outputs import Csv, Jsonl, Writer, is_packed
from .resume import Resume


@contextmanager
def resuming(
    wanted: bool,
    scorer: Scorer,
    writer: Writer,
    output: Path | None,
    paths: Sequence[str],
    *,
    rescore: bool,
    archive: Path | None,
    options: Mapping[str, object],
) -> Iterator[Resume | None]:
    """The output of an earlier run, or of a new one that can go on later; None where that is not `wanted`.

    Raises ResumeError where the batch cannot go on, or was begun with something else.
    """
    if not wanted:
        yield None
        return
    if output is None or not isinstance(writer, Jsonl | Csv):
        raise ResumeError("--resume needs --output FILE, and --format jsonl or csv")
    if is_packed(output):
        raise ResumeError(f"--resume cannot go on with a packed file: {output} ends in .gz")
    for path in paths:
        if path == "-":
            raise ResumeError(
                "--resume needs inputs that can be read again, and standard input cannot: write it to a file"
            )
        if os.path.lexists(path) and not (Path(path).is_file() or Path(path).is_dir()):
            raise ResumeError(f"--resume needs inputs that can be read again, files and folders, and {path} is none")
    begun_with: dict[str, object] = {
        "version of Copydesk": copydesk.__version__,
        "model": str(scorer.model.manifest["sha256"]),
        "policy": {name: _plain(value) for name, value in asdict(scorer.policy).items()},
        "archive": archive and _state(archive, scorer),
        **{f"--{name}": value for name, value in options.items()},
    }
    start = writer.start().encode("utf-8", "replace")
    with Resume(output, begun_with, start, rescore=rescore, tell=lambda said: click.echo(said, err=True)) as resume:
        yield resume


def outputs_of(output: Path | None, *, resume: bool) -> list[Path]:
    """The files that a batch writes: none of them is an input of its own."""
    if output is None:
        return []
    return [output, *(own_files(Path(os.path.realpath(output))) if resume else ())]


def _plain(value: object) -> object:
    """As JSON would give it back."""
    return list(value) if isinstance(value, tuple) else dict(value) if isinstance(value, Mapping) else value


def _state(archive: Path, scorer: Scorer) -> list[int]:
    """Other numbers after every article that was added, replaced or removed."""
    from copydesk import Matcher

    from .archive import Archive
    from .archive_file import failures

    with Archive(archive, Matcher(scorer.model)) as opened, failures(archive):
        query = "SELECT count(*), coalesce(max(number), 0), coalesce(sum(number), 0) FROM article"
        return [int(each) for each in opened.connection.execute(query).fetchone()]
