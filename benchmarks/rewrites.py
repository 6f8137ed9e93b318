"""What disguises cost a detector of machine prose: Copydesk beside is-it-slop, on the same articles in one run.

    python benchmarks/rewrites.py CORPUS --model FOLDER --output training/peer.json

CORPUS is the folder with `articles.dev.jsonl.gz`; FOLDER a model of `copydesk train --no-refit`. Needs the extra `train`, and the
package is-it-slop, whose wheel asks for glibc 2.38: where that is missing, README.md says what helps. For every tool two thresholds are
used: its own, and the score that 1 % of the dev articles by people reach, every source weighing the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

import click

from copydesk import DocumentError, Scorer
from copydesk.training import calibrate, corpus, evasion
from copydesk.training.corpus import Row

LEAST_WORDS = 60
Score = Callable[[Sequence[str]], list[float]]


def copydesk(model: Path | None) -> tuple[Score, float]:
    """Scores of texts, -1 where the prose is not judged, and the threshold that the model comes with."""
    scorer = Scorer.load(model)

    def one(text: str) -> float:
        try:
            value = scorer.score(text=text).signals["rewrite"].score
        except DocumentError:
            return -1.0
        return -1.0 if value is None else value

    return lambda texts: [one(text) for text in texts], scorer.model.threshold("rewrite")


def is_it_slop() -> tuple[Score, float]:
    """Its probabilities of machine text, and the threshold that it comes with."""
    import is_it_slop as peer

    return lambda texts: [p.ai_probability for p in peer.predict_batch(list(texts))], peer.CLASSIFICATION_THRESHOLD


def measure(score: Score, own: float, rows: Sequence[Row]) -> dict[str, object]:
    """Shares of machine articles found under every disguise at both thresholds, and of people's flagged at the own one."""
    people = [r for r in rows if r.human and r.is_article]
    groups = calibrate.by_source(people, score([r.text for r in people]))
    at_1pct = calibrate.score_at(groups, calibrate.HUMAN_RATE)
    wrong = {source: float((values >= own).mean()) for source, values in groups.items()}
    found = {}
    for name, texts in evasion.articles(rows).items():
        values = score(texts)
        found[name] = {
            "own": round(sum(v >= own for v in values) / len(values), 4),
            "at_1pct": round(sum(v > at_1pct for v in values) / len(values), 4),
        }
    return {
        "threshold": own,
        "human_flagged_mean": round(sum(wrong.values()) / len(wrong), 4),
        "human_flagged_worst": round(max(wrong.values()), 4),
        "found": found,
    }


def table(results: dict[str, dict[str, object]]) -> str:
    """The results as Markdown."""
    lines = [
        "| disguise | " + " | ".join(f"{name}: own, at 1 %" for name in results) + " |",
        "|---" * (len(results) + 1) + "|",
    ]
    for disguise in next(iter(results.values()))["found"]:  # type: ignore[attr-defined]
        cells = [r["found"][disguise] for r in results.values()]  # type: ignore[index]
        lines.append(f"| {disguise} | " + " | ".join(f"{c['own']:.3f}, {c['at_1pct']:.3f}" for c in cells) + " |")
    return "\n".join(lines)


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="CORPUS")
@click.option("--model", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the figures as JSON.")
def main(folder: Path, model: Path | None, output: Path | None) -> None:
    """Print the table, and write the figures."""
    rows = [r for r in corpus.articles(folder, "dev") if len(r.text.split()) >= LEAST_WORDS]
    results = {}
    for name, load in (("copydesk", lambda: copydesk(model)), ("is-it-slop", is_it_slop)):
        try:
            score, own = load()
        except ImportError as error:
            click.echo(f"{name} is left out: {error}", err=True)
            continue
        results[name] = {"version": version(name), **measure(score, own, rows)}
    click.echo(table(results))
    if output:
        output.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
