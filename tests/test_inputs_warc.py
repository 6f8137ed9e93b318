"""Crawls become articles: bounded, in spite of damage, and with everything else counted."""

from __future__ import annotations

import gzip
import io
import zlib
from collections import Counter
from pathlib import Path

import pytest

from copydesk import DocumentError, DocumentTooLarge
from copydesk.plugin.inputs import Failure, Input, RecordInput, find, limits
from copydesk.plugin.inputs.warc import warc
from copydesk.plugin.item import article_of

brotli = pytest.importorskip("brotli")
pytest.importorskip("warcio")

HTML = b"Content-Type: text/html; charset=ISO-8859-2\r\n"


def record(
    n: int, *, body: bytes = b"<p>Text</p>", http: bytes = HTML, status: str = "200 OK", length: int | str | None = None
) -> bytes:
    """A response record with the address https://town.example/<n>."""
    block = f"HTTP/1.1 {status}\r\n".encode() + http + b"\r\n" + body
    head = (
        f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://town.example/{n}\r\nWARC-Date: 2024-05-03T08:30:0{n}Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block) if length is None else length}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def other(kind: str, block: bytes = b"x: y\r\n", media: str = "application/warc-fields", uri: str = "") -> bytes:
    """A record of another type."""
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nContent-Type: {media}\r\nWARC-Target-URI: {uri}\r\nContent-Length: {len(block)}\r\n\r\n"
    return head.encode() + block + b"\r\n\r\n"


def read(data: bytes) -> tuple[list[Input], Counter[str]]:
    """The inputs of a WARC file with these bytes, and what was passed over."""
    passed: Counter[str] = Counter()
    return list(warc("c", io.BufferedReader(io.BytesIO(data)), passed)), passed  # type: ignore[arg-type]


def short(found: list[Input]) -> list[str]:
    """The last part of an address, or the place and reason of a failure."""
    return [x.id[21:] if isinstance(x, RecordInput) else f"{x.where}: {x.reason}" for x in found]  # type: ignore[union-attr]


@pytest.mark.parametrize("packed", [False, True])
def test_pages_of_a_crawl_are_articles(tmp_path: Path, packed: bool) -> None:
    """A page comes with its address as id and url, its date, its charset and its place; the rest is counted."""
    parts = [other("warcinfo"), other("request"), record(1), record(2, status="404 Not Found"), record(3, http=b"")]
    name = "crawl.warc.gz" if packed else "crawl.warc"
    (tmp_path / name).write_bytes(b"".join(map(gzip.compress, parts)) if packed else b"".join(parts))
    inputs = find([str(tmp_path)])
    assert list(inputs.ahead()) == list(inputs)
    (found,) = inputs
    assert isinstance(found, RecordInput)
    assert found.where == f"{name}: record 3"
    article = article_of(found)
    assert (article.id, article.url, article.data) == ("https://town.example/1", article.id, b"<p>Text</p>")
    assert (article.kind, article.charset, article.date) == ("html", "iso-8859-2", "2024-05-03T08:30:01Z")
    assert inputs.passed_over() == {
        "warcinfo record": 1,
        "request record": 1,
        "answer with status 404": 1,
        "answer of another type than HTML": 1,
    }


def test_texts_that_a_crawl_was_turned_into_are_articles() -> None:
    """`conversion` records with plain text and `resource` records with a page need no answer of a server."""
    text = other("conversion", b"A text.", "text/plain", "https://town.example/t")
    page = other("resource", b"<p>A page.", "text/html", "<https://town.example/p>")
    (first, second), passed = read(text + page + other("resource", b"PNG", "image/png", "https://town.example/i"))
    assert isinstance(first, RecordInput)
    assert isinstance(second, RecordInput)
    assert (first.kind, first.line, second.kind, second.id) == ("text", b"A text.", "html", "https://town.example/p")
    assert passed == {"record of another type than HTML or text": 1}


def test_an_address_that_comes_again_gets_its_date() -> None:
    """Every id of a file stands for one article."""
    assert short(read(record(1) + record(1) + record(2))[0]) == ["1", "1 2024-05-03T08:30:01Z", "2"]


CHUNKED = b"5\r\n<p>Te\r\n6\r\nxt</p>\r\n0\r\n\r\n"


def _bare(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ("Transfer-Encoding: chunked", CHUNKED),
        ("Transfer-Encoding: chunked", b"<p>Text</p>"),
        ("Content-Encoding: gzip", gzip.compress(b"<p>Text</p>")),
        ("Content-Encoding: gzip", b"<p>Text</p>"),
        ("Content-Encoding: deflate", zlib.compress(b"<p>Text</p>")),
        ("Content-Encoding: deflate", _bare(b"<p>Text</p>")),
        ("Content-Encoding: br", brotli.compress(b"<p>Text</p>")),
        ("Content-Encoding: identity", b"<p>Text</p>"),
    ],
)
def test_a_page_is_unpacked_as_it_was_sent(headers: str, body: bytes) -> None:
    """Chunks are joined and encodings undone; a header that stayed behind when the crawler did so harms nothing."""
    ((found,), _) = read(record(1, body=body, http=HTML + headers.encode() + b"\r\n"))
    assert isinstance(found, RecordInput)
    assert article_of(found).data == b"<p>Text</p>"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_a_page_that_unfolds_too_far_is_refused(encoding: str) -> None:
    """A bomb in a page costs no more than the largest page."""
    zeros = bytes(100 * 1024 * 1024)
    if encoding == "zstd":
        data = pytest.importorskip("backports.zstd").compress(zeros)
    else:
        data = {"gzip": gzip.compress, "deflate": zlib.compress, "br": lambda x: brotli.compress(x, quality=1)}[
            encoding
        ](zeros)
    with pytest.raises(DocumentTooLarge, match="larger than"):
        article_of(RecordInput("c: record 1", data, "u", "u", "html", encoding=encoding))


