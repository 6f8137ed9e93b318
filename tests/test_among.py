"""A batch compared with itself: who is named as whose source, what counts as one cluster, and that nothing is left behind."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from stories import ORIGINAL, REWRITE, SAME_EVENT, UNRELATED

from copydesk import Matcher, Policy, Scorer, read
from copydesk.plugin.among import Among
from copydesk.plugin.among_store import Item
from copydesk.plugin.archive import Archive, entry_of
from copydesk.plugin.batch import score_all
from copydesk.plugin.cli import main
from copydesk.plugin.clusters import Cluster, Family, Kin, Member, Texts, summary
from copydesk.plugin.inputs import Failure, Input, RowInput

CUT = ORIGINAL.rsplit("\n\n", 1)[0]
Row = dict[str, str]


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders are made during a test."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def _rows(path: Path, *rows: Row) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def _run(*arguments: str | Path, **more: object) -> Result:
    return CliRunner().invoke(main, ["score", "--among", *map(str, arguments)], **more)  # type: ignore[arg-type]


def _sources(tmp_path: Path, *rows: Row, more: tuple[str | Path, ...] = ()) -> list[list[tuple[str, str]]]:
    """For every article, in order, the id and relation of its sources."""
    done = _run(_rows(tmp_path / "in.jsonl", *rows), "--format", "jsonl", *more)
    assert done.exit_code == 0, done.output
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    return [[(each["id"], each["relation"]) for each in report["sources"]] for report in reports]


def _clusters(tmp_path: Path, *rows: Row) -> list[tuple[str, list[tuple[str, str, str]]]]:
    file = tmp_path / "clusters.jsonl"
    assert _run(_rows(tmp_path / "in.jsonl", *rows), "--clusters", file).exit_code == 0
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    return [(x["source"], [(m["id"], m["relation"], m["of"]) for m in x["members"]]) for x in lines]


def test_the_earliest_is_the_source(tmp_path: Path) -> None:
    """Dates decide, wherever the articles stand and however long they are; other articles are nobody's source."""
    rewrite = {"id": "rewrite", "text": REWRITE, "date": "2024-05-03T10:00+02:00"}
    original = {"id": "original", "text": ORIGINAL, "date": "2024-05-03T09:00+02:00"}
    others = [{"id": "bees", "text": UNRELATED}, {"id": "row", "text": SAME_EVENT}]
    assert _sources(tmp_path, rewrite, *others, original) == [[("original", "rewrite")], [], [], []]
    original["date"] = "2024-05-03T11:00+02:00"
    assert _sources(tmp_path, rewrite, *others, original) == [[], [], [], [("rewrite", "rewrite")]]


def test_without_dates_the_longest_is_the_source(tmp_path: Path) -> None:
    """The shorter of two is made from the longer one; of two that are as long, the second from the first."""
    assert _sources(tmp_path, {"id": "cut", "text": CUT}, {"id": "all", "text": ORIGINAL}) == [[("all", "copy")], []]
    twice = _sources(tmp_path, {"id": "a", "text": ORIGINAL}, {"id": "b", "text": ORIGINAL})
    assert twice == [[], [("a", "identical")]]


def test_dated_articles_come_before_those_without(tmp_path: Path) -> None:
    """An article that says when it was published is believed before one that does not; the hour counts before the day alone."""
    long = {"id": "long", "text": ORIGINAL}
    day = {"id": "day", "text": REWRITE, "date": "2024-05-03"}
    hour = {"id": "hour", "text": CUT, "date": "2024-05-03T23:00Z"}
    assert _clusters(tmp_path, long, day, hour)[0][0] == "hour"
    assert _clusters(tmp_path, long, day)[0][0] == "day"


def test_a_cluster_holds_copies_and_rewrites_with_their_source(tmp_path: Path) -> None:
    """Members come in the order of their dates, each with its relation to the source; texts that are the same count each."""
    found = _clusters(
        tmp_path,
        {"id": "d", "text": CUT, "date": "2024-05-04"},
        {"id": "bees", "text": UNRELATED, "date": "2024-05-01"},
        {"id": "c", "text": ORIGINAL, "date": "2024-05-03"},
        {"id": "b", "text": REWRITE, "date": "2024-05-02"},
        {"id": "a", "text": ORIGINAL, "date": "2024-05-01"},
    )
    assert found == [("a", [("b", "rewrite", "a"), ("c", "identical", "a"), ("d", "copy", "a")])]


def test_one_id_twice_is_two_articles(tmp_path: Path) -> None:
    """Ids may repeat in a batch: the second is compared with the first."""
    rows = {"id": "same", "text": ORIGINAL}, {"id": "same", "text": REWRITE, "date": "2024-05-03"}
    assert _sources(tmp_path, *rows) == [[("same", "rewrite")], []]


