"""What an input is: an article that came whole, a file, a row or a record of a file, or the reason why it is none."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from copydesk import CopydeskError

Kind = Literal["html", "markdown", "text"]
Format = Literal["auto", "jsonl", "csv", "tsv", "parquet", "warc", "html", "text", "markdown"]

KINDS: dict[str, Kind] = {".html": "html", ".htm": "html", ".txt": "text", ".md": "markdown"}
FORMATS: dict[str, Format] = {
    ".jsonl": "jsonl",
    ".jsonl.gz": "jsonl",
    ".jsonl.zst": "jsonl",
    ".csv": "csv",
    ".csv.gz": "csv",
    ".csv.zst": "csv",
    ".tsv": "tsv",
    ".tsv.gz": "tsv",
    ".tsv.zst": "tsv",
    ".parquet": "parquet",
    ".warc": "warc",
    ".warc.gz": "warc",
}
ENDINGS = (*KINDS, *FORMATS)


class InputError(CopydeskError):
    """There is nothing to score, or an input is named twice that can be read only once."""


@dataclass(frozen=True, slots=True)
class Article:
    """One article as it came in, not yet read; `kind` None is sniffed, `charset` is what the transport declared, `date` is when it
    was published, ISO 8601, where its sender says so."""

    id: str
    data: bytes | str
    kind: Kind | None = None
    title: str = ""
    url: str | None = None
    charset: str | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True)
class FileInput:
    """A file that holds one article."""

    id: str
    path: Path
    kind: Kind | None


@dataclass(frozen=True, slots=True)
class RowInput:
    """A row of a file with many, as a JSON object; `where` is "file:line" of a JSONL file, "file: row 812" of a table."""

    where: str
    line: bytes


@dataclass(frozen=True, slots=True)
class RecordInput(RowInput):
    """A record of a WARC file; `line` is the body as the server sent it, `where` is "file: record 17".

    `chunked` and `encoding` are how it was sent (`Transfer-Encoding`, `Content-Encoding`), `charset` and `date` what its headers say.
    """

    id: str
    url: str
    kind: Kind
    date: str | None = None
    charset: str | None = None
    encoding: str = ""
    chunked: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that could not be scored: its path, its "file:line" or its id, and the reason in a sentence.

    `type` is a stable word for reasons of one kind; `id` is the article's own, where that could be read before it failed.
    """

    where: str
    reason: str
    type: str = "unreadable"
    id: str | None = None


Input = Article | FileInput | RowInput | Failure


def kind_of(name: str) -> Kind | None:
    """What a file's ending says of its content; None where it says nothing."""
    return KINDS.get(os.path.splitext(name)[1].lower())  # noqa: PTH122 - the name may be no path of this machine


def format_of(name: str) -> Format:
    """How a file with many articles is written, by its ending; "auto" where it says nothing of the kind."""
    lower = name.lower()
    return next((found for ending, found in FORMATS.items() if lower.endswith(ending)), "auto")


def needs(extra: str, what: str) -> str:
    """The sentence where a library is not there."""
    return f"{what} needs the extra {extra!r}: pip install 'copydesk[{extra}]'"
