"""Turns a text into the places it names: larger cities and countries, in Latin and Han spellings.

The table (places.tsv: GeoNames, CC BY 4.0, and Unicode CLDR) is read on first use. Names that are everyday
words (Nice, Reading, Mobile) are not in it: a caption without a place is better than one with a wrong one.
"""

from __future__ import annotations

import functools
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


class _Place(NamedTuple):
    name: str
    country: str


def find(text: str) -> tuple[PlaceMention, ...]:
    """The places of a text in reading order, the longest name winning; never inside another word."""
    found = [*_latin(text), *_han(text)]
    found.sort(key=lambda item: item[0])
    return tuple(mention for _, mention in found)


@functools.cache
def _table() -> dict[str, _Place]:
    table: dict[str, _Place] = {}
    raw = resources.files("auditor.captions").joinpath("places.tsv").read_text(encoding="utf-8")
    for line in raw.splitlines():
        if line.startswith("#"):
            continue
        name, country, spellings = line.split("\t")
        place = _Place(name, country)
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
