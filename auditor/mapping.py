"""An address to the place where it is really looked for: `--map PREFIX=TARGET`, longest prefix wins."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


class Target(NamedTuple):
    """Where to look: an address, and for a folder the root that it must stay below."""

    url: str
    root: str | None = None


class Maps:
    """The maps of one run. A TARGET is a URL prefix where it has a scheme, else a folder."""

    def __init__(self, maps: Mapping[str, str]) -> None:
        self._maps = sorted(maps.items(), key=lambda item: len(item[0]), reverse=True)

    def target(self, url: str) -> Target:
        """The address itself where no prefix fits."""
        for prefix, target in self._maps:
            if _begins(url, prefix):
                rest = url[len(prefix) :]
                if _URL.match(target) and not target.startswith("file:"):
                    return Target(target.rstrip("/") + "/" + rest.lstrip("/") if rest else target)
                return _in_folder(target, rest, url)
        return Target(url)


def _begins(url: str, prefix: str) -> bool:
    """Whether the prefix fits; one that ends within the host must end at the host's end."""
    if not url.startswith(prefix):
        return False
    rest = url[len(prefix) :]
    bare_host = "/" not in prefix.partition("://")[2]
    return not bare_host or not rest or prefix.endswith("/") or rest[0] in "/?#"


def _in_folder(target: str, rest: str, url: str) -> Target:
    folder = Path(unquote(urlsplit(target).path)) if target.startswith("file:") else Path(target)
    root = str(folder.absolute())
    path = rest if url.startswith("s3:") else rest.partition("#")[0].partition("?")[0]
    return Target(Path(root).as_uri() + "/" + path.lstrip("/"), root)
