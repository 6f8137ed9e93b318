"""Which level holds for which block."""

from __future__ import annotations

import numpy as np
import pytest

from copydesk import Model, ModelError
from copydesk.levels import CLASSES, SHORT, classes, levels, name_of


@pytest.mark.parametrize(
    ("prose", "cued", "words", "expected"),
    [
        (True, False, 30, "prose"),
        (True, True, 30, "prose"),
        (False, True, 12, "cued"),
        (False, True, 2, "cued"),
        (False, False, SHORT - 1, "short"),
        (False, False, SHORT, "long"),
    ],
)
def test_a_block_has_one_class(prose, cued, words, expected):
    """A paragraph is one whatever it begins with, then the lead-in decides, then the length."""
    found = classes(np.array([prose]), np.array([cued]), np.array([words], dtype=np.int32))
    assert CLASSES[found[0]] == expected


def model(**levels_of: float) -> Model:
    numbers = {name_of("link", page, each): 0.5 for page in (True, False) for each in CLASSES}
    return Model("m", {"numbers": numbers | {f"lines.{name}": value for name, value in levels_of.items()}}, {})


def test_pages_have_levels_of_their_own():
    """The level of a short line of a page is another one than that of a short line of a text."""
    of_class = np.array([CLASSES.index("short"), CLASSES.index("prose")], dtype=np.int32)
    chosen = model(link_short_page=0.75)
    assert levels(of_class, "link", True, chosen).tolist() == [0.75, 0.5]
    assert levels(of_class, "link", False, chosen).tolist() == [0.5, 0.5]


def test_a_model_without_a_level_is_refused():
    """A missing level is an error that names it, not a line that is never shown."""
    with pytest.raises(ModelError, match=r"lines\.debris_prose_page"):
        levels(np.zeros(1, dtype=np.int32), "debris", True, model())
