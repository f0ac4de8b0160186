"""The index of captures is shared by processes, and says what is wrong where it cannot be used."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from auditor.captures import Captures
from auditor.errors import CatalogError


def test_many_may_make_one_index_at_the_same_moment(tmp_path: Path) -> None:
    def make(path: Path) -> list[int]:
        with Captures(path) as captures:
            return captures.pages("a.warc")

    with ThreadPoolExecutor(6) as makers:
        for number in range(100):
            assert list(makers.map(make, [tmp_path / str(number)] * 6)) == [[]] * 6


def test_an_index_from_before_pages_were_noted_gains_them(tmp_path: Path) -> None:
    path = tmp_path / "captures"
    with Captures(path) as captures:
        captures._database.execute("ALTER TABLE captures DROP COLUMN page")

    with Captures(path) as captures:
        assert captures.pages("a.warc") == []


def test_a_file_that_is_no_index_is_named_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "captures"
    path.write_bytes(b"neither a database nor anything else\n" * 30)

    with pytest.raises(CatalogError, match=r"captures: .*not a database; remove it"):
        Captures(path)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="unable to open"):
        Captures(tmp_path / "none" / "captures")
