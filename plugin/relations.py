"""What an article and its source are to each other, in words for people: the name, and what it means and does not mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from copydesk import Source


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation by its name, in a row of "rewrite of ...", and what it means. `claim`: the article was made from the source."""

    name: str
    of: str
    meaning: str
    claim: bool = False


_RELATIONS: Mapping[str, Relation] = {
    "copy": Relation(
        "Copy",
        "copy of",
        "The sentences are the other article's own, word for word or nearly. It does not say that the copy is not allowed: an agency "
        "may be licensed, and your policy can allow it.",
        claim=True,
    ),
    "rewrite": Relation(
        "Rewrite",
        "rewrite of",
        "Sentence after sentence, the article says in other words what the other one says. It does not say who reworded it, a person "
        "or a machine.",
        claim=True,
    ),
    "identical": Relation(
        "Identical text",
        "same text as",
        "The very same text stands in the archive under another id. Often that is one article with two ids; which came first is not "
        "known here.",
        claim=True,
    ),
    "shared_passages": Relation(
        "Shared passages",
        "shares passages with",
        "Some passages stand in both, such as a quotation, a statement or background. The rest is the article's own, and it is not "
        "called a rewrite.",
    ),
    "same_event": Relation(
        "Report of the same event",
        "same event as",
        "Both tell of the same event, each by itself. This is no fault.",
    ),
}


def relation_of(source: Source) -> Relation:
    """The relation in words; one that this version does not know keeps its own name."""
    name = source.relation.replace("_", " ")
    return _RELATIONS.get(source.relation) or Relation(name.capitalize(), f"{name}:", "")


def percent(share: float) -> str:
    """A share in percent, as it is printed everywhere."""
    return f"{100 * share:.0f} %"
