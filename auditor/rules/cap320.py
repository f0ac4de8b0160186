"""alt-missing: an image without an alternative text, and without the word that it needs none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.markup.addresses import canonical
from auditor.model import Audit, Example, Hit, ImageReference, Rule
from auditor.rules._audits import address_key, content, describable, other_name, shown

_DRAWING_ROLES = ("img", "image", "graphics-document", "graphics-symbol")
_FOCUSABLE = re.compile(r"\stabindex\s*=", re.IGNORECASE)


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each image that a screen reader comes to and can say nothing about."""
    nameless = {r.index for r, _ in describable(audit) if _lacks_alt(r)}
    for reference, _ in content(audit):
        what = "no alt attribute" if reference.index in nameless else _lacks_name(reference)
        if what:
            yield Hit(
                message=f"{what}: {shown(reference.raw)}",
                key=f"{reference.kind} {address_key(reference) or canonical(reference.raw)}",
                images=(reference.index,),
                evidence={"raw": reference.raw[:400]},
            )


def _lacks_alt(reference: ImageReference) -> bool:
    """No alternative text, no other name, and not declared to be decoration.

    role=none on what can be focused does not count: browsers give it its role back
    (core-aam, conflict resolution for presentational roles).
    """
    decorative = reference.attributes.get("role") in ("none", "presentation")
    return (
        reference.alt is None
        and not other_name(reference)
        and not (decorative and not _FOCUSABLE.search(reference.raw))
    )


def _lacks_name(reference: ImageReference) -> str | None:
    """What other elements lack that stand for a picture: buttons, drawings, named backgrounds."""
    own = reference.attributes
    if "hidden" in own or own.get("aria-hidden") == "true" or other_name(reference):
        return None
    if reference.kind == "input":
        return None if (reference.alt or "").strip() else "an image button without a name"
    if reference.kind in ("inline-svg", "css") and own.get("role") in _DRAWING_ROLES:
        return f"a picture (role={own['role']}) without a name"
    return None


_TEXT = "<p>The consulate was closed, and the street in front of it stayed empty for the whole day.</p>"
RULE = Rule(
    code="CAP320",
    name="alt-missing",
    level="error",
    summary="An image has no alternative text.",
    why=(
        "Without an alt attribute screen readers read out the file name or skip the picture, and nobody "
        "can tell whether it was forgotten or is decoration (WCAG 2.2, 1.1.1). Names by aria-label, "
        "aria-labelledby and title count. Backgrounds, posters and what is hidden are not asked for one; "
        "image buttons are, and drawings that call themselves images."
    ),
    fix='Add alt with a short description, or alt="" where the image is decoration.',
    check=check,
    passes=(
        Example('<img src="/a.jpg" alt="The gate">'),
        Example('<img src="/a.jpg" alt="">', note="declared decorative"),
        Example('<img src="/a.jpg" aria-label="The gate">'),
        Example('<video poster="/a.jpg"></video><div style="background: url(/b.jpg)"></div>'),
        Example("<image s3://crabby-images/aaaaa/aaaaa1>", dialect="placeholder"),
    ),
    catches=(
        Example('<img src="/a.jpg">'),
        Example('<img src="/a.jpg"><p>Text</p><img src="/b.jpg" alt="The hall"><img src="/c.jpg">', count=2),
        Example(f'<article><h1>Map</h1>{_TEXT}<img src="/go.png" role="none" tabindex="0">{_TEXT}</article>'),
    ),
)
