"""The twins of what is seen of blocks and words give what their references give, of ordinary and of hostile text."""

import sys

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from copydesk import block_features
from copydesk.block_names import cue_codes, host, marks, path_codes
from copydesk.compiled import TWINS
from copydesk.cues import tables
from copydesk.normalise import PLAIN, fold
from copydesk.traits import TRAITS

pytestmark = pytest.mark.skipif(not TWINS, reason="installed without a compiler")
PIECES = (
    "Also read", "READ MORE:", "Lesen Sie auch | ", "Subscribe", "12 shares", "pic.twitter.com/ab", "(@bo)", "1.", "2) ",
    "12 Boats", " ", "www.ilsand.example", "$12.99", "\u00a35", "{{x}}", "<%", "null", "UNDEFINED", "[/b]", "3 days ago", " ago",
    "a.jpg", "12:30", "\u0130", "ADVERTISEMENT", "don't", "don\u2019t miss", "\u03a3\u0391\u03a3", "stra\u00dfe", "\u01c5ep",
    "\u00bd", "\u2167", "\u0663", "\u4e2d\u6587", "\u0e44\u0e17\u0e22", "\u200b", "\ud800", "\udfff", "\U0001f600", "\u2014",
    "-", ">", "_", ".", "!\u201d", "''", "`", "\u2026", "\n", "\x85", "\0",
    "The ferry to Brenkhaven sails at six from the quay below the bakery of Mara Oduya, who waits there with her bread.",
)  # fmt: skip
PATHS = ("", "p", "p.entry-text < div#mainArticle.c-inlineTeaser < main", "li.A.BCd.eF < ul < nav < x.y < z")
HREFS = (
    "", "#top", "/news/1-2-3-4", "//b.example/x", "/\t/b.example/", "https://www.a.example/aB/CDef?q=//z", "https://A.Example",
    "http://u@b:1/", "https://[broken", "mailto:desk@a.example", "javascript:x", "HTTPS://a.example/", " /a", "http://",
    "https://\u00e9.example/\ud800", "x//y///z-Q", "https://www.a.example\n/", "https:///x",
)  # fmt: skip
lines = st.lists(
    st.one_of(
        st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join),
        st.text(min_size=1, max_size=60),
        st.integers(0, 5).map(lambda number: f"{number}. Boats"),
    ),
    max_size=12,
)


def same(name: str, *arguments: object) -> None:
    """Both functions of TWINS[name] give the same, to the type of every number."""
    expected, found = (function(*arguments) for function in TWINS[name])
    if not isinstance(expected, tuple):
        expected, found = (expected,), (found,)
    for one, other in zip(expected, found, strict=True):
        assert type(one) is type(other)
        if isinstance(one, np.ndarray):
            assert (one.dtype, one.shape) == (other.dtype, other.shape)
            assert np.array_equal(one, other)
        else:
            assert one == other


def spans(texts: list[str]) -> tuple[str, list[int], list[int]]:
    """The texts with blank lines between them, and where each begins and ends."""
    ends = np.cumsum([len(text) + 2 for text in texts], dtype=np.int64) - 2
    return "\n\n".join(texts), [int(e) - len(t) for e, t in zip(ends, texts, strict=True)], [int(e) for e in ends]


def same_looks(texts: list[str], seed: int, title: str = "") -> None:
    """The look of blocks with these texts is the same; all else about them is drawn by chance."""
    chance = np.random.default_rng(seed)
    text, starts, ends = spans(texts)
    blocks = [
        (
            start,
            end,
            str(chance.choice(["paragraph", "heading", "item"])),
            str(chance.choice(["p", "h2", ""])),
            PATHS[chance.integers(len(PATHS))],
            float(chance.choice([0.0, 0.2, 0.5, 1.0])),
            int(chance.integers(0, 8)),
            HREFS[chance.integers(len(HREFS))],
            str(chance.choice(["", "nofollow sponsored", "a b c d"])),
        )
        for start, end in zip(starts, ends, strict=True)
    ]
    prose = chance.random(len(blocks)) < 0.4
    fit = chance.choice([0.0, 0.05, 0.2, 0.33, 1.0], (len(blocks), 2)).astype(np.float32)
    answers = (chance.random((len(blocks), TRAITS)) < 0.3).astype(np.float32)
    words = set(title.lower().split())
    site = str(chance.choice(["", "a.example"]))
    asked = path_codes, marks, cue_codes, host
    same("block_features.hashed", text, blocks, prose, fit, answers, words, "page", site, tables(), asked)


@settings(deadline=None)
@given(lines, st.integers(0, 1 << 20))
@example([], 0)
@example(["\0", "a\0"], 1)
def test_blocks_look_alike(texts, seed):
    """Any lines, with any links, paths and measurements, have the same features in the same order, and the same look."""
    same_looks(texts, seed, "the ferry to \u0130lsand, don't miss stra\u00dfe")


