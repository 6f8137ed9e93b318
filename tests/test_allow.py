"""Sources that may be copied: from the policy file and from --allow, checked, and a note instead of an accusation."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from stories import ORIGINAL, REWRITE, UNRELATED

from copydesk import Matcher, Policy, PolicyError, Scorer, Source, read
from copydesk.plugin.archive import Archive, entry_of
from copydesk.plugin.cli import main
from copydesk.plugin.config import load_policy, load_settings


def _policy(folder: Path, content: object) -> Path:
    path = folder / "policy.json"
    path.write_text(json.dumps(content))
    return path


def test_a_policy_file_names_what_is_allowed(tmp_path: Path) -> None:
    """The list becomes the policy's tuple, each entry once, beside the other fields."""
    path = _policy(tmp_path, {"hold_count": 1, "allow": ["own/", "reuters:", "own/"]})
    assert load_policy(path) == Policy(hold_count=1, allow=("own/", "reuters:"))
    assert load_policy(_policy(tmp_path, {"allow": []})) == Policy()


@pytest.mark.parametrize(
    ("allow", "named"),
    [
        ("own/", "allow is not a list"),
        ({"own/": True}, "allow is not a list"),
        (None, "allow is not a list"),
        (3, "allow is not a list"),
        ([""], "entry 1 is ''"),
        (["own/", ""], "entry 2 is ''"),
        (["own/", 7], "entry 2 is 7"),
        ([None], "entry 1 is None"),
        ([["own/"]], "entry 1 is ['own/']"),
        (["x" * 2001], "1 to 2000 characters"),
        (["ab"] * 10_000, "10000 entries, expected at most 1000"),
        ([f"{n:04}" for n in range(1001)], "1001 entries"),
    ],
)
def test_a_wrong_list_is_named_with_file_and_field(tmp_path: Path, allow: object, named: str) -> None:
    """Whatever is wrong, the message names the file and the field, says what was expected, and stays short."""
    path = _policy(tmp_path, {"allow": allow})
    with pytest.raises(PolicyError) as caught:
        load_policy(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: allow")
    assert named in message
    assert "expected" in message
    assert len(message) < len(str(path)) + 200


def test_the_command_line_adds_to_the_policy(tmp_path: Path) -> None:
    """--allow comes on top of the policy file's list, and works without a file."""
    path = _policy(tmp_path, {"allow": ["own/"], "hold_count": 0})
    found = load_settings(policy=path, allow=("reuters:", "own/"), environ={}).policy
    assert found == Policy(hold_count=0, allow=("own/", "reuters:"))
    assert load_settings(allow=("a",), environ={}).policy.allow == ("a",)
    assert load_settings(allow=("a",), environ={"COPYDESK_POLICY": str(path)}).policy.allow == ("own/", "a")


@pytest.mark.parametrize("allow", [("",), ("a", "x" * 2001), tuple(f"{n}" for n in range(1001))])
def test_a_wrong_option_is_refused(allow: tuple[str, ...]) -> None:
    """An empty beginning would allow everything, so it is an error that names the option."""
    with pytest.raises(PolicyError, match="--allow"):
        load_settings(allow=allow, environ={})


def test_file_and_options_together_are_bounded(tmp_path: Path) -> None:
    """600 and 600 are too many."""
    path = _policy(tmp_path, {"allow": [f"a{n}" for n in range(600)]})
    with pytest.raises(PolicyError, match="1200 entries"):
        load_settings(policy=path, allow=[f"b{n}" for n in range(600)], environ={})


@pytest.mark.parametrize("command", [["score", "-"], ["explain", "-"], ["serve", "--port", "0"]])
def test_the_commands_refuse_an_empty_beginning(runner: CliRunner, command: list[str]) -> None:
    """Exit code 2 and a sentence, for each command that takes the option."""
    done = runner.invoke(main, [*command, "--allow", ""], input=ORIGINAL)
    assert done.exit_code == 2
    assert "--allow: entry 1 is ''" in done.stderr


@pytest.fixture
def archive(tmp_path: Path, scorer: Scorer) -> Path:
    """An archive that holds one story under three ids."""
    path, matcher = tmp_path / "archive.db", Matcher(scorer.model)
    texts = {"own/1": ORIGINAL, "wire:7": ORIGINAL + "\n\nMore to follow.", "not-own/1": ORIGINAL[:-40], "b": UNRELATED}
    with Archive(path, matcher, write=True) as opened:
        opened.add([entry_of(matcher, read(t, kind="text", id=i), keep_text=True) for i, t in texts.items()])
    return path


@pytest.mark.parametrize(
    ("allow", "noted"),
    [
        ([], []),
        (["own/"], ["own/1"]),
        (["wire:", "own/"], ["own/1", "wire:7"]),
        (["ire:"], []),
        (["OWN/"], []),
        (["own/1", "wire", "not-own/"], ["not-own/1", "own/1", "wire:7"]),
    ],
)
def test_allowed_sources_stay_and_get_a_note(
    runner: CliRunner, tmp_path: Path, archive: Path, allow: list[str], noted: list[str]
) -> None:
    """Every source is listed as before; a note stands for each whose id begins so, and for none that only holds it further on."""
    (tmp_path / "in.jsonl").write_text(json.dumps({"id": "asked", "text": REWRITE}))
    args = ["score", str(tmp_path / "in.jsonl"), "--format", "jsonl", "--archive", str(archive)]
    report = json.loads(runner.invoke(main, [*args, *(part for each in allow for part in ("--allow", each))]).stdout)
    assert {each["id"] for each in report["sources"]} == {"own/1", "wire:7", "not-own/1"}
    notes = sorted(note.split(" of ")[1] for note in report["notes"] if "which the policy allows" in note)
    assert notes == [f"{each}, which the policy allows" for each in noted]


def test_an_allowed_source_does_not_reach_the_signals(scorer: Scorer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of several sources, detectors see those alone that nothing allows."""
    seen: list[tuple[Source, ...]] = []
    allowing = Scorer(scorer.model, Policy(allow=("own/",)))
    measure = allowing._detectors["rewrite"]
    monkeypatch.setitem(
        allowing._detectors,
        "rewrite",
        lambda article, model: (seen.append(article.sources), measure(article, model))[1],
    )
    mine, theirs = Source("own/1", "", "copy", 0.99, 1.0), Source("not-own/1", "", "copy", 0.98, 1.0)
    report = allowing.score(text=REWRITE, sources=(mine, theirs))
    assert seen == [(theirs,)]
    assert report.sources == (mine, theirs)
