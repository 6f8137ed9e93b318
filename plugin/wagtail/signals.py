"""What is written past the publish action: rows that are saved as live.

Wagtail's create view inserts the row live before it asks anybody, copies keep the state of their page, and a program may simply say
`page.live = True; page.save()`. All of that is seen before the row is written. `QuerySet.update()`, `bulk_create()` and fixtures send
no signal that could be used; `manage.py copydesk_audit_pages` finds what they left.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from wagtail.models import Page

from ..django.conf import settings
from . import gate
from .content import content_of, is_gated, shape_of, specific
from .verdicts import verdicts_of
from .wrapping import CLEARED

_DRAFT = "_copydesk_draft"  # attribute of a live object: the held values that become a draft revision
_OF_LIVE = ("live_revision", "first_published_at", "last_published_at")


def before_save(
    sender: type[Any], instance: Any, raw: bool = False, update_fields: Collection[str] | None = None, **_: Any
) -> None:
    """Let no row be written as live whose text is held."""
    if raw or not (is_gated(sender) or sender is Page):
        return
    if update_fields is not None and not _touches(sender, update_fields):
        if not instance.live and instance.__dict__.get("_copydesk_held_copy") and "live_revision" in update_fields:
            for name in _OF_LIVE:  # CopyPageAction notes when the copy went live, which it did not
                setattr(instance, name, None)
        return
    if not instance.live:
        return
    obj = specific(instance)
    content = content_of(obj)
    if content is None or obj.__dict__.get(CLEARED) == content.hash:
        return
    if instance._state.adding or not instance.pk:
        _before_insert(instance, content.hash)
    else:
        _before_update(instance, obj, content.hash)


def _touches(sender: type[Any], names: Collection[str]) -> bool:
    shape = shape_of(sender)
    return bool({"live", shape.headline, *shape.body} & set(names))


def _before_insert(instance: Any, content_hash: str) -> None:
    if getattr(instance, "alias_of_id", None) and _follows(instance, content_hash):
        return
    if gate.judge_unsaved(instance).held:
        instance.live = False
        instance.has_unpublished_changes = True
        instance._copydesk_held_copy = True


def _before_update(instance: Any, obj: Any, content_hash: str) -> None:
    stored = type(obj)._base_manager.filter(pk=instance.pk).first()
    before = content_of(stored) if stored is not None else None
    if before is not None and stored.live and before.hash == content_hash:
        return  # live already, and not with these words for the first time
    if getattr(instance, "alias_of_id", None) and _follows(instance, content_hash):
        return
    outcome = gate.judge(obj)
    gate.tell(outcome)
    if not outcome.held:
        return
    instance.has_unpublished_changes = True
    if stored is not None and stored.live and settings().live_pages == "keep" and obj is instance:
        shape = shape_of(type(obj))
        names = [name for name in (shape.headline, *shape.body) if name]
        setattr(instance, _DRAFT, {name: getattr(instance, name) for name in names})
        for name in names:
            setattr(instance, name, getattr(stored, name))
    else:
        instance.live = False
        instance.live_revision = None


def _follows(instance: Any, content_hash: str) -> bool:
    """Has an alias the text of its page, and that is live? Then it was let through there."""
    source = Page.objects.filter(pk=instance.alias_of_id, live=True).first()
    copied = content_of(source.specific) if source else None
    return copied is not None and copied.hash == content_hash


def after_save(sender: type[Any], instance: Any, raw: bool = False, **_: Any) -> None:
    """Store the verdict on a new row; keep the held words of a live one as a draft."""
    if raw or not is_gated(sender):
        return
    gate.record_saved(instance)
    draft = instance.__dict__.pop(_DRAFT, None)
    if draft is not None:
        obj = type(instance)._base_manager.get(pk=instance.pk)
        for name, value in draft.items():
            setattr(obj, name, value)
        revision = obj.save_revision(clean=False)
        verdicts_of(obj).filter(content_hash=content_of(obj).hash).update(revision=revision)  # type: ignore[union-attr]


def after_delete(sender: type[Any], instance: Any, **_: Any) -> None:
    """Verdicts quote the article: they go with it."""
    if is_gated(sender):
        verdicts_of(instance).delete()
