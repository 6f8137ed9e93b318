"""Markup that would be copied without end is refused before it is parsed, and no real shape of it is."""

import pytest

from copydesk import DocumentTooLarge, read
from copydesk.guards import check_markup

BIG = "x" * 500_000


@pytest.mark.parametrize(
    "opening",
    [
        f'<b id="{BIG}">',
        f"<B id='>{BIG}'>",
        f"<strong {BIG}>",
        f'<b =" y=">{BIG}">',
        f"<font/color={BIG}>",
        "".join(f"<i id='{n}{'z' * 1_000}'>" for n in range(500)),
        f"<b id='{BIG}'><code></code></i>",
    ],
)
def test_attributes_that_paragraphs_copy_are_refused(opening):
    """A formatting element that stays open is copied into every paragraph behind it, its attributes with it."""
    with pytest.raises(DocumentTooLarge, match="formatting elements with too many attributes"):
        read("<p>" + opening + "<p>word" * 300, kind="html")


@pytest.mark.parametrize(
    "source",
    [
        f"<p><b id='{BIG}'>word</b>" + "<p>word" * 300,
        f"<p><img src='data:{BIG}'>" + "<p>word" * 300,
        f"<p>word<script>x = '<b id={BIG}'</script>" + "<p>word" * 300,
        "".join(f"<p><a href='/{'y' * 900}{n}'>word</a>" for n in range(2_000)),
    ],
)
def test_attributes_that_nothing_copies_are_read(source):
    """An element that is closed, one that formats nothing, a script, and many links with long addresses do no harm."""
    check_markup(source)
