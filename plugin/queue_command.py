"""`copydesk queue`: what waits, what failed and why, and the desk by itself. No text of an article is printed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timezone
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from .jobs import Job, State
    from .queue import Queue

_FORMAT = click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "jsonl"]),
    default="table",
    show_default=True,
    help="A table to read, or an object a line.",
)
_MOST = 1000


@click.group(invoke_without_command=True)
@_FORMAT
@click.pass_context
def queue(ctx: click.Context, output_format: str) -> None:
    """What webhooks asked for: what waits, what failed and why.

    COPYDESK_STATE names the folder of the queue. Without a command, the jobs that wait and the dead letters are listed.
    """
    if ctx.invoked_subcommand is None:
        _print(_open().jobs(("waiting", "running", "dead"), _MOST), output_format)


@queue.command(name="list")
@click.option(
    "--all", "everything", is_flag=True, help="Also what is done or was dropped, for the week that it is kept."
)
@_FORMAT
def list_jobs(everything: bool, output_format: str) -> None:
    """List the jobs that wait or are worked on."""
    states: tuple[State, ...] = ("waiting", "running")
    _print(
        _open().jobs(("waiting", "running", "done", "dropped", "dead") if everything else states, _MOST), output_format
    )


@queue.command()
@_FORMAT
def dead(output_format: str) -> None:
    """List the dead letters: what was tried so often that it was given up, with the reason."""
    _print(_open().jobs(("dead",), _MOST), output_format)


@queue.command()
@click.argument("number", type=click.IntRange(min=1), metavar="ID")
def retry(number: int) -> None:
    """Try a dead letter, or a job that waits, at once."""
    _open().retry(number, time.time())
    click.echo(f"job {number} is due now", err=True)


@queue.command()
@click.argument("number", type=click.IntRange(min=1), metavar="ID")
def drop(number: int) -> None:
    """Give a dead letter, or a job that waits, up, and delete its text."""
    _open().drop(number, time.time())
    click.echo(f"job {number} is dropped", err=True)


@queue.command()
@_FORMAT
def stats(output_format: str) -> None:
    """Count the jobs by their state, and the deliveries by what was made of them."""
    from .schema import to_json

    states, counts = _open().stats()
    if output_format == "jsonl":
        hooks = [{"hook": cms, "what": what, "number": number} for cms, what, number in counts]
        click.echo(to_json({"jobs": dict(states), "deliveries": hooks}))
        return
    for state in ("waiting", "running", "done", "dropped", "dead"):
        click.echo(f"{states.get(state, 0):8} {state}")
    for cms, what, number in counts:
        click.echo(f"{number:8} {cms}: {what}")


@queue.command()
@click.option(
    "--model", type=click.Path(exists=True, file_okay=False), help="A model folder in place of the shipped model."
)
@click.option("--policy", type=click.Path(exists=True, dir_okay=False), help="Thresholds and actions, a JSON file.")
def work(model: str | None, policy: str | None) -> None:
    """Work on the queue in this process, until SIGTERM or Ctrl-C.

    `copydesk serve` does so by itself; this is for a machine of its own, or beside another server. Several may run.
    """
    from pathlib import Path

    from copydesk import ConfigError, Matcher, Scorer

    from .archive import Archive
    from .config import load_settings
    from .keeper import run_desk

    settings = load_settings(model=Path(model) if model else None, policy=Path(policy) if policy else None)
    if settings.hooks is None or settings.state is None:
        raise ConfigError("there is nothing to work on: COPYDESK_HOOKS and COPYDESK_STATE are to be set")
    scorer = Scorer.load(settings.model, settings.policy)
    if settings.archive is not None:
        Archive(settings.archive, Matcher(scorer.model)).close()  # refused here, rather than in every report
    run_desk(scorer, settings)


def _open() -> Queue:
    from copydesk import ConfigError

    from .config import load_settings
    from .queue import FILE, Queue

    settings = load_settings()
    if settings.state is None:
        raise ConfigError("COPYDESK_STATE is not set: it names the folder of the queue")
    if not (settings.state / FILE).is_file():
        raise ConfigError(f"{settings.state / FILE}: there is no queue yet")
    return Queue(settings.state)


def _print(jobs: Sequence[Job], output_format: str) -> None:
    from .schema import to_json
    from .table import cut, visible

    if output_format == "jsonl":
        for job in jobs:
            click.echo(to_json(_fields(job)))
        return
    if not jobs:
        click.echo("nothing waits", err=True)
        return
    click.echo(f"{'id':>6} {'state':8} {'tries':>5} {'due':20} {'hook':9} article, reason")
    for job in jobs:
        article = cut(visible(job.article), 60)
        line = f"{job.id:>6} {job.state:8} {job.attempts:>5} {_time(job.due):20} {job.cms:9} {article}"
        click.echo(line + (f"  {visible(job.reason)}" if job.reason else ""))


def _fields(job: Job) -> dict[str, object]:
    return {
        "id": job.id,
        "hook": job.cms,
        "article": job.article,
        "content_hash": job.content_hash,
        "event": job.event,
        "state": job.state,
        "attempts": job.attempts,
        "due": _time(job.due),
        "created": _time(job.created),
        "changed": _time(job.changed),
        "reason": job.reason,
    }


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z")
