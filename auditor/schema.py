"""The types of the JSON report: what is written here is the schema `auditor.report/1.0`.

Keys stand in the order of the fields. A key is only ever added, with a default; enumerations are
open (`str`) and unknown keys are ignored, so that a reader of today understands a report of
tomorrow. Times are RFC 3339 in UTC, hashes hex, units in the names, `null` unknown and never zero.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

SCHEMA = "auditor.report/1.0"
SCHEMA_ID = "urn:auditor:report:1.0"

Count = Annotated[int, Meta(ge=0)]
Hex = Annotated[str, Meta(pattern="^[0-9a-f]+$")]
Share = Annotated[float, Meta(ge=0, le=1)]
Line = Annotated[int, Meta(ge=1, description="from 1, in code points")]
Time = Annotated[str, Meta(description="RFC 3339, UTC")]


class Part(msgspec.Struct, frozen=True, gc=False):
    """Base of everything in a report; keys it does not know are ignored when it is read."""


class ToolInfo(Part, frozen=True):
    """What wrote the report, with the versions of the libraries that its results rest on."""

    name: str
    version: str
    libraries: dict[str, str]


class WarningInfo(Part, frozen=True):
    """Something about the run that is no finding (a guessed encoding), and how often."""

    code: str
    message: str
    count: Count = 1


class RunInfo(Part, frozen=True):
    """One execution. Clocks are null or stand still when the time of the run was given."""

    id: str
    command: str
    started_at: Time | None
    ended_at: Time | None
    duration_ms: Count | None
    profile: str
    config_sha256: Hex | None
    complete: bool = True
    warnings: list[WarningInfo] = msgspec.field(default_factory=list)


class Summary(Part, frozen=True):
    """The counts. Suppressed and fixed findings are not counted by level or code."""

    verdict: Annotated[str, Meta(description="pass, fail, incomplete")]
    articles: Count
    images: Count
    by_state: dict[str, Count]
    by_level: dict[str, Count]
    by_code: dict[str, Count]
    by_lifecycle: dict[str, Count] | None


class RuleInfo(Part, frozen=True):
    """A rule that fired; `help` is why it matters, a blank line, and how to fix it."""

    code: str
    name: str
    level: str
    summary: str
    help: str


class ErrorInfo(Part, frozen=True):
    """Why an input could not be read."""

    code: str
    message: str


class InputInfo(Part, frozen=True):
    """One input as it was named, also one that could not be read."""

    source: str
    articles: Count
    error: ErrorInfo | None = None


class CandidateInfo(Part, frozen=True):
    """One address that may stand for an image."""

    url: str
    width_px: int | None
    density: float | None


class OutcomeInfo(Part, frozen=True):
    """How the resolving of one image ended; `verdict` is ok, broken or unverified."""

    state: str
    verdict: Annotated[str, Meta(description="ok, broken, unverified")]
    reason: str | None
    detail: str
    http_status: int | None
    final_url: str | None
    redirects: list[str]
    tries: Count
    elapsed_ms: Count | None
    decodes: bool | None


class FingerprintInfo(Part, frozen=True):
    """Perceptual hashes in hex, most significant bit first: 256, 64 and 64 bits."""

    phash: Hex
    phash64: Hex
    dhash64: Hex
    version: int


class StandInInfo(Part, frozen=True):
    """Why a picture is held for one served in place of the true one."""

    kind: str
    why: str
    addresses: Count


class VariantInfo(Part, frozen=True):
    """What the address gives to a browser that asks for other formats (with --variants)."""

    accept: str
    state: str
    reason: str | None
    sha256: Hex | None
    size_bytes: Count | None
    media_type: str | None
    width_px: Count | None
    height_px: Count | None


class AssetInfo(Part, frozen=True):
    """The bytes that came; sizes are measured, only `declared_type` is what the origin said."""

    sha256: Hex | None
    size_bytes: Count | None
    media_type: str | None
    declared_type: str | None
    format: str | None
    width_px: Count | None
    height_px: Count | None
    frames: Count | None
    fingerprint: FingerprintInfo | None
    stand_in: StandInInfo | None
    metadata: dict[str, str]
    variants: list[VariantInfo] = msgspec.field(default_factory=list)


class DateInfo(Part, frozen=True):
    """A date in a caption: the words, and ISO 8601 as far as known."""

    text: str
    iso: str


class PlaceInfo(Part, frozen=True):
    """A place in a caption: the words, and one spelling for all languages."""

    text: str
    name: str


class EntitiesInfo(Part, frozen=True):
    """What a caption says about when and where."""

    dates: list[DateInfo]
    places: list[PlaceInfo]


class CaptionInfo(Part, frozen=True):
    """The caption of one image; `group` is its index in the article's `captions`."""

    text: str
    credit: str | None
    line: Line | None
    relation: str
    confidence: Share
    group: Count | None
    entities: EntitiesInfo


