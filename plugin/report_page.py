"""`copydesk score --format html`: a batch as one page that an editor opens from a disk, with nothing beside it.

Reports come one by one and the page is written as they come. A row of the table goes out at once, as data in an element that is not
shown; totals and histograms are counters that are written at the end, and so stand below the data in the file, though they are the
first thing to be seen. Marked lines are kept, in this process, of the worst articles only. So memory is bounded however many there
are (`DETAILS_BYTES` of excerpts, and three times that while the end is written), and so is the page: `ROWS_BYTES` + `DETAILS_BYTES` and
a megabyte. What finds no room is said on the page, and counts in all the totals.
"""

from __future__ import annotations

import heapq
import json
from dataclasses import dataclass
from datetime import datetime

from copydesk import SIGNALS, Policy, Report

from . import report_frame as frame
from .inputs import Failure
from .marks import look
from .report_lines import lines
from .report_rows import as_json, middle_cut, row
from .report_totals import ACTIONS, Totals
from .table import claimed, visible

ROWS_BYTES = {True: 16_000_000, False: 12_000_000}  # of flagged articles (some 40,000), and of those that pass (60,000)
DETAILS_BYTES = 12_000_000
MOST_DETAILS = 5_000  # articles whose lines are kept
_FAILURES = 1_000
_FAILURE_WIDTH = 300  # characters of a failed input's name, and of its reason


@dataclass(frozen=True, slots=True, order=True)
class _Kept:
    """The row and the lines of an article, as JSON, ordered by how bad it is, of two alike the earlier one higher.

    `before` is the article's place in the batch, negative; `written` says whether its row is in the page already.
    """

    action: int
    score: float
    before: int
    row: bytes
    html: bytes
    written: bool

    @property
    def size(self) -> int:
        """Bytes that it takes, here and in the page."""
        return len(self.row) + len(self.html)


class ReportPage:
    """Writes the page of a batch."""

    def __init__(self, policy: Policy | None = None, *, now: datetime | None = None) -> None:
        """`policy` is said in the heading; `now` is the date on the page (default: the present)."""
        self._policy = policy or Policy()
        self._now = now or datetime.now().astimezone()
        self._totals = Totals()
        self._failures: list[tuple[str, str]] = []
        self._failed = 0
        self._kept: list[_Kept] = []  # a heap, the mildest first
        self._kept_bytes = 0
        self._rows_bytes = {True: 0, False: 0}
        self._full = {True: False, False: False}
        self._rows = 0

    def start(self) -> str:
        """Everything up to the first row."""
        return frame.head(self._now) + '<script type="application/json" id="rows">[0'

    def add(self, report: Report) -> str:
        """The row of an article, if there is still room for it."""
        source = claimed(report)
        self._totals.add(report, source)
        data = as_json(row(self._totals.scored, report, source))
        flagged = report.action != "publish"
        written = self._fits(flagged, len(data) + 2)
        if flagged:
            self._keep(report, data, written)
        return f",\n{data}" if written else ""

    def fail(self, failure: Failure) -> str:
        """Nothing yet: inputs that could not be scored are listed at the end."""
        self._failed += 1
        if len(self._failures) < _FAILURES:
            reason = visible(failure.reason[:_FAILURE_WIDTH])
            self._failures.append((middle_cut(failure.where, _FAILURE_WIDTH), reason))
        return ""

    def end(self, failed: int = 0) -> str:
        """The rest of the page. `failed` counts the inputs without a report, those that `fail` was told of and others."""
        self._kept.sort(reverse=True)
        late = [f",\n{kept.row.decode()}" for kept in self._kept if not kept.written]
        parts = [*late, ']</script>\n<script type="application/json" id="details">{"0":""']
        parts += [f',\n"{-kept.before}":{kept.html.decode()}' for kept in self._kept]
        looks = [look(name) for name in SIGNALS]
        facts = {"signals": [[each.css, each.letter, each.name] for each in looks]}
        parts.append(f'}}</script>\n<script type="application/json" id="facts">{as_json(facts)}</script>\n')
        batch = frame.Batch(
            now=self._now,
            policy=self._policy,
            totals=self._totals,
            failed=max(failed, self._failed),
            failures=self._failures,
            rows=self._rows + len(late),
            details=len(self._kept),
            worst=[(json.loads(kept.row), json.loads(kept.html)) for kept in self._kept[: frame.LISTED]],
        )
        parts += map(frame.ascii_only, frame.body(batch))
        return "".join(parts)

    def _fits(self, flagged: bool, size: int) -> bool:
        """Is there room for the row? Once there was none, later ones are left out, too, so that what is listed is a beginning."""
        if self._full[flagged] or self._rows_bytes[flagged] + size > ROWS_BYTES[flagged]:
            self._full[flagged] = True
            return False
        self._rows_bytes[flagged] += size
        self._rows += 1
        return True

    def _keep(self, report: Report, data: str, written: bool) -> None:
        """Keep the lines of an article if it is among the worst, and let go of milder ones if there is no room for all."""
        key = (ACTIONS.index(report.action), report.score or 0.0, -self._totals.scored)
        if len(self._kept) >= MOST_DETAILS:
            mildest = self._kept[0]
            if key < (mildest.action, mildest.score, mildest.before):
                return
        kept = _Kept(*key, data.encode(), as_json(lines(report)).encode(), written)
        heapq.heappush(self._kept, kept)
        self._kept_bytes += kept.size
        while len(self._kept) > MOST_DETAILS or self._kept_bytes > DETAILS_BYTES:
            self._kept_bytes -= heapq.heappop(self._kept).size
