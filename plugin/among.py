"""`--among`: the articles of a batch compared with each other, without comparing each with all.

The first pass, which counts lines, makes fingerprints too and puts those of different texts into a temporary archive. Then every text
is looked up in it, as in any archive: that costs the same whatever the size of the batch, and gives pairs. Where an article's list is
full of copies of itself, what it was made from may not be on it; so the first articles of such heaps are looked up once more among
themselves. Last, every article in a pair is compared with the earlier ones of its cluster, which settles who is whose source.

In memory stand some numbers an article, and the pairs. The temporary folder has 1.6 KB an article, without any text unless quotes of
both sides are wanted, and is removed at the end; only kill -9 leaves it behind.
"""

from __future__ import annotations

import signal
import sys
import tempfile
import threading
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from hashlib import blake2b
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click
import numpy as np

from copydesk import CopydeskError, Matcher, Model, RepeatCounter, Repeats

from .among_store import BatchStore, Item, Numbers, close_stores, open_store, store_path
from .among_work import Numbered, close_archives, compare, gather, look
from .archive import Archive
from .archive_entry import Entry, renamed
from .archive_errors import ArchiveError
from .beside import Beside
from .clusters import Cluster, Family, Found, Kin, Texts, cluster_to_dict, summary
from .given import Giver, given_scorer
from .inputs import Failure, FileInput, Input, RowInput
from .outputs import opened
from .schema import to_json
from .worker import Lost
from .workers import Over

if TYPE_CHECKING:
    from .progress import Progress

_BATCH = 4096  # texts that are added to the archive at once
_FULL = 5  # claims from which a list may hide others: `Archive.find` compares with six
_ROUNDS = 3  # of looking up the first articles of heaps among themselves
_RESYNC = 1000  # inputs that may have gone between two passes


class AmongError(CopydeskError):
    """The batch cannot be compared: the temporary folder is full or not writable."""


