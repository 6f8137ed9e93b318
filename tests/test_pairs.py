"""Which sentence stands beside which: rows of an article and its source, and the words that two sentences share."""

from __future__ import annotations

import dataclasses
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stories import ORIGINAL, REWRITE

from copydesk import Aligned, Candidate, Document, Matcher, Scorer, Source, quoted, read
from copydesk.plugin.pairs import LONGEST, MOST_PAIRS, Sheet, common, order_of, sheet_of

OURS = "Fog shut the port. Nobody was hurt. The ferry stayed in Orsa."
THEIRS = "The port was shut by fog. It lifted at noon. The ferry remained in Orsa."


def _spans(text: str) -> list[tuple[int, int]]:
    """Sentences, where every full stop ends one."""
    ends = [0, *(index + 1 for index, char in enumerate(text) if char == ".")]
    return [(start + len(text[start:end]) - len(text[start:end].lstrip()), end) for start, end in pairwise(ends)]


def _source(text: str, other: str, *pairs: tuple[int, int], quotes: bool = True) -> Source:
    """A source of which these sentences align: (of the article, of the source), from 0."""
    ours, theirs = _spans(text), _spans(other)
    found = []
    for a, b in pairs:
        start, end = ours[a]
        first, last = theirs[b]
        there = (first, last, other[first:last]) if quotes else (None, None, None)
        found.append(Aligned(start, end, text[start:end], b, 0.5, *there))
    return Source("s", "", "rewrite", 0.9, 0.8, tuple(found))


def _rows(sheet: Sheet) -> list[tuple[str, str]]:
    """Both sides of every row, as the labels of sentences and the text of the others."""
    rows = []
    for row in sheet.rows:
        left = " ".join(each.label or each.text for each in row.ours)
        right = [row.before, str(row.number) if row.theirs else "", row.unused]
        rows.append((left, " | ".join(filter(None, right))))
    return rows


def test_aligned_sentences_share_a_row() -> None:
    """A sentence stands beside its own; what is new stands alone, and what the source has more stands beside what is new."""
    sheet = sheet_of(read(OURS, kind="text"), _source(OURS, THEIRS, (0, 0), (2, 2)), THEIRS)
    assert _rows(sheet) == [("1", "1"), ("Nobody was hurt.", "It lifted at noon."), ("2", "2")]
    assert (sheet.aligned, sheet.left_out, sheet.quoted, sheet.compared) == (2, 0, True, True)
    assert [row.jump for row in sheet.rows] == [0, 0, 0]


def test_what_the_source_says_around_it_is_kept() -> None:
    """The source's text before the first sentence and after the last is there, once."""
    sheet = sheet_of(read("Fog shut the port.", kind="text"), _source(OURS, THEIRS, (0, 1)), THEIRS)
    assert _rows(sheet) == [("1", "The port was shut by fog. | 1 | The ferry remained in Orsa.")]


def test_several_sentences_may_resemble_one() -> None:
    """They have one number and a letter each, and the sentence of the source stands beside the one that resembles it most."""
    source = _source(OURS, THEIRS, (0, 0), (1, 2), (2, 0))
    best = dataclasses.replace(source.alignment[2], score=0.9)
    sheet = sheet_of(
        read(OURS, kind="text"), dataclasses.replace(source, alignment=(*source.alignment[:2], best)), THEIRS
    )
    assert [(each.label, row.above, row.below) for row in sheet.rows for each in row.ours] == [
        ("1a", False, True),
        ("2", False, False),
        ("1b", False, False),
    ]
    assert [row.labels for row in sheet.rows if row.theirs] == [["2"], ["1a", "1b"]]


def test_sentences_that_follow_one_another_share_the_row() -> None:
    """Two sentences made of one stand together beside it."""
    sheet = sheet_of(read(OURS, kind="text"), _source(OURS, THEIRS, (0, 0), (1, 0)), None)
    assert [[each.label for each in row.ours] for row in sheet.rows] == [["1a", "1b"], [""]]


@pytest.mark.parametrize(
    ("pairs", "text", "jumps"),
    [
        (((0, 0), (1, 1), (2, 2)), None, [0, 0, 0]),
        (((0, 1), (2, 2)), None, [1, 0, 0]),
        (((0, 2), (1, 1), (2, 0)), None, [2, -1, -1]),
        (((0, 0), (2, 2)), THEIRS, [0, 0, 0]),
        (((0, 2), (2, 0)), THEIRS, [2, 0, -2]),
    ],
)
def test_a_way_through_the_source_that_jumps_is_told(
    pairs: tuple[tuple[int, int], ...], text: str | None, jumps: list[int]
) -> None:
    """Where the source's sentences do not follow one another, the row says how many lie between; shown sentences need no telling."""
    sheet = sheet_of(read(OURS, kind="text"), _source(OURS, THEIRS, *pairs), text)
    assert [row.jump for row in sheet.rows] == jumps


def test_without_texts_the_articles_sentences_are_numbered() -> None:
    """An archive of fingerprints tells which sentences align, and where in the source."""
    sheet = sheet_of(read(OURS, kind="text"), _source(OURS, THEIRS, (0, 0), (2, 2), quotes=False))
    assert [(row.ours[0].label, row.place, row.theirs) for row in sheet.rows] == [
        ("1", 1, None),
        ("", 0, None),
        ("2", 3, None),
    ]
    assert not sheet.quoted


