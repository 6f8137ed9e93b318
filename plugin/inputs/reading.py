"""Files and standard input, read whole and bounded, and streams unpacked as they are read."""

from __future__ import annotations

import gzip
import os
import sys
import zlib
from pathlib import Path
from typing import IO, cast

from copydesk import DocumentError, DocumentTooLarge

from . import limits
from .items import InputError, needs

GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"


class PackedError(OSError):
    """Compressed data that needs a library which is not there; the message says which."""


def standard_input() -> IO[bytes]:
    """The bytes of standard input.

    Raises InputError where the process has none.
    """
    if sys.stdin is None:
        raise InputError("standard input is closed")
    return sys.stdin.buffer


def read_bounded(stream: IO[bytes]) -> bytes:
    """All bytes of a stream.

    Raises DocumentTooLarge beyond MAX_INPUT, having read one byte more than that.
    """
    data = stream.read(limits.MAX_INPUT + 1)
    if len(data) > limits.MAX_INPUT:
        raise DocumentTooLarge(f"larger than {limits.MAX_INPUT} bytes, the most that is read of one input")
    return data


def read_file(path: Path) -> bytes:
    """All bytes of a file.

    Raises DocumentError where it cannot be read or is larger than MAX_INPUT.
    """
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > limits.MAX_INPUT:
                raise DocumentTooLarge(f"the file has {size} bytes, at most {limits.MAX_INPUT} are read")
            return read_bounded(file)
    except OSError as error:
        raise DocumentError(why(error)) from error


def starts_with(stream: IO[bytes], magic: bytes) -> bool:
    """Does a stream that can be peeked into start so?"""
    peek = getattr(stream, "peek", None)
    return peek is not None and peek(len(magic))[: len(magic)] == magic


def unpacked(stream: IO[bytes]) -> IO[bytes]:
    """The content of a stream that comes gzipped or as Zstandard, whatever the file is called; any other stream as it is.

    It is unpacked as it is read, in a memory of some MB however far it unfolds. Raises PackedError without the library for it.
    """
    if starts_with(stream, GZIP):
        return cast("IO[bytes]", gzip.GzipFile(fileobj=stream))
    if starts_with(stream, _ZSTD):
        return _zstd(stream)
    return stream


def _zstd(stream: IO[bytes]) -> IO[bytes]:
    try:
        if sys.version_info >= (3, 14):
            from compression import zstd
        else:
            from backports import zstd
    except ModuleNotFoundError as error:
        raise PackedError(needs("zstd", "Zstandard")) from error
    return cast("IO[bytes]", zstd.ZstdFile(stream))


def is_damage(error: Exception) -> bool:
    """Is this what an unpacking library raises for data that is damaged?"""
    return isinstance(error, gzip.BadGzipFile | EOFError | zlib.error) or type(error).__name__ == "ZstdError"


def why(error: Exception) -> str:
    """The reason without the path, which stands before it already."""
    if is_damage(error):
        return "the compressed data is damaged or ends early"
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
