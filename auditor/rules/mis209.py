"""blank-picture: an image of one colour, or of next to nothing."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, Picture, Rule
from auditor.rules._audits import address, pictures
from auditor.rules._audits import picture_key as key_of
from auditor.rules._examples import photo

_NEARLY_ALL = 0.995  # share of one colour
_SPECK_PX = 32  # dividers and dots may be of one colour


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each blank picture among the article's own."""
    for reference, outcome, picture in pictures(audit):
        if _is_blank(picture, audit.options.blank_detail):
            colour = f" ({picture.top_colour} all over)" if picture.top_colour else ""
            yield Hit(
                message=f"the picture is blank{colour}: {address(reference)}",
                key=key_of(reference, outcome),
                images=(reference.index,),
                evidence={
                    "detail": picture.detail,
                    "colour": picture.top_colour,
                    "share": picture.top_colour_share,
                },
            )


def _is_blank(picture: Picture, least_detail: float) -> bool:
    if picture.detail is None or min(picture.width_px or 0, picture.height_px or 0) < _SPECK_PX:
        return False
    return picture.detail < least_detail and (picture.top_colour_share or 0.0) >= _NEARLY_ALL


RULE = Rule(
    code="MIS209",
    name="blank-picture",
    level="warning",
    summary="The picture is of one colour.",
    why=(
        "An export that failed, a resizer that gave up, or a filler that nobody replaced: the file is a "
        "valid image, and there is nothing on it."
    ),
    fix="Export the picture again, or replace it.",
    check=check,
    absorbs=("DUP401", "REF111"),
    passes=(
        Example('<img src="/a.jpg" alt="The gate">'),
        Example(
            '<img src="/night.jpg" alt="Tracers over the city">',
            images={"/night.jpg": photo("night", detail=0.05, top_colour="#000000", top_colour_share=0.93)},
            note="dark, but there is something on it",
        ),
    ),
    catches=(
        Example(
            '<img src="/a.jpg" alt="The gate">',
            images={"/a.jpg": photo("white", detail=0.0, top_colour="#ffffff", top_colour_share=1.0)},
        ),
    ),
)
