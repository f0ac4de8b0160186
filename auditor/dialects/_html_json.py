"""Turns the JSON of a page's scripts into values, as far as the scripts of an honest page go."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

# Brackets and commas. The live blog of a day has 20,000; as objects they take up to 100 MB.
_MOST_MARKS = 300_000
_MOST_NODES = 50_000  # looked at; a page of news has some hundred

Node = dict[str, Any]
State = TypeVar("State")


def read(script: str) -> Any:
    """What the script says; None where it is no JSON, and where it is longer than any page has need of."""
    if sum(map(script.count, "[{,")) > _MOST_MARKS:
        return None
    try:
        return json.loads(script, strict=False)
    except (ValueError, RecursionError):
        return None


def objects(
    data: Any, state: State, inside: Callable[[Node, str, State], State]
) -> Iterator[tuple[Node, State]]:
    """Every object in `data`, in document order, with its state.

    `inside` says from an object, one of its keys and its state what the state of that key's value is.
    """
    stack: list[tuple[Any, State]] = [(data, state)]
    for _ in range(_MOST_NODES):
        if not stack:
            return
        value, state = stack.pop()
        if isinstance(value, dict):
            yield value, state
            below = [(v, inside(value, k, state)) for k, v in value.items() if isinstance(v, dict | list)]
            stack += reversed(below)
        elif isinstance(value, list):
            stack += [(v, state) for v in reversed(value) if isinstance(v, dict | list)]
