"""Settings: the only module that reads the environment, and the one place where they are checked.

    COPYDESK_TOKEN     the bearer token that the service asks for, and the password of its page
    COPYDESK_SECRET    the secret of signed requests and answers: "whsec_" and the base64 of 24 to 64 random bytes; a token or a
                       secret is required where the service listens beyond this machine
    COPYDESK_STATE     the folder with what the service remembers; made, for its user alone, if it is not there
    COPYDESK_HOOKS     a file (JSON) with the webhooks that are listened to: docs/cms/webhooks.md
    COPYDESK_ARCHIVE   the archive that the service and its hooks look sources up in, and that POST /archive adds to
    COPYDESK_ARCHIVE_MS  milliseconds that one look-up may take; beyond them the report comes without sources
    COPYDESK_MODEL     a model folder in place of the shipped model
    COPYDESK_POLICY    a policy file (JSON): {"thresholds": {...}, "hold_at": {...}, "hold_count": 2, "allow": ["own/"]}
    COPYDESK_MAX_BODY  bytes of the largest request body that the service reads
    COPYDESK_MAX_AT_ONCE   requests that may be inside of one worker, waiting or worked on; who comes on top gets 503
    COPYDESK_MAX_WAIT_MS   milliseconds that a request may wait for its turn to be scored; then it gets 503
    COPYDESK_DRAIN_SECONDS seconds between SIGTERM and the end in which /readyz says no and everything else goes on
    COPYDESK_LOG_FORMAT    json or text; by default text on a terminal, and JSON elsewhere
    COPYDESK_LOG_LEVEL     info has a line for every request, warning has none
    NO_COLOR, TERM     plain output on a terminal, as https://no-color.org asks

An option on the command line wins over the environment.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk import ConfigError, Policy, PolicyError

from .addresses import is_loopback
from .signing import check_secret

if TYPE_CHECKING:
    from .hooks.settings import HookSettings

MAX_BODY = 2 * 1024 * 1024
_MAX_BODY_RANGE = (1024, 64 * 1024 * 1024)
ARCHIVE_MS = 250  # milliseconds of one look-up, beside some 10 of scoring; who waits for a report gives up after 3,000
_ARCHIVE_MS_RANGE = (10, 10_000)
MAX_AT_ONCE = 64  # requests of one worker
MAX_WAIT_MS = (
    20_000  # only for what the number does not catch: on a slow machine, 64 articles of 200 KB take 12 seconds
)
_RANGES = {  # of settings: (from, to, what it is a number of)
    "max_at_once": (1, 1000, "requests"),  # each has a thread
    "max_wait_ms": (10, 60_000, "milliseconds"),
    "drain_seconds": (0, 300, "seconds"),
}
_LOG_FORMATS = ("json", "text")
_LOG_LEVELS = ("info", "warning")
_MAX_POLICY = 65_536  # bytes; a policy is a dozen numbers
_MOST_ALLOWED = 1_000  # beginnings of ids: agencies and sites of one's own, not a list of articles
_LONGEST_ALLOWED = 2_000  # characters, as an id in an archive
_POLICY_FIELDS = ("thresholds", "hold_at", "hold_count", "allow")
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]+")  # RFC 6750, section 2.1: what fits into a bearer header


@dataclass(frozen=True, slots=True)
class Settings:
    """What the commands and the service need to know, checked once.

    `model` is None for the shipped model; `max_body` is in bytes; `token` and `secret` are None where none is asked for, `state`
    where nothing is to be remembered beyond the life of the service, `archive` where no sources are looked up. `archive_ms` is how
    many milliseconds a look-up may take. `log_format` is None for text on a terminal and JSON elsewhere.

    Raises ConfigError on a value out of its range.
    """

    token: str | None = field(default=None, repr=False)
    model: Path | None = None
    policy: Policy = field(default_factory=Policy)
    max_body: int = MAX_BODY
    secret: str | None = field(default=None, repr=False)
    state: Path | None = None
    hooks: HookSettings | None = None
    archive: Path | None = None
    archive_ms: int = ARCHIVE_MS
    max_at_once: int = MAX_AT_ONCE
    max_wait_ms: int = MAX_WAIT_MS
    drain_seconds: int = 0
    log_format: str | None = None
    log_level: str = "info"

    @property
    def protected(self) -> bool:
        """Does the service ask who asks?"""
        return self.token is not None or self.secret is not None

    def __post_init__(self) -> None:
        """Check the values that have a range."""
        low, high = _MAX_BODY_RANGE
        if not low <= self.max_body <= high:
            raise ConfigError(f"max_body is {self.max_body}, expected a number of bytes from {low} to {high}")
        low, high = _ARCHIVE_MS_RANGE
        if not low <= self.archive_ms <= high:
            raise ConfigError(f"COPYDESK_ARCHIVE_MS is {self.archive_ms}, expected milliseconds from {low} to {high}")
        for name, (low, high, unit) in _RANGES.items():
            if not low <= getattr(self, name) <= high:
                value = getattr(self, name)
                raise ConfigError(
                    f"COPYDESK_{name.upper()} is {value}, expected a number of {unit} from {low} to {high}"
                )
        if self.log_format not in (None, *_LOG_FORMATS):
            raise ConfigError(f"COPYDESK_LOG_FORMAT is {_shortened(self.log_format)}, expected json or text")
        if self.log_level not in _LOG_LEVELS:
            raise ConfigError(f"COPYDESK_LOG_LEVEL is {_shortened(self.log_level)}, expected info or warning")
        if self.token is not None and not _TOKEN.fullmatch(self.token):
            raise ConfigError("COPYDESK_TOKEN is not a bearer token, expected letters, digits and . _ ~ + / = - only")
        if self.secret is not None:
            check_secret(self.secret, "COPYDESK_SECRET")


def load_settings(
    *,
    model: Path | None = None,
    policy: Path | None = None,
    max_body: int | None = None,
    state: Path | None = None,
    archive: Path | None = None,
    allow: Sequence[str] = (),
    log_format: str | None = None,
    environ: Mapping[str, str] | None = None,
) -> Settings:
    """The settings in force: the arguments where given, else the environment, else the defaults. `allow` adds to the policy's.

    Raises ConfigError on a bad value and PolicyError on a bad policy file.
    """
    env = os.environ if environ is None else environ
    policy = policy or _path(env, "COPYDESK_POLICY")
    return Settings(
        token=env.get("COPYDESK_TOKEN") or None,
        model=model or _path(env, "COPYDESK_MODEL"),
        policy=_allowing(load_policy(policy) if policy else Policy(), allow),
        max_body=_number(env, "COPYDESK_MAX_BODY", MAX_BODY, "bytes") if max_body is None else max_body,
        secret=env.get("COPYDESK_SECRET") or None,
        state=state or _path(env, "COPYDESK_STATE"),
        hooks=_hooks(env),
        archive=archive or _path(env, "COPYDESK_ARCHIVE"),
        archive_ms=_number(env, "COPYDESK_ARCHIVE_MS", ARCHIVE_MS, "milliseconds"),
        max_at_once=_number(env, "COPYDESK_MAX_AT_ONCE", MAX_AT_ONCE, "requests"),
        max_wait_ms=_number(env, "COPYDESK_MAX_WAIT_MS", MAX_WAIT_MS, "milliseconds"),
        drain_seconds=_number(env, "COPYDESK_DRAIN_SECONDS", 0, "seconds"),
        log_format=log_format or env.get("COPYDESK_LOG_FORMAT") or None,
        log_level=env.get("COPYDESK_LOG_LEVEL") or "info",
    )


def load_policy(path: Path) -> Policy:
    """The policy of a JSON file; a key that is not there keeps its default.

    Raises PolicyError that names the file and the field.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_POLICY + 1)
        if len(data) > _MAX_POLICY:
            raise PolicyError(f"{path}: larger than {_MAX_POLICY} bytes, expected a JSON object with a policy")
        fields = json.loads(data.decode("utf-8-sig"))
    except OSError as error:
        raise PolicyError(f"{path}: {error.strerror or 'cannot be read'}") from error
    except (ValueError, RecursionError) as error:
        raise PolicyError(f'{path}: not JSON, expected an object such as {{"hold_count": 2}}') from error
    expected = f"{', '.join(_POLICY_FIELDS[:-1])} or {_POLICY_FIELDS[-1]}"
    if not isinstance(fields, dict):
        raise PolicyError(f"{path}: expected a JSON object with {expected}")
    for name, value in fields.items():
        if name not in _POLICY_FIELDS:
            raise PolicyError(f"{path}: unknown field {name!r}, expected {expected}")
        if name in ("thresholds", "hold_at") and not isinstance(value, dict):
            raise PolicyError(f"{path}: {name} is not an object, expected signals with a number from 0 to 1 each")
    try:
        if "allow" in fields:
            fields["allow"] = _allowed(fields["allow"], "allow")
        return Policy(**fields)
    except PolicyError as error:
        raise PolicyError(f"{path}: {error}") from error


