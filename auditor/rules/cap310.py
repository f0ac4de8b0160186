"""caption-lacks-date-or-place: a caption that does not say when or where."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, Rule
from auditor.rules._audits import captioned, shown


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each caption without a date or without a place."""
    for reference, pairing in captioned(audit):
        caption = pairing.caption
        if caption is None:
            continue
        said = {"date": caption.entities.dates, "place": caption.entities.places}
        lacking = [word for word, mentions in said.items() if not mentions]
        if lacking:
            yield Hit(
                message=f"the caption names no {' and no '.join(lacking)}: “{shown(caption.text)}”",
                key=caption.text,
                images=(reference.index,),
                span=caption.span,
                arguments={"lacking": lacking},
                evidence={"caption": caption.text},
            )


_FIGURE = (
    "<article><h1>Gate</h1><p>The consulate was closed, and the street stayed empty for the whole day.</p>"
    '<figure><img src="/a.jpg" alt="The gate"><figcaption>{}</figcaption></figure>'
    "<p>The consulate was closed, and the street stayed empty for the whole day.</p></article>"
)
RULE = Rule(
    code="CAP310",
    name="caption-lacks-date-or-place",
    level="note",
    off_in=("*",),
    summary="A caption does not say when or where the picture was taken.",
    why=(
        "News agencies ask every caption for what, where and when. Many publications do not, so that this "
        "rule runs only where it is selected. Dates and places are found in Chinese and English; a place "
        "too small for the table of places is not known."
    ),
    fix="Complete the caption.",
    check=check,
    passes=(Example(_FIGURE.format("Workers carry boxes out in Houston, July 24, 2020")),),
    catches=(
        Example(_FIGURE.format("Workers carry boxes out in Houston")),
        Example(_FIGURE.format("Workers carry boxes out")),
    ),
)
