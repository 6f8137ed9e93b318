"""What holds for every input: exact quotes, the same report every time, and no error but Copydesk's own."""

from __future__ import annotations

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copydesk import SIGNALS, CopydeskError, Report, Scorer, read

some = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)

SENTENCES = (
    "The harbour wall at Larkmoor will be rebuilt over two summers after the council voted nine to four.",
    "\u201cWe can\u2019t pay every spring,\u201d said Ines Halvard \u2013 who chairs the committee.",
    "Boats under six metres will be moved to the north basin.",
    "In conclusion, only time will tell what the future holds for this evolving landscape.",
    "This development underscores the vital role of collaboration in fostering a resilient future.",
    "He said it cost \u00a35.8m.Also Read - Pop star leaves yacht ADVERTISEMENT The police were there.",
    "Die Mauer wird in zwei Sommern neu gebaut, sagte der B\u00fcrgermeister am Dienstag.",
    "\u041c\u044d\u0440 \u0433\u043e\u0440\u043e\u0434\u0430 \u0441\u043a\u0430\u0437\u0430\u043b.",
    "c\u043euncil\u200bs v\u200bote \u0455oon",
    "x" * 3000,
    "a-b'c." * 40,
    "\u0130\u0130\u0130 \u00df \ufb01 \U0001f600\ufe0f \ud800 \x00 \x1b[31m",
)
LINES = (
    "Also Read | Film star Dela Marsh spotted on yacht",
    "Must Read: Ten soups for a cold evening",
    "READ MORE: Gold price today",
    "Related posts",
    "ADVERTISEMENT",
    "Skip to content",
    "Leave a Reply",
    "Subscribe to our newsletter",
    "1741092233 5127.jpg",
    "{{ article.title }}",
    "Source: https://a.example/2025/x",
    "(This report was auto-generated from a syndicated feed.)",
    "By Tom Abery",
    "# Harbour wall to be rebuilt",
    "* a list item",
    "> a quotation",
    "| a | b |",
    "```",
    "\u2026",
    "12",
)
PARAGRAPH = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=6).map(" ".join)
BLOCK = st.one_of(PARAGRAPH, st.sampled_from(LINES), st.text(max_size=30))
TEXT = st.tuples(st.lists(BLOCK, max_size=10), st.sampled_from(("\n\n", "\n", "\r\n", "  "))).map(
    lambda t: t[1].join(t[0])
)

TAGS = st.sampled_from(
    "p div li h1 h2 td figcaption blockquote span b a pre code script style nav footer aside br img".split()
)
ATTRIBUTES = st.sampled_from(
    (
        "",
        ' class="promo related-box"',
        ' href="https://lucky.example/slots" rel="nofollow sponsored"',
        ' href="/news/2024/other-story"',
        ' href="http://[broken"',
        " hidden",
        ' style="display:none"',
        ' class="\u0130 x"',
    )
)
ENTITIES = st.sampled_from(
    ("&amp;", "&nbsp;", "&#8203;", "&shy;", "&lt;b&gt;", "&#xD800;", "&bogus;", "<!-- wp:p -->", "</p>", "<", "]]>")
)
INLINE = st.lists(st.one_of(BLOCK, ENTITIES), min_size=1, max_size=3).map("".join)
MARKUP = st.recursive(
    INLINE,
    lambda inner: st.tuples(TAGS, ATTRIBUTES, st.lists(inner, max_size=3)).map(
        lambda t: f"<{t[0]}{t[1]}>{''.join(t[2])}</{t[0]}>"
    ),
    max_leaves=12,
)
FRAGMENT = st.lists(MARKUP, max_size=5).map("\n".join)
PAGE = st.tuples(st.text(max_size=20), FRAGMENT).map(
    lambda t: f"<html><head><title>{t[0]}</title></head><body><nav>Home</nav><main>{t[1]}</main></body></html>"
)
SOURCE = st.one_of(
    st.tuples(st.just("text"), st.one_of(TEXT, st.text(max_size=200))),
    st.tuples(st.just("markdown"), TEXT),
    st.tuples(st.just("html"), st.one_of(FRAGMENT, PAGE, TEXT)),
)
ENCODINGS = ("utf-8", "utf-16", "latin-1", "cp1251", "utf-32")
BYTES = st.one_of(
    st.binary(max_size=300),
    st.tuples(st.one_of(TEXT, FRAGMENT), st.sampled_from(ENCODINGS)).map(lambda t: t[0].encode(t[1], "replace")),
)


def report_of(scorer: Scorer, kind: str, source: str | bytes, title: str = "") -> Report | CopydeskError:
    """The report, or the error that says why there is none; any other exception fails the test."""
    try:
        return scorer.score(**{kind: source}, title=title)
    except CopydeskError as error:
        return error


def outcome(scorer: Scorer, item: tuple[str, str]) -> Report | str:
    found = report_of(scorer, *item)
    return found if isinstance(found, Report) else str(found)


