"""odd-shape: a picture much longer than it is wide, or the other way round."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, Rule
from auditor.rules._audits import address, pictures
from auditor.rules._audits import picture_key as key_of
from auditor.rules._examples import photo

_DIVIDER_PX = 40  # what is thinner is a line, and meant to be


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each picture whose sides differ by more than the setting."""
    for reference, outcome, picture in pictures(audit):
        width, height = picture.width_px or 0, picture.height_px or 0
        short, long = sorted((width, height))
        if short > _DIVIDER_PX and long / short > audit.options.max_aspect_ratio:
            yield Hit(
                message=f"the picture has an odd shape ({width}x{height} px): {address(reference)}",
                key=key_of(reference, outcome),
                images=(reference.index,),
                evidence={"width-px": width, "height-px": height, "ratio": round(long / short, 2)},
            )


RULE = Rule(
    code="QLT505",
    name="odd-shape",
    level="note",
    summary="One side of the picture is more than five times the other.",
    why=(
        "Long screenshots and thin strips are cut or shrunk beyond recognition by previews and phones. The "
        "ratio is a setting (`max-aspect-ratio`)."
    ),
    fix="Crop it, or split it into several pictures.",
    check=check,
    passes=(
        Example('<img src="/a.jpg" alt="The gate">'),
        Example('<img src="/a.jpg" alt="A skyline">', images={"/a.jpg": photo("skyline", 2400, 600)}),
    ),
    catches=(
        Example('<img src="/a.jpg" alt="A chat">', images={"/a.jpg": photo("chat", 600, 9000)}),
        Example('<img src="/a.jpg" alt="A strip">', images={"/a.jpg": photo("strip", 3000, 200)}),
    ),
)
