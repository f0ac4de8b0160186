"""Turns a text into the places it names: larger cities and countries, in Latin and Han spellings; and how
far a position is from them.

The table (places.tsv: GeoNames, CC BY 4.0, and Unicode CLDR) is read on first use. Names that are everyday
words (Nice, Reading, Mobile) are not in it: a caption without a place is better than one with a wrong one.
"""

from __future__ import annotations

import functools
import math
import re
from importlib import resources
from typing import NamedTuple

from auditor.model import PlaceMention

_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*\.?")
_HAN_RUN = re.compile(r"[\u4e00-\u9fff]{2,}")
_LONGEST_NAME_WORDS = 4
_LONGEST_HAN = 7
# 组成都市 names no Chengdu: a character that makes a word with the name's first one.
_GLUED = {"成都": "组構构形完变變造达達生促养養建落合集现現", "中国": "展", "中國": "展"}


_EARTH_KM = 6371.0


class Position(NamedTuple):
    """Degrees, north and east positive."""

    latitude: float
    longitude: float


class _Place(NamedTuple):
    name: str
    country: str
    written: str  # the positions of the cities of that name


class Nearest(NamedTuple):
    """The larger city next to a position, and how far it is."""

    name: str
    country: str
    km: float


def find(text: str) -> tuple[PlaceMention, ...]:
    """The places of a text in reading order, the longest name winning; never inside another word."""
    found = [*_latin(text), *_han(text)]
    found.sort(key=lambda item: item[0])
    return tuple(mention for _, mention in found)


def distance_km(place: PlaceMention, position: Position) -> float | None:
    """How far a position is from a place: a city, or the nearest larger city of a country. None where
    the table does not know.

    Of several cities of one name the nearest counts, whichever is meant: there are eight Houstons.
    """
    if place.country:
        known = _table().get(place.name)
        there = _positions(known.written) if known is not None else []
    else:
        there = [city[1] for city in _cities() if city[0].country == place.name]
    return min((_great_circle_km(position, one) for one in there), default=None)


def nearest(position: Position) -> Nearest:
    """The larger city next to a position."""
    km, place = min((_great_circle_km(position, there), place) for place, there in _cities())
    return Nearest(place.name, place.country, km)


@functools.cache
def _cities() -> list[tuple[_Place, Position]]:
    """The cities of the table; of several of one name the largest, whose position stands first."""
    cities = {place.name: place for place in _table().values() if place.written}
    return [(place, _positions(place.written)[0]) for place in cities.values()]


def _positions(written: str) -> list[Position]:
    pairs = (pair.split(",") for pair in written.split(";") if pair)
    return [Position(float(latitude), float(longitude)) for latitude, longitude in pairs]


def _great_circle_km(one: Position, other: Position) -> float:
    """The haversine formula."""
    (phi, east), (phi_2, east_2) = (tuple(map(math.radians, place)) for place in (one, other))
    half = math.sin((phi_2 - phi) / 2) ** 2
    half += math.cos(phi) * math.cos(phi_2) * math.sin((east_2 - east) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(min(1.0, half)))


@functools.cache
def _table() -> dict[str, _Place]:
    table: dict[str, _Place] = {}
    raw = resources.files("auditor.captions").joinpath("places.tsv").read_text(encoding="utf-8")
    for line in raw.splitlines():
        if line.startswith("#"):
            continue
        name, country, spellings, written = line.split("\t")
        place = _Place(name, country, written)
        for spelling in (name, *filter(None, spellings.split(";"))):
            if spelling not in table or not country:
                table[spelling] = place
    return table


def _latin(text: str) -> list[tuple[int, PlaceMention]]:
    table = _table()
    found = []
    words = list(_WORD.finditer(text))
    at = 0
    while at < len(words):
        taken = 1
        if words[at].group()[0].isupper():
            for count in range(min(_LONGEST_NAME_WORDS, len(words) - at), 0, -1):
                written = text[words[at].start() : words[at + count - 1].end()]
                place, written = _look_up(table, written)
                if place is not None:
                    found.append((words[at].start(), PlaceMention(written, place.name, place.country)))
                    taken = count
                    break
        at += taken
    return found


def _look_up(table: dict[str, _Place], written: str) -> tuple[_Place | None, str]:
    """A name as written, without a full stop or genitive that is not its own."""
    for spelling in (written, written.rstrip("."), re.sub(r"['’]s?\.?$", "", written)):
        if (place := table.get(spelling)) is not None:
            return place, spelling
    return None, written


def _han(text: str) -> list[tuple[int, PlaceMention]]:
    table = _table()
    found = []
    for run in _HAN_RUN.finditer(text):
        at = run.start()
        while at < run.end() - 1:
            step = 1
            for length in range(min(_LONGEST_HAN, run.end() - at), 1, -1):
                written = text[at : at + length]
                place = table.get(written)
                if place is not None and not (at and text[at - 1] in _GLUED.get(written, "")):
                    found.append((at, PlaceMention(written, place.name, place.country)))
                    step = length
                    break
            at += step
    return found
