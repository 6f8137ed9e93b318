"""Is a text running prose at all? Verse, transcripts, lists and tables were not what the rewrite signal was measured on.

A judgement would be about the form rather than about the writing, so there is none: the report says what the text was taken for.
"""

from __future__ import annotations

import re

from .article import Article
from .document import Document

MOST_LISTED, ITEM_WORDS = (
    0.6,
    25,
)  # share of words in short list items and table cells; a longer item is a paragraph with a number
SPOKEN, FEWEST_TURNS = 0.5, 5  # share of paragraphs that begin with a speaker's name, and how many must
VERSE, FEWEST_LINES, LINE_WORDS = (
    0.4,
    8,
    10,
)  # share of lines that break off in mid-sentence; how many lines; words of a line
MOST_VERSE = 0.8  # of the words stand in such lines
_SPEAKER = re.compile(r"(?:[A-Z][\w.'’-]*\s){0,3}[A-Z][\w.'’-]*(?:\s\([^)]{1,40}\))?:\s+\S")
_LISTED = ("item", "cell")
_CLOSED = tuple(".!?:\"”’')…")


def other_than_prose(article: Article) -> str | None:
    """What the text seems to be instead of running prose, for a note; None for prose."""

    def look() -> str | None:
        document = article.document
        return _listed(document) or _transcript(document) or _verse(document)

    return article.once("genre", look)


def _listed(document: Document) -> str | None:
    if not any(block.kind in _LISTED for block in document.blocks):
        return None
    words = {True: 0, False: 0}
    for block in document.blocks:
        count = document.text.count(" ", block.start, block.end) + 1
        words[block.kind in _LISTED and count <= ITEM_WORDS] += count
    total = words[True] + words[False]
    return "it reads as a list or a table" if total and words[True] > MOST_LISTED * total else None


def _transcript(document: Document) -> str | None:
    if document.text.count(":") < FEWEST_TURNS:
        return None
    paragraphs = [b for b in document.blocks if b.kind != "heading"]
    turns = sum(_SPEAKER.match(document.text, b.start, b.end) is not None for b in paragraphs)
    return "it reads as a transcript" if turns >= max(FEWEST_TURNS, SPOKEN * len(paragraphs)) else None


def _verse(document: Document) -> str | None:
    """Lines of verse end where the verse does: short, in mid-sentence, and the next begins with a capital letter all the same."""
    text = document.text
    if len(document.blocks) < FEWEST_LINES:
        return None
    lines = [text[b.start : b.end] for b in document.blocks if b.kind in ("paragraph", "quote", "other")]
    short = [line for line in lines if line.count(" ") < LINE_WORDS and line[:1].isupper()]
    if len(short) < FEWEST_LINES or _words(short) < MOST_VERSE * _words(lines):
        return None
    broken = sum(not line.endswith(_CLOSED) for line in short)
    return "it reads as verse" if broken >= VERSE * len(short) else None


def _words(lines: list[str]) -> int:
    return sum(line.count(" ") + 1 for line in lines)
