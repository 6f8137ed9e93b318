"""The commands `copydesk train` and `copydesk evaluate`; the command line finds them by their entry points."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import click

from copydesk import Model, Scorer
from copydesk.model import load, save, widened, write_atomically


def _say(started: float, quiet: bool) -> Callable[[str], None]:
    def say(line: str) -> None:
        if not quiet:
            click.echo(f"{time.monotonic() - started:6.0f} s  {line}", err=True)

    return say


_WORDNET = click.option(
    "--wordnet",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("/usr/share/wordnet"),
    show_default=True,
    help="Folder of WordNet 3's files (data.noun, ...); Debian's wordnet-base has them there.",
)


@click.command()
@click.argument("corpus", type=click.Path(exists=True, file_okay=False, path_type=Path))
@_WORDNET
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder of the model; its name becomes the model's.",
)
@click.option(
    "--refit/--no-refit",
    default=True,
    show_default=True,
    help="Fit the block model once more on train and dev together, after it was measured.",
)
@click.option("--quiet", is_flag=True, help="Say nothing on the way.")
def train(corpus: Path, wordnet: Path, output: Path, refit: bool, quiet: bool) -> None:
    """Train every head from the labelled files in CORPUS and write a model folder with its card and figures.

    The figures are those of heads fitted on the train files alone: --no-refit writes that very model.
    """
    from . import card, evaluate, fit, plots
    from .spinning import Thesaurus

    say = _say(time.monotonic(), quiet)
    manifest, arrays = fit.train(corpus, wordnet, output.resolve().name, say)
    model = Model(manifest["name"], manifest, {k: widened(v) for k, v in arrays.items()})
    found = evaluate.figures(Scorer(model), corpus, say, Thesaurus.read(wordnet))
    manifest["metrics"] = found.summary()
    manifest["refitted"] = refit
    if refit:
        arrays = fit.refit(corpus, manifest, arrays, say)
    save(output, manifest, arrays)
    plots.reliability(found, output / "reliability.png")
    plots.roc(found, output / "roc.png")
    size = (output / "weights.npz").stat().st_size
    write_atomically(output / "README.md", card.card(manifest, found, corpus, size).encode())
    say(f"{output}: {size / 1e6:.1f} MB, {found.summary()}")


@click.command()
@click.argument("corpus", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--model",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Model folder (default: the shipped model).",
)
@_WORDNET
@click.option(
    "--output", type=click.Path(file_okay=False, path_type=Path), help="Folder for reliability.png and roc.png."
)
@click.option("--quiet", is_flag=True, help="Say nothing on the way.")
def evaluate(corpus: Path, model: Path | None, wordnet: Path, output: Path | None, quiet: bool) -> None:
    """Measure a model on the dev files in CORPUS: figures per source and generator with 95 % intervals."""
    from . import evaluate as evaluation
    from . import plots
    from .spinning import Thesaurus

    thesaurus = Thesaurus.read(wordnet)
    found = evaluation.figures(Scorer(load(model)), corpus, _say(time.monotonic(), quiet), thesaurus)
    click.echo(evaluation.text(found))
    if output:
        output.mkdir(parents=True, exist_ok=True)
        plots.reliability(found, output / "reliability.png")
        plots.roc(found, output / "roc.png")
