"""The workflow task that lets a passing text through and waits for a moderator with the others."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask

from . import gate, releasing
from .verdicts import RELEASE


class CopydeskTask(AbstractGroupApprovalTask):  # type: ignore[misc, unused-ignore]
    """A workflow task that approves itself where the text passes, and else waits for somebody who may release it."""

    def start(self, workflow_state: Any, user: Any = None) -> Any:
        """Judge the text; approve at once if it passes."""
        task_state = super().start(workflow_state, user=user)
        revision = task_state.revision
        outcome = gate.judge(revision.as_object(), revision=revision, user=user)
        if not outcome.held:
            task_state.approve(user=None, update=False, comment=outcome.message)
        gate.tell(outcome)
        return task_state

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, Any, bool]]:
        """Approving a held text releases it, so it is for those who may release."""
        actions: list[tuple[str, Any, bool]] = super().get_actions(obj, user)
        if user.has_perm(RELEASE):
            return actions
        return [action for action in actions if action[0] != "approve" or not self._waits(obj)]

    def on_action(self, task_state: Any, user: Any, action_name: str, **kwargs: Any) -> Any:
        """An approval is the release of the text that the moderator saw."""
        if action_name == "approve":
            releasing.mark_released(task_state.revision.as_object(), user=user, revision=task_state.revision)
        return super().on_action(task_state, user, action_name, **kwargs)

    def _waits(self, obj: Any) -> bool:
        revision = obj.get_latest_revision()
        verdict = gate.known(revision.as_object()) if revision else None
        return verdict is not None and verdict.holds

    @classmethod
    def get_description(cls) -> str:
        """What the admin says of it where tasks are chosen."""
        return str(_("Copydesk judges the text: it passes at once, or waits for someone who may release it"))

    class Meta:
        """The name in the admin."""

        verbose_name = _("Copydesk check")
        verbose_name_plural = _("Copydesk checks")
