"""A batch that goes on where an earlier run of it was ended: which of its lines are still good, and where they go.

The inputs are walked through in step with the old output. As long as each is the one that its line was made from, by name and by the
hash of its bytes, the lines stay where they are. From the first on that is new, changed or gone, the old lines are set aside, in
FILE.part.old, and each is taken from there when its input comes, so the output is in the order of the inputs, each of them once.

A report depends on the article, on all that is in the header of the journal, and on the lines that were counted over the batch. Where
these are others than before, nothing of the old output is good.

A batch that is done keeps its journal. Asked for again, its inputs are compared with it before anything is counted or scored. Where
they are other ones, its output is taken for one that was ended just before it took its name.
"""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING

from copydesk import Repeats

from .beside import Beside
from .inputs import Input
from .item import Line, bare, content_of, key_of
from .journal import Entry, Journal, ResumeError, own_files, records
from .outputs import OutputError
from .workers import Ready

if TYPE_CHECKING:
    from .among import Among

_FORMAT = 1
_RESYNC = 1000  # old lines that are looked through for an input: so many inputs in a row may be gone
_PACKED = (".gz", ".zst", ".parquet")


class Resume:
    """The output of a batch with what it needs to go on. Use as a context; without `finish`, all stays as it is."""

    def __init__(
        self,
        output: Path,
        begun_with: dict[str, object],
        start: bytes,
        *,
        rescore: bool = False,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`begun_with` is all that the reports depend on but for the inputs, by name; `start` stands before the first line;
        `rescore` begins anew; `tell` hears why lines cannot be kept.

        Raises ResumeError where the batch was begun with something else, OutputError where it cannot be written.
        """
        if output.suffix in _PACKED:
            raise ResumeError(
                f"--resume cannot go on with {output.suffix}: write to a plain file and pack it at the end"
            )
        self._target = Path(os.path.realpath(output))
        if self._target.exists() and not self._target.is_file():
            raise ResumeError(f"--resume needs an --output that is a file, and {output} is none")
        self._begun_with, self._start, self._tell = begun_with, start, tell
        part, _, *self._old = own_files(self._target)
        self._aside: _Aside | None = None
        try:
            self._journal = Journal(self._target)
        except OSError as error:
            raise OutputError(f"{output}: cannot be written ({error.strerror})") from error
        try:
            if rescore or not (part.exists() or self._target.exists()):
                self._journal.header = {}
            elif self._journal.header:
                self._check(output if self._journal.is_whole else part)
        except BaseException:
            self._journal.close()
            raise

    def __enter__(self) -> Resume:
        """The files are open already."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the files."""
        if self._aside:
            self._aside.close()
        self._journal.close()

    def unchanged(self, inputs: Iterable[Input], seen: Callable[[int], None]) -> Counter[str] | None:
        """What became of the inputs, where the output is whole and all its lines are theirs; None where there is something to do.

        They are read and hashed as far as that is so, and nothing is scored; `seen` is told how many there were so far. Raises OSError.
        """
        if not self._journal.is_whole:
            return None
        actions: Counter[str] = Counter()
        end, size = len(self._start), self._target.stat().st_size
        entries = self._journal.whole(self._start)
        for number, item in enumerate(inputs, 1):
            entry = next(entries, None)
            if entry is None or (entry.key, entry.content) != (key_of(item), content_of(item)):
                return None
            actions[entry.action] += 1
            end = entry.start + entry.length
            seen(number)
        return actions if end == size else None

    def _check(self, part: Path) -> None:
        header = self._journal.header
        known = header.get("begun_with")
        if header.get("format") != _FORMAT or not isinstance(known, dict):
            raise ResumeError(f"{part} is of another version of Copydesk: begin anew with --rescore")
        names = dict.fromkeys([*self._begun_with, *known])
        others = [name for name in names if known.get(name) != self._begun_with.get(name)]
        if others:
            raise ResumeError(
                f"{part} was begun with another {' and another '.join(others)}: give the same, or begin anew with --rescore"
            )

    def begin(self, repeats: Repeats | None, among: Among | None) -> None:
        """What was counted and compared over all inputs is known: are the old lines good? Raises OSError."""
        counts = _digest(repeats, among)
        header = {"format": _FORMAT, "begun_with": self._begun_with, "counts": counts}
        if self._journal.header and self._journal.header != header:
            self._tell(
                "the inputs are others, and with them what is counted over all of them: every article is scored again"
            )
            self._journal.header = {}
        if self._journal.is_whole:
            self._journal.reopen()
        if self._journal.header and self._journal.open_part(self._start):
            self._aside = _Aside.opened(*self._old)
        else:
            self._forget()
            self._journal.begin(header, self._start)

    def matched(self, items: Iterator[Input | Beside]) -> Iterator[Input | Beside | Ready]:
        """The inputs, those that have a good line already as that line."""
        old = self._journal.entries()
        in_place = True
        for item in items:
            key = key_of(bare(item))
            if in_place:
                entry = next(old, None)
                if entry is not None and (entry.key, entry.content) == (key, content_of(bare(item))):
                    self._journal.keep(entry)
                    if self._aside:
                        self._aside.find(key)
                    yield Ready(Line(None, entry.action, key, entry.content, kept=True))
                    continue
                self._leave_in_place(entry)
                in_place = False
            text, found = self._aside.find(key) if self._aside else (b"", None)
            if found is not None and found.content == content_of(bare(item)):
                yield Ready(Line(text, found.action, key, found.content, kept=True))
            else:
                yield item
        if in_place:
            self._journal.cut()

    def _leave_in_place(self, entry: Entry | None) -> None:
        """From here on lines are written; those that stand there and may be good are set aside."""
        if entry is not None and self._aside is None:
            self._journal.set_aside(*self._old)
            self._aside = _Aside.opened(*self._old)
        else:  # there are none, or others are aside already: these few are made again
            self._journal.cut()

    def add(self, line: Line) -> None:
        """Write a line, unless it stands there already. Raises OSError."""
        if line.text is not None:
            self._journal.add(line)

    def suspend(self) -> None:
        """Everything so far is on the disk when this comes back. Raises OSError."""
        if self._journal.header:
            self._journal.flush(sync=True)

    def finish(self) -> None:
        """The output is whole, and takes its name. Raises OSError."""
        self._journal.finish()
        self._forget()

    def _forget(self) -> None:
        for path in reversed(self._old):  # the journal first: without it, there is nothing aside
            path.unlink(missing_ok=True)


class _Aside:
    """Old lines, each to be asked for once, in about the order in which they stand there."""

    def __init__(self, data: IO[bytes], index: IO[bytes]) -> None:
        self._data, self._index = data, index
        self._records = records(index.read, 0)
        self._near: deque[Entry] = deque()

    @classmethod
    def opened(cls, data: Path, index: Path) -> _Aside | None:
        """Those of two files; None where there are none."""
        with suppress(FileNotFoundError):
            return cls(data.open("rb"), index.open("rb"))
        return None

    def close(self) -> None:
        """Close the files."""
        self._data.close()
        self._index.close()

    def find(self, key: bytes) -> tuple[bytes, Entry | None]:
        """The line of this input and its record; those before it are gone then. None where it has none that is whole."""
        self._near.extend(islice(self._records, _RESYNC - len(self._near)))
        at = next((n for n, entry in enumerate(self._near) if entry.key == key), None)
        if at is None:
            return b"", None
        for _ in range(at):
            self._near.popleft()
        entry = self._near.popleft()
        text = os.pread(self._data.fileno(), entry.length, entry.start)
        return (text, entry) if entry.confirms(text) else (b"", None)


def _digest(repeats: Repeats | None, among: Among | None) -> str:
    digest = blake2b(digest_size=16)
    if repeats is not None:
        digest.update(repeats.keys.tobytes())
        digest.update(repeats.counts.tobytes())
    if among is not None:
        digest.update(among.digest())
    return digest.hexdigest()
