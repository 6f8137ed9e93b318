"""A list of paths, one a line or with NUL between them (`find -print0`), read as it is needed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from ..replay import Streams
from . import limits
from .items import Failure
from .reading import why

_STEP = 64 * 1024


def listed(file: str, streams: Streams) -> Iterator[str | Failure]:
    """The paths of a list, "-" is standard input. A NUL in its first 64 KiB tells that paths end with one: no path holds any."""
    try:
        with streams.open(None if file == "-" else Path(file)) as stream:
            rest = stream.read(_STEP)
            end = b"\0" if b"\0" in rest else b"\n"
            number = 0
            while True:
                *whole, rest = rest.split(end)
                for path in whole:
                    number += 1
                    yield from _path(file, number, path, end)
                more = stream.read(_STEP) if len(rest) <= limits.MAX_PATH else b""
                if not more:
                    break
                rest += more
            yield from _path(file, number + 1, rest, end)
    except OSError as error:
        yield Failure(file, why(error))


def _path(file: str, number: int, path: bytes, end: bytes) -> Iterator[str | Failure]:
    if len(path) > limits.MAX_PATH:
        reason = f"the path is longer than {limits.MAX_PATH} bytes; the rest of the list is not scored"
        yield Failure(f"{file}:{number}", reason)
    elif end == b"\n" and b"\0" in path:
        yield Failure(f"{file}:{number}", "the path holds a NUL, expected a path a line")
    elif path := path.removesuffix(b"\r") if end == b"\n" else path:
        yield os.fsdecode(path)
