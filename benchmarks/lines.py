"""Injected lines removed against body lines removed: Copydesk beside trafilatura, jusText and resiliparse, on labelled pages.

    python benchmarks/lines.py CORPUS --output benchmarks --picture docs/removal.png

CORPUS is the folder with `pages.PART.jsonl.gz` and `lines.PART.jsonl.gz`. Writes RESULTS.md and results.json into the output folder.
Needs the extras `train` (for the picture) and `bench`; a tool that is not installed is named and left out. What is counted, and why
that is fair, stands in README.md.
"""

from __future__ import annotations

import gzip
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from presence import Line, joined, label_lines, words
from results import Found, Run, as_json, as_markdown
from tally import lines_of, removed, shares
from tools import Tool, copydesk_tools, peers

from copydesk import Scorer

# The rows of the picture; the table has more: the same call seen in another way, a mode that differs little from the default.
_DRAWN = {
    "Copydesk clean": "Copydesk clean (on-topic links stay)",
    "Copydesk, all that it lists": "Copydesk, all that it lists",
    "trafilatura": "trafilatura",
    "trafilatura, precision": "trafilatura, favor_precision",
    "jusText": "jusText",
    "resiliparse": "resiliparse",
}
_WARM_UP = f"<html><body><main><p>{'The ferry to the island left at noon, and nobody was late. ' * 20}</p></main></body></html>"
_NETWORK = frozenset(("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"))


@dataclass(frozen=True, slots=True)
class Page:
    """A labelled page: its HTML, its language (ISO 639-1, as Copydesk finds it) and its lines."""

    html: str
    language: str
    lines: Sequence[Line]


def load(folder: Path, part: str, scorer: Scorer) -> list[Page]:
    """The pages of a part that have HTML, with their labelled lines."""
    pages = {row["id"]: row.get("html") for row in _rows(folder / f"pages.{part}.jsonl.gz")}
    found = []
    for row in _rows(folder / f"lines.{part}.jsonl.gz"):
        html = pages.get(row["doc_id"])
        if html:
            found.append(Page(html, scorer.score(html=html).language, label_lines(row["lines"], html)))
    return found


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    if not path.is_file():
        raise click.UsageError(f"{path.name} is missing in the corpus folder")
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def measure(tool: Tool, pages: Sequence[Page], say: Callable[[str], None]) -> tuple[list[Counter[str]], int, float]:
    """What a tool removed of each page, the pages on which it failed, and its processor time in seconds."""
    tool.run(_WARM_UP, "en")  # what is imported and loaded on first use is nobody's time
    gone, failures, spent = [], 0, 0.0
    for number, page in enumerate(pages):
        text = ""
        started = time.process_time()
        try:
            result = tool.run(page.html, page.language)
            spent += time.process_time() - started
            text = tool.text(result)
        except Exception as error:  # whatever a tool raises on a page is a finding, not an end of the comparison
            say(f"{tool.name}: page {number}: {type(error).__name__}")
        failures += not text.strip()
        gone.append(removed(page.lines, page.language, joined(words(text))))
    return gone, failures, spent


def compare(pages: Sequence[Page], scorer: Scorer, part: str, say: Callable[[str], None]) -> Run:
    """Run every installed tool over the same pages."""
    others, missing = peers()
    of = [lines_of(page.lines, page.language) for page in pages]
    found: list[Found] = []
    first = 0.0
    for tool in [*copydesk_tools(scorer), *others]:
        gone, failures, spent = measure(tool, pages, say)
        first = first or spent
        found.append(Found(tool, shares(gone, of), failures, spent / first))
        say(f"{tool.name}: {failures} pages without text")
    left_out = sum((lines_of(page.lines, page.language, judged=False) for page in pages), Counter[str]())
    model = f"{scorer.model.name} (weights {str(scorer.model.manifest.get('sha256', ''))[:12]})"
    unseen = part == "dev" and not scorer.model.manifest.get("refitted")
    return Run(part, unseen, model, len(pages), sum(of, Counter[str]()), left_out, found, missing)


def forbid_network() -> None:
    """From here on, every attempt of this process to reach a network raises; it counts as a failure of the tool."""

    def refuse(event: str, _: object) -> None:
        if event in _NETWORK:
            raise PermissionError(f"{event}: no tool may reach the network in a comparison")

    sys.addaudithook(refuse)


@click.command()
@click.argument("corpus", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder to write to.")
@click.option("--picture", type=click.Path(dir_okay=False, path_type=Path), help="PNG to draw (default: in OUTPUT).")
@click.option("--part", type=click.Choice(("dev", "train")), default="dev", show_default=True, help="Of the corpus.")
@click.option(
    "--model",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Model folder (default: the shipped model, which has seen the pages of both parts).",
)
def main(corpus: Path, output: Path, picture: Path | None, part: str, model: Path | None) -> None:
    """Compare what Copydesk and other tools remove from the labelled pages in CORPUS.

    A fair comparison is on dev, with a model that `copydesk train CORPUS --output DIR --no-refit` wrote.
    """
    from picture import draw

    scorer = Scorer.load(model)
    pages = load(corpus, part, scorer)
    judged = sum((lines_of(page.lines, page.language) for page in pages), Counter[str]())
    if not (judged["injected"] and judged["body"]):
        raise click.UsageError(f"the part {part} has no labelled injected and body lines on pages with HTML")
    run = compare(pages, scorer, part, lambda line: click.echo(line, err=True))
    output.mkdir(parents=True, exist_ok=True)
    (output / "RESULTS.md").write_text(as_markdown(run), encoding="utf-8")
    (output / "results.json").write_text(json.dumps(as_json(run), indent=1) + "\n", encoding="utf-8")
    rows = [
        (_DRAWN[each.tool.name], each.tool.is_ours, each.shares["injected"], each.shares["body"])
        for each in run.found
        if each.tool.name in _DRAWN
    ]
    draw(rows, run.documents, picture or output / "removal.png")


if __name__ == "__main__":
    forbid_network()
    main()
