"""The Wagtail app: `copydesk.plugin.wagtail` in INSTALLED_APPS."""

from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import post_delete, post_save, pre_save


class CopydeskWagtailConfig(AppConfig):
    """Sets the gate up once all apps are loaded."""

    name = "copydesk.plugin.wagtail"
    label = "copydesk"
    verbose_name = "Copydesk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the checks, wrap Wagtail's publish action, listen to what is saved past it."""
        from ..django.conf import check_settings
        from . import checks, signals, wrapping

        register(check_settings, "copydesk")
        register(checks.check_project, "copydesk")
        wrapping.install()
        wrapping.covers_side_panels()
        pre_save.connect(signals.before_save, dispatch_uid="copydesk.before_save")
        post_save.connect(signals.after_save, dispatch_uid="copydesk.after_save")
        post_delete.connect(signals.after_delete, dispatch_uid="copydesk.after_delete")
