"""variant-broken: the address gives no picture to browsers that take fewer formats."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, Rule, State, Variant
from auditor.rules._audits import address, address_key, every
from auditor.rules._examples import photo


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each address that is fine for one browser and broken for another."""
    for reference, outcome in every(audit):
        broken = [variant for variant in outcome.variants if variant.state.verdict == "broken"]
        if broken and outcome.state is State.OK:
            yield Hit(
                message=f"{_without(broken)} no picture ({broken[0].reason}): {address(reference)}",
                key=address_key(reference),
                images=(reference.index,),
                evidence={variant.accept: f"{variant.state} ({variant.reason})" for variant in broken},
            )


def _without(broken: list[Variant]) -> str:
    names = "AVIF" if any("webp" in variant.accept for variant in broken) else "AVIF and WebP"
    return f"browsers without {names} get"


_NO_WEBP = "image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5"
RULE = Rule(
    code="MIS219",
    name="variant-broken",
    level="error",
    summary="The address gives a picture to new browsers only.",
    why=(
        "Image services look at the Accept header and send AVIF or WebP to who takes them. Where the other "
        "formats are missing or cut, the desk sees the picture and a part of the readers a gap. Looked at "
        "with `--variants`."
    ),
    fix="Have the image service make the other formats again, or publish one format.",
    check=check,
    passes=(
        Example('<img src="/a.jpg" alt="The gate">'),
        Example(
            '<img src="/a.jpg" alt="The gate">',
            images={
                "/a.jpg": photo("gate", variants=(Variant(_NO_WEBP, sha256="0f", media_type="image/jpeg"),))
            },
            note="the same picture in another format is one picture",
        ),
        Example(
            '<img src="/a.jpg" alt="The gate">',
            images={
                "/a.jpg": photo("gate", variants=(Variant(_NO_WEBP, State.UNREACHABLE, "timeout"),)),
            },
            note="no answer accuses nobody",
        ),
    ),
    catches=(
        Example(
            '<img src="/a.jpg" alt="The gate">',
            images={"/a.jpg": photo("gate", variants=(Variant(_NO_WEBP, State.MISSING, "http-404"),))},
        ),
    ),
)
