"""`copydesk explain`: the page of one article, what it shows, and that nothing of a stranger's text can act in it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk import SIGNALS, Block, Document, Evidence, Report, Scorer, SignalResult, read
from copydesk.plugin.cli import main
from copydesk.plugin.explain import page
from copydesk.plugin.marks import safe

ReportMaker = Callable[..., Report]

CSS = {"rewrite": "r", "seo_padding": "p", "injected_links": "l", "feed_debris": "d"}


def _evidence(signal: str, text: str, start: int, end: int, **more: object) -> Evidence:
    usual: dict[str, object] = {"reason": "a-reason", "message": "A message", "score": 0.75}
    return Evidence(signal=signal, start=start, end=end, quote=text[start:end], **{**usual, **more})  # type: ignore[arg-type]


def _page(report: Report, document: Document) -> BeautifulSoup:
    return BeautifulSoup("".join(page(report, document)), "html.parser")


def _shown(make_report: ReportMaker, text: str, *spans: tuple[str, str], **fields: object) -> BeautifulSoup:
    """The page of a text in which each of the quotes is evidence of its signal."""
    document = read(text, kind="text", id="a.txt")
    at = document.text.index
    found = [_evidence(signal, document.text, at(quote), at(quote) + len(quote)) for signal, quote in spans]
    return _page(make_report(text=document.text, evidence=tuple(found), **fields), document)


def _one(soup: BeautifulSoup | Tag, selector: str) -> Tag:
    (found,) = soup.select(selector)
    return found


def _run(runner: CliRunner, *arguments: str | Path, stdin: bytes | None = None) -> Result:
    return runner.invoke(main, ["explain", *map(str, arguments)], input=stdin)


def _marked_signals(article: Tag) -> list[tuple[str, frozenset[str]]]:
    """Every character of the article with the CSS classes of the marks round it; the tags are not text."""
    shown = []
    for piece in article.find_all(string=True):
        parents = list(piece.parents)
        if any("note" in (parent.get("class") or []) for parent in parents) or piece.parent is article:
            continue
        around = {parent["class"][1] for parent in parents if parent.name == "mark"}
        shown += [(char, frozenset(around)) for char in piece]
    return shown


@st.composite
def _articles(draw: st.DrawFn) -> tuple[Document, list[tuple[str, int, int]]]:
    """A document of lines, and spans anywhere in it: nested, crossing, and over several lines."""
    lines = draw(st.lists(st.text("ab&<>\"'", min_size=1, max_size=12), min_size=1, max_size=4))
    text = "\n\n".join(lines)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 2)
    blocks = tuple(Block(start, end - 2) for start, end in pairwise(starts))
    place = st.integers(0, len(text))
    spans = draw(st.lists(st.tuples(st.sampled_from(SIGNALS), place, place), max_size=6))
    return Document(text, blocks, ()), [(name, a, b) for name, a, b in spans if a < b]


@given(_articles())
@settings(max_examples=150, deadline=None)
def test_every_character_stands_in_the_marks_of_its_spans(
    make_report: ReportMaker, drawn: tuple[Document, list[tuple[str, int, int]]]
) -> None:
    """However spans nest and cross, the page shows the text whole, and each character marked by what covers it."""
    document, spans = drawn
    found = tuple(_evidence(name, document.text, start, end) for name, start, end in spans)
    soup = _page(make_report(text=document.text, evidence=found), document)
    expected = [
        (document.text[i], frozenset(CSS[name] for name, start, end in spans if start <= i < end))
        for block in document.blocks
        for i in range(block.start, block.end)
    ]
    assert _marked_signals(_one(soup, "article")) == expected


def test_a_sentence_in_a_marked_paragraph_nests(make_report: ReportMaker) -> None:
    """The longer span is the outer mark, and comes first in number."""
    soup = _shown(make_report, "One two. Three.", ("rewrite", "One two."), ("seo_padding", "One two. Three."))
    assert _one(soup, "#m1.p > #m2.r").select_one(".tag").get_text() == "R2"  # type: ignore[union-attr]


def test_crossing_spans_have_one_tag_each(make_report: ReportMaker) -> None:
    """A span that another one cuts in two is marked twice and named once."""
    soup = _shown(make_report, "One two three.", ("rewrite", "One two"), ("seo_padding", "two three."))
    assert [len(soup.select(f"article {s}")) for s in ("mark.r", "mark.p", ".note", "[id]")] == [1, 2, 2, 4]


def test_every_evidence_is_listed_and_linked_to_its_mark(scorer: Scorer, article: str, promo: str) -> None:
    """The list at the end has an entry for each mark, and every link on the page leads to something on the page."""
    document = read(article.replace("\n\n", f"\n\n{promo}\n\n", 2), kind="text")
    report = scorer.score(document)
    soup = _page(report, document)
    assert len(soup.select(".list > li")) == len(soup.select("article mark[id]")) == len(report.evidence) >= 2
    ids = [element["id"] for element in soup.select("[id]")]
    assert len(ids) == len(set(ids))
    assert {link["href"] for link in soup.select("a")} <= {f"#{name}" for name in ids}
    assert {mark["aria-describedby"] for mark in soup.select("mark[tabindex]")} <= set(ids)


def test_a_mark_tells_reason_message_and_score(make_report: ReportMaker) -> None:
    """What a mark says on hover or focus is next to it in the document, for screen readers too."""
    soup = _shown(make_report, "One two.", ("rewrite", "One two."))
    told = " ".join(_one(soup, "#d1").get_text(" ").split())
    assert told == "R1 Rewrite: a-reason A message. Probability 0.75."


@pytest.mark.parametrize(
    ("related", "told"),
    [(True, "topic: yes, so it flags nothing."), (False, "topic: no."), (None, "topic: unsure.")],
)
def test_a_link_tells_whether_it_is_related(make_report: ReportMaker, related: bool | None, told: str) -> None:
    """An injected line says whether its target fits the article's topic, and a line that fits counts for nothing."""
    document = read("Also read: more.", kind="text")
    found = _evidence("injected_links", document.text, 0, 16, related=related)
    soup = _page(make_report(flagged=("injected_links",), text=document.text, evidence=(found,)), document)
    assert told in _one(soup, "#d1").get_text()
    assert ("on" in _one(soup, "#m1")["class"]) == (related is not True)
    assert (", on topic" in _one(soup, "#m1 .note").get_text()) == (related is True)


