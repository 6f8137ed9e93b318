"""`copydesk explain`: one article as a page that shows an editor what was found, where, and how sure Copydesk is.

The page is one file without script, font, picture or link to anywhere: it can be mailed, archived and opened from a disk, and an
article cannot make it load or run anything (its Content-Security-Policy allows nothing but its own style sheet, by hash).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from copydesk import Candidate, CopydeskError, Document, DocumentError, Matcher, Report, Scorer, Source, quoted, read

from . import sheet, sidebyside
from .archive import Archive
from .inputs import Article, InputError, RowInput, find, kind_of, read_bounded, read_file, standard_input
from .outputs import opened
from .schema import load_article

_ROWS = (".jsonl", ".jsonl.gz")


@dataclass(frozen=True, slots=True)
class Found:
    """What an article seems to be made from: its sources, their whole texts by id where known, and what to say if there are none."""

    sources: tuple[Source, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    nothing: str = ""


def run_explain(
    scorer: Scorer,
    file: str,
    output: Path | None,
    *,
    id: str | None = None,
    title: str = "",
    archive: Path | None = None,
    source: str | None = None,
) -> None:
    """Score one article and write its page, to standard output or to a file that is whole or not there.

    file: a path, or "-" for standard input. id: of one article, where the file holds an article a line.
    title: the headline; else the article's own. archive: where to look up what the article is made from; or source: the file of one
    article to compare it with.

    Raises InputError where the file holds no such article, DocumentError that names the file where it cannot be read, and
    ArchiveError where the archive cannot be used.
    """
    article = _row(file, id) if id is not None else _file(file)
    document = _read(article, file, title)
    found = Found()
    if archive is not None:
        found = in_archive(scorer, document, archive)
    elif source is not None:
        found = in_file(scorer, document, source)
    report = scorer.score(document, sources=found.sources)
    with opened(output) as stream:
        for part in page(report, document, found.texts, found.nothing):
            stream.write(part.encode("utf-8", "replace"))


def in_archive(scorer: Scorer, document: Document, path: Path) -> Found:
    """What an archive holds that the article seems to be made from. Raises ArchiveError."""
    with Archive(path, Matcher(scorer.model), quotes=True) as archive:
        sources = archive.find(document)
        known = ((each.id, archive.text(each.id)) for each in sources)
        texts = {name: text for name, text in known if text is not None}
    return Found(sources, texts, f"Nothing in the archive {path} resembles this article.")


def in_file(scorer: Scorer, document: Document, file: str) -> Found:
    """What the article has of the one in a file. Raises InputError, and DocumentError that names the file."""
    other = _read(_file(file, "a file with one article"), file)
    matcher = Matcher(scorer.model)
    same = other.content_hash == document.content_hash
    candidate = Candidate(file, other.title, matcher.print(other).packed, same)
    found = matcher.match(matcher.look_up(document), [candidate])
    sources = tuple(quoted(each, other.text) for each in found)
    return Found(
        sources, {file: other.text}, f"This article and {file} have nothing in common that one took from the other."
    )


def page(
    report: Report, document: Document, texts: Mapping[str, str] | None = None, nothing: str = ""
) -> Iterator[str]:
    """The page of a report and of the document that it is about, in pieces.

    `texts` are whole texts of sources by their ids, as far as they are known; `nothing` is what to say where there is no source.
    """
    yield _head(report, document)
    yield '<body>\n<a class="skip" href="#article">Skip to the article</a>\n<header>\n<p class="brand">Copydesk</p>\n'
    yield sheet.masthead(report, document)
    yield sidebyside.lead(report)
    yield from sheet.signals(report)
    yield "</header>\n<main>\n"
    yield sheet.legend(report)
    yield from sheet.article(report, document)
    yield from sidebyside.sources(report, document, texts, nothing)
    yield from sheet.evidence_list(report)
    yield "</main>\n"
    yield sheet.foot(report)
    yield "</body>\n</html>\n"


def _file(file: str, expected: str = "--id with the id of one") -> Article:
    if file.lower().endswith(_ROWS):
        raise InputError(f"{file}: holds an article a line, expected {expected}")
    try:
        data = read_bounded(standard_input()) if file == "-" else read_file(Path(file))
    except DocumentError as error:
        raise DocumentError(f"{file}: {error}") from error
    return Article(file, data, kind_of(file))


def _read(article: Article, file: str, title: str = "") -> Document:
    try:
        return read(article.data, kind=article.kind, title=title or article.title, url=article.url, id=article.id)
    except DocumentError as error:
        raise DocumentError(f"{file}: {error}") from error


def _row(file: str, id: str) -> Article:
    """The first article of that id; lines that cannot be read are passed by, and counted if it is not found."""
    bad = 0
    for item in find((file,), "jsonl"):
        try:
            article = load_article(item.line, item.where, strict=False) if isinstance(item, RowInput) else None
        except CopydeskError:
            article = None
        if article is None:
            bad += 1
        elif article.id == id:
            return article
    unread = f" ({bad} of its lines cannot be read)" if bad else ""
    raise InputError(f"{file}: no article has the id {id!r}{unread}")


def _head(report: Report, document: Document) -> str:
    style = sheet.style("explain.css") + sheet.style("sources.css")
    policy = f"default-src 'none'; style-src {sheet.source_hash(style)}; base-uri 'none'; form-action 'none'"
    return (
        '<!doctype html>\n<html lang="en" dir="ltr">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f'<meta name="robots" content="noindex">\n<title>{sheet.window_title(report, document)}</title>\n'
        f"<style>{style}</style>\n</head>\n"
    )
