"""Tells an editor, at the end of a request, what was held in it, whichever view it was.

The APIs of Wagtail are programs' ways: there a refused publication is a 403 with the reason, as a missing permission would be. A page
that was created or edited with "publish" is kept as a draft, and the answer carries the header `Copydesk: held`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.messages import MessageFailure
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from wagtail.admin import messages

from .outcome import Outcome, Watch, be_strict, strict, watching

_STRICT = ("pages_actions_publish",)  # names of API v3's views that publish and do nothing else


class HeldMessages:
    """Middleware: after the messages' own, best at the end of the list."""

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        """Keep the next one."""
        self._get_response = get_response

    def __call__(self, request: Any) -> Any:
        """Collect what is held while the request is answered."""
        with watching() as watch, strict(False):
            response = self._get_response(request)
            if watch.outcomes:
                if _is_html(response):
                    _tell(request, watch)
                elif any(outcome.held for outcome in watch.outcomes):
                    response["Copydesk"] = "held"
        return response

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> None:
        """A view that does nothing but publish, for programs, refuses what is held: from here to the end of the request."""
        match = request.resolver_match
        publishes = match is not None and (
            match.url_name in _STRICT
            or ("wagtailadmin_api" in match.namespaces and kwargs.get("action_name") == "publish")
        )
        if publishes:
            be_strict()


def _is_html(response: Any) -> bool:
    return response.status_code in (301, 302, 303) or response.get("Content-Type", "").startswith("text/html")


def _tell(request: Any, watch: Watch) -> None:
    if watch.told or not hasattr(request, "user") or not request.user.has_perm("wagtailadmin.access_admin"):
        return
    watch.told = True
    for outcome in watch.outcomes:
        add = messages.error if outcome.held and outcome.scored else messages.warning
        try:
            add(request, outcome.message, buttons=_buttons(outcome))
        except MessageFailure:  # a project without the messages framework
            return


def _buttons(outcome: Outcome) -> list[Any]:
    if outcome.verdict is None or not outcome.verdict.pk:
        return []
    try:
        address = reverse("copydesk:verdict", args=[outcome.verdict.pk])
    except NoReverseMatch:
        return []
    return [messages.button(address, _("See the reasons"))]
