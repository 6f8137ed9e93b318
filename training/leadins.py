"""Labelled documents again with other lead-ins: what one outlet's "Read more:" teaches should hold for another's "[Related: ...]".

A few hundred labelled pages hold a few dozen lead-ins, most of them one outlet's own. Here the lead-in of a line to another story is
replaced by one of many, in many shapes, or taken away; the headline behind it, its place and its neighbours stay as they were.
"""

from __future__ import annotations

import random
from dataclasses import replace

from copydesk.cues import KINDS, WORD, after, opening

from .corpus import Line, Lines

_ENGLISH = (
    "Also Read", "ALSO READ", "Also read", "Must Read", "MUST READ", "Read More", "READ MORE", "Read more", "Related", "RELATED",
    "Related Story", "Related Article", "See Also", "SEE ALSO", "More", "MORE", "Don't Miss", "DON'T MISS", "Read Next", "READ NEXT",
    "Up Next", "You May Also Like", "You might also like", "Recommended", "Trending", "Trending Now", "TRENDING", "Most Popular",
    "Most Read", "Keep Reading", "Read This Next", "Next", "Watch", "WATCH", "Editor's Pick", "Editors' Picks", "Popular Now",
    "In Case You Missed It", "From the archive", "What to read next", "More on this story", "More Coverage", "Related Coverage",
    "Related News", "Top Stories", "Explore", "Further reading", "Read also", "Continue reading", "Just in", "Read in full", "READ",
)  # fmt: skip
_GERMAN = (
    "Lesen Sie auch", "Mehr zum Thema", "Lesen Sie mehr", "Auch interessant", "Mehr dazu", "Das könnte Sie auch interessieren",
    "Passend dazu", "Hintergrund", "Siehe auch", "Weiterlesen", "Meistgelesen",
)  # fmt: skip
_SEPARATORS = (": ", ": ", " | ", " - ", " – ", " ")
_ARROWS = (">>>", ">>", "»", "→", "•")
_LINK = 1 << KINDS.index("link")
_HEADLINE = 15  # characters of the shortest text that a new lead-in is put before


def with_other_lead_ins(document: Lines, rng: random.Random) -> Lines | None:
    """The document with other lead-ins; None if it has no line to another story to put one before."""
    german = sum(" der " in x.text or " die " in x.text for x in document.lines) > 3
    lines = [_swapped(x, _GERMAN if german else _ENGLISH, rng) for x in document.lines]
    return replace(document, html=None, lines=tuple(lines)) if lines != list(document.lines) else None


def _swapped(line: Line, lead_ins: tuple[str, ...], rng: random.Random) -> Line:
    if line.label not in ("injected_link", "related_list"):
        return line
    text = " ".join(line.text.split())
    lead = rng.choice(lead_ins)
    cue = opening(text, [w.lower() for w in WORD.findall(text[:90])[:6]])
    if cue.kinds & _LINK and cue.alone:
        return replace(line, text=lead + rng.choice((":", "", "", "")))
    if cue.kinds & _LINK and (cue.marked or cue.words > 1):
        headline = text[after(text, cue) :].lstrip(" :|-–—>»]")
        return replace(line, text=_shaped(lead, headline, rng)) if len(headline) > _HEADLINE else line
    if line.label == "injected_link" and len(text) > _HEADLINE and not cue.kinds and rng.random() < 0.4:
        return replace(line, text=lead + rng.choice(_SEPARATORS) + text)
    return line


def _shaped(lead: str, headline: str, rng: random.Random) -> str:
    """A lead-in and a headline in one of the shapes that editors give them."""
    shape = rng.random()
    if shape < 0.12:
        return f"[{lead}: {headline.rstrip(']')}]"
    if shape < 0.24:
        return f"{rng.choice(_ARROWS)} {headline}"
    if shape < 0.30:
        return f"({lead}: {headline})"
    return headline if shape < 0.40 else lead + rng.choice(_SEPARATORS) + headline
