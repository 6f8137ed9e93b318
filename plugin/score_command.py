"""`copydesk score`: its options, and which of them go together; `scoring` does the work."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .input_options import chosen_inputs, input_options, tell_passed_over
from .options import FILE, OUTPUT, allow_option, loaded_scorer, model_options

if TYPE_CHECKING:
    from .among import Among
    from .inputs import Format, Inputs
    from .progress import Progress

_FORMATS = click.Choice(["table", "jsonl", "csv", "parquet", "html"])
_FORMATS_HELP = (
    "A table to read, a report a line, rows for a spreadsheet, columns for analysis, or one page with everything."
)
_OUTPUT_OR_FOLDER = click.Path(path_type=Path)
_SECONDS = click.FloatRange(0.1, 86_400)
_MEBIBYTES = click.IntRange(256, 1_048_576)
_ON_A_CLUSTER = (
    "--engine dask needs --scheduler ADDRESS and --output FOLDER, and writes Parquet parts there: without --format, --jobs, "
    "--with-text, --archive, --among, --clusters, --with-alignment, --exclude, --columns, "
    "--files-from, --resume, --timeout and --max-memory"
)


@click.command()
@click.option("--format", "output_format", type=_FORMATS, default="table", show_default=True, help=_FORMATS_HELP)
@click.option(
    "--output",
    type=_OUTPUT_OR_FOLDER,
    help="Write to this file, whole or not at all, gzipped if it ends in .gz; - is standard output.",
)
@click.option("--jobs", type=click.IntRange(1, 256), help="Processes. Default: one for few inputs, else one a core.")
@click.option("--with-text", is_flag=True, help="Add the text that start and end index (jsonl and parquet only).")
@click.option(
    "--fail-on", type=click.Choice(["review", "hold"]), help="Exit 1 if an article is to be reviewed, or held."
)
@click.option(
    "--no-repeats", is_flag=True, help="Score every article by itself, without counting lines over all of them."
)
@click.option("--archive", type=FILE, help="Name the articles of this archive that an article is made from.")
@click.option("--among", is_flag=True, help="Name the inputs that others of them are copied or rewritten from.")
@click.option("--clusters", type=OUTPUT, help="Write which inputs belong together to this file, a line each (--among).")
@click.option(
    "--with-alignment",
    is_flag=True,
    help="Add the sentences that each source shares with the article (jsonl and parquet only).",
)
@click.option("--resume", is_flag=True, help="Go on where an earlier run with this --output was ended (jsonl, csv).")
@click.option("--rescore", is_flag=True, help="With --resume, or on a cluster: begin anew, whatever is there.")
@click.option("--timeout", type=_SECONDS, help="Seconds that one article may take; it fails then, the others go on.")
@click.option("--max-memory", type=_MEBIBYTES, help="MiB of data that a process may hold; the article fails then.")
@click.option("--quiet", is_flag=True, help="No progress and no summary; failures are named all the same.")
@click.option(
    "--engine", type=click.Choice(["joblib", "dask"]), default="joblib", help="dask: on a cluster (--scheduler)."
)
@click.option("--scheduler", metavar="ADDRESS", help="The cluster's, such as tcp://host:8786; --output is a folder.")
@allow_option
@model_options
@input_options
def score(
    paths: tuple[str, ...],
    output_format: str,
    output: Path | None,
    jobs: int | None,
    with_text: bool,
    fail_on: str | None,
    input_format: Format,
    exclude: tuple[str, ...],
    files_from: str | None,
    columns: tuple[str, ...],
    no_repeats: bool,
    archive: Path | None,
    among: bool,
    clusters: Path | None,
    with_alignment: bool,
    resume: bool,
    rescore: bool,
    timeout: float | None,
    max_memory: int | None,
    quiet: bool,
    engine: str,
    scheduler: str | None,
    allow: tuple[str, ...],
    model: Path | None,
    policy: Path | None,
) -> None:
    """Score articles: files, folders, patterns, or - for standard input.

    A PATH is a file or a folder of .html, .htm, .txt and .md files with one article each, or of files with many: .jsonl
    with one a line, {"id", "title", "text" or "html", "url", "date"}, .csv, .tsv and .parquet with columns called so, and
    .warc of crawls; packed as .gz, or .zst. A pattern such as "in/**/*.html" is one PATH, in quotes.

    Three inputs or more are gone through twice: first to count which lines stand in many articles of one site, then to
    score them. Of standard input, at most 1 GiB is read ahead and counted. With --among, the inputs are compared with each
    other, too: the earliest is named as the source of its copies and rewrites, or the longest where no date is known.

    Exit codes: 0 done, 1 --fail-on met, 2 wrong usage, 3 some inputs failed, each named on standard error.
    """
    from .batch import score_all
    from .config import load_settings
    from .outputs import check_output
    from .progress import Progress
    from .resume_options import outputs_of, resuming
    from .scoring import is_by_line, run, writer_of

    output = None if output == Path("-") else output
    if engine == "dask" or scheduler:
        local = (
            jobs,
            with_text,
            archive,
            among,
            clusters,
            with_alignment,
            exclude,
            columns,
            files_from,
            resume,
            timeout,
            max_memory,
        )
        if engine != "dask" or not scheduler or not output or any(local) or output_format != "table":
            raise click.UsageError(_ON_A_CLUSTER)
        sys.exit(
            _score_on_cluster(
                paths, output, scheduler, fail_on, input_format, no_repeats, rescore, quiet, allow, model, policy
            )
        )
    if output and output.is_dir():
        raise click.UsageError(f"--output {output} is a folder, expected a file")
    nested = output_format in ("jsonl", "parquet")
    check_output(output_format, output)
    if with_text and not nested:
        raise click.UsageError("--with-text needs --format jsonl or parquet")
    if with_alignment and not (nested and (archive or among)):
        raise click.UsageError("--with-alignment needs --archive or --among, and --format jsonl or parquet")
    if clusters and not among:
        raise click.UsageError("--clusters needs --among")
    if clusters and output and os.path.realpath(clusters) == os.path.realpath(output):
        raise click.UsageError("--clusters and --output are the same file")
    if rescore and not resume:
        raise click.UsageError("--rescore needs --resume")
    settings = load_settings(model=model, policy=policy, allow=allow)
    inputs = chosen_inputs(
        paths, input_format, exclude, files_from, columns, (*outputs_of(output, resume=resume), clusters)
    )
    progress = Progress(quiet=quiet)
    writer = writer_of(
        output_format,
        with_text=with_text,
        with_alignment=with_alignment,
        policy=settings.policy,
        to_file=output is not None,
    )
    scorer = loaded_scorer(settings)
    with (
        resuming(
            resume,
            scorer,
            writer,
            output,
            paths,
            rescore=rescore,
            archive=archive,
            options={
                "format": output_format,
                "with-text": with_text,
                "with-alignment": with_alignment,
                "input-format": input_format,
                "exclude": list(exclude),
                "columns": list(columns),
                "files-from": files_from,
                "no-repeats": no_repeats,
                "among": among,
            },
        ) as resumed,
        _comparing(among, inputs, clusters, progress, quotes=with_alignment, quiet=quiet) as compared,
    ):
        outcomes = score_all(
            scorer,
            inputs,
            jobs=jobs,
            model=settings.model,
            policy=settings.policy,
            ahead=None if no_repeats else inputs.ahead,
            counted=progress.counted,
            archive=archive,
            quotes=with_alignment,
            among=compared,
            writer=writer if is_by_line(writer) else None,
            resume=resumed,
            timeout=timeout,
            max_memory=max_memory,
        )
        again = None if clusters else inputs.ahead()
        code = run(outcomes, writer, output, resume=resumed, again=again, fail_on=fail_on, progress=progress)
    if not quiet:
        tell_passed_over(inputs)
    sys.exit(code)


def _comparing(
    wanted: bool, inputs: Inputs, clusters: Path | None, progress: Progress, *, quotes: bool, quiet: bool
) -> AbstractContextManager[Among | None]:
    if not wanted:
        return nullcontext()  # without loading SQLite and what else comparing needs, 40 ms
    from .among import comparing

    return comparing(inputs.ahead, clusters, progress, quotes=quotes, quiet=quiet)


def _score_on_cluster(
    paths: tuple[str, ...],
    output: Path,
    scheduler: str,
    fail_on: str | None,
    input_format: Format,
    no_repeats: bool,
    rescore: bool,
    quiet: bool,
    allow: tuple[str, ...],
    model: Path | None,
    policy: Path | None,
) -> int:
    from .cluster import Wanted, score_on_cluster
    from .config import load_settings
    from .progress import Progress

    settings = load_settings(model=model, policy=policy, allow=allow)
    wanted = Wanted(
        paths,
        input_format,
        output,
        loaded_scorer(settings),
        settings.model,
        settings.policy,
        repeats=not no_repeats,
        rescore=rescore,
    )
    return score_on_cluster(wanted, scheduler, Progress(quiet=quiet), fail_on=fail_on)
