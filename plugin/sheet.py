"""What a page shows of a report: the verdict, the signals, the article with its marks, the evidence; and its style sheet.

Everything is a piece of HTML in which all that comes from an article is escaped. A signal is told by colour, by the pattern of its
underline and by a lettered tag, so it is not lost on paper or on colour-blind readers. The style sheet is `explain.css`.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from importlib.resources import files

from copydesk import SIGNALS, Document, Report, SignalResult

from .marks import FROM_A_SOURCE, details, direction, excerpt, heading, look, marked, numbered, safe
from .table import visible

_TITLE = 300  # characters of a headline that are shown
_QUOTE = 220  # characters of a quote in the list; in the text it stands whole
_VERDICTS = {"publish": ("✓", "Publish"), "review": ("!", "Review"), "hold": ("■", "Hold")}


def style(name: str) -> str:
    """A style sheet of this package."""
    return (files(__package__) / name).read_text(encoding="utf-8")


def source_hash(content: str) -> str:
    """What a Content-Security-Policy calls an inline style or script of exactly this content."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


def window_title(report: Report, document: Document) -> str:
    """The verdict and the headline, as HTML for a title element."""
    name = safe(visible(document.title or report.id or "article")[:_TITLE])
    return f"{_VERDICTS[report.action][1]}: {name}"


def article(report: Report, document: Document) -> Iterator[str]:
    """The article's text with its marks."""
    language = "" if report.language == "und" else f' lang="{safe(report.language)}"'
    yield f'<article id="article"{language} aria-label="The article with its marks">\n'
    yield from marked(report, document)
    yield "</article>\n"


def masthead(report: Report, document: Document, attributes: str = "") -> str:
    """The headline, the verdict with its reason, and the facts; `attributes` are those of the headline's element."""
    sign, verdict = _VERDICTS[report.action]
    if report.score is None:
        sign = "–"  # nothing speaks against the article, but nothing was checked either
    facts = [("File", report.id), ("Address", document.url or ""), ("Language", report.language)]
    facts += [("Words", f"{report.words:,}"), ("Model", report.model)]
    told = "".join(
        f"<div><dt>{name}</dt><dd><bdi>{excerpt(value, _TITLE)}</bdi></dd></div>" for name, value in facts if value
    )
    return (
        f'<h1 dir="auto"{attributes}>{excerpt(document.title or report.id or "Untitled", _TITLE)}</h1>\n'
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


def signals(report: Report) -> Iterator[str]:
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


def legend(report: Report) -> str:
    """What the marks mean, by signal."""
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


def evidence_list(report: Report) -> Iterator[str]:
    """Every quote with everything that is known of it."""
    count = len(report.evidence)
    yield '<section aria-labelledby="evidence"><h2 id="evidence">Evidence</h2>\n'
    if not count:
        yield '<p class="about">Copydesk found no line or sentence to show.</p>\n</section>\n'
        return
    yield f'<p class="about">{_counted(count)}, in the order of the text.</p>\n<ol class="list">\n'
    for number, found in enumerate(numbered(report), 1):
        compare = ""
        if report.sources and found.reason in FROM_A_SOURCE:
            compare = ' <a href="#sources">See the two side by side.</a>'
        yield (
            f'<li id="e{number}"><a href="#m{number}">{heading(number, found)}</a>'
            f"<blockquote{direction(found.quote)}>{excerpt(found.quote, _QUOTE)}</blockquote><p>{details(found)}{compare}</p></li>\n"
        )
    yield "</ol>\n</section>\n"


def foot(report: Report) -> str:
    """What scores say and do not say, and which model and text they belong to."""
    return (
        "<footer><p>Scores are calibrated probabilities from 0 to 1. They say how a text reads, not who wrote it: read the marked "
        "lines, compare with the source, ask the writer.</p>"
        f"<p>Model {safe(report.model)} · text <code>{safe(report.content_hash)}</code></p></footer>\n"
    )


def _counted(number: int) -> str:
    return f"{number} {'mark' if number == 1 else 'marks'}"
