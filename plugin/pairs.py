"""An article and its source in rows to be read side by side: a sentence of the one, and the sentence of the other that it resembles.

The rows follow the article. Each sentence of the source stands once, beside the sentence that resembles it most; what of the source
resembles nothing follows the sentence after which it stands there. So a rewrite in the order of its source shows the source
from beginning to end, and one in another order shows where it jumps.

Everything here is bounded, whatever the alignment: MOST_PAIRS sentences, the characters of each, and the time for common words.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import pairwise
from string import ascii_lowercase

from copydesk import Aligned, Document, Source

MOST_PAIRS = 400  # an archive's fingerprints hold 128 sentences
LONGEST = 2000  # characters of a sentence, or of a run of sentences that align with nothing, that are shown
_MOST_WORDS = 200  # of a sentence that are compared
_MOST_WORK = (
    200_000  # pairs of equal words that are looked at for one source, at most 0.6 s; 40 sentences have some 2,000
)
_WORD = re.compile(r"[^\W_]+(?:[.,'’-][^\W_]+)*")
_TELLING = 5  # letters of a word that is worth showing though the words around it differ

Span = tuple[int, int]


@dataclass(slots=True)
class Sentence:
    """A sentence of either text. `label` names it on the page ("3", "3b"), `shared` are the spans of words that its partner has, too,
    in the same order; `same`: all of its words are its partner's."""

    text: str
    label: str = ""
    shared: tuple[Span, ...] = ()
    same: bool = False
    alike: float = 0.0


@dataclass(slots=True)
class Row:
    """What stands side by side. `number` counts the source's sentences as the article comes to them, from 1; 0: nothing of the source
    resembles `ours`, which are paragraphs then. `begins`: a paragraph of the article does.

    theirs: the sentence of the source; None where its text is not `known`, or where it stands in another row, which comes `above`
    or `below`. `place` is its number in the source, from 1; `jump` how many sentences lie between the one shown before and this
    one, less than 0 for a way back. `labels` are those of all sentences that resemble it. `before`, `unused`: text of the source
    around it that resembles nothing.
    """

    begins: bool
    number: int = 0
    place: int = 0
    ours: list[Sentence] = field(default_factory=list)
    theirs: Sentence | None = None
    known: bool = False
    above: bool = False
    below: bool = False
    jump: int = 0
    labels: list[str] = field(default_factory=list)
    before: str = ""
    unused: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """All rows. `aligned` counts the article's sentences that have a partner, `left_out` those of them that are not shown; `quoted`:
    the source's sentences are known; `compared`: the common words were looked for in all of them."""

    rows: tuple[Row, ...]
    aligned: int
    left_out: int
    quoted: bool
    compared: bool


def sheet_of(document: Document, source: Source, text: str | None = None) -> Sheet:
    """The rows of an article and one of its sources; `text` is the source's whole text, where it is known.

    A sentence of the alignment that overlaps another or lies outside of the text is left out, and is no error.
    """
    pairs = list(_in_order(document, source.alignment))
    shown = pairs[:MOST_PAIRS]
    first: dict[int, Aligned] = {}  # a sentence of the source, by its number on the page
    rows = list(_rows(document, shown, first))
    _label(rows)
    compared = _quote(rows, first)
    _jump(rows, whole=text is not None)
    if text is not None:
        _add_unused(rows, first, text)
    quoted = any(each.source_quote is not None for each in first.values())
    return Sheet(tuple(rows), len(pairs), len(pairs) - len(shown), quoted, compared)


def order_of(source: Source) -> str:
    """Whether the aligned sentences stand in the source's order, in words; empty where there are too few to say."""
    at = [each.source_sentence for each in source.alignment]
    if len(at) < 3:
        return ""
    forward = sum(a <= b for a, b in pairwise(at)) / (len(at) - 1)
    return (
        "in the same order" if forward > 0.95 else "mostly in the same order" if forward >= 0.6 else "in another order"
    )


def common(one: str, other: str) -> tuple[tuple[Span, ...], tuple[Span, ...], bool, int]:
    """The runs of words that both sentences have in the same order, as spans in each; whether all words are the same; and how many
    pairs of equal words were looked at."""
    ours, theirs = list(_WORD.finditer(one[:LONGEST])), list(_WORD.finditer(other[:LONGEST]))
    a, b = _words(ours), _words(theirs)
    if a == b:
        return (), (), bool(a), 1
    counts = Counter(b)
    work = sum(counts[word] for word in a)
    # Longest runs first keeps runs whole; without small words to begin with, a lone "it" does not stand in the way of a number.
    ways = [SequenceMatcher(junk, a, b, autojunk=False).get_matching_blocks() for junk in (None, _small)]
    kept = [
        [x for x in way if x.size > 2 or any(map(_tells, ours[x.a : x.a + x.size], range(x.a, x.a + x.size)))]
        for way in ways
    ]
    best = max(kept, key=lambda blocks: sum(ours[x.a + x.size - 1].end() - ours[x.a].start() for x in blocks))
    left = tuple((ours[x.a].start(), ours[x.a + x.size - 1].end()) for x in best)
    right = tuple((theirs[x.b].start(), theirs[x.b + x.size - 1].end()) for x in best)
    return left, right, False, work


def _words(found: Sequence[re.Match[str]]) -> list[str]:
    return [each.group().casefold().replace("’", "'") for each in found[:_MOST_WORDS]]


