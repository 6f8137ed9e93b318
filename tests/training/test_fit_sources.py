"""The head for sources: what it is taught, at which level it claims, and how it is measured."""

from __future__ import annotations

import random

import numpy as np
import pytest
import synthetic

from copydesk import CorpusError
from copydesk.fingerprint import BITS
from copydesk.sources import RELATIONS
from copydesk.training import copies, fit_sources, source_cuts, source_pairs, source_rows, sources_card
from copydesk.training.source_rows import Asked, Kept

STORY = "The {n} boats of Larkmoor came home on Tuesday with {n} crates of herring, said Ines Halvard of the harbour office."


def _story(number: int) -> str:
    maker = synthetic.Maker(number)
    own = STORY.format(n=1000 + number)
    return "\n\n".join([own, *maker.paragraphs(synthetic.REPORTED, 7)])


@pytest.fixture(scope="module")
def kept() -> list[Kept]:
    return [Kept(f"k{number}", "", _story(number)) for number in range(12)]


def test_made_copies_are_of_articles_in_the_archive(kept):
    """Every copy names its source, keeps words of it, and is labelled a copy."""
    texts = {row.id: row.text for row in kept}
    rows = copies.made(kept, 10, random.Random(1))
    assert len(rows) == 10
    for row in rows:
        assert (row.relation, row.set_name) == ("copy", copies.SET)
        own, source = set(row.text.split()), set(texts[row.source_id].split())
        assert len(own & source) > 0.6 * len(own)


def test_the_five_ways_of_copying_differ(kept):
    """Copies are framed, shortened, cut off and touched, not all the same."""
    by_way = [[] for _ in range(5)]
    for number, row in enumerate(copies.made(kept, 10, random.Random(2))):
        source = next(each.text for each in kept if each.id == row.source_id)
        by_way[number % 5].append(len(row.text) - len(source))
    assert min(by_way[0]) > 0
    assert max(by_way[1] + by_way[2]) < 0


def test_short_articles_are_not_copied():
    """What has too few words to be told from chance is left out."""
    assert copies.made([Kept("a", "", "Nine words are far too few for any copy.")], 5, random.Random(1)) == []


def test_wrong_labels_are_mended(kept):
    """A look-up that stands in the archive word for word is a copy of that, whatever its label; others stay as they are."""
    text = kept[3].text.replace("\n\n", "\n")
    rows = [
        Asked(text, "none", "", "none"),
        Asked("Something else.", "none", "", "none"),
        Asked(text, "rewrite", "k1", "w"),
    ]
    twin, other, rewrite = source_rows.mend(rows, kept)
    assert (twin.relation, twin.source_id, twin.set_name) == ("copy", "k3", source_rows.TWINS)
    assert other == rows[1]
    assert rewrite == rows[2]


def test_pairs_have_the_relation_that_the_label_says(kept):
    """The right article of the archive is the pair's class, and what is merely found near is another article or not known."""
    idf = np.full(1 << BITS, 5.0, dtype=np.float32)
    index = source_pairs.Index(kept, idf)
    asked = [Asked(kept[2].text, "copy", "k2", "written"), Asked(kept[4].text + " More.", "rewrite", "k4", "written")]
    compared = source_pairs.compare(index, asked, 1)
    for number, relation in enumerate(("copy", "rewrite")):
        own = compared.look_up == number
        assert compared.gold[own & compared.right].tolist() == [RELATIONS.index(relation)]
        assert set(compared.gold[own & ~compared.right]) <= {RELATIONS.index("unrelated"), -1}
    assert len(set(compared.group[compared.look_up == 0])) == 1


def _compared(claims: dict[int, float], right: set[int]) -> tuple[source_pairs.Compared, np.ndarray]:
    """One pair for each look-up, with that chance of being a copy."""
    count = len(claims)
    empty = np.zeros((count, 1), dtype=np.float32)
    chances = np.zeros((count, len(RELATIONS)), dtype=np.float32)
    chances[:, RELATIONS.index("copy")] = list(claims.values())
    numbers = np.arange(count)
    members = np.array([n in right for n in range(count)])
    return source_pairs.Compared(empty, numbers, empty[:, 0], numbers, numbers, members), chances


