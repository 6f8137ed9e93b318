"""What is done with one article of a batch that is compared with itself, in this process or in any other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from copydesk import CLAIMS, Matcher, Prints, Scorer, prints

from .among_store import Item, open_store
from .archive import Archive, Entry, entry_of
from .clusters import Kin, kin_of
from .given import Giver, given_scorer
from .inputs import Failure, Input
from .item import article_of, read_article


@dataclass(frozen=True, slots=True)
class Numbered:
    """An input and its place in the batch, from 0."""

    item: Input
    number: int
    others: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the first pass keeps of an article; `prints` is None where no lines are counted."""

    entry: Entry
    item: Item
    prints: Prints | None


def gather(given: Giver, keep_text: bool, lines: bool, item: Input) -> Gathered | None:
    """What the first pass keeps of an input; None where it cannot be read, which is for the scoring to tell."""
    if isinstance(item, Failure):
        return None
    try:
        document = read_article(article_of(item))
        entry = entry_of(_matcher(given), document, keep_text=keep_text)
        known = Item(document.id, entry.title, document.published, document.words)
        return Gathered(entry, known, prints(document) if lines else None)
    except Exception:
        return None


def look(given: Giver, archive: Path, numbered: Numbered) -> tuple[int, list[tuple[int, bool]]]:
    """What an article has of others in the archive of its batch: their numbers, and whether that is a copy or rewrite."""
    number, item = numbered.number, numbered.item
    try:
        assert not isinstance(item, Failure)
        document = replace(read_article(article_of(item)), id=str(number))
    except Exception:  # it changed meanwhile
        return number, []
    found = _opened_archive(archive, given).find(document)
    return number, [(int(each.id), each.relation in CLAIMS) for each in found]


def compare(given: Giver, folder: Path, numbered: Numbered) -> tuple[int, tuple[list[Kin], Kin | None]]:
    """What an article has of the others that it comes with, and of itself if it is among them."""
    number, item = numbered.number, numbered.item
    try:
        assert not isinstance(item, Failure)
        document = read_article(article_of(item))
    except Exception:
        return number, ([], None)
    return number, kin_of(number, open_store(folder, given_scorer(given).model).compare(document, numbered.others))


_archives: dict[Path, Archive] = {}


def close_archives() -> None:
    """Close what was opened in this process."""
    for each in _archives.values():
        each.close()
    _archives.clear()


def _opened_archive(path: Path, given: Giver) -> Archive:
    """One that stays open in this process until another one is asked for."""
    if path not in _archives:
        close_archives()
        _archives[path] = Archive(path, _matcher(given))
    return _archives[path]


_matchers: list[tuple[Scorer, Matcher]] = []


def _matcher(given: Giver) -> Matcher:
    """The latest scorer's, made once."""
    scorer = given_scorer(given)
    if not _matchers or _matchers[0][0] is not scorer:
        _matchers[:] = [(scorer, Matcher(scorer.model))]
    return _matchers[0][1]
