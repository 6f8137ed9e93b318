"""The archive among processes: killed, read beside a writer, locked, on a full disk, in places that cannot be written to."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import pytest
from archives import COMMAND, STORIES, command, entries, filled, invented, limited, python, rows
from stories import REWRITE

from copydesk import read
from copydesk.plugin.archive import Archive


def _first(archive: Archive) -> str:
    return archive.find(read(REWRITE, kind="text", id="asked"))[0].id


@pytest.mark.parametrize(
    ("moment", "jobs"), [("made", "2"), ("first batch", "1"), ("first batch", "2"), ("later", "2")]
)
def test_killed_the_command_leaves_a_whole_archive(tmp_path, matcher, moment, jobs):
    """kill -9 of `archive add`, at its start, while the first batch is written or later: what is there verifies, and adding it again
    completes it."""
    articles = rows(
        tmp_path / "many.jsonl", invented(6000, words=60) if moment == "later" else invented(4500, words=60)
    )
    path = tmp_path / "archive.db"
    process = subprocess.Popen(
        [*COMMAND, "add", str(articles), "--archive", str(path), "--jobs", jobs], stderr=subprocess.DEVNULL
    )
    least = {"made": 1, "first batch": 300_000, "later": 1_500_000}[moment]
    log = Path(f"{path}-wal")
    while process.poll() is None and not (path.exists() and (log.exists() and log.stat().st_size >= least)):
        time.sleep(0.002)
    assert process.poll() is None, "it was done before it could be killed"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    before = command("verify", "--archive", path)
    if moment != "made":
        assert before.returncode == 0, before.stderr
        assert int(before.stdout.split()[0]) in (0, 4096)
    again = command("add", articles, "--archive", path)
    assert again.returncode == 0, again.stderr
    wanted = 6000 if moment == "later" else 4500
    assert command("verify", "--archive", path).stdout == f"{wanted} articles, nothing is damaged\n"


def test_workers_end_with_a_killed_command(tmp_path):
    """No worker process stays behind when the process that started it is killed."""
    articles = rows(tmp_path / "many.jsonl", invented(3000))
    process = subprocess.Popen(
        [*COMMAND, "add", str(articles), "--archive", str(tmp_path / "a.db"), "--jobs", "2"],
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    while process.poll() is None and _group(process.pid) < 3:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    until = time.monotonic() + 20
    while _group(process.pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert _group(process.pid) == 0


def _group(leader: int) -> int:
    """Processes of a session that are not zombies."""
    found = 0
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        found += int(fields[3]) == leader and fields[0] != "Z"
    return found


def test_readers_beside_a_writer(archive_file, matcher):
    """Threads with an archive each find the source at every moment while another one adds, replaces, removes and merges."""
    stop, errors, counted = threading.Event(), [], []

    def ask() -> None:
        try:
            with Archive(archive_file, matcher, quotes=True) as archive:
                while not stop.is_set():
                    assert _first(archive) == "harbour"
                    counted.append(1)
        except Exception as error:
            errors.append(error)

    readers = [threading.Thread(target=ask) for _ in range(3)]
    for each in readers:
        each.start()
    made = entries(matcher, invented(400))
    with Archive(archive_file, matcher, write=True) as writer:
        for begin in range(0, 400, 20):
            writer.add(made[begin : begin + 20])
            if begin % 100 == 0:
                writer.remove([made[begin].id])
                writer.tidy(everything=True)
    stop.set()
    for each in readers:
        each.join()
    assert not errors
    assert len(counted) > 3
    with Archive(archive_file, matcher) as archive:
        assert archive.verify() == 3 + 400 - 4


def test_readers_in_other_processes(archive_file, tmp_path):
    """Commands that search while another command adds find the source."""
    articles = rows(tmp_path / "many.jsonl", invented(1500, words=60))
    (tmp_path / "asked.txt").write_text(REWRITE)
    with subprocess.Popen(
        [*COMMAND, "add", str(articles), "--archive", str(archive_file)], stderr=subprocess.PIPE
    ) as writer:
        for _ in range(2):
            found = command("search", tmp_path / "asked.txt", "--archive", archive_file)
            assert (found.returncode, "harbour" in found.stdout) == (0, True), found.stderr
        assert writer.wait() == 0


def test_two_writers_take_turns(archive_file, tmp_path):
    """Two commands that add to one archive at once both succeed."""
    parts = [rows(tmp_path / f"{n}.jsonl", invented(300, seed=n)) for n in (1, 2)]
    both = [
        subprocess.Popen([*COMMAND, "add", str(each), "--archive", str(archive_file)], stderr=subprocess.PIPE)
        for each in parts
    ]
    assert [each.wait() for each in both] == [0, 0]
    for each in both:
        each.stderr.close()
    assert command("verify", "--archive", archive_file).stdout.startswith("603 articles")


def test_a_lock_is_waited_for_and_named(archive_file, tmp_path, monkeypatch, runner):
    """Where another process writes and goes on doing so, the command says it in one sentence and exits 2."""
    from copydesk.plugin.cli import main

    monkeypatch.setattr("copydesk.plugin.archive_file._PATIENCE", 0.05)
    other = sqlite3.connect(archive_file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    articles = rows(tmp_path / "one.jsonl", invented(1))
    done = runner.invoke(main, ["archive", "add", str(articles), "--archive", str(archive_file)])
    other.close()
    assert done.exit_code == 2
    assert done.stderr.count("\n") == 1
    assert "another process is writing" in done.stderr


FULL = """
from copydesk.plugin.cli import main
limit()
main(sys.argv[2:])
"""


@pytest.mark.parametrize("more", [1_000, 40_000, 400_000])
def test_on_a_full_disk_the_archive_stays_whole(archive_file, tmp_path, matcher, more):
    """Where no file may grow, adding says one sentence and exits 2; what was there verifies and is found, and adding again works."""
    articles = rows(tmp_path / "many.jsonl", invented(1200))
    limit = archive_file.stat().st_size + more
    done = limited(FULL, str(limit), "archive", "add", articles, "--archive", archive_file, "--jobs", "1")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert "nothing of the last batch was added" in done.stderr
    with Archive(archive_file, matcher) as archive:
        assert archive.verify() == 3
        assert _first(archive) == "harbour"
    assert command("add", articles, "--archive", archive_file).returncode == 0
    assert command("verify", "--archive", archive_file).stdout.startswith("1203 articles")


def test_a_full_disk_at_the_start(tmp_path):
    """An archive that cannot even be made says so in one sentence."""
    articles = rows(tmp_path / "one.jsonl", invented(1))
    done = limited(FULL, "0", "archive", "add", articles, "--archive", tmp_path / "a.db")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert "a.db" in done.stderr


SEARCH = """
import os, sys
from pathlib import Path
import numpy.ma  # numpy.unique loads it when it is first called, and the other user may not read where it is installed
from copydesk import Matcher, Scorer, read
from copydesk.plugin.archive import Archive, ArchiveError, entry_of
matcher = Matcher(Scorer.load().model)
document = read(sys.argv[2], kind="text", id="asked")
entry = entry_of(matcher, document, keep_text=True)
if os.getuid() == 0:  # whom permissions do not bind
    os.setgid(65534)
    os.setuid(65534)
