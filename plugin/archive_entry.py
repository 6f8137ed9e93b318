"""What goes into an archive of one article, made ready by any process, and sealed so that a flipped bit is noticed."""

from __future__ import annotations

from typing import NamedTuple
from zlib import crc32

from copydesk import Document, Matcher

from .folded import fold

MAX_ID = 2000  # characters
MAX_TITLE = 300
MOST_PRINT = 1024  # bytes of a sealed fingerprint; the largest has 644
HASH = 16  # bytes of the SHA-256 of a text that are kept
_SEAL = 4  # bytes


class Entry(NamedTuple):
    """What goes into an archive of one article; `terms` are the words it is found by, `body` is None where no text is kept."""

    id: str
    title: str
    hash: bytes
    terms: bytes
    packed: bytes
    body: bytes | None


def entry_of(matcher: Matcher, document: Document, *, keep_text: bool) -> Entry:
    """Make an article ready for an archive; the part of adding that any process can do."""
    found = matcher.print(document)
    id, title, digest = document.id[:MAX_ID], document.title[:MAX_TITLE], hash_of(document)
    body = fold(document.text) if keep_text else None
    terms = found.terms.astype("<u4").tobytes()
    return Entry(id, title, digest, terms, sealed(id, title, digest, found.packed), body)


def renamed(entry: Entry, id: str) -> Entry:
    """The same text under another id and no title, sealed anew."""
    return entry._replace(id=id, title="", packed=sealed(id, "", entry.hash, entry.packed[:-_SEAL]))


def hash_of(document: Document) -> bytes:
    """Names the text."""
    return bytes.fromhex(document.content_hash.removeprefix("sha256:"))[:HASH]


def sealed(id: str, title: str, digest: bytes, packed: bytes) -> bytes:
    """A fingerprint with a checksum over all that is kept of its article but for the text, which has one of zlib's own."""
    return packed + _seal(id, title, digest, packed)


def unsealed(id: str, title: str, digest: bytes, kept: bytes) -> bytes:
    """The fingerprint. Raises ValueError where anything under the seal is not what was written."""
    packed = kept[:-_SEAL]
    if _seal(id, title, digest, packed) != kept[-_SEAL:]:
        raise ValueError("the seal is broken")
    return packed


def _seal(id: str, title: str, digest: bytes, packed: bytes) -> bytes:
    said = f"{len(id)} {id}{title}".encode("utf-8", "surrogatepass")
    return crc32(packed, crc32(digest, crc32(said))).to_bytes(_SEAL, "little")
