"""Lines are counted over many documents of a site, copies once, in a table that does not grow."""

from __future__ import annotations

import pickle
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk import Document, Prints, RepeatCounter, Repeats, prints, read
from copydesk.article import Article
from copydesk.repeats import site_of

PROMO = "Also Read | Film star Dela Marsh spotted on yacht with mystery singer"
TOPICS = ("harbour wall", "ferry", "fish market", "coal pier", "school roof", "tram depot", "town hall", "bee garden")


def story(topic: str, *lines: str, url: str | None = None) -> Document:
    """An article of three paragraphs of its own, with lines between them."""
    own = [
        f"The {topic} will be rebuilt over two summers after the council of Larkmoor voted nine to four for it.",
        f"Engineers had said that the {topic} would not stand another winter, and that patching it would cost more.",
        f"Nobody who spoke on Tuesday wanted the {topic} to go, but few wanted to pay for it either, the chair said.",
    ]
    return read("\n\n".join([own[0], *lines, *own[1:]]), kind="text", url=url)


def counted(documents: list[Document]) -> Repeats:
    counter = RepeatCounter()
    for document in documents:
        counter.add(prints(document))
    return counter.result()


def others(documents: list[Document]) -> list[dict[str, int]]:
    """For every document, its lines that stand in others, and in how many."""
    repeats = counted(documents)
    return [
        {d.text[b.start : b.end]: int(n) for b, n in zip(d.blocks, repeats.of(d), strict=True) if n} for d in documents
    ]


def test_a_line_knows_in_how_many_other_articles_it_stands():
    """The article itself is not counted, and its own paragraphs stand nowhere else."""
    found = others([*(story(topic, PROMO) for topic in TOPICS[:4]), story(TOPICS[4])])
    assert found == [{PROMO: 3}] * 4 + [{}]


def test_a_line_that_stands_twice_in_one_article_counts_once():
    """What an article repeats itself says nothing of others."""
    assert others([story(TOPICS[0], PROMO, PROMO), story(TOPICS[1])]) == [{}, {}]
    assert others([story(TOPICS[0], PROMO, PROMO), story(TOPICS[1], PROMO)]) == [{PROMO: 1}, {PROMO: 1}]


def test_copies_of_one_article_count_once():
    """The same article again, or most of it with a line more, proves nothing about its lines."""
    article = story(TOPICS[0], PROMO)
    paragraphs = article.text.split("\n\n")
    shorter = read("\n\n".join([*paragraphs[:3], "Updated at noon"]), kind="text")
    assert others([article, article, shorter, article]) == [{}] * 4


def test_a_line_in_a_copy_is_still_known_from_other_articles():
    """A copy adds nothing to a count, but is told what others have shown."""
    found = others([story(TOPICS[0], PROMO), story(TOPICS[1], PROMO), story(TOPICS[0], PROMO)])
    assert found == [{PROMO: 1}] * 3


def test_a_notice_of_some_length_does_not_make_articles_copies():
    """Articles that share a paragraph are no copies of one another while most of their paragraphs are their own."""
    notice = (
        "This story was sent to us by a wire service and was not edited here. Write to us if you find a fault in it."
    )
    assert others([story(topic, notice) for topic in TOPICS[:3]]) == [{notice: 2}] * 3


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Also read: the ferry is late", "ALSO READ: The ferry is late"),
        ("Don\u2019t miss our newsletter", "Don't  miss our newsletter"),
        ("12 comments", "1,304 comments"),
        ("3 min read", "11 min read"),
    ],
)
def test_lines_that_differ_in_case_typography_or_one_number_are_equal(one: str, other: str):
    """What a template changes from article to article does not hide that it is the same line."""
    assert others([story(TOPICS[0], one), story(TOPICS[1], other)]) == [{one: 1}, {" ".join(other.split()): 1}]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Larkmoor 2 Skerrin 1", "Larkmoor 4 Skerrin 3"),
        ("Also read: the ferry is late", "Also read: the ferry is lost"),
        (
            "It will be 12 degrees in Larkmoor on Monday, with some rain in the afternoon and a cold night.",
            "It will be 13 degrees in Larkmoor on Monday, with some rain in the afternoon and a cold night.",
        ),
    ],
)
def test_lines_that_say_something_else_are_not_equal(one: str, other: str):
    """Two numbers are a result or a balance, a paragraph's number is its news: they are what the line says."""
    assert others([story(TOPICS[0], one), story(TOPICS[1], other)]) == [{}, {}]


@pytest.mark.parametrize("line", ["Background", "12", "3 4", "* * *", "\u2014 \u2014"])
def test_single_words_numbers_and_ornaments_are_no_lines(line: str):
    """A section's one-word heading or a rule between sections may stand in every article."""
    assert others([story(topic, line) for topic in TOPICS[:3]]) == [{}] * 3


