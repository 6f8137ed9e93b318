"""Invented groups of lines, put into articles."""

from __future__ import annotations

import random
import re

import pytest

from copydesk.training.groups import Group, filled, stored, with_groups, words_for_slots

TEXT = "In the harbour town of Larkmoor the mayor Ada Brandt said that Dunwick would pay for the harbour harbour wall."


def test_the_stored_groups_are_well_formed():
    """Every group has lines, a known place and language, and slots that can be filled."""
    groups = stored()
    assert len(groups) > 1000
    for group in groups:
        assert group.kind in ("between", "end", "top", "any")
        assert re.fullmatch("[a-z]{2}", group.language)
        assert group.lines
        for label, text in group.lines:
            assert text.strip(), (group.kind, label)
            left_over = label == "artifact"  # a template's own braces are what such a line shows
            assert left_over or set(re.findall(r"\{(\w+)\}", text)) <= {"name", "place", "org", "topic"}


def test_no_group_is_stored_twice():
    """The same group twice would only weigh more."""
    assert len({g.lines for g in stored()}) > 0.99 * len(stored())


def test_slots_are_filled_from_the_article():
    """Names, places and frequent words of the article stand in the lines; capitals stay capitals."""
    group = Group(
        "between", "en", (("injected_link", "READ ON: {name} LEAVES"), ("injected_link", "{topic} for {place}"))
    )
    lines = filled(group, words_for_slots(TEXT), random.Random(1))
    assert lines[0].text == "READ ON: ADA BRANDT LEAVES"
    assert lines[1].text[0].isupper()
    assert lines[1].text.split(" for ")[1] in TEXT


def test_an_article_without_names_still_fills_slots():
    """Nothing is left in braces, whatever the article lacks."""
    group = Group("between", "en", (("injected_link", "{name} in {place} with {org} on {topic}"),))
    assert "{" not in filled(group, words_for_slots("it rained."), random.Random(1))[0].text


@pytest.mark.parametrize("seed", range(8))
def test_groups_stand_where_they_belong(seed):
    """A list ends the article, a promo box stands between two paragraphs, and nothing of the article is lost."""
    paragraphs = [f"Paragraph {i} of the story." for i in range(5)]
    groups = [
        Group("between", "en", (("injected_link", "Also: {name}"), ("injected_link", "More"))),
        Group("end", "en", (("related_list", "Most read"),)),
        Group("top", "en", (("chrome", "Home"),)),
    ]
    lines = with_groups(paragraphs, TEXT, groups, random.Random(seed))
    labels = [x.label for x in lines]
    assert [x.text for x in lines if x.label == "body"] == paragraphs
    assert labels[0] == "chrome"
    assert labels[-1] == "related_list"
    first = labels.index("injected_link")
    assert labels[first : first + 2] == ["injected_link"] * 2
    assert "body" in labels[:first]
    assert labels[first + 2] == "body"
