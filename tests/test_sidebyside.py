"""The section of sources on a page: two texts side by side, numbers that lead from one to the other, and hostile texts as text."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.resources import files

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser
from stories import ORIGINAL, REWRITE

from copydesk import Aligned, Candidate, Document, Evidence, Matcher, Report, Scorer, Source, quoted, read
from copydesk.plugin.explain import page
from copydesk.plugin.form import Checked, Form
from copydesk.plugin.page import result
from copydesk.plugin.relations import relation_of
from copydesk.sources import CLAIMS, RELATIONS

ReportMaker = Callable[..., Report]

HOSTILE = "</td></table></details><script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;\u202e\x1b[31m"


def _parsed(html: str) -> BeautifulSoup:
    """The page, of which everything that holds for all of them is checked."""
    soup = BeautifulSoup(html, "html.parser")
    strict = LexborHTMLParser(html)
    # A browser's parser closes and moves what stands where it may not: then it would see another tree.
    assert [each.name for each in soup.find_all(True)] == [each.tag for each in strict.css("*")]
    assert [each.parent.name for each in soup.find_all(True) if each.parent and each.name != "html"] == [
        each.parent.tag for each in strict.css("*") if each.parent and each.tag != "html"
    ]
    ids = [each["id"] for each in soup.select("[id]")]
    assert len(ids) == len(set(ids))
    assert {link["href"] for link in soup.select("a")} <= {f"#{name}" for name in ids}
    assert not soup.select("script, [style], [src], img, svg[onload]")
    assert not [name for each in soup.find_all(True) for name in each.attrs if name.startswith("on")]
    return soup


def _shown(report: Report, document: Document, **more: object) -> BeautifulSoup:
    return _parsed("".join(page(report, document, **more)))  # type: ignore[arg-type]


def _one(soup: BeautifulSoup | Tag, selector: str) -> Tag:
    (found,) = soup.select(selector)
    return found


def _told(element: Tag) -> str:
    return " ".join(element.get_text(" ").split())


@pytest.fixture(scope="module")
def pair(scorer: Scorer) -> tuple[Document, Source, str]:
    """A rewrite, its source as an archive with texts finds it, and the source's text."""
    document, other, matcher = read(REWRITE, kind="text"), read(ORIGINAL, kind="text"), Matcher(scorer.model)
    candidate = Candidate("harbour-1", "A wall at Larkmoor", matcher.print(other).packed)
    (found,) = matcher.match(matcher.look_up(document), [candidate])
    return document, quoted(found, other.text), other.text


def _source(document: Document, *quotes: tuple[str, str | None], **fields: object) -> Source:
    """A source of which sentences align: each is (the article's, the other's)."""
    pairs = []
    for place, (ours, theirs) in enumerate(quotes):
        start = document.text.index(ours)
        pairs.append(Aligned(start, start + len(ours), ours, place, 0.5, None, None, theirs))
    usual: dict[str, object] = {"id": "s-1", "title": "A title", "relation": "rewrite", "score": 0.97, "share": 0.83}
    return Source(**{**usual, "alignment": tuple(pairs), **fields})  # type: ignore[arg-type]


def test_numbers_lead_from_a_sentence_to_its_partner_and_back(
    make_report: ReportMaker, pair: tuple[Document, Source, str]
) -> None:
    """Every sentence that aligns has a link to the other one, which has one back, and both are of one colour."""
    document, source, text = pair
    soup = _shown(make_report(text=document.text, sources=(source,)), document, texts={source.id: text})
    ours = soup.select("td:first-child > .s")
    assert len(ours) == len(source.alignment) > 5
    for sentence in ours:
        pin = _one(sentence, "a.pin")
        partner = _one(soup, f"[id='{pin['href'][1:]}']")
        back = [link["href"] for link in partner.select("a.pin")]
        assert f"#{sentence['id']}" in back
        assert pin.get_text() in [link.get_text() for link in partner.select("a.pin")]
        rows = [each.find_parent("tr")["class"][1] for each in (sentence, partner)]  # type: ignore[index]
        assert rows[0] == rows[1]
    assert {each["class"][1] for each in soup.select("tr.line") if each.select("a.pin")} <= {
        f"k{n}" for n in range(1, 7)
    }


