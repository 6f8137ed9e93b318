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
from .compiled import compiled
from .cues import KINDS
from .linear import Floats
from .ngrams import run_bounds

_COMPARED = 80  # characters from which it is told whether two blocks say the same
_LEAST = 1e-4
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
    document, look = article.document, features.look
    ids, home = groups(article)
    texts = [document.text[b.start : min(b.end, b.start + _COMPARED)] for b in document.blocks]
    counts = Counter(texts)
    copies = np.fromiter(map(counts.__getitem__, texts), dtype=np.int32, count=len(texts))
    form, english = _FORMS.index(document.form), article.language == "en"
    lengths = np.log1p(look[:, 0])
    of_page = (copies, ids, home, form, english)
    return _table(log_odds(first), first, kinds, lengths, look, article.prose_blocks, *of_page, CUES, len(KINDS))


@compiled
def _table(
    odds: Floats,
    first: Floats,
    kinds: Floats,
    log_length: Floats,
    look: Floats,
    prose: NDArray[np.bool_],
    copies: Ids,
    ids: Ids,
    home: Floats,
    form: int,
    english: bool,
    cues: int,
    cue_kinds: int,
) -> Floats:
    """The columns themselves, shape (blocks, columns).

    odds: log-odds of `first`, the same shape. log_length, prose, home: shapes (blocks,); copies: how many blocks say the same,
    (blocks,). ids: gap, box, card and path of every block, (4, blocks). form: index in _FORMS. `look` holds cues from column `cues`
    on, `cue_kinds` of them.
    """
    seen = np.concatenate([kinds, log_length[:, None], look[:, 1:3]], axis=1)
    parts = [
        neighbourhood(odds, first, prose),
        look,
        _places(prose, copies, form, english),
        kinds.mean(axis=0, keepdims=True).repeat(len(look), axis=0),
        home[:, None],
    ]
    for each in ids[:3]:
        parts += _of_run(each, seen)
    parts.append(_of_group(ids[3], seen))
    said = look[:, cues : cues + cue_kinds]
    beyond = np.zeros((1, cue_kinds), dtype=np.float32)
    parts += [np.concatenate([beyond, said[:-1]]), np.concatenate([said[1:], beyond])]
    return np.concatenate(parts, axis=1).astype(np.float32)


def log_odds(probability: Floats) -> Floats:
    """Log-odds of probabilities, which count as at least _LEAST and at most 1 - _LEAST; the same shape."""
    return np.asarray(np.log(_odds(probability, _LEAST, 1 - _LEAST)))


@compiled
def _odds(probability: Floats, low: float, high: float) -> Floats:
    """Odds of every probability, of one beyond `low` and `high` those of the limit; the same shape."""
    clipped = np.clip(probability, low, high)
    return np.asarray(clipped / (1 - clipped), dtype=np.float32)


def neighbourhood(odds: Floats, probability: Floats, prose: NDArray[np.bool_]) -> Floats:
    """Log-odds of a block's own labels, the probabilities of three neighbours on either side, and their mean over _WIDE blocks,
    once for all and once for blocks between two paragraphs: a promo box among the paragraphs is short, a list of the article's own
    is long.

    (blocks, labels), (blocks, labels), (blocks,) -> (blocks, labels * 9); beyond the ends every probability is 0.
    """
    parts = [odds]
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


def _places(prose: NDArray[np.bool_], copies: Ids, form: int, english: bool) -> Floats:
    """Where each block stands among the paragraphs and the blocks, and in what kind of document; shape (blocks, 11)."""
    size = len(prose)
    index = np.arange(size)
    before: NDArray[np.int64] = np.cumsum(prose) - prose
    last = np.maximum.accumulate(np.where(prose, index, -_FAR))
    following = np.minimum.accumulate(np.where(prose, index, size + _FAR)[::-1])[::-1]
    above = index - np.concatenate([[-_FAR], last[:-1]])
    below = np.concatenate([following[1:], [size + _FAR]]) - index
    columns = [
        before, prose.sum() - before - prose, index / max(1, size), size - index, np.full(size, prose.sum()), np.full(size, size),
        np.minimum(above, _FAR), np.minimum(below, _FAR), np.full(size, form), copies, np.full(size, english),
    ]  # fmt: skip
    return np.stack([np.asarray(c, dtype=np.float32) for c in columns], axis=1)


def groups(article: Article) -> tuple[Ids, Floats]:
    """The gap, the box, the card and the path that each block belongs to, as numbers, shape (4, blocks); and whether it stands in
    the paragraphs' own place (1), in a box beside them (0) or outside their element (-1), shape (blocks,)."""
    prose = article.prose_blocks
    ids = np.zeros((4, len(prose)), dtype=np.int32)
    if article.document.form == "text":
        ids[:3] = _numbered(prose[None].astype(np.int32))
        return ids, np.zeros(len(prose), dtype=np.float32)
    keys = _kept_together([b.path for b in article.document.blocks], prose)
    ids[0], ids[1:] = prose, keys[:3]
    ids[:3] = _numbered(ids[:3])
    return ids, keys[3].astype(np.float32)


@compiled
def _kept_together(paths: list[str], prose: NDArray[np.bool_]) -> Ids:
    """Numbers of every block's box, card and path, the same for the same, and its home, as in `groups`: shape (4, blocks)."""
    elements: dict[str, list[str]] = {path: path.split(" < ") for path in dict.fromkeys(paths)}
    holders = Counter(tuple(elements[path][1:3]) for path, own in zip(paths, prose.tolist(), strict=True) if own)
    holder = list(holders.most_common(1)[0][0]) if holders else []
    boxes: dict[str, int] = {}
    cards: dict[tuple[str, ...], int] = {}
    keys: dict[str, tuple[int, int, int, int]] = {}
    for path, each in elements.items():
        box = _box(each, holder)
        home = 1 if box == "" else -1 if box.startswith(_OUTSIDE) else 0
        numbers = boxes.setdefault(box, len(boxes)), cards.setdefault(tuple(each[2:]), len(cards))
        keys[path] = (*numbers, len(keys), home)
    return np.ascontiguousarray(np.array([keys[path] for path in paths], dtype=np.int32).reshape(-1, 4).T)


def _box(elements: list[str], holder: list[str]) -> str:
    """The element below the paragraphs' own in which a path stands: "" for a paragraph's place, what is round it for one outside."""
    for depth in range(1, len(elements)) if holder else ():
        if elements[depth] == holder[0] and elements[depth : depth + 2] == holder[: len(elements) - depth]:
            return elements[depth - 1] if depth > 1 else ""
    return _OUTSIDE + " < ".join(elements[2:4])


@compiled
def _numbered(keys: Ids) -> Ids:
    """Runs of equal keys in every row, numbered from 0; (rows, blocks) -> the same shape."""
    changed = np.zeros(keys.shape, dtype=np.int32)
    changed[:, 1:] = keys[:, 1:] != keys[:, :-1]
    return np.asarray(np.cumsum(changed, axis=1), dtype=np.int32)


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
