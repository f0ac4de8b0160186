"""Tables to a folder of files, one for each: JSON Lines, or Parquet by pyarrow (the extra `parquet`).

Rows are written as they come, so that an archive of any size can be exported. A file is put in place
of an older one when it is complete.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from auditor import writing
from auditor.errors import ConfigError
from auditor.options import FOLDER_FORMATS, FORMATS
from auditor.tables import Kind, Table
from auditor.terminal import clean_json

_ROWS = 10_000  # in memory at a time, and in a row group of Parquet


def outputs(words: Sequence[str]) -> list[tuple[str, Path]]:
    """The -o FORMAT=FILE pairs of a report; see `writing.outputs`."""
    pairs = writing.outputs(words, FORMATS, FOLDER_FORMATS)
    if any(name == "parquet" for name, _ in pairs):
        _pyarrow()
    return pairs


def export(name: str, folder: Path, tables: Iterable[Table]) -> None:
    """Writes every table into the folder. Raises `ConfigError` where one cannot be written."""
    for table in tables:
        path = folder / f"{table.name}.{name}"
        if name == "parquet":
            _parquet(path, table)
        else:
            writing.write(path, _lines(table))


def _lines(table: Table) -> Iterator[str]:
    for row in table.rows:
        facts = dict(zip(table.columns, row, strict=True))
        yield clean_json(msgspec.json.encode(facts).decode()) + "\n"


def _pyarrow() -> Any:
    try:
        import pyarrow.parquet
    except ImportError:
        raise ConfigError("-o parquet=DIR needs the extra: pip install 'auditor[parquet]'") from None
    return pyarrow


def _parquet(path: Path, table: Table) -> None:
    pyarrow = _pyarrow()
    schema = pyarrow.schema([(name, _type(pyarrow, kind)) for name, kind in table.columns.items()])
    with (
        writing.replaced(path) as file,
        pyarrow.parquet.ParquetWriter(file, schema, compression="zstd") as writer,
    ):
        rows = iter(table.rows)
        while batch := list(itertools.islice(rows, _ROWS)):
            columns = [
                pyarrow.array([_cell(row[at], kind) for row in batch], _type(pyarrow, kind))
                for at, kind in enumerate(table.columns.values())
            ]
            writer.write_batch(pyarrow.record_batch(columns, schema=schema))


def _type(pyarrow: Any, kind: Kind) -> Any:
    return {
        "text": pyarrow.string,
        "integer": pyarrow.int64,
        "number": pyarrow.float64,
        "boolean": pyarrow.bool_,
        "texts": lambda: pyarrow.list_(pyarrow.string()),
        "json": pyarrow.string,
    }[kind]()


def _cell(value: Any, kind: Kind) -> Any:
    return msgspec.json.encode(value).decode() if kind == "json" and value is not None else value
