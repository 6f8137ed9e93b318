"""The command line. Exit codes: 0 done, 1 --fail-on met, 2 wrong usage, 3 some inputs failed, 130 interrupted.

Everything that a command needs is imported inside of it, so that each starts fast.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click

from .article_commands import clean, explain
from .group import Commands, failure
from .options import FOLDER, allow_option, loaded_scorer, model_options, state_option
from .score_command import score

_ARCHIVE = click.Path(dir_okay=False, path_type=Path)  # a service that may add to it makes it


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="copydesk", message="%(prog)s %(version)s")
def main() -> None:
    """Find rewrites, SEO padding, injected links and feed debris in articles, and show the exact lines.

    Everything runs on this machine: no text leaves it.
    """


@main.command()
@click.argument("folder", required=False, type=FOLDER)
@click.option("--card", is_flag=True, help="Print the model card (Markdown).")
def model(folder: Path | None, card: bool) -> None:
    """Show the model, its thresholds and its main figures.

    FOLDER is a model folder; by default the shipped model, or the one that COPYDESK_MODEL names.
    """
    from .config import load_settings
    from .run import describe

    loaded = loaded_scorer(load_settings(model=folder)).model
    if card and not loaded.card:
        raise failure(f"model {loaded.name}: its folder has no README.md, the model card")
    click.echo(loaded.card if card else describe(loaded))


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Others need a token or a secret.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free one.")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes. Default: one a core.")
@click.option("--max-body", type=int, help="Bytes of the largest request body. Default: 2 MiB.")
@click.option("--archive", type=_ARCHIVE, help="Name the articles of this archive that an article is made from.")
@click.option("--log-format", type=click.Choice(["json", "text"]), help="Default: text on a terminal, JSON elsewhere.")
@state_option
@allow_option
@model_options
def serve(
    host: str,
    port: int,
    workers: int | None,
    max_body: int | None,
    archive: Path | None,
    log_format: str | None,
    state: Path | None,
    allow: tuple[str, ...],
    model: Path | None,
    policy: Path | None,
) -> None:
    """Answer POST /score over HTTP, until SIGTERM or Ctrl-C.

    GET /openapi.json describes the service, and / is a page for editors. With COPYDESK_TOKEN or COPYDESK_SECRET set, requests need
    a bearer token or a signature; POST /archive, which adds to the archive, always does.
    """
    from .config import load_settings, require_token
    from .service import run_service

    settings = load_settings(
        model=model,
        policy=policy,
        max_body=max_body,
        state=state,
        archive=archive,
        allow=allow,
        log_format=log_format,
    )
    require_token(settings, host)
    run_service(loaded_scorer(settings), settings, host, port, workers)


@main.command()
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "jsonl"]),
    default="table",
    show_default=True,
    help="A line to read, or an object a line.",
)
@state_option
def feedback(output_format: str, state: Path | None) -> None:
    """List what moderators answered to verdicts, oldest first.

    The service keeps the answers that content management systems send to POST /feedback in its state folder.
    """
    from .config import load_settings
    from .feedback import feedback_heading, feedback_row, feedback_to_dict, stored_feedback
    from .schema import to_json

    as_json = output_format == "jsonl"
    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else 160
    answers = stored_feedback(load_settings(state=state).state)
    for number, each in enumerate(answers):
        if not number and not as_json:
            click.echo(feedback_heading())
        click.echo(to_json(feedback_to_dict(each)) if as_json else feedback_row(each, columns))


for command in (score, clean, explain):
    main.add_command(command)
