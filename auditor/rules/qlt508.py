"""not-for-browsers: a format or colour model that readers' browsers cannot show."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, Outcome, Rule, State
from auditor.rules._audits import address, address_key, cause, content, outcome_evidence
from auditor.rules._examples import failed, photo

_SHOWN = ("jpeg", "png", "gif", "webp", "avif", "svg", "bmp", "ico", "apng")


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each of the article's images in such a format."""
    for reference, outcome in content(audit):
        what = _what(outcome)
        if what:
            yield Hit(
                message=f"{what}: {address(reference)}",
                key=address_key(reference),
                images=(reference.index,),
                evidence=outcome_evidence(outcome) | _facts(outcome),
                unverified=outcome.state is State.UNSUPPORTED,
            )


def _what(outcome: Outcome) -> str | None:
    picture = outcome.picture
    if outcome.state is State.UNSUPPORTED and outcome.reason == "format":
        return f"browsers do not show this format ({cause(outcome)})"
    if outcome.state is not State.OK or picture is None:
        return None
    if picture.format.lower() not in _SHOWN:
        return f"browsers do not show {picture.format.upper()}"
    if picture.format.lower() == "jpeg" and picture.mode == "CMYK":
        return "a JPEG in print colours (CMYK), which screens show wrongly"
    return None


def _facts(outcome: Outcome) -> dict[str, str | None]:
    picture = outcome.picture
    return {"format": picture.format, "mode": picture.mode} if picture else {}


RULE = Rule(
    code="QLT508",
    name="not-for-browsers",
    level="error",
    summary="The format (TIFF, HEIC, PSD, JPEG 2000, …) or colour model (CMYK) is not one for the web.",
    why=(
        "The file opens on the picture desk and is a gap or a wash of wrong colours for most readers. "
        "Formats that cannot be decoded here count as not verified: they never fail a check by themselves."
    ),
    fix="Export it as JPEG, WebP or AVIF in RGB.",
    check=check,
    passes=(
        Example('<img src="/a.jpg" alt="The gate">'),
        Example('<img src="/a.avif" alt="The gate">', images={"/a.avif": photo("gate", format="avif")}),
    ),
    catches=(
        Example('<img src="/a.tif" alt="The gate">', images={"/a.tif": photo("gate", format="tiff")}),
        Example('<img src="/a.jpg" alt="The gate">', images={"/a.jpg": photo("gate", mode="CMYK")}),
        Example(
            '<img src="/a.heic" alt="The gate">',
            images={"/a.heic": failed(State.UNSUPPORTED, "format", "HEIC")},
        ),
    ),
)