def test_the_head_is_named_first_however_many_copies_there_are(tmp_path: Path) -> None:
    """Where more near copies stand between than one look-up gives, everybody is led back to the same source, named first."""
    copies = [
        {"id": f"c{n}", "text": f"{CUT} Number {n} of the feed.", "date": f"2024-06-{n + 1:02}"} for n in range(20)
    ]
    rewrites = [{"id": f"r{n}", "text": f"{REWRITE} Part {n} of it.", "date": f"2024-07-{n + 1:02}"} for n in range(20)]
    found = _sources(tmp_path, *rewrites, {"id": "first", "text": ORIGINAL, "date": "2024-05-01"}, *copies)
    assert found.pop(20) == []
    assert {sources[0][0] for sources in found} == {"first"}
    assert max(map(len, found)) == 5


def test_sources_of_the_batch_and_of_an_archive_are_merged(tmp_path: Path, scorer: Scorer) -> None:
    """Both are searched; an id that is in both is named once."""
    matcher = Matcher(scorer.model)
    with Archive(tmp_path / "archive.db", matcher, write=True) as archive:
        texts = {"first": ORIGINAL, "agency": ORIGINAL + "\n\nMore will follow."}
        archive.add([entry_of(matcher, read(t, kind="text", id=i), keep_text=True) for i, t in texts.items()])
    rows = {"id": "first", "text": ORIGINAL, "date": "2024-05-01"}, {"id": "b", "text": REWRITE, "date": "2024-05-02"}
    first, second = _sources(tmp_path, *rows, more=("--archive", tmp_path / "archive.db"))
    assert first == [("agency", "copy")]
    assert sorted(second) == [("agency", "rewrite"), ("first", "rewrite")]


def test_quotes_of_both_sides(tmp_path: Path, temporary: Path) -> None:
    """With the alignment, each pair of sentences is quoted at its place in both texts; without it, no text is on the disk."""
    rows = {"id": "b", "text": REWRITE, "date": "2024-05-02"}, {"id": "a", "text": ORIGINAL, "date": "2024-05-01"}
    done = _run(_rows(tmp_path / "in.jsonl", *rows), "--format", "jsonl", "--with-alignment", "--with-text")
    second, first = map(json.loads, done.stdout.splitlines())
    pairs = second["sources"][0]["alignment"]
    assert len(pairs) > 5
    for pair in pairs:
        assert second["text"][pair["start"] : pair["end"]] == pair["quote"]
        assert first["text"][pair["source_start"] : pair["source_end"]] == pair["source_quote"]


@pytest.mark.parametrize("quotes", [False, True])
def test_text_is_kept_for_quotes_alone(temporary: Path, scorer: Scorer, quotes: bool) -> None:
    """The temporary folder holds compressed texts where quotes are wanted, is for its owner alone, and goes at the end."""
    items: list[Input] = [
        RowInput(f"x:{n}", json.dumps({"text": t}).encode()) for n, t in enumerate((ORIGINAL, REWRITE))
    ]
    with Among(lambda: iter(items), quotes=quotes) as among:
        list(score_all(scorer, items, jobs=1, model=None, policy=Policy(), among=among))
        (folder,) = temporary.iterdir()
        assert folder.stat().st_mode & 0o077 == 0
        store = among._store()
        bodies = store._connection.execute("SELECT count(*) FROM print WHERE body IS NOT NULL").fetchone()[0]
        assert bodies == (2 if quotes else 0)
    assert list(temporary.iterdir()) == []


def test_one_process_and_two_say_the_same(scorer: Scorer) -> None:
    """Reports and clusters do not depend on the number of processes."""
    texts = [ORIGINAL, REWRITE, UNRELATED, ORIGINAL, SAME_EVENT, CUT]
    items: list[Input] = [RowInput(f"x:{n}", json.dumps({"text": t}).encode()) for n, t in enumerate(texts)]
    items.insert(2, Failure("gone", "no"))
    found = []
    for jobs in (1, 2):
        with Among(lambda: iter(items)) as among:
            outcomes = list(
                score_all(scorer, items, jobs=jobs, model=None, policy=Policy(), ahead=lambda: iter(items), among=among)
            )
            found.append((outcomes, among.clusters, among.articles))
    assert found[0] == found[1]
    assert found[0][2] == 6