class CaptionCandidateInfo(Part, frozen=True):
    """A text that may be the caption."""

    text: str
    relation: str
    confidence: Share
    line: Line | None


class ImageInfo(Part, frozen=True):
    """One image reference with what came of it. `alt`: null = no attribute, "" = decorative.

    `credit` is who made or sent the picture, also where there is no caption.
    """

    index: Count
    id: str
    line: Line
    column: Line
    raw: str
    address: str
    url: str | None
    candidates: list[CandidateInfo]
    alt: str | None
    role: Annotated[str, Meta(description="lead, body, chrome, metadata")]
    outcome: OutcomeInfo
    asset: AssetInfo | None
    caption: CaptionInfo | None
    caption_candidates: Annotated[list[CaptionCandidateInfo], Meta(max_length=5)]
    credit: str | None = None


class CaptionGroupInfo(Part, frozen=True):
    """One caption and the indexes of the images that it serves."""

    text: str
    line: Line | None
    relation: str
    images: list[Count]


class ArticleInfo(Part, frozen=True):
    """One article with its images in reading order."""

    id: str
    source: str
    url: str | None
    dialect: str
    title: str | None
    language: str | None
    published_at: Time | None
    encoding: str
    images: list[ImageInfo]
    captions: list[CaptionGroupInfo]


class DuplicateInfo(Part, frozen=True):
    """Images that show the same picture; the representative stands first."""

    id: str
    kind: Annotated[str, Meta(description="exact, near, mirrored, cropped")]
    distance_bits: Count
    members: list[str]


class PossibleInfo(Part, frozen=True):
    """Two images that may show the same picture: for a person to decide, and no finding by itself."""

    first: str
    second: str
    kind: Annotated[str, Meta(description="near, mirrored, cropped")]
    distance_bits: Count
    words: str


class SuppressionInfo(Part, frozen=True):
    """Why a finding does not count, and until when (null = for good)."""

    reason: str
    until: str | None


class FindingInfo(Part, frozen=True):
    """One place where a rule applies."""

    key: str
    code: str
    level: Annotated[str, Meta(description="error, warning, note")]
    lifecycle: Annotated[str, Meta(description="new, persisting, fixed, reopened, unverified")]
    article: str
    images: list[str]
    line: Line | None
    column: Line | None
    message: str
    arguments: dict[str, Any]
    evidence: dict[str, Any]
    fix: str
    related: list[str]
    suppressed: SuppressionInfo | None


class Report(Part, frozen=True):
    """The whole report of one run."""

    schema: Annotated[str, Meta(pattern=r"^auditor\.report/1\.[0-9]+$")]
    tool: ToolInfo
    run: RunInfo
    summary: Summary
    rules: list[RuleInfo]
    inputs: list[InputInfo]
    articles: list[ArticleInfo]
    duplicates: list[DuplicateInfo]
    findings: list[FindingInfo]
    possible: list[PossibleInfo] = msgspec.field(default_factory=list)


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a report: open to further keys and to further words."""
    parts = msgspec.json.schema(Report)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": SCHEMA,
        "description": "Keys may be added within 1.x: ignore those you do not know. Enumerations are open.",
        **parts,
    }
