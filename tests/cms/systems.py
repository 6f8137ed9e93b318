"""Real systems for tests: installed once into a cache, started on free ports of this machine, ended with their process groups."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
TOP = HERE.parent.parent
CLI = [sys.executable, "-c", "from copydesk.plugin.cli import main; main()"]
_given: set[int] = set()
PATIENCE = 60.0  # seconds for something to become true


def installed(name: str) -> Path:
    """The cache folder, after the system's own script has installed it there; skips with the reason where that fails."""
    cache = os.environ.get("COPYDESK_CMS_CACHE", "")
    if not cache:
        pytest.skip("COPYDESK_CMS_CACHE names no folder to install content management systems into")
    done = subprocess.run([HERE / f"install-{name}.sh"], capture_output=True, text=True, timeout=1800)
    if done.returncode:
        pytest.skip(f"{name} cannot be installed here: {(done.stderr or done.stdout)[-400:].strip()}")
    return Path(cache)


def free_port() -> int:
    """A port that nobody listens on; COPYDESK_CMS_PORTS=first-last says where to look."""
    first, _, last = os.environ.get("COPYDESK_CMS_PORTS", "").partition("-")
    for port in range(int(first), int(last) + 1) if first else [0] * 100:
        if port in _given:
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            found = int(probe.getsockname()[1])
        if found not in _given:  # the one who asked before may not listen yet
            _given.add(found)
            return found
    raise RuntimeError("no port is free")


def wait_for(check: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
    """What `check` gives once it gives something; fails after `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := check():
            return found
        time.sleep(0.1)
    raise AssertionError(f"{what}: not within {seconds:g} seconds")


@contextmanager
def process(command: list[str | Path], log: Path, **more: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A program with its output in a file; its whole process group is ended at the end."""
    with log.open("ab") as output:
        running = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True, **more
        )
    try:
        yield running
    finally:
        end(running)


def end(running: subprocess.Popen[bytes], number: int = signal.SIGTERM) -> None:
    """End a program and all its children."""
    try:
        os.killpg(running.pid, number)
    except ProcessLookupError:
        return
    try:
        running.wait(30)
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait(30)


@dataclass
class Http:
    """A JSON API; `headers` makes the headers of each request."""

    base: str
    headers: Callable[[], dict[str, str]]
    opener: urllib.request.OpenerDirector

    def __call__(self, method: str, path: str, send: object = None, **headers: str) -> tuple[int, Any]:
        """The status and the object of an answer."""
        data = None if send is None else json.dumps(send).encode()
        made = urllib.request.Request(
            self.base + path, data, {"Content-Type": "application/json", **self.headers(), **headers}, method=method
        )
        try:
            with self.opener.open(made, timeout=30) as answer:
                return answer.status, _parsed(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, _parsed(error.read())


def http(base: str, headers: Callable[[], dict[str, str]] = dict, *handlers: Any) -> Http:
    """Requests to a server on this machine, whatever proxies the environment names."""
    return Http(base, headers, urllib.request.build_opener(urllib.request.ProxyHandler({}), *handlers))


def is_up(url: str) -> bool:
    """Does somebody answer there with a success?"""
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=2) as answer:
            return bool(200 <= answer.status < 300)
    except (OSError, urllib.error.URLError):
        return False


@contextmanager
def copydesk(folder: Path, port: int, hooks: dict[str, object] | None = None, **environ: str) -> Iterator[str]:
    """A running service with these hooks and its state in `folder`; its address."""
    folder.mkdir(exist_ok=True)
    environ = {"COPYDESK_STATE": str(folder / "state"), **environ}
    if hooks is not None:
        (folder / "hooks.json").write_text(json.dumps(hooks))
        environ["COPYDESK_HOOKS"] = str(folder / "hooks.json")
    url = f"http://127.0.0.1:{port}"
    log = folder / "copydesk.log"
    with process([*CLI, "serve", "--port", str(port)], log, env={**os.environ, **environ}) as running:
        wait_for(lambda: running.poll() is not None or is_up(f"{url}/healthz"), "copydesk serve")
        assert running.poll() is None, log.read_text()
        yield url


def queue_jobs(folder: Path, *arguments: str) -> list[dict[str, Any]]:
    """What `copydesk queue` lists."""
    done = subprocess.run(
        [*CLI, "queue", *arguments, "--format", "jsonl"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "COPYDESK_STATE": str(folder / "state")},
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data) if data else None
    except ValueError:
        return data