def test_only_marks_of_flagged_signals_are_filled(make_report: ReportMaker) -> None:
    """A mark that counts looks different from one that is merely listed."""
    spans = (("rewrite", "One."), ("feed_debris", "Two."))
    soup = _shown(make_report, "One.\n\nTwo.", *spans, flagged=("feed_debris",))
    assert [mark["class"] for mark in soup.select("article mark")] == [["m", "r"], ["m", "d", "on"]]


def test_each_signal_shows_score_threshold_and_state(make_report: ReportMaker) -> None:
    """A card tells in words what its meter draws."""
    soup = _shown(make_report, "One.", flagged=("rewrite",), action="review")
    card = _one(soup, ".card.r").get_text(" ")
    assert all(part in card for part in ("Rewrite", "Flagged", "0.99", "threshold 0.50", "no line marked"))
    assert "Not flagged" in _one(soup, ".card.d").get_text()
    assert _one(soup, ".card.r svg")["aria-label"] == "score 0.99 of 1, threshold 0.50"
    assert "Review" in _one(soup, ".verdict").get_text()


def test_an_abstaining_signal_shows_its_note(make_report: ReportMaker) -> None:
    """A signal without a score is not judged, and its card says why; a note of no signal stands below."""
    signals = dict.fromkeys(SIGNALS, SignalResult(None, False, 0.5))
    notes = ("rewrite: not judged, too short", "a note for all")
    soup = _shown(make_report, "One.", signals=signals, score=None, notes=notes)
    card = _one(soup, ".card.r")
    assert "Not judged" in card.get_text()
    assert _one(card, ".about").get_text() == "not judged, too short"
    assert next(p.get_text() for p in soup.select("section > .about")) == "a note for all"
    assert "No signal could be judged" in _one(soup, ".verdict").get_text()


def test_an_article_without_evidence_says_so(make_report: ReportMaker) -> None:
    """No mark is a finding too."""
    soup = _shown(make_report, "One.")
    assert "No line of this article is marked." in _one(soup, ".legend").get_text()
    assert not soup.select("article mark, .list")


