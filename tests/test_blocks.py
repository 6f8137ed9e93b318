"""What a block looks like, and how probabilities become lines: look, neighbours, levels."""

from __future__ import annotations

import numpy as np
import pytest

from copydesk import Block, Document, Link, Model, read
from copydesk.article import TOPIC_BITS, Article
from copydesk.block_features import CUES, FEATURE_BITS, LOOKS, Features, block_features
from copydesk.block_names import host, link_features
from copydesk.blocks import (
    CUT,
    DEBRIS,
    FEATURE_VALUE,
    LABELS,
    LINKS,
    TABLE_BITS,
    Labelled,
    blend,
    debris_blocks,
    has_lead_in,
    label_blocks,
    link_blocks,
    paid_blocks,
    score_features,
    score_line,
    told,
    with_repeats,
    within_text,
)
from copydesk.levels import CLASSES, name_of
from copydesk.linear import softmax
from copydesk.trees import DEPTH

IDF = np.ones(1 << TOPIC_BITS, dtype=np.float32)
COLUMNS = 195  # that the second pass sees of a block
PROSE = "The harbour wall at Larkmoor will be rebuilt over two summers after the council voted for it."
LEVELS = {
    **{
        name_of("link", page, each): level
        for page in (True, False)
        for each, level in zip(CLASSES, (0.8, 0.35, 0.5, 0.5), strict=True)
    },
    **{
        name_of("debris", page, each): level
        for page in (True, False)
        for each, level in zip(CLASSES, (0.9, 0.4, 0.4, 0.4), strict=True)
    },
    "lines.paid_from": 0.3,
    "lines.repeated_odds": 50.0,
}


def article_of(*blocks: str) -> Article:
    return Article(read("\n\n".join(blocks), kind="text"))


def columns(article: Article, block: int) -> set[int]:
    features = block_features(article, IDF)
    return set(features.column[features.row == block].tolist())


def labelled(*probabilities: dict[str, float], prose: tuple[bool, ...]) -> Labelled:
    """Probabilities by label, one dict a block."""
    table = np.zeros((len(probabilities), len(LABELS)), dtype=np.float32)
    for row, given in enumerate(probabilities):
        for label, value in given.items():
            table[row, LABELS.index(label)] = value
    links, debris = (table[:, [LABELS.index(x) for x in group]].sum(axis=1) for group in (LINKS, DEBRIS))
    own = np.array(prose)
    of_class = np.where(own, CLASSES.index("prose"), CLASSES.index("long")).astype(np.int32)
    return Labelled(table, own, of_class, links, debris, page=False)


def model_of(**arrays: np.ndarray) -> Model:
    return Model("m", {"numbers": LEVELS}, {name.replace("__", "."): array for name, array in arrays.items()})


# --- the look of a block


def test_every_block_has_features_in_order():
    """Columns are inside the table, rows sorted, and no block is without features."""
    features = block_features(article_of("Skip to content", PROSE, "12", "\u2026", PROSE), IDF)
    assert features.column.min() >= 0
    assert features.column.max() < 1 << FEATURE_BITS
    assert features.row.tolist() == sorted(features.row.tolist())
    assert set(features.row.tolist()) == set(range(5))


def test_a_neighbour_is_seen_two_blocks_away_and_no_further():
    """A changed line changes the features of the two blocks on either side of it."""
    before, after = (
        article_of(*[PROSE] * 4, line, *[PROSE] * 4) for line in ("Also Read | Pop star leaves", "Brenwick 2 Halden 1")
    )
    changed = {i for i in range(9) if columns(before, i) != columns(after, i)}
    assert {2, 3, 4, 5, 6} <= changed
    # The words of the line are words of the article, but none of a paragraph: nobody further off sees them.
    assert changed == {2, 3, 4, 5, 6}


def test_the_same_block_in_another_place_looks_different():
    """Before, among and after the paragraphs are three different places."""
    line = "Also Read | Pop star leaves"
    top, inside, end = article_of(line, PROSE, PROSE), article_of(PROSE, line, PROSE), article_of(PROSE, PROSE, line)
    assert len({frozenset(columns(a, i)) for a, i in ((top, 0), (inside, 1), (end, 2))}) == 3


@pytest.mark.parametrize(
    ("href", "url", "expected"),
    [
        ("#top", "https://a.example/x", "l=#top"),
        ("mailto:desk@a.example", None, "l=mail"),
        ("/news/1", "https://a.example/x", "l=relative"),
        ("https://www.a.example/y", "https://a.example/x", "l=same"),
        ("https://b.example/y", "https://a.example/x", "l=other"),
        ("https://b.example/y", None, "l=absolute"),
        ("http://[broken", "https://a.example/x", "l=relative"),
    ],
)
def test_a_link_leads_somewhere(href, url, expected):
    """A link is told by whether it leads within the page, to the same site or to another; a broken one breaks nothing."""
    assert expected in link_features(1, 0.0, href, "", host(url or ""))


def test_a_block_without_links_says_so():
    """No link is a feature, too."""
    assert link_features(0, 0.0, "", "", "") == ["l=none"]


