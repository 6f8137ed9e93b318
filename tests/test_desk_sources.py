"""The desk behind the webhooks looks sources up: for every CMS under the id that the article has there, and never fails for it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import stub_ghost
from click.testing import CliRunner
from stories import ORIGINAL, REWRITE
from test_desk import CLEAN, WHSEC, Receiver, callback  # noqa: F401

from copydesk import Matcher, Scorer, read
from copydesk.plugin import keeper
from copydesk.plugin.archive import Archive, entry_of
from copydesk.plugin.cli import main
from copydesk.plugin.config import Settings
from copydesk.plugin.hooks import desk as desk_module
from copydesk.plugin.hooks.desk import Desk
from copydesk.plugin.hooks.generic import Generic
from copydesk.plugin.hooks.ghost import Ghost
from copydesk.plugin.hooks.settings import Api, Callback, HookSettings
from copydesk.plugin.lookup import UNREADABLE, Found, Lookup
from copydesk.plugin.queue import Queue


@pytest.fixture
def archive(tmp_path: Path, scorer: Scorer) -> Path:
    """An archive with one story, under the id that a sender gives it."""
    path, matcher = tmp_path / "archive.db", Matcher(scorer.model)
    with Archive(path, matcher, write=True) as opened:
        opened.add([entry_of(matcher, read(ORIGINAL, kind="text", id="7"), keep_text=True)])
    return path


def _sent(url: str, scorer: Scorer, folder: Path, lookup: Lookup, **article: str) -> dict[str, Any]:
    """The report that a receiver gets of an article."""
    settings = Callback(WHSEC, url, WHSEC)
    queue = Queue(folder)
    message = {"type": "article.published", "data": article}
    queue.put(Generic(settings).entries(json.dumps(message).encode()), time.time())
    assert Desk(scorer, queue, HookSettings(generic=settings), lookup).step()
    return dict(json.loads(Receiver.got[-1][1])["data"])


def test_a_sent_report_names_sources(callback: str, scorer: Scorer, tmp_path: Path, archive: Path) -> None:  # noqa: F811
    """A rewrite under another id has a source; the post that was archived has none after an edit under its own id."""
    lookup = Lookup(archive, Matcher(scorer.model), 10_000)
    assert [each["id"] for each in _sent(callback, scorer, tmp_path, lookup, id="8", text=REWRITE)["sources"]] == ["7"]
    edited = ORIGINAL.replace("nine to four", "nine to five")
    assert _sent(callback, scorer, tmp_path, lookup, id="7", text=edited)["sources"] == []


def test_without_its_archive_the_desk_works_on(callback: str, scorer: Scorer, tmp_path: Path, archive: Path) -> None:  # noqa: F811
    """The report is sent with a note where the file is gone."""
    archive.unlink()
    sent = _sent(callback, scorer, tmp_path, Lookup(archive, Matcher(scorer.model)), id="8", text=REWRITE)
    assert sent["notes"][-1] == UNREADABLE


class Asked(Lookup):
    """A look-up that finds nothing, and keeps which ids it was asked for."""

    def __init__(self) -> None:
        self.ids: list[str] = []

    def find(self, document: Any, *, quotes: bool = False) -> Found:
        self.ids.append(document.id)
        return Found()


@pytest.fixture
def stub() -> Iterator[stub_ghost.Stub]:
    """A Ghost that listens."""
    with stub_ghost.running() as found:
        yield found


def test_a_post_of_a_cms_is_looked_up_under_its_key(stub: stub_ghost.Stub, scorer: Scorer, tmp_path: Path) -> None:
    """A post of Ghost's is `posts/` and its id there, as docs/service.md says: under this id it is to be archived."""
    api = Api(stub.url, f"{stub_ghost.KEY_ID}:{stub_ghost.KEY}", secret=stub_ghost.SECRET)
    queue, asked = Queue(tmp_path), Asked()
    post = stub.add(1, "A school", CLEAN)
    queue.put(Ghost(api).entries(stub.webhook(post)[0]), time.time())
    assert Desk(scorer, queue, HookSettings(ghost=api), asked).step()
    assert asked.ids == [f"posts/{post['id']}"]


def test_the_desk_of_the_service_has_the_archive_of_the_settings(
    scorer: Scorer, tmp_path: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What `copydesk serve` and `copydesk queue work` start looks up in the configured archive."""
    made: list[Any] = []

    class Stopped(Exception):
        """Instead of working."""

    def make(*given: Any) -> None:
        made.extend(given)
        raise Stopped

    monkeypatch.setattr(desk_module, "Desk", make)
    settings = Settings(state=tmp_path, hooks=HookSettings(), archive=archive, archive_ms=9_000)
    with pytest.raises(Stopped):
        keeper.run_desk(scorer, settings)
    assert made[3].find(read(REWRITE, kind="text", id="8")).sources[0].id == "7"


def test_work_refuses_a_missing_archive(runner: CliRunner, tmp_path: Path) -> None:
    """`copydesk queue work` ends with a sentence, rather than writing a note into every report."""
    hooks = tmp_path / "hooks.json"
    hooks.write_text(
        json.dumps({"generic": {"secret": WHSEC, "callback": "http://127.0.0.1:9/", "callback_secret": WHSEC}})
    )
    env = {"COPYDESK_HOOKS": str(hooks), "COPYDESK_STATE": str(tmp_path), "COPYDESK_ARCHIVE": str(tmp_path / "none.db")}
    done = runner.invoke(main, ["queue", "work"], env=env)
    assert (done.exit_code, "there is no archive" in done.stderr) == (2, True)
