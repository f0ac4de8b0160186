"""too-large: more bytes, header lines or decoding time than the limits allow."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, Outcome, Rule, State
from auditor.rules._audits import cause, outcome_hits
from auditor.rules._examples import failed

# A picture with too many pixels or frames is told as what it may be: SEC901.
BOMBS = ("pixels", "frames")
_WORDS = {
    "bytes": "the image file is larger than the limit",
    "headers": "the answer's headers are larger than any browser takes",
    "decode-time": "the image takes too long to decode",
}


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each address whose answer was given up."""
    return outcome_hits(audit, State.TOO_LARGE, _tell, lambda outcome: outcome.reason not in BOMBS)


def _tell(outcome: Outcome) -> str:
    words = _WORDS.get(outcome.reason or "", "the image is over a limit")
    return f"{words} ({cause(outcome)})"


RULE = Rule(
    code="MIS216",
    name="too-large",
    level="error",
    summary="The image is over the limit of bytes, or takes too long to decode.",
    why=(
        "Downloading stops at `--max-bytes` and decoding after some seconds. What is beyond either is slow "
        "or unusable for readers, and may be meant to wear programs out."
    ),
    fix="Export the picture for the web, or raise --max-bytes where such files are meant.",
    check=check,
    passes=(
        Example('<img src="/a.jpg" alt="The gate">'),
        Example(
            '<img src="/a.png" alt="The gate">',
            images={"/a.png": failed(State.TOO_LARGE, "pixels", "40000x40000 px, limit 64 Mpx")},
            note="too many pixels is SEC901",
        ),
    ),
    catches=(
        Example(
            '<img src="/a.tif" alt="The gate"><img src="/b.jpg" alt="Hall"><img src="/c.jpg" alt="Smoke">',
            images={
                "/a.tif": failed(State.TOO_LARGE, "bytes", "more than 64 MiB"),
                "/b.jpg": failed(State.TOO_LARGE, "headers", "more than 64 KiB of headers"),
                "/c.jpg": failed(State.TOO_LARGE, "decode-time", "not decoded within 10 s"),
            },
            count=3,
        ),
    ),
)
