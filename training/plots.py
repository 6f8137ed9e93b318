"""The two pictures of a model: is a score of 0.8 right eight times in ten, and what does a lower threshold cost?"""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from sklearn.metrics import roc_curve

from .evaluate import Figures

BINS = 10


def reliability(found: Figures, path: Path) -> None:
    """Reliability diagram of the rewrite score; people and machines weigh the same in sum, every source the same."""
    score, machine, weight = found.rewrite_scores
    figure, (above, below) = plt.subplots(
        2, 1, figsize=(5.5, 6.5), height_ratios=(3, 1), sharex=True, layout="constrained"
    )
    edges = np.linspace(0, 1, BINS + 1)
    where = np.clip(np.digitize(score, edges) - 1, 0, BINS - 1)
    xs, ys = [], []
    for b in range(BINS):
        inside = where == b
        if inside.sum() >= 20:
            xs.append(float(np.average(score[inside], weights=weight[inside])))
            ys.append(float(np.average(machine[inside], weights=weight[inside])))
    above.plot([0, 1], [0, 1], color="0.6", linestyle="--", label="perfect")
    above.plot(xs, ys, marker="o", color="#0b5fa5", label="dev articles")
    above.set(ylabel="share that is machine written", title="Reliability of the rewrite score", ylim=(0, 1))
    above.legend(loc="upper left")
    for side, colour, label in ((False, "#0b5fa5", "human"), (True, "#d1495b", "machine")):
        below.hist(
            score[machine == side],
            bins=edges,
            weights=weight[machine == side],
            histtype="step",
            color=colour,
            label=label,
        )
    below.set(xlabel="score", ylabel="weight")
    below.legend()
    figure.savefig(path, dpi=110, metadata={"Software": None})
    plt.close(figure)


def roc(found: Figures, path: Path) -> None:
    """ROC curves of the rewrite score, all machine articles and set by set, against the same human articles.

    The share of human articles is on a log scale because only its left end matters.
    """
    score, machine, weight = found.rewrite_scores
    sets = np.array(found.rewrite_sets)
    figure, axes = plt.subplots(figsize=(6.5, 5), layout="constrained")
    for name in sorted(set(sets[machine])) if len(sets) else []:
        chosen = ~machine | (sets == name)
        false, true, _ = roc_curve(machine[chosen], score[chosen], sample_weight=weight[chosen])
        axes.plot(np.maximum(false, 1e-4), true, linewidth=1, alpha=0.8, label=name.removeprefix("llm_"))
    false, true, _ = roc_curve(machine, score, sample_weight=weight)
    axes.plot(np.maximum(false, 1e-4), true, color="black", linewidth=2, label="all")
    axes.axvline(0.01, color="0.6", linestyle="--")
    axes.annotate("1 % of human articles", (0.0105, 0.02), color="0.35")
    axes.set(xscale="log", xlim=(1e-4, 1), ylim=(0, 1), title="ROC of the rewrite score, by set")
    axes.set(xlabel="share of human articles flagged", ylabel="share of machine articles flagged")
    axes.legend(loc="upper left", fontsize="small")
    figure.savefig(path, dpi=110, metadata={"Software": None})
    plt.close(figure)
