"""Where Copydesk shows itself in Wagtail's admin: menu, permission, history, styles, and the way back after a hold."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogFormatter

from . import urls
from .outcome import current
from .verdicts import RELEASE

_FIRST = -1000  # before the hooks of others: they would act on a page that is not out


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern | URLResolver]:
    """The pages below `copydesk/`."""
    return [path("copydesk/", include(urls))]


class _ReleaserMenuItem(MenuItem):  # type: ignore[misc, unused-ignore]
    def is_shown(self, request: Any) -> bool:
        return bool(request.user.has_perm(RELEASE))


@hooks.register("register_reports_menu_item")
def reports_menu_item() -> MenuItem:
    """The moderation list, among the reports."""
    return _ReleaserMenuItem(
        gettext_lazy("Copydesk"), reverse("copydesk:verdicts"), icon_name="clipboard-list", order=50
    )


@hooks.register("register_permissions")
def permissions() -> QuerySet[Permission]:
    """The permission to release, in the form of a group."""
    return Permission.objects.filter(content_type__app_label="copydesk", codename="release_held")


@hooks.register("insert_global_admin_css")
def styles() -> SafeString:
    """The marks on evidence."""
    return format_html('<link rel="stylesheet" href="{}">', static("copydesk/admin.css"))


@hooks.register("after_publish_page", order=_FIRST)
def back_to_the_page(request: Any, page: Any) -> HttpResponse | None:
    """After a hold the editor is back at the page, and neither Wagtail nor another hook says that it was published."""
    watch = current()
    if watch is None or watch.held(page) is None:
        return None
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("after_publish", order=_FIRST)
def back_to_the_snippet(request: Any, instance: Any) -> HttpResponse | None:
    """The same for a snippet."""
    watch = current()
    if watch is None or not hasattr(instance, "get_base_content_type") or watch.held(instance) is None:
        return None
    address = AdminURLFinder(request.user).get_edit_url(instance)
    return redirect(address) if address else None


@hooks.register("after_bulk_action", order=_FIRST)
def count_what_went_out(request: Any, action_type: str, objects: Any, action: Any) -> HttpResponse | None:
    """Wagtail would count the held pages as published."""
    watch = current()
    if action_type != "publish" or watch is None or not any(outcome.held for outcome in watch.outcomes):
        return None
    if watch.published:
        text = ngettext("%d page has been published", "%d pages have been published", watch.published)
        messages.success(request, text % watch.published)
    return redirect(action.next_url)


@hooks.register("register_log_actions")
def log_actions(actions: Any) -> None:
    """What Copydesk and moderators did, in the history of a page."""
    for name, label, done in (
        ("copydesk.hold", _("Hold for review"), _("Held for review: %s")),
        ("copydesk.not_scored", _("Not scored"), _("Not scored: %s")),
        ("copydesk.release", _("Release"), _("Released: %s")),
    ):
        actions.register_action(name)(_formatter(label, done))
    actions.register_action("copydesk.clean", gettext_lazy("Clean"), gettext_lazy("Cleaned by Copydesk"))
    actions.register_action(
        "copydesk.unpublish",
        gettext_lazy("Unpublish"),
        gettext_lazy("Unpublished: the text was judged late, and is held"),
    )


def _formatter(name: str, done: str) -> type[Any]:
    class Formatter(LogFormatter):  # type: ignore[misc, unused-ignore]
        label = name

        def format_message(self, log_entry: Any) -> str:
            return done % (log_entry.data.get("summary") or _("no reason is known"))

    return Formatter
