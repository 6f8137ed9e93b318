"""What a moderator does with a held text: let it go out as it is, clean it first, or say that the verdict is wrong.

A release is for the words that the moderator saw. Where the text was edited since, nothing is released: the new words have a verdict of
their own, or get one when somebody publishes them.
"""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from ..django.backends import backend
from ..django.client import ScorerDown
from . import gate
from .content import address_of, content_of, segments_of
from .outcome import Outcome
from .segments import joined, parted
from .verdicts import RELEASE, Judgement, State, Verdict, key_type


class CannotRelease(Exception):
    """The text cannot be released or cleaned; the message tells a moderator why."""


def may_release(user: Any, obj: Any) -> bool:
    """Has the user the permission to release, and may they publish this very page?"""
    if not user.has_perm(RELEASE):
        return False
    if hasattr(obj, "permissions_for_user"):
        return bool(obj.permissions_for_user(user).can_publish())
    return bool(user.has_perm(f"{obj._meta.app_label}.publish_{obj._meta.model_name}"))


def may_see(user: Any, obj: Any) -> bool:
    """May the user edit the page? Then they may know what is wrong with it."""
    if hasattr(obj, "permissions_for_user"):
        return bool(obj.permissions_for_user(user).can_edit())
    return bool(user.has_perm(f"{obj._meta.app_label}.change_{obj._meta.model_name}"))


def draft_of(verdict: Verdict) -> Any:
    """The newest state of the page or snippet that a verdict is about, or None if it is deleted."""
    row = verdict.target
    return None if row is None else row.get_latest_revision_as_object()


def is_current(verdict: Verdict, obj: Any) -> bool:
    """Is the newest text still the one that was judged?"""
    content = content_of(obj)
    return content is not None and content.hash == verdict.content_hash


def release(verdict: Verdict, user: Any) -> Any:
    """Release the text and publish it. The page or snippet as it is then.

    Raises CannotRelease.
    """
    obj = _judged(verdict)
    _mark(verdict, obj, user)
    return _publish(obj, user)


def clean_and_release(verdict: Verdict, user: Any) -> tuple[Any, int]:
    """Remove the injected lines and the debris in a new revision, release that and publish it; also how many lines went.

    Raises CannotRelease, also where there is nothing to remove: then nothing is published.
    """
    obj = _judged(verdict)
    removed = clean(obj)
    if not removed:
        raise CannotRelease(_("There is nothing that can be removed by itself: edit the text, or release it as it is."))
    revision = obj.save_revision(user=user, log_action="copydesk.clean", clean=False)
    done = mark_released(revision.as_object(), user=user, revision=revision, like=verdict)
    Verdict.objects.filter(pk=done.pk).update(cleaned=True)
    return _publish(obj, user), removed


def mark_released(obj: Any, *, user: Any, revision: Any = None, like: Verdict | None = None) -> Verdict:
    """Note that these words may go out, whatever the scorer says of them; `like` gives the verdict where there is none yet."""
    content = content_of(obj)
    if content is None:
        raise CannotRelease(_("This type of page is not judged."))
    own: Verdict = Verdict.objects.filter(
        content_type=key_type(obj), object_id=str(obj.pk), content_hash=content.hash
    ).first() or Verdict(content_type=key_type(obj), object_id=str(obj.pk), content_hash=content.hash)
    if own.state == State.PASSED:
        return own
    if own.pk is None:
        own.title = content.title[:255]
        if like is not None:
            own.action, own.score, own.summary, own.report = like.action, like.score, like.summary, like.report
    own.revision = revision or own.revision
    _mark(own, obj, user)
    return own


def clean(obj: Any) -> int:
    """Clean the fields of a draft in memory; how many lines went.

    Raises CannotRelease where the scorer gives no answer, or its answer cannot be put back.
    """
    content = content_of(obj)
    segments = segments_of(obj)
    if content is None or not segments:
        return 0
    document = joined(segments)
    article = {"id": f"{obj._meta.label_lower}:{obj.pk}", "title": content.title, "html": document.html}
    try:
        cleaned, removed = backend().clean({**article, "url": address_of(obj)})
    except ScorerDown as error:
        raise CannotRelease(_("The text could not be cleaned: %s.") % error) from error
    left = parted(document, cleaned)
    if left is None:
        raise CannotRelease(_("The text could not be cleaned: its parts could not be told apart."))
    for segment, after in zip(segments, left, strict=True):
        if after != segment.html:
            segment.put(after)
    return removed


def give_feedback(verdict: Verdict, judgement: str) -> bool:
    """Keep what a person thinks of the verdict, and tell the scorer. False where the scorer could not be told."""
    verdict.judgement = Judgement(judgement)
    verdict.save(update_fields=["judgement"])
    fields = {
        "id": f"{verdict.content_type.app_label}.{verdict.content_type.model}:{verdict.object_id}",
        "content_hash": verdict.report.get("content_hash") or f"sha256:{verdict.content_hash}",
        "action": verdict.action or "hold",
        "judgement": judgement,
        "signals": [name for name, found in verdict.report.get("signals", {}).items() if found.get("flagged")],
        "cms": "wagtail",
    }
    try:
        backend().feedback(fields)
    except ScorerDown:
        return False
    return True


def _judged(verdict: Verdict) -> Any:
    """The draft, if it still has the words of the verdict."""
    obj = draft_of(verdict)
    if obj is None:
        raise CannotRelease(_("The page was deleted."))
    if not is_current(verdict, obj):
        raise CannotRelease(_("The text was edited since. Publish it again: the new text is judged anew."))
    return obj


def _mark(verdict: Verdict, obj: Any, user: Any) -> None:
    verdict.state, verdict.kept_back = State.RELEASED, False
    verdict.released_by, verdict.released_at = user, timezone.now()
    verdict.save()
    gate.record(verdict, "copydesk.release", obj, user=user)


def _publish(obj: Any, user: Any) -> Any:
    revision = obj.get_latest_revision()
    if revision is None:
        revision = obj.save_revision(user=user, clean=False)
    outcome: Outcome | None = revision.publish(user=user)
    if outcome:
        raise CannotRelease(outcome.message)
    return type(obj)._base_manager.get(pk=obj.pk)
