"""Parquet with named columns, a row an article, read a few rows at a time.

A file states in the header of every page how far it unpacks; all pages that are needed are looked at before any is unpacked, so that
a cell of 1 GB costs nothing. A cell that repeats stands once in a page and is copied for every row, so the larger the largest page, the
fewer rows are read at once. (Cells as numbers into a list would cost one cell, but pyarrow keeps all of a row group for that.)
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import limits
from .columns import ColumnError, Columns, chosen, row_of
from .items import Failure, Input, needs
from .pages import PageError, check_pages

if TYPE_CHECKING:
    import pyarrow.parquet as pq

_ROWS = 16  # at once, which is fast enough
_AT_ONCE = 64 * 1024 * 1024  # bytes that so many rows may come to: fewer where a page, and so a cell, may be large
_REST = "the rest of the file is not scored"
_BUFFER = 1024 * 1024  # bytes read at once of a column


def parquet(name: str, path: Path, columns: Columns) -> Iterator[Input]:
    """The rows of a Parquet file; rows count from 1."""
    if not path.is_file():
        yield Failure(name, "not a regular file; Parquet is read from its end, so it cannot come through a pipe")
        return
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ModuleNotFoundError:
        yield Failure(name, needs("parquet", "Parquet"))
        return
    number = 0
    try:
        with path.open("rb") as stream:
            with pq.ParquetFile(stream, buffer_size=_BUFFER) as file:
                names = file.schema_arrow.names
                found = {field: names[at] for field, at in chosen(columns, names).items()}
                _check_types(file, found)
                largest = check_pages(stream, _chunks(file, set(found.values())))
            stream.seek(0)
            with pq.ParquetFile(stream, buffer_size=_BUFFER, pre_buffer=False) as file:
                at_once = max(1, min(_ROWS, _AT_ONCE // (largest * len(found) or 1)))
                for row in _rows(file, found, at_once):
                    number += 1
                    yield _row(f"{name}: row {number}", row)
        if not number:
            yield Failure(name, "there are no rows")
    except (ColumnError, PageError) as error:
        yield Failure(name, str(error))
    except (pa.ArrowException, OSError, MemoryError) as error:
        reason = " ".join(str(error).split())[:200]
        if number:
            yield Failure(f"{name}: row {number + 1}", f"the Parquet file is damaged ({reason}); {_REST}")
        else:
            yield Failure(name, f"the Parquet file is damaged ({reason})")


def _chunks(file: pq.ParquetFile, wanted: set[str]) -> Iterator[tuple[str, int, int]]:
    """Where the columns stand in the file, row group by row group."""
    metadata = file.metadata
    for group in range(metadata.num_row_groups):
        for at in range(metadata.num_columns):
            chunk = metadata.row_group(group).column(at)
            if chunk.path_in_schema in wanted:
                start = min(filter(None, (chunk.dictionary_page_offset, chunk.data_page_offset)), default=0)
                yield chunk.path_in_schema, start, chunk.total_compressed_size


def _check_types(file: pq.ParquetFile, columns: dict[str, str]) -> None:
    """Raises ColumnError for a column that holds lists or structs."""
    import pyarrow.types as types

    for field, column in columns.items():
        kind = file.schema_arrow.field(column).type
        if types.is_nested(kind):
            raise ColumnError(f"column {column!r} ({field}) holds {kind}, expected strings")


def _rows(file: pq.ParquetFile, columns: dict[str, str], at_once: int) -> Iterator[dict[str, Any]]:
    """The cells of every row by their fields."""
    for batch in file.iter_batches(batch_size=at_once, columns=list(columns.values()), use_threads=False):
        for at in range(batch.num_rows):
            yield {field: batch.column(column)[at].as_py() for field, column in columns.items()}


def _row(where: str, cells: dict[str, Any]) -> Input:
    size = sum(len(cell) for cell in cells.values() if isinstance(cell, str | bytes))
    if size > limits.MAX_INPUT:
        return Failure(where, f"the row is larger than {limits.MAX_INPUT} bytes")
    return row_of(where, cells)
