"""The page of a batch: what it counts and lists, what it leaves out, and that nothing of a stranger's text can act in it."""

from __future__ import annotations

import base64
import hashlib
import json
import pickle
import re
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timezone
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk import SIGNALS, Evidence, Policy, Report, Scorer, SignalResult, Source
from copydesk.plugin import report_page
from copydesk.plugin.cli import main
from copydesk.plugin.inputs import Failure
from copydesk.plugin.report_lines import MOST_HTML, lines
from copydesk.plugin.report_page import ReportPage
from copydesk.plugin.report_totals import Histogram

ReportMaker = Callable[..., Report]

NOW = datetime(2026, 3, 5, 9, 7, tzinfo=timezone.utc)
EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
NASTY = (
    "</script><script>window.ran=1</script><!--<script>",
    "<img src=x onerror=ran=1>\"'&amp;",
    "\u2028\u2029\u202e\u2066\u200b\x00\x1b[31m\x85",
    "\ud800 alone \udfff",
    "]]>--></noscript></title></style></textarea>",
    "\U0001f600\u05d0\u0627",
)


def _page(reports: Iterable[Report], failures: Iterable[Failure] = (), **options: Any) -> str:
    page = ReportPage(now=NOW, **options)
    parts = [page.start(), *(page.add(each) for each in reports), *(page.fail(each) for each in failures), page.end()]
    return "".join(parts)


def _data(page: str, id: str) -> Any:
    """What one of the page's data elements holds, read as a browser reads it: up to the first end of a script."""
    match = re.search(f'<script type="application/json" id="{id}">(.*?)</script', page, re.DOTALL)
    assert match
    return json.loads(match[1])


def _rows(page: str) -> list[Any]:
    return list(_data(page, "rows")[1:])


def _visible(page: str) -> BeautifulSoup:
    return BeautifulSoup(page, "html.parser")


def _flagged(make_report: ReportMaker, text: str, *quotes: str, **fields: Any) -> Report:
    """A report of a text in which the quotes are promo lines."""
    found = tuple(
        Evidence("injected_links", "promo-line", "Promotes another story", at, at + len(each), each, 0.9)
        for each in quotes
        for at in (text.index(each),)
    )
    return make_report("review", flagged=("injected_links",), **{"text": text, "evidence": found, **fields})


