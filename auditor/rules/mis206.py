"""truncated: the file of the image ends before the image does."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, Outcome, Rule, State
from auditor.rules._audits import cause, outcome_hits
from auditor.rules._examples import failed

REASONS = ("truncated", "short-body")


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each address whose file ends early."""
    return outcome_hits(audit, State.BROKEN, _tell, lambda outcome: outcome.reason in REASONS)


def _tell(outcome: Outcome) -> str:
    return f"the image file is cut short ({cause(outcome)})"


RULE = Rule(
    code="MIS206",
    name="truncated",
    level="error",
    summary="The image file ends early.",
    why=(
        "An upload or a copy that broke off leaves a file whose beginning is fine: browsers show the upper "
        "part above grey, or nothing. Most decoders accept such files in silence, so the container is "
        "walked to its end here, and the bytes are held against the length that the host declared."
    ),
    fix="Upload the image again from the original.",
    check=check,
    absorbs=("MIS214",),
    passes=(
        Example('<img src="/a.jpg" alt="The gate">'),
        Example(
            '<img src="/a.jpg" alt="The gate">',
            images={"/a.jpg": failed(State.BROKEN, "corrupt", "bad Huffman code")},
            note="whole, but damaged: MIS207",
        ),
    ),
    catches=(
        Example(
            '<img src="/a.jpg" alt="The gate">',
            images={"/a.jpg": failed(State.BROKEN, "truncated", "JPEG data ends after 18 % of the rows")},
        ),
        Example(
            '<img src="/a.jpg" alt="The gate">',
            images={"/a.jpg": failed(State.BROKEN, "short-body", "10,240 of 81,920 bytes came")},
        ),
    ),
)
