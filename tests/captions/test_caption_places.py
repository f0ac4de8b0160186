"""Places in captions: larger cities and countries, in Latin and Han spellings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.captions.places import find

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
