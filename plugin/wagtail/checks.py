"""Django's system checks of what only a Wagtail project can have wrong: names of models and fields, and the middleware."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings as project
from django.core.checks import CheckMessage, Error
from django.core.exceptions import FieldDoesNotExist
from wagtail.models import DraftStateMixin, Page, RevisionMixin

from ..django.conf import settings

MIDDLEWARE = "copydesk.plugin.wagtail.middleware.HeldMessages"
_MESSAGES = "django.contrib.messages.middleware.MessageMiddleware"


def check_project(**_: object) -> list[CheckMessage]:
    """Errors that name the key of COPYDESK, or the setting, that is wrong."""
    found = settings()
    return [
        *_check_types("PAGE_TYPES", found.page_types or (), Page, "a type of page"),
        *_check_types("SNIPPET_TYPES", found.snippet_types, DraftStateMixin, "a snippet with DraftStateMixin"),
        *_check_fields(),
        *_check_middleware(),
    ]


def _check_types(key: str, labels: tuple[str, ...], base: type[Any], expected: str) -> list[CheckMessage]:
    messages = []
    for label in labels:
        model = _model(label)
        if model is None:
            messages.append(Error(f"COPYDESK[{key!r}]: there is no model {label!r}", id="copydesk.E011"))
        elif not issubclass(model, base) or not issubclass(model, RevisionMixin):
            messages.append(Error(f"COPYDESK[{key!r}]: {label} is not {expected}", id="copydesk.E012"))
    return messages


def _check_fields() -> list[CheckMessage]:
    messages = []
    for label, names in settings().fields.items():
        model = _model(label)
        if model is None:
            messages.append(Error(f"COPYDESK['FIELDS']: there is no model {label!r}", id="copydesk.E013"))
            continue
        for name in names:
            try:
                model._meta.get_field(name)
            except FieldDoesNotExist:
                messages.append(Error(f"COPYDESK['FIELDS']: {label} has no field {name!r}", id="copydesk.E014"))
    return messages


def _check_middleware() -> list[CheckMessage]:
    names = list(project.MIDDLEWARE)
    if MIDDLEWARE not in names:
        text = f"MIDDLEWARE: {MIDDLEWARE} is missing, so editors would not be told what is held"
        return [Error(text, hint="Put it at the end of the list.", id="copydesk.E015")]
    if _MESSAGES in names and names.index(_MESSAGES) > names.index(MIDDLEWARE):
        return [Error(f"MIDDLEWARE: {MIDDLEWARE} must come after {_MESSAGES}", id="copydesk.E016")]
    return []


def _model(label: str) -> type[Any] | None:
    try:
        found: type[Any] = apps.get_model(label)
    except (LookupError, ValueError):
        return None
    return found
