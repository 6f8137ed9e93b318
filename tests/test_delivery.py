"""The whole service, as it runs: four hundred deliveries, killed in the middle, and what the CMS saw of it."""

from __future__ import annotations

import http.client
import json
import os
import re
import select
import signal
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import stub_ghost
from test_desk import BAD, CLEAN
from test_metrics import samples

from copydesk.plugin.jobs import Job
from copydesk.plugin.queue import Queue

ARTICLES = 200
COMMAND = [sys.executable, "-c", "from copydesk.plugin.cli import main; main()"]
READY = re.compile(r"copydesk is listening on http://127\.0\.0\.1:(\d+)\n")


@contextmanager
def serving(folder: Path, *, kill: bool = False) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A running service in a process group of its own; at the end it is told to stop, or killed with all of its processes."""
    environ = {**os.environ, "COPYDESK_STATE": str(folder / "state"), "COPYDESK_HOOKS": str(folder / "hooks.json")}
    environ |= {"COPYDESK_LOG_FORMAT": "text", "COPYDESK_LOG_LEVEL": "warning"}  # nobody reads more than the first line
    command = [*COMMAND, "serve", "--port", "0", "--workers", "2"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environ, start_new_session=True)
    assert process.stderr is not None
    try:
        ready, _, _ = select.select([process.stderr], [], [], 60)
        match = READY.fullmatch(process.stderr.readline() if ready else "")
        assert match, process.poll()
        yield process, int(match[1])
    finally:
        if kill:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.terminate()
        process.wait(60)
        process.stderr.close()


def configure(folder: Path, stub: stub_ghost.Stub) -> None:
    """The file of hooks."""
    ghost = {"secret": stub_ghost.SECRET, "api": stub.url, "admin_key": f"{stub_ghost.KEY_ID}:{stub_ghost.KEY}"}
    limits = {"lease": 2, "first_wait": 0.2}
    (folder / "hooks.json").write_text(json.dumps({"ghost": ghost, "queue": limits}))


def deliver(port: int, body: bytes, headers: dict[str, str]) -> int:
    """The status of one delivery; 0 where there was no answer, after which the sender tries again."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("POST", "/hooks/ghost", body, headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def settled(queue: Queue) -> list[Job]:
    """All jobs that have ended, once none waits."""
    end = time.monotonic() + 240
    while queue.jobs(("waiting", "running")) and time.monotonic() < end:
        time.sleep(0.2)
    assert not queue.jobs(("waiting", "running"))
    return queue.jobs(("done", "dropped", "dead"))


@pytest.mark.parametrize("resend", ["signed anew", "byte for byte"])
def test_every_article_is_acted_on_once_through_a_kill(tmp_path: Path, resend: str) -> None:
    """Two hundred webhooks delivered twice each, the whole service killed in between: every bad article held once, none lost."""
    with stub_ghost.running() as stub:
        configure(tmp_path, stub)
        posts = [
            stub.add(n, f"School number {n}", (BAD if n % 2 else CLEAN) + f"<p>Number {n}.</p>")
            for n in range(ARTICLES)
        ]
        first = [stub.webhook(post) for post in posts]
        again = first if resend == "byte for byte" else [(body, stub_ghost.signed(body)) for body, _ in first]
        lost: list[tuple[bytes, dict[str, str]]] = []

        def send(port: int, deliveries: list[tuple[bytes, dict[str, str]]], wanted: tuple[int, ...]) -> None:
            with ThreadPoolExecutor(8) as pool:
                codes = list(pool.map(lambda each: deliver(port, *each), deliveries))
            lost.extend(each for each, code in zip(deliveries, codes, strict=True) if not code)
            assert set(codes) <= {*wanted, 0}, Counter(codes)

        with serving(tmp_path, kill=True) as (_, port):
            send(port, first[:150], (202,))
            send(port, again[:50], (202, 401))
            held_before = sum(stub.held.values())
        with serving(tmp_path) as (process, port):
            send(port, lost + first[150:] + again[50:], (202, 401))
            jobs = settled(Queue(tmp_path / "state"))
            process.terminate()
            assert process.wait(60) == 0
            assert process.stderr is not None
            assert process.stderr.read() == ""
        bad = {post["id"] for post in posts[1::2]}
        assert held_before < len(bad), "the kill came before the work was done"
        assert stub.held == dict.fromkeys(bad, 1)
        assert {post["id"] for post in posts if post["status"] == "draft"} == bad
        assert {job.state for job in jobs} == {"done"}
        assert {job.article for job in jobs} == {f"posts/{post['id']}" for post in posts}


