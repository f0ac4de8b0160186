"""caption-missing: an image in the text without a line that tells what it shows."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, ImageReference, Outcome, Rule
from auditor.rules._audits import address, address_key, captioned, is_invisible
from auditor.rules._examples import gone

_ORNAMENT_PX = 200
_KINDS = ("img", "amp-img", "amp-anim", "picture", "placeholder")


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each image of the text, the lead aside, for which no caption qualifies."""
    for reference, pairing in captioned(audit):
        if pairing.caption is None and _wants_one(audit, reference, audit.outcomes[reference.index]):
            nearest = [
                {"text": c.text[:200], "relation": c.relation, "confidence": c.confidence}
                for c in pairing.candidates
            ]
            yield Hit(
                message=f"no caption found for the image: {address(reference)}",
                key=address_key(reference),
                images=(reference.index,),
                evidence={"candidates": nearest},
            )


def _wants_one(audit: Audit, reference: ImageReference, outcome: Outcome) -> bool:
    """A picture that a reader sees and that means something; what is lost has greater worries."""
    decorative = reference.alt == "" and audit.article.dialect != "placeholder"
    if reference.role != "body" or reference.kind not in _KINDS or decorative:
        return False
    if outcome.state.verdict == "broken" or reference.index in audit.stand_ins:
        return False
    picture = outcome.picture
    if picture is None:
        return True
    small = max(picture.width_px or 0, picture.height_px or 0) <= _ORNAMENT_PX
    return not small and not is_invisible(picture)


_TEXT = "<p>The consulate was closed, and the street in front of it stayed empty for the whole day.</p>"
RULE = Rule(
    code="CAP305",
    name="caption-missing",
    level="note",
    summary="An image in the text has no caption.",
    why=(
        "Readers cannot tell what, where and when a news photograph shows without being told. The lead "
        "image is left out: the headline speaks for it. So are images declared decorative."
    ),
    fix="Write a caption that says what the picture shows, where and when.",
    check=check,
    passes=(
        Example(
            f'<article><h1>Gate</h1>{_TEXT}<figure><img src="/a.jpg" alt="The gate">'
            f"<figcaption>The gate, 24 July 2020</figcaption></figure>{_TEXT}</article>"
        ),
        Example(f'<article><h1>Gate</h1><img src="/a.jpg" alt="The gate">{_TEXT}</article>', note="the lead"),
        Example(
            f'<article><h1>Gate</h1>{_TEXT}<figure><img src="/a.jpg" alt="Gate"></figure>{_TEXT}</article>',
            images={"/a.jpg": gone()},
            note="a lost image needs more than a caption",
        ),
    ),
    catches=(
        Example(
            f'<article><h1>Gate</h1>{_TEXT}<figure><img src="/a.jpg" alt="Gate"></figure>{_TEXT}</article>'
        ),
    ),
)
