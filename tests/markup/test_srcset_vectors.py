"""srcset, sizes and picture selection against the Web Platform Tests' own vectors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.dialects import html
from auditor.markup import addresses, picture, srcset
from auditor.model import Candidate, Document

VECTORS = Path(__file__).parents[2].parent / "shared" / "conformance" / "wpt"
needs_vectors = pytest.mark.skipif(
    not VECTORS.is_dir(), reason="the standards' vectors are not beside the project"
)

# What we answer otherwise than the (hand-transcribed) vectors, and why.
ARGUED_SIZES = {
    # Media Queries 4, 2.4.3: a negative length is valid, and every width is at least that
    "(min-width:-1px) 100vw, 1px",
    # Media Queries 4, 3.1: "(!)" is a <general-enclosed>, unknown; true or unknown is true
    "(min-width:0) or (!) 100vw, 1px",
}


def vectors(name: str) -> list[dict[str, Any]]:
    return json.loads((VECTORS / name).read_text("utf-8"))


def taken(case: dict[str, Any]) -> str:
    width, height = case["viewport"]
    chosen = srcset.select(srcset.parse(case["srcset"]), width, case["dpr"], case["sizes"], height)
    return chosen.url if chosen else ""


@needs_vectors
@pytest.mark.parametrize(("name", "count"), [("srcset-parse.json", 235), ("srcset-select.json", 13)])
def test_every_srcset_vector_gives_what_browsers_take(name: str, count: int) -> None:
    cases = vectors(name)
    wrong = []
    for case in cases:
        got, wanted = taken(case), case["expect"]
        if case.get("resolve"):
            got, wanted = (addresses.absolute(u, "http://x.test/a/") or u for u in (got, wanted))
        if got != wanted:
            wrong.append((case["srcset"], wanted, got))
    assert (len(cases), wrong) == (count, [])


@needs_vectors
def test_every_sizes_vector_holds_but_those_we_argue() -> None:
    cases = vectors("sizes-parse.json")
    wrong = {case["sizes"] for case in cases if taken(case) != case["expect"]}
    assert (len(cases), wrong) == (171, ARGUED_SIZES)


@needs_vectors
def test_every_picture_vector_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    original = picture.select
    monkeypatch.setattr(picture, "select", lambda *parts: original(*parts, 800, 1.0, 600))
    cases = vectors("picture-source-set.json")
    wrong = []
    for case in cases:
        article = html.parse(case["html"], Document(id="a", body=b"", url="http://x.test/"))
        got = [one.address for one in article.references if "data-expect" in one.raw]
        if got != [case["expect"]]:
            wrong.append((case["html"], got))
    assert (len(cases), wrong) == (89, [])


@pytest.mark.parametrize(
    ("candidates", "sizes", "taken_url"),
    [
        ("a.jpg 640w, b.jpg 1280w, c.jpg 2560w", None, "b.jpg"),
        ("a.jpg 640w, b.jpg 1280w, c.jpg 2560w", "50vw", "a.jpg"),
        ("a.jpg 640w, b.jpg 1000w", None, "b.jpg"),
        ("a.jpg 640w, b.jpg 1280w", "(max-width: 600px) 100vw, 30em", "a.jpg"),
        ("a.jpg 640w, b.jpg 1280w", "(width >= 1000px) calc(100vw - 2rem), 1px", "b.jpg"),
        ("c.jpg 2x, b.jpg 1x", None, "b.jpg"),
        ("c.jpg 2x, b.jpg 3x", None, "c.jpg"),
        ("a.jpg 100w, b.jpg 300w", "clamp(50px, 10vw, 100px)", "a.jpg"),
    ],
)
def test_the_candidate_of_a_1280_px_viewport_is_taken(
    candidates: str, sizes: str | None, taken_url: str
) -> None:
    chosen = srcset.select(srcset.parse(candidates), sizes=sizes)
    assert chosen is not None
    assert chosen.url == taken_url


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a.jpg 1x 2x", "conflicts"),
        ("a.jpg 0w", "width of 0"),
        ("a.jpg 100h", "height without a width"),
        ("a.jpg -1x", "negative"),
        ("a.jpg 10q", "unknown descriptor"),
    ],
)
def test_a_dropped_candidate_is_told_and_the_others_stay(text: str, complaint: str) -> None:
    read = srcset.read(f"{text}, good.jpg 2x")
    assert [candidate.url for candidate in read.candidates] == ["good.jpg"]
    assert complaint in read.complaints[0]


@given(st.text(), st.text())
def test_no_srcset_and_no_sizes_raise(text: str, sizes: str) -> None:
    chosen = srcset.select(srcset.parse(text), sizes=sizes)
    assert chosen is None or isinstance(chosen, Candidate)
    srcset.select([Candidate("a", width_px=10)], sizes=text)


@pytest.mark.parametrize("text", ["(" * 5000, "calc(" * 5000, "not " * 5000, "a.jpg (" * 5000, "," * 5000])
def test_what_nests_without_end_ends(text: str) -> None:
    assert len(srcset.parse(text)) <= 1
    chosen = srcset.select([Candidate("a", width_px=10)], sizes=text)
    assert chosen is not None
    assert chosen.url == "a"
