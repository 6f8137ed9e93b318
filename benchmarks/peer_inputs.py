"""The texts and pages of `peers.py`: of the labelled corpus, or made up, the same every time."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from pathlib import Path

_WORDS = (
    "the council harbour wall vote town new plan cost summer ferry engineers old storm works committee market pier island boats "
    "said would after before between autumn year nine four crowns million footing repair deputy chair against for with and of in to a"
).split()
_NAMES = ("Larkmoor", "Skerrin", "Ines Halvard", "Tom Abery", "Dela Marsh", "Oskar Venn")


def texts(corpus: Path | None, count: int) -> list[str]:
    """Texts of the corpus, or made-up ones."""
    if corpus is None:
        chance = random.Random(3)  # noqa: S311
        return [made_up(chance, chance.randint(800, 5000)) for _ in range(count)]
    return _spread([row["text"] for row in _rows(corpus / "articles.dev.jsonl.gz") if row.get("text")], count)


def pages(corpus: Path | None, count: int) -> list[str]:
    """Pages of the corpus, or made-up ones."""
    if corpus is None:
        chance = random.Random(5)  # noqa: S311
        return [_made_up_page(chance) for _ in range(count)]
    return _spread([row["html"] for row in _rows(corpus / "pages.dev.jsonl.gz") if row.get("html")], count)


def _spread(values: list[str], count: int) -> list[str]:
    """So many of them, from all over: the corpus stands in order of its sources."""
    return (
        [values[index * len(values) // count] for index in range(min(count, len(values)))]
        if len(values) > count
        else values
    )


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        yield from map(json.loads, stream)


def made_up(chance: random.Random, size: int) -> str:
    """English-looking text of about so many bytes, in paragraphs of three sentences."""
    parts: list[str] = []
    length = 0
    while length < size:
        words = [chance.choice(_WORDS) for _ in range(chance.randint(8, 24))]
        words.insert(chance.randrange(len(words)), chance.choice(_NAMES))
        sentence = " ".join(words).capitalize() + ("." if len(parts) % 3 != 2 else ".\n\n")
        parts.append(sentence)
        length += len(sentence) + 1
    return " ".join(parts).replace("\n\n ", "\n\n").strip()[:size]


def _made_up_page(chance: random.Random) -> str:
    """A page of some 115 KB, most of it navigation and scripts, as pages are."""
    menu = "".join(
        f'<li class="nav-item"><a href="/topic/{n}">{chance.choice(_WORDS)} {n}</a></li>' for n in range(400)
    )
    body = "".join(f"<p>{part}</p>" for part in made_up(chance, chance.randint(2000, 8000)).split("\n\n"))
    cards = "".join(
        f'<div class="card"><a href="/story/{n}"><img src="/i/{n}.jpg" alt=""><h3>{made_up(chance, 60)}</h3></a></div>'
        for n in range(150)
    )
    script = "var settings = {" + ",".join(f'"key{n}": {chance.random()}' for n in range(1000)) + "};"
    head = f"<title>{made_up(chance, 60)}</title><script>{script}</script>"
    return (
        f"<!doctype html><html lang=en><head>{head}</head><body><nav><ul>{menu}</ul></nav><main><article><h1>{made_up(chance, 60)}"
        f"</h1>{body}</article></main><aside>{cards}</aside></body></html>"
    )


def described(articles: list[str]) -> str:
    """How many there are, and how large."""
    sizes = sorted(len(each.encode()) for each in articles)
    return f"{len(sizes)} of {sizes[len(sizes) // 2] / 1000:.1f} KB in the median"
