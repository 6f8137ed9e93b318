"""JSON lines, one article each; a line that is too long is named and passed over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from . import limits
from .items import Failure, Input, RowInput
from .reading import PackedError, is_damage, unpacked, why

_STEP = 1024 * 1024


def rows(name: str, stream: IO[bytes]) -> Iterator[Input]:
    """The lines of a JSONL stream that are not blank, unpacked if they come packed."""
    number = 0
    seen = False
    try:
        lines = unpacked(stream)
        while line := lines.readline(limits.MAX_INPUT + 1):
            number += 1
            where = f"{name}:{number}"
            if len(line) > limits.MAX_INPUT and not line.endswith(b"\n"):
                seen = True
                yield Failure(where, f"the line is longer than {limits.MAX_INPUT} bytes")
                if not _skip_line(lines):
                    yield Failure(name, f"line {number} does not end; the rest of the file is not scored")
                    return
            elif line.strip():
                seen = True
                yield RowInput(where, line)
    except PackedError as error:
        yield Failure(name, str(error))
        return
    except Exception as error:
        if not (isinstance(error, OSError) or is_damage(error)):
            raise
        yield Failure(f"{name}:{number + 1}", f"{why(error)}; the rest of the file is not scored")
        return
    if not seen:
        yield Failure(name, "the file is empty, expected one JSON object a line")


def _skip_line(lines: IO[bytes]) -> bool:
    """Read on to the end of a line that is too long; False where it goes on and on, as a bomb does."""
    for _ in range(limits.MAX_SKIP // _STEP):
        part = lines.readline(_STEP)
        if len(part) < _STEP or part.endswith(b"\n"):
            return True
    return False
