"""How the blocks of an article hang together: what the block model's second pass sees beside each block's own labels.

A page puts its lines into boxes, and a box is one thing: if its heading and two of its lines point to other stories, so does the
third. So the first pass's answers are averaged over four groups that a block belongs to: the gap (the blocks between two
paragraphs), the box (neighbours in one element beside the paragraphs), the card (neighbours in one element) and all blocks of the
same DOM path. Plain text has gaps alone. On dev these means carry more of the second pass than the block's own labels do.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from .article import Article
from .block_features import CUES, Features
from .cues import KINDS
from .linear import Floats
from .ngrams import run_bounds

_FAR = 60  # blocks: further away than this a paragraph does not matter
_FORMS = ("page", "fragment", "markdown", "text")
_AROUND = (-3, -2, -1, 1, 2, 3)
_WIDE = 8
_OUTSIDE = "outside "
Ids = NDArray[np.int32]


def second_features(article: Article, features: Features, first: Floats, kinds: Floats) -> Floats:
    """What the second pass sees of each block, shape (blocks, columns).

    first: label probabilities of the first pass, shape (blocks, labels). kinds: their sums over the article itself, links and
    debris, shape (blocks, 3).
    """
    look, place = features.look, _places(article)
    seen = np.concatenate([kinds, np.log1p(look[:, :1]), look[:, 1:3]], axis=1)
    parts = [
        neighbourhood(first, article.prose_blocks),
        look,
        place,
        kinds.mean(axis=0, keepdims=True).repeat(len(look), axis=0),
    ]
    (gap, box, card, path), home = groups(article)
    parts.append(home[:, None])
    for ids in (gap, box, card):
        parts += _of_run(ids, seen)
    parts.append(_of_group(path, seen))
    cues = look[:, CUES : CUES + len(KINDS)]
    beyond = np.zeros((1, cues.shape[1]), dtype=np.float32)
    parts += [np.concatenate([beyond, cues[:-1]]), np.concatenate([cues[1:], beyond])]
    return np.concatenate(parts, axis=1).astype(np.float32)


def neighbourhood(probability: Floats, prose: NDArray[np.bool_]) -> Floats:
    """Log-odds of a block's own labels, the probabilities of three neighbours on either side, and their mean over _WIDE blocks,
    once for all and once for blocks between two paragraphs: a promo box among the paragraphs is short, a list of the article's own
    is long.

    (blocks, labels), (blocks,) -> (blocks, labels * 9); beyond the ends every probability is 0.
    """
    clipped = np.clip(probability, 1e-4, 1 - 1e-4)
    parts = [np.log(clipped / (1 - clipped))]
    size, reach = len(probability), max(_AROUND)
    padded = np.zeros((size + 2 * reach, probability.shape[1]), dtype=probability.dtype)
    padded[reach : reach + size] = probability
    parts += [padded[reach + step : reach + step + size] for step in _AROUND]
    sums = np.concatenate([np.zeros((1, probability.shape[1])), np.cumsum(probability, axis=0)])
    index = np.arange(len(probability))
    wide = (sums[np.minimum(index + _WIDE + 1, len(index))] - sums[np.maximum(index - _WIDE, 0)]) / (2 * _WIDE + 1)
    before = np.cumsum(prose)
    between = (before > 0) & (before < prose.sum())
    return np.concatenate([*parts, wide, wide * between[:, None]], axis=1).astype(np.float32)


def _places(article: Article) -> Floats:
    """Where each block stands among the paragraphs and the blocks, and in what kind of document; shape (blocks, 11)."""
    document, prose = article.document, article.prose_blocks
    size = len(prose)
    index = np.arange(size)
    before: NDArray[np.int64] = np.cumsum(prose) - prose
    last = np.maximum.accumulate(np.where(prose, index, -_FAR))
    following = np.minimum.accumulate(np.where(prose, index, size + _FAR)[::-1])[::-1]
    above = index - np.concatenate([[-_FAR], last[:-1]])
    below = np.concatenate([following[1:], [size + _FAR]]) - index
    texts = [document.text[b.start : min(b.end, b.start + 80)] for b in document.blocks]
    counts = Counter(texts)
    columns = [
        before, prose.sum() - before - prose, index / max(1, size), size - index, np.full(size, prose.sum()), np.full(size, size),
        np.minimum(above, _FAR), np.minimum(below, _FAR), np.full(size, _FORMS.index(document.form)), [counts[t] for t in texts],
        np.full(size, article.language == "en"),
    ]  # fmt: skip
    return np.stack([np.asarray(c, dtype=np.float32) for c in columns], axis=1)


def groups(article: Article) -> tuple[tuple[Ids, Ids, Ids, Ids], Floats]:
    """The gap, the box, the card and the path that each block belongs to, as numbers, each of shape (blocks,); and whether it stands
    in the paragraphs' own place (1), in a box beside them (0) or outside their element (-1), shape (blocks,)."""
    gap = _numbered_runs(article.prose_blocks.tolist())
    if article.document.form == "text":
        nothing = np.zeros(len(gap), dtype=np.int32)
        return (gap, gap, gap, nothing), nothing.astype(np.float32)
    paths = [b.path for b in article.document.blocks]
    distinct = {path: i for i, path in enumerate(dict.fromkeys(paths))}
    holder = _main_holder(article)
    boxes = {path: _box(path, holder) for path in distinct}
    cards = {path: path.split(" < ")[2:] for path in distinct}
    homes = {path: 1 if box == "" else -1 if box.startswith(_OUTSIDE) else 0 for path, box in boxes.items()}
    ids = (
        gap,
        _numbered_runs([boxes[p] for p in paths]),
        _numbered_runs([cards[p] for p in paths]),
        np.array([distinct[p] for p in paths], dtype=np.int32),
    )
    return ids, np.array([homes[p] for p in paths], dtype=np.float32)


