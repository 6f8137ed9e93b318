"""`copydesk explain`: one article as a page that shows an editor what was found, where, and how sure Copydesk is.

The page is one file without script, font, picture or link to anywhere: it can be mailed, archived and opened from a disk, and an
article cannot make it load or run anything (its Content-Security-Policy allows nothing but its own style sheet, by hash).
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

from copydesk import CopydeskError, Document, DocumentError, Report, Scorer, read

from . import sheet
from .inputs import Article, InputError, RowInput, find, kind_of, read_bounded, read_file, standard_input
from .outputs import opened
from .schema import load_article

_ROWS = (".jsonl", ".jsonl.gz")


def run_explain(scorer: Scorer, file: str, output: Path | None, *, id: str | None = None, title: str = "") -> None:
    """Score one article and write its page, to standard output or to a file that is whole or not there.

    file: a path, or "-" for standard input. id: of one article, where the file holds an article a line.
    title: the headline; else the article's own.

    Raises InputError where the file holds no such article, and DocumentError that names the file where it cannot be read.
    """
    article = _row(file, id) if id is not None else _file(file)
    try:
        document = read(article.data, kind=article.kind, title=title or article.title, url=article.url, id=article.id)
    except DocumentError as error:
        raise DocumentError(f"{file}: {error}") from error
    report = scorer.score(document)
    with opened(output) as stream:
        for part in page(report, document):
            stream.write(part.encode("utf-8", "replace"))


def page(report: Report, document: Document) -> Iterator[str]:
    """The page of a report and of the document that it is about, in pieces."""
    yield _head(report, document)
    yield '<body>\n<a class="skip" href="#article">Skip to the article</a>\n<header>\n<p class="brand">Copydesk</p>\n'
    yield sheet.masthead(report, document)
    yield from sheet.signals(report)
    yield "</header>\n<main>\n"
    yield sheet.legend(report)
    yield from sheet.article(report, document)
    yield from sheet.evidence_list(report)
    yield from sheet.sources(report)
    yield "</main>\n"
    yield sheet.foot(report)
    yield "</body>\n</html>\n"


def _file(file: str) -> Article:
    if file.lower().endswith(_ROWS):
        raise InputError(f"{file}: holds an article a line, expected --id with the id of one")
    try:
        data = read_bounded(standard_input()) if file == "-" else read_file(Path(file))
    except DocumentError as error:
        raise DocumentError(f"{file}: {error}") from error
    return Article(file, data, kind_of(file))


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
    style = sheet.style("explain.css")
    policy = f"default-src 'none'; style-src {sheet.source_hash(style)}; base-uri 'none'; form-action 'none'"
    return (
        '<!doctype html>\n<html lang="en" dir="ltr">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f'<meta name="robots" content="noindex">\n<title>{sheet.window_title(report, document)}</title>\n'
        f"<style>{style}</style>\n</head>\n"
    )
