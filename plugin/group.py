"""The group of commands: finds them, and turns errors into exit codes, in one place.

Commands of other parts of the house (training) come from the entry-point group "copydesk.commands" and are imported
only when they are asked for, so that scoring starts fast and needs no extra.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

_GROUP = "copydesk.commands"
_ANYTHING = {"ignore_unknown_options": True, "allow_extra_args": True}
_EXTRA = {"sklearn": "train", "scipy": "train", "matplotlib": "train", "distributed": "dask", "pyarrow": "dask"}


class _WrongUsage(click.ClickException):
    exit_code = 2


class Commands(click.Group):
    """The commands of this module and those of the entry points, and the one place where errors become exit codes."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return sorted({*super().list_commands(ctx), *_entry_points()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command of this module, else one of an entry point, imported now."""
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        entry = _entry_points().get(cmd_name)
        return None if entry is None else _load(entry)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error of ours ends it with its message and 2, an interruption quietly."""
        from copydesk import CopydeskError

        try:
            return super().invoke(ctx)
        except CopydeskError as error:
            raise failure(str(error)) from error
        except ModuleNotFoundError as error:
            if hint := _hint(error):
                raise failure(hint) from error
            raise
        except KeyboardInterrupt:
            click.echo("interrupted", err=True)
            ctx.exit(130)
        except BrokenPipeError:
            # Python flushes standard output once more at its end, and would complain.
            sys.stdout = open("/dev/null", "w")  # noqa: PTH123, SIM115 - closed by the end of the process
            ctx.exit(141)  # as any program that a closed pipe ends
        except OSError as error:
            raise failure(f"{error.filename or 'standard output'}: {error.strerror}") from error


def _entry_points() -> dict[str, EntryPoint]:
    from importlib.metadata import entry_points

    return {entry.name: entry for entry in entry_points(group=_GROUP)}


def _load(entry: EntryPoint) -> click.Command:
    """The command of an entry point; where it cannot be imported, one that says why when it is run."""
    try:
        command = entry.load()
    except ImportError as error:
        refusal = failure(_hint(error) or f"{entry.name} cannot be loaded: {error}")

        def refuse() -> None:
            raise refusal

        return click.Command(entry.name, callback=refuse, short_help=refusal.message, context_settings=_ANYTHING)
    assert isinstance(command, click.Command)
    return command


def _hint(error: ImportError) -> str | None:
    """How to get the module that is missing, where an extra of ours has it."""
    extra = _EXTRA.get((error.name or "").partition(".")[0])
    return f"install the extra: pip install 'copydesk[{extra}]'" if extra else None


def failure(message: str) -> click.ClickException:
    """What ends a command with exit code 2 and this message."""
    from .table import visible

    return _WrongUsage(visible(message))
