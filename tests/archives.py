"""Archives for tests: with the invented stories, and with many articles of invented words."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from stories import ORIGINAL, SAME_EVENT, UNRELATED

from copydesk import Matcher, read
from copydesk.plugin.archive import Archive, Entry, entry_of

STORIES = {"harbour": ORIGINAL, "bees": UNRELATED, "row": SAME_EVENT}
COMMAND = [sys.executable, "-c", "from copydesk.plugin.cli import main; main()", "archive"]


def entries(matcher: Matcher, texts: Mapping[str, str], *, keep_text: bool = True) -> list[Entry]:
    """Texts made ready, each under its id and with a title."""
    return [
        entry_of(matcher, read(t, kind="text", id=i, title=f"On {i}"), keep_text=keep_text) for i, t in texts.items()
    ]


def filled(path: Path, matcher: Matcher, texts: Mapping[str, str] = STORIES, *, keep_text: bool = True) -> Path:
    """An archive with these texts."""
    with Archive(path, matcher, write=True, keep_text=keep_text) as archive:
        archive.add(entries(matcher, texts, keep_text=keep_text))
    return path


def invented(count: int, seed: int = 1, words: int = 120) -> dict[str, str]:
    """Articles of invented words; the word "secret" and the article's own number in one of them mark its text in a file."""
    rng = random.Random(seed)
    known = [
        "".join(rng.choices("bcdfgklmnprstv", k=2)) + rng.choice("aeiou") + rng.choice("lnrst") for _ in range(3000)
    ]
    texts = {}
    for number in range(count):
        sentences = [" ".join(rng.choices(known, k=12)).capitalize() + "." for _ in range(words // 12)]
        texts[f"n{seed}-{number}"] = " ".join([f"Secret{seed}x{number} was there.", *sentences])
    return texts


def rows(path: Path, texts: Mapping[str, str]) -> Path:
    """The texts as JSON lines."""
    path.write_text("".join(json.dumps({"id": i, "text": t}) + "\n" for i, t in texts.items()))
    return path


def command(*arguments: str | Path, **options: object) -> subprocess.CompletedProcess[str]:
    """`copydesk archive ...` in a process of its own."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], capture_output=True, text=True, timeout=120, check=False, **options
    )  # type: ignore[call-overload]


def bytes_of(path: Path) -> bytes:
    """Everything on the disk: the file, its log, and what else lies beside it."""
    return b"".join(each.read_bytes() for each in sorted(path.parent.glob(path.name + "*")))


def python(code: str, arguments: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
    """Run Python in a process of its own."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True, text=True, timeout=120, check=False, env=environment,
    )  # fmt: skip


def limited(script: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run Python where no file may grow beyond `sys.argv[1]` bytes once `limit()` is called, as on a full disk."""
    code = (
        "import resource, signal, sys\n"
        "def limit():\n"
        "    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))\n"
    )
    return python(code + script, arguments)
