"""Is an article a copy or a rewrite of another? On invented stories, with the shipped model."""

from __future__ import annotations

import pytest
from stories import ORIGINAL, REWRITE, SAME_EVENT, UNRELATED

from copydesk import Candidate, Matcher, check_print, read


def _match(matcher: Matcher, text: str, *others: str):
    candidates = [Candidate(str(n), "", matcher.print(read(x, kind="text")).packed) for n, x in enumerate(others)]
    return matcher.match(matcher.look_up(read(text, kind="text")), candidates)


def test_a_copy_is_a_copy(matcher):
    """The same words are a copy, and all of them align."""
    (found,) = _match(matcher, ORIGINAL, ORIGINAL)
    assert (found.id, found.share) == ("0", 1.0)
    assert found.relation in ("copy", "rewrite")
    assert found.score > 0.9


def test_a_rewrite_names_its_source_first(matcher):
    """A careful rewrite, sentence by sentence in other words, is claimed, whatever else is in the archive."""
    first = _match(matcher, REWRITE, UNRELATED, SAME_EVENT, ORIGINAL)[0]
    assert (first.id, first.relation) == ("2", "rewrite")
    assert first.share > 0.7


@pytest.mark.parametrize(("one", "other"), [(SAME_EVENT, ORIGINAL), (ORIGINAL, SAME_EVENT)])
def test_another_newsrooms_report_is_no_rewrite(matcher, one, other):
    """Two reports of one event by different people are not claimed, either way."""
    assert not [found for found in _match(matcher, one, other) if found.relation in ("copy", "rewrite")]


def test_nothing_is_said_of_unrelated_articles(matcher):
    """Articles that have nothing in common are no sources."""
    assert _match(matcher, UNRELATED, ORIGINAL, SAME_EVENT) == ()


@pytest.mark.parametrize("packed", [b"", b"\x00\x09", b"\x10\x02\x01\x01a"])
def test_a_damaged_fingerprint_is_passed_over(matcher, packed):
    """Candidates that cannot be read do not stop the others."""
    good = Candidate("good", "", matcher.print(read(ORIGINAL, kind="text")).packed)
    found = matcher.match(matcher.look_up(read(ORIGINAL, kind="text")), [Candidate("bad", "", packed), good])
    assert [each.id for each in found] == ["good"]
    with pytest.raises(ValueError):
        check_print(packed)


@pytest.mark.parametrize("text", ["Yes.", "12 34 56", "— — —", "a " * 5000])
def test_texts_with_hardly_a_word_have_no_source(matcher, text):
    """What has no content words is neither found nor an error."""
    assert _match(matcher, text, ORIGINAL) == ()


def test_the_report_names_the_sources_given(scorer, matcher):
    """What a search found stands in the report."""
    found = _match(matcher, REWRITE, ORIGINAL)
    assert scorer.score(text=REWRITE, sources=found).sources == found
