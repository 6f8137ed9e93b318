"""The command line: what it prints, what it writes, and how it ends."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from copydesk import SIGNALS, Cleaned, Evidence, RepeatCounter, Scorer, __version__
from copydesk.plugin import group
from copydesk.plugin.cli import main
from copydesk.plugin.schema import dumps

QUIET = dict.fromkeys(SIGNALS, 1)  # thresholds that an ordinary article does not reach, whatever the model


def _score(runner: CliRunner, *arguments: str | Path, stdin: bytes | None = None) -> Result:
    return runner.invoke(main, ["score", *map(str, arguments)], input=stdin)


def _ids(output: str) -> list[str]:
    return [json.loads(line)["id"] for line in output.splitlines()]


def test_one_report_an_input_in_input_order(runner: CliRunner, folder: Path) -> None:
    """A folder gives a JSON line for every article, under its relative path or its own id."""
    done = _score(runner, folder, "--format", "jsonl")
    assert done.exit_code == 0
    assert _ids(done.stdout) == ["clean.txt", "promo.md", "r1", "r2", "sub/page.html"]


def test_the_report_is_the_one_from_python(runner: CliRunner, scorer: Scorer, folder: Path, article: str) -> None:
    """The command line prints what Python computes, byte for byte."""
    done = _score(runner, folder / "clean.txt", "--format", "jsonl", "--with-text")
    name = str(folder / "clean.txt")
    assert done.stdout == dumps(scorer.score(text=article, id=name), with_text=True) + "\n"


def test_every_quote_stands_at_its_offsets(runner: CliRunner, folder: Path, promo: str) -> None:
    """With the text in the report, each quote can be checked against it; the injected line is among them."""
    done = _score(runner, folder / "promo.md", "--format", "jsonl", "--with-text")
    report = json.loads(done.stdout)
    assert promo in [found["quote"] for found in report["evidence"]]
    assert all(report["text"][e["start"] : e["end"]] == e["quote"] for e in report["evidence"])


def test_the_table_is_the_default(runner: CliRunner, folder: Path, promo: str) -> None:
    """Without a format, people get a plain table with the worst line and totals."""
    done = _score(runner, folder)
    assert done.exit_code == 0
    assert done.stdout.splitlines()[0].split() == [
        "action",
        "score",
        "rewrite",
        "padding",
        "links",
        "debris",
        "article",
    ]
    assert f"promo-line: {promo}" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("5 articles: ")
    assert "\x1b" not in done.stdout


def test_csv_is_for_spreadsheets(runner: CliRunner, folder: Path) -> None:
    """CSV has a row an article and a column pair a signal."""
    rows = list(csv.DictReader(_score(runner, folder, "--format", "csv").stdout.splitlines()))
    assert len(rows) == 5
    assert set(SIGNALS) < set(rows[0])


def test_output_goes_to_a_file(runner: CliRunner, folder: Path, tmp_path: Path) -> None:
    """With --output, standard output is silent and the file has what it would have had."""
    printed = _score(runner, folder, "--format", "jsonl")
    written = _score(runner, folder, "--format", "jsonl", "--output", tmp_path / "out.jsonl")
    assert (written.exit_code, written.stdout) == (0, "")
    assert (tmp_path / "out.jsonl").read_text() == printed.stdout


def test_reports_inside_the_folder_are_not_scored_again(runner: CliRunner, folder: Path) -> None:
    """Scoring a folder into itself twice gives the same file twice."""
    arguments = (folder, "--format", "jsonl", "--output", folder / "out.jsonl")
    assert _score(runner, *arguments).exit_code == 0
    first = (folder / "out.jsonl").read_bytes()
    assert _score(runner, *arguments).exit_code == 0
    assert (folder / "out.jsonl").read_bytes() == first


def test_standard_input_is_scored(runner: CliRunner, scorer: Scorer, article: str) -> None:
    """The path "-" reads one article from standard input."""
    done = _score(runner, "-", "--format", "jsonl", stdin=article.encode())
    assert done.stdout == dumps(scorer.score(text=article, id="-")) + "\n"


def test_standard_input_takes_json_lines(runner: CliRunner, article: str) -> None:
    """With --input-format jsonl, standard input is many articles."""
    rows = "".join(json.dumps({"text": article}) + "\n" for _ in range(2)).encode()
    done = _score(runner, "-", "--input-format", "jsonl", "--format", "jsonl", stdin=rows)
    assert _ids(done.stdout) == ["-:1", "-:2"]


def test_rows_from_standard_input_are_the_rows_of_a_file(runner: CliRunner, tmp_path: Path, article: str) -> None:
    """A batch that is piped in is counted and scored as the same batch in a file."""
    rows = "".join(json.dumps({"id": f"r{n}", "text": f"{article} {n}"}) + "\n" for n in range(4)).encode()
    (tmp_path / "rows.jsonl").write_bytes(rows)
    piped = _score(runner, "-", "--input-format", "jsonl", "--format", "jsonl", stdin=rows)
    assert piped.stdout == _score(runner, tmp_path / "rows.jsonl", "--format", "jsonl").stdout
    assert _ids(piped.stdout) == ["r0", "r1", "r2", "r3"]


@pytest.mark.parametrize(
    ("arguments", "counted"), [(["."], True), ([".", "--no-repeats"], False), (["clean.txt", "promo.md"], False)]
)
def test_lines_are_counted_over_a_batch(
    runner: CliRunner, folder: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], counted: bool
) -> None:
    """Lines are counted over three inputs or more, unless --no-repeats is given."""
    added: list[object] = []
    monkeypatch.setattr(RepeatCounter, "add", lambda _, found: added.append(found))
    monkeypatch.chdir(folder)
    assert _score(runner, *arguments).exit_code == 0
    assert bool(added) is counted


def test_the_number_of_jobs_changes_nothing(runner: CliRunner, folder: Path) -> None:
    """Two processes print the bytes of one."""
    one, two = (_score(runner, folder, "--format", "jsonl", "--jobs", str(jobs)) for jobs in (1, 2))
    assert (one.exit_code, one.stdout) == (two.exit_code, two.stdout) == (0, one.stdout)


def test_a_broken_line_is_named_and_the_others_scored(runner: CliRunner, tmp_path: Path, article: str) -> None:
    """Line 7 of a JSONL file is broken: all others have reports, line 7 is an error in its place and on stderr, exit 3."""
    rows = [json.dumps({"id": f"r{n}", "text": article}) for n in range(1, 10)]
    rows[6] = '{"id": "r7", "text": '
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(rows))
    done = _score(runner, path, "--format", "jsonl")
    assert done.exit_code == 3
    assert _ids(done.stdout) == ["r1", "r2", "r3", "r4", "r5", "r6", f"{path}:7", "r8", "r9"]
    broken = json.loads(done.stdout.splitlines()[6])
    assert set(broken) == {"schema", "id", "error"}
    assert broken["error"]["type"] == "not-json"
    assert done.stderr.startswith(f"{path}:7: not JSON")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "data", "named"),
    [
        ("empty.txt", b"", "empty"),
        ("blank.html", b"<html><body> <!-- nothing --> </body></html>", "empty"),
        ("photo.html", b"\x89PNG\r\n\x1a\n" + bytes(200), "PNG"),
        ("nul.txt", bytes(5000), "binary"),
        ("huge.html", b"<p>x</p>" * 1_400_000, "11200000 bytes, at most 10485760"),
    ],
)
def test_a_bad_file_is_named_and_the_others_scored(
    runner: CliRunner, folder: Path, name: str, data: bytes, named: str
) -> None:
    """One bad file in a folder costs one line on standard error, an error in the place of its report, and exit code 3."""
    (folder / name).write_bytes(data)
    done = _score(runner, folder, "--format", "jsonl")
    assert (done.exit_code, len(done.stdout.splitlines())) == (3, 6)
    (failed,) = (each for each in map(json.loads, done.stdout.splitlines()) if "error" in each)
    assert failed["id"] == name
    assert named in failed["error"]["detail"]
    assert done.stderr.startswith(f"{name}: ")
    assert named in done.stderr


@pytest.mark.parametrize(
    "data",
    [
        b"<div>" * 10_000 + b"The council met." + b"</div>" * 10_000,
        b"w" * 2_000_000,
        b"The council\x00 met on Tuesday.",
        b"The council met in the caf\xe9 \xff\xfe on Tuesday.",
        b"\xef\xbb\xbfThe council met.",
        b"<p>The <b>council <i>met.",
    ],
    ids=["nested", "one word", "nul", "broken UTF-8", "mark", "unclosed"],
)
def test_strange_files_are_scored(runner: CliRunner, tmp_path: Path, data: bytes) -> None:
    """Strange but readable: a report, no failure."""
    (tmp_path / "a.html").write_bytes(data)
    done = _score(runner, tmp_path / "a.html", "--format", "jsonl")
    assert (done.exit_code, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("fail_on", "policy", "code"),
    [
        ("review", {"thresholds": QUIET}, 0),
        ("hold", {"thresholds": QUIET}, 0),
        ("review", {"thresholds": {**QUIET, "rewrite": 0}}, 1),
        ("hold", {"thresholds": {**QUIET, "rewrite": 0}}, 0),
        ("hold", {"thresholds": {**QUIET, "rewrite": 0}, "hold_at": {"rewrite": 0}}, 1),
        (None, {"thresholds": {**QUIET, "rewrite": 0}, "hold_at": {"rewrite": 0}}, 0),
    ],
)
def test_fail_on(
    runner: CliRunner, folder: Path, tmp_path: Path, fail_on: str | None, policy: dict[str, object], code: int
) -> None:
    """Exit 1 when an article reaches the action asked for; a hold is more than a review."""
    (tmp_path / "policy.json").write_text(json.dumps(policy))
    asked = ["--fail-on", fail_on] if fail_on else []
    assert _score(runner, folder / "clean.txt", *asked, "--policy", tmp_path / "policy.json").exit_code == code


def test_failures_win_over_fail_on(runner: CliRunner, folder: Path, tmp_path: Path) -> None:
    """Where some inputs failed, the exit code says so whatever else was met."""
    (tmp_path / "policy.json").write_text('{"thresholds": {"rewrite": 0}}')
    (folder / "empty.txt").write_text("")
    done = _score(runner, folder, "--fail-on", "review", "--policy", tmp_path / "policy.json")
    assert done.exit_code == 3


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["score"], "PATH"),
        (["score", "nowhere.txt"], "nowhere.txt"),
        (["score", "."], "nothing to score in .: expected .html .htm .txt .md .jsonl .jsonl.gz .jsonl.zst .csv"),
        (["score", "-", "-"], "twice"),
        (["score", "-", "--format", "xml"], "--format"),
        (["score", "-", "--jobs", "0"], "--jobs"),
        (["score", "-", "--with-text"], "--with-text needs --format jsonl"),
        (["score", "-", "--policy", "policy.json"], "policy.json: unknown field 'spam'"),
        (["score", "-", "--model", "."], "manifest.json"),
        (["score", "-", "--output", "gone/out.csv"], "gone/out.csv: cannot be written"),
        (["clean", "nowhere.txt"], "nowhere.txt"),
        (["clean", "empty.text"], "empty.text: "),
        (["clean", "latin.text"], "latin.text: not UTF-8 at byte 1"),
        (["clean", "-", "--dry-run", "--output", "x"], "--dry-run"),
        (["serve", "--host", "0.0.0.0"], "COPYDESK_TOKEN"),
        (["serve", "--host", "nowhere.invalid", "--port", "0"], "nowhere.invalid"),
        (["serve", "--port", "70000"], "--port"),
        (["serve", "--max-body", "3"], "max_body is 3"),
        (["model", "nowhere"], "nowhere"),
        (["sing"], "sing"),
    ],
)
def test_wrong_usage_is_exit_2(
    runner: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], named: str
) -> None:
    """Whatever is asked for wrongly ends with 2, a sentence that names it, and nothing on standard output."""
    monkeypatch.chdir(tmp_path)
    if "nowhere.invalid" in arguments:
        monkeypatch.setenv("COPYDESK_TOKEN", "correct-horse")
    Path("policy.json").write_text('{"spam": 1}')
    Path("empty.text").write_text("")
    Path("latin.text").write_bytes(b"a\xe9t\xe9")
    done = runner.invoke(main, arguments, input=b"")
    assert (done.exit_code, done.stdout) == (2, "")
    assert named in done.stderr


@pytest.mark.parametrize("arguments", [[], ["score"], ["clean"], ["serve"], ["model"], ["train"], ["evaluate"]])
def test_every_command_has_help(runner: CliRunner, arguments: list[str]) -> None:
    """Help is there for the whole and for every command."""
    done = runner.invoke(main, [*arguments, "--help"])
    assert done.exit_code == 0
    assert done.stdout.startswith("Usage: ")


def test_the_version_is_printed(runner: CliRunner) -> None:
    """--version is the name and the version."""
    assert runner.invoke(main, ["--version"], prog_name="copydesk").stdout == f"copydesk {__version__}\n"


@pytest.mark.parametrize(
    ("module", "message"),
    [("sklearn", "install the extra: pip install 'copydesk[train]'"), ("nothing_known", "train cannot be loaded")],
)
def test_a_command_whose_extra_is_missing_says_what_to_install(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch, module: str, message: str
) -> None:
    """Without scikit-learn, `train` says how to get it, and help still lists it."""

    class Entry:
        """As importlib.metadata has it; which class that is depends on what else is imported."""

        name = "train"

        def load(self) -> object:
            raise ModuleNotFoundError(f"No module named {module!r}", name=module)

    monkeypatch.setattr(group, "_entry_points", lambda: {"train": Entry()})
    done = runner.invoke(main, ["train", "somewhere", "--output", "x"])
    assert done.exit_code == 2
    assert message in done.stderr
    assert "train" in runner.invoke(main, ["--help"]).stdout


def test_the_model_is_described(runner: CliRunner, scorer: Scorer) -> None:
    """`model` names the model, and each signal with its threshold and the sentence behind it."""
    done = runner.invoke(main, ["model"])
    assert done.exit_code == 0
    assert done.stdout.startswith(scorer.model.name)
    for name in SIGNALS:
        assert f"  {name:<15}{scorer.model.threshold(name):.4f}  " in done.stdout


def test_the_model_card_is_printed(runner: CliRunner, scorer: Scorer) -> None:
    """`model --card` prints the card as it is."""
    assert runner.invoke(main, ["model", "--card"]).stdout == scorer.model.card + "\n"


def test_clean_removes_the_injected_line(runner: CliRunner, folder: Path, article: str, promo: str) -> None:
    """The cleaned article goes to standard output, the removed line is named on standard error."""
    done = runner.invoke(main, ["clean", str(folder / "promo.md")])
    assert done.exit_code == 0
    assert promo not in done.stdout
    assert all(paragraph in done.stdout for paragraph in article.split("\n\n"))
    assert f"removed injected_links promo-line: {promo}" in done.stderr


def test_clean_may_replace_its_file(runner: CliRunner, folder: Path, article: str, promo: str) -> None:
    """--output may be the file itself; a byte order mark and line ends stay as they were."""
    path = folder / "promo.md"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    done = runner.invoke(main, ["clean", str(path), "--output", str(path)])
    assert (done.exit_code, done.stdout) == (0, "")
    assert path.read_bytes().startswith(b"\xef\xbb\xbfThe harbour wall")
    assert promo not in path.read_text()


def test_a_clean_article_stays_byte_for_byte(runner: CliRunner, tmp_path: Path, article: str) -> None:
    """Where nothing is to be removed, nothing changes, not even a line end."""
    source = article.replace("\n\n", "\r\n\r\n").encode()
    (tmp_path / "a.txt").write_bytes(source)
    done = runner.invoke(main, ["clean", str(tmp_path / "a.txt")])
    assert done.stdout_bytes == source
    assert done.stderr == "nothing to remove\n"


def test_clean_dry_run_shows_the_difference(runner: CliRunner, folder: Path, promo: str) -> None:
    """--dry-run prints a unified diff and leaves the file alone."""
    path = folder / "promo.md"
    before = path.read_bytes()
    done = runner.invoke(main, ["clean", str(path), "--dry-run"])
    assert done.stdout.startswith("--- ")
    assert f"-{promo}\n" in done.stdout
    assert path.read_bytes() == before


def test_clean_as_json_holds_the_article_and_what_was_removed(
    runner: CliRunner, folder: Path, promo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """--format json prints one object with the cleaned source and the removed lines as a report's evidence has them."""
    found = Evidence("injected_links", "promo-line", "m", 7, 7 + len(promo), promo, 0.987654, related=False)
    monkeypatch.setattr(Scorer, "clean", lambda *_, **__: Cleaned("One.\r\n\u202e", (found,)))
    done = runner.invoke(main, ["clean", str(folder / "promo.md"), "--format", "json"])
    assert done.exit_code == 0
    assert done.stdout.count("\n") == 1
    assert "\u202e" not in done.stdout
    evidence = {"signal": "injected_links", "reason": "promo-line", "message": "m", "start": 7, "end": 7 + len(promo)}
    evidence |= {"quote": promo, "score": 0.9877, "related": False, "href": None}
    assert json.loads(done.stdout) == {"content": "One.\r\n\u202e", "removed": [evidence]}


