"""`manage.py copydesk_audit_pages`: what is live without a verdict, because it went round the gate or is older than it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandParser

from ... import gate
from ...content import content_of, is_gated
from ...verdicts import State


class Command(BaseCommand):
    """Finds live texts that nobody judged, or that are held."""

    help = (
        "Lists live pages whose text was never judged, or is held: published before Copydesk, or by QuerySet.update()."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do with them."""
        parser.add_argument("--judge", action="store_true", help="score those that were never judged")
        parser.add_argument("--unpublish", action="store_true", help="unpublish those that are held; implies --judge")

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through everything that is live, and name what should not be."""
        count = 0
        for obj in _live():
            content = content_of(obj)
            if content is None or content.is_empty or getattr(obj, "alias_of_id", None):
                continue
            verdict = gate.known(obj, content)
            if verdict is None and (options["judge"] or options["unpublish"]):
                verdict = gate.store(obj, gate.score(obj, content))
            if verdict is not None and not verdict.holds and verdict.state != State.NOT_SCORED:
                continue
            count += 1
            state = "never judged" if verdict is None else f"{verdict.state} {verdict.summary or verdict.error}".strip()
            self.stdout.write(f"{obj._meta.label} {obj.pk} {content.title}: {state}")
            if options["unpublish"] and verdict is not None and verdict.state == State.HELD:
                obj.unpublish(log_action="copydesk.unpublish")
        self.stdout.write(f"{count} to look at")


def _live() -> Iterator[Any]:
    for model in apps.get_models():
        if is_gated(model):
            for obj in model._base_manager.filter(live=True).iterator():
                if type(obj) is model and getattr(obj, "specific_class", model) is model:
                    yield obj
