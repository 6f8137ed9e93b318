"""What the tests share: the shipped model, the service and the command line around it, and made-up reports."""

from __future__ import annotations

import json
import logging
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from archives import filled
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from copydesk import SIGNALS, Evidence, Matcher, Report, Scorer, SignalResult
from copydesk.plugin.app import create_app
from copydesk.plugin.config import Settings

ReportMaker = Callable[..., Report]


_NOT_RUN = pytest.StashKey[int]()


def pytest_configure() -> None:
    """A shell that starts tests in the background has them ignore Ctrl-C; what they start would, too, and never be interrupted."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests against real systems run only where the environment asks for them: they install and start servers."""
    wanted = set(filter(None, os.environ.get("COPYDESK_CMS", "").split(",")))
    left_out = []
    for item in items:
        mark = item.get_closest_marker("cms")
        if mark is not None and mark.args[0] not in wanted and "all" not in wanted:
            left_out.append(item)
    if left_out:
        skipped = set(left_out)
        items[:] = [item for item in items if item not in skipped]
        config.hook.pytest_deselected(items=left_out)
        config.stash[_NOT_RUN] = len(left_out)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """One line for all tests that were left out, which says how to run them."""
    if count := config.stash.get(_NOT_RUN, 0):
        terminalreporter.write_line(
            f"SKIPPED [{count}] tests against real systems: COPYDESK_CMS=wordpress,wagtail,... pytest -m cms (CONTRIBUTING.md)"
        )


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("TOKEN", "SECRET", "STATE", "HOOKS", "MODEL", "POLICY", "MAX_BODY", "ARCHIVE", "ARCHIVE_MS", "MAX_AT_ONCE")
    for name in (*names, "MAX_WAIT_MS", "DRAIN_SECONDS", "LOG_FORMAT", "LOG_LEVEL"):
        monkeypatch.delenv(f"COPYDESK_{name}", raising=False)


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    """A service that starts in this process sets its log up; the next test has its own."""
    root, requests = logging.getLogger(), logging.getLogger("copydesk.requests")
    handlers, level = list(root.handlers), requests.level
    yield
    root.handlers[:] = [each for each in root.handlers if each in handlers or "copydesk" not in type(each).__module__]
    requests.setLevel(level)


@pytest.fixture(scope="session")
def scorer() -> Scorer:
    """The shipped model with the default policy."""
    return Scorer.load()


@pytest.fixture(scope="session")
def matcher(scorer: Scorer) -> Matcher:
    """What archives of the shipped model are searched with."""
    return Matcher(scorer.model)


@pytest.fixture
def archive_file(tmp_path: Path, matcher: Matcher) -> Path:
    """An archive with three stories."""
    return filled(tmp_path / "archive.db", matcher)


@pytest.fixture
def app(scorer: Scorer) -> Flask:
    """The service with default settings."""
    return create_app(scorer, Settings())


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Requests to the service, in process."""
    return app.test_client()


@pytest.fixture
def runner() -> CliRunner:
    """The command line, in process."""
    return CliRunner()


@pytest.fixture
def corpus() -> Path:
    """The labelled corpus, which does not ship."""
    folder = os.environ.get("COPYDESK_CORPUS", "")
    if not folder or not Path(folder).is_dir():
        pytest.skip("the labelled corpus does not ship; COPYDESK_CORPUS names its folder")
    return Path(folder)


@pytest.fixture
def article() -> str:
    """A clean article of some length, about a town that does not exist."""
    return (
        "The harbour wall at Larkmoor will be rebuilt over two summers after the town council voted nine to four on "
        "Tuesday for the dearer of two plans.\n\n"
        "Engineers had told the councillors that the old wall, laid in 1911, had lost a third of its footing since the "
        "storms of last February. Patching it would have cost 2.1 million crowns; the new one will cost 5.8 "
        "million.\n\n"
        '"We can pay once or we can pay every spring," said Ines Halvard, who chairs the works committee. Her deputy, '
        "Tom Abery, voted against and said that the fish market would lose its parking for 14 months.\n\n"
        "Work starts on 3 May. Boats under six metres will be moved to the north basin, and the ferry to Skerrin "
        "Island will leave from the coal pier until the autumn of next year."
    )


@pytest.fixture
def promo() -> str:
    """A line for another story, as feeds put it between paragraphs."""
    return "Also Read | Film star Dela Marsh spotted on yacht with mystery singer"


@pytest.fixture
def folder(tmp_path: Path, article: str, promo: str) -> Path:
    """A folder with a clean article, one with an injected line, and two rows."""
    top = tmp_path / "in"
    (top / "sub").mkdir(parents=True)
    first, rest = article.split("\n\n", 1)
    (top / "clean.txt").write_text(article)
    (top / "promo.md").write_text(f"{first}\n\n{promo}\n\n{rest}")
    (top / "sub" / "page.html").write_text("".join(f"<p>{p}</p>" for p in article.split("\n\n")))
    (top / "rows.jsonl").write_text("".join(json.dumps({"id": f"r{n}", "text": article}) + "\n" for n in (1, 2)))
    return top


@pytest.fixture(scope="session")
def make_report() -> ReportMaker:
    """Builds a report: `flagged` names the flagged signals, each of `lines` is (signal, quote, more fields)."""

    def make(
        action: str = "publish",
        *,
        flagged: tuple[str, ...] = (),
        lines: tuple[tuple[str, str, dict[str, object]], ...] = (),
        **fields: object,
    ) -> Report:
        signals = {name: SignalResult(0.987654 if name in flagged else 0.1, name in flagged, 0.5) for name in SIGNALS}
        usual = {"reason": "promo-line", "message": "Promotes another story", "start": 0, "score": 0.9}
        evidence = tuple(
            Evidence(**{**usual, "signal": signal, "quote": quote, "end": len(quote), **more})
            for signal, quote, more in lines
        )
        values: dict[str, object] = {
            "id": "a.html",
            "model": "copydesk-1",
            "language": "en",
            "words": 12,
            "content_hash": "sha256:" + "0" * 64,
            "action": action,
            "score": 0.123456,
            "signals": signals,
            "evidence": evidence,
            "sources": (),
            "notes": (),
            "text": "A text.",
        }
        return Report(**{**values, **fields})  # type: ignore[arg-type]

    return make
