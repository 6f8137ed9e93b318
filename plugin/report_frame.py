"""What is written round the data of a batch's page: the head, and everything that is seen before any script has run.

The page is ASCII (stored or served under a wrong charset, it stays legible), loads nothing and asks nobody: its Content-Security-Policy
allows its own style sheet and script, by hash. The script, `report.js`, sorts, filters and pages; without it, the worst articles
stand in a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from copydesk import SIGNALS, Policy

from .marks import excerpt, look, safe
from .report_rows import SCALE
from .report_totals import ACTIONS, NAMES, Totals, signal_cards, tiles
from .sheet import source_hash, style

LISTED = 200  # articles of the list that is shown without scripts
_MOST_NAMES = 5  # models, and beginnings of ids, that are named
_NOT_ASCII = re.compile("[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class Batch:
    """What the page says of a batch: `rows` articles are listed, the lines of `details` are kept, `worst` holds the worst ones' row
    and lines; `failed` inputs could not be scored, of which `failures` names some, with the reason."""

    now: datetime
    policy: Policy
    totals: Totals
    failed: int
    failures: Sequence[tuple[str, str]]
    rows: int
    details: int
    worst: Sequence[tuple[Any, str]]


def head(now: datetime) -> str:
    """Everything up to the beginning of the body."""
    css = _NOT_ASCII.sub(lambda match: f"\\{ord(match[0]):x} ", style("explain.css") + style("report.css"))
    allowed = f"style-src {source_hash(css)}; script-src {source_hash(style('report.js'))}"
    policy = f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"
    return (
        '<!doctype html>\n<html lang="en" dir="ltr">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f'<meta name="robots" content="noindex">\n<title>Batch of {_date(now)} - Copydesk</title>\n'
        f"<style>{css}</style>\n</head>\n<body>\n"
    )


def body(batch: Batch) -> Iterator[str]:
    """Everything that is seen, the script, and the end of the page."""
    yield '<a class="skip" href="#articles">Skip to the articles</a>\n<header>\n<p class="brand">Copydesk</p>\n'
    facts = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in _facts(batch))
    yield f'<h1>Batch of {_date(batch.now)}</h1>\n<dl class="facts">{facts}</dl>\n</header>\n<main>\n'
    yield f'<section aria-labelledby="totals"><h2 id="totals">Totals</h2>\n{tiles(batch.totals, batch.failed)}'
    if batch.totals.relations:
        counted = ", ".join(f"{safe(name)} <b>{n:,}</b>" for name, n in batch.totals.relations.most_common())
        yield f'<p class="made">Made from another article: {counted}.</p>\n'
    yield '</section>\n<section aria-labelledby="signals"><h2 id="signals">Signals</h2>\n'
    yield from signal_cards(batch.totals)
    yield '<p class="small">Bars are a twentieth wide, their heights on a logarithmic scale; hatched bars are at the threshold '
    yield "or above. An article may be flagged by several signals.</p>\n</section>\n"
    yield f'<section aria-labelledby="articles"><h2 id="articles" tabindex="-1">Articles</h2>\n{_room(batch)}'
    yield '<div id="desk" hidden></div>\n<noscript>\n'
    yield from _list(batch)
    yield "</noscript>\n</section>\n"
    yield from _failed(batch)
    yield "</main>\n<footer><p>Scores are calibrated probabilities from 0 to 1. They say how a text reads, not who wrote it: read the "
    yield "marked lines, compare with the source, ask the writer.</p></footer>\n"
    yield f"<script>{style('report.js')}</script>\n</body>\n</html>\n"


def ascii_only(html: str) -> str:
    """The same HTML in ASCII; a text with a single emoji takes four bytes a character in memory, this takes one."""
    return html.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _facts(batch: Batch) -> Iterator[tuple[str, str]]:
    totals, policy = batch.totals, batch.policy
    moment = batch.now.isoformat(timespec="seconds")
    yield "Date", f'<time datetime="{moment}">{_date(batch.now)}, {batch.now:%H:%M}</time>'
    yield "Articles", f"{totals.scored + batch.failed:,}, {totals.words:,} words"
    if totals.models:
        yield "Model", ", ".join(excerpt(name, 80) for name, _ in totals.models.most_common(_MOST_NAMES))
    if totals.histograms:
        limits = [f"{look(name).name} {each.threshold:.2f}" for name, each in totals.histograms.items()]
        yield "Flagged from", ", ".join(limits)
    yield "Held", _held(policy)
    if policy.allow:
        names = ", ".join(f"<bdi>{excerpt(name, 60)}</bdi>" for name in policy.allow[:_MOST_NAMES])
        more = len(policy.allow) - _MOST_NAMES
        yield "May be copied", names + (f" and {more} more" if more > 0 else "")


def _held(policy: Policy) -> str:
    """When the policy holds an article."""
    when = [f"{look(name).name} from {value:.2f}" for name, value in policy.hold_at.items()]
    if policy.hold_count:
        when.insert(0, f"{policy.hold_count} flagged {'signal' if policy.hold_count == 1 else 'signals'}")
    return ", or ".join(when) or "nothing"


def _room(batch: Batch) -> str:
    """What was left out of the page, in a sentence each."""
    said = []
    totals = batch.totals
    if missing := totals.scored - batch.rows:
        said.append(
            f"{missing:,} of {totals.scored:,} articles are counted above and not listed, to keep this page small; "
            "the formats jsonl and csv have all."
        )
    if totals.flagged > batch.details:
        said.append(
            f"Marked lines are kept of the worst {batch.details:,} of {totals.flagged:,} flagged articles; copydesk explain "
            "shows those of any."
        )
    return "".join(f'<p class="about">{each}</p>\n' for each in said)


def _list(batch: Batch) -> Iterator[str]:
    """The worst articles one below the other, for browsers that run no script."""
    if not batch.worst:
        yield '<p class="about">No article is flagged. The table of all articles needs JavaScript.</p>\n'
        return
    flagged, count = batch.totals.flagged, len(batch.worst)
    how = "All flagged articles" if flagged == count else f"The worst {count:,} of {flagged:,} flagged articles"
    yield f'<p class="about">{how}, the worst first. The table of all articles needs JavaScript.</p>\n<ol class="plain">\n'
    for (_, id, opening, action, score, scores, flags, *_), lines in batch.worst:
        named = [
            f'<b class="tag {look(name).css}">{look(name).letter}</b> {look(name).name} {(scores[bit] or 0) / SCALE:.2f}'
            for bit, name in enumerate(SIGNALS)
            if flags >> bit & 1
        ]
        begins = f'<p class="opening"><bdi>{safe(opening)}</bdi></p>\n' if opening else ""
        yield f"<li><h3><bdi>{safe(id) or '(no id)'}</bdi></h3>\n{begins}<p><b>{NAMES[ACTIONS[action]]}</b>, "
        yield f"score {(score or 0) / SCALE:.2f}: {', '.join(named)}</p>\n{lines}</li>\n"
    yield "</ol>\n"


def _failed(batch: Batch) -> Iterator[str]:
    """The inputs without a report, with their reasons."""
    if not batch.failed:
        return
    count = f"{batch.failed:,} {'input' if batch.failed == 1 else 'inputs'} could not be scored."
    if batch.failed > len(batch.failures):
        count += f" {len(batch.failures):,} of them are named here, all on standard error."
    yield '<section aria-labelledby="failures"><h2 id="failures">Not scored</h2>\n'
    yield f'<p class="about">{count}</p>\n<ul class="failures">\n'
    for where, reason in batch.failures:
        yield f"<li><b><bdi>{safe(where)}</bdi></b> <bdi>{safe(reason)}</bdi></li>\n"
    yield "</ul>\n</section>\n"


def _date(now: datetime) -> str:
    return f"{now.day} {now:%B %Y}"
