"""Findings to a file of known ones, and later findings to what is new, known or fixed since."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import msgspec

from auditor.errors import ConfigError
from auditor.model import Finding, Level, Suppression

SCHEMA = "auditor.baseline/1"


class Known(msgspec.Struct, frozen=True):
    """One finding of the day the baseline was written; all but the key is for people to read."""

    key: str
    code: str
    level: Level
    article: str
    message: str


class Baseline(msgspec.Struct, frozen=True):
    """The file: what was known when it was written."""

    schema: str
    findings: list[Known]


def write(findings: Iterable[Finding], path: Path) -> None:
    """Makes the findings known from now on. Raises ConfigError where the file cannot be written."""
    standing = (finding for finding in findings if finding.lifecycle not in ("fixed", "unverified"))
    known = [Known(f.key, f.code, f.level, f.article, f.message) for f in standing]
    text = msgspec.json.format(msgspec.json.encode(Baseline(SCHEMA, known)), indent=2)
    try:
        path.write_bytes(text + b"\n")
    except OSError as error:
        raise ConfigError(f"{path}: the baseline cannot be written: {error.strerror}") from None


def read(path: Path) -> Baseline:
    """The baseline of a file. Raises ConfigError where it is none."""
    try:
        baseline = msgspec.json.decode(path.read_bytes(), type=Baseline)
    except OSError as error:
        raise ConfigError(f"{path}: the baseline cannot be read: {error.strerror}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: no baseline ({error}); `--write-baseline` makes one") from None
    if not baseline.schema.startswith(SCHEMA):
        raise ConfigError(f"{path}: a baseline of another kind ({baseline.schema}), expected {SCHEMA}")
    return baseline


def compare(
    found: Sequence[Finding],
    known: Baseline,
    *,
    codes: Collection[str] | None = None,
    settled: Collection[str] | None = None,
) -> list[Finding]:
    """The findings with their lifecycle, and after them those that are gone.

    What the baseline knows is persisting and suppressed. What only the baseline has is fixed where
    its article was looked at in full (`settled`, article ids) and its rule was run (`codes`), and
    else unverified; None stands for all. An outage never fixes anything.
    """
    keys = {entry.key for entry in known.findings}
    told = [_known(finding) if finding.key in keys else finding for finding in found]
    still = {finding.key for finding in found}
    for entry in known.findings:
        if entry.key not in still:
            looked = (codes is None or entry.code in codes) and (settled is None or entry.article in settled)
            gone = Finding(entry.key, entry.code, entry.level, entry.article, entry.message)
            told.append(msgspec.structs.replace(gone, lifecycle="fixed" if looked else "unverified"))
    return told


def _known(finding: Finding) -> Finding:
    return msgspec.structs.replace(finding, lifecycle="persisting", suppressed=Suppression("in the baseline"))
