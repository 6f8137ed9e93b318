"""A source that was found raises the rewrite signal, and shows the sentences that it shares with the article."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from stories import ORIGINAL, REWRITE, SAME_EVENT

from copydesk import Candidate, Matcher, ModelError, Policy, Scorer, Source, read
from copydesk.borrowing import log_odds

EXAMPLES = Path(__file__).parent.parent / "examples"
GERMAN = (
    "Die Hafenmauer in Larkmoor wird neu gebaut. Der Rat stimmte am Dienstag mit neun zu vier Stimmen dafür. "
    "Die alte Mauer von 1911 habe seit den Stürmen ein Drittel ihres Fundaments verloren, sagten Ingenieure. "
    "Die neue Mauer kostet 5,8 Millionen Kronen. Tom Abery stimmte dagegen und sprach vom Fischmarkt."
)


def _sources(matcher: Matcher, text: str, *others: str) -> tuple[Source, ...]:
    candidates = [Candidate(str(n), "", matcher.print(read(x, kind="text")).packed) for n, x in enumerate(others)]
    return matcher.match(matcher.look_up(read(text, kind="text")), candidates)


def _borrowed(report):
    return [found for found in report.evidence if found.reason in ("copied-source", "rewritten-source")]


def test_a_source_raises_the_rewrite_signal(scorer, matcher):
    """Prose that reads like a person's is flagged once its source is known, and the reason says so."""
    document = read((EXAMPLES / "06-news-report.html").read_bytes(), kind="html")
    packed = matcher.print(document).packed
    (source,) = matcher.match(matcher.look_up(document), [Candidate("a", "", packed)])
    alone = scorer.score(document)
    known = scorer.score(document, sources=[replace(source, relation="rewrite")])
    assert not alone.signals["rewrite"].flagged
    assert known.signals["rewrite"].flagged
    assert {found.reason for found in _borrowed(known)} == {"rewritten-source"}
    assert (alone.action, known.action) == ("publish", "review")


def test_a_copy_is_named_as_one(scorer, matcher):
    """The evidence of a copy has a reason of its own."""
    report = scorer.score(text=ORIGINAL, sources=_sources(matcher, ORIGINAL, ORIGINAL))
    assert {found.reason for found in _borrowed(report)} == {"copied-source"}


def test_the_evidence_is_whole_sentences_that_align(scorer, matcher):
    """Quotes start and end where aligned sentences do, lie inside of one paragraph, and do not overlap."""
    (source,) = _sources(matcher, REWRITE, ORIGINAL)
    report = scorer.score(text=REWRITE, sources=[source])
    borrowed = _borrowed(report)
    assert {found.start for found in borrowed} <= {pair.start for pair in source.alignment}
    assert {found.end for found in borrowed} <= {pair.end for pair in source.alignment}
    covered = sum(pair.start >= b.start and pair.end <= b.end for b in borrowed for pair in source.alignment)
    assert covered == len(source.alignment)
    for one, other in pairwise(borrowed):
        assert one.end <= other.start
    for found in borrowed:
        assert report.text[found.start : found.end] == found.quote
        assert "\n\n" not in found.quote
        assert found.score == source.score


def test_a_report_of_the_same_event_changes_nothing(scorer, matcher):
    """What is named but not claimed leaves score and evidence as they were."""
    alone = scorer.score(text=SAME_EVENT)
    named = Source("other", "", "same_event", 0.9, 0.3)
    with_it = scorer.score(text=SAME_EVENT, sources=[named])
    assert with_it.signals == alone.signals
    assert with_it.evidence == alone.evidence
    assert with_it.sources == (named,)


def test_an_allowed_source_is_a_note(scorer, matcher):
    """A source that the policy allows stands in the report and flags nothing."""
    found = _sources(matcher, REWRITE, ORIGINAL)
    lenient = Scorer(scorer.model, Policy(allow=("0",)))
    report = lenient.score(text=REWRITE, sources=found)
    assert report.signals == scorer.score(text=REWRITE).signals
    assert report.sources == found
    assert report.notes == ("sources: rewrite of 0, which the policy allows",)


def test_a_text_whose_prose_is_not_judged_goes_by_its_source(scorer, matcher):
    """A copied article in another language has a score, and the note says what it rests on."""
    assert scorer.score(text=GERMAN).signals["rewrite"].score is None
    report = scorer.score(text=GERMAN, sources=_sources(matcher, GERMAN, GERMAN))
    assert report.signals["rewrite"].flagged
    assert any(note.startswith("rewrite: not judged") and note.endswith("by its source alone") for note in report.notes)


def test_a_doubtful_source_weighs_less(scorer):
    """The surer the source, the higher the score, whatever the prose says."""
    scores = [
        scorer.score(text=REWRITE, sources=[Source("a", "", "rewrite", chance, 0.8)]).signals["rewrite"].score
        for chance in (0.66, 0.8, 0.95, 0.999)
    ]
    assert scores == sorted(scores)
    assert scores[0] < scores[-1]


def test_a_model_without_the_weights_is_an_error(scorer):
    """A model that was trained without sources says what it lacks."""

    class Lacking(type(scorer.model)):
        def array(self, name):
            if name == "sources.raise":
                raise ModelError(f"model {self.name}: the array {name!r} is missing")
            return super().array(name)

    lacking = Lacking(scorer.model.name, scorer.model.manifest, scorer.model.arrays, scorer.model.card)
    with pytest.raises(ModelError, match=r"sources\.raise"):
        Scorer(lacking).score(text=REWRITE, sources=[Source("a", "", "copy", 0.99, 0.8)])


def test_log_odds_are_held_within_what_can_be_known():
    """Certainty is no number of log-odds."""
    assert log_odds(np.array([0.0, 0.5, 1.0])).tolist() == [-7.0, 0.0, 7.0]