class _Nesting(HTMLParser):
    """Holds every element to its own end tag, in order, and every id to one element."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value or "" for name, value in attrs if name == "id"]
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), (tag, names)
        assert not [name for name in names if name.startswith("on") or name == "style"], (tag, names)
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Elements of a drawing end themselves."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, (tag, self.open[-3:])
        self.open.pop()


def _check(page: str) -> None:
    parser = _Nesting()
    parser.feed(page)
    parser.close()
    assert not parser.open
    assert len(parser.ids) == len(set(parser.ids))


def test_the_counts_add_up(make_report: ReportMaker) -> None:
    """Totals by action are those of the reports, failures beside them, and the rows are as many."""
    reports = [make_report("hold", flagged=SIGNALS[:2])] * 3 + [make_report("review", flagged=SIGNALS[1:2])] * 2
    page = _page([*reports, *[make_report()] * 5], [Failure("bad.html", "not UTF-8")])
    soup = _visible(page)
    counts = [int(each.get_text()) for each in soup.select(".tile .count")]
    assert counts == [3, 2, 5, 1]
    assert len(_rows(page)) == 10
    assert [each.get_text() for each in soup.select(".flagged b")] == ["3", "5", "0", "0"]
    assert "not UTF-8" in soup.select(".failures li")[0].get_text()
    assert "11, 120 words" in soup.select(".facts")[0].get_text()


def test_a_histogram_counts_every_score_once() -> None:
    """Every judged score is in one bar, the flagged ones in the bars from the threshold on, and no score is in none."""
    histogram = Histogram(0.8609)
    scores = [n / 1000 for n in range(1001)] + [0.8609, 0.86085, None]
    for score in scores:
        flagged = score is not None and round(score, 4) >= 0.8609
        histogram.add(SignalResult(score, flagged, 0.8609))
    assert (histogram.judged, histogram.unjudged) == (1003, 1)
    over = sum(count for low, _, count in histogram.rows() if low >= 0.8609)
    assert over == histogram.flagged == 140 + 2
    assert [low for low, _, _ in histogram.rows()].count(0.8609) == 1


@pytest.mark.parametrize("threshold", [0.0, 0.5, 1.0])
def test_a_threshold_on_an_edge_splits_no_bar(threshold: float) -> None:
    """Where the threshold is the edge of a bar there are twenty, and scores of 0 and 1 have one."""
    histogram = Histogram(threshold)
    for score in (0.0, 1.0):
        histogram.add(SignalResult(score, score >= threshold, threshold))
    assert len(histogram.bars) == 20
    assert (histogram.bars[0], histogram.bars[-1]) == (1, 1)


def test_a_row_says_what_the_report_says(make_report: ReportMaker) -> None:
    """Id, action, scores, flags, words, the worst line with its reason, and the source are in the row."""
    report = make_report(
        "hold",
        flagged=("rewrite", "injected_links"),
        lines=(("injected_links", "Must Read: x", {}), ("injected_links", "Also", {"score": 0.2})),
        sources=(Source("wire:7", "The harbour", "rewrite", 0.97, 0.5),),
    )
    report.signals["feed_debris"] = SignalResult(None, False, 0.5)
    (row,) = _rows(_page([report]))
    assert row[:4] == [1, "a.html", "A text.", 2]
    assert row[4:9] == [1235, [9877, 1000, 9877, None], 0b101, 12, "en"]
    assert row[9:] == [2, "promo-line", "Must Read: x", 2, "rewrite of", "The harbour"]


def test_lines_are_marked_with_a_paragraph_around_them(make_report: ReportMaker) -> None:
    """The marked paragraph, its two neighbours, and how many are left out; nothing else of the text."""
    paragraphs = [f"Paragraph number {n}." for n in range(20)]
    paragraphs[7] = "Must Read: another story"
    html = lines(_flagged(make_report, "\n\n".join(paragraphs), paragraphs[7]))
    shown = BeautifulSoup(html, "html.parser").select("p")
    assert [each.get_text() for each in shown[0::4]] == [
        "… 6 paragraphs without marks …",
        "… 11 paragraphs without marks …",
    ]
    assert [each.get_text() for each in (shown[1], shown[3])] == [paragraphs[6], paragraphs[8]]
    (mark,) = shown[2].select("mark.m.l.on")
    mark.select(".note")[0].extract()
    assert mark.get_text() == paragraphs[7]
    assert len(shown) == 5


@pytest.mark.parametrize(
    "text",
    ["word " * 200_000, "x" * 1_000_000, "a\u200b" * 500_000, "&<>\"'" * 200_000, "\n\n".join(["One line."] * 100_000)],
    ids=["words", "one-word", "invisible", "escaped", "paragraphs"],
)
def test_an_excerpt_is_bounded(make_report: ReportMaker, text: str) -> None:
    """However long the text, however many marks, however much escaping makes of it, an excerpt stays below its limit."""
    step = len(text) // 3000
    found = tuple(
        Evidence(
            "feed_debris", "page-chrome", "Says", at, at + 2 * step, text[at : at + 2 * step], 0.9, href="h" * 9999
        )
        for at in range(0, len(text) - 2 * step, step)
    )
    report = make_report("review", flagged=("feed_debris",), text=text, evidence=found, notes=(text,) * 9)
    html = lines(report)
    assert len(html) <= MOST_HTML
    assert "copydesk explain shows all" in html
    _check(html)


def test_a_long_paragraph_is_cut_around_its_mark(make_report: ReportMaker) -> None:
    """Of a paragraph of thousands of words, what is around the marked sentence is shown, from a word's start to a word's end."""
    text = f"{'before ' * 500}Must Read: this {'after ' * 500}"
    html = lines(_flagged(make_report, text, "Must Read: this"))
    shown = BeautifulSoup(html, "html.parser").get_text()
    assert "Must Read: this" in shown
    assert len(shown) < 500
    assert set(re.findall(r"\w*(?:fore|fter)\b|\bbe\w*|\baf\w*", shown)) == {"before", "after"}


def test_a_report_without_its_text_shows_quotes(make_report: ReportMaker) -> None:
    """A report that was read back from a file has no text; its quotes stand in a list."""
    report = replace(
        _flagged(make_report, "Must Read: one\n\nMust Read: two", "Must Read: one", "Must Read: two"), text=""
    )
    quotes = BeautifulSoup(lines(report), "html.parser").select("blockquote")
    assert [each.get_text() for each in quotes] == ["Must Read: one", "Must Read: two"]


def _nasty_reports(make_report: ReportMaker, text: str) -> list[Report]:
    """Reports with the text wherever a stranger's text can be."""
    report = _flagged(
        make_report,
        text,
        text,
        id=text,
        notes=(text,),
        sources=(Source(text, text, "rewrite", 0.9, 0.5),),
        language=text,
    )
    found = replace(report.evidence[0], reason=text, message=text, href=text)
    odd = Source(text, text, text, 0.9, 0.5)
    return [replace(report, evidence=(found,), model=text), replace(report, text="", sources=(odd,))]


