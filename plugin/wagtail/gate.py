"""May this text go out? The one question that every way to publication asks, and the record of the answer.

A text that was judged before is not judged again, unless the scorer was down then. A dead scorer, or any fault in here, is an answer
too ("not scored"), never an exception: an editor's work is saved before this is asked, and stays saved.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone
from wagtail.log_actions import log

from ..django.backends import Report, backend
from ..django.client import ScorerDown
from ..django.conf import settings
from ..django.summary import summary
from .content import Content, address_of, content_of, specific
from .outcome import Outcome, current
from .verdicts import State, Verdict, key_type, verdicts_of

_HELD_BACK = "_copydesk_judged"  # attribute of an object that is judged before it has a key
logger = logging.getLogger("copydesk")


@dataclass(frozen=True, slots=True)
class Judged:
    """What the scorer said of a text: a report, or why there is none (`lasting` where asking again cannot help)."""

    content: Content
    report: Report | None
    error: str = ""
    lasting: bool = False


def judge(obj: Any, *, revision: Any = None, user: Any = None) -> Outcome:
    """May the object's text be published? The answer is stored, and logged where it is a new one.

    `revision` is the one that holds the text, if there is one; `user` is who asks to publish.
    """
    obj = specific(obj)
    content = content_of(obj)
    if content is None or content.is_empty:
        return Outcome(str(obj))
    verdict = known(obj, content)
    if verdict is None or verdict.state == State.NOT_SCORED:
        verdict = store(obj, _taken(obj, content) or score(obj, content), revision=revision, user=user)
    elif verdict.is_about(obj):
        verdict = _again(verdict, revision)
    return outcome_of(verdict, content)


def judge_unsaved(obj: Any) -> Outcome:
    """The same for an object that is not in the database yet: `record_saved` stores the answer once it is."""
    content = content_of(obj)
    if content is None or content.is_empty:
        return Outcome(str(obj))
    released = _released(content.hash)
    if released is not None:
        return outcome_of(released, content)
    judged = score(obj, content)
    setattr(obj, _HELD_BACK, judged)
    return outcome_of(_filled(Verdict(), obj, judged, was_live=False), content)


def record_saved(obj: Any) -> None:
    """Store what `judge_unsaved` found, now that the object has a key."""
    judged = obj.__dict__.pop(_HELD_BACK, None)
    if judged is not None:
        tell(outcome_of(store(obj, judged), judged.content))


def known(obj: Any, content: Content | None = None) -> Verdict | None:
    """The verdict on the object's text as it is now, or a moderator's release of the same text elsewhere."""
    content = content or content_of(obj)
    if content is None:
        return None
    own: Verdict | None = verdicts_of(obj).filter(content_hash=content.hash).first()
    return own if own is not None and own.state != State.HELD else _released(content.hash) or own


def _released(content_hash: str) -> Verdict | None:
    found: Verdict | None = Verdict.objects.filter(content_hash=content_hash, state=State.RELEASED).first()
    return found


def _taken(obj: Any, content: Content) -> Judged | None:
    judged: Judged | None = obj.__dict__.pop(_HELD_BACK, None)
    return judged if judged is not None and judged.content.hash == content.hash else None


def score(obj: Any, content: Content) -> Judged:
    """Ask the scorer, in no longer than the timeout."""
    article = {
        "id": f"{obj._meta.label_lower}:{obj.pk or 'new'}",
        "title": content.title,
        "html": content.html,
        "url": address_of(obj),
    }
    try:
        return Judged(content, backend().score(article))
    except ScorerDown as error:
        logger.warning("%s was not scored: %s", article["id"], error)
        return Judged(content, None, str(error), error.lasting)


def store(obj: Any, judged: Judged, *, revision: Any = None, user: Any = None) -> Verdict:
    """Keep the verdict on a saved object's text, and log it in Wagtail's history where it is new."""
    try:
        return _store(obj, judged, revision, user)
    except (
        IntegrityError,
        OperationalError,
    ):  # the same text was published twice at once; SQLite says that it is locked
        return _store(obj, judged, revision, user)


def _store(obj: Any, judged: Judged, revision: Any, user: Any) -> Verdict:
    with transaction.atomic():
        own = verdicts_of(obj).filter(content_hash=judged.content.hash).first()
        before = own.state if own is not None else None
        verdict = _filled(own or Verdict(), obj, judged, was_live=is_live(obj))
        verdict.content_type, verdict.object_id = key_type(obj), str(obj.pk)
        verdict.revision = revision or verdict.revision
        verdict.save()
        if verdict.state != before and verdict.state in (State.HELD, State.NOT_SCORED):
            action = "copydesk.hold" if verdict.state == State.HELD else "copydesk.not_scored"
            record(verdict, action, obj, user=user)
    return verdict


def _filled(verdict: Verdict, obj: Any, judged: Judged, *, was_live: bool) -> Verdict:
    found = settings()
    report = judged.report
    verdict.title, verdict.content_hash = judged.content.title[:255], judged.content.hash
    verdict.judged_at, verdict.error = timezone.now(), judged.error[:300]
    verdict.observed = found.observe_only or (was_live and found.live_pages == "pass")
    if report is None:
        verdict.state, verdict.action = State.NOT_SCORED, ""
        verdict.kept_back = found.scorer_down == "hold" and not verdict.observed
        return verdict
    verdict.report, verdict.action, verdict.score = report, report["action"], report["score"]
    verdict.summary = summary(report)[:500]
    verdict.kept_back = found.holds(verdict.action) and not verdict.observed
    verdict.state = State.HELD if verdict.kept_back else State.PASSED
    return verdict


def _again(verdict: Verdict, revision: Any) -> Verdict:
    """A verdict that is asked for once more: what it means may have changed with the settings, and the revision with a save."""
    if verdict.observed and not settings().observe_only and settings().live_pages != "pass":
        verdict.observed = False
    holds = verdict.holds
    state = verdict.state
    if state != State.RELEASED:
        state = State.HELD if holds else State.PASSED
    if (state, holds) != (verdict.state, verdict.kept_back) or (revision and verdict.revision_id != revision.pk):
        verdict.state, verdict.kept_back, verdict.revision = state, holds, revision or verdict.revision
        verdict.save()
    return verdict


def outcome_of(verdict: Verdict, content: Content) -> Outcome:
    """What a verdict means for an attempt to publish."""
    scored = verdict.state != State.NOT_SCORED
    return Outcome(content.title, held=verdict.holds, scored=scored or verdict.observed, verdict=verdict)


def is_live(obj: Any) -> bool:
    """Do readers see the object now? Asked of the database: the object at hand may be a draft."""
    return bool(obj.pk) and type(obj)._base_manager.filter(pk=obj.pk, live=True).exists()


def record(verdict: Verdict, action: str, obj: Any, *, user: Any = None) -> None:
    """An entry in Wagtail's history of the object."""
    data = {"summary": verdict.summary or verdict.error, "verdict": verdict.pk}
    log(instance=obj, action=action, user=user, revision=verdict.revision, data=data)


def tell(outcome: Outcome) -> None:
    """Let the request that is being answered know, if there is one."""
    if (watch := current()) is not None:
        watch.add(outcome)
