"""not-an-image: bytes came, and they are a web page, a message or nothing at all."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, Outcome, Rule, State
from auditor.rules._audits import cause, outcome_hits, shown
from auditor.rules._examples import failed, page

_WORDS = {
    "html": "an HTML page came instead of an image",
    "json": "JSON came instead of an image",
    "text": "text came instead of an image",
    "empty": "an empty file came instead of an image",
    "unknown": "what came is no image",
}


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each address that gives something else."""
    return outcome_hits(audit, State.NOT_IMAGE, _tell)


def _tell(outcome: Outcome) -> str:
    words = _WORDS.get(outcome.reason or "", f"what came is no image ({cause(outcome)})")
    title = outcome.evidence.get("page-title", "")
    return words + (f" (titled “{shown(title)}”)" if title else "")


RULE = Rule(
    code="MIS204",
    name="not-an-image",
    level="error",
    summary="The address gives something that is no image, although the answer says that all is well.",
    why=(
        "Many hosts answer with a page of apology and status 200 where an image is lost, and checkers "
        "that look at the status alone count it as present. Readers see a broken frame. What came is "
        "judged by its first bytes, not by what the server calls it."
    ),
    fix="Correct the address, or upload the image again.",
    check=check,
    absorbs=("MIS214",),
    passes=(
        Example('<img src="/a.jpg" alt="The gate">'),
        Example(
            '<img src="/a.jpg" alt="The gate">',
            images={"/a.jpg": failed(State.BROKEN, "truncated", "the file ends early")},
            note="an image, though a damaged one: MIS206",
        ),
    ),
    catches=(
        Example('<img src="/a.jpg" alt="The gate">', images={"/a.jpg": page("Sorry!")}),
        Example(
            '<img src="/a.jpg" alt="Gate"><img src="/b.jpg" alt="Hall"><img src="/c.jpg" alt="Smoke">',
            images={
                "/a.jpg": failed(State.NOT_IMAGE, "json", '{"error": "no such picture"}'),
                "/b.jpg": failed(State.NOT_IMAGE, "empty", "0 bytes"),
                "/c.jpg": failed(State.NOT_IMAGE, "text", "not found"),
            },
            count=3,
        ),
    ),
)
