"""The queue: nothing is lost, nothing is done twice at once, and what fails is tried again, but not for ever."""

from __future__ import annotations

import fcntl
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from copydesk import ConfigError
from copydesk.plugin import store
from copydesk.plugin.jobs import Entry, Limits, NoSuchJob, QueueFull, Replayed
from copydesk.plugin.ledger import Ledger
from copydesk.plugin.queue import FILE, Queue
from copydesk.plugin.state import StateError

NOW = 1_800_000_000.0


def entry(article: str = "posts/1", content_hash: str = "aa", text: str = "A text.") -> Entry:
    return Entry("ghost", article, "post.published", content_hash, {"html": text})


@pytest.fixture
def queue(tmp_path: Path) -> Queue:
    """A queue that gives up after three tries."""
    return Queue(tmp_path, Limits(attempts=3, first_wait=10, longest_wait=15, lease=60))


def test_a_job_comes_back_as_it_was_put(queue: Queue) -> None:
    """What is claimed is what was put, with its text."""
    assert queue.put([entry()], NOW) == 1
    job = queue.claim("desk", NOW)
    assert job is not None
    assert (job.cms, job.article, job.content_hash, job.payload) == ("ghost", "posts/1", "aa", {"html": "A text."})
    assert queue.claim("desk", NOW) is None


def test_the_same_look_at_the_same_text_waits_once(queue: Queue) -> None:
    """A second delivery about the same text makes no second job while the first one waits; another text does."""
    assert queue.put([entry()], NOW) == 1
    assert queue.put([entry()], NOW) == 0
    assert queue.put([entry(content_hash="bb")], NOW) == 1
    assert queue.stats()[1] == [("ghost", "accepted", 2), ("ghost", "duplicate", 1)]


def test_a_change_while_a_job_runs_is_another_job(queue: Queue) -> None:
    """A job that runs may have looked before the change, so the delivery is kept; it waits until the first one is done."""
    queue.put([entry()], NOW)
    first = queue.claim("desk", NOW)
    assert first is not None
    assert queue.put([entry()], NOW) == 1
    assert queue.claim("other", NOW) is None, "jobs of one article do not run at the same time"
    queue.finish(first, "desk", "done", NOW)
    assert queue.claim("other", NOW) is not None


def test_the_same_request_is_refused_and_a_new_attempt_is_not(queue: Queue) -> None:
    """A signature is accepted once; the same delivery signed anew is accepted, and makes no job."""
    assert queue.put([entry()], NOW, signature="s1", delivery="d1") == 1
    with pytest.raises(Replayed):
        queue.put([entry(content_hash="other")], NOW, signature="s1", delivery="d1")
    assert queue.put([entry(content_hash="other")], NOW, signature="s2", delivery="d1") == 0


def test_a_lease_that_runs_out_gives_the_job_to_another_desk(queue: Queue) -> None:
    """A desk that is silent for longer than its lease is taken for dead; what it says later about the job is not heard."""
    queue.put([entry()], NOW)
    lost = queue.claim("dead", NOW)
    assert lost is not None
    assert queue.claim("desk", NOW + 59) is None
    queue.renew("dead", NOW + 59, [lost.id])
    assert queue.claim("desk", NOW + 100) is None, "a sign of life renews it"
    job = queue.claim("desk", NOW + 120)
    assert job is not None
    assert job.attempts == 2
    queue.finish(lost, "dead", "done", NOW + 121)
    assert [each.state for each in queue.jobs(("running", "done"))] == ["running"]


def test_a_job_that_kills_its_desks_is_buried(queue: Queue) -> None:
    """A job over which the desk died as often as it may be tried is a dead letter."""
    queue.put([entry()], NOW)
    for number in range(3):
        assert queue.claim("desk", NOW + number * 100) is not None
    assert queue.claim("desk", NOW + 300) is None
    (dead,) = queue.jobs(("dead",))
    assert dead.reason == "the desk died over it 3 times"


