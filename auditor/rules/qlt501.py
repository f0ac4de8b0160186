"""too-small: an image with fewer pixels than its place needs."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, ImageReference, Picture, Rule
from auditor.rules._audits import address, address_key, declared_px, pictures
from auditor.rules._examples import photo

_ORNAMENT_PX = 64


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each lead or body picture that is narrower than wanted."""
    for reference, _, picture in pictures(audit):
        # previews are made of pages; how large a text with placeholders is shown, nobody knows yet
        is_lead = reference.role == "lead" and audit.article.dialect != "placeholder"
        wanted = audit.options.min_lead_width_px if is_lead else audit.options.min_body_width_px
        width = picture.width_px
        if width and _ORNAMENT_PX < width < wanted and not _is_meant(reference, picture, is_lead):
            place = "lead image" if is_lead else "image"
            yield Hit(
                message=f"the {place} is {width} px wide, {wanted} px are wanted: {address(reference)}",
                key=address_key(reference),
                images=(reference.index,),
                arguments={"width_px": width, "wanted_px": wanted},
                evidence={"width-px": width, "height-px": picture.height_px, "wanted-px": wanted},
            )


def _is_meant(reference: ImageReference, picture: Picture, is_lead: bool) -> bool:
    """A drawing that scales, an image that is offered larger as well, one shown no larger than it is."""
    larger = any(
        (c.width_px or 0) > (picture.width_px or 0) or (c.density or 0) > 1 for c in reference.candidates
    )
    declared = declared_px(reference, "width")
    fits = not is_lead and declared is not None and declared <= (picture.width_px or 0)
    return picture.format == "svg" or larger or fits


_TEXT = "<p>The consulate was closed, and the street in front of it stayed empty for the whole day.</p>"
RULE = Rule(
    code="QLT501",
    name="too-small",
    level="note",
    levels={"newsroom": "warning"},
    summary="The image has fewer pixels than its place in the article needs.",
    why=(
        "Search engines show large previews from a width of 1200 px on only, and what is too small is blown "
        "up and blurred. Widths are settings (`min-lead-width-px`, `min-body-width-px`); what srcset offers "
        "in a larger size, and what is declared to be shown small, is left alone. The lead image of a text "
        "with placeholders is measured as any other: no page is made of it yet."
    ),
    fix="Use the original.",
    check=check,
    passes=(
        Example(f'<article><h1>Gate</h1><img src="/a.jpg" alt="The gate">{_TEXT}{_TEXT}</article>'),
        Example('<img src="/a.jpg" alt="A stamp" width="120">', images={"/a.jpg": photo("stamp", 240, 240)}),
        Example(
            '<img src="/a.jpg" srcset="/a.jpg 280w, /b.jpg 1600w" sizes="200px" alt="The gate">',
            images={"/a.jpg": photo("gate", 280, 187)},
            note="offered in a larger size as well",
        ),
    ),
    catches=(
        Example(
            f'<article><h1>Gate</h1><img src="/a.jpg" alt="The gate">{_TEXT}{_TEXT}</article>',
            images={"/a.jpg": photo("gate", 640, 427)},
        ),
        Example('<img src="/a.jpg" alt="The gate">', images={"/a.jpg": photo("gate", 200, 133)}),
    ),
)
