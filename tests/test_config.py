"""Settings come from arguments and the environment, and are checked once."""

from __future__ import annotations

from pathlib import Path

import pytest

from copydesk import ConfigError, Policy, PolicyError
from copydesk.plugin.addresses import is_loopback
from copydesk.plugin.config import (
    MAX_BODY,
    Settings,
    load_policy,
    load_settings,
    log_format,
    require_token,
    wants_colour,
)

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_defaults_without_an_environment() -> None:
    """Nothing set means no token, the shipped model, the default policy and 2 MiB."""
    assert load_settings(environ={}) == Settings(token=None, model=None, policy=Policy(), max_body=2 * 1024 * 1024)


def test_the_environment_is_read(tmp_path: Path) -> None:
    """Every variable that the module names has its effect."""
    policy = tmp_path / "policy.json"
    policy.write_text('{"hold_count": 3}')
    environ = {
        "COPYDESK_TOKEN": "correct-horse",
        "COPYDESK_MODEL": str(tmp_path),
        "COPYDESK_POLICY": str(policy),
        "COPYDESK_MAX_BODY": "4096",
        "COPYDESK_SECRET": SECRET,
        "COPYDESK_STATE": str(tmp_path / "state"),
        "COPYDESK_ARCHIVE": str(tmp_path / "archive.db"),
        "COPYDESK_ARCHIVE_MS": "100",
        "COPYDESK_MAX_AT_ONCE": "7",
        "COPYDESK_MAX_WAIT_MS": "500",
        "COPYDESK_DRAIN_SECONDS": "5",
        "COPYDESK_LOG_FORMAT": "json",
        "COPYDESK_LOG_LEVEL": "warning",
    }
    assert load_settings(environ=environ) == Settings(
        token="correct-horse",
        model=tmp_path,
        policy=Policy(hold_count=3),
        max_body=4096,
        secret=SECRET,
        state=tmp_path / "state",
        archive=tmp_path / "archive.db",
        archive_ms=100,
        max_at_once=7,
        max_wait_ms=500,
        drain_seconds=5,
        log_format="json",
        log_level="warning",
    )


def test_arguments_win_over_the_environment(tmp_path: Path) -> None:
    """What is given on the command line is not overruled by what a shell happens to export."""
    environ = {"COPYDESK_MODEL": "elsewhere", "COPYDESK_MAX_BODY": "4096", "COPYDESK_STATE": "elsewhere"}
    environ["COPYDESK_ARCHIVE"] = "elsewhere"
    settings = load_settings(model=tmp_path, max_body=8192, state=tmp_path, archive=tmp_path, environ=environ)
    assert (settings.model, settings.max_body, settings.state, settings.archive) == (tmp_path, 8192, tmp_path, tmp_path)


def test_empty_variables_count_as_unset() -> None:
    """A variable that is exported empty is the default."""
    names = ("TOKEN", "SECRET", "STATE", "MODEL", "POLICY", "MAX_BODY", "ARCHIVE", "ARCHIVE_MS")
    names += ("MAX_AT_ONCE", "MAX_WAIT_MS", "DRAIN_SECONDS", "LOG_FORMAT", "LOG_LEVEL")
    environ = {f"COPYDESK_{name}": "" for name in names}
    assert load_settings(environ=environ) == Settings(max_body=MAX_BODY)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("MAX_AT_ONCE", "0", "a number of requests from 1 to 1000"),
        ("MAX_AT_ONCE", "1001", "a number of requests from 1 to 1000"),
        ("MAX_AT_ONCE", "lots", "a number of requests"),
        ("MAX_WAIT_MS", "9", "a number of milliseconds from 10 to 60000"),
        ("MAX_WAIT_MS", "60001", "a number of milliseconds from 10 to 60000"),
        ("DRAIN_SECONDS", "301", "a number of seconds from 0 to 300"),
        ("DRAIN_SECONDS", "-1", "a number of seconds"),
        ("LOG_FORMAT", "xml", "json or text"),
        ("LOG_LEVEL", "debug", "info or warning"),
    ],
)
def test_settings_of_the_service_have_ranges(name: str, value: str, expected: str) -> None:
    """What is out of its range is refused, with the variable and what was expected."""
    with pytest.raises(ConfigError, match=f"COPYDESK_{name} is .*, expected {expected}"):
        load_settings(environ={f"COPYDESK_{name}": value})


@pytest.mark.parametrize(
    ("given", "terminal", "form"),
    [(None, True, "text"), (None, False, "json"), ("json", True, "json"), ("text", False, "text")],
)
def test_the_log_is_text_on_a_terminal_alone(given: str | None, terminal: bool, form: str) -> None:
    """People get text and programs JSON, unless they ask for the other."""
    assert log_format(Settings(log_format=given), terminal) == form


