"""The table is readable, fits the terminal, and shows nothing of a stranger's that could drive it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from click import unstyle
from hypothesis import given
from hypothesis import strategies as st

from copydesk import Report, SignalResult, Source
from copydesk.plugin.table import Table, cut, visible, width, worst

ReportMaker = Callable[..., Report]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text", "plain text"),
        ("two\nlines\tand more", "two lines and more"),
        ("\x1b[31mred\x1b[0m", "\ufffd[31mred\ufffd[0m"),
        ("\x9b2Jgone", "\ufffd2Jgone"),
        ("bell\x07", "bell\ufffd"),
        ("\u202egnp.exe", "gnp.exe"),
        ("zero\u200bwidth", "zerowidth"),
        ("half \ud800", "half \ufffd"),
        ("“Ōtsuki” 東京", "“Ōtsuki” 東京"),
    ],
)
def test_strangers_text_is_made_harmless(text: str, shown: str) -> None:
    """Controls become U+FFFD, invisible marks go, everything readable stays."""
    assert visible(text) == shown


@given(text=st.text())
def test_nothing_shown_can_drive_a_terminal(text: str) -> None:
    """Whatever the text, what is shown is one line without any control character."""
    shown = visible(text)
    assert not {unicodedata.category(char) for char in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@pytest.mark.parametrize(("text", "cells"), [("", 0), ("abc", 3), ("東京", 4), ("e\u0301", 1), ("ｆ", 2)])
def test_width_counts_terminal_cells(text: str, cells: int) -> None:
    """East Asian wide characters take two cells, accents none."""
    assert width(text) == cells


@pytest.mark.parametrize(
    ("text", "cells", "shown"),
    [
        ("short", 5, "short"),
        ("longer", 5, "long…"),
        ("one two", 5, "one…"),
        ("東京東京", 5, "東京…"),
        ("東京東京", 4, "東…"),
        ("e\u0301" * 3, 2, "e\u0301…"),
        ("a" + "\u0301" * 100, 5, "a" + "\u0301" * 19 + "…"),
    ],
)
def test_text_is_cut_to_cells(text: str, cells: int, shown: str) -> None:
    """A text that does not fit ends in an ellipsis, and a pile of accents has an end."""
    assert cut(text, cells) == shown


@given(text=st.text().map(visible), cells=st.integers(1, 40))
def test_a_cut_text_fits(text: str, cells: int) -> None:
    """No text is wider than the room that it was cut to."""
    assert width(cut(text, cells)) <= cells


def test_a_row_shows_action_scores_and_id(make_report: ReportMaker) -> None:
    """Each signal has its column, flagged ones a mark, missing ones a dash."""
    report = make_report("review", flagged=("rewrite",))
    report.signals["feed_debris"] = SignalResult(None, False, 0.5)
    assert Table().add(report).split() == ["review", "0.12", "0.99*", "0.10", "0.10", "-", "a.html"]


def test_columns_stand_below_their_names(make_report: ReportMaker) -> None:
    """Flagged or not, coloured or not, the columns end where their names end."""
    head, row = Table().start(), Table().add(make_report("hold", flagged=("seo_padding",)))
    for name, number in (("score", "0.12"), ("rewrite", "0.10"), ("padding", "0.99"), ("debris", "0.10")):
        assert head.index(name) + len(name) in {i + len(number) for i in range(len(row)) if row.startswith(number, i)}


def test_the_worst_line_of_each_flagged_signal_is_quoted(make_report: ReportMaker) -> None:
    """Below the row stand the strongest lines, with the number of others; lines of signals not flagged are left out."""
    report = make_report(
        "hold",
        flagged=("injected_links", "feed_debris"),
        lines=(
            ("injected_links", "Must Read: one", {"score": 0.7}),
            ("injected_links", "Must Read: two", {"score": 0.95}),
            ("feed_debris", "Leave a Reply", {"score": 0.99, "reason": "page-chrome"}),
            ("seo_padding", "In conclusion", {"score": 1.0}),
        ),
    )
    assert [line.strip() for line in Table().add(report).splitlines()[1:]] == [
        "feed_debris    page-chrome: Leave a Reply",
        "injected_links promo-line: Must Read: two (+1 more)",
    ]


def test_related_links_are_no_fault(make_report: ReportMaker) -> None:
    """A link to a related story is evidence in the report, not a line to worry about."""
    report = make_report(flagged=("injected_links",), lines=(("injected_links", "Earlier report", {"related": True}),))
    assert worst(report) == []


def test_an_article_that_cannot_be_judged_says_why(make_report: ReportMaker) -> None:
    """Without any score, the first note stands below the row."""
    assert (
        Table().add(make_report(score=None, notes=("too short to judge",))).splitlines()[1] == "    too short to judge"
    )


def test_the_likeliest_source_stands_below_the_row(make_report: ReportMaker) -> None:
    """What the article was copied or rewritten from is named, with how much of it and how many more; likeness alone is not."""
    found = [
        Source(name, "", relation, 0.9, 0.83)
        for name, relation in (("a", "rewrite"), ("b", "copy"), ("c", "same_event"))
    ]
    assert Table().add(make_report(sources=tuple(found))).splitlines()[1:] == [
        "    source         rewrite of a, 83% of the words (+1 more)"
    ]
    same = Source("x", "", "identical", 1.0, 1.0)
    assert Table().add(make_report(sources=(same,))).splitlines()[1:] == [
        "    source         identical to x, 100% of the words"
    ]
    assert len(Table().add(make_report(sources=tuple(found[2:]))).splitlines()) == 1


@given(quote=st.text(min_size=1), name=st.text(), columns=st.integers(68, 200))
def test_no_line_is_wider_than_the_terminal(make_report: ReportMaker, quote: str, name: str, columns: int) -> None:
    """Hostile or long ids and quotes neither wrap nor break a line."""
    found = (Source(name, quote, "rewrite", 0.9, 0.8),) * 3
    report = make_report(
        "hold", flagged=("feed_debris",), lines=(("feed_debris", quote, {}),) * 3, id=name, sources=found
    )
    lines = unstyle(Table(columns, colour=True).add(report)).split("\n")
    assert [len(lines), lines[-1]] == [4, ""]
    assert all(width(line) <= columns for line in lines)


def test_colour_is_optional(make_report: ReportMaker) -> None:
    """Without colour there is no escape sequence at all; with it, hold is red."""
    report = make_report("hold", flagged=("rewrite",), lines=(("rewrite", "Spun.", {}),))
    plain, coloured = Table(), Table(colour=True)
    assert "\x1b" not in plain.start() + plain.add(report) + plain.end(1)
    assert "\x1b[31m" in coloured.add(report)
    assert unstyle(Table(colour=True).add(report)) == Table().add(report)


def test_totals_count_actions_and_failures(make_report: ReportMaker) -> None:
    """The last line counts what was seen, failures included."""
    table = Table()
    for action in ("hold", "publish", "publish"):
        table.add(make_report(action))
    assert table.end(2).strip() == "5 articles: 1 hold, 0 review, 2 publish, 2 not scored"
