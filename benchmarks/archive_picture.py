"""The picture of an archive's growth: processor time of a look-up against the number of articles, both in powers of ten."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.ticker import FuncFormatter, NullLocator

_MEDIAN, _LATE, _PALE, _TEXT = "#0072b2", "#d55e00", "#8a8a8a", "#1a1a1a"  # differ in lightness, too


def draw(points: Sequence[tuple[int, float, float]], path: Path) -> None:
    """Draw (articles, median, 99th percentile), and what the median would be if it grew as the archive does."""
    sizes = [size for size, _, _ in points]
    with plt.rc_context({"font.size": 14, "text.color": _TEXT}):
        figure, axes = plt.subplots(figsize=(9, 5.4))
        axes.plot(sizes, [late for *_, late in points], marker="s", color=_LATE, linewidth=2)
        axes.plot(sizes, [median for _, median, _ in points], marker="o", color=_MEDIAN, linewidth=2)
        first = points[0][1]
        axes.plot(sizes, [first * size / sizes[0] for size in sizes], color=_PALE, linestyle="--")
        top = 3 * max(late for *_, late in points)
        for index, (size, median, late) in enumerate(points):
            axes.annotate(f"{late:.1f}", (size, late), (0, 9), textcoords="offset points", ha="center", color=_LATE)
            axes.annotate(
                f"{median:.1f}", (size, median), (0, -20), textcoords="offset points", ha="center", color=_MEDIAN
            )
            if index == len(points) - 1:
                for value, name, colour in ((late, "99th percentile", _LATE), (median, "median", _MEDIAN)):
                    axes.annotate(name, (size, value), (14, 0), textcoords="offset points", va="center", color=colour)
        axes.set(xscale="log", yscale="log", xlim=(sizes[0] / 1.6, sizes[-1] * 6), ylim=(first / 4, top * 2))
        reach = min(sizes[-1], sizes[0] * top / first)
        axes.text(reach * 0.8, top, "if it grew as the archive", color=_PALE, ha="right", va="bottom")
        axes.set_title("Looking up one article: milliseconds of processor time", loc="left", weight="bold")
        axes.set_xlabel("articles in the archive")
        axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
        axes.xaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.yaxis.set_minor_formatter(FuncFormatter(lambda *_: ""))
        axes.grid(axis="y", which="major", color="#e3e3e3")
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        figure.tight_layout()
        figure.savefig(path, dpi=100, metadata={"Software": None})
        plt.close(figure)
