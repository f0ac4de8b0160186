"""The report to JSON, `auditor.report/1.0`: one line per image and finding, so that it greps and diffs well.

Written in pieces: the text of a report with 100,000 images never stands in memory whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from auditor.reported import RenderOptions
from auditor.schema import ArticleInfo, Report
from auditor.terminal import clean_json

SUFFIX = ".json"
MEDIA_TYPE = "application/json"


def render(report: Report, options: RenderOptions) -> Iterator[str]:  # noqa: ARG001 - one look for all
    """One JSON object, its keys in the order of the schema."""
    opening = "{"
    for key in report.__struct_fields__:
        yield f"{opening}\n  {_text(key)}: "
        opening = ","
        value = getattr(report, key)
        if key == "articles":
            yield from _array((_article(article) for article in value), "  ", bool(value))
        elif isinstance(value, list):
            yield from _array(([_text(item)] for item in value), "  ", bool(value))
        else:
            yield _text(value)
    yield "\n}\n"


def _article(article: ArticleInfo) -> Iterator[str]:
    opening = "{"
    for key in article.__struct_fields__:
        value = getattr(article, key)
        yield f"{opening}\n      {_text(key)}: "
        opening = ","
        if isinstance(value, list):
            yield from _array(([_text(item)] for item in value), "      ", bool(value))
        else:
            yield _text(value)
    yield "\n    }"


def _array(items: Iterator[Any], indent: str, filled: bool) -> Iterator[str]:
    yield "["
    for position, item in enumerate(items):
        yield f"{',' if position else ''}\n{indent}  "
        yield from item
    yield f"\n{indent}]" if filled else "]"


def _text(value: Any) -> str:
    return clean_json(msgspec.json.encode(value).decode())
