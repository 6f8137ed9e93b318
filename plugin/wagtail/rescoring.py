"""Texts that could not be scored are scored when the scorer is back: what was kept back and passes is published after all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import gate
from .content import content_of
from .releasing import draft_of, is_current
from .verdicts import State, Verdict


@dataclass(slots=True)
class Tally:
    """What a run did, in verdicts. `unanswered` is True where it stopped because the scorer is still down."""

    published: int = 0
    passed: int = 0
    held: int = 0
    unpublished: int = 0
    dropped: int = 0
    failed: int = 0
    unanswered: bool = False


def rescore(most: int = 500) -> Tally:
    """Judge what is marked "not scored", the oldest first; stops where the scorer does not answer."""
    tally = Tally()
    waiting = Verdict.objects.filter(state=State.NOT_SCORED).order_by("judged_at", "pk")
    for verdict in list(waiting[:most]):
        one(verdict, tally)
        if tally.unanswered:
            break
    return tally


def one(verdict: Verdict, tally: Tally) -> None:
    """Judge one text again and act on it."""
    draft = draft_of(verdict)
    row = verdict.target
    obj = draft if draft is not None and is_current(verdict, draft) else row
    if obj is None or not is_current(verdict, obj):
        verdict.delete()  # deleted, or edited since: other words are judged when they are published
        tally.dropped += 1
        return
    content = content_of(obj)
    assert content is not None
    was_kept, was_observed = verdict.kept_back, verdict.observed
    judged = gate.score(obj, content)
    if judged.report is None:
        tally.unanswered = not judged.lasting
        tally.failed += 1
        Verdict.objects.filter(pk=verdict.pk).update(error=judged.error[:300])
        return
    verdict = gate.store(obj, judged, revision=verdict.revision)
    if was_observed:
        Verdict.objects.filter(pk=verdict.pk).update(observed=True, kept_back=False, state=State.PASSED)
        tally.passed += 1
    elif verdict.holds:
        tally.held += 1
        if not was_kept and gate.is_live(obj):  # SCORER_DOWN let it out
            row.unpublish(log_action="copydesk.unpublish")
            tally.unpublished += 1
    elif was_kept and _publish(obj):
        tally.published += 1
    else:
        tally.passed += 1


def _publish(obj: Any) -> bool:
    """Do what the editor had asked for: the newest revision goes out, or is scheduled."""
    revision = obj.get_latest_revision() or obj.save_revision(clean=False)
    return not revision.publish()