def _allowed(given: object, field: str) -> tuple[str, ...]:
    """Beginnings of ids, each once. Raises PolicyError that names the field."""
    if not isinstance(given, list | tuple):
        raise PolicyError(f'{field} is not a list, expected the beginnings of ids, such as ["own/", "reuters:"]')
    if len(given) > _MOST_ALLOWED:
        raise PolicyError(f"{field} has {len(given)} entries, expected at most {_MOST_ALLOWED} beginnings of ids")
    for number, each in enumerate(given, 1):
        if not isinstance(each, str) or not 0 < len(each) <= _LONGEST_ALLOWED:
            raise PolicyError(
                f"{field}: entry {number} is {_shortened(each)}, expected a string of 1 to {_LONGEST_ALLOWED} characters"
            )
    return tuple(dict.fromkeys(given))


def _allowing(policy: Policy, allow: Sequence[str]) -> Policy:
    """The policy with more sources that may be copied. Raises PolicyError."""
    more = _allowed(tuple(allow), "--allow")
    return replace(policy, allow=_allowed((*policy.allow, *more), "allow and --allow")) if more else policy


def _shortened(value: object) -> str:
    """A wrong value, as a message shows it."""
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."


def require_token(settings: Settings, host: str) -> None:
    """Refuse to serve strangers without a token or a secret.

    Raises ConfigError.
    """
    if not settings.protected and not is_loopback(host):
        raise ConfigError(
            f"{host} can be reached from other machines: set COPYDESK_TOKEN or COPYDESK_SECRET, or listen on 127.0.0.1"
        )


def announce_metrics(folder: Path) -> None:
    """Tell prometheus_client where the processes of this service keep their numbers; an environment variable is its only way in."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def log_format(settings: Settings, is_terminal: bool) -> str:
    """The form of the log on a standard error that is, or is not, a terminal: json or text."""
    return settings.log_format or ("text" if is_terminal else "json")


def wants_colour(is_terminal: bool) -> bool:
    """Are colours welcome on a stream that is, or is not, a terminal?"""
    return is_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _path(env: Mapping[str, str], name: str) -> Path | None:
    return Path(env[name]) if env.get(name) else None


def _hooks(env: Mapping[str, str]) -> HookSettings | None:
    from .hooks.settings import load_hooks

    path = _path(env, "COPYDESK_HOOKS")
    return None if path is None else load_hooks(path)


def _number(env: Mapping[str, str], name: str, default: int, unit: str) -> int:
    value = env.get(name)
    if not value:
        return default
    if not (value.isascii() and value.isdigit() and len(value) < 16):
        raise ConfigError(f"{name} is {_shortened(value)}, expected a number of {unit}")
    return int(value)
