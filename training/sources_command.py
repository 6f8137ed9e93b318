"""`copydesk train-sources`: fit the head for sources, and write it into a model folder; its other arrays stay."""

from __future__ import annotations

import time
from pathlib import Path

import click
import numpy as np

from copydesk.model import load, save

from .draft import narrow


@click.command()
@click.argument("corpus", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--output",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    required=True,
    help="A model folder; only its arrays and numbers for sources are written anew.",
)
@click.option("--train-only", is_flag=True, help="Leave queries.dev out, so that figures on them mean something.")
def train_sources(corpus: Path, output: Path, train_only: bool) -> None:
    """Train what names the source of an article, from CORPUS/archive and CORPUS/queries."""
    from . import fit_sources
    from .fit import SEED

    started = time.monotonic()
    arrays, numbers, figures = fit_sources.fit(
        corpus,
        load(output),
        SEED,
        lambda line: click.echo(f"{time.monotonic() - started:6.0f} s  {line}", err=True),
        parts=("train",) if train_only else ("train", "dev"),
    )
    write(output, arrays, numbers, figures)


def write(output: Path, arrays: dict[str, np.ndarray], numbers: dict[str, float], figures: dict[str, float]) -> None:
    """Put the head into a model folder. Raises ModelError where the folder holds no model."""
    manifest = dict(load(output).manifest)
    with np.load(output / "weights.npz", allow_pickle=False) as stored:  # as they are on disk, in half precision
        kept = {name: stored[name] for name in stored.files if not name.startswith("sources.")}
    kept.update({name: narrow(values) for name, values in arrays.items()})
    manifest["numbers"] = {k: v for k, v in manifest["numbers"].items() if not k.startswith("sources.")} | numbers
    manifest["sources"] = {"cross_validated": figures}
    for name in ("format", "sha256", "arrays"):
        del manifest[name]
    save(output, manifest, kept)
