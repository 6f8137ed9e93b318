"""What tests of real systems share: a clean article, one with injected lines, about places that do not exist; and a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TOP = Path(__file__).resolve().parent.parent.parent
PROMO = "Also Read | Film star Dela Marsh spotted on yacht with mystery singer"


@pytest.fixture(scope="session")
def clean_text() -> str:
    """A clean article as plain text: one of the examples, without its headline."""
    return (TOP / "examples" / "12-non-native-writer.txt").read_text(encoding="utf-8").split("\n\n", 1)[1]


@pytest.fixture(scope="session")
def clean_html(clean_text: str) -> str:
    """The same as an editor's HTML."""
    return "".join(f"<p>{' '.join(each.split())}</p>" for each in clean_text.split("\n\n") if each.strip())


@pytest.fixture(scope="session")
def bad_html(clean_html: str) -> str:
    """The same article with two lines for other stories in it."""
    first, rest = clean_html.split("</p>", 1)
    return f"{first}</p><p>{PROMO}</p>{rest}<p>Must Read: Ten celebrity kitchens you will not believe</p>"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    with chromium() as started:
        yield started
