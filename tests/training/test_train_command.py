"""`copydesk train` and `copydesk evaluate`, on an invented corpus, as a user calls them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import joblib
import pytest
import synthetic
import wordnet
from click.testing import CliRunner, Result
from threadpoolctl import threadpool_limits

from copydesk import SIGNALS, Scorer
from copydesk.plugin.cli import main
from copydesk.training import corpus as corpus_module
from copydesk.training import fit_blocks, fit_sources, groups, labelled
from copydesk.training.forest import Shape

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Trained:
    """A corpus, and two models trained on it one after the other."""

    corpus: Path
    models: tuple[Path, Path]
    said: str


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trained]:
    """Train twice; in this process and with few steps of the solver, because 1.4 million weights take their time."""
    top = tmp_path_factory.mktemp("training")
    folder = synthetic.write(top / "corpus")
    with pytest.MonkeyPatch.context() as patch, joblib.parallel_config("sequential"), threadpool_limits(1):
        patch.setattr(fit_blocks, "STEPS", 12)
        patch.setattr(fit_sources, "SHAPE", Shape(rounds=10))
        patch.setattr(labelled, "stored", lambda: groups.stored()[:60])
        results = [run("train", str(folder), "--output", str(top / name / "invented-1")) for name in ("one", "two")]
    for result in results:
        assert result.exit_code == 0, result.output
    yield Trained(folder, (top / "one" / "invented-1", top / "two" / "invented-1"), results[0].output)


def run(command: str, corpus: str, *arguments: str) -> Result:
    """The command on a corpus, with the WordNet beside its files."""
    return CliRunner().invoke(main, [command, corpus, "--wordnet", str(Path(corpus) / "wordnet"), *arguments])


def run_evaluate(*arguments: str) -> Result:
    result = run("evaluate", *arguments)
    assert result.exit_code == 0, result.output
    return result


def test_the_same_corpus_gives_the_same_bytes(trained):
    """Training is seeded throughout: weights, manifest, card and pictures are the same, byte for byte."""
    one, two = trained.models
    names = sorted(p.name for p in one.iterdir())
    assert names == ["README.md", "manifest.json", "reliability.png", "roc.png", "weights.npz"]
    for name in names:
        assert (one / name).read_bytes() == (two / name).read_bytes(), name


def test_the_model_scores(trained):
    """What was trained loads and tells a machine's article from a person's."""
    scorer = Scorer.load(trained.models[0])
    assert scorer.model.name == "invented-1"
    maker = synthetic.Maker(99)
    person, machine = ("\n\n".join(maker.paragraphs(t)) for t in (synthetic.REPORTED, synthetic.EMBELLISHED))
    assert not scorer.score(text=person).signals["rewrite"].flagged
    assert scorer.score(text=machine).signals["rewrite"].flagged


def test_the_manifest_says_what_was_done(trained):
    """Thresholds with the sentence that made them, the figures, and the digest of every file of the corpus."""
    manifest = json.loads((trained.models[0] / "manifest.json").read_text())
    assert set(manifest["thresholds"]) == set(manifest["heads"]) == set(SIGNALS)
    assert (
        "at most 0.5 % of human articles flagged, every human source" in manifest["thresholds"]["rewrite"]["statement"]
    )
    assert manifest["data"] == corpus_module.digest(trained.corpus, corpus_module.FILES)
    assert {"rewrite_recall_own", "rewrite_false_mean", "padding_f1", "link_f1"} <= set(manifest["metrics"])


def test_the_model_holds_nobodys_words(trained):
    """No sentence or name of the corpus is in the model's files; its card names sets and licences alone."""
    manifest, card = ((trained.models[0] / n).read_text() for n in ("manifest.json", "README.md"))
    for text in (manifest, card):
        assert "Larkmoor" not in text
        assert "Halvard" not in text


def test_the_card_is_written_from_the_figures(trained):
    """The card names data with origin and licence, thresholds, figures, limits and the commands that reproduce it."""
    card = (trained.models[0] / "README.md").read_text(encoding="utf-8")
    assert card.startswith("# Model card: invented-1\n")
    for heading in (
        "Thresholds",
        "Data",
        "Human articles flagged",
        "Machine articles found",
        "Typography",
        "Limits",
        "Reproduce",
    ):
        assert f"## {heading}" in card
    assert "| human_bbc2005 | 40 | invented/human_bbc2005 | Apache-2.0 |" in card
    assert "copydesk train CORPUS --output models/invented-1" in card


def test_training_says_how_far_it_is(trained):
    """Progress goes to standard error, a line for each head."""
    for head in ("blocks", "padding", "rewrite"):
        assert f"{head}: " in trained.said


def test_evaluate_prints_its_tables_and_draws_its_pictures(trained, tmp_path):
    """Rates per source and generator with their intervals, the headline figures, and two PNG files."""
    result = run_evaluate(str(trained.corpus), "--model", str(trained.models[0]), "--output", str(tmp_path / "figures"))
    for line in (
        "human articles flagged by rewrite",
        "  human_bbc2005 ",
        "  llm_sheepdog llm_sheepdog-writer ",
        "typography alone",
    ):
        assert line in result.stdout
    figures = dict(line.split() for line in result.stdout.strip().splitlines()[-8:])
    manifest = json.loads((trained.models[0] / "manifest.json").read_text())
    assert {k: float(v) for k, v in figures.items()}.items() <= manifest["metrics"].items()
    for name in ("reliability.png", "roc.png"):
        assert (tmp_path / "figures" / name).read_bytes().startswith(PNG)


