"""Articles for WordPress, made of the repository's own examples, in the block editor's markup and in the classic editor's."""

from __future__ import annotations

from itertools import count
from pathlib import Path

_EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
_PARAGRAPHS = [part.strip() for part in (_EXAMPLES / "05-near-verbatim-with-also-read.txt").read_text().split("\n\n")]
_NUMBER = count(1)

BAD_PARAGRAPHS = _PARAGRAPHS[1:]
GOOD_PARAGRAPHS = [part for part in BAD_PARAGRAPHS if not part.startswith("Also Read")]
DEBRIS = [
    "IMG_20240318_harbour-final.jpg",
    "Leave a Reply Cancel reply",
    "Your email address will not be published. Required fields are marked *",
    "Share this: Click to share on Facebook (Opens in new window)",
    "Related posts",
]
PROMO = next(part for part in BAD_PARAGRAPHS if "Actor Ravi Sel" in part)


def blocks(paragraphs: list[str]) -> str:
    """The paragraphs as the block editor stores them."""
    return "\n\n".join(f"<!-- wp:paragraph -->\n<p>{part}</p>\n<!-- /wp:paragraph -->" for part in paragraphs)


def classic(paragraphs: list[str]) -> str:
    """The paragraphs as the classic editor stores them."""
    return "\n\n".join(paragraphs)


GOOD, BAD = blocks(GOOD_PARAGRAPHS), blocks(BAD_PARAGRAPHS)
WORST = blocks(BAD_PARAGRAPHS + DEBRIS)


def title() -> str:
    """A title that no other article has, so that each has a hash of its own."""
    return f"Onion exports from Sarpur banned until June, edition {next(_NUMBER)}"
