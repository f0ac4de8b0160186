"""Turns what two captions say about when and where into whether both can be true of one picture."""

from __future__ import annotations

from itertools import product

from auditor.model import Entities, PlaceMention


def dates_contradict(a: Entities, b: Entities) -> bool:
    """Both name dates, and no date of the one can be a date of the other.

    Two dates are compared in the fields that both name, and only where the month is among them: a bare
    year may be when a house was built. "--07-24" agrees with 24 July of any year.
    """
    pairs = [_differ(x.iso, y.iso) for x, y in product(a.dates, b.dates)]
    return bool(pairs) and all(pairs)


def places_contradict(a: Entities, b: Entities) -> bool:
    """Both name places, and none of the one is, holds or lies in a place of the other.

    Where both name cities only the cities count: the consulate of one country stands in another.
    """
    cities_a, cities_b = _cities(a.places), _cities(b.places)
    if cities_a and cities_b:
        return cities_a.isdisjoint(cities_b)
    countries_a, countries_b = _countries(a.places), _countries(b.places)
    return bool(countries_a and countries_b) and countries_a.isdisjoint(countries_b)


def _differ(a: str, b: str) -> bool:
    (year_a, *rest_a), (year_b, *rest_b) = _fields(a), _fields(b)
    if not rest_a or not rest_b:
        return False
    return bool(year_a and year_b and year_a != year_b) or any(
        x != y for x, y in zip(rest_a, rest_b, strict=False)
    )


def _fields(iso: str) -> list[str]:
    """Year ("" where unknown), month, day, as far as the date goes."""
    return ["", *iso[2:].split("-")] if iso.startswith("--") else iso.split("-")


def _cities(places: tuple[PlaceMention, ...]) -> set[str]:
    return {place.name for place in places if place.country}


def _countries(places: tuple[PlaceMention, ...]) -> set[str]:
    return {place.country or place.name for place in places}
