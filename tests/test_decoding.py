"""Bytes to characters: marks, declarations, sniffing, broken bytes, and what is refused."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk import DocumentError
from copydesk.decoding import decode, valid

LINE = "Café Müller – „für alle“"


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_byte_order_mark_decides(mark, encoding):
    """A byte order mark names the encoding, against any declaration, and is no part of the text."""
    assert decode(mark + LINE.encode(encoding), "shift_jis") == LINE


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_mark_is_sniffed(encoding):
    """UTF-16 without a mark shows in its NUL bytes."""
    assert decode(LINE.encode(encoding)) == LINE


@pytest.mark.parametrize(
    ("data", "charset"),
    [
        (LINE.encode("cp1252"), "windows-1252"),
        (LINE.encode("cp1252"), "ISO-8859-1"),
        ("Ленинград".encode("koi8-r"), "koi8-r"),
        ("漢字かな".encode("shift_jis"), '"Shift_JIS"'),
    ],
)
def test_declared_by_transport(data, charset):
    """The encoding that the transport declared is used."""
    assert decode(data, charset) in (LINE, "Ленинград", "漢字かな")


@pytest.mark.parametrize(
    "head",
    [
        '<meta charset="{}">',
        "<META http-equiv=Content-Type content='text/html; charset={}'>",
        "<?xml version='1.0' encoding='{}'?>",
    ],
)
def test_declared_by_document(head):
    """A meta element or an XML declaration names the encoding."""
    data = head.format("windows-1251").encode() + "Привет".encode("cp1251")
    assert decode(data).endswith("Привет")


def test_transport_wins_over_document():
    """What the transport says goes before what the document says of itself."""
    data = b"<meta charset=shift_jis>" + "Привет".encode("cp1251")
    assert decode(data, "cp1251").endswith("Привет")


@pytest.mark.parametrize("label", ["utf-16", "no-such-thing", "base64", "rot13", "", "\0", "undefined", "idna"])
def test_useless_declaration_is_passed_over(label):
    """A declaration that names no text encoding, or one that cannot be, leaves the choice to the bytes."""
    assert decode(f'<meta charset="{label}">'.replace("\0", "").encode() + LINE.encode()).endswith(LINE)
    assert decode(LINE.encode(), None if label == "utf-16" else label) == LINE


def test_undeclared_latin():
    """Bytes that are no UTF-8 are windows-1252."""
    assert decode(LINE.encode("cp1252")) == LINE


def test_utf8_that_is_declared_latin():
    """Valid UTF-8 with a Latin-1 declaration is UTF-8: servers declare Latin-1 by default."""
    assert decode(LINE.encode(), "iso-8859-1") == LINE


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("Größe, Müller, ".encode() + b"\xff" + "für".encode(), "Größe, Müller, \ufffdfür"),
        ("Ende é".encode()[:-1], "Ende \ufffd"),
    ],
)
def test_broken_utf8_is_read(data, text):
    """A broken character becomes U+FFFD, and the rest is read as UTF-8."""
    assert decode(data) == text


def test_windows_byte_without_meaning():
    """A byte that windows-1252 does not define becomes U+FFFD."""
    assert decode(b"caf\xe9 \x81") == "café \ufffd"


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n1 0 obj",
        b"PK\x03\x04\x14\x00",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0\x00\x10JFIF",
        b"GIF89a\x01\x00",
        b"\x1f\x8b\x08\x00",
        b"\x7fELF\x02",
        b"{\\rtf1 text}",
        bytes(range(256)) * 20,
        b"\0" * 1000,
    ],
)
def test_binary_data_is_refused(data):
    """Known file signatures, and data full of control bytes, are no articles."""
    with pytest.raises(DocumentError, match="expected HTML, Markdown or plain text"):
        decode(data)


def test_few_nul_bytes_are_dropped():
    """A NUL here and there is dropped."""
    assert decode(b"Rain\0 over\0 Northport") == "Rain over Northport"
    assert valid("Rain\0 over Northport") == "Rain over Northport"


def test_lone_surrogates_are_replaced():
    """Half a pair becomes U+FFFD, a pair the character that it stands for."""
    assert valid("a\ud800b") == "a\ufffdb"
    assert valid("a\ud83d\ude00b") == "a\U0001f600b"


@given(st.binary(), st.one_of(st.none(), st.text(max_size=12)))
@settings(deadline=None)
def test_any_bytes(data, charset):
    """Any bytes with any declaration become valid text without NUL, or a DocumentError."""
    try:
        text = decode(data, charset)
    except DocumentError:
        return
    assert "\0" not in text
    text.encode()
