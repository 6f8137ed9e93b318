"""What is not running prose is not judged as a rewrite, and prose with lists, speakers and short lines in it is."""

from __future__ import annotations

import pytest

from copydesk import read
from copydesk.article import Article
from copydesk.genre import other_than_prose

PROSE = (
    "The ferry company said on Monday that the boat would be back in service by the end of the week. "
    "Two engineers came over from the mainland with a new pump, and it was fitted overnight.\n\n"
)
VERSE = (
    "The harbour sleeps beneath the moon,\nThe gulls have gone to bed;\nA lantern swings, a distant tune\n"
    "Goes round inside my head.\n\nThe tide comes in, the tide goes out,\nThe nets hang up to dry,\n"
    "And no one left to care about\nThe herring or the sky.\n\n"
)
TURNS = (
    "MODERATOR: Good evening to you all, and welcome.\n\nMr. TEALE: Thank you for having me here tonight.\n\n"
    "IDA BECK (Harbour Union): I want to say that the fares are too high.\n\n"
)


def form(text: str, kind: str = "text") -> str | None:
    return other_than_prose(Article(read(text, kind=kind)))


@pytest.mark.parametrize("text", [VERSE * 2, PROSE + VERSE * 4])
def test_verse(text):
    """Short lines that break off in mid-sentence and begin with capitals."""
    assert form(text) == "it reads as verse"


def test_a_transcript():
    """Most paragraphs begin with who speaks."""
    assert form(PROSE + TURNS * 3) == "it reads as a transcript"


@pytest.mark.parametrize(
    "markup",
    [
        "<ul>" + "<li>Two spoons of sugar, sieved</li>" * 12 + "</ul>",
        "<table>" + "<tr><td>Larkmoor</td><td>3</td><td>1</td></tr>" * 12 + "</table>",
    ],
)
def test_lists_and_tables(markup):
    """Most words stand in short items or cells."""
    assert form(f"<p>Here is what was said.</p>{markup}", "html") == "it reads as a list or a table"


@pytest.mark.parametrize(
    "text",
    [
        PROSE * 6,
        PROSE * 6 + VERSE,
        PROSE * 4 + TURNS,
        PROSE * 3 + "- Two spoons of sugar\n- A pear\n- Flour\n\n" + PROSE,
        "WATER: the tap runs dry at noon.\n\n" + PROSE * 3,
        "\n\n".join(
            ["He left.", "Nobody saw it.", "It rained.", "She sat down.", "They waited.", "It was Monday."] * 3
        ),
        "",
    ],
)
def test_prose_is_prose(text):
    """A poem quoted in a report, a few turns, a list, a capital lead-in, a writer of short paragraphs."""
    assert (form(text) if text else None) is None


def test_numbered_paragraphs_are_prose():
    """Items as long as paragraphs are an article in numbered parts."""
    item = "<li>" + PROSE.strip() + "</li>"
    assert form(f"<p>Five things we learned.</p><ol>{item * 5}</ol>", "html") is None


def test_the_report_says_so(scorer):
    """No score, and a note that names what the text was taken for."""
    report = scorer.score(text=VERSE * 6)
    assert report.signals["rewrite"].score is None
    assert any("verse" in note or "words of running prose" in note for note in report.notes)
