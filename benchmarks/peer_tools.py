"""One tool over a file of articles, in a process of its own: what `peers.py` starts, again and again.

    python benchmarks/peer_tools.py TOOL INPUTS.json [--first]

INPUTS is a JSON list of strings, texts or pages as the tool wants them. One line of JSON comes out: seconds of processor and of clock
for all of them, after one that is not counted, and the largest memory of the process. `--first` does the first one alone.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Run = Callable[[str], Any]
FASTTEXT = "random.fasttext"  # beside INPUTS: a model of no use, of the size of Copydesk's


@dataclass(frozen=True, slots=True)
class Tool:
    """`make(folder)` imports and loads what the tool needs and gives the function that is timed; `wants` is text or html."""

    wants: str
    package: str
    does: str
    make: Callable[[Path], Run]


def _copydesk_text(_: Path) -> Run:
    from copydesk import Scorer

    scorer = Scorer.load()
    return lambda text: scorer.score(text=text)


def _copydesk_html(_: Path) -> Run:
    from copydesk import Scorer

    scorer = Scorer.load()
    return lambda html: scorer.score(html=html)


def _copydesk_read(_: Path) -> Run:
    from copydesk import read

    return lambda html: read(html, kind="html")


def _slop(_: Path) -> Run:
    from is_it_slop import is_this_slop

    return lambda text: is_this_slop(text)


def _datatrove(_: Path) -> Run:
    from datatrove.data import Document
    from datatrove.pipeline.filters import (
        C4QualityFilter,
        FineWebQualityFilter,
        GopherQualityFilter,
        GopherRepetitionFilter,
    )

    filters = [GopherRepetitionFilter(), GopherQualityFilter(), C4QualityFilter(), FineWebQualityFilter()]
    # All four on every text: a pipeline would stop at the first that drops it, and its cost would hang on the corpus.
    return lambda text: [each.filter(Document(text=text, id="")) for each in filters]


def _datatrove_light(_: Path) -> Run:
    from datatrove.data import Document
    from datatrove.pipeline.filters import FineWebQualityFilter, GopherRepetitionFilter

    filters = [GopherRepetitionFilter(), FineWebQualityFilter()]
    return lambda text: [each.filter(Document(text=text, id="")) for each in filters]


def _fasttext(folder: Path) -> Run:
    import fasttext

    # The method below `predict`, whose wrapper fails with numpy 2 in some releases; it takes one line.
    model = fasttext.load_model(str(folder / FASTTEXT)).f
    return lambda text: model.predict(text.replace("\n", " ") + "\n", 1, 0.0, "strict")


def _trafilatura(_: Path) -> Run:
    from trafilatura import extract

    return lambda html: extract(html)


def _justext(_: Path) -> Run:
    import justext

    stop = justext.get_stoplist("English")
    return lambda html: justext.justext(html, stop)


def _resiliparse(_: Path) -> Run:
    from resiliparse.extract.html2text import extract_plain_text

    return lambda html: extract_plain_text(html, main_content=True)


def _soup(_: Path) -> Run:
    from bs4 import BeautifulSoup

    return lambda html: BeautifulSoup(html, "html.parser")


def _selectolax(_: Path) -> Run:
    from selectolax.lexbor import LexborHTMLParser

    return lambda html: LexborHTMLParser(html)


TOOLS = {
    "copydesk": Tool("text", "copydesk", "four scores, evidence, action", _copydesk_text),
    "is-it-slop": Tool("text", "is-it-slop", "one score", _slop),
    "datatrove": Tool("text", "datatrove", "filters of Gopher (quality, repetition), C4 and FineWeb", _datatrove),
    "datatrove-no-tokens": Tool("text", "datatrove", "those that need no tokenizer", _datatrove_light),
    "fasttext": Tool("text", "fasttext-numpy2-wheel", "one label, model of the same size", _fasttext),
    "copydesk-page": Tool("html", "copydesk", "reading, four scores, evidence, action", _copydesk_html),
    "copydesk-read": Tool("html", "copydesk", "reading alone", _copydesk_read),
    "trafilatura": Tool("html", "trafilatura", "`extract(html)`", _trafilatura),
    "justext": Tool("html", "justext", "`justext(html, stoplist)`", _justext),
    "resiliparse": Tool("html", "resiliparse", "`extract_plain_text(html, main_content=True)`", _resiliparse),
    "beautifulsoup": Tool("html", "beautifulsoup4", "parsing alone, html.parser", _soup),
    "selectolax": Tool("html", "selectolax", "parsing alone, lexbor", _selectolax),
}


def _most_memory() -> int:
    """Bytes: the largest resident size of this process. `ru_maxrss` would be that of its parent, where that was larger."""
    try:
        (line,) = [each for each in Path("/proc/self/status").read_text().splitlines() if each.startswith("VmHWM")]
    except (OSError, ValueError):  # not Linux
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return int(line.split()[1]) * 1024


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tool", choices=TOOLS)
    parser.add_argument("inputs", type=Path)
    parser.add_argument("--first", action="store_true")
    options = parser.parse_args()
    articles: list[str] = json.loads(options.inputs.read_text(encoding="utf-8"))
    run = TOOLS[options.tool].make(options.inputs.parent)
    failed = 0
    run(articles[0])
    clock, processor = time.perf_counter(), time.process_time()
    for article in [] if options.first else articles:
        try:
            run(article)
        except Exception:
            failed += 1
    result = {
        "cpu": time.process_time() - processor,
        "wall": time.perf_counter() - clock,
        "memory": _most_memory(),
        "failed": failed,
    }
    print(json.dumps(result), flush=True)
    os._exit(0)  # threads of some tools outlive the work


if __name__ == "__main__":
    main()