def _small(word: str) -> bool:
    """A word that begins no run, but may be part of one: "the", "of"."""
    return len(word) < 4 and not any(map(str.isdigit, word))


def _tells(found: re.Match[str], at: int) -> bool:
    word = found.group()
    return len(word) >= _TELLING or any(map(str.isdigit, word)) or (at > 0 and word[0].isupper() and len(word) > 1)


def _in_order(document: Document, alignment: Sequence[Aligned]) -> Iterator[Aligned]:
    """The sentences that can be shown: inside of the text, none over another."""
    end = 0
    for each in sorted(alignment, key=lambda pair: (pair.start, pair.end)):
        if end <= each.start < each.end <= len(document.text):
            yield each
            end = each.end


def _pieces(document: Document, pairs: Sequence[Aligned]) -> Iterator[tuple[int, Aligned | None, str]]:
    """The article in pieces: the block in which each stands, the pair that it belongs to or None, and its text."""
    text, ahead = document.text, deque(pairs)
    for index, block in enumerate(document.blocks):
        at = block.start
        while ahead and ahead[0].start < block.end:
            pair = ahead.popleft()
            start, end = max(at, pair.start), min(pair.end, block.end)
            if new := text[at:start].strip():
                yield index, None, new
            if own := text[start:end].strip():
                yield index, pair, own
            at = max(at, end)
        if new := text[at : block.end].strip():
            yield index, None, new


def _rows(document: Document, pairs: Sequence[Aligned], first: dict[int, Aligned]) -> Iterator[Row]:
    """The article in rows, without the source; `first` is filled with the first pair of each number."""
    numbers: dict[int, int] = {}
    row, last = Row(False), -1
    for block, pair, text in _pieces(document, pairs):
        number = 0 if pair is None else numbers.setdefault(pair.source_sentence, len(numbers) + 1)
        if not row.ours or number != row.number or (number and block != last):
            if row.ours:
                yield row
            row = Row(block != last, number, pair.source_sentence + 1 if pair else 0)
        row.ours.append(Sentence(text, alike=pair.score if pair else 0.0))
        if pair is not None:
            first.setdefault(number, pair)
        last = block
    if row.ours:
        yield row


def _label(rows: Sequence[Row]) -> None:
    """Name the sentences: by their number, and by a letter where several resemble the same one."""
    every: dict[int, list[Sentence]] = {}
    for row in rows:
        if row.number:
            every.setdefault(row.number, []).extend(row.ours)
    for number, sentences in every.items():
        for count, each in enumerate(sentences):
            part = ascii_lowercase[count] if count < len(ascii_lowercase) else f".{count + 1}"
            each.label = f"{number}{part}" if len(sentences) > 1 else str(number)
    for row in rows:
        row.labels = [each.label for each in every.get(row.number, [])]


def _quote(rows: Sequence[Row], first: dict[int, Aligned]) -> bool:
    """Put the source's sentences beside the article's, and find what they have in common; False where that would take too long."""
    home: dict[int, int] = {}  # the row of each sentence of the source
    for index, row in enumerate(rows):
        if row.number and _alike(row) > _alike(rows[home.setdefault(row.number, index)]):
            home[row.number] = index
    quotes = {number: Sentence(pair.source_quote) for number, pair in first.items() if pair.source_quote is not None}
    work = 0
    for index, row in enumerate(rows):
        theirs = quotes.get(row.number)
        if row.number:
            row.above, row.below = home[row.number] < index, home[row.number] > index
        if theirs is None:
            continue
        row.known = True
        for each in row.ours:
            if work <= _MOST_WORK:
                each.shared, right, each.same, cost = common(each.text, theirs.text)
                work += cost
                theirs.shared = _joined(theirs.shared + right)
        if index == home[row.number]:
            row.theirs = theirs
    return work <= _MOST_WORK


def _alike(row: Row) -> float:
    return max(each.alike for each in row.ours)


def _joined(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Spans in order, those that overlap as one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _jump(rows: Sequence[Row], *, whole: bool) -> None:
    """Find where the source's sentences do not follow one another; of a `whole` source, what lies between two is shown."""
    fresh = [row for row in rows if row.number and not (row.above or row.below)]
    rank = {place: n for n, place in enumerate(sorted(row.place for row in fresh))}
    above, last = -1, 0
    for row in fresh:
        if not (whole and rank[row.place] == above + 1):
            row.jump = row.place - last - 1 if row.place > last else row.place - last
        above, last = rank[row.place], row.place


def _add_unused(rows: Sequence[Row], first: dict[int, Aligned], text: str) -> None:
    """Put the text of the source that resembles nothing after the sentence that it follows, or beside what is new in the article."""
    spans = []
    for index, row in enumerate(rows):
        if row.theirs is not None:
            start, end = first[row.number].source_start, first[row.number].source_end
            if start is not None and end is not None and 0 <= start < end <= len(text):
                spans.append((start, end, index))
    spans.sort()
    for (_, at, index), (start, _, _) in pairwise([*spans, (len(text), 0, 0)]):
        beside = index + 1 < len(rows) and not rows[index + 1].number
        rows[index + 1 if beside else index].unused = text[at:start].strip()
    if spans:
        rows[spans[0][2]].before = text[: spans[0][0]].strip()
