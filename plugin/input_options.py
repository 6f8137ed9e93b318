"""The options that say which inputs there are: the same for every command that takes many of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from .inputs import Format, Inputs

_FORMATS = click.Choice(["auto", "jsonl", "csv", "tsv", "parquet", "warc", "html", "text", "markdown"])

F = TypeVar("F", bound=Callable[..., Any])


def input_options(command: F) -> F:
    """The argument PATH... and the options `--input-format`, `--exclude`, `--files-from` and `--columns`."""
    for add in (
        click.option(
            "--columns",
            multiple=True,
            metavar="FIELD=COLUMN,...",
            help="Columns of CSV and Parquet: text=body,title=headline. Default: those called id, title, text, html, url, date.",
        ),
        click.option(
            "--files-from",
            type=click.Path(exists=True, dir_okay=False, allow_dash=True),
            metavar="FILE",
            help="A list of more paths, one a line, or with NUL between them; - is standard input.",
        ),
        click.option(
            "--exclude",
            multiple=True,
            metavar="PATTERN",
            help="Leave out of folders and patterns what is called so; may be given again. drafts/, *.bak, de/**/old.html",
        ),
        click.option("--input-format", type=_FORMATS, default="auto", show_default=True, help="What the inputs are."),
        click.argument("paths", nargs=-1, type=click.Path(allow_dash=True), metavar="PATH..."),
    ):
        command = add(command)
    return command


def chosen_inputs(
    paths: Sequence[str],
    input_format: Format,
    exclude: Sequence[str],
    files_from: str | None,
    columns: Sequence[str],
    skip: Path | Sequence[Path | None],
) -> Inputs:
    """What the options ask for; `skip` are our own outputs.

    Raises UsageError where they contradict each other, and InputError where a path is not there.
    """
    from .inputs import find, parse_columns

    if not paths and files_from is None:
        raise click.UsageError("Missing argument 'PATH...', or --files-from FILE")
    if columns and input_format not in ("auto", "csv", "tsv", "parquet"):
        raise click.UsageError(f"--columns is for CSV and Parquet, the inputs are {input_format} (--input-format)")
    named = parse_columns(columns)
    return find(paths, input_format, skip=skip, exclude=exclude, columns=named, files_from=files_from)


def tell_passed_over(inputs: Inputs) -> None:
    """Say on standard error what WARC files held beside pages."""
    from .table import visible

    if passed := inputs.passed_over():
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(passed.items()))
        click.echo(visible(f"passed over in WARC files: {kinds}"), err=True)
