"""tracking-pixel: a picture of which a reader sees nothing."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, Rule, State
from auditor.rules._audits import address, address_key, content, is_invisible
from auditor.rules._examples import photo


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each such picture among the article's own."""
    for reference, outcome in content(audit):
        picture = outcome.picture if outcome.state is State.OK else None
        if picture and is_invisible(picture):
            size = f"{picture.width_px}x{picture.height_px} px"
            clear = ", fully transparent" if picture.transparent_share >= 1 else ""
            yield Hit(
                message=f"a picture that nobody can see ({size}{clear}): {address(reference)}",
                key=address_key(reference),
                images=(reference.index,),
                evidence={
                    "width-px": picture.width_px,
                    "height-px": picture.height_px,
                    "transparent-share": picture.transparent_share,
                },
            )


RULE = Rule(
    code="MIS208",
    name="tracking-pixel",
    level="warning",
    summary="A picture of one pixel, or a fully transparent one, stands as an image of the article.",
    why=(
        "It counts readers, or is what a lazy loader left behind. As an image of the article it is none: "
        "either the true one is missing, or the pixel does not belong here."
    ),
    fix="Remove it, or put in the picture that was meant.",
    check=check,
    absorbs=("MIS209", "DUP401", "REF111"),
    passes=(
        Example('<img src="/a.jpg" alt="The gate">'),
        Example(
            '<img src="/line.png" alt="">',
            images={"/line.png": photo("line", 1200, 2)},
            note="thin, but there",
        ),
    ),
    catches=(
        Example('<p>Text</p><img src="/p.gif" alt="">', images={"/p.gif": photo("pixel", 1, 1)}),
        Example(
            '<p>Text</p><img src="/a.png" alt="The gate">',
            images={"/a.png": photo("clear", 800, 600, transparent_share=1.0)},
        ),
    ),
)