def test_sites_are_counted_apart():
    """What stands in two articles of two sites stands in no other article of its site."""
    urls = ["https://gazette.example/1", "https://www.gazette.example/2", "https://herald.example/1", None]
    documents = [story(topic, PROMO, url=url) for topic, url in zip(TOPICS, urls, strict=False)]
    assert others(documents) == [{PROMO: 1}, {PROMO: 1}, {}, {}]


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.Gazette.example:8000/a?b", "gazette.example"),
        ("//news.gazette.example/a", "news.gazette.example"),
        ("a/b.html", ""),
        ("http://[broken/", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_the_site_is_the_host_of_the_address(url: str | None, site: str):
    """Port, case and "www." make no other site; what has no host has no site."""
    assert site_of(url) == site


def test_an_article_without_paragraphs_is_compared_by_its_lines():
    """Lists of lines are copies of one another where most of the lines are the same."""
    rows = [f"Row {name} of the list" for name in "abcdefgh"]
    first, second = (read("\n\n".join(part), kind="text") for part in (rows[:5], [*rows[:4], rows[6]]))
    assert others([first, second]) == [{}, {}]
    third = read("\n\n".join([rows[0], *rows[5:]]), kind="text")
    assert others([first, third]) == [{rows[0]: 1}, {rows[0]: 1}]


def test_an_article_scored_alone_repeats_nothing():
    """Without a batch every block stands in no other article."""
    document = story(TOPICS[0], PROMO)
    assert Article(document).repeated.tolist() == [0, 0, 0, 0]
    documents = [document, story(TOPICS[1], PROMO)]
    assert Article(document, counted(documents).of(document)).repeated.tolist() == [0, 1, 0, 0]


@pytest.mark.parametrize("documents", [[], [story(TOPICS[0])]], ids=["nothing", "one"])
def test_what_was_not_repeated_takes_no_room(documents: list[Document]):
    """A result holds repeated lines alone."""
    repeats = counted(documents)
    assert (repeats.keys.shape, repeats.counts.shape) == ((0,), (0,))
    assert repeats.of(story(TOPICS[0])).tolist() == [0, 0, 0]


def test_an_empty_document_has_no_lines():
    """No blocks, no counts, no error."""
    empty = Document("", (), ())
    assert counted([empty, empty]).of(empty).shape == (0,)
    assert counted([story(topic, PROMO) for topic in TOPICS]).of(empty).shape == (0,)


def test_hashes_are_the_same_in_every_process():
    """Worker processes, started with another hash seed, must find the same lines."""
    script = "from copydesk import prints, read; print(prints(read('Also read', kind='text')).keys.tolist())"
    said = {
        subprocess.run(
            [sys.executable, "-c", script], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert said == {f"{prints(read('Also read', kind='text')).keys.tolist()}\n"}


def _lines(keys: list[int]) -> Prints:
    """A document of lines that no copy check looks at, each of another row of the table unless equal below 2**18."""
    unique = np.unique(np.array([(k % (1 << 18)) << 32 | (k >> 18) + 1 for k in keys], dtype=np.uint64))
    return Prints(unique, np.zeros(len(unique), dtype=np.int32))


@settings(deadline=None, max_examples=50)
@given(st.lists(st.lists(st.integers(0, 30), max_size=8), max_size=12))
def test_counts_are_exact_while_there_is_room(documents: list[list[int]]):
    """Every line of two documents or more has its number of documents."""
    counter = RepeatCounter()
    for keys in documents:
        counter.add(_lines(keys))
    repeats = counter.result()
    held = [set(_lines(keys).keys.tolist()) for keys in documents]
    wanted = {key: n for key in set().union(*held) if (n := sum(key in each for each in held)) > 1}
    assert dict(zip(repeats.keys.tolist(), repeats.counts.tolist(), strict=True)) == wanted
    assert sorted(wanted) == repeats.keys.tolist()


def test_a_full_table_forgets_lines_that_stand_seldom():
    """However many lines come, those of many documents stay, and no count is too high."""
    counter = RepeatCounter()
    often, rows = [1 << 18, 2 << 18], 1 << 18
    for number in range(500):  # all in one row of eight
        for key in (*often, (number + 3) * rows):
            counter.add(_lines([key]))
    repeats = counter.result()
    assert repeats.keys.tolist() == _lines(often).keys.tolist()
    assert repeats.counts.tolist() == [500, 500]


def test_new_lines_find_a_place_in_a_full_table():
    """Lines that came first do not keep the table to themselves."""
    counter = RepeatCounter()
    rows = 1 << 18
    for number in range(100):
        counter.add(_lines([(number + 1) * rows]))
    for _ in range(3):
        counter.add(_lines([200 * rows]))
    assert counter.result().counts.tolist() == [3]


def test_a_count_stops_at_its_highest():
    """A line of more documents than a count can hold stays at the highest count."""
    counter = RepeatCounter()
    counter._counts[0, 0], counter._tags[0, 0] = 65_534, 5
    for _ in range(3):
        counter.add(Prints(np.array([5], dtype=np.uint64), np.zeros(1, dtype=np.int32)))
    assert counter.result().counts.tolist() == [65_535]


def test_prints_travel_between_processes():
    """What one process has made of a document is counted by another one all the same."""
    made = prints(read("The ferry stops in March.\n\nMara Oduya counts the seats of a smaller boat.", kind="text"))
    come = pickle.loads(pickle.dumps(made))
    assert np.array_equal(come.keys, made.keys)
    assert np.array_equal(come.weights, made.weights)
    counter = RepeatCounter()
    for _ in range(2):
        counter.add(come)
    assert len(counter.result().keys) == 0, "the second is a copy"
