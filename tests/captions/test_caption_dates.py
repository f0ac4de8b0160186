"""Dates in captions, against a table written out by hand."""

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.captions.dates import find

PUBLISHED = dt.date(2020, 7, 30)

TRUTH = [
    # Chinese, simplified and traditional
    ("2020年7月24日,成都", ["2020-07-24"]),
    ("7月24日上午,休斯敦", ["2020-07-24"]),
    ("二〇二〇年七月二十四日", ["2020-07-24"]),
    ("二零二零年七月二十四日", ["2020-07-24"]),
    ("十二月三十日", ["2019-12-30"]),
    ("民國109年7月24日", ["2020-07-24"]),
    ("民國一百零九年的合照", []),
    ("2020 年 7 月 24 日", ["2020-07-24"]),
    ("7月24號", ["2020-07-24"]),
    ("2020年7月", ["2020-07"]),
    ("建于1906年", ["1906"]),
    ("7月24日至27日", ["2020-07-24", "2020-07-27"]),
    ("2020年7月24日-8月2日", ["2020-07-24", "2020-08-02"]),
    ("7月24日和7月27日", ["2020-07-24", "2020-07-27"]),
    ("2月30日", []),
    ("13月1日", []),
    # Japanese eras and Korean come for nothing
    ("令和2年7月24日", ["2020-07-24"]),
    ("昭和元年12月26日", ["1926-12-26"]),
    ("2020년 7월 24일", ["2020-07-24"]),
    # English
    ("July 24, 2020", ["2020-07-24"]),
    ("24 July 2020", ["2020-07-24"]),
    ("24th of July, 2020", ["2020-07-24"]),
    ("Friday, Jul. 24", ["2020-07-24"]),
    ("on July 24-27, 2020", ["2020-07-24", "2020-07-27"]),
    ("from July 24 to August 2, 2020", ["2020-07-24", "2020-08-02"]),
    ("in May 2020", ["2020-05"]),
    ("February 29", ["2020-02-29"]),
    ("February 29, 2019", []),
    # German, French, Spanish
    ("am 24. Juli 2020", ["2020-07-24"]),
    ("24. bis 27. Juli 2020", ["2020-07-24", "2020-07-27"]),
    ("le 24 juillet 2020", ["2020-07-24"]),
    ("el 24 de julio de 2020", ["2020-07-24"]),
    # numbers alone
    ("2020-07-24", ["2020-07-24"]),
    ("2020/7/24", ["2020-07-24"]),
    ("24.07.2020", ["2020-07-24"]),
    ("07/24/2020", ["2020-07-24"]),
    ("07/08/2020", []),  # July in one country, August in another
]

NO_DATES = [
    "won 24-27 in the end",
    "version 3.5.2 at 10.20.30.40",
    "call 555-2020-07",
    "he may 20 times",
    "June 5,000 people came",
    "in 2020 there were 24",
    "May 30% of them",
    "100 Mars bars",
    "一月之内",
    "组图7张",
    "三十人",
    "7:24",
    "12.5.",
    "",
]


@pytest.mark.parametrize(("text", "expected"), TRUTH)
def test_dates_are_read_as_the_table_says(text: str, expected: list[str]) -> None:
    assert [mention.iso for mention in find(text, PUBLISHED)] == expected


@pytest.mark.parametrize("text", NO_DATES)
def test_other_numbers_are_no_dates(text: str) -> None:
    assert find(text, PUBLISHED) == ()


def test_without_a_day_of_publication_the_year_stays_unknown() -> None:
    assert [mention.iso for mention in find("7月24日")] == ["--07-24"]


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        (dt.date(2020, 7, 30), "2020-07-24"),
        (dt.date(2020, 7, 20), "2020-07-24"),
        (dt.date(2021, 1, 3), "2020-07-24"),
        (dt.date(2021, 4, 3), "2020-07-24"),
        (dt.date(2021, 7, 3), "2021-07-24"),
    ],
)
def test_a_day_without_a_year_takes_the_nearest_and_rather_one_gone_by(base: dt.date, expected: str) -> None:
    assert find("7月24日", base)[0].iso == expected


def test_the_words_are_kept_as_they_stand() -> None:
    assert [mention.text for mention in find("Houston, July 24, 2020.")] == ["July 24, 2020"]


@given(st.text(max_size=200))
def test_whatever_is_found_stands_in_the_text_and_is_a_date(text: str) -> None:
    for mention in find(text, PUBLISHED):
        assert mention.text in text
        assert re.fullmatch(r"(?:\d{4}|-)(?:-\d\d){0,2}", mention.iso)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)))
def test_every_day_is_read_back_in_every_writing(day: dt.date) -> None:
    for text in (f"{day.year}年{day.month}月{day.day}日", f"{day:%B} {day.day}, {day.year}", day.isoformat()):
        assert [mention.iso for mention in find(text)] == [day.isoformat()]