def test_the_summary_is_a_sentence(make_report: ReportMaker) -> None:
    """Relation, share, number of sentences, order and probability are told in words, with what the relation means."""
    document = read("One thing. Two things. Three things.", kind="text")
    source = _source(document, ("One thing.", "A."), ("Two things.", "B."), ("Three things.", "C."))
    block = _one(_shown(make_report(text=document.text, sources=(source,)), document), "#source1")
    assert _told(_one(block, "h3")) == "Rewrite “A title” (s-1)"
    assert _told(_one(block, ".told")) == (
        "83 % of the words stand in sentences that align, 3 of 3 sentences, in the same order. Probability 0.97."
    )
    assert "does not say who reworded it" in block.get_text()


def test_the_page_begins_with_what_the_article_is_made_from(make_report: ReportMaker) -> None:
    """Below the verdict stands the source, with a way to the two texts; the same event is no such thing."""
    document = read("One thing.", kind="text")
    for relation, told in (
        ("rewrite", ["Rewrite of “A title” , probability 0.97. See the two side by side"]),
        ("same_event", []),
    ):
        source = _source(document, ("One thing.", "A."), relation=relation)
        soup = _shown(make_report(text=document.text, sources=(source,)), document)
        assert [_told(each) for each in soup.select(".lead-source")] == told


@pytest.mark.parametrize("name", sorted({*CLAIMS, *RELATIONS} - {"unrelated"}))
def test_every_relation_has_words(name: str) -> None:
    """What the classifier may name, the page can say, and it agrees on what is a claim."""
    relation = relation_of(Source("s", "", name, 0.9, 0.8))
    assert relation.meaning
    assert relation.claim == (name in CLAIMS)


def test_a_relation_of_another_version_keeps_its_name(make_report: ReportMaker) -> None:
    """A relation that the page does not know is shown by its own name, and claims nothing."""
    document = read("One thing.", kind="text")
    source = _source(document, ("One thing.", "A."), relation="translated_from")
    soup = _shown(make_report(text=document.text, sources=(source,)), document)
    assert _one(soup, ".relation").get_text() == "Translated from"
    assert not soup.select(".lead-source")


def test_words_that_both_share_are_marked(make_report: ReportMaker) -> None:
    """What was kept of a sentence is underlined in both; a sentence taken as it is says so."""
    document = read("The ferry stayed in Orsa. Fog shut the port.", kind="text")
    source = _source(
        document,
        ("The ferry stayed in Orsa.", "The ferry remained there."),
        ("Fog shut the port.", "Fog shut the port."),
    )
    soup = _shown(make_report(text=document.text, sources=(source,)), document)
    assert [each.get_text() for each in soup.select(".s u")] == ["The ferry", "The ferry"]
    assert [each.get_text() for each in soup.select(".s .alike")] == ["word for word"]


def test_loose_pairs_look_loose(make_report: ReportMaker) -> None:
    """Sentences that are hardly alike have another edge, and only then the page explains it."""
    document = read("One thing.", kind="text")
    for score, loose in ((0.3, True), (0.5, False)):
        source = Source("s", "", "rewrite", 0.9, 0.8, (Aligned(0, 10, "One thing.", 0, score, 0, 2, "A."),))
        soup = _shown(make_report(text=document.text, sources=(source,)), document)
        assert ("loose" in _one(soup, "#s1a1")["class"]) == loose
        assert ("loosely" in _one(soup, ".how").get_text()) == loose


def test_others_are_folded(make_report: ReportMaker) -> None:
    """The first source is open, the second folded, each with ids of its own."""
    document = read("One thing. Two things.", kind="text")
    sources = tuple(_source(document, ("One thing.", "A."), id=name) for name in ("a", "b"))
    soup = _shown(make_report(text=document.text, sources=sources), document)
    assert [each.name for each in soup.select(".source")] == ["div", "details"]
    assert not _one(soup, "details.source").has_attr("open")