@pytest.mark.parametrize("text", NASTY)
def test_nothing_of_a_text_becomes_markup(make_report: ReportMaker, text: str) -> None:
    """Scripts are the page's own three data elements and one program, whatever ids, quotes, notes, sources and reasons hold."""
    failures = [Failure(text, text)]
    page = _page(_nasty_reports(make_report, text), failures, policy=Policy(allow=(text,)))
    assert page.isascii()
    _check(page)
    soup = _visible(page)
    assert [each.get("id") for each in soup.select("script")] == ["rows", "details", "facts", None]
    assert not soup.select("img, iframe, object, link, a[href]:not(.skip)")
    assert all(
        not set(each) & set("\x00\x1b\u202e\u2028\ud800")
        for row in _rows(page)
        for each in row
        if isinstance(each, str)
    )
    for html in _data(page, "details").values():
        _check(html)
        assert not BeautifulSoup(html, "html.parser").select("script, img, a, style, title")


@settings(max_examples=60, deadline=None)
@given(text=st.text(min_size=1, max_size=200))
def test_any_text_makes_a_page(make_report: ReportMaker, text: str) -> None:
    """Whatever the characters, lone surrogates too, the page nests and its data can be read back."""
    page = _page(_nasty_reports(make_report, text), [Failure(text, text)])
    _check(page)
    assert len(_rows(page)) == 2
    assert set(_data(page, "details")) == {"0", "1", "2"}


def test_a_huge_id_is_cut_in_the_middle(make_report: ReportMaker) -> None:
    """Of an id of a megabyte, its beginning and its end stand in the page."""
    page = _page([make_report(id="start" + "x" * 1_000_000 + "end.html")])
    assert len(page) < 100_000
    assert re.fullmatch("startx+…x+end.html", _rows(page)[0][1])


