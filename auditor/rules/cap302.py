"""caption-against-file: a caption names another day or place than the file of its picture."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from auditor.captions import places
from auditor.entities import dates_contradict, places_contradict
from auditor.model import (
    Audit,
    Caption,
    DateMention,
    Entities,
    Example,
    Hit,
    ImageReference,
    Pairing,
    Picture,
    PlaceMention,
    Rule,
)
from auditor.rules import _files
from auditor.rules._audits import address, captioned, line, picture_key, pictures, shown
from auditor.rules._examples import photo

_Row = dict[str, str]
_FAR_KM = 300.0  # from a city: a report from its country is still from there
_ABROAD_KM = 1000.0  # from the nearest larger city of a country
_WHERE = "in|at|near|outside|inside|over|bei|nahe|à|en|a|près de|cerca de|vicino a|nära|nær|i|w|v|te"


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each picture whose file and caption contradict each other, with both field by field."""
    pairings = {reference.index: pairing for reference, pairing in captioned(audit)}
    for reference, outcome, picture in pictures(audit):
        pairing = pairings.get(reference.index)
        if pairing is None or pairing.caption is None:
            continue
        dates = _dates(audit, reference, pairing, picture)
        scenes = _scenes(pairing.caption, picture)
        if not dates and not scenes:
            continue
        rows = dates + scenes
        told = " and ".join(dict.fromkeys(row["caption"] for row in rows))
        said = ", ".join(f"{row['file']} ({row['field']})" for row in rows)
        earlier = _taken_before(pairing.caption, picture)
        yield Hit(
            message=f"the caption “{shown(pairing.caption.text)}” says {told}, its file says {said} "
            f"({line(reference)}): {address(reference)}",
            key=picture_key(reference, outcome),
            images=(reference.index,),
            span=pairing.caption.span,
            arguments={"fields": [row["field"] for row in rows]},
            evidence={"table": rows},
            level=None if scenes or earlier else "note",
        )


def _dates(audit: Audit, reference: ImageReference, pairing: Pairing, picture: Picture) -> list[_Row]:
    """What both say of the day, where no day of the one can be a day of the other; else nothing."""
    caption, found = pairing.caption, _files.dates(picture)
    if caption is None or not found:
        return []
    if _files.is_to_come(caption.text) or _files.is_marked_old(reference, pairing):
        return []
    published = audit.article.published_at
    if published and min(found.values()) > published.date() + _files.ONE_DAY:
        return []  # put in later: CAP303 tells
    days = [date + shift * _files.ONE_DAY for date in found.values() for shift in (-1, 0, 1)]
    file = Entities(dates=tuple(DateMention(str(date), date.isoformat()) for date in days))
    if not dates_contradict(caption.entities, file):
        return []
    told = " and ".join(mention.text for mention in caption.entities.dates)
    return [{"field": name, "caption": told, "file": date.isoformat()} for name, date in found.items()]


def _scenes(caption: Caption, picture: Picture) -> list[_Row]:
    said, file = _files.place(picture)
    named = tuple(place for place in caption.entities.places if _is_scene(place.text, caption.text))
    told = " and ".join(place.text for place in named)
    rows = []
    if places_contradict(Entities(places=named), file):
        rows = [{"field": name, "caption": told, "file": text} for name, text in said.items()]
    if there := _elsewhere(named, picture):
        rows.append({"field": there[0], "caption": told, "file": there[1]})
    return rows


def _elsewhere(named: tuple[PlaceMention, ...], picture: Picture) -> tuple[str, str] | None:
    """The field and the words for a position that is far from every place named; None where it is not."""
    known = _files.position(picture)
    if known is None or not named:
        return None
    field, position = known
    distances = [places.distance_km(place, position) for place in named]
    limits = [_FAR_KM if place.country else _ABROAD_KM for place in named]
    if any(km is None or km <= limit for km, limit in zip(distances, limits, strict=True)):
        return None
    city = places.nearest(position)
    where = f"{position.latitude:.1f}, {position.longitude:.1f}, {city.km:.0f} km from {city.name}"
    return field, where  # to a tenth of a degree: the report is no new leak


