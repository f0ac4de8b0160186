"""The settings: every knob by the name that the command line and the configuration file use."""

from __future__ import annotations

import datetime as dt
import hashlib
import typing
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from auditor.model import Level, RuleOptions

MIB = 1024 * 1024

Profile = Literal["newsroom", "archive", "dataset", "accessibility"]
Count = Annotated[int, Meta(ge=0)]
Positive = Annotated[int, Meta(ge=1)]


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """Base of all tables of a configuration file: kebab-case keys, unknown ones refused."""


class HostSettings(_Table, frozen=True):
    """`[hosts."cdn.example.com"]`: how one host wants to be asked. `auth` is "user:password"."""

    headers: dict[str, str] = {}
    per_host: Positive | None = None
    referer: bool = True
    auth: str | None = None


class BucketSettings(_Table, frozen=True):
    """`[s3."bucket"]`: where one bucket lives and who asks it.

    `access-key` and `secret-key` (with a `session-token` where there is one) stand for those of the
    environment. `content-address`: its keys are digests of their bytes.
    """

    endpoint: str | None = None
    region: str | None = None
    anonymous: bool | None = None
    access_key: str | None = None
    secret_key: str | None = None
    session_token: str | None = None
    path_style: bool = True
    requester_pays: bool = False
    content_address: Literal["md5", "sha1", "sha256"] | None = None


class DuplicateSettings(_Table, frozen=True):
    """`[duplicates]`: Hamming distances in bits of 256 at or under which two pictures are the same.

    `near_bits` holds within an article, `archive_bits` across articles, `possible_bits` for pairs that
    are shown and never told as a finding, `graphic_bits` for drawings (which must agree in every
    part and in colour too). Of 1.65 million pairs of different photographs none came under 84 bits:
    at 48 and 64 no false pair is known, at 89 one in 100,000 is false. Under one and the same large
    watermark or text band different pictures come down to 72, night skies and blank walls to 22: below
    the limits the pixels must agree too, in .54 of the parts that have contrast, which seven in ten of
    such pairs do not (November 2026). `crops` looks for parts of pictures.
    """

    near_bits: Annotated[int, Meta(ge=0, le=80)] = 64
    archive_bits: Annotated[int, Meta(ge=0, le=80)] = 48
    possible_bits: Annotated[int, Meta(ge=0, le=128)] = 80
    graphic_bits: Annotated[int, Meta(ge=0, le=64)] = 16
    crops: bool = True


class Settings(_Table, frozen=True):
    """Every knob, under the name that the command line and the configuration file use."""

    # what is told
    output_format: str = "text"
    output_file: list[str] = []
    select: list[str] = []
    ignore: list[str] = []
    extend_select: list[str] = []
    per_file_ignores: dict[str, list[str]] = {}
    severity: dict[str, Level] = {}
    profile: Profile = "newsroom"
    fail_on: Literal["error", "warning", "note", "never"] = "error"
    exit_zero: bool = False
    baseline: str | None = None
    statistics: bool = False
    now: dt.datetime | None = None
    rules: RuleOptions = RuleOptions()
    # what is read
    dialect: Literal["auto", "placeholder", "html", "markdown"] = "auto"
    base_url: str | None = None
    stdin_filename: str | None = None
    map: dict[str, str] = {}
    all_candidates: bool = False
    columns: dict[str, str] = {}
    since: dt.datetime | None = None
    # the archive
    catalog: str | None = None
    recheck: Literal["due", "failed", "all"] = "due"
    processes: Positive | None = None
    # how the world is asked
    offline: bool = False
    fast: bool = False
    variants: bool = False
    allow_private: list[str] = []
    ca_file: str | None = None
    concurrency: Positive = 64
    per_host: Positive = 8
    timeout: Annotated[float, Meta(gt=0)] = 20.0
    retries: Count = 2
    respect_robots: bool | None = None
    user_agent: str | None = None
    s3_endpoint: str | None = None
    s3_region: str | None = None
    s3_anonymous: bool | None = None
    hosts: dict[str, HostSettings] = {}
    s3: dict[str, BucketSettings] = {}
    # limits of one picture
    max_bytes: Positive = 64 * MIB
    max_pixels: Positive = 64_000_000
    duplicates: DuplicateSettings = DuplicateSettings()


def sha256_of(settings: Settings) -> str:
    """A digest (hex) of what a run's findings may depend on: not where they are written, or how."""
    plain = Settings()
    said = msgspec.structs.replace(
        settings,
        output_format=plain.output_format,
        output_file=plain.output_file,
        statistics=plain.statistics,
    )
    return hashlib.sha256(msgspec.json.encode(said, order="sorted")).hexdigest()


def keys() -> dict[str, Any]:
    """Every key a configuration may have, with its type."""
    hints = typing.get_type_hints(Settings, include_extras=True)
    return {field.encode_name: hints[field.name] for field in msgspec.structs.fields(Settings)}


def schema() -> dict[str, Any]:
    """JSON Schema of the configuration file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "auditor configuration",
        **msgspec.json.schema(Settings),
    }
