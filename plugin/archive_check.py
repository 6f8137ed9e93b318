"""What an archive holds, counted, and whether all of it is what was written."""

from __future__ import annotations

import hashlib
import sqlite3
import time
import zlib
from pathlib import Path

from copydesk import check_print

from . import postings
from .archive_entry import HASH, unsealed
from .archive_errors import ArchiveError
from .archive_file import FORMAT, setting
from .folded import unfold


def stats(connection: sqlite3.Connection, path: Path) -> dict[str, int | bool | str]:
    """Articles, removed ones that the index still names, segments; whether texts are kept, bytes with those of the log, bytes an
    article, format, digest of the word weights, and when the oldest and the newest article were added."""
    found: dict[str, int | bool | str] = {
        name: int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608
        for name, table in (("articles", "article"), ("removed", "gone"), ("segments", "segment"))
    }
    size = sum(each.stat().st_size for each in (path, Path(f"{path}-wal")) if each.exists())
    found |= {"keeps_text": setting(connection, "text") == "1", "bytes": size}
    found |= {"bytes_an_article": size // max(1, int(found["articles"])), "format": FORMAT}
    found["word_weights"] = setting(connection, "weights")
    for name, best in (("oldest", "min"), ("newest", "max")):
        row = connection.execute(
            f"SELECT added FROM batch WHERE first <= (SELECT {best}(number) FROM article) ORDER BY first DESC LIMIT 1"  # noqa: S608
        ).fetchone()
        if row is not None and row[0] > 0:
            found[f"{name}_added"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(row[0]))
    return found


def verify(connection: sqlite3.Connection, path: Path) -> int:
    """Check SQLite's own structure, every fingerprint, text and list; the number of articles. Raises ArchiveError, DamagedIndex."""
    (said,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if said != "ok":
        raise ArchiveError(f"{path} is damaged: {str(said).splitlines()[0]}")
    postings.verify(connection)
    alone = "SELECT count(*) FROM body WHERE number NOT IN (SELECT number FROM article)"
    if connection.execute(alone).fetchone()[0]:
        raise ArchiveError(f"{path} is damaged: it has texts of no article")
    texts = "WHERE number NOT IN (SELECT number FROM body)" if setting(connection, "text") == "1" else "WHERE 0"
    if connection.execute(f"SELECT count(*) FROM article {texts}").fetchone()[0]:  # noqa: S608
        raise ArchiveError(f"{path} is damaged: it has articles without their texts")
    checked = 0
    rows = connection.execute("SELECT id, title, hash, print, packed FROM article LEFT JOIN body USING (number)")
    for name, title, digest, kept, packed in rows:
        try:
            check_print(unsealed(name, title, digest, kept))
            if packed is not None and not _is_of(unfold(packed), digest):
                raise ValueError("another text")
        except (ValueError, TypeError, AttributeError, zlib.error):
            raise ArchiveError(f"{path} is damaged: the article {str(name)[:80]!r} cannot be read") from None
        checked += 1
    return checked


def _is_of(text: str, digest: bytes) -> bool:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:HASH] == digest
