"""Tells an address of what stands in the place of a picture until a script has run from a picture's."""

from __future__ import annotations

import re
from functools import lru_cache

_STUB_NAME = re.compile(
    r"(?:^|[/_.-])(?:blank|space(?:r|ball)|pixel|1x1|transparent|trans|clear|empty|dot|(?:pre)?load(?:ing|er)?|lazy(?:load)?|"
    r"placeholder|none|spin(?:ner)?|grey|gray|default|dummy|fallback|noimage|no-image|blur)(?=[/_.0-9-]|$)",
    re.IGNORECASE,
)
_STUB_DATA = 4096  # characters; a data: URL of a picture worth showing is longer


@lru_cache(maxsize=1024)
def is_stub(address: str) -> bool:
    """Whether an address looks like what stands in the place of a picture until a script has run."""
    address = address.strip()
    if address.startswith(("data:", "DATA:")):
        return len(address) <= _STUB_DATA
    if address in ("", "#", "about:blank", "//:0", "/"):
        return True
    path = address.partition("?")[0]
    return bool(_STUB_NAME.search(path.rpartition("/")[2]))
