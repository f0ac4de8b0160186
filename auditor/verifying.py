"""Asset or failure to outcome: what resolving one address gave, as data."""

from __future__ import annotations

import hashlib
import sys

import msgspec

from auditor import codings
from auditor.decoder import Decoder
from auditor.errors import OutcomeError, PictureError, ResolveError
from auditor.model import BEGINNING, Asset, Outcome, Picture, State, Variant

Known = dict[str, "Picture | PictureError"]


async def outcome(
    answer: Asset | ResolveError, decoder: Decoder, known: Known, *, thumbs: bool = True
) -> Outcome:
    """The outcome of one answer; bodies already in `known` (by sha256) are not decoded again.

    Only whole bodies are remembered: a cut transfer says nothing of the next one. Without `thumbs`
    fingerprints are kept without the pixels in which crops are looked for.
    """
    if isinstance(answer, ResolveError):
        return msgspec.structs.replace(failure(answer), decodes=await _shown(answer, decoder))
    if "fast" in answer.evidence:
        return await _beginning(answer, decoder)
    sha256 = sys.intern(hashlib.sha256(answer.body).hexdigest())
    verdict = known.get(sha256) if answer.complete else None
    if verdict is None:
        try:
            verdict = await decoder.decode(answer.body, answer.declared_type, complete=answer.complete)
            verdict = verdict if thumbs else _without_thumb(verdict)
        except PictureError as error:
            verdict = error
        if answer.complete and not _may_change(verdict):
            known[sha256] = verdict
    verdict = _under_coding(verdict, answer.evidence.get("content-encoding"))
    if isinstance(verdict, PictureError):
        picture, told = None, failure(verdict)
    else:
        picture, told = verdict, Outcome(State.OK)
    return msgspec.structs.replace(
        _told(told, answer, picture),
        decodes=picture is not None,
        size_bytes=len(answer.body),
        sha256=sha256,
        variants=tuple([await _variant(variant, decoder) for variant in answer.variants]),
    )


async def _variant(variant: Variant, decoder: Decoder) -> Variant:
    """The variant without its bytes, with what they are."""
    if variant.state is not State.OK:
        return variant
    told = msgspec.structs.replace(
        variant,
        body=b"",
        sha256=hashlib.sha256(variant.body).hexdigest(),
        size_bytes=len(variant.body),
    )
    try:
        picture = await decoder.decode(
            variant.body, variant.declared_type, complete=variant.complete, fingerprint=False
        )
    except PictureError as error:
        return msgspec.structs.replace(told, state=error.state, reason=error.reason)
    return msgspec.structs.replace(
        told, media_type=picture.media_type, width_px=picture.width_px, height_px=picture.height_px
    )


async def _beginning(answer: Asset, decoder: Decoder) -> Outcome:
    """With --fast only the beginning came: type and size are told, and whether it decodes is not."""
    picture = None
    try:
        picture = await decoder.decode(answer.body, answer.declared_type, beginning=True)
        told = Outcome(State.OK, detail=BEGINNING)
    except PictureError as error:
        told = msgspec.structs.replace(failure(error), decodes=False)
    total = answer.evidence.get("total-bytes")
    return msgspec.structs.replace(_told(told, answer, picture), size_bytes=int(total) if total else None)


def _told(outcome: Outcome, answer: Asset, picture: Picture | None) -> Outcome:
    """The outcome with what is known of how the answer came."""
    return msgspec.structs.replace(
        outcome,
        http_status=answer.http_status,
        final_url=answer.url if answer.final_url == answer.url else answer.final_url,
        redirects=answer.redirects,
        tries=answer.tries,
        elapsed_s=answer.elapsed_s,
        declared_type=answer.declared_type,
        picture=picture,
        evidence={**answer.evidence, **outcome.evidence} if answer.evidence else outcome.evidence,
    )


async def _shown(error: ResolveError, decoder: Decoder) -> bool | None:
    """Whether an error status came with a picture, which browsers show; None where no body came."""
    if not error.body:
        return None
    try:
        await decoder.decode(error.body, fingerprint=False)
    except PictureError:
        return False
    return True


def failure(error: OutcomeError) -> Outcome:
    """The outcome that an error carries."""
    return Outcome(
        error.state,
        error.reason,
        error.detail,
        error.http_status,
        error.final_url,
        error.redirects,
        error.tries,
        error.elapsed_s,
        transient=error.transient,
        evidence=error.evidence,
    )


def _under_coding(verdict: Picture | PictureError, unread: str | None) -> Picture | PictureError:
    """A body that was not unpacked, because nobody knows how, is no picture for that reason."""
    if unread is None or not isinstance(verdict, PictureError) or verdict.state.verdict != "broken":
        return verdict
    told = codings.unread(unread).outcome(None)
    return PictureError(told.state, told.reason, told.detail, evidence=verdict.evidence)


def _without_thumb(picture: Picture) -> Picture:
    if picture.fingerprint is None:
        return picture
    slim = msgspec.structs.replace(picture.fingerprint, thumb=b"")
    return msgspec.structs.replace(picture, fingerprint=slim)


def _may_change(verdict: Picture | PictureError) -> bool:
    """A crash or a time-out may have been this machine's fault: the next copy is looked at afresh."""
    return isinstance(verdict, PictureError) and (
        verdict.reason == "decode-time" or "decoder" in verdict.evidence
    )
