"""`copydesk explain`: one article as a page that shows an editor what was found, where, and how sure Copydesk is.

The page is one file without script, font, picture or link to anywhere: it can be mailed, archived and opened from a disk, and an
article cannot make it load or run anything (its Content-Security-Policy allows nothing but its own style sheet, by hash). A signal
is told by colour, by the pattern of its underline and by a lettered tag, so it is not lost on paper or on colour-blind readers.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from copydesk import SIGNALS, CopydeskError, Document, DocumentError, Report, Scorer, SignalResult, read

from .inputs import Article, InputError, RowInput, find, kind_of, read_bounded, read_file, standard_input
from .marks import details, direction, excerpt, heading, look, marked, numbered, safe
from .outputs import opened
from .schema import load_article
from .table import visible

_ROWS = (".jsonl", ".jsonl.gz")
_TITLE = 300  # characters of a headline that are shown
_QUOTE = 220  # characters of a quote in the list; in the text it stands whole
_VERDICTS = {"publish": ("✓", "Publish"), "review": ("!", "Review"), "hold": ("■", "Hold")}


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
    style = (files(__package__) / "explain.css").read_text(encoding="utf-8")
    yield _head(report, document, style)
    yield '<body>\n<a class="skip" href="#article">Skip to the article</a>\n<header>\n'
    yield _masthead(report, document)
    yield from _signals(report)
    yield "</header>\n<main>\n"
    yield _legend(report)
    language = "" if report.language == "und" else f' lang="{safe(report.language)}"'
    yield f'<article id="article"{language} aria-label="The article with its marks">\n'
    yield from marked(report, document)
    yield "</article>\n"
    yield from _list(report)
    yield from _sources(report)
    yield "</main>\n"
    yield _foot(report)
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


def _head(report: Report, document: Document, style: str) -> str:
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    name = safe(visible(document.title or report.id or "article")[:_TITLE])
    return (
        '<!doctype html>\n<html lang="en" dir="ltr">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; '
        f'style-src &#39;sha256-{digest}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f'<meta name="robots" content="noindex">\n<title>{_VERDICTS[report.action][1]}: {name}</title>\n'
        f"<style>{style}</style>\n</head>\n"
    )


def _masthead(report: Report, document: Document) -> str:
    sign, verdict = _VERDICTS[report.action]
    if report.score is None:
        sign = "–"  # nothing speaks against the article, but nothing was checked either
    facts = [("File", report.id), ("Address", document.url or ""), ("Language", report.language)]
    facts += [("Words", f"{report.words:,}"), ("Model", report.model)]
    told = "".join(
        f"<div><dt>{name}</dt><dd><bdi>{excerpt(value, _TITLE)}</bdi></dd></div>" for name, value in facts if value
    )
    return (
        f'<p class="brand">Copydesk</p>\n<h1 dir="auto">{excerpt(document.title or report.id or "Untitled", _TITLE)}</h1>\n'
        f'<div class="verdict {report.action}"><p class="stamp"><span aria-hidden="true">{sign}</span> {verdict}</p>'
        f"<p>{_reason(report)}</p></div>\n"
        f'<dl class="facts">{told}</dl>\n'
    )


def _reason(report: Report) -> str:
    """Why the verdict is what it is, in a sentence or two."""
    if report.score is None:
        return "No signal could be judged: the notes below say why."
    names = [safe(look(name).name) for name, result in report.signals.items() if result.flagged]
    judged = sum(result.score is not None for result in report.signals.values())
    flagged = (
        f"Flagged: <b>{', '.join(names)}</b>." if names else f"None of {judged} judged signals reaches its threshold."
    )
    return f"{flagged} <span>Overall score <b>{report.score:.2f}</b>, where 0.50 is a signal at its threshold.</span>"


def _signals(report: Report) -> Iterator[str]:
    """A card a signal, and below them the notes that belong to none."""
    yield '<section aria-labelledby="signals"><h2 id="signals">Signals</h2>\n<ul class="cards">\n'
    rest = list(report.notes)
    for name, result in report.signals.items():
        own = [note for note in rest if note.startswith(f"{name}:")]
        rest = [note for note in rest if note not in own]
        yield _card(report, name, result, [note.removeprefix(f"{name}:").strip() for note in own])
    yield "</ul>\n"
    yield from (f'<p class="about">{safe(note)}</p>\n' for note in rest)
    yield "</section>\n"


def _card(report: Report, name: str, result: SignalResult, notes: list[str]) -> str:
    shape = look(name)
    numbers = [n for n, found in enumerate(numbered(report), 1) if found.signal == name]
    state = ("on", "● Flagged") if result.flagged else ("off", "○ Not flagged")
    if result.score is None:
        state = ("none", "– Not judged")
    score = "" if result.score is None else f'<p class="score">{result.score:.2f}</p>'
    lines = f'<a href="#m{numbers[0]}">{_counted(len(numbers))}</a>' if numbers else "no line marked"
    about = "".join(f'<p class="about">{safe(note)}</p>' for note in notes)
    return (
        f'<li class="card {shape.css}"><h3><b class="tag {shape.css}">{safe(shape.letter)}</b> {safe(shape.name)}</h3>'
        f'<p class="state {state[0]}">{state[1]}</p>{score}{_meter(result)}'
        f'<p class="small at"><span>threshold {result.threshold:.2f}</span> <span>{lines}</span></p>'
        f'<p class="ask">{safe(shape.question)}</p>{about}</li>\n'
    )


def _meter(result: SignalResult) -> str:
    """A bar from 0 to 1 with a line at the threshold; drawn, because a style attribute would need a laxer policy."""
    at = f"{100 * result.threshold:.1f}%"
    if result.score is None:
        label, bar = "not judged", ""
    else:
        label = f"score {result.score:.2f} of 1, threshold {result.threshold:.2f}"
        bar = f'<rect class="bar" y="4" width="{100 * result.score:.1f}%" height="8"/>'
    return (
        f'<svg class="meter" role="img" aria-label="{label}" height="16" width="100%"><rect class="rail" y="4" width="100%" '
        f'height="8"/>{bar}<line class="limit" x1="{at}" x2="{at}" y1="0" y2="16"/></svg>'
    )


def _legend(report: Report) -> str:
    names = [*SIGNALS, *(name for name in report.signals if name not in SIGNALS)]
    keys = "".join(
        f'<li><b class="tag {look(name).css}">{safe(look(name).letter)}</b> '
        f'<mark class="m {look(name).css} on">{safe(look(name).name)}</mark></li>'
        for name in names
    )
    if not report.evidence:
        how = "<b>No line of this article is marked.</b>"
    else:
        how = (
            "A tag names the signal, its number in the list below, the reason and how likely it holds. Point at a mark, tap it or "
            "reach it with the Tab key for more. A filled mark counts for a flagged signal; one that is only underlined is listed "
            "and flags nothing."
        )
    return f'<section class="legend" aria-labelledby="text"><h2 id="text">Article</h2><ul>{keys}</ul><p>{how}</p></section>\n'


def _list(report: Report) -> Iterator[str]:
    count = len(report.evidence)
    yield '<section aria-labelledby="evidence"><h2 id="evidence">Evidence</h2>\n'
    if not count:
        yield '<p class="about">Copydesk found no line or sentence to show.</p>\n</section>\n'
        return
    yield f'<p class="about">{_counted(count)}, in the order of the text.</p>\n<ol class="list">\n'
    for number, found in enumerate(numbered(report), 1):
        yield (
            f'<li id="e{number}"><a href="#m{number}">{heading(number, found)}</a>'
            f"<blockquote{direction(found.quote)}>{excerpt(found.quote, _QUOTE)}</blockquote><p>{details(found)}</p></li>\n"
        )
    yield "</ol>\n</section>\n"


def _sources(report: Report) -> Iterator[str]:
    """The articles of an archive that this one was taken from, where an archive was searched and has any."""
    if not report.sources:
        return
    yield '<section aria-labelledby="sources"><h2 id="sources">Sources</h2>\n<ul>\n'
    for source in report.sources:
        yield (
            f"<li><bdi>{excerpt(source.title or source.id, _TITLE)}</bdi> ({safe(source.id)}): {safe(source.relation)}, "
            f"probability {source.score:.2f}, {source.share:.0%} of the words align</li>\n"
        )
    yield "</ul>\n</section>\n"


def _foot(report: Report) -> str:
    return (
        "<footer><p>Scores are calibrated probabilities from 0 to 1. They say how a text reads, not who wrote it: read the marked "
        "lines, compare with the source, ask the writer.</p>"
        f"<p>Model {safe(report.model)} · text <code>{safe(report.content_hash)}</code></p></footer>\n"
    )


def _counted(number: int) -> str:
    return f"{number} {'mark' if number == 1 else 'marks'}"
