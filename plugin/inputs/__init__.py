"""Everything that comes in: paths become a stream of inputs (`find`), each an article, a file, a row, a record, or a failure."""

from __future__ import annotations

from .columns import parse_columns
from .finding import Inputs, find
from .items import (
    ENDINGS,
    Article,
    Failure,
    FileInput,
    Format,
    Input,
    InputError,
    Kind,
    RecordInput,
    RowInput,
    kind_of,
)
from .limits import MAX_INPUT
from .reading import read_bounded, read_file, standard_input

__all__ = [
    "ENDINGS",
    "MAX_INPUT",
    "Article",
    "Failure",
    "FileInput",
    "Format",
    "Input",
    "InputError",
    "Inputs",
    "Kind",
    "RecordInput",
    "RowInput",
    "find",
    "kind_of",
    "parse_columns",
    "read_bounded",
    "read_file",
    "standard_input",
]
