"""appended-data: something follows the end of the image in its file."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, Rule
from auditor.rules._audits import address, every, picture_key
from auditor.rules._examples import photo

_PADDING = 64  # bytes; line ends and rounding up that uploads leave behind


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each picture with a tail that is more than padding."""
    for reference, outcome in every(audit):
        picture = outcome.picture
        if picture and (
            picture.appended_bytes > _PADDING or (picture.appended_bytes and picture.appended_kind)
        ):
            kind = picture.appended_kind or "unknown data"
            yield Hit(
                message=f"{picture.appended_bytes:,} bytes follow the end of the image ({kind}): "
                f"{address(reference)}",
                key=picture_key(reference, outcome),
                images=(reference.index,),
                evidence={"bytes": picture.appended_bytes, "kind": picture.appended_kind},
            )


RULE = Rule(
    code="SEC904",
    name="appended-data",
    level="note",
    summary="An archive, a video, markup or other data follows the end of the image.",
    why=(
        "Some phones put a short video or a depth map there, which gives away more than the picture; some "
        "files hide an archive or a script behind a harmless image."
    ),
    fix="Export the picture again; what stands behind its end is lost on the way.",
    check=check,
    passes=(
        Example('<img src="/a.jpg" alt="The gate">'),
        Example(
            '<img src="/a.jpg" alt="The gate">',
            images={"/a.jpg": photo("gate", appended_bytes=2)},
            note="a line end",
        ),
    ),
    catches=(
        Example(
            '<img src="/a.jpg" alt="The gate">',
            images={"/a.jpg": photo("gate", appended_bytes=18_204, appended_kind="zip")},
        ),
    ),
)
