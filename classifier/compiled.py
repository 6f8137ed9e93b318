"""Chooses between a function in numpy and its compiled twin: the same arguments, the same results, a fraction of the time.

An article of 250 words is some thousand numbers, for which calling numpy costs more than what it computes. The twins stand in
`native/`, a Cython module for a module here, with a function for a function; every index in them is checked, because what they
read comes from outside. Where no compiler was at hand at installation, they are missing and numpy does the work.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])
TWINS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {}  # "module.name": the function in numpy, its twin


def compiled(reference: F) -> F:
    """The compiled twin of `reference`, which has its name without a leading underscore, in the native module of its module's name;
    `reference` itself where that is not installed. Raises AttributeError if the module is there without the function."""
    module, name = reference.__module__.rpartition(".")[2], reference.__name__.lstrip("_")
    try:
        native = import_module(f"{__package__}.native.{module}")
    except ImportError:
        return reference
    twin: F = getattr(native, name)
    TWINS[f"{module}.{name}"] = reference, twin
    return twin