@pytest.mark.parametrize("value", ["many", "-1", "1e6", "5", "99999999999", "1" * 5000, "²"])
def test_a_bad_body_limit_is_refused(value: str) -> None:
    """A limit that is no number, or out of its range, is a configuration error that names the setting."""
    with pytest.raises(ConfigError, match=r"(?i)max_body"):
        load_settings(environ={"COPYDESK_MAX_BODY": value})


@pytest.mark.parametrize("value", ["soon", "-1", "0", "9", "10001", "2.5", "1" * 5000, "²"])
def test_a_bad_time_for_looking_up_is_refused(value: str) -> None:
    """A time that is no number of milliseconds, or out of its range, is a configuration error that names the setting."""
    with pytest.raises(ConfigError, match="COPYDESK_ARCHIVE_MS") as caught:
        load_settings(environ={"COPYDESK_ARCHIVE_MS": value})
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("token", ["two words", "tab\there", "émile", "line\n"])
def test_a_token_that_no_header_can_carry_is_refused(token: str) -> None:
    """A token outside the alphabet of bearer tokens could never be sent, and the message does not repeat it."""
    with pytest.raises(ConfigError, match="COPYDESK_TOKEN") as caught:
        Settings(token=token)
    assert token not in str(caught.value)


def test_a_bad_secret_is_refused_without_being_repeated() -> None:
    """The message names the variable and never the secret."""
    with pytest.raises(ConfigError, match="COPYDESK_SECRET") as caught:
        load_settings(environ={"COPYDESK_SECRET": "whsec_correct-horse"})
    assert "horse" not in str(caught.value)


def test_token_and_secret_are_not_in_the_repr() -> None:
    """Settings can be printed without giving either away."""
    shown = repr(Settings(token="correct-horse", secret=SECRET))
    assert "correct-horse" not in shown
    assert SECRET[6:] not in shown


def test_a_policy_file_is_read(tmp_path: Path) -> None:
    """All three fields of a policy file reach the policy."""
    path = tmp_path / "policy.json"
    path.write_text('{"thresholds": {"rewrite": 0.8}, "hold_at": {"injected_links": 0.99}, "hold_count": 0}')
    assert load_policy(path) == Policy({"rewrite": 0.8}, {"injected_links": 0.99}, 0)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[" * 60_000, "not JSON"),
        ("\xff", "not JSON"),
        ("[]", "a JSON object"),
        ('{"treshold": {}}', "'treshold'"),
        ('{"thresholds": []}', "thresholds"),
        ('{"thresholds": {"spam": 0.5}}', "'spam'"),
        ('{"thresholds": {"rewrite": "high"}}', "rewrite"),
        ('{"hold_at": {"rewrite": 2}}', "hold_at"),
        ('{"hold_count": 1.5}', "hold_count"),
        ('{"hold_count": null}', "hold_count"),
        (" " * 70_000, "larger than"),
    ],
)
def test_a_bad_policy_file_is_named_with_its_field(tmp_path: Path, content: str, named: str) -> None:
    """Whatever is wrong in a policy file, the message names the file and the field."""
    path = tmp_path / "policy.json"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(PolicyError) as caught:
        load_policy(path)
    assert str(path) in str(caught.value)
    assert named in str(caught.value)


def test_a_missing_policy_file_is_named(tmp_path: Path) -> None:
    """A policy that is not there is an error, not the default policy."""
    with pytest.raises(PolicyError, match=r"nothing\.json"):
        load_policy(tmp_path / "nothing.json")


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.9.10", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.5", False),
        ("news.example", False),
        ("localhost.example", False),
        ("", False),
    ],
)
def test_loopback_addresses(host: str, loopback: bool) -> None:
    """Only addresses that surely stay on this machine count as loopback."""
    assert is_loopback(host) is loopback


def test_strangers_are_not_served_without_a_token() -> None:
    """An address that others can reach needs a token or a secret; loopback does not."""
    require_token(Settings(), "127.0.0.1")
    require_token(Settings(token="correct-horse"), "0.0.0.0")
    require_token(Settings(secret=SECRET), "0.0.0.0")
    with pytest.raises(ConfigError, match="COPYDESK_TOKEN"):
        require_token(Settings(), "0.0.0.0")


@pytest.mark.parametrize(
    ("terminal", "environ", "wanted"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (True, {"TERM": "dumb"}, False),
    ],
)
def test_colour(monkeypatch: pytest.MonkeyPatch, terminal: bool, environ: dict[str, str], wanted: bool) -> None:
    """Colours are for terminals that can show them and people who want them."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert wants_colour(terminal) is wanted
