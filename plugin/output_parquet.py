"""Reports as Parquet: a row each, with evidence and sources as lists of structs, for whoever counts over many of them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from copydesk import SIGNALS, Report

from .inputs import Failure
from .inputs.items import needs
from .outputs import OutputError
from .schema import failure_to_dict, report_to_dict

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS = 1000  # reports of a row group, some 2 MB
_CHARACTERS = 8 * 1024 * 1024  # of quotes and texts in a row group, if they come sooner


class Parquet:
    """A row a report, with the contract's fields; row groups as they fill up, the directory of the file at its end."""

    def __init__(self, with_text: bool = False, with_alignment: bool = False) -> None:
        """`with_text` adds the column `text`, `with_alignment` the sentences to every source. Raises OutputError without pyarrow."""
        try:
            import pyarrow as pa
            import pyarrow.parquet as pq
        except ModuleNotFoundError as error:
            raise OutputError(needs("parquet", "--format parquet")) from error
        self._with_text, self._with_alignment = with_text, with_alignment
        self._schema = report_schema(with_text, with_alignment)
        self._written = _Written()
        self._file = pq.ParquetWriter(pa.PythonFile(self._written, mode="w"), self._schema, compression="zstd")
        self._rows: list[dict[str, Any]] = []
        self._size = 0

    def start(self) -> bytes:
        """The first bytes of the file."""
        return self._written.take()

    def add(self, report: Report) -> bytes:
        """Nothing, or a row group that is full."""
        size = sum(len(found.quote) for found in report.evidence) + (len(report.text) if self._with_text else 0)
        return self._add(report_to_dict(report, self._with_text, self._with_alignment), size)

    def _add(self, row: dict[str, Any], size: int) -> bytes:
        self._rows.append(row)
        self._size += size
        if len(self._rows) >= _ROWS or self._size >= _CHARACTERS:
            self._write()
        return self._written.take()

    def fail(self, failure: Failure) -> bytes:
        """A row with the error alone."""
        return self._add(failure_to_dict(failure), 0)

    def end(self, failed: int = 0) -> bytes:
        """The last row group and the directory, without which it is no file."""
        if self._rows:
            self._write()
        self._file.close()
        return self._written.take()

    def _write(self) -> None:
        import pyarrow as pa

        try:
            table = pa.Table.from_pylist(self._rows, self._schema)
        except UnicodeEncodeError:  # the name of a file that is no text: JSON escapes it, Parquet cannot
            table = pa.Table.from_pylist([_valid(row) for row in self._rows], self._schema)
        self._file.write_table(table, row_group_size=len(self._rows))
        self._rows.clear()
        self._size = 0


def report_schema(with_text: bool = False, with_alignment: bool = False) -> pa.Schema:
    """The columns of the file, as the contract names them."""
    import pyarrow as pa

    text, number, count, flag = pa.string(), pa.float64(), pa.int32(), pa.bool_()
    signal = pa.struct([("score", number), ("flagged", flag), ("threshold", number)])
    evidence = [("signal", text), ("reason", text), ("message", text), ("start", count), ("end", count)]
    evidence += [("quote", text), ("score", number), ("related", flag), ("href", text)]
    source = [("id", text), ("title", text), ("relation", text), ("score", number), ("share", number)]
    if with_alignment:
        ends = [("start", count), ("end", count), ("quote", text)]
        other = [("source_start", count), ("source_end", count), ("source_quote", text), ("score", number)]
        source.append(("alignment", pa.list_(pa.struct([*ends, *other]))))
    columns = [("schema", count), ("id", text), ("model", text), ("language", text), ("words", count)]
    columns += [("content_hash", text), ("action", text), ("score", number)]
    columns += [("signals", pa.struct([(name, signal) for name in SIGNALS]))]
    columns += [("evidence", pa.list_(pa.struct(evidence))), ("sources", pa.list_(pa.struct(source)))]
    columns += [("notes", pa.list_(text)), *([("text", text)] if with_text else [])]
    columns += [("error", pa.struct([("type", text), ("detail", text), ("where", text)]))]
    return pa.schema(columns)


class _Written(io.RawIOBase):
    """What pyarrow wrote since it was last taken."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []
        self._size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        self._size += len(self._parts[-1])
        return len(self._parts[-1])

    def tell(self) -> int:
        return self._size

    def take(self) -> bytes:
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken


def _valid(value: Any) -> Any:
    """The same with U+FFFD for what is no character."""
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, dict):
        return {name: _valid(each) for name, each in value.items()}
    return [_valid(each) for each in value] if isinstance(value, list) else value