def _is_scene(place: str, text: str) -> bool:
    """Whether a caption names a place as the scene: "in Houston", not "Houston's mayor".

    Chinese puts no such word before it, and every place counts.
    """
    if "\u4e00" <= place[:1] <= "\u9fff":
        return True
    return bool(re.search(rf"\b(?i:{_WHERE})\s+{re.escape(place)}(?!\w|['’])", text))


def _taken_before(caption: Caption, picture: Picture) -> bool:
    """Whether the picture is older than every full date of the caption: then it cannot show that day."""
    named = [day for mention in caption.entities.dates if (day := _files.day(mention.iso))]
    taken = list(_files.dates(picture).values())
    return bool(named and taken) and max(taken) + dt.timedelta(days=1) < min(named)


def _story(caption: str) -> str:
    return (
        "<article><h1>A closure</h1><p>The street in front of the gate stayed empty for the whole day, and "
        "nobody was seen to enter.</p><figure><img src='/a.jpg' alt='The gate'>"
        f"<figcaption>{caption}</figcaption></figure></article>"
    )


_OLD = photo("gate", metadata={"exif:date": "2018-05-03T10:00:00", "iptc:city": "Chengdu"})

RULE = Rule(
    code="CAP302",
    name="caption-against-file",
    level="warning",
    summary="The caption and the file of a picture name different days or places.",
    why=(
        "Agencies and cameras write into the file when and where a picture was taken. A picture that is "
        "older than the day in its caption cannot show that day: an old photograph in a new context, or a "
        "slip in the caption. A file that is younger than its caption is a note only, because scans and "
        "edits are younger than what they show. A day more or less (time zones), bare years, clocks that "
        "were never set, captions about things to come and pictures marked as file photos are left alone. "
        "Only the place that the caption gives as the scene counts (“in Houston”). Places are compared as "
        "names, and the position of the camera with the cities of that name (over 300 km away) or those of "
        "a country (over 1,000 km)."
    ),
    fix="Find out which is true: correct the caption, or put in the picture that belongs to it.",
    check=check,
    absorbs=("CAP304",),
    passes=(
        Example(
            _story("Workers carry boxes out in Houston, July 24, 2020"),
            images={"/a.jpg": photo("gate", metadata={"exif:date": "2020-07-25T01:00:00"})},
            note="the file is of the same day, in another time zone",
        ),
        Example(
            _story("File photo: the gate in Houston, July 24, 2020"),
            images={"/a.jpg": photo("gate", metadata={"exif:date": "2018-05-03T10:00:00"})},
        ),
        Example(
            _story("The gate in Houston, July 24, 2020"),
            images={"/a.jpg": photo("gate", metadata={"exif:date": "1980-01-01T00:00:00"})},
            note="a clock that was never set",
        ),
        Example(
            _story("A protest in London after Houston's consulate was closed"),
            images={"/a.jpg": photo("gate", metadata={"iptc:city": "London"})},
        ),
        Example(
            _story("The minister speaks about Houston"),
            images={"/a.jpg": photo("gate", metadata={"iptc:city": "Beijing"})},
            note="the caption does not say where this is",
        ),
        Example(
            _story("Workers carry boxes out in Houston"),
            images={"/a.jpg": photo("gate", metadata={"exif:gps": "30.267153,-97.743061"})},
            note="235 km away: the same region",
        ),
    ),
    catches=(
        Example(_story("Workers carry boxes out in Houston, July 24, 2020"), images={"/a.jpg": _OLD}),
        Example(
            _story("Workers carry boxes out in Houston"),
            images={"/a.jpg": photo("gate", metadata={"iptc:city": "CHENGDU", "iptc:country": "China"})},
        ),
        Example(
            _story("Workers carry boxes out in Houston"),
            images={"/a.jpg": photo("gate", metadata={"exif:gps": "30.617000,104.064000"})},
            note="the camera stood in Chengdu",
        ),
        Example(
            _story("2020年7月24日，中国驻休斯敦总领事馆门前"),
            images={"/a.jpg": photo("gate", metadata={"iptc:date": "2020-07-27"})},
            note="the file is three days younger: a note",
        ),
    ),
)
