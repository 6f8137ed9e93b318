"""Looking sources up for the service: in time, in every thread, in the file that is there now; and a report whatever happens."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from stories import ORIGINAL, REWRITE, UNRELATED

from copydesk import Document, Matcher, Source, read
from copydesk.plugin.archive import Archive, entry_of
from copydesk.plugin.archive_errors import ArchiveError
from copydesk.plugin.lookup import UNREADABLE, ArchiveTimeout, Found, Lookup, report_on

LATE = "sources: not looked up, the archive did not answer within 20 ms"


def _make(path: Path, matcher: Matcher, **texts: str) -> Path:
    with Archive(path, matcher, write=True) as archive:
        archive.add([entry_of(matcher, read(t, kind="text", id=i, title=i), keep_text=True) for i, t in texts.items()])
    return path


def _asked(text: str = REWRITE, id: str = "asked") -> Document:
    return read(text, kind="text", id=id)


class Fake:
    """An archive that does what a test wants, and keeps in mind how it was treated."""

    def __init__(self, find: Callable[[float], tuple[Source, ...]]) -> None:
        self._find = find
        self.closed = False

    def find(self, document: Document, *, deadline: float | None = None) -> tuple[Source, ...]:
        assert deadline is not None
        return self._find(deadline)

    def text(self, id: str) -> str | None:
        raise AssertionError("not asked for")

    def close(self) -> None:
        self.closed = True


def _lookup_of(path: Path, matcher: Matcher, find: Callable[[float], tuple[Source, ...]], ms: int = 20):
    made: list[Fake] = []

    def opening(path: Path, matcher: Matcher) -> Fake:
        made.append(Fake(find))
        return made[-1]

    return Lookup(path, matcher, ms, opening), made


def _slow(deadline: float) -> tuple[Source, ...]:
    while time.monotonic() < deadline:
        time.sleep(0.001)
    raise ArchiveTimeout("looking up took longer than it may")


def test_the_source_is_named_in_the_report(archive_file, matcher, scorer):
    """The report of a rewrite names its source; without a look-up it names none, and neither has a note about it."""
    report = report_on(scorer, _asked(), Lookup(archive_file, matcher))
    assert [(each.id, each.relation) for each in report.sources][:1] == [("harbour", "rewrite")]
    assert report_on(scorer, _asked(), None).sources == ()
    assert not [note for note in report.notes if note.startswith("sources:")]


def test_quotes_come_where_they_are_asked_for(archive_file, matcher):
    """With `quotes`, aligned sentences quote the source's own text; without, they have none."""
    lookup = Lookup(archive_file, matcher)
    for quotes in (True, False):
        pairs = lookup.find(_asked(), quotes=quotes).sources[0].alignment
        assert pairs
        assert all((pair.source_quote is not None) is quotes for pair in pairs)
    found = lookup.find(_asked(), quotes=True)
    assert found.sources[0].alignment[0].source_quote in ORIGINAL
    assert found.texts["harbour"] == ORIGINAL
    assert set(found.texts) == {each.id for each in found.sources}


def test_texts_come_only_in_time(archive_file, matcher):
    """Where the time is over after the look-up, sources are named without quotes, and no text is read any more."""
    source = Source("harbour", "", "copy", 0.9, 0.9)

    def find(deadline: float) -> tuple[Source, ...]:
        time.sleep(max(0.0, deadline - time.monotonic()))
        return (source,)

    lookup, _ = _lookup_of(archive_file, matcher, find)
    assert lookup.find(_asked(), quotes=True) == Found((source,))


def test_a_slow_archive_gives_a_report_with_a_note(archive_file, matcher, scorer):
    """Beyond the time there are no sources and a note with the time; the archive is not thrown away for being slow."""
    lookup, made = _lookup_of(archive_file, matcher, _slow)
    for _ in range(2):
        report = report_on(scorer, _asked(), lookup)
        assert (report.sources, report.notes[-1]) == ((), LATE)
    assert [each.closed for each in made] == [False]
    assert report.signals == report_on(scorer, _asked(), None).signals


