"""Plain text to what it says of itself: its language, and the date line of its head."""

from __future__ import annotations

import datetime as dt
import re

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]")
_OTHER_EAST = re.compile(r"[\u3040-\u30ff\uac00-\ud7af]")
_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+")
_ENGLISH = frozenset(
    ("the", "of", "and", "to", "in", "a", "is", "was", "for", "that", "on", "with", "as", "by", "from", "it")
)

_SAMPLE = 20_000
"""Code points looked at to tell a language: a page of text settles it."""


def language_of(text: str) -> str | None:
    """ "zh" or "en" by script and, for Latin letters, by the commonest English words; else None."""
    sample = text[:_SAMPLE]
    han, other = len(_HAN.findall(sample)), len(_OTHER_EAST.findall(sample))
    words = _LATIN_WORD.findall(sample)
    if other * 10 > han + other:
        return None
    if han and han * 2 >= len(words):
        return "zh"
    english = sum(word.lower() in _ENGLISH for word in words)
    return "en" if words and english * 8 >= len(words) else None


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"), ("february", "feb"), ("march", "mar"), ("april", "apr"), ("may",),
            ("june", "jun"), ("july", "jul"), ("august", "aug"), ("september", "sept", "sep"),
            ("october", "oct"), ("november", "nov"), ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}  # fmt: skip
_MONTH = r"(?P<name>[A-Za-z]{3,9})\.?"
_DAYS = (
    r"(?P<y>\d{4})\s*年\s*(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*[日号]",
    r"(?P<y>\d{4})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})",
    rf"{_MONTH}\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}})",
    rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH},?\s+(?P<y>\d{{4}})",
)
_DAY = tuple(re.compile(pattern) for pattern in _DAYS)
_CLOCK = re.compile(
    r"[T\s,，]*(?P<h>\d{1,2})[:：时點点](?P<min>\d{2})(?:[:：分](?P<sec>\d{2})(?:\.\d+)?)?\s*分?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?"
)
_WEEKDAY = re.compile(r"\s*[(（]?\s*(?:星期|周|週)[一二三四五六日天]\s*[)）]?")
_LABEL = re.compile(
    r"\s*(?:(?:发布|發布|发表|更新|刊发|出版)?(?:时间|時間|日期)|发布于|发表于"
    r"|published(?:\s+(?:on|at))?|date|posted(?:\s+on)?)\s*[:：]?\s*",
    re.IGNORECASE,
)
_REST = re.compile(r"\s*(?:$|[|｜·•]|来源|來源|作者|记者|記者|编辑|source\b|by\b)", re.IGNORECASE)


def date_in(value: str) -> dt.datetime | None:
    """The day (and time) at the beginning of `value`, in UTC where no zone is named; None if none is."""
    return _read(value.strip())[0]


def date_line(line: str) -> dt.datetime | None:
    """The date of a line that gives a date of publication and no more; None for any other line.

    The date may follow a label ("发布时间：", "Published:") and be followed by weekday, time,
    source or author. A line that goes on with words, as a caption does, is none.
    """
    if len(line) > 120:
        return None
    text = line.strip()
    if label := _LABEL.match(text):
        text = text[label.end() :]
    moment, end = _read(text)
    return moment if moment and _REST.match(text, end) else None


def _read(text: str) -> tuple[dt.datetime | None, int]:
    for pattern in _DAY:
        if day := pattern.match(text):
            break
    else:
        return None, 0
    parts = day.groupdict()
    month = int(parts["m"]) if parts.get("m") else _MONTHS.get(parts["name"].lower(), 0)
    end = day.end()
    if weekday := _WEEKDAY.match(text, end):
        end = weekday.end()
    clock = _CLOCK.match(text, end)
    if clock:
        end = clock.end()
    try:
        moment = dt.datetime(int(parts["y"]), month, int(parts["d"]), tzinfo=dt.UTC)
        return (_at(moment, clock) if clock else moment), end
    except (ValueError, OverflowError):
        return None, 0


def _at(day: dt.datetime, clock: re.Match[str]) -> dt.datetime:
    zone = clock["zone"]
    tz: dt.tzinfo = dt.UTC
    if zone and zone[0] in "+-":
        offset = dt.timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
        tz = dt.timezone(-offset if zone[0] == "-" else offset)
    moment = day.replace(
        hour=int(clock["h"]), minute=int(clock["min"]), second=int(clock["sec"] or 0), tzinfo=tz
    )
    return moment.astimezone(dt.UTC)
