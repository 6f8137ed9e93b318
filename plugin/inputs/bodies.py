"""The body of a web page as a server sent it, unpacked: bounded, and by whoever reads the page, not by who reads the file."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable

from copydesk import DocumentError, DocumentTooLarge

from . import limits
from .items import Article, RecordInput, needs
from .reading import is_damage, read_bounded, unpacked

_UNKNOWN = "the page came with the content encoding {!r}, expected gzip, deflate, br or zstd"


def article_of_record(item: RecordInput) -> Article:
    """The page of a WARC record, not yet read. Raises DocumentError where it cannot be unpacked."""
    body = _joined(item.line) if item.chunked else item.line
    data = _decoded(body, item.encoding)
    return Article(item.id, data, item.kind, url=item.url, charset=item.charset, date=item.date)


def _joined(body: bytes) -> bytes:
    """The chunks of a body in one; crawlers that joined them already left the header in place."""
    from warcio.bufferedreaders import ChunkedDataReader

    data: bytes = ChunkedDataReader(io.BytesIO(body)).read()
    return data


def _decoded(body: bytes, encodings: str) -> bytes:
    """The body without its content encodings; crawlers that unpacked it already may have left the header in place, too."""
    for encoding in reversed([each.strip() for each in encodings.split(",")][:4]):
        if body.lstrip()[:1] in (b"<", b"") or encoding in ("", "identity"):
            return body
        if encoding not in _DECODERS:
            raise DocumentError(_UNKNOWN.format(encoding))
        try:
            body = _DECODERS[encoding](body)
        except DocumentError:
            raise
        except Exception as error:
            if isinstance(error, OSError | zlib.error) or is_damage(error) or type(error).__module__ == "brotli":
                raise DocumentError(f"the page cannot be unpacked ({encoding}): its data is damaged") from error
            raise
    return body


def _packed(body: bytes) -> bytes:
    """gzip and Zstandard, told apart by their first bytes."""
    return read_bounded(unpacked(io.BufferedReader(io.BytesIO(body))))


def _deflate(body: bytes) -> bytes:
    """zlib's format, or the bare one that some servers send."""
    try:
        return _inflated(body, zlib.MAX_WBITS)
    except zlib.error:
        return _inflated(body, -zlib.MAX_WBITS)


def _inflated(body: bytes, bits: int) -> bytes:
    return _checked(zlib.decompressobj(bits).decompress(body, limits.MAX_INPUT + 1))


def _brotli(body: bytes) -> bytes:
    try:
        import brotli
    except ModuleNotFoundError as error:
        raise DocumentError(needs("warc", "Brotli")) from error
    decoder = brotli.Decompressor()
    parts = [decoder.process(body, output_buffer_limit=limits.MAX_INPUT + 1)]
    size = len(parts[0])
    while not decoder.is_finished() and not decoder.can_accept_more_data() and size <= limits.MAX_INPUT:
        parts.append(decoder.process(b"", output_buffer_limit=limits.MAX_INPUT + 1 - size))
        size += len(parts[-1])
    return _checked(b"".join(parts))


def _checked(data: bytes) -> bytes:
    if len(data) > limits.MAX_INPUT:
        raise DocumentTooLarge(f"the page is larger than {limits.MAX_INPUT} bytes, the most that is read of one input")
    return data


_DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": _packed,
    "x-gzip": _packed,
    "zstd": _packed,
    "deflate": _deflate,
    "br": _brotli,
}
