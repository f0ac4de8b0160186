"""Whether two captions can both be true of one picture."""

import pytest

from auditor.captions import dates, places
from auditor.entities import dates_contradict, places_contradict
from auditor.model import Entities


def named(text: str) -> Entities:
    return Entities(dates.find(text), places.find(text))


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("2020年7月24日", "2020年7月27日", True),
        ("2020年7月24日", "July 24, 2020", False),
        ("7月24日", "2020年7月24日", False),
        ("7月24日", "2020年7月27日", True),
        ("2020年7月", "2020年7月24日", False),
        ("2020年7月", "2020年8月24日", True),
        ("2019年7月", "2020年7月24日", True),
        ("1906年", "2020年7月24日", False),  # a bare year may be when the house was built
        ("7月24日至27日", "7月27日", False),
        ("no date", "7月27日", False),
    ],
)
def test_dates_contradict_where_the_fields_that_both_name_differ(a: str, b: str, expected: bool) -> None:
    assert dates_contradict(named(a), named(b)) is expected
    assert dates_contradict(named(b), named(a)) is expected


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("休斯敦", "成都", True),
        ("Houston", "休斯顿", False),
        ("Houston", "United States", False),
        ("中国驻休斯敦总领馆", "美国驻成都总领事馆", True),
        ("Chengdu and Houston", "Houston", False),
        ("中国", "美国", True),
        ("nowhere", "Houston", False),
    ],
)
def test_places_contradict_unless_one_holds_the_other(a: str, b: str, expected: bool) -> None:
    assert places_contradict(named(a), named(b)) is expected
    assert places_contradict(named(b), named(a)) is expected
