"""`manage.py copydesk_rescore`: for cron, once a minute or so."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ...rescoring import rescore


class Command(BaseCommand):
    """Scores what could not be scored."""

    help = (
        "Scores what is marked “not scored”. What was kept back and passes is published; what was let out and is held "
        "is unpublished. Exits with 1 while the scorer does not answer."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The most texts of one run."""
        parser.add_argument("--limit", type=int, default=500, help="the most texts that are scored (500)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, and say what was done."""
        tally = rescore(options["limit"])
        done = (
            f"published {tally.published}, passed {tally.passed}, held {tally.held} (unpublished {tally.unpublished}), "
            f"dropped {tally.dropped}, failed {tally.failed}"
        )
        if tally.unanswered:
            raise CommandError(f"the scorer does not answer; {done}")
        self.stdout.write(done)
