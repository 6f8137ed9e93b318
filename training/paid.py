"""Paid links in running prose, of which real pages hold too few: invented sentences put into human articles.

paid.txt holds some three hundred, written by a language model: the trades that buy links, the ways they are smuggled in, and anchors
from exact-match keywords to a bare "here". Every sixth is kept out of training, so that the level is set on wording that is new.
"""

from __future__ import annotations

import html
import random
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

_ANCHOR = re.compile(r"\[([^\[\]]+)\]")
_NO_LETTER = re.compile(r"[\W_]+")
_KEPT_OUT = 6  # every so many-th sentence
_WORDY = 12  # words that a paragraph needs for an honest link in it
TWICE = 0.3  # of the insertions have two sentences
HOSTS = (
    "lucky-harbour.example",
    "best-quotes-now.example",
    "primechoice.example",
    "topdealz.example",
    "smartpicks.example",
    "goldenreels.example",
    "megasaver.example",
)
# Where honest articles send their readers: the anchor says as little as many a paid one's.
_HONEST = (
    "The full ruling can be read [here].",
    "The council has published [the minutes of the meeting].",
    "The data are on [the agency's website].",
    "A recording of the hearing is [here].",
    "The bill as it passed is [on the assembly's site].",
    "Click [here] to read the affidavit.",
    "The foundation's own [annual report] says otherwise.",
    "Readers can look up their street in [this map].",
    "The study appeared in [the journal] last week.",
    "Her statement in full is [here].",
    "The court gave its reasons in [a 48-page opinion].",
    "Dates and routes are listed [on the operator's page].",
)


@cache
def sentences(held: bool = False) -> tuple[str, ...]:
    """The stored sentences, each with its anchor in square brackets; those that are kept out of training if `held`."""
    rows = files(__package__).joinpath("paid.txt").read_text("utf-8").splitlines()
    return tuple(row for i, row in enumerate(rows) if row and (i % _KEPT_OUT == 0) == held)


def paid_sentence(rng: random.Random, held: bool = False) -> str:
    """An invented sentence with a paid link in it, as HTML."""
    return _linked(rng.choice(sentences(held)), f"{rng.choice(('', 'www.'))}{rng.choice(HOSTS)}", rng)


def with_paid_links(paragraphs: Sequence[str], rng: random.Random, held: bool = False) -> tuple[str, list[str]]:
    """A human article as a stored HTML body with one paid link, and honest links to elsewhere in other paragraphs.

    Returns the HTML and the label of every block.
    """
    blocks = [html.escape(p) for p in paragraphs]
    labels = ["body"] * len(blocks)
    honest = rng.randrange(len(blocks))
    words = blocks[honest].split()
    if len(words) > _WORDY:
        at = rng.randrange(4, len(words) - 5)
        slug = "-".join(w.lower() for w in words[at : at + 4] if w.isalpha())
        linked = f'<a href="https://{rng.choice(("", "www."))}gazette-{rng.randrange(99)}.example/{slug}">'
        words[at], words[at + 3] = linked + words[at], words[at + 3] + "</a>"
        blocks[honest] = " ".join(words)
    if rng.random() < 0.5:
        host = f"gazette-{rng.randrange(99)}.example"
        blocks.insert(rng.randrange(1, len(blocks) + 1), _linked(rng.choice(_HONEST), host, rng))
        labels.append("body")
    place = rng.randrange(1, len(blocks) + 1)
    more = " " + paid_sentence(rng, held) if rng.random() < TWICE else ""
    blocks.insert(place, paid_sentence(rng, held) + more)
    labels.insert(place, "ad")
    return "\n".join(f"<p>{b}</p>" for b in blocks), labels


def _linked(sentence: str, host: str, rng: random.Random) -> str:
    """The sentence as HTML with its anchor linked to that host: to its front page, or to a page that the words of the anchor name."""
    match = _ANCHOR.search(sentence)
    assert match is not None  # every stored sentence has one; a test says so
    path = rng.choice(("", "/", "/" + "-".join(_NO_LETTER.sub(" ", match[1].lower()).split())))
    before, after = html.escape(sentence[: match.start()]), html.escape(sentence[match.end() :])
    return f'{before}<a href="https://{host}{path}">{html.escape(match[1])}</a>{after}'
