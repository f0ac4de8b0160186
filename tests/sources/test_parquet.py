"""Parquet corpora are read row group by row group; without pyarrow the extra is named."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest

from auditor import sourcing
from auditor.config import Settings
from auditor.errors import SourceError
from auditor.model import Document, Shard
from auditor.sources import parquet

Item = Document | SourceError


def write(path: Path, rows: list[dict[str, Any]], group: int = 1000) -> Path:
    arrow, tables = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    tables.write_table(arrow.Table.from_pylist(rows), path, row_group_size=group)
    return path


def read(path: Path, settings: Settings | None = None) -> tuple[list[Shard], list[Item]]:
    async def collect() -> tuple[list[Shard], list[Item]]:
        shards: list[Shard] = []
        found: list[Item] = []
        used = settings or Settings()
        async for shard in sourcing.shards(str(path), used, path.parent):
            if isinstance(shard, SourceError):
                found.append(shard)
            else:
                shards.append(shard)
                found += [item async for item in sourcing.documents(shard, used, path.parent)]
        return shards, found

    return asyncio.run(collect())


def test_rows_become_documents_and_other_columns_stay_on_disk(tmp_path: Path) -> None:
    rows = [
        {"text": "One", "url": "https://n.example/1", "embedding": [0.1] * 8},
        {"text": "Two", "url": None, "embedding": [0.2] * 8},
    ]
    _, found = read(write(tmp_path / "a.parquet", rows))
    assert [item.id for item in found if isinstance(item, Document)] == ["https://n.example/1", "a.parquet#2"]


def test_the_layout_of_obelics_is_read_from_parquet(tmp_path: Path) -> None:
    row = {
        "images": ["https://a.example/1.jpg", None],
        "texts": [None, "Words"],
        "metadata": '[{"alt_text": "one"}, null]',
        "general_metadata": '{"url": "https://n.example/"}',
    }
    _, [found] = read(write(tmp_path / "a.parquet", [row]))
    assert isinstance(found, Document)
    assert (found.id, found.media_type) == ("https://n.example/", "application/x-auditor-sequence")


def test_row_groups_are_put_together_into_shards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "STRETCH", 300)
    rows = [{"text": f"Row {number} " + "x" * number} for number in range(1, 101)]
    shards, found = read(write(tmp_path / "a.parquet", rows, group=7))
    assert len(shards) > 2
    assert len({shard.id for shard in shards}) == len(shards)
    assert [item.id for item in found if isinstance(item, Document)] == [
        f"a.parquet#{n}" for n in range(1, 101)
    ]


def test_named_columns_are_read_also_where_they_lie_in_another(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", [{"page": {"source": "<p>Words</p>"}, "text": "no"}])
    _, [found] = read(path, Settings(columns={"html": "page.source"}))
    assert isinstance(found, Document)
    assert (found.body, found.media_type) == (b"<p>Words</p>", "text/html")


def test_rows_without_an_article_are_told(tmp_path: Path) -> None:
    _, [error] = read(write(tmp_path / "a.parquet", [{"a": 1}]))
    assert isinstance(error, SourceError)
    assert error.code == "no-article"


def test_what_is_no_parquet_is_told(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    (tmp_path / "a.parquet").write_bytes(b"PAR1 and no more")
    _, [error] = read(tmp_path / "a.parquet")
    assert isinstance(error, SourceError)
    assert (error.code, "\n" in str(error)) == ("damaged", False)
    _, [error] = read(tmp_path / "none.parquet")
    assert isinstance(error, SourceError)
    assert error.code == "not-found"


def test_without_pyarrow_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    _, [error] = read(tmp_path / "a.parquet")
    assert isinstance(error, SourceError)
    assert (error.code, "auditor[parquet]" in str(error)) == ("extra", True)
