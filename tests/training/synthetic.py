"""A small invented corpus in the files and fields of the real one, to train on in seconds.

Sentences come from templates, so there is nothing in it to learn but the templates: people report with one half of them, machines
embellish with the other. Every set, label and kind of document that training asks for is there.
"""

from __future__ import annotations

import gzip
import html
import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import wordnet

Record = dict[str, Any]

_PLACES = "Larkmoor Brenwick Halden Lornach Dunmere Castleroy Skerrin Netherby Aldcombe Wexmoor".split()
_PEOPLE = "Ines Halvard,Tom Abery,Rosa Teale,Piet Noor,Bea Ruddock,Tam Skerritt,Huda Kassim,Ola Lind".split(",")
_THINGS = "harbour wall,ferry,school roof,water main,brickworks,orchard,library bus,litter bin,fish market".split(",")
_DAYS = "Monday Tuesday Wednesday Thursday Friday".split()
REPORTED = (
    "The {thing} in {place} was shut on {day} after a pipe burst for the {n} time in a year.",
    "{person} said that it would cost {n} thousand crowns to mend the {thing}.",
    "\u201cWe told them so in May,\u201d {person} said, \u201cand nobody wrote it down.\u201d",
    "By {day} there were {n} people in the queue at {place}, and no water left.",
    "The council voted {n} to four against the plan for the {thing}.",
    "It has rained on the {thing} at {place} since {day}, and {person} has moved the cows.",
    "Nobody was hurt, but {n} cars are still stuck behind the {thing}.",
    "{person}, who is {n}, has driven the bus to {place} for half of that time.",
    "Police in {place} want to hear from anyone who saw the {thing} on {day} night.",
    "The last one, bought in {place}, did not get through the winter.",
)
EMBELLISHED = (
    "The initiative underscores the vital role of the {thing} in fostering resilience across {place}.",
    "Moreover, stakeholders emphasized that the {thing} represents a significant step toward a brighter future.",
    "According to {person}, the development highlights the importance of collaboration and innovation.",
    "This remarkable transformation of the {thing} is poised to reshape the landscape of {place}.",
    "Experts note that such efforts play a crucial part in enhancing the quality of life in {place}.",
    "Furthermore, {person} expressed confidence that the {thing} will continue to inspire communities.",
    "The decision has sparked a wide range of reactions, reflecting broader concerns about the {thing}.",
    "In addition, officials in {place} remain committed to ensuring transparency and sustainable growth.",
    "As the situation unfolds, residents of {place} are hopeful that the {thing} will bring renewed energy.",
    "The project, which began on {day}, aims to address longstanding challenges with care and dedication.",
)
_SPUN = (
    "The isle {thing} forfeited vigour midway over {place} on {day} eve.",
    "{person} articulated that the {thing} had been vacant for the reason that funds shrank.",
    "An assembly in {place} persisted till late, and {n} ballots got thrown versus the scheme.",
    "The antique {thing} possesses a lot of admirers which reside within {place}.",
)
_PADDING = (
    "In conclusion, the story serves as a powerful reminder of what truly matters in an ever-changing world today.",
    "Ultimately, only time will tell what the future holds, but one thing is certain and that is change itself.",
    "It is important to remember that every challenge is also an opportunity for growth and for reflection.",
    "The incident speaks to a broader conversation about identity, progress and the values that unite us all.",
)
_ON_TOPIC = "Why the {thing} in {place} took so long"
_OFF_TOPIC = (
    "Film star Dela Marsh spotted on yacht with singer",
    "Ten soups for a cold evening you must try",
    "Gold price today: check the latest rates before buying",
    "The finale that left viewers furious, explained",
)
_LEAD_INS = ("Also Read | ", "Must Read: ", "READ MORE: ", "Also Read - ")
_DEBRIS = {
    "byline_dateline": ("By {person}", "{place}, {day}"),
    "caption": ("The {thing} at {place} on {day}. Photograph: {person}", "The {thing}. Picture: {person}"),
    "cta": ("Subscribe to our newsletter for the latest headlines", "Follow us on every channel and share this story"),
    "chrome": ("Skip to content", "Home News Sport Business Contact", "Leave a Reply"),
    "syndication_notice": (
        "This report was auto-generated from a syndicated wire feed.",
        "First published by the {place} Wire",
    ),
    "ad": ("ADVERTISEMENT", "Sponsored: half price on rain jackets this weekend only"),
    "artifact": ("IMG_20240611_0845.jpg", "{{{{ article.title }}}}", "1741092233 5127.jpg"),
}
_SETS = ("llm_evobench_news", "llm_llmfake", "llm_sheepdog", "llm_l2r", "spun_detectrl", "plain")
_STYLES = ("paraphrase", "seo_padded", "humanised", "content_farm", "padding_inserted")


