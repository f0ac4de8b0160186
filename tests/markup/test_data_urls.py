"""data: URLs, base64 and MIME types against the Web Platform Tests' own vectors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.markup import data_urls, media_types

VECTORS = Path(__file__).parents[2].parent / "shared" / "conformance" / "wpt"
needs_vectors = pytest.mark.skipif(
    not VECTORS.is_dir(), reason="the standards' vectors are not beside the project"
)


def decoded(url: str) -> tuple[str, list[int]] | None:
    try:
        found = data_urls.decode(url)
    except data_urls.BadDataUrl:
        return None
    return found.media_type, list(found.body)


@needs_vectors
def test_every_data_url_vector_holds() -> None:
    cases = json.loads((VECTORS / "data-urls.json").read_text("utf-8"))
    wanted = [None if case[1] is None else (case[1], case[2]) for case in cases]
    assert len(cases) == 78
    assert [decoded(case[0]) for case in cases] == wanted


@needs_vectors
def test_every_base64_vector_holds_bare_and_in_a_data_url() -> None:
    cases = json.loads((VECTORS / "base64.json").read_text("utf-8"))
    assert len(cases) == 80
    for text, body in cases:
        found = decoded("data:;base64," + text)
        assert (found[1] if found else None) == body, text
        if body is None:
            with pytest.raises(data_urls.BadDataUrl):
                data_urls.forgiving_base64(text.encode())
        else:
            assert list(data_urls.forgiving_base64(text.encode())) == body


@needs_vectors
@pytest.mark.parametrize("name", ["mime-types.json", "generated-mime-types.json"])
def test_every_mime_type_vector_holds(name: str) -> None:
    for case in json.loads((VECTORS / name).read_text("utf-8")):
        if isinstance(case, dict):
            found = media_types.parse(case["input"])
            assert (str(found) if found else None) == case["output"], case["input"]


@given(st.text())
def test_any_text_is_decoded_or_refused(text: str) -> None:
    for url in (text, "data:" + text):
        assert decoded(url) is None or url.strip().lower().startswith("data:")
    found = media_types.parse(text)
    assert found is None or str(media_types.parse(str(found))) == str(found)
