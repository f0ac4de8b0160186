"""Turns a media query into yes or no for a viewport: a colour screen of that many CSS pixels, 1x.

After Media Queries 4: types, not/only, and/or, `min-`/`max-`, ranges (`400px <= width < 800px`). What
is not known is neither true nor false, and a query that hangs on it does not apply.
"""

from __future__ import annotations

from functools import lru_cache

from auditor.markup._css_tokens import Token, split, tokens, trimmed
from auditor.markup.lengths import Viewport, length, quantity

_DEPTH = 32
_DISCRETE = {
    "hover": "hover", "any-hover": "hover", "pointer": "fine", "any-pointer": "fine", "update": "fast",
    "scan": "progressive", "prefers-color-scheme": "light", "prefers-reduced-motion": "no-preference",
    "prefers-contrast": "no-preference", "prefers-reduced-data": "no-preference", "scripting": "enabled",
    "display-mode": "browser", "color-gamut": "srgb", "dynamic-range": "standard", "forced-colors": "none",
    "overflow-block": "scroll", "overflow-inline": "scroll", "prefers-reduced-transparency": "no-preference",
}  # fmt: skip
_FALSE_ALONE = frozenset(("none", "no-preference"))
_OPERATORS = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
}  # fmt: skip


@lru_cache(maxsize=1024)  # a page says the same `media` at each of its pictures
def matches(query: str, viewport_px: float, viewport_height_px: float | None = None) -> bool:
    """Whether a media query list applies; an empty one does. Without a height the screen is 16:10."""
    view = viewport(viewport_px, viewport_height_px)
    parts = split(tokens(query), ",")
    return (len(parts) == 1 and not parts[0]) or any(_query(part, view) for part in parts)


def viewport(width_px: float, height_px: float | None) -> Viewport:
    """The viewport, its height that of a 16:10 screen where none is given."""
    return Viewport(width_px, height_px if height_px is not None else width_px * 0.625)


def condition(items: list[Token], view: Viewport, depth: int = 0) -> bool | None:
    """A media condition: true, false, or None for what is not known or not valid."""
    items = [item for item in items if item.kind != "space"]
    if depth > _DEPTH or not is_valid(items):
        return None
    if _is_word(items[0], "not"):
        inner = _in_parentheses(items[1], view, depth) if len(items) == 2 else None
        return None if inner is None else not inner
    result = _in_parentheses(items[0], view, depth)
    joiner = items[1].text if len(items) > 1 else ""
    if joiner not in ("", "and", "or"):
        return None
    for word, item in zip(items[1::2], items[2::2], strict=True):
        if not _is_word(word, joiner):
            return None
        other = _in_parentheses(item, view, depth)
        decisive = joiner == "or"
        if decisive in (result, other):
            result = decisive
        elif result is None or other is None:
            result = None
    return result


def is_valid(items: list[Token]) -> bool:
    """Whether tokens have the form of a condition, known or not: parentheses and words between them."""
    items = [item for item in items if item.kind != "space"]
    if items and _is_word(items[0], "not"):
        items = items[1:]
    return len(items) % 2 == 1 and all(_is_group(item) for item in items[::2])


def _query(items: list[Token], view: Viewport) -> bool:
    items = [item for item in items if item.kind != "space"]
    if not items:
        return True
    negated = False
    rest = items
    if (
        rest[0].kind == "ident"
        and rest[0].text in ("not", "only")
        and len(rest) > 1
        and not _is_group(rest[1])
    ):
        negated, rest = rest[0].text == "not", rest[1:]
    elif _is_group(rest[0]) or _is_word(rest[0], "not"):
        return condition(rest, view) is True
    if rest[0].kind != "ident" or rest[0].text in ("and", "or", "not", "only", "layer"):
        return False
    applies: bool | None = rest[0].text in ("all", "screen")
    if len(rest) > 1:
        if not _is_word(rest[1], "and") or any(_is_word(item, "or") for item in rest):
            return False
        more = condition(rest[2:], view)
        applies = False if applies is False and is_valid(rest[2:]) else more
    return applies is not None and applies != negated


def _in_parentheses(item: Token, view: Viewport, depth: int) -> bool | None:
    if item.kind != "block" or item.text != "(":
        return None
    inner = trimmed(list(item.inner))
    if inner and (_is_group(inner[0]) or _is_word(inner[0], "not")):
        return condition(inner, view, depth + 1)
    return _feature(inner, view)