def test_what_is_no_fault_is_folded(make_report: ReportMaker) -> None:
    """A report of the same event is named, not spread out."""
    document = read("One thing.", kind="text")
    source = _source(document, ("One thing.", "A."), relation="same_event")
    soup = _shown(make_report(text=document.text, sources=(source,)), document)
    assert "This is no fault." in _one(soup, "details.source").get_text()


def test_without_texts_the_page_says_why(make_report: ReportMaker) -> None:
    """Of an archive of fingerprints, the article's sentences are numbered, and a sentence says why there is no other text."""
    document = read("One thing. Two things.", kind="text")
    source = _source(document, ("One thing.", None))
    soup = _shown(make_report(text=document.text, sources=(source,)), document)
    assert "keeps fingerprints only and no text" in _one(soup, ".how").get_text()
    assert [_told(row) for row in soup.select("tr.line")] == ["1 One thing. sentence 1", "Two things."]
    assert not soup.select("table a")


@given(
    st.lists(
        st.tuples(
            st.integers(-2, 70),
            st.integers(-2, 70),
            st.integers(-1, 5),
            st.none() | st.text("ab <&", max_size=9),
            st.none() | st.integers(-3, 40),
        ),
        max_size=8,
    )
)
@settings(max_examples=60, deadline=None)
def test_no_number_leads_nowhere(
    make_report: ReportMaker, pairs: list[tuple[int, int, int, str | None, int | None]]
) -> None:
    """Whatever an alignment claims, with quotes for some sentences only, every link has its end, and the elements nest."""
    document = read("Fog shut the port.\n\nNobody was hurt. A ferry stayed in Orsa.", kind="text")
    alignment = tuple(Aligned(a, b, "", place, 0.5, at, at and at + 9, quote) for a, b, place, quote, at in pairs)
    sources = tuple(Source(name, "", "rewrite", 0.9, 0.8, alignment) for name in "ab")
    _shown(
        make_report(text=document.text, sources=sources), document, texts={"a": "Some <b> text of the other one. " * 2}
    )


def test_a_source_without_sentences_is_named(make_report: ReportMaker) -> None:
    """A report without alignment still names the source."""
    document = read("One thing.", kind="text")
    source = _source(document)
    soup = _shown(make_report(text=document.text, sources=(source,)), document)
    assert "83 % of the words" in _one(soup, "#source1").get_text()
    assert not soup.select("table")


@pytest.mark.parametrize("relation", ["rewrite", "same_event"])
def test_nothing_of_a_stranger_becomes_markup(make_report: ReportMaker, relation: str) -> None:
    """Titles, ids, quotes and texts come out as text, direction marks and controls as labels."""
    document = Document(HOSTILE, read("x" * len(HOSTILE), kind="text").blocks, (), id="a")
    pairs = (Aligned(0, len(HOSTILE), HOSTILE, 1, 0.5, 20, 40, HOSTILE),)
    sources = tuple(Source(HOSTILE * n, HOSTILE * n, relation, 0.9, 0.8, pairs) for n in (1, 2, 3000))
    text = HOSTILE * 30
    soup = _shown(make_report(text=HOSTILE, sources=sources), document, texts={HOSTILE: text}, nothing=HOSTILE)
    assert HOSTILE[:40] in _one(soup, "#s1a1").get_text()
    assert HOSTILE[:40] in _one(soup, "#s1t1").get_text()
    assert not re.search("[\u202e\x1b]", str(_one(soup, "body")))
    assert len(str(soup)) < 100_000


