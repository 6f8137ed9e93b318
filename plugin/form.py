"""The form of the page for editors: what was pasted or uploaded, read and checked field by field, then scored and cleaned.

An error names the field that it is about, in the words of the page. Nothing is kept anywhere but in the answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING

from copydesk import Cleaned, CopydeskError, Document, DocumentError, DocumentTooLarge, Report, Scorer

from .found import Found
from .incoming import read_body, refuse_compressed, source_of
from .inputs import Article, Kind, kind_of
from .item import read_article
from .lookup import Lookup, report_with
from .schema import RequestError

if TYPE_CHECKING:
    from flask import Request

FORMATS: dict[str, str] = {"": "Detect automatically", "text": "Plain text", "markdown": "Markdown", "html": "HTML"}
ENDINGS = (".html", ".htm", ".txt", ".md")
LONGEST = {"headline": 500, "address": 2000}  # characters
_MEDIA_TYPES = ("multipart/form-data", "application/x-www-form-urlencoded")
_MOST_PARTS = 16
_NAME = 200  # characters of a file's name that are kept
_ADDRESS = re.compile(r"https?://[^\s/?#]+\S*", re.IGNORECASE)
_MARKDOWN = re.compile(
    r"^#{1,6} \S|\]\(https?://[^\s)]+\)", re.MULTILINE
)  # a heading or a link, as nothing else writes them
_KINDS: dict[str, Kind] = {"text": "text", "markdown": "markdown", "html": "html"}
_KIND_OF_FORM: dict[str, Kind] = {"text": "text", "markdown": "markdown"}  # every other form of a document is HTML


class InvalidField(CopydeskError):
    """A field that cannot be used: its name in the form, and the HTTP status of the answer."""

    def __init__(self, field: str, message: str, status: int = 422) -> None:
        """Carry the field beside the message."""
        super().__init__(message)
        self.field = field
        self.status = status


@dataclass(frozen=True, slots=True)
class Form:
    """What came in; `format` is a key of FORMATS, `upload` is None where no file was chosen, `file` is its name."""

    article: str = ""
    headline: str = ""
    address: str = ""
    format: str = ""
    padding: bool = False
    file: str = ""
    upload: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Checked:
    """What came out; `cleaned` is None where the article cannot be edited, and `reason` then says why. `texts` are those of the
    sources, by their ids, where an archive keeps them."""

    report: Report
    document: Document
    cleaned: Cleaned | None
    reason: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)


def read_form(request: Request, limit: int) -> Form:
    """The form of a request; `limit` is in bytes and bounds all of it.

    Raises RequestError where it is no form, DocumentTooLarge and Flask's own errors for a large one.
    """
    if request.mimetype not in _MEDIA_TYPES:
        raise RequestError(415, "what was sent is not a form: open this page itself, and send the form from there")
    refuse_compressed(request)
    read_body(request, limit)  # so that a body without a declared length is bounded, too, and never cut
    request.max_form_memory_size = limit
    request.max_form_parts = _MOST_PARTS
    values, upload = request.form, request.files.get("file")
    chosen = upload is not None and upload.filename
    return Form(
        article=values.get("article", "").replace("\r\n", "\n"),  # browsers send lines with both
        headline=" ".join(values.get("headline", "").split()),
        address=values.get("address", "").strip(),
        format=values.get("format", ""),
        padding=values.get("padding") == "1",
        file=str(upload.filename)[:_NAME] if upload is not None and chosen else "",
        upload=upload.read() if upload is not None and chosen else None,
    )


def check(scorer: Scorer, form: Form, lookup: Lookup | None = None) -> Checked:
    """Score and clean what the form holds: the file where there is one, else what was pasted; `lookup` finds its sources.

    Raises InvalidField.
    """
    source = "article" if form.upload is None else "file"
    article = _article(form)
    try:
        document = read_article(article)
        found = Found() if lookup is None else lookup.find(document, quotes=True)
        report = report_with(scorer, document, found)
    except DocumentTooLarge as error:
        raise InvalidField(source, f"{_sentence(error)}.", 413) from error
    except DocumentError as error:
        raise InvalidField(source, f"{_sentence(error)}.") from error
    kind = _KIND_OF_FORM.get(document.form, "html")
    try:
        cleaned = scorer.clean(
            source_of(article), kind=kind, title=form.headline, url=article.url, padding=form.padding
        )
    except DocumentError as error:
        return Checked(report, document, None, f"{_sentence(error)}.", found.texts)
    return Checked(report, document, cleaned, texts=found.texts)


def _article(form: Form) -> Article:
    """The article, once every field is found good. Raises InvalidField."""
    for name, longest in LONGEST.items():
        given = len(getattr(form, name))
        if given > longest:
            raise InvalidField(name, f"This has {given:,} characters, and {longest:,} are the most.")
    if form.address and not _ADDRESS.fullmatch(form.address):
        raise InvalidField(
            "address", "This is no address of a page: it starts with http:// or https://, and has no spaces."
        )
    if form.format not in FORMATS:
        raise InvalidField("format", "Choose one of the formats in the list.")
    address = form.address or None
    if form.upload is not None:
        if PurePath(form.file).suffix.lower() not in ENDINGS:
            raise InvalidField("file", f"Only files that end in {', '.join(ENDINGS)} can be read.", 415)
        if not form.upload.strip():
            raise InvalidField("file", "The file is empty.")
        kind = _KINDS.get(form.format) or kind_of(form.file)
        return Article(form.file, form.upload, kind, form.headline, address)
    if not form.article.strip():
        raise InvalidField("article", "Paste an article here, or choose a file.")
    pasted = _KINDS.get(form.format) or _guess(form.article)
    return Article("", form.article, pasted, form.headline, address)


def _guess(text: str) -> Kind | None:
    """Markdown where something in the text is only written so; HTML and plain text are told apart by the reader."""
    return "markdown" if not text.lstrip().startswith("<") and _MARKDOWN.search(text) else None


def _sentence(error: Exception) -> str:
    text = str(error)
    return text[:1].upper() + text[1:]
