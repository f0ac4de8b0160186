"""Rows of corpora become documents: layouts told by content, bad rows told, files in any packing."""

from __future__ import annotations

import asyncio
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import layouts, reading, sourcing
from auditor.config import Settings
from auditor.errors import ParseError, SourceError
from auditor.model import Article, Document, Shard
from auditor.sources import jsonl

Item = Document | SourceError


def read(path: Path, settings: Settings | None = None) -> list[Item]:
    async def collect() -> list[Item]:
        found: list[Item] = []
        used = settings or Settings()
        async for shard in sourcing.shards(str(path), used, path.parent):
            if isinstance(shard, SourceError):
                found.append(shard)
            else:
                found += [item async for item in sourcing.documents(shard, used, path.parent)]
        return found

    return asyncio.run(collect())


def lines(*rows: Any) -> bytes:
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)


def article(row: dict[str, Any], columns: dict[str, str] | None = None) -> Article:
    return reading.article(layouts.document(row, columns or {}, "a.jsonl", 1, "a.jsonl"), Settings())


def in_order(parsed: Article) -> list[str]:
    """Texts and addresses in reading order."""
    items = [(block.order, block.text) for block in parsed.blocks]
    items += [(reference.order, reference.address) for reference in parsed.references]
    return [words for _, words in sorted(items)]


# --- layouts ----------------------------------------------------------------------------------


def test_obelics_interleaves_images_and_texts_with_the_alt_of_its_metadata() -> None:
    parsed = article(
        {
            "images": ["https://a.example/1.jpg", None, "https://a.example/2.jpg", None],
            "texts": [None, "First.\n\nSecond.", None, "Third."],
            "metadata": json.dumps([{"alt_text": "one"}, None, {"src": "x"}, None]),
            "general_metadata": json.dumps({"url": "https://news.example/story"}),
        }
    )
    assert (parsed.id, parsed.dialect) == ("https://news.example/story", "sequence")
    assert in_order(parsed) == [
        "https://a.example/1.jpg",
        "First.",
        "Second.",
        "https://a.example/2.jpg",
        "Third.",
    ]
    assert [reference.alt for reference in parsed.references] == ["one", None]
    assert [block.span.line for block in parsed.blocks] == [2, 2, 4]


def test_mmc4_puts_a_picture_before_the_sentence_it_was_matched_to() -> None:
    parsed = article(
        {
            "url": "https://news.example/story",
            "text_list": ["One.", "Two."],
            "image_info": [
                {"image_name": "a.jpg", "raw_url": "https://a.example/a.jpg", "matched_text_index": 1},
                {"raw_url": "https://a.example/b.jpg", "matched_text_index": 99},
                {"raw_url": "https://a.example/c.jpg"},
                "no object",
            ],
            "similarity_matrix": [[0.1, 0.2]],
        }
    )
    assert in_order(parsed) == [
        "One.",
        "https://a.example/a.jpg",
        "Two.",
        "https://a.example/b.jpg",
        "https://a.example/c.jpg",
        "no object",
    ]


def test_datatrove_gives_its_media_after_its_text_and_leaves_out_what_is_no_picture() -> None:
    parsed = article(
        {
            "text": "One.\n\nTwo.",
            "id": "doc-7",
            "media": [
                {"type": 0, "url": "https://a.example/a.jpg", "alt": "words"},
                {"type": 1, "url": "https://a.example/film.mp4"},
                {"url": "https://a.example/b.jpg"},
            ],
            "metadata": {"date": "2024-05-01", "language": "en"},
        }
    )
    assert parsed.id == "a.jsonl#doc-7"
    assert in_order(parsed) == ["One.", "Two.", "https://a.example/a.jpg", "https://a.example/b.jpg"]
    assert (parsed.references[0].alt, parsed.language) == ("words", "en")
    assert parsed.published_at is not None
    assert parsed.published_at.isoformat() == "2024-05-01T00:00:00+00:00"


@pytest.mark.parametrize(
    ("row", "dialect", "addresses"),
    [
        ({"html": "<p>Words</p><img src=/a.png>", "url": "https://n.example/"}, "html", ["/a.png"]),
        ({"markdown": "Words\n\n![b](/a.png)\n"}, "markdown", ["/a.png"]),
        ({"text": "Words.\n<a:image>data:image/s3,s3://b/k alt=a</a:image>"}, "placeholder", ["s3://b/k"]),
        ({"text": "Only words."}, "placeholder", []),
        (
            {"content": "Words", "images": ["https://a.example/a.png"]},
            "sequence",
            ["https://a.example/a.png"],
        ),
    ],
)
def test_plain_rows_go_to_the_dialect_of_their_column(
    row: dict[str, Any], dialect: str, addresses: list[str]
) -> None:
    parsed = article(row)
    assert parsed.dialect == dialect
    assert [reference.address for reference in parsed.references] == addresses


