"""placeholder-not-recognised: something was meant to be an image, and no program can tell which."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, Rule
from auditor.rules._audits import shown


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each text that looks like a placeholder and is none."""
    seen: dict[str, int] = {}
    for suspect in audit.article.suspects:
        if suspect.kind == "placeholder":
            nth = seen[suspect.text] = seen.get(suspect.text, -1) + 1
            yield Hit(
                message=f"this looks like an image placeholder, and is not recognised: {shown(suspect.text)}",
                key=f"{suspect.text} {nth}",
                span=suspect.span,
                evidence={"text": suspect.text[:400]},
            )


RULE = Rule(
    code="REF113",
    name="placeholder-not-recognised",
    level="error",
    summary="Something looks like an image placeholder, but none is recognised there.",
    why=(
        "An article whose placeholders are spelt in a way that nobody knows would look like one without "
        "images, and pass. So whatever looks like one is told."
    ),
    fix="Correct the placeholder, or say with --dialect how the article is written.",
    check=check,
    passes=(
        Example("An image of the gate was shown at 3 p.m.", dialect="placeholder"),
        Example("A text that speaks of s3 storage and images.", dialect="placeholder"),
    ),
    catches=(
        Example(
            "The gate was closed.\n\n<img s3://crabby-images/e3752/e375\n\nMore text.\n",
            dialect="placeholder",
        ),
    ),
)
