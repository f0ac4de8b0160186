"""person-or-device-in-file: the file names its owner or the serial number of the camera."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, Rule
from auditor.rules._audits import address, pictures
from auditor.rules._audits import picture_key as key_of
from auditor.rules._examples import photo

_FIELDS = ("exif:owner", "exif:serial", "exif:lens-serial", "xmp:owner", "xmp:serial")


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each picture with such fields; their contents are not repeated."""
    for reference, outcome, picture in pictures(audit):
        fields = [field for field in _FIELDS if picture.metadata.get(field, "").strip(" 0\x00")]
        if fields:
            yield Hit(
                message=f"the file names a person or device ({', '.join(fields)}): {address(reference)}",
                key=key_of(reference, outcome),
                images=(reference.index,),
                evidence={"fields": fields},
            )


RULE = Rule(
    code="PRV802",
    name="person-or-device-in-file",
    level="note",
    summary="The file carries the name of the camera's owner or a serial number.",
    why=(
        "A serial number links all pictures of one camera, also those that were published without a name. "
        "The credit (artist, copyright) is no such field: it is meant to be read."
    ),
    fix="Strip these fields before publishing, and keep the credit.",
    check=check,
    passes=(
        Example(
            '<img src="/a.jpg" alt="The gate">',
            images={"/a.jpg": photo("gate", metadata={"exif:artist": "A. Photographer"})},
        ),
    ),
    catches=(
        Example(
            '<img src="/a.jpg" alt="The gate">',
            images={"/a.jpg": photo("gate", metadata={"exif:serial": "0123456", "exif:owner": "A. Person"})},
        ),
    ),
)