def _feature(items: list[Token], view: Viewport) -> bool | None:
    parts = split(items, ":")
    if len(parts) == 2 and len(parts[0]) == 1 and parts[0][0].kind == "ident":
        return _plain(parts[0][0].text, parts[1], view)
    if len(items) == 1 and items[0].kind == "ident":
        return _alone(items[0].text, view)
    return _range(items, view)


def _alone(name: str, view: Viewport) -> bool | None:
    if name == "orientation":
        return True
    if name in _DISCRETE:
        return _DISCRETE[name] not in _FALSE_ALONE
    own = _measure(name, view)
    return None if own is None else own != 0


def _plain(name: str, value: list[Token], view: Viewport) -> bool | None:
    if len(value) == 1 and value[0].kind == "ident":
        if name == "orientation" and value[0].text in ("portrait", "landscape"):
            return (view.height_px >= view.width_px) == (value[0].text == "portrait")
        return _DISCRETE[name] == value[0].text if name in _DISCRETE else None
    bound, bare = name.partition("-")[0], name
    operator = {"min": ">=", "max": "<="}.get(bound, "=")
    if name.startswith("-webkit-") and name.endswith("device-pixel-ratio"):
        bare = name.removeprefix("-webkit-")
        operator = {"min": ">=", "max": "<="}.get(bare.partition("-")[0], "=")
    if operator != "=":
        bare = bare.partition("-")[2]
    own, wanted = _measure(bare, view), _value(bare, value, view)
    if own is None or wanted is None:
        return None
    return bool(_OPERATORS[operator](own, wanted))


def _range(items: list[Token], view: Viewport) -> bool | None:
    """`width >= 400px`, `400px <= width`, `400px <= width < 800px`."""
    sides: list[list[Token]] = [[]]
    operators: list[str] = []
    for item in items:
        if item.kind == "other" and item.text in "<>=":
            if item.text == "=" and operators and operators[-1] in ("<", ">") and not sides[-1]:
                operators[-1] += "="
            else:
                operators.append(item.text)
                sides.append([])
        else:
            sides[-1].append(item)
    if not 1 <= len(operators) <= 2:
        return None
    sides = [trimmed(side) for side in sides]
    name = next((s[0].text for s in sides if len(s) == 1 and s[0].kind == "ident"), "")
    numbers = [
        _measure(name, view) if s and s[0].kind == "ident" and s[0].text == name else _value(name, s, view)
        for s in sides
    ]
    result = True
    for left, operator, right in zip(numbers, operators, numbers[1:], strict=False):
        if left is None or right is None:
            return None
        result = result and bool(_OPERATORS[operator](left, right))
    return result


def _measure(name: str, view: Viewport) -> float | None:
    return {
        "width": view.width_px, "device-width": view.width_px, "height": view.height_px,
        "device-height": view.height_px, "aspect-ratio": view.width_px / (view.height_px or 1.0),
        "device-aspect-ratio": view.width_px / (view.height_px or 1.0), "resolution": 1.0,
        "device-pixel-ratio": 1.0, "color": 8.0, "monochrome": 0.0, "color-index": 0.0, "grid": 0.0,
    }.get(name)  # fmt: skip


def _value(name: str, items: list[Token], view: Viewport) -> float | None:
    items = [item for item in items if item.kind != "space"]
    if name.endswith("aspect-ratio"):
        numbers = [quantity(item, view) for item in items if item.kind != "other"]
        if any(n is None or n.is_length for n in numbers) or len(items) not in (1, 3):
            return None
        values = [n.value for n in numbers if n is not None]
        return values[0] / values[-1] if len(values) == 2 and values[1] else values[0]
    if len(items) != 1:
        return None
    if name == "resolution":
        per_dot = {"dppx": 1.0, "x": 1.0, "dpi": 1 / 96, "dpcm": 2.54 / 96}.get(items[0].text)
        return items[0].value * per_dot if per_dot and items[0].kind == "number" else None
    if name.endswith(("width", "height")):
        return length(items[0], view)
    found = quantity(items[0], view)
    return found.value if found is not None and not found.is_length else None


def _is_word(item: Token, word: str) -> bool:
    return item.kind == "ident" and item.text == word


def _is_group(item: Token) -> bool:
    return item.kind == "function" or (item.kind == "block" and item.text == "(")
