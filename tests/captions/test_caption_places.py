"""Places in captions: larger cities and countries, in Latin and Han spellings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.captions.places import Position, distance_km, find, nearest

NAMED = [
    ("中国驻休斯敦总领馆", ["China", "Houston"]),
    ("休斯顿", ["Houston"]),
    ("休士頓", ["Houston"]),
    ("美国驻成都总领事馆", ["United States", "Chengdu"]),
    ("The consulate in Houston, Texas", ["Houston"]),
    ("Chengdu's streets", ["Chengdu"]),
    ("New York, London and Beijing", ["New York", "London", "Beijing"]),
    ("in the U.S. today", ["United States"]),
    ("東京と北京", ["Tokyo", "Beijing"]),
    ("München", ["Munich"]),
]
UNNAMED = [
    "组成都市圈",  # 成都 within other words
    "发展中国家",
    "A Nice reading of Mobile phones",
    "chengdu",  # a name without its capital is none
    "Houstonian days",
    "日照时间",
    "",
]


@pytest.mark.parametrize(("text", "expected"), NAMED)
def test_places_are_found_under_one_name(text: str, expected: list[str]) -> None:
    assert [mention.name for mention in find(text)] == expected


@pytest.mark.parametrize("text", UNNAMED)
def test_words_that_only_look_like_places_are_none(text: str) -> None:
    assert find(text) == ()


def test_a_city_tells_its_country() -> None:
    (mention,) = find("休斯敦")
    assert (mention.text, mention.country) == ("休斯敦", "United States")


@given(st.text(max_size=200))
def test_no_text_makes_the_finder_raise(text: str) -> None:
    for mention in find(text):
        assert mention.text in text


@pytest.mark.parametrize(
    ("text", "position", "least", "most"),
    [
        ("Houston", Position(29.7, -95.4), 0, 20),
        ("Houston", Position(30.6, 104.1), 7_000, 9_000),  # the one in Scotland is nearest
        ("London", Position(43.0, -81.2), 0, 20),  # the one in Canada is meant
        ("Germany", Position(50.1, 11.3), 0, 150),
        ("Germany", Position(19.4, -99.1), 8_500, 10_500),
    ],
)
def test_a_position_is_so_far_from_a_place(text: str, position: Position, least: float, most: float) -> None:
    (place,) = find(text)
    km = distance_km(place, position)
    assert km is not None
    assert least <= km <= most


def test_how_far_a_country_without_larger_cities_is_nobody_knows() -> None:
    (place,) = find("Andorra")
    assert distance_km(place, Position(42.5, 1.5)) is None


@pytest.mark.parametrize(
    ("city", "country"),
    [
        ("Amsterdam", "the Netherlands"),
        ("Abidjan", "Ivory Coast"),
        ("Yangon", "Myanmar"),
        ("Houston", "the U.S."),
    ],
)
def test_a_city_lies_in_its_country_by_whichever_name(city: str, country: str) -> None:
    ((place,), (around,)) = find(city), find(country)
    assert place.country == around.name


def test_the_nearest_city_is_named() -> None:
    assert nearest(Position(30.6, 104.1))[:2] == ("Chengdu", "China")
