"""WARC files of crawls: every answered page is an article; what else a crawl keeps is passed over and counted.

warcio reads the headers and the chunks. Its own iterator loses what is behind a damage and has no limit for headers, so `records.py`
gives it the bytes. fastwarc was measured, too: 0.33 against 0.74 ms for a page of 310 KB, which takes several times that to score;
but it ends at the first damage, and fastwarc 2.0.1 panics on a stream that cannot seek.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from typing import IO, Any

from . import limits
from .items import Failure, Input, Kind, RecordInput, needs
from .reading import why
from .records import MARK, Damaged, RecordStream

_PAGES = ("text/html", "application/xhtml+xml")
_MOST_IDS = (
    100_000  # addresses remembered of one file, some 10 MB; those behind get their dates without being looked up
)
_LONGEST_NAME = 40  # characters of a record's type in a message

Passed = Counter[str]


def warc(name: str, stream: IO[bytes], passed: Passed) -> Iterator[Input]:
    """The pages of a WARC file, packed or not; records count from 1, those that are passed over go into `passed` by what they are."""
    try:
        import warcio.recordloader  # noqa: F401 - is it there?
    except ModuleNotFoundError:
        yield Failure(name, needs("warc", "WARC"))
        return
    try:
        yield from _records(name, RecordStream(stream), passed)
    except OSError as error:
        yield Failure(name, f"{why(error)}; the rest of the file is not scored")


def _records(name: str, source: RecordStream, passed: Passed) -> Iterator[Input]:
    """Record by record, until there is none."""
    from warcio.recordloader import ArcWarcRecordLoader

    loader, ids = ArcWarcRecordLoader(), _Ids()
    number, seen = 0, False
    while True:
        number += 1
        where = f"{name}: record {number}"
        try:
            start = _first_line(source)
            if not start:
                break
            item = _record(where, loader, source, start)
        except Damaged as error:
            seen = True
            yield Failure(where, str(error))
            if not source.skip_to_record():
                break
            continue
        if isinstance(item, str):
            passed[item] += 1
            continue
        seen = True
        yield ids.unique(item) if isinstance(item, RecordInput) else item
    if not seen:
        yield Failure(name, f"there is no web page in this file ({number - 1} other records)")


def _first_line(source: RecordStream) -> bytes:
    """The line that starts the next record, b"" at the end. Raises Damaged."""
    source.begin()
    while line := source.readline():
        if line.strip():
            if not line.startswith(MARK):
                raise Damaged("no WARC record starts here")
            return line
    return b""


def _record(where: str, loader: Any, source: RecordStream, start: bytes) -> RecordInput | Failure | str:
    """A page, the reason why it cannot be read, or what a record is that is no page. Raises Damaged."""
    from warcio.exceptions import ArchiveLoadFailed
    from warcio.statusandheaders import StatusAndHeadersParserException

    try:
        headers = loader.warc_parser.parse(source, start.decode("utf-8", "replace"))
    except (ArchiveLoadFailed, StatusAndHeadersParserException, EOFError, ValueError) as error:
        if isinstance(error, Damaged):
            raise
        raise Damaged("its headers are not those of a WARC record") from error
    length = _length(headers.get_header("Content-Length"))
    kind = (headers.get_header("WARC-Type") or "").lower()
    if kind not in ("response", "resource", "conversion"):
        _block(source, length, keep=False)
        return f"{kind[:_LONGEST_NAME] or 'nameless'} record"
    block = _block(source, length, keep=length <= limits.MAX_INPUT)
    if kind == "response" and (headers.get_header("Content-Type") or "").lower().startswith("application/http"):
        return _answer(where, headers, block, length)
    return _plain(where, headers, block, length)


def _length(stated: str | None) -> int:
    if stated is None or not (stated.strip().isascii() and stated.strip().isdecimal() and len(stated) < 20):
        raise Damaged(f"its Content-Length is {(stated or 'missing')[:_LONGEST_NAME]!r}, expected a number of bytes")
    return int(stated)


def _block(source: RecordStream, length: int, *, keep: bool) -> bytes:
    """The block of a record, with the empty line behind it; without `keep`, or where it is too large, the first bytes of it.

    Raises Damaged where no record can end there.
    """
    if length > limits.MAX_INPUT:
        block = source.read(min(length, limits.MAX_HEADERS))
        try:
            source.pass_over(length - len(block))
        except Damaged:
            source.back(block)
            raise
        return block
    block = source.read(length)
    source.begin()
    behind = b"" if len(block) < length else source.readline()
    if len(block) < length or behind.strip():
        source.back(block + behind)
        raise Damaged(f"its Content-Length is {length}, but the record does not end there")
    return block if keep else b""


def _answer(where: str, headers: Any, block: bytes, length: int) -> RecordInput | Failure | str:
    """What a web server answered."""
    from warcio.statusandheaders import StatusAndHeadersParser, StatusAndHeadersParserException

    ends = [
        at
        for at in (block.find(b"\r\n\r\n", 0, limits.MAX_HEADERS), block.find(b"\n\n", 0, limits.MAX_HEADERS))
        if at >= 0
    ]
    if not ends:
        return Failure(where, "the headers of the answer have no end")
    stream = io.BytesIO(block)
    try:
        http = StatusAndHeadersParser(["HTTP/"], verify=False).parse(stream)
    except (StatusAndHeadersParserException, EOFError, ValueError):
        return Failure(where, "the headers of the answer cannot be read")
    if not http.get_statuscode().startswith("2"):
        return f"answer with status {http.get_statuscode()[:3]}"
    kind, charset = _media(http.get_header("Content-Type"))
    if kind not in _PAGES:
        return "answer of another type than HTML"
    if length > limits.MAX_INPUT:
        return Failure(where, f"the page has {length} bytes, at most {limits.MAX_INPUT} are read")
    return _input(
        where,
        headers,
        block[stream.tell() :],
        "html",
        charset,
        encoding=(http.get_header("Content-Encoding") or "").strip().lower()[:_LONGEST_NAME],
        chunked=(http.get_header("Transfer-Encoding") or "").strip().lower() == "chunked",
    )


def _plain(where: str, headers: Any, block: bytes, length: int) -> RecordInput | Failure | str:
    """A page or a text without what a server said of it: `resource` and `conversion` records."""
    kind, charset = _media(headers.get_header("Content-Type"))
    if kind not in (*_PAGES, "text/plain"):
        return "record of another type than HTML or text"
    if length > limits.MAX_INPUT:
        return Failure(where, f"the record has {length} bytes, at most {limits.MAX_INPUT} are read")
    return _input(where, headers, block, "html" if kind in _PAGES else "text", charset)


def _input(
    where: str, headers: Any, body: bytes, kind: Kind, charset: str | None, encoding: str = "", chunked: bool = False
) -> RecordInput | Failure:
    url = "".join((headers.get_header("WARC-Target-URI") or "").strip("<> \t").split())
    if not url:
        return Failure(where, "the record has no WARC-Target-URI")
    return RecordInput(
        where=where,
        line=body,
        id=url,
        url=url,
        kind=kind,
        date=headers.get_header("WARC-Date"),
        charset=charset,
        encoding=encoding,
        chunked=chunked,
    )


def _media(declared: str | None) -> tuple[str, str | None]:
    """The media type of a Content-Type, and its charset."""
    kind, *parameters = (declared or "").lower().split(";")[:8]
    charset = next((p.partition("=")[2].strip(" \t\"'") for p in parameters if p.strip().startswith("charset")), None)
    return kind.strip(), charset or None


class _Ids:
    """An address that a file holds again gets its date behind it, so that every id stands for one article of the file."""

    def __init__(self) -> None:
        self._seen: set[int] = set()

    def unique(self, item: RecordInput) -> RecordInput:
        key = hash(item.id)
        if key in self._seen or len(self._seen) >= _MOST_IDS:
            return _dated(item)
        self._seen.add(key)
        return item


def _dated(item: RecordInput) -> RecordInput:
    from dataclasses import replace

    return replace(item, id=f"{item.id} {item.date or item.where.rpartition(' ')[2]}")