def _main_holder(article: Article) -> list[str]:
    """The two elements round most of the article's paragraphs, innermost first."""
    holders = Counter(
        tuple(b.path.split(" < ")[1:3])
        for b, own in zip(article.document.blocks, article.prose_blocks, strict=True)
        if own
    )
    return list(holders.most_common(1)[0][0]) if holders else []


def _box(path: str, holder: list[str]) -> str:
    """The element below the paragraphs' own in which a path stands: "" for a paragraph's place, what is round it for one outside."""
    elements = path.split(" < ")
    for depth in range(1, len(elements)):
        if holder and elements[depth : depth + 2] == holder[: len(elements) - depth]:
            return elements[depth - 1] if depth > 1 else ""
    return _OUTSIDE + " < ".join(elements[2:4])


def _numbered_runs(keys: list[object]) -> Ids:
    """Neighbours with the same key get the same number, counted from 0."""
    number, out = 0, []
    for i, key in enumerate(keys):
        number += i > 0 and key != keys[i - 1]
        out.append(number)
    return np.array(out, dtype=np.int32)


def _of_run(ids: Ids, seen: Floats) -> list[Floats]:
    """Means over each block's run, how long the run is, the block's place in it, and what its first block shows."""
    bounds = run_bounds(ids)
    starts, lengths = bounds[:-1], np.diff(bounds)
    means = np.add.reduceat(seen, starts, axis=0) / lengths[:, None]
    place = np.arange(len(ids)) - starts[ids]
    return [means[ids], np.stack([np.log1p(lengths[ids]), place], axis=1), seen[starts[ids], :3]]


def _of_group(ids: Ids, seen: Floats) -> Floats:
    """Means over all blocks of the same number, and their count."""
    member = (ids[:, None] == np.arange(int(ids.max()) + 1)).astype(np.float32)
    counts = member.sum(axis=0)
    means = (member.T @ seen) / counts[:, None]
    return np.concatenate([means, np.log1p(counts)[:, None]], axis=1)[ids]
