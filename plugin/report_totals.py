"""What a batch came to: how many articles are held, reviewed and published, and how the scores of each signal spread.

Counted as the reports come, in memory that does not grow with their number. A histogram's bars are a twentieth wide; the one that the
threshold falls into is split there, so that every bar is either flagged or not. Their heights are on a logarithmic scale, because
of ten thousand articles nine thousand may stand in the lowest bar, and the hundred that matter must still be seen.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from copydesk import SIGNALS, Report, SignalResult, Source

from .marks import look, safe
from .relations import relation_of
from .table import counts

ACTIONS = ("publish", "review", "hold")  # from the mildest on
_BARS = 20
_DIGITS = 4  # decimals to which a score is compared with its threshold, as everywhere
_MOST_REASONS = 40  # kinds of reasons that are counted; a version has some twenty
_WIDTH, _HEIGHT, _BASE = 300, 84, 84.0  # of a drawing
NAMES = {"hold": "Hold", "review": "Review", "publish": "Publish"}


class Histogram:
    """The scores of one signal over a batch."""

    def __init__(self, threshold: float) -> None:
        """Nothing counted; bars are split at the threshold."""
        self.threshold = threshold
        self.edges = sorted({*(n / _BARS for n in range(_BARS + 1)), min(max(round(threshold, _DIGITS), 0.0), 1.0)})
        self.bars = [0] * (len(self.edges) - 1)
        self.flagged = 0
        self.unjudged = 0

    def add(self, result: SignalResult | None) -> None:
        """Count one article's score, or that there is none."""
        if result is None or result.score is None:
            self.unjudged += 1
            return
        self.flagged += result.flagged
        at = bisect_right(self.edges, round(result.score, _DIGITS)) - 1
        self.bars[min(max(at, 0), len(self.bars) - 1)] += 1

    @property
    def judged(self) -> int:
        """Articles that have a score."""
        return sum(self.bars)

    def rows(self) -> Iterator[tuple[float, float, int]]:
        """Every bar: from, below, and the number of articles."""
        for (low, high), count in zip(pairwise(self.edges), self.bars, strict=True):
            yield low, high, count


class Totals:
    """The counters of one batch."""

    def __init__(self) -> None:
        """Nothing counted."""
        self.actions: Counter[str] = Counter()
        self.reasons: Counter[tuple[str, str]] = Counter()  # of flagged signals, an article counts once
        self.relations: Counter[str] = Counter()
        self.models: Counter[str] = Counter()
        self.histograms: dict[str, Histogram] = {}
        self.words = 0

    def add(self, report: Report, source: Source | None = None) -> None:
        """Count one report; `source` is what it is made from, where there is one."""
        self.actions[report.action] += 1
        self.words += report.words
        if report.model in self.models or len(self.models) < _MOST_REASONS:
            self.models[report.model] += 1
        if source is not None:
            self.relations[relation_of(source).name.lower()] += 1
        for name in SIGNALS:
            result = report.signals.get(name)
            if name not in self.histograms:
                if result is None:
                    continue
                self.histograms[name] = Histogram(result.threshold)
            self.histograms[name].add(result)
        for key in {(found.signal, found.reason) for found in report.evidence if counts(report, found)}:
            if key in self.reasons or len(self.reasons) < _MOST_REASONS:
                self.reasons[key] += 1

    @property
    def scored(self) -> int:
        """Articles with a report."""
        return sum(self.actions.values())

    @property
    def flagged(self) -> int:
        """Articles that are not simply published."""
        return self.scored - self.actions["publish"]


def tiles(totals: Totals, failed: int) -> str:
    """The number of articles by what is to be done with them."""
    every = totals.scored + failed
    cells = [(name, NAMES[name], totals.actions[name]) for name in reversed(ACTIONS)]
    cells.append(("failed", "Not scored", failed))
    signs = {"hold": "■", "review": "!", "publish": "✓", "failed": "✕"}
    items = "".join(
        f'<li class="tile {css}"><p class="kind"><span aria-hidden="true">{signs[css]}</span> {name}</p>'
        f'<p class="count">{number:,}</p><p class="small">{_share(number, every)}</p></li>\n'
        for css, name, number in cells
    )
    return f'<ul class="tiles">\n{items}</ul>\n'


