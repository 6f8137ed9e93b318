"""`copydesk train-sources`: fit the head for sources, and write it into a model folder; its other arrays stay."""

from __future__ import annotations

import time
from pathlib import Path

import click
import numpy as np

from copydesk.model import load, save


@click.command()
@click.argument("corpus", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--output",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    required=True,
    help="A model folder; only its arrays and numbers for sources are written anew.",
)
def train_sources(corpus: Path, output: Path) -> None:
    """Train what names the source of an article, from CORPUS/archive and CORPUS/queries."""
    from . import fit_sources
    from .fit import SEED

    started = time.monotonic()
    arrays, numbers, figures = fit_sources.fit(
        corpus, SEED, lambda line: click.echo(f"{time.monotonic() - started:6.0f} s  {line}", err=True)
    )
    write(output, arrays, numbers, figures)


def write(output: Path, arrays: dict[str, np.ndarray], numbers: dict[str, float], figures: dict[str, float]) -> None:
    """Put the head into a model folder. Raises ModelError where the folder holds no model."""
    manifest = dict(load(output).manifest)
    with np.load(output / "weights.npz", allow_pickle=False) as stored:  # as they are on disk, in half precision
        kept = {name: stored[name] for name in stored.files if not name.startswith("sources.")}
    kept.update(arrays | {"sources.idf": arrays["sources.idf"].astype(np.float16)})
    manifest["numbers"] = {k: v for k, v in manifest["numbers"].items() if not k.startswith("sources.")} | numbers
    manifest["sources"] = {"cross_validated": figures}
    for name in ("format", "sha256", "arrays"):
        del manifest[name]
    save(output, manifest, kept)
