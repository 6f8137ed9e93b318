"""The typography probe: it sees a shortcut in raw rows, and how much of it the scored form leaves."""

from __future__ import annotations

import pytest
from synthetic import REPORTED, Maker

from copydesk.training.corpus import Row
from copydesk.training.typography import FEWEST, features, probe


def rows(machine_style: bool) -> list[Row]:
    """People and machines that write the same sentences; if asked, the machines in other typography."""
    maker = Maker(3)
    found = []
    for i in range(2 * (FEWEST + 20)):
        paragraphs = maker.paragraphs(REPORTED, 6)
        if i % 2 and machine_style:
            text = "\n\n".join(p.replace("\u201c", '"').replace("\u201d", '"') for p in paragraphs)
        else:
            text = "  ".join(paragraphs)
        found.append(Row(str(i), text, "", "machine" if i % 2 else "human", "", "", "set", str(i)))
    return found


def test_there_are_thirteen_features():
    """Thirteen numbers, all finite, for any text and for none."""
    for text in ("", "A text.", "\n\n\u201cTitle: x\u201d  \u2013 and.So ,"):
        found = features(text)
        assert len(found) == 13
        assert all(abs(x) < 1e3 for x in found)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a b", "a\nb"),
        ("say 'so'", "say \u2018so\u2019"),
        ("a - b", "a \u2013 b"),
        ("one. Two", "one.Two"),
        ("A", "a"),
        ("a.", "a"),
    ],
)
def test_typography_is_seen(one, other):
    """Texts that differ in typography alone have different features."""
    assert features(one) != features(other)


def test_a_shortcut_shows_in_raw_rows_and_not_in_scored_ones():
    """Where typography tells machines from people, the probe finds it, and finds it gone from what is scored."""
    (found,) = probe(rows(machine_style=True))
    assert found.raw > 0.95
    assert 0.25 < found.scored < 0.75
    assert found.n == 2 * (FEWEST + 20)


def test_without_a_shortcut_nothing_shows():
    """Where both write alike, both figures are near chance."""
    (found,) = probe(rows(machine_style=False))
    assert 0.25 < found.raw < 0.75


def test_the_probe_is_repeatable():
    """The same rows give the same figures."""
    assert probe(rows(machine_style=True)) == probe(rows(machine_style=True))


def test_a_set_of_one_side_has_no_probe():
    """Without people or without machines there is nothing to tell apart."""
    assert probe([r for r in rows(machine_style=True) if r.human]) == []
