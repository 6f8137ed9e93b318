"""Does a promoted line lead to a story on the article's topic?

Lines that stand together are judged together: a box under one lead-in nearly always holds one kind of story, and its kickers, bylines
and dates have no topic of their own. Three things are weighed. First, how well the words of each line's story, and of the whole
box, fit the article: a linear score learned from headlines of known neighbours of an article against headlines of others.
Second, the same words in hashed letter n-grams, which see into compounds and inflected forms. Third, the company: what the lead-in
announces ("Most popular" leads anywhere, "Related" mostly to the topic), how long the box is, where it stands.

On gold lines of outlets not trained on (cross-validation, 108 outlets, area under the curve): cosine of the line alone .86,
learned score .89, with its box .92, with n-grams .94, with the company .95. Word vectors learned from the corpus lost .04: they know
its subjects (politics) and no others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from .article import TOPIC_BITS, Article
from .choosing import is_lead_in
from .compiled import compiled
from .document import Block
from .fitting import by_grams, by_words
from .linear import Floats, sigmoid
from .model import Model

Ids = NDArray[np.int64]
_STRANGE = 0.1  # a box of which the article knows less, by words and by letters, is on another topic: 2 in 154 labelled ones are not
_AT_MOST = 0.25
MARGIN = 0.02  # nearer than this to one half, whether it fits is not said
STORY = 9  # columns of what is measured of a story's words
COLUMNS = 14  # columns of what is measured of a line
_WORD = re.compile(r"(\w{3,7})\w*")  # as in Article.terms
_LOOKED_AT = 60  # characters of a line in which a lead-in is looked for
_TITLE = 400  # characters of the title that are looked at
_GAP = 1  # other lines that may stand between two of one box
_ENOUGH = 2  # such words that make a line speak for itself
_FAR = 6.0  # a story's score is cut off here: nothing fits better than well
_OPENING = 3  # paragraphs that make up the article's opening
_ANYWHERE = re.compile(
    r"\W*(?:\w[^:|]{0,25}\b)?(?:most (?:read|popular|viewed|shared|commented|recent)|trending|popular|editor.?s.{0,2} (?:pick|choice)"
    r"|recommend(?:ed|ation)|featured|top (?:stor|news|head|post)|latest|hot|breaking|must.reads?|you (?:may|might) |people (?:are|who)"
    r"|others|in other news|what.?s (?:hot|new|trend)|for you|from our partners|(?:from|around) the web|view video"
    r"|more (?:from|by|coverage|trending)|recently in|next story|meist|beliebt|neues aus|könnte|empf|nicht verpassen|les plus"
    r"|à ne pas|plus lus)",
    re.IGNORECASE,
)
_ON_TOPIC = re.compile(
    r"\W*(?:related|read|also read|see also|more on|keep reading|explore further|don.?t miss|more:|see:"
    r"|mehr (?:zum|zur|dazu|über)|zum (?:thema|artikel)|lesen sie|auch interessant|passend|siehe"
    r"|à lire|lire aussi|sur le|per saperne|leggi|para saber|lea |noticia)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Company:
    """How lines stand together: of every line the number of its story and of its box, shapes (lines,); of every box what its
    lead-in announces, 1 stories from anywhere, 2 stories on the topic, 0 neither, shape (boxes,)."""

    story: Ids
    box: Ids
    announced: Ids


@dataclass(frozen=True, slots=True)
class Measured:
    """What is seen of stories and boxes: how their words fit the article, shapes (stories, STORY) and (boxes, STORY), and which
    stories have words enough to tell, shape (stories,)."""

    stories: Floats
    boxes: Floats
    telling: NDArray[np.bool_]


def related(article: Article, lines: Sequence[int], model: Model) -> list[float]:
    """Probability that each of the lines (indices of blocks, in order) leads to a story on the article's topic."""
    if not len(lines):
        return []
    company = stand_together(article, lines)
    measured = measure_stories(article, lines, company, model.array("related.idf"), model.array("related.gram_idf"))
    score = measured.stories @ model.array("related.story_weights") + model.number("related.story_bias")
    table = line_features(article, lines, company, measured, score)
    raw = table @ model.array("related.weights") + model.number("related.bias")
    whole = measured.boxes[company.box]
    strange = (whole[:, 0] < _STRANGE) & (whole[:, STORY - 1] < _STRANGE)
    return [min(sigmoid(float(x)), _AT_MOST if odd else 1.0) for x, odd in zip(raw, strange, strict=True)]


def verdict(probability: float) -> bool | None:
    """True, False, or None when it cannot be told."""
    return None if abs(probability - 0.5) < MARGIN else probability > 0.5


def announces(text: str) -> int:
    """What a line announces by its first words: 1 stories from anywhere, 2 stories on the topic, 0 neither."""
    start = text[:_LOOKED_AT]
    return 1 if _ANYWHERE.match(start) else 2 if _ON_TOPIC.match(start) else 0


