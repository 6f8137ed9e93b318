"""Markdown -> drafts: a compact reader of what article bodies use, in two passes.

The first pass cuts the lines into blocks (headings, paragraphs, list items, quotes, tables, code, front matter), the second takes the
marks out of each block's words and remembers where its links stand. It follows CommonMark where articles do, and is forgiving where
they do not: whatever is no mark is text. Both passes look at every character a bounded number of times.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .document import Kind
from .drafts import MAX_BLOCKS, Draft
from .errors import DocumentTooLarge
from .guards import without
from .inserted import apart
from .plaintext import is_lead_in

NEWLINE = re.compile(r"\r\n?|\n")

_FRONT_MATTER_LINES = 200
_TITLE = re.compile(r"title\s{0,9}[:=]\s{0,9}(.+)", re.IGNORECASE)
_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r"\s{0,3}(#{1,6})(?:\s+|$)(.*)")
_CLOSING_HASHES = re.compile(r"\s#{1,20}\s*$")
_RULE = re.compile(r"\s{0,3}(?:(?:-\s{0,9}){3,}|(?:\*\s{0,9}){3,}|(?:_\s{0,9}){3,})$")
_UNDERLINE = re.compile(r"\s{0,3}(?:=+|-+)\s*$")
_QUOTE = re.compile(r"\s{0,3}>\s?")
_BULLET = re.compile(r"\s{0,12}(?:[-*+]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?(?=\S)")
_DEFINITION = re.compile(r"\s{0,3}\[([^\[\]]{1,200})\]:\s*<?(\S{1,2000}?)>?(?:\s+[\"'(].*)?$")
_TABLE_RULE = re.compile(r"\s{0,9}\|?\s{0,9}:?-+:?\s{0,9}(?:\|\s{0,9}:?-+:?\s{0,9}){0,100}\|?\s*$")
_INDENT = ("    ", "\t")
_HARD_BREAK = ("  ", "\\")

_IMAGE = re.compile(
    r"!\[((?:[^\[\]\\]|\\.){0,1000})\](?:\([^()\s]{0,4000}(?:\s+[\"'][^\"'\n]{0,300}[\"'])?\s{0,9}\)|\[[^\[\]]{0,200}\])"
)
_INLINE = re.compile(
    r"\\(?P<escape>[!-/:-@\[-`{-~])"
    r"|(?P<ticks>`{1,9})(?P<code>[^`]{1,1000})(?P=ticks)(?!`)"
    r"|\[(?P<text>(?:[^\[\]\\]|\\.){0,1000})\]"
    r"(?:\(\s{0,9}<?(?P<href>[^\s<>()]{0,4000}(?:\([^\s()]{0,400}\)[^\s<>()]{0,400}){0,5})>?(?:\s+(?:\"[^\"]{0,300}\"|'[^']{0,300}'))?\s{0,9}\)"
    r"|\[(?P<name>[^\[\]]{0,200})\])?"
    r"|<(?P<auto>(?:https?://|mailto:)[^\s<>]{1,2000})>"
    r"|(?P<tag></?[A-Za-z][A-Za-z0-9-]{0,20}(?:\s[^<>]{0,1000})?/?>)"
    r"|(?P<stars>\*{1,3})|(?P<lines>_{1,3})|(?P<strike>~~)"
)
_UNREAD = (("<!--", "-->"), ("<script", "</script>"), ("<style", "</style>"))
_BREAK_TAG = re.compile(r"<br\s{0,9}/?>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Markdown:
    """What was read: the title, the blocks, and for each block the source lines [first, last) that it was made of."""

    title: str
    drafts: list[Draft]
    lines: list[tuple[int, int]]


def read_markdown(text: str) -> Markdown:
    """Blocks in order; the title is the front matter's, else that of a first heading."""
    for first, last in _UNREAD:
        text = without(text, first, last)
    lines = NEWLINE.split(text.removeprefix("\ufeff"))
    title, start = _front_matter(lines)
    reader = _Blocks(lines)
    reader.run(start)
    if not title and reader.drafts and reader.drafts[0].tag == "h1":
        title = reader.drafts[0].text
    return Markdown(title, reader.drafts, reader.spans)