def test_unreadable_inputs_do_not_stop_the_comparison(tmp_path: Path) -> None:
    """Each is named once, and the others are compared all the same."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text(ORIGINAL)
    (folder / "b.txt").write_bytes(b"\0\1\2\3" * 100)
    (folder / "c.jsonl").write_text('{"id": "row"}\n{broken\n')
    (folder / "d.txt").write_text(CUT)
    done = _run(folder, "--format", "jsonl")
    assert done.exit_code == 3
    assert [len(row["sources"]) for row in map(json.loads, done.stdout.splitlines()) if "error" not in row] == [0, 1]
    assert [done.stderr.count(name) for name in ("b.txt:", "c.jsonl:1:", "c.jsonl:2:")] == [1, 1, 1]
    assert "1 cluster of copies and rewrites, 2 of 2 articles" in done.stderr


def test_one_article_has_nothing_to_be_compared_with(tmp_path: Path) -> None:
    """It is scored, and a sentence says so; without likeness a sentence says that, too; --quiet says nothing."""
    (tmp_path / "a.txt").write_text(ORIGINAL)
    done = _run(tmp_path / "a.txt")
    assert (done.exit_code, done.stderr) == (0, "nothing to compare: there is one article\n")
    (tmp_path / "b.txt").write_text(UNRELATED)
    assert _run(tmp_path / "a.txt", tmp_path / "b.txt").stderr == "no copies or rewrites among 2 articles\n"
    assert _run(tmp_path / "a.txt", tmp_path / "b.txt", "--quiet").stderr == ""


def test_short_texts_are_not_enough_to_name_a_source(tmp_path: Path) -> None:
    """Two pages of three common words are no copies of each other."""
    assert _sources(tmp_path, {"id": "a", "text": "It is not."}, {"id": "b", "text": "It is not."}) == [[], []]


def test_standard_input_is_compared(tmp_path: Path) -> None:
    """Rows from a pipe are read ahead, as for the counting of lines."""
    rows = _rows(tmp_path / "in.jsonl", {"id": "a", "text": ORIGINAL}, {"id": "b", "text": CUT}).read_bytes()
    done = _run("-", "--input-format", "jsonl", "--format", "csv", input=rows)
    found = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [(row["source_id"], row["source_relation"]) for row in found] == [("", ""), ("a", "copy")]


def test_what_could_not_be_read_ahead_is_scored_and_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind the end of what is kept of a pipe, articles are scored without sources, those before with theirs, and a sentence says how
    many that were."""
    lines = [json.dumps({"id": str(n), "text": text}) + "\n" for n, text in enumerate((ORIGINAL, CUT, ORIGINAL))]
    monkeypatch.setattr("copydesk.plugin.replay.MOST", len(lines[0] + lines[1]))
    done = _run("-", "--input-format", "jsonl", "--format", "jsonl", input="".join(lines))
    assert [len(json.loads(line)["sources"]) for line in done.stdout.splitlines()] == [0, 1, 0]
    assert "1 articles were not compared" in done.stderr


def test_files_that_come_and_go_shift_nobody(scorer: Scorer) -> None:
    """Sources go to the inputs they were found for, though others have come or gone since."""
    items = {
        n: RowInput(f"x:{n}", json.dumps({"id": n, "text": t}).encode())
        for n, t in {"a": UNRELATED, "b": ORIGINAL, "c": CUT, "d": SAME_EVENT}.items()
    }
    with Among(lambda: iter(items.values())) as among:
        later: list[Input] = [
            items["b"],
            RowInput("x:new", b'{"id": "new", "text": "New. It is new."}'),
            items["c"],
            items["d"],
        ]
        reports = score_all(scorer, later, jobs=1, model=None, policy=Policy(), among=among)
        found = {each.id: [x.id for x in each.sources] for each in reports}  # type: ignore[union-attr]
        assert among.left_out == 1
    assert found == {"b": [], "new": [], "c": ["b"], "d": []}


