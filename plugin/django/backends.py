"""The two ways to a scorer, behind the same three calls: in this process, or over HTTP at `copydesk serve`.

Reports are the contract's dicts, so that both are the same to everything above. What comes over HTTP is checked field by field and cut
to size before anything else sees it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from copydesk import CopydeskError, DocumentError, Matcher, Scorer, read

from ..config import load_policy
from ..lookup import Lookup, report_on
from ..schema import cleaned_to_dict, report_to_dict
from .client import ScorerDown, request
from .conf import Settings, settings

Report = dict[str, Any]
_ACTIONS = ("publish", "review", "hold")
_MOST_EVIDENCE = 200
_MOST_QUOTE = 2_000  # characters
_CONTEXT = 90  # characters of the text that are kept on each side of a quote
logger = logging.getLogger("copydesk")


class Backend(Protocol):
    """What a scorer can be asked. Every call raises ScorerDown where there is no answer."""

    def score(self, article: Mapping[str, str]) -> Report:
        """The report of an article {"id", "title", "html", "url"}, fit for being stored."""

    def clean(self, article: Mapping[str, str]) -> tuple[str, int]:
        """The article's HTML without injected lines and debris, and how many lines went."""

    def feedback(self, fields: Mapping[str, object]) -> None:
        """Tell what a person thinks of a verdict; no text of the article."""


def backend() -> Backend:
    """The backend that the settings name."""
    found = settings()
    return Http(found) if found.backend == "http" else InProcess(found)


class InProcess:
    """The shipped model, or that of MODEL, loaded once for the process at the first article, and the ARCHIVE, if there is one."""

    _loaded: dict[tuple[str | None, ...], tuple[Scorer, Lookup | None]] = {}  # noqa: RUF012 - shared on purpose
    _lock = threading.Lock()

    def __init__(self, found: Settings) -> None:
        """Nothing is loaded yet."""
        self._key = (found.model, found.policy, found.archive)

    def _load(self) -> tuple[Scorer, Lookup | None]:
        with self._lock:
            if self._key not in self._loaded:
                model, policy, archive = self._key
                try:
                    scorer = Scorer.load(model, load_policy(Path(policy)) if policy else None)
                    lookup = Lookup(Path(archive), Matcher(scorer.model)) if archive else None
                except CopydeskError as error:
                    logger.error("the model cannot be loaded: %s", error)
                    raise ScorerDown("the model cannot be loaded") from error
                self._loaded[self._key] = scorer, lookup
            return self._loaded[self._key]

    def score(self, article: Mapping[str, str]) -> Report:
        """The report of an article, made here."""
        scorer, lookup = self._load()
        try:
            document = read(
                article["html"], kind="html", title=article["title"], url=article["url"] or None, id=article["id"]
            )
            found = report_on(scorer, document, lookup)
        except DocumentError as error:
            raise ScorerDown(f"the article cannot be read: {error}", lasting=True) from error
        except Exception as error:  # a fault of ours must not become an editor's error page
            logger.error("scoring %s failed: %s", article["id"], type(error).__name__)
            raise ScorerDown("the article could not be scored") from error
        return checked(report_to_dict(found, with_text=True))

    def clean(self, article: Mapping[str, str]) -> tuple[str, int]:
        """The cleaned HTML, made here."""
        scorer, _ = self._load()
        try:
            found = scorer.clean(article["html"], kind="html", title=article["title"], url=article["url"] or None)
        except Exception as error:
            raise ScorerDown("the article could not be cleaned", lasting=True) from error
        return _cleaned(cleaned_to_dict(found))

    def feedback(self, fields: Mapping[str, object]) -> None:
        """There is no service that collects it: it goes into the log."""
        logger.info("feedback: %s", dict(fields))


class Http:
    """The service at URL."""

    def __init__(self, found: Settings) -> None:
        """Keep the address and the secret."""
        self._settings = found

    def score(self, article: Mapping[str, str]) -> Report:
        """The report of an article, made by the service."""
        return checked(request(self._settings, "POST", "/score?with_text=1", _body(article)))

    def clean(self, article: Mapping[str, str]) -> tuple[str, int]:
        """The cleaned HTML, made by the service."""
        return _cleaned(request(self._settings, "POST", "/clean", _body(article)))

    def feedback(self, fields: Mapping[str, object]) -> None:
        """Store it at the service."""
        request(self._settings, "POST", "/feedback", dict(fields))


def _body(article: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in article.items() if value or name != "url"}


def checked(report: Mapping[str, Any]) -> Report:
    """The fields of a report that are used here, of the right types and bounded; each quote with the words round it.

    Raises ScorerDown for what is no report.
    """
    action, score, text = report.get("action"), report.get("score"), report.get("text")
    if action not in _ACTIONS or not _is_probability(score):
        raise ScorerDown("the scorer's answer is not a report")
    evidence, signals, notes = report.get("evidence"), report.get("signals"), report.get("notes")
    if not isinstance(evidence, list) or not isinstance(signals, dict) or not isinstance(notes, list):
        raise ScorerDown("the scorer's answer is not a report")
    return {
        "action": action,
        "score": score,
        "model": str(report.get("model", ""))[:100],
        "words": report["words"] if isinstance(report.get("words"), int) else None,
        "content_hash": str(report.get("content_hash", ""))[:100],
        "signals": {str(name)[:40]: _signal(found) for name, found in list(signals.items())[:20]},
        "evidence": [_evidence(found, text if isinstance(text, str) else "") for found in evidence[:_MOST_EVIDENCE]],
        "notes": [str(note)[:300] for note in notes[:20]],
    }


def _signal(found: object) -> dict[str, Any]:
    if not isinstance(found, dict) or not _is_probability(found.get("score")):
        raise ScorerDown("a signal of the scorer's report is wrong")
    return {"score": found.get("score"), "flagged": found.get("flagged") is True}


def _evidence(found: object, text: str) -> dict[str, Any]:
    if not isinstance(found, dict) or not isinstance(found.get("quote"), str):
        raise ScorerDown("an evidence of the scorer's report is wrong")
    before = after = ""
    start, end = found.get("start"), found.get("end")
    if isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(text):
        before, after = _round(text, start, end)
    return {
        "signal": str(found.get("signal", ""))[:40],
        "reason": str(found.get("reason", ""))[:60],
        "message": str(found.get("message", ""))[:200],
        "quote": found["quote"][:_MOST_QUOTE],
        "before": before,
        "after": after,
        "score": found.get("score") if _is_probability(found.get("score")) else None,
        "related": found.get("related") is True,
        "href": str(found["href"])[:500] if isinstance(found.get("href"), str) else "",
    }


def _round(text: str, start: int, end: int) -> tuple[str, str]:
    """Whole words before and after a span, on one line each."""
    before, after = text[max(0, start - _CONTEXT) : start], text[end : end + _CONTEXT]
    if start > _CONTEXT:
        before = before.partition(" ")[2]
    if end + _CONTEXT < len(text):
        after = after.rpartition(" ")[0]
    return " ".join(before.split()), " ".join(after.split())


def _cleaned(fields: Mapping[str, Any]) -> tuple[str, int]:
    content, removed = fields.get("content"), fields.get("removed")
    if not isinstance(content, str) or not isinstance(removed, list):
        raise ScorerDown("the scorer's answer is not a cleaned article")
    return content, len(removed)


def _is_probability(value: object) -> bool:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return value is None or (number and 0 <= value <= 1)  # type: ignore[operator]
