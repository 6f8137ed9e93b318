"""Labels of our own: stored without text, found again by digest."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

from copydesk import CorpusError
from copydesk.training import labels
from copydesk.training.corpus import Line, Lines

PAGE = (
    "<html><body><article><h1>Wall rises</h1><p>The wall at Larkmoor will be rebuilt over two summers, the council said.</p>"
    "</article></body></html>"
)


def corpus(folder: Path, **record: object) -> Path:
    with gzip.open(folder / "pages.unlabelled.jsonl.gz", "wt", encoding="utf-8") as out:
        out.write(json.dumps({"id": "u1", "outlet": "larkmoorcourier.org", "html": PAGE} | record) + "\n")
    return folder


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """One document with its headline labelled, and a body line that the reader does not find."""
    found = {labels.digest("Wall rises"): Line("", "headline"), labels.digest("Gone"): Line("", "body")}
    monkeypatch.setattr(labels, "stored", lambda: {"u1": found})


def test_the_stored_labels_hold_digests_alone():
    """A line of labels.txt is an id and digests with letters: no text of anybody's article."""
    raw = Path(labels.__file__).with_name("labels.txt").read_text("utf-8")
    for row in raw.splitlines():
        if not row.startswith("#"):
            assert re.fullmatch(r"\S+( [0-9a-f]{8}[a-z][+-]?)+", row), row[:80]
    assert len(labels.stored()) > 300


def test_blocks_are_found_by_their_words(tmp_path, known):
    """What the reader cuts as it was labelled gets its label; everything else is left out."""
    found = labels.documents(corpus(tmp_path), [])
    assert [(x.text, x.label) for x in found[0].lines] == [("Wall rises", "headline")]
    assert found[0].html == PAGE


def test_a_digest_knows_words_not_typography():
    """Case, spaces and marks make no difference, words do."""
    assert labels.digest("Wall  rises!") == labels.digest("wall rises")
    assert labels.digest("wall rises") != labels.digest("wall falls")


def test_an_outlet_of_the_held_out_part_is_left_out(tmp_path, known):
    """Pages of an outlet that is measured on teach nothing; those of a known outlet join its group."""
    other = Lines("p1", "", "us/LarkmoorCourier", ())
    assert labels.documents(corpus(tmp_path), [], without=[other]) == []
    assert labels.documents(corpus(tmp_path), [other])[0].group == "us/LarkmoorCourier"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("www.larkmoorcourier.org", "larkmoorcourier.org"),
        ("us/LarkmoorCourier", "Larkmoor Courier - News"),
        ("Fox News (Online)", "foxnews.com"),
    ],
)
def test_an_outlet_is_known_by_any_of_its_names(one, other):
    """Data sets write an outlet as a host, a class or a name."""
    assert labels.outlet(one) == labels.outlet(other)


def test_a_corpus_without_these_pages_gives_none(tmp_path, known):
    """Training works without the unlabelled pages."""
    assert labels.documents(tmp_path, []) == []


def test_a_record_without_a_source_is_an_error(tmp_path, known):
    """The error names the file and the record."""
    with pytest.raises(CorpusError, match=r"pages.unlabelled.jsonl.gz: u1: .*expected"):
        labels.documents(corpus(tmp_path, html=None), [])
