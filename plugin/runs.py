"""Sorted runs of numbers, merged into one without holding any of them whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]  # pairs of a word and an article
WORD = np.uint64(32)  # bits to the left of the article in a pair
ARTICLE = np.uint64(0xFFFFFFFF)


def merged(runs: Sequence[Iterator[Keys]]) -> Iterator[Keys]:
    """All numbers of the runs, rising, in parts; each run comes in parts that rise and are not empty.

    Of every run one part is held. What is at most the least of the parts' last numbers is complete in what is held: that is sorted
    and goes out, and whoever has run dry gets its next part.
    """
    held = [(run, part) for run in runs if (part := next(run, None)) is not None]
    while len(held) > 1:
        limit = min(part[-1] for _, part in held)
        ready: list[Keys] = []
        kept: list[tuple[Iterator[Keys], Keys]] = []
        for run, part in held:
            cut = int(part.searchsorted(limit, side="right"))
            ready.append(part[:cut])
            rest = part[cut:] if cut < len(part) else next(run, None)
            if rest is not None:
                kept.append((run, rest))
        held = kept
        together = np.concatenate(ready)
        together.sort()
        yield together
    for run, part in held:
        yield part
        yield from run