def test_the_level_keeps_the_false_rate():
    """It lies above what too many articles without a source reach, and figures are those at this level."""
    asked = [Asked("", "none", "", "none")] * 10 + [Asked("", "copy", "k", "written")] * 2
    claims = dict(enumerate([0.7, *[0.1] * 9, 0.65, 0.9]))
    level, figures = fit_sources.choose(*_compared(claims, {10, 11}), asked)
    assert level == pytest.approx(0.701)
    assert figures["found_written"] == 0.5
    assert figures["false_none"] == 0.0


def test_the_wrong_source_is_not_found():
    """A claim of an article that is not the source counts as missed."""
    asked = [Asked("", "none", "", "none"), *[Asked("", "copy", "k", "written")] * 2]
    _, figures = fit_sources.choose(*_compared({0: 0.0, 1: 0.99, 2: 0.99}, {2}), asked)
    assert figures["found_written"] == 0.5
    assert figures["found_mean"] == 0.5


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (
            {"id": "q1", "relation": "copy", "set": "w"},
            "queries.dev.jsonl.gz: q1: the field 'text' is missing or no text",
        ),
        (
            {"id": "q1", "text": "a", "relation": "theft", "set": "w"},
            "queries.dev.jsonl.gz: q1: relation is 'theft', expected",
        ),
        (
            {"id": "q1", "text": "a", "relation": "copy", "set": 3},
            "queries.dev.jsonl.gz: q1: the field 'set' is missing",
        ),
    ],
)
def test_a_wrong_look_up_is_named(tmp_path, record, message):
    """File, row and field are named, and what was expected."""
    synthetic.put(tmp_path, "queries.dev.jsonl.gz", [record])
    with pytest.raises(CorpusError) as caught:
        source_rows.look_ups(tmp_path, "dev")
    assert str(caught.value).startswith(message)


def test_the_card_tells_the_figures():
    """Every figure of the manifest stands in the card, and a model without sources has no such part."""
    figures = {"found_mean": 0.9115, "found_written": 0.9782, "found_other_set": 0.5, "false_none": 0.0018}
    manifest = {"numbers": {"sources.claimed_from": 0.653}, "sources": {"cross_validated": figures}}
    said = "\n".join(sources_card.sources(manifest))
    for value in ("0.9115", "0.9782", "0.0018", "0.653", "`other_set` | 0.5000"):
        assert value in said
    assert sources_card.sources({"numbers": {}}) == []


def test_a_passage_is_a_run_of_whole_sentences(kept):
    """A passage keeps the words of sentences that follow each other, numbered from 0; a short text is kept whole."""
    whole = source_pairs.words(kept[0].text, "")
    rng = random.Random(3)
    lengths = set()
    for _ in range(40):
        part = source_cuts.passage(whole, rng)
        lengths.add(part.sentences)
        start = next(
            at
            for at in range(len(whole.hashes))
            if whole.hashes[at : at + len(part.hashes)].tolist() == part.hashes.tolist()
        )
        sentences = whole.sentence[start : start + len(part.hashes)]
        assert (part.sentence == sentences - sentences[0]).all()
        assert part.sentences == part.sentence[-1] + 1
    assert len(lengths) > 3
    brief = source_pairs.words("Boats left Larkmoor.", "")
    assert source_cuts.passage(brief, rng).hashes.tolist() == brief.hashes.tolist()


def test_passages_are_taught_for_what_their_whole_is(kept):
    """Passages of a rewrite are rewrites of its source, those of unrelated articles never; both stay in the group of the whole."""
    index = source_pairs.Index(kept, np.full(1 << BITS, 5.0, dtype=np.float32))
    alone = synthetic.Maker(99).paragraphs(synthetic.REPORTED, 4)
    asked = [Asked(kept[2].text, "rewrite", "k2", "written"), Asked("\n\n".join(alone), "none", "", "none")]
    cuts = source_cuts.compare(index, asked, 1)
    claimed = cuts.gold >= RELATIONS.index("rewrite")
    assert claimed.sum() == 1
    assert set(cuts.group[claimed]) == {2}
    assert len(kept) + 1 in cuts.group
    assert (cuts.look_up == -1).all()
    whole = source_pairs.compare(index, asked, 1)
    assert len(source_pairs.joined(whole, cuts).gold) == len(whole.gold) + len(cuts.gold)
