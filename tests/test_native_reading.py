"""Reading with compiled twins gives what it gives without: sentences, and the lines of a tree of HTML."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from copydesk import DocumentTooLarge, read, sentences
from copydesk.compiled import TWINS
from copydesk.walking import BREAKING, SKIPPED, Element, Line

pytestmark = pytest.mark.skipif(not TWINS, reason="installed without a compiler")

MARKS = [*"aAzZ19._,;: \n\t/@%-«»()[]\"'“”‘’", *".!?…。！？।", "...", "?!", ". ", ".\u00a0", ".\u2028", "\u00b2"]
ABBREVIATED = "Mr No Jan U.S inc e.g Dr The the In com www said Ärger ß J A I 2019 K. \u0663 \U0001d41a".split()
WORDS = st.sampled_from([*MARKS, *ABBREVIATED, "\ud800", "x" * 40])


@given(st.lists(WORDS, max_size=40).map("".join), st.integers(0, 6), st.integers(0, 6))
def test_sentences_end_alike(text, before, behind):
    """Stops, marks, abbreviations and foreign letters in any order give the same sentences, in a part of a text, too."""
    start, stop = min(before, len(text)), max(len(text) - behind, 0)
    by_python, by_twin = (spans(text, start, stop, sentences._JUDGING) for spans in TWINS["sentences.spans"])
    assert by_python == by_twin


@pytest.mark.parametrize(
    "text",
    ["", " ", ".", "." * 1_000_000, "a" * 1_000_000, "A. " * 50_000, "。" * 9, ".Th" * 999, '."' * 9_999 + " So"],
)
def test_sentences_of_extremes_end_alike(text):
    """Nothing, one mark and a megabyte of one give the same sentences."""
    by_python, by_twin = (spans(text, 0, len(text), sentences._JUDGING) for spans in TWINS["sentences.spans"])
    assert by_python == by_twin


TAGS = "p div a b pre code li blockquote span td noscript template svg select section".split()
TEXTS = [
    "a",
    " ",
    "\n",
    "Salt",
    "the ferry leaves",
    " long enough to run on over a break,",
    "\n\n",
    "\n \t\n",
    "\u00a0",
    "\u200b",
]
PIECES = st.one_of(
    st.sampled_from(TEXTS),
    st.sampled_from(
        ["<br>", "<hr>", "<!-- c -->", "<meta name=x>", "<script>1</script>", "<img>", "<table><tr>", "<p hidden>"]
    ),
    st.builds("<{}>".format, st.sampled_from(TAGS)),
    st.builds("</{}>".format, st.sampled_from(TAGS)),
    st.builds('<{} style="display: none" class="k">'.format, st.sampled_from(TAGS)),
)


def _described(element, index):
    """All that a line's element says of itself, and of those above it."""
    if element is None:
        return None
    if element not in index:
        hidden = element.hidden_in and (_described(element.hidden_in[0], index), element.hidden_in[1])
        above, anchor = _described(element.parent, index), _described(element.anchor, index)
        index[element] = (
            element.tag,
            element.node.mem_id,
            element.pre,
            element.code,
            hidden,
            anchor,
            above and above[1],
        )
    return index[element]


def _walked(source):
    tree = LexborHTMLParser(source)
    hidden = {node.mem_id for node in tree.css("[hidden], [style]")}
    given = (
        tree.body,
        hidden,
        SKIPPED,
        BREAKING,
        frozenset(("meta", "script")),
        Element,
        Line,
        lambda node: node.attributes,
    )
    found = []
    for walked in TWINS["reading.walked"]:
        lines, told = walked(*given)
        index = {}
        found.append(
            (
                [
                    (
                        line.text,
                        _described(line.holder, index),
                        _described(line.inner, index),
                        [(start, end, _described(anchor, index)) for start, end, anchor in line.links],
                        [node.mem_id for node in line.nodes],
                        line.skipped,
                        line.linked,
                    )
                    for line in lines
                ],
                [node.mem_id for node in told],
            )
        )
    return found


@given(st.lists(PIECES, max_size=60).map("".join))
def test_trees_are_walked_alike(source):
    """Elements opened and closed in any order give the same lines, held by the same elements."""
    by_python, by_twin = _walked(source)
    assert by_python == by_twin


@pytest.mark.parametrize(
    "source",
    [
        "",
        "<div>" * 1_000 + "<a href=/x>deep</a> and <b>bold</b>",
        "<pre>" + "<b>" * 300 + "one\n\ntwo",
        "<a href=/y>" + "<span>" * 400 + "<pre>x\n\n y<code> z </code>",
        "<p>" + "word " * 200_000,
        "<p>x<br>" * 5_000,
        "<i>" + "<p hidden>" * 300 + "unseen",
        "<svg><style><title>t</title></style><g><meta></g></svg><p>seen<select><option>one",
    ],
)
def test_extreme_trees_are_walked_alike(source):
    """Depths over the limit, one long word list and many breaks give the same lines."""
    by_python, by_twin = _walked(source)
    assert by_python == by_twin


def test_too_many_lines_are_told_by_both():
    """The walk in Python refuses a page of endless lines itself, the compiled one stops behind the limit and is refused."""
    with pytest.raises(DocumentTooLarge, match="50,000 lines"):
        read("<main>" + "<p>word" * 60_000, kind="html")
