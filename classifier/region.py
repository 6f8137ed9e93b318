"""Which lines of a full page are the article: from just above its headline to just below its last paragraph.

Pages name their parts in a hundred ways, so the choice rests on the prose itself: long unlinked lines that end like sentences weigh for
their place, short and linked lines against it, and the heaviest run of lines is the article's core. Prose counts in full inside
the element that holds most of it and less the further away it stands; prose in comments, footers and teaser lists counts for nothing.
Around the core the region keeps the headline and, above and below, a few lines: there stand bylines, and there feeds, plugins and
"related" boxes leave what an editor wants to see. Site navigation further off is dropped. (Idea of text density: Kohlschuetter et al.,
"Boilerplate detection using shallow text features", WSDM 2010; the numbers here are fitted to our labelled pages.)
"""

from __future__ import annotations

import re
from collections.abc import Callable

from .compiled import compiled
from .walking import Element, Line

LINES_ABOVE_TITLE = 2  # kicker, section name
LINES_ABOVE_PROSE = 6  # where no headline stands close above the core
LINES_BELOW = 25  # sign-off, tags, notices, the first related headlines
TITLE_WITHIN = 25  # lines between a headline and the core; from further up it is the document's title alone
TITLE_INSIDE = 12  # lines of the core among which the headline may stand

_MIN_PROSE = 60  # characters
_MAX_WEIGHT = 600  # characters that one line can weigh
_AGAINST = 15  # weight of a line that is no prose
_AGAINST_LINKED = 20  # the same of a line that is mostly link
_NEAR = 0.8  # what prose keeps of its weight for every level that it stands outside the main element
_FLOOR = 0.1
_HOME = 1 / 8  # share of all prose from which an element is kept from its first line to its last
_STOP = re.compile(r"[.!?…。։؟।၊။,;:\"”»]")
_NOT_PROSE = frozenset("h1 button label legend summary option figcaption caption nav footer aside form".split())
_LISTS = frozenset(("ul", "ol", "dl", "li", "blockquote"))
_ASIDE_TAGS = frozenset(("nav", "footer", "aside", "form"))
_ASIDE = re.compile(
    r"comment|disqus|footer|cookie|consent|newsletter|side-?bar|related|recommend|trending|popular|most-read|modal|popup|legal|disclaimer|copyright"
    r"|privacy|teaser|promo|outbrain|taboola|nav\b|menu",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"\bcomments?\b|commentlist|comment-?(?:body|content|text)|disqus", re.IGNORECASE)


def article(lines: list[Line]) -> list[Line]:
    """The lines of the article's own region of a page; all of them where no prose is found."""
    weights = [_prose(line) if len(line.text) >= _MIN_PROSE else 0 for line in lines]
    start, core, end = _bounds(lines, weights)
    known: dict[Element, bool] = {}
    below = (lines[i] for i in range(core, end) if not (weights[i] and _is_comment(lines[i].holder, known)))
    return [*lines[start:core], *below]


def _bounds(lines: list[Line], weights: list[int]) -> tuple[int, int, int]:
    """First line of the region, the line after the article's prose, and the line after the region's last."""
    if not any(weights):
        return 0, len(lines), len(lines)
    start, core = _core(lines, weights)
    title = _headline(lines, start, core)
    core = _next_article(lines, title if title is not None else start, core)
    end = min(core + LINES_BELOW, len(lines))
    if title is None:
        return max(0, start - LINES_ABOVE_PROSE), core, end
    return max(0, title - LINES_ABOVE_TITLE), core, end


def _is_comment(element: Element, known: dict[Element, bool]) -> bool:
    """Whether the element stands among readers' comments, which may be longer than the article; `known` is what was found before."""
    chain: list[Element] = []
    at: Element | None = element
    while at is not None and at not in known:
        chain.append(at)
        at = at.parent
    found = at is not None and known[at]
    for at in reversed(chain):
        found = known[at] = found or _COMMENT.search(at.label) is not None
    return found


def _prose(line: Line) -> int:
    """How many characters of prose a line is that is long enough: 0 for mostly linked and unpunctuated lines."""
    length = len(line.text)
    if line.holder.tag in _NOT_PROSE or not _STOP.search(line.text):
        return 0
    linked = line.linked
    return 0 if linked > length / 2 else min(length - linked, _MAX_WEIGHT)


