"""The sources of an article on a page: what each is, and its text beside the article's, with the sentences that align.

Sentences that align have the same number, the same colour, and the number is a link to the other one; words that both have in the
same order are underlined. So nothing is told by colour alone, and nothing needs a script. Where an archive keeps no texts, only the
article's sentences are shown, with the numbers of the other's. The style sheet is `sources.css`; the rows come from `pairs`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from copydesk import Document, Report, Source

from .marks import direction, excerpt, safe
from .pairs import LONGEST, Row, Sentence, Sheet, order_of, sheet_of
from .relations import percent, relation_of

_TITLE = 200  # characters of a title or an id that are shown
_MOST_SOURCES = 10  # a search names 5
_COLOURS = 6
_AT_ONCE = 320  # characters of a run that aligns with nothing; a longer one is folded
_MOST_LINKS = 6  # from one sentence of the source to those that resemble it
_LOOSE = 0.35  # of the words, by weight: two sentences that are less alike may be chance; from 0.25 on they are called aligned
_HINT = 90  # characters below which the beginning of a cut paragraph says nothing


def sources(
    report: Report, document: Document, texts: Mapping[str, str] | None = None, nothing: str = ""
) -> Iterator[str]:
    """The section of the sources, in pieces: the first one open if the article seems to be made from it, the others folded.

    `texts` are the whole texts of sources by their ids, as far as they are known. `nothing` is what to say where there is no source;
    without it there is no section then.
    """
    if not report.sources and not nothing:
        return
    yield '<section aria-labelledby="sources"><h2 id="sources">Sources</h2>\n'
    if not report.sources:
        yield f'<p class="about">{safe(nothing)}</p>\n'
    language = "" if report.language == "und" else f' lang="{safe(report.language)}"'
    for number, source in enumerate(report.sources[:_MOST_SOURCES], 1):
        yield from _source(number, source, document, (texts or {}).get(source.id), language)
    if len(report.sources) > _MOST_SOURCES:
        yield f'<p class="about">{len(report.sources) - _MOST_SOURCES:,} more sources are not shown.</p>\n'
    yield "</section>\n"


def lead(report: Report) -> str:
    """A line for the top of the page, where the article seems to be made from another one."""
    for source in report.sources:
        relation = relation_of(source)
        if relation.claim:
            name = f"<b>{safe(relation.of[:1].upper() + relation.of[1:])}</b> <bdi>“{_name(source)}”</bdi>"
            more = "See the two side by side" if source.alignment else "More"
            return f'<p class="lead-source">{name}, probability {source.score:.2f}. <a href="#sources">{more}</a></p>\n'
    return ""


def _source(number: int, source: Source, document: Document, text: str | None, language: str) -> Iterator[str]:
    relation = relation_of(source)
    sheet = sheet_of(document, source, text) if source.alignment else None
    total = len(document.sentences)
    aligned = "" if sheet is None else f", {sheet.aligned:,} of {total:,} {'sentence' if total == 1 else 'sentences'}"
    order = order_of(source)
    told = (
        f"{percent(source.share)} of the words stand in sentences that align{aligned}{', ' if order else ''}{order}. "
        f"Probability {source.score:.2f}."
    )
    title = f'<b class="relation">{safe(relation.name)}</b> <bdi>“{_name(source)}”</bdi>'
    title += f" <bdi>({excerpt(source.id, _TITLE)})</bdi>" if source.title else ""
    body = [f'<p class="told">{told}</p>\n', f'<p class="about">{safe(relation.meaning)}</p>\n']
    opened = number == 1 and relation.claim
    if opened:
        yield f'<div class="source" id="source1"><h3>{title}</h3>\n'
    else:
        yield f'<details class="source" id="source{number}"><summary><h3>{title}</h3> {told}</summary>\n'
        body = body[1:]
    yield from body
    if sheet is not None:
        yield from _sheet(number, source, sheet, language)
    yield "</div>\n" if opened else "</details>\n"


def _sheet(number: int, source: Source, sheet: Sheet, language: str) -> Iterator[str]:
    if sheet.quoted:
        how = (
            "Sentences with the same number resemble each other; a number leads to the other one. <u>Underlined</u> words stand in "
            "both in the same order. What is plain in the article is new, what is pale in the other has no counterpart here."
        )
        if any(each.label and each.alike < _LOOSE for row in sheet.rows for each in row.ours):
            how += " A dashed edge: the two resemble each other loosely, maybe by chance."
    else:
        how = (
            "The sentences with a number resemble a sentence of the other article. Its text cannot be shown, because the archive "
            "keeps fingerprints only and no text: look the article up by its id."
        )
    if not sheet.compared:
        how += " The words of some sentences were not compared, because there are too many of them."
    right = f"The other: <bdi>{_name(source)}</bdi>" if sheet.quoted else "In the other"
    yield f'<p class="small how">{how}</p>\n<table class="pairs{"" if sheet.quoted else " blind"}">\n'
    yield f'<thead><tr><th scope="col">This article</th><th scope="col">{right}</th></tr></thead>\n<tbody>\n'
    for row in sheet.rows:
        colour = f" k{(row.number - 1) % _COLOURS + 1}" if row.number else ""
        yield f'<tr class="line{colour}{" begins" if row.begins else ""}"><td{language}>'
        yield from map(partial(_ours, number, row), row.ours) if row.number else _new(row.ours)
        yield "</td><td>"
        yield from _theirs(number, row)
        yield "</td></tr>\n"
    yield "</tbody>\n</table>\n"
    if sheet.left_out:
        yield f'<p class="about">{sheet.left_out:,} more sentences that align are not shown.</p>\n'


def _ours(number: int, row: Row, sentence: Sentence) -> str:
    label = sentence.label
    pin = f'<b class="pin">{label}</b>'
    if row.known:
        pin = f'<a class="pin" href="#s{number}t{row.number}" aria-label="{label}, to the other text">{label}</a>'
    note = ' <i class="alike">word for word</i>' if sentence.same else ""
    loose = " loose" if sentence.alike < _LOOSE else ""
    return (
        f'<p class="s{loose}" id="s{number}a{label}"{direction(sentence.text)}>{pin} {_emphasised(sentence)}{note}</p>'
    )


def _theirs(number: int, row: Row) -> Iterator[str]:
    """The other article's side of a row."""
    if row.before:
        yield _pale(row.before)
    if row.jump and row.known:
        yield f'<p class="small jump">{_way(row)}</p>'
    if row.theirs is not None:
        links = [f'<a class="pin" href="#s{number}a{x}" aria-label="{x}, to the article">{x}</a>' for x in row.labels]
        more = f" +{len(links) - _MOST_LINKS}" if len(links) > _MOST_LINKS else ""
        pins = " ".join(links[:_MOST_LINKS]) + more
        lines = _emphasised(row.theirs)
        loose = " loose" if all(each.alike < _LOOSE for each in row.ours) else ""
        yield f'<p class="s{loose}" id="s{number}t{row.number}"{direction(row.theirs.text)}>{pins} {lines}</p>'
    elif row.number and not row.known:
        yield f'<p class="small jump">sentence {row.place:,}</p>'
    elif row.number:
        there = "further up" if row.above else "further down"
        yield f'<p class="small jump">see <a class="pin" href="#s{number}t{row.number}">{row.number}</a> {there}</p>'
    if row.unused:
        yield _pale(row.unused)


