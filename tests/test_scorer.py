"""The one pipeline: what goes in, what a report holds, when it abstains, and what cleaning takes out."""

from __future__ import annotations

import dataclasses

import pytest
from firing_articles import FERRY, PLANNING, WATER

from copydesk import SIGNALS, Document, DocumentError, DocumentTooLarge, Policy, Report, Scorer, read

FRENCH = (
    "La digue du port de Merlay sera reconstruite en deux étés, après un vote serré du conseil municipal mardi soir. Les "
    "ingénieurs avaient expliqué que le vieux mur, qui date de 1911, a perdu un tiers de sa base dans les tempêtes de "
    "février. Les travaux commencent en mai, et les bateaux seront déplacés dans le bassin nord jusqu'à l'automne."
)
GERMAN = (
    "Die Hafenmauer von Larkmoor wird in zwei Sommern neu gebaut, das hat der Gemeinderat am Dienstag beschlossen. "
    "Die Ingenieure hatten den Mitgliedern gesagt, dass die alte Mauer seit den St\u00fcrmen des letzten Winters nicht mehr "
    "sicher ist und dass sie nicht noch einmal geflickt werden kann.\n\nWir k\u00f6nnen einmal bezahlen oder wir k\u00f6nnen in "
    "jedem Fr\u00fchjahr bezahlen, sagte die Vorsitzende des Ausschusses. Ihr Stellvertreter hat dagegen gestimmt, weil der "
    "Markt seine Parkpl\u00e4tze f\u00fcr mehr als ein Jahr verliert und weil niemand wei\u00df, wer das bezahlen soll."
)
RELATED = "Read more: Brenwick water main burst under Station Road, company admits clamp repair"
UNRELATED = "Must Read: Pop Star Kiki Lorr Reveals the Diet That Changed Her Life"
DEBRIS = "Subscribe to our newsletter and get the latest headlines in your inbox every morning!"


def with_line(body: tuple[str, ...], line: str, at: int = 3) -> str:
    """The article as text, with a line of its own before paragraph `at`."""
    return "\n\n".join((*body[:at], line, *body[at:]))


def as_html(body: tuple[str, ...], *markup: str, at: int = 3) -> str:
    paragraphs = [f"<p>{paragraph}</p>" for paragraph in body]
    return "\n".join((*paragraphs[:at], *markup, *paragraphs[at:]))


# --- ways in


def test_a_report_has_everything(scorer, article):
    """Every signal in the contract's order, and the facts of the document."""
    report = scorer.score(text=article, id="a.txt")
    document = read(article, kind="text")
    assert list(report.signals) == list(SIGNALS)
    assert (report.id, report.schema, report.model, report.language) == ("a.txt", 1, scorer.model.name, "en")
    assert (report.text, report.words, report.content_hash) == (document.text, document.words, document.content_hash)
    assert report.sources == ()
    assert report.notes == ()
    assert report.action in ("publish", "review", "hold")


def test_scores_and_thresholds_are_probabilities(scorer, article):
    """Scores are plain floats from 0 to 1, thresholds the model's own."""
    report = scorer.score(text=article)
    for name, result in report.signals.items():
        assert type(result.score) is float
        assert type(result.flagged) is bool
        assert 0 <= result.score <= 1
        assert result.threshold == scorer.model.threshold(name)
        assert result.flagged == (result.score >= result.threshold)


def test_text_html_and_markdown_of_the_same_words_are_scored_alike(scorer, article):
    """The prose is what is scored, however it is marked up."""
    paragraphs = tuple(article.split("\n\n"))
    reports = [scorer.score(text=article), scorer.score(html=as_html(paragraphs)), scorer.score(markdown=article)]
    assert len({report.text for report in reports}) == 1
    assert len({report.signals["rewrite"].score for report in reports}) == 1


def test_bytes_are_read_like_text(scorer, article):
    """Bytes in any usual encoding give the report of their text."""
    assert scorer.score(text=article.encode("utf-16")) == scorer.score(text=article)


def test_a_document_is_scored_as_it_is(scorer, article):
    """A document that was read before gives the same report as its source."""
    document = read(article, kind="text", title="Wall", id="x")
    assert isinstance(document, Document)
    assert scorer.score(document) == scorer.score(text=article, title="Wall", id="x")


