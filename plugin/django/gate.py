"""A gate for plain Django models: a row whose text is held is not saved as published.

Derive a model from `GatedModel` and say what is what:

    class Article(GatedModel):
        copydesk_fields = ("title", "body")   # the headline first
        copydesk_status = "status"            # the field that says whether readers see it
        copydesk_live = ("published",)        # its values that do
        copydesk_held = "pending"             # what it becomes when the text is held

Judged is what `save()` writes, so `create()`, forms, the Django admin and REST frameworks are covered. `QuerySet.update()` and
`bulk_create()` send no signal; `Article.objects.publish()` goes through the gate, and `manage.py copydesk_audit` lists the rows that
went round it. Nothing here is about Wagtail.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Collection, Iterator
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models.signals import pre_save
from django.utils import timezone
from django.utils.html import linebreaks
from django.utils.translation import gettext_lazy as _

from .backends import backend
from .client import ScorerDown
from .conf import settings
from .summary import summary

logger = logging.getLogger("copydesk")
COLUMNS = (
    "copydesk_state",
    "copydesk_hash",
    "copydesk_summary",
    "copydesk_report",
    "copydesk_wanted",
    "copydesk_judged_at",
)


class GatedQuerySet(models.QuerySet):  # type: ignore[type-arg, unused-ignore]
    """Adds what stands in for `update()` and `bulk_create()`, and the searches of moderation."""

    def publish(self, status: str | None = None) -> tuple[int, int]:
        """Publish each row through the gate: how many are published, and how many are held."""
        rows = list(self)
        for row in rows:
            setattr(row, row.copydesk_status, status or row.copydesk_live[0])
            row.save()
        held = sum(row.copydesk_is_held for row in rows)
        return len(rows) - held, held

    def held(self) -> GatedQuerySet:
        """What waits for a moderator."""
        return self.filter(copydesk_state__in=("held", "not-scored")).exclude(copydesk_wanted="")

    def unjudged(self) -> Iterator[Any]:
        """Rows that readers see with a text that nobody judged: they went round the gate, or are older than it."""
        name = self.model.copydesk_status
        for row in self.filter(**{f"{name}__in": self.model.copydesk_live}).iterator():
            fresh = row.copydesk_hash == row.copydesk_text_hash()
            if not fresh or row.copydesk_state not in ("passed", "released", "observed"):
                yield row


class GatedModel(models.Model):
    """A model whose rows are judged before they are saved as published.

    `copydesk_state` is "", "passed", "held", "released", "observed" or "not-scored"; `copydesk_wanted` is the status that was asked for
    and withheld. The report quotes the text, so it is as private as the draft.
    """

    copydesk_fields: tuple[str, ...] = ("title", "body")
    copydesk_status = "status"
    copydesk_live: tuple[Any, ...] = ("published",)
    copydesk_held: Any = "pending"
    copydesk_html_fields: tuple[str, ...] = ()

    copydesk_state = models.CharField(_("Copydesk"), max_length=16, default="", blank=True, editable=False)
    copydesk_hash = models.CharField(max_length=64, default="", blank=True, editable=False)
    copydesk_summary = models.CharField(_("reasons"), max_length=500, default="", blank=True, editable=False)
    copydesk_report = models.JSONField(default=dict, blank=True, editable=False)
    copydesk_wanted = models.CharField(max_length=100, default="", blank=True, editable=False)
    copydesk_judged_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = GatedQuerySet.as_manager()

    class Meta:
        """It has no table of its own."""

        abstract = True

    @property
    def copydesk_is_held(self) -> bool:
        """Was publishing asked for, and withheld?"""
        return bool(self.copydesk_wanted)

    def copydesk_html(self) -> str:
        """The text as HTML. Fields of `copydesk_html_fields` are HTML already; the others are plain text."""
        parts = []
        for name in self.copydesk_fields[1:]:
            value = str(getattr(self, name) or "")
            parts.append(value if name in self.copydesk_html_fields else linebreaks(value, autoescape=True))
        return "\n".join(parts)

    def copydesk_title(self) -> str:
        """The headline."""
        return str(getattr(self, self.copydesk_fields[0]) or "")

    def copydesk_text_hash(self) -> str:
        """The key of verdicts and releases: SHA-256 of the headline and the text as stored."""
        stored = "\n".join(str(getattr(self, name) or "") for name in self.copydesk_fields[1:])
        return hashlib.sha256(f"{self.copydesk_title()}\0{stored}".encode("utf-8", "surrogatepass")).hexdigest()

    def copydesk_release(self) -> None:
        """A moderator lets this very text out: it is published as was asked for. The caller checks who may."""
        wanted = self.copydesk_wanted or self.copydesk_live[0]
        self.copydesk_state, self.copydesk_hash, self.copydesk_wanted = "released", self.copydesk_text_hash(), ""
        setattr(self, self.copydesk_status, self._meta.get_field(self.copydesk_status).to_python(wanted))
        self.save()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; where only some fields are asked for, what the gate changes is saved as well."""
        names = kwargs.get("update_fields")
        if names is not None and _matters(self, names):
            kwargs["update_fields"] = {*names, self.copydesk_status, *COLUMNS}
        super().save(*args, **kwargs)