def test_a_signal_of_another_version_is_shown(make_report: ReportMaker) -> None:
    """A signal that the page does not know keeps its name and its marks."""
    signals = {"new_signal": SignalResult(0.9, True, 0.5)}
    soup = _shown(make_report, "One.", ("new_signal", "One."), signals=signals)
    assert _one(soup, ".card.o h3").get_text() == "N New signal"
    assert _one(soup, "#m1")["class"] == ["m", "o", "on"]


def test_blocks_keep_their_kind(make_report: ReportMaker) -> None:
    """Headings, lists and quotations are what they were in the article."""
    html = "<h2>Head</h2><p>One.</p><ul><li>First</li><li>Second</li></ul><blockquote><p>Said.</p></blockquote>"
    document = read(html, kind="html")
    article = _one(_page(make_report(text=document.text), document), "article")
    assert [child.name for child in article.find_all(recursive=False)] == ["h3", "p", "ul", "blockquote"]
    assert len(article.select("ul > li")) == 2


HOSTILE = "</p><script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;"


def test_nothing_of_a_stranger_becomes_markup(make_report: ReportMaker) -> None:
    """Text, title, id, address, reason, message, target and note come out as the characters that they are."""
    document = Document(HOSTILE, (Block(0, len(HOSTILE)),), (), title=HOSTILE, url=HOSTILE, id=HOSTILE)
    fields = {"reason": HOSTILE, "message": HOSTILE, "href": f"javascript:{HOSTILE}"}
    found = _evidence("injected_links", HOSTILE, 0, len(HOSTILE), **fields)
    report = make_report(id=HOSTILE, language='"><i>', model=HOSTILE, text=HOSTILE, evidence=(found,), notes=(HOSTILE,))
    soup = _page(report, document)
    assert not soup.find_all(["script", "img", "iframe", "object", "link", "base", "form"])
    assert {name for element in soup.find_all() for name in element.attrs if name.startswith("on")} == set()
    assert _one(soup, "h1").get_text() == HOSTILE
    assert _one(soup, "#e1 code").get_text() == f"javascript:{HOSTILE}"
    assert all(link["href"].startswith("#") for link in soup.select("a"))


def test_the_policy_allows_the_own_style_and_nothing_else(make_report: ReportMaker) -> None:
    """Nothing may be loaded or run; the style sheet is allowed by the hash of exactly what stands in the page."""
    soup = _shown(make_report, "One.")
    policy = _one(soup, "meta[http-equiv=Content-Security-Policy]")["content"]
    style = _one(soup, "style").string or ""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert not re.search(r"url\(|@import|</", style)
    assert not soup.select("[style], [src], [srcset]")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb", "aRLOb"),
        ("Hal\u200bvard", "HalZWSPvard"),
        ("Hal\u200dvard", "HalZWJvard"),
        ("a\x1b[31m", "aU+001B[31m"),
        ("a\U000e0041" + "\U000e0042" * 9, "aU+E0041 U+E0042 U+E0042 U+E0042 +6"),
        ("e" + "\u0301" * 40, "e" + "\u0301" * 4 + "+36"),
        ("so\u00adft", "so\u2027ft"),
    ],
)
def test_what_cannot_be_seen_is_shown(text: str, shown: str) -> None:
    """Controls, invisible and bidirectional characters become labels, and a heap of accents is cut."""
    assert BeautifulSoup(safe(text), "html.parser").get_text() == shown


@pytest.mark.parametrize(
    "text",
    ["\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\U0001f469\u200d\U0001f467", "Vie\u0323\u0302t", "a\tb\nc"],
)
def test_what_writing_needs_stays(text: str) -> None:
    """Joiners of Persian and of emoji, accents that stand apart, tabs and line ends are part of the text."""
    assert safe(text) == text


def test_right_to_left_text_runs_so(make_report: ReportMaker) -> None:
    """A block with Arabic or Hebrew letters finds its own direction."""
    soup = _shown(make_report, "One.\n\n\u0634\u0643\u0631\u0627")
    assert [p.get("dir") for p in soup.select("article > p")] == [None, "auto"]


