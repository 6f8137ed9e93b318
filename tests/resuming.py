"""Batches with --resume, in this process and in one of their own that can be ended half-way."""

from __future__ import annotations

import json
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


def rows(article: str, count: int) -> list[dict[str, str]]:
    """Articles that differ from each other; every seventh is empty, and cannot be scored."""
    texts = (f"{article}\n\nSeen by {n}, and never by {n + 1}." if n % 7 else "" for n in range(count))
    return [{"id": f"r{n}", "text": text} for n, text in enumerate(texts)]


def written(path: Path, article: str, count: int) -> Path:
    """Such articles as JSON lines."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows(article, count)))
    return path


def files(folder: Path, article: str, names: str) -> Path:
    """A folder with an article for each letter."""
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / f"{name}.txt").write_text(f"{article}\n\nThis was told in the town of {name}{name}.")
    return folder


def resume(*arguments: str | Path, output_format: str = "jsonl", given: str | None = None) -> Result:
    """`copydesk score --resume` in this process."""
    asked = ["score", *map(str, arguments), "--format", output_format, "--resume"]
    return CliRunner().invoke(main, asked, input=given)


def begun(output: Path, *arguments: str | Path) -> None:
    """Leave a batch as it stands when it is killed just before its output takes its name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("copydesk.plugin.resume.Resume.finish", lambda self: self.suspend())
        assert resume(*arguments, "--output", output).exit_code == 0
    assert output.with_name(f"{output.name}.part").exists()


def start(*arguments: str | Path, output_format: str = "jsonl", **more: object) -> subprocess.Popen[bytes]:
    """The same in a process of its own."""
    command = [sys.executable, "-c", SCRIPT, "score", *map(str, arguments), "--format", output_format, "--resume"]
    return subprocess.Popen(command, stderr=subprocess.PIPE, **more)  # type: ignore[call-overload, no-any-return]


def size(path: Path) -> int:
    """Bytes of a file; 0 where there is none."""
    return path.stat().st_size if path.exists() else 0


def end_half_way(
    output: Path, number: int, *arguments: str | Path, output_format: str = "jsonl", more: int = 1
) -> tuple[int, bytes]:
    """Start, wait for so many bytes of output, and send a signal; the exit code and standard error."""
    part = output.with_name(f"{output.name}.part")
    until = size(part) + more
    process = start(*arguments, "--output", output, output_format=output_format)
    while process.poll() is None and size(part) < until:
        time.sleep(0.005)
    process.send_signal(number)
    _, errors = process.communicate(timeout=120)
    return process.returncode, errors
