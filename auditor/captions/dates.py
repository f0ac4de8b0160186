"""Turns a text into the dates it names: Chinese, English and what month names of neighbours cost nothing.

Every pattern asks for more than numbers (a month's name, 年月日, or a full numeric date), so that scores,
prices and house numbers are no dates. Tested against a table written out by hand.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from auditor.model import DateMention

_FULL = {  # English and German write months with a capital, the Romance languages without
    "January|Januar|Jänner|janvier|enero|gennaio|janeiro": 1,
    "February|Februar|février|febrero|febbraio|fevereiro": 2,
    "March|März|mars|marzo|março": 3,
    "April|avril|abril|aprile": 4,
    "May|Mai|mai|mayo|maggio|maio": 5,
    "June|Juni|juin|junio|giugno|junho": 6,
    "July|Juli|juillet|julio|luglio|julho": 7,
    "August|août|agosto": 8,
    "September|septembre|septiembre|settembre|setembro": 9,
    "October|Oktober|octobre|octubre|ottobre|outubro": 10,
    "November|novembre|noviembre|novembro": 11,
    "December|Dezember|décembre|diciembre|dicembre|dezembro": 12,
}
_SHORT = {
    "Jan": 1, "Feb": 2, "Mar": 3, "Apr": 4, "Jun": 6, "Jul": 7,
    "Aug": 8, "Sept": 9, "Sep": 9, "Oct": 10, "Nov": 11, "Dec": 12,
}  # fmt: skip
_MONTHS = {name: number for names, number in _FULL.items() for name in names.split("|")} | _SHORT
_MONTH = rf"(?:{'|'.join(sorted(_MONTHS, key=len, reverse=True))})(?![^\W\d_])\.?"

_HAN_DIGITS = {character: value for value, character in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0}
_HAN = "〇零○一二三四五六七八九十"
_DAY_HAN = rf"(?:\d{{1,2}}|[{_HAN}]{{1,3}})"
_YEAR_HAN = rf"(?:\d{{4}}|[{_HAN}]{{4}})"
# The year before the first of an era: the Republic of China's is 1912, Reiwa's 2019, Showa's 1926.
_ERAS = {"民國": 1911, "民国": 1911, "令和": 2018, "平成": 1988, "昭和": 1925}
_TO = r"\s*(?:-|–|—|~|～|至|到|to|until|bis(?:\s+zum)?|au|al|a)\s*"
_ORDINAL = r"(?:st|nd|rd|th|er|\.|º)?"

_ERA_YEAR = rf"(?P<era>{'|'.join(_ERAS)})\s*(?P<era_year>\d{{1,3}}|[{_HAN}]{{1,4}}|元)"
_EAST_YEAR = rf"(?:{_ERA_YEAR}|(?P<year>{_YEAR_HAN}))\s*[年년]"
_EAST = re.compile(
    rf"(?<![\d{_HAN}])(?:{_EAST_YEAR}\s*)?(?P<month>{_DAY_HAN})\s*[月월]\s*(?P<day>{_DAY_HAN})\s*[日号號일]?"
    rf"(?:{_TO}(?:(?P<month2>{_DAY_HAN})\s*[月월]\s*)?(?P<day2>{_DAY_HAN})\s*)?[日号號일]"
)
_EAST_MONTH = re.compile(
    rf"(?<![\d{_HAN}]){_EAST_YEAR}(?:\s*(?P<month>{_DAY_HAN})\s*[月월](?!\s*[\d{_HAN}]))?"
)
_DAY_FIRST = re.compile(
    rf"(?<![\d.,:/])(?:(?P<day0>\d{{1,2}}){_ORDINAL}(?:\s*(?P<month0>{_MONTH}))?{_TO})?"
    rf"(?P<day>\d{{1,2}}){_ORDINAL}\s+(?:of\s+|de\s+)?(?P<month>{_MONTH})(?:,?\s+(?:de[l]?\s+)?(?P<year>\d{{4}})(?!\d))?"
)
_MONTH_FIRST = re.compile(
    rf"(?<![^\W_])(?P<month>{_MONTH})\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d%:]|[.,]\d)"
    rf"(?:{_TO}(?:(?P<month2>{_MONTH})\s+)?(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?(?![\d%:]))?"
    rf"(?:,?\s+(?P<year>\d{{4}})(?!\d))?"
)
_MONTH_YEAR = re.compile(
    rf"(?<![^\W_])(?P<month>{_MONTH})\s+(?:(?:de|of)\s+)?(?P<year>(?:1[89]|20)\d\d)(?!\d)"
)
_NUMERIC = re.compile(
    r"(?<![\d./-])(?:(?P<y>\d{4})(?P<s1>[-/.])(?P<m>\d{1,2})(?P=s1)(?P<d>\d{1,2})"
    r"|(?P<a>\d{1,2})(?P<s2>[./-])\s?(?P<b>\d{1,2})(?P=s2)\s?(?P<y2>\d{4}))(?![\d/-]|\.\d)"
)


def find(text: str, base: dt.date | None = None) -> tuple[DateMention, ...]:
    """The dates of a text in reading order; a range gives both of its ends.

    A day without a year takes the year that brings it nearest to `base` (the day of publication), a day
    to come counting as three times as far as one gone by; without a base it stays "--07-24". A month
    with its year is "2020-07", a year written with 年 "2020".
    """
    found: list[tuple[int, DateMention]] = []
    taken: list[tuple[int, int]] = []
    for pattern, read in _READERS:
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            isos = read(match, base)
            if isos:
                taken.append(match.span())
                words = match.group().strip(" ,.")
                found += [(match.start(), DateMention(words, iso)) for iso in isos]
    found.sort(key=lambda item: item[0])
    return tuple(mention for _, mention in found)


def _east(match: re.Match[str], base: dt.date | None) -> list[str]:
    year = _east_year(match)
    month, day = _number(match["month"]), _number(match["day"])
    isos = [_iso(year, month, day, base)]
    if match["day2"]:
        isos.append(
            _iso(year, _number(match["month2"]) if match["month2"] else month, _number(match["day2"]), base)
        )
    return [iso for iso in isos if iso]


def _east_month(match: re.Match[str], _: dt.date | None) -> list[str]:
    year = _east_year(match)
    if year is None or not 1000 <= year <= 2100:
        return []
    if match["month"] is None:
        return [f"{year:04}"]
    month = _number(match["month"])
    return [f"{year:04}-{month:02}"] if 1 <= month <= 12 else []


def _east_year(match: re.Match[str]) -> int | None:
    if match["era"]:
        return _ERAS[match["era"]] + (1 if match["era_year"] == "元" else _number(match["era_year"]))
    return _digits(match["year"]) if match["year"] else None


def _day_first(match: re.Match[str], base: dt.date | None) -> list[str]:
    year, month = _year(match), _month(match["month"])
    isos = [_iso(year, month, int(match["day"]), base)]
    if match["day0"]:
        isos.insert(
            0, _iso(year, _month(match["month0"]) if match["month0"] else month, int(match["day0"]), base)
        )
    return [iso for iso in isos if iso]


def _month_first(match: re.Match[str], base: dt.date | None) -> list[str]:
    year, month = _year(match), _month(match["month"])
    isos = [_iso(year, month, int(match["day"]), base)]
    if match["day2"]:
        isos.append(
            _iso(year, _month(match["month2"]) if match["month2"] else month, int(match["day2"]), base)
        )
    return [iso for iso in isos if iso]


def _month_year(match: re.Match[str], _: dt.date | None) -> list[str]:
    return [f"{int(match['year']):04}-{_month(match['month']):02}"]


def _numeric(match: re.Match[str], _: dt.date | None) -> list[str]:
    """Year first, or day first; month first only where the second number cannot be a month."""
    if match["y"]:
        year, month, day = int(match["y"]), int(match["m"]), int(match["d"])
    else:
        year, day, month = int(match["y2"]), int(match["a"]), int(match["b"])
        if match["s2"] == "/" and day <= 12 and month <= 12 and day != month:
            return []  # 07/08/2020 is July in one country and August in another
        if month > 12:
            day, month = month, day
    iso = _iso(year, month, day, None)
    return [iso] if iso and 1800 <= year <= 2100 else []


_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], dt.date | None], list[str]]], ...] = (
    (_EAST, _east),
    (_EAST_MONTH, _east_month),
    (_MONTH_FIRST, _month_first),
    (_DAY_FIRST, _day_first),
    (_MONTH_YEAR, _month_year),
    (_NUMERIC, _numeric),
)


def _iso(year: int | None, month: int, day: int, base: dt.date | None) -> str:
    """ISO 8601 of a day, "" where the calendar has no such day."""
    try:
        if year is not None:
            return dt.date(year, month, day).isoformat()
        dt.date(2020, month, day)  # a leap year: 29 February exists
    except ValueError:
        return ""
    if base is None:
        return f"--{month:02}-{day:02}"
    return min(_days_near(base, month, day), key=lambda date: max(base - date, 3 * (date - base))).isoformat()


def _days_near(base: dt.date, month: int, day: int) -> list[dt.date]:
    """That day of the year in the years around `base` (29 February: in the leap years among them)."""
    days = []
    for year in range(max(base.year - 4, 1), base.year + 5):
        try:
            days.append(dt.date(year, month, day))
        except ValueError:
            continue
    return days


def _year(match: re.Match[str]) -> int | None:
    return int(match["year"]) if match["year"] else None


def _month(name: str) -> int:
    return _MONTHS[name.rstrip(".")]


def _number(text: str) -> int:
    """24, 二十四, 十, 二〇 as numbers; what is none is 0, which no calendar has."""
    if "十" not in text:
        return _digits(text)
    tens, _, ones = text.partition("十")
    return (_digits(tens) if tens else 1) * 10 + (_digits(ones) if ones else 0)


def _digits(text: str) -> int:
    value = 0
    for character in text:
        digit = _HAN_DIGITS.get(character)
        if digit is None:
            digit = int(character) if character.isdecimal() else 0
        value = value * 10 + digit
    return value
