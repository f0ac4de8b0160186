"""s3 address to asset: a plain GET for open buckets, a signed one where there are credentials.

Only headers are signed here; the bytes and every redirect go through the guarded client like any
other. The metadata service of a cloud machine is never asked for credentials.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import re
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

import msgspec

from auditor import signing
from auditor.config import BucketSettings, Settings
from auditor.errors import ResolveError
from auditor.exchange import Answer, Call, HeadersFor, refusal
from auditor.guard import Hop
from auditor.markup import addresses
from auditor.model import Asset, State
from auditor.resolvers import http

_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,254}")  # older buckets than today's rules live on
_DOTS = re.compile(r"(?:^|/)\.\.?(?:/|\Z)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_CODE = re.compile(rb"<Code>\s*([A-Za-z0-9.]{1,64})\s*</Code>")
_REGION = re.compile(rb"<Region>\s*([a-z0-9-]{1,32})\s*</Region>")
_REGION_NAME = re.compile(r"[a-z0-9-]{1,32}")
_GONE = {"NoSuchKey": "no-such-key", "NoSuchBucket": "no-such-bucket", "NoSuchVersion": "no-such-key"}

_PLAIN = BucketSettings()


class Endpoint(msgspec.Struct, frozen=True):
    """Where one bucket answers: what stands before a key, and whether the operator named the place."""

    base: str
    netloc: str
    origin: tuple[str, str, int]
    named: bool


class Place(msgspec.Struct, frozen=True):
    """Where one object lives and how it is asked for."""

    bucket: str
    key: str
    url: str
    region: str
    origin: tuple[str, str, int]
    named: bool
    credentials: signing.Credentials | None
    settings: BucketSettings


async def resolve(call: Call) -> Asset:
    """The object's bytes. Raises `ResolveError`; what S3 says in its XML is told apart."""
    place = locate(call.url, call.settings, call.environment)
    answer = await _get(call, place)
    elsewhere = _other_region(answer, place)
    if elsewhere:
        place = locate(call.url, call.settings, call.environment, region=elsewhere)
        answer = await _get(call, place)
    same = answer.status == 304 and bool(call.validators)
    error = None if same else refusal(answer)
    if error is not None:
        raise _told(error, answer, call.url)
    checked = answer.complete and not same
    came = http.asset(call.url, answer, _mismatch(place, answer.body) if checked else {})
    return msgspec.structs.replace(came, final_url=came.url if not came.redirects else came.final_url)


def lane(url: str, settings: Settings, environment: Mapping[str, str]) -> str:
    """The endpoint that answers for this bucket."""
    try:
        bucket, _ = _split(url)
        return _where(bucket, settings, environment).netloc
    except ResolveError:
        return ""


def locate(
    url: str, settings: Settings, environment: Mapping[str, str], *, region: str | None = None
) -> Place:
    """Bucket, key and the address to ask. Raises `ResolveError` (invalid/bad-url)."""
    bucket, key = _split(url)
    own = settings.s3.get(bucket, _PLAIN)
    region = region or _region(own, settings, environment)
    endpoint = _where(bucket, settings, environment, region)
    anonymous = own.anonymous if own.anonymous is not None else settings.s3_anonymous
    credentials = None if anonymous else _identity(own, environment)
    url = endpoint.base + signing.encode_key(key)
    return Place(bucket, key, url, region, endpoint.origin, endpoint.named, credentials, own)


def _identity(own: BucketSettings, environment: Mapping[str, str]) -> signing.Credentials | None:
    """The bucket's own keys, or those of the environment."""
    if own.access_key and own.secret_key:
        return signing.Credentials(own.access_key, own.secret_key, own.session_token)
    return signing.Credentials.of(environment)


def _region(own: BucketSettings, settings: Settings, environment: Mapping[str, str]) -> str:
    return (
        own.region
        or settings.s3_region
        or environment.get("AWS_REGION")
        or environment.get("AWS_DEFAULT_REGION")
        or "us-east-1"
    )


def _where(
    bucket: str, settings: Settings, environment: Mapping[str, str], region: str | None = None
) -> Endpoint:
    """The bucket's endpoint: its own, the one for all, that of the environment, or Amazon's."""
    own = settings.s3.get(bucket, _PLAIN)
    named = (
        own.endpoint
        or settings.s3_endpoint
        or environment.get("AWS_ENDPOINT_URL_S3")
        or environment.get("AWS_ENDPOINT_URL")
    )
    address = named or _public(region or _region(own, settings, environment))
    return _endpoint(address, bucket, own.path_style, named is not None)