# --- the two passes


def test_features_are_summed_as_in_a_dense_computation():
    """A block's score is the sum of its features' weights; a feature set twice counts twice."""
    look = np.zeros((4, LOOKS), dtype=np.float32)
    features = Features(np.array([3, 3, 5, 1], dtype=np.int32), np.array([0, 0, 0, 2], dtype=np.int32), look)
    weights = np.random.default_rng(1).normal(size=(1 << FEATURE_BITS, 2)).astype(np.float32)
    dense = np.zeros((4, 1 << FEATURE_BITS))
    np.add.at(dense, (features.row, features.column), FEATURE_VALUE)
    assert score_features(features, weights, 4) == pytest.approx(dense @ weights, abs=1e-5)


def model_with(group: int) -> Model:
    """A model whose first pass prefers later labels, and whose second says this group of everything."""
    size = len(LABELS)
    nodes = 2**DEPTH - 1
    return model_of(
        topic__idf=IDF,
        blocks__ngrams=np.zeros((1 << TABLE_BITS, size), dtype=np.float32),
        blocks__features=np.zeros((1 << FEATURE_BITS, size), dtype=np.float32),
        blocks__bias=np.arange(size, dtype=np.float32),
        blocks__tree_feature=np.zeros((3, nodes), dtype=np.float32),
        blocks__tree_threshold=np.zeros((3, nodes), dtype=np.float32),
        blocks__tree_leaf=np.zeros((3, nodes + 1), dtype=np.float32),
        blocks__tree_base=np.array([3.0 * (g == group) for g in range(3)], dtype=np.float32),
        blocks__line_shift=np.zeros(COLUMNS, dtype=np.float32),
        blocks__line_scale=np.ones(COLUMNS, dtype=np.float32),
        blocks__line_weight=np.zeros((COLUMNS, 3), dtype=np.float32),
        blocks__line_bias=np.zeros(3, dtype=np.float32),
    )


@pytest.mark.parametrize(("group", "labels"), [(1, LINKS), (2, DEBRIS)])
def test_the_second_pass_shares_out_its_groups(group, labels):
    """Every block's probabilities sum to 1; a group's go to its labels as the first pass has them."""
    found = label_blocks(article_of(PROSE, "Also Read | Pop star leaves"), model_with(group))
    assert found.probability.sum(axis=1) == pytest.approx([1, 1], abs=1e-5)
    assert found.links == pytest.approx(sum(found.of(x) for x in LINKS), abs=1e-5)
    assert found.debris == pytest.approx(sum(found.of(x) for x in DEBRIS), abs=1e-5)
    last = max(labels, key=LABELS.index)
    assert found.probability.argmax(axis=1).tolist() == [LABELS.index(last)] * 2
    assert found.prose.tolist() == [True, False]


def test_labels_are_made_once():
    """However many detectors ask, the blocks are labelled once."""
    article, model = article_of(PROSE, "Also Read | Pop star leaves"), model_with(0)
    assert label_blocks(article, model) is label_blocks(article, model)


# --- from probabilities to lines


@pytest.mark.parametrize(
    ("chance", "prose", "taken"),
    [
        ({"injected_link": 0.5}, False, True),
        ({"injected_link": 0.3, "related_list": 0.3}, False, True),
        ({"injected_link": 0.49}, False, False),
        ({"injected_link": 0.7}, True, False),
        ({"injected_link": 0.8}, True, True),
        ({"related_list": 0.5, "cta": 0.3, "chrome": 0.25}, False, False),
    ],
)
def test_a_line_to_another_story_needs_its_level(chance, prose, taken):
    """Lines reach a level, paragraphs a higher one, and debris that is likelier wins."""
    assert link_blocks(labelled(chance, prose=(prose,)), model_of()).tolist() == [taken]


@pytest.mark.parametrize(
    ("chance", "prose", "taken"),
    [
        ({"cta": 0.2, "chrome": 0.25}, False, True),
        ({"cta": 0.2, "chrome": 0.15}, False, False),
        ({"cta": 0.85}, True, False),
        ({"cta": 0.95}, True, True),
        ({"cta": 0.45, "injected_link": 0.46}, False, False),
    ],
)
def test_debris_needs_its_level(chance, prose, taken):
    """Debris of all kinds counts together, against lines to other stories."""
    assert debris_blocks(article_of(PROSE), labelled(chance, prose=(prose,)), model_of()).tolist() == [taken]


@pytest.mark.parametrize(
    ("href", "advert", "prose", "paid"),
    [
        ("https://lucky.example/slots", 0.3, True, True),
        ("//lucky.example/slots", 0.3, True, True),
        ("https://lucky.example/slots", 0.29, True, False),
        ("/own/story", 0.9, True, False),
        ("https://lucky.example/slots", 0.9, False, False),
    ],
)
def test_a_paid_link_is_an_advert_in_prose_that_leads_away(href, advert, prose, paid):
    """A paragraph is a paid link if it is taken for an advert and links to an address; then it is no debris."""
    block = Block(0, len(PROSE), links=(Link(4, 11, href),))
    article = Article(Document(PROSE, (block,), ()))
    found = labelled({"ad": advert}, prose=(prose,))
    assert paid_blocks(article, found, model_of()).tolist() == [paid]
    assert not (paid and debris_blocks(article, found, model_of())[0])


