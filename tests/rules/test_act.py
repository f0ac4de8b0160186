"""W3C ACT cases on images and their names, as far as markup alone can tell.

The cases of three of the seven rules ask what a picture shows (is it decoration, does the name
describe it, is there text in it): those stand in `NOT_FROM_MARKUP`, with the reason.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from auditor import ruleset
from auditor.config import Settings
from auditor.dialects import html
from auditor.model import Article, Audit, Document, Outcome, State

FOLDER = Path(__file__).parents[3] / "shared" / "conformance" / "act"
TRUTH = FOLDER / "truth.jsonl"
pytestmark = pytest.mark.skipif(
    not TRUTH.exists(), reason="the W3C ACT cases lie in ../shared/conformance/act"
)

# What each ACT rule calls a failure, and which of our rules tells it.
TELLS = {
    "23a2a8": {"CAP320", "CAP322"},  # an image has a name, or says that it is decoration
    "59796f": {"CAP320"},  # an image button has a name
    "7d6734": {"CAP320"},  # an SVG that calls itself an image has a name
    "46ca7f": {"CAP325"},  # what says that it is decoration has no name besides
}
NOT_FROM_MARKUP = {
    "e88epe": "whether a picture is decoration shows in its pixels and in the text around it",
    "qt1vmo": "whether a name describes the picture takes someone who sees it",
    "0va7u6": "whether there is text in a picture shows in its pixels",
}
NOT_READ = {
    "46ca7f_e136a03c52c0.html": "a <nav> that calls itself decoration; no image is in it",
    "7d6734_c65600eae4b8.html": "a role on a part of a drawing; a drawing is read as one image",
}


def _cases() -> list[dict[str, Any]]:
    if not TRUTH.exists():
        return []
    return [json.loads(line) for line in TRUTH.read_text("utf-8").splitlines()]


def _told(case: dict[str, Any]) -> set[str]:
    """The codes for a case, every image taken for one of the article: the pages hold no story."""
    body = (FOLDER / "html" / case["id"]).read_bytes()
    article = html.parse(body.decode(), Document("case", body, url=case["url"]))
    article = msgspec.structs.replace(article, references=tuple(_own(article)))
    outcomes = tuple(Outcome(State.UNCHECKED, "offline") for _ in article.references)
    selection = ruleset.select(Settings(select=["CAP32"]))
    return {finding.code for finding in ruleset.findings(Audit(article, outcomes), selection)}


def _own(article: Article) -> Any:
    for reference in article.references:
        outside = reference.role == "metadata" or (
            reference.role == "chrome" and reference.kind != "inline-svg"
        )
        yield reference if outside else msgspec.structs.replace(reference, role="body")


@pytest.mark.parametrize(
    "case",
    [c for c in _cases() if c["rule"] in TELLS and c["id"] not in NOT_READ],
    ids=lambda case: f"{case['id'][:-5]}-{case['expected']}",
)
def test_a_case_is_told_exactly_where_it_fails(case: dict[str, Any]) -> None:
    assert bool(_told(case) & TELLS[case["rule"]]) == (case["expected"] == "failed")


@pytest.mark.parametrize(
    "case", [c for c in _cases() if c["rule"] in NOT_FROM_MARKUP], ids=lambda c: c["id"][:-5]
)
def test_what_markup_cannot_tell_is_never_an_error(case: dict[str, Any]) -> None:
    """None of these pages lacks a name, so that none may be accused of it."""
    assert "CAP320" not in _told(case)


def test_every_case_is_accounted_for() -> None:
    cases = _cases()
    assert {case["rule"] for case in cases} == TELLS.keys() | NOT_FROM_MARKUP.keys()
    assert NOT_READ.keys() <= {case["id"] for case in cases}
    assert len(cases) == 101
