"""What is done about one job: judge the article, and hold it, release it or leave it be.

A webhook may come twice, late, or after the text was changed again, and a kill may come at any moment. So what is done rests on the
article as the CMS's API has it now, on the verdict written before and after every act, and never on a count of deliveries.

A hold is *released* when the text that was held is live again: the CMS had confirmed the hold, so somebody published it once more.
That text then stays, for good; an edited one has another content hash, and is judged anew.
"""

from __future__ import annotations

import logging
import threading
import time

from copydesk import DocumentError, Scorer

from ..item import read_article
from ..jobs import Job
from ..ledger import Ledger
from ..lookup import Lookup, report_on
from .cms import ApiFailure, Changed, Cms, Content, reasons

_LOOKS = 4  # at an article that somebody else changes at the same time
_one_at_a_time = (
    threading.Lock()
)  # scoring takes the interpreter's lock anyway: more at once only keep others from the queue's file
_HELD_AT = {"review": ("review", "hold"), "hold": ("hold",)}
_log = logging.getLogger("copydesk.hooks")


def judge(job: Job, cms: Cms, ledger: Ledger, scorer: Scorer, lookup: Lookup | None = None) -> str:
    """Do what the job asks for; what was done, in a sentence. `lookup` finds the sources of an article.

    Raises Gone, ApiFailure and StateError, after which the job may be done again from the start.
    """
    content = cms.offered(job) or cms.fetch(job)
    for _ in range(_LOOKS):
        try:
            done = _look(content, job, cms, ledger, scorer, lookup)
        except Changed:
            done = None
        if done is not None:
            return done
        content = cms.fetch(job)
    raise ApiFailure("the article was changed again and again while it was looked at")


def _look(
    content: Content, job: Job, cms: Cms, ledger: Ledger, scorer: Scorer, lookup: Lookup | None = None
) -> str | None:
    """One look at one state of the article; None where it is another one by now."""
    if not content.live:
        return "not published"
    verdict = ledger.verdict(cms.name, content.key, content.hash)
    if verdict in ("passed", "released"):
        return _settle(content, job, cms, f"this text was {verdict} before")
    action, summary, quotes = ("", "", []) if verdict == "held" else _score(content, cms, scorer, lookup)
    if verdict is None and action not in _HELD_AT[cms.hold_at]:
        ledger.decide(cms.name, content.key, content.hash, "passed", time.time())
        return _settle(content, job, cms, f"passed: {action}")
    now = cms.fetch(job)
    if now.hash != content.hash:
        return None
    if not now.live:
        return _confirm(now, verdict, cms, ledger)
    if verdict == "held" or (verdict == "holding" and now.marked):
        ledger.decide(cms.name, now.key, now.hash, "released", time.time())
        return _settle(now, job, cms, "released: the held text was published again")
    ledger.decide(cms.name, now.key, now.hash, "holding", time.time())
    cms.hold(now, summary, quotes)
    ledger.decide(cms.name, now.key, now.hash, "held", time.time())
    return f"held: {summary}"


def _confirm(now: Content, verdict: str | None, cms: Cms, ledger: Ledger) -> str:
    """The article is not live: by our own hand, if a kill came between the hold and its note, or by somebody else's."""
    if verdict == "holding" and now.marked:
        ledger.decide(cms.name, now.key, now.hash, "held", time.time())
        return "held already"
    return "held already" if verdict == "held" else "taken back by somebody else meanwhile"


def _settle(content: Content, job: Job, cms: Cms, done: str) -> str | None:
    """Take our marks off an article that stays; None where it was changed meanwhile."""
    if not content.marked:
        return done
    now = cms.fetch(job)
    if now.hash != content.hash:
        return None
    if now.marked and now.live:
        cms.settle(now)
    return done


def _score(content: Content, cms: Cms, scorer: Scorer, lookup: Lookup | None) -> tuple[str, str, list[str]]:
    """The action, and the reasons for it; an article that cannot be read is held, unless the settings let it pass."""
    try:
        with _one_at_a_time:
            report = report_on(scorer, read_article(content.article()), lookup)
    except DocumentError as error:
        return ("hold" if cms.fail == "hold" else "publish"), f"not scored: {error}", []
    return (report.action, *reasons(report))