def test_evaluate_leaves_the_model_alone(trained):
    """Measuring writes nothing into the model's folder, and prints the same figures again."""
    before = {p.name: p.read_bytes() for p in trained.models[0].iterdir()}
    one, two = (run_evaluate(str(trained.corpus), "--model", str(trained.models[0]), "--quiet") for _ in range(2))
    assert one.output == two.output
    assert {p.name: p.read_bytes() for p in trained.models[0].iterdir()} == before


# --- a corpus that is not one


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A corpus of empty files, each to be filled or damaged by a test."""
    for name in corpus_module.FILES:
        synthetic.put(tmp_path, name, [])
    wordnet.write(tmp_path / "wordnet")
    return tmp_path


def error_of(command: str, *arguments: str) -> str:
    """The one line of a command that fails as it should."""
    result = run(command, *arguments)
    assert result.exit_code == 2, result.output
    (line,) = [x for x in result.stderr.splitlines() if x.startswith("Error: ")]
    assert "Traceback" not in result.output
    return line.removeprefix("Error: ")


@pytest.mark.parametrize("name", corpus_module.FILES)
def test_training_names_a_missing_file(broken, tmp_path, name):
    """Before anything is trained, and nothing is written."""
    (broken / name).unlink()
    assert error_of("train", str(broken), "--output", str(tmp_path / "m")) == f"{broken}: not a corpus, missing {name}"
    assert not (tmp_path / "m").exists()


@pytest.mark.parametrize("kind", ["articles", "written"])
def test_training_names_a_broken_line(broken, tmp_path, kind):
    """With its file and its number."""
    (broken / f"{kind}.train.jsonl.gz").write_bytes(gzip.compress(b'{"id": \n'))
    assert error_of("train", str(broken), "--output", str(tmp_path / "m")) == f"{kind}.train.jsonl.gz:1: is not JSON"
    assert not (tmp_path / "m").exists()


@pytest.mark.parametrize("command", ["train", "evaluate"])
def test_a_missing_wordnet_is_named(broken, trained, tmp_path, command):
    """With its file, and with what Debian calls it, before anything is trained or scored."""
    (broken / "wordnet" / "data.verb").unlink()
    options = {"train": ("--output", str(tmp_path / "m")), "evaluate": ("--model", str(trained.models[0]))}
    message = error_of(command, str(broken), *options[command])
    assert message.startswith(f"{broken / 'wordnet' / 'data.verb'}: cannot be read")
    assert "wordnet-base" in message


def test_training_names_a_missing_field(broken, tmp_path):
    """With its file and its row."""
    synthetic.put(broken, "articles.train.jsonl.gz", [{"id": "a7", "label": "human", "source": "s", "domain": "news"}])
    message = error_of("train", str(broken), "--output", str(tmp_path / "m"))
    assert message == "articles.train.jsonl.gz: a7: the field 'text' is missing"


def test_an_empty_corpus_is_an_error(broken, tmp_path):
    """A corpus without an article in it is said to be one."""
    assert "no human articles" in error_of("train", str(broken), "--output", str(tmp_path / "m"))
    assert not (tmp_path / "m").exists()


@pytest.mark.parametrize(
    ("part", "left_out", "message"),
    [
        (
            "train",
            "llm_sheepdog",
            "articles.train: no machine article of the family 'reframed', expected rows of llm_sheepdog",
        ),
        ("train", "human", "articles.train: no human articles"),
        ("dev", "human", "articles.dev: no source has 50 human articles"),
    ],
)
def test_training_names_what_a_corpus_lacks(tmp_path, part, left_out, message):
    """A family of generators or people without an article are named before anything is fitted."""
    folder = synthetic.write(tmp_path / "corpus")
    name = f"articles.{part}.jsonl.gz"
    synthetic.put(
        folder, name, [r for r in corpus_module.records(folder / name) if left_out not in (r["source"], r["label"])]
    )
    assert error_of("train", str(folder), "--output", str(tmp_path / "m")).startswith(message)
    assert not (tmp_path / "m").exists()


def test_evaluating_names_a_missing_file(trained, broken):
    """The dev files are named like the others."""
    (broken / "articles.dev.jsonl.gz").unlink()
    message = error_of("evaluate", str(broken), "--model", str(trained.models[0]))
    assert "articles.dev.jsonl.gz" in message


def test_evaluating_names_what_is_wrong_with_the_model(broken, tmp_path):
    """A folder that is no model is named."""
    (tmp_path / "m").mkdir()
    message = error_of("evaluate", str(broken), "--model", str(tmp_path / "m"))
    assert message == f"{tmp_path / 'm' / 'manifest.json'}: cannot be read (No such file or directory)"


@pytest.mark.parametrize("command", ["train", "evaluate"])
def test_a_folder_that_is_not_there_is_wrong_usage(command, tmp_path):
    """Exit code 2, as for any wrong argument."""
    result = CliRunner().invoke(main, [command, str(tmp_path / "none"), "--output", str(tmp_path / "m")])
    assert result.exit_code == 2
    assert "does not exist" in result.stderr
