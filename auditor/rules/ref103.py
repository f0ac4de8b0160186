"""template-left-in: a CMS token or an editor's note where the picture should be."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, Rule
from auditor.rules._audits import shown


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each token or note that the dialect recognised."""
    for suspect in audit.article.suspects:
        if suspect.kind == "template":
            yield Hit(
                message=f"a note or template stands in place of an image: {shown(suspect.text)}",
                key=f"{suspect.text} {_nth(audit, suspect.text, suspect.span.line)}",
                span=suspect.span,
                images=tuple(r.index for r in audit.article.references if suspect.text in r.address),
                evidence={"text": suspect.text[:400]},
            )


def _nth(audit: Audit, text: str, line: int) -> int:
    """Which of the equal tokens it is."""
    return sum(s.text == text and s.span.line < line for s in audit.article.suspects)


RULE = Rule(
    code="REF103",
    name="template-left-in",
    level="error",
    summary="A template token or an editor's note stands where an image should be.",
    why=(
        "A field that the CMS never filled, or a note that was to be replaced before publication "
        "([PHOTO TK], 此处插图), goes out to readers as text."
    ),
    fix="Insert the image, or delete the token.",
    check=check,
    absorbs=("REF101", "REF102", "MIS201", "MIS202", "MIS203", "MIS204"),
    passes=(
        Example("<p>The photo to come out of this meeting was widely shown.</p>"),
        Example("<p>插图由本报记者绘制。</p>", note="ordinary words about pictures"),
    ),
    catches=(
        Example("<p>Smoke rose over the yard.</p><p>{{ article.lead_image }}</p>"),
        Example("<p>[PHOTO TK]</p><p>Smoke rose over the yard.</p><p>【待补图】</p>", count=2),
    ),
)