def stand_together(article: Article, lines: Sequence[int]) -> Company:
    """Which lines make up a story (a card's lines lead to one address) and a box (up to a paragraph or the next lead-in)."""
    document = article.document
    texts = [document.text[b.start : b.end] for b in (document.blocks[i] for i in lines)]
    kinds = [announces(text) for text in texts]
    alone = [is_lead_in(text) for text in texts]
    addresses = [_address(document.blocks[i]) for i in lines]
    prose: list[bool] = article.prose_blocks.tolist()
    apart = [n == 0 or _parted(prose, lines[n - 1], lines[n]) for n in range(len(lines))]
    story: list[int] = []
    box: list[int] = []
    announced: list[int] = []
    seen: dict[tuple[int, str | int], int] = {}
    for n, kind in enumerate(kinds):
        if apart[n]:
            opens = True
        elif alone[n]:  # with nothing below it, it is the last line of a card: "Read more"
            opens = n + 1 < len(lines) and not apart[n + 1] and not (addresses[n] and addresses[n] == addresses[n - 1])
        else:
            opens = bool(kind) and not alone[n - 1]
        if opens:
            announced.append(kind)
        box.append(len(announced) - 1)
        story.append(seen.setdefault((box[-1], addresses[n] or n), len(seen)))
    return Company(np.array(story), np.array(box), np.array(announced))


def _address(block: Block) -> str:
    """Where a line leads to, without what counts clicks; "" for nowhere."""
    return block.links[0].href.split("?")[0] if block.links else ""


def _parted(prose: list[bool], above: int, below: int) -> bool:
    """Whether two lines have a paragraph or several other lines between them."""
    return below - above - 1 > _GAP or any(prose[above + 1 : below])


def measure_stories(
    article: Article, lines: Sequence[int], company: Company, idf: Floats, gram_idf: Floats
) -> Measured:
    """Compare the words and n-grams of stories and boxes with the article's paragraphs, opening and title.

    idf: weight of every hashed word, shape (2**TOPIC_BITS,). gram_idf: of every hashed n-gram, shape (2**BITS,).
    """
    prose, at = article.prose_blocks.copy(), np.array(lines, dtype=np.int64)
    prose[at] = False
    if not prose.any():  # a text without a single long sentence: compare with all that is not a line
        prose[:] = True
        prose[at] = False
    line_of: Ids = np.full(len(prose), -1, dtype=np.int64)
    line_of[at] = np.arange(len(at))
    stories, boxes = int(company.story.max()) + 1, len(company.announced)
    units = (line_of, company.story, company.box, stories, boxes)
    title = hashes(article.document.title[:_TITLE])
    (bucket, block), rows = article.terms, article.block_rows
    words, weighty = by_words(bucket, block, prose, title, *units, idf, _OPENING)
    both = np.concatenate([words, by_grams(rows.bucket, rows.row, rows.value, prose, *units, gram_idf)], axis=1)
    return Measured(both[:stories], both[stories:], weighty[:stories] >= _ENOUGH)


def hashes(text: str) -> Ids:
    """The hashed content words of a text, as in Article.terms, shape (words,)."""
    found = [crc32(word.encode("utf-8", "replace")) & ((1 << TOPIC_BITS) - 1) for word in _WORD.findall(text.lower())]
    return np.array(found, dtype=np.int64)


def line_features(
    article: Article, lines: Sequence[int], company: Company, measured: Measured, score: Floats
) -> Floats:
    """What the head sees of every line, shape (lines, COLUMNS); `score`, shape (stories,), says how each story fits.

    The line's own story, the mean and best of its box's, known shares and n-grams of story and box, then the company. Stories with
    too few words to tell take the mean of their box.
    """
    prose = np.flatnonzero(article.prose_blocks)
    last = int(prose[-1]) if len(prose) else -1
    above = np.array([line < last for line in lines], dtype=np.uint8)
    together = (company.story, company.box, company.announced)
    return _seen_of_lines(*together, measured.stories, measured.boxes, measured.telling, score, above)


@compiled
def _seen_of_lines(
    story: Ids,
    box: Ids,
    announced: Ids,
    stories: Floats,
    boxes: Floats,
    telling: NDArray[np.bool_],
    score: Floats,
    above: NDArray[np.uint8],
) -> Floats:
    """The columns of `line_features`, shape (lines, COLUMNS), from what Company, Measured and `score` hold; above, shape (lines,):
    whether a paragraph comes after the line."""
    many = len(announced)
    box_of = np.zeros(len(stories), dtype=np.int64)
    box_of[story] = box
    speaks = np.bincount(box_of, weights=telling, minlength=many) > 0
    used = np.flatnonzero(telling | ~speaks[box_of])
    counts = np.bincount(box_of[used], minlength=many)

    def mean(values: Floats) -> NDArray[np.float64]:
        return np.asarray(np.bincount(box_of[used], weights=values[used], minlength=many) / counts, dtype=np.float64)

    score = np.clip(score, -_FAR, _FAR)
    best = np.full(many, -_FAR)
    np.maximum.at(best, box_of[used], score[used])
    seen = (score, stories[:, 1], stories[:, STORY - 2], stories[:, STORY - 1])
    means = [mean(values) for values in seen]
    own = [np.where(telling, values, by_box[box_of]) for values, by_box in zip(seen[:3], means[:3], strict=True)]
    shared = [
        means[0], best, boxes[:, 1], boxes[:, STORY - 2], boxes[:, STORY - 1], means[2], means[3],
        announced == 1, announced == 2, np.log(np.bincount(box, minlength=many)),
    ]  # fmt: skip
    columns = [x[story] for x in own] + [x[box] for x in shared] + [above]
    return np.stack(columns, axis=1).astype(np.float32)
