"""One input: the article that it is, how it is known across runs, and the line that became of it.

What stands here is the same in every process and on every day, so a batch that goes on later knows what it has done.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

from copydesk import CopydeskError, Document, read

from .beside import Beside
from .inputs import Article, Failure, FileInput, Input, RecordInput, RowInput, read_file
from .inputs.bodies import article_of_record
from .schema import load_article


@dataclass(frozen=True, slots=True)
class Line:
    """An outcome made ready for its file, by the process that found it: `text` is None where it stands there already.

    `action` is the report's, or "error"; `key` names the input and `content` its bytes, as hashes of 16 bytes.
    """

    text: bytes | None
    action: str
    key: bytes
    content: bytes
    failure: Failure | None = None
    kept: bool = False  # an earlier run made it


def bare(item: Input | Beside) -> Input:
    """The input itself, where others of its batch come with it."""
    return item.item if isinstance(item, Beside) else item


def where_of(item: Input) -> str:
    """How an input is called in messages: its path, its "file:line" or its id."""
    return item.where if isinstance(item, RowInput | Failure) else item.id


def article_of(item: Article | FileInput | RowInput) -> Article:
    """The article of an input, not yet read. Raises DocumentError."""
    if isinstance(item, FileInput):
        return Article(item.id, read_file(item.path), item.kind)
    if isinstance(item, RecordInput):
        return article_of_record(item)
    if isinstance(item, RowInput):
        return load_article(item.line, default_id=item.where, strict=False)
    return item


def read_article(article: Article, *, sentences: bool = True) -> Document:
    """Read one article; where only its lines are counted, a plain text's `sentences` are not needed. Raises DocumentError."""
    return read(
        article.data,
        kind=article.kind,
        title=article.title,
        url=article.url,
        id=article.id,
        charset=article.charset,
        date=article.date,
        sentences=sentences,
    )


def key_of(item: Input) -> bytes:
    """Names an input across runs: its path or its "file:line", hashed to 16 bytes."""
    return _hash(type(item).__name__, where_of(item))


def content_of(item: Input, article: Article | None = None) -> bytes:
    """Names the bytes of an input, hashed to 16 bytes; `article` is what was read of it, where it was read already."""
    if isinstance(item, RowInput):
        return _hash(item.line)
    if isinstance(item, Failure):
        return _hash("failure", item.reason)
    if isinstance(item, FileInput) and article is None and item.path.exists() and not item.path.is_file():
        return _hash("not a file")  # a pipe: to read it is to wait for somebody who writes
    if article is None:
        try:
            article = article_of(item)
        except CopydeskError as error:
            return _hash("failure", str(error))
    parts = (article.kind, article.title, article.url, article.charset, article.date)
    return _hash(article.data, *map(repr, parts))


def _hash(*parts: bytes | str) -> bytes:
    digest = blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)
    return digest.digest()
