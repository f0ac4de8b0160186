"""When and where the file of a picture says it was taken, and what texts say of old photographs."""

from __future__ import annotations

import datetime as dt
import math
import re

from auditor.captions import places
from auditor.captions.places import Position
from auditor.model import Entities, ImageReference, Pairing, Picture

ONE_DAY = dt.timedelta(days=1)  # time zones
_DATES = ("exif:date", "iptc:date", "xmp:date", "xmp:original-date")
_PLACES = ("iptc:city", "xmp:city", "iptc:country", "xmp:country")
_XMP_POSITION = ("xmp:gps-latitude", "xmp:gps-longitude")
_DEGREES = re.compile(r"(-?)(\d{1,3}(?:\.\d{1,12})?(?:,\d{1,2}(?:\.\d{1,12})?){0,2})([NSEW]?)")
_EPOCH = dt.date(1990, 1, 2)  # nothing was photographed digitally before: a clock that was never set
# The words for a photograph out of the archive, in the languages of many desks.
_OLD = re.compile(
    r"\b(?:file (?:photo|picture|pic|image|footage|shot)|(?:library|stock|archive|archival|undated) "
    r"(?:photo|picture|image)|archiv(?:bild|foto|aufnahme)|symbol(?:bild|foto)|themenbild|"
    r"photo d['’]archives?|image d['’]archives?|archives?|illustration|(?:foto|imagen) de archivo|"
    r"(?:foto|immagine) d['’]archivio|repertorio|arkiv(?:foto|bild)?|archief(?:foto|beeld)?|"
    r"zdjęcie archiwalne|archiwum|foto de arquivo|ilustrační|arşiv)\b|"
    r"архив|资料(?:图|照|片)|資料(?:圖|照|片|写真)|档案(?:图|照)|檔案(?:圖|照)|图库|圖庫|자료사진",
    re.IGNORECASE,
)
_TO_COME = re.compile(
    r"\b(?:will|shall|due|scheduled|planned|expected|upcoming|is set to|are set to|next|until|deadline|"
    r"rendering|artist'?s impression)\b|[将將]|预计|預計|拟于|擬於|计划|計劃|即将|效果图|截至|截止",
    re.IGNORECASE,
)


def dates(picture: Picture) -> dict[str, dt.date]:
    """The days that the file says it was made on, by field; unset camera clocks left out."""
    found = {name: day(picture.metadata.get(name, "")) for name in _DATES}
    return {name: date for name, date in found.items() if date and date >= _EPOCH}


def place(picture: Picture) -> tuple[dict[str, str], Entities]:
    """City and country by field, and the places of the table that they name."""
    said = {name: picture.metadata[name] for name in _PLACES if picture.metadata.get(name)}
    named = dict.fromkeys(mention for text in said.values() for mention in places.find(text.title()))
    return said, Entities(places=tuple(named))


def position(picture: Picture) -> tuple[str, Position] | None:
    """Where the camera was, and the field that says so; None for 0, 0, which stands for no reception."""
    told = {"exif:gps": picture.metadata.get("exif:gps", "").split(",")}
    told["xmp:gps-latitude"] = [picture.metadata.get(name, "") for name in _XMP_POSITION]
    for field, written in told.items():
        degrees = [_degrees(text) for text in written]
        if len(degrees) == 2 and None not in degrees and any(round(d or 0.0, 1) for d in degrees):
            found = Position(degrees[0] or 0.0, degrees[1] or 0.0)
            if abs(found.latitude) <= 90 and abs(found.longitude) <= 180:
                return field, found
    return None


def _degrees(text: str) -> float | None:
    """ "29.73", or as XMP writes it: "29,43.9N", "29,43,54N"."""
    match = _DEGREES.fullmatch(text.strip())
    if match is None:
        return None
    value = math.fsum(float(part) / 60.0**power for power, part in enumerate(match[2].split(",")))
    return -value if match[1] or match[3] in ("S", "W") else value


def day(iso: str) -> dt.date | None:
    """The day of a full date, with or without a time; None for less."""
    try:
        return dt.date.fromisoformat(iso[:10])
    except ValueError:
        return None


def is_to_come(text: str) -> bool:
    """Whether a caption speaks of what had not happened yet."""
    return bool(_TO_COME.search(text))


def is_marked_old(reference: ImageReference, pairing: Pairing) -> bool:
    """Whether what stands beside the picture says that it is from the archive, or an illustration."""
    caption = pairing.caption
    told = [caption.text, caption.credit or ""] if caption else []
    told += [candidate.text for candidate in pairing.candidates]
    told += [reference.alt or "", reference.attributes.get("title", ""), pairing.credit or ""]
    return any(_OLD.search(text) for text in told)
