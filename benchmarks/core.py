"""What scoring costs, by stage and by size, beside what others take for the same pages: a Markdown table.

    python benchmarks/core.py                      # invented articles and pages
    python benchmarks/core.py CORPUS               # a folder with articles.dev.jsonl.gz and pages.dev.jsonl.gz

CPU time of this process, of every article the least of several rounds, so that other work on the machine disturbs it little; the
ratios are of one run. trafilatura is only measured where it is installed (`pip install 'copydesk[bench]'`).
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from selectolax.lexbor import LexborHTMLParser

from copydesk import Document, Scorer, blocks, read
from copydesk.article import Article
from copydesk.detectors import feed_debris, injected_links, rewrite, seo_padding

ROUNDS = 5
SIZES = (3_000, 30_000, 300_000, 1_000_000)
SAMPLE = 60
WORDS = (
    "the council of said that a bridge over river will be closed for repairs until spring and mayor Anna Brenk told people in town "
    "to take bus which runs every ten minutes from old harbour while work goes on at night because traffic is lighter then but shop "
    "owners near market fear they could lose customers during summer when visitors come with their families"
).split()


def cost(work: Callable[[Any], object], items: Sequence[Any]) -> float:
    """Milliseconds of CPU an item: of every item the least of ROUNDS rounds, and the mean of those."""
    least = [float("inf")] * len(items)
    for _ in range(ROUNDS):
        for number, item in enumerate(items):
            start = time.process_time()
            work(item)
            least[number] = min(least[number], time.process_time() - start)
    return sum(least) / len(items) * 1000


def stages(scorer: Scorer, documents: Sequence[Document]) -> Iterator[tuple[str, float]]:
    """(stage, milliseconds a document) of what is measured after reading; a stage finds done what those before it have made."""
    model = scorer.model
    steps: list[tuple[str, Callable[[Article], object]]] = [
        ("folding", lambda a: a.folded),
        ("language", lambda a: a.language),
        ("n-grams: hashing", lambda a: a.grams),
        ("n-grams: by block", lambda a: a.block_rows),
        ("n-grams: prose", lambda a: a.prose_row),
        ("topic words", lambda a: a.terms),
        ("look of the blocks", lambda a: blocks.features_of(a, model.array("topic.idf"))),
        ("labels of the blocks", lambda a: blocks.label_blocks(a, model)),
        ("detector injected_links", lambda a: injected_links.measure(a, model)),
        ("detector feed_debris", lambda a: feed_debris.measure(a, model)),
        ("detector seo_padding", lambda a: seo_padding.measure(a, model)),
        ("words of the prose", lambda a: rewrite.prose_words(a, model)),
        ("detector rewrite", lambda a: rewrite.measure(a, model)),
    ]
    least = [[float("inf")] * len(documents) for _ in steps]
    for _ in range(ROUNDS):
        for number, document in enumerate(
            documents
        ):  # all of one before the next, so that memory is as cold as in a batch
            measured = Article(document)
            for spent, (_, step) in zip(least, steps, strict=True):
                start = time.process_time()
                step(measured)
                spent[number] = min(spent[number], time.process_time() - start)
    yield from ((name, sum(spent) / len(documents) * 1000) for (name, _), spent in zip(steps, least, strict=True))


def invented(characters: int, seed: int) -> str:
    """A text of that size in paragraphs of three sentences."""
    chance = random.Random(seed)  # noqa: S311
    paragraphs: list[str] = []
    size = 0
    while size < characters:
        sentences = [" ".join(chance.choices(WORDS, k=chance.randint(8, 24))).capitalize() + "." for _ in range(3)]
        paragraphs.append(" ".join(sentences))
        size += len(paragraphs[-1]) + 2
    return "\n\n".join(paragraphs)[:characters]


def page(text: str, characters: int) -> str:
    """The text as a page of about that size, with menus round it and scripts, as pages have."""
    body = "".join(f'<p class="entry-text">{paragraph}</p>\n' for paragraph in text.split("\n\n"))
    menu = "".join(f'<li class="menu-item"><a href="/section/{n}">Section {n}</a></li>\n' for n in range(120))
    teasers = "".join(
        f'<div class="teaser"><a href="/story/{n}"><h3>Another story, number {n}</h3></a></div>' for n in range(60)
    )
    found = (
        f"<!DOCTYPE html><html><head><title>A bridge is closed</title></head><body><nav><ul>{menu}</ul></nav><main>"
        f"<article><h1>A bridge is closed</h1>{body}</article><aside>{teasers}</aside></main><footer>{menu}</footer>"
        "<script>SCRIPT</script></body></html>"
    )
    return found.replace("SCRIPT", "var state = {ready: true};\n" * (max(0, characters - len(found)) // 27))


def rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a .jsonl.gz file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def samples(corpus: Path | None) -> tuple[list[str], list[str], Callable[[int], str]]:
    """Texts of about 3 KB, whole pages, and what makes a text of any size."""
    if corpus is None:
        texts = [invented(3_000, seed) for seed in range(SAMPLE)]
        return texts, [page(invented(4_000, seed), 115_000) for seed in range(SAMPLE)], lambda size: invented(size, 0)
    every = [row["text"] for row in rows(corpus / "articles.dev.jsonl.gz") if row["label"] == "human"]
    pages = [row["html"] for row in rows(corpus / "pages.dev.jsonl.gz") if row.get("html")]
    chance = random.Random(1)  # noqa: S311
    pages = chance.sample(pages, min(SAMPLE, len(pages)))
    joined = "\n\n".join(every[:2_000])
    return [text for text in every if 2_700 < len(text) < 3_300][:SAMPLE], pages, lambda size: joined[:size]


def table(head: Sequence[str], lines: Iterable[Sequence[object]]) -> None:
    """Print a Markdown table."""
    print("| " + " | ".join(head) + " |\n|" + " --- |" * len(head))
    for line in lines:
        print(
            "| " + " | ".join(f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in line) + " |",
            flush=True,
        )
    print()


def by_stage(scorer: Scorer, texts: list[str], pages: list[str], long: str) -> None:
    """Milliseconds by stage at three sizes."""
    columns: list[dict[str, float]] = []
    for kind, given in (("text", texts), ("html", pages), ("text", [long])):
        documents = [read(each, kind=kind) for each in given]
        found = {"reading": cost(lambda data, kind=kind: read(data, kind=kind), given)}  # type: ignore[misc]
        found.update(stages(scorer, documents))
        found["all, as `score` does it"] = cost(lambda data, kind=kind: scorer.score(**{kind: data}), given)  # type: ignore[misc]
        columns.append(found)
    middle = sorted(map(len, pages))[len(pages) // 2]
    head = ["stage, ms CPU", "text of 3 KB", f"page, median {middle // 1000} KB", f"text of {len(long) // 1000} KB"]
    table(head, ([name, *(column[name] for column in columns)] for name in columns[0]))


def beside_others(scorer: Scorer, pages: list[str]) -> None:
    """The cost of whole pages, and of what others do with them."""
    found = {
        "copydesk, read and scored": cost(lambda html: scorer.score(html=html), pages),
        "selectolax, parsed": cost(LexborHTMLParser, pages),
        "BeautifulSoup (html.parser), parsed": cost(lambda html: BeautifulSoup(html, "html.parser"), pages[:10]),
    }
    try:
        import trafilatura
    except ImportError:
        print("trafilatura is not installed, and not measured.\n")
    else:
        found["trafilatura.extract"] = cost(trafilatura.extract, pages[:20])
    own = found["copydesk, read and scored"]
    table(
        ["pages", "ms CPU", "Copydesk takes"],
        ([name, spent, f"{own / spent:.2f} times"] for name, spent in found.items()),
    )


def by_size(scorer: Scorer, make: Callable[[int], str]) -> None:
    """Cost a KB as texts, Markdown and HTML grow."""
    kinds: dict[str, Callable[[str], str]] = {
        "text": str,
        "markdown": lambda text: "\n\n".join(f"## {part}" if len(part) < 60 else part for part in text.split("\n\n")),
        "html": lambda text: "".join(f"<p>{part}</p>" for part in text.split("\n\n")),
    }
    lines = []
    for kind, shape in kinds.items():
        given = [shape(make(size)) for size in SIZES]
        lines.append(
            [kind, *(cost(lambda d, k=kind: scorer.score(**{k: d}), [each]) / len(each) * 1000 for each in given)]
        )  # type: ignore[misc]
    table(["ms CPU a KB", *(f"{size // 1000} KB" for size in SIZES)], lines)


def start(text: str) -> None:
    """CPU time of a process that scores one text."""
    script = "import sys, time; from copydesk import Scorer; Scorer.load().score(text=sys.stdin.read()); print(time.process_time())"
    command = [sys.executable, "-c", script]
    done = [subprocess.run(command, input=text, capture_output=True, text=True, check=True) for _ in range(ROUNDS)]  # noqa: S603
    spent = [float(each.stdout) for each in done]
    print(f"A process that imports the package, loads the model and scores one text: {min(spent):.2f} s CPU.\n")


def main() -> None:
    """Print everything."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument(
        "corpus", nargs="?", type=Path, help="folder with articles.dev.jsonl.gz and pages.dev.jsonl.gz"
    )
    corpus: Path | None = arguments.parse_args().corpus
    if corpus is not None and not (corpus / "articles.dev.jsonl.gz").is_file():
        arguments.error(f"{corpus}: no articles.dev.jsonl.gz there, expected the folder of the labelled files")
    texts, pages, make = samples(corpus)
    scorer = Scorer.load()
    by_stage(scorer, texts, pages, make(SIZES[-1]))
    beside_others(scorer, pages)
    by_size(scorer, make)
    start(texts[0])


if __name__ == "__main__":
    main()