def test_a_long_address_is_cut(make_report: ReportMaker) -> None:
    """An address that holds a whole picture does not fill the page."""
    document = read("Also read: more.", kind="text")
    found = _evidence("injected_links", document.text, 0, 16, href="data:" + "A" * 100_000)
    assert len("".join(page(make_report(text=document.text, evidence=(found,)), document))) < 30_000


def _luminance(colour: str) -> float:
    digits = colour * 2 if len(colour) == 3 else colour
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("signal", [*CSS.values(), "o"])
def test_colours_can_be_read(scheme: int, signal: str) -> None:
    """Text has the contrast of WCAG AA (4.5) and underlines that of its graphics (3), in both schemes."""
    style = (files("copydesk.plugin") / "explain.css").read_text(encoding="utf-8")
    colour = dict(re.findall(r"--([\w-]+): #(\w+);", style.split(":root {")[scheme + 1].split("}")[0]))
    stroke, tint = colour[signal], colour[f"{signal}-tint"]
    assert min(_contrast(colour["ink"], ground) for ground in (tint, colour["paper"], colour["card"])) >= 7
    assert min(_contrast(colour["soft"], ground) for ground in (colour["paper"], colour["card"])) >= 4.5
    assert _contrast(colour["on-tag"], stroke) >= 4.5
    assert min(_contrast(stroke, ground) for ground in (tint, colour["paper"])) >= 3


def test_the_page_goes_to_standard_output(runner: CliRunner, folder: Path, promo: str) -> None:
    """Without --output the page is printed, and the injected line is marked in it."""
    done = _run(runner, folder / "promo.md")
    assert done.exit_code == 0
    assert promo in [mark.contents[-1] for mark in BeautifulSoup(done.stdout, "html.parser").select("mark.l.on[id]")]


def test_standard_input_is_read(runner: CliRunner, article: str) -> None:
    """A single dash reads the article from standard input."""
    done = _run(runner, "-", "--title", "Larkmoor <wall>", stdin=article.encode())
    assert _one(BeautifulSoup(done.stdout, "html.parser"), "h1").get_text() == "Larkmoor <wall>"


def test_one_article_of_many(runner: CliRunner, tmp_path: Path, article: str) -> None:
    """--id takes one line of a JSONL file, with its title; lines that cannot be read do not matter."""
    rows = [{"id": "x", "text": "Other."}, {"id": "y", "text": article, "title": "Wall"}]
    (tmp_path / "rows.jsonl").write_text("broken\n" + "".join(json.dumps(row) + "\n" for row in rows))
    done = _run(runner, tmp_path / "rows.jsonl", "--id", "y", "--output", tmp_path / "y.html")
    assert (done.exit_code, done.output) == (0, "")
    assert _one(BeautifulSoup((tmp_path / "y.html").read_text(), "html.parser"), "h1").get_text() == "Wall"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ((), "holds an article a line, expected --id with the id of one"),
        (("--id", "z"), "no article has the id 'z' (1 of its lines cannot be read)"),
    ],
)
def test_an_article_that_is_not_there(runner: CliRunner, tmp_path: Path, options: tuple[str, ...], told: str) -> None:
    """The error names the file and what was expected, and nothing is written."""
    (tmp_path / "rows.jsonl").write_text('broken\n{"id": "x", "text": "Other."}\n')
    done = _run(runner, tmp_path / "rows.jsonl", *options, "--output", tmp_path / "out.html")
    assert (done.exit_code, done.output) == (2, f"Error: {tmp_path / 'rows.jsonl'}: {told}\n")
    assert not (tmp_path / "out.html").exists()


def test_an_older_page_survives_a_failure(runner: CliRunner, tmp_path: Path) -> None:
    """An article that cannot be read leaves the output file as it was, and the error names the input."""
    (tmp_path / "a.txt").write_bytes(b"\x00\x01\x02" * 50)
    (tmp_path / "out.html").write_text("older")
    done = _run(runner, tmp_path / "a.txt", "--output", tmp_path / "out.html")
    assert done.exit_code == 2
    assert str(tmp_path / "a.txt") in done.output
    assert (tmp_path / "out.html").read_text() == "older"