@functools.lru_cache(maxsize=1024)
def _endpoint(address: str, bucket: str, path_style: bool, named: bool) -> Endpoint:
    parts = urlsplit(address.rstrip("/"))
    host = parts.netloc if path_style else f"{bucket}.{parts.netloc}"
    base = f"{parts.scheme}://{host}{parts.path}/" + (f"{bucket}/" if path_style else "")
    asked = urlsplit(base)
    port = asked.port or {"http": 80}.get(asked.scheme, 443)
    return Endpoint(base, asked.netloc, (asked.scheme, asked.hostname or "", port), named)


@functools.lru_cache(maxsize=1024)  # its lane and its place are looked for one after the other
def _split(url: str) -> tuple[str, str]:
    bucket, _, key = url.partition("://")[2].partition("/")
    bucket, key = unquote(bucket), unquote(key)
    if not _BUCKET.fullmatch(bucket) or ".." in bucket:
        raise ResolveError(State.INVALID, "bad-url", "this cannot be the name of a bucket")
    if not key:
        raise ResolveError(State.INVALID, "bad-url", "the address names a bucket and no object in it")
    if _DOTS.search(key):
        raise ResolveError(State.INVALID, "bad-url", "'.' and '..' in a key are refused: endpoints obey them")
    if _CONTROL.search(key):
        raise ResolveError(State.INVALID, "bad-url", "a control character in the key")
    return bucket, key


def _public(region: str) -> str:
    if not _REGION_NAME.fullmatch(region):  # it becomes part of a host that is sent a signature
        raise ResolveError(State.INVALID, "bad-url", "the bucket's region is no name of a region")
    return f"https://s3.{region}.amazonaws.com" + (".cn" if region.startswith("cn-") else "")


async def _get(call: Call, place: Place) -> Answer:
    trusted = place.origin if place.named else None
    return await call.get(place.url, _headers(call.settings, place, call.validators), trusted=trusted)


def _headers(settings: Settings, place: Place, validators: Mapping[str, str]) -> HeadersFor:
    plain = http.headers(settings, None, accept="*/*", validators=validators)

    def of(hop: Hop) -> Mapping[str, str]:
        sent = dict(plain(hop))
        extra = {"x-amz-request-payer": "requester"} if place.settings.requester_pays else {}
        if place.credentials is None:
            return sent | extra
        if hop.origin != place.origin and not _aws(hop, place):
            return sent
        now = dt.datetime.now(dt.UTC)
        return sent | signing.sign(hop.url, place.credentials, place.region, now, extra)

    return of


def _aws(hop: Hop, place: Place) -> bool:
    """A redirect from one of Amazon's hosts to another keeps the signature; any other loses it."""
    return hop.scheme == "https" and all(
        host.endswith((".amazonaws.com", ".amazonaws.com.cn")) for host in (hop.host, place.origin[1])
    )


def _other_region(answer: Answer, place: Place) -> str | None:
    """The region that S3 says the bucket is in, when it is not where we asked."""
    if answer.status not in (301, 307, 400, 403):
        return None
    named = answer.headers.get("x-amz-bucket-region")
    match = _REGION.search(answer.body)
    region = named or (match[1].decode() if match else None)
    if region is None or not _REGION_NAME.fullmatch(region):
        return None
    return region if region != place.region else None


def _told(error: ResolveError, answer: Answer, url: str) -> ResolveError:
    """The outcome by the code in S3's XML, which says more than the status."""
    match = _CODE.search(answer.body)
    code = match[1].decode() if match else None
    error.final_url = addresses.redact(url)
    if code is None:
        return error
    error.detail = f"{error.detail} (s3 {code})"
    error.evidence = {**error.evidence, "s3-code": code}
    if code in _GONE and answer.status == 404:
        error.state, error.reason, error.transient = State.MISSING, _GONE[code], False
    elif code in ("SlowDown", "RequestLimitExceeded"):
        error.reason = "rate-limited"
    return error


def _mismatch(place: Place, body: bytes) -> dict[str, str]:
    """Evidence that the bytes do not hash to their key, where the bucket says that they must."""
    return content_address(place.settings, place.key, body)


def content_address(settings: BucketSettings, key: str, body: bytes) -> dict[str, str]:
    """What a content-addressed bucket's rule needs to know; empty where the bytes fit their key."""
    if settings.content_address is None:
        return {}
    digest = hashlib.new(settings.content_address, body, usedforsecurity=False).hexdigest()
    expected = key.rpartition("/")[2].partition(".")[0].lower()
    if digest == expected:
        return {}
    return {"content-address": settings.content_address, "expected": expected, "got": digest}
