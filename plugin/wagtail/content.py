"""The text of a page or a snippet: what is scored, what is hashed, and what is cleaned.

The hash is taken over the headline and the content as stored (StreamField without the ids that Wagtail gives its blocks), so that a
moderator's release holds for these very words. What is scored is made of the same fields as HTML, with the addresses of internal
links filled in. Nothing is fetched: embeds stay the tags that they are, because Wagtail would ask the provider for them.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.signals import setting_changed
from django.db import models
from django.utils.html import strip_tags
from wagtail.fields import RichTextField, StreamField
from wagtail.models import DraftStateMixin, Page, RevisionMixin

from ..django.conf import settings
from .segments import Segment, joined, of_field

logger = logging.getLogger("copydesk")
_LETTER = re.compile(r"\w")
_HEADLINES = ("title", "headline", "name")


@dataclass(frozen=True, slots=True)
class Content:
    """A headline and its text: `html` is what is scored, `hash` is the key of verdicts (64 hexadecimal digits)."""

    title: str
    html: str
    hash: str

    @property
    def is_empty(self) -> bool:
        """Is there no letter in it? Then there is nothing to judge."""
        return not _LETTER.search(strip_tags(self.html))


@dataclass(frozen=True, slots=True)
class Shape:
    """What is known of a model: is its text judged, and which fields hold the headline and the text?"""

    gated: bool
    headline: str | None
    body: tuple[str, ...]


_shapes: dict[Any, Shape] = {}  # a project has some dozens of models


def shape_of(model: Any) -> Shape:
    """Worked out once for each model, from the settings and its fields."""
    if model not in _shapes:
        named = _named(model)
        headline, body = (named[0], named[1:]) if named else (_headline(model), _prose(model))
        gated = _is_chosen(model) and (bool(body) or hasattr(model, "copydesk_html"))
        _shapes[model] = Shape(gated, headline, body)
    return _shapes[model]


def is_gated(model: Any) -> bool:
    """Is this a type of page, or a named type of snippet, whose text is judged before it is published?"""
    return issubclass(model, RevisionMixin) and issubclass(model, DraftStateMixin) and shape_of(model).gated


def _is_chosen(model: Any) -> bool:
    found = settings()
    if issubclass(model, Page):
        return found.page_types is None or _is_one_of(model, found.page_types)
    return _is_one_of(model, found.snippet_types)


def _is_one_of(model: Any, labels: Sequence[str]) -> bool:
    """Is the model one of these, or derived from one?"""
    return any(issubclass(model, named) for named in map(_model, labels) if named is not None)


def _model(label: str) -> type[Any] | None:
    try:
        found: type[Any] = apps.get_model(label)
    except (LookupError, ValueError):  # the system check names it
        return None
    return found


def _headline(model: Any) -> str | None:
    names = {field.name for field in model._meta.concrete_fields}
    return next((name for name in _HEADLINES if name in names), None)


def _prose(model: Any) -> tuple[str, ...]:
    """All fields that hold prose, in the order of the model, without those of every page (the search description)."""
    wagtails = {field.name for field in Page._meta.get_fields()}
    return tuple(
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, (RichTextField, StreamField, models.TextField)) and field.name not in wagtails
    )


def _named(model: Any) -> tuple[str, ...] | None:
    for label, names in settings().fields.items():
        if _model(label) is model:
            return names
    return None


def _forget(*, setting: str, **_: object) -> None:
    if setting == "COPYDESK":
        _shapes.clear()


setting_changed.connect(_forget, dispatch_uid="copydesk.content")


def specific(obj: Any) -> Any:
    """The page with all its fields, where it was loaded as a bare Page."""
    return obj.specific if type(obj) is Page and obj.pk else obj


def content_of(obj: Any) -> Content | None:
    """The text of a page or snippet, or None if its type is not judged."""
    if not is_gated(type(obj)):
        return None
    name, body = shape_of(type(obj)).headline, shape_of(type(obj)).body
    title = str(getattr(obj, name) or "") if name else str(obj)
    own = _own_html(obj)
    if own is not None:
        html = stored = own
    else:
        html = joined(segments_of(obj)).html
        stored = "\n".join(_stored(obj, field) for field in body)
    digest = hashlib.sha256(f"{title}\0{stored}".encode("utf-8", "surrogatepass")).hexdigest()
    return Content(title, html, digest)


def _own_html(obj: Any) -> str | None:
    """What the page itself says its text is; its fields are read where it does not, or fails."""
    if not hasattr(obj, "copydesk_html"):
        return None
    try:
        return str(obj.copydesk_html())
    except Exception:  # a fault of the site's own code must not become an editor's error page
        logger.exception("copydesk_html of %s %s failed", obj._meta.label, obj.pk)
        return None


def segments_of(obj: Any) -> list[Segment]:
    """The pieces of text that can be cleaned by themselves, in order."""
    return [segment for field in shape_of(type(obj)).body for segment in of_field(obj, field)]


def _stored(obj: Any, name: str) -> str:
    field = obj._meta.get_field(name)
    value = getattr(obj, name)
    if isinstance(field, StreamField):
        blocks = field.stream_block.get_prep_value(value) if value is not None else []
        return json.dumps(_without_ids(blocks), sort_keys=True, default=str)
    return str(value or "")


def _without_ids(value: Any) -> Any:
    if isinstance(value, Mapping):
        ids = {"id"} if "type" in value and "value" in value else set()
        return {name: _without_ids(each) for name, each in value.items() if name not in ids}
    if isinstance(value, (list, tuple)):
        return [_without_ids(each) for each in value]
    return value


def address_of(obj: Any) -> str:
    """The page's own public address, which tells its site's links from others; empty where it has none yet."""
    if not isinstance(obj, Page) or not obj.pk:
        return ""
    try:
        return str(obj.full_url or "")
    except Exception:  # a site that routes pages by its own rules must not stop a verdict
        return ""
