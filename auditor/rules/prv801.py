"""location-in-file: the file tells where the picture was taken."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from auditor.model import Audit, Example, Hit, Rule
from auditor.rules._audits import address, pictures
from auditor.rules._audits import picture_key as key_of
from auditor.rules._examples import photo

_XMP = ("xmp:gps-latitude", "xmp:gps-longitude")
_FIELDS = ("exif:gps", *_XMP)


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each picture with a position in its file."""
    for reference, outcome, picture in pictures(audit):
        fields = [field for field in _FIELDS if picture.metadata.get(field)]
        if fields:
            about = _about(picture.metadata)
            yield Hit(
                message=f"the file tells where the picture was taken{f' (about {about})' if about else ''}: "
                f"{address(reference)}",
                key=key_of(reference, outcome),
                images=(reference.index,),
                evidence={"fields": fields, "about": about},
            )


def _about(metadata: Mapping[str, str]) -> str:
    """The position to a tenth of a degree (some ten kilometres): the report is no new leak."""
    numbers = re.findall(r"-?\d+(?:\.\d+)?", metadata.get("exif:gps", ""))
    return ", ".join(f"{float(number):.1f}" for number in numbers) if len(numbers) == 2 else ""


RULE = Rule(
    code="PRV801",
    name="location-in-file",
    level="warning",
    levels={"newsroom": "error"},
    summary="The file carries the position at which the picture was taken.",
    why=(
        "Phones write it to a few metres. Published, it leads anybody to a source's home, a shelter or a "
        "position that was to be kept secret. The report rounds it."
    ),
    fix="Strip the position before publishing, for instance with exiftool -gps:all= -xmp:geotag= FILE.",
    check=check,
    passes=(
        Example(
            '<img src="/a.jpg" alt="The gate">',
            images={"/a.jpg": photo("gate", metadata={"iptc:city": "Houston"})},
            note="a city that somebody wrote down",
        ),
    ),
    catches=(
        Example(
            '<img src="/a.jpg" alt="The gate">',
            images={"/a.jpg": photo("gate", metadata={"exif:gps": "29.732391,-95.394177"})},
        ),
    ),
)