@pytest.mark.parametrize(
    ("encoding", "data", "reason"),
    [
        ("gzip", gzip.compress(b"x" * 100)[:-9], "cannot be unpacked \\(gzip\\)"),
        ("br", b"\xff\xff\xff\xff", "cannot be unpacked \\(br\\)"),
        ("deflate", b"\xff\xff\xff\xff", "cannot be unpacked \\(deflate\\)"),
        ("compress", b"\x1f\x9d", "content encoding 'compress'"),
    ],
)
def test_a_page_that_cannot_be_unpacked_says_why(encoding: str, data: bytes, reason: str) -> None:
    """Damage and unknown encodings are one sentence."""
    with pytest.raises(DocumentError, match=reason):
        article_of(RecordInput("c: record 1", data, "u", "u", "html", encoding=encoding))


@pytest.mark.parametrize("length", [70, 350, 1500, 10**8, "-5", "many", "9" * 30, "\u0664"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_lying_length_costs_no_other_record(tmp_path: Path, length: int | str, packed: bool) -> None:
    """Too short, too long, longer than the file or no number: the record is named, those around it are articles."""
    parts = [record(1), record(2, length=length), *(record(n) for n in range(3, 9))]
    (tmp_path / "c.warc").write_bytes(b"".join(map(gzip.compress, parts)) if packed else b"".join(parts))
    found = list(find([str(tmp_path)]))
    good = [name for name in short(found) if len(name) == 1]
    assert good == ["1", "3", "4", "5", "6", "7", "8"]
    assert "Content-Length is" in short(found)[1]


@pytest.mark.parametrize("damage", ["middle", "checksum", "head", "between"])
def test_a_damaged_member_costs_no_other(damage: str) -> None:
    """Where gzip data is damaged, reading goes on with the next member."""
    import random

    noise = random.Random(1).randbytes(5000)
    parts = [gzip.compress(record(n, body=b"<p>" + noise)) for n in range(1, 6)]
    bad = bytearray(parts[1])
    at = {"middle": 2500, "checksum": -6, "head": 1, "between": 0}[damage]
    bad[at] ^= 0xFF
    parts[1] = noise if damage == "between" else bytes(bad)
    names = short(read(b"".join(parts))[0])
    assert [name for name in names if len(name) == 1] == ["1", "3", "4", "5"]
    assert "c: record 2: the gzip data is damaged" in names


def test_a_file_that_ends_early_is_named() -> None:
    """The records before the end are articles."""
    whole = b"".join(gzip.compress(record(n)) for n in (1, 2, 3))
    assert short(read(whole[:-20])[0])[:2] == ["1", "2"]
    assert short(read(whole[:-20])[0])[2].startswith("c: record 3: ")


def test_records_in_one_member_are_read(tmp_path: Path) -> None:
    """A file that was gzipped as a whole is read as well."""
    assert short(read(gzip.compress(record(1) + record(2)))[0]) == ["1", "2"]


@pytest.mark.parametrize("packed", [False, True])
def test_headers_are_bounded(packed: bool) -> None:
    """Headers without an end are named, and the next record is found."""
    endless = b"WARC/1.1\r\nX: " + b"a" * (2 * limits.MAX_HEADERS) + b"\r\n\r\n"
    answer = record(3, http=b"X: " + b"a" * (2 * limits.MAX_HEADERS) + b"\r\n")
    parts = [record(1), endless, record(2), answer, record(4)]
    found, _ = read(b"".join(map(gzip.compress, parts)) if packed else b"".join(parts))
    names = short(found)
    assert [name for name in names if len(name) == 1] == ["1", "2", "4"]
    assert f"c: record 2: its headers are longer than {limits.MAX_HEADERS} bytes" in names
    assert "the headers of the answer have no end" in names[-2]


def test_what_is_too_large_is_passed_by(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page over the limit is a failure, a film over it is not, and a bomb of a film is left before it is unfolded."""
    monkeypatch.setattr(limits, "MAX_INPUT", 1000)
    monkeypatch.setattr(limits, "MAX_HEADERS", 500)
    monkeypatch.setattr(limits, "MAX_SKIP", 200_000)
    film = b"Content-Type: video/mp4\r\n"
    parts = [record(1, body=bytes(5000)), record(2, body=bytes(5000), http=film)]
    parts += [record(3, body=bytes(9_000_000), http=film), record(4)]
    for data in (b"".join(parts), b"".join(map(gzip.compress, parts))):
        found, passed = read(data)
        assert [name[:22] for name in short(found)] == ["c: record 1: the page ", "4"]
        assert passed == {"answer of another type than HTML": 2}


@pytest.mark.parametrize("data", [b"", b"no crawl at all\n" * 50, gzip.compress(b"no crawl"), other("warcinfo")])
def test_a_file_without_a_page_is_a_failure(data: bytes) -> None:
    """It is named once or twice, and never passed over in silence."""
    found, _ = read(data)
    assert found
    assert all(isinstance(item, Failure) for item in found)


def test_lies_do_not_cost_the_square_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many records claim to be as long as can be, what is looked through twice stays within its bound."""
    from copydesk.plugin.inputs import records

    monkeypatch.setattr(limits, "MAX_INPUT", 100_000)
    monkeypatch.setattr(records, "_BACK", 3)
    lies = b"".join(record(1, length=99_000) for _ in range(3000))
    found, _ = read(lies + record(2))
    assert len(found) < 20