def before_save(
    sender: type[Any], instance: Any, raw: bool = False, update_fields: Collection[str] | None = None, **_: Any
) -> None:
    """The signal behind it: a row that would be live with a held text gets the held status instead. Fixtures pass."""
    if raw or not issubclass(sender, GatedModel):
        return
    if update_fields is not None and not _matters(instance, update_fields):
        return
    status = getattr(instance, instance.copydesk_status)
    if status not in instance.copydesk_live:
        if status != instance.copydesk_held:
            instance.copydesk_wanted = ""  # an editor took it back
        return
    digest = instance.copydesk_text_hash()
    if instance.copydesk_hash == digest and instance.copydesk_state in ("passed", "released"):
        return
    if instance.copydesk_hash == digest and instance.copydesk_state == "held" and not settings().observe_only:
        _withhold(instance, status)
        return
    _judge(instance, digest, status)


def _matters(instance: Any, names: Collection[str]) -> bool:
    return bool({instance.copydesk_status, *instance.copydesk_fields} & set(names))


def _judge(instance: Any, digest: str, status: Any) -> None:
    found = settings()
    instance.copydesk_hash, instance.copydesk_judged_at = digest, timezone.now()
    instance.copydesk_report, instance.copydesk_summary, instance.copydesk_wanted = {}, "", ""
    article = {
        "id": f"{instance._meta.label_lower}:{instance.pk or 'new'}",
        "title": instance.copydesk_title(),
        "html": instance.copydesk_html(),
        "url": "",
    }
    try:
        report = backend().score(article)
    except ScorerDown as error:
        logger.warning("%s was not scored: %s", article["id"], error)
        instance.copydesk_state, instance.copydesk_summary = "not-scored", str(error)[:500]
        if found.scorer_down == "hold" and not found.observe_only:
            _withhold(instance, status)
        return
    instance.copydesk_report, instance.copydesk_summary = report, summary(report)[:500]
    if not found.holds(report["action"]):
        instance.copydesk_state = "passed"
    elif found.observe_only:
        instance.copydesk_state = "observed"
    else:
        instance.copydesk_state = "held"
        _withhold(instance, status)


def _withhold(instance: Any, status: Any) -> None:
    """What was live stays as it was asked for nowhere: the whole row waits, because a plain model has one version only."""
    instance.copydesk_wanted = str(status)[:100]
    setattr(instance, instance.copydesk_status, instance.copydesk_held)


def rescore(model: type[GatedModel]) -> tuple[int, int]:
    """Save again what could not be scored: how many rows are published now, and how many wait."""
    published = waiting = 0
    for row in list(model._default_manager.filter(copydesk_state="not-scored")):
        try:
            row.refresh_from_db()
        except ObjectDoesNotExist:
            continue
        field = row._meta.get_field(row.copydesk_status)
        if row.copydesk_wanted:
            setattr(row, row.copydesk_status, field.to_python(row.copydesk_wanted))
        row.save()
        published, waiting = published + (not row.copydesk_is_held), waiting + row.copydesk_is_held
    return published, waiting


pre_save.connect(before_save, dispatch_uid="copydesk.django.before_save")
