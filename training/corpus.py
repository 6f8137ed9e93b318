"""The labelled corpus on disk -> rows that training understands, with groups that no split may cut.

Files (gzipped JSON lines, see the corpus's own README): articles.*, written.*, lines.* with pages.*. Rows that share an original
share a group; whole outlets and writers are on one side of train and dev already.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from copydesk import CorpusError
from copydesk.blocks import LABELS

T = TypeVar("T")

# The domains whose texts are articles; essays, fiction, reviews and letters are counted apart.
ARTICLE_DOMAINS = frozenset(
    """news opinion press_release news_wire blog OnlineContent Business Sports Entertainment Environmental Finance
    FoodCusine GovernmentPublic TravelTourism ArtCulture Religious""".split()
)
# Families of generators, by the set a row is from: each has a head of its own (design, section 4), "rewriters" and "all" pool.
WRITTEN = frozenset({"written", "plain"})  # prose of current models: few rows, each worth several windows
SWAPPED = frozenset({"spun_wordnet"})  # made in training, see spinning; no other family learns from them
FAMILIES: dict[str, frozenset[str] | None] = {
    "open": frozenset({"llm_evobench_news", "llm_xsum_family"}),
    "fake": frozenset({"llm_llmfake"}),
    "reframed": frozenset({"llm_sheepdog"}),
    "paragraph": frozenset({"llm_l2r", "llm_mixset", "llm_apt_eval"}),
    "spun": frozenset({"spun_detectrl"}),
    "written": WRITTEN,
    "rewriters": frozenset({"llm_l2r", "llm_mixset", "llm_apt_eval", "llm_llmfake", "llm_sheepdog"}),
    "all": None,
    "swapped": SWAPPED,
}
# Families that have trees of their own, and how much other people's texts than articles weigh beside those of its machines: most
# spun texts of the corpus are none, so their trees must see many such texts by people, or they take them for spun.
EXPERTS = {"open": 0.5, "spun": 2.0, "written": 0.5, "rewriters": 0.5, "all": 0.5, "swapped": 1.0}
# Generators that continue a text and were never taught to follow instructions: nobody rewrites news with them any more.
BASE_MODELS = re.compile(
    r"gpt2|gpt-j|gpt-neo|opt-|text-|davinci|falcon|-hf$|Sheared|Sparse|GBLM|Wanda|Llemma|odellama|izardmath|finance"
    r"|fusellm|1\.5-7b$|babbage|curie"
)
_LEAK = re.compile(
    r"^(?:#+ .*|\**(?:title|headline|article|news)\**\s*:.*|here (?:is|are|'s)\b.*:|sure[,!].*|certainly[,!].*)$", re.I
)


@dataclass(frozen=True, slots=True)
class Row:
    """One article of the corpus; `source` names its set, with " (other)" behind it where the domain is not an article's."""

    id: str
    text: str
    title: str
    label: str
    generator: str
    kind: str
    source: str
    group: str

    @property
    def human(self) -> bool:
        """Whether a person wrote it."""
        return self.label == "human"

    @property
    def is_article(self) -> bool:
        """Whether its domain is one of ARTICLE_DOMAINS."""
        return not self.source.endswith(" (other)")

    @property
    def set_name(self) -> str:
        """The set without the mark of other domains."""
        return self.source.removesuffix(" (other)")


@dataclass(frozen=True, slots=True)
class Line:
    """A labelled line or paragraph; `related` is True, False or None (unsure, or not a link)."""

    text: str
    label: str
    related: bool | None = None
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Lines:
    """A document with all its lines labelled; `html` is the page they come from, or None. `style` is set for written articles."""

    id: str
    title: str
    group: str
    lines: tuple[Line, ...]
    html: str | None = None
    url: str | None = None
    style: str = ""


def records(path: Path) -> Iterator[dict[str, Any]]:
    """The JSON objects of a .jsonl.gz file. Raises CorpusError naming file and line."""
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    record = json.loads(line)
                except (ValueError, RecursionError):
                    raise CorpusError(f"{path.name}:{number}: is not JSON") from None
                if not isinstance(record, dict):
                    raise CorpusError(f"{path.name}:{number}: expected a JSON object")
                yield record
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise CorpusError(f"{path}: cannot be read ({error}), expected a gzipped JSON lines file") from None


def _need(record: dict[str, Any], field: str, path: Path, kind: type[T], of: str = "") -> T:
    """The field, which must be there and of that kind; `of` names the record where it has no id of its own."""
    name = f"{path.name}: {of or record.get('id', record.get('doc_id'))}"
    if field not in record:
        raise CorpusError(f"{name}: the field {field!r} is missing")
    value = record[field]
    if not isinstance(value, kind):
        raise CorpusError(f"{name}: the field {field!r} is {value!r:.40}, expected {kind.__name__}")
    return value


