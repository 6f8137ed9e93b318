"""The service as it runs: a process of its own, with the production server, on a free port of this machine."""

from __future__ import annotations

import gc
import http.client
import json
import os
import re
import select
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from copydesk import Scorer
from copydesk.plugin.cli import main
from copydesk.plugin.feedback import FeedbackStore
from copydesk.plugin.schema import dumps
from copydesk.plugin.serve import keep_out_of_collections
from copydesk.plugin.signing import headers

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
QUIET = {"COPYDESK_LOG_FORMAT": "text", "COPYDESK_LOG_LEVEL": "warning"}  # nobody reads more than the first line
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
READY = re.compile(r"copydesk is listening on (http://127\.0\.0\.1:(\d+))\n")


@contextmanager
def _served(**environ: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A running service and its port; ended, if it still runs, at the end."""
    process = subprocess.Popen(COMMAND, stderr=subprocess.PIPE, text=True, env={**os.environ, **QUIET, **environ})
    assert process.stderr is not None
    try:
        ready, _, _ = select.select([process.stderr], [], [], 60)
        line = process.stderr.readline() if ready else ""
        match = READY.fullmatch(line)
        assert match, line + ("" if process.poll() is None else process.stderr.read())
        yield process, int(match[2])
    finally:
        process.terminate()
        process.wait(60)
        process.stderr.close()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The port of a service that the tests of this module share."""
    with _served() as (_, number):
        yield number


def _post(
    port: int, body: bytes, kind: str = "application/json", path: str = "/score", **headers: str
) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("POST", path, body, {"Content-Type": kind, **headers})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def _get(port: int, path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        return connection.getresponse().read()
    finally:
        connection.close()


def test_the_service_answers_the_bytes_of_the_command_line(
    port: int, runner: CliRunner, article: str, promo: str
) -> None:
    """The same object, posted and scored on the command line, gives the same line."""
    row = json.dumps({"id": "a", "title": "A wall", "text": f"{article}\n\n{promo}"}).encode()
    printed = runner.invoke(main, ["score", "-", "--input-format", "jsonl", "--format", "jsonl"], input=row)
    assert _post(port, row) == (200, printed.stdout_bytes)


def test_real_answers_are_as_described(port: int, article: str) -> None:
    """Reports and problems of the running service are what its own /openapi.json says."""
    described = json.loads(_get(port, "/openapi.json"))
    for body, name in (({"text": article}, "Report"), ({"text": 3}, "Problem")):
        answer = json.loads(_post(port, json.dumps(body).encode())[1])
        schema = {"$ref": f"#/components/schemas/{name}", "components": described["components"]}
        Draft202012Validator(schema).validate(answer)


def test_many_requests_at_once(port: int, scorer: Scorer, article: str) -> None:
    """Workers and threads share one model: every answer is its own article's."""
    paragraphs = article.split("\n\n")
    texts = ["\n\n".join(paragraphs[: n % 4 + 1]) for n in range(40)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda text: _post(port, text.encode(), "text/plain"), texts))
    assert answers == [(200, (dumps(scorer.score(text=text)) + "\n").encode()) for text in texts]


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_over_the_limit_is_refused(port: int, chunked: bool) -> None:
    """More than 2 MiB is 413 on the wire, too, with a declared length as in chunks."""
    body = b"The council met. " * 150_000
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(body)}"
        head = f"POST /score HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nConnection: close\r\n{length}\r\n\r\n"
        connection.sendall(head.encode())
        with suppress(BrokenPipeError, ConnectionResetError):  # it need not listen to the end
            connection.sendall(b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) if chunked else body)
        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")


