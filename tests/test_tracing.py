"""Evidence of a later look, told by its place in the text as it was first read."""

from __future__ import annotations

import pytest

from copydesk import Document, Evidence, read
from copydesk.tracing import Trace


def quoted(document: Document, quote: str, after: int = 0) -> Evidence:
    start = document.text.index(quote, after)
    return Evidence("injected_links", "promo-line", "m", start, start + len(quote), quote, 1.0)


def test_a_line_keeps_its_first_place():
    """Of two lines with the same words the one that is left is found at its own place."""
    first = read("Ad\n\nOne.\n\nAd\n\nTwo.", kind="text")
    trace = Trace(first)
    second = read("One.\n\nAd\n\nTwo.", kind="text")
    trace.follow(second, [quoted(first, "Ad")])
    assert trace.first(quoted(second, "Ad")).start == first.text.rindex("Ad")


def test_places_hold_over_several_cuts():
    """A third look is told by the first text, too."""
    texts = ["a\n\nb\n\nc\n\nd", "b\n\nc\n\nd", "b\n\nd"]
    first, second, third = (read(text, kind="text") for text in texts)
    trace = Trace(first)
    trace.follow(second, [quoted(first, "a")])
    trace.follow(third, [quoted(second, "c")])
    assert trace.first(quoted(third, "d")) == quoted(first, "d")


def test_a_quote_spans_what_was_cut_out_of_it():
    """Words on both sides of an earlier cut are quoted with what stood between them."""
    first, second = read("One. It is hollow. Two.", kind="text"), read("One. Two.", kind="text")
    trace = Trace(first)
    trace.follow(second, [quoted(first, "It is hollow.")])
    assert trace.first(quoted(second, "One. Two.")).quote == first.text


@pytest.mark.parametrize("new", ["new", "b"])
def test_lines_that_came_in_have_no_place(new):
    """A line that was not in the first text keeps its quote and stands at the end; known lines are still found."""
    first, second = read("a\n\nb\n\nc", kind="text"), read(f"b\n\nc\n\n{new}", kind="text")
    trace = Trace(first)
    trace.follow(second, [quoted(first, "a")])
    size = len(first.text)
    assert trace.first(quoted(second, "c")) == quoted(first, "c")
    last = trace.first(quoted(second, new, after=4))
    assert (last.quote, last.start, last.end) == (new, size, size)