def _line(record: Any, path: Path, of: str) -> Line:
    if not isinstance(record, dict):
        raise CorpusError(f"{path.name}: {of}: a line is {record!r:.40}, expected a JSON object")
    label, related = _need(record, "label", path, str, of), record.get("related")
    if label not in LABELS and label != "padding":
        raise CorpusError(f"{path.name}: {of}: the label is {label!r}, expected padding, {', '.join(LABELS)}")
    return Line(
        _need(record, "text", path, str, of), label, related if isinstance(related, bool) else None, record.get("href")
    )


def strip_leak(text: str) -> str:
    """The text without the lines before it that only a generator writes: "Title:", "Here is the article:", a Markdown headline."""
    lines = text.lstrip().split("\n")
    while len(lines) > 1 and (not lines[0].strip() or _LEAK.match(lines[0].strip())):
        lines.pop(0)
    return "\n".join(lines)


def articles(folder: Path, part: str) -> list[Row]:
    """Rows of articles.<part>.jsonl.gz."""
    path = folder / f"articles.{part}.jsonl.gz"
    out = []
    for r in records(path):
        name, label, source, domain, text = (
            _need(r, k, path, str) for k in ("id", "label", "source", "domain", "text")
        )
        text = text if label == "human" else strip_leak(text)
        if not text.strip():
            raise CorpusError(f"{path.name}: {name}: the text is empty")
        out.append(
            Row(
                id=name,
                text=text,
                title=r.get("title") or "",
                label=label,
                generator=r.get("generator") or "",
                kind=r.get("kind") or "",
                source=source if domain in ARTICLE_DOMAINS else f"{source} (other)",
                group=_need(r, "group", path, str),
            )
        )
    return out


def written(folder: Path, part: str) -> list[Lines]:
    """Articles of written.<part>.jsonl.gz, a label a block; the group is the writer."""
    path = folder / f"written.{part}.jsonl.gz"
    out = []
    for r in records(path):
        name, style = _need(r, "id", path, str), _need(r, "style", path, str)
        found = tuple(_line(x, path, name) for x in _need(r, "blocks", path, list))
        out.append(Lines(name, r.get("title") or "", f"writer-{_need(r, 'writer', path, int)}", found, style=style))
    return out


def lines(folder: Path, part: str) -> list[Lines]:
    """Documents of lines.<part>.jsonl.gz with their pages; the group is the outlet."""
    path, page_path = (folder / f"{kind}.{part}.jsonl.gz" for kind in ("lines", "pages"))
    pages = {_need(p, "id", page_path, str): p for p in records(page_path)}
    out = []
    for r in records(path):
        name, outlet = _need(r, "doc_id", path, str), _need(r, "outlet", path, str)
        page = pages.get(name, {})
        found = tuple(_line(x, path, name) for x in _need(r, "lines", path, list))
        out.append(Lines(name, r.get("title") or "", outlet, found, page.get("html") or None, page.get("url")))
    return out


def origins(folder: Path) -> list[tuple[str, int, str, str]]:
    """(set, rows, origin, licence) of every set in articles.train, for the model card."""
    found: dict[str, tuple[int, str, str]] = {}
    for r in records(folder / "articles.train.jsonl.gz"):
        count, origin, licence = found.get(
            r["source"], (0, str(r.get("origin", "")).split(" ")[0], str(r.get("licence", "")))
        )
        found[r["source"]] = (count + 1, origin, licence)
    return [(name, *found[name]) for name in sorted(found)]


def of_family(sources: NDArray[np.str_], family: str) -> NDArray[np.bool_]:
    """Which machine texts, by their set, a family's head learns from."""
    sets = FAMILIES[family]
    return ~np.isin(sources, sorted(SWAPPED)) if sets is None else np.isin(sources, sorted(sets))


def digest(folder: Path, names: list[str]) -> dict[str, str]:
    """SHA-256 of the corpus files that training read, by name."""
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}


FILES = [f"{kind}.{part}.jsonl.gz" for kind in ("articles", "written", "lines", "pages") for part in ("train", "dev")]
FILES += ["archive.jsonl.gz", "queries.train.jsonl.gz", "queries.dev.jsonl.gz"]


def check(folder: Path) -> None:
    """Raises CorpusError if the folder lacks one of the files that training reads."""
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise CorpusError(f"{folder}: not a corpus, missing {', '.join(missing)}")
