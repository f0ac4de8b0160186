"""One audit to its part of the report, at once: the audit need not be kept.

What would be a secret (signed queries, passwords in addresses) is cut on the way in, and text that
no encoder takes (lone surrogates) is made harmless.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Mapping
from typing import Any, overload

import msgspec

from auditor import schema as parts
from auditor.markup.addresses import redact
from auditor.model import (
    Audit,
    CaptionGroup,
    ImageReference,
    Outcome,
    Pairing,
    Picture,
    StandIn,
    Variant,
)
from auditor.schema import ArticleInfo, ImageInfo

_LONGEST_DATA_URL = 4096  # characters; a longer one would be a thumbnail in the report
_ADDRESS_IN_TEXT = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s\"'<>\\]+")
_SURROGATE = re.compile("[\ud800-\udfff]")


_Assets = dict[tuple[str, str | None, StandIn | None, tuple[Variant, ...]], parts.AssetInfo]


def article_info(audit: Audit, *, timed: bool = True) -> ArticleInfo:
    """The part of the report that tells of one article. Without `timed` no elapsed time is told."""
    article = audit.article
    pairings = {pairing.reference: pairing for pairing in audit.captions.pairings}
    assets: _Assets = {}
    images = [
        _image(
            f"{article.id}#{reference.index}",
            reference,
            outcome,
            pairings.get(reference.index),
            audit.stand_ins.get(reference.index),
            timed,
            assets,
        )
        for reference, outcome in zip(article.references, audit.outcomes, strict=True)
    ]
    return ArticleInfo(
        id=told_address(article.id),
        source=told_address(article.source),
        url=told_address(article.url),
        dialect=article.dialect,
        title=told_text(article.title),
        language=told_text(article.language),
        published_at=timestamp(article.published_at),
        encoding=article.encoding,
        images=images,
        captions=[_group(group) for group in audit.captions.groups],
    )


def _image(
    identity: str,
    reference: ImageReference,
    outcome: Outcome,
    pairing: Pairing | None,
    stand_in: StandIn | None,
    timed: bool,
    assets: _Assets,
) -> ImageInfo:
    return ImageInfo(
        index=reference.index,
        id=told_address(identity),
        line=reference.span.line,
        column=reference.span.column,
        raw=_raw(reference),
        address=told_address(reference.address),
        url=told_address(reference.url),
        candidates=[
            parts.CandidateInfo(told_address(candidate.url), candidate.width_px, candidate.density)
            for candidate in reference.candidates
        ],
        alt=told_text(reference.alt),
        role=reference.role,
        outcome=_outcome(outcome, timed),
        asset=_asset(outcome, stand_in, assets),
        caption=_caption(pairing),
        caption_candidates=[
            parts.CaptionCandidateInfo(
                told_text(c.text), c.relation, round(c.confidence, 3), c.span.line if c.span else None
            )
            for c in (pairing.candidates[:5] if pairing else ())
        ],
        credit=told_text(pairing.credit) if pairing else None,
    )


def _outcome(outcome: Outcome, timed: bool) -> parts.OutcomeInfo:
    return parts.OutcomeInfo(
        state=outcome.state.value,
        verdict=outcome.state.verdict,
        reason=told_text(outcome.reason),
        detail=told_text(outcome.detail),
        http_status=outcome.http_status,
        final_url=told_address(outcome.final_url),
        redirects=[told_address(url) for url in outcome.redirects],
        tries=outcome.tries,
        elapsed_ms=round(outcome.elapsed_s * 1000) if timed else None,
        decodes=outcome.decodes,
    )


def _asset(outcome: Outcome, stand_in: StandIn | None, assets: _Assets) -> parts.AssetInfo | None:
    """What came; one value for all images that show the same bytes. With --fast no bytes are named."""
    if outcome.sha256 is None:
        return _new_asset(outcome, None, stand_in) if outcome.picture else None
    key = (outcome.sha256, outcome.declared_type, stand_in, outcome.variants)
    if key not in assets:
        assets[key] = _new_asset(outcome, outcome.sha256, stand_in)
    return assets[key]


def _new_asset(outcome: Outcome, sha256: str | None, stand_in: StandIn | None) -> parts.AssetInfo:
    picture = outcome.picture
    return parts.AssetInfo(
        sha256=sha256,
        size_bytes=outcome.size_bytes,
        media_type=picture.media_type if picture else None,
        declared_type=told_text(outcome.declared_type),
        format=picture.format if picture else None,
        width_px=picture.width_px if picture else None,
        height_px=picture.height_px if picture else None,
        frames=picture.frames if picture else None,
        fingerprint=_fingerprint(picture),
        stand_in=parts.StandInInfo(stand_in.kind, told_text(stand_in.why), stand_in.addresses)
        if stand_in
        else None,
        metadata={told_text(k): told_text(v) for k, v in sorted(picture.metadata.items())} if picture else {},
        variants=[_variant(variant) for variant in outcome.variants],
    )


def _variant(variant: Variant) -> parts.VariantInfo:
    return parts.VariantInfo(
        accept=variant.accept,
        state=variant.state.value,
        reason=variant.reason,
        sha256=variant.sha256,
        size_bytes=variant.size_bytes,
        media_type=variant.media_type,
        width_px=variant.width_px,
        height_px=variant.height_px,
    )


def _fingerprint(picture: Picture | None) -> parts.FingerprintInfo | None:
    if picture is None or picture.fingerprint is None:
        return None
    prints = picture.fingerprint
    return parts.FingerprintInfo(
        prints.phash.hex(), f"{prints.phash64:016x}", f"{prints.dhash64:016x}", prints.version
    )


def _caption(pairing: Pairing | None) -> parts.CaptionInfo | None:
    if pairing is None or pairing.caption is None:
        return None
    caption = pairing.caption
    credit = caption.credit if caption.credit is not None else pairing.credit
    return parts.CaptionInfo(
        text=told_text(caption.text),
        credit=told_text(credit),
        line=caption.span.line if caption.span else None,
        relation=caption.relation,
        confidence=round(caption.confidence, 3),
        group=pairing.group,
        entities=parts.EntitiesInfo(
            [parts.DateInfo(told_text(date.text), date.iso) for date in caption.entities.dates],
            [parts.PlaceInfo(told_text(place.text), place.name) for place in caption.entities.places],
        ),
    )


def _group(group: CaptionGroup) -> parts.CaptionGroupInfo:
    line = group.span.line if group.span else None
    return parts.CaptionGroupInfo(told_text(group.text), line, group.relation, list(group.images))


def timestamp(moment: dt.datetime | None) -> str | None:
    """RFC 3339 in UTC with Z; a time without a zone is taken for UTC."""
    if moment is None:
        return None
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return zoned.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


# --- text that may be told ----------------------------------------------------------------------


@overload
def told_address(address: str) -> str: ...
@overload
def told_address(address: None) -> None: ...
def told_address(address: str | None) -> str | None:
    """An address as it stands, without what would open the door to somebody else."""
    if address is None or _is_plain(address):
        return address
    if address[:5].lower() == "data:" and len(address) <= _LONGEST_DATA_URL:
        return told_text(address)
    return redact(address)


def _is_plain(address: str) -> bool:
    """Whether there is nothing to cut: most addresses, and a report may have 100,000."""
    telling = "?" in address or "@" in address or address[:5].lower() == "data:"
    return not telling and address.isascii() and address.isprintable()


@overload
def told_text(text: str) -> str: ...
@overload
def told_text(text: None) -> None: ...
def told_text(text: str | None) -> str | None:
    """A text that every encoder takes, its addresses without secrets."""
    if text is None or (text.isascii() and ("://" not in text or ("?" not in text and "@" not in text))):
        return text
    return _ADDRESS_IN_TEXT.sub(_redacted, _SURROGATE.sub("\ufffd", text))


def _redacted(found: re.Match[str]) -> str:
    written = found[0]
    plain = html.unescape(written)  # in markup the & of a query is &amp;, which would hide names
    told = told_address(plain)
    return written if told == plain else html.escape(told, quote=False) if plain != written else told


def _raw(reference: ImageReference) -> str:
    """The markup of a reference, each of its addresses told as `told_address` tells it."""
    raw = reference.raw
    addresses = {reference.address, *(candidate.url for candidate in reference.candidates)}
    for address in sorted(addresses, key=len, reverse=True):
        told = told_address(address)
        if told != address:
            raw = raw.replace(address, told)
            raw = raw.replace(html.escape(address, quote=False), html.escape(told, quote=False))
    return told_text(raw)


def told_value(value: Mapping[str, Any]) -> dict[str, Any]:
    """The same as JSON has it: strings, numbers, lists, objects."""
    plain = msgspec.to_builtins(value, str_keys=True, enc_hook=str, order="deterministic")
    known = _clear(plain)
    return known if known is not None else {told_text(key): _told(item) for key, item in plain.items()}


def _clear(value: Any) -> dict[str, Any] | None:
    """The value where `told_text` would change none of its strings, seen at once; else None.

    A night tells 5,000 findings, each with what is known of ten uses of a picture.
    """
    try:
        written = msgspec.json.encode(value)
    except UnicodeEncodeError:  # a lone surrogate
        return None
    if not written.isascii() or (b"://" in written and (b"?" in written or b"@" in written)):
        return None
    plain: dict[str, Any] = msgspec.json.decode(written)
    return plain


def _told(value: Any) -> Any:
    if isinstance(value, str):
        return told_text(value)
    if isinstance(value, list | tuple):
        return [_told(item) for item in value]
    if isinstance(value, dict):
        return {told_text(key): _told(item) for key, item in value.items()}
    return value