def check(report: Report) -> None:
    """Everything that the contract promises of any report."""
    for e in report.evidence:
        assert report.text[e.start : e.end] == e.quote
        assert e.quote
        assert e.quote == e.quote.strip()
        assert 0 <= e.score <= 1
        assert e.signal in SIGNALS
    assert list(report.signals) == list(SIGNALS)
    for result in report.signals.values():
        assert result.flagged == (result.score is not None and result.score >= result.threshold)
        assert result.score is None or (math.isfinite(result.score) and 0 <= result.score <= 1)
    abstained = [name for name, result in report.signals.items() if result.score is None]
    assert [note.split(":")[0] for note in report.notes] == abstained
    assert (report.action == "publish") == (not any(r.flagged for r in report.signals.values()))
    assert (report.score is None) == (len(abstained) == len(SIGNALS))


@some
@given(SOURCE, st.one_of(st.just(""), st.text(max_size=40), st.sampled_from(SENTENCES)))
def test_every_report_keeps_the_contract(scorer, source, title):
    """Quotes stand at their offsets, scores are probabilities, flags follow thresholds, and abstaining is explained."""
    found = report_of(scorer, *source, title)
    if isinstance(found, Report):
        check(found)


@some
@given(BYTES, st.sampled_from(("text", "html", "markdown")))
def test_bytes_of_any_kind_are_scored_or_refused(scorer, data, kind):
    """Binary data, broken encodings and wrong declarations raise nothing but a CopydeskError."""
    found = report_of(scorer, kind, data)
    if isinstance(found, Report):
        check(found)


@some
@given(SOURCE)
def test_evidence_covers_whole_lines_or_whole_sentences(scorer, source):
    """A quote begins where a block or a sentence begins, and ends where one ends."""
    kind, text = source
    found = report_of(scorer, kind, text)
    if isinstance(found, Report):
        document = read(text, kind=kind)
        starts = {x.start for x in (*document.blocks, *document.sentences)}
        ends = {x.end for x in (*document.blocks, *document.sentences)}
        assert all(e.start in starts and e.end in ends for e in found.evidence)


@settings(some, max_examples=40)
@given(st.lists(SOURCE, min_size=2, max_size=5), st.randoms(use_true_random=False))
def test_a_report_does_not_depend_on_what_was_scored_before(scorer, sources, random):
    """The same articles in another order, and a second time, give the same reports."""
    reports = [outcome(scorer, source) for source in sources]
    order = list(range(len(sources)))
    random.shuffle(order)
    again = {i: outcome(scorer, sources[i]) for i in order}
    assert [again[i] for i in range(len(sources))] == reports


@settings(some, max_examples=25)
@given(SOURCE)
def test_another_scorer_gives_the_same_report(scorer, source):
    """A scorer keeps nothing of what it scored: a new one says the same."""
    assert outcome(Scorer(scorer.model), source) == outcome(scorer, source)


@settings(some, max_examples=40)
@given(SOURCE, st.text(max_size=20))
def test_the_id_changes_nothing_else(scorer, source, name):
    """Two reports of one article differ in the id alone."""
    kind, text = source
    found = report_of(scorer, kind, text)
    if isinstance(found, Report):
        named = scorer.score(**{kind: text}, id=name)
        assert named.id == name
        assert (named.signals, named.evidence, named.content_hash) == (
            found.signals,
            found.evidence,
            found.content_hash,
        )


@settings(some, max_examples=60)
@given(SOURCE, st.booleans())
def test_cleaning_raises_nothing_else_either(scorer, source, padding):
    """Any source is cleaned or refused, and what was removed is quoted from its text."""
    kind, text = source
    found = report_of(scorer, kind, text)
    try:
        cleaned = scorer.clean(text, kind=kind, padding=padding)
    except CopydeskError:
        return
    assert isinstance(found, Report)
    assert all(found.text[each.start : each.end] == each.quote for each in cleaned.removed)
    assert cleaned.removed or cleaned.content == text


@pytest.mark.parametrize(
    "text",
    [
        "x" * 1_000_000,
        "\n\n".join(f"Line {i} here" for i in range(19_000)),
        "c\u043euncil\u200bs " * 20_000,
        ". " * 100_000,
        "a'" * 200_000,
        "[" * 100_000,
        "\u200b" * 200_000 + "a",
    ],
    ids=["one-word", "many-lines", "hidden-characters", "stops", "apostrophes", "brackets", "zero-width"],
)
def test_large_odd_texts_are_scored(scorer, text):
    """A megabyte of one word, or as many lines as are read: no pattern runs away and nothing fails."""
    check(scorer.score(text=text))


def test_a_title_of_any_length_is_harmless(scorer, article):
    """A headline as long as an article costs no more than an article."""
    title = " ".join(f"word{i}" for i in range(50_000))
    check(scorer.score(text=article * 50, title=title))
