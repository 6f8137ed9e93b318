"""Cut, wrap and inject, so that shortcuts teach nothing.

Windows of one length distribution for every set, because length alone tells many sets apart; the same labelled lines as plain
text and as the HTML that a content management system stores. All wording here is invented.
"""

from __future__ import annotations

import html
import random
from collections.abc import Sequence

import numpy as np

from .corpus import Line, Lines
from .paid import HOSTS

SHORTEST, LONGEST = 60, 400  # words of a window, drawn evenly on a log scale


def window(sentences: Sequence[str], rng: random.Random) -> tuple[int, int]:
    """(first, end) of a run of sentences of a random length in words, at a random place; all of them if there are too few."""
    wanted = int(np.exp(rng.uniform(np.log(SHORTEST), np.log(LONGEST))))
    words = np.cumsum([0] + [s.count(" ") + 1 for s in sentences])
    if words[-1] <= wanted:
        return 0, len(sentences)
    last = int(np.searchsorted(words, words[-1] - wanted, side="right")) - 1
    first = rng.randint(0, max(0, last))
    return first, int(np.searchsorted(words, words[first] + wanted, side="left"))


def as_text(document: Lines) -> str:
    """The lines as plain text, one a paragraph."""
    return "\n\n".join(" ".join(x.text.split()) for x in document.lines)


def as_fragment(document: Lines, rng: random.Random) -> str:
    """The lines as a stored HTML body: paragraphs, headings and, for lines to other stories, links in the ways editors make them."""
    out = []
    for x in document.lines:
        text = html.escape(" ".join(x.text.split()))
        if x.label == "headline":
            out.append(f"<h2>{text}</h2>")
        elif x.label in ("injected_link", "related_list"):
            link = f'<a href="/{rng.choice(("news", "2024/05", "story"))}/{"-".join(x.text.lower().split()[:7])}">{text}</a>'
            out.append(
                rng.choice(
                    (
                        f"<p>{link}</p>",
                        f"<p><strong>{link}</strong></p>",
                        f"<p><strong>{text}</strong></p>",
                        f"<p>{text}</p>",
                        f"<h4>{link}</h4>",
                    )
                )
            )
        else:
            out.append(f"<p>{text}</p>")
    return "\n".join(out)


_GOODS = (
    "Ridgeway Trail Jacket",
    "Calder Slim Chinos",
    "Pinecrest 12-Piece Knife Set",
    "Orla Wireless Earbuds Pro",
    "Marrow Cast-Iron Skillet 10-Inch",
    "Tarn Weekend Duffel",
    "Lowick Merino Crew Sweater",
    "Hollin Cordless Vacuum V8",
    "Skelton Standing Desk 48 in.",
    "Brack High-Rise Running Tights",
    "Fennel & Rye Gift Box",
    "Aldous 4K Streaming Stick",
    "Nether Linen Sheet Set, Queen",
    "Quill Mechanical Keyboard TKL",
    "Pellan Air Fryer, 5.8 Quart",
    "Stour Waterproof Hiking Boots",
    "Vane Smart Thermostat (3rd Gen)",
    "Corran Ribbed Tank Top",
    "Dunmere Travel Stroller",
    "Ember Enamel Dutch Oven",
)


def _price(rng: random.Random) -> str:
    """A price the ways shops write it."""
    sign, low = rng.choice("$$$£€"), rng.randrange(5, 300)
    high = low + rng.randrange(5, 90)
    return rng.choice(
        (
            f"{sign}{low}.{rng.choice(('99', '95', '00', '49'))}",
            f"{sign}{low} - {sign}{high}",
            f"Sale Price {sign}{low} - {sign}{high} Regular Price {sign}{high + 20}",
            f"{sign}{low} (was {sign}{high})",
            f"Price: {sign}{low}.99",
            f"{sign}{low} USD",
            f"now {sign}{low}.50, save {sign}{high - low}",
        )
    )


def with_goods(paragraphs: Sequence[str], rng: random.Random) -> tuple[str, list[str]]:
    """A human article as a stored HTML body with a list of invented goods in it, linked to a shop or not: a buying guide's own
    lines, not lines to other stories. Returns the HTML and the label of every block."""
    blocks = [f"<p>{html.escape(p)}</p>" for p in paragraphs]
    labels = ["body"] * len(blocks)
    tag, host, linked = rng.choice(("li", "p", "h3")), rng.choice(HOSTS), rng.random() < 0.7
    goods = []
    for name in rng.sample(_GOODS, rng.randrange(3, 15)):
        link = f'<a href="https://{host}/{"-".join(name.lower().split())}">{html.escape(name)}</a>'
        goods.append(f"<{tag}>{link if linked else html.escape(name)} {_price(rng)}</{tag}>")
    place = rng.randrange(1, len(blocks) + 1)
    blocks[place:place] = ["<ul>", *goods, "</ul>"] if tag == "li" else goods
    labels[place:place] = ["body"] * len(goods)
    return "\n".join(blocks), labels


LINK_LABELS = frozenset({"injected_link", "related_list"})
LOOSE_LABELS = LINK_LABELS | {"cta", "chrome", "syndication_notice", "ad", "artifact"}
LONGEST_RUN = 5  # lines of a run that is put into another article


def loose_runs(document: Lines) -> list[tuple[Line, ...]]:
    """The runs of lines of one document that do not belong to its article: what can be put into another."""
    runs: list[list[Line]] = []
    last = ""
    for line in document.lines:
        kind = "link" if line.label in LINK_LABELS else line.label
        if line.label in LOOSE_LABELS:
            if kind == last and len(runs[-1]) < LONGEST_RUN:
                runs[-1].append(line)
            else:
                runs.append([line])
        last = kind
    return [tuple(run) for run in runs]


def inject(paragraphs: Sequence[str], donor: Lines, rng: random.Random, name: str) -> Lines:
    """A human article with one to four runs of another document's loose lines put between its paragraphs.

    The group is the donor's: what is learned from its lines must not be tested on them.
    """
    runs = loose_runs(donor)
    parts: list[list[Line]] = [[Line(p, "body")] for p in paragraphs]
    for run in rng.sample(runs, min(len(runs), rng.randint(1, 4))):
        trailing = run[0].label == "related_list" or rng.random() < 0.2
        place = len(parts) if trailing else rng.randint(0, len(parts))
        parts.insert(place, [Line(x.text, x.label, None, x.href) for x in run])
    return Lines(name, "", donor.group, tuple(x for part in parts for x in part))
