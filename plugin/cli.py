"""The command line. Exit codes: 0 done, 1 --fail-on met, 2 wrong usage, 3 some inputs failed, 130 interrupted.

Everything that a command needs is imported inside of it, so that each starts fast.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from .group import Commands, failure
from .input_options import chosen_inputs, input_options, tell_passed_over

if TYPE_CHECKING:
    from copydesk import Scorer

    from .config import Settings
    from .inputs import Format

_EXISTING = click.Path(exists=True, allow_dash=True)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FORMATS = click.Choice(["table", "jsonl", "csv", "parquet", "html"])
_FORMATS_HELP = (
    "A table to read, a report a line, rows for a spreadsheet, columns for analysis, or one page with everything."
)
_OUTPUT = click.Path(dir_okay=False, path_type=Path)
_OUTPUT_OR_FOLDER = click.Path(path_type=Path)
_SECONDS = click.FloatRange(0.1, 86_400)
_MEBIBYTES = click.IntRange(256, 1_048_576)
_ARCHIVE = click.Path(dir_okay=False, path_type=Path)  # a service that may add to it makes it

_ON_A_CLUSTER = (
    "--engine dask needs --scheduler ADDRESS and --output FOLDER, and writes Parquet parts there: without --format, --jobs, "
    "--with-text, --archive, --among, --clusters, --with-alignment, --exclude, --columns, "
    "--files-from, --resume, --timeout and --max-memory"
)

F = TypeVar("F", bound=Callable[..., Any])


def _model_options(command: F) -> F:
    command = click.option("--policy", type=_FILE, help="Thresholds and actions, a JSON file.")(command)
    return click.option("--model", type=_FOLDER, help="A model folder in place of the shipped model.")(command)


def _allow_option(command: F) -> F:
    help_text = "An article may be copied from sources whose id starts so; may be given again. Adds to the policy's."
    return click.option("--allow", multiple=True, metavar="SOURCE_PREFIX", help=help_text)(command)


def _state_option(command: F) -> F:
    help_text = "The folder with what the service remembers. Default: COPYDESK_STATE."
    return click.option("--state", type=click.Path(file_okay=False, path_type=Path), help=help_text)(command)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="copydesk", message="%(prog)s %(version)s")
def main() -> None:
    """Find rewrites, SEO padding, injected links and feed debris in articles, and show the exact lines.

    Everything runs on this machine: no text leaves it.
    """


@main.command()
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
@click.option("--archive", type=_FILE, help="Name the articles of this archive that an article is made from.")
@click.option("--among", is_flag=True, help="Name the inputs that others of them are copied or rewritten from.")
@click.option(
    "--clusters", type=_OUTPUT, help="Write which inputs belong together to this file, a line each (--among)."
)
@click.option(
    "--with-alignment",
    is_flag=True,
    help="Add the sentences that each source shares with the article (jsonl and parquet only).",
)
@click.option("--resume", is_flag=True, help="Go on where an earlier run with this --output was ended (jsonl, csv).")
@click.option("--rescore", is_flag=True, help="With --resume: begin anew, whatever is there.")
@click.option("--timeout", type=_SECONDS, help="Seconds that one article may take; it fails then, the others go on.")
@click.option("--max-memory", type=_MEBIBYTES, help="MiB of data that a process may hold; the article fails then.")
@click.option("--quiet", is_flag=True, help="No progress and no summary; failures are named all the same.")
@click.option(
    "--engine", type=click.Choice(["joblib", "dask"]), default="joblib", help="dask: on a cluster (--scheduler)."
)
@click.option("--scheduler", metavar="ADDRESS", help="The cluster's, such as tcp://host:8786; --output is a folder.")
@_allow_option
@_model_options
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
    from .among import comparing
    from .batch import score_all
    from .config import load_settings
    from .outputs import check_output
    from .progress import Progress
    from .resume_options import resuming
    from .score_command import is_by_line, run, writer_of

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
            _score_on_cluster(paths, output, scheduler, fail_on, input_format, no_repeats, quiet, allow, model, policy)
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
    if clusters and output and clusters.resolve() == output.resolve():
        raise click.UsageError("--clusters and --output are the same file")
    if rescore and not resume:
        raise click.UsageError("--rescore needs --resume")
    settings = load_settings(model=model, policy=policy, allow=allow)
    inputs = chosen_inputs(paths, input_format, exclude, files_from, columns, (output, clusters))
    progress = Progress(quiet=quiet)
    writer = writer_of(
        output_format,
        with_text=with_text,
        with_alignment=with_alignment,
        policy=settings.policy,
        to_file=output is not None,
    )
    scorer = _scorer(settings)
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
        comparing(among, inputs.ahead, clusters, progress, quotes=with_alignment, quiet=quiet) as compared,
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
        code = run(outcomes, writer, output, resume=resumed, fail_on=fail_on, progress=progress)
    if not quiet:
        tell_passed_over(inputs)
    sys.exit(code)


def _score_on_cluster(
    paths: tuple[str, ...],
    output: Path,
    scheduler: str,
    fail_on: str | None,
    input_format: Format,
    no_repeats: bool,
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
        _scorer(settings),
        settings.model,
        settings.policy,
        repeats=not no_repeats,
    )
    return score_on_cluster(wanted, scheduler, Progress(quiet=quiet), fail_on=fail_on)


@main.command()
@click.argument("file", type=_EXISTING)
@click.option("--output", type=_OUTPUT, help="Write to this file in place of standard output; it may be FILE itself.")
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
@_model_options
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
    scorer = _scorer(load_settings(model=model, policy=policy))
    run_clean(scorer, file, output, padding=padding, dry_run=dry_run, as_json=output_format == "json")


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--output", type=_OUTPUT, help="Write to this file, whole or not at all, in place of standard output.")
@click.option("--id", help="FILE holds an article a line (.jsonl, .jsonl.gz): show the one with this id.")
@click.option("--title", default="", help="The headline; else the article's own.")
@click.option("--archive", type=_FILE, help="Look up in this archive what the article is made from.")
@click.option(
    "--source",
    type=click.Path(exists=True, dir_okay=False),
    help="Compare with the one article in this file, in place of an archive.",
)
@_allow_option
@_model_options
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
    scorer = _scorer(load_settings(model=model, policy=policy, allow=allow))
    run_explain(scorer, file, output, id=id, title=title, archive=archive, source=source)


@main.command()
@click.argument("folder", required=False, type=_FOLDER)
@click.option("--card", is_flag=True, help="Print the model card (Markdown).")
def model(folder: Path | None, card: bool) -> None:
    """Show the model, its thresholds and its main figures.

    FOLDER is a model folder; by default the shipped model, or the one that COPYDESK_MODEL names.
    """
    from .config import load_settings
    from .run import describe

    loaded = _scorer(load_settings(model=folder)).model
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
@_state_option
@_allow_option
@_model_options
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
    run_service(_scorer(settings), settings, host, port, workers)


@main.command()
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "jsonl"]),
    default="table",
    show_default=True,
    help="A line to read, or an object a line.",
)
@_state_option
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


def _scorer(settings: Settings) -> Scorer:
    from copydesk import Scorer

    return Scorer.load(settings.model, settings.policy)
