"""A document measured once: scored sentences, running prose, and the words of its topic."""

from __future__ import annotations

import numpy as np
import pytest

from copydesk import Document, read
from copydesk.article import TOPIC_BITS, Article
from copydesk.ngrams import rows

PROSE = "The harbour wall at Larkmoor will be rebuilt over two summers after the council voted for it."


def article_of(text: str, kind: str = "text") -> Article:
    return Article(read(text, kind=kind))


def terms_of(article: Article, block: int) -> set[int]:
    buckets, blocks = article.terms
    return set(buckets[blocks == block].tolist())


def codes(*words: str) -> set[int]:
    """The buckets of words in lower case."""
    return terms_of(article_of(" ".join(words)), 0)


def test_sentences_are_folded():
    """Every sentence is in scored form, in order."""
    article = article_of("\u201cWe can\u2019t pay,\u201d she said. The ferry \u2013 late \u2013 sailed.")
    assert article.folded == ('"We can\'t pay," she said.', "The ferry - late - sailed.")


def test_prose_is_closed_sentences_of_some_length():
    """Running prose are the sentences that are long enough and end as sentences do."""
    article = article_of(
        "Ferry limps to port\n\nThe ferry came in two hours late. Nobody was hurt.\n\n"
        "\u201cYou could hear it go bang,\u201d he said.\n\nHere is the article:\n\nIslanders have complained since the"
    )
    assert [s for s, is_prose in zip(article.folded, article.prose, strict=True) if is_prose] == [
        "The ferry came in two hours late.",
        '"You could hear it go bang," he said.',
    ]
    assert article.prose_words == 7 + 8


@pytest.mark.parametrize("end", [".", "!", "?", '."', ".\u201d", "?)", "!']"])
def test_a_sentence_may_end_in_quotes_and_brackets(end):
    """Closing quotes and brackets after the stop do not make prose anything else."""
    assert article_of(f"The boat came in two hours late{end}").prose.tolist() == [True]


@pytest.mark.parametrize("tag", ["h2", "figcaption", "td"])
def test_headings_captions_and_cells_are_not_prose(tag):
    """What stands in a heading, a caption or a table cell is not running prose, however it ends."""
    line = "The ferry came in two hours late."
    markup = {"td": f"<table><tr><td>{line}</td></tr></table>"}.get(tag, f"<{tag}>{line}</{tag}>")
    assert article_of(f"<p>{line}</p>{markup}", "html").prose.tolist() == [True, False]


def test_the_prose_row_counts_prose_alone():
    """Headings and fragments leave no trace in the row that the rewrite heads score."""
    whole, bare = (
        article_of("Ferry late\n\nThe ferry came in late on Friday."),
        article_of("The ferry came in late on Friday."),
    )
    assert whole.prose_row.bucket.tolist() == bare.prose_row.bucket.tolist()
    assert whole.prose_row.value.tolist() == bare.prose_row.value.tolist()
    assert bare.prose_row.bucket.tolist() == rows(bare.grams, np.zeros(1, dtype=np.int32)).bucket.tolist()


def test_every_sentence_knows_its_block():
    """Sentences are numbered by the block that they stand in."""
    assert article_of("One came. Two left.\n\nThree stayed.").block_of_sentence.tolist() == [0, 0, 1]


def test_terms_belong_to_their_blocks():
    """Content words are words of three characters or more, in any case, each under its block."""
    article = article_of("The ferry is late.\n\nIn 2011 IT SANK.")
    assert terms_of(article, 0) == codes("the", "ferry", "late")
    assert terms_of(article, 1) == codes("2011", "sank")
    assert all(0 <= bucket < 1 << TOPIC_BITS for bucket in article.terms[0])


def test_forms_of_a_word_share_a_bucket():
    """The first seven letters stand for a word's forms."""
    assert codes("harbourside") == codes("harbour") != codes("harbinger")


def test_capitals_that_grow_when_lowered_change_no_other_word():
    """A letter that is two characters in lower case shifts nothing and hides no other word's lower case."""
    article = article_of("The mayor of \u0130zmir came.\n\nThe Ferry sailed.")
    assert terms_of(article, 1) == codes("the", "ferry", "sailed")


def test_language_is_that_of_the_sentences(article):
    """An English article is English, and a text of no words has no language."""
    assert article_of(article).language == "en"
    assert article_of("12 34 56").language == "und"


def test_a_measurement_under_a_name_is_made_once():
    """What needs a model is computed at the first call and kept."""
    made = []
    article = article_of("A ferry.")
    assert [article.once("x", lambda: made.append(1) or 7) for _ in range(3)] == [7, 7, 7]
    assert made == [1]


@pytest.mark.parametrize(
    ("text", "is_prose"),
    [
        (PROSE, True),
        (PROSE[:-1], False),
        (
            "\u201cWe can pay once or we can pay every spring until the wall falls,\u201d she said at length.\u201d",
            True,
        ),
        ("The wall fell.", False),
    ],
)
def test_paragraphs_are_long_and_end_like_sentences(text, is_prose):
    """A block is taken for a paragraph by its length and its closing mark."""
    assert article_of(text).prose_blocks.tolist() == [is_prose]


def test_a_linked_paragraph_is_no_paragraph():
    """A block that is mostly link is a teaser, whatever it looks like."""
    assert article_of(f'<p><a href="/a">{PROSE}</a></p><p>{PROSE}</p>', "html").prose_blocks.tolist() == [False, True]


def test_block_rows_are_one_a_block():
    """The n-grams of a block's sentences are one row."""
    article = article_of("One came. Two left.\n\nThree stayed.")
    assert set(article.block_rows.row.tolist()) == {0, 1}
    second = article.block_rows.bucket[article.block_rows.row == 1]
    assert second.tolist() == article_of("Three stayed.").block_rows.bucket.tolist()


def test_stored_text_came_with_everything_in_it():
    """Only on a full page may a block belong to the page rather than to the text."""
    assert article_of(f"Follow us\n\n{PROSE}").with_the_text.all()
    assert article_of(f"<p>Follow us</p><p>{PROSE}</p>", "html").with_the_text.all()


def test_a_page_is_told_from_its_text():
    """On a full page, what stands beside the element that holds the paragraphs came with the page."""
    page = (
        "<html><body><header>x</header><main><article><h1>Wall to be rebuilt</h1><div class='entry'>"
        f"<p>{PROSE}</p><p>Also Read | Pop star leaves</p><p>{PROSE}</p><p>{PROSE}</p></div>"
        "<div class='entry-tools'><p>Share this story with friends</p></div></article></main></body></html>"
    )
    article = article_of(page, "html")
    text = article.document.text
    with_the_text = [
        text[b.start : b.end] for b, w in zip(article.document.blocks, article.with_the_text, strict=True) if w
    ]
    assert with_the_text == [PROSE, "Also Read | Pop star leaves", PROSE, PROSE]


def test_a_document_without_sentences_can_be_measured():
    """Code has no sentences: there is nothing to score, and nothing fails."""
    article = article_of("<pre><code>x = 1</code></pre>", "html")
    assert article.folded == ()
    assert article.prose_words == 0
    assert len(article.prose_row.row) == len(article.grams.bucket) == 0
    assert article.language == "und"


def test_measuring_changes_nothing_in_the_document(article):
    """The document that was measured is the document that was read."""
    document = read(article, kind="text")
    measured = Article(document)
    assert measured.terms and measured.prose_row and measured.language
    assert isinstance(measured.document, Document)
    assert measured.document == read(article, kind="text")
