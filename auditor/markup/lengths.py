"""Turns CSS lengths and math functions into CSS pixels for a viewport.

After CSS Values 4: every length unit, calc(), min(), max(), clamp(), with a font of 16 px whose `ex` and
`ch` are half of it. Percentages have nothing to be a share of in `sizes` and are refused.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from auditor.markup._css_tokens import Token, split, trimmed

_FONT_PX = 16.0
_ABSOLUTE = {
    "px": 1.0,
    "cm": 96 / 2.54,
    "mm": 96 / 25.4,
    "q": 96 / 101.6,
    "in": 96.0,
    "pc": 16.0,
    "pt": 96 / 72,
}
_FONT = {"em": 1.0, "rem": 1.0, "ex": 0.5, "rex": 0.5, "ch": 0.5, "rch": 0.5, "ic": 1.0, "ric": 1.0,
         "cap": 0.7, "rcap": 0.7, "lh": 1.2, "rlh": 1.2}  # fmt: skip
_MATH = frozenset(("calc", "-webkit-calc", "-moz-calc", "min", "max", "clamp", "abs", "sign"))
_DEPTH = 32  # of nested functions; deeper is nobody's layout


class Viewport(NamedTuple):
    """The size of what is looked through, in CSS pixels."""

    width_px: float
    height_px: float


class Quantity(NamedTuple):
    """A number, or a length in CSS pixels."""

    value: float
    is_length: bool


def length(token: Token, viewport: Viewport) -> float | None:
    """The token as a length in pixels; a bare 0 is one; None for everything else."""
    found = quantity(token, viewport)
    if found is None or (not found.is_length and (found.value != 0 or token.kind != "number")):
        return None
    return found.value


def quantity(token: Token, viewport: Viewport, depth: int = 0) -> Quantity | None:
    """The token as a number or a length; None where it is neither."""
    if depth > _DEPTH:
        return None
    if token.kind == "number":
        if not token.text:
            return Quantity(token.value, False)
        per_unit = _unit_px(token.text, viewport)
        return None if per_unit is None else Quantity(token.value * per_unit, True)
    if token.kind == "block" and token.text == "(" and depth:
        return _sum(list(token.inner), viewport, depth + 1)
    if token.kind == "function" and token.text in _MATH:
        return _function(token, viewport, depth + 1)
    if token.kind == "ident" and depth:
        constant = {"pi": math.pi, "e": math.e, "infinity": math.inf, "-infinity": -math.inf}.get(token.text)
        return None if constant is None else Quantity(constant, False)
    return None


def _unit_px(unit: str, viewport: Viewport) -> float | None:
    if unit in _ABSOLUTE:
        return _ABSOLUTE[unit]
    if unit in _FONT:
        return _FONT[unit] * _FONT_PX
    # small, large and dynamic viewports are one where no toolbars come and go
    name = unit[1:] if unit[:1] in ("s", "l", "d") and unit[1:2] == "v" else unit
    shares = {
        "vw": viewport.width_px, "vi": viewport.width_px, "vh": viewport.height_px, "vb": viewport.height_px,
        "vmin": min(viewport), "vmax": max(viewport),
    }  # fmt: skip
    return shares[name] / 100 if name in shares else None


def _function(token: Token, viewport: Viewport, depth: int) -> Quantity | None:
    arguments = [_sum(part, viewport, depth) for part in split(token.inner, ",")]
    known = [argument for argument in arguments if argument is not None]
    if len(known) != len(arguments) or len({argument.is_length for argument in known}) != 1:
        return None
    values = [argument.value for argument in known]
    is_length = known[0].is_length
    if token.text == "min":
        return Quantity(min(values), is_length)
    if token.text == "max":
        return Quantity(max(values), is_length)
    if token.text == "clamp":
        return Quantity(max(values[0], min(values[1], values[2])), is_length) if len(values) == 3 else None
    if len(values) != 1:
        return None
    if token.text == "abs":
        return Quantity(abs(values[0]), is_length)
    if token.text == "sign":
        return Quantity(math.copysign(1.0, values[0]) if values[0] else 0.0, False)
    return known[0]


def _sum(items: list[Token], viewport: Viewport, depth: int) -> Quantity | None:
    """Terms joined by + and -, which need white space on both sides."""
    total: Quantity | None = None
    sign, term = 1.0, list[Token]()
    items = trimmed(items)
    for index, item in enumerate([*items, Token("other", "+")]):
        last = index == len(items)
        joins = item.kind == "other" and item.text in "+-"
        if not last and joins and not (_is_space(items, index - 1) and _is_space(items, index + 1)):
            return None
        if not joins:
            term.append(item)
            continue
        found = _product(trimmed(term), viewport, depth)
        if found is None or (total is not None and total.is_length != found.is_length):
            return None
        total = Quantity((total.value if total else 0.0) + sign * found.value, found.is_length)
        sign, term = (-1.0 if item.text == "-" else 1.0), []
    return total


def _product(items: list[Token], viewport: Viewport, depth: int) -> Quantity | None:
    """Factors joined by * and /; one of them at most is a length, and none after a / is."""
    result: Quantity | None = None
    mark = ""
    for item in (item for item in items if item.kind != "space"):
        if item.kind == "other" and item.text in "*/" and result is not None and not mark:
            mark = item.text
            continue
        factor = quantity(item, viewport, depth)
        if factor is None or (result is not None and not mark):
            return None
        if result is None:
            result = factor
        elif mark == "*" and not (result.is_length and factor.is_length):
            result = Quantity(result.value * factor.value, result.is_length or factor.is_length)
        elif mark == "/" and not factor.is_length and factor.value:
            result = Quantity(result.value / factor.value, result.is_length)
        else:
            return None
        mark = ""
    return None if mark else result


def _is_space(items: list[Token], index: int) -> bool:
    return 0 <= index < len(items) and items[index].kind == "space"