def test_clean_as_json_may_be_a_file(runner: CliRunner, tmp_path: Path, article: str) -> None:
    """--output takes the object; nothing removed is an empty list."""
    (tmp_path / "a.txt").write_text(article)
    done = runner.invoke(
        main, ["clean", str(tmp_path / "a.txt"), "--format", "json", "--output", str(tmp_path / "a.json")]
    )
    assert (done.exit_code, done.stdout) == (0, "")
    assert json.loads((tmp_path / "a.json").read_text()) == {"content": article, "removed": []}


def test_clean_shows_a_difference_or_an_object(runner: CliRunner, folder: Path) -> None:
    """--dry-run and --format json exclude each other."""
    done = runner.invoke(main, ["clean", str(folder / "promo.md"), "--format", "json", "--dry-run"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "--format json" in done.stderr


def test_clean_help_describes_the_object(runner: CliRunner) -> None:
    """The help of clean says what --format json writes."""
    assert '{"content": "...", "removed": [...]}' in " ".join(runner.invoke(main, ["clean", "--help"]).stdout.split())


def test_the_difference_of_a_one_line_body_can_be_read(
    runner: CliRunner, tmp_path: Path, article: str, promo: str
) -> None:
    """A body of HTML on one long line is folded at its paragraphs, so that the diff shows the one that goes."""
    lines = [f"<p>{line}</p>" for line in article.split("\n\n")]
    (tmp_path / "a.html").write_text("".join([*lines[:2], f"<p>{promo}</p>", *lines[2:]]))
    done = runner.invoke(main, ["clean", str(tmp_path / "a.html"), "--dry-run"])
    changed = [line for line in done.stdout.splitlines()[2:] if line[0] in "+-"]
    assert changed == [f"-<p>{promo}</p>"]


def test_the_difference_knows_a_missing_line_end(runner: CliRunner, tmp_path: Path, article: str, promo: str) -> None:
    """A last line without a line end is marked as in any unified diff."""
    (tmp_path / "a.txt").write_text(f"{article}\n\n{promo}")
    done = runner.invoke(main, ["clean", str(tmp_path / "a.txt"), "--dry-run"])
    assert f"-{promo}\n\\ No newline at end of file\n" in done.stdout


def test_the_difference_has_colours_where_they_are_wanted(
    runner: CliRunner, folder: Path, promo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With colours, what goes is red and the two names are bold, not red and green."""
    monkeypatch.setattr("copydesk.plugin.run.wants_colour", lambda _: True)
    done = runner.invoke(main, ["clean", str(folder / "promo.md"), "--dry-run"], color=True)
    assert done.stdout.startswith("\x1b[1m--- ")
    assert f"\x1b[31m-{promo}\x1b[0m\n" in done.stdout


def test_strangers_ids_cannot_drive_the_terminal(runner: CliRunner, tmp_path: Path, article: str) -> None:
    """Escape sequences in ids, file names and quotes appear neither on standard output nor on standard error."""
    (tmp_path / "x\x1b[2J.txt").write_text("")
    (tmp_path / "rows.jsonl").write_text(json.dumps({"id": "\x1b]0;owned\x07\x9b2J", "text": article}))
    for output_format in ("table", "jsonl", "csv"):
        done = _score(runner, tmp_path, "--format", output_format)
        assert done.exit_code == 3
        assert not {"\x1b", "\x07", "\x9b"} & set(done.stdout + done.stderr)
