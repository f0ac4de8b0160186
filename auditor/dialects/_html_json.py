"""Turns the JSON of a page's scripts into values, as far as the scripts of an honest page go."""

from __future__ import annotations

import json
from typing import Any

# Brackets and commas. The live blog of a day has 20,000; as objects they take up to 100 MB.
_MOST_MARKS = 300_000


def read(script: str) -> Any:
    """What the script says; None where it is no JSON, and where it is longer than any page has need of."""
    if sum(map(script.count, "[{,")) > _MOST_MARKS:
        return None
    try:
        return json.loads(script, strict=False)
    except (ValueError, RecursionError):
        return None