@pytest.mark.parametrize(
    "partner", [lambda n: n, lambda n: (n * 7919) % 3000, lambda n: 5], ids=["same", "mixed", "one"]
)
def test_a_page_of_thousands_of_sentences_is_bounded(make_report: ReportMaker, partner: Callable[[int], int]) -> None:
    """3,000 sentences that align, in five sources of a megabyte: the page is a few times the article."""
    text = " ".join(f"Fog shut the port of Orsa on day {n}." for n in range(3000))
    document, at, pairs = read(text, kind="text"), 0, []
    for n in range(3000):
        end = text.index(".", at) + 1
        pairs.append(Aligned(at, end, text[at:end], partner(n), 0.5, 1000 + 7 * n, 1007 + 7 * n, "Fog shut it. " * 900))
        at = end + 1
    sources = tuple(Source(f"s{n}", "", "rewrite", 0.9, 0.8, tuple(pairs)) for n in range(5))
    report = make_report(text=text, sources=sources)
    html = "".join(page(report, document, texts={f"s{n}": "word " * 200_000 for n in range(5)}))
    assert len(html) < 8_000_000
    assert html.count("<tr") < 2500
    assert "2,600 more sentences that align are not shown." in html


def test_the_services_page_shows_sources_too(make_report: ReportMaker, pair: tuple[Document, Source, str]) -> None:
    """The page of a checked article has the same section, and a way to it."""
    document, source, text = pair
    report = make_report(text=document.text, sources=(source,))
    html = result(Checked(report, document, None, "No.", {source.id: text}), Form(), 4096)
    soup = BeautifulSoup(html, "html.parser")
    assert soup.select("#source1 table a.pin")
    assert soup.select(".jumps a[href='#sources']")
    assert not BeautifulSoup(
        result(Checked(make_report(text=document.text), document, None, "No."), Form(), 4096), "html.parser"
    ).select("[href='#sources'], #sources")


@pytest.mark.parametrize("reason", ["rewritten-source", "copied-source"])
def test_evidence_of_a_source_leads_to_the_two_texts(make_report: ReportMaker, reason: str) -> None:
    """It may cover all of the article, so it is drawn quietly; the list leads to the texts side by side."""
    document = read("One thing. Two things.\n\nThree things.", kind="text")
    found = (
        Evidence("rewrite", reason, "From the archive", 0, len(document.text), document.text, 0.9),
        Evidence("seo_padding", "hollow-paragraph", "Hollow", 11, 22, document.text[11:22], 0.9),
    )
    source = _source(document, ("One thing.", "A."))
    soup = _shown(make_report(text=document.text, evidence=found, sources=(source,), flagged=("rewrite",)), document)
    assert [each["class"] for each in soup.select("article mark")] == [
        ["m", "r", "on", "src"],
        ["m", "p"],
        ["m", "r", "on", "src"],
    ]
    assert _one(soup, "#e1 a[href='#sources']")
    assert not soup.select("#e2 a[href='#sources']")
    assert not _shown(make_report(text=document.text, evidence=found), document).select("#e1 a[href='#sources']")


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("scheme", "ink", "on_tag"), [(0, "1b1d22", "ffffff"), (1, "ebe8e1", "101216")], ids=["light", "dark"]
)
def test_colours_can_be_read_and_told_apart(scheme: int, ink: str, on_tag: str) -> None:
    """Text has the contrast of WCAG AAA (7) on its tint, numbers that of AA (4.5) on their colour; neighbours differ visibly."""
    style = (files("copydesk.plugin") / "sources.css").read_text(encoding="utf-8")
    colour = dict(re.findall(r"--([\w-]+): #(\w+);", style.split(":root {")[scheme + 1].split("}")[0]))
    for n in range(1, 7):
        assert _contrast(colour[f"k{n}-tint"], ink) >= 7
        assert _contrast(colour[f"k{n}"], on_tag) >= 4.5
        following = colour[f"k{n % 6 + 1}-tint"]
        channels = [int(colour[f"k{n}-tint"][i : i + 2], 16) - int(following[i : i + 2], 16) for i in (0, 2, 4)]
        assert max(channels) - min(channels) >= 16


def test_no_class_means_two_things() -> None:
    """The service's page has three style sheets; what the sources' own one names, no other one lays out."""
    sheets = [
        (files("copydesk.plugin") / name).read_text(encoding="utf-8")
        for name in ("sources.css", "explain.css", "page.css")
    ]
    own, *others = [set(re.findall(r"\.([a-z][\w-]*)(?=[^{}]*\{)", sheet)) for sheet in sheets]
    assert {"line", "pin", "pairs"} <= own
    assert own & set.union(*others) <= {"about", "m"}