def signal_cards(totals: Totals) -> Iterator[str]:
    """A card a signal: how many it flags, for what, and how its scores spread."""
    yield '<ul class="cards">\n'
    for name, histogram in totals.histograms.items():
        shape = look(name)
        reasons = [(reason, n) for (signal, reason), n in totals.reasons.most_common() if signal == name]
        told = "".join(f"<li>{safe(reason)} <b>{n:,}</b></li>" for reason, n in reasons)
        yield (
            f'<li class="card {shape.css}"><h3><b class="tag {shape.css}">{shape.letter}</b> {shape.name}</h3>\n'
            f'<p class="flagged"><b>{histogram.flagged:,}</b> flagged <span class="small">of {histogram.judged:,} judged'
            f"{_unjudged(histogram)}</span></p>\n{_drawing(name, histogram)}{_figures(name, histogram)}"
        )
        yield f'<p class="small">Articles by reason:</p><ul class="reasons">{told}</ul></li>\n' if told else "</li>\n"
    yield "</ul>\n"


def _unjudged(histogram: Histogram) -> str:
    return f", {histogram.unjudged:,} not judged" if histogram.unjudged else ""


def _drawing(name: str, histogram: Histogram) -> str:
    """The histogram as a drawing, said in a sentence to those who do not see it."""
    shape, limit = look(name), histogram.threshold
    most = math.log1p(max(histogram.bars, default=0)) or 1.0
    bars = []
    for low, high, count in histogram.rows():
        if not count:
            continue
        tall = max(3.0, (_HEIGHT - 6) * math.log1p(count) / most)
        on = low >= round(limit, _DIGITS)
        x, wide = low * _WIDTH, max((high - low) * _WIDTH - 1, 1)
        paint = f' fill="url(#hatch-{shape.css})"' if on else ""
        bars.append(
            f'<rect class="{"over" if on else "under"}"{paint} x="{x:.1f}" y="{_BASE - tall:.1f}" width="{wide:.1f}" '
            f'height="{tall:.1f}"><title>{low:.2f} to {high:.2f}: {count:,}</title></rect>'
        )
    at = limit * _WIDTH
    said = (
        f"{shape.name}: scores of {histogram.judged:,} articles from 0 to 1, {histogram.flagged:,} of them at the threshold "
        f"of {limit:.2f} or above. The figures are in the table below."
    )
    return (
        f'<svg class="histogram" role="img" aria-label="{said}" viewBox="-1 -2 {_WIDTH + 2} {_HEIGHT + 18}">\n'
        f'<defs><pattern id="hatch-{shape.css}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect class="solid" width="6" height="6"/><path class="stripe" d="M0 0V6" stroke-width="2"/></pattern></defs>\n'
        f'{"".join(bars)}<path class="axis" d="M0 {_HEIGHT}H{_WIDTH}"/>'
        f'<line class="limit" x1="{at:.1f}" x2="{at:.1f}" y1="-2" y2="{_HEIGHT + 2}"/>'
        f'<text x="0" y="{_HEIGHT + 13}">0</text><text x="{_WIDTH}" y="{_HEIGHT + 13}" text-anchor="end">1</text>'
        f'<text class="at" x="{min(max(at, 44), _WIDTH - 56):.1f}" y="{_HEIGHT + 13}" text-anchor="middle">'
        f"threshold {limit:.2f}</text></svg>\n"
    )


def _figures(name: str, histogram: Histogram) -> str:
    rows = "".join(
        f'<tr><th scope="row">{low:.2f} to {high:.2f}</th><td>{count:,}</td></tr>'
        for low, high, count in histogram.rows()
        if count
    )
    return (
        f"<details><summary>Figures</summary><table><caption>{look(name).name}: articles by score</caption>"
        f'<thead><tr><th scope="col">Score</th><th scope="col">Articles</th></tr></thead><tbody>{rows}</tbody></table></details>\n'
    )


def _share(number: int, every: int) -> str:
    if not every or not number:
        return "none"
    share = 100 * number / every
    return "under 0.1 %" if share < 0.1 else f"{share:.1f} %"