def test_failures_wait_longer_each_time_and_end(queue: Queue) -> None:
    """The wait doubles up to its limit, give or take a quarter; after the last try the job is a dead letter, with its text."""
    queue.put([entry()], NOW)
    now, waits = NOW, []
    for _ in range(2):
        job = queue.claim("desk", now)
        assert job is not None
        assert queue.postpone(job, "desk", "answered with 500", now) == "waiting"
        (job,) = queue.jobs(("waiting",))
        waits.append(job.due - now)
        now = job.due
    assert 7.5 <= waits[0] <= 12.5
    assert 11.25 <= waits[1] <= 18.75
    job = queue.claim("desk", now)
    assert job is not None
    assert queue.postpone(job, "desk", "answered with 500", now) == "dead"
    (dead,) = queue.jobs(("dead",))
    assert (dead.reason, dead.payload) == ("answered with 500", {"html": "A text."})
    queue.retry(dead.id, now)
    assert queue.claim("desk", now) is not None


def test_a_server_that_asks_for_patience_gets_it(queue: Queue) -> None:
    """A wait that is asked for is kept, up to the longest wait."""
    queue.put([entry()], NOW)
    job = queue.claim("desk", NOW)
    assert job is not None
    queue.postpone(job, "desk", "answered with 429", NOW, wait=10_000)
    assert queue.jobs(("waiting",))[0].due == NOW + 15


def test_what_cannot_be_finished_is_given_back(queue: Queue) -> None:
    """At an orderly end a job waits again at once, and the try does not count."""
    queue.put([entry()], NOW)
    queue.claim("desk", NOW)
    queue.give_back("desk", NOW)
    job = queue.claim("other", NOW)
    assert job is not None
    assert job.attempts == 1


def test_a_full_queue_refuses(tmp_path: Path) -> None:
    """Beyond its number of jobs or bytes nothing more is accepted, and nothing of the refused delivery is kept."""
    queue = Queue(tmp_path, Limits(most=2))
    queue.put([entry("posts/1"), entry("posts/2")], NOW)
    with pytest.raises(QueueFull):
        queue.put([entry("posts/3")], NOW, signature="s")
    (tmp_path / "other").mkdir()
    small = Queue(tmp_path / "other", Limits(most_bytes=2000))
    with pytest.raises(QueueFull):
        small.put([entry(text="x" * 3000)], NOW)
    job = queue.claim("desk", NOW)
    assert job is not None
    queue.finish(job, "desk", "done", NOW)
    assert queue.put([entry("posts/3")], NOW, signature="s") == 1


def test_the_text_of_a_finished_job_is_nowhere_in_the_files(queue: Queue, tmp_path: Path) -> None:
    """After a job ends and the file is tidied, no byte of its text is left on the disk."""
    secret = "Zanzibarwort " * 400
    queue.put([entry(text=secret)], NOW)
    assert any(b"Zanzibarwort" in path.read_bytes() for path in tmp_path.iterdir())
    job = queue.claim("desk", NOW)
    assert job is not None
    queue.finish(job, "desk", "passed", NOW)
    queue.prune(NOW)
    assert not [path for path in tmp_path.iterdir() if b"Zanzibarwort" in path.read_bytes()]
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


def test_old_things_are_forgotten(queue: Queue) -> None:
    """What is done goes after a week, a dead letter after thirty days."""
    for number in (1, 2):
        queue.put([entry(f"posts/{number}")], NOW)
        job = queue.claim("desk", NOW)
        assert job is not None
        if number == 1:
            queue.finish(job, "desk", "done", NOW)
        else:
            queue.bury(job, "desk", "broken", NOW)
    day = 86_400
    queue.prune(NOW + 6 * day)
    assert len(queue.jobs(("done", "dead"))) == 2
    queue.prune(NOW + 8 * day)
    assert [job.state for job in queue.jobs(("done", "dead"))] == ["dead"]
    queue.prune(NOW + 31 * day)
    assert queue.jobs(("done", "dead")) == []


def test_retry_and_drop_want_a_job_that_waits(queue: Queue) -> None:
    """A number that is no job's, or a finished one's, is an error; a dropped job loses its text."""
    for act in (queue.retry, queue.drop):
        with pytest.raises(NoSuchJob):
            act(7, NOW)
    queue.put([entry()], NOW)
    queue.drop(1, NOW)
    (dropped,) = queue.jobs(("dropped",))
    assert (dropped.reason, dropped.payload) == ("dropped by hand", {})
    with pytest.raises(NoSuchJob):
        queue.drop(1, NOW)


