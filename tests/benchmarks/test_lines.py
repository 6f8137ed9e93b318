"""The comparison with other tools: what counts as removed, and what the script writes. All pages and people are invented."""

import gzip
import importlib.util
import json
import math
from collections import Counter

import presence
import pytest
import tally
import tools
from click.testing import CliRunner
from lines import Page, main, measure
from presence import Line, joined, words

BODY = (
    "The harbour wall at Larkmoor will be rebuilt over two summers after the council voted nine to four.",
    "Engineers had told the councillors that the old wall had lost a third of its footing since the storms.",
    "Work starts on the third of May, and boats under six metres will be moved to the north basin.",
)
PROMO = "Must Read: Film star Dela Marsh spotted on yacht"
HTML = (
    "<html><head><title>Wall</title></head><body><nav>Home News Sport</nav><main><article><h1>Larkmoor rebuilds its wall</h1>"
    f"<p>{BODY[0]}</p><p>{BODY[1]}</p><p><a href='/star'>{PROMO}</a></p><p>{BODY[2]}</p></article></main></body></html>"
)
GOLD = [
    {"text": BODY[0], "label": "body"},
    {"text": BODY[1], "label": "body"},
    {"text": PROMO, "label": "injected_link", "related": False},
    {"text": BODY[2], "label": "body"},
]


def line(text: str, label: str = "body") -> Line:
    return Line(label, tuple(words(text)))


def tool(run):
    return tools.Tool("a tool", "copydesk", "as it is", run, lambda result: result)


@pytest.mark.parametrize(
    ("output", "kept"),
    [
        (BODY[0], True),
        (BODY[0].replace(" ", "\n"), True),
        (BODY[0].upper(), True),
        (f"before{BODY[0]}after", True),
        (BODY[0].replace(" at Larkmoor", ""), True),
        (BODY[0].replace("Lark", "Lark\u00ad"), True),
        (BODY[0][:40], False),
        (" ".join(reversed(BODY[0].split())), False),
        (BODY[1], False),
        ("", False),
    ],
    ids="same split upper glued link-lost soft-hyphen cut shuffled other empty".split(),
)
def test_a_line_is_kept_if_most_of_its_words_stand_there_in_order(output, kept):
    """However a tool breaks and joins lines, most of the words in runs mean kept, less means removed."""
    assert presence.is_kept(line(BODY[0]), joined(words(output))) is kept


@pytest.mark.parametrize(("output", "kept"), [("Read more here", True), ("more to read", False), ("bread more", False)])
def test_a_short_line_has_to_stand_there_whole(output, kept):
    """A line of fewer words than a run is found as a whole only, at the borders of words."""
    assert presence.is_kept(line("Read more"), joined(words(output))) is kept


def test_a_line_that_stands_elsewhere_on_the_page_is_left_out():
    """Words that a page holds once more, outside of the lines of the same label, cannot be judged."""
    twice = HTML.replace("</main>", f"</main><footer>{PROMO}</footer>")
    judged = [each.judged for each in presence.label_lines(GOLD, twice)]
    assert judged == [True, True, False, True]


def test_a_line_that_is_not_on_the_page_is_left_out():
    """A gold line that the page does not show says nothing about a tool."""
    (found,) = presence.label_lines([{"text": "Nobody wrote this line of eight whole words", "label": "body"}], HTML)
    assert not found.judged


@pytest.mark.parametrize(("text", "label", "count"), [("Too short for body", "body", 0), ("Short promo", "cta", 1)])
def test_short_lines_count_by_label(text, label, count):
    """A body line needs eight words, any other two."""
    assert len(presence.label_lines([{"text": text, "label": label}], f"<p>{text}</p>")) == count


def test_scripts_are_no_text_of_the_page():
    """What a page's scripts and styles hold is nothing that a reader sees."""
    assert words(presence.visible(f"<p>One</p><script>{PROMO}</script><style>p</style><nav>Two</nav>")) == [
        "one",
        "two",
    ]