class Maker:
    """Sentences from one seeded source of chance."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)

    def fill(self, template: str) -> str:
        pick = self.rng.choice
        return template.format(
            place=pick(_PLACES), person=pick(_PEOPLE), thing=pick(_THINGS), day=pick(_DAYS), n=self.rng.randrange(3, 60)
        )

    def paragraphs(self, templates: Iterable[str], count: int = 4, each: int = 2) -> list[str]:
        chosen = self.rng.choices(tuple(templates), k=count * each)
        return [" ".join(self.fill(t) for t in chosen[i : i + each]) for i in range(0, count * each, each)]

    def title(self) -> str:
        return self.fill("{place} {thing} in trouble again, says {person}")


def _article(maker: Maker, number: int, part: str, source: str, label: str, domain: str = "news") -> Record:
    if label == "human":
        templates: tuple[str, ...] = REPORTED
    else:
        templates = _SPUN + EMBELLISHED[:3] if label == "spun" else EMBELLISHED
    return {
        "id": f"{source}-{part}-{number}",
        "text": "\n\n".join(maker.paragraphs(templates)),
        "title": maker.title(),
        "label": label,
        "generator": None if label == "human" else f"{source}-writer",
        "kind": "original" if label == "human" else "rewrite",
        "domain": domain,
        "outlet": None,
        "group": f"{source}|{part}|{number}",
        "source": source,
        "origin": f"invented/{source} rows",
        "licence": "Apache-2.0",
    }


def _articles(maker: Maker, part: str, people: int, machines: int) -> list[Record]:
    rows = []
    for source, domain in (("human_bbc2005", "news"), ("human_opinions_pre2023", "opinion")):
        rows += [_article(maker, i, part, source, "human", domain) for i in range(people)]
    for source in _SETS:
        label = "spun" if source.startswith("spun") else "machine"
        rows += [_article(maker, i, part, source, label) for i in range(machines)]
    rows += [_article(maker, 900 + i, part, "llm_llmfake", "human") for i in range(machines)]
    rows += [_article(maker, 950 + i, part, "llm_l2r", "human", "essay") for i in range(4)]
    return rows


def _written(maker: Maker, part: str, writers: Iterable[int], each: int) -> list[Record]:
    rows = []
    for writer in writers:
        for number in range(each):
            style = _STYLES[number % len(_STYLES)]
            body = maker.paragraphs(REPORTED if style == "padding_inserted" else EMBELLISHED)
            blocks = [{"text": text, "label": "body"} for text in body]
            if style in ("seo_padded", "content_farm", "padding_inserted"):
                blocks += [{"text": text, "label": "padding"} for text in maker.paragraphs(_PADDING, 2)]
            if style == "content_farm":
                promo = maker.rng.choice(_LEAD_INS) + maker.rng.choice(_OFF_TOPIC)
                blocks.insert(2, {"text": promo, "label": "injected_link"})
                blocks.insert(0, {"text": "IMG_4417.png", "label": "artifact"})
            rows.append(
                {
                    "id": f"written-{part}-{writer}-{number}",
                    "source_id": f"human_bbc2005-{part}-{number}",
                    "style": style,
                    "persona": "invented",
                    "title": maker.title(),
                    "writer": writer,
                    "blocks": blocks,
                }
            )
    return rows


def _line(text: str, label: str, related: object = None, href: str | None = None) -> Record:
    return {"text": text, "label": label, "related": related, "href": href, "dom": "p < article", "link_density": 0.0}


def _labelled(maker: Maker) -> list[Record]:
    """Lines of one document: paragraphs with, now and then, every other kind of line."""
    lines = [_line(maker.title(), "headline")]
    lines += [_line(text, "body") for text in maker.paragraphs(REPORTED, 5)]
    related = maker.rng.choice((True, False, "unsure", None))
    if related is not None:
        topic = _ON_TOPIC if related is True else maker.rng.choice(_OFF_TOPIC)
        text = maker.rng.choice(_LEAD_INS) + maker.fill(topic)
        lines.insert(3, _line(text, "injected_link", related, "/news/another-story"))
    for label in maker.rng.sample(sorted(_DEBRIS), maker.rng.randrange(4)):
        text = maker.fill(maker.rng.choice(_DEBRIS[label]))
        lines.insert(maker.rng.randrange(len(lines) + 1), _line(text, label))
    if maker.rng.random() < 0.4:
        lines += [_line(t, "related_list", False, "/news/listed") for t in maker.rng.sample(_OFF_TOPIC, 3)]
    return lines


def _page(title: str, lines: Iterable[Record]) -> str:
    parts = []
    for line in lines:
        text, tag = html.escape(line["text"]), "h1" if line["label"] == "headline" else "p"
        parts.append(
            f'<{tag}><a href="{line["href"]}">{text}</a></{tag}>' if line["href"] else f"<{tag}>{text}</{tag}>"
        )
    body = "\n".join(parts)
    return f"<html><head><title>{html.escape(title)}</title></head><body><main><article>{body}</article></main></body></html>"


def _pages(maker: Maker, part: str, outlets: int, each: int) -> tuple[list[Record], list[Record]]:
    documents, pages = [], []
    for number in range(outlets * each):
        outlet, name, lines = f"{part}/outlet{number % outlets}", f"{part}{number:03d}", _labelled(maker)
        title, is_page = lines[0]["text"], number % 3 != 0
        common = {
            "title": title,
            "origin": "invented",
            "outlet": outlet,
            "url": f"https://o{number % outlets}.example/a",
        }
        documents.append(
            {**common, "doc_id": name, "source_kind": "html_region" if is_page else "text", "lines": lines}
        )
        text = "\n\n".join(line["text"] for line in lines)
        pages.append({**common, "id": name, "html": _page(title, lines) if is_page else None, "text": text})
    return documents, pages


def _stories(maker: Maker, count: int) -> list[list[str]]:
    """Stories of their own: paragraphs whose sentences name a place, a person and a figure that no other story has."""
    return [
        [f"{text} Nobody in Story{number}ville, least of all Mr Name{number}, paid {1000 + number} crowns." for text in
         maker.paragraphs(REPORTED, 6)]
        for number in range(count)
    ]  # fmt: skip


def _archive(stories: Iterable[list[str]]) -> list[Record]:
    return [
        {"id": f"kept-{number}", "title": "", "text": "\n\n".join(paragraphs), "outlet": None}
        for number, paragraphs in enumerate(stories)
    ]


def _queries(maker: Maker, stories: list[list[str]], part: str, each: int) -> list[Record]:
    """Look-ups of every relation: rewrites keep the facts, and leave out or replace other words."""
    rows = []
    for relation in ("rewrite", "copy", "shared_passages", "same_event", "none"):
        for number in range(each):
            k = maker.rng.randrange(len(stories))
            own = maker.paragraphs(EMBELLISHED, 5)
            reworded = [" ".join(w for w in text.split() if len(w) > 3 or w.istitle()) for text in stories[k]]
            text = {
                "rewrite": [f"It was reported that {each}" for each in reworded],
                "copy": stories[k][:-1],
                "shared_passages": [*own, stories[k][0]],
                "same_event": [*own, f"Mr Name{k} of Story{k}ville made no comment on this."],
                "none": own,
            }[relation]
            known = relation in ("rewrite", "copy")
            rows.append(
                {
                    "id": f"{part}-{relation}-{number}",
                    "title": "",
                    "text": "\n\n".join(text),
                    "source_id": None if relation == "none" else f"kept-{k}",
                    "relation": relation,
                    "generator": "invented" if known else None,
                    "kind": None,
                    "set": "written" if known else relation,
                }
            )
    return rows


def write(folder: Path, seed: int = 1) -> Path:
    """Write the corpus into `folder`, and a WordNet into one in it; the same seed gives the same rows."""
    folder.mkdir(parents=True, exist_ok=True)
    maker = Maker(seed)
    for part, people, machines, writers, each, outlets in (
        ("train", 40, 18, (1, 2, 3), 10, 4),
        ("dev", 55, 30, (11, 12), 10, 3),
    ):
        documents, pages = _pages(maker, part, outlets, 10)
        put(folder, f"articles.{part}.jsonl.gz", _articles(maker, part, people, machines))
        put(folder, f"written.{part}.jsonl.gz", _written(maker, part, writers, each))
        put(folder, f"lines.{part}.jsonl.gz", documents)
        put(folder, f"pages.{part}.jsonl.gz", pages)
    stories = _stories(maker, 60)
    put(folder, "archive.jsonl.gz", _archive(stories))
    for part, each in (("train", 20), ("dev", 10)):
        put(folder, f"queries.{part}.jsonl.gz", _queries(maker, stories, part, each))
    wordnet.write(folder / "wordnet")
    return folder


def put(folder: Path, name: str, records: Iterable[Record]) -> None:
    """Write one file of the corpus."""
    text = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    (folder / name).write_bytes(gzip.compress(text.encode(), mtime=0))
