"""The probe: can typography alone tell human from machine in what the scorer sees?

Thirteen content-free features (line ends, quotes, spacing, length, case of the first letter, cut-off end, lead-ins) and a logistic
regression, cross-validated by group, once on the rows as they are and once on the windows of scored form that training and scoring
use. The first figure is how strong the shortcut is, the second how much of it is left, and the third how much of that is more than
the amount of direct speech: quotation marks are normalised to one kind, but they stay.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from .augment import window
from .corpus import Row
from .prose import prose_of

FEWEST = 30  # articles of each side that a set needs; a set of one side only is set against the other sets' people
_GLUED = re.compile(r"[a-z][.!?][A-Z]")
_BEFORE = re.compile(r" [,.;:!?]")


@dataclass(frozen=True, slots=True)
class Probe:
    """AUC of a typography-only model on one set, 0.5 is chance: rows as they are, as they are scored, and as they are scored with
    double quotation marks taken out: how many there are says how much people are quoted, which is style."""

    name: str
    raw: float
    scored: float
    unquoted: float
    n: int


def features(text: str) -> list[float]:
    """Thirteen features of a text that have nothing to do with its content."""
    size = max(1, len(text))
    return [
        np.log(size),
        text.count("\n") / size,
        text.count("\n\n") / size,
        sum(text.count(c) for c in "“”‘’") / size,
        sum(text.count(c) for c in "\"'") / size,
        sum(text.count(c) for c in "–—") / size,
        text.count("  ") / size,
        len(_GLUED.findall(text)) / size,
        len(_BEFORE.findall(text)) / size,
        float(text[:1].isupper()),
        float(text.rstrip()[-1:] in ".!?\"'”’)"),
        float(":" in text[:60]),
        sum(not c.isascii() for c in text) / size,
    ]


def _auc(table: NDArray[np.float64], machine: NDArray[np.bool_], groups: Sequence[str]) -> float:
    model = make_pipeline(StandardScaler(), LogisticRegression(class_weight="balanced", max_iter=500))
    chance = cross_val_predict(model, table, machine, groups=groups, cv=GroupKFold(4), method="predict_proba")[:, 1]
    return float(roc_auc_score(machine, chance))


def probe(rows: Sequence[Row], seed: int = 1) -> list[Probe]:
    """The probe of every set that has both sides."""
    sets: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        sets[row.set_name].append(row)
    rng = random.Random(seed)
    out = []
    for name, of_set in sorted(sets.items()):
        people, machines = [r for r in of_set if r.human], [r for r in of_set if not r.human]
        if min(len(people), len(machines)) < FEWEST:
            continue
        kept = people + rng.sample(machines, min(len(machines), 4 * len(people)))
        texts = []
        for row in kept:
            sentences = prose_of(row.text)
            first, end = window(sentences, rng)
            texts.append(" ".join(sentences[first:end]))
        machine = np.array([not r.human for r in kept])
        groups = [r.group for r in kept]
        seen = ([r.text for r in kept], texts, [t.replace('"', "") for t in texts])
        raw, scored, unquoted = (_auc(np.array([features(t) for t in x]), machine, groups) for x in seen)
        out.append(Probe(name, raw, scored, unquoted, len(kept)))
    return out
