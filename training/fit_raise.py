"""Fit how much a source that was found raises the rewrite signal: logistic regression on how surely it is the source, and on style.

Positive are copies and rewrites of an article of the archive; negative are articles without a source in it, reports of the same event,
articles that share passages, and people's articles of dev. The chances of the source are out of fold; the style's score is of a model
that has not been fitted to the text: look-ups whose text is among its training articles are left out. Every set weighs the same, and
so do both sides. Where style cannot be judged (too short, not English) a second fit goes by the source alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from copydesk import Model
from copydesk.article import Article
from copydesk.borrowing import log_odds
from copydesk.detectors import rewrite
from copydesk.linear import Floats
from copydesk.reading import read

from . import corpus, reliability
from .source_rows import Asked, plain

HUMANS = 1500  # articles of dev
_SEEN = ("written", "plain")  # sets whose train part taught the style heads, though in other rows


def fit(
    folder: Path,
    model: Model,
    asked: Sequence[Asked],
    claims: Floats,
    claim: Callable[[Asked], tuple[float, bool]],
    level: float,
) -> tuple[Floats, dict[str, float]]:
    """`sources.raise`, shape (2, 3), and figures. claims: the chance of a source out of fold for each of `asked`, shape (asked,);
    `claim` gives it for an article that taught nothing, and whether the archive holds a copy of it, which says nothing of how well it
    is judged; from `level` on a source is claimed.

    Raises CorpusError if a file is missing.
    """
    known = {plain(row.text) for row in corpus.articles(folder, "train")}
    used = [k for k, row in enumerate(asked) if _unseen(row, known)]
    people = [(row, *claim(row)) for row in _people(folder, {plain(asked[k].text) for k in used})]
    people = [each for each in people if not each[2]]
    rows = [asked[k] for k in used] + [row for row, _, _ in people]
    sure = np.array([*claims[used], *(chance for _, chance, _ in people)], dtype=np.float64)
    style = np.array([_style(row, model) for row in rows])
    gold = np.array([row.claimed for row in rows])
    weight = even([row.set_name for row in rows], gold)
    judged = ~np.isnan(style)
    columns = np.stack([log_odds(sure), log_odds(np.where(judged, style, 0.5))], axis=1)
    both = LogisticRegression(C=100.0).fit(columns[judged], gold[judged], sample_weight=weight[judged])
    alone = LogisticRegression(C=100.0).fit(columns[:, :1], gold, sample_weight=weight)
    raised = np.array(
        [[both.intercept_[0], *both.coef_[0]], [alone.intercept_[0], alone.coef_[0, 0], 0.0]], dtype=np.float32
    )
    joined = np.where(judged, both.predict_proba(columns)[:, 1], alone.predict_proba(columns[:, :1])[:, 1])
    joined[sure < level] = 0
    figures = _figures(rows, gold, style, joined, model.threshold("rewrite"))
    told = np.maximum(np.nan_to_num(style, nan=0.0), joined)
    figures["raised_calibration_error"] = round(reliability.expected_error(told, gold, weight), 4)
    return raised, figures


def _unseen(row: Asked, known: set[str]) -> bool:
    taught = row.part == "train" and row.set_name in _SEEN
    return not taught and plain(row.text) not in known


def _people(folder: Path, without: set[str]) -> list[Asked]:
    """People's articles of dev as look-ups without a source; those that are asked for anyway are left out."""
    texts = [row.text for row in corpus.articles(folder, "dev") if row.human and row.is_article]
    fresh = [text for text in texts if plain(text) not in without]
    return [Asked(text, "none", "", "people") for text in fresh[:HUMANS]]


def _style(row: Asked, model: Model) -> float:
    """What the prose alone says; NaN where it says nothing."""
    article = Article(read(row.text, kind="text", title=row.title))
    score = rewrite.measure(article, model).score
    return float("nan") if score is None else score


def even(sets: Sequence[str], gold: NDArray[np.bool_]) -> NDArray[np.float64]:
    """A weight for every row: both sides the same in sum, and within each every set the same."""
    keys = list(zip(sets, gold.tolist(), strict=True))
    size = Counter(keys)
    sides = Counter(side for _, side in size)
    return np.array([len(keys) / 2 / sides[key[1]] / size[key] for key in keys])


def _figures(
    rows: Sequence[Asked], gold: NDArray[np.bool_], style: Floats, joined: Floats, threshold: float
) -> dict[str, float]:
    """Shares at the rewrite signal's threshold, by style alone and with the source: of copies and rewrites, of careful rewrites,
    and of articles that are neither."""
    alone = np.nan_to_num(style, nan=0.0)
    together = np.maximum(alone, joined)
    written = np.array([row.set_name == "written" and row.relation == "rewrite" for row in rows])
    found: dict[str, float] = {}
    for name, members in (("made_from_another", gold), ("written", written), ("by_itself", ~gold)):
        if members.any():
            found[f"flagged_{name}_by_style"] = float((alone[members] >= threshold).mean())
            found[f"flagged_{name}"] = float((together[members] >= threshold).mean())
    return {name: round(value, 4) for name, value in found.items()}
