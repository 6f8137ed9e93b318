"""Options that several commands share, and what they come to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from copydesk import Scorer

    from .config import Settings

EXISTING = click.Path(exists=True, allow_dash=True)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUTPUT = click.Path(dir_okay=False, path_type=Path)

F = TypeVar("F", bound=Callable[..., Any])


def model_options(command: F) -> F:
    """`--model` and `--policy`."""
    command = click.option("--policy", type=FILE, help="Thresholds and actions, a JSON file.")(command)
    return click.option("--model", type=FOLDER, help="A model folder in place of the shipped model.")(command)


def allow_option(command: F) -> F:
    """`--allow`."""
    help_text = "An article may be copied from sources whose id starts so; may be given again. Adds to the policy's."
    return click.option("--allow", multiple=True, metavar="SOURCE_PREFIX", help=help_text)(command)


def state_option(command: F) -> F:
    """`--state`."""
    help_text = "The folder with what the service remembers. Default: COPYDESK_STATE."
    return click.option("--state", type=click.Path(file_okay=False, path_type=Path), help=help_text)(command)


def loaded_scorer(settings: Settings) -> Scorer:
    """The scorer that the settings ask for. Raises ModelError."""
    from copydesk import Scorer

    return Scorer.load(settings.model, settings.policy)
