"""The hooks' configuration: a JSON file, checked strictly, every error naming its field.

{"ghost": {"secret": "...", "api": "https://blog.example/", "admin_key": "<id>:<hex>"},
 "strapi": {"token": "...", "api": "https://strapi.example/", "api_token": "...",
            "types": {"api::article.article": {"title": "title", "body": "body", "format": "markdown"}}},
 "directus": {"token": "...", "api": "https://directus.example/", "api_token": "...",
              "collections": {"posts": {"title": "title", "body": "body", "format": "html", "held": "draft"}}},
 "generic": {"secret": "whsec_...", "callback": "https://cms.example/verdicts"},
 "queue": {"attempts": 16}}
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Literal

from copydesk import ConfigError

from ..addresses import check_address
from ..jobs import Limits
from ..signing import check_secret

_MAX_FILE = 65_536  # bytes
_PRINTABLE = re.compile(r"[!-~]+")
_ADMIN_KEY = re.compile(r"[0-9a-f]{24}:(?:[0-9a-f]{2}){16,64}")
_UID = re.compile(r"(?:api|plugin)::[a-z0-9_-]{1,60}\.[a-z0-9_-]{1,60}")
_COLLECTION = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
_STATUS = re.compile(r"[A-Za-z0-9_. -]{1,60}")
_SHORTEST = 16  # characters of a shared secret

Format = Literal["html", "markdown", "text", "blocks"]
_FORMATS = ("html", "markdown", "text", "blocks")


@dataclass(frozen=True, slots=True)
class Fields:
    """Where the text of one type of article is, and for Directus what its status may be; `note` "" writes no reasons."""

    title: str = "title"
    body: str = "body"
    format: str = "html"
    note: str = ""
    status: str = "status"
    published: str = "published"
    held: str = "draft"


@dataclass(frozen=True, slots=True)
class Api:
    """A CMS whose API is used: its address and key, when an article is held, and how long one request may take (seconds).

    `secret` signs in the vendor's manner (Ghost) or as Standard Webhooks (`whsec_...`); `token` is a bearer token in its place.
    `fail` is what happens to an article that cannot be read: it is held, or it stays published.
    """

    api: str
    key: str = field(repr=False)
    secret: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    hold_at: str = "review"
    fail: str = "hold"
    timeout: float = 10.0
    types: Mapping[str, Fields] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Callback:
    """A sender of our own scheme, and where its verdicts go."""

    secret: str = field(repr=False)
    callback: str
    callback_secret: str = field(repr=False)
    timeout: float = 10.0


@dataclass(frozen=True, slots=True)
class HookSettings:
    """What each hook needs; one that is None is not configured."""

    ghost: Api | None = None
    strapi: Api | None = None
    directus: Api | None = None
    generic: Callback | None = None
    queue: Limits = field(default_factory=Limits)


def load_hooks(path: Path) -> HookSettings:
    """The hooks of a JSON file.

    Raises ConfigError that names the file and the field.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_FILE + 1)
        if len(data) > _MAX_FILE:
            raise ConfigError(f"{path}: larger than {_MAX_FILE} bytes, expected a JSON object with hooks")
        found = json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or 'cannot be read'}") from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f'{path}: not JSON, expected an object such as {{"ghost": {{...}}}}') from error
    try:
        top = _Object("", found, ("ghost", "strapi", "directus", "generic", "queue"))
        return HookSettings(
            ghost=_ghost(top.part("ghost", _COMMON | {"secret", "admin_key"})),
            strapi=_typed(top.part("strapi", _COMMON | _TYPED | {"types"}), "types", _UID, _TEXT_FIELDS),
            directus=_typed(
                top.part("directus", _COMMON | _TYPED | {"collections"}), "collections", _COLLECTION, _STATUS_FIELDS
            ),
            generic=_generic(top.part("generic", {"secret", "callback", "callback_secret", "timeout", "insecure"})),
            queue=_limits(top.part("queue", {each.name for each in fields(Limits)})),
        )
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error


_COMMON = {"api", "hold_at", "fail", "timeout", "insecure"}
_TYPED = {"token", "secret", "api_token"}
_TEXT_FIELDS = {"title", "body", "format", "note"}
_STATUS_FIELDS = _TEXT_FIELDS | {"status", "published", "held"}


