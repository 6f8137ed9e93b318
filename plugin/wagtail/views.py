"""The admin's pages of Copydesk: the moderation list, one verdict with its evidence, and what can be done about it."""

from __future__ import annotations

from typing import Any

import django_filters
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin import messages
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, TitleColumn
from wagtail.admin.views.reports import ReportView

from . import releasing
from .panel import verdict_context
from .verdicts import RELEASE, Judgement, State, Verdict

_SEEN = "wagtailadmin.access_admin"


class VerdictFilterSet(WagtailFilterSet):  # type: ignore[misc, unused-ignore]
    """The list by state and by date."""

    state = django_filters.MultipleChoiceFilter(label=gettext_lazy("State"), choices=State.choices)
    judged_at = django_filters.DateFromToRangeFilter(label=gettext_lazy("Judged at"), widget=DateRangePickerWidget)

    class Meta:
        """Nothing but these two."""

        model = Verdict
        fields = ("state", "judged_at")


class _StateColumn(StatusTagColumn):  # type: ignore[misc, unused-ignore]
    def get_value(self, instance: Any) -> Any:
        return instance.get_state_display()


class VerdictsView(ReportView):  # type: ignore[misc, unused-ignore]
    """Everything that was judged; what is held comes first until a filter asks for something else."""

    model = Verdict
    page_title = gettext_lazy("Copydesk")
    header_icon = "clipboard-list"
    index_url_name = "copydesk:verdicts"
    index_results_url_name = "copydesk:verdicts_results"
    filterset_class = VerdictFilterSet
    paginate_by = 50
    columns = (
        TitleColumn(
            "title",
            label=gettext_lazy("Title"),
            get_url=lambda verdict: reverse("copydesk:verdict", args=[verdict.pk]),
        ),
        _StateColumn("state", label=gettext_lazy("State"), primary=lambda verdict: verdict.holds),
        Column("summary", label=gettext_lazy("Reasons"), accessor=lambda each: each.summary or each.error or "–"),
        Column(
            "score",
            label=gettext_lazy("Score"),
            accessor=lambda each: "–" if each.score is None else f"{each.score:.2f}",
        ),
        Column("released_by", label=gettext_lazy("Released by"), accessor=lambda each: each.released_by or "–"),
        DateColumn("judged_at", label=gettext_lazy("Judged")),
    )
    list_export = (
        "title",
        "state",
        "action",
        "score",
        "summary",
        "judged_at",
        "released_by",
        "released_at",
        "judgement",
    )
    export_headings = {"state": gettext_lazy("State"), "summary": gettext_lazy("Reasons")}  # noqa: RUF012 - as Wagtail has it

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The list is for those who may release: titles of other people's drafts stand in it."""
        if not request.user.has_perm(RELEASE):
            raise PermissionDenied
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response

    def get_filename(self) -> str:
        """The name of an exported spreadsheet, without its suffix."""
        return "copydesk-verdicts"

    def get_queryset(self) -> QuerySet[Verdict]:
        """What waits, unless the filter says otherwise."""
        found = Verdict.objects.select_related("released_by", "content_type")
        if "state" not in self.request.GET and not self.is_export:
            found = found.filter(state__in=(State.HELD, State.NOT_SCORED))
        return found


@require_safe
@permission_required(_SEEN)
def verdict(request: HttpRequest, pk: int) -> HttpResponse:
    """One verdict: for those who may edit the page."""
    found = _found(request, pk)
    context = verdict_context(found, request.user)
    context["edit_url"] = AdminURLFinder(request.user).get_edit_url(found.target) if found.target else None
    context["can_list"] = request.user.has_perm(RELEASE)
    return TemplateResponse(request, "copydesk/verdict.html", context)


@require_POST
@permission_required(_SEEN)
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Release a held text and publish it."""
    return _do(request, pk, clean=False)


@require_POST
@permission_required(_SEEN)
def clean(request: HttpRequest, pk: int) -> HttpResponse:
    """Clean a held text, and publish what is left."""
    return _do(request, pk, clean=True)


@require_POST
@permission_required(_SEEN)
def feedback(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that a verdict is right or wrong."""
    found = _found(request, pk)
    judgement = request.POST.get("judgement", "")
    if judgement not in Judgement.values:
        raise PermissionDenied
    if releasing.give_feedback(found, judgement):
        messages.success(request, _("Thank you. The judgement is noted."))
    else:
        messages.warning(request, _("The judgement is noted here, but the scorer could not be told."))
    return redirect("copydesk:verdict", pk)


def _do(request: HttpRequest, pk: int, *, clean: bool) -> HttpResponse:
    found = _found(request, pk)
    if not releasing.may_release(request.user, found.target):
        raise PermissionDenied
    try:
        if clean:
            obj, removed = releasing.clean_and_release(found, request.user)
            done = _("“%(title)s” was cleaned (%(count)d lines) and released.") % {"title": obj, "count": removed}
        else:
            obj = releasing.release(found, request.user)
            done = _("“%(title)s” was released.") % {"title": obj}
    except releasing.CannotRelease as error:
        messages.error(request, str(error))
        return redirect("copydesk:verdict", pk)
    url = getattr(obj, "url", None) if obj.live else None
    buttons = [messages.button(url, _("View live"))] if url else []
    messages.success(request, done, buttons=buttons)
    return redirect("copydesk:verdicts")


def _found(request: HttpRequest, pk: int) -> Verdict:
    """The verdict, for those who may edit what it is about; to others there is none."""
    found: Verdict = get_object_or_404(Verdict, pk=pk)
    obj = found.target
    if obj is None or not releasing.may_see(request.user, obj):
        raise PermissionDenied
    return found