def _way(row: Row) -> str:
    if row.jump < 0:
        return "↑ earlier in the other"
    return f"↓ {row.jump:,} {'sentence' if row.jump == 1 else 'sentences'} further on"


def _new(paragraphs: Sequence[Sentence]) -> Iterator[str]:
    """Sentences of the article that resemble nothing, the first of them; all of them stand in the marked article."""
    room = LONGEST
    for index, each in enumerate(paragraphs):
        if len(each.text) > room:
            left = len(paragraphs) - index
            yield f"<p{direction(each.text[:room])}>{excerpt(each.text, max(room, 1))}</p>" if room > _HINT else ""
            yield f'<p class="small">{left:,} {"paragraph" if left == 1 else "paragraphs"} cut here.</p>'
            return
        yield f"<p{direction(each.text)}>{safe(each.text)}</p>"
        room -= len(each.text)


def _pale(text: str) -> str:
    """Text of the source that resembles nothing: pale, and folded where it is long."""
    cut = excerpt(text, LONGEST) if len(text) > LONGEST else safe(text)
    turn = direction(text[:LONGEST])
    if len(text) <= _AT_ONCE:
        return f'<p class="pale"{turn}>{cut}</p>'
    words = f"{len(text.split()):,} words without a counterpart here"
    return f'<details class="pale"><summary>{words}</summary><p{turn}>{cut}</p></details>'


def _emphasised(sentence: Sentence) -> str:
    """A sentence with the words that it shares."""
    text, parts, at = sentence.text[:LONGEST], [], 0
    for start, end in sentence.shared:
        parts += [safe(text[at:start]), f"<u>{safe(text[start:end])}</u>"]
        at = end
    rest = f'… <i class="alike">{len(sentence.text) - LONGEST:,} characters more</i>'
    return "".join((*parts, safe(text[at:]), rest if len(sentence.text) > LONGEST else ""))


def _name(source: Source) -> str:
    return excerpt(source.title or source.id, _TITLE)
