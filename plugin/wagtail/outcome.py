"""What became of an attempt to publish, and who is told.

`revision.publish()` returns None where it published and an Outcome where it did not: Wagtail's own loops (bulk actions, scheduled
publishing, the end of a workflow) and those of other people go on with the next page. A program that would rather have an exception
says so: `with strict(): revision.publish()`. During a request the outcomes are collected, for the messages at its end.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from wagtail.actions.publish_revision import PublishPermissionError

if TYPE_CHECKING:
    from .verdicts import Verdict


class PublishHeld(PublishPermissionError):
    """Raised under `strict` in place of publishing; `outcome` has the verdict. Wagtail's APIs answer it with 403."""

    def __init__(self, outcome: Outcome) -> None:
        """Say why, as an editor would read it."""
        super().__init__(outcome.message)
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to "may this go out?": true in a condition where it may not.

    `verdict` is None where nothing was judged: another type of page, or one without text.
    """

    title: str
    held: bool = False
    scored: bool = True
    verdict: Verdict | None = None

    def __bool__(self) -> bool:
        """Was the publication stopped?"""
        return self.held

    @property
    def message(self) -> str:
        """One sentence for the editor."""
        reasons = self.verdict.summary if self.verdict is not None else ""
        if self.held and self.scored:
            return _("Held for review: %(reasons)s. “%(title)s” is kept as a draft.") % {
                "reasons": reasons or _("the article was flagged"),
                "title": self.title,
            }
        if self.held:
            return _(
                "Not scored: the scorer gave no answer. “%(title)s” is kept as a draft and will be judged again."
            ) % {"title": self.title}
        if not self.scored:
            return _("“%(title)s” was not scored, because the scorer gave no answer. It will be judged again.") % {
                "title": self.title
            }
        return _("“%(title)s” passed.") % {"title": self.title}


@dataclass(slots=True)
class Watch:
    """What happened since a request began: outcomes that somebody should hear of, and how many objects were published."""

    outcomes: list[Outcome] = field(default_factory=list)
    published: int = 0
    told: bool = False

    def add(self, outcome: Outcome) -> None:
        """Keep an outcome; of two about the same verdict, the later one."""
        if outcome.verdict is not None and (outcome.held or not outcome.scored):
            self.outcomes = [each for each in self.outcomes if _key(each) != _key(outcome)] + [outcome]

    def held(self, obj: Any) -> Outcome | None:
        """The outcome that stopped this object, if one did."""
        for outcome in self.outcomes:
            if outcome.held and outcome.verdict is not None and outcome.verdict.is_about(obj):
                return outcome
        return None


def _key(outcome: Outcome) -> tuple[Any, ...] | None:
    verdict = outcome.verdict
    return None if verdict is None else (verdict.content_type_id, verdict.object_id)


_watch: ContextVar[Watch | None] = ContextVar("copydesk_watch", default=None)
_strict: ContextVar[bool] = ContextVar("copydesk_strict", default=False)


def current() -> Watch | None:
    """The watch of the request that is being answered, if one is."""
    return _watch.get()


@contextmanager
def watching() -> Iterator[Watch]:
    """Collect outcomes."""
    watch = Watch()
    token = _watch.set(watch)
    try:
        yield watch
    finally:
        _watch.reset(token)


@contextmanager
def strict(on: bool = True) -> Iterator[None]:
    """Within it, a publication that is held raises PublishHeld. Not for loops: what follows the held page is not reached."""
    token = _strict.set(on)
    try:
        yield
    finally:
        _strict.reset(token)


def be_strict() -> None:
    """Let holds raise up to the end of the `strict` block that one is in."""
    _strict.set(True)


def is_strict() -> bool:
    """Does a hold raise?"""
    return _strict.get()
