"""Lines that send the reader to other stories: promo lines, headline lists, paid links in running prose.

Every block that the block model takes for such a line is evidence, with a word on whether its target fits the article's topic. Only
lines off the topic raise the document's score: a reputable site's links to its own related stories are listed and flag nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..article import Article
from ..blocks import Labelled, label_blocks, link_blocks, paid_blocks, told, within_text
from ..document import Block
from ..model import Model, calibrate
from ..relatedness import related, verdict
from ..report import Evidence, Signal
from ..topic import runs

NAME = "injected_links"
_LIST = 3  # lines in a row that make a list
_MESSAGES = {
    ("promo-line", True): "Points to another story on the same topic",
    ("promo-line", False): "Promotes another, unrelated story",
    ("promo-line", None): "Promotes another story",
    ("headline-list", True): "List of headlines on the same topic",
    ("headline-list", False): "List of headlines of unrelated stories",
    ("headline-list", None): "List of headlines of other stories",
    ("paid-link", None): "Link to another site, off the topic, in running prose",
}


def document_features(article: Article, labelled: Labelled, unrelated: dict[int, float]) -> list[float]:
    """What the document head sees: the strongest and the summed off-topic lines within the text, and round it.

    Lists that the page puts round the article are the site's furniture; in the text that a feed delivers they are not.
    """
    page = float(article.document.form == "page")
    if not unrelated:
        return [0.0, 0.0, 0.0, 0.0, page]
    within = within_text(article, labelled)
    inside = [v for i, v in unrelated.items() if within[i]]
    outside = [v for i, v in unrelated.items() if not within[i]]
    return [max(inside, default=0.0), min(3.0, sum(inside)), max(outside, default=0.0), min(3.0, sum(outside)), page]


def fitting_lines(article: Article, labelled: Labelled, model: Model) -> dict[int, float]:
    """Blocks that lead to other stories -> probability that their target fits the article's topic; computed once an article."""
    return article.once("fitting_lines", lambda: _fitting_lines(article, labelled, model))


def _fitting_lines(article: Article, labelled: Labelled, model: Model) -> dict[int, float]:
    lines = np.flatnonzero(link_blocks(labelled, model)).tolist()
    return dict(zip(lines, related(article, lines, model), strict=True))


def unrelated_lines(article: Article, labelled: Labelled, model: Model) -> dict[int, float]:
    """Blocks that lead to other stories or are paid for -> probability that they do and that their target is off the topic."""
    return _unrelated(labelled, fitting_lines(article, labelled, model), _paid_lines(article, labelled, model))


def _paid_lines(article: Article, labelled: Labelled, model: Model) -> dict[int, float]:
    """Blocks with a paid link -> probability that they are adverts."""
    paid = np.flatnonzero(paid_blocks(article, labelled, model)).tolist()
    return dict(zip(paid, labelled.of("ad")[paid].tolist(), strict=True)) if paid else {}


def _unrelated(labelled: Labelled, fits: dict[int, float], paid: dict[int, float]) -> dict[int, float]:
    return {i: float(labelled.links[i]) * (1 - fit) for i, fit in fits.items()} | paid


def measure(article: Article, model: Model) -> Signal:
    """Probability that an editor objects to lines to other stories, and those lines."""
    labelled = label_blocks(article, model)
    fits, paid = fitting_lines(article, labelled, model), _paid_lines(article, labelled, model)
    evidence = [*_lines(article, labelled, fits), *_adverts(article, paid)]
    evidence.sort(key=lambda e: e.start)
    unjudged = article.not_among(model.languages(NAME))
    if unjudged:
        return Signal(NAME, None, tuple(evidence), f"injected_links: lines are shown but not judged, {unjudged}")
    raw = document_features(article, labelled, _unrelated(labelled, fits, paid)) @ model.array(
        "injected_links.weights"
    ) + model.number("injected_links.bias")
    return Signal(NAME, calibrate(float(raw), model.array("injected_links.calibration")), tuple(evidence))


def _lines(article: Article, labelled: Labelled, fits: dict[int, float]) -> Iterator[Evidence]:
    """The evidence of lines to other stories."""
    if not fits:
        return
    taken = np.zeros(len(labelled.links), dtype=np.bool_)
    taken[list(fits)] = True
    trailing: list[bool] = (labelled.of("related_list") > labelled.of("injected_link")).tolist()
    chance: list[float] = labelled.links.tolist()
    repeated: list[int] = article.repeated.tolist()
    for first, end in runs(taken):
        many = end - first >= _LIST
        for i in range(first, end):
            reason = "headline-list" if many or trailing[i] else "promo-line"
            yield _line(article, i, reason, chance[i], verdict(fits[i]), repeated[i])


def _adverts(article: Article, paid: dict[int, float]) -> Iterator[Evidence]:
    """The evidence of paid links."""
    for i, sure in paid.items():
        yield _line(article, i, "paid-link", sure, None, int(article.repeated[i]))


def _line(article: Article, index: int, reason: str, sure: float, fits: bool | None, others: int) -> Evidence:
    block = article.document.blocks[index]
    quote = article.document.text[block.start : block.end]
    message = told(_MESSAGES[reason, fits], others)
    return Evidence(NAME, reason, message, block.start, block.end, quote, sure, fits, _href(block))


def _href(block: Block) -> str | None:
    """The address that a line leads to: the first to elsewhere, else the first."""
    addresses = [x.href for x in block.links]
    return next((x for x in addresses if "//" in x), addresses[0] if addresses else None)