@pytest.mark.parametrize("damage", [b"not a database at all, but long enough to be one" * 40, "format"])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, damage: bytes | str) -> None:
    """A damaged file and a format of another version are errors that name the file, not guesses."""
    path = tmp_path / FILE
    if isinstance(damage, bytes):
        path.write_bytes(damage)
    else:
        Queue(tmp_path)
        with sqlite3.connect(path) as db:
            db.execute("PRAGMA user_version = 99")
        db.close()
    with pytest.raises(StateError, match=FILE):
        Queue(tmp_path)


def test_an_accepted_job_survives_a_kill(tmp_path: Path) -> None:
    """A process that is killed right after `put` came back has lost nothing."""
    script = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from copydesk.plugin.jobs import Entry\n"
        "from copydesk.plugin.queue import Queue\n"
        "queue = Queue(Path(sys.argv[1]))\n"
        "queue.put([Entry('ghost', 'posts/1', 'post.published', 'aa', {})], 1.0)\n"
        "queue.claim('desk', 2.0)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, tmp_path], capture_output=True, timeout=60)
    assert done.returncode == -9, done.stderr
    job = Queue(tmp_path).claim("desk", NOW)
    assert job is not None
    assert (job.article, job.attempts) == ("posts/1", 2)


def test_names_of_events_cannot_fill_the_disk(queue: Queue) -> None:
    """Only so many different things are counted; the rest are one."""
    for number in range(520):
        queue.count("ghost", f"ignored {number}")
    counts = queue.stats()[1]
    assert len(counts) == 501
    assert ("ghost", "other", 20) in counts


@pytest.mark.parametrize("limits", [{"attempts": 0}, {"lease": 0.5}, {"most": 0}, {"first_wait": -1}])
def test_limits_have_ranges(limits: dict[str, int]) -> None:
    """A limit out of its range is an error that names it."""
    with pytest.raises(ConfigError, match=next(iter(limits))):
        Limits(**limits)


def test_verdicts_are_kept_by_text(queue: Queue) -> None:
    """A verdict holds for one text of one article; passes are forgotten in time, releases are not."""
    ledger = Ledger(queue)
    ledger.decide("ghost", "posts/1", "aa", "held", NOW)
    ledger.decide("ghost", "posts/1", "aa", "released", NOW)
    ledger.decide("ghost", "posts/2", "aa", "passed", NOW)
    assert ledger.verdict("ghost", "posts/1", "aa") == "released"
    assert ledger.verdict("ghost", "posts/1", "bb") is None
    ledger.prune(NOW + 91 * 86_400)
    assert (ledger.verdict("ghost", "posts/1", "aa"), ledger.verdict("ghost", "posts/2", "aa")) == ("released", None)


@pytest.fixture
def waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For every wait for the disk, whether others could have had their turn at the file meanwhile."""
    seen: list[bool] = []

    def sync(_: int) -> None:
        with (tmp_path / f"{FILE}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                seen.append(False)
            else:
                seen.append(True)

    monkeypatch.setattr(store, "_sync", sync)
    return seen


def test_the_disk_is_waited_for_outside_of_the_turn(queue: Queue, waits: list[bool]) -> None:
    """An accepted delivery is on the disk before it is answered, and nobody else waits for that."""
    queue.put([entry()], NOW)
    assert waits == [True]
    assert len(queue.jobs(("waiting",))) == 1
    assert waits == [True], "reading waits for no disk"


def test_only_what_rests_on_a_verdict_waits_for_the_disk(queue: Queue, waits: list[bool]) -> None:
    """A pass that is lost is judged again; a hold or a release that is lost would be taken for the other."""
    ledger = Ledger(queue)
    ledger.decide("ghost", "posts/1", "aa", "passed", NOW)
    assert waits == []
    for verdict in ("holding", "held", "released"):
        ledger.decide("ghost", "posts/1", "bb", verdict, NOW)  # type: ignore[arg-type]
    assert waits == [True] * 3


def test_a_disk_that_fails_accepts_nothing(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of the disk is an error of the delivery, not an accepted one."""

    def sync(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(store, "_sync", sync)
    with pytest.raises(StateError, match="Input/output error"):
        queue.put([entry()], NOW)


def test_a_desk_does_not_wait_for_the_disk(tmp_path: Path, waits: list[bool]) -> None:
    """What a desk notes of a job is done again if it is lost."""
    queue = Queue(tmp_path, durable=False)
    queue.put([entry()], NOW)
    assert waits == []