def test_removed_lines_are_counted_by_kind_topic_and_language():
    """An injected line counts as such, for its topic and for its language."""
    lines = presence.label_lines(GOLD, HTML)
    gone = tally.removed(lines, "de", joined(words(" ".join(BODY[:2]))))
    assert gone == {"body": 1, "body, de": 1, "injected": 1, "injected, de": 1, "injected, off topic": 1}


def test_shares_stand_inside_their_interval():
    """A share is pooled over the documents, its interval is drawn over them, and the same counts give the same interval."""
    of = [Counter(body=n) for n in (10, 20, 30)]
    gone = [Counter(body=n) for n in (0, 4, 2)]
    found = tally.shares(gone, of)
    assert math.isclose(found["body"].value, 0.1)
    assert 0 <= found["body"].low < 0.1 < found["body"].high <= 0.2
    assert found == tally.shares(gone, of)


@pytest.mark.parametrize(("result", "failures", "lost"), [("", 1, 3), (HTML, 0, 0), (ValueError("no"), 1, 3)])
def test_a_tool_that_fails_keeps_nothing(result, failures, lost):
    """A page without text, or on which a tool raises, is a failure, and all of its lines count as removed."""

    def run(html, _):
        if isinstance(result, Exception) and html == HTML:
            raise result
        return result

    page = Page(HTML, "en", presence.label_lines(GOLD, HTML))
    gone, failed, _ = measure(tool(run), [page], lambda _: None)
    assert (failed, gone[0]["body"]) == (failures, lost)


@pytest.mark.parametrize("package", ["trafilatura", "justext", "resiliparse"])
def test_every_peer_gives_the_body_of_a_page(package):
    """A peer, if it is installed, finds the prose of a plain page with paragraphs of some length."""
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} is not installed: it comes with the extra `bench`")
    found, _ = tools.peers()
    paragraph = f"<p>{' '.join(BODY)}</p>"
    html = f"<html><body><main><article><h1>Wall</h1>{paragraph * 3}</article></main></body></html>"
    for each in (peer for peer in found if peer.package == package):
        text = each.text(each.run(html, "en"))
        assert presence.is_kept(line(BODY[1]), joined(words(text))), each.name


def test_our_own_rows_keep_the_body(scorer):
    """Each way to look at Copydesk keeps the prose of a clean page."""
    html = HTML.replace(PROMO, "")
    for each in tools.copydesk_tools(scorer):
        text = joined(words(each.text(each.run(html, "en"))))
        assert all(presence.is_kept(line(body), text) for body in BODY), each.name


@pytest.fixture
def labelled(tmp_path):
    """A corpus of two pages."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    rows = {
        "pages": [{"id": name, "html": HTML} for name in "ab"] + [{"id": "c", "html": "", "text": "Only text."}],
        "lines": [{"doc_id": name, "lines": GOLD} for name in "abc"],
    }
    for name, each in rows.items():
        with gzip.open(folder / f"{name}.dev.jsonl.gz", "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in each)
    return folder


def test_one_command_writes_page_figures_and_picture(labelled, tmp_path):
    """The command writes all three files, of the pages with HTML, without a word of an article in them."""
    output = tmp_path / "out"
    done = CliRunner().invoke(main, [str(labelled), "--output", str(output)])
    assert done.exit_code == 0, done.output
    results = (output / "RESULTS.md").read_text(encoding="utf-8")
    figures = json.loads((output / "results.json").read_text(encoding="utf-8"))
    assert figures["documents"] == 2
    assert figures["lines"]["injected"] == {"judged": 2, "left_out": 0}
    assert "weights were fitted to these pages" in results  # the shipped model has seen both parts
    assert "Larkmoor" not in results + json.dumps(figures)
    assert (output / "removal.png").read_bytes().startswith(b"\x89PNG")
    assert (output / "removal.png").stat().st_size < 120_000


def test_a_missing_file_of_the_corpus_is_named(tmp_path):
    """A folder that is no corpus is wrong usage, and the message names the file."""
    done = CliRunner().invoke(main, [str(tmp_path), "--output", str(tmp_path)])
    assert done.exit_code == 2
    assert "pages.dev.jsonl.gz" in done.output
