"""Labels of our own for documents that the corpus holds without: pages.unlabelled, and human articles with lines beside the text.

A few hundred labelled documents are all that the corpus has, and the block model learns from every one more. So 71 of its unlabelled
pages and some seven hundred texts were read line by line, by language models, under the corpus's conventions (nobody has read them a
second time). labels.txt holds no text: one document a line, its id, and for every block the first eight digits of the SHA-256 of its
words, with a letter for the label and, for lines to other stories, a sign for whether the target fits the topic.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from copydesk import CorpusError, Document
from copydesk.reading import read

from .align import words
from .corpus import Line, Lines, records

LETTERS = {
    "body": "b",
    "headline": "h",
    "byline_dateline": "y",
    "caption": "c",
    "injected_link": "i",
    "related_list": "r",
    "cta": "t",
    "chrome": "x",
    "syndication_notice": "s",
    "ad": "a",
    "artifact": "f",
    "padding": "p",
}
SIGNS = {True: "+", False: "-", None: ""}
DIGITS = 8
FILES = ("pages.unlabelled.jsonl.gz", "articles.train.jsonl.gz")
_DECORATION = re.compile(r" - .*|\(.*?\)|^www\.")
_DOMAIN = re.compile(r"\.(?:com|org|net|co|de|edu|gov|uk|in|ca|br|it)\b.*")
_NO_LETTER = re.compile(r"[\W_]+")
_ALSO = {
    "foxonlinenews": "foxnews",
    "bbcnews": "bbc",
    "newyorktimes": "nytimes",
    "wallstreetjournal": "wsj",
    "pbsnewshour": "pbs",
    "timemagazine": "time",
    "yahoothe360": "yahoo",
    "yahoonews": "yahoo",
    "cnnwebnews": "cnn",
}
_LABELS = {letter: label for label, letter in LETTERS.items()}
_RELATED = {sign: related for related, sign in SIGNS.items()}


def digest(text: str) -> str:
    """What stands for a block in labels.txt: a hash of its words, whatever their case and the space between them."""
    return hashlib.sha256(" ".join(words(text)).encode()).hexdigest()[:DIGITS]


def stored() -> dict[str, dict[str, Line]]:
    """For every document's id, its labelled blocks by digest; the text of each line is empty."""
    out: dict[str, dict[str, Line]] = {}
    for row in files(__package__).joinpath("labels.txt").read_text("utf-8").splitlines():
        if row and not row.startswith("#"):
            name, *tokens = row.split(" ")
            out[name] = {t[:DIGITS]: Line("", _LABELS[t[DIGITS]], _RELATED[t[DIGITS + 1 :]]) for t in tokens}
    return out


def _blocks(document: Document, known: dict[str, Line]) -> Iterator[Line]:
    for block in document.blocks:
        text = document.text[block.start : block.end]
        line = known.get(digest(text))
        if line:
            href = block.links[0].href if block.links else None
            yield replace(line, text=text, href=href)


def outlet(name: str) -> str:
    """An outlet by one name, however a data set writes it: "www.abcnews.go.com", "us/ABCNews" and "ABC News (Online)" are abcnews."""
    name = _DECORATION.sub("", name.lower().rsplit("/", 1)[-1])
    name = _DOMAIN.sub("", name).rsplit(".", 1)[-1]
    name = _NO_LETTER.sub("", name)
    return _ALSO.get(name, name)


def documents(folder: Path, known: Sequence[Lines], without: Sequence[Lines] = ()) -> list[Lines]:
    """The documents of the corpus in `folder` that labels.txt knows, labelled; [] if the corpus lacks their files.

    They join the group of `known` documents of the same outlet; those of outlets in `without` are left out. So are blocks that our
    reader cuts otherwise than when they were labelled. Raises CorpusError on a broken file.
    """
    groups = {outlet(d.group): d.group for d in known}
    barred = {outlet(d.group) for d in without}
    labelled, out = stored(), []
    for name in FILES:
        path = folder / name
        for record in records(path) if path.is_file() else ():
            digests = labelled.get(str(record.get("id")))
            source = outlet(str(record.get("outlet") or record.get("id")))
            if digests is None or source in barred:
                continue
            html = record.get("html")
            text = html or record.get("text")
            if not isinstance(text, str):
                raise CorpusError(f"{name}: {record['id']}: neither html nor text, expected one of them as a string")
            title = record.get("title") or ""
            document = read(text, kind="html" if html else "text", title=title, url=record.get("url"))
            found = tuple(_blocks(document, digests))
            group = groups.get(source, source)
            out.append(Lines(str(record["id"]), title, group, found, html or None, record.get("url")))
    return out