@pytest.mark.parametrize(
    ("given", "names"),
    [({}, "none"), ({"text": "a", "html": "b"}, "text, html"), ({"html": "a", "markdown": "b"}, "html, markdown")],
)
def test_exactly_one_source_is_expected(scorer, given, names):
    """None or two sources are an error that says which were given."""
    with pytest.raises(DocumentError, match=f"^expected exactly one of text, html and markdown, got {names}$"):
        scorer.score(**given)


@pytest.mark.parametrize(
    "given", [{"text": ""}, {"text": " \n "}, {"html": "<p></p>"}, {"html": ""}, {"markdown": "\n"}]
)
def test_an_empty_source_is_an_error(scorer, given):
    """Where there is no text, there is no report."""
    with pytest.raises(DocumentError, match="empty"):
        scorer.score(**given)


def test_a_source_that_is_too_large_is_an_error(scorer):
    """The error is the one for size."""
    with pytest.raises(DocumentTooLarge):
        scorer.score(text="a" * (2 * 1024 * 1024 + 1))


# --- abstaining


def test_another_language_is_not_judged(scorer):
    """French text: every signal abstains with a note that says why, and nothing is flagged."""
    report = scorer.score(text=FRENCH)
    assert report.language == "fr"
    assert [(r.score, r.flagged) for r in report.signals.values()] == [(None, False)] * len(SIGNALS)
    assert (report.score, report.action) == (None, "publish")
    assert [note.split(":")[0] for note in report.notes] == list(SIGNALS)
    assert all("not in English" in note and "(fr)" in note for note in report.notes)


def test_lines_are_judged_in_the_models_languages(scorer):
    """German text: the prose is not judged, its lines are, and a promo line for another story flags."""
    report = scorer.score(text=f"{GERMAN}\n\nLesen Sie auch: Filmstar Dela Marsh tanzt auf Yacht\n\n{GERMAN}")
    assert scorer.model.languages("injected_links") == ("en", "de")
    assert [report.signals[name].score is None for name in SIGNALS] == [True, True, False, False]
    assert report.signals["injected_links"].flagged
    assert [note.split(":")[0] for note in report.notes] == ["rewrite", "seo_padding"]


@pytest.mark.parametrize(
    "text", ["The ferry came in two hours late on Friday, the harbour master said.", "A ferry was late."]
)
def test_a_text_too_short_to_judge_is_not_judged(scorer, text):
    """Under the number of words that the rate of false flags was promised for, the prose is not judged."""
    report = scorer.score(text=text)
    for name in ("rewrite", "seo_padding"):
        assert report.signals[name].score is None
        assert not report.signals[name].flagged
        assert any(note.startswith(f"{name}: ") for note in report.notes)


def test_the_note_counts_the_words(scorer):
    """The note gives the number of words there are, and the number that is needed."""
    report = scorer.score(
        text="The ferry came in two hours late on Friday, and the people who had been on it were cold."
    )
    assert "rewrite: not judged, 19 words of running prose, 50 are needed" in report.notes


@pytest.mark.parametrize(
    "source",
    [
        {"html": "<pre><code>x = 1</code></pre>"},
        {"text": "1 2 3"},
        {"text": "\u2026"},
        {"text": "\u200b\u200b a"},
        {"html": "<h1>Ferry</h1>"},
    ],
)
def test_a_document_without_prose_abstains(scorer, source):
    """Code, numbers, marks or a bare headline: a report with notes, and no flag."""
    report = scorer.score(**source)
    assert not any(result.flagged for result in report.signals.values())
    assert report.action == "publish"
    assert len(report.notes) >= 2


# --- evidence


def evidence_of(report: Report, quote: str) -> list[tuple[str, str, bool | None]]:
    return [(e.signal, e.reason, e.related) for e in report.evidence if e.quote == quote]


def test_evidence_is_in_reading_order(scorer):
    """Lines come in the order in which a reader meets them."""
    report = scorer.score(text="\n\n".join(("Skip to content", *FERRY[:3], UNRELATED, *FERRY[3:], DEBRIS)))
    assert len(report.evidence) >= 3
    assert [e.start for e in report.evidence] == sorted(e.start for e in report.evidence)


@pytest.mark.parametrize("body", [FERRY, PLANNING, WATER])
def test_an_unrelated_line_in_the_body_is_flagged(scorer, body):
    """A "Must Read" to a celebrity story is quoted whole, off the topic, and flags the article."""
    report = scorer.score(text=with_line(body, UNRELATED))
    assert evidence_of(report, UNRELATED) == [("injected_links", "promo-line", False)]
    assert report.signals["injected_links"].flagged
    assert report.action in ("review", "hold")


