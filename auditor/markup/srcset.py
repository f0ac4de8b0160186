"""Turns the text of a `srcset` attribute into candidates, and candidates into the one that is taken.

After the HTML standard, "Parsing a srcset attribute" and "Selecting an image source":
https://html.spec.whatwg.org/multipage/images.html#parsing-a-srcset-attribute
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from auditor.markup import sizes as sizes_
from auditor.model import Candidate

_URL = re.compile(r"[\t\n\f\r ,]*([^\t\n\f\r ]*)")
_DESCRIPTOR = re.compile(r"[^\t\n\f\r ,(]*(?:\([^)]*\)?[^\t\n\f\r ,(]*)*")
_SPACES = re.compile(r"[\t\n\f\r ]*")
_WHOLE = re.compile(r"[0-9]+")
_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


class Srcset(NamedTuple):
    """What a srcset says, and what is wrong with the candidates that a browser drops."""

    candidates: tuple[Candidate, ...]
    complaints: tuple[str, ...]


_NONE = Srcset((), ())


def parse(text: str, origin: str = "srcset") -> tuple[Candidate, ...]:
    """The candidates a browser keeps, in their order, `url` verbatim."""
    return read(text, origin).candidates


def read(text: str, origin: str = "srcset") -> Srcset:
    """The candidates a browser keeps, with a sentence for each one that it drops."""
    if not text:
        return _NONE
    kept: list[Candidate] = []
    complaints: list[str] = []
    for url, descriptors in _entries(text):
        candidate = _candidate(url, descriptors, origin)
        if isinstance(candidate, Candidate):
            kept.append(candidate)
        else:
            complaints.append(f"{_short(url)}: {candidate}")
    return Srcset(tuple(kept), tuple(complaints))


def select(
    candidates: Iterable[Candidate],
    viewport_px: float = 1280,
    density: float = 1.0,
    sizes: str | None = None,
    viewport_height_px: float | None = None,
) -> Candidate | None:
    """The candidate for a viewport: the lowest density not under the screen's, else the highest.

    The standard leaves the choice to the browser; this is what browsers do with an empty cache.
    Of equal densities the first wins. None where there are no candidates.
    """
    width_px: float | None = None
    best: Candidate | None = None
    best_density = 0.0
    for candidate in candidates:
        if candidate.width_px is None:
            own = 1.0 if candidate.density is None else candidate.density
        else:
            if width_px is None:
                width_px = sizes_.source_size(sizes, viewport_px, viewport_height_px)
            own = candidate.width_px / width_px if width_px > 0 else math.inf
        better = own < best_density if best_density >= density else own > best_density
        if best is None or (better and (own >= density or best_density < density)):
            best, best_density = candidate, own
    return best


def _entries(text: str) -> Iterator[tuple[str, list[str]]]:
    position = 0
    while position < len(text):
        match = _URL.match(text, position)
        assert match
        url, position = match[1], match.end()
        if not url:
            return
        if url.endswith(","):
            yield url.rstrip(","), []
            continue
        descriptors = []
        while position < len(text):
            position = _end(_SPACES, text, position)
            stop = _end(_DESCRIPTOR, text, position)
            if stop > position:
                descriptors.append(text[position:stop])
            position = stop
            if text[position : position + 1] == ",":
                position += 1
                break
        yield url, descriptors


def _end(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    assert match
    return match.end()


def _candidate(url: str, descriptors: list[str], origin: str) -> Candidate | str:
    width: int | None = None
    height: int | None = None
    density: float | None = None
    for descriptor in descriptors:
        value, unit = descriptor[:-1], descriptor[-1]
        if unit == "w" and _WHOLE.fullmatch(value):
            if width is not None or density is not None:
                return f"descriptor {_short(descriptor)} conflicts with another"
            width = _whole(value)
            if width == 0:
                return "a width of 0"
        elif unit == "x" and _NUMBER.fullmatch(value):
            if width is not None or density is not None or height is not None:
                return f"descriptor {_short(descriptor)} conflicts with another"
            density = float(value)
            if density < 0:
                return f"a negative density {_short(descriptor)}"
        elif unit == "h" and _WHOLE.fullmatch(value):
            if height is not None or density is not None:
                return f"descriptor {_short(descriptor)} conflicts with another"
            height = _whole(value)
            if height == 0:
                return "a height of 0"
        else:
            return f"unknown descriptor {_short(descriptor)}"
    if height is not None and width is None:
        return "a height without a width"
    return Candidate(url, width_px=width, density=density, origin=origin)


def _whole(digits: str) -> int:
    # int() refuses more than 4,300 digits; nothing that is shown anywhere is that wide
    return int(digits) if len(digits) < 19 else 10**18


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"