def _front_matter(lines: list[str]) -> tuple[str, int]:
    """The title in the YAML or TOML at the top, and the number of the line below it."""
    mark = lines[0].rstrip()
    title = ""
    if mark not in ("---", "+++"):
        return "", 0
    for index, line in enumerate(lines[1:_FRONT_MATTER_LINES], 1):
        if line.rstrip() in (mark, "..."):
            plain = _inline(title, {}, "heading", "h1")
            return (plain.text if plain else ""), index + 1
        match = _TITLE.match(line)
        title = title or (match.group(1).strip().strip("\"'") if match else "")
    return "", 0


class _Blocks:
    """The first pass. `_words` are the lines of the open block, from line `_first` on, whose kind and tag are `_kind` and `_tag`."""

    def __init__(self, lines: list[str]) -> None:
        self.drafts: list[Draft] = []
        self.spans: list[tuple[int, int]] = []
        self._lines = lines
        self._at = self._first = self._last = 0
        self._words: list[str] = []
        self._kind: Kind = "paragraph"
        self._tag = "p"
        self._in_list = False
        self._targets = {
            match.group(1).casefold(): match.group(2)
            for line in lines
            if "]:" in line and (match := _DEFINITION.match(line))
        }

    def run(self, start: int) -> None:
        """Read all lines from the one numbered `start`."""
        self._at = start
        while self._at < len(self._lines):
            line = self._lines[self._at]
            fence = _FENCE.match(line)
            if fence:
                self._fenced(fence.group(1))
            elif not self._words and not self._in_list and line.startswith(_INDENT) and line.strip():
                self._indented()
            else:
                self._line(line)
                self._at += 1
        self._flush()

    def _fenced(self, fence: str) -> None:
        self._flush()
        end = self._at + 1
        while end < len(self._lines) and not self._lines[end].strip().startswith(fence):
            end += 1
        self._code(self._lines[self._at + 1 : end], end + 1)

    def _indented(self) -> None:
        end = self._at
        while end < len(self._lines) and (self._lines[end].startswith(_INDENT) or not self._lines[end].strip()):
            end += 1
        self._code(self._lines[self._at : end], end)

    def _code(self, lines: list[str], end: int) -> None:
        code = "\n".join(line.rstrip() for line in lines).strip()
        if code:
            self.drafts.append(Draft(code, "code", "pre"))
            self.spans.append((self._at, end))
        self._at = end

    def _line(self, line: str) -> None:
        """One line that is not code."""
        if _DEFINITION.match(line) and not self._words:
            return
        quote, bullet = _QUOTE.match(line), _BULLET.match(line)
        self._in_list = bool(bullet) or (self._in_list and (not line.strip() or line.startswith((" ", "\t"))))
        if quote:
            line = line[quote.end() :]
        heading = _HEADING.match(line)
        if self._words and self._kind == "paragraph" and not quote and _UNDERLINE.match(line):
            self._kind, self._tag = "heading", "h1" if "=" in line else "h2"
            self._last = self._at + 1
            self._flush()
        elif not line.strip() or _RULE.match(line):
            self._flush()
        elif heading:
            self._alone(_CLOSING_HASHES.sub("", heading.group(2)), "heading", f"h{len(heading.group(1))}")
        elif line.lstrip().startswith("|") or ("|" in line and _TABLE_RULE.match(line)):
            self._row(line)
        elif bullet:
            self._flush()
            self._begin(line[bullet.end() :], "item", "li")
        else:
            self._more(line, quoted=bool(quote))

    def _row(self, line: str) -> None:
        self._flush()
        if not _TABLE_RULE.match(line):
            for cell in line.strip().strip("|").split("|"):
                self._alone(cell, "cell", "td")

    def _alone(self, words: str, kind: Kind, tag: str) -> None:
        self._flush()
        self._begin(words, kind, tag)
        self._flush()

    def _begin(self, words: str, kind: Kind, tag: str) -> None:
        self._words, self._kind, self._tag = [words], kind, tag
        self._first, self._last = self._at, self._at + 1

    def _more(self, line: str, quoted: bool) -> None:
        """A line of running words: part of the open block, unless it stands on its own."""
        above = self._words[-1] if self._words else ""
        if above.endswith(_HARD_BREAK) or is_lead_in(line) or is_lead_in(above) or (quoted and self._kind != "quote"):
            self._flush()
        if self._words:
            self._words.append(line)
            self._last = self._at + 1
        elif quoted:
            self._begin(line, "quote", "blockquote")
        elif self._in_list:
            self._begin(line, "item", "li")
        else:
            self._begin(line, "paragraph", "p")

    def _flush(self) -> None:
        words, self._words = self._words, []
        if words:
            source = "\n".join(line.removesuffix("\\") for line in words)
            for part in _BREAK_TAG.split(source):
                self._block(part)

    def _block(self, source: str) -> None:
        draft = _inline(_IMAGE.sub("", source), self._targets, self._kind, self._tag)
        drafts = (
            [draft] if draft else [_inline(match.group(1), {}, "caption", "img") for match in _IMAGE.finditer(source)]
        )
        for each in (part for whole in drafts if whole for part in apart(whole)):
            if len(self.drafts) == MAX_BLOCKS:
                raise DocumentTooLarge(f"the document has more than {MAX_BLOCKS:,} blocks, expected one article")
            self.drafts.append(each)
            self.spans.append((self._first, self._last))


