"""non-public-address: an address that no reader's browser can reach."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from auditor.markup.addresses import absolute, host, scheme
from auditor.model import Audit, Example, Hit, ImageReference, Rule
from auditor.rules._audits import address, address_key, every

_DRIVE = re.compile(r"\s*(?:[A-Za-z]:[\\/]|\\\\[\w.-]+\\)")
# RFC 6761, 6762, 8375, 9476 and the names that offices use although no standard keeps them free.
_LOCAL_ENDINGS = (
    ".localhost",
    ".local",
    ".internal",
    ".home.arpa",
    ".lan",
    ".intranet",
    ".corp",
    ".localdomain",
)
_STAGING = re.compile(r"(?:^|[.-])(?:staging|stg|preprod|pre-prod|uat)(?:\d*)(?=[.-])")


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each address that is public nowhere; only what the article says itself is looked at."""
    own = host(audit.article.url or "")
    for reference, _ in every(audit):
        kind = _kind(reference, own)
        if kind:
            yield Hit(
                message=f"readers cannot reach this address ({kind}): {address(reference)}",
                key=address_key(reference),
                images=(reference.index,),
                arguments={"class": kind},
                evidence={"class": kind},
                level="warning" if kind == "a staging host" else None,
            )


def _kind(reference: ImageReference, own: str) -> str | None:
    """What the address is, in words; None for a public or relative one.

    An address of the page's own host is as public as the page: a preview shows its own pictures.
    """
    said = reference.address.strip()
    if _DRIVE.match(said) or scheme(said) == "file":
        return "a file on one computer"
    if scheme(said) not in ("http", "https") and not said.startswith("//"):
        return None
    name = host(absolute(said, "https://page.invalid/") or "").rstrip(".")
    return None if not name or name == own else _of_host(name)


def _of_host(name: str) -> str | None:
    if name == "localhost" or name.endswith(_LOCAL_ENDINGS):
        return "localhost" if name.endswith("localhost") else "a name of a local network"
    try:
        number = ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        if "." not in name:
            return "a name of a local network"
        return "a staging host" if _STAGING.search(name) else None
    if number.is_loopback:
        return "localhost"
    return None if number.is_global else "a private or reserved network"


RULE = Rule(
    code="REF105",
    name="non-public-address",
    level="error",
    summary="The address works inside the house only.",
    why=(
        "A file on the author's disk, localhost, a host of the office network or a staging server: the "
        "picture shows on the desk and is a gap for every reader. Relative paths are fine; what they are "
        "joined to is not held against the article. A staging host is a warning: some are public."
    ),
    fix="Upload the picture, and use its public address.",
    check=check,
    absorbs=("SEC903", "MIS202"),
    passes=(
        Example('<img src="images/a.jpg" alt="The gate">', url=None, note="relative, in a local file"),
        Example('<img src="https://203.0.113.9.news.example/a.jpg" alt="The gate">'),
        Example(
            '<img src="http://localhost:8000/a.jpg" alt="The gate">',
            url="http://localhost:8000/story",
            note="the preview server shows its own page",
        ),
        Example('<img src="https://upstaging.example/a.jpg" alt="The gate">'),
    ),
    catches=(
        Example('<img src="file:///C:/Users/ed/Desktop/a.jpg" alt="The gate">'),
        Example(
            '<img src="http://localhost/a.jpg" alt="Gate"><img src="//10.1.2.3/b.jpg" alt="Hall">'
            '<img src="http://cms.internal/c.jpg" alt="Smoke"><img src="http://0x7f.1/d.jpg" alt="Yard">',
            count=4,
        ),
        Example('<img src="https://staging.news.example/a.jpg" alt="The gate">'),
    ),
)