def test_the_policy_allows_its_own_style_and_script_alone(make_report: ReportMaker) -> None:
    """The Content-Security-Policy names the hashes of the one style element and the one program, and nothing else."""
    page = _page([make_report()])
    policy = str(_visible(page).select("meta[http-equiv]")[0]["content"])
    sources = dict(part.split(" ", 1) for part in policy.split("; "))
    assert set(sources) == {"default-src", "style-src", "script-src", "base-uri", "form-action"}
    assert sources["default-src"] == sources["base-uri"] == sources["form-action"] == "'none'"
    for name, element in (("style-src", "style"), ("script-src", "script")):
        (content,) = re.findall(f"<{element}>(.*?)</{element}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert sources[name] == f"'sha256-{digest}'"


def test_the_program_ends_no_script_element() -> None:
    """The program and the style sheet hold nothing that ends their element or that a data element must not hold."""
    page = _page([])
    program = page[page.rindex("<script>") : page.rindex("</script>")]
    assert "</script" not in program
    assert "<!--" not in program
    assert page.count("</style") == 1


def test_no_article_is_a_page_too() -> None:
    """Of nothing but failures, there is a page that says so, with the failures that nobody named counted."""
    page = ReportPage(now=NOW)
    text = page.start() + page.end(failed=3)
    _check(text)
    shown = _visible(text)
    assert [each.get_text() for each in shown.select(".count")] == ["0", "0", "0", "3"]
    assert "3 inputs could not be scored. 0 of them are named here" in shown.get_text()


def test_the_policy_is_said_in_the_heading(make_report: ReportMaker) -> None:
    """Date, model, thresholds, when an article is held, and what may be copied stand under the headline."""
    policy = Policy(hold_at={"injected_links": 0.95}, hold_count=0, allow=("wire:",))
    facts = _visible(_page([make_report()], policy=policy)).select(".facts")[0].get_text(" ")
    for expected in ("5 March 2026, 09:07", "copydesk-1", "Rewrite 0.50", "Injected links from 0.95", "wire:"):
        assert expected in facts


def test_without_scripts_the_worst_come_first(make_report: ReportMaker) -> None:
    """The list for browsers without scripts has every flagged article with its lines, held ones first."""
    text = "Before.\n\nMust Read: more\n\nAfter."
    reports = [
        _flagged(make_report, text, "Must Read: more", id="mild", score=0.6),
        make_report(id="clean"),
        _flagged(make_report, text, "Must Read: more", id="strong", score=0.9),
        replace(_flagged(make_report, text, "Must Read: more", id="held", score=0.7), action="hold"),
    ]
    page = _page(reports)
    inside = BeautifulSoup(page[page.index("<noscript>") : page.index("</noscript>")], "html.parser")
    assert [each.get_text() for each in inside.select("h3")] == ["held", "strong", "mild"]
    assert len(inside.select("li mark")) == 3
    assert "All flagged articles" in inside.get_text()


def test_only_the_worst_keep_their_lines(make_report: ReportMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Past the limits, the lines of the worst are kept, those rows are listed at the least, and the page says what is missing."""
    monkeypatch.setattr(report_page, "MOST_DETAILS", 10)
    monkeypatch.setattr(report_page, "ROWS_BYTES", {True: 1_000, False: 500})
    reports = [
        _flagged(make_report, "Must Read: more", "Must Read: more", id=f"n{n}", score=0.5 + (n * 37 % 100) / 300)
        for n in range(100)
    ]
    page = _page([*reports, *[make_report()] * 50])
    worst = sorted(range(100), key=lambda n: -reports[n].score)[:10]  # type: ignore[operator]
    assert set(_data(page, "details")) == {"0", *(str(n + 1) for n in worst)}
    rows = _rows(page)
    numbers = [row[0] for row in rows]
    assert len(numbers) == len(set(numbers)) < 50
    assert {n + 1 for n in worst} <= set(numbers)
    shown = _visible(page).get_text(" ")
    assert f"{150 - len(rows)} of 150 articles are counted above and not listed" in shown
    assert "worst 10 of 100 flagged" in shown


def test_listed_rows_are_a_beginning(make_report: ReportMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once a row found no room, a shorter one that comes later is not listed either."""
    monkeypatch.setattr(report_page, "ROWS_BYTES", {True: 400, False: 400})
    page = ReportPage(now=NOW)
    sizes = [len(page.add(make_report(id="x" * length))) for length in (3, 150, 150, 3, 3)]
    assert [size > 0 for size in sizes] == [True, True, False, False, False]


def test_bars_from_the_threshold_on_are_hatched(make_report: ReportMaker) -> None:
    """The bar that begins at the threshold is hatched, the one that ends there is not, and the line stands between."""
    reports = [make_report(), make_report()]
    for report, score in zip(reports, (0.5, 0.49), strict=True):
        report.signals["rewrite"] = SignalResult(score, score >= 0.5, 0.5)
    drawing = _visible(_page(reports)).select("svg.histogram")[0]
    bars = {str(bar["class"][0]): bar for bar in drawing.select(":scope > rect")}
    line = float(str(drawing.select("line")[0]["x1"]))
    assert set(bars) == {"over", "under"}
    assert (bars["over"].get("fill"), bars["under"].get("fill")) == ("url(#hatch-r)", None)
    assert float(str(bars["over"]["x"])) == line > float(str(bars["under"]["x"]))
    assert "2 articles from 0 to 1, 1 of them at the threshold of 0.50 or above" in str(drawing["aria-label"])


def test_memory_does_not_grow_with_the_number_of_reports(
    make_report: ReportMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While 20,000 reports stream through, the writer holds its excerpts and no more; after 5,000 it holds as much as at the end."""
    monkeypatch.setattr(report_page, "DETAILS_BYTES", 500_000)
    text = "\n\n".join(["A paragraph of some length about the harbour of Larkmoor."] * 12 + ["Must Read: more"])
    bad, good = _flagged(make_report, text, "Must Read: more"), make_report(text=text)

    def reports() -> Iterator[Report]:
        for n in range(20_000):
            yield replace(bad if n % 5 == 0 else good, id=f"article-{n}")

    page = ReportPage(now=NOW)
    size, held = len(page.start()), []
    for number, report in enumerate(reports(), 1):
        size += len(page.add(report))
        if number % 5_000 == 0:
            held.append(len(pickle.dumps(page)))  # everything that it holds
    tracemalloc.start()
    try:
        size += len(page.end())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert max(held) < 1_000_000
    assert held[-1] < held[0] * 1.1
    assert peak < 5_000_000
    assert 2_000_000 < size < 8_000_000


def test_the_command_writes_the_page(runner: CliRunner, folder: Path, tmp_path: Path) -> None:
    """`score --format html` writes the page with failures named, and exits 3 for them as every format does."""
    (folder / "broken.html").write_bytes(b"\xff\xfe\x00")
    (folder / "empty.txt").write_bytes(b"")
    output = tmp_path / "report.html"
    policy = tmp_path / "policy.json"
    policy.write_text('{"hold_count": 3}')
    options = ["--format", "html", "--output", str(output), "--policy", str(policy), "--quiet"]
    done = runner.invoke(main, ["score", str(folder), *options])
    page = output.read_text(encoding="ascii")
    named = [each.get_text(" ") for each in _visible(page).select(".failures li")]
    assert done.exit_code == (3 if named else 0)
    assert len(named) == len(done.stderr.splitlines()) > 0
    assert len(_rows(page)) + len(named) == 7
    assert "3 flagged signals" in _visible(page).select(".facts")[0].get_text()
    promo = next(row for row in _rows(page) if row[1] == "promo.md")
    assert promo[10] == "promo-line"


def test_the_examples_mark_what_explain_marks(runner: CliRunner, scorer: Scorer) -> None:
    """Every quote that explain would mark in an example is marked in its excerpt."""
    report = scorer.score(html=(EXAMPLES / "03-smooth-rewrite-with-promo.html").read_bytes())
    html = BeautifulSoup(lines(report), "html.parser")
    for note in html.select(".note"):
        note.extract()
    marked = " ".join(each.get_text() for each in html.select("mark"))
    quotes = [found.quote for found in report.evidence]
    assert quotes
    assert all(quote in marked or quote in html.get_text() for quote in quotes)
