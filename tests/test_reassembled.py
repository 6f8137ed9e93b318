"""A document out of its text alone, as an archive keeps it."""

from __future__ import annotations

import pytest
from stories import ORIGINAL

from copydesk import DocumentError, read, reassembled


@pytest.mark.parametrize(
    "document",
    [
        read(ORIGINAL, kind="text", id="a", title="b"),
        read("<h2>One head</h2><p>First line. Second line.</p><ul><li>item</li></ul>", kind="html", id="a", title="b"),
        read(
            "short lines that were\nwrapped by hand in a\nmail. And then more of\nit came.",
            kind="text",
            id="a",
            title="b",
        ),
    ],
)
def test_the_same_text_and_sentences(document):
    """Text, hash, sentences and blocks stand where they stood."""
    again = reassembled(document.text, title="b", id="a")
    assert (again.text, again.content_hash) == (document.text, document.content_hash)
    assert again.sentences == document.sentences
    assert [(x.start, x.end) for x in again.blocks] == [(x.start, x.end) for x in document.blocks]


def test_an_empty_text_is_a_paragraph_without_sentences():
    """No text at all has no sentence."""
    assert reassembled("").sentences == ()


def test_too_large_a_text_is_refused():
    """What is no article's text is a DocumentError."""
    with pytest.raises(DocumentError):
        reassembled("a" * (2 * 1024 * 1024 + 1))