def test_a_request_that_ends_early_harms_nobody(port: int, article: str) -> None:
    """A client that leaves in the middle of its body does not stop the next one."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(
            b"POST /score HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 999\r\n\r\nThe"
        )
    assert _post(port, article.encode(), "text/plain")[0] == 200


def test_sigterm_ends_the_service_cleanly(article: str) -> None:
    """SIGTERM ends the process with 0; until then nothing but the address was said, no article above all."""
    with _served() as (process, port):
        assert _post(port, json.dumps({"text": article}).encode())[0] == 200
        assert _post(port, b"nonsense")[0] == 400
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_the_token_comes_from_the_environment(article: str) -> None:
    """With COPYDESK_TOKEN set, requests without it are refused."""
    with _served(COPYDESK_TOKEN="correct-horse") as (_, port):
        body = json.dumps({"text": article}).encode()
        assert _post(port, body)[0] == 401
        assert _post(port, body, Authorization="Bearer correct-horse")[0] == 200


def test_signed_requests_reach_all_workers(article: str, tmp_path: Path) -> None:
    """Of twenty replays at once, over two processes, one is answered, and its answer is signed; feedback is kept by both."""
    with _served(COPYDESK_SECRET=SECRET, COPYDESK_STATE=str(tmp_path)) as (_, port):
        body = json.dumps({"text": article}).encode()
        assert _post(port, body)[0] == 401
        for number in range(5):
            signed = headers(SECRET, f"msg_{number}", int(time.time()), body)
            with ThreadPoolExecutor(20) as pool:
                answers = list(pool.map(lambda _, given=signed: _post(port, body, **given), range(20)))  # type: ignore[misc]
            assert sorted(status for status, _ in answers) == [200] + [401] * 19
        for number in range(8):
            given = {"id": str(number), "content_hash": "a", "action": "hold", "judgement": "wrong"}
            body = json.dumps(given).encode()
            signed = headers(SECRET, f"feedback_{number}", int(time.time()), body)
            assert _post(port, body, "application/json", "/feedback", **signed)[0] == 201
    assert len(list(FeedbackStore(tmp_path))) == 8


def test_the_ids_of_a_service_without_a_state_folder_go_with_it(article: str, tmp_path: Path) -> None:
    """Its workers share a temporary folder that nobody else can look into, and nothing of it stays."""
    with _served(COPYDESK_SECRET=SECRET, TMPDIR=str(tmp_path)) as (_, port):
        body = json.dumps({"text": article}).encode()
        signed = headers(SECRET, "msg", int(time.time()), body)
        assert [_post(port, body, **signed)[0] for _ in range(6)] == [200] + [401] * 5
        folders = list(tmp_path.glob("copydesk-*"))
        assert len(folders) == 2  # the ids, and the numbers for /metrics
        assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}
    assert not list(tmp_path.glob("copydesk-*"))


def test_a_state_folder_that_cannot_be_used_is_said_at_once(runner: CliRunner, tmp_path: Path) -> None:
    """The service does not start without the memory that it was asked to have."""
    (tmp_path / "file").write_text("")
    done = runner.invoke(main, ["serve", "--port", "0", "--state", str(tmp_path / "file" / "state")])
    assert done.exit_code == 2
    assert "COPYDESK_STATE" in done.stderr


def test_a_port_in_use_is_said_at_once(port: int, runner: CliRunner) -> None:
    """A second service on the same port ends with 2 and the reason."""
    done = runner.invoke(main, ["serve", "--port", str(port)])
    assert done.exit_code == 2
    assert f"cannot listen on 127.0.0.1 port {port}: Address already in use" in done.stderr


def test_a_worker_that_starts_hears_the_end(tmp_path: Path) -> None:
    """SIGTERM while a worker has no handlers yet is not lost: the service ends, and not by gunicorn's patience of 30 seconds."""
    script = """
import os, signal, time
from gunicorn.workers.base import Worker
original = Worker.init_signals
def told_to_end_first(self):
    os.kill(os.getppid(), signal.SIGTERM)
    time.sleep(1)
    original(self)
Worker.init_signals = told_to_end_first
from copydesk.plugin.cli import main
main()
"""
    command = [sys.executable, "-c", script, "serve", "--port", "0", "--workers", "1"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, **QUIET}) as process:
        assert process.stderr is not None
        assert READY.fullmatch(process.stderr.readline())
        try:
            assert process.wait(20) == 0
        finally:
            process.kill()


def test_what_is_loaded_before_a_fork_is_not_collected_in_a_request() -> None:
    """A collection in a worker does not go through the model and the modules again, which stops a request for long."""
    keep_out_of_collections()
    try:
        assert gc.get_freeze_count() > 10_000
    finally:
        gc.unfreeze()