def test_the_deadline_is_the_configured_time_from_now(archive_file, matcher):
    """An archive is told until when to answer."""
    given: list[float] = []
    lookup, _ = _lookup_of(archive_file, matcher, lambda deadline: given.append(deadline) or (), ms=5000)
    before = time.monotonic()
    lookup.find(_asked())
    assert before + 5 <= given[0] <= time.monotonic() + 5


@pytest.mark.parametrize(
    "fault", [ArchiveError("archive.db is damaged"), ValueError("Ines Halvard said"), MemoryError()]
)
def test_a_broken_archive_is_logged_once_without_the_article(archive_file, matcher, scorer, caplog, fault):
    """The report has a note, the log one line, however often it is asked; what fails is closed, and opened anew."""

    def find(deadline: float) -> tuple[Source, ...]:
        raise fault

    lookup, made = _lookup_of(archive_file, matcher, find)
    for _ in range(3):
        report = report_on(scorer, _asked(), lookup)
        assert (report.sources, report.notes[-1]) == ((), UNREADABLE)
    assert [each.closed for each in made] == [True] * 3
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert "Halvard" not in caplog.text


def test_a_removed_archive_is_a_note_until_it_is_back(archive_file, matcher, caplog):
    """A file that goes away while the service runs is missed, one that comes back is used; each loss is logged."""
    lookup = Lookup(archive_file, matcher)
    assert lookup.find(_asked()).sources
    away = archive_file.with_name("away.db")
    for number in (1, 2):
        archive_file.rename(away)
        assert lookup.find(_asked()).note == UNREADABLE
        away.rename(archive_file)
        assert lookup.find(_asked()).sources
        assert len(caplog.records) == number


def test_a_replaced_archive_is_read_instead(archive_file, matcher, tmp_path):
    """Another file under the same name, put there while no change lay beside the old one, is what counts from then on."""
    lookup = Lookup(archive_file, matcher)
    assert [each.id for each in lookup.find(_asked()).sources][:1] == ["harbour"]
    _make(tmp_path / "new.db", matcher, quay=ORIGINAL).replace(archive_file)
    assert [each.id for each in lookup.find(_asked()).sources][:1] == ["quay"]


def test_a_link_is_turned_to_another_archive(archive_file, matcher, tmp_path):
    """A symbolic link that is turned while archives are open leads to the new one: each has a log of changes of its own."""
    link = tmp_path / "current.db"
    link.symlink_to(archive_file)
    lookup = Lookup(link, matcher)
    assert lookup.find(_asked()).sources[0].id == "harbour"
    with Archive(link, matcher, write=True) as writer:  # leaves changes beside the old one
        writer.remove(["bees"])
        other = tmp_path / "other.db"
        other.symlink_to(_make(tmp_path / "new.db", matcher, quay=ORIGINAL))
        other.replace(link)
        assert [each.id for each in lookup.find(_asked()).sources][:1] == ["quay"]


def test_what_another_process_adds_is_found_at_once(archive_file, matcher):
    """An open archive sees what was added, and works on when the index was merged."""
    lookup = Lookup(archive_file, matcher)
    text = UNRELATED.replace("Tessel", "Marl").replace("Oberlin", "Quist")
    with Archive(archive_file, matcher, write=True) as archive:
        archive.remove(["bees"])
        assert not [each for each in lookup.find(_asked(text)).sources if each.id != "row"]
        archive.add([entry_of(matcher, read(UNRELATED, kind="text", id="hives"), keep_text=True)])
        assert lookup.find(_asked(text)).sources[0].id == "hives"
        archive.tidy(everything=True)
        assert lookup.find(_asked(text)).sources[0].id == "hives"


