"""The figures as a Markdown page and as JSON: neither holds a date, a path of a machine or a word of an article."""

from __future__ import annotations

import math
import platform
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tally import FAMILIES, TOPICS, Share
from tools import Tool

FEWEST = 20  # lines from which a share is printed


@dataclass(frozen=True, slots=True)
class Found:
    """What one tool did. `failures`: pages it raised on or gave no text for. `time`: its processor time by that of the first tool."""

    tool: Tool
    shares: Mapping[str, Share]
    failures: int
    time: float


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the comparison: the part of the corpus, whether no weight of Copydesk's was fitted to it, the model, the lines
    judged and left out by kind, and the tools."""

    part: str
    unseen: bool
    model: str
    documents: int
    judged: Counter[str]
    left_out: Counter[str]
    found: Sequence[Found]
    missing: Sequence[str]


def as_json(run: Run) -> dict[str, Any]:
    """Everything that was counted, with the intervals that the page leaves out."""
    return {
        "part": run.part,
        "model": run.model,
        "python": platform.python_version(),
        "documents": run.documents,
        "lines": {kind: {"judged": run.judged[kind], "left_out": run.left_out[kind]} for kind in sorted(run.judged)},
        "not_installed": list(run.missing),
        "tools": [
            {
                "name": each.tool.name,
                "version": each.tool.version,
                "settings": each.tool.settings,
                "failures": each.failures,
                "time_ratio": round(each.time, 3),
                "removed": {
                    kind: {**asdict(share), "share": round(share.value, 5)} for kind, share in each.shares.items()
                },
            }
            for each in run.found
        ],
    }


def as_markdown(run: Run) -> str:
    """The page: one table of the comparison, three that take it apart, and what was run."""
    main = ("injected", "body", "related list", "debris")
    topics = [f"injected, {each}" for each in TOPICS.values()]
    tongues = [f"{kind}, {each}" for kind in ("injected", "body") for each in FAMILIES]
    return "\n".join(
        [
            "# Lines removed, tool by tool",
            "",
            f"Written by `python benchmarks/lines.py CORPUS --part {run.part} --model DIR`; [what is counted, and how](README.md).",
            "",
            f"{run.documents} pages of `pages.{run.part}`, all tools on the same pages in one run. {_levels(run.unseen)}",
            "",
            "Share of the labelled lines that are no longer there, with the 95 % interval (bootstrap over pages). A good tool has a",
            "high share of the injected lines and a low one of the body lines. Time is processor time, that of"
            f" `{run.found[0].tool.name}` being 1.",
            "",
            *_table(run, main, intervals=True, time=True),
            "",
            "## Injected lines, by topic",
            "",
            "Does the line's target fit the article's topic? `Copydesk clean` leaves on-topic links alone: they are the editor's.",
            "",
            *_table(run, topics),
            "",
            "## By language",
            "",
            f"A dash: fewer than {FEWEST} lines.",
            "",
            *_table(run, tongues),
            "",
            "## Lines left out",
            "",
            "Lines whose words stand on their page a second time under no label or another one: nobody can tell which one a tool kept.",
            "",
            "| | judged | left out |",
            "|---|---|---|",
            *(f"| {kind} | {run.judged[kind]} | {run.left_out[kind]} |" for kind in main),
            "",
            "## What was run",
            "",
            "A page on which a tool fails, or gives no text, counts as one of which it keeps nothing.",
            "",
            "| tool | version | call | pages without text |",
            "|---|---|---|---|",
            *(
                f"| {each.tool.name} | {each.tool.version} | {each.tool.settings} | {each.failures} |"
                for each in run.found
            ),
            "",
            f"Model: {run.model}. Python {platform.python_version()}."
            + (f" Not installed: {', '.join(run.missing)}." if run.missing else ""),
            "",
        ]
    )


def _levels(unseen: bool) -> str:
    if unseen:
        return (
            "Copydesk's levels and thresholds were chosen on these pages; no weight was fitted to them (the model is that of"
            " `copydesk train --no-refit`), and nothing of the other tools was. Expect a little worse of it on other sites."
        )
    return "Copydesk's weights were fitted to these pages: for information only, and no fair comparison."


def _table(run: Run, kinds: Sequence[str], *, intervals: bool = False, time: bool = False) -> list[str]:
    head = [f"{kind} ({run.judged[kind]})" for kind in kinds] + (["time"] if time else [])
    rows = [f"| tool | {' | '.join(head)} |", f"|---|{'---|' * len(head)}"]
    for each in run.found:
        cells = [_cell(each.shares.get(kind), intervals) for kind in kinds] + ([f"{each.time:.2g}"] if time else [])
        name = f"**{each.tool.name}**" if each.tool.is_ours else each.tool.name
        rows.append(f"| {name} | {' | '.join(cells)} |")
    return rows


def _cell(share: Share | None, interval: bool) -> str:
    if share is None or share.lines < FEWEST or math.isnan(share.value):
        return "–"
    bounds = f" ({100 * share.low:.1f} to {100 * share.high:.1f})" if interval else ""
    return f"{100 * share.value:.1f} %{bounds}"