def test_the_clusters_file_is_whole_or_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, temporary: Path
) -> None:
    """An interrupted batch leaves an older file alone, and no temporary ones; a file in the folder that is scored is no input."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text(ORIGINAL)
    (folder / "b.txt").write_text(CUT)
    file = folder / "clusters.jsonl"
    assert _run(folder, "--clusters", file).exit_code == 0
    older = file.read_text()
    assert json.loads(older)["source"] == "a.txt"
    assert _run(folder, "--clusters", file).exit_code == 0
    assert file.read_text() == older

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("copydesk.plugin.batch.score_item", interrupted)
    assert _run(folder, "--clusters", file).exit_code == 130
    assert file.read_text() == older
    assert sorted(each.name for each in folder.iterdir()) == ["a.txt", "b.txt", "clusters.jsonl"]
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--clusters", "c.jsonl"], "--clusters needs --among"),
        (["--among", "--clusters", "c.jsonl", "--output", "c.jsonl"], "are the same file"),
        (["--with-alignment", "--format", "jsonl"], "--with-alignment needs --archive or --among"),
        (["--among", "--clusters", "gone/c.jsonl"], "cannot be written"),
    ],
)
def test_wrong_usage_is_a_sentence(tmp_path: Path, options: list[str], sentence: str) -> None:
    """Options that do not go together, and a file that cannot be written, are refused before any work."""
    (tmp_path / "a.txt").write_text(ORIGINAL)
    options = [str(tmp_path / each) if each.endswith("jsonl") and each != "jsonl" else each for each in options]
    done = CliRunner().invoke(main, ["score", str(tmp_path / "a.txt"), *options])
    assert (done.exit_code, done.stdout) == (2, "")
    assert sentence in done.stderr


def test_a_full_temporary_folder_is_a_sentence(tmp_path: Path) -> None:
    """Where nothing can be written to the temporary folder, the command ends with 2 and says why."""
    script = (
        "import resource, signal, sys\n"
        "from copydesk.plugin.cli import main\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "main(sys.argv[1:])\n"
    )
    (tmp_path / "a.txt").write_text(ORIGINAL)
    command = [sys.executable, "-c", script, "score", "--among", str(tmp_path / "a.txt")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=_environment(tmp_path))
    assert done.returncode == 2
    assert "the articles cannot be compared, in the temporary folder" in done.stderr
    assert "Traceback" not in done.stderr
    assert list((tmp_path / "temporary").iterdir()) == []


def test_sigterm_leaves_nothing_behind(tmp_path: Path, temporary: Path) -> None:
    """A batch that is told to end removes its temporary folder and the files it had begun."""
    _rows(tmp_path / "in.jsonl", *({"id": str(n), "text": f"{n} {ORIGINAL}"} for n in range(3000)))
    command = [
        sys.executable,
        "-m",
        "copydesk.plugin.cli",
        "score",
        "--among",
        "--jobs",
        "1",
        str(tmp_path / "in.jsonl"),
    ]
    command[1:3] = ["-c", "from copydesk.plugin.cli import main; main()"]
    command += ["--clusters", str(tmp_path / "c.jsonl")]
    running = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, env=_environment(tmp_path))
    end = time.monotonic() + 60
    while not any(temporary.iterdir()) and time.monotonic() < end:
        time.sleep(0.05)
    assert any(temporary.iterdir())
    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=60)
    assert running.returncode == 128 + signal.SIGTERM
    assert sorted(each.name for each in tmp_path.iterdir()) == ["in.jsonl", "temporary"]
    assert list(temporary.iterdir()) == []


def _environment(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "TMPDIR": str(tmp_path / "temporary")}


def test_the_summary_is_short_whatever_was_found() -> None:
    """Ten clusters are named, the largest first, with three members each; the rest are counted, and no id drives the terminal."""
    clusters = [
        Cluster(n * 100, tuple(Member(n * 100 + k, n * 100, "copy", 1.0, 1.0) for k in range(1, n + 2)))
        for n in range(50)
    ]
    lines = list(summary(clusters, 9000, 0, lambda number: Item(f"\x1b[2J{number}" + "x" * 500, "", None, 1)))
    assert lines[0] == "50 clusters of copies and rewrites, 1325 of 9000 articles:"
    assert lines[1].startswith("  \ufffd[2J4900x")
    assert lines[1].endswith("and 47 more")
    assert lines[-1] == "  and 40 more; --clusters FILE lists all"
    assert len(lines) == 12
    assert max(map(len, lines)) < 400
    assert "\x1b" not in "".join(lines)


def test_a_merger_of_two_stories_joins_them_not() -> None:
    """An article that was made from two others belongs to the likelier one's cluster; the other one stays out of it."""
    numbers = np.arange(3)
    texts = Texts.of(3, numbers, numbers)
    both = [Kin(0, "rewrite", 0.8, 0.4), Kin(1, "copy", 0.9, 0.6)]
    family = Family(texts, {2: (both, None)})
    assert [(each.source, [m.number for m in each.members]) for each in family.clusters()] == [(0, [2])]
    assert family.others(2) == (0, 1)


def test_an_input_is_not_written_over(runner, tmp_path):
    """A file that is named as an input is refused as the file to write to, by any spelling, and stays as it is."""
    path = tmp_path / "a.txt"
    path.write_text(ORIGINAL)
    for option in ("--clusters", "--output"):
        done = runner.invoke(main, ["score", str(path), "--among", option, f"{tmp_path}/x/../a.txt"])
        assert (done.exit_code, done.stderr) == (
            2, f"Error: {path} is an input and the file to write to, expected another file for one of them\n"
        )  # fmt: skip
        assert path.read_text() == ORIGINAL