def _core(lines: list[Line], weights: list[int]) -> tuple[int, int]:
    """First line of the article's prose, and the line after its last."""
    aside = _asides(lines, weights, _ASIDE_TAGS, _ASIDE.search)
    weights = [weight and (0 if aside[line.holder] else weight) for line, weight in zip(lines, weights, strict=True)]
    own: dict[Element, int] = {}
    for line, weight in zip(lines, weights, strict=True):
        if weight:
            parent = _home(line.holder)
            own[parent] = own.get(parent, 0) + weight
    if not own:
        return 0, len(lines)
    home = max(own, key=lambda element: own[element])
    start, end = _heaviest_run(lines, weights, home)
    if home.tag != "body" and own[home] > _HOME * sum(own.values()):
        start = next((index for index in range(start) if _home(lines[index].holder) is home), start)
        last = len(lines) - 1
        end = next((index + 1 for index in range(last, end - 1, -1) if _home(lines[index].holder) is home), end)
    return start, end


@compiled
def _heaviest_run(lines: list[Line], weights: list[int], home: Element) -> tuple[int, int]:
    """The run of lines with the greatest sum, prose counting for it by its nearness to `home` and other lines against it."""
    share: dict[Element, float] = {}
    at: Element | None = home
    kept = 1.0
    while at is not None:
        share[at] = max(kept, _FLOOR)
        at, kept = at.parent, kept * _NEAR
    best = run = 0.0
    start = end = run_start = 0
    for index, (line, weight) in enumerate(zip(lines, weights, strict=True)):
        if run <= 0:
            run, run_start = 0.0, index
        if weight:
            run += weight * _closeness(line.holder, share)
        else:
            run -= _AGAINST if 2 * line.linked < len(line.text) else _AGAINST_LINKED
        if run > best:
            best, start, end = run, run_start, index + 1
    return start, end


@compiled
def _asides(
    lines: list[Line], weights: list[int], aside_tags: frozenset[str], looks_aside: Callable[[str], object]
) -> dict[Element, bool]:
    """For every element that holds prose and those around it: does it stand beside the article? `looks_aside` tells by its label, None
    for no."""
    mass: dict[Element, int] = {}
    for line, weight in zip(lines, weights, strict=True):
        if weight:
            mass[line.holder] = mass.get(line.holder, 0) + weight
    for parent, weight in _of_parents(mass).items():
        at: Element | None = parent
        while at is not None:
            mass[at] = mass.get(at, 0) + weight
            at = at.parent
    known: dict[Element, bool] = {}
    half = sum(weights) / 2
    for line, weight in zip(lines, weights, strict=True):
        if weight:
            _know(line.holder, mass, half, known, aside_tags, looks_aside)
    return known


def _of_parents(mass: dict[Element, int]) -> dict[Element, int]:
    """What the children of each element weigh together: paragraphs have few parents, so few ways up remain."""
    found: dict[Element, int] = {}
    for element, weight in mass.items():
        if element.parent is not None:
            found[element.parent] = found.get(element.parent, 0) + weight
    return found


@compiled
def _home(element: Element) -> Element:
    """The element that a paragraph is a child of; a list counts as a paragraph of the element around it."""
    at = element.parent
    while at is not None and at.tag in _LISTS:
        at = at.parent
    return at or element


def _closeness(element: Element, share: dict[Element, float]) -> float:
    at: Element | None = element
    while at is not None:
        if at in share:
            return share[at]
        at = at.parent
    return _FLOOR


def _know(
    element: Element,
    mass: dict[Element, int],
    half: float,
    known: dict[Element, bool],
    aside_tags: frozenset[str],
    looks_aside: Callable[[str], object],
) -> None:
    """Find out whether the element stands in a page part beside the article. A part that holds half of all prose is the article."""
    chain: list[Element] = []
    at: Element | None = element
    while at is not None and at not in known:
        chain.append(at)
        at = at.parent
    found = known[at] if at is not None else False
    for at in reversed(chain):
        found = found or (mass.get(at, 0) < half and (at.tag in aside_tags or looks_aside(at.label) is not None))
        known[at] = found


def _headline(lines: list[Line], start: int, end: int) -> int | None:
    """The h1 nearest above the core, or in its first lines (a wire notice or a deck may stand above it)."""
    above = range(start - 1, max(0, start - TITLE_WITHIN) - 1, -1)
    within = range(start, min(end, start + TITLE_INSIDE))
    return next((index for index in (*above, *within) if lines[index].holder.tag == "h1"), None)


def _next_article(lines: list[Line], start: int, end: int) -> int:
    """Where the core really ends: pages that load one story after the other repeat the h1 in another `article` element."""
    own = _article_of(lines[start].holder)
    for index in range(start + 12, end):
        holder = lines[index].holder
        if holder.tag == "h1" and _article_of(holder) is not own:
            return index
    return end


def _article_of(element: Element) -> Element | None:
    at: Element | None = element
    while at is not None and at.tag != "article":
        at = at.parent
    return at