with Archive(Path(sys.argv[1]), matcher) as archive:
    print(archive.find(document)[0].id, archive.verify())
try:
    with Archive(Path(sys.argv[1]), matcher, write=True) as archive:
        archive.add([entry])
    print("added")
except ArchiveError as error:
    print(error)
"""


@pytest.mark.parametrize(("file", "folder"), [(0o444, 0o777), (0o444, 0o555), (0o644, 0o555)])
def test_what_cannot_be_written_to_can_be_read(matcher, file, folder):
    """From a read-only file or folder an archive is searched; adding says that it cannot be written to."""
    if os.getuid() and folder == 0o555 and file == 0o644:
        pytest.skip("one's own file can be written to in a folder that cannot")
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to others
        path = filled(Path(name) / "archive.db", matcher)
        path.chmod(file)
        path.parent.chmod(folder)
        done = python(SEARCH, [path, REWRITE])
        path.parent.chmod(0o755)
        assert done.returncode == 0, done.stderr
        first, said = done.stdout.splitlines()
        assert first == "harbour 3"
        assert "read-only" in said or "cannot be opened" in said
        with Archive(path, matcher) as archive:
            assert archive.verify() == 3


def test_a_file_put_in_the_place_of_another_is_followed(tmp_path, archive_file, matcher):
    """A reader that stays open goes over to the file that was moved to the archive's name."""
    other = filled(tmp_path / "other.db", matcher, {"again": STORIES["harbour"]})
    with Archive(archive_file, matcher) as archive:
        assert _first(archive) == "harbour"
        other.replace(archive_file)
        assert _first(archive) == "again"


def test_a_killed_worker_is_named(tmp_path):
    """Where a worker process dies, the command says so in one sentence, and what was added before is whole."""
    articles = rows(tmp_path / "many.jsonl", invented(4500, words=60))
    path = tmp_path / "a.db"
    with subprocess.Popen(
        [*COMMAND, "add", str(articles), "--archive", str(path), "--jobs", "2"], stderr=subprocess.PIPE, text=True
    ) as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        while process.poll() is None and len(children.read_text().split()) < 2:
            time.sleep(0.01)
        os.kill(int(children.read_text().split()[0]), signal.SIGKILL)
        said = process.communicate(timeout=60)[1]
    assert (process.returncode, said.count("\n")) == (2, 1), said
    assert "a worker process was killed" in said
    assert command("verify", "--archive", path).returncode == 0


def test_interrupted_the_command_ends_quietly(tmp_path):
    """Ctrl-C ends the command and its workers without a traceback, and leaves a whole archive."""
    articles = rows(tmp_path / "many.jsonl", invented(4500, words=60)).read_bytes()
    path = tmp_path / "a.db"
    with subprocess.Popen(
        [*COMMAND, "add", "-", "--input-format", "jsonl", "--archive", str(path), "--jobs", "2"],
        stdin=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    ) as process:  # fmt: skip
        assert process.stdin and process.stderr
        process.stdin.write(articles)  # and its end never comes: adding cannot be done before Ctrl-C
        process.stdin.flush()
        while process.poll() is None and _group(process.pid) < 3:
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)
        process.wait(timeout=60)
        said = process.stderr.read().decode()
    assert process.returncode != 0
    assert "Traceback" not in said
    assert command("verify", "--archive", path).returncode == 0


def test_what_cannot_be_wiped_is_said(archive_file, tmp_path, matcher):
    """On a full disk, what is removed is no longer found; that it could not be wiped is said, and repeating it wipes it."""
    with Archive(archive_file, matcher, write=True) as archive:
        archive.add(entries(matcher, invented(300)))
    done = limited(
        FULL, str(archive_file.stat().st_size // 2), "archive", "remove", "harbour", "--archive", archive_file
    )
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    again = command("remove", "harbour", "--archive", archive_file)
    assert again.returncode in (0, 3), again.stderr
    with Archive(archive_file, matcher) as archive:
        assert archive.verify() == 302
        assert archive.text("harbour") is None
        assert archive.stats()["removed"] == 0
