"""`copydesk clean` and `copydesk explain`: one article at a time."""

from __future__ import annotations

from pathlib import Path

import click

from .options import EXISTING, FILE, OUTPUT, allow_option, loaded_scorer, model_options


@click.command()
@click.argument("file", type=EXISTING)
@click.option("--output", type=OUTPUT, help="Write to this file in place of standard output; it may be FILE itself.")
@click.option("--padding", is_flag=True, help="Remove paragraphs that only pad, too.")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["source", "json"]),
    default="source",
    show_default=True,
    help="The cleaned article as it is, or an object with it and the removed lines.",
)
@click.option("--dry-run", is_flag=True, help="Show the difference, and write nothing.")
@model_options
def clean(
    file: str,
    output: Path | None,
    padding: bool,
    output_format: str,
    dry_run: bool,
    model: Path | None,
    policy: Path | None,
) -> None:
    """Remove injected lines and debris from one article.

    What remains goes to standard output or to --output; the removed lines are named on standard error. FILE is an HTML,
    Markdown or text file in UTF-8, or - for standard input.

    With --format json, one line of JSON is written: {"content": "...", "removed": [...]}. Each of "removed" is an object
    as in a report's evidence; its start and end index the text of the article as it was read, which content is not.
    """
    from .config import load_settings
    from .run import run_clean

    if dry_run and output:
        raise click.UsageError("--dry-run writes nothing: leave out --output")
    if dry_run and output_format == "json":
        raise click.UsageError("--dry-run shows a difference: leave out --format json")
    scorer = loaded_scorer(load_settings(model=model, policy=policy))
    run_clean(scorer, file, output, padding=padding, dry_run=dry_run, as_json=output_format == "json")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--output", type=OUTPUT, help="Write to this file, whole or not at all, in place of standard output.")
@click.option("--id", help="FILE holds an article a line (.jsonl, .jsonl.gz): show the one with this id.")
@click.option("--title", default="", help="The headline; else the article's own.")
@click.option("--archive", type=FILE, help="Look up in this archive what the article is made from.")
@click.option(
    "--source",
    type=click.Path(exists=True, dir_okay=False),
    help="Compare with the one article in this file, in place of an archive.",
)
@allow_option
@model_options
def explain(
    file: str,
    output: Path | None,
    id: str | None,
    title: str,
    archive: Path | None,
    source: str | None,
    allow: tuple[str, ...],
    model: Path | None,
    policy: Path | None,
) -> None:
    """Show one article with its lines marked, as an HTML page.

    The page is one file that loads and runs nothing, for any browser: the verdict, the four signals, and the text with
    every marked line, its reason and its score. FILE is an HTML, Markdown or text file, or - for standard input.

    With --archive or --source, it shows the article beside the one that it is copied or rewritten from, sentence by
    sentence. An archive that keeps texts is needed to see both.
    """
    from .config import load_settings
    from .explain import run_explain

    if archive is not None and source is not None:
        raise click.UsageError("--archive and --source: expected one of them")
    scorer = loaded_scorer(load_settings(model=model, policy=policy, allow=allow))
    run_explain(scorer, file, output, id=id, title=title, archive=archive, source=source)
