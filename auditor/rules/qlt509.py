"""orientation-risk: a picture that is stored turned, and told to be turned back."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, Rule
from auditor.rules._audits import address, pictures
from auditor.rules._audits import picture_key as key_of
from auditor.rules._examples import photo

_STORED = {
    2: "mirrored", 3: "upside down", 4: "upside down and mirrored", 5: "lying and mirrored",
    6: "lying on its side", 7: "lying and mirrored", 8: "lying on its side",
}  # fmt: skip


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each picture whose orientation tag asks for a turn."""
    for reference, outcome, picture in pictures(audit):
        if picture.orientation in _STORED:
            yield Hit(
                message=f"the picture is stored {_STORED[picture.orientation]}, and a tag says to turn it "
                f"(EXIF orientation {picture.orientation}): {address(reference)}",
                key=key_of(reference, outcome),
                images=(reference.index,),
                evidence={"orientation": picture.orientation},
            )


RULE = Rule(
    code="QLT509",
    name="orientation-risk",
    level="warning",
    summary="The picture is stored turned, with an EXIF tag that says how to turn it back.",
    why=(
        "Browsers obey the tag. Resizers, feed readers and messengers that strip metadata do not, and show "
        "people lying on their side."
    ),
    fix="Turn the pixels, and set the orientation to 1.",
    check=check,
    passes=(Example('<img src="/a.jpg" alt="The gate">'),),
    catches=(
        Example(
            '<img src="/a.jpg" alt="The gate">', images={"/a.jpg": photo("gate", 1067, 1600, orientation=6)}
        ),
    ),
)
