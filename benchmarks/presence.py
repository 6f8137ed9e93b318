"""Is a labelled line still there in what a tool made of its page? Compared as runs of words, so that layout plays no part.

Tools join lines, split them, drop the link out of a paragraph and decode entities each in their own way. So a line counts as kept if
at least KEPT of its words stand in the output within runs of RUN words in the line's own order; a shorter line must stand there whole.

A headline that stands on its page twice, injected and in the list below, cannot be told apart in an output that holds it once. Such a
line is left out, for every tool alike: a line is judged only if its words stand on the whole page no more often than in the lines of
its own label, and if they can be found there at all.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

RUN = 5  # words that hardly ever stand together by chance
KEPT = 0.6  # share of a line's words, as in the lines figure of `copydesk evaluate`
FEWEST = {"body": 8}  # words of a line that is judged: a shorter body line may be a subhead or a name
FEWEST_ELSE = 2
_WORD = re.compile(r"\w+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")  # some tools drop soft hyphens, some keep them


@dataclass(frozen=True, slots=True)
class Line:
    """A labelled line as its words, lower case. `related`: "true", "false" or "unsure" for an injected link, else empty."""

    label: str
    words: tuple[str, ...]
    related: str = ""
    judged: bool = True


def words(text: str) -> list[str]:
    """The words of a text in one form: compatibility characters, soft hyphens and case make no difference."""
    return _WORD.findall(_INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).lower())


def joined(of: Sequence[str]) -> str:
    """Words as one string in which a run of words is a substring: every word has a blank of its own on both sides."""
    return "".join(f" {word} " for word in of)


def visible(html: str) -> str:
    """All text of a page, its navigation and hidden parts too, without scripts and styles."""
    tree = LexborHTMLParser(html)
    tree.strip_tags(["script", "style", "template", "noscript", "head"])
    return tree.body.text(separator=" ") if tree.body else ""


def coverage(line: Sequence[str], text: str) -> float:
    """Share of the line's words, 0 to 1, that stand in a joined text within a run of RUN words of the line."""
    length = min(RUN, len(line))
    found = [False] * len(line)
    for start in range(len(line) - length + 1):
        if joined(line[start : start + length]) in text:
            found[start : start + length] = [True] * length
    return sum(found) / len(line) if line else 0.0


def is_kept(line: Line, output: str) -> bool:
    """Whether a joined output still has the line."""
    return coverage(line.words, output) >= KEPT


def label_lines(rows: Sequence[dict[str, object]], html: str) -> list[Line]:
    """The gold lines of a page that are long enough, each with whether it can be judged on this page."""
    page = joined(words(visible(html)))
    own: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        own[str(row["label"])].append(joined(words(str(row["text"]))))
    lines = []
    for row in rows:
        label, said = str(row["label"]), tuple(words(str(row["text"])))
        if len(said) < FEWEST.get(label, FEWEST_ELSE):
            continue
        run = joined(said)
        alone = page.count(run) <= sum(each.count(run) for each in own[label])
        related = str(row.get("related", "unsure")).lower() if label == "injected_link" else ""
        lines.append(Line(label, said, related, alone and coverage(said, page) >= KEPT))
    return lines
