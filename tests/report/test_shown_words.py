"""Places, sizes and counts in the words that several formats share."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from auditor import shown
from auditor.model import Finding
from auditor.reported import Report


@pytest.mark.parametrize(
    ("count", "words"),
    [(None, ""), (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KB"), (184_320, "180 KB"), (10_100, "9.9 KB"),
     (999 * 1024, "999 KB"), (1_048_576, "1.0 MB"), (7_340_032, "7.0 MB"), (5 * 1024**4, "5120 GB")],
)  # fmt: skip
def test_sizes_have_three_digits(count: int | None, words: str) -> None:
    assert shown.data_size(count) == words


@pytest.mark.parametrize(
    ("identity", "source", "where"),
    [
        ("drafts/a.txt", "drafts/a.txt", "drafts/a.txt"),
        ("a.txt", "../project/a.txt", "../project/a.txt"),
        ("drafts/a.txt", "drafts", "drafts/a.txt"),
        ("drafts/a.txt", ".", "drafts/a.txt"),
        ("https://news.example/a", "a.html", "a.html"),
        ("https://news.example/a", "https://news.example/a", "https://news.example/a"),
        ("-", "-", "-"),
        ("corpus.jsonl#7", "", "corpus.jsonl#7"),
    ],
)
def test_an_article_is_named_by_its_own_file_or_address(
    everything: Report, identity: str, source: str, where: str
) -> None:
    article = msgspec.structs.replace(everything.articles[0], id=identity, source=source)
    assert shown.where(article) == where


def test_an_input_names_itself_once(everything: Report) -> None:
    assert shown.unread(everything.inputs[2]) == "gone.txt: no such file"
    renamed = msgspec.structs.replace(everything.inputs[2], source="other.txt")
    assert shown.unread(renamed) == "other.txt: gone.txt: no such file"


def test_a_finding_is_told_where_it_stands(make_report: Callable[..., Report]) -> None:
    here = "consulates.txt"
    images = (f"{here}#1", f"{here}#4")
    at_second = Finding("1:a", "DUP401", "warning", here, "m", images=images, line=12, column=1)
    nowhere = Finding("1:b", "DUP401", "warning", here, "m", images=images)
    report = make_report(findings=[at_second, nowhere])
    placed = shown.Placed(report.articles[0], report.findings)
    assert [f.key for f in placed.under[images[1]]] == ["1:a"]
    assert [f.key for f in placed.under[images[0]]] == ["1:b"]
    assert placed.also(placed.under[images[1]][0]) == "#1 on line 9"
