"""The file of hooks: what it may hold, and errors that name the field."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from copydesk import ConfigError
from copydesk.plugin.cli import main
from copydesk.plugin.config import load_settings
from copydesk.plugin.hooks.settings import Fields, load_hooks
from copydesk.plugin.jobs import Entry
from copydesk.plugin.queue import Queue

KEY = "a1b2c3d4e5f6a1b2c3d4e5f6:" + "0123456789abcdef" * 4
GHOST: dict[str, Any] = {"secret": "s" * 16, "api": "https://blog.example/", "admin_key": KEY}
TYPED: dict[str, Any] = {"token": "t" * 16, "api": "https://cms.example", "api_token": "k" * 16}
WHSEC = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def write(folder: Path, found: object) -> Path:
    """A file of hooks."""
    path = folder / "hooks.json"
    path.write_text(found if isinstance(found, str) else json.dumps(found))
    return path


def test_all_four_hooks_are_read(tmp_path: Path) -> None:
    """What is given is kept, what is not has its default; secrets are in no representation."""
    found = load_hooks(
        write(
            tmp_path,
            {
                "ghost": {**GHOST, "hold_at": "hold", "timeout": 3},
                "strapi": {**TYPED, "types": {"api::article.article": {"format": "blocks", "note": "why"}}},
                "directus": {**TYPED, "collections": {"posts": {"held": "in review"}}},
                "generic": {"secret": WHSEC, "callback": "http://127.0.0.1:9/verdicts"},
                "queue": {"attempts": 3, "first_wait": 0.5},
            },
        )
    )
    assert (
        found.ghost is not None
        and found.strapi is not None
        and found.directus is not None
        and found.generic is not None
    )
    assert (found.ghost.hold_at, found.ghost.fail, found.ghost.timeout) == ("hold", "hold", 3)
    assert found.strapi.types == {"api::article.article": Fields(format="blocks", note="why")}
    assert found.directus.types["posts"].held == "in review"
    assert found.generic.callback_secret == WHSEC
    assert (found.queue.attempts, found.queue.first_wait, found.queue.lease) == (3, 0.5, 60)
    shown = repr(found)
    assert not [
        secret for secret in (GHOST["secret"], KEY, TYPED["token"], TYPED["api_token"], WHSEC) if secret in shown
    ]


@pytest.mark.parametrize(
    ("found", "named"),
    [
        ({"wix": {}}, "wix"),
        ({"ghost": []}, "ghost"),
        ({"ghost": {**GHOST, "extra": 1}}, "ghost.extra"),
        ({"ghost": {**GHOST, "api": "http://blog.example"}}, "ghost.api"),
        ({"ghost": {**GHOST, "api": None}}, "ghost.api"),
        ({"ghost": {**GHOST, "admin_key": "nonsense"}}, "ghost.admin_key"),
        ({"ghost": {**GHOST, "secret": "short"}}, "ghost.secret"),
        ({"ghost": {**GHOST, "hold_at": "publish"}}, "ghost.hold_at"),
        ({"ghost": {**GHOST, "timeout": 0}}, "ghost.timeout"),
        ({"ghost": {**GHOST, "timeout": True}}, "ghost.timeout"),
        ({"ghost": {**GHOST, "insecure": "yes"}}, "ghost.insecure"),
        ({"strapi": {**TYPED, "types": {}}}, "strapi.types"),
        ({"strapi": {**TYPED, "types": {"article": {}}}}, "strapi.types.article"),
        ({"strapi": {**TYPED, "types": {"api::a.a": {"format": "docx"}}}}, "strapi.types.api::a.a.format"),
        ({"strapi": {**TYPED, "types": {"api::a.a": {"status": "x"}}}}, "strapi.types.api::a.a.status"),
        ({"strapi": {**TYPED, "token": None, "types": {"api::a.a": {}}}}, "strapi.token"),
        ({"directus": {**TYPED, "collections": {"po/sts": {}}}}, "directus.collections.po/sts"),
        ({"directus": {**TYPED, "collections": {"posts": {"body": "a b"}}}}, "directus.collections.posts.body"),
        ({"generic": {"secret": "whsec_short", "callback": "https://a.example"}}, "generic.secret"),
        ({"generic": {"secret": WHSEC}}, "generic.callback"),
        ({"queue": {"attempts": 0}}, "attempts"),
        ({"queue": {"patience": 1}}, "queue.patience"),
        ("{", "not JSON"),
        ('{"queue": {"lease": NaN}}', "not JSON"),
        ("[" * 50_000, "not JSON"),
        (" " * 70_000, "larger than"),
    ],
)
def test_a_wrong_field_is_named(tmp_path: Path, found: object, named: str) -> None:
    """Every error begins with the file and names the field; none repeats a secret."""
    path = write(tmp_path, found)
    with pytest.raises(ConfigError) as caught:
        load_hooks(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert named in str(caught.value)
    assert "whsec_short" not in str(caught.value)


def test_the_environment_names_the_file(tmp_path: Path) -> None:
    """COPYDESK_HOOKS is read with the other settings; a file that is not there is an error."""
    path = write(tmp_path, {"ghost": GHOST})
    assert load_settings(environ={"COPYDESK_HOOKS": str(path)}).hooks is not None
    assert load_settings(environ={}).hooks is None
    with pytest.raises(ConfigError, match="No such file"):
        load_settings(environ={"COPYDESK_HOOKS": str(tmp_path / "none.json")})


@pytest.fixture
def queue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Queue:
    """A queue with a job that waits and a dead letter, where the command line looks for it."""
    monkeypatch.setenv("COPYDESK_STATE", str(tmp_path))
    made = Queue(tmp_path)
    made.put([Entry("ghost", "posts/1", "post.published", "aa", {"html": "Secret text."})], 1_800_000_000)
    job = made.claim("desk", 1_800_000_001)
    assert job is not None
    made.bury(job, "desk", "answered with \x1b[31m401", 1_800_000_002)
    made.put([Entry("ghost", "posts/2", "post.published")], 1_800_000_003)
    return made


def test_the_queue_is_listed(runner: CliRunner, queue: Queue) -> None:
    """`copydesk queue` lists what waits and the dead letters with their reasons, and neither a text nor a control character."""
    done = runner.invoke(main, ["queue"])
    assert done.exit_code == 0
    head, dead, waiting = done.stdout.splitlines()
    assert head.split()[:3] == ["id", "state", "tries"]
    assert "dead" in dead and "answered with" in dead and "2027-01-15T08:00:00Z" in dead
    assert "waiting" in waiting and "posts/2" in waiting
    assert "Secret" not in done.stdout and "\x1b" not in done.stdout


def test_the_queue_is_listed_for_programs(runner: CliRunner, queue: Queue) -> None:
    """An object a line."""
    (dead,) = [
        json.loads(line) for line in runner.invoke(main, ["queue", "dead", "--format", "jsonl"]).stdout.splitlines()
    ]
    assert (dead["id"], dead["state"], dead["attempts"], dead["article"]) == (1, "dead", 1, "posts/1")
    (waiting,) = [
        json.loads(line) for line in runner.invoke(main, ["queue", "list", "--format", "jsonl"]).stdout.splitlines()
    ]
    assert waiting["article"] == "posts/2"
    stats = json.loads(runner.invoke(main, ["queue", "stats", "--format", "jsonl"]).stdout)
    assert stats["jobs"] == {"dead": 1, "waiting": 1}
    assert stats["deliveries"] == [{"hook": "ghost", "what": "accepted", "number": 2}]


def test_a_dead_letter_is_tried_again_or_dropped(runner: CliRunner, queue: Queue) -> None:
    """`retry` makes it wait again, `drop` gives it up; a number that is no job's is exit code 2."""
    assert runner.invoke(main, ["queue", "retry", "1"]).exit_code == 0
    assert [job.id for job in queue.jobs(("waiting",))] == [1, 2]
    assert runner.invoke(main, ["queue", "drop", "1"]).exit_code == 0
    done = runner.invoke(main, ["queue", "drop", "1"])
    assert (done.exit_code, "no job 1" in done.stderr) == (2, True)


def test_without_a_queue_the_command_says_what_to_set(
    runner: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No COPYDESK_STATE, no file in it, or no hooks for `work`: exit code 2 and the reason."""
    assert "COPYDESK_STATE" in runner.invoke(main, ["queue"]).stderr
    monkeypatch.setenv("COPYDESK_STATE", str(tmp_path))
    done = runner.invoke(main, ["queue"])
    assert (done.exit_code, "there is no queue yet" in done.stderr) == (2, True)
    assert "COPYDESK_HOOKS" in runner.invoke(main, ["queue", "work"]).stderr