def test_lines_within_the_text_stand_among_its_paragraphs():
    """In a page's region, what stands before the first paragraph or after the last may be the page's own."""
    page = (
        f"<html><body><main><article><h1>Wall</h1><div class='lead'><p>By Tom Abery</p></div><section><p>{PROSE}</p>"
        f"<p>{PROSE}</p></section><section class='x'><p>Also Read | Soup</p></section><section class='y'><p>{PROSE}</p>"
        "</section><ul><li>Share</li></ul></article></main></body></html>"
    )
    article = Article(read(page, kind="html"))
    found = labelled(*[{}] * len(article.document.blocks), prose=tuple(article.prose_blocks.tolist()))
    inside = within_text(article, found)
    texts = [article.document.text[b.start : b.end] for b in article.document.blocks]
    assert inside[texts.index("Also Read | Soup")]
    assert not inside[texts.index("Share")]


def test_no_label_is_both_a_line_to_a_story_and_debris():
    """The two groups of labels are apart, and known."""
    assert not set(LINKS) & set(DEBRIS)
    assert {*LINKS, *DEBRIS} <= set(LABELS)


# --- lines of many articles


def asked(label: str, others: int) -> np.ndarray:
    """What remains of an even doubt about a block with this first-pass label that stands in so many other articles."""
    first = np.full((1, len(LABELS)), 0.01, dtype=np.float32)
    first[0, LABELS.index(label)] = 0.9
    group = np.array([[0.5, 0.3, 0.2]], dtype=np.float32)
    return with_repeats(group, first, np.array([others], dtype=np.int32), 50.0)[0]


def test_a_line_of_many_articles_is_not_the_articles_own():
    """Standing in two other articles weighs as the model's number says; the shares of links and debris stay as they were."""
    own, link, debris = asked("injected_link", 2)
    assert (link + debris) / own == pytest.approx(50)
    assert link / debris == pytest.approx(1.5)


def test_one_other_article_weighs_less():
    """In one other article a line may stand by chance: its weight is the square root."""
    own, link, debris = asked("injected_link", 1)
    assert (link + debris) / own == pytest.approx(50**0.5)
    assert asked("injected_link", 0)[0] == pytest.approx(0.5)


@pytest.mark.parametrize("label", ["headline", "byline_dateline"])
def test_an_author_may_write_many_articles(label):
    """Bylines and headlines stand in many articles honestly."""
    assert asked(label, 9)[0] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        (0, "A line"),
        (1, "A line; stands in 1 other article of this batch"),
        (14, "A line; stands in 14 other articles of this batch"),
    ],
)
def test_the_editor_is_told_of_the_others(others, expected):
    """The message says in how many other articles a line stands, if in any."""
    assert told("A line", others) == expected


def test_a_block_under_a_label_knows_it():
    """What stands below a lead-in is told its kind and how far above it is, up to the next paragraph."""
    text = f"{PROSE}\n\nAlso read\n\nOld mill reopens\n\n{PROSE}\n\nA line of its own"
    look = block_features(Article(read(text, kind="text")), IDF).look
    under = look[:, CUES + 10 : CUES + 15]
    assert under[2].tolist() == [1, 0, 0, 0, 0]
    assert look[2, CUES - 1] == 1
    assert not under[[0, 1, 3, 4]].any()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Also read: Old mill reopens", True),
        ("More: Old mill reopens", True),
        ("Read more about the mill", True),
        ("Related", False),
        ("Subscribe to our newsletter", False),
        ("Old mill reopens", False),
    ],
)
def test_a_lead_in_is_known(line, expected):
    """A lead-in of two words or before a mark needs less proof; a lone word may be a subhead, and other cues are no lead-ins."""
    assert has_lead_in(block_features(article_of(line), IDF)).tolist() == [expected]


def test_the_two_halves_of_the_second_pass_are_weighed():
    """Where both halves agree nothing changes; where they do not, the forest weighs more than the linear half."""
    forest, line = np.array([[2.0, 0, 0]], dtype=np.float32), np.array([[0, 2.0, 0]], dtype=np.float32)
    assert blend(forest, forest) == pytest.approx(softmax(forest), abs=1e-3)
    both = blend(forest, line)[0]
    assert both[0] > both[1] > both[2]
    assert both.sum() == pytest.approx(1)


def test_the_linear_half_cuts_columns_far_from_the_usual():
    """A column a hundred deviations away says no more than one that is CUT away."""
    weight = np.array([[1.0, 0, 0]], dtype=np.float32)
    arrays = (np.zeros(1, np.float32), np.ones(1, np.float32), weight, np.zeros(3, np.float32))
    far, near = (score_line(np.array([[x]], dtype=np.float32), *arrays) for x in (100.0, CUT))
    assert far.tolist() == near.tolist() == [[CUT, 0, 0]]
