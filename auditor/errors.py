"""What stops us, as one tree.

AuditorError
├── ConfigError          a setting or option that cannot be used: exit code 2
├── SourceError          an input that cannot be read; the other inputs go on
│   └── ParseError       a document that cannot become an article
├── ResolveError         no bytes came: becomes an Outcome, never escapes the pipeline
├── PictureError         bytes came that are no whole picture: becomes an Outcome likewise
└── CatalogError         the database cannot be used

A failed image is a result and travels as data; these exceptions carry it only as far as the
nearest room that turns it into an `Outcome`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from auditor.model import State


class AuditorError(Exception):
    """Anything the auditor says about its own inputs; `str()` is one line for a person."""


class ConfigError(AuditorError):
    """A setting cannot be used: says which, where it came from and what would do."""


DAMAGE = frozenset(("damaged", "truncated", "too-big", "empty"))
"""Codes of what is wrong with the bytes themselves: to read the same bytes again tells the same."""


class SourceError(AuditorError):
    """An input cannot be read: says which and why. `code` is stable, for reports."""

    def __init__(self, message: str, *, code: str = "unreadable") -> None:
        super().__init__(message)
        self.code = code


class ParseError(SourceError):
    """A document cannot become an article."""


class OutcomeError(AuditorError):
    """A failure that has a place in the table of outcomes.

    `reason` is one of the stable words of that table, `detail` is for a person, `transient` says
    that asking again later may help, `evidence` is what a report may quote,
    `body` what came with an error status and may be an image all the same.
    """

    def __init__(
        self,
        state: State,
        reason: str,
        detail: str = "",
        *,
        http_status: int | None = None,
        final_url: str | None = None,
        redirects: tuple[str, ...] = (),
        tries: int = 1,
        elapsed_s: float = 0.0,
        transient: bool = False,
        evidence: dict[str, str] | None = None,
        body: bytes = b"",
    ) -> None:
        super().__init__(f"{state}/{reason}: {detail}" if detail else f"{state}/{reason}")
        self.state = state
        self.reason = reason
        self.detail = detail
        self.http_status = http_status
        self.final_url = final_url
        self.redirects = redirects
        self.tries = tries
        self.elapsed_s = elapsed_s
        self.transient = transient
        self.evidence = evidence or {}
        self.body = body


class ResolveError(OutcomeError):
    """No bytes came: missing, denied, blocked, unreachable, unsupported, invalid or too large."""


class PictureError(OutcomeError):
    """Bytes came, and they are not one whole picture within the limits."""


class CatalogError(AuditorError):
    """The catalog cannot be opened, read or written; what was committed to it is safe.

    `code` is stable: "full-disk", "read-only", "locked", "newer-schema", "damaged", "not-a-catalog",
    "unreachable", "no-catalog", "older-schema", "no-run".
    """

    def __init__(self, message: str, *, code: str = "unreachable") -> None:
        super().__init__(message)
        self.code = code
