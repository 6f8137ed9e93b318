"""The picture for the README: a row a tool; what it takes out on the left, what that costs the article on the right.

Two panels with a scale each, because the tools lie between 40 and 90 % on the left and, but for one, below 5 % on the right: on
one plane their names would lie over each other. Names and values stand beside the marks, shape and colour say the same thing, and the
letters are large enough for the width of a phone.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from tally import Share

Row = tuple[str, bool, Share, Share]
_OURS, _THEIRS, _TEXT = "#0072b2", "#5f5f5f", "#1a1a1a"  # a blue and a grey that differ in lightness too
_SIZE = 16  # points: 9 pixels on a phone that shows the picture 360 pixels wide
_NARROWEST = 0.05  # the right panel's scale, where nobody loses more


def draw(rows: Sequence[Row], documents: int, path: Path) -> None:
    """Draw (name, is it Copydesk, injected lines removed, body lines removed), the first row on top."""
    height = 1.9 + 0.92 * len(rows)  # inches
    widest = max(_NARROWEST, *(share.high for *_, share in rows))
    with plt.rc_context({"font.size": _SIZE, "text.color": _TEXT}):
        figure, (left, right) = plt.subplots(1, 2, figsize=(9, height), width_ratios=(5, 4))
        _panel(left, "Injected lines removed", "more is better", [row[1:3] for row in rows], 1.0)
        _panel(right, "Article lines lost", "fewer is better", [(row[1], row[3]) for row in rows], widest)
        for y, (name, ours, *_) in enumerate(rows):
            weight = "bold" if ours else "normal"
            left.text(0, y - 0.32, name, color=_OURS if ours else _TEXT, weight=weight, va="center")
        below = f"{documents} labelled pages; pale bars: 95 % intervals"
        figure.text(0.03, 0.12 / height, below, size=_SIZE - 3, va="bottom")
        figure.subplots_adjust(left=0.02, right=0.98, top=1 - 0.95 / height, bottom=0.55 / height, wspace=0.08)
        figure.savefig(path, dpi=100, metadata={"Software": None})
        plt.close(figure)


def _panel(axes: Axes, title: str, better: str, rows: Sequence[tuple[bool, Share]], most: float) -> None:
    axes.text(0, -1.1, title, weight="bold", va="bottom")
    axes.text(0, -0.78, better, size=_SIZE - 2, va="center")
    for y, (ours, share) in enumerate(rows, 0):
        at, colour = y + 0.1, _OURS if ours else _THEIRS
        axes.hlines(at, 0, most, color="#e3e3e3", linewidth=1)
        axes.hlines(at, share.low, share.high, color=colour, linewidth=5, alpha=0.35)
        axes.plot(share.value, at, marker="o" if ours else "s", color=colour, markersize=11, linestyle="")
        value = f"{100 * share.value:.{0 if most == 1 else 1}f} %"
        axes.text(most * 1.05, at, value, va="center", color=colour)
    end = len(rows) - 0.45
    axes.text(0, end, "0", size=_SIZE - 4, color=_THEIRS, ha="center", va="center")
    axes.text(most, end, f"{100 * most:.0f} %", size=_SIZE - 4, color=_THEIRS, ha="center", va="center")
    axes.set(xlim=(-0.03 * most, most * 1.32), ylim=(len(rows) - 0.3, -0.6))
    axes.axis("off")
