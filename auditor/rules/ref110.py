"""expiring-address: a signed address that stops working at a time it names itself."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl, urlsplit

from auditor.model import Audit, Example, Hit, Rule
from auditor.rules._audits import address, address_key, every

# Parameters (lower-cased) whose number is the second after which the address is dead.
_EPOCHS = ("expires", "expiry", "exp", "x-expires", "oe", "expire", "e", "q-sign-time", "policy")
_SIGNED_BY = frozenset(
    "signature sig hmac hash token auth_key key-pair-id googleaccessid awsaccesskeyid ossaccesskeyid "
    "hdnts hdnea __token__ q-signature oh x-signature sign s st hash_hmac md5 policy".split()
)
_EARLIEST, _LATEST = 946_684_800, 7_258_118_400  # 2000 and 2200: other numbers are no times
_FOR_GOOD = dt.timedelta(days=3650)  # nobody lends for ten years


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each address that carries its own end."""
    for reference, _ in every(audit):
        said = (reference.url or "") if "?" in reference.address else ""
        end, parameter = _end(said) if said else (None, None)
        if parameter and not (end and audit.now and end - audit.now > _FOR_GOOD):
            yield Hit(
                message=f"{_when(end, audit.now)}: {address(reference)}",
                key=address_key(reference),
                images=(reference.index,),
                arguments={"parameter": parameter, "expires": end.isoformat() if end else None},
                evidence={"parameter": parameter, "expires": end.isoformat() if end else "not told"},
            )


def _when(end: dt.datetime | None, now: dt.datetime | None) -> str:
    if end is None:
        return "the address is signed, and holds for a while only"
    told = end.strftime("%Y-%m-%d %H:%M UTC")
    return f"the address expired on {told}" if now and end <= now else f"the address expires on {told}"


def _end(url: str) -> tuple[dt.datetime | None, str | None]:
    """When the address ends and which parameter says so; (None, None) for a permanent one."""
    try:
        query = {name.lower(): value for name, value in parse_qsl(urlsplit(url).query)}
    except ValueError:
        return None, None
    for prefix in ("x-amz", "x-goog", "x-oss"):
        if f"{prefix}-expires" in query and (f"{prefix}-date" in query or f"{prefix}-signature" in query):
            return _after(query.get(f"{prefix}-date", ""), query[f"{prefix}-expires"]), f"{prefix}-expires"
    if "sig" in query and "se" in query:  # Azure's shared access signature
        return _moment(query["se"]), "se"
    if _SIGNED_BY & query.keys():
        for name in _EPOCHS:
            if name in query and (end := _epoch(query[name])):
                return end, name
    for name in ("token", "jwt", "auth", "access_token", "__token__", "hdnts", "hdnea"):
        if name in query and (end := _inside(query[name])):
            return end, name
    return None, None


def _after(start: str, seconds: str) -> dt.datetime | None:
    begin = _moment(start)
    try:
        return begin + dt.timedelta(seconds=int(seconds)) if begin else None
    except (ValueError, OverflowError):
        return None


def _moment(text: str) -> dt.datetime | None:
    """ISO 8601, with or without separators, in UTC."""
    try:
        at = dt.datetime.fromisoformat(text.replace(" ", "+"))
        return at.astimezone(dt.UTC) if at.tzinfo else at.replace(tzinfo=dt.UTC)
    except (ValueError, OverflowError):
        return None


def _epoch(text: str) -> dt.datetime | None:
    """Seconds since 1970, in decimal or (as one large network writes them) in hex."""
    last = text.rpartition(";")[2]
    for base in (10, 16):
        try:
            seconds = int(last, base)
        except ValueError:
            continue
        if _EARLIEST <= seconds <= _LATEST and len(last) >= 8:
            return dt.datetime.fromtimestamp(seconds, dt.UTC)
    return None


def _inside(token: str) -> dt.datetime | None:
    """The end that a token tells: "exp=1595548800~acl=…", or the "exp" of a JSON Web Token."""
    for part in token.split("~"):
        name, _, value = part.partition("=")
        if name == "exp":
            return _epoch(value)
    pieces = token.split(".")
    if len(pieces) != 3:
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(pieces[1] + "=" * (-len(pieces[1]) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return None
    return _epoch(str(claims.get("exp", ""))) if isinstance(claims, Mapping) else None


_NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
RULE = Rule(
    code="REF110",
    name="expiring-address",
    level="error",
    summary="The address is signed and stops working after a time.",
    why=(
        "A link copied from a storage console, a CMS preview or a social network holds for minutes or days: "
        "the article is fine while it is written and broken when it is read. Told from the address alone "
        "(X-Amz-Expires, Expires, se, exp in a token), whether or not it still works."
    ),
    fix="Use the permanent address of the picture.",
    check=check,
    absorbs=("MIS203",),
    passes=(
        Example('<img src="https://cdn.example/a.jpg?w=1200&amp;e=1&amp;s=small" alt="The gate">', now=_NOW),
        Example(
            '<img src="https://cdn.example/a.jpg?expires=never" alt="The gate">',
            note="a word that is no time",
            now=_NOW,
        ),
        Example(
            '<img src="https://cdn.example/a.jpg?w=1200&amp;signature=kV9bPq0Zt1mXoWc3" alt="The gate">',
            note="signed for good: resizers do so",
            now=_NOW,
        ),
    ),
    catches=(
        Example(
            '<img src="https://b.s3.amazonaws.com/a.jpg?X-Amz-Date=20261122T080000Z&amp;X-Amz-Expires=3600'
            '&amp;X-Amz-Signature=0f3c" alt="The gate">',
            now=_NOW,
            note="ended at 09:00 that day",
        ),
        Example(
            '<img src="https://cdn.example/a.jpg?Expires=1795000000&amp;Signature=abc" alt="">'
            '<img src="https://acc.blob.example/c/b.jpg?se=2026-12-01T00%3A00%3A00Z&amp;sig=abc" alt="">'
            '<img src="https://cdn.example/c.jpg?token=exp=1795000000~acl=/*~hmac=ab" alt="">',
            now=_NOW,
            count=3,
        ),
    ),
)