class _Object:
    """A JSON object whose fields are all known, read one by one; every message begins with the field's full name."""

    def __init__(self, name: str, value: object, known: set[str] | tuple[str, ...] | None) -> None:
        self.name = name
        if not isinstance(value, dict):
            raise ConfigError(f"{name or 'the file'}: expected a JSON object")
        self.values: dict[str, object] = value
        for each in value:
            if known is not None and each not in known:
                raise ConfigError(f"{self.of(each[:80])}: unknown field, expected {', '.join(sorted(known))}")

    def of(self, name: str) -> str:
        return f"{self.name}.{name}" if self.name else name

    def part(self, name: str, known: set[str] | None) -> _Object | None:
        return None if self.values.get(name) is None else _Object(self.of(name), self.values[name], known)

    def text(self, name: str, default: str | None = None, *, like: re.Pattern[str] = _PRINTABLE, least: int = 1) -> str:
        value = self.values.get(name, default)
        if value is None:
            raise ConfigError(f"{self.of(name)}: missing")
        if value == default:
            return default or ""
        if not isinstance(value, str) or len(value) > 2000 or len(value) < least or not like.fullmatch(value):
            raise ConfigError(
                f"{self.of(name)}: expected a string of {least} characters or more in the form of this field"
            )
        return value

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        value = self.values.get(name, choices[0])
        if value not in choices:
            raise ConfigError(f"{self.of(name)}: expected {' or '.join(choices)}")
        return str(value)

    def number(self, name: str, default: float, low: float, high: float) -> float:
        value = self.values.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise ConfigError(f"{self.of(name)}: expected a number from {low:g} to {high:g}")
        return float(value)

    def flag(self, name: str) -> bool:
        value = self.values.get(name, False)
        if not isinstance(value, bool):
            raise ConfigError(f"{self.of(name)}: expected true or false")
        return value

    def address(self, name: str) -> str:
        return check_address(self.values.get(name), self.of(name), insecure=self.flag("insecure"))


def _api(found: _Object, key: str, secret: str, token: str, types: Mapping[str, Fields]) -> Api:
    return Api(
        api=found.address("api"),
        key=key,
        secret=secret,
        token=token,
        hold_at=found.choice("hold_at", ("review", "hold")),
        fail=found.choice("fail", ("hold", "publish")),
        timeout=found.number("timeout", 10, 0.1, 60),
        types=types,
    )


def _ghost(found: _Object | None) -> Api | None:
    if found is None:
        return None
    return _api(found, found.text("admin_key", like=_ADMIN_KEY), found.text("secret", least=_SHORTEST), "", {})


def _typed(found: _Object | None, name: str, like: re.Pattern[str], known: set[str]) -> Api | None:
    """A CMS whose types of article are ours to name, and whose webhooks carry a header of our choice."""
    if found is None:
        return None
    secret, token = found.text("secret", ""), found.text("token", "", least=_SHORTEST)
    if secret:
        check_secret(secret, found.of("secret"))
    if not secret and not token:
        raise ConfigError(f"{found.of('token')}: missing, and so is secret: one of them is needed")
    listed = found.part(name, None)
    if listed is None or not listed.values:
        raise ConfigError(f"{found.of(name)}: missing, expected the types of article with their fields")
    types = {}
    for each in listed.values:
        if not like.fullmatch(each):
            raise ConfigError(f"{listed.of(each[:80])}: this cannot be the name of a type")
        part = listed.part(each, known)
        types[each] = _fields(part if part is not None else _Object(listed.of(each), {}, known))
    return _api(found, found.text("api_token", least=_SHORTEST), secret, token, types)


def _fields(found: _Object) -> Fields:
    return Fields(
        title=found.text("title", "title", like=_FIELD),
        body=found.text("body", "body", like=_FIELD),
        format=found.choice("format", _FORMATS),
        note=found.text("note", "", like=_FIELD),
        status=found.text("status", "status", like=_FIELD),
        published=found.text("published", "published", like=_STATUS),
        held=found.text("held", "draft", like=_STATUS),
    )


def _generic(found: _Object | None) -> Callback | None:
    if found is None:
        return None
    secret = found.text("secret")
    back = found.text("callback_secret", secret)
    check_secret(secret, found.of("secret"))
    check_secret(back, found.of("callback_secret"))
    return Callback(secret, found.address("callback"), back, found.number("timeout", 10, 0.1, 60))


def _limits(found: _Object | None) -> Limits:
    if found is None:
        return Limits()
    given: dict[str, float] = {}
    for name, value in found.values.items():
        number = found.number(name, 0, 0, 2.0**50)
        given[name] = int(number) if isinstance(value, int) or name in ("attempts", "most", "most_bytes") else number
    return Limits(**given)  # type: ignore[arg-type]


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")