def _inline(source: str, targets: Mapping[str, str], kind: Kind, tag: str) -> Draft | None:
    """The second pass: the words of one block without their marks, and its links; None where no word is left."""
    parts: list[str] = []
    links: list[tuple[int, int, str, str]] = []
    length, space = 0, False
    for piece, href in _pieces(source, targets):
        piece = html.unescape(piece) if "&" in piece else piece
        words = " ".join(piece.split())
        if not words:
            space = space or bool(piece)
            continue
        gap = bool(parts) and (space or piece[0].isspace())
        parts.append(" " + words if gap else words)
        start, length = length + gap, length + gap + len(words)
        if href is not None:
            links.append((start, length, href, ""))
        space = piece[-1].isspace()
    return Draft("".join(parts), kind, tag, links=tuple(links)) if parts else None


def _pieces(source: str, targets: Mapping[str, str]) -> Iterator[tuple[str, str | None]]:
    """The source cut at its marks: plain pieces, and what each mark leaves, with the address that it links to."""
    at = 0
    for match in _INLINE.finditer(source):
        found = _piece(source, match, targets)
        if found is not None:
            yield source[at : match.start()], None
            yield found
            at = match.end()
    yield source[at:], None


def _piece(source: str, match: re.Match[str], targets: Mapping[str, str]) -> tuple[str, str | None] | None:
    """What a mark leaves in the text, with the address it links to; None if it is no mark but text."""
    name = match.lastgroup
    if match.group("text") is not None:
        words = match.group("text")
        href = match.group("href")
        if href is None:
            label = match.group("name") or words
            if words.startswith("^"):
                return "", None  # a footnote's number
            href = targets.get(label.casefold())
        if href is None:
            return None
        inner = _inline(words, {}, "paragraph", "")
        return (inner.text if inner else ""), href
    if name == "escape":
        return match.group("escape"), None
    if name == "code":
        return match.group("code"), None
    if name == "auto":
        return match.group("auto"), match.group("auto")
    if name in ("tag", "strike"):
        return "", None
    before, after = (
        source[max(0, match.start() - 1) : match.start()].strip(),
        source[match.end() : match.end() + 1].strip(),
    )
    alone = not before and not after
    inside = before.isdigit() and after.isdigit() if name == "stars" else before.isalnum() and after.isalnum()
    return None if alone or inside else ("", None)
