"""The one dict of a Django project's settings, `COPYDESK = {...}`, checked key by key.

A wrong value never reaches an editor as an error: Django's system checks name the key (`manage.py check`, `migrate` and `runserver` run
them), and until it is put right the key counts as if it were not there.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings as project
from django.core.checks import CheckMessage, Error, Warning
from django.core.signals import setting_changed

from ..addresses import is_loopback
from ..signing import SecretError, check_secret

NAME = "COPYDESK"
_TIMEOUTS = (0.1, 60.0)  # seconds; an editor waits this long at most
logger = logging.getLogger("copydesk")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a project has set; every field is a key of COPYDESK in lower case.

    `timeout` is in seconds; `page_types` None means every page type with text; `fields` maps "app.Model" to field names, the headline
    first.
    """

    backend: str = "in-process"
    url: str = "http://127.0.0.1:8000"
    secret: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    timeout: float = 3.0
    model: str | None = None
    policy: str | None = None
    archive: str | None = None
    hold_at: str = "review"
    scorer_down: str = "hold"
    observe_only: bool = False
    page_types: tuple[str, ...] | None = None
    snippet_types: tuple[str, ...] = ()
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    live_pages: str = "keep"

    def holds(self, action: str) -> bool:
        """Is an article with this action kept from readers?"""
        return action == "hold" or (action == "review" and self.hold_at == "review")


class _Wrong(ValueError):
    """A value that a key cannot have; the message says what was expected."""


def settings() -> Settings:
    """The settings in force. Keys with a wrong value have their default, and are logged once."""
    return _current()


@lru_cache(maxsize=1)
def _current() -> Settings:
    found, problems = read(getattr(project, NAME, {}))
    for key, message in problems:
        logger.error("%s: %s; the default is used", f"{NAME}[{key!r}]" if key else NAME, message)
    return found


def _forget(*, setting: str, **_: object) -> None:
    if setting == NAME:
        _current.cache_clear()


setting_changed.connect(_forget, dispatch_uid="copydesk.conf")


def read(raw: object) -> tuple[Settings, list[tuple[str, str]]]:
    """The settings of a dict, and what is wrong with it: pairs of a key and a message."""
    if not isinstance(raw, Mapping):
        return Settings(), [("", f"expected a dict, got {type(raw).__name__}")]
    values: dict[str, Any] = {}
    problems: list[tuple[str, str]] = []
    for key, value in raw.items():
        rule = _RULES.get(key)
        if rule is None:
            problems.append((str(key)[:80], f"unknown key, expected one of {', '.join(_RULES)}"))
            continue
        try:
            values[key.lower()] = rule(value)
        except _Wrong as error:
            problems.append((key, str(error)))
    return Settings(**values), problems


def check_settings(**_: object) -> list[CheckMessage]:
    """Django's system check of the whole dict: an error for every wrong key, a warning for what is unsafe."""
    found, problems = read(getattr(project, NAME, {}))
    wrong = {key for key, _ in problems}
    messages: list[CheckMessage] = [
        Error(f"{NAME}[{key!r}]: {message}" if key else f"{NAME}: {message}", id="copydesk.E001")
        for key, message in problems
    ]
    if found.backend == "http" and not wrong & {"URL", "SECRET", "TOKEN", "BACKEND"}:
        messages += _check_address(found)
    return messages


def _check_address(found: Settings) -> list[CheckMessage]:
    host, scheme = urlsplit(found.url).hostname or "", urlsplit(found.url).scheme
    if is_loopback(host):
        return []
    if not found.secret and not found.token:
        text = f"{NAME}['SECRET']: {host} is another machine, so SECRET or TOKEN is needed"
        return [Error(text, hint="The same value as COPYDESK_SECRET of the service.", id="copydesk.E002")]
    if scheme == "http":
        text = f"{NAME}['URL']: articles go to {host} unencrypted"
        return [Warning(text, hint="Use https.", id="copydesk.W001")]
    return []


def _one_of(*allowed: str) -> Callable[[object], str]:
    def rule(value: object) -> str:
        if isinstance(value, str) and value in allowed:
            return value
        raise _Wrong(f"is {value!r:.80}, expected {' or '.join(map(repr, allowed))}")

    return rule


def _url(value: object) -> str:
    expected = "expected the address of `copydesk serve`, such as 'http://127.0.0.1:8000'"
    if not isinstance(value, str):
        raise _Wrong(f"is not a string, {expected}")
    try:
        parts = urlsplit(value)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        port_is_fine = False
    if not port_is_fine or parts.scheme not in ("http", "https") or not parts.hostname:
        raise _Wrong(f"is {value!r:.80}, {expected}")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise _Wrong(f"has a user, a query or a fragment, {expected}")
    return value.rstrip("/")


def _secret(value: object) -> str | None:
    if value in (None, ""):
        return None
    if not isinstance(value, str):
        raise _Wrong("is not a string, expected 'whsec_' and the base64 of 24 to 64 random bytes")
    try:
        check_secret(value, "it")
    except SecretError as error:
        raise _Wrong(str(error)) from error
    return value


def _token(value: object) -> str | None:
    if value in (None, ""):
        return None
    if not isinstance(value, str) or not value.isascii() or not value.isprintable() or " " in value:
        raise _Wrong("is not a bearer token, expected a string without blanks")
    return value


def _timeout(value: object) -> float:
    low, high = _TIMEOUTS
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise _Wrong(f"is {value!r:.80}, expected seconds from {low} to {high}")
    return float(value)


def _path(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, (str, Path)) or not Path(value).exists():
        raise _Wrong(f"is {str(value)!r:.120}, expected the path of something that exists")
    return str(value)


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise _Wrong(f"is {value!r:.80}, expected True or False")
    return value


def _labels(value: object) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise _Wrong("is not a list, expected model names such as ['news.ArticlePage']")
    for label in value:
        if not isinstance(label, str) or label.count(".") != 1:
            raise _Wrong(f"has {label!r:.80}, expected model names such as 'news.ArticlePage'")
    return tuple(value)


def _page_types(value: object) -> tuple[str, ...] | None:
    return None if value is None else _labels(value)


def _fields(value: object) -> dict[str, tuple[str, ...]]:
    expected = "expected {'news.ArticlePage': ['title', 'body']}, the headline first"
    if not isinstance(value, Mapping):
        raise _Wrong(f"is not a dict, {expected}")
    for label, names in value.items():
        if not isinstance(label, str) or label.count(".") != 1:
            raise _Wrong(f"has {label!r:.80}, {expected}")
        listed = isinstance(names, Sequence) and not isinstance(names, str)
        if not listed or len(names) < 2 or not all(isinstance(name, str) for name in names):
            raise _Wrong(f"for {label} has {names!r:.80}, {expected}")
    return {label: tuple(names) for label, names in value.items()}


_RULES: Mapping[str, Callable[[object], Any]] = {
    "BACKEND": _one_of("in-process", "http"),
    "URL": _url,
    "SECRET": _secret,
    "TOKEN": _token,
    "TIMEOUT": _timeout,
    "MODEL": _path,
    "POLICY": _path,
    "ARCHIVE": _path,
    "HOLD_AT": _one_of("review", "hold"),
    "SCORER_DOWN": _one_of("hold", "publish"),
    "OBSERVE_ONLY": _boolean,
    "PAGE_TYPES": _page_types,
    "SNIPPET_TYPES": _labels,
    "FIELDS": _fields,
    "LIVE_PAGES": _one_of("keep", "unpublish", "pass"),
}
