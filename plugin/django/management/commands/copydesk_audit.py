"""`manage.py copydesk_audit`: rows of gated models that readers see with a text that nobody judged."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandParser

from ...gate import GatedModel, rescore


class Command(BaseCommand):
    """Finds what `QuerySet.update()`, `bulk_create()` and fixtures let past, and scores what could not be scored."""

    help = "Lists published rows of gated models whose text was never judged. Exits with 1 if there are any, for cron."

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do with them."""
        parser.add_argument("--judge", action="store_true", help="judge them: what is held is withdrawn")
        parser.add_argument("--rescore", action="store_true", help="also score again what is marked “not scored”")

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through all gated models."""
        count = 0
        for model in apps.get_models():
            if not issubclass(model, GatedModel):
                continue
            if options["rescore"]:
                published, waiting = rescore(model)
                self.stdout.write(f"{model._meta.label}: {published} published, {waiting} waiting")
            for row in list(model.objects.all().unjudged()):
                if options["judge"]:
                    row.save()
                    self.stdout.write(
                        f"{model._meta.label} {row.pk}: {row.copydesk_state} {row.copydesk_summary}".strip()
                    )
                else:
                    count += 1
                    self.stdout.write(f"{model._meta.label} {row.pk}: never judged")
        if count:
            raise SystemExit(1)
