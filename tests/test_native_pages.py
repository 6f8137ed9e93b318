"""Pages read with compiled twins are read as without: elements and lines, their region, blocks, and markup that is refused."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from copydesk import guards, region
from copydesk.compiled import TWINS
from copydesk.document import Block, Link, Sentence
from copydesk.drafts import Draft
from copydesk.guards import check_markup
from copydesk.reading import _lead
from copydesk.sentences import split
from copydesk.walking import SKIPPED, Walk

pytestmark = pytest.mark.skipif(not TWINS, reason="installed without a compiler")

NAMES = "p b i em a h1 h2 li ul td div blockquote figcaption pre code article nav aside summary main".split()
ATTRIBUTES = [
    "",
    " class='a b c d e'",
    " id='x y'",
    " class='comments related'",
    " class",
    " id=''",
    " href=/a",
    " class=caption",
]
PIECES = st.one_of(
    st.builds("<{}{}>".format, st.sampled_from(NAMES), st.sampled_from(ATTRIBUTES)),
    st.builds("</{}>".format, st.sampled_from(NAMES)),
    st.sampled_from(
        ["Three lamps burned. ", "The harbour of Ostwick closed early, its master said. " * 3, "x" * 700, " ", "\n"]
    ),
)
BYTES = st.lists(
    st.sampled_from(
        [
            "<",
            "<b",
            "<B ",
            "<a ",
            "</b>",
            "</a>",
            "<em",
            "<strong x",
            "</STRONG>",
            "</",
            "=",
            '"',
            "'",
            " ",
            "/",
            ">",
            "x",
            "\n",
            '<font y="',
            "\v",
            "é",
        ]
    ),
    max_size=40,
).map(lambda pieces: "".join(pieces).encode())


class _Attributes(dict):
    """Attributes as BeautifulSoup hands them over: classes as a list."""

    def __init__(self, attributes):
        super().__init__(attributes)
        if self.get("class"):
            self["class"] = self["class"].split()


def _lines(source, monkeypatch, twin, listed=False):
    """The lines of a source, made of classes in Python or of compiled ones."""
    with monkeypatch.context() as patch:
        for name in ("Element", "Line"):
            patch.setattr(f"copydesk.walking.{name}", TWINS[f"walking.{name}"][twin])
        walk = Walk(lambda node: _Attributes(node.attributes) if listed else node.attributes)
        _lead(walk, LexborHTMLParser(source).body, set(), SKIPPED)
        return walk.finish()


def _told(element):
    return element and (
        element.tag,
        element.label,
        element.attribute("id"),
        element.attribute("none"),
        element.pre,
        element.code,
    )


def _described(line):
    above, at = [], line.holder
    while at is not None:
        above.append((*_told(at), _told(at.anchor)))
        at = at.parent
    links = [(start, end, _told(anchor)) for start, end, anchor in line.links]
    return line.text, line.path, line.kind, line.linked, line.skipped, _told(line.inner), links, above


SOURCES = st.lists(PIECES, max_size=60).map("".join)
EXTREME = [
    "",
    "x",
    "<b id=" + "y" * 1_000_000 + ">" + "z" * 1_000_000,
    "<div class='comment'>" * 400 + "word, " * 50,
    "\ufffd",
]


@pytest.fixture(scope="module")
def patched():
    """A monkeypatch that hypothesis may use for all its examples."""
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@given(SOURCES, st.booleans())
def test_elements_and_lines_are_alike(patched, source, listed):
    """Lines know their kind, path, links and the elements above in both classes, whichever parser lists the classes."""
    by_python, by_twin = ([_described(line) for line in _lines(source, patched, twin, listed)] for twin in (0, 1))
    assert by_python == by_twin


@pytest.mark.parametrize("source", EXTREME)
def test_extreme_lines_are_alike(patched, source):
    """No line at all, a name of a megabyte and deep comments are told alike."""
    by_python, by_twin = ([_described(line) for line in _lines(source, patched, twin)] for twin in (0, 1))
    assert by_python == by_twin


def _region(lines):
    """What the functions on regions find, elements as the places of lines that hold them."""
    weights = [region._prose(line) if len(line.text) >= 20 else 0 for line in lines]
    found = []
    for twin in (0, 1):
        asides = TWINS["region.asides"][twin](lines, weights, region._ASIDE_TAGS, region._ASIDE.search)
        homes = [TWINS["region.home"][twin](line.holder) for line in lines]
        runs = [TWINS["region.heaviest_run"][twin](lines, weights, home) for home in homes[:5]]
        found.append((asides, homes, runs))
    return found


@given(SOURCES)
def test_regions_are_alike(patched, source):
    """The same elements stand aside, the same ones hold paragraphs, and the same lines weigh most."""
    by_python, by_twin = _region(_lines(source, patched, 1))
    assert by_python == by_twin


def test_many_lines_have_regions_alike(patched):
    """Fifty thousand lines, every third of them prose, and none at all."""
    prose = "<p>The ferry to Nordholm sails at nine, and nobody at the pier had heard of a delay.<p>Menu<li class=teaser>More"
    for source in ("", "<main>" + prose * 16_000):
        by_python, by_twin = _region(_lines(source, patched, 1))
        assert by_python == by_twin


DRAFTS = st.builds(
    Draft,
    st.text(min_size=1, max_size=60) | st.just("One lamp. Two lamps! \ud800 Three."),
    st.sampled_from(["paragraph", "code", "item"]),
    st.sampled_from(["p", ""]),
    st.just("p < body"),
    st.lists(st.tuples(st.integers(0, 9), st.integers(9, 20), st.just("/a"), st.just("nofollow")), max_size=3).map(
        tuple
    ),
)


@given(st.lists(DRAFTS, max_size=8), st.integers(0, 300), st.integers(0, 8))
def test_blocks_are_placed_alike(drafts, most_text, most_blocks):
    """The same blocks, links and sentences stand at the same places, and too many of them are told by both."""
    given = (split, Block, Sentence, Link, 2, most_text, most_blocks)
    by_python, by_twin = (placed(iter(drafts), *given) for placed in TWINS["drafts.placed"])
    assert by_python == by_twin
    assert repr(by_python) == repr(by_twin)


def test_blocks_stay_frozen():
    """What the twin has made cannot be changed either, and hashes as its equal."""
    _, (block,), _ = TWINS["drafts.placed"][1]([Draft("One lamp.")], split, Block, Sentence, Link, 2, 99, 9)
    with pytest.raises(AttributeError):
        block.start = 1
    assert hash(block) == hash(Block(0, 9))


def _tags(raw):
    code = np.frombuffer(raw, dtype=np.uint8)
    at = np.flatnonzero(code == ord("<"))
    opened = [most_open(code, at) for most_open in TWINS["guards.most_open"]]
    return opened, [copied(raw, at) for copied in TWINS["guards.copied"]]


@given(BYTES)
def test_tags_are_counted_alike(raw):
    """Tags, quotes and half of both in any order: as many are open, with as many bytes."""
    for by_python, by_twin in _tags(raw):
        assert by_python == by_twin


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<",
        b"</",
        b"<b",
        b"<b ",
        b"<" * 100_000,
        b"<b>" * 99_999,
        b"<b '" * 50_000,
        b"<a x=" + b"y" * 1_000_000,
        b"<em/>",
    ],
)
def test_extreme_tags_are_counted_alike(raw):
    """An end after every letter of a tag, a hundred thousand tags and one of a megabyte."""
    for by_python, by_twin in _tags(raw):
        assert by_python == by_twin


def test_scripts_hold_no_crowded_tags():
    """A script that compares with `<` is looked through neither as a tag nor at length; outside of it the same is refused."""
    crowded = "<i a" + " b" * guards.MOST_ATTRIBUTES + ">"
    numbers = " ".join(map(str, random.Random(1).choices(range(99), k=9_000)))
    assert guards._clearly_harmless(f"<script>for (k<n {numbers}) </script><p>Seen".encode())
    assert not guards._clearly_harmless(f"<script>x</SCRIPT><p>{crowded}".encode())
    assert not guards._clearly_harmless(f"<script>x</script><p>{crowded}".encode())
    with pytest.raises(guards.DocumentError, match="attributes"):
        check_markup(f"<script>x</script><p>{crowded}" + "x" * 16_000)