@pytest.mark.parametrize("href", HREFS)
def test_links_lead_to_the_same_places(href):
    """An address is taken apart alike, whether it is plain or has to be asked about."""
    block = (0, 4, "item", "li", "li", 1.0, 1, href, "")
    none, nothing = np.zeros((1, TRAITS), dtype=np.float32), np.zeros((1, 2), dtype=np.float32)
    asked = path_codes, marks, cue_codes, host
    for site in ("", "a.example"):
        same(
            "block_features.hashed", "Boat", [block], np.zeros(1, dtype=np.bool_), nothing, none, set(), "page", site, tables(), asked
        )  # fmt: skip


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from([*PATHS, " < ", "<", ".", "#", "aB", "Abc", "ABc", "x-Promo__Item", "\u00e9", "\ud800"])
    ).map("".join)
)
def test_paths_are_hashed_alike(path):
    """The elements and class words of any path are hashed in the same order."""
    same("block_names.path_codes", path)


def test_every_phrase_is_found_alike():
    """Each lead-in and label is seen at the beginning and the end of a line: alone, marked, in capitals, within a sentence."""
    phrases = sorted(tables()[0])
    shapes = ("{}", "{}: Ferry", "Boats, {}", "{} of the ferry", "{} \u00bb", "x {}.", "  {} ] | y")
    same_looks([shape.format(phrase) for phrase in phrases for shape in shapes], 3)
    same_looks([shape.format(phrase.upper()) for phrase in phrases for shape in shapes[:4]], 4)


def test_every_letter_is_lowered_and_hashed_alike():
    """Each letter with a case, by itself, at the end of a word and before another, gives the hash of its lower case."""
    cased = [chr(c) for c in range(sys.maxunicode + 1) if chr(c).lower() != chr(c) or chr(c).istitle()]
    same_looks([f"{c}{c}b {c} aB{c}" for c in cased], 5)
    same_looks(["".join(cased[i : i + 38]) for i in range(0, len(cased), 38)], 6)


def test_every_character_is_a_term_or_none_alike():
    """Each character of Unicode parts words or belongs to one, and is hashed as UTF-8."""
    text = "".join(f"{chr(c)} ab{chr(c)} {chr(c)}cdefghi\n" for c in range(sys.maxunicode + 1))
    same("article.terms_of", text, [0, 5], [5, len(text)])


@settings(deadline=None)
@given(lines)
def test_words_and_sentences_are_counted_alike(texts):
    """Topic words, scored forms, running prose and paragraphs are the same of any lines."""
    text, starts, ends = spans(texts)
    lowered = "".join(low if len(low := c.lower()) == 1 else c for c in text)
    same("article.terms_of", lowered, starts, ends)
    same("article.folded", text, starts, ends, PLAIN, fold)
    same("article.prose_of", tuple(texts), [len(t) % 4 > 0 for t in texts])
    whole = [(start, end) for start, end in zip(starts, ends, strict=True) if start < end]
    densities = [0.25 * (start % 4) for start, _ in whole]
    same("article.paragraphs_of", text, [s for s, _ in whole], [e for _, e in whole], densities, ".!?\u3002\u201d")


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(["a ", "b", "'", "\u2019", '"', "\u201d", ".", "!", ")", "\n", " ", "`", "\u00ad"]), max_size=20
    )
)
def test_ends_and_quotes_are_judged_alike(pieces):
    """Doubled quotes, invisible characters and closing marks in any order fold and close alike."""
    text = "".join(pieces)
    same("article.folded", text, [0], [len(text)], PLAIN, fold)
    same("article.prose_of", (text,), [True])


@settings(deadline=None)
@given(lines, st.integers(0, 1 << 20))
def test_lines_answer_alike(texts, seed):
    """Signatures, counted headings and twins are found in the same lines."""
    text, starts, ends = spans(texts * 2)
    prose = np.random.default_rng(seed).random(len(starts)) < 0.3
    same("traits.traits_of", text, starts, ends, prose, lambda line: "(@" in line or "pic." in line)


@pytest.mark.parametrize("word", ["a", "\u00e9", "A-", "9", "\ud800", "\u0130", ". ", "Read "])
def test_a_line_of_a_megabyte_is_taken(word):
    """One endless line is measured like any other."""
    text = word * (1_000_000 // len(word))
    same_looks([text], 7)
    same("traits.traits_of", text, [0], [len(text)], np.zeros(1, dtype=np.bool_), lambda line: True)
    same("article.terms_of", text, [0], [len(text)])
    same("article.folded", text, [0], [len(text)], PLAIN, fold)


def test_very_many_lines_are_taken():
    """A hundred thousand lines, all numbered and half of them twins, take one pass."""
    text, starts, ends = spans([f"{i % 9}. Boats" if i % 2 else f"Line {i}" for i in range(100_000)])
    prose = np.arange(100_000) % 5 == 0
    same("traits.traits_of", text, starts, ends, prose, lambda line: False)
    asked = path_codes, marks, cue_codes, host
    blocks = [(s, e, "item", "li", "li.x", 0.0, 1, f"/a-{s}", "") for s, e in zip(starts, ends, strict=True)]
    none = np.zeros((len(blocks), TRAITS), dtype=np.float32)
    _, hashed = TWINS["block_features.hashed"]
    column, row, look = hashed(text, blocks, prose, none[:, :2], none, set(), "page", "", tables(), asked)
    assert row[-1] == len(blocks) - 1
    assert column.shape == row.shape
    assert look.shape == (len(blocks), block_features.LOOKS)
