"""Lines that were put into a paragraph of markup, as blocks of their own, so that one can be judged and cut without the prose round it.

An editor, or a plugin, sets "(Related: <headline>)" or "Also Read: <headline>" behind a sentence of the paragraph in place of a line
of its own. Taken for such is only what says so beyond doubt: words that announce another story with a mark behind them, where a
sentence could begin, up to the end of their link, their bracket or the paragraph. In running prose ("he must read: the bill was
long", "(see also: page 4)") nothing is parted. Of 56,600 different blocks of our pages and
paragraphs of 3,000 human articles these rules part 60, so they must cost nothing on all others: marks are looked for, and what stands
before each is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from .compiled import compiled
from .drafts import Draft

Span = tuple[int, int]

_KINDS = frozenset(("paragraph", "item", "quote"))
_LEAST = 30  # characters of what stands before or behind; less is a label or a rest of the line itself
_LONGEST = 200  # characters of an inserted line
_SHORTEST = 12  # characters of its headline
_LOOK_BACK = 48  # characters in which the announcing words and the stop before them stand
_NEAR = 3  # characters between the mark and the link to the headline
_FEWEST = 3  # words of a headline without a link
_REACH = 10  # characters before a mark that hold the last announcing word
_MOST = 200  # announcements, and shouted lines, that are looked at in one text: each may cost as much as its length
_OVER = 32  # characters beyond the longest headline in which its end may stand: spaces, brackets, a notice

_MARK = re.compile(r"[:|»]|[–—-](?=\s)")
_LAST_WORDS = tuple(
    str.split(
        "read also more next related story stories article articles news video videos posts post content miss like"
        " auch mehr aussi anche también"
    )
)
_ANNOUNCED = re.compile(
    r"(?:^|(?<=[.!?…\"”’)\]]))\s{0,4}(?P<line>(?P<bracket>[(\[])?\s?(?=[A-ZÀ])(?i:also\sread|read\s(?:also|more|next)|must[\s-]read"
    r"|related(?:\s(?:story|stories|articles?|news|videos?|posts?|content))?|don['’]t\smiss|you\smay\salso\slike|lesen\ssie\s(?:auch|mehr)"
    r"|(?:à\s)?lire\saussi|leggi\sanche|lea\stambién)\s{0,2})$"
)
_SHOUTED = re.compile(
    r"(?<=[.!?…\"”’)\]])\s{0,4}(?P<line>ADVERTISEMENTS?|(?:CLICK|TAP)\sHERE(?:\s[A-Z][A-Z.,'’&-]{0,30}(?![a-z])){1,15})(?=\s{0,4}(?:[\"“‘]|[A-Z](?![A-Z])|$))"
)
_ENDS = re.compile(r"\s{0,4}ADVERTISEMENTS?(?=\s|$)|\s{0,4}$")
_NOTICE = re.compile(r"\s{0,4}(?P<line>ADVERTISEMENTS?)(?=\s|$)")
_STOP = re.compile(r"[.!?…][\"”’]?\s+(?=[\"“‘(\[]?[A-Z0-9])")
_NEW_SENTENCE = re.compile(r"\s{0,4}[\"“‘]?[A-ZÀ-Þ0-9]")
_PLACE = re.compile(
    r"\b(?:pages?|pp?\.|chapters?|sections?|figures?|tables?|notes?|vol\.|et\sal\.|ibid|below|above)", re.IGNORECASE
)


def apart(draft: Draft) -> Sequence[Draft]:
    """The draft, or its parts in order if lines were put into it: these lines, and what stands before, between and behind them."""
    text = draft.text
    spans = _inserted(text, draft.links) if draft.kind in _KINDS and _is_marked(text) else []
    if not spans:
        return (draft,)
    parts: list[Draft] = []
    begin = 0
    for start, end in (*spans, (len(text), len(text))):
        for first, last in ((begin, start), (start, end)):
            if text[first:last].strip():
                parts.append(_part(draft, first, last))
        begin = end
    return parts


def _is_marked(text: str) -> bool:
    """Whether any mark stands in a text, as in one block of twenty; ten times as fast as one search for all of them."""
    return (
        ":" in text or "|" in text or "»" in text or "- " in text or "–" in text or "—" in text
        or "ADVERTISEMENT" in text or " HERE " in text
    )  # fmt: skip


def _part(draft: Draft, first: int, last: int) -> Draft:
    while draft.text[first].isspace():
        first += 1
    while draft.text[last - 1].isspace():
        last -= 1
    links = tuple(
        (max(start, first) - first, min(end, last) - first, href, rel)
        for start, end, href, rel in draft.links
        if start < last and end > first
    )
    return Draft(draft.text[first:last], draft.kind, draft.tag, draft.path, links)


def _inserted(text: str, links: Sequence[tuple[int, int, str, str]]) -> list[Span]:
    """The spans of the lines that were put into a text, in order and apart; none of them cuts a link in two."""
    found: list[Span] = []
    at = 0
    for mark in _announcing(text, _LAST_WORDS, _REACH, _MOST):
        span = _announced(text, mark, links) if mark >= at else None
        if span and _stands_alone(text, span, links):
            found.append(span)
            at = span[1]
            notice = _NOTICE.match(text, at)
            if notice:
                found.append(notice.span("line"))
                at = notice.end()
    if "ADVERTISEMENT" in text or " HERE " in text:
        for match in islice(_SHOUTED.finditer(text), _MOST):
            span = match.span("line")
            if not any(start < span[1] and span[0] < end for start, end in found) and _stands_alone(text, span, links):
                found.append(span)
    return sorted(found)


@compiled
def _announcing(text: str, last_words: tuple[str, ...], reach: int, most: int) -> list[int]:
    """Where the first `most` marks stand before which, within `reach` characters, a text has one of these words, in small letters, and
    nothing but spaces behind it."""
    places = (mark.start() for mark in _MARK.finditer(text))
    said = (at for at in places if text[max(0, at - reach) : at].rstrip().lower().endswith(last_words))
    return list(islice(said, most))


def _announced(text: str, mark: int, links: Sequence[tuple[int, int, str, str]]) -> Span | None:
    """The line whose announcing words end at a mark, None if it is none."""
    match = _ANNOUNCED.search(text, max(0, mark - _LOOK_BACK), mark)
    if match is None:
        return None
    start, after = match.start("line"), mark + 1
    bracket = match["bracket"]
    link = next((each for each in links if each[0] <= after + _NEAR and after + _SHORTEST <= each[1]), None)
    if bracket:
        end = text.find(")" if bracket == "(" else "]", after, after + _LONGEST) + 1
        end += text[end : end + 1] == "."
        sure = bool(end) and not set("()[]") & set(text[after : end - 2])
    elif link:
        end = link[1] + (text[link[1] : link[1] + 1] in (".", "!", "?"))
        sure = True
    else:
        limit = after + _LONGEST + _OVER
        closing = next(_ENDS.finditer(text, after, limit))  # at the limit at the latest
        end = closing.start()
        sure = (closing.end() < limit or limit >= len(text)) and not _STOP.search(text, after, end)
    headline = text[after:end].strip(" )]")
    named = bool(link) or (len(headline.split()) >= _FEWEST and not _PLACE.search(headline))
    return (start, end) if sure and named and _SHORTEST <= len(headline) <= _LONGEST else None


def _stands_alone(text: str, span: Span, links: Sequence[tuple[int, int, str, str]]) -> bool:
    """Whether whole sentences stand before and behind a line, and no link runs over its ends."""
    start, end = span
    before, behind = text[:start].strip(), text[end:].strip()
    if before and len(before) < _LEAST:
        return False
    if behind and not behind.startswith("ADVERTISEMENT"):
        sentence = _NEW_SENTENCE.match(behind) and len(behind) >= _LEAST and behind[-1] in '.!?…"”’)]'
        begins = end + len(text[end:]) - len(text[end:].lstrip())
        if not sentence or any(first <= begins < last for first, last, *_ in links):
            return False
    return not any(first < place < last for first, last, *_ in links for place in span)
