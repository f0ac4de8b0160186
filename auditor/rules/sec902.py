"""active-svg: a drawing that can do things."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, Rule
from auditor.rules._audits import address, every, picture_key
from auditor.rules._examples import photo


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each SVG with active parts."""
    for reference, outcome in every(audit):
        hazards = outcome.picture.hazards if outcome.picture else ()
        if hazards:
            yield Hit(
                message=f"the SVG has active parts ({', '.join(hazards[:5])}): {address(reference)}",
                key=picture_key(reference, outcome),
                images=(reference.index,),
                evidence={"parts": list(hazards)},
            )


RULE = Rule(
    code="SEC902",
    name="active-svg",
    level="error",
    summary="An SVG carries script, event handlers, foreign objects, entities or outside references.",
    why=(
        "Shown by <img> an SVG is harmless; opened in a tab, embedded as an object or pasted into a page it "
        "runs with the rights of your site. Outside references tell a stranger who reads. SVGs are read "
        "here with entities refused, and never drawn."
    ),
    fix="Sanitise the SVG, or export it as PNG or WebP.",
    check=check,
    passes=(
        Example(
            '<img src="/map.svg" alt="A map">',
            images={"/map.svg": photo("map", format="svg", media_type="image/svg+xml", fingerprint=None)},
        ),
    ),
    catches=(
        Example(
            '<img src="/map.svg" alt="A map">',
            images={
                "/map.svg": photo(
                    "map", format="svg", media_type="image/svg+xml", hazards=("script", "onload")
                )
            },
        ),
    ),
)
