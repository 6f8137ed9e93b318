"""The running service with many clients: its numbers over all workers, its end, and its log as a whole."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from test_metrics import samples

COMMAND = [
    sys.executable,
    "-c",
    "from copydesk.plugin.cli import main; main()",
    "serve",
    "--port",
    "0",
    "--workers",
    "2",
]
MARK = "Zanzifrage"


@dataclass
class Served:
    """A running service, the file with its log, and the folder for its temporary files."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path
    temporary: Path

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> tuple[int, str]:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, {"Content-Type": "application/json", **headers})
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def workers(self) -> list[int]:
        """The process ids of the workers."""
        return [int(path.read_text()) for path in sorted(self.temporary.glob("copydesk-*/pid_worker-*"))]

    def end(self) -> int:
        """SIGTERM, and the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


@contextmanager
def served(folder: Path, **environ: str) -> Iterator[Served]:
    """A service that listens."""
    log, temporary = folder / "log", folder / "tmp"
    temporary.mkdir()
    given = {**os.environ, "COPYDESK_LOG_FORMAT": "json", "TMPDIR": str(temporary), **environ}
    with log.open("wb") as file, subprocess.Popen(COMMAND, stderr=file, env=given) as process:
        try:
            for _ in range(600):
                if (
                    found := re.search(rb"listening on http://127\.0\.0\.1:(\d+)", log.read_bytes())
                ) or process.poll() is not None:
                    break
                time.sleep(0.1)
            assert found, log.read_text()
            yield Served(process, int(found[1]), log, temporary)
        finally:
            process.kill()


def _until(true: object, what: str) -> None:
    """Wait for something to become true, for half a minute."""
    for _ in range(300):
        if true():  # type: ignore[operator]
            return
        time.sleep(0.1)
    raise AssertionError(what)


def test_the_numbers_are_those_of_all_workers(tmp_path: Path, article: str) -> None:
    """They add up over the workers, go on where a killed worker ended, and leave no file behind."""
    body = json.dumps({"text": article})
    with served(tmp_path) as service:
        _until(lambda: len(service.workers()) == 2, "two workers")
        for _ in range(20):
            assert service.ask("POST", "/score", body)[0] == 200
        before = service.workers()
        os.kill(before[0], signal.SIGKILL)
        _until(lambda: len(set(service.workers()) - set(before)) == 1, "another worker")
        for _ in range(20):
            assert service.ask("POST", "/score", body)[0] == 200
        for _ in range(5):
            found = samples(service.ask("GET", "/metrics")[1])
            assert found["copydesk_requests_total", "POST", "/score", "200"] == 40
            assert found["copydesk_score_count", "rewrite"] == 40
            processes = {key[1] for key in found if key[0] == "copydesk_process_resident_memory_bytes"}
            assert processes == {"server", "worker-0", "worker-1"}
        files = {path.name for path in service.temporary.glob("copydesk-*/*.db")}
        assert all(re.fullmatch(r"[a-z_]+_(server|worker-[01])\.db", name) for name in files), files
        assert service.end() == 0
        assert not list(service.temporary.iterdir())
        levels = [json.loads(line)["level"] for line in service.log.read_text().splitlines()]
        assert (levels.count("error"), levels.count("info")) == (1, 46)  # of the killed worker; and of all else


def _slow_client(port: int, body: bytes, results: list[bytes], sent: threading.Barrier, go_on: threading.Event) -> None:
    """Sends the head and half of the body, and the rest after SIGTERM."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        head = b"POST /score HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(
            body
        )
        connection.sendall(head + body[: len(body) // 2])
        sent.wait(60)
        go_on.wait(60)
        connection.sendall(body[len(body) // 2 :])
        results.append(connection.makefile("rb").readline())


def _steady_client(port: int, body: bytes, results: list[bytes], sent: threading.Barrier) -> None:
    """Sends one request after another on one connection, until it is told that it is the last one."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for number in range(100_000):
        connection.request("POST", "/score", body, {"Content-Type": "application/json"})
        if not number:
            sent.wait(60)
        response = connection.getresponse()
        response.read()
        results.append(b"HTTP/1.1 %d" % response.status)
        if response.getheader("Connection", "").lower() == "close":
            return
    raise AssertionError("never told to close")


def test_no_request_is_lost_at_the_end(tmp_path: Path, article: str) -> None:
    """SIGTERM amid 64 busy connections, 16 of them slow: every request that was sent is answered, and the service ends with 0."""
    body = json.dumps({"text": article}).encode()
    slow, steady, failed = list[bytes](), list[bytes](), list[BaseException]()
    sent, go_on = threading.Barrier(65), threading.Event()

    def guarded(work: object, *arguments: object) -> None:
        try:
            work(*arguments)  # type: ignore[operator]
        except BaseException as error:
            failed.append(error)

    with served(tmp_path, COPYDESK_LOG_LEVEL="warning") as service:
        jobs = [(_slow_client, service.port, body, slow, sent, go_on)] * 16
        jobs += [(_steady_client, service.port, body, steady, sent)] * 48  # type: ignore[list-item]
        threads = [threading.Thread(target=guarded, args=job, daemon=True) for job in jobs]
        for thread in threads:
            thread.start()
        sent.wait(60)
        service.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        go_on.set()
        for thread in threads:
            thread.join(60)
        assert service.process.wait(60) == 0
    assert not failed
    assert [line[:12] for line in slow] == [b"HTTP/1.1 200"] * 16
    assert len(steady) >= 48
    assert set(steady) == {b"HTTP/1.1 200"}
    assert service.log.read_text().count("\n") == 1  # where it listened, and nothing that went wrong


def test_who_is_connected_but_not_accepted_is_answered(tmp_path: Path, article: str) -> None:
    """Requests that wait at the system's door when SIGTERM comes, because the workers are busy, are answered as well."""
    body = json.dumps({"text": article}).encode()
    request = b"POST /score HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(
        body
    )
    with served(tmp_path) as service:
        _until(lambda: len(service.workers()) == 2, "two workers")
        workers = service.workers()
        for pid in workers:
            os.kill(pid, signal.SIGSTOP)
        clients = [socket.create_connection(("127.0.0.1", service.port), timeout=60) for _ in range(20)]
        for client in clients:
            client.sendall(request + body)
        service.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        for pid in workers:
            os.kill(pid, signal.SIGCONT)
        answers = [client.makefile("rb").readline()[:12] for client in clients]
        assert answers == [b"HTTP/1.1 200"] * 20
        for client in clients:
            client.close()
        with pytest.raises(OSError):
            service.ask("GET", "/healthz")
        assert service.process.wait(60) == 0


def test_it_says_that_it_is_about_to_end(tmp_path: Path, article: str) -> None:
    """With seconds to drain, /readyz says no after SIGTERM, everything else goes on, and then the service ends with 0."""
    with served(tmp_path, COPYDESK_DRAIN_SECONDS="3") as service:
        assert service.ask("GET", "/readyz")[0] == 200
        service.process.send_signal(signal.SIGTERM)
        _until(lambda: service.ask("GET", "/readyz")[0] == 503, "not ready")
        status, body = service.ask("GET", "/readyz")
        assert (status, json.loads(body)["status"]) == (503, 503)
        assert service.ask("GET", "/healthz")[0] == 200
        assert service.ask("POST", "/score", json.dumps({"text": article}))[0] == 200
        assert service.process.wait(60) == 0


def test_a_second_signal_ends_the_wait(tmp_path: Path) -> None:
    """Who does not want to wait for the load balancers says so again."""
    with served(tmp_path, COPYDESK_DRAIN_SECONDS="300") as service:
        service.process.send_signal(signal.SIGTERM)
        _until(lambda: service.ask("GET", "/readyz")[0] == 503, "not ready")
        assert service.end() == 0


@pytest.mark.parametrize("form", ["json", "text"])
def test_no_word_that_was_sent_is_in_the_log(tmp_path: Path, article: str, form: str) -> None:
    """Not from a body, an address or a header, whether the request was good, bad or no HTTP at all; in JSON, each line is an object."""
    body = json.dumps({"id": MARK, "title": MARK, "url": f"https://{MARK}.example/", "text": f"{MARK} {article}"})
    with served(tmp_path, COPYDESK_LOG_FORMAT=form, COPYDESK_TOKEN="correct-horse") as service:
        auth = {"Authorization": "Bearer correct-horse"}
        assert service.ask("POST", "/score", body, **auth, Referer=MARK)[0] == 200
        assert service.ask("POST", "/score", body, Authorization=f"Bearer {MARK}")[0] == 401
        assert service.ask("POST", f"/score?{MARK}={MARK}", body, **auth)[0] == 400
        assert service.ask("GET", f"/{MARK}", **auth)[0] == 404
        for raw in (f"{MARK}\r\n\r\n", f"GET /{MARK} {MARK}\r\n\r\n", f"GET / HTTP/1.1\r\n{MARK} : {MARK}\r\n\r\n"):
            with socket.create_connection(("127.0.0.1", service.port), timeout=60) as connection:
                connection.sendall(raw.encode())
                assert b" 400 " in connection.recv(100)
        assert service.end() == 0
        written = service.log.read_text()
    lines = written.splitlines()
    assert len(lines) == 8
    assert MARK.lower() not in written.lower()
    assert "correct-horse" not in written
    if form == "json":
        assert [json.loads(line).get("status") for line in lines[1:5]] == [200, 401, 400, 404]
