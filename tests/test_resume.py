"""`--resume`: whatever ends a batch, what goes on gives the bytes that would have been there without it."""

from __future__ import annotations

import json
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from copydesk.plugin.cli import main

SCRIPT = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    "import copydesk.plugin.journal as journal; journal._SYNC = 0.01\n"
    "from copydesk.plugin.cli import main; main()"
)


def _rows(path: Path, article: str, count: int) -> Path:
    rows = (
        {"id": f"r{n}", "text": f"{article}\n\nSeen by {n}, and never by {n + 1}." if n % 7 else ""}
        for n in range(count)
    )
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def _resume(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["score", *map(str, arguments), "--format", "jsonl", "--resume"])


def _start(*arguments: str | Path, **more: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", SCRIPT, "score", *map(str, arguments), "--format", "jsonl", "--resume"]
    return subprocess.Popen(command, stderr=subprocess.PIPE, **more)  # type: ignore[call-overload, no-any-return]


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _end_half_way(folder: Path, number: int, *arguments: str | Path) -> tuple[int, bytes]:
    """Start, wait for some output, and send a signal; the exit code and standard error."""
    process = _start(*arguments, "--output", folder / "out.jsonl")
    begun = _size(folder / "out.jsonl.part")
    while process.poll() is None and _size(folder / "out.jsonl.part") <= begun:
        time.sleep(0.005)
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)
    return process.returncode, errors


@pytest.mark.parametrize("among", [(), ("--among",)])
def test_killed_twenty_times_it_gives_the_same_bytes(tmp_path: Path, article: str, among: tuple[str, ...]) -> None:
    """Killed at random moments and started again, a batch ends with the very bytes of one that was left alone."""
    rows, kills = _rows(tmp_path / "in.jsonl", article, 600), 20 if not among else 3
    assert _resume(rows, *among, "--output", tmp_path / "whole.jsonl").exit_code == 3
    chance = random.Random(7)
    part = tmp_path / "out.jsonl.part"
    for _ in range(kills):
        process = _start(rows, *among, "--output", tmp_path / "out.jsonl")
        until = _size(part) + chance.randrange(1, 20_000)
        while process.poll() is None and _size(part) < until:
            time.sleep(0.002)
        process.kill()
        process.communicate()
    assert _resume(rows, *among, "--output", tmp_path / "out.jsonl").exit_code == 3
    assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {"in.jsonl", "whole.jsonl", "out.jsonl"}


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_with_the_command_to_go_on(tmp_path: Path, article: str, number: int, code: int) -> None:
    """Ctrl-C and SIGTERM end with a summary and the command for a shell, and that command ends the batch."""
    rows = _rows(tmp_path / "in put.jsonl", article, 600)
    ended, errors = _end_half_way(tmp_path, number, rows)
    assert ended == code
    lines = errors.decode().splitlines()
    assert lines[-2].startswith("interrupted: ")
    assert lines[-1].startswith("to go on: copydesk score '")
    assert "Traceback" not in errors.decode()
    assert _resume(rows, "--output", tmp_path / "out.jsonl").exit_code == 3
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 600


def _files(folder: Path, article: str, names: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / f"{name}.txt").write_text(f"{article}\n\nThis was told in the town of {name}{name}.")
    return folder


def test_changed_new_and_gone_inputs_are_found(tmp_path: Path, article: str) -> None:
    """After other inputs, the output is that of a new batch over them, and what did not change is not scored again."""
    for name in "abcdefgh":
        _files(tmp_path / "in", article, name)
    out = tmp_path / "out.jsonl"
    assert _resume(tmp_path / "in", "--no-repeats", "--output", out).exit_code == 0
    _begun(tmp_path, out, tmp_path / "in", "--no-repeats")
    (tmp_path / "in" / "b.txt").unlink()
    (tmp_path / "in" / "d.txt").write_text(f"{article}\n\nNow it is another one.")
    _files(tmp_path / "in", article, "i")
    (tmp_path / "in" / "c2.txt").write_text(article)
    done = _resume(tmp_path / "in", "--no-repeats", "--output", out)
    again = CliRunner().invoke(main, ["score", str(tmp_path / "in"), "--no-repeats", "--format", "jsonl"])
    assert out.read_text() == again.stdout
    assert "9 articles (6 of them in an earlier run)" in done.stderr


def _begun(folder: Path, out: Path, *arguments: str | Path) -> None:
    """Leave a batch as it stands when it is killed just before its output takes its name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("copydesk.plugin.resume.Resume.finish", lambda self: self.suspend())
        assert _resume(*arguments, "--output", out).exit_code == 0
    assert (folder / "out.jsonl.part").exists()


@pytest.mark.parametrize("damage", [b"", b"\0" * 900, b'{"schema": 1, "id": "x'])
def test_a_torn_end_is_cut_off(tmp_path: Path, article: str, damage: bytes) -> None:
    """Lines that are not whole, as a power cut leaves them, are made again; whole ones stay."""
    folder, out, part = _files(tmp_path / "in", article, "abcde"), tmp_path / "out.jsonl", tmp_path / "out.jsonl.part"
    _begun(tmp_path, out, folder)
    whole = part.read_bytes()
    part.write_bytes(whole[:-700] + damage)
    done = _resume(folder, "--output", out)
    assert out.read_bytes() == whole
    assert "5 articles (4 of them in an earlier run)" in done.stderr


def test_other_options_are_refused_or_begin_anew(tmp_path: Path, article: str) -> None:
    """A batch that was begun with something else is refused with one sentence, and --rescore begins it anew."""
    folder, out = _files(tmp_path / "in", article, "abc"), tmp_path / "out.jsonl"
    (tmp_path / "policy.json").write_text('{"thresholds": {"rewrite": 0}}')
    _begun(tmp_path, out, folder)
    for more, named in (
        (("--with-text",), "another --with-text"),
        (("--policy", tmp_path / "policy.json"), "another policy"),
    ):
        refused = _resume(folder, "--output", out, *more)
        assert (refused.exit_code, len(refused.stderr.splitlines())) == (2, 1)
        assert named in refused.stderr
        assert "--rescore" in refused.stderr
    done = _resume(folder, "--output", out, "--with-text", "--rescore")
    assert done.exit_code == 0
    assert all("text" in json.loads(line) for line in out.read_text().splitlines())


def test_a_full_disk_leaves_what_can_go_on(tmp_path: Path, article: str) -> None:
    """Where no more can be written, the batch ends with a sentence and the command; with room it goes on."""
    rows = _rows(tmp_path / "in.jsonl", article, 100)

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))

    process = _start(rows, "--output", tmp_path / "out.jsonl", preexec_fn=little_room)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert b"to go on: copydesk score" in errors
    assert b"out.jsonl.part: cannot be written" in errors
    assert _resume(rows, "--output", tmp_path / "out.jsonl").exit_code == 3
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 100


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--output", "x.gz"), ".gz"),
        ((), "--output FILE"),
        (("--output", "x", "--format", "table"), "jsonl or csv"),
        (("--output", "/dev/null"), "/dev/null"),
    ],
)
def test_what_cannot_go_on_is_refused(folder: Path, arguments: tuple[str, ...], named: str) -> None:
    """Where going on is impossible, that is said before any work."""
    asked = ["score", str(folder), "--format", "jsonl", "--resume", *arguments]
    done = CliRunner().invoke(main, asked)
    assert done.exit_code == 2
    assert named in done.stderr