def test_threads_share_a_few_open_archives(archive_file, matcher):
    """Many threads at once get the same answer, and no more archives stay open than the pool holds, until it is closed."""
    opened: list[Archive] = []
    closed: list[Archive] = []

    class Counted(Archive):
        def __init__(self, archive_file: Path, matcher: Matcher) -> None:
            super().__init__(archive_file, matcher)
            opened.append(self)

        def close(self) -> None:
            super().close()
            closed.append(self)

    lookup = Lookup(archive_file, matcher, 10_000, Counted)
    start = threading.Barrier(12)

    def ask(number: int) -> tuple[Source, ...]:
        start.wait()
        return [lookup.find(_asked()).sources for _ in range(5)][-1]

    with ThreadPoolExecutor(12) as pool:
        (answer,) = set(pool.map(ask, range(12)))
    assert answer[0].id == "harbour"
    assert 1 <= len(opened) - len(closed) <= 8
    lookup.close()
    assert len(opened) == len(closed)


def test_a_child_process_opens_its_own(archive_file, matcher):
    """After a fork no connection of the parent's is used: SQLite forbids it."""
    opened: list[int] = []

    def opening(archive_file: Path, matcher: Matcher) -> Archive:
        opened.append(os.getpid())
        return Archive(archive_file, matcher)

    lookup = Lookup(archive_file, matcher, 10_000, opening)
    assert lookup.find(_asked()).sources
    child = os.fork()
    if not child:
        found = lookup.find(_asked()).sources
        os._exit(0 if found and opened[-1] == os.getpid() else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert lookup.find(_asked()).sources
    assert opened == [os.getpid()]


@pytest.mark.parametrize("at", [0, 18, 100, 0.2, 0.4, 0.6, 0.8, "cut", "empty"])
def test_a_damaged_archive_never_stops_a_report(archive_file, matcher, scorer, tmp_path, at):
    """Wherever the file is damaged there is a report: with the sources still found, or with a note."""
    damaged = tmp_path / "damaged.db"
    data = bytearray(archive_file.read_bytes())
    if at == "cut":
        data = data[: len(data) // 2]
    elif at == "empty":
        data = bytearray()
    else:
        begin = at if isinstance(at, int) else int(at * len(data))
        data[begin : begin + 600] = bytes(255 - each for each in data[begin : begin + 600])
    damaged.write_bytes(data)
    report = report_on(scorer, _asked(), Lookup(damaged, matcher))
    assert report.signals == report_on(scorer, _asked(), None).signals or report.sources
    if not isinstance(at, float):  # what stands there may not be read for this article
        assert report.sources or UNREADABLE in report.notes


def test_an_article_is_not_its_own_source_after_an_edit(archive_file, matcher, scorer):
    """What stands in the archive under the article's own id is passed over, however much of it is left."""
    edited = ORIGINAL.replace("nine to four", "nine to five") + "\n\nThe vote was broadcast on the town's own channel."
    assert not report_on(scorer, _asked(edited, "harbour"), Lookup(archive_file, matcher)).sources
    assert report_on(scorer, _asked(edited, "other"), Lookup(archive_file, matcher)).sources[0].id == "harbour"


def test_a_folder_that_cannot_be_written_to_is_no_obstacle(archive_file, matcher, tmp_path):
    """In a folder without the right to write, a file that grew is opened anew, because it was opened as unchanging."""
    if os.getuid() == 0:
        pytest.skip("root may write everywhere")
    folder = tmp_path / "fixed"
    folder.mkdir()
    shutil.copy(archive_file, folder / "archive.db")
    folder.chmod(0o555)
    try:
        lookup = Lookup(folder / "archive.db", matcher)
        assert lookup.find(_asked()).sources[0].id == "harbour"
        shutil.copyfile(_make(tmp_path / "new.db", matcher, quay=ORIGINAL), folder / "archive.db")
        assert lookup.find(_asked()).sources[0].id == "quay"
    finally:
        folder.chmod(0o755)


def test_a_file_that_another_process_has_for_itself_is_not_waited_for(archive_file, matcher):
    """Opening it ends with the time of the look-up, and not with the much longer patience of a command."""
    other = sqlite3.connect(archive_file, isolation_level=None)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    assert Lookup(archive_file, matcher, 50).find(_asked()).note.endswith("did not answer within 50 ms")
    other.close()
    assert Lookup(archive_file, matcher, 10_000).find(_asked()).sources
