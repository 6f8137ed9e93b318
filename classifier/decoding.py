"""Bytes to characters: a byte order mark, a declared encoding, UTF-8, else what the web calls Latin-1 (windows-1252).

Nothing here refuses an input for a broken character: it becomes U+FFFD. Only what is no text at all is refused: known file
signatures, and data in which NUL and control bytes are common.
"""

from __future__ import annotations

import codecs
import re

import numpy as np

from .errors import DocumentError

_MARKS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SIGNATURES = (
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a ZIP archive or an office file"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"\x1f\x8b", "gzip-compressed data"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\xfd7zXZ\x00", "xz-compressed data"),
    (b"\x28\xb5\x2f\xfd", "zstd-compressed data"),
    (b"\x7fELF", "a program"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an office file"),
    (b"{\\rtf", "a rich-text file"),
    (b"SQLite format 3\x00", "a database"),
)
_DECLARED = re.compile(
    rb"""(?:<meta[^<>]{0,300}?charset|<\?xml[^<>]{0,100}?encoding)\s{0,9}=\s{0,9}["']?([A-Za-z0-9._:-]{2,40})""", re.I
)
_DECLARED_WITHIN = 4096  # bytes from the start; browsers look at 1,024, real pages need a little more
_LATIN = frozenset(("iso8859-1", "ascii", "cp1252", "iso8859-15"))
_CONTROLS = bytes(c for c in range(32) if c not in b"\t\n\v\f\r\x1b")
_SHORT = 16_000  # bytes
_CONTROLS_ALLOWED = (
    0.005  # share of control bytes above which data is binary; English text has none, bad exports a handful
)
_CONTROLS_ALWAYS = 8  # so many are dropped however short the text


def decode(data: bytes, charset: str | None = None) -> str:
    """The text of `data`; `charset` is what the transport declared (an HTTP header), and wins over the document's own word.

    Raises DocumentError for binary data.
    """
    return decoded(data, charset)[0]


def decoded(data: bytes, charset: str | None = None) -> tuple[str, bytes]:
    """The same text, and it in UTF-8, which is at hand: `data` itself for most."""
    for signature, name in _SIGNATURES:
        if data.startswith(signature):
            raise DocumentError(f"the document is {name}, expected HTML, Markdown or plain text")
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return checked(data[len(mark) :].decode(encoding, "replace"))
    wide = _wide(data)
    if wide:
        return checked(data.decode(wide, "replace"))
    declared = _codec(charset) or _declared(data)
    if declared is None or declared in _LATIN or declared == "utf-8":
        try:
            return checked(data.decode(), data)
        except UnicodeDecodeError:
            return checked(_utf8_or_latin(data))
    return checked(data.decode(declared, "replace"))


def valid(text: str) -> str:
    """The same text as valid Unicode without NUL: lone surrogates become U+FFFD, pairs of them the character they stand for.

    Raises DocumentError where control characters are so common that this is no text.
    """
    return checked(text)[0]


def checked(text: str, raw: bytes | None = None) -> tuple[str, bytes]:
    """`valid`, and its text in UTF-8; `raw` is the text in UTF-8 where that is known."""
    if raw is None:
        try:
            raw = text.encode()
        except UnicodeEncodeError:
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
            raw = text.encode()
    controls = _controls(raw)
    if not controls:
        return text, raw
    if controls > _CONTROLS_ALWAYS and controls > len(raw) * _CONTROLS_ALLOWED:
        raise DocumentError(
            f"the document is binary data ({controls} control characters in {len(raw)} bytes), expected HTML, Markdown or plain text"
        )
    return text.replace("\0", ""), raw.replace(b"\0", b"")


def _controls(raw: bytes) -> int:
    """How many control bytes there are, white space apart."""
    if len(raw) < _SHORT:
        return len(raw) - len(raw.translate(None, _CONTROLS))
    code = np.frombuffer(raw, dtype=np.uint8)
    found = np.count_nonzero(code < ord("\t")) + np.count_nonzero(
        code - np.uint8(14) < 18
    )  # 14 to 31, less wraps round
    return int(found) - raw.count(b"\x1b") if found else 0


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark: in any European text nearly every other byte is NUL."""
    head = data[:4096]
    if len(head) < 4 or b"\0" not in head:
        return None
    half = len(head) // 2
    even, odd = head[0 : 2 * half : 2].count(0), head[1 : 2 * half : 2].count(0)
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.4 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def _declared(data: bytes) -> str | None:
    match = _DECLARED.search(data[:_DECLARED_WITHIN])
    name = _codec(match.group(1).decode("ascii")) if match else None
    # A declaration that could be read as ASCII cannot be in UTF-16 or UTF-32, whatever it says.
    return None if name and name.startswith(("utf-16", "utf-32")) else name


def _codec(label: str | None) -> str | None:
    """Python's own name of a text encoding, or None if there is no such encoding."""
    try:
        info = codecs.lookup((label or "").strip().strip("\"'"))
        "".encode(info.name)  # raises LookupError for the codecs that are no text encodings (base64, zip, ...)
    except (LookupError, ValueError, UnicodeError):
        return None
    return (
        None
        if info.name in ("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "utf-7")
        else info.name
    )


def _utf8_or_latin(data: bytes) -> str:
    """UTF-8 if it is valid, or broken in fewer places than it is right; else windows-1252."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            return data.decode("utf-8", "replace")
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    right = len(text) - len(text.encode("ascii", "ignore")) - broken
    return text if right >= broken else data.decode("cp1252", "replace")
