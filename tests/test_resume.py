"""`--resume`: whatever ends a batch, what goes on gives the bytes that would have been there without it."""

from __future__ import annotations

import json
import random
import resource
import signal
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from resuming import begun, end_half_way, files, resume, size, start, written

from copydesk.plugin.cli import main


@pytest.mark.parametrize("among", [(), ("--among",)])
def test_killed_twenty_times_it_gives_the_same_bytes(tmp_path: Path, article: str, among: tuple[str, ...]) -> None:
    """Killed at random moments and started again, a batch ends with the very bytes of one that was left alone."""
    rows, kills = written(tmp_path / "in.jsonl", article, 600), 20 if not among else 3
    assert resume(rows, *among, "--output", tmp_path / "whole.jsonl").exit_code == 3
    chance = random.Random(7)
    part = tmp_path / "out.jsonl.part"
    for _ in range(kills):
        process = start(rows, *among, "--output", tmp_path / "out.jsonl")
        until = size(part) + chance.randrange(1, 20_000)
        while process.poll() is None and size(part) < until:
            time.sleep(0.002)
        process.kill()
        process.communicate()
    assert resume(rows, *among, "--output", tmp_path / "out.jsonl").exit_code == 3
    assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == set(
        "in.jsonl whole.jsonl whole.jsonl.journal out.jsonl out.jsonl.journal".split()
    )


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_with_the_command_to_go_on(tmp_path: Path, article: str, number: int, code: int) -> None:
    """Ctrl-C and SIGTERM end with a summary and the command for a shell, and that command ends the batch."""
    rows = written(tmp_path / "in put.jsonl", article, 600)
    ended, errors = end_half_way(tmp_path / "out.jsonl", number, rows)
    assert ended == code
    lines = errors.decode().splitlines()
    assert lines[-2].startswith("interrupted: ")
    assert lines[-1].startswith("to go on: copydesk score '")
    assert "Traceback" not in errors.decode()
    assert resume(rows, "--output", tmp_path / "out.jsonl").exit_code == 3
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 600


@pytest.mark.parametrize("ended", [True, False])
def test_changed_new_and_gone_inputs_are_found(tmp_path: Path, article: str, ended: bool) -> None:
    """With other inputs, in a batch that was ended or is done, the output is that of a new one, and what did not change is kept."""
    for name in "abcdefgh":
        files(tmp_path / "in", article, name)
    out = tmp_path / "out.jsonl"
    if ended:
        begun(out, tmp_path / "in", "--no-repeats")
    else:
        assert resume(tmp_path / "in", "--no-repeats", "--output", out).exit_code == 0
    (tmp_path / "in" / "b.txt").unlink()
    (tmp_path / "in" / "d.txt").write_text(f"{article}\n\nNow it is another one.")
    files(tmp_path / "in", article, "i")
    (tmp_path / "in" / "c2.txt").write_text(article)
    done = resume(tmp_path / "in", "--no-repeats", "--output", out)
    again = CliRunner().invoke(main, ["score", str(tmp_path / "in"), "--no-repeats", "--format", "jsonl"])
    assert out.read_text() == again.stdout
    assert "9 articles (6 of them in an earlier run)" in done.stderr


@pytest.mark.parametrize("damage", [b"", b"\0" * 900, b'{"schema": 1, "id": "x'])
def test_a_torn_end_is_cut_off(tmp_path: Path, article: str, damage: bytes) -> None:
    """Lines that are not whole, as a power cut leaves them, are made again; whole ones stay."""
    folder, out, part = files(tmp_path / "in", article, "abcde"), tmp_path / "out.jsonl", tmp_path / "out.jsonl.part"
    begun(out, folder)
    whole = part.read_bytes()
    part.write_bytes(whole[:-700] + damage)
    done = resume(folder, "--output", out)
    assert out.read_bytes() == whole
    assert "5 articles (4 of them in an earlier run)" in done.stderr


def test_other_options_are_refused_or_begin_anew(tmp_path: Path, article: str) -> None:
    """A batch that was begun with something else is refused with one sentence, and --rescore begins it anew."""
    folder, out = files(tmp_path / "in", article, "abc"), tmp_path / "out.jsonl"
    (tmp_path / "policy.json").write_text('{"thresholds": {"rewrite": 0}}')
    begun(out, folder)
    for more, named in (
        (("--with-text",), "another --with-text"),
        (("--policy", tmp_path / "policy.json"), "another policy"),
    ):
        refused = resume(folder, "--output", out, *more)
        assert (refused.exit_code, len(refused.stderr.splitlines())) == (2, 1)
        assert named in refused.stderr
        assert "--rescore" in refused.stderr
    done = resume(folder, "--output", out, "--with-text", "--rescore")
    assert done.exit_code == 0
    assert all("text" in json.loads(line) for line in out.read_text().splitlines())


def test_a_full_disk_leaves_what_can_go_on(tmp_path: Path, article: str) -> None:
    """Where no more can be written, the batch ends with a sentence and the command; with room it goes on."""
    rows = written(tmp_path / "in.jsonl", article, 100)

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))

    process = start(rows, "--output", tmp_path / "out.jsonl", preexec_fn=little_room)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert b"to go on: copydesk score" in errors
    assert b"out.jsonl.part: cannot be written" in errors
    assert resume(rows, "--output", tmp_path / "out.jsonl").exit_code == 3
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 100


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--output", "x.gz"), ".gz"),
        ((), "--output FILE"),
        (("--output", "x", "--format", "table"), "jsonl or csv"),
        (("--output", "/dev/null"), "/dev/null"),
        (("--output", "x", "-"), "standard input cannot"),
    ],
)
def test_what_cannot_go_on_is_refused(folder: Path, arguments: tuple[str, ...], named: str) -> None:
    """Where going on is impossible, that is said before any work."""
    asked = ["score", str(folder), "--format", "jsonl", "--resume", *arguments]
    done = CliRunner().invoke(main, asked)
    assert done.exit_code == 2
    assert named in done.stderr
