"""What is stored: a verdict for every text that was judged.

A verdict belongs to a page (or snippet) and the hash of its text: edited text has none yet and is judged anew. A moderator's release is
a state of the verdict, so it holds for these very words and no others.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings as project
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..django.conf import settings

RELEASE = "copydesk.release_held"


class State(models.TextChoices):
    """Where a text stands."""

    HELD = "held", _("Held for review")
    NOT_SCORED = "not-scored", _("Not scored")
    RELEASED = "released", _("Released")
    PASSED = "passed", _("Passed")


class Judgement(models.TextChoices):
    """What a person thinks of a verdict."""

    RIGHT = "right", _("Right")
    WRONG = "wrong", _("Wrong")


class Verdict(models.Model):
    """What Copydesk said of one text of one page or snippet, and what became of it.

    `kept_back` is True where publishing was asked for and did not happen. `observed` is True where nothing was done on purpose
    (OBSERVE_ONLY, or an edit of a live page under LIVE_PAGES "pass"). `report` has no text of the article but the quotes.
    """

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.CharField(max_length=255)
    target = GenericForeignKey("content_type", "object_id", for_concrete_model=False)
    title = models.CharField(_("title"), max_length=255)
    content_hash = models.CharField(max_length=64, db_index=True)
    state = models.CharField(_("state"), max_length=16, choices=State.choices, db_index=True)
    action = models.CharField(max_length=16, blank=True)
    score = models.FloatField(_("score"), null=True, blank=True)
    summary = models.CharField(_("reasons"), max_length=500, blank=True)
    report = models.JSONField(default=dict, blank=True)
    error = models.CharField(max_length=300, blank=True)
    kept_back = models.BooleanField(default=False)
    observed = models.BooleanField(_("observed only"), default=False)
    cleaned = models.BooleanField(default=False)
    revision = models.ForeignKey(
        "wagtailcore.Revision", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    judged_at = models.DateTimeField(_("judged at"), default=timezone.now, db_index=True)
    released_by = models.ForeignKey(
        project.AUTH_USER_MODEL,
        verbose_name=_("released by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)
    judgement = models.CharField(_("feedback"), max_length=8, choices=Judgement.choices, blank=True)

    wagtail_reference_index_ignore = True  # Wagtail would say that the page is in use

    class Meta:
        """One verdict for a text; who may release is a permission of its own."""

        verbose_name = _("Copydesk verdict")
        verbose_name_plural = _("Copydesk verdicts")
        default_permissions = ()
        permissions = (("release_held", _("Can release articles that Copydesk holds")),)
        constraints = (
            models.UniqueConstraint(fields=("content_type", "object_id", "content_hash"), name="copydesk_one_verdict"),
        )
        ordering = ("-judged_at", "-pk")

    def __str__(self) -> str:
        """The page and its state."""
        return f"{self.title}: {self.get_state_display()}"

    @property
    def holds(self) -> bool:
        """Does this verdict keep its text from readers, under the settings as they are now?"""
        if self.state == State.RELEASED or self.observed:
            return False
        return settings().holds(self.action) if self.action else self.kept_back

    def is_about(self, obj: Any) -> bool:
        """Does it belong to this page or snippet, whatever its text is now?"""
        return self.object_id == str(obj.pk) and self.content_type_id == key_type(obj).pk


def key_type(obj: Any) -> ContentType:
    """The content type under which an object's verdicts are kept: that of Page for every type of page."""
    found: ContentType = obj.get_base_content_type()
    return found


def verdicts_of(obj: Any) -> models.QuerySet[Verdict]:
    """The verdicts on one page or snippet, the newest first."""
    return Verdict.objects.filter(content_type=key_type(obj), object_id=str(obj.pk))