@pytest.mark.parametrize("form", ["text", "html"])
def test_an_on_topic_line_is_listed_and_flags_nothing(scorer, form):
    """A reputable site's link to its own story on the same topic is shown as related, and is no objection."""
    link = f'<p><a href="/news/brenwick-main">{RELATED}</a></p>'
    source = with_line(WATER, RELATED) if form == "text" else as_html(WATER, link)
    report = scorer.score(**{form: source})
    assert evidence_of(report, RELATED) == [("injected_links", "promo-line", True)]
    assert not report.signals["injected_links"].flagged


def test_a_linked_line_gives_its_address(scorer):
    """The address of a promoted story is in the evidence."""
    report = scorer.score(html=as_html(FERRY, f'<p><a href="https://stars.example/lorr">{UNRELATED}</a></p>'))
    (found,) = [e for e in report.evidence if e.quote == UNRELATED]
    assert found.href == "https://stars.example/lorr"


def test_a_line_in_another_language_is_shown_but_not_judged(scorer):
    """In a French article, a promo line is listed; the signal abstains all the same."""
    report = scorer.score(
        text=f"{FRENCH}\n\nAlso Read | Film star Dela Marsh spotted on yacht with mystery singer\n\n{FRENCH}"
    )
    assert [e.signal for e in report.evidence] == ["injected_links"]
    assert report.signals["injected_links"].score is None
    assert report.action == "publish"


# --- the policy


def test_the_policy_decides_and_the_scores_stay(scorer, article):
    """Other thresholds change flags and action, never a score or a line."""
    strict = Scorer(scorer.model, Policy(thresholds=dict.fromkeys(SIGNALS, 0), hold_count=1))
    lenient = Scorer(scorer.model, Policy(thresholds=dict.fromkeys(SIGNALS, 1)))
    one, other = strict.score(text=article), lenient.score(text=article)
    assert (one.action, other.action) == ("hold", "publish")
    assert all(r.flagged for r in one.signals.values())
    assert {k: r.score for k, r in one.signals.items()} == {k: r.score for k, r in other.signals.items()}
    assert one.evidence == other.evidence


def test_a_report_cannot_be_changed(scorer, article):
    """Reports are values."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        scorer.score(text=article).action = "publish"


# --- cleaning


@pytest.mark.parametrize("kind", ["text", "markdown"])
def test_cleaning_text_takes_lines_and_debris_and_nothing_else(scorer, kind):
    """The promo line and the call to subscribe go, the article stays word for word."""
    cleaned = scorer.clean(with_line((*FERRY, DEBRIS), UNRELATED), kind=kind)
    assert cleaned.content.split("\n\n") == list(FERRY)


def test_cleaning_html_takes_lines_and_debris_and_nothing_else(scorer):
    """From a stored body, the paragraphs of the lines go and all others stay as they were."""
    cleaned = scorer.clean(
        as_html((*FERRY, DEBRIS), f'<p><strong><a href="/x">{UNRELATED}</a></strong></p>'), kind="html"
    )
    assert "Kiki Lorr" not in cleaned.content
    assert "newsletter" not in cleaned.content
    for paragraph in FERRY:
        assert f"<p>{paragraph}</p>" in cleaned.content


def test_cleaning_leaves_on_topic_links(scorer):
    """A link to the site's own story on the topic is none of cleaning's business."""
    source = with_line(WATER, RELATED)
    assert scorer.clean(source, kind="text").content == source


def test_cleaning_takes_padding_only_if_asked(scorer):
    """Padding is prose, so it goes only on request."""
    padding = (
        "In conclusion, the breakdown represents a pivotal moment in the evolving landscape of island life. As "
        "stakeholders navigate these challenges, only time will tell what the future holds, but one thing is certain: "
        "collaboration, resilience and innovation will continue to shape the path forward for everyone involved."
    )
    source = "\n\n".join((*FERRY, padding))
    assert scorer.clean(source, kind="text").content == source
    assert scorer.clean(source, kind="text", padding=True).content.rstrip() == "\n\n".join(FERRY)


def test_cleaning_a_clean_article_changes_nothing(scorer, article):
    """Nothing to take out, nothing changed."""
    cleaned = scorer.clean(article, kind="text")
    assert cleaned.content == article
    assert len(cleaned.removed) == 0