def test_a_desk_that_is_killed_is_started_again(tmp_path: Path) -> None:
    """The web workers go on, and another desk does the work."""
    with stub_ghost.running() as stub:
        configure(tmp_path, stub)
        with serving(tmp_path) as (process, port):
            for desk in _desks(process.pid):
                os.kill(desk, signal.SIGKILL)
            post = stub.add(1, "A school", BAD)
            assert deliver(port, *stub.webhook(post)) == 202
            (job,) = settled(Queue(tmp_path / "state"))
            assert job.reason.startswith("held")
        assert not _alive(process.pid), "nothing of the service is left"


def test_what_the_desk_scores_is_counted(tmp_path: Path) -> None:
    """The numbers of the service hold the desk's articles, also those of a desk that was killed, and its queue."""
    with stub_ghost.running() as stub:
        configure(tmp_path, stub)
        with serving(tmp_path) as (process, port):
            for number in (1, 2):
                assert deliver(port, *stub.webhook(stub.add(number, f"School number {number}", BAD))) == 202
                assert len(settled(Queue(tmp_path / "state"))) == number
                if number == 1:
                    for desk in _desks(process.pid):
                        os.kill(desk, signal.SIGKILL)
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as answer:
                found = samples(answer.read().decode())
    assert sum(value for key, value in found.items() if key[0] == "copydesk_actions_total") == 2
    assert found["copydesk_score_count", "injected_links"] == 2
    assert [found["copydesk_queue_jobs", state] for state in ("waiting", "running", "dead")] == [0, 0, 0]


def test_a_keeper_that_is_killed_is_started_again(tmp_path: Path) -> None:
    """What is accepted after it is acted on all the same, and the service ends with all of its processes."""
    with stub_ghost.running() as stub:
        configure(tmp_path, stub)
        with serving(tmp_path) as (process, port):
            (desk,) = _desks(process.pid)
            os.kill(_parent(desk), signal.SIGKILL)
            end = time.monotonic() + 40
            while _runs(desk) and time.monotonic() < end:
                time.sleep(0.1)
            post = stub.add(1, "A school", BAD)
            assert deliver(port, *stub.webhook(post)) == 202
            (job,) = settled(Queue(tmp_path / "state"))
            assert job.reason.startswith("held")
            (another,) = _desks(process.pid)
            started = [another, _parent(another)]
        assert not any(map(_runs, [desk, *started])), "nothing of the service is left"


def test_the_desk_ends_with_a_killed_server(tmp_path: Path) -> None:
    """A server that is killed alone takes its desk with it in a moment; nothing works on in the dark."""
    with stub_ghost.running() as stub:
        configure(tmp_path, stub)
        with serving(tmp_path) as (process, _):
            desks = _desks(process.pid)
            assert desks
            os.kill(process.pid, signal.SIGKILL)
            end = time.monotonic() + 40
            while any(map(_runs, desks)) and time.monotonic() < end:
                time.sleep(0.1)
            assert not any(map(_runs, desks))
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        found.setdefault(int(fields[1]), []).append(int(path.parent.name))
    return found


def _desks(server: int) -> list[int]:
    """The processes below the keeper: grandchildren of the server."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        children = _children()
        if desks := [pid for child in children.get(server, []) for pid in children.get(child, [])]:
            return desks
        time.sleep(0.1)
    return []


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
