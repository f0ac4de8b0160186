"""distorted: the markup asks for a shape that the picture does not have."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, ImageReference, Rule
from auditor.rules._audits import address, address_key, declared_px, pictures

_TOLERANCE = 0.10
_CROPPED = re.compile(r"object-fit|object-cover|object-contain|\bcover\b", re.IGNORECASE)


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each picture whose declared width and height have another ratio than its own."""
    for reference, _, picture in pictures(audit):
        width, height = declared_px(reference, "width"), declared_px(reference, "height")
        if not (width and height and picture.width_px and picture.height_px) or picture.format == "svg":
            continue
        stretch = (width / height) / (picture.width_px / picture.height_px)
        if max(stretch, 1 / stretch) > 1 + _TOLERANCE and not _is_cropped(reference):
            yield Hit(
                message=f"shown distorted (declared as {width}x{height}, the picture is "
                f"{picture.width_px}x{picture.height_px} px): {address(reference)}",
                key=address_key(reference),
                images=(reference.index,),
                evidence={
                    "declared": round(width / height, 3),
                    "true": round(picture.width_px / picture.height_px, 3),
                },
            )


def _is_cropped(reference: ImageReference) -> bool:
    """Whether the style cuts instead of stretching, or another picture may be shown in its place."""
    art_direction = any(candidate.origin == "source" for candidate in reference.candidates)
    return art_direction or bool(_CROPPED.search(reference.raw))


RULE = Rule(
    code="QLT510",
    name="distorted",
    level="warning",
    summary="Width and height in the markup have another ratio than the picture.",
    why=(
        "Browsers stretch or squeeze the picture to the declared shape, and reserve the wrong room while it "
        "loads. Up to a tenth passes, and so does what CSS is seen to crop."
    ),
    fix="Correct width and height, or leave one of them out.",
    check=check,
    passes=(
        Example('<img src="/a.jpg" alt="The gate" width="800" height="534">'),
        Example('<img src="/a.jpg" alt="The gate" width="100%" height="400">', note="no number of pixels"),
        Example('<img src="/a.jpg" alt="The gate" width="400" height="400" style="object-fit: cover">'),
    ),
    catches=(Example('<img src="/a.jpg" alt="The gate" width="800" height="800">'),),
)
