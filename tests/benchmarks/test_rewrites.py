"""What disguises cost: shares at a tool's own threshold and at one false flag in a hundred."""

from __future__ import annotations

import rewrites

from copydesk.training.corpus import Row


def row(number: int, label: str) -> Row:
    text = f"{label} wrote this in the town of Larkmoor, where it had rained for {number} days. " * 8
    return Row(
        f"{label}{number}", text, "", label, "" if label == "human" else "gpt-4", "", "news", f"g{label}{number}"
    )


ROWS = [row(n, "human") for n in range(200)] + [row(n, "machine") for n in range(40)]


def by_first_word(texts):
    """A tool that knows a machine's texts by their first word, unless it is disguised, and two people's texts for no reason."""
    return [0.9 if t.startswith("machine ") or "for 7 days" in t or "for 8 days" in t else 0.1 for t in texts]


def test_both_thresholds_are_used():
    """The own threshold as given, and the score that one human article of a hundred passes."""
    found = rewrites.measure(by_first_word, 0.5, ROWS)
    assert found["human_flagged_mean"] == found["human_flagged_worst"] == 0.01
    assert found["found"]["as it is"] == {"own": 1.0, "at_1pct": 1.0}
    assert found["found"]["upper case"] == {"own": 0.0, "at_1pct": 0.0}


def test_the_table_has_a_row_for_every_disguise():
    """And a column for every tool."""
    found = rewrites.measure(by_first_word, 0.5, ROWS)
    lines = rewrites.table({"one": found, "other": found}).splitlines()
    assert lines[0] == "| disguise | one: own, at 1 % | other: own, at 1 % |"
    assert len(lines) == 2 + len(found["found"])
