"""The gate at Wagtail's narrowest place: `PublishRevisionAction.execute`, which everything that publishes a revision ends in.

The admin's create, edit and bulk views, the end of a workflow, `publish_scheduled`, the admin API and API v3, `Page.publish()`,
`Revision.publish()` and snippets all call it; overriding `Page.publish()` or listening to hooks would miss some of them. It is wrapped
once, when Django has loaded all apps. Where a text is held, nothing of Wagtail's own code runs: no row, signal, log entry or workflow
says that something was published.
"""

from __future__ import annotations

import functools
from typing import Any

from wagtail.actions.publish_revision import PublishRevisionAction
from wagtail.models import Page

from ..django.conf import settings
from . import gate
from .content import content_of, is_gated
from .outcome import Outcome, PublishHeld, current, is_strict

CLEARED = "_copydesk_cleared"  # attribute of an object: the hash of the text that may be saved as live


def install() -> None:
    """Wrap Wagtail's action, once."""
    original = PublishRevisionAction.execute
    if getattr(original, "copydesk", False):
        return

    @functools.wraps(original)
    def execute(self: Any, skip_permission_checks: bool = False) -> Any:
        if not is_gated(type(self.object)):
            return original(self, skip_permission_checks=skip_permission_checks)
        self.check(skip_permission_checks=skip_permission_checks)  # who may not publish is told so first
        outcome = gate.judge(self.object, revision=self.revision, user=self.user)
        gate.tell(outcome)
        if outcome.held:
            return _hold(self, outcome)
        content = content_of(self.object)
        setattr(self.object, CLEARED, content.hash if content else "")
        if (watch := current()) is not None:
            watch.published += 1
        return original(self, skip_permission_checks=True)

    execute.copydesk = True  # type: ignore[attr-defined]
    PublishRevisionAction.execute = execute


def _hold(action: Any, outcome: Outcome) -> Outcome:
    """Leave the revision a draft. A revision that was due is no longer: `publish_scheduled` would try it every minute."""
    revision = action.revision
    if revision.approved_go_live_at is not None:
        revision.approved_go_live_at = None
        revision.save(update_fields=["approved_go_live_at"])
    if settings().live_pages == "unpublish" and gate.is_live(action.object):
        row = type(action.object)._base_manager.get(pk=action.object.pk)
        row.unpublish(user=action.user)
    if is_strict():
        raise PublishHeld(outcome)
    return outcome


def covers_side_panels() -> None:
    """Put the panel with the reasons beside those of the edit view: Wagtail has no hook for it."""
    from wagtail.admin.views.pages.edit import EditView

    from .panel import CopydeskSidePanel

    original = EditView.get_side_panels
    if getattr(original, "copydesk", False):
        return

    @functools.wraps(original)
    def get_side_panels(self: Any) -> Any:
        panels = original(self)
        if isinstance(self.page, Page) and is_gated(type(self.page)):
            panel = CopydeskSidePanel(self.page, self.request)
            if panel.verdict is not None:
                panels.append(panel)
        return panels

    get_side_panels.copydesk = True  # type: ignore[attr-defined]
    EditView.get_side_panels = get_side_panels
