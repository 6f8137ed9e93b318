"""Fitting what says whether a line is on topic, on the invented corpus."""

from __future__ import annotations

import random

import numpy as np
import pytest
import synthetic

from copydesk import CorpusError
from copydesk.relatedness import COLUMNS, STORY, hashes
from copydesk.training import corpus, fit_topic


@pytest.fixture(scope="module")
def invented(tmp_path_factory):
    folder = synthetic.write(tmp_path_factory.mktemp("corpus"))
    people = [r for r in corpus.articles(folder, "train") if r.human and r.is_article]
    return people, corpus.lines(folder, "train")


def test_fitting_gives_the_arrays_that_scoring_reads(invented):
    """Every array and number that the judgement needs is there, in its shape, and the same twice."""
    arrays, numbers = fit_topic.fit(*invented, 1, lambda _: None)
    assert arrays["related.story_weights"].shape == (STORY,)
    assert arrays["related.weights"].shape == (COLUMNS,)
    assert set(numbers) == {"related.story_bias", "related.bias"}
    again, _ = fit_topic.fit(*invented, 1, lambda _: None)
    assert all(np.array_equal(arrays[name], again[name]) for name in arrays)


def test_foreign_function_words_weigh_little(invented):
    """A function word of another language is no rare word, however rare it is among the articles."""
    weights = fit_topic.count(invented[0], random.Random(1))
    assert weights.idf[hashes("wurde")].max() <= 1
    assert weights.idf[hashes("zeppelin")].min() > 3


def test_lines_of_one_outlet_weigh_as_much_as_anothers(invented):
    """The lines of an outlet share a weight of one, and lines that nobody could judge are left out."""
    people, labelled = invented
    weights = fit_topic.count(people, random.Random(1))
    table, fits, share = fit_topic.line_examples(labelled, weights, np.zeros(STORY, dtype=np.float32), 0.0)
    assert len(table) == len(fits) == len(share)
    outlets = {d.group for d in labelled if any(x.related is not None for x in d.lines)}
    assert share.sum() == pytest.approx(len(outlets))


def test_articles_without_titles_are_an_error(invented):
    """Without titled articles there is nothing to learn fitting headlines from, and that is said."""
    with pytest.raises(CorpusError, match="titles of articles"):
        fit_topic.fit([], invented[1], 1, lambda _: None)
