"""`copydesk archive`: keep the articles that others may be copied or rewritten from, and look one up."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .input_options import chosen_inputs, input_options, tell_passed_over

if TYPE_CHECKING:
    from copydesk import Matcher

    from .archive import Archive, Entry
    from .inputs import Format, Input

_BATCH = 4096  # articles of one transaction: some 12 MB
_ARCHIVE = click.option(
    "--archive", "file", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The archive's file."
)
_MODEL = click.option(
    "--model",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A model folder in place of the shipped.",
)
_JOBS = click.option(
    "--jobs", type=click.IntRange(1, 256), help="Processes. Default: one for few articles, else one a core."
)
_matchers: dict[Path | None, Matcher] = {}


@click.group()
def archive() -> None:
    """Keep articles in a file, and find what another one was copied or rewritten from.

    `copydesk score --archive FILE` names the sources of every article that it scores.
    """


@archive.command()
@_ARCHIVE
@click.option(
    "--no-text", is_flag=True, help="Keep fingerprints and titles only; no text of an article is on the disk."
)
@_JOBS
@click.option("--quiet", is_flag=True, help="No progress; failures are named all the same.")
@_MODEL
@input_options
def add(
    paths: tuple[str, ...],
    file: Path,
    no_text: bool,
    jobs: int | None,
    input_format: Format,
    exclude: tuple[str, ...],
    files_from: str | None,
    columns: tuple[str, ...],
    quiet: bool,
    model: Path | None,
) -> None:
    """Add articles: files, folders, patterns, or - for standard input, as `copydesk score` takes them.

    An article is known by its id: a newer text replaces the older one, the same text changes nothing. Interrupted, the articles of
    the last whole batch are there, and adding goes on where it is repeated. Whether texts are kept is settled when the file is made.
    An archive of an older format is brought up to date.

    Exit codes: 0 done, 2 wrong usage or an archive that cannot be used, 3 some inputs failed, each named on standard error.
    """
    from .archive import Added
    from .archive_errors import ArchiveError
    from .archive_workers import each
    from .progress import Progress

    inputs = chosen_inputs(paths, input_format, exclude, files_from, columns, file)
    model = _model_folder(model)
    done, failed = Added(), 0
    progress = Progress(quiet=quiet)
    with _open(file, model, write=True, keep_text=not no_text) as opened, progress:
        if no_text and opened.keeps_text:
            raise ArchiveError(f"{file} keeps texts: --no-text is for a new archive")
        batch: list[Entry] = []
        for number, found in enumerate(each(inputs, partial(_entry, model, opened.keeps_text), jobs), 1):
            if isinstance(found, str):
                failed += 1
                progress.clear()
                click.echo(found, err=True)
            else:
                batch.append(found)
            if len(batch) == _BATCH:
                done.count(opened.add(batch))
                batch.clear()
            progress.added(number - failed, failed)
        done.count(opened.add(batch))
        opened.tidy()
    if not quiet:
        tell_passed_over(inputs)
    click.echo(f"{done.new} added, {done.replaced} replaced, {done.same} there already", err=True)
    sys.exit(3 if failed else 0)


@archive.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@_ARCHIVE
@_MODEL
def remove(ids: tuple[str, ...], file: Path, model: Path | None) -> None:
    """Remove articles by their ids, and wipe them from the file.

    Nothing of them stays in the file or its log: no text, no title, no fingerprint, no word. For that the file is written anew, which
    takes room for a second one, and a second for every 100,000 articles: name all ids at once. Backups are yours to see to.

    Exit codes: 0 done, 2 wrong usage or an archive that cannot be used, 3 an id is not there, each named on standard error.
    """
    from .archive_errors import ArchiveError
    from .table import visible

    with _open(file, model, write=_holds_something(file)) as opened:
        there = set(opened.remove(ids))
        try:
            if not opened.tidy(everything=True):
                click.echo(
                    "another process reads the archive: the last that closes it wipes what was removed", err=True
                )
        except ArchiveError as error:
            raise ArchiveError(f"{len(there)} removed, but not yet wiped from the file: repeat it. {error}") from error
    missing = [name for name in dict.fromkeys(ids) if name not in there]
    for name in missing:
        click.echo(f"{visible(name)}: not in the archive", err=True)
    click.echo(f"{len(there)} removed", err=True)
    sys.exit(3 if missing else 0)


@archive.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option(
    "--archive",
    "archive_file",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The archive's file.",
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "jsonl"]),
    default="table",
    help="To read, or an object a line.",
)
@click.option("--with-alignment", is_flag=True, help="Show the sentences that each source shares with the article.")
@_MODEL
def search(file: str, archive_file: Path, output_format: str, with_alignment: bool, model: Path | None) -> None:
    """Find what one article was copied or rewritten from: an HTML, Markdown or text file, or - for standard input.

    Exit codes: 0 done, whatever was found, 2 wrong usage or an archive that cannot be used.
    """
    from .inputs import Failure, find
    from .item import article_of, read_article
    from .schema import source_to_dict, to_json
    from .table import visible

    with _open(archive_file, model, quotes=with_alignment) as opened:
        for item in find([file], "auto"):
            if isinstance(item, Failure):
                raise click.ClickException(visible(f"{item.where}: {item.reason}"))
            for found in opened.find(read_article(article_of(item))):
                if output_format == "jsonl":
                    click.echo(to_json(source_to_dict(found, with_alignment)))
                    continue
                kind = found.relation.replace("_", " ")
                line = f"{kind:15} {found.score:.2f}  {found.share:4.0%} of the words  {found.id}  {found.title}"
                click.echo(visible(line))
                for pair in found.alignment if with_alignment else ():
                    theirs = pair.source_quote
                    click.echo(visible(f"    {pair.score:.2f}  {pair.quote}"))
                    click.echo(
                        visible(f"          {f'sentence {pair.source_sentence + 1}' if theirs is None else theirs}")
                    )


@archive.command()
@_ARCHIVE
@_MODEL
def stats(file: Path, model: Path | None) -> None:
    """Count the articles, and say what the file holds."""
    with _open(file, model, any_weights=True) as opened:
        for name, value in opened.stats().items():
            shown = ("no", "yes")[value] if isinstance(value, bool) else value
            click.echo(f"{name.replace('_', ' '):16} {shown}")


@archive.command()
@_ARCHIVE
@_MODEL
def verify(file: Path, model: Path | None) -> None:
    """Read the whole archive and check it. Exit code 2, and a sentence, where it is damaged."""
    with _open(file, model, any_weights=True) as opened:
        click.echo(f"{opened.verify()} articles, nothing is damaged")


@archive.command()
@_ARCHIVE
@_MODEL
def migrate(file: Path, model: Path | None) -> None:
    """Bring an archive of an older format up to date, all of it or nothing. `archive add` does so, too."""
    with _open(file, model, write=_holds_something(file), any_weights=True) as opened:
        click.echo(
            f"{file} has the format {opened.stats()['format']}, and {opened.stats()['articles']} articles", err=True
        )


@archive.command()
@_ARCHIVE
@_JOBS
@click.option("--quiet", is_flag=True, help="No progress.")
@_MODEL
def rebuild(file: Path, jobs: int | None, quiet: bool, model: Path | None) -> None:
    """Make the fingerprints anew out of the texts, for a model with other word weights.

    All of it or nothing: killed or on a full disk, the archive is as it was. Other processes read it meanwhile; those of the older
    model are refused afterwards.
    """
    from .archive_rebuild import rebuild as rebuilt
    from .progress import Progress

    model = _model_folder(model)
    progress = Progress(quiet=quiet)
    with _open(file, model, write=_holds_something(file), any_weights=True) as opened, progress:
        done = rebuilt(opened, partial(_matcher, model), jobs, lambda made: progress.added(made, 0))
    click.echo(f"{done} articles have new fingerprints", err=True)


def _open(
    file: Path,
    model: Path | None,
    *,
    write: bool = False,
    keep_text: bool = True,
    quotes: bool = False,
    any_weights: bool = False,
) -> Archive:
    from .archive import Archive

    matcher = _matcher(_model_folder(model))
    return Archive(file, matcher, write=write, keep_text=keep_text, quotes=quotes, any_weights=any_weights)


def _holds_something(file: Path) -> bool:
    """Whether there may be an archive to change: only `add` makes one, where there is no file or an empty one."""
    try:
        return file.stat().st_size > 0
    except OSError:
        return False


def _model_folder(model: Path | None) -> Path | None:
    from .config import load_settings

    return load_settings(model=model).model


def _matcher(folder: Path | None) -> Matcher:
    """One that stays loaded in this process."""
    from copydesk import Matcher, Scorer

    if folder not in _matchers:
        _matchers[folder] = Matcher(Scorer.load(folder).model)
    return _matchers[folder]


def _entry(model: Path | None, keep_text: bool, item: Input) -> Entry | str:
    """One input made ready, or why it is not; never raises, so that one input cannot stop the others."""
    from copydesk import CopydeskError

    from .archive import entry_of
    from .inputs import Failure, RowInput
    from .item import article_of, read_article
    from .table import visible

    if isinstance(item, Failure):
        return visible(f"{item.where}: {item.reason}")
    where = item.where if isinstance(item, RowInput) else item.id
    try:
        return entry_of(_matcher(model), read_article(article_of(item)), keep_text=keep_text)
    except CopydeskError as error:
        return visible(f"{where}: {error}")
    except Exception as error:
        return visible(f"{where}: internal error ({type(error).__name__}), please report it with the input")