def test_a_rewrite_shows_both_texts_whole(scorer: Scorer) -> None:
    """Of a real pair, every character of both texts but white space stands in one row, in the article's order."""
    document, other, matcher = read(REWRITE, kind="text"), read(ORIGINAL, kind="text"), Matcher(scorer.model)
    (found,) = matcher.match(matcher.look_up(document), [Candidate("s", "", matcher.print(other).packed)])
    sheet = sheet_of(document, quoted(found, other.text), other.text)
    ours = " ".join(each.text for row in sheet.rows for each in row.ours)
    theirs = " ".join(f"{row.before} {row.theirs.text if row.theirs else ''} {row.unused}" for row in sheet.rows)
    assert ours.split() == document.text.split()
    assert sorted(theirs.split()) == sorted(other.text.split())
    assert sum(row.begins for row in sheet.rows) == len(document.blocks)


@pytest.mark.parametrize(
    ("one", "other", "left", "right"),
    [
        ("Rain closed the port of Orsa.", "The port of Orsa is closed.", ["the port of Orsa"], ["The port of Orsa"]),
        ("It was 12 degrees.", "At 12 it froze.", ["12"], ["12"]),
        ("She said so to him.", "He said to go.", [], []),
        ("Mayor Ana Lind’s plan", "The plan of Ana Lind's", ["Ana Lind’s"], ["Ana Lind's"]),
    ],
)
def test_shared_words_are_runs_or_telling_words(one: str, other: str, left: list[str], right: list[str]) -> None:
    """Runs of three words count, and long words, numbers and names by themselves; a lone "to" does not."""
    ours, theirs, same, _ = common(one, other)
    assert ([one[a:b] for a, b in ours], [other[a:b] for a, b in theirs], same) == (left, right, False)


def test_the_same_words_need_no_marks() -> None:
    """Sentences that differ in nothing but signs and capitals are the same, word for word."""
    assert common("The port, he said, is shut.", "“The port,” he said, “is shut”")[:3] == ((), (), True)
    assert common("…", "!")[2] is False


@given(st.text("ab1 .A", max_size=60), st.text("ab1 .A", max_size=60))
def test_shared_words_are_the_same_in_both(one: str, other: str) -> None:
    """The spans rise, do not overlap, and hold the same words on both sides."""
    left, right, _, _ = common(one, other)
    for spans in (left, right):
        assert all(a < b for a, b in spans)
        assert all(before[1] <= after[0] for before, after in pairwise(spans))
    words = [one[a:b].lower().replace(".", " ").split() for a, b in left]
    assert words == [other[a:b].lower().replace(".", " ").split() for a, b in right]


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ([0, 1], ""),
        ([0, 1, 1, 5], "in the same order"),
        ([0, 3, 2, 5], "mostly in the same order"),
        ([9, 5, 3, 1], "in another order"),
    ],
)
def test_the_order_is_told_in_words(at: list[int], told: str) -> None:
    """Sentences in the source's order speak for a rewrite; of fewer than three nothing is said."""
    pairs = tuple(Aligned(n, n + 1, "x", place, 0.5) for n, place in enumerate(at))
    assert order_of(Source("s", "", "rewrite", 0.9, 0.8, pairs)) == told


@given(
    st.lists(
        st.tuples(
            st.integers(-5, 80),
            st.integers(-5, 80),
            st.integers(0, 6),
            st.none() | st.text("ab ", max_size=9),
            st.none() | st.integers(-3, 40),
            st.none() | st.integers(-3, 40),
        ),
        max_size=8,
    )
)
def test_no_alignment_loses_text_of_the_article(
    pairs: list[tuple[int, int, int, str | None, int | None, int | None]],
) -> None:
    """Whatever spans an alignment claims, overlapping, outside or empty, the article stands there whole and once."""
    document = read("Fog shut the port.\n\nNobody was hurt. A ferry stayed in Orsa.", kind="text")
    alignment = tuple(Aligned(a, b, "", place, 0.5, c, d, quote) for a, b, place, quote, c, d in pairs)
    sheet = sheet_of(document, Source("s", "", "rewrite", 0.9, 0.8, alignment), THEIRS)
    ours = "".join(each.text for row in sheet.rows for each in row.ours)
    assert "".join(ours.split()) == "".join(document.text.split())


def _many(count: int, words: str) -> tuple[Document, Source]:
    text = " ".join(f"{words} {n}." for n in range(count))
    return read(text, kind="text"), _source(text, text, *((n, n) for n in range(count)))


def test_thousands_of_sentences_are_cut() -> None:
    """Of an alignment that no archive makes, the first sentences are shown and the others counted; the text stays whole."""
    document, source = _many(3000, "Fog shut the port")
    sheet = sheet_of(document, source, document.text)
    assert (sheet.aligned, sheet.left_out) == (3000, 3000 - MOST_PAIRS)
    assert max(row.number for row in sheet.rows) == MOST_PAIRS
    assert sum(len(each.text) for row in sheet.rows for each in row.ours) > len(document.text) - 3001


def test_comparing_words_has_an_end() -> None:
    """Sentences of one word over and over are shown, and at some point no longer compared."""
    document, source = _many(60, "aa bb " * 100 + "Cc")
    source = dataclasses.replace(
        source, alignment=tuple(dataclasses.replace(each, source_quote="aa " * 400) for each in source.alignment)
    )
    sheet = sheet_of(document, source)
    assert not sheet.compared
    assert all(row.theirs for row in sheet.rows)


def test_only_the_beginning_of_a_long_sentence_is_compared() -> None:
    """Shared words lie in the part of a sentence that is shown."""
    left, right, _, _ = common("Abcde " * LONGEST, "b Abcde " * LONGEST)
    assert left[-1][1] <= LONGEST >= right[-1][1]
