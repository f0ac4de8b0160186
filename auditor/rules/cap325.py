"""decoration-with-name: an image that is declared to be decoration, and named all the same."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, ImageReference, Rule
from auditor.rules._audits import address_key, content, shown


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each image of which both is said."""
    for reference, _ in content(audit):
        name = _name(reference)
        role = reference.attributes.get("role")
        if name and (role in ("none", "presentation") or reference.alt == ""):
            says = f"role={role}" if role in ("none", "presentation") else 'alt=""'
            yield Hit(
                message=f"{says} says that the image is decoration, and aria names it “{shown(name)}”",
                key=address_key(reference),
                images=(reference.index,),
                evidence={"raw": reference.raw[:400], "name": name},
            )


def _name(reference: ImageReference) -> str:
    """The name that aria gives; a mere alt beside role=none is passed over as it was meant."""
    own = reference.attributes
    return own.get("aria-labelledby", "").strip() or own.get("aria-label", "").strip()


RULE = Rule(
    code="CAP325",
    name="decoration-with-name",
    level="note",
    summary="The markup says that an image is decoration, and gives it a name.",
    why=(
        "Screen readers read the name out, so that the image is not passed over as its author wanted; or "
        "it was never meant to be, and the empty alternative text is a slip."
    ),
    fix='Keep one of the two: alt="" for decoration, or a name for what is to be heard.',
    check=check,
    passes=(
        Example('<img src="/a.jpg" alt="">'),
        Example('<img src="/a.jpg" aria-label="The gate">'),
        Example('<img src="/a.jpg" role="presentation" alt="The gate">'),
    ),
    catches=(
        Example('<img src="/a.jpg" alt="" aria-label="The gate">'),
        Example('<p id="label">The gate</p><img src="/a.jpg" role="none" aria-labelledby="label">'),
    ),
)
