"""The tools that are compared, each with the settings that its figures were made with.

Every tool gets the page's HTML and nothing else: no address, no headline. jusText needs to know the language, and is told the one that
Copydesk finds. `run` is what is timed; `text` turns its result into the text that is compared, and is not timed.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import Any

from presence import visible

from copydesk import Evidence, Scorer, read

# ISO 639-1 code -> jusText's name of its stop list; all lists together for a language that it has none for.
_STOPLISTS = {
    "cs": "Czech", "da": "Danish", "de": "German", "en": "English", "es": "Spanish", "fr": "French", "hi": "Hindi",
    "it": "Italian", "ko": "Korean", "lv": "Latvian", "nl": "Dutch", "pl": "Polish", "pt": "Portuguese", "ru": "Russian",
    "sv": "Swedish", "tr": "Turkish",
}  # fmt: skip
_LINES = ("injected_links", "feed_debris")


@dataclass(frozen=True, slots=True)
class Tool:
    """`run(html, language)` gives a result, `text(result)` the text in it. `package` is the distribution's name on PyPI."""

    name: str
    package: str
    settings: str
    run: Callable[[str, str], Any]
    text: Callable[[Any], str]

    @property
    def version(self) -> str:
        """The installed version of the package."""
        return version(self.package)

    @property
    def is_ours(self) -> bool:
        """Whether it is a way to use Copydesk."""
        return self.package == "copydesk"


def copydesk_tools(scorer: Scorer) -> list[Tool]:
    """Four ways to look at Copydesk; the first one is what the others are compared with."""
    return [
        Tool(
            "Copydesk clean",
            "copydesk",
            '`Scorer.clean(html, kind="html")`: the text of the article as `read` finds it on the cleaned page',
            lambda html, _: scorer.clean(html, kind="html"),
            lambda cleaned: read(cleaned.content, kind="html").text,
        ),
        Tool(
            "Copydesk clean, in place",
            "copydesk",
            "the same call: all visible text of the page that it gives back, navigation included",
            lambda html, _: scorer.clean(html, kind="html"),
            lambda cleaned: visible(cleaned.content),
        ),
        Tool(
            "Copydesk, all that it lists",
            "copydesk",
            "`Scorer.score(html=html)`: the report's text without every line of `injected_links` and `feed_debris`, on-topic links too",
            lambda html, _: scorer.score(html=html),
            lambda report: _without(report.text, (e for e in report.evidence if e.signal in _LINES)),
        ),
        Tool(
            "Copydesk, reading alone",
            "copydesk",
            '`read(html, kind="html").text`: the region of the page that is the article, no line judged yet',
            lambda html, _: read(html, kind="html"),
            lambda document: document.text,
        ),
    ]


def peers() -> tuple[list[Tool], list[str]]:
    """The other tools that are installed, and the names of those that are not."""
    found: list[Tool] = []
    missing: list[str] = []
    for module, make in (("trafilatura", _trafilatura), ("justext", _justext), ("resiliparse", _resiliparse)):
        try:
            importlib.import_module(module)
        except ModuleNotFoundError:
            missing.append(module)
        else:
            found += make()
    return found, missing


def _plain(result: str | None) -> str:
    return result or ""


def _trafilatura() -> list[Tool]:
    from trafilatura import extract

    def tool(name: str, settings: str, **options: bool) -> Tool:
        return Tool(name, "trafilatura", settings, lambda html, _: extract(html, **options), _plain)

    return [
        tool("trafilatura", "`extract(html)`"),
        tool("trafilatura, precision", "`extract(html, favor_precision=True)`", favor_precision=True),
        tool("trafilatura, recall", "`extract(html, favor_recall=True)`", favor_recall=True),
    ]


def _justext() -> list[Tool]:
    import justext

    def run(html: str, language: str) -> str:
        paragraphs = justext.justext(html, _stoplist(language))
        return "\n".join(each.text for each in paragraphs if not each.is_boilerplate)

    settings = "`justext(html, get_stoplist(language))`, paragraphs that are not boilerplate; every list for a language without one"
    return [Tool("jusText", "justext", settings, run, _plain)]


@cache
def _stoplist(language: str) -> frozenset[str]:
    import justext

    if language in _STOPLISTS:
        return frozenset(justext.get_stoplist(_STOPLISTS[language]))
    return frozenset().union(*(justext.get_stoplist(name) for name in justext.get_stoplists()))


def _resiliparse() -> list[Tool]:
    from resiliparse.extract.html2text import extract_plain_text

    return [
        Tool(
            "resiliparse",
            "resiliparse",
            "`extract_plain_text(html, main_content=True)`",
            lambda html, _: extract_plain_text(html, main_content=True),
            _plain,
        )
    ]


def _without(text: str, evidence: Iterable[Evidence]) -> str:
    """A document's text without the spans of some evidence."""
    for each in sorted(evidence, key=lambda e: e.start, reverse=True):
        text = text[: each.start] + " " * (each.end - each.start) + text[each.end :]
    return text
