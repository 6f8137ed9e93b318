"""The examples of docs/service.md, run as they stand there against a service with a token and a secret."""

from __future__ import annotations

import os
import re
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

GUIDE = Path(__file__).resolve().parent.parent / "docs" / "service.md"


def _example(language: str) -> str:
    """The only block of code in that language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return str(found)


@pytest.fixture(scope="module")
def environ(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a service that runs, with its address."""
    given = {
        **os.environ,
        "COPYDESK_TOKEN": "correct-horse",
        "COPYDESK_LOG_LEVEL": "warning",
        "COPYDESK_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "COPYDESK_STATE": str(tmp_path_factory.mktemp("state")),
    }
    command = [
        sys.executable,
        "-c",
        "from copydesk.plugin.cli import main; main()",
        "serve",
        "--port",
        "0",
        "--workers",
        "1",
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=given) as process:
        assert process.stderr is not None
        ready, _, _ = select.select([process.stderr], [], [], 60)
        match = re.search(r"http://127\.0\.0\.1:\d+", process.stderr.readline() if ready else "")
        assert match
        yield {**given, "COPYDESK_URL": match[0]}
        process.terminate()


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("openssl")), reason="needs curl and openssl")
def test_the_shell_example_signs_and_verifies(environ: dict[str, str], tmp_path: Path) -> None:
    """The commands get a report, and find its signature good."""
    (tmp_path / "article.json").write_text('{"id": "7", "text": "The harbour bridge reopened on Monday."}')
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", _example("bash")],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (0, "verified\n"), done.stderr
    assert '"id": "7"' in (tmp_path / "report.json").read_text()


def test_the_python_example_signs_and_verifies(environ: dict[str, str]) -> None:
    """The program prints what to do with the article."""
    done = subprocess.run(
        [sys.executable, "-c", _example("python")], env=environ, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() in ("publish", "review", "hold"), done.stderr
