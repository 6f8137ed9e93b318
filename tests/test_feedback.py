"""Feedback: bounded fields, one row an answer, and a list that a terminal can be shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from copydesk.plugin.cli import main
from copydesk.plugin.feedback import FILE, Feedback, FeedbackStore, load_feedback
from copydesk.plugin.schema import FieldError, JsonError
from copydesk.plugin.state import StateError

GIVEN = {"id": "post-7", "content_hash": "sha256:" + "a" * 64, "action": "hold", "judgement": "wrong"}


def _load(**changed: object) -> Feedback:
    return load_feedback(json.dumps({**GIVEN, **changed}).encode())


def test_all_fields_are_read() -> None:
    """Optional fields may be absent, null, or given."""
    plain = Feedback("post-7", "sha256:" + "a" * 64, "hold", "wrong")
    assert _load() == _load(signals=None, comment=None, cms=None) == plain
    full = _load(signals=["rewrite"], comment="An interview", cms="wordpress")
    assert (full.signals, full.comment, full.cms) == (("rewrite",), "An interview", "wordpress")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"id": None}, "id"),
        ({"id": ""}, "id"),
        ({"id": 7}, "id"),
        ({"id": "x" * 1025}, "id"),
        ({"id": "\ud800"}, "id"),
        ({"content_hash": ""}, "content_hash"),
        ({"content_hash": "two words"}, "content_hash"),
        ({"content_hash": "x" * 129}, "content_hash"),
        ({"action": "delete"}, "action"),
        ({"action": ["hold"]}, "action"),
        ({"judgement": "maybe"}, "judgement"),
        ({"judgement": None}, "judgement"),
        ({"signals": "rewrite"}, "signals"),
        ({"signals": ["Rewrite!"]}, "signals"),
        ({"signals": [7]}, "signals"),
        ({"signals": ["rewrite"] * 17}, "signals"),
        ({"comment": "x" * 1001}, "comment"),
        ({"comment": {}}, "comment"),
        ({"cms": "x" * 65}, "cms"),
        ({"text": "The whole article"}, "text"),
        ({"received": 0}, "received"),
    ],
)
def test_a_wrong_field_is_named(changed: dict[str, object], field: str) -> None:
    """Every field has its bounds, and no field takes an article's text."""
    with pytest.raises(FieldError) as caught:
        _load(**changed)
    assert caught.value.field == field


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b"[" * 100_000, b"9" * 10_000])
def test_what_is_no_json_is_refused(data: bytes) -> None:
    """Any bytes may come."""
    with pytest.raises(JsonError):
        load_feedback(data)


def test_what_is_no_object_is_refused() -> None:
    """JSON alone is not enough."""
    with pytest.raises(FieldError):
        load_feedback(b"[]")


def test_the_same_answer_counts_once(tmp_path: Path) -> None:
    """A repetition adds what it has and takes nothing away; another hash or judgement is an answer of its own."""
    store = FeedbackStore(tmp_path)
    store.add(_load(comment="An interview"), 100)
    store.add(_load(), 200)
    store.add(_load(signals=["rewrite"]), 300)
    store.add(_load(judgement="right"), 400)
    store.add(_load(content_hash="b"), 500)
    found = list(store)
    assert [(each.received, each.judgement, each.content_hash[-1]) for each in found] == [
        (100, "wrong", "a"),
        (400, "right", "a"),
        (500, "wrong", "b"),
    ]
    assert (found[0].comment, found[0].signals) == ("An interview", ("rewrite",))


def test_many_answers_are_listed_in_order(tmp_path: Path) -> None:
    """More than are read at a time come whole and in order."""
    store = FeedbackStore(tmp_path)
    for number in range(1203):
        store.add(_load(id=str(number)), number)
    assert [each.id for each in store] == list(map(str, range(1203)))


def test_the_number_of_answers_is_bounded(tmp_path: Path) -> None:
    """The disk does not fill up, however many answers come."""
    store = FeedbackStore(tmp_path, most=2)
    store.add(_load(id="a"))
    store.add(_load(id="b"))
    with pytest.raises(StateError, match="full"):
        store.add(_load(id="c"))


def test_the_command_lists_them(runner: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line an answer to read, an object a line for programs; nothing in them can drive the terminal."""
    FeedbackStore(tmp_path).add(_load(comment="An \x1b[31minterview", signals=["rewrite"], cms="ghost"), 1_764_000_000)
    heading, line = runner.invoke(main, ["feedback", "--state", str(tmp_path)]).stdout.splitlines()
    assert line == "2025-11-24 16:00  wrong   hold     ghost  post-7  rewrite  An �[31minterview"
    assert heading == "received (UTC)    judged  action   cms, article, signals, comment"
    monkeypatch.setenv("COPYDESK_STATE", str(tmp_path))
    assert json.loads(runner.invoke(main, ["feedback", "--format", "jsonl"]).stdout) == {
        **GIVEN,
        "received": "2025-11-24T16:00:00Z",
        "signals": ["rewrite"],
        "comment": "An \x1b[31minterview",
        "cms": "ghost",
    }


def test_a_folder_without_answers_is_left_alone(runner: CliRunner, tmp_path: Path) -> None:
    """Looking makes no file: it could belong to another user than the service's."""
    assert runner.invoke(main, ["feedback", "--state", str(tmp_path)]).output == ""
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize("arguments", [[], ["--state", "nothing-here"]])
def test_without_a_folder_the_command_says_so(runner: CliRunner, arguments: list[str]) -> None:
    """Exit code 2 with the reason."""
    done = runner.invoke(main, ["feedback", *arguments])
    assert done.exit_code == 2
    assert "folder" in done.stderr