class Among:
    """One batch, compared with itself. `clusters` are known when the first report is."""

    def __init__(
        self, ahead: Callable[[], Iterator[Input]], *, quotes: bool = False, told: Callable[[int], None] | None = None
    ) -> None:
        """`ahead` gives the inputs, as often as need be; `quotes`: sources come with the quotes of their own sentences; `told` hears
        how many were looked up."""
        self.ahead = ahead
        self.clusters: tuple[Cluster, ...] = ()
        self.articles = 0
        self.left_out = 0
        self._quotes = quotes
        self._told = told
        self._keys = array("q")  # of every input, 8 bytes each
        self._digest = blake2b(digest_size=16)  # of all that sources are told by
        self._family: Family | None = None
        self._model: Model | None = None
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._folder = Path()

    def __enter__(self) -> Among:
        """Make the temporary folder. Raises AmongError."""
        try:
            self._temporary = tempfile.TemporaryDirectory(prefix="copydesk-among-", ignore_cleanup_errors=True)
        except OSError as error:
            raise AmongError(f"--among needs a temporary folder (TMPDIR): {error.strerror}") from error
        self._folder = Path(self._temporary.name)
        return self

    def __exit__(self, *_: object) -> None:
        """Remove it."""
        close_archives()
        close_stores()
        if self._temporary is not None:
            self._temporary.cleanup()

    def prepare(
        self, over: Over, given: Giver, *, lines: bool, counted: Callable[[int], None] | None
    ) -> Repeats | None:
        """Everything up to the clusters; with `lines`, also how many articles each line stands in.

        Raises AmongError where the temporary folder cannot be used.
        """
        self._model = given_scorer(given).model
        try:
            repeats, texts = self._gather(over, given, lines, counted)
            found = self._look_up(over, given, texts)
            self._family = self._settle(over, given, texts, found)
            self.clusters = tuple(self._family.clusters())
        except ArchiveError as error:
            raise AmongError(f"the articles cannot be compared, in the temporary folder {error}") from error
        return repeats

    def beside(self, inputs: Iterator[Input]) -> Iterator[Input | Beside]:
        """The inputs for their scoring: each that has sources in the batch comes with their numbers."""
        for numbered in self._numbered(inputs):
            self.left_out += numbered.number < 0 and not isinstance(numbered.item, Failure)
            others = self._family.others(numbered.number) if self._family and numbered.number >= 0 else ()
            yield Beside(numbered.item, others, self._folder, self._quotes) if others else numbered.item

    def item(self, number: int) -> Item:
        """An article of the batch, once it is prepared."""
        return self._store().item(number)

    def digest(self) -> bytes:
        """Names the articles that were compared: with the same, every article has the same sources."""
        return self._digest.digest()

    def _gather(
        self, over: Over, given: Giver, lines: bool, counted: Callable[[int], None] | None
    ) -> tuple[Repeats | None, Texts]:
        """The first pass."""
        counter = RepeatCounter() if lines else None
        known: dict[bytes, int] = {}  # the first article of every text
        items: list[tuple[int, Item, int]] = []
        fresh: list[Entry] = []
        store = BatchStore(store_path(self._folder), write=True)
        with self._archive(0) as archive:

            def keep() -> None:
                store.add(items, fresh)
                archive.add([entry._replace(body=None) for entry in fresh if entry.terms])
                items.clear()
                fresh.clear()

            work = partial(gather, given, self._quotes, lines)
            for number, found in enumerate(over(self._keyed(self.ahead()), work, _no_answer)):
                if counted:
                    counted(number + 1)
                if found is None:
                    continue
                if counter is not None and found.prints is not None:
                    counter.add(found.prints)
                self._digest.update(repr((number, found.entry.hash, found.item)).encode("utf-8", "replace"))
                twin = known.setdefault(found.entry.hash, number)
                items.append((number, found.item, twin))
                if twin == number:
                    fresh.append(renamed(found.entry, str(number)))
                if len(items) == _BATCH:
                    keep()
                self.articles += 1
            keep()
            archive.tidy()
        store.close()
        numbers, twins = self._store().order()
        return counter.result() if counter else None, Texts.of(len(self._keys), numbers, twins)

    def _look_up(self, over: Over, given: Giver, texts: Texts) -> Found:
        """Pairs: every text in the archive, then the first ones of heaps among themselves."""
        found = Found()
        wanted = np.flatnonzero(texts.count)
        for number in range(1 + _ROUNDS):
            if len(wanted) < 2:
                break
            heaps = self._look_up_these(over, given, wanted, number, found)
            union = found.union()
            wanted = np.unique(np.array([union.root(text) for text in heaps], dtype=np.int64))
            if len(wanted) > 1:
                with self._archive(number + 1) as archive:
                    archive.add(self._store().entries(wanted.tolist()))
        return found

    def _look_up_these(self, over: Over, given: Giver, wanted: Numbers, number: int, found: Found) -> list[int]:
        """Look these texts up in the archive of that number; those whose list was full of claims."""
        heaps = []
        among_these = np.zeros(len(self._keys), dtype=np.bool_)
        among_these[wanted] = True
        inputs = (x for x in self._numbered(self.ahead()) if x.number >= 0 and among_these[x.number])
        for done, (text, others) in enumerate(over(inputs, partial(look, given, self._path(number)), _no_sources), 1):
            found.add(text, others)
            if sum(claimed for _, claimed in others) >= _FULL:
                heaps.append(text)
            if self._told and not number:
                self._told(done)
        return heaps

    def _settle(self, over: Over, given: Giver, texts: Texts, found: Found) -> Family:
        """Compare the articles of pairs with the earlier ones."""
        pairs = found.to_compare(texts)
        inputs = (replace(x, others=tuple(pairs[x.number])) for x in self._numbered(self.ahead()) if x.number in pairs)
        kin: dict[int, tuple[list[Kin], Kin | None]] = {}
        for text, own in over(inputs, partial(compare, given, self._folder), _no_kin):
            kin[text] = own
        return Family(texts, kin)

    def _path(self, number: int) -> Path:
        return self._folder / f"index{number}.db"

    def _archive(self, number: int) -> Archive:
        """A new archive: of all texts, or one of the later rounds'."""
        assert self._model
        return Archive(self._path(number), Matcher(self._model), write=True, keep_text=False)

    def _store(self) -> BatchStore:
        assert self._model
        return open_store(self._folder, self._model)

    def _keyed(self, inputs: Iterator[Input]) -> Iterator[Input]:
        for item in inputs:
            self._keys.append(_key(item))
            yield item

    def _numbered(self, inputs: Iterator[Input]) -> Iterator[Numbered]:
        """The inputs with the numbers that the first pass gave them, -1 for those that it did not see: what stands in a pipe behind
        the end of what is kept of it, and files that came or went meanwhile."""
        keys, at = self._keys, 0
        for item in inputs:
            key = _key(item)
            near = keys[at : at + 1] if at < len(keys) and keys[at] == key else keys[at : at + _RESYNC]
            try:
                number = at + near.index(key)
            except ValueError:
                yield Numbered(item, -1)
                continue
            at = number + 1
            yield Numbered(item, number)


@contextmanager
def comparing(
    ahead: Callable[[], Iterator[Input]],
    clusters: Path | None,
    progress: Progress,
    *,
    quotes: bool,
    quiet: bool,
) -> Iterator[Among]:
    """A comparison for a batch that is scored meanwhile; at its end the clusters are written, whole or not at all, and summed up on
    standard error."""
    file = nullcontext(None) if clusters is None else opened(clusters)
    with _terminated(), Among(ahead, quotes=quotes, told=progress.compared) as among, file as stream:
        yield among
        if stream is not None:
            for each in among.clusters:
                stream.write((to_json(cluster_to_dict(each, among.item)) + "\n").encode("utf-8", "replace"))
        if not quiet:
            for line in summary(among.clusters, among.articles, among.left_out, among.item):
                click.echo(line, err=True)


@contextmanager
def _terminated() -> Iterator[None]:
    """SIGTERM ends the process as an error would, so that temporary files go."""
    if threading.current_thread() is not threading.main_thread():  # signals are handled in the main thread alone
        yield
        return

    def end(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a second one ends it at once
        sys.exit(128 + number)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _no_answer(item: Input, lost: Lost) -> None:
    """An input that ended its process, twice, is compared with nothing; the scoring tells of it."""


def _no_sources(numbered: Numbered, lost: Lost) -> tuple[int, list[tuple[int, bool]]]:
    return numbered.number, []


def _no_kin(numbered: Numbered, lost: Lost) -> tuple[int, tuple[list[Kin], Kin | None]]:
    return numbered.number, ([], None)


def _key(item: Input) -> int:
    """Tells an input from others, as long as this process lives."""
    if isinstance(item, FileInput):
        return hash(str(item.path))
    return hash(item.where if isinstance(item, RowInput | Failure) else item.id)
