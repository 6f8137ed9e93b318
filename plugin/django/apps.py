"""The Django app for projects with plain models: it has no tables, only the settings' checks and `copydesk_audit`."""

from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import register

from .conf import check_settings


class CopydeskDjangoConfig(AppConfig):
    """`copydesk.plugin.django` in INSTALLED_APPS."""

    name = "copydesk.plugin.django"
    label = "copydesk_django"
    verbose_name = "Copydesk for Django models"

    def ready(self) -> None:
        """Have Django check the settings."""
        register(check_settings, "copydesk")
