"""Verdicts as an editor sees them: the evidence with its lines marked, in the edit view's side panel and on a page of its own.

Every quote goes through `marks.safe`, which escapes it and makes invisible characters visible: nothing of an article is markup here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.side_panels import BaseSidePanel

from ..marks import look, safe
from . import gate, releasing
from .verdicts import State, Verdict

_MOST = 30  # pieces of evidence in the side panel; the verdict's own page has them all


@dataclass(frozen=True, slots=True)
class Line:
    """One piece of evidence, every part of it escaped."""

    signal: SafeString
    message: SafeString
    before: SafeString
    quote: SafeString
    after: SafeString
    href: SafeString
    percent: int | None
    related: bool
    counts: bool


def counting(verdict: Verdict) -> list[dict[str, Any]]:
    """The evidence that the verdict stands on: that of flagged signals, without links on the article's own topic."""
    signals = verdict.report.get("signals", {})
    flagged = {name for name, found in signals.items() if found["flagged"]}
    return [each for each in verdict.report.get("evidence", []) if each["signal"] in flagged and not each["related"]]


def lines(verdict: Verdict, *, counts: bool, most: int | None = None) -> Iterator[Line]:
    """The evidence of a verdict in the order of the text: what it stands on (`counts`), or what else was noticed."""
    weighty = counting(verdict)
    chosen = weighty if counts else [each for each in verdict.report.get("evidence", []) if each not in weighty]
    for found in chosen[:most]:
        score = found["score"]
        yield Line(
            signal=_safe(look(found["signal"]).name),
            message=_safe(found["message"]),
            before=_safe(found["before"]),
            quote=_safe(found["quote"]),
            after=_safe(found["after"]),
            href=_safe(found["href"]),
            percent=None if score is None else round(100 * score),
            related=found["related"],
            counts=counts,
        )


def _safe(text: str) -> SafeString:
    return mark_safe(safe(text))  # noqa: S308 - escaped by `safe`, character by character


class CopydeskSidePanel(BaseSidePanel):  # type: ignore[misc, unused-ignore]
    """The reasons beside the article in Wagtail's edit view."""

    class SidePanelToggle(BaseSidePanel.SidePanelToggle):  # type: ignore[misc, unused-ignore]
        """The button that opens it, with the number of lines."""

        aria_label = _("Toggle Copydesk")
        icon_name = "clipboard-list"
        counter_classname = "w-bg-critical-200"

        def get_context_data(self, parent_context: Any) -> dict[str, Any]:
            """Count what was found where the text is held."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            verdict = self.panel.verdict
            if verdict is not None and verdict.holds:
                context["count"] = len(counting(verdict)) or 1
            return context

    name = "copydesk"
    title = _("Copydesk")
    template_name = "copydesk/side_panel.html"
    order = 150

    @cached_property
    def verdict(self) -> Verdict | None:
        """The verdict on the text that is being edited, if it was judged."""
        return gate.known(self.object) if self.object.pk else None

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """What the template shows."""
        context: dict[str, Any] = super().get_context_data(parent_context)
        return {**context, **verdict_context(self.verdict, self.request.user, _MOST)}


def verdict_context(verdict: Verdict | None, user: Any, most: int | None = None) -> dict[str, Any]:
    """A verdict for the templates: its lines, and what the user may do about it."""
    if verdict is None:
        return {"verdict": None}
    obj = releasing.draft_of(verdict)
    current = obj is not None and releasing.is_current(verdict, obj)
    waits = verdict.state in (State.HELD, State.NOT_SCORED) and current
    return {
        "verdict": verdict,
        "lines": list(lines(verdict, counts=True, most=most)),
        "others": list(lines(verdict, counts=False)) if most is None else [],
        "more": max(0, len(counting(verdict)) - (most or 10**6)),
        "notes": [_safe(note) for note in verdict.report.get("notes", [])],
        "target": obj,
        "is_current": current,
        "can_release": waits and releasing.may_release(user, obj),
        "percent": None if verdict.score is None else round(100 * verdict.score),
        "verdict_url": reverse("copydesk:verdict", args=[verdict.pk]),
    }