def test_columns_name_what_no_one_could_guess() -> None:
    row = {"corps": {"html": "<p>Mots</p>"}, "lien": "https://n.example/", "quand": 1714550400}
    columns = {"html": "corps.html", "url": "lien", "published": "quand"}
    found = layouts.document(row, columns, "a.jsonl", 1, "a.jsonl")
    assert (found.id, found.body, found.media_type) == ("https://n.example/", b"<p>Mots</p>", "text/html")
    assert found.published_at is not None
    assert found.published_at.isoformat() == "2024-05-01T08:00:00+00:00"


def test_a_row_without_an_article_names_its_fields() -> None:
    with pytest.raises(ParseError, match=r"a\.jsonl#1: no field holds .* a, b\).*--columns"):
        layouts.document({"a": 1, "b": 2}, {}, "a.jsonl", 1, "a.jsonl")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
fields = st.sampled_from([*layouts.FIELDS, "other"])


@given(st.dictionaries(fields, json_values, max_size=6))
def test_any_row_is_a_document_or_tells_why_not(row: dict[str, Any]) -> None:
    try:
        found = layouts.document(row, {}, "a.jsonl", 1, "a.jsonl")
        parsed = reading.article(found, Settings())
    except ParseError:
        return
    orders = [block.order for block in parsed.blocks] + [each.order for each in parsed.references]
    assert len(set(orders)) == len(orders)


# --- files ------------------------------------------------------------------------------------


def test_rows_are_named_by_address_or_by_place_counted_from_one(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(
        b"\xef\xbb\xbf" + lines({"text": "a", "url": "https://n.example/a"}) + b"\n" + lines({"text": "b"})
    )
    first, second = read(path)
    assert isinstance(first, Document)
    assert isinstance(second, Document)
    assert (first.id, first.distinct_id, second.id) == ("https://n.example/a", "a.jsonl#1", "a.jsonl#3")
    assert first.path == path.as_posix()
    assert sourcing.told_apart(first).id == "a.jsonl#1"


def test_a_bad_row_is_told_and_stops_no_other(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"text": "a"}\nno json\n[1]\n{"x": 1}\n\xff\xfe\n{"text": "b"}')
    kinds = [item.code if isinstance(item, SourceError) else item.id for item in read(path)]
    assert kinds == ["a.jsonl#1", "bad-row", "bad-row", "no-article", "bad-row", "a.jsonl#6"]


def test_many_bad_rows_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"no json\n" * 200 + lines({"text": "a"}))
    *errors, last = read(path)
    assert len(errors) == 51
    assert isinstance(last, SourceError)
    assert "150 more" in str(last)
    assert any(isinstance(item, Document) for item in errors)


def test_packed_files_are_read_like_plain_ones(tmp_path: Path) -> None:
    zstd = pytest.importorskip("backports.zstd")
    plain = lines(*({"text": f"Row {number}"} for number in range(100)))
    for name, data in (
        ("a.jsonl", plain),
        ("b.jsonl.gz", gzip.compress(plain[:700]) + gzip.compress(plain[700:])),
        ("c.jsonl.zst", zstd.compress(plain)),
    ):
        (tmp_path / name).write_bytes(data)
        items = read(tmp_path / name)
        assert [item.id for item in items if isinstance(item, Document)] == [
            f"{name}#{n}" for n in range(1, 101)
        ]


def test_a_packed_file_that_is_cut_gives_its_rows_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(lines(*({"text": f"Row {n} {n * 7919}"} for n in range(2000))))[:-200])
    items = read(path)
    assert len([item for item in items if isinstance(item, Document)]) > 1000
    assert isinstance(items[-1], SourceError)
    assert items[-1].code == "damaged"


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    [error] = read(tmp_path / "none.jsonl")
    assert isinstance(error, SourceError)
    assert error.code == "not-found"


def test_a_large_file_is_cut_into_stretches_that_lose_and_repeat_no_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jsonl, "STRETCH", 500)
    path = tmp_path / "a.jsonl"
    path.write_bytes(lines(*({"text": "word " * (number % 40)} for number in range(100))))

    async def cut() -> list[Shard | SourceError]:
        return [shard async for shard in sourcing.shards(str(path), Settings(), tmp_path)]

    shards = asyncio.run(cut())
    assert len(shards) > 3
    assert len({shard.id for shard in shards if isinstance(shard, Shard)}) == len(shards)
    rows = [item.distinct_id for item in read(path) if isinstance(item, Document)]
    assert rows == [f"a.jsonl#{number}" for number in range(1, 101)]
